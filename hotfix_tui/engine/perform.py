"""Carrying out automatic steps: gate, plan, confirmation, intent, run. What comes of it is for `settling`.

Each function takes the `Engine`; nothing here keeps state.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from hotfix_tui.base.errors import sentence_of
from hotfix_tui.engine import decisions
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError, NeedsConfirmation, NeedsTrust, NotSaved
from hotfix_tui.engine.settling import (
    Performed,
    implementation,
    probe_step,
    refresh_before,
    running_steps,
    settle,
    settle_ended,
    take_back,
)
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor, Entries
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.schema import BadRecord
from hotfix_tui.incident.rules import gates, signing
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.runner import runs
from hotfix_tui.runner.spec import RunSpec
from hotfix_tui.session.errors import StoreError
from hotfix_tui.steps import registry
from hotfix_tui.steps.contract import Choice, Plan, Probe, Step


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
    already = done_already(engine, step, choice)
    if already is not None:
        return already
    impl, chosen, seen = checked_plan(engine, step, choice, confirm)
    if showing:
        showing(chosen)
    from hotfix_tui.engine import following

    if chosen.commands:
        begun = start(engine, step, chosen, seen)
        if begun.state == "running" and not begun.unrecorded:
            begun = begun._replace(why=following.begin(engine, chosen.beside))
        return begun
    if not engine.dry_run:
        following.begin(engine, chosen.beside)
    return without_commands(engine, impl, step, chosen, choice)


def done_already(engine: Engine, step: str, choice: str) -> Performed | None:
    """Return that `step` is done, by a run that ended unseen or by what the world shows; None if it has to be done.

    So a call that is made again after a crash repeats no act that cannot be taken back, and what was done outside the
    wizard counts, whatever is missing before it. A choice asks for it anew; of a merge it only names the method.
    """
    try:
        engine.follow()
        settled = settle(engine, step) if step in running_steps(engine) else None
    except (StoreError, BadRecord, OSError):
        if step != catalog.ROLLBACK.id:
            raise
        return None
    if settled is not None and settled.state == "done":
        return settled
    was = engine.record.entry(step).get("state")
    open_ended = was in ("unknown", "waiting")
    anew = bool(choice) and step != "release.merge" and not open_ended
    if step not in catalog.IRREVERSIBLE or anew or was == "running":
        return None
    if not (open_ended or (engine.record.state == "open" and implementation(engine, step).looks_early)):
        gates.may_start(engine.record, step)
    seen = probe_step(engine, step)
    if seen.state == "done":
        return Performed(step, "done", f"it was done already; {seen.why}")
    return Performed(step, "waiting", seen.why) if seen.state == "waiting" else None


def _refresh_if_possible(engine: Engine) -> None:
    """Take over what others saved and settle what ended; a rollback does not wait for a record that cannot be used."""
    try:
        engine.follow()
        settle_ended(engine)
    except (StoreError, BadRecord, OSError) as problem:
        engine.file_problem = sentence_of(problem)


class Checked(NamedTuple):
    """A plan that every gate has let pass; `seen` is the step's entry in the record when it was made."""

    impl: Step
    plan: Plan
    seen: dict[str, Any]


def checked_plan(engine: Engine, step: str, choice: str, confirm: str) -> Checked:
    """Return what would run after every gate has let it pass. Raises as `perform` does."""
    if step == catalog.ROLLBACK.id:
        _refresh_if_possible(engine)
    else:
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
    seen = engine.record.entry(step)
    chosen = plan(engine, step, choice)
    _check_permissions(engine, step, choice, chosen, confirm)
    return Checked(impl, chosen, seen)


def _check_permissions(engine: Engine, step: str, choice: str, chosen: Plan, confirm: str) -> None:
    if step in catalog.IRREVERSIBLE and engine.save_problem:
        raise NotSaved(f"Progress is not being saved, so {step} does not start: {engine.save_problem}")
    check_trust(engine, chosen)
    wants = gates.needs_confirmation(engine.record, step, choice) or step == catalog.ROLLBACK.id
    if wants and chosen.commands and not chosen.only_looks and not engine.dry_run:
        words = gates.confirm_words(engine.record)
        if confirm not in words:
            past = (step, choice) == signing.BYPASS
            what = "This merges past the rules" if past else "This changes production"
            said = "The confirm word does not match" if confirm else what
            raise NeedsConfirmation(f"{said}: confirm with {' or '.join(words)}.", words, chosen)


