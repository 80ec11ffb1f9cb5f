"""Starting commands: the intent is saved, then the supervisor starts; and the log tail that comes with a deployment."""

from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.base.errors import sentence_of
from hotfix_tui.engine import locking, unrecorded
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.reconcile import Performed, collect_result, log_run, take_back
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor, Entries
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import FOLLOW
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.runner import runs, spec
from hotfix_tui.session.errors import StoreError

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Plan


def start(engine: Engine, step: str, chosen: "Plan", seen: dict[str, object] | None = None) -> Performed:
    """Save the intent and start the commands of `chosen`, which passed the gate.

    `seen` is the step's entry when the plan was made. Raises Refused if it was carried out since, and EngineError.
    """
    if engine.dry_run:
        return Performed(step, "not-done", "dry run: nothing was started", chosen)

    try:
        number = begin_run(engine, step, chosen, seen)
    except StoreError as problem:
        if step != catalog.ROLLBACK.id:
            raise
        return unrecorded.start(engine, step, chosen, sentence_of(problem))
    directory = engine.store.own(engine.run_directory(number))
    wanted = spec.RunSpec(
        step=step,
        commands=chosen.commands,
        tty=chosen.tty,
        timeout=chosen.timeout,
        locks=locking.lock_paths(engine, chosen.locks),
        lenient=locking.is_lenient(engine, step),
        holder=locking.holder(engine, chosen),
        env=dict(chosen.env),
    )
    try:
        runs.start(Path(directory), wanted)
    except runs.StartError as problem:
        said = f"{problem}{_withdrawn(engine, step, number, str(problem))}"
        if step == catalog.ROLLBACK.id:
            return unrecorded.start(engine, step, chosen, said)
        raise EngineError(f"{chosen.title} certainly did not start. {said}") from None
    if runs.look(Path(directory)).state == "refused" and (busy := collect_result(engine, step)):
        return busy._replace(plan=chosen)
    return Performed(step, "running", "", chosen, number)


def _withdrawn(engine: Engine, step: str, number: int, why: str) -> str:
    """Withdraw the intent of a run that certainly did not start; return a sentence if that cannot be saved."""
    try:
        take_back(engine, step, number, why)
    except (StoreError, OSError) as problem:
        return (
            f" That it did not start could not be recorded, so `status` goes on calling it running until it can: "
            f"{sentence_of(problem)}"
        )
    return ""


def begin_run(engine: Engine, step: str, chosen: "Plan", seen: dict[str, object] | None) -> int:
    """Save the intent to run `step`; return the run's number. Raises Refused if it was carried out since `seen`."""
    number = 0

    def intend(record: Record, actor: Actor) -> Entries:
        nonlocal number
        number, entries = running.begin(record, actor, step, chosen.title, seen, chosen.note)
        record.steps[step].setdefault("evidence", {}).update(chosen.evidence)
        return entries

    engine.change(intend)
    return number


def begin_log(engine: Engine, tail: "Plan | None") -> str:
    """Start `tail`, the plan that was shown with the deployment; return a sentence if that failed, otherwise empty."""
    if tail is None:
        return ""
    try:
        collect_result(engine, FOLLOW.id)
        if log_run(engine) is None:
            start(engine, FOLLOW.id, tail)
    except (Refused, EngineError, StoreError, OSError) as problem:
        return f"The log is not followed: {problem}"
    return ""
