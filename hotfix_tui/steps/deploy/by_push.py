"""Where the merge deploys: what the push set off at the forge is watched to its end, and production asked."""

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
"""Seconds between two looks at what a push set off."""

LONGEST = 3600.0
"""Seconds after which watching it ends; what is under way then is looked at again."""


def by_forge(ctx: Context) -> bool:
    """Whether the merge deploys, and the forge can be asked what became of it."""
    return (
        set_off.push_deploys(ctx.record)
        and ctx.config.deploy.production is None
        and pushed.can_ask(repository(ctx))
    )


def _workflows(ctx: Context) -> list[str]:
    """The workflow files that a push to the production branch starts and that deploy there."""
    seen = set_off.preflight(ctx.record).triggers
    ours = [one for one in seen if one.target in ("production", "") and one.place]
    known = [one.place for one in ours if (one.kind, one.on) == ("deploys", "push")]
    return list(dict.fromkeys(place.partition(":")[0] for place in known))


def of_push(ctx: Context, commit: str) -> pushed.Pushed | None:
    """What the forge says of the deployment now; None where it does not answer."""
    try:
        return pushed.of_commit(
            repository(ctx), commit, ctx.config.deploy.environment, _workflows(ctx), ctx.landing
        )
    except ForgeError:
        return None


def judged(ctx: Context, commit: str, found: Arrival, said: pushed.Pushed) -> Probe:
    """What the forge's run and production together say of a deployment that a push began."""
    seen = evidence(ctx, commit, found).but(url=said.url)
    if found.same:
        return done(found.why, seen.but(deployed_at=seen.deployed_at or as_time(said.at)))
    if said.state == "failed":
        return failed(f"{said.why}; {found.why}", seen)
    if said.state == "waiting":
        return waiting(said.why, seen)
    if said.state == "done" and found.same is None:
        return done(said.why, seen.but(seen_by="forge", deployed_at=as_time(said.at)))
    if said.state == "done":
        return waiting(f"{said.why}, but {found.why}; give it time, then look again", seen)
    return unknown(f"{said.why}; {found.why}", seen) if found.same is None else not_done(found.why, seen)


def plan(ctx: Context, commit: str, warnings: list[str], known: Deployed, tail: Plan | None) -> Plan:
    """The merge has deployed: what is left is to see that it arrived, by watching it to its end where that can be."""
    title = f"See that the push of {commit[:7]} has deployed it"
    url = ctx.config.deploy.production_url
    trusted = tail is None or tail.trusted
    if by_forge(ctx):
        command = _watching(ctx, commit)
        return Plan(
            title, [command], timeout=LONGEST, warnings=warnings, trusted=trusted, known=known,
            only_looks=True, beside=tail, url=url,
        )  # fmt: skip
    if live_commit.can_ask(ctx):
        return Plan(title, warnings=warnings, trusted=trusted, known=known, beside=tail)
    hand = (
        f"1. A push to {ctx.landing} deploys: look on your platform's page how far it is.\n"
        f"2. When {commit[:12]} is live, tick the step."
    )
    tail, said = follow.if_trusted(ctx, tail, [])
    return Plan(title, by_hand=hand, url=url, warnings=warnings + said, known=known, beside=tail)


def _watching(ctx: Context, commit: str) -> Command:
    """The command that watches what the push set off."""
    repo = repository(ctx)
    remote = ctx.seen(Preflight).remote_url or ""
    args = ["--every", str(EVERY), "--remote", remote, "--kind", repo.kind, "--commit", commit]
    args += ["--environment", ctx.config.deploy.environment, "--branch", ctx.landing]
    args += [item for name in _workflows(ctx) for item in ("--workflow", name)]
    return driver("deploy.push_driver", *args, cwd=ctx.root)