def check_trust(engine: Engine, chosen: Plan) -> None:
    """Raise NeedsTrust when `chosen` would run something that nobody has read and agreed to."""
    from hotfix_tui.steps.common.trusted import is_own

    acts = bool(chosen.commands) or chosen.beside is not None
    if (acts or not chosen.trusted) and not is_own(engine.record, engine.store.directory(engine.id)):
        raise NeedsTrust(
            f"The record of {engine.id} was not written here by you: it came with the repository, or was changed "
            "outside the wizard. Nothing that it says runs before you have read it: `hotfix-tui trust`."
        )
    if not chosen.trusted and not is_trusted(engine):
        raise NeedsTrust(
            "The commands of this repository's configuration are not trusted yet. "
            "Read them and agree: `hotfix-tui trust`."
        )


def is_trusted(engine: Engine) -> bool:
    """Say whether the configuration that the incident keeps was trusted, here or by its hash."""
    from hotfix_tui.steps.common.trusted import may_act

    return may_act(engine.record, engine.store.directory(engine.id), engine.root)


def without_commands(engine: Engine, impl: Step, step: str, chosen: Plan, choice: str) -> Performed:
    """Carry out a plan that runs nothing: what the step does by itself, else a look; return what came of it."""
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


def start(engine: Engine, step: str, chosen: Plan, seen: dict[str, Any] | None = None) -> Performed:
    """Save the intent and start the commands of `chosen`, whose gates were passed.

    `seen` is the step's entry when the plan was made. Raises Refused when it was carried out since, and EngineError.
    """
    if engine.dry_run:
        return Performed(step, "not-done", "dry run: nothing was started", chosen)
    from hotfix_tui.engine import locking, unrecorded

    try:
        number = begin_run(engine, step, chosen, seen)
    except StoreError as problem:
        if step != catalog.ROLLBACK.id:
            raise
        return unrecorded.start(engine, step, chosen, sentence_of(problem))
    directory = engine.store.own(engine.run_directory(number))
    spec = RunSpec(
        step=step,
        commands=chosen.commands,
        tty=chosen.tty,
        timeout=chosen.timeout,
        locks=locking.lock_paths(engine, chosen.locks),
        lenient=locking.is_lenient(engine, step),
        holder=holder(engine, chosen),
        env=dict(chosen.env),
    )
    try:
        runs.start(Path(directory), spec)
    except runs.StartError as problem:
        said = f"{problem}{_withdrawn(engine, step, number, str(problem))}"
        if step == catalog.ROLLBACK.id:
            return unrecorded.start(engine, step, chosen, said)
        raise EngineError(f"{chosen.title} certainly did not start. {said}") from None
    if runs.look(Path(directory)).state == "refused" and (busy := settle(engine, step)):
        return busy._replace(plan=chosen)
    return Performed(step, "running", "", chosen, number)


def _withdrawn(engine: Engine, step: str, number: int, why: str) -> str:
    """Take back the intent of a run that certainly did not start; a sentence where that cannot be saved, else empty."""
    try:
        take_back(engine, step, number, why)
    except (StoreError, OSError) as problem:
        return (
            f" That it did not start could not be written down, so `status` goes on calling it running until it can: "
            f"{sentence_of(problem)}"
        )
    return ""


def holder(engine: Engine, chosen: Plan) -> str:
    """Return what others are told who want the locks of `chosen` meanwhile."""
    return f"{engine.record.ticket or engine.id}: {chosen.title}, by {engine.by}"


def begin_run(engine: Engine, step: str, chosen: Plan, seen: dict[str, Any] | None) -> int:
    """Save the intent to run `step`; return the run's number. Raises Refused when it was carried out since `seen`."""
    number = 0

    def intend(record: Record, actor: Actor) -> Entries:
        nonlocal number
        number, entries = running.begin(record, actor, step, chosen.title, seen)
        record.steps[step].setdefault("evidence", {}).update(chosen.evidence)
        return entries

    engine.change(intend)
    return number
