"""The supervisor of one run: starts its commands, keeps their output, and records how they ended.

Its guarantees: it starts at most once per run folder; while it lives it holds the folder's `lock`; it writes
`status.json` before a command exists and `exit.json` when all is over; it never makes a command wait for a reader.
Standard library only: it runs without the rest of the package.

Apart from `supervise`, which is started by its path and compiled each time: this one is compiled once.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any

from hotfix_tui.base import durable, flock
from hotfix_tui.runner import locks, processes
from hotfix_tui.runner.output import Log
from hotfix_tui.runner.sequence import Sequence

ALREADY_STARTED = 3
CANNOT_START = 4
_RESERVE = 16384
_QUIET = (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


def main(arguments: list[str]) -> int:
    """Supervise the run in the folder named by the only argument; return the exit status of the process.

    Prints one line on standard output: "ready", "refused", or "no: why".
    """
    if len(arguments) != 1:
        print("usage: supervise.py RUNDIR", file=sys.stderr)
        return 2
    wake = _listen_for_signals()
    umask = os.umask(0o077)
    try:
        # All paths are relative from here on: socket paths are short, and the folder may be renamed.
        os.chdir(arguments[0])
        lock = _claim()
        if lock is None:
            _tell("no: this run was started before, or was called off")
            return ALREADY_STARTED
        spec = durable.read_json("spec.json")
        if not spec:
            _tell("no: its spec.json is missing or damaged")
            return CANNOT_START
        return _supervise(spec, wake, umask)
    except OSError as error:
        _tell(f"no: {error.strerror or error}: {error.filename or arguments[0]}")
        return CANNOT_START


def _listen_for_signals() -> int:
    """Turn signals into bytes on a pipe; return its read end.

    Handlers rather than SIG_IGN: commands would inherit the latter.
    """
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in _QUIET:
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    return reading


def _claim() -> int | None:
    """Return the run's lock, held; None when the run was already started or called off."""
    fd = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        won = _won(fd)
    except OSError as error:
        if not flock.unsupported(error):
            raise
        won = locks.claim(".") and not _begun()
    if won:
        return fd
    os.close(fd)
    return None


def _won(fd: int) -> bool:
    """Return whether this process locked the run before anybody started it or called it off."""
    # Readers, and whoever is about to call the run off, hold it only for a moment.
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        locked = flock.lock_soon(fd, 0.1)
        if _begun():
            return False
        if locked:
            return True
    return False


def _begun() -> bool:
    return os.path.lexists("status.json") or os.path.lexists("exit.json")


def _tell(line: str) -> None:
    """Answer whoever started us, once, and close their pipe."""
    null = os.open(os.devnull, os.O_RDWR)
    with contextlib.suppress(OSError):
        durable.write_all(1, os.fsencode(line.replace("\n", " ") + "\n"))
    os.dup2(null, 1)
    os.close(null)


def _supervise(spec: dict[str, Any], wake: int, umask: int) -> int:
    started = timestamp()
    entry: dict[str, object] = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "user": _user(),
        "since": started,
        "what": spec["holder"] or spec["step"],
        "run": os.getcwd(),
    }
    try:
        held = locks.take(spec["locks"], entry, lenient=spec.get("lenient", False))
    except locks.Taken as taken:
        durable.replace(
            "exit.json",
            durable.encode({"state": "refused", "holder": str(taken), "finished": started}),
            backup=False,
        )
        _tell("refused")
        return 0
    durable.reserve("reserve", _RESERVE)
    log = Log("log")
    control = _control_socket()
    _adopt_orphans()
    status = {
        "supervisor_pid": os.getpid(),
        "supervisor_start": processes.start_time(os.getpid()),
        "boot_id": processes.boot_id(),
        "host": entry["host"],
        "started": started,
    }
    for clause in held.missing:
        log.note(f"not locked, so nothing keeps other acts apart there: {clause}")
    sequence = Sequence(spec, status, log, umask, held.fds)
    sequence.start()
    _tell("ready")
    _watch(sequence, wake, control)
    # Before the end becomes visible: whoever sees it may start the next action at once.
    locks.release(held)
    _record(sequence.record())
    log.sync()
    return 0


def _watch(sequence: Sequence, wake: int, control: socket.socket | None) -> None:
    """Handle signals, messages and output until the sequence is over."""
    while not sequence.over:
        outputs = {source.fd: source for source in sequence.sources}
        reading = [wake, *outputs] + ([control.fileno()] if control else [])
        ready, _, _ = select.select(reading, [], [], sequence.patience())
        for fd in ready:
            if fd == wake:
                _serve_signals(sequence, os.read(wake, 4096))
            elif fd in outputs:
                sequence.pump(outputs[fd])
            elif control:
                _serve_message(sequence, control)
        sequence.advance()


def _serve_signals(sequence: Sequence, numbers: bytes) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        if number in numbers:
            sequence.cancel(f"the supervisor was told to stop ({number.name})")
    if signal.SIGCHLD in numbers:
        sequence.reap()


def _serve_message(sequence: Sequence, control: socket.socket) -> None:
    try:
        message = json.loads(control.recv(8192))
        if message[0] == "cancel":
            sequence.cancel(str(message[1]) or "cancelled")
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        print(f"{timestamp()} message not understood: {error}", file=sys.stderr, flush=True)


def _record(record: Mapping[str, object]) -> None:
    """Write `exit.json`, even on a full disk; keep trying for a while before giving up."""
    data = durable.encode({**record, "finished": timestamp()})
    with contextlib.suppress(OSError):
        os.unlink("ctl")
    for attempt in range(20):
        try:
            durable.spend("reserve", "exit.json", data)
            break
        except OSError as error:
            print(f"{timestamp()} cannot write exit.json: {error}", file=sys.stderr, flush=True)
            time.sleep(0.1 * attempt)


def _control_socket() -> socket.socket | None:
    """Return the socket for messages; None on file systems without sockets (then only SIGTERM cancels)."""
    control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    control.setblocking(False)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink("ctl")
        control.bind("ctl")
    except OSError:
        control.close()
        return None
    return control


def _adopt_orphans() -> None:
    """Become the parent of orphaned descendants, so that cancel reaches them. Linux only.

    Elsewhere cancel reaches the process group and whatever is still connected by parent ids.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        print("no subreaper here: cancel reaches the process group only", file=sys.stderr, flush=True)


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def timestamp() -> str:
    """Return the current time, RFC 3339 in UTC with milliseconds."""
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
