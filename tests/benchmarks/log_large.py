"""Large logs and quiet ones: how soon the end is shown, how fast one moves in them, what they cost at rest."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import ptybench
from tests.benchmarks.genlog import LAST
from tests.benchmarks.log_figures import Line, busy, p95, paired, press_all
from tests.benchmarks.log_floods import FILE, flood
from tests.benchmarks.log_tools import HERE, Tool
from tests.benchmarks.scenarios import EMPTY_APP

IDLE_S = 10.0


class LargeLogs:
    """The measurements with logs of three sizes; each yields rows."""

    def __init__(self, folder: Path, rounds: int, lines: int, tools: list[Tool], logs: list[Path]) -> None:
        """`logs` are a small, a middle and the largest one, of `lines` lines; the first of `tools` is ours."""
        self.folder, self.rounds, self.lines = folder, rounds, lines
        self.ours, *self.peers = tools
        self.small, self.middle, self.big = logs

    def growth(self) -> Iterator[Line]:
        """Memory that our view takes while the largest log grows in front of it."""
        limit = 10 + self.lines / 200_000
        grown = flood(self.ours, FILE, self.folder, self.lines, limit)
        cell = f"{grown.growth:+.1f} MB" + ("" if grown.shown else f", not in {limit:.0f} s")
        ok = grown.growth <= 10 and grown.shown is not None
        yield Line(f"memory growth over {self.lines / 1e6:g} M lines", {"ours": cell}, "≤ 10 MB", ok)

    def jumps(self) -> Iterator[Line]:
        """A key in a small log, and jumps in the largest one."""
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
            metric = f"{name} in {self.lines / 1e6:g} M lines*, p95 ÷ our idle key"
            yield Line(metric, cells, "≤ 3", mine <= 3)

    def _jumps(self, tool: Tool) -> tuple[list[float], list[float]]:
        """Milliseconds of jumps to both ends, and from hit to hit."""
        session = tool.show(tool.argv(str(self._largest(tool))))
        session.wait(ptybench.condition("text:" + LAST, session.screen), 30)
        session.settle(300, 10)
        if tool.before:
            session.write(ptybench.key_bytes(tool.before))
            session.pump(0.5)
        ends = press_all(session, tool.ends, 10 * self.rounds, seconds=8)
        session.write(ptybench.key_bytes(tool.ends[0][0]))
        session.settle(300, 5)
        for keys in tool.search:
            session.write(keys.encode() if keys.isupper() else ptybench.key_bytes(keys))
            session.pump(0.3)
        session.settle(300, 5)
        hits = press_all(session, ((tool.next, "change"),), 10 * self.rounds, seconds=8)
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
