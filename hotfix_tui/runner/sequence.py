"""The commands of one run, one after the other, and how they end: by themselves, by timeout, or cancelled.

Standard library only: the supervisor imports this module without the rest of the package.

Apart from `supervisor`, which holds the run's lock, its socket and its folder: this sees only commands.
"""

import contextlib
import os
import shlex
import subprocess
import time
from collections.abc import Iterable
from typing import Any

from hotfix_tui.base import durable
from hotfix_tui.runner import processes
from hotfix_tui.runner.cancellation import Cancellation, family
from hotfix_tui.runner.environment import child_environment
from hotfix_tui.runner.output import Log, Source

_DRAIN = 2.0
"""Seconds to wait for output after a command has ended, while something keeps the stream open."""
_SETTLE = 0.2
"""Seconds that helpers of an ended command get to end too, before they count as left running."""
_SCAN = 0.05
_CANNOT_RUN = 126
_NOT_FOUND = 127


class Sequence:
    """Runs the commands of a spec until one fails, the last has ended, or all is cancelled.

    The caller feeds it readable sources (`pump`), ended children (`reap`) and the passage of time (`advance`, at
    the latest after `patience()` seconds) until `over`. Each command inherits the open files `inherited`: the
    locks of the action, which last as long as it does.
    """

    def __init__(
        self,
        spec: dict[str, Any],
        status: dict[str, object],
        log: Log,
        umask: int,
        inherited: Iterable[int] = (),
    ) -> None:
        self._spec, self._status, self._log, self._umask = spec, status, log, umask
        self._inherited = tuple(inherited)
        self._folder = os.getcwd()
        self._began = time.monotonic()
        self._deadline = None if spec["timeout"] is None else self._began + spec["timeout"]
        self.sources: list[Source] = []
        self.over = False
        self._index = -1
        self._cwd = ""
        self._groups: set[int] = set()
        self._leader: subprocess.Popen[bytes] | None = None
        self._current: Source | None = None
        self._code: int | None = None
        self._signal: int | None = None
        self._failed: int | None = None
        self._codes: list[int] = []
        self._cancellation: Cancellation | None = None
        self._too_late = False
        self._drain_until = 0.0
        self._settle_until: float | None = None
        self._left: list[int] = []

    def start(self) -> None:
        """Start the first command. Raises OSError when the status cannot be written; then nothing ran."""
        self._next(must_record=True)

    def patience(self) -> float | None:
        """Return the seconds until `advance` is due by itself; None when only events count."""
        now = time.monotonic()
        times: list[float] = []
        if self._cancellation and not self._cancellation.over:
            times.append(self._cancellation.next)
        elif self._leader is None:
            times.append(self._drain_until if self._current else now + (_SCAN if self._settle_until else 0.0))
        if self._deadline is not None and not self._cancellation:
            times.append(self._deadline)
        return max(0.0, min(times) - now) if times else None

    def pump(self, source: Source) -> None:
        """Read available output."""
        if not source.pump(self._log):
            source.close()
            self.sources.remove(source)
            if source is self._current:
                self._current = None

    def reap(self) -> None:
        """Handle ended children, including adopted ones."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if self._leader is not None and pid == self._leader.pid:
                    # Popen must not wait for it again.
                    self._leader.returncode = os.waitstatus_to_exitcode(status)
                    self._ended(self._leader.returncode)

    def cancel(self, reason: str) -> None:
        """Start ending everything that runs; the first reason counts.

        After the last command has ended this only cleans up what it left running: its result stands.
        """
        self.reap()
        if not self._cancellation:
            last = self._failed is not None or self._index + 1 >= len(self._spec["commands"])
            self._too_late = last and self._leader is None and self._index >= 0
            self._cancellation = Cancellation(reason, self._spec["grace"], time.monotonic())

    def advance(self) -> None:
        """Do what is due: time out, escalate, start the next command, or end the run."""
        now = time.monotonic()
        if self._deadline is not None and now >= self._deadline:
            self.cancel(f"timed out after {self._spec['timeout']:g} s")
        if self._cancellation:
            self._cancellation.step(now, self._groups, self._leader.pid if self._leader else None)
            if not self._cancellation.over:
                return
        if self._leader is not None or (self._current is not None and now < self._drain_until):
            return
        more = self._index + 1 < len(self._spec["commands"])
        if more and self._failed is None and not self._cancellation:
            self._next(must_record=False)
        else:
            self._settle(now)

    def record(self) -> dict[str, object]:
        """Return what `exit.json` records about the run."""
        return {
            "state": "exited",
            "exit_code": self._code,
            "signal": self._signal,
            "failed_command": self._failed,
            "codes": self._codes,
            "cancelled": self._cancellation.reason if self._cancellation and not self._too_late else "",
            "started": self._status["started"],
            "duration_s": round(time.monotonic() - self._began, 3),
            "dropped_bytes": self._log.dropped,
            "left_running": self._left,
        }

    def _next(self, *, must_record: bool) -> None:
        self._index += 1
        self._code = self._signal = None
        command = self._spec["commands"][self._index]
        self._write_status("starting", None, must_record=must_record)
        place = f"  # in {shlex.quote(command['cwd'])}" if self._cwd not in ("", command["cwd"]) else ""
        self._cwd = command["cwd"]
        self._log.note(f"$ {shlex.join(command['argv'])}{place}")
        try:
            self._leader = self._spawn(command)
        except (OSError, ValueError) as error:
            reason = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else error
            self._log.note(f"cannot start {command['argv'][0]}: {reason}")
            self._ended(_NOT_FOUND if isinstance(error, FileNotFoundError) else _CANNOT_RUN)
            return
        self._groups.add(self._leader.pid)
        self._write_status("running", self._leader.pid, must_record=False)

    def _spawn(self, command: dict[str, Any]) -> subprocess.Popen[bytes]:
        spec = self._spec
        environment = child_environment(
            os.environ, spec["env"], command["env"], {processes.TAG: self._folder}
        )
        source = Source(spec["tty"])
        try:
            stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
            try:
                leader = subprocess.Popen(
                    command["argv"],
                    cwd=command["cwd"],
                    env=environment,
                    stdin=stdin,
                    stdout=source.other,
                    stderr=source.other,
                    start_new_session=True,
                    umask=self._umask,
                    pass_fds=self._inherited,
                )
            finally:
                os.close(stdin)
        except BaseException:
            source.close()
            raise
        finally:
            source.handed_over()
        # Leftovers of an earlier command may still print: their source stays.
        self.sources.append(source)
        self._current = source
        return leader

    def _write_status(self, state: str, pid: int | None, *, must_record: bool) -> None:
        start = processes.start_time(pid) if pid is not None else ""
        self._status.update(state=state, pid=pid, pid_start=start)
        data = durable.encode(self._status)
        try:
            durable.replace("status.json", data, backup=False)
        except OSError:
            if must_record:
                raise
            # The disk is full. The file's existing block can still be written, and readers are misled only
            # briefly.
            with contextlib.suppress(OSError):
                durable.overwrite("status.json", data)

    def _ended(self, code: int) -> None:
        self._leader = None
        self._drain_until = time.monotonic() + _DRAIN
        self._code, self._signal = (code, None) if code >= 0 else (None, -code)
        self._codes.append(code)
        if code not in self._spec["commands"][self._index]["ok"]:
            self._failed = self._index

    def _settle(self, now: float) -> None:
        left = family(self._groups)
        if self._settle_until is None:
            self._settle_until = now + _SETTLE
        if not left or now >= self._settle_until:
            self._left = sorted(left)
            self.over = True
