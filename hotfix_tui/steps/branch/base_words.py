"""The wording about the base: what was taken and from which source, first; then what is not live."""

from datetime import datetime

from hotfix_tui.base.text import one_line
from hotfix_tui.git.history import commit_info
from hotfix_tui.incident.model.evidence.branch import BY_BRANCH, BY_TAG, Base
from hotfix_tui.steps.common.releases import tag_of
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.live.answer import LiveAnswer
from hotfix_tui.steps.live.assess import days


def headline(ctx: Context, seen: Base, *, ago: bool = False) -> str:
    """Return what was taken, from which source, as the headline; times with how long `ago` they are."""
    name = f"{one_line(seen.tag, 60)} ({seen.commit[:7]})" if seen.tag else seen.commit[:7]
    lands = (
        "" if seen.target == ctx.production else f"; the fix lands on {seen.target}, not on {ctx.production}"
    )
    return f"{name}, {_by(ctx, seen, ago)}{lands}"


def _when(ctx: Context, at: datetime, ago: bool) -> str:
    return f"{days(ctx.now - at)} ago" if ago else at.strftime("%Y-%m-%d %H:%M UTC")


def _by(ctx: Context, seen: Base, ago: bool) -> str:
    at, word = (seen.tagged_at, "tagged") if seen.tagged_at else (seen.committed_at, "committed")
    tagged = f"{word} {_when(ctx, at, ago)}" if at and seen.tag else ""
    if seen.source == BY_TAG:
        return f"the highest release on {seen.target}" + (f", {tagged}" if tagged else "")
    if seen.source == BY_BRANCH:
        plain = seen.choice == "live"
        why = ": no release tag and no git.live says what is live" if plain else ", chosen"
        return f"the head of {ctx.production}{why}"
    if seen.choice == "same":
        return f"the base of {seen.source}, without its fix"
    if seen.choice == "on-top":
        return f"on top of the fix of {seen.source}"
    if seen.choice == "taken-off":
        return "which the rollback took off production"
    if seen.source == "given":
        return "as given" + (f", {tagged}" if tagged else "")
    if seen.deployed_at:
        return f"by {seen.source}, deployed {_when(ctx, seen.deployed_at, ago)}"
    return f"by {seen.source}"


def described(ctx: Context, answer: LiveAnswer) -> str:
    """Return a source's answer as a short line: ``live command: 1a2b3c4 (v2.3.4), deployed 3 h 10 m ago``."""
    if not answer.commit:
        return f"{answer.source}: {answer.why}"
    shown = named(answer) if answer.tag else named(_tagged(ctx, answer))
    if answer.at:
        dated = (answer.dated or "tagged") if answer.key == "tag" else "deployed"
        return f"{shown}, {dated} {days(ctx.now - answer.at)} ago"
    at, _ = age(ctx, answer.commit)
    return f"{shown}, made {days(ctx.now - at)} ago"


def named(answer: LiveAnswer) -> str:
    """Return a source and the commit that it gave: ``live command: 1a2b3c4 (v2.3.4)``."""
    return f"{answer.source}: {answer.commit[:7]}" + (f" ({one_line(answer.tag, 60)})" if answer.tag else "")


def _tagged(ctx: Context, answer: LiveAnswer) -> LiveAnswer:
    from dataclasses import replace

    return replace(answer, tag=tag_of(ctx, answer.commit))


def age(ctx: Context, commit: str) -> tuple[datetime, int]:
    """Return when `commit` was made, and how many whole days ago that was."""
    at = datetime.fromisoformat(commit_info(ctx.git, commit).committed)
    return at, max(0, (ctx.now - at).days)


def not_live(seen: Base, branch: str, state: str = "live") -> str:
    """Return what `branch` has beyond the base; `state` is what that is not."""
    count, same = seen.undeployed or 0, seen.same_files or 0
    where = f", {same} of them in the same files" if same else ""
    holds = f"{branch} holds {count} commit{'s' if count > 1 else ''} that"
    return f"{holds} {'are' if count > 1 else 'is'} not {state}{where}: {_first(seen.undeployed_list, count)}"


def rolls_forward(seen: Base, state: str = "live") -> str:
    """Return what goes out besides the fix; `state` is what that is not."""
    count = seen.acknowledged or 0
    shown = _first(seen.acknowledged_list or (), count)
    many = f"{count} commits along that are" if count != 1 else "1 commit along that is"
    return f"rolling forward takes {many} not {state}: {shown}"


def _first(lines: tuple[str, ...], count: int) -> str:
    return "; ".join(lines[:3]) + ("; …" if count > 3 else "")
