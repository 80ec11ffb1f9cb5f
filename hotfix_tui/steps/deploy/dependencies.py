"""What a clean checkout that is deployed from needs beside git: the tools of the project that deploy it."""

from hotfix_tui.detect.known_commands import ecosystem
from hotfix_tui.git.refs import tree
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.steps.changeset.state import locks_of
from hotfix_tui.steps.common.checkouts import Checkout
from hotfix_tui.steps.common.lending import lendable, lending
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.deploy.methods import Action, configured


def lent(ctx: Context, action: Action, checkout: Checkout, commit: str) -> list[Command]:
    """Return the command that lends installed dependencies to a fresh checkout; none where nothing there uses them.

    They are lent to a command of the project that its own tools run (``npm run deploy``, ``bundle exec …``), and only
    where they were installed for the lock files of `commit`. A script that copies the checkout gets no links in it.
    Raises GitError.
    """
    command = configured(ctx, action)
    if command is None or command.shell or not checkout.commands or not ecosystem(command.argv()):
        return []
    seen = ctx.seen(Changed).tree
    ours = seen or (tree(ctx.git, ctx.commit) if ctx.commit else "")
    if not lendable(ctx) or not ours or locks_of(ctx.git, ours) != locks_of(ctx.git, tree(ctx.git, commit)):
        return []
    return [lending(ctx, checkout.path)]
