"""The state of production just before a deployment: read by a short command at the head of the deployment's run."""

import json
import os
from typing import Any

from hotfix_tui.steps.common.commands import ANY_STATUS
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.monitor.spec import monitor_command, targets

FILE = "baseline.json"


def commands(ctx: Context) -> list[Command]:
    """The command that reads probes and metrics once; none where nothing is configured. It never stops the run."""
    spec = targets(ctx)
    if not spec["probes"] and not spec["metrics"]:
        return []
    made = monitor_command(ctx, "baseline_run", spec, "Read metrics and probes before the deployment")
    return [Command(argv=made.argv, cwd=made.cwd, env=made.env, ok=ANY_STATUS, title=made.title)]


def read(directory: str) -> dict[str, Any]:
    """The evidence `baseline` from a run's folder: a list of {name, value} and {name, ok}; empty without one."""
    try:
        with open(os.path.join(directory, FILE), "rb") as file:
            found = json.loads(file.read(200_000))
    except (OSError, ValueError):
        return {}
    items = found.get("baseline") if isinstance(found, dict) else None
    return {"baseline": items} if isinstance(items, list) and items else {}
