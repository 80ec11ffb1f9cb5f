"""Carrying out automatic steps: gate, plan, confirmation, intent, run, result.

Each function takes the `Engine`; nothing here keeps state. A run may be started by one process and settled by
another, much later: everything that is needed lies in the record and in the run's directory.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.engine import decisions
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError, NeedsConfirmation, NeedsTrust, NotSaved
from hotfix_tui.incident import catalog, gates, running
from hotfix_tui.incident.actions import Actor, Entries
from hotfix_tui.incident.gates import Refused, refuse
from hotfix_tui.incident.policy import sequence
from hotfix_tui.incident.record import Record
from hotfix_tui.incident.text import one_line
from hotfix_tui.project.git.errors import GitError
from hotfix_tui.runner import runs
from hotfix_tui.runner.spec import RunSpec
from hotfix_tui.steps import registry
from hotfix_tui.steps.base import Choice, Plan, Probe, Step, describe_end
from hotfix_tui.steps.change_state import one_moment

_STARTING = timedelta(seconds=10)
"""How long an intent may be without a run before it is taken for one that never started."""


class Performed(NamedTuple):
    """What came of performing a step.

    `state` is ``running``, ``done``, ``failed``, ``not-done``, ``unknown``, ``by-hand``, or ``busy``: the same
    act is under way elsewhere, and nothing was started.
    """

    step: str
    state: str
    why: str
    plan: Plan | None = None
    run: int | None = None


def implementation(engine: Engine, step: str) -> Step:
    """Return what carries out `step`; raise Refused for a step that a person does."""
    found = registry.find(step)
    if found is not None:
        return found
    known = engine.record.definitions().get(step)
    if known is None:
        raise refuse(f"There is no step {step!r}.", "`status` lists the steps of this incident.", step)
    cures = {
        "tick": f"Tick it when it is true: `tick {step}`.",
        "fact": f"Enter it: `set {known.fact or 'severity'} …`.",
        "message": f"Read it and send it: `render {step.split('.')[-1]} --phase resolved`.",
    }
    raise refuse(
        f"{known.title} ({step}) is done by a person.",
        cures.get(known.kind, f"Tick it: `tick {step}`."),
        step,
    )


def choices(engine: Engine, step: str) -> list[Choice]:
    """Return the ways to go at `step`, the recommended one first."""
    found = registry.find(step)
    return found.choices(engine.context()) if found else []


def plan(engine: Engine, step: str, choice: str = "") -> Plan:
    """Return exactly what performing `step` would do, without doing it. Raises Refused with the cure."""
    from hotfix_tui.engine import standing

    impl = implementation(engine, step)
    try:
        said = standing.before(engine, step, choice)
        made = impl.plan(engine.context(), choice)
        return replace(made, warnings=[*said, *made.warnings]) if said else made
    except GitError as problem:
        raise refuse(f"{problem}.".replace("..", "."), f"Then do it again: `do {step}`.", step) from None


def perform(
    engine: Engine,
    step: str,
    *,
    choice: str = "",
    confirm: str = "",
    showing: Callable[[Plan], None] | None = None,
) -> Performed:
    """Carry out `step` as far as it goes without waiting for its commands.

    `showing` is called with the plan before anything starts. Raises Refused, NeedsConfirmation, NeedsTrust,
    NotSaved or EngineError; then nothing was started.
    """
    already = _done_already(engine, step, choice)
    if already is not None:
        return already
    impl, chosen = checked_plan(engine, step, choice, confirm)
    if showing:
        showing(chosen)
    from hotfix_tui.engine import following

    if chosen.commands:
        begun = start(engine, step, chosen)
        if begun.state == "running":
            begun = begun._replace(why=following.begin(engine, chosen.beside))
        return begun
    if not engine.dry_run:
        following.begin(engine, chosen.beside)
    return _without_commands(engine, impl, step, chosen, choice)


def _done_already(engine: Engine, step: str, choice: str) -> Performed | None:
    """Return that `step` is done, by a run that ended unseen or by what the world shows; None if it has to be done.

    So a call that is made again after a crash repeats no act that cannot be taken back. A choice asks for it anew.
    """
    engine.follow()
    if step in running_steps(engine):
        settled = settle(engine, step)
        if settled is not None and settled.state == "done":
            return settled
    if step not in catalog.IRREVERSIBLE or choice or engine.record.entry(step).get("state") == "running":
        return None
    gates.may_start(engine.record, step)
    seen = probe_step(engine, step)
    return Performed(step, "done", f"it was done already; {seen.why}") if seen.state == "done" else None


def checked_plan(engine: Engine, step: str, choice: str, confirm: str) -> tuple[Step, Plan]:
    """Return what would run after every gate has let it pass. Raises as `perform` does."""
    engine.follow()
    settle_ended(engine)
    impl = implementation(engine, step)
    if step not in catalog.BESIDE:
        gates.may_start(engine.record, step)
    if step in catalog.IRREVERSIBLE:
        refresh_before(engine, step)
        gates.may_start(engine.record, step)
    elif engine.record.definition(step).key == "tree" and engine.record.entry("fix.change"):
        probe_step(engine, "fix.change")  # a result is kept for the tree that is there now
    chosen = plan(engine, step, choice)
    _check_permissions(engine, step, chosen, confirm)
    return impl, chosen


def _check_permissions(engine: Engine, step: str, chosen: Plan, confirm: str) -> None:
    if step in catalog.IRREVERSIBLE and engine.save_problem:
        raise NotSaved(f"Progress is not being saved, so {step} does not start: {engine.save_problem}")
    if not chosen.trusted and not is_trusted(engine):
        raise NeedsTrust(
            "The commands of this repository's configuration are not trusted yet. "
            "Read them and agree: `hotfix-tui trust`."
        )
    wants = gates.needs_confirmation(engine.record, step) or step == catalog.ROLLBACK.id
    if wants and chosen.commands and not engine.dry_run:
        words = gates.confirm_words(engine.record)
        if confirm not in words:
            said = "The confirm word does not match" if confirm else "This changes production"
            raise NeedsConfirmation(f"{said}: confirm with {' or '.join(words)}.", words, chosen)


def is_trusted(engine: Engine) -> bool:
    """Say whether the configuration that the incident keeps was trusted, here or by its hash."""
    from hotfix_tui.engine import opening

    return opening.is_trusted(engine.record, engine.root)


def _without_commands(engine: Engine, impl: Step, step: str, chosen: Plan, choice: str) -> Performed:
    ctx = engine.context()
    try:
        probe = impl.apply(ctx, choice) if not chosen.by_hand else None
        probe = probe or impl.probe(ctx)
    except GitError as problem:
        probe = Probe("unknown", {}, str(problem))
    if chosen.evidence:
        probe = probe._replace(evidence={**chosen.evidence, **probe.evidence})
    if decided := decisions.decide(engine, step, choice, probe):
        return Performed(step, decided, probe.why, chosen)
    engine.change(lambda record, actor: running.found(record, actor, step, probe, asked=True))
    if chosen.by_hand and probe.state != "done":
        return Performed(step, "by-hand", probe.why, chosen)
    return Performed(step, probe.state, probe.why, chosen)


def start(engine: Engine, step: str, chosen: Plan) -> Performed:
    """Save the intent and start the commands of `chosen`, whose gates were passed. Raises EngineError."""
    if engine.dry_run:
        return Performed(step, "not-done", "dry run: nothing was started", chosen)
    number = begin_run(engine, step, chosen)
    directory = engine.run_directory(number)
    os.makedirs(engine.lock_path("x").rsplit("/", 1)[0], mode=0o700, exist_ok=True)
    spec = RunSpec(
        step=step,
        commands=chosen.commands,
        tty=chosen.tty,
        timeout=chosen.timeout,
        locks=[engine.lock_path(name) for name in chosen.locks],
        holder=f"{engine.record.ticket or engine.id}: {chosen.title}, by {engine.by}",
        env=dict(chosen.env),
    )
    try:
        runs.start(Path(directory), spec)
    except runs.StartError as problem:
        why = str(problem)
        if runs.forbid(Path(directory)):
            engine.change(lambda record, actor: running.withdraw(record, actor, step, one_line(why)))
        raise EngineError(f"{chosen.title}: {why}") from None
    return Performed(step, "running", "", chosen, number)


def begin_run(engine: Engine, step: str, chosen: Plan) -> int:
    """Save the intent to run `step`; return the run's number."""
    number = 0

    def intend(record: Record, actor: Actor) -> Entries:
        nonlocal number
        number, entries = running.begin(record, actor, step, chosen.title)
        record.steps[step].setdefault("evidence", {}).update(chosen.evidence)
        return entries

    engine.change(intend)
    return number


