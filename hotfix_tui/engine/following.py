"""The log tail beside a deployment: begun with it, ended with the watch or with the incident; it never fails a step."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.incident.model.catalog import FOLLOW
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.session.errors import StoreError

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Plan

_PATIENCE = 1.0
"""Seconds to wait for a tail that was told to end; one that takes longer is settled when the record is looked at."""


def running(engine: Engine) -> int | None:
    """Return the number of the tail's run while the record holds it for running."""
    now = engine.record.entry(FOLLOW.id)
    return int(now["run"]) if now.get("state") == "running" and "run" in now else None


def begin(engine: Engine, tail: "Plan | None") -> str:
    """Begin `tail`, the plan that was shown with the deployment; a sentence where that did not work, else empty."""
    from hotfix_tui.engine.execute import start
    from hotfix_tui.engine.settling import settle

    if tail is None:
        return ""
    try:
        settle(engine, FOLLOW.id)
        if running(engine) is None:
            start(engine, FOLLOW.id, tail)
    except (Refused, EngineError, StoreError, OSError) as problem:
        return f"The log is not followed: {problem}"
    return ""


def end(engine: Engine, why: str) -> None:
    """Tell the tail to end, if there is one, and write its end down if it comes soon."""
    number = running(engine)
    if number is None or engine.dry_run:
        return
    from hotfix_tui.engine.settling import settle
    from hotfix_tui.runner import runs

    directory = Path(engine.run_directory(number))
    try:
        runs.cancel(directory, why)
    except runs.NotRunning:
        return  # its record is lost: settling says so
    until = time.monotonic() + _PATIENCE
    while runs.look(directory).state == "running" and time.monotonic() < until:
        time.sleep(0.02)
    settle(engine, FOLLOW.id)
