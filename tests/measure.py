"""Chooses the tests that README's command runs, by what each costs and which lines of the product it executes.

python -m tests.measure       run all tests that are not `full`, then write tests/longer.toml; needs `coverage`

What stays is cheap, or holds a promise (`tests/breaks.toml`), or starts the product in processes of its own, whose
lines are not seen here, or executes lines that nothing of these does: of such the cheapest a line, until one costs too
much for what it adds. The rest is longer. Of that `.ci/run` runs what still adds lines, whole incidents, and what is
not dear or not seen; of cases that are dear together one, or none if another one stays: but for cases that are each a
thing of its own. `.ci/full` runs all.
"""

import argparse
import collections
import heapq
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping, Set
from pathlib import Path

import pytest

from tests import longer

CHEAP = 0.1
"""Processor seconds that any test may take, including the cost of counting its lines."""

WORTH = 20
"""Lines per second that nothing else executes, for which an expensive test stays: the last lines cost most."""

WORTH_IN_CI = 4
"""The same for `.ci/run`."""

OWN_PROCESSES = tuple(f"tests/{room}/" for room in ("base", "cli", "recorder", "runner", "session"))
"""Rooms whose tests start the product as a process, or need nothing slow."""

WALK = "tests/walks/test_merge_first.py::"
"""A whole incident, by commands."""

DEAR = 0.6
"""Processor seconds, including the cost of counting its lines, that a longer test may take in `.ci/run`, and that the
longer cases of one test may take together before `.ci/full` runs most of them.
"""

WALKS = "tests/walks/"
"""Whole incidents."""

UNSEEN = ("tests/demo/", "tests/ui/test_signals.py", "tests/ui/test_log_terminal.py")
"""Tests of programs in processes of their own, whose lines are not seen here: they may be dear in `.ci/run`."""

EACH = (
    "tests/ui/test_accidents.py::test_random_keys",
    "tests/ui/test_default_action.py::test_keys_fit",
    "tests/ui/test_dialogs.py",
    "tests/ui/test_roll_back.py",
    "tests/ui/test_screens.py",
    "tests/ui/test_screens_md.py",
)
"""Tests whose cases are each a thing of its own: a picture, a way to an act that cannot be undone."""

_INTO = "TESTS_MEASURED"


# In the processes that run the tests


