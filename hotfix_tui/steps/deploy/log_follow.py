"""deploy.follow: the production log, live, in its own run alongside the deployment and the watch.

It starts with a deployment that the wizard runs, or by hand at any time. No step waits for it, its end says nothing
about the deployment, and it ends with the watch, with the incident, or when somebody stops it.
"""

import shlex

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.catalog import FOLLOW
from hotfix_tui.incident.model.evidence.deploy import Followed
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.platforms import loader
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common import platform_values
from hotfix_tui.steps.common.commands import driver, filled
from hotfix_tui.steps.common.outcome import why_it_failed
from hotfix_tui.steps.common.target_commit import values, wanted_commit
from hotfix_tui.steps.common.trusted import is_trusted
from hotfix_tui.steps.contract import (
    Command,
    Context,
    Plan,
    Probe,
    Step,
    describe_end,
    done,
    failed,
    not_done,
    refuse,
)
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.methods import platform

TITLE = "Follow the log of production"

LONGEST = 12 * 3600.0
"""Seconds after which a tail ends by itself, if its command has no time limit of its own: nobody may come back for
it.
"""


class Follow(Step):
    """Shows what production prints. There is nothing to probe: a tail runs, or it does not."""

    id = FOLLOW.id

    def probe(self, ctx: Context) -> Probe:
        """Return not done: a log that was followed proves nothing."""
        return not_done("it is not being followed")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if ctx.record.state not in ("open", "resolved"):
            raise refuse(
                f"{ctx.record.id} is {ctx.record.state}.", "Reopen it first: `reopen --why …`.", self.id
            )
        plan = tail(ctx)
        if plan is None:
            raise refuse(
                "Nothing is known that prints the log of production.",
                "Configure it as deploy.follow, or give it now: `command deploy.follow COMMAND`.",
                self.id,
            )
        return plan

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """Return how it ended; being stopped is the normal end."""
        if run.cancelled or run.succeeded:
            return done(describe_end(run) if run.cancelled else "its command ended")
        known = why_it_failed(run, directory)
        return failed(f"it ended: {describe_end(run)}" + (f": {known}" if known else ""))


def tail(ctx: Context, commit: str = "", previous: str = "") -> Plan | None:
    """Return the plan of the configured command, else of the platform's own; None if there is neither. Raises
    Refused.
    """
    known = values(ctx, "production", commit or wanted_commit(ctx), previous)
    command = ctx.config.deploy.follow
    if command is not None:
        made = filled(command, ctx.deployed_from, FOLLOW.id, known, variables=True, title=TITLE)
        return _plan(made, tty=command.tty is not False, timeout=command.timeout, trusted=False)
    on = platform(ctx)
    if on is None or platform_values.unmet(ctx, on):
        return None
    settings = {name: value for name, value in known.items() if isinstance(value, str)}
    settings |= {"production": ctx.production, **platform_values.known(ctx, on)}
    for action in ("logs", "follow"):
        try:
            looked, _ = releases.looked_up(ctx, on, action, settings)
            planned = loader.plan(on, action, settings | looked)
        except (loader.PlatformError, asking.NotAsked):
            continue
        if planned is None or planned.missing or len(planned.commands) != 1:
            continue
        logs = on.commands[action]
        env = {**on.env, **({"CI": "1"} if logs.ci else {})}
        made = Command(argv=planned.commands[0], cwd=ctx.deployed_from, env=env, title=TITLE)
        if logs.repeat:
            again = driver(
                "deploy.log_follow_driver",
                str(logs.repeat),
                "--",
                *made.argv,
                cwd=ctx.deployed_from,
                env=env,
            )
            made = Command(argv=again.argv, cwd=again.cwd, env=again.env, title=TITLE)
        return _plan(made, tty=logs.tty, timeout=None, trusted=False)
    return None


def log_tail(ctx: Context, commit: str, previous: str) -> tuple[Plan | None, list[str]]:
    """Return the tail to start with a deployment, and what to say about it. It never blocks a deployment."""
    if ctx.record.entry(FOLLOW.id).get("state") == "running":
        return None, []
    try:
        return tail(ctx, commit, previous), []
    except Refused as no:
        return None, [f"The log is not followed: {one_line(no.reasons[0].sentence, 200)}"]


def if_trusted(ctx: Context, tail: Plan | None, said: list[str]) -> tuple[Plan | None, list[str]]:
    """Return the log tail, unless its command has to be trusted first: instructions never wait for that."""
    if tail is None or tail.trusted or is_trusted(ctx):
        return tail, said
    return None, [*said, "The log is not followed: its command is not trusted yet (`hotfix-tui trust`)."]


def _plan(command: Command, *, tty: bool, timeout: float | None, trusted: bool) -> Plan:
    return Plan(
        TITLE,
        commands=[command],
        tty=tty,
        timeout=timeout or LONGEST,
        trusted=trusted,
        known=Followed(command=one_line(shlex.join(command.argv), 300)),
    )


STEPS = (Follow(),)
