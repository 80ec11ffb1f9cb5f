"""Measures the log view on a real terminal and prints one row a metric, with its goal.

python tests/benchmarks/log_bench.py [--lines 1000000] [--rounds 5] [--only NAME]...

Times are compared side by side in one run, because absolute ones differ from machine to machine. Nothing is asserted.
With 10 million lines it needs about 1 GB of disk and some minutes; every wait in it has an end.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import ptybench  # noqa: E402

APP = [sys.executable, str(HERE / "log_app.py")]
LAST = "LAST-LINE-MARKER"


def genlog(lines: int, path: Path) -> list[str]:
    """The command that writes so many lines of 100 bytes and a last one."""
    return [sys.executable, str(HERE / "genlog.py"), str(lines), str(path)]


def session(*paths: Path, link: float = 0, answers: str = "full") -> ptybench.Session:
    """The app on a terminal, when its first log is on the screen."""
    env = {"PYTHONPATH": str(HERE.parents[1])}
    started = ptybench.Session([*APP, *map(str, paths)], env=env, answers=answers, link=link)
    shown, why = started.wait(ptybench.condition("text:log 0", started.screen), 60)
    if shown is None:
        raise SystemExit(f"the app did not start ({why}): {started.screen_text()}")
    return started


def keys(s: ptybench.Session, steps: list[tuple[str, str]], count: int, gap: float = 0.05) -> list[float]:
    """Milliseconds from each key to the screen that it asks for; missing ones count as 5 000."""
    found = []
    source = random.Random(7)
    for number in range(count):
        s.pump(gap + source.random() * gap)
        taken, _ = ptybench.press(s, steps[number % len(steps)], 5)
        found.append(5000.0 if taken is None else taken)
    return found


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def wait_text(s: ptybench.Session, text: str, seconds: float) -> float | None:
    """When a text was on the screen, by ptybench's clock."""
    shown, _ = s.wait(ptybench.condition("text:" + text, s.screen), seconds)
    return shown


HELP = [("f1", "text:HELP-LINE"), ("f1", "gone:HELP-LINE")]


