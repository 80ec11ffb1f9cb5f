"""The actions of screens and command line, one function each, on an `Engine`.

They parse what was typed, apply the change through the engine, and return the timeline entries it made.
"""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.config import trust
from hotfix_tui.engine import leftovers, opening, reconcile, watching
from hotfix_tui.engine.branch_commands import of_the_branch
from hotfix_tui.engine.core import Engine
from hotfix_tui.git import refs
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Entries
from hotfix_tui.incident.model import catalog, facts
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.gates import Refused, refuse
from hotfix_tui.runner import runs
from hotfix_tui.session import origin, places
from hotfix_tui.steps.adopt import adopt
from hotfix_tui.steps.common import production_branch, trusted
from hotfix_tui.steps.pull_request import approval

if TYPE_CHECKING:
    from hotfix_tui.config.load import LoadedConfig


def with_ended_runs_settled(engine: Engine) -> Engine:
    """Settle runs that ended without anybody waiting, so that no gate takes them for running; return the engine."""
    if any(now.get("state") == "running" for now in engine.record.steps.values()):
        reconcile.collect_ended(engine)
    if "run" in engine.record.entry(catalog.WATCH):
        watching.look(engine)
    return engine


def set_fact(engine: Engine, key: str, typed: str, *, append: bool = False) -> Entries:
    """Set a fact from what was typed. Raises BadFact."""
    pattern = engine.config().git.ticket_pattern
    value = facts.parse_value(key, typed, engine.clock(), pattern=pattern)
    if append:
        return engine.change(lambda r, a: actions.append_fact(r, a, key, value or []))
    return engine.change(lambda r, a: actions.set_fact(r, a, key, value))


def tick(engine: Engine, step: str, note: str = "") -> Entries:
    """Tick a step with the engine's name and an optional note (for an approval: the reviewer's name).

    Raises Refused, also if the forge contradicts the approval.
    """
    if step == catalog.ROLLBACK.id:
        return _back_by_hand(engine, note)
    if step == catalog.APPROVAL and (why := approval.against_a_tick(engine.context())):
        reconcile.probe_step(engine, step)
        raise Refused(why)
    out = with_ended_runs_settled(engine).change(lambda r, a: actions.tick(r, a, step, note))
    if step.startswith("deploy."):
        watching.follow_up(engine)
    return out


def try_ticks(engine: Engine, steps: list[str], note: str = "") -> None:
    """Raise Refused if one of `steps` could not be ticked: several are ticked all, or none."""
    trial, actor = with_ended_runs_settled(engine).record.copy(), actions.Actor(engine.by, engine.clock())
    for step in steps:
        if step != catalog.ROLLBACK.id:
            actions.tick(trial, actor, step, note)


def _back_by_hand(engine: Engine, note: str) -> Entries:
    """Record that a person rolled production back, to where the wizard would have."""
    with_ended_runs_settled(engine)
    try:
        known = reconcile.implementation(engine, catalog.ROLLBACK.id).plan(engine.context()).known
    except Refused:
        known = None  # where it went back to is not known here; that it did is
    watching.end_watch(engine, "production was rolled back")
    back = known if isinstance(known, RolledBack) else RolledBack(kind="previous")
    return engine.change(lambda r, a: running.back_by_hand(r, a, back, note))


def untick(engine: Engine, step: str) -> Entries:
    """Remove a tick."""
    return engine.change(lambda r, a: actions.untick(r, a, step))


def waive(engine: Engine, step: str, granted_by: str, why: str) -> Entries:
    """Enter a signed waiver."""
    return with_ended_runs_settled(engine).change(lambda r, a: actions.waive(r, a, step, granted_by, why))


def accept(engine: Engine, finding: str, why: str) -> Entries:
    """Accept a finding of the guard."""
    return engine.change(lambda r, a: actions.accept(r, a, finding, why))


def severity(engine: Engine, level: str, why: str = "", question: str = "") -> Entries:
    """Set or change the severity; `question` is the id of the triage question whose yes decided."""
    return engine.change(lambda r, a: actions.set_severity(r, a, level.upper(), why, question))


def go_next(engine: Engine) -> Entries:
    """Move on to the next stage."""
    return with_ended_runs_settled(engine).change(actions.go_next)


def go_back(engine: Engine) -> Entries:
    """Go back to the previous stage."""
    return engine.change(actions.go_back)


def undo(engine: Engine) -> Entries:
    """Undo the last tick, choice or fact."""
    return engine.change(actions.undo)


def verdict(engine: Engine, value: str, why: str) -> Entries:
    """Give the verdict of this round."""
    return with_ended_runs_settled(engine).change(lambda r, a: lifecycle.give_verdict(r, a, value, why))


def new_round(engine: Engine, why: str, base: str = "same") -> Entries:
    """Begin a new round."""
    return with_ended_runs_settled(engine).change(lambda r, a: lifecycle.begin_round(r, a, why, base))


def end_side_runs(engine: Engine, why: str) -> None:
    """End the watch and the log tail, if they run; the code for that is loaded only then."""
    if any(run.get("step") == catalog.WATCH for run in engine.record.runs):
        watching.end_watch(engine, why)
    if engine.record.entry(catalog.FOLLOW.id).get("state") == "running":
        reconcile.end_log(engine, why)


