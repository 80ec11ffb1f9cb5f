"""What landed on a branch: which commits carry the fix there, and what else came with them."""

from dataclasses import dataclass, field

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import is_ancestor, log, merge_base
from hotfix_tui.git.patches import contains_patch
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import commit_of, tree
from hotfix_tui.git.remote import fetch, fetch_argv
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.contract import Context

_LISTED = 20
_FETCH_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class LandedFix:
    """How a branch carries the fix.

    `commit` is the commit of the branch's own line that has all of it; `commits` are those to pick for another line,
    oldest first (one merge, one squash, or several); `by` is "ancestry" or "patch id".
    """

    commit: str
    commits: tuple[str, ...]
    by: str
    tree: str
    same_tree: bool
    also: list[str] = field(default_factory=list)
    also_count: int = 0


def refresh(ctx: Context, *branches: str) -> None:
    """Fetch these branches of the remote; does nothing without one. Raises GitError."""
    if ctx.remote:
        fetch(ctx.git, fetch_argv(ctx.remote, branches=branches), timeout=_FETCH_SECONDS)


def start_of_fix(ctx: Context) -> str:
    """Return the commit whose diff to the hotfix commit is the fix: the base, or where the two diverged."""
    if not ctx.base:
        return merge_base(ctx.git, ctx.commit, branch_ref(ctx, ctx.landing)) or ""
    if is_ancestor(ctx.git, ctx.base, ctx.commit):
        return ctx.base
    return merge_base(ctx.git, ctx.base, ctx.commit) or ""


def arrival(ctx: Context, branch: str) -> LandedFix | None:
    """Return how `branch`, as last fetched, carries this round's fix; None if it does not. Raises GitError."""
    git, start = ctx.git, start_of_fix(ctx)
    tip = commit_of(git, branch_ref(ctx, branch))
    if not start:
        raise GitError("it cannot be told where the hotfix branch begins; name the base: `do branch.base`")
    landed = contains_patch(git, tip, start, ctx.commit)
    if landed is None:
        return None
    if landed.how == "ancestor":
        commit = on_the_line(git, tip, ctx.commit)
        own = own_commits(git, start, ctx.commit)
        commits = (commit,) if commit != ctx.commit else tuple(own)
    else:
        commit, commits = on_the_line(git, tip, landed.tip), landed.commits
    known = {commit, *landed.commits, *commits}
    others = [
        commit_
        for commit_ in log(git, commit, not_in=(ctx.commit, start), limit=500)
        if commit_.sha not in known and not commit_.merge
    ]
    landed_tree = tree(git, commit)
    return LandedFix(
        commit=commit,
        commits=commits,
        by="ancestry" if landed.how == "ancestor" else "patch id",
        tree=landed_tree,
        same_tree=landed_tree == tree(git, ctx.commit),
        also=[other.named(120, author=True) for other in others[:_LISTED]],
        also_count=len(others),
    )


def is_merge(git: Git, commit: str) -> bool:
    """Return whether `commit` has more than one parent."""
    return log(git, commit, limit=1)[0].merge


def own_commits(git: Git, start: str, commit: str) -> list[str]:
    """Return the commits of the fix, oldest first, without merges."""
    listed = git.text(
        "rev-list", "--reverse", "--no-merges", "--topo-order", commit, f"^{start}", "--", timeout=60
    )
    return listed.split()


def on_the_line(git: Git, tip: str, commit: str) -> str:
    """Return the first commit of the branch's own line (first parents from `tip`) that contains `commit`."""
    line = git.text(
        "rev-list", "--first-parent", "--max-count=5000", tip, f"^{commit}", "--", timeout=60
    ).split()
    if not line:
        return commit
    if commit in git.text("rev-list", "--first-parent", "--max-count=1", f"{line[-1]}^", "--").split():
        return commit
    low, high = 0, len(line) - 1
    # Newest first: whatever is newer than a commit that contains it contains it too.
    while low < high:
        middle = (low + high + 1) // 2
        if is_ancestor(git, commit, line[middle]):
            low = middle
        else:
            high = middle - 1
    return line[low]
