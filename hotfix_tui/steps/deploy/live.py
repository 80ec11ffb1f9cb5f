"""deploy.live: query production for the commit it runs."""

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Live as LiveSeen
from hotfix_tui.incident.rules import gates, policy
from hotfix_tui.steps.common import published
from hotfix_tui.steps.contract import Context, Plan, Probe, Step, done, not_done, unknown
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.live.ask import can_ask
from hotfix_tui.steps.live.expected import expected, gone_back

_HOW = {
    "rollback": "which version production runs after the rollback",
    "config": "that the changed configuration is in effect",
    "feature-flag": "that the feature flag is in effect",
    "external": "what the provider says about the end of the fault",
}


class LiveStep(Step):
    """Compares what production says it runs with what it should run, by commit or by identical files."""

    id = catalog.DEPLOY_LIVE
    looks_early = True

    def probe(self, ctx: Context) -> Probe:
        if off := _off(ctx):
            return not_done(off)
        wanted = expected(ctx)
        return _result(ctx, live_check.look(ctx, wanted, on_top=not gone_back(ctx)) if wanted else None)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        wanted = expected(ctx)
        if not policy.is_code_fix(ctx.record) and not (wanted and can_ask(ctx)):
            what = _HOW.get(ctx.record.resolution, "what changed in production")
            return Plan(
                "See it in production",
                by_hand=f"1. Look in production yourself {what}.\n2. Tick the step.",
                told=True,
            )
        if not can_ask(ctx) and (hand := published.out_there(ctx)):
            return Plan("See that the fix is out", by_hand=hand, url=published.page(ctx), told=True)
        if not can_ask(ctx):
            which = f"{wanted[:12]}" if wanted else "the fix"
            return Plan(
                f"See that production runs {wanted[:7] or 'the fix'}",
                by_hand=f"1. Look on your platform's page which commit is live.\n2. If it is {which}, tick the step.\n"
                "(With git.live or deploy.current in the configuration, the wizard asks by itself.)",
                url=ctx.config.deploy.production_url,
                told=True,
            )
        return Plan(
            f"Ask production whether it runs {wanted[:7]}" if wanted else "Ask production what it runs"
        )

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        if off := _off(ctx):
            return not_done(off)
        wanted = expected(ctx)
        on_top = not gone_back(ctx)
        result = _result(ctx, live_check.wait_until_live(ctx, wanted, on_top=on_top) if wanted else None)
        if result.state == "not-done" and wanted:
            return result._replace(state="failed")
        return result


def _off(ctx: Context) -> str:
    """Return why production cannot run the fix: it was taken off; empty otherwise."""
    record = ctx.record
    off = policy.is_code_fix(record) and gates.fix_off(record) == record.round
    return gates.after_taken_off(record) if off else ""


def _result(ctx: Context, live: live_check.LiveComparison | None) -> Probe:
    if live is None:
        return not_done("it is not known yet what production should run")
    if live.same is None:
        return unknown(live.why)
    if not live.same:
        return not_done(live.why, LiveSeen(live=live.commit), adds=True)
    assert live.seen is not None
    said = live.seen
    seen = LiveSeen(commit=live.commit, source=said.source, deployed_at=said.at)
    return done(live.why, seen.but(tag=said.tag) if said.tag else seen, adds=True)


STEPS = (LiveStep(),)
