"""What a clean checkout needs for deploying besides git: the project's tools that deploy it."""

from hotfix_tui.detect.known_commands import ecosystem
from hotfix_tui.git.refs import tree
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Act
from hotfix_tui.steps.changeset.state import locks_of
from hotfix_tui.steps.common.checkouts import Checkout
from hotfix_tui.steps.common.commands import project_command
from hotfix_tui.steps.common.lending import lendable, lending
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.deploy.methods import configured, platform


def made_ready(ctx: Context, action: Act, checkout: Checkout, commit: str, step: str) -> list[Command]:
    """Return the commands that add to the checkout what deploying needs beyond the commit's files.

    Installed dependencies are linked for a project command run by its own tools (``npm run deploy``, ``bundle exec
    …``), and only if they were installed for the lockfiles of `commit`. A script that copies the checkout gets no
    links in it. For a platform that bundles on this machine they are linked, or installed, and what it uploads is
    built. Raises GitError, and Refused for a command that cannot be filled in.
    """
    own = configured(ctx, action)
    if own is not None:
        fits = not own.shell and checkout.commands and ecosystem(own.argv())
        return _lent(ctx, checkout, commit) if fits else []
    wants = _wants(ctx)
    if not wants:
        return []
    lent = _lent(ctx, checkout, commit)
    commands = ctx.config.commands
    wanted = [] if lent or not checkout.commands else [commands.setup]
    wanted += [commands.build] if wants == "build" else []
    made = [project_command(ctx, command, checkout.path, step) for command in wanted if command is not None]
    return [*(lent if checkout.commands else []), *made]


def unbuilt(ctx: Context, action: Act) -> list[str]:
    """Return what to know if a platform uploads build output, and nobody knows how it is built."""
    on = platform(ctx) if configured(ctx, action) is None else None
    if on is None or _wants(ctx) != "build" or ctx.config.commands.build is not None:
        return []
    if on.wants_where is not None:
        said = f"{on.wants_where.key} in {on.wants_where.file}"
        return [
            f"{on.name} gets what {said} names, and no build command is known that makes it "
            "(`command build COMMAND`)."
        ]
    return [
        f"{on.name} gets the folder as the commit holds it: no build command is known (`command build COMMAND`)."
    ]


def _wants(ctx: Context) -> str:
    on = platform(ctx)
    return loader.wants(on, ctx.deployed_from) if on is not None else ""


def _lent(ctx: Context, checkout: Checkout, commit: str) -> list[Command]:
    """Return the command that links installed dependencies; none if they are not those of `commit`."""
    seen = ctx.seen(Changed).tree
    ours = seen or (tree(ctx.git, ctx.commit) if ctx.commit else "")
    if not lendable(ctx) or not ours or locks_of(ctx.git, ours) != locks_of(ctx.git, tree(ctx.git, commit)):
        return []
    return [lending(ctx, checkout.path)]
