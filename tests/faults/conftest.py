"""The bench of a fault; reports at the end how many of the named faults were met on this machine."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.bench import Bench, Fault, build, fresh_bench, mount_small
from tests.gitworld import IDENTITY
from tests.steps.one_look import share_one_look


@pytest.fixture(autouse=True)
def one_look(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step's probe, plan and choices share one consistent view."""
    share_one_look(monkeypatch)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout at every stage."""
    folder = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        build(folder)
    return folder


@pytest.fixture
def bench_for(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Fault], Bench]]:
    """Make the bench for a fault; what it mounted or started is ended."""
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(templates / "no-template"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with contextlib.ExitStack() as cleanup:

        def make(fault: Fault) -> Bench:
            place = tmp_path / "w"
            if fault.disk:
                mount_small(place, cleanup)
            bench = fresh_bench(templates, fault.at, place)
            bench.directory = tmp_path / "incident"
            shutil.move(place / "incident", bench.directory)
            bench.patch, bench.cleanup, bench.supervised = monkeypatch, cleanup, fault.supervised
            return bench

        yield make


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count them from the reports, which come from all workers."""
    met: dict[str, set[str]] = {"passed": set(), "failed": set(), "skipped": set()}
    for outcome, names in met.items():
        for report in terminalreporter.stats.get(outcome, []):
            if "test_git_faults.py::test_fault[" in getattr(report, "nodeid", ""):
                names.add(report.nodeid.partition("[")[2].partition("_-_")[0].replace("_", " "))
    tried = set().union(*met.values())
    if tried:
        good = met["passed"] - met["failed"] - met["skipped"]
        terminalreporter.write_line(f"git faults: {len(good)} of {len(tried)} met and cured")
