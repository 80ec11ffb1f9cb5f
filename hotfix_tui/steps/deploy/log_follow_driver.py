"""Driver: follow a log with a program that prints it once, or that ends when what it followed is replaced.

``… deploy.log_follow_driver SECONDS -- COMMAND…`` runs the command again and again, that many seconds after its end.
The overlap of a page with the end of the previous one is printed once.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

TRIES = 3
"""How often in a row the command may fail before giving up."""

_HELD_BACK = 1.0
"""Seconds during which lines are held back to be compared; a program still running then is followed line by line."""

_HELD_BYTES = 1_000_000
"""At most this much is held back."""

_LONGEST = 65_536
"""Bytes of one line; a longer one is printed in parts."""

_REMEMBERED = 2000
"""Lines of a page that are compared with the next one."""


def main(argv: list[str]) -> int:
    """Follow until stopped; return the command's exit status if it failed too often."""
    pause, _, *command = argv
    before: list[bytes] = []
    failures = 0
    while True:
        try:
            status, before = page(command, before)
        except OSError as problem:
            print(f"{command[0]}: {problem.strerror}", file=sys.stderr)
            return 127
        failures = failures + 1 if status else 0
        if failures >= TRIES:
            print(f"gave up: it failed {TRIES} times in a row", file=sys.stderr, flush=True)
            return status
        time.sleep(float(pause))


def page(command: Sequence[str], before: list[bytes]) -> tuple[int, list[bytes]]:
    """Run `command` once and print what was not at the end of `before`; return its exit status and its last output."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        kept = _Printed(before)
        timer = threading.Timer(_HELD_BACK, kept.flow)
        timer.start()
        try:
            while line := process.stdout.readline(_LONGEST):
                kept.add(line)
        finally:
            timer.cancel()
        kept.flow()
    return (process.returncode if process.returncode >= 0 else 128 - process.returncode), kept.lines


class _Printed:
    """The lines of one page: held back at first, then without what the previous page ended with."""

    def __init__(self, before: list[bytes]) -> None:
        self.lines: list[bytes] = []
        self._before = before
        self._held = True
        self._size = 0
        self._lock = threading.Lock()

    def add(self, line: bytes) -> None:
        with self._lock:
            self.lines.append(line)
            self._size += len(line)
            if self._held and self._size > _HELD_BYTES:
                self._flow()
            if not self._held:
                _write([line])
                del self.lines[:-_REMEMBERED]

    def flow(self) -> None:
        """Print what was held back, and from now on every line at once."""
        with self._lock:
            if self._held:
                self._flow()

    def _flow(self) -> None:
        self._held = False
        _write(self.lines[overlap(self._before, self.lines) :])
        del self.lines[:-_REMEMBERED]


def overlap(before: Sequence[bytes], now: Sequence[bytes]) -> int:
    """Return how many leading lines of `now` are those that `before` ended with."""
    for count in range(min(len(before), len(now)), 0, -1):
        if list(before[-count:]) == list(now[:count]):
            return count
    return 0


def _write(lines: Sequence[bytes]) -> None:
    for line in lines:
        data = line if line.endswith(b"\n") else line + b"\n"
        while data:
            data = data[os.write(1, data) :]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the parent may have ignored it
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