def resolve(engine: Engine) -> Entries:
    """Resolve the incident; the log tail ends with it."""
    out = with_ended_runs_settled(engine).change(lifecycle.resolve)
    end_side_runs(engine, "the incident is resolved")
    return out


def reopen(engine: Engine, why: str) -> Entries:
    """Open the incident again."""
    return engine.change(lambda r, a: lifecycle.reopen(r, a, why))


def end(engine: Engine, event: str, why: str) -> Entries:
    """End the incident without a fix; what the wizard created and leaves behind is listed in the record."""
    left = leftovers.left_behind(with_ended_runs_settled(engine))
    out = engine.change(lambda r, a: lifecycle.end(r, a, event, why, left))
    end_side_runs(engine, f"the incident ended: {event}")
    return out


def look(engine: Engine, number: int, did: bool) -> Entries:
    """Settle the run `number`, whose result is unknown: a person says whether it succeeded.

    Saying that it did not is refused while its processes live: it may still succeed.
    """
    if not did:
        _refuse_while_it_lives(engine, number)
    return engine.change(lambda r, a: running.resolve_unknown_run(r, a, number, did))


def _refuse_while_it_lives(engine: Engine, number: int) -> None:
    try:
        state = runs.look(Path(engine.run_directory(number)))
    except KeyError:
        return
    if state.state not in ("running", "lost-child-alive"):
        return
    pids = ", ".join(map(str, state.left_running))
    raise refuse(
        f"Run {number} is not over: its commands are still running" + (f" (pid {pids})." if pids else "."),
        f"Wait for their end, or end them{f' (kill {pids.replace(chr(44), str())})' if pids else ''}; "
        f"then look in production, and say it again: `look {number} did-not`.",
    )


def name_line(engine: Engine, line: str) -> Entries:
    """Add `line`, a local or remote branch, to the lines that get a backport, because its backport is to begin.

    Giving it up takes the line off again; `keep_line` keeps it. Raises Refused if there is no such branch.
    """
    ctx = engine.context()
    remote = ctx.remote or None
    known = [
        branch.name.removeprefix(f"{remote}/") if remote else branch.name
        for branch in refs.branches(ctx.git, remote)
    ]
    if line not in known:
        near = ", ".join(difflib.get_close_matches(line, known, n=3, cutoff=0.4))
        cure = f"Did you mean {near}?" if near else "Fetch it first: `git fetch`."
        where = f"{f' on {remote}' if remote else ''} ({production_branch.branch_ref(ctx, line)})"
        raise refuse(f"There is no branch {line!r}{where}.", cure)
    return engine.change(lambda r, a: actions.name_line(r, a, line, begins=True))


def keep_line(engine: Engine, line: str) -> None:
    """Keep `line` among those that get a backport, though that could not begin yet."""
    engine.change(lambda r, a: actions.keep_line(r, a, line))


def take_config(engine: Engine, loaded: "LoadedConfig") -> Entries:
    """Let the incident use the newer version of the configuration `loaded`, which was just trusted."""

    def take(record: Record, actor: actions.Actor) -> Entries:
        record.doc["config"] = loaded.table
        record.doc["config_sha256"] = loaded.sha256
        record.doc["config_source"] = loaded.source.name if loaded.source else ""
        return [actions.entry(actor, "config", f"Took over the configuration {loaded.sha256[:12]}")]

    return engine.change(take)


def is_own(engine: Engine) -> bool:
    """Return whether the incident's record was written here by this user."""
    return trusted.is_own(engine.record, engine.store.directory(engine.id))


def trust_kept(engine: Engine) -> None:
    """Trust the incident's configuration, after a person has read it; a record from elsewhere becomes this user's
    own.

    Raises OSError, or what `Engine.change` raises, if that cannot be stored.
    """
    from pathlib import Path

    if not is_own(engine):
        adopt_record(engine)
        return
    root = str(engine.record.doc.get("root", engine.root))
    trust.allow(Path(places.state_root()), opening.kept_config(engine.record), root)


def adopt_record(engine: Engine) -> Entries:
    """Make the incident this user's own, with everything it would run, after a person has read that.

    Raises OSError if that cannot be stored, and what `Engine.change` raises.
    """
    from pathlib import Path

    trust.allow(Path(places.state_root()), opening.kept_config(engine.record), engine.root)
    folder = engine.store.directory(engine.id)

    def take(record: Record, actor: actions.Actor) -> Entries:
        record.doc["root"] = engine.root
        record.doc[origin.KEY] = origin.seal(record.doc, folder)
        return [actions.entry(actor, "config", "Read and taken over: the record was not written here")]

    return engine.change(take)


def adopt_fix(engine: Engine, spec: str) -> dict[str, str]:
    """Adopt an existing fix: a branch, range, commit, tag or PR; return the new states by step."""
    probes = adopt.adopt(engine.context(), spec)
    branch = probes.get(Branched.STEP)
    commands = of_the_branch(engine, Branched.STEP, branch) if branch else None

    def write(record: Record, actor: actions.Actor) -> Entries:
        out = [actions.entry(actor, "adopt", f"The fix exists already: {spec}")]
        for step, probe in probes.items():
            out += running.apply_probe(record, actor, step, probe)
        return out + actions.commands_found(record, actor, commands)

    engine.change(write)
    return {step: probe.state for step, probe in probes.items()}
