"""Measures the wizard and prints one table: metric, measured, goal, and whether it is met.

python -m tests.benchmarks [-n ROUNDS] [--only NAME]...

Nothing is asserted. Two tables are measured when they are asked for only: ``--only git``, the wizard on a repository
of 30 000 files and 30 000 commits, takes some minutes; ``--only logs``, the log view beside other viewers, takes about
five and needs 2 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from tests.benchmarks import git_bench, log_bench, ptybench, scenarios
from tests.benchmarks.run import Bench, Row


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=5, help="rounds of each measurement (5)")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help="start, calls, keys, save, runs, idle, leave, logs, git",
    )
    parser.add_argument("--log-lines", type=int, default=10_000_000, help="of the largest log (10 million)")
    parser.add_argument("--files", type=int, default=git_bench.FILES, help="of the large repository (30 000)")
    parser.add_argument(
        "--commits", type=int, default=git_bench.COMMITS, help="of the large repository (30 000)"
    )
    options = parser.parse_args()
    ptybench.set_subreaper()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        only = set(options.only or ())
        if not only or only - {"logs", "git"}:
            wizard(Path(folder), options.rounds, options.only)
        if "git" in only:
            head()
            for row in git_bench.rows(Path(folder), options.rounds, options.files, options.commits):
                show(row)
        if "logs" in only:
            log_bench.show(Path(folder), options.rounds, options.log_lines)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def wizard(folder: Path, rounds: int, only: list[str] | None) -> None:
    """The table of the wizard: all measurements, or those that are named."""
    head()
    scenario = scenarios.make(folder)
    try:
        bench = Bench(scenario, folder, rounds)
        for name, measure in bench.all().items():
            if not only or name in only:
                for row in measure():
                    show(row)
    finally:
        scenarios.end(scenario)


def head() -> None:
    """Print the head of a table."""
    print(f"| {'metric':52} | {'measured':34} | {'goal':14} |      |")
    print(f"|{'-' * 54}|{'-' * 36}|{'-' * 16}|------|")


def show(row: Row) -> None:
    """Print one row at once."""
    said = {True: "ok", False: "MISS", None: ""}[row.ok]
    print(f"| {row.metric:52} | {row.measured:34} | {row.goal:14} | {said:4} |", flush=True)


if __name__ == "__main__":
    main()
