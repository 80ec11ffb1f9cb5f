"""The state of production just before a deployment: read by a short command at the start of the deployment's run."""

import os

from hotfix_tui.base import plain_file
from hotfix_tui.monitor.files import BASELINE
from hotfix_tui.steps.common.commands import ANY_STATUS
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.monitor.spec import monitor_command, targets


def commands(ctx: Context) -> list[Command]:
    """Return the command that reads probes and metrics once; none if nothing is configured. It never stops the run."""
    spec = targets(ctx)
    if not spec["probes"] and not spec["metrics"]:
        return []
    made = monitor_command(ctx, "baseline_run", spec, "Read metrics and probes before the deployment")
    return [Command(argv=made.argv, cwd=made.cwd, env=made.env, ok=ANY_STATUS, title=made.title)]


def read(directory: str) -> tuple[object, ...]:
    """Return what a run read before its deployment, one {name, value} or {name, ok} each; empty if it read nothing."""
    items = plain_file.read_table(os.path.join(directory, BASELINE), 200_000).get("baseline")
    return tuple(items) if isinstance(items, list) else ()
