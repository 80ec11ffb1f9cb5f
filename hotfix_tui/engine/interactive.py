"""Running a step on the real terminal: for a passphrase, a host key or a pinentry that has to be typed.

The caller suspends the screen. The commands run one after the other in the foreground, so this is the one kind of run
that does not outlive the wizard. Everything else is as for every other run: what is done is not repeated, the gates,
the intent before and the result after, and the locks, which the commands hold even if the wizard is killed.
"""

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hotfix_tui.base import durable, flock, folders
from hotfix_tui.base.text import one_line
from hotfix_tui.engine import locking
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.execute import planned_of, ready, without_commands
from hotfix_tui.engine.prepare import Prepared
from hotfix_tui.engine.reconcile import Performed, implementation, take_back, write_result
from hotfix_tui.engine.start import begin_log, begin_run
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.runner import locks, processes
from hotfix_tui.runner.state import RunState
from hotfix_tui.steps.contract import Command, Plan, describe_end

_QUIET = (
    "GIT_TERMINAL_PROMPT",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "GCM_INTERACTIVE",
    "GIT_SSH_COMMAND",
)
"""Variables that keep git and ssh from prompting; on a terminal they may."""


def execute(
    engine: Engine, prepared: Prepared, word: str = "", *, showing: Callable[[Plan], None] | None = None
) -> Performed:
    """Carry out what was prepared in the foreground of the terminal; return its result.

    Raises what `engine.execute.execute` raises; then nothing was started.
    """
    now = ready(engine, prepared, word)
    if now.already is not None:
        return now.already
    step, plan = now.step, planned_of(now)
    if showing:
        showing(plan)
    if engine.dry_run:
        return Performed(step, "not-done", "dry run: nothing was started", plan)
    if not plan.commands:
        return without_commands(engine, step, plan, now.method)
    number = begin_run(engine, step, plan, now.entry)
    run = _Run(Path(engine.store.own(engine.run_directory(number))), plan, shown=showing is not None)
    with ExitStack() as held:
        try:
            held.enter_context(_held(engine, step, run))
        except locks.Taken as taken:
            take_back(engine, step, number, f"under way elsewhere: {taken}")
            return Performed(step, "busy", f"the same act is under way: {taken}", plan, number)
        except OSError as problem:
            why = one_line(f"{problem.strerror}: {problem.filename or run.directory}")
            take_back(engine, step, number, why)
            raise EngineError(f"{plan.title} certainly did not start: {why}.") from None
        begin_log(engine, plan.log_tail)
        state = run.carry_out()
    try:
        probe = implementation(engine, step).conclude(engine.context(), state, str(run.directory))
    except GitError as problem:
        probe = Probe("unknown", None, str(problem))
    write_result(engine, step, number, probe, describe_end(state))
    return Performed(step, str(engine.record.entry(step).get("state", "")), probe.why, plan, number)


@contextmanager
def _held(engine: Engine, step: str, run: "_Run") -> Iterator[None]:
    """Hold the run's lock, which tells others that it lives, and those of the action, which its commands inherit.

    Raises Taken, and OSError if the run's folder cannot be written; then nothing has started.
    """
    folders.make(str(run.directory))
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(run.directory / "lock", flags, 0o600)
    try:
        try:
            flock.lock_soon(handle, 1.0)
        except OSError as problem:
            if engine.store.locking or not flock.unsupported(problem):
                raise
        entry: dict[str, object] = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "user": engine.by,
            "since": _now(),
            "what": locking.holder(engine, run.plan),
            "run": os.path.realpath(run.directory),
        }
        paths = locking.lock_paths(engine, run.plan.locks)
        run.held = locks.take(paths, entry, lenient=locking.is_lenient(engine, step))
        try:
            # With a status and without an end the run counts as lost, should the wizard die in between.
            run.tell(None, must=True)
            yield
        finally:
            locks.release(run.held)
    finally:
        os.close(handle)


@dataclass
class _Run:
    """One run in the foreground, and the files in its folder."""

    directory: Path
    plan: Plan
    shown: bool = False
    """Whether the commands were printed before: then each is only numbered where its output begins."""
    held: locks.Held = field(default_factory=locks.Held)
    begun: float = field(default_factory=time.monotonic)
    started: str = field(default_factory=lambda: _now())

    def carry_out(self) -> RunState:
        """Run the commands up to the first that fails, and record how that ended."""
        status, failed = 0, None
        for index, command in enumerate(self.plan.commands):
            line = f"$ {shlex.join(command.argv)}"
            if not self.shown:
                _say(line)
            elif len(self.plan.commands) > 1:
                _say(f"[{index + 1}/{len(self.plan.commands)}]")
            self._log(line)
            status = self._run(command)
            if status not in command.ok:
                failed = index
                break
        self._log("(its output went to the terminal)")
        state = RunState(
            state="exited",
            exit_code=status if status >= 0 else None,
            signal=-status if status < 0 else None,
            failed_command=failed,
            started=self.started,
            finished=_now(),
            duration_s=time.monotonic() - self.begun,
        )
        self._put("exit.json", msgspec.to_builtins(state))
        return state

    def tell(self, process: "subprocess.Popen[bytes] | None", *, must: bool = False) -> None:
        """Record which process is running. Raises OSError with `must`."""
        pid = os.getpid()
        status = {
            "state": "running",
            "supervisor_pid": pid,
            "supervisor_start": processes.start_time(pid),
            "boot_id": processes.boot_id(),
            "started": self.started,
            "pid": process.pid if process else None,
            "pid_start": processes.start_time(process.pid) if process else "",
        }
        self._put("status.json", status, must=must)

    def _run(self, command: Command) -> int:
        inherited = {
            k: v for k, v in os.environ.items() if k not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
        }
        wanted = {k: v for k, v in {**self.plan.env, **command.env}.items() if k not in _QUIET}
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is for the command
        try:
            process = subprocess.Popen(
                command.argv,
                cwd=command.cwd,
                env={**inherited, **wanted, processes.TAG: os.path.realpath(self.directory)},
                restore_signals=True,
                preexec_fn=_hear_interrupts,
                pass_fds=self.held.fds,
            )
            self.tell(process)
            return process.wait()
        except OSError as problem:
            _say(f"{command.argv[0]} could not be started: {problem.strerror}")
            return 127
        finally:
            signal.signal(signal.SIGINT, before)

    def _put(self, name: str, value: Mapping[str, object], *, must: bool = False) -> None:
        try:
            durable.replace(str(self.directory / name), durable.encode(value), backup=False)
        except OSError:
            # The action has begun; its outcome goes into the record.
            if must:
                raise

    def _log(self, line: str) -> None:
        with suppress(OSError):
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            fd = os.open(self.directory / "log", flags, 0o600)
            try:
                durable.write_all(fd, os.fsencode(line) + b"\n")
            finally:
                os.close(fd)


def _say(line: str) -> None:
    with suppress(OSError):
        print(line, flush=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
