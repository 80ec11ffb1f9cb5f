"""release.merge: the fix lands on the production branch, on the forge or by a merge made here."""

from hotfix_tui.base.text import one_line
from hotfix_tui.forges.model import METHODS, Forge, ForgeError, MergeMethod, PullRequest, Standing
from hotfix_tui.git.history import committed_at
from hotfix_tui.git.push import sent_along
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.release import Merged
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.earlier_fixes import failed_fixes
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.incident.rules.signing import BYPASS
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.forge import by_page, commands, current, find, forge, has_forge, number
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.common.set_off import merge_sets_off
from hotfix_tui.steps.contract import (
    Choice,
    Context,
    Plan,
    Probe,
    Step,
    describe_end,
    done,
    failed,
    not_done,
    refuse,
    refusing,
    unknown,
    unknown_if_git_fails,
    waiting,
)
from hotfix_tui.steps.guards import disclosure
from hotfix_tui.steps.landed import fix as landed_fix
from hotfix_tui.steps.landed.local_merge import conflicts_in, local_merge, merge_open

_BYPASS = BYPASS[1]
_NAMES: dict[MergeMethod, str] = {"merge": "Merge commit", "squash": "Squash", "rebase": "Rebase"}


class Merge(Step):
    """Merges exactly the reviewed commit; done when the production branch carries the fix."""

    id = catalog.RELEASE_MERGE
    looks_early = True

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        """Return the result from the branch itself, not from the forge: what counts is that it carries the fix."""
        if not ctx.commit:
            return not_done("there is no hotfix commit yet")
        landed_fix.refresh(ctx, ctx.landing)
        landed = landed_fix.arrival(ctx, ctx.landing)
        before = ctx.record.evidence(Merged) or Merged()
        if landed is None and before.how == "forge":
            return _underway(ctx) or not_done(f"{ctx.landing} does not carry the fix")
        if landed is None:
            return not_done(f"{ctx.landing} does not carry the fix")
        how = before.how or "elsewhere"
        # A fast-forwarded commit keeps its original time, which is not the time of a merge made here.
        at = (
            committed_at(ctx.git, landed.commit)
            if how == "elsewhere" or landed.commit != ctx.commit
            else None
        )
        seen = before.but(
            commit=landed.commit, how=how, queued=0, auto_merge=False, conflicts=(), merged_at=at
        )
        return done(f"{ctx.landing} carries it as {landed.commit[:7]}", seen)

    def choices(self, ctx: Context) -> list[Choice]:
        if not has_forge(ctx):
            return []
        allowed = _allowed(ctx)
        out = [Choice(name, _NAMES[name]) for name in allowed or METHODS]
        if allowed:
            out[0] = out[0]._replace(at_once=one_line(f"Merge {_named(ctx)}into {ctx.landing}", 48))
        return [
            *out,
            Choice(
                _BYPASS,
                "Merge past the rules",
                "With your rights as an administrator; needs a signed waiver.",
            ),
        ]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.commit:
            raise refuse("There is no hotfix commit to merge.", "Make it: `do verify.commit`.", self.id)
        with refusing("Fix that, then merge again.", self.id):
            return self._on_forge(ctx, choice) if has_forge(ctx) else self._here(ctx)

    def _here(self, ctx: Context) -> Plan:
        before = ctx.seen(Merged).worktree
        merge = local_merge(ctx, self.id, ctx.landing, ctx.commit, message(ctx), before=before)
        where = f"{ctx.remote}/{ctx.landing}" if ctx.remote else ctx.landing
        return Plan(
            f"Merge {ctx.commit[:7]} into {where}",
            commands=merge.commands,
            by_hand=merge.by_hand,
            locks=["production"],
            timeout=600,
            warnings=_warnings(ctx) + (sent_along(ctx.git) if ctx.remote else []),
            known=Merged(how="local", worktree=merge.worktree) if merge.worktree else None,
        )

    def _on_forge(self, ctx: Context, choice: str) -> Plan:
        if choice not in ("", _BYPASS, *METHODS):
            raise refuse(
                f"{choice!r} is not a way to merge.", f"Choose one of {', '.join(METHODS)}.", self.id
            )
        way, why = forge(ctx)
        request = standing = None
        try:
            if way.can_query:
                request = _request(ctx, way)
                standing = way.standing(request.number) if request else None
        except ForgeError as error:
            way, why = by_page(ctx), str(error)
        known = request.number if request else number(ctx) or None
        if way.can_query and known is None:
            cure = "Open the pull request: `do pull-request.create`."
            raise refuse("There is no pull request to merge yet.", cure, self.id)
        _refuse_what_cannot_be(ctx, request, standing)
        method = _method(choice, standing.methods if standing else ())
        made = way.merge(known, method, ctx.commit, bypass=choice == _BYPASS)
        url = request.url if request else ctx.seen(Requested).url
        which = f" #{known}" if known else ""
        return Plan(
            f"Merge the pull request{which} at {ctx.commit[:7]} into {ctx.landing}",
            commands=commands(ctx, made.commands),
            by_hand=made.by_hand + (f" ({why}.)" if why and made.by_hand else ""),
            url=url,
            locks=["production"],
            timeout=300,
            warnings=_warnings(ctx) + _blocked(request) + _by_itself(standing),
            known=Merged(how="forge"),
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """Return the result: what the branch carries decides; a failed run is explained by what it left."""
        result = self.probe(ctx)
        if result.state in ("done", "waiting"):
            return result
        bad = failure_probe(run, directory, "The merge")
        place = ctx.seen(Merged).worktree
        files = conflicts_in(place) if place and ctx.seen(Merged).how == "local" else []
        if files:
            return failed(
                f"The merge conflicts in {', '.join(files)}. Resolve that in {place} and commit there, "
                f"then: `do {self.id}`",
                Merged(conflicts=tuple(files)),
                adds=True,
            )
        if place and ctx.seen(Merged).how == "local" and merge_open(place):
            return failed(
                "The merge stopped with nothing left in conflict: git put in how a like conflict was resolved before "
                f"(rerere). Look at the files in {place} and commit there, then: `do {self.id}`"
            )
        if bad is not None and bad.state == "failed" and (why := _why_not(ctx)):
            return failed(f"{why} ({describe_end(run)})")
        if bad is not None:
            return bad
        if result.state == "unknown":
            return result
        return failed(_not_merged(ctx))


def message(ctx: Context) -> str:
    """Return the message of a merge made here, starting like git's own: message checks accept that form."""
    ticket = f"{embargo.reference(ctx.record)}: " if ctx.record.ticket else ""
    what = f"branch '{ctx.branch}'" if ctx.branch else f"commit '{ctx.commit[:12]}'"
    return f"Merge {what}\n\n{ticket}{embargo.title(ctx.record)}"


def _allowed(ctx: Context) -> tuple[MergeMethod, ...]:
    """Return the merge methods that the forge allows here, the default first; empty if it cannot be queried."""
    way, _ = forge(ctx)
    try:
        return way.methods() if way.can_query else ()
    except ForgeError:
        return ()


def _method(choice: str, allowed: tuple[MergeMethod, ...]) -> MergeMethod:
    """Return the merge method: the chosen one, or the repository's default. Raises Refused for a forbidden one."""
    if choice not in METHODS:
        return allowed[0] if allowed else METHODS[0]
    if allowed and choice not in allowed:
        raise refuse(
            f"The repository does not allow {choice}.",
            f"Choose {' or '.join(allowed)}.",
            catalog.RELEASE_MERGE,
        )
    return choice


def _request(ctx: Context, way: Forge) -> PullRequest | None:
    request = current(ctx, find(ctx, way))
    if request and request.state == "open" and request.head != ctx.commit:
        raise refuse(
            f"The head of pull request #{request.number} is {request.head[:7]}, "
            f"not the verified commit {ctx.commit[:7]}.",
            "Push the verified commit (`do verify.push`), or look who else pushed.",
            catalog.RELEASE_MERGE,
        )
    return request


def _refuse_what_cannot_be(ctx: Context, request: PullRequest | None, standing: Standing | None) -> None:
    """Raise Refused for a merge that the forge would reject."""
    if standing and standing.queued:
        cure = "Wait, then look again: `do release.merge`."
        raise refuse(f"{_in_queue(standing)}.", cure, catalog.RELEASE_MERGE)
    if request and request.state == "open" and request.draft:
        raise refuse(
            f"Pull request #{request.number} is a draft.",
            f"Mark it as ready: gh pr ready {request.number}, or on its page; then merge.",
            catalog.RELEASE_MERGE,
        )


def _named(ctx: Context) -> str:
    """Return the request, for the middle of a sentence; empty if its number is unknown."""
    known = number(ctx)
    return f"#{known} " if known else ""


def _underway(ctx: Context) -> Probe | None:
    """Return what the forge says about a requested merge that it has not made yet; None if nothing is in progress."""
    way, _ = forge(ctx)
    known = number(ctx)
    try:
        if not known and way.can_query:
            request = current(ctx, find(ctx, way))
            known = request.number if request else 0
        standing = way.standing(known) if known and way.can_query else None
    except ForgeError as error:
        return unknown(f"whether it is queued cannot be seen: {error}")
    if standing is None or standing.state == "closed" or standing.head != ctx.commit:
        return None
    seen = Merged(how="forge", queued=standing.queued, auto_merge=standing.auto_merge)
    if standing.state == "merged":
        return waiting(f"the forge has merged it; {ctx.landing} is not seen to carry it yet", seen)
    if standing.queued:
        return waiting(_in_queue(standing), seen)
    return waiting("the forge merges it by itself, once it may", seen) if standing.auto_merge else None


def _in_queue(standing: Standing) -> str:
    return f"the pull request is in the merge queue, at place {standing.queued}"


_REASONS = {
    "blocked": "a rule of the branch blocks the merge: a review or a check that it requires is missing",
    "dirty": "the branches conflict",
    "behind": "the branch is behind its base, and the rules want it up to date",
    "draft": "the pull request is a draft",
}
"""What the forge's own word for the state of a pull request means."""


def _why_not(ctx: Context) -> str:
    """Return why the forge does not merge, by its own state; empty if it does not say."""
    way, _ = forge(ctx)
    try:
        request = current(ctx, find(ctx, way)) if way.can_query and has_forge(ctx) else None
    except ForgeError:
        return ""
    why = _REASONS.get(request.mergeable, "") if request and request.state == "open" else ""
    return f"The forge has not merged: {why}" if why else ""


def _blocked(request: PullRequest | None) -> list[str]:
    why = _REASONS.get(request.mergeable) if request and request.state == "open" else None
    return [f"The forge says: {why}."] if why else []


def _by_itself(standing: Standing | None) -> list[str]:
    auto = standing is not None and standing.auto_merge and standing.state == "open"
    return ["The forge is told to merge it by itself, once it may."] if auto else []


def _warnings(ctx: Context) -> list[str]:
    out = [*disclosure.before_release(ctx, "the merge"), *merge_sets_off(ctx)]
    undeployed, package = ctx.seen(Base).undeployed or 0, published_alone(ctx.record)
    failed = failed_fixes(ctx.record, ctx.seen(Base).undeployed_list)
    if undeployed and policy.order(ctx.record) == policy.MERGE_FIRST:
        out.append(
            f"{ctx.landing} holds {undeployed} commit{'s' if undeployed > 1 else ''} that "
            f"{'are' if undeployed > 1 else 'is'} not {'published' if package else 'live'}; "
            f"{'they' if undeployed > 1 else 'it'} will be {'published' if package else 'deployed'}, too."
            + "".join(f" It holds {fix}." for fix in failed)
        )
    return out


def _not_merged(ctx: Context) -> str:
    if ctx.seen(Merged).how == "forge":
        return (
            "The command ended well, but the forge has not merged, and it is in no queue. "
            "Look at the pull request, then look again"
        )
    return f"The commands ended well, but {ctx.landing} does not carry the fix"


STEPS = (Merge(),)
