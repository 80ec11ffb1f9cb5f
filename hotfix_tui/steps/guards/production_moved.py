"""Whether production is still where the hotfix started from, judged by what one source says before an action."""

import shlex
from typing import NamedTuple

from hotfix_tui.git.history import is_ancestor, merge_base
from hotfix_tui.git.patches import contains_patch
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Finding as KeptFinding
from hotfix_tui.incident.model.evidence.branch import Base, Branched
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.release import Merged
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.production_branch import landing_head
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.live.answer import LiveAnswer
from hotfix_tui.steps.live.compare import same_commit

MOVED = "production-moved"
"""The id of the finding that production has moved off the base."""

_DEPLOY = catalog.DEPLOY_PRODUCTION
_LANDING = (catalog.VERIFY_PUSH, catalog.PULL_REQUEST_CREATE, catalog.RELEASE_MERGE)


class ProductionMoved(NamedTuple):
    """Something that has to be cured, or accepted with a reason for its current `content`."""

    id: str
    text: str
    cure: str
    content: str

    def kept(self) -> KeptFinding:
        """Return it in the form in which the record keeps it."""
        return KeptFinding(id=self.id, text=self.text, content=self.content, kind="live")


def moved(
    ctx: Context, step: str, commit: str, seen: LiveAnswer, *, first: bool = True
) -> tuple[ProductionMoved | None, str]:
    """Return why `commit` does not belong on top of production now: a finding, or only a warning, or neither.

    `first` is whether the source is the best one. Any other source that says what it said when the base was found has
    not moved since, and neither has the best one before any action but the deployment, which would replace what is
    live. Raises GitError.
    """
    known = str((ctx.seen(Base).answers or {}).get(seen.key, ""))
    if seen.second_hand and not known:
        return None, ""
    if not seen.commit:
        return _unseen(step, commit, seen)
    if known == seen.commit and (step != _DEPLOY or not first or seen.second_hand):
        return _held(ctx, step, commit, seen) if seen.commit == ctx.base else (None, "")
    if _carries_the_fix(ctx, seen.commit) or any(
        same_commit(ctx.git, seen.commit, put) for put in _put_there(ctx)
    ):
        return None, ""
    return _held(ctx, step, commit, seen)


def _unseen(step: str, commit: str, seen: LiveAnswer) -> tuple[ProductionMoved | None, str]:
    """Return the result if no commit of this repository was named."""
    if not seen.unknown:
        return None, f"Whether production has moved could not be seen: {seen.source}: {seen.why}."
    name = seen.unknown[:12]
    text = f"Production has moved: it runs {name} ({seen.source}), which this repository does not have."
    return ProductionMoved(MOVED, text, _cure(step), _content(step, seen.unknown, commit)), ""


def _held(ctx: Context, step: str, commit: str, seen: LiveAnswer) -> tuple[ProductionMoved | None, str]:
    """Judge by whether `commit` contains what is live, so that nothing would be taken off."""
    live = str(seen.commit)
    name = live[:7] + (f" ({seen.tag})" if seen.tag else "")
    is_base = same_commit(ctx.git, live, ctx.base)
    if _holds(ctx, commit, live) or (is_base and _holds(ctx, commit, ctx.base)):
        if is_base or ctx.seen(Base).choice == "production":
            return None, ""
        return None, f"Production has moved to {name} since; {commit[:7]} holds that, too."
    head, _ = landing_head(ctx)
    merges_first = step in _LANDING and policy.order(ctx.record) == policy.MERGE_FIRST
    if merges_first and head and is_ancestor(ctx.git, live, head):
        return None, (
            f"Production has moved to {name} since. It is on {ctx.landing}, so the merge puts the fix on top of "
            "it, but the tests ran without it: to build on it now, `do branch.base`."
        )
    content = _content(step, live, commit)
    if is_base:
        text = f"Production runs {name}, the base, which {commit[:7]} does not hold and would take off."
        return ProductionMoved(MOVED, text, _onto(ctx, live), content), ""
    takes = f"which {commit[:7]} does not hold and would take off"
    text = f"Production has moved: it runs {name} ({seen.source}), {takes}."
    return ProductionMoved(MOVED, text, _cure(step), content), ""


def _holds(ctx: Context, commit: str, live: str) -> bool:
    """Return whether `commit` has all that is live, by ancestry or by the patch of what is live in addition to it."""
    if is_ancestor(ctx.git, live, commit):
        return True
    parted = merge_base(ctx.git, live, commit)
    return parted is not None and contains_patch(ctx.git, commit, parted, live) is not None


def _onto(ctx: Context, live: str) -> str:
    start = ctx.seen(Branched).start[:12] or "OLD-BASE"
    command = f"git -C {shlex.quote(ctx.worktree)} rebase --onto {live[:12]} {start}"
    return f"Put the hotfix on top of it: {command}; then verify it again."


def _cure(step: str) -> str:
    anyway = ", or deploy anyway: `do deploy.production --choose anyway --why …`" if step == _DEPLOY else ""
    return (
        "Somebody else deployed: talk to them, then start from what is live (`do branch.base`), "
        f"or say why it is right: `accept {MOVED} --why …`{anyway}."
    )


def _content(step: str, live: str, commit: str) -> str:
    """Return what an acceptance is for. That of a push does not cover the deployment, which replaces what is live."""
    return f"{live}>{commit}" if step == _DEPLOY else live


def _put_there(ctx: Context) -> list[str]:
    """Return what this incident put into production, or found there before its own deployment."""
    rounds = [ctx.record.kept(number).deployed for number in range(1, ctx.record.round + 1)]
    mine = [
        ctx.seen(RolledBack).target,
        ctx.seen(Deployed).commit,
        ctx.seen(Deployed).previous,
    ]
    return [name for name in (*mine, *rounds) if name]


def _carries_the_fix(ctx: Context, live: str) -> bool:
    """Return whether what is live already contains the fix, as made or as landed."""
    forms = (ctx.commit, ctx.landed, ctx.seen(Merged).commit)
    known = [form for form in forms if form and resolve(ctx.git, form)]
    return any(same_commit(ctx.git, form, live) or is_ancestor(ctx.git, form, live) for form in known)
