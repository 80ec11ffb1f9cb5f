"""What happened in the drill, told to the person taking it."""

import shlex
import sys

from hotfix_tui.demo.layout import World

TITLE = "Expired tokens are accepted"
"""The title of the incident."""

KNOWN = {
    "impact.users": "customers who logged out everywhere",
    "impact.kind": "security",
    "impact.not-affected": "Whoever never logged out everywhere.",
    "detected-by": "a customer",
    "data-loss": "no",
    "customer-action": "Nothing.",
}
"""What the ticket already says: facts of the incident from the beginning."""

FACTS = {
    "title": TITLE,
    "impact.seen": "An old laptop still opens the account.",
    "cause.summary": "Nobody compares the expiry of a token with the time any more.",
    "review.at": "tomorrow 10:00",
}
"""What the forms are filled in with: said by the customer, and by whoever looked into it."""

FIX = "Refuse a token after its expiry."
"""What the prepared patch does, as its author says."""

_TEXT = """\
{ticket}: {title}

A customer logged out everywhere, and an old laptop still opens the account. Every answer to such a
token counts as an error, and the error rate of production has risen since version 2.3.4 went live.

    {checkout}
        the service's repository: start hotfix-tui here
    {production}
        production; staging is {staging}
    {patch}
        a fix, with its regression test
{more}
See the fault (after the fix the answer is 401):

    curl -i -H {expired} {production}/account

The same with a token that is valid:

    curl -i -H {valid} {production}/account

Deploy, roll back and look by hand, in the repository:

    {tool} --help

Everything here is on this machine and made for the drill. The servers end when the wizard does, or
with "tokenctl stop", or two hours after their last use. After that this folder can be deleted.
"""


def render(world: World) -> str:
    """Return the text of the file in the drill's folder."""
    more = ""
    if world.bad_patch is not None:
        more = (
            f"    {world.bad_patch}\n        the fix that a colleague tried first\n"
            f"    {world.patch_after_bad}\n        leads from there to the right one\n"
        )
    return _TEXT.format(
        ticket=world.ticket,
        title=TITLE,
        checkout=world.checkout,
        production=world.production_url,
        staging=world.staging_url,
        patch=world.patch,
        more=more,
        expired=shlex.quote(f"Authorization: Bearer {world.expired_token}"),
        valid=shlex.quote(f"Authorization: Bearer {world.valid_token}"),
        tool=shlex.join([sys.executable, str(world.tool)]),
    )


_TOLD = {
    "worse-first": "A colleague has left a first try of a fix. ",
    "red-check": "A fix is prepared as a patch; see what the forge says of it. ",
    "backport-conflict": "A fix is prepared as a patch; customers still run the line 2.2, which has gone its own way. ",
    "lost-connection": "A fix is prepared as a patch; the line is bad tonight. ",
}


def brief(world: World) -> str:
    """Return the few lines that the wizard's first screen shows to the person taking the drill."""
    return (
        f"The drill. Ticket {world.ticket}: {TITLE}. A customer logged out everywhere, and an old laptop still "
        "opens the account: sign-in can be bypassed. So y, y, and then n: it need not be kept secret here. From then "
        "on enter does what the bar names.\n\n"
        f"{_TOLD.get(world.scenario, '')}Production is {world.production_url} on this machine: nothing can do harm."
    )
