"""Which commit production should run now."""

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.steps.common.target_commit import wanted_commit
from hotfix_tui.steps.contract import Context


def expected(ctx: Context) -> str:
    """Return the commit that production should run now: what was deployed, or after a rollback its target."""
    return ctx.seen(RolledBack).target if gone_back(ctx) else _deployed(ctx) or wanted_commit(ctx)


def gone_back(ctx: Context) -> bool:
    """Return whether production should run the target of a rollback, on top of which the faulty commit was made."""
    return ctx.record.entry(catalog.DEPLOY_ROLLBACK).get("state") == "done" and not _deployed(ctx)


def _deployed(ctx: Context) -> str:
    entry = ctx.record.entry(catalog.DEPLOY_PRODUCTION)
    return ctx.seen(Deployed).commit if entry.get("state") == "done" else ""
