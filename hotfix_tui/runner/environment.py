"""The environment of every command that is run: nothing in it may ask where nobody can answer.

Standard library only: the supervisor imports this module without the rest of the package.
"""

from collections.abc import Mapping

from hotfix_tui.base.child_env import BENDING, SILENT

ADDED = {
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GH_PAGER": "cat",
    "BUILDKIT_PROGRESS": "plain",
    "TERM": "xterm-256color",
    **SILENT,
}
"""Set for every command, unless the caller sets them differently."""

DROPPED = BENDING
"""Never inherited; a caller may still set them."""

DROPPED_BEGIN = "GIT_TRACE"
"""What begins so fills every log, and shows secrets of the connection in it."""


def child_environment(inherited: Mapping[str, str], *additions: Mapping[str, str]) -> dict[str, str]:
    """The environment for a command: inherited, made safe, with the additions in their order."""
    environment = {
        name: value
        for name, value in inherited.items()
        if name not in DROPPED and not name.startswith(DROPPED_BEGIN)
    }
    environment.update(ADDED)
    for addition in additions:
        environment.update(addition)
    return environment
