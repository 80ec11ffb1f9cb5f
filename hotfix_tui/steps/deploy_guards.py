"""What must hold before a commit is deployed: production has not moved, and nothing foreign rides along."""

from hotfix_tui.incident.gates import Reason
from hotfix_tui.project.git.errors import GitError
from hotfix_tui.project.git.history import commits_not_in, is_ancestor, log, merge_bases
from hotfix_tui.project.git.refs import resolve
from hotfix_tui.steps.base import Context
from hotfix_tui.steps.deploy_support import deploys_first
from hotfix_tui.steps.live_check import same_commit
from hotfix_tui.steps.live_commit import Seen

ANYWAY = "anyway"
"""The choice with which these reasons become warnings."""

_STEP = "deploy.production"


def expected_live(ctx: Context, commit: str) -> list[str]:
    """Commits that production may run without having moved: the base, this one, and what the wizard put there."""
    rounds = [str(one.get("evidence", {}).get("deployed", "")) for one in ctx.record.rounds]
    mine = [
        str(ctx.evidence("deploy.rollback", "target")),
        str(ctx.evidence("deploy.production", "commit")),
        str(ctx.evidence("deploy.production", "previous")),
    ]
    return [name for name in (ctx.base, commit, *mine, *rounds) if name]


def moved(ctx: Context, commit: str, live: Seen | None) -> tuple[Reason | None, str]:
    """Why production is not where the hotfix started from: a reason to stop, or only a warning, or neither."""
    if live is None:
        return None, ""
    if live.commit is None:
        return None, f"Whether production has moved could not be seen: {live.why}."
    if any(same_commit(ctx.git, live.commit, name) for name in expected_live(ctx, commit)):
        return None, ""
    name = live.commit[:7] + (f" ({live.tag})" if live.tag else "")
    if is_ancestor(ctx.git, live.commit, commit):
        if ctx.evidence("branch.base", "choice") == "production":
            return None, ""
        return None, f"Production has moved to {name} since; {commit[:7]} holds that, too."
    sentence = f"Production has moved: it runs {name}, which {commit[:7]} does not hold and would take off."
    cure = (
        "Somebody else deployed: talk to them, then start from what is live (`do branch.base`), "
        "or deploy all the same: `do deploy.production --choose anyway`."
    )
    return Reason(sentence, cure, _STEP), ""


def riding_along(ctx: Context, commit: str) -> list[Reason]:
    """Commits that are not live and are not the fix, but would be deployed with it.

    Only where the hotfix started from what is live and is deployed before it is merged: otherwise what landed
    besides is listed by release.confirm. Raises GitError.
    """
    upstream = _production(ctx)
    rolls_forward = ctx.evidence("branch.base", "choice") == "production"
    if not (deploys_first(ctx) and ctx.base and upstream) or rolls_forward:
        return []
    foreign: list[str] = []
    for base in merge_bases(ctx.git, commit, upstream):
        foreign += [one for one in commits_not_in(ctx.git, base, ctx.base, limit=50) if one not in foreign]
    if ctx.landed:
        foreign = []
    picked = _picked(ctx, commit, upstream)
    out = []
    for commits, what in ((foreign, "came in with another branch"), (picked, "were picked from there")):
        if commits:
            out.append(_reason(ctx, commits, what))
    return out


def _picked(ctx: Context, commit: str, upstream: str) -> list[str]:
    """Commits of the hotfix that the production branch carries in another form, and production does not."""
    if ctx.landed or is_ancestor(ctx.git, commit, upstream):
        return []
    lines = ctx.git.text("cherry", upstream, commit, ctx.base, timeout=60).splitlines()
    return [line[2:] for line in lines if line.startswith("- ") and line[2:] != ctx.commit]


def _reason(ctx: Context, commits: list[str], what: str) -> Reason:
    names = []
    for commit in commits[:3]:
        one = log(ctx.git, commit, limit=1)[0]
        names.append(f"{one.sha[:7]} {one.subject[:50]}")
    more = f" and {len(commits) - 3} more" if len(commits) > 3 else ""
    sentence = (
        f"The hotfix holds {len(commits)} commit{'s' if len(commits) > 1 else ''} of {ctx.production} that "
        f"production does not run; they {what}: {', '.join(names)}{more}."
    )
    cure = (
        "Take them out of the branch, or start from the production branch (`do branch.base --choose production`), "
        "or deploy them too: `do deploy.production --choose anyway`."
    )
    return Reason(sentence, cure, _STEP)


def _production(ctx: Context) -> str | None:
    name = f"refs/remotes/{ctx.remote}/{ctx.production}" if ctx.remote else f"refs/heads/{ctx.production}"
    try:
        return resolve(ctx.git, name)
    except GitError:
        return None
