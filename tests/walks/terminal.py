"""One program on a terminal of 80x24: spawned on a PTY, its screen read, keys pressed.

The terminal answers what programs ask of terminals.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests import at_rest
from tests.benchmarks.ptybench import LiteScreen, key_bytes

COLUMNS, ROWS = 80, 24
ENTER = re.compile(r"^\W*enter  (\S.*?)(?: {2,}\S.*)?\W*$")
"""The first row of the bar: what enter does, and on its right how far it reaches."""

STATES = {"✓": "done", "◐": "running", "✗": "failed", "w": "waived", "~": "stale"}
"""The signs of the checklist for what the record knows."""
KEPT_MODES = ("1049", "1000", "1002", "1003", "1006", "1004", "2004", "2026")
"""Modes that a program must have switched off when it has left: alternate screen, mouse, focus, paste, frames."""


class Killed(Exception):
    """The program was killed at the chosen place."""


class Stuck(AssertionError):
    """The screen did not reach the expected state; the message contains the screen."""


class Terminal:
    """One program on its own PTY, in its own session."""

    def __init__(self, argv: list[str], cwd: Path | str, env: Mapping[str, str]) -> None:
        self.master, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.settings = termios.tcgetattr(self.slave)
        self.screen = LiteScreen(COLUMNS, ROWS, self.write)
        name = os.ttyname(self.slave)

        def take_terminal() -> None:
            os.setsid()
            os.open(name, os.O_RDWR)

        kill_at = {name: env[name] for name in ("PYTHONPATH", "TESTS_KILL") if "TESTS_KILL" in env}
        # Byte code is kept, as on anybody's machine: without it each start compiles everything again.
        plain = {name: value for name, value in env.items() if not name.startswith("PYTHON")}
        self.process = subprocess.Popen(
            argv,
            cwd=cwd,
            env={**plain, **kill_at, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"},
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            preexec_fn=take_terminal,
        )
        self.shown: list[str] = self.rows
        """The last complete picture: between the frames of an update the screen shows nothing new."""

    # In and out

    def write(self, data: bytes) -> None:
        """Send bytes to the program."""
        try:
            os.write(self.master, data)
        except OSError:
            return  # it has gone; whoever waits for it says so

    def press(self, *keys: str) -> None:
        """Press keys one by one, by ptybench's names."""
        for key in keys:
            self.write(key_bytes(key))

    def type(self, text: str, every: float = 0.004) -> None:
        """Type text, one letter every `every` seconds; read in between."""
        for letter in text:
            self.write(letter.encode())
            until = time.monotonic() + every
            while time.monotonic() < until:
                self.read(max(until - time.monotonic(), 0.001))

    def read(self, seconds: float) -> bool:
        """Read what the program writes within `seconds`; False if nothing came."""
        came = False
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                return came
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                return came
            came = True
            self.screen.feed(data)
            if not self.screen.in_sync:
                self.shown = self.rows
        return came

    def look(self, seconds: float) -> None:
        """Read for as long as a person looks who decides about what is shown: that long the program has to be idle."""
        at_rest.wait(self.process.pid, seconds, self.read)

    def rest(self, quiet: float = 0.12, most: float = 2.0) -> None:
        """Read until nothing came for `quiet` seconds, at most `most`."""
        until = time.monotonic() + most
        while time.monotonic() < until:
            if not self.read(quiet) and not self.screen.in_sync:
                return

    # What is seen

    def steps_shown(self) -> dict[str, str]:
        """Return the steps that the last complete picture listed, each title (perhaps cut off) with its state in a
        word; none where the picture is not of a stage.
        """
        steps: dict[str, str] = {}
        if not self.shown[2:] or not re.search(r" \d+ of \d+ *$", self.shown[2].partition("▕")[0]):
            return steps
        for row in self.shown[3:-3]:
            step = re.match(r"[› ] ([✓◐✗w~]) (\S.*?)(?:…| {2,}| \d\d:\d\d *$| *$)", row.partition("▕")[0])
            if step:
                steps[step.group(2)] = STATES[step.group(1)]
        return steps

    @property
    def rows(self) -> list[str]:
        """The lines of the screen."""
        return [row.rstrip() for row in self.screen.display()]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.rows)

    @property
    def primary(self) -> str:
        """What the bar says that enter does; empty without one. A dialog's bar lies above that of its screen."""
        bars = [said for row in self.rows[2:] if (said := ENTER.match(row))]
        return bars[0].group(1) if bars else ""

    @property
    def note(self) -> str:
        """The whole row of the bar, which says what is in progress."""
        return next((row for row in self.rows[2:] if ENTER.match(row)), "")

    def wait(self, seen: Callable[[Terminal], object], seconds: float, what: str) -> None:
        """Read until `seen` returns True. Raises Stuck; Killed if that is how the program ended."""
        until = time.monotonic() + seconds
        while True:
            if not self.screen.in_sync and seen(self):
                return
            if time.monotonic() > until:
                raise Stuck(f"waited {seconds:.0f} s for {what}:\n{self.text}")
            if not self.read(0.05) and self.process.poll() is not None:
                if self.process.returncode == -signal.SIGKILL:
                    raise Killed
                raise Stuck(f"the program ended ({self.process.returncode}) before {what}:\n{self.text}")

    def wait_change(self, before: str, seconds: float = 2.0) -> bool:
        """Wait until the screen changes, then until it rests; False if it did not change."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if self.text != before and not self.screen.in_sync:
                self.rest()
                return True
            self.read(0.05)
        return self.text != before

    def bold(self, row: int, column: int) -> bool:
        """Return whether a cell is bold: the marked row of a list is."""
        return ("1", "1") in self.screen.attrs[row][column]

    # The end

    def kill(self) -> None:
        """End the program and its process group at once; what it started in its own sessions lives on."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(120)
        self.close()

    def hang_up(self) -> None:
        """Take the terminal away and wait for the program's end, finally by force."""
        if self.master >= 0:
            self.close()
        try:
            self.process.wait(240)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(120)

    def wait_end(self, seconds: float) -> int:
        """Wait for the program's end; return its exit status. Raises Stuck."""
        until = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > until:
                raise Stuck(f"the program did not end within {seconds:.0f} s:\n{self.text}")
            self.read(0.05)
        self.read(0.1)
        return self.process.returncode

    def left_changed(self) -> list[str]:
        """Return what the program left changed on the terminal."""
        left = [mode for mode in KEPT_MODES if self.screen.modes.get(mode)]
        left += [] if self.screen.modes.get("25", True) else ["cursor hidden"]
        left += ["kitty keyboard"] if self.screen.kitty else []
        left += ["line settings"] if termios.tcgetattr(self.slave)[:4] != self.settings[:4] else []
        return left

    def close(self) -> None:
        """Take the terminal away; the program gets the hang-up."""
        for handle in (self.master, self.slave):
            if handle >= 0:
                os.close(handle)
        self.master = self.slave = -1