def settle(engine: Engine, step: str) -> Performed | None:
    """Write the result of the running `step` if its run has ended; None while it has not.

    A run whose record is lost is settled by the probe if it says done, and is unknown otherwise.
    """
    now = engine.record.entry(step)
    number = now.get("run")
    if now.get("state") != "running" or number is None:
        return None
    directory = Path(engine.run_directory(number))
    state = runs.look(directory)
    if state.state == "running":
        return None
    if state.state == "never-started":
        return _never_started(engine, step, directory, number)
    if state.state == "refused":
        _take_back(engine, step, number, f"under way elsewhere: {state.holder}")
        return Performed(step, "busy", f"the same act is under way: {state.holder}", None, number)
    ctx = engine.context()
    impl = implementation(engine, step)
    try:
        if state.state.startswith("lost"):
            seen = impl.probe(ctx)
            probe = seen if seen.state == "done" else Probe("unknown", seen.evidence, describe_end(state))
        else:
            probe = impl.conclude(ctx, state, str(directory))
    except GitError as problem:
        probe = Probe("unknown", {}, str(problem))
    write_result(engine, step, number, probe, describe_end(state), state.finished)
    if step == "monitor.watch" and probe.state == "done":
        from hotfix_tui.engine import following

        following.end(engine, "the watch is over")
    final = engine.record.entry(step).get("state", "")
    return Performed(step, str(final), probe.why, None, number)


