"""The checklist items after a deployment: measured ones probe themselves."""

from hotfix_tui.incident.model.evidence.monitor import Measured
from hotfix_tui.incident.model.measured import ITEMS, answers
from hotfix_tui.incident.rules.published import nothing_to_watch
from hotfix_tui.monitor.verdict import Judged, judge_all
from hotfix_tui.steps.common.published import issues
from hotfix_tui.steps.contract import Context, Plan, Probe, Step, done, failed, not_done, unknown
from hotfix_tui.steps.monitor import watch
from hotfix_tui.steps.monitor.spec import targets

_EXPECTED = {"falls": "should fall", "stable": "should stay", "normal": "should be as usual"}
_WORST = ("worse", "not-fixed", "no-data", "partial", "not-yet", "unjudged", "neutral", "good")
"""The combined result of several numbers for one item: the worst of them."""

_LOOK = {
    "error-rate": "Open the error tracking or the dashboard of this service, at the time since the deployment.",
    "no-new-errors": "Open the error tracking, sorted by first seen: nothing may be new since the deployment.",
    "api-latency": "Open the dashboard of the response times: as before the incident.",
    "database": "Open the database's dashboard: load, locks, slow queries, connections.",
    "third-party": "Open the status pages of the services that this one calls.",
    "user-activity": "Look at sign-ins, orders or whatever counts here: as on another day at this hour.",
    "support-tickets": "Ask support, or look at the queue: no new ticket about this fault since the deployment.",
    "chat": "Look at the chat in the product: no new report of this fault since the deployment.",
    "social": "Search the product's name where users write: no new report of this fault.",
    "status-comments": "Read the comments under the status page's entry: no new report.",
}


class Item(Step):
    """One item: measured if a metric or probe answers it, otherwise a person checks and ticks."""

    def __init__(self, item: str) -> None:
        self.id, self.item = f"monitor.{item}", item

    def probe(self, ctx: Context) -> Probe:
        """Judge the samples of the watch, from half of its time on."""
        names = answers(ctx.record.config).get(self.id)
        if names is None:
            return unknown("a person says whether it is done")
        seen = watch.seen(ctx)
        if seen is None:
            was = ctx.record.entry(self.id).get("state")
            return unknown("its samples cannot be read") if was else not_done("the watch has not begun")
        samples, watched = seen
        limit = float(ctx.config.monitor.watch)
        if watched < limit / 2:
            return not_done(f"measured for {watched:.0f} s of {limit:.0f} s: too early to say")
        spec = watch.judging(ctx, targets(ctx))
        judged = [
            result for result in judge_all(spec, samples, spec["baseline"], watched) if result.name in names
        ]
        return _said(names, judged)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        names = answers(ctx.record.config).get(self.id)
        if names is not None:
            return Plan(f"Look at {', '.join(names)}")
        hint, url = _LOOK[self.item], _page(ctx, self.item)
        if self.item == "no-new-errors" and not url and nothing_to_watch(ctx.record):
            hint, url = "Look at the newest reports of your users: nothing new of this version.", issues(ctx)
        return Plan(
            ctx.record.definition(self.id).title,
            by_hand=f"1. {hint}\n2. Tick the step.",
            url=url,
        )


def _page(ctx: Context, item: str) -> str:
    """Return the configured page for checking an item; empty if there is none."""
    page_url = next((page for name, page in ctx.config.monitor.look.items() if name == item), "")
    return page_url if page_url.startswith(("https://", "http://")) else ""


def _said(names: tuple[str, ...], judged: list[Judged]) -> Probe:
    """Return the combined result of an item's numbers."""
    if not judged:
        return not_done(
            "there are no samples of it", Measured(by=", ".join(names), kind="no-data", says="no data")
        )
    worst = min(judged, key=lambda result: _WORST.index(_kind(result)))
    kind = _kind(worst)
    seen = Measured(
        by=worst.name,
        before=worst.before,
        after=worst.after,
        direction=worst.direction,
        kind=kind,
        says=_words(worst),
    )
    if kind in ("good", "neutral"):
        return done(seen.says, seen)
    if kind in ("worse", "not-fixed"):
        return failed(seen.says, seen)
    return not_done(seen.says, seen)


def _kind(result: Judged) -> str:
    """Return the result of a number; without an earlier value nothing can be said."""
    compared = result.kind in ("smoke", "probe") or result.before is not None
    return result.finding.kind if result.finding.kind != "neutral" or compared else "unjudged"


def _words(result: Judged) -> str:
    if result.before is None or result.after is None:
        return result.finding.text
    expected = _EXPECTED.get(result.direction, "")
    return f"{result.name}: {result.before:g} → {result.after:g}" + (f", {expected}" if expected else "")


STEPS: tuple[object, ...] = tuple(Item(item) for item in ITEMS)