class Bench:
    """The measurements; each returns rows (metric, figure, goal)."""

    def __init__(self, folder: Path, lines: int, rounds: int) -> None:
        self.folder, self.lines, self.rounds = folder, lines, rounds
        self.small, self.big = folder / "small.log", folder / "big.log"
        subprocess.run(genlog(1000, self.small), check=True)
        subprocess.run(genlog(lines, self.big), check=True)

    def start(self) -> list[tuple[str, str, str]]:
        """First paint of the end of a large log against a small one, and the memory that it takes."""
        times: dict[str, list[float]] = {"small": [], "big": []}
        memory: dict[str, list[int]] = {"small": [], "big": []}
        for _ in range(self.rounds):
            for name, path in (("small", self.small), ("big", self.big)):
                s = session(path)
                shown = wait_text(s, LAST, 60)
                times[name].append((shown or ptybench.now()) - s.t0)
                wait_text(s, f"{(1000 if name == 'small' else self.lines) + 1:,} lines", 60)
                memory[name].append(ptybench.proc_rss(s.pid)[1])
                s.kill()
        ratio = statistics.median(b / a for a, b in zip(times["small"], times["big"], strict=True))
        more = (statistics.median(memory["big"]) - statistics.median(memory["small"])) / 1024
        size = self.big.stat().st_size / 1e6
        small, big = (statistics.median(times[name]) for name in times)
        return [
            (
                f"open {size:,.0f} MB at its end ÷ 100 kB",
                f"{ratio:.2f} ({big:.2f} s, {small:.2f} s)",
                "≤ 1.3",
            ),
            ("memory for it, index complete", f"{more:+.1f} MB", "≤ +10 MB"),
        ]

    def jumps(self) -> list[tuple[str, str, str]]:
        """Home, End and search in the large log against a key in the small one."""
        s = session(self.small)
        wait_text(s, LAST, 20)
        idle = keys(s, [("up", "change"), ("down", "change")], 20 * self.rounds)
        s.kill()
        s = session(self.big)
        wait_text(s, f"{self.lines + 1:,} lines", 120)
        ends = keys(s, [("home", "text:00000001 "), ("end", "text:" + LAST)], 20 * self.rounds)
        s.write(ptybench.key_bytes("home"))
        wait_text(s, "00000001 ", 5)
        s.write(b"/FAILED\r")
        s.pump(0.5)
        hits = keys(s, [(".", "change")], 10 * self.rounds)
        far: list[float] = []
        for _ in range(3):
            s.write(ptybench.key_bytes("home"))
            wait_text(s, "00000001 ", 5)
            began = ptybench.now()
            s.write(b"/LAST-LINE\r")
            far.append((wait_text(s, LAST, 120) or ptybench.now()) - began)
        s.kill()
        base = p95(idle)
        return [
            (
                "key → paint, idle, median / p95",
                f"{statistics.median(idle):.1f} / {base:.1f} ms",
                "≤ 8 / 16 ms",
            ),
            (
                f"Home, End in {self.lines:,} lines, p95 ÷ idle",
                f"{p95(ends) / base:.2f} ({p95(ends):.1f} ms)",
                "≤ 3",
            ),
            ("next hit, p95 ÷ idle", f"{p95(hits) / base:.2f} ({p95(hits):.1f} ms)", "≤ 3"),
            ("search through the whole log", f"{statistics.median(far):.2f} s", "—"),
        ]

    def flood(self) -> list[tuple[str, str, str]]:
        """A producer that writes as fast as it can into the file that is shown."""
        lines = self.lines
        alone, watched, late, latencies, growth = [], [], [], [], []
        for _ in range(self.rounds):
            target = self.folder / "flood.log"
            began = time.perf_counter()
            subprocess.run(genlog(lines, target), check=True)
            alone.append(time.perf_counter() - began)
            target.write_bytes(b"first\n")
            s = session(target)
            s.pump(0.5)
            before = ptybench.proc_rss(s.pid)[0]
            began = time.perf_counter()
            producer = subprocess.Popen(genlog(lines, target))
            ptybench.PRODUCERS.add(producer.pid)
            number, ended = 0, None
            while producer.poll() is None:
                latencies += keys(s, [HELP[number % 2]], 1, gap=0.02)
                number += 1
            ended = ptybench.now()
            watched.append(time.perf_counter() - began)
            shown = wait_text(s, LAST, 30)
            late.append(((shown or ended + 30) - ended) if shown is None or shown > ended else 0.0)
            wait_text(s, f"{lines + 1:,} lines", 60)
            growth.append((ptybench.proc_rss(s.pid)[0] - before) / 1024)
            s.kill()
        ratio = statistics.median(a / w for a, w in zip(alone, watched, strict=True))
        return [
            ("producer's rate while it is shown ÷ alone", f"{ratio:.2f}", "≥ 0.95"),
            ("key → paint during the flood, p95", f"{p95(latencies):.1f} ms", "≤ 50 ms"),
            ("last line visible after the end", f"{max(late):.2f} s", "≤ 0.2 s"),
            (f"memory growth over {lines:,} lines", f"{max(growth):+.1f} MB", "≤ 10 MB"),
        ]

    def slow(self) -> list[tuple[str, str, str]]:
        """Keys while a log floods over a slow line, with a terminal that answers and one that does not."""
        rows = []
        for link, goal in ((50_000, "< 150 ms"), (20_000, "< 400 ms")):
            for answers in ("full", "basic", "none"):
                target = self.folder / "slow.log"
                target.write_bytes(b"first\n")
                s = session(target, link=link, answers=answers)
                s.pump(2)
                writer = subprocess.Popen(
                    [sys.executable, "-c", _STEADY, str(target), str(3 * self.rounds)],
                    stdin=subprocess.DEVNULL,
                )
                ptybench.PRODUCERS.add(writer.pid)
                s.pump(1)
                found: list[float] = []
                while writer.poll() is None:
                    found += keys(s, [HELP[len(found) % 2]], 1, gap=0.2)
                s.kill()
                who = {"full": "acknowledged", "basic": "by cursor position"}.get(answers, "never answered")
                rows.append((f"key p95, flood over {link // 1000} kB/s, {who}", f"{p95(found):.0f} ms", goal))
        return rows

    def idle(self) -> list[tuple[str, str, str]]:
        """Processor time of an app with three quiet logs."""
        s = session(self.small, self.small, self.small)
        s.pump(2)
        before = ptybench.proc_cpu(s.pid)
        s.pump(10)
        used = (ptybench.proc_cpu(s.pid) - before) / 10
        s.kill()
        return [("processor, three quiet logs", f"{used:.1%}", "0 %")]


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", choices=["start", "jumps", "flood", "slow", "idle"])
    options = parser.parse_args()
    ptybench.set_subreaper()
    with tempfile.TemporaryDirectory(prefix="log-bench-") as folder:
        bench = Bench(Path(folder), options.lines, options.rounds)
        print(f"| {'metric':58} | {'measured':28} | goal |\n|{'-' * 60}|{'-' * 30}|------|")
        for name in options.only or ["start", "jumps", "flood", "slow", "idle"]:
            measure: Callable[[], list[tuple[str, Any, str]]] = getattr(bench, name)
            for metric, figure, goal in measure():
                print(f"| {metric:58} | {figure:28} | {goal} |", flush=True)


if __name__ == "__main__":
    main()
