"""The forge of this incident's remote, as far as it is reachable."""

from typing import cast, get_args

from hotfix_tui.forges import drill, github
from hotfix_tui.forges.address import ForgeRepo, Kind, parse_remote
from hotfix_tui.forges.by_hand import ByHand
from hotfix_tui.forges.choose import choose
from hotfix_tui.forges.model import Forge, PullRequest
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.steps.contract import Command, Context


def repository(ctx: Context) -> ForgeRepo:
    """Return the remote's repository; the kind of forge is what the preflight found."""
    kind = ctx.seen(Preflight).forge or ""
    url = ctx.seen(Preflight).remote_url or ""
    if kind == drill.KIND:
        return drill.repository(url) or parse_remote(url, "none")
    return parse_remote(url, cast(Kind, kind) if kind in get_args(Kind) else None)


def head(ctx: Context) -> str:
    """Return the branch of a pull request as the forge wants it: prefixed with the owner if it is on a fork."""
    url = ctx.seen(Preflight).push_url or ""
    if not url or repository(ctx).kind not in ("github", "gitea"):
        return ctx.branch
    owner = parse_remote(url).owner
    return f"{owner}:{ctx.branch}" if owner else ctx.branch


def has_forge(ctx: Context) -> bool:
    """Return whether changes land by pull request here."""
    return ctx.record.has_remote and ctx.record.has_forge and bool(ctx.remote)


def forge(ctx: Context) -> tuple[Forge, str]:
    """Return the best way to the forge, and why it is not a better one; nothing is queried yet."""
    return choose(repository(ctx))


def by_page(ctx: Context) -> Forge:
    """Return access through the forge's page, for a forge that does not answer."""
    return ByHand(repository(ctx))


def ours(ctx: Context, request: PullRequest) -> bool:
    """Return whether a pull request comes from the repository that this hotfix is pushed to.

    Anybody can open one from a fork, from a branch with the same name.
    """
    url = ctx.seen(Preflight).push_url or ""
    owner = parse_remote(url).owner if url else repository(ctx).owner
    return bool(owner) and request.head_owner.casefold() == owner.casefold()


def find(ctx: Context, way: Forge) -> list[PullRequest]:
    """Return the pull requests of this round's branch, newest first. Raises ForgeError."""
    return [request for request in way.find(ctx.branch, ctx.landing) if ours(ctx, request)]


def number(ctx: Context) -> int:
    """Return the number of this round's pull request if recorded, otherwise 0."""
    return ctx.seen(Requested).number


def commands(ctx: Context, lines: tuple[tuple[str, ...], ...]) -> list[Command]:
    """Return the commands of a forge's plan, with an environment in which its command line does not prompt."""
    return [
        Command(
            argv=list(line),
            cwd=ctx.root,
            env=dict(github.ENVIRONMENT),
            ok=[0, 1] if line[:3] == ("gh", "label", "create") else [0],  # 1: it already exists
        )
        for line in lines
    ]


def current(ctx: Context, requests: list[PullRequest]) -> PullRequest | None:
    """Return the open pull request among `found`, else the newest one that contains this round's commit; None
    without.
    """
    for request in requests:
        if request.state == "open":
            return request
    return next((request for request in requests if request.head == ctx.commit), None)
