"""Measures the wizard and prints one table: metric, measured, goal, and whether it is met.

python -m tests.benchmarks [-n ROUNDS] [--only NAME]... [--logs]

Nothing is asserted. ``--logs`` adds the rows of the log view, which need about 1 GB of disk and some minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from tests.benchmarks import ptybench, scenarios
from tests.benchmarks.run import Bench, Row

LOGS = ["start", "jumps", "flood", "slow", "idle"]


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=5, help="rounds of each measurement (5)")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="start, calls, keys, save, runs, idle, leave"
    )
    parser.add_argument("--logs", action="store_true", help="measure the log view, too")
    parser.add_argument("--log-lines", type=int, default=1_000_000)
    options = parser.parse_args()
    ptybench.set_subreaper()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n")
    print(f"| {'metric':52} | {'measured':34} | {'goal':14} |      |")
    print(f"|{'-' * 54}|{'-' * 36}|{'-' * 16}|------|")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        scenario = scenarios.make(Path(folder))
        try:
            bench = Bench(scenario, Path(folder), options.rounds)
            for name, measure in bench.all().items():
                if not options.only or name in options.only:
                    for row in measure():
                        show(row)
        finally:
            scenarios.end(scenario)
        if options.logs:
            logs(Path(folder), options.log_lines, options.rounds)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def show(row: Row) -> None:
    """Print one row at once."""
    said = {True: "ok", False: "MISS", None: ""}[row.ok]
    print(f"| {row.metric:52} | {row.measured:34} | {row.goal:14} | {said:4} |", flush=True)


def logs(folder: Path, lines: int, rounds: int) -> None:
    """The rows of the log view; its goals stand beside its figures."""
    from tests.benchmarks.log_bench import Bench as LogBench

    bench = LogBench(folder, lines, rounds)
    for name in LOGS:
        for metric, figure, goal in getattr(bench, name)():
            show(Row(metric, figure, goal, None))


if __name__ == "__main__":
    main()
