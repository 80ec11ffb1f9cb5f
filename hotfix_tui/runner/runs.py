"""Start runs, inspect them, cancel them, read their logs: from any process, at any time, by the run's folder."""

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.base import durable, flock, plain_file
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.runner import locks, processes, scope, state
from hotfix_tui.runner import spec as specs
from hotfix_tui.runner.spec import RunSpec
from hotfix_tui.runner.state import RunState

if TYPE_CHECKING:
    import subprocess

__all__ = [
    "NotRunning",
    "RunSpec",
    "RunState",
    "StartError",
    "cancel",
    "follow",
    "forbid",
    "look",
    "read_log",
    "start",
]

_PROGRAM = Path(__file__).with_name("supervise.py")
_PATIENCE = 30.0
_LONGEST_SOCKET_PATH = 100
_OWN_FOLDERS = 3
"""Parent folders of a run that belong to the wizard: ``runs``, the incident's, and that of all incidents."""
_spawned: "list[subprocess.Popen[bytes]]" = []
_spawned_guard = threading.Lock()


class StartError(HotfixError):
    """A run did not start, and never will; the text is a sentence for people."""


class NotRunning(HotfixError):
    """A run cannot be reached, because its supervisor is gone; the text is a sentence for people."""


def start(rundir: Path, spec: RunSpec) -> None:
    """Start a run in its own folder, and return once it is running, refused, or already over.

    Raises StartError with a sentence; then no command ran or will ever run.
    """
    if not spec.commands or not all(command.argv for command in spec.commands):
        raise StartError(f"The run of {spec.step} has no command to run.")
    try:
        _make_folder(rundir)
        durable.create(str(rundir / "spec.json"), specs.encode(spec))
        prefix = scope.prefix()
        answer, process = _launch(rundir, prefix)
        if prefix and not answer:
            # No scope available; should that supervisor have come up anyway, only one of the two gets the lock.
            answer, process = _launch(rundir, [])
    except FileExistsError as error:
        raise StartError(f"{rundir} already holds a run; a new attempt needs a new folder.") from error
    except OSError as error:
        raise StartError(
            f"The run of {spec.step} cannot start: {error.strerror}: {error.filename or rundir}."
        ) from error
    if answer not in ("ready", "refused") and _called_off(rundir, process):
        reason = answer.removeprefix("no: ") or _last_words(rundir) or "its supervisor ended at once"
        raise StartError(f"The run of {spec.step} did not start: {reason}.")


def look(rundir: Path) -> RunState:
    """Return the state of the run in this folder: see `state.look`. Also reaps our own ended supervisors."""
    reap()
    return state.look(rundir)


