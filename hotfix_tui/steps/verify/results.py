"""A check's log as evidence: how many passed and failed, and the first failures with their places.

Apart from the checks: it only reads what their runs left.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.verify import FailedTest
from hotfix_tui.runner import spec
from hotfix_tui.runner.runs import RunState
from hotfix_tui.testresults.model import Failure, SuiteResult
from hotfix_tui.testresults.scan import parse

MOST_KEPT = 20
"""How many failures the record keeps; the log has all of them."""


def read_results(
    run: RunState, directory: str, argv: Sequence[str], folder: str, *, tests: bool
) -> SuiteResult:
    """Return what the log in `directory` says about the last command of an ended run.

    `argv` and `folder` are used if the run's own description is gone. Files are relative to `folder`.
    """
    ran_in = folder
    try:
        command = spec.read(Path(directory)).commands[-1]
        argv, ran_in = command.argv, command.cwd
    except (OSError, ValueError, IndexError):
        pass
    since = datetime.fromisoformat(run.started).timestamp() if run.started else None
    log = os.path.join(directory, "log")
    try:
        result = parse(log, argv, run.exit_code, tests=tests, folder=ran_in, since=since)
    except OSError:
        return SuiteResult()
    if not folder or ran_in == folder:
        return result
    return result._replace(failures=tuple(_relative(failure, ran_in, folder) for failure in result.failures))


def kept_failures(result: SuiteResult) -> tuple[FailedTest, ...]:
    """Return the first failures of `result` for the record."""
    return tuple(
        FailedTest(one_line(failure.name, 120), one_line(failure.file, 160), failure.line)
        for failure in result.failures[:MOST_KEPT]
    )


def _relative(failure: Failure, ran_in: str, folder: str) -> Failure:
    whole = os.path.join(ran_in, failure.file)
    if not failure.file or not os.path.isfile(whole):
        return failure
    return failure._replace(file=os.path.relpath(whole, folder))
