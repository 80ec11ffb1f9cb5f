"""The outcome of actions: ended runs are settled, steps are probed, the record is brought in line with reality.

A run may be started by one process and settled by another, much later: everything that is needed is in the record and
in the run's directory.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.engine.branch_commands import of_the_branch
from hotfix_tui.engine.core import Engine
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.moment import asked_once
from hotfix_tui.incident.edits import person
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import BY_A_PLATFORM, FOLLOW, ROLLBACK
from hotfix_tui.incident.model.evidence.every import kind_of
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Refused, refuse
from hotfix_tui.incident.rules.policy import sequence
from hotfix_tui.incident.rules.views import view
from hotfix_tui.runner import runs
from hotfix_tui.steps import contract, registry
from hotfix_tui.steps.changeset import state
from hotfix_tui.steps.common import platform_call

if TYPE_CHECKING:
    from hotfix_tui.incident.edits.person import Actor, Entries
    from hotfix_tui.incident.edits.runs import Probe
    from hotfix_tui.runner.state import RunState
    from hotfix_tui.steps.contract import Plan, Step

_STARTING = timedelta(seconds=10)
"""Seconds that an intent may be without a run before it counts as never started."""


class Performed(NamedTuple):
    """The outcome of performing a step.

    `state` is ``running``, ``done``, ``failed``, ``not-done``, ``unknown``, ``by-hand``, or ``busy``: the same action
    is running elsewhere, and nothing was started.
    """

    step: str
    state: str
    why: str
    plan: Plan | None = None
    run: int | None = None
    unrecorded: str = ""
    """The folder of a run that the record does not know, because it could not be saved."""


def implementation(engine: Engine, step: str) -> Step:
    """Return the implementation of `step`; raise Refused for a step that a person does."""
    impl = registry.find(step)
    if impl is not None:
        return impl
    known = engine.record.definitions().get(step)
    if known is None:
        raise refuse(f"There is no step {step!r}.", "`status` lists the steps of this incident.", step)
    if known.kind == "fact" and (seen := view(engine.record, known)).settled:
        raise refuse(
            f"{known.title} ({step}) is {seen.state}: there is nothing to carry out.", "Go on: `next`.", step
        )
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


def how_it_ended(ended: RunState, probe: Probe) -> str:
    """Return how a run ended: what was seen after its commands, which says more than an exit status."""
    if (
        ended.exit_code is None
        or ended.cancelled
        or probe.state not in ("failed", "waiting")
        or not probe.why
    ):
        return contract.describe_end(ended)
    # What to do about it stands behind it, and is done by the time anyone reads how the run ended.
    return re.split(r"(?<=[^.])\. (?=[A-Z])", probe.why, maxsplit=1)[0]


def collect_result(engine: Engine, step: str) -> Performed | None:
    """Write the result of the running `step` if its run has ended; None while it has not.

    A run whose record is lost is settled by the probe if that says done, and is unknown otherwise.
    """
    now = engine.record.entry(step)
    number = now.get("run")
    if now.get("state") != "running" or number is None:
        return None
    directory = Path(engine.run_directory(number))
    ended = runs.look(directory)
    impl = implementation(engine, step)
    if ended.state == "running" and not impl.settles_early(str(directory)):
        return None
    if ended.state == "never-started":
        return _never_started(engine, step, directory, number)
    if ended.state == "refused":
        take_back(engine, step, number, f"under way elsewhere: {ended.holder}")
        return Performed(step, "busy", f"the same act is under way: {ended.holder}", None, number)
    if ended.state == "exited" and (why := impl.came_to_nothing(ended)):
        take_back(engine, step, number, why)
        return Performed(step, "not-done", why, None, number)
    if step in (*BY_A_PLATFORM, ROLLBACK.id):
        engine.remembered.forget(platform_call.KIND)  # a swap, for one, turns round which environment is live
    with asking.look(asking.Answers(remember=engine.remembered)):
        probe = _ended(engine, step, ended, directory)
    asking.anew()  # what was heard before the run is not what is true after it
    write_result(engine, step, number, probe, how_it_ended(ended, probe), ended.finished)
    if step == catalog.MONITOR_WATCH and probe.state == "done":
        end_log(engine, "the watch is over")
    engine.reload()  # another process may have been the one that settled it
    final = engine.record.entry(step).get("state", "")
    return Performed(step, str(final), probe.why, None, number)


def _ended(engine: Engine, step: str, ended: RunState, directory: Path) -> Probe:
    """Return the outcome of a run that has ended."""
    ctx, impl = engine.context(), implementation(engine, step)
    try:
        if ended.state.startswith("lost"):
            return _of_a_lost_run(ended, impl.probe(ctx))
        with asked_once():
            return impl.conclude(ctx, ended, str(directory))
    except GitError as problem:
        return running.Probe("unknown", None, str(problem))


def _of_a_lost_run(ended: RunState, seen: Probe) -> Probe:
    """Return what a probe shows of a run whose end nobody recorded."""
    over = ended.state != "lost-child-alive"
    if seen.state == "done" or (seen.state == "failed" and over):
        return seen
    why = f"; {seen.why}" if seen.why else ""

    return seen._replace(state="unknown", why=f"{contract.describe_end(ended)}{why}")


def write_result(
    engine: Engine, step: str, number: int, probe: Probe, outcome: str, finished: str | None = None
) -> None:
    """Save what the probe said of run `number`, unless another process has done so.

    `finished` is when it ended, as its supervisor recorded; None means now.
    """
    ended = datetime.fromisoformat(finished).replace(microsecond=0) if finished else None
    commands = of_the_branch(engine, step, probe)

    def write(record: Record, actor: Actor) -> Entries:
        now = record.entry(step)
        if now.get("run") != number or now.get("state") != "running":
            return []
        entries = running.finish(record, actor, step, probe, outcome, ended)
        return entries + person.commands_found(record, actor, commands)

    engine.change(write)


def _never_started(engine: Engine, step: str, directory: Path, number: int) -> Performed | None:
    begun = engine.record.entry(step)["at"]
    if engine.clock() - begun < _STARTING and not directory.joinpath("status.json").exists():
        return None
    try:
        if not runs.forbid(directory):
            return None
    except OSError:
        return None  # the disk accepts no writes: leave it as it is until that changes
    take_back(engine, step, number, "the wizard ended before it began")
    return Performed(step, "not-done", "it was not started", None, number)


def take_back(engine: Engine, step: str, number: int, why: str) -> None:
    """Withdraw the intent of run `number`, which certainly never started."""

    def take_back(record: Record, actor: Actor) -> Entries:
        now = record.entry(step)
        if now.get("run") != number or now.get("state") != "running":
            return []
        return running.withdraw(record, actor, step, one_line(why, 200))

    engine.change(take_back)


def cancel(engine: Engine, number: int, why: str = "") -> None:
    """Ask the supervisor of run `number` to end it. Raises Refused if it is not running."""
    try:
        directory = Path(engine.run_directory(number))
    except KeyError:
        raise refuse(f"There is no run {number}.", "`runs` lists them.") from None
    if runs.look(directory).state != "running":
        raise refuse(f"Run {number} is not running.", f"See it: `output {number}`.")
    runs.cancel(directory, why or f"by {engine.by}")


def probe_step(engine: Engine, step: str) -> Probe:
    """Probe `step` and bring the record in line with the result."""
    impl = registry.find(step)
    if impl is None:
        return running.Probe("unknown", None, "a person says whether it is done")
    if engine.record.entry(step).get("state") == "running":
        return _probe_running(engine, step)
    try:
        with asked_once(), asking.looking(engine.remembered):
            probe = impl.probe(engine.context())
    except GitError as problem:
        return running.Probe("unknown", None, str(problem))
    commands = of_the_branch(engine, step, probe)

    def write(record: Record, actor: Actor) -> Entries:
        entries = running.apply_probe(record, actor, step, probe)
        return entries + person.commands_found(record, actor, commands)

    engine.change(write)
    return probe


def _probe_running(engine: Engine, step: str) -> Probe:
    """Settle the running `step` if its run has ended; return the outcome."""
    settled = collect_result(engine, step)
    if settled is None:
        return running.Probe("unknown", None, "it is still running")
    return running.Probe(
        settled.state, kind_of(step).from_dict(engine.record.stored(step)), settled.why, adds=True
    )


def refresh_preconditions(engine: Engine, step: str) -> None:
    """Probe every earlier automatic step that counts as done: the gate of an irreversible action.

    They all share one query scope, which begins here; decisions based on it come after, and query again.
    """
    every = (name for _, names in sequence(engine.record) for name in names)
    earlier = itertools.takewhile(lambda name: name != step, every)
    with state.consistent_view():
        for name in earlier:
            if engine.record.entry(name).get("state") == "done" and registry.find(name) is not None:
                probe_step(engine, name)


def running_steps(engine: Engine) -> list[str]:
    """Return the steps whose run has not been settled."""
    return [name for name, now in engine.record.steps.items() if now.get("state") == "running"]


def collect_ended(engine: Engine) -> None:
    """Settle each run that has ended without anybody waiting for it, so that no gate takes it for running."""
    for name in running_steps(engine):
        collect_result(engine, name)


def reconcile(engine: Engine, saw: Callable[[str], None] | None = None) -> None:
    """Bring the record in line with reality: settle ended runs, find what was done outside.

    `saw` is called with each step's id after it was probed. Steps of later stages are probed only if they may have
    been done early.
    """
    with state.consistent_view(), asking.looking(engine.remembered):
        _reconcile(engine, saw)


def _reconcile(engine: Engine, saw: Callable[[str], None] | None) -> None:
    for name in running_steps(engine):
        collect_result(engine, name)
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


# The production log, followed alongside the steps

_PATIENCE = 1.0
"""Seconds to wait for a tail that was told to end; a slower one is settled at the next check of the record."""


def log_run(engine: Engine) -> int | None:
    """Return the number of the tail's run while the record says that it is running."""
    now = engine.record.entry(FOLLOW.id)
    return int(now["run"]) if now.get("state") == "running" and "run" in now else None


def end_log(engine: Engine, why: str) -> None:
    """Tell the tail to end, if there is one, and record its end if it comes soon."""
    number = log_run(engine)
    if number is not None and not engine.dry_run and end_run(engine, number, why):
        collect_result(engine, FOLLOW.id)


def end_run(engine: Engine, number: int, why: str) -> bool:
    """Tell a run to end, and wait briefly for that; False if its record is lost: collecting the result reports it."""
    directory = Path(engine.run_directory(number))
    try:
        runs.cancel(directory, why)
    except runs.NotRunning:
        return False
    until = time.monotonic() + _PATIENCE
    while runs.look(directory).state == "running" and time.monotonic() < until:
        time.sleep(0.02)
    return True
