"""pull-request.approval: the forge's decision if it can be queried, otherwise the word of a named second person."""

from hotfix_tui.base.times import as_time
from hotfix_tui.forges.model import ForgeError, Review, Standing
from hotfix_tui.incident.model.catalog import APPROVAL
from hotfix_tui.incident.model.evidence.pull_request import Approved, Requested
from hotfix_tui.incident.rules.gates import Reason
from hotfix_tui.steps.common.forge import find, forge, has_forge, number
from hotfix_tui.steps.common.team_rules import owners_of_change
from hotfix_tui.steps.contract import Context, Plan, Probe, Step, done, failed, not_done, unknown
from hotfix_tui.steps.guards import disclosure


class Approval(Step):
    """Asks the forge who has approved exactly this commit. The person who opened the request does not count."""

    id = APPROVAL
    looks_early = True

    def probe(self, ctx: Context) -> Probe:
        seen = _standing(ctx)
        return seen if isinstance(seen, Probe) else _judged(ctx, seen)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        url = ctx.seen(Requested).url
        seen = _standing(ctx)
        if isinstance(seen, Standing):
            known = owners_of_change(ctx)
            who = f"; owners of the files: {', '.join(known.names[:12])}" if known.names else ""
            return Plan(f"Ask the forge who has approved {ctx.commit[:7]}{who}", url=url)
        known = owners_of_change(ctx)
        owned = f" ({known.place} names {', '.join(known.names[:12])})" if known.names else ""
        hand = (
            f"1. Have somebody else than the author look at {ctx.commit[:12] or 'the change'}{owned}.\n"
            f"2. Tick the step with their name: `tick {self.id} --note NAME`."
        )
        return Plan("Have it approved", by_hand=f"{hand}\n({seen.why}.)" if seen.why else hand, url=url)


def against_a_tick(ctx: Context) -> list[Reason]:
    """Return what the forge says against an approval; empty if it cannot be queried, or leaves that open."""
    seen = _standing(ctx)
    if isinstance(seen, Probe):
        return []
    judged = _judged(ctx, seen)
    cure = f"Have it approved{f' there ({seen.url})' if seen.url else ''}, then look: `do {APPROVAL}`."
    if judged.state == "failed":
        return [Reason(f"The forge says of the approval: {judged.why}.", cure, APPROVAL)]
    if judged.state != "done" and seen.decision == "review-required":
        return [Reason("The forge says that a review is still required.", cure, APPROVAL)]
    return []


def _standing(ctx: Context) -> Standing | Probe:
    """Return the pull request's standing, or the probe's result while that is unknown."""
    if not ctx.commit:
        return not_done("there is no hotfix commit yet")
    if not has_forge(ctx):
        return not_done("the remote has no reviews: a named person says it")
    if disclosure.elsewhere(ctx):
        return unknown(f"the branch is on {ctx.push_remote} only, which is not asked for reviews")
    way, why = forge(ctx)
    if not way.can_query:
        return unknown(why or "the forge cannot be asked from here")
    try:
        known = number(ctx) or next(
            (request.number for request in find(ctx, way) if request.state == "open"), 0
        )
        return way.standing(known) if known else not_done("there is no open pull request yet")
    except ForgeError as error:
        return unknown(str(error))


def _judged(ctx: Context, seen: Standing) -> Probe:
    """Return what the reviews say about this round's commit."""
    against = [review.author for review in seen.reviews if review.state == "changes-requested"]
    evidence = Approved(decision=seen.decision, url=seen.url)
    if seen.decision == "changes-requested" or (against and seen.decision != "approved"):
        who = ", ".join(against) or "a reviewer"
        return failed(f"changes are requested by {who}", evidence)._replace(overrules=True)
    if seen.head != ctx.commit:
        return not_done(f"the pull request is at {seen.head[:7]}, not at {ctx.commit[:7]}", evidence)
    of_others = [
        review for review in seen.reviews if review.state == "approved" and review.author != seen.author
    ]
    names = tuple(review.author for review in of_others if review.commit in ("", ctx.commit))
    if seen.decision == "review-required":
        return not_done(_still_required(names), evidence)._replace(overrules=True)
    if names:
        at = max(
            (given for review in of_others if (given := as_time(review.at)) and review.author in names),
            default=None,
        )
        approved = Approved(approvals=names, decision=seen.decision, approved_at=at, url=seen.url)
        return done(f"approved by {', '.join(names)}", approved)
    if of_others:
        return not_done(_earlier(of_others), evidence)
    if seen.decision == "approved":
        return done("the forge says that it is approved", evidence)
    return not_done("nobody has approved it yet", evidence)


def _still_required(names: tuple[str, ...]) -> str:
    return "the forge still requires a review" + (f", besides that of {', '.join(names)}" if names else "")


def _earlier(reviews: list[Review]) -> str:
    latest = reviews[0]
    return f"{latest.author} approved {latest.commit[:7]}, an earlier version"


STEPS = (Approval(),)
