"""A pseudo-terminal with a program on it, observed from outside: what it was sent and in what state it is left."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

from tests import at_rest

ROOT = Path(__file__).parents[2]
INTERPRETER = sys.executable
"""Kept at import: tests give the product another name for it."""

_LFLAG = 3


def _recorded() -> dict[str, str]:
    """Return what lets the program be found, and its calls of git be recorded."""
    paths = filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
    known = {"TESTS_GIT_CALLS": os.environ["TESTS_GIT_CALLS"]} if "TESTS_GIT_CALLS" in os.environ else {}
    return {"PYTHONPATH": os.pathsep.join(paths), **known}


class Terminal:
    """Starts `argv` on a terminal of its own, as the leader of its session."""

    def __init__(self, *argv: str, cwd: Path, env: dict[str, str], size: tuple[int, int] = (80, 24)) -> None:
        self.master, self.slave = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(self.slave)
        self.received = b""
        self.process = subprocess.Popen(
            [INTERPRETER, str(Path(__file__).with_name("on_terminal.py")), *argv],
            cwd=cwd,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", **_recorded(), **env},
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
        )

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def read(self, seconds: float = 0.05) -> bool:
        """Read what has arrived; False if nothing did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.received += data
        self._answer(data)
        return bool(data)

    ground = b""
    """The background colour that it reports; empty: it reports only what kind of terminal it is."""

    def _answer(self, data: bytes) -> None:
        """Answer as terminals do."""
        if b"\x1b]11;?" in data and self.ground:
            os.write(self.master, b"\x1b]11;rgb:" + self.ground + b"\x1b\\")
        if b"\x1b[c" in data:
            os.write(self.master, b"\x1b[?62;22c")

    def wait_for(self, pattern: bytes, seconds: float = 240) -> None:
        end = time.monotonic() + seconds
        while not re.search(pattern, self.received):
            if self.process.poll() is not None:
                while self.read():
                    pass
                assert re.search(pattern, self.received), self.received[-3000:]
                return
            assert time.monotonic() < end, (pattern, self.received[-3000:])
            self.read()

    def type(self, keys: bytes) -> None:
        """Press keys like somebody who has looked at the screen: nothing unseen counts."""
        at_rest.wait(self.process.pid, 0.8, self.read)
        os.write(self.master, keys)

    def wait(self, seconds: float = 240) -> int:
        """Wait until the program has ended; return its status (minus the signal that killed it)."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, self.received[-3000:]
            self.read()
        while self.read():
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def left_as_found(self) -> bool:
        """Return whether line mode and echo are what they were before the program started."""
        now: list[Any] = termios.tcgetattr(self.slave)
        wanted = termios.ICANON | termios.ECHO | termios.ISIG
        return now[_LFLAG] & wanted == self.before[_LFLAG] & wanted == wanted

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=240)
        if self.master >= 0:
            self.hang_up()
