"""The state of a run, as its folder shows it: running, ended, or lost. Reads only, never contacts a process."""

import functools
import time
from pathlib import Path
from typing import Any, Literal

import msgspec

from hotfix_tui.base import durable
from hotfix_tui.runner import locks, processes

_STARTING = 60.0
"""Seconds that a claimed run has to write its status, on a file system without locks."""

State = Literal[
    "running", "exited", "refused", "never-started", "lost-child-alive", "lost-child-gone", "lost-reboot"
]


class RunState(msgspec.Struct, frozen=True):
    """The state of a run at one moment.

    `lost-…` means that the supervisor died before it could record the end: the result is unknown. `left_running`
    are pids that outlived the run (or its supervisor). `failed_command` counts from 0. Times are RFC 3339 in UTC;
    `duration_s` is measured on the monotonic clock. `holder` says who holds the lock that made the run be refused.
    `codes` are the exit statuses of the started commands, in order; negative for a command ended by that signal.
    """

    state: State
    exit_code: int | None = None
    signal: int | None = None
    failed_command: int | None = None
    cancelled: str = ""
    started: str | None = None
    finished: str | None = None
    duration_s: float | None = None
    dropped_bytes: int = 0
    left_running: list[int] = []
    holder: str = ""
    codes: list[int] = []

    @property
    def succeeded(self) -> bool:
        """Whether every command ended with a status that counts as success, and nobody cancelled."""
        return self.state == "exited" and self.failed_command is None and not self.cancelled


def look(rundir: Path) -> RunState:
    """Return the state of the run in this folder. Cheap while it runs, and safe against every race with its end."""
    until = time.monotonic() + 1.0
    while True:
        # The order matters: a lock that is free *after* a status was read means that its writer is gone, and an
        # end that is missing *after* that was never written.
        if ended := _ended(rundir):
            return ended
        status = durable.read_json(str(rundir / "status.json"))
        if status is not None and status.get("state") == "never-started":
            return RunState("never-started")
        if _supervised(rundir, status):
            # Locked but without a status: about to start, or being called off. Wait a moment to find out.
            if status is None and time.monotonic() < until:
                time.sleep(0.005)
                continue
            return _running(status or {})
        if ended := _ended(rundir):
            return ended
        if status is not None:
            return _lost(rundir, status)
        if durable.read_json(str(rundir / "status.json")) is None:
            return RunState("never-started")


def _supervised(rundir: Path, status: dict[str, object] | None) -> bool:
    """Return whether the run's supervisor lives: it holds the lock or, without locks, is the recorded process."""
    try:
        return locks.held(str(rundir / "lock"))
    except OSError:
        if status is None:
            return _just_claimed(rundir)
        pid, start = status.get("supervisor_pid"), status.get("supervisor_start")
        return isinstance(pid, int) and bool(start) and processes.start_time(pid) == start


def _just_claimed(rundir: Path) -> bool:
    """Return whether somebody began to start the run a moment ago, on a file system without locks."""
    try:
        return abs(time.time() - (rundir / locks.CLAIM).lstat().st_mtime) < _STARTING
    except OSError:
        return False


def _ended(rundir: Path) -> RunState | None:
    record = durable.read_json(str(rundir / "exit.json"))
    if not record:
        return None
    try:
        return msgspec.convert(record, RunState)
    except (msgspec.ValidationError, UnicodeError):
        # Damaged after it was written: same as never written.
        return None


def _running(status: dict[str, Any]) -> RunState:
    return RunState("running", started=status.get("started"))


def _lost(rundir: Path, status: dict[str, Any]) -> RunState:
    state: State = "lost-child-gone"
    alive: list[int] = []
    boot = status.get("boot_id")
    if boot and boot != _boot_id():
        state = "lost-reboot"
    else:
        alive = processes.survivors(str(rundir), status)
        if alive:
            state = "lost-child-alive"
    return RunState(
        state,
        started=status.get("started"),
        left_running=alive,
    )


@functools.cache
def _boot_id() -> str:
    return processes.boot_id()
