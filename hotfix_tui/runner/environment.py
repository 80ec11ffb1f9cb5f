"""The environment of every command we run: nothing in it may prompt where nobody can answer.

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
"""Set for every command, unless the caller overrides them."""

DROPPED = BENDING
"""Never inherited; a caller may still set them."""

DROPPED_BEGIN = "GIT_TRACE"
"""Variables with these prefixes fill every log, and reveal secrets of the connection."""


def child_environment(inherited: Mapping[str, str], *additions: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a command: inherited, made safe, then the additions in their order."""
    environment = {
        name: value
        for name, value in inherited.items()
        if name not in DROPPED and not name.startswith(DROPPED_BEGIN)
    }
    environment.update(ADDED)
    for addition in additions:
        environment.update(addition)
    return environment