class Measure:
    """Records the processor seconds of each test, with its children's, and the lines that it executes."""

    def __init__(self, folder: Path) -> None:
        from coverage import Coverage

        name = folder / f"lines.{os.getpid()}"
        self._costs = (folder / f"costs.{os.getpid()}").open("w", buffering=1)
        self._lines = Coverage(data_file=str(name), source=["hotfix_tui"], config_file=False)
        self._lines.start()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Measure one test."""
        before = sum(os.times()[:4])
        self._lines.switch_context(item.nodeid)
        yield
        self._lines.switch_context("")
        self._costs.write(json.dumps([item.nodeid, sum(os.times()[:4]) - before]) + "\n")

    def pytest_unconfigure(self) -> None:
        """Store the lines."""
        self._lines.stop()
        self._lines.save()


def pytest_configure(config: pytest.Config) -> None:
    """Start, in a process that runs tests."""
    if _INTO in os.environ and "PYTEST_XDIST_WORKER" in os.environ:
        config.pluginmanager.register(Measure(Path(os.environ[_INTO])))


# Choosing


def costs_in(folder: Path) -> dict[str, float]:
    """Return what each test took, in seconds."""
    lines = (line for file in folder.glob("costs.*") for line in file.read_text().splitlines())
    return {name: float(seconds) for name, seconds in map(json.loads, lines)}


def lines_in(folder: Path) -> dict[str, set[tuple[str, int]]]:
    """Return the lines that each test executes, without those executed when modules are loaded."""
    from coverage import CoverageData

    executed: dict[str, set[tuple[str, int]]] = collections.defaultdict(set)
    for file in folder.glob("lines.*"):
        data = CoverageData(str(file))
        data.read()
        for source in data.measured_files():
            for line, tests in data.contexts_by_lineno(source).items():
                for test in tests:
                    executed[test].add((source, line))
    loaded = executed.pop("", set())
    return {test: lines - loaded for test, lines in executed.items()}


def longer_of(
    costs: Mapping[str, float], executed: Mapping[str, set[tuple[str, int]]], worth: float = WORTH
) -> set[str]:
    """Return the tests that are neither cheap nor apart nor `worth` their cost: those left to `.ci/run`."""
    breaks = tomllib.loads(Path(__file__).with_name("breaks.toml").read_text(encoding="utf-8"))
    promised = {entry["test"] for entry in breaks.values()}

    def stays(test: str) -> bool:
        held = test in promised or test.partition("[")[0] in promised
        apart = test.startswith((*OWN_PROCESSES, WALK)) or test.count("/") == 1
        return costs[test] <= CHEAP or held or apart

    rest = {test for test in costs if not stays(test)}
    seen = set().union(*(executed.get(test, ()) for test in costs if test not in rest))
    waiting = [(-len(executed.get(test, set()) - seen) / costs[test], test) for test in sorted(rest)]
    heapq.heapify(waiting)
    while waiting:
        _, test = heapq.heappop(waiting)
        gain = len(executed.get(test, set()) - seen) / costs[test]
        if gain < worth:
            continue
        if waiting and gain < -waiting[0][0]:
            heapq.heappush(waiting, (-gain, test))  # what came before it executes some of its lines
        else:
            seen |= executed[test]
            rest.discard(test)
    return rest


def ci_cases(
    left: Collection[str], costs: Mapping[str, float], adding: Set[str] = frozenset()
) -> dict[str, list[str]]:
    """Return, for each test of whose longer cases `.ci/run` leaves out some, those that it runs: those `adding` lines
    at any rate; where it runs one of many, the one of middling cost. A test without cases has a single empty one.
    """
    cases: dict[str, list[str]] = collections.defaultdict(list)
    stays = {nodeid.partition("[")[0] for nodeid in costs if nodeid not in left}
    for nodeid in sorted(left, key=lambda nodeid: (costs[nodeid], nodeid)):
        cases[nodeid.partition("[")[0]].append(nodeid)
    run: dict[str, list[str]] = {}
    for test, ids in cases.items():
        cheap = [nodeid for nodeid in ids if costs[nodeid] <= DEAR or nodeid.startswith(UNSEEN)]
        if len(ids) > 1 and sum(costs[nodeid] for nodeid in ids) >= DEAR and not test.startswith(EACH):
            cheap = [] if test in stays or adding & set(ids) else cheap[len(cheap) // 2 :][:1]
        chosen = [nodeid for nodeid in ids if nodeid in adding or nodeid in cheap]
        if chosen != ids and not test.startswith(WALKS):
            run[test] = [nodeid.partition("[")[2].removesuffix("]") for nodeid in chosen]
    return run


def listed(left: Collection[str], tests: Mapping[str, float], adding: Set[str] = frozenset()) -> str:
    """Return the list as the text of its file: by file and test, with the cases that stay or those that are left
    out, and those of them that `.ci/run` runs.
    """
    dear = ci_cases(left, tests, adding)
    cases: dict[str, dict[str, tuple[list[str], list[str]]]] = {}
    for nodeid in sorted(tests):
        before, _, case = nodeid.partition("[")
        file, _, name = before.removeprefix("tests/").partition("::")
        stay, leave = cases.setdefault(file, {}).setdefault(name, ([], []))
        (leave if nodeid in left else stay).append(case.removesuffix("]"))
    rows = [_HEAD]
    for file, names in sorted(cases.items()):
        listed = [(name, stay, leave) for name, (stay, leave) in sorted(names.items()) if leave]
        rows += [f'\n["{file}"]'] if listed else []
        for name, stay, leave in listed:
            key = name if name.isidentifier() and name.isascii() else json.dumps(name)
            which, cases_of = ("leave", leave) if len(leave) < len(stay) else ("stay", stay)
            said = [f"{which} = {json.dumps(cases_of)}"] if stay else []
            if (one := f"tests/{file}::{name}") in dear:
                said.append(f"ci = {json.dumps(dear[one])}")
            rows.append(f"{key} = {{ {', '.join(said)} }}" if said else f"{key} = {{}}")
    return "\n".join(rows) + "\n"


_HEAD = """\
# What a run of all tests leaves to `.ci/run`, by file and test, with the cases of each that are run all the same
# (`stay`, or all but `leave`). Of the rest `.ci/run` runs those in `ci`, or all, and `.ci/full` the others.
# Written by `python -m tests.measure`, which says how they are chosen."""


def main() -> None:
    """Measure, choose, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure", description=__doc__)
    parser.add_argument("--measured", type=Path, help="a folder of an earlier run: choose from that")
    folder = parser.parse_args().measured or Path(tempfile.mkdtemp(prefix="measured-"))
    if not any(folder.glob("costs.*")):
        call = [sys.executable, "-m", "pytest", "-q", "-p", "tests.measure", "-m", "not full"]
        subprocess.run(call, env={**os.environ, _INTO: str(folder)}, check=True)
    costs = costs_in(folder)
    executed = lines_in(folder)
    left = longer_of(costs, executed)
    adding = left - longer_of(costs, executed, WORTH_IN_CI)
    longer.LIST.write_text(listed(left, costs, adding), encoding="utf-8")
    stay = [test for test in costs if test not in left]
    full = [test for test in left if longer.is_full(test, longer.read())]
    print(
        f"{len(stay)} tests of {sum(costs[test] for test in stay):.0f} s stay, {len(left)} are longer, "
        f"{len(full)} of them for .ci/full; {folder}"
    )


if __name__ == "__main__":
    main()