def write_result(
    engine: Engine, step: str, number: int, probe: Probe, outcome: str, finished: str | None = None
) -> None:
    """Save what the probe said of run `number`, unless another process has done so.

    `finished` is when it ended, as its supervisor wrote it down; None means now.
    """
    ended = datetime.fromisoformat(finished).replace(microsecond=0) if finished else None

    def write(record: Record, actor: Actor) -> Entries:
        now = record.entry(step)
        if now.get("run") != number or now.get("state") != "running":
            return []
        return running.finish(record, actor, step, probe, outcome, ended)

    engine.change(write)


def _never_started(engine: Engine, step: str, directory: Path, number: int) -> Performed | None:
    begun = engine.record.entry(step)["at"]
    if engine.clock() - begun < _STARTING and not directory.joinpath("status.json").exists():
        return None
    if not runs.forbid(directory):
        return None
    _take_back(engine, step, number, "the wizard ended before it began")
    return Performed(step, "not-done", "it was not started", None, number)


def _take_back(engine: Engine, step: str, number: int, why: str) -> None:
    """Withdraw the intent of run `number`, which certainly never started."""

    def take_back(record: Record, actor: Actor) -> Entries:
        now = record.entry(step)
        if now.get("run") != number or now.get("state") != "running":
            return []
        return running.withdraw(record, actor, step, one_line(why, 200))

    engine.change(take_back)


def cancel(engine: Engine, number: int, why: str = "") -> None:
    """Ask the supervisor of run `number` to end it. Raises Refused when it is not running."""
    try:
        directory = Path(engine.run_directory(number))
    except KeyError:
        raise refuse(f"There is no run {number}.", "`runs` lists them.") from None
    if runs.look(directory).state != "running":
        raise refuse(f"Run {number} is not running.", f"See it: `output {number}`.")
    runs.cancel(directory, why or f"by {engine.by}")


def probe_step(engine: Engine, step: str) -> Probe:
    """Look at the world for `step` and bring the record in line with it."""
    impl = registry.find(step)
    if impl is None:
        return Probe("unknown", {}, "a person says whether it is done")
    if engine.record.entry(step).get("state") == "running":
        return _probe_running(engine, step)
    try:
        probe = impl.probe(engine.context())
    except GitError as problem:
        return Probe("unknown", {}, str(problem))
    engine.change(lambda record, actor: running.found(record, actor, step, probe))
    return probe


def _probe_running(engine: Engine, step: str) -> Probe:
    """Settle the running `step` if its run has ended; say what came of it."""
    settled = settle(engine, step)
    if settled is None:
        return Probe("unknown", {}, "it is still running")
    return Probe(settled.state, engine.record.evidence(step), settled.why)


def refresh_before(engine: Engine, step: str) -> None:
    """Look again at every earlier automatic step that counts as done: the gate of an irreversible act."""
    for _, names in sequence(engine.record):
        for name in names:
            if name == step:
                return
            if engine.record.entry(name).get("state") == "done" and registry.find(name) is not None:
                probe_step(engine, name)


def running_steps(engine: Engine) -> list[str]:
    """Return the steps whose run has not been settled."""
    return [name for name, now in engine.record.steps.items() if now.get("state") == "running"]


def settle_ended(engine: Engine) -> None:
    """Settle each run that has ended without anybody waiting for it, so that no gate takes it for running."""
    for name in running_steps(engine):
        settle(engine, name)


def reconcile(engine: Engine, saw: Callable[[str], None] | None = None) -> None:
    """Bring the record in line with the world: settle ended runs, find what was done outside.

    `saw` is called with each step's id after it was looked at. Steps of later stages are asked only where
    they may have been done early.
    """
    with one_moment():
        _reconcile(engine, saw)


def _reconcile(engine: Engine, saw: Callable[[str], None] | None) -> None:
    for name in running_steps(engine):
        settle(engine, name)
        if saw:
            saw(name)
    if engine.record.state != "open":
        return
    stages = sequence(engine.record)
    names = [stage for stage, _ in stages]
    here = names.index(engine.record.stage) if engine.record.stage in names else 0
    for place, (_, steps) in enumerate(stages):
        for name in steps:
            impl = registry.find(name)
            if impl is None or engine.record.entry(name).get("state") == "running":
                continue
            if place <= here or impl.looks_early:
                _look(engine, name)
                if saw:
                    saw(name)


def _look(engine: Engine, step: str) -> None:
    try:
        probe_step(engine, step)
    except Refused:
        return
