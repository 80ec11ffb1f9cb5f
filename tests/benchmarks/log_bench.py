"""Measures the log view beside other viewers on a real terminal: one table, a column for each.

python -m tests.benchmarks --only logs [-n ROUNDS] [--log-lines LINES]

Rates are ratios to what the producer reaches without a viewer, measured in turns with it; nothing is asserted. It
needs 2 GB of disk and about five minutes; each part of it has an end, and what does not come in time is said so.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import log_tools, ptybench
from tests.benchmarks.log_figures import Line, kilo, p95, paired, press_all
from tests.benchmarks.log_floods import FILE, PIPE, PTY, Flood, alone, flood
from tests.benchmarks.log_large import LargeLogs
from tests.benchmarks.log_tools import HERE, Tool

FLOOD_LINES = 1_000_000
OURS_S, PEERS_S, KEYS_S, SLOW_S = 20.0, 6.0, 5.0, 5.0
"""How long a flood is watched in ours and in the others, and keys are pressed during a flood, and on a slow line."""
PART_S = 25.0
"""No new round of floods begins after so long."""
LINKS = ((50_000, 150), (20_000, 400))


class LogBench:
    """The measurements, one after the other; each yields rows."""

    def __init__(self, folder: Path, rounds: int, lines: int) -> None:
        self.folder, self.rounds, self.lines = folder, rounds, lines
        self.ours = log_tools.ours()
        self.peers = [log_tools.tail(), log_tools.less()]
        toolong, self.notice = log_tools.toolong(folder)
        self.peers += [toolong] if toolong else []
        self.peers.append(log_tools.stock_log())

    def names(self) -> list[str]:
        """The columns."""
        return [tool.name for tool in (self.ours, *self.peers)]

    def rows(self) -> Iterator[Line]:
        """All rows, as they are measured."""
        logs = [self.folder / f"{name}.log" for name in ("small", "middle", "big")]
        for path, count in zip(logs, (1000, FLOOD_LINES, self.lines), strict=True):
            subprocess.run([sys.executable, str(HERE / "genlog.py"), str(count), str(path)], check=True)
        large = LargeLogs(self.folder, self.rounds, self.lines, [self.ours, *self.peers], logs)
        parts = (self.file, self.pipe, self.pty, self.keys, self.slow)
        parts += (large.start, large.jumps, large.growth, large.idle)
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
        """The producer alone and shown by each, in turns: ours each time, others twice, or once if too slow."""
        able = [self.ours]
        for tool in self.peers:
            if case == FILE or (tool.piped if case == PIPE else tool.terminal):
                able.append(tool)
        floors: list[float] = []
        found: dict[str, list[Flood]] = {tool.name: [] for tool in able}
        until = time.monotonic() + PART_S
        for number in range(self.rounds):
            if number and time.monotonic() > until:
                break
            before = alone(case, self.folder, FLOOD_LINES)
            for tool in able:
                tried = found[tool.name]
                if tool is self.ours or not number or (number == 1 and tried[0].shown):
                    limit = OURS_S if tool is self.ours else PEERS_S
                    tried.append(flood(tool, case, self.folder, FLOOD_LINES, limit))
                if tool is self.ours:  # between two measurements, since machines do not keep their speed
                    floors.append((before + alone(case, self.folder, FLOOD_LINES)) / 2)
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
                rates[name] = f"< {FLOOD_LINES / PEERS_S / statistics.median(floors):.2f}"
                lates[name] = f"not in {PEERS_S:.0f} s"
        mine = [one.shown or 0 for one in found["ours"]]
        ok = None if goal is None else paired(mine, floors) >= goal
        what = "drained only" if case == PTY else "a plain file"
        yield Line(f"{case}: lines/s to the last one shown ÷ {what}", rates, f"≥ {goal}" if goal else "", ok)
        late = max(one.late if one.late is not None else OURS_S for one in found["ours"])
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
        """Keys while a log floods over a slow line; in ours also with a terminal that answers nothing."""
        for link, goal in LINKS:
            cells, found = {}, []
            for tool in (self.ours, *self.peers):
                if tool.help:
                    found = self._slow(tool, link, "full")
                    cells[tool.name] = f"{p95(found):.0f} ms" if found else "not started"
                    if tool is self.ours:
                        mine = p95(found)
            yield Line(f"key p95, flood over {link // 1000} kB/s", cells, f"< {goal} ms", mine < goal)
            late = p95(self._slow(self.ours, link, "none"))
            metric = f"key p95, flood over {link // 1000} kB/s, terminal answers nothing"
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
        found = press_all(
            session, tool.help, 1000, gap=0.1, seconds=SLOW_S if tool is self.ours else SLOW_S / 2
        )
        session.kill()
        writer.kill()
        writer.wait()
        ptybench.PRODUCERS.discard(writer.pid)
        return found


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


def show(folder: Path, rounds: int, lines: int) -> None:
    """Measure everything and print the table, row by row."""
    began = time.monotonic()
    bench = LogBench(folder, rounds, lines)
    names = bench.names()
    if bench.notice:
        print(bench.notice)
    print(
        "| " + " | ".join([f"{'logs':60}", *(f"{name:>13}" for name in names), f"{'goal':12}", "    "]) + " |"
    )
    print("|" + "|".join("-" * size for size in (62, *(15 for _ in names), 14, 6)) + "|")
    for row in bench.rows():
        cells = [f"{row.cells.get(name, '—'):>13}" for name in names]
        said = {True: "ok", False: "MISS", None: ""}[row.ok]
        print(
            "| " + " | ".join([f"{row.metric:60}", *cells, f"{row.goal:12}", f"{said:4}"]) + " |", flush=True
        )
    print(f"* toolong: {FLOOD_LINES / 1e6:g} M lines")
    print(f"{time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}")
