"""Why a run failed, as one sentence for people, from its state and the end of its log."""

import os

from hotfix_tui.project.git.faults import explain
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.base import Probe, describe_end, failed, unknown

_TAIL = 20_000


def log_tail(directory: str) -> bytes:
    """The end of a run's log; empty when there is none."""
    try:
        with open(os.path.join(directory, "log"), "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - _TAIL))
            return log.read()
    except OSError:
        return b""


def ended_badly(run: RunState, directory: str, what: str) -> Probe | None:
    """What to say of a run that did not succeed, None when it did.

    `what` is the act as a noun ("The push"). A run whose end was not written down is unknown, never failed.
    """
    if run.succeeded:
        return None
    if run.state.startswith("lost") or run.state == "running":
        return unknown(f"{what}: {describe_end(run)}; look whether it happened")
    known = explain(log_tail(directory)) if run.state == "exited" and not run.cancelled else None
    return failed(f"{what} failed ({describe_end(run)})" + (f": {known}" if known else ""))
