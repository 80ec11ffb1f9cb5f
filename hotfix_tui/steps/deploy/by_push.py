"""If the merge deploys: what the push triggered at the forge is watched to its end, and production queried.

Apart from `production`, whose other methods run a command: here nothing is run, only watched.
"""

from hotfix_tui.base.times import as_time
from hotfix_tui.forges import pushed
from hotfix_tui.forges.calls import ForgeError
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules import set_off
from hotfix_tui.steps.common.commands import driver
from hotfix_tui.steps.common.forge import repository
from hotfix_tui.steps.contract import Command, Context, Plan, Probe, done, failed, not_done, unknown, waiting
from hotfix_tui.steps.deploy import log_follow as follow
from hotfix_tui.steps.deploy.arrival import Arrival, evidence
from hotfix_tui.steps.live import ask as live_commit

EVERY = 10.0
"""Seconds between two queries of what a push triggered."""

LONGEST = 3600.0
"""Seconds after which watching ends; anything still in progress is probed again."""


def by_forge(ctx: Context) -> bool:
    """Return whether the merge deploys, and the forge can be queried for the outcome."""
    return (
        set_off.push_deploys(ctx.record)
        and ctx.config.deploy.production is None
        and pushed.can_ask(repository(ctx))
    )


def _workflows(ctx: Context) -> list[str]:
    """Return the workflow files that a push to the production branch starts and that deploy there."""
    seen = set_off.preflight(ctx.record).triggers
    ours = [trigger for trigger in seen if trigger.target in ("production", "") and trigger.place]
    known = [trigger.place for trigger in ours if (trigger.kind, trigger.on) == ("deploys", "push")]
    return list(dict.fromkeys(place.partition(":")[0] for place in known))


def of_push(ctx: Context, commit: str) -> pushed.Pushed | None:
    """Return what the forge currently says about the deployment; None if it does not answer."""
    try:
        return pushed.of_commit(
            repository(ctx), commit, ctx.config.deploy.environment, _workflows(ctx), ctx.landing
        )
    except ForgeError:
        return None


def judged(ctx: Context, commit: str, arrived: Arrival, said: pushed.Pushed) -> Probe:
    """Return what the forge's run and production together say about a deployment started by a push."""
    seen = evidence(ctx, commit, arrived).but(url=said.url)
    if arrived.same:
        return done(arrived.why, seen.but(deployed_at=seen.deployed_at or as_time(said.at)))
    if arrived.mixed and said.state in ("failed", "done"):
        return unknown(f"{said.why}; {arrived.why}", seen)
    if said.state == "failed":
        return failed(f"{said.why}; {arrived.why}", seen)
    if said.state == "waiting":
        return waiting(said.why, seen)
    if said.state == "done" and arrived.same is None:
        return done(said.why, seen.but(seen_by="forge", deployed_at=as_time(said.at)))
    if said.state == "done":
        return waiting(f"{said.why}, but {arrived.why}; give it time, then look again", seen)
    return (
        unknown(f"{said.why}; {arrived.why}", seen) if arrived.same is None else not_done(arrived.why, seen)
    )


def plan(ctx: Context, commit: str, warnings: list[str], known: Deployed, tail: Plan | None) -> Plan:
    """Return the plan after the merge has deployed: watch it to its end if possible, and see that it arrived."""
    title = f"See that the push of {commit[:7]} has deployed it"
    url = ctx.config.deploy.production_url
    trusted = tail is None or tail.trusted
    if by_forge(ctx):
        command = _watching(ctx, commit)
        return Plan(
            title, [command], timeout=LONGEST, warnings=warnings, trusted=trusted, known=known,
            only_looks=True, log_tail=tail, url=url,
        )  # fmt: skip
    if live_commit.can_ask(ctx):
        return Plan(title, warnings=warnings, trusted=trusted, known=known, log_tail=tail)
    hand = (
        f"1. A push to {ctx.landing} deploys: look on your platform's page how far it is.\n"
        f"2. When {commit[:12]} is live, tick the step."
    )
    tail, said = follow.if_trusted(ctx, tail, [])
    return Plan(title, by_hand=hand, url=url, warnings=warnings + said, known=known, log_tail=tail)


def _watching(ctx: Context, commit: str) -> Command:
    """Return the command that watches what the push triggered."""
    repo = repository(ctx)
    remote = ctx.seen(Preflight).remote_url or ""
    args = ["--every", str(EVERY), "--remote", remote, "--kind", repo.kind, "--commit", commit]
    args += ["--environment", ctx.config.deploy.environment, "--branch", ctx.landing]
    args += [item for name in _workflows(ctx) for item in ("--workflow", name)]
    return driver("deploy.push_driver", *args, cwd=ctx.root)
