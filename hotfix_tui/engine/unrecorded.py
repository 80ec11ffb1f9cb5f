"""A rollback that runs although the record cannot be saved: it is never refused, and says what to record later.

Its run is in the first writable folder: the incident's, the user's state directory, the temporary one; if there is
none, its commands run in the foreground.
"""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hotfix_tui.base.errors import HotfixError, sentence_of
from hotfix_tui.base.text import one_line
from hotfix_tui.engine import locking
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import CannotStart
from hotfix_tui.engine.reconcile import Performed, implementation
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor, Entries
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.record import Record
from hotfix_tui.runner import runs
from hotfix_tui.runner.environment import child_environment
from hotfix_tui.runner.spec import RunSpec
from hotfix_tui.runner.state import RunState
from hotfix_tui.session import places
from hotfix_tui.steps.contract import Plan, describe_end


def start(engine: Engine, step: str, chosen: Plan, why: str) -> Performed:
    """Start the commands of `chosen` without a record; `why` says what keeps it from being saved.

    The result is ``running``, with the folder of the run, or ``busy``. Raises CannotStart if no folder accepts a run;
    then nothing has started, and `in_the_foreground` remains.
    """
    spec = RunSpec(
        step=step,
        commands=chosen.commands,
        tty=chosen.tty,
        timeout=chosen.timeout,
        locks=locking.lock_paths(engine, chosen.locks),
        lenient=True,
        holder=locking.holder(engine, chosen),
        env=dict(chosen.env),
    )
    problems = []
    for folder in _folders(engine, step):
        try:
            runs.start(Path(folder), spec)
        except (runs.StartError, OSError) as problem:
            problems.append(sentence_of(problem))
            continue
        state = runs.look(Path(folder))
        if state.state == "refused":
            return Performed(step, "busy", f"the same act is under way: {state.holder}", chosen)
        return Performed(step, "running", f"It is not recorded: {why}", chosen, None, folder)
    raise CannotStart(
        f"{chosen.title} certainly did not start: {why} {problems[-1] if problems else ''}\n"
        f"By hand it is: {by_hand(chosen)}",
        chosen,
        why,
    )


def finish(engine: Engine, begun: Performed) -> Performed:
    """Wait for the end of what `start` began, and return the outcome and what to record."""
    assert begun.plan is not None
    folder = Path(begun.unrecorded)
    for _ in runs.follow(folder):
        pass
    return _concluded(engine, begun.step, begun.plan, runs.look(folder), begun.why, str(folder))


def in_the_foreground(engine: Engine, step: str, chosen: Plan, why: str, *, shown: bool = False) -> Performed:
    """Run the commands of `chosen` in this process's terminal: no disk accepts even the log of a run.

    Commands that were `shown` before are only numbered where their output begins.
    """
    state = RunState("exited", exit_code=0)
    environment = child_environment(os.environ, chosen.env)
    for index, command in enumerate(chosen.commands):
        if not shown:
            print(f"$ {shlex.join(command.argv)}", flush=True)
        elif len(chosen.commands) > 1:
            print(f"[{index + 1}/{len(chosen.commands)}]", flush=True)
        try:
            code = subprocess.run(
                command.argv,
                cwd=command.cwd,
                env={**environment, **command.env},
                stdin=subprocess.DEVNULL,
                check=False,
            ).returncode
        except OSError as problem:
            print(f"{command.argv[0]} could not be started: {problem.strerror}", flush=True)
            code = 127
        if code not in command.ok:
            state = RunState(
                "exited", exit_code=code if code >= 0 else None, signal=-code or None, failed_command=index
            )
            break
    return _concluded(engine, step, chosen, state, f"It is not recorded: {why}", "/")


def by_hand(chosen: Plan) -> str:
    """Return the command lines of `chosen` as typed into a shell."""
    lines = [f"cd {shlex.quote(command.cwd)} && {shlex.join(command.argv)}" for command in chosen.commands]
    return "; ".join(f"({line})" if len(lines) > 1 else line for line in lines)


_NO_NUMBER = 0
"""The number of a run that could not be recorded: real ones begin at 1."""


def _concluded(
    engine: Engine, step: str, chosen: Plan, state: RunState, why: str, directory: str
) -> Performed:
    impl = implementation(engine, step)
    ctx = engine.context()
    entry: dict[str, Any] = ctx.record.steps.setdefault(step, {})
    entry["evidence"] = {**entry.get("evidence", {}), **chosen.evidence}
    entry["run"] = _NO_NUMBER
    ctx.record.runs.append({"n": _NO_NUMBER, "step": step, "note": chosen.note.to_dict()})
    try:
        if state.state.startswith("lost"):
            probe = Probe("unknown", None, describe_end(state))
        else:
            probe = impl.conclude(ctx, state, directory)
    except GitError as problem:
        probe = Probe("unknown", None, str(problem))
    done = {"done": "done", "unknown": "unknown"}.get(probe.state, "failed")
    if _recorded(engine, step, chosen, probe, describe_end(state)):
        return Performed(step, done, f"{probe.why} (it is recorded now)".strip(), chosen)
    word = {"done": "done", "unknown": "result unknown", "failed": "failed"}[done]
    text = one_line(f"{chosen.title}: {word}" + (f": {probe.why}" if probe.why else ""), 200)
    at = engine.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    note = f"hotfix-tui --incident {engine.id} note {shlex.quote(text)} --at {at}"
    return Performed(
        step, done, f"{probe.why}. {why} Once it can be saved, note it: {note}".lstrip(". "), chosen
    )


def _recorded(engine: Engine, step: str, chosen: Plan, probe: Probe, outcome: str) -> bool:
    """Record intent and result together, now that it is over; return whether that worked."""

    def write(record: Record, actor: Actor) -> Entries:
        _, entries = running.begin(record, actor, step, chosen.title, note=chosen.note)
        record.steps[step].setdefault("evidence", {}).update(chosen.evidence)
        return entries + running.finish(record, actor, step, probe, outcome)

    try:
        with engine.store.hurried(0.5):
            engine.change(write)
    except (HotfixError, OSError):
        return False
    return True


def _folders(engine: Engine, step: str) -> "list[str]":
    name = f"unrecorded-{engine.clock():%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}-{step}"
    out = []
    try:
        out.append(os.path.join(engine.store.directory(engine.id), "runs", name))
        out.append(os.path.join(places.state_root(), "unrecorded", name))
    except HotfixError:
        pass
    try:
        out.append(os.path.join(tempfile.mkdtemp(prefix="hotfix-tui-"), name))
    except OSError:
        pass
    return out
