"""The environment in which git is called: no prompt, no editor, no pager, nothing inherited from a calling hook.

Every git command that runs elsewhere (in a supervised run) needs the same variables: `overlay` gives them.
"""

import shlex
from collections.abc import Mapping

from hotfix_tui.base.child_env import BENDING, SILENT

_LEFT_BEHIND = BENDING | {"LANGUAGE"}
"""Variables that point git at another repository or index (we may run under a hook), or change its output."""

QUIET = {
    "LC_ALL": "C.UTF-8",
    # LANGUAGE overrides LC_ALL, unless it is empty.
    "LANGUAGE": "",
    **SILENT,
    "GIT_PAGER": "cat",
    "PAGER": "cat",
}
"""Nothing may prompt where nobody sees it."""

READ_ONLY = {"GIT_OPTIONAL_LOCKS": "0"}
"""For read-only calls: do not refresh the user's index on disk behind their back."""


def overlay(parent: Mapping[str, str], *, ssh: str = "", write: bool = False) -> dict[str, str]:
    """Return the variables to set for a git command; `ssh` is core.sshCommand, for commands that use the network."""
    values = dict(QUIET)
    if not write:
        values |= READ_ONLY
    if ssh:
        values["GIT_SSH_COMMAND"] = ssh_command(parent, ssh)
    return values


def without_git(parent: Mapping[str, str]) -> dict[str, str]:
    """Return `parent` without anything that would point git elsewhere or change its output format."""
    return {
        key: value
        for key, value in parent.items()
        if key not in _LEFT_BEHIND and not key.startswith("GIT_TRACE")
    }


def ssh_command(parent: Mapping[str, str], configured: str) -> str:
    """Return the user's ssh command, with options added that make it fail instead of prompting or hanging."""
    command = parent.get("GIT_SSH_COMMAND") or configured
    if not command or command == "ssh":
        command = shlex.quote(parent["GIT_SSH"]) if parent.get("GIT_SSH") else "ssh"
    try:
        program = shlex.split(command)[0].rsplit("/", 1)[-1]
    except (ValueError, IndexError):
        return command
    # Other programs in ssh's role (plink, a forge's wrappers) have different options.
    if program != "ssh":
        return command
    return f"{command} -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=5"
