"""Which tests a full run leaves to `.ci/run`, so that README's command is fast, and which cases that leaves to
`.ci/full`: see `tests/longer.toml`.

A run that names a file, a room or a test gets all of it: only a run without names leaves something out.
"""

import functools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

LIST = Path(__file__).with_name("longer.toml")

UNKNOWN = pytest.StashKey[list[str]]()
"""Names and cases of the list that are no tests; known in a full run only."""


class Left(NamedTuple):
    """Which cases of a test are left out: `cases`, or all the others; a test without cases has a single empty one.

    Of those `.ci/run` runs `ci`; None is all.
    """

    cases: frozenset[str]
    others: bool
    ci: frozenset[str] | None = None

    def has(self, case: str) -> bool:
        """Return whether `case` is left out."""
        return (case in self.cases) != self.others

    def is_full(self, case: str) -> bool:
        """Return whether `.ci/run` leaves `case` out, too."""
        return self.has(case) and self.ci is not None and case not in self.ci


def read() -> dict[str, Left]:
    """Return what is left out of each test of the list, by its name."""
    files = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return {
        f"tests/{file}::{test}": Left(
            frozenset(said.get("stay", said.get("leave", ()))),
            "leave" not in said,
            frozenset(said["ci"]) if "ci" in said else None,
        )
        for file, names in files.items()
        for test, said in names.items()
    }


def is_longer(nodeid: str, known: dict[str, Left]) -> bool:
    """Return whether the test is left to `.ci/run`."""
    test, _, case = nodeid.partition("[")
    return test in known and known[test].has(case.removesuffix("]"))


def is_full(nodeid: str, known: dict[str, Left]) -> bool:
    """Return whether the test is left to `.ci/full`."""
    test, _, case = nodeid.partition("[")
    return test in known and known[test].is_full(case.removesuffix("]"))


OF_CI = "longer and not full"
"""The mark expression of `.ci/run`'s second run."""


def is_needless(path: Path, config: pytest.Config) -> bool:
    """Return whether a full run of `.ci/run`'s second part can do without the file: importing and collecting all
    files takes each process seconds.
    """
    if config.option.markexpr != OF_CI or config.args != config.getini("testpaths"):
        return False
    if not path.name.startswith("test_") or path.suffix != ".py":
        return False
    name = path.relative_to(LIST.parent).as_posix()
    return not any(left.ci is None or left.ci for left in _by_file().get(name, ()))


@functools.cache
def _by_file() -> dict[str, list[Left]]:
    files: dict[str, list[Left]] = {}
    for test, left in read().items():
        files.setdefault(test.removeprefix("tests/").partition("::")[0], []).append(left)
    return files


def mark(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Mark the tests of the list in a full run, and keep the entries of the list that do not exist."""
    if config.args != config.getini("testpaths"):
        return
    known = read()
    for item in items:
        if is_longer(item.nodeid, known):
            item.add_marker("longer")
        if is_full(item.nodeid, known):
            item.add_marker("full")
    if config.option.markexpr == OF_CI:
        return  # not all were collected
    there = {item.nodeid for item in items}
    tests = {nodeid.partition("[")[0] for nodeid in there}
    cases = {f"{test}[{case}]" for test, left in known.items() for case in left.cases | (left.ci or set())}
    config.stash[UNKNOWN] = sorted((known.keys() - tests) | (cases - there))
