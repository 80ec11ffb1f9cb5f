"""What a clean checkout that is deployed from needs beside git: the tools of the project that deploy it."""

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
    """Return the commands that bring into the checkout what deploying from it needs beside the commit's files.

    Installed dependencies are lent to a command of the project that its own tools run (``npm run deploy``, ``bundle
    exec …``), and only where they were installed for the lock files of `commit`. A script that copies the checkout gets
    no links in it. For a platform that bundles on this machine they are lent, or installed, and what it uploads is
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
    made = [project_command(ctx, one, checkout.path, step) for one in wanted if one is not None]
    return [*(lent if checkout.commands else []), *made]


def unbuilt(ctx: Context, action: Act) -> list[str]:
    """Return what to know where a platform uploads what a build makes, and nobody knows how it is built."""
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
    """Return the command that lends installed dependencies; none where they are not those of `commit`."""
    seen = ctx.seen(Changed).tree
    ours = seen or (tree(ctx.git, ctx.commit) if ctx.commit else "")
    if not lendable(ctx) or not ours or locks_of(ctx.git, ours) != locks_of(ctx.git, tree(ctx.git, commit)):
        return []
    return [lending(ctx, checkout.path)]
