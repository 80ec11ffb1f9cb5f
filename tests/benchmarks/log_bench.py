"""Measures the log view beside other viewers on a real terminal: one table, a column for each.

python -m tests.benchmarks --only logs [-n ROUNDS] [--log-lines LINES]

Rates are ratios to what the producer reaches without a viewer, measured in turns with it; nothing is asserted. It
needs 2 GB of disk and about five minutes; each part of it has an end, and what does not come in time is said so.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import log_tools, ptybench
from tests.benchmarks.genlog import LAST
from tests.benchmarks.log_floods import FILE, PIPE, PTY, Flood, alone, flood
from tests.benchmarks.log_tools import HERE, Steps, Tool
from tests.benchmarks.scenarios import EMPTY_APP

FLOOD_LINES = 1_000_000
FLOOD_S, KEYS_S, SLOW_S, IDLE_S = 8.0, 5.0, 6.0, 10.0
LINKS = ((50_000, 150), (20_000, 400))


class Line(NamedTuple):
    """One row of the table: our figure, those of the others by name, the goal, and whether it is met."""

    metric: str
    cells: dict[str, str]
    goal: str = ""
    ok: bool | None = None


class LogBench:
    """The measurements, one after the other; each yields rows."""

    def __init__(self, folder: Path, rounds: int, lines: int) -> None:
        self.folder, self.rounds, self.lines = folder, rounds, lines
        self.ours = log_tools.ours()
        self.peers = [log_tools.tail(), log_tools.less()]
        toolong, self.notice = log_tools.toolong(folder)
        self.peers += [toolong] if toolong else []
        self.peers.append(log_tools.stock_log())
        self.small, self.middle, self.big = (folder / f"{name}.log" for name in ("small", "middle", "big"))
        for path, count in ((self.small, 1000), (self.middle, FLOOD_LINES), (self.big, lines)):
            subprocess.run([sys.executable, str(HERE / "genlog.py"), str(count), str(path)], check=True)

    def names(self) -> list[str]:
        """The columns."""
        return [tool.name for tool in (self.ours, *self.peers)]

    def rows(self) -> Iterator[Line]:
        """All rows, as they are measured."""
        parts = (self.file, self.pipe, self.pty, self.keys, self.slow, self.large, self.start, self.idle)
        for part in parts:
            yield from part()

    # Floods

    def file(self) -> Iterator[Line]:
        """Into a file that grows."""
        floors, found = self._floods(FILE)
        rate = paired([one.produced for one in found["ours"]], floors)
        cells = {
            name: f"{paired([one.produced for one in runs], floors):.2f}"
            if any(one.produced for one in runs)
            else "—"
            for name, runs in found.items()
        }
        yield Line(
            f"file: producer's rate while shown ÷ alone ({kilo(floors)})", cells, "≥ 0.95", rate >= 0.95
        )
        yield from self._last_line(FILE, floors, found, None)
        growth = {name: f"{max(one.growth for one in runs):+.1f} MB" for name, runs in found.items()}
        yield Line(f"file: memory for {FLOOD_LINES / 1e6:g} M lines", growth)

    def pipe(self) -> Iterator[Line]:
        """Into a pipe; in ours a supervisor writes what comes into the log."""
        yield from self._last_line(PIPE, *self._floods(PIPE), 0.85)

    def pty(self) -> Iterator[Line]:
        """Into a terminal."""
        yield from self._last_line(PTY, *self._floods(PTY), 0.9)

    def _floods(self, case: str) -> tuple[list[float], dict[str, list[Flood]]]:
        """The producer alone and shown by each, in turns; who is not in time is tried once only."""
        able = [self.ours]
        for tool in self.peers:
            if case == FILE or (tool.piped if case == PIPE else tool.terminal):
                able.append(tool)
        floors: list[float] = []
        found: dict[str, list[Flood]] = {tool.name: [] for tool in able}
        for _ in range(self.rounds):
            floors.append(alone(case, self.folder, FLOOD_LINES))
            for tool in able:
                if all(one.shown for one in found[tool.name]):
                    found[tool.name].append(flood(tool, case, self.folder, FLOOD_LINES, FLOOD_S))
        return floors, found

    def _last_line(
        self, case: str, floors: list[float], found: dict[str, list[Flood]], goal: float | None
    ) -> Iterator[Line]:
        """The rate to the last line on the screen, and how late it is there."""
        rates, lates = {}, {}
        for name, runs in found.items():
            if all(one.shown for one in runs):
                rates[name] = f"{paired([one.shown or 0 for one in runs], floors):.2f}"
                lates[name] = f"{max(one.late or 0 for one in runs):.2f} s"
            else:
                rates[name] = f"< {FLOOD_LINES / FLOOD_S / statistics.median(floors):.2f}"
                lates[name] = f"not in {FLOOD_S:.0f} s"
        mine = [one.shown or 0 for one in found["ours"]]
        ok = None if goal is None else paired(mine, floors) >= goal
        what = "drained only" if case == PTY else "a plain file"
        yield Line(f"{case}: lines/s to the last one shown ÷ {what}", rates, f"≥ {goal}" if goal else "", ok)
        late = max(one.late if one.late is not None else FLOOD_S for one in found["ours"])
        yield Line(f"{case}: last line visible after the end", lates, "≤ 0.2 s", late <= 0.2)

    def keys(self) -> Iterator[Line]:
        """Keys while the file grows as fast as it can."""
        found = {}
        for tool in (self.ours, *self.peers):
            if tool.help:
                found[tool.name] = flood(tool, FILE, self.folder, 10**9, KEYS_S, tool.help).keys
        cells = {name: f"{p95(times):.0f} ms" for name, times in found.items()}
        yield Line("key → paint during a flood, p95", cells, "≤ 50 ms", p95(found["ours"]) <= 50)

    # Slow lines

    def slow(self) -> Iterator[Line]:
        """Keys while a log floods over a slow line; in ours also with terminals that answer less or nothing."""
        for link, goal in LINKS:
            cells, found = {}, []
            for tool in (self.ours, *self.peers):
                if tool.help:
                    found = self._slow(tool, link, "full")
                    cells[tool.name] = f"{p95(found):.0f} ms" if found else "not started"
                    if tool is self.ours:
                        mine = p95(found)
            yield Line(f"key p95, flood over {link // 1000} kB/s", cells, f"< {goal} ms", mine < goal)
            for answers, says in (("basic", "answers less"), ("none", "answers nothing")):
                late = p95(self._slow(self.ours, link, answers))
                metric = f"key p95, flood over {link // 1000} kB/s, terminal {says}"
                yield Line(metric, {"ours": f"{late:.0f} ms"}, f"< {goal} ms", late < goal)

    def _slow(self, tool: Tool, link: float, answers: str) -> list[float]:
        target = self.folder / "slow.log"
        target.write_bytes(b"first\n")
        try:
            session = tool.show(tool.argv(str(target)), link, answers)
        except RuntimeError:
            return []
        session.pump(1)
        writer = subprocess.Popen(
            [sys.executable, "-c", _STEADY, str(target), str(3 * SLOW_S)], stdin=subprocess.DEVNULL
        )
        ptybench.PRODUCERS.add(writer.pid)
        session.pump(1)
        found = press_all(session, tool.help, 1000, gap=0.1, seconds=SLOW_S)
        session.kill()
        writer.kill()
        writer.wait()
        ptybench.PRODUCERS.discard(writer.pid)
        return found

    # Large logs

    def large(self) -> Iterator[Line]:
        """Memory of our view over the whole large log, and jumps in it."""
        grown = flood(self.ours, FILE, self.folder, self.lines, 10 + self.lines / 200_000)
        shown = "" if grown.shown else f" (last line not in {10 + self.lines / 200_000:.0f} s)"
        metric = f"memory growth over {self.lines / 1e6:g} M lines"
        yield Line(
            metric, {"ours": f"{grown.growth:+.1f} MB{shown}"}, "≤ 10 MB", grown.growth <= 10 and not shown
        )
        session = self.ours.show(self.ours.argv(str(self.small)))
        idle = press_all(session, (("up", "change"), ("down", "change")), 20 * self.rounds)
        session.kill()
        found = {tool.name: self._jumps(tool) for tool in (self.ours, *self.peers) if tool.ends}
        base = p95(idle)
        text = f"{statistics.median(idle):.1f} / {base:.1f} ms"
        ok = statistics.median(idle) <= 8 and base <= 16
        yield Line("key → paint, idle, median / p95", {"ours": text}, "≤ 8 / 16 ms", ok)
        for number, name in enumerate(("Home, End", "search jump")):
            cells = {tool: f"{p95(times[number]) / base:.2f}" for tool, times in found.items()}
            mine = p95(found["ours"][number]) / base
            yield Line(
                f"{name} in {self.lines / 1e6:g} M lines*, p95 ÷ our idle key", cells, "≤ 3", mine <= 3
            )

    def _jumps(self, tool: Tool) -> tuple[list[float], list[float]]:
        """Milliseconds of jumps to both ends, and from hit to hit."""
        session = tool.show(tool.argv(str(self._largest(tool))))
        session.wait(ptybench.condition("text:" + LAST, session.screen), 30)
        session.settle(300, 10)
        if tool.before:
            session.write(ptybench.key_bytes(tool.before))
            session.pump(0.5)
        ends = press_all(session, tool.ends, 10 * self.rounds, seconds=15)
        session.write(ptybench.key_bytes(tool.ends[0][0]))
        session.settle(300, 5)
        for keys in tool.search:
            session.write(keys.encode() if keys.isupper() else ptybench.key_bytes(keys))
            session.pump(0.3)
        session.settle(300, 5)
        hits = press_all(session, ((tool.next, "change"),), 10 * self.rounds, seconds=15)
        session.kill()
        return ends, hits

    def _largest(self, tool: Tool) -> Path:
        return self.big if self.lines <= tool.most else self.middle

    def start(self) -> Iterator[Line]:
        """First paint of the end of a large log against a small one, and the memory that it takes."""
        cells, sizes, mine = {}, {}, 99.0
        for tool in (self.ours, *self.peers):
            if tool.ready == "LOG-READY" or tool.screen == "raw":
                continue
            times: dict[Path, list[float]] = {self.small: [], self._largest(tool): []}
            memory = dict.fromkeys(times, 0.0)
            for _ in range(self.rounds if tool is self.ours else 1):
                for path in times:
                    session = ptybench.Session(tool.argv(str(path)), env={"PYTHONPATH": str(HERE.parents[1])})
                    shown, _ = session.wait(ptybench.condition("text:" + LAST, session.screen), 30)
                    times[path].append((shown or ptybench.now()) - session.t0)
                    session.settle(500, 3)
                    memory[path] = max(memory[path], ptybench.proc_rss(session.pid)[1] / 1024)
                    session.kill()
            (_, little), (path, much) = times.items()
            cells[tool.name] = f"{paired(much, little):.2f}"
            sizes[tool.name] = f"{memory[path] - memory[self.small]:+.1f} MB"
            mine = paired(much, little) if tool is self.ours else mine
        size = self.big.stat().st_size / 1e6
        yield Line(f"open {size:,.0f} MB* at its end ÷ 100 kB", cells, "≤ 1.3", mine <= 1.3)
        yield Line("memory for it", sizes, "≤ +10 MB", float(sizes["ours"].split()[0]) <= 10)

    def idle(self) -> Iterator[Line]:
        """Processor time of three quiet logs (the others: one), all side by side, and of an app with nothing in it."""
        sessions = {"ours": self.ours.show([*self.ours.argv(str(self.small)), *[str(self.small)] * 2])}
        for tool in self.peers:
            sessions[tool.name] = tool.show(tool.argv(str(self.small)))
        sessions["empty"] = ptybench.Session(EMPTY_APP)
        for session in sessions.values():
            session.pump(1)
        before = {name: busy(session.pid) for name, session in sessions.items()}
        time.sleep(IDLE_S)
        used = {name: (busy(session.pid) - before[name]) / IDLE_S for name, session in sessions.items()}
        for session in sessions.values():
            session.kill()
        metric = f"processor, quiet logs (empty Textual app {used.pop('empty'):.2%})"
        cells = {name: f"{value:.2%}" for name, value in used.items()}
        yield Line(metric, cells, "0 %", used["ours"] < 0.0025)


def press_all(
    session: ptybench.Session, steps: Steps, count: int, gap: float = 0.04, seconds: float = 30
) -> list[float]:
    """Milliseconds from each key to the screen that it asks for; one without an answer counts as 5 000."""
    found: list[float] = []
    source = random.Random(7)
    end = ptybench.now() + seconds
    while len(found) < count and ptybench.now() < end:
        session.pump(gap + source.random() * gap)
        taken, _ = ptybench.press(session, steps[len(found) % len(steps)], 5)
        found.append(5000.0 if taken is None else taken)
    return found


def paired(values: list[float], base: list[float]) -> float:
    """The median of the ratios of each round."""
    return statistics.median(value / floor for value, floor in zip(values, base, strict=False))


def p95(values: list[float]) -> float:
    """The 95th percentile; infinite without any value."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else float("inf")