def forbid(rundir: Path) -> bool:
    """Make sure that a run which has not started never will, even if its supervisor is just coming up.

    True: no command of it ran or will run. False: it runs, ran, or may have run; ask `look`. Raises OSError when
    that cannot be written down.
    """
    _make_folder(rundir)
    fd = os.open(rundir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            claimed = flock.lock_soon(fd, 0.5)
        except OSError as error:
            if not flock.unsupported(error):
                raise
            claimed = locks.claim(str(rundir)) or not _may_start(rundir)
        if not claimed:
            return False
        status = durable.read_json(str(rundir / "status.json"))
        ended = durable.read_json(str(rundir / "exit.json"))
        if status is None and ended is None:
            durable.replace(
                str(rundir / "status.json"), durable.encode({"state": "never-started"}), backup=False
            )
            return True
        return (status or {}).get("state") == "never-started" or (ended or {}).get("state") == "refused"
    finally:
        os.close(fd)


def _may_start(rundir: Path) -> bool:
    """Return whether a claimed run, on a file system without locks, runs, ran or may be about to start."""
    status = durable.read_json(str(rundir / "status.json")) or {}
    ended = durable.read_json(str(rundir / "exit.json")) or {}
    return status.get("state") != "never-started" and ended.get("state") != "refused"


def cancel(rundir: Path, reason: str) -> None:
    """Ask a run to end: INT, then TERM, then KILL to its whole process tree. Returns at once.

    Does nothing to a run that is over. Raises NotRunning when its supervisor is gone and cannot be asked.
    """
    message = ["cancel", reason[:500]]
    if _send(rundir, message):
        return
    seen = look(rundir)
    if seen.state == "running":
        # It has only just come up, or the file system has no sockets.
        if not _send(rundir, message):
            _terminate_supervisor(rundir)
    elif seen.state == "lost-child-alive":
        pids = ", ".join(map(str, seen.left_running))
        raise NotRunning(f"The supervisor of this run is gone; end its processes by hand: {pids}.")


def read_log(rundir: Path, offset: int, limit: int) -> bytes:
    """Return at most `limit` bytes of the log from `offset` on; empty at its end, or when there is no log yet."""
    try:
        with plain_file.opened(str(rundir / "log")) as file:
            return os.pread(file.fileno(), limit, offset)
    except OSError:
        return b""  # a link, a folder or a device is no log written by one of our runs


def follow(
    rundir: Path, offset: int = 0, poll: float = 0.1, enough: Callable[[], bool] | None = None
) -> Iterator[bytes]:
    """Yield the log from `offset` on, as it grows, until the run is over or `enough` says so, and all is read."""
    while True:
        # Checked before reading: then everything printed before the end is already in the file.
        over = look(rundir).state != "running" or (enough is not None and enough())
        while data := read_log(rundir, offset, 1 << 18):
            offset += len(data)
            yield data
        if over:
            return
        time.sleep(poll)


def reap() -> None:
    """Reap the ended supervisors that this process started, so that no zombies remain."""
    with _spawned_guard:
        _spawned[:] = [process for process in _spawned if process.poll() is None]


def _make_folder(rundir: Path) -> None:
    for folder in (rundir, *list(rundir.parents)[:_OWN_FOLDERS]):
        if folder.is_symlink():
            raise OSError(errno.ELOOP, "it is a symbolic link", str(folder))
    missing = [folder for folder in (rundir, *rundir.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        durable.sync_directory(str(folder.parent))


def _launch(rundir: Path, prefix: list[str]) -> "tuple[str, subprocess.Popen[bytes]]":
    """Spawn a supervisor; return its answer, "" if it gave none, and the process."""
    import subprocess

    reap()
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    errors = os.open(rundir / "supervisor.err", flags, 0o600)
    try:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-I", "-S", str(_PROGRAM), str(rundir.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(errors)
    with _spawned_guard:
        _spawned.append(process)
    answer = _first_line(process)
    reap()
    return answer, process


def _first_line(process: "subprocess.Popen[bytes]") -> str:
    import selectors

    assert process.stdout is not None
    text, until = b"", time.monotonic() + _PATIENCE
    with process.stdout as pipe, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while b"\n" not in text and selector.select(max(0.0, until - time.monotonic())):
            data = os.read(pipe.fileno(), 4096)
            if not data:
                break
            text += data
    return os.fsdecode(text).partition("\n")[0]


def _called_off(rundir: Path, process: "subprocess.Popen[bytes] | None") -> bool:
    try:
        return forbid(rundir)
    except OSError:
        # Nothing can be written there: a supervisor of ours that is just coming up is killed before it starts.
        if process is not None and not os.path.lexists(rundir / "status.json"):
            process.kill()
            process.wait()
        return look(rundir).state == "never-started"


def _last_words(rundir: Path) -> str:
    try:
        said = plain_file.read_tail(str(rundir / "supervisor.err"), 20_000)
        lines = said.decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""


def _send(rundir: Path, message: Sequence[object]) -> bool:
    """Send a message to a run's supervisor; False when nobody listens."""
    import contextlib
    import json
    import socket
    import tempfile

    path = str(rundir / "ctl")
    with contextlib.ExitStack() as stack:
        sender = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        sender.settimeout(2.0)
        if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
            # The system only accepts short socket paths, but follows a link to a long one.
            link = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "run"
            link.symlink_to(rundir.absolute())
            path = str(link / "ctl")
        try:
            sender.sendto(json.dumps(message).encode("ascii"), path)
        except OSError:
            return False
    return True


def _terminate_supervisor(rundir: Path) -> None:
    """Cancel by signal, where the file system holds no sockets."""
    import signal

    status = durable.read_json(str(rundir / "status.json")) or {}
    pid = status.get("supervisor_pid")
    if isinstance(pid, int) and processes.start_time(pid) == status.get("supervisor_start"):
        os.kill(pid, signal.SIGTERM)
