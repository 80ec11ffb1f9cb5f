"""One flood: a producer as fast as it can, into a file, a pipe or a terminal, and a program that shows it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import termios
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import ptybench
from tests.benchmarks.genlog import LAST
from tests.benchmarks.log_tools import HERE, Steps, Tool

FILE, PIPE, PTY = "file", "pipe", "PTY"
_NUMBERS = itertools.count()


@dataclass
class Flood:
    """What was seen of one flood. Rates are lines a second, times seconds, memory megabytes."""

    produced: float = 0.0
    """The rate of the producer."""
    shown: float | None = None
    """Lines a second up to the moment at which the last line was on the screen; None: not in time."""
    late: float | None = None
    """How long after the producer's end that was."""
    growth: float = 0.0
    """Memory that the program took for it."""
    keys: list[float] = field(default_factory=list)
    """Milliseconds from a key to its answer on the screen."""


class Producer:
    """The command that writes so many lines once it may, and says when it began and ended."""

    def __init__(self, folder: Path, lines: int, path: str = "-") -> None:
        self.lines, number = lines, next(_NUMBERS)
        self.stamp, self.go = folder / f"stamp-{number}", folder / f"go-{number}"
        self.argv = [sys.executable, str(HERE / "genlog.py"), str(lines), path, str(self.stamp), str(self.go)]

    def begin(self) -> None:
        """Let it write."""
        self.go.touch()

    def times(self) -> tuple[float, float] | None:
        """When it began and ended, by ptybench's clock; None while it writes."""
        with contextlib.suppress(FileNotFoundError):
            began, ended = self.stamp.read_text().split()
            return float(began), float(ended)
        return None


def alone(case: str, folder: Path, lines: int) -> float:
    """Lines a second of the producer without anybody who shows it: into a file, or a terminal that is only drained."""
    target = folder / "alone.log"
    target.unlink(missing_ok=True)
    producer = Producer(folder, lines, "-" if case == PTY else str(target))
    producer.begin()
    if case == PTY:
        master, slave = os.openpty()
        attributes = termios.tcgetattr(slave)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        drain = threading.Thread(target=_drain, args=(master,))
        drain.start()
        subprocess.run(producer.argv, stdin=subprocess.DEVNULL, stdout=slave, check=True, timeout=120)
        os.close(slave)
        drain.join()
        os.close(master)
    else:
        subprocess.run(producer.argv, stdin=subprocess.DEVNULL, check=True, timeout=120)
    times = producer.times()
    target.unlink(missing_ok=True)
    os.sync()
    assert times is not None, "the producer ended without its stamp"
    return lines / (times[1] - times[0])


def _drain(master: int) -> None:
    """Read a terminal until nobody writes to it."""
    with contextlib.suppress(OSError):
        while os.read(master, 1 << 18):
            pass


def flood(tool: Tool, case: str, folder: Path, lines: int, limit: float, steps: Steps = ()) -> Flood:
    """Show one flood, at most `limit` seconds long; with `steps` press these keys meanwhile."""
    target = folder / "flood.log"
    target.write_bytes(b"first\n")
    producer = Producer(folder, lines, str(target) if case == FILE else "-")
    started: subprocess.Popen[bytes] | None = None
    if case == FILE:
        session = tool.show(tool.argv(str(target)))
        started = subprocess.Popen(producer.argv, stdin=subprocess.DEVNULL)
        ptybench.PRODUCERS.add(started.pid)
    else:
        session = _command(tool, case, producer, folder)
    try:
        session.pump(0.3)  # the producer has made its texts by then
        return _watch(session, producer, limit, steps)
    finally:
        session.kill()
        if started is not None:
            started.kill()
            started.wait()
            ptybench.PRODUCERS.discard(started.pid)
        target.unlink(missing_ok=True)
        shutil.rmtree(folder / "runs", ignore_errors=True)
        os.sync()  # what a flood leaves to be written would slow the next one down


def _command(tool: Tool, case: str, producer: Producer, folder: Path) -> ptybench.Session:
    """Show the output of a command. In ours it goes through a supervisor into the log that is shown."""
    start = tool.piped if case == PIPE else tool.terminal
    if start is not None:
        return tool.show(start(producer.argv))
    from hotfix_tui.runner import runs
    from hotfix_tui.runner.spec import Command, RunSpec

    rundir = folder / "runs" / producer.stamp.name
    runs.start(rundir, RunSpec("bench", [Command(producer.argv, str(folder))], tty=case == PTY))
    return tool.show(tool.argv(str(rundir / "log")))


def _watch(session: ptybench.Session, producer: Producer, limit: float, steps: Steps) -> Flood:
    """Read the screen until the last line is on it and the producer has ended, or the time is over."""
    found, last = Flood(), ptybench.condition("text:" + LAST, session.screen)
    seen: list[float] = []
    feed = session.screen.feed

    def watched(data: bytes) -> None:
        feed(data)
        if not seen and not session.screen.in_sync and last(session.screen):
            seen.append(ptybench.now())

    session.screen.feed = watched
    before = ptybench.proc_rss(session.pid)[0]
    producer.begin()
    end = ptybench.now() + limit
    while ptybench.now() < end and session.status is None and not (seen and producer.times()):
        if steps:
            session.pump(0.03)
            taken, _ = ptybench.press(session, steps[len(found.keys) % len(steps)], 5)
            found.keys.append(5000.0 if taken is None else taken)
        else:
            session.pump(0.02)
    found.growth = (ptybench.proc_rss(session.pid)[0] - before) / 1024
    times = producer.times()
    if times is not None:
        found.produced = producer.lines / (times[1] - times[0])
        if seen:
            found.shown, found.late = producer.lines / (seen[0] - times[0]), max(0.0, seen[0] - times[1])
    return found
