"""Call a program and read its answer, bounded in time, in memory and in how much it may print.

A program that never stops printing, or leaves a child on its pipe, must cost no more than a well-behaved one.
Standard library only.
"""

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

MOST = 8_000_000
"""Bytes a program may print on either stream before it is stopped; anything beyond the limit is dropped."""

_PIECE = 65_536
_AFTER_END = 0.2


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ended. `status` is None when it was stopped: `late` if it ran out of time, otherwise because it
    kept printing.

    `out` and `err` are the first bytes of each stream, up to the limit.
    """

    status: int | None
    out: bytes
    err: bytes
    late: bool = False


def call(
    argv: Sequence[str],
    *,
    timeout: float,
    limit: int,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    most: int = MOST,
) -> Said:
    """Call a program for at most `timeout` seconds, and keep the first `limit` bytes of each of its streams.

    It runs in its own session, with no terminal to prompt on. The call ends when the program does, even if it left
    children running. Raises OSError and ValueError when it cannot be started.
    """
    import subprocess
    import tempfile

    with tempfile.TemporaryFile() if stdin is not None else open(os.devnull, "rb") as given:
        if stdin is not None:
            given.write(stdin)
            given.seek(0)
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    try:
        return _read(process, time.monotonic() + timeout, limit, most)
    finally:
        stop(process)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Kill a running program with its process group, and reap it."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()


def _read(process: "subprocess.Popen[bytes]", until: float, limit: int, most: int) -> Said:
    import selectors

    assert process.stdout is not None and process.stderr is not None
    kept: dict[int, list[bytes]] = {process.stdout.fileno(): [], process.stderr.fileno(): []}
    sizes = dict.fromkeys(kept, 0)
    ended = 0.0
    late = False
    with selectors.DefaultSelector() as selector:
        for fd in kept:
            os.set_blocking(fd, False)
            selector.register(fd, selectors.EVENT_READ)
        while selector.get_map() and max(sizes.values()) <= most:
            now = time.monotonic()
            if process.poll() is not None:
                ended = ended or now
                if now - ended >= _AFTER_END:
                    break  # a child it left running holds the pipe
            late = now >= until
            if late:
                break
            for key, _ in selector.select(min(0.05, until - now)):
                if _take(key.fd, kept[key.fd], sizes, limit):
                    selector.unregister(key.fd)
        else:
            late = not _ends(process, until) if max(sizes.values()) <= most else False
    out, err = (b"".join(parts) for parts in kept.values())
    if late or max(sizes.values()) > most:
        return Said(None, out, err, late)
    return Said(process.returncode, out, err)


def _take(fd: int, kept: list[bytes], sizes: dict[int, int], limit: int) -> bool:
    """Read what is available, keep what fits the limit; return whether the stream has ended."""
    try:
        piece = os.read(fd, _PIECE)
    except BlockingIOError:
        return False
    if (room := limit - sizes[fd]) > 0:
        kept.append(piece[:room])
    sizes[fd] += len(piece)
    return not piece


def _ends(process: "subprocess.Popen[bytes]", until: float) -> bool:
    """Wait for a program that has closed its streams; return whether it ended in time."""
    import subprocess

    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True
