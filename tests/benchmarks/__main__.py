"""Measures the wizard and prints one table: metric, measured, goal, and whether it is met.

python -m tests.benchmarks [-n ROUNDS] [--only NAME]...

Nothing is asserted. ``--only logs`` measures the log view beside other viewers, in a table of its own; it needs 2 GB
of disk and about five minutes, so it is done when it is asked for only.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from tests.benchmarks import log_bench, ptybench, scenarios
from tests.benchmarks.run import Bench, Row


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=5, help="rounds of each measurement (5)")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="start, calls, keys, save, runs, idle, leave, logs"
    )
    parser.add_argument("--log-lines", type=int, default=10_000_000, help="of the largest log (10 million)")
    options = parser.parse_args()
    ptybench.set_subreaper()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        if options.only != ["logs"]:
            wizard(Path(folder), options.rounds, options.only)
        if options.only and "logs" in options.only:
            log_bench.show(Path(folder), options.rounds, options.log_lines)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def wizard(folder: Path, rounds: int, only: list[str] | None) -> None:
    """The table of the wizard: all measurements, or those that are named."""
    print(f"| {'metric':52} | {'measured':34} | {'goal':14} |      |")
    print(f"|{'-' * 54}|{'-' * 36}|{'-' * 16}|------|")
    scenario = scenarios.make(folder)
    try:
        bench = Bench(scenario, folder, rounds)
        for name, measure in bench.all().items():
            if not only or name in only:
                for row in measure():
                    show(row)
    finally:
        scenarios.end(scenario)


def show(row: Row) -> None:
    """Print one row at once."""
    said = {True: "ok", False: "MISS", None: ""}[row.ok]
    print(f"| {row.metric:52} | {row.measured:34} | {row.goal:14} | {said:4} |", flush=True)


if __name__ == "__main__":
    main()
