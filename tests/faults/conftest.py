"""Reports at the end how many of the named faults were met on this machine."""

from typing import Any

from tests.steps.conftest import one_look

__all__ = ["one_look"]


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
