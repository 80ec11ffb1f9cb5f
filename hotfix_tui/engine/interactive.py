"""Running a step with the real terminal: for a passphrase, a host key or a pinentry that has to be typed.

The screen is suspended by the caller. The commands run one after the other in the foreground, so this is the one
kind of run that does not outlive the wizard; intent and result are saved as for every other run.
"""

import fcntl
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotfix_tui.engine import following
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.perform import begin_run, checked_plan
from hotfix_tui.engine.settling import Performed, write_result
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.runner.state import RunState
from hotfix_tui.session import durable
from hotfix_tui.steps.contract import Command, describe_end

_QUIET = (
    "GIT_TERMINAL_PROMPT",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "GCM_INTERACTIVE",
    "GIT_SSH_COMMAND",
)
"""What keeps git and ssh from asking; with a terminal they may."""


def perform(engine: Engine, step: str, *, choice: str = "", confirm: str = "") -> Performed:
    """Carry out `step` in the foreground of the terminal; return its result.

    Raises what `engine.perform.perform` raises; then nothing was started.
    """
    impl, plan, seen = checked_plan(engine, step, choice, confirm)
    if not plan.commands:
        return Performed(step, "not-done", "there is nothing to run with the terminal", plan)
    number = begin_run(engine, step, plan, seen)
    following.begin(engine, plan.beside)
    directory = Path(engine.run_directory(number))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _held(directory):
        state = _run_all(plan.commands, plan.env, directory)
    try:
        probe = impl.conclude(engine.context(), state, str(directory))
    except GitError as problem:
        probe = Probe("unknown", {}, str(problem))
    write_result(engine, step, number, probe, describe_end(state))
    return Performed(step, str(engine.record.entry(step).get("state", "")), probe.why, plan, number)


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Hold the run's lock, which is what says to others that it lives."""
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # With a status and without an end the run counts as lost, should the wizard die in the middle.
        durable.replace(str(directory / "status.json"), b'{"state": "running"}', backup=False)
        yield
    finally:
        os.close(handle)


def _run_all(commands: list[Command], env: dict[str, str], directory: Path) -> RunState:
    begun = time.monotonic()
    log = directory / "log"
    status, failed = 0, None
    for index, command in enumerate(commands):
        line = f"$ {shlex.join(command.argv)}"
        print(line, flush=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line + "\n")
        status = _run(command, {**env, **command.env})
        if status not in command.ok:
            failed = index
            break
    with log.open("a", encoding="utf-8") as file:
        file.write("(its output went to the terminal)\n")
    return RunState(
        state="exited",
        exit_code=status if status >= 0 else None,
        signal=-status if status < 0 else None,
        failed_command=failed,
        duration_s=time.monotonic() - begun,
        log_bytes=log.stat().st_size,
    )


def _run(command: Command, env: dict[str, str]) -> int:
    inherited = {
        k: v for k, v in os.environ.items() if k not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    }
    wanted = {k: v for k, v in env.items() if k not in _QUIET}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is for the command
    try:
        process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env={**inherited, **wanted},
            restore_signals=True,
            preexec_fn=_hear_interrupts,
        )
        return process.wait()
    except OSError as problem:
        print(f"{command.argv[0]} could not be started: {problem.strerror}", flush=True)
        return 127
    finally:
        signal.signal(signal.SIGINT, before)


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