def kilo(rates: list[float]) -> str:
    """A rate in words."""
    return f"{statistics.median(rates) / 1000:,.0f} k lines/s"


def busy(pid: int) -> float:
    """Seconds of processor that all threads of a process have used, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


_STEADY = """
import sys, time
end = time.monotonic() + float(sys.argv[2])
number = 0
with open(sys.argv[1], "ab", buffering=0) as log:
    while time.monotonic() < end:
        log.write(b"".join(b"%08d \\x1b[32mcompiling\\x1b[0m module with some more words in it to fill the line %d\\n"
                           % (n, n * 7919) for n in range(number, number + 500)))
        number += 500
        time.sleep(0.01)
"""


def show(folder: Path, rounds: int, lines: int, printed: Callable[..., None] = print) -> None:
    """Measure everything and print the table, row by row."""
    began = time.monotonic()
    bench = LogBench(folder, rounds, lines)
    names = bench.names()
    if bench.notice:
        printed(bench.notice)
    printed(
        "| " + " | ".join([f"{'logs':60}", *(f"{name:>13}" for name in names), f"{'goal':12}", "    "]) + " |"
    )
    printed("|" + "|".join("-" * size for size in (62, *(15 for _ in names), 14, 6)) + "|")
    for row in bench.rows():
        cells = [f"{row.cells.get(name, '—'):>13}" for name in names]
        said = {True: "ok", False: "MISS", None: ""}[row.ok]
        printed(
            "| " + " | ".join([f"{row.metric:60}", *cells, f"{row.goal:12}", f"{said:4}"]) + " |", flush=True
        )
    printed(f"* toolong: {FLOOD_LINES / 1e6:g} M lines. The last line was waited for {FLOOD_S:.0f} s.")
    printed(f"{time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}")
