"""Where a command was started, and by whom: what every command needs before it opens an incident."""

import os
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.session import places


class Checkout(NamedTuple):
    """Where the wizard was started: the checkout, and where its incidents are stored."""

    root: str
    common: str
    sessions: str
    others: tuple[str, ...] = ()
    """Where else incidents of this repository are stored."""


def find_place(start: str) -> Checkout:
    """Return the repository around `start`. Raises EngineError with one sentence if there is none."""
    if not os.path.isdir(start):
        raise EngineError(f"{one_line(start)} is not a directory; name one with -C DIR.")
    toplevel, common = places.find_git_common_dir(start)
    if common is None and (why := places.why_not_taken(start)):
        raise EngineError(one_line(why, 600))
    if common is None:
        raise EngineError(
            f"{one_line(os.path.realpath(start))} is not in a git repository; go to one, or name it with -C DIR. "
            "To practise without one: hotfix-tui demo."
        )
    roots = places.session_roots(start)
    return Checkout(toplevel or common, common, roots[0], tuple(roots[1:]))


def default_name(root: str) -> str:
    """Return the name recorded with changes: git's user.name, otherwise the login name."""
    from hotfix_tui.git.errors import GitError
    from hotfix_tui.git.process import Git

    try:
        name = Git(root).text("config", "--get", "user.name", ok=(0, 1))
    except (GitError, OSError):  # a full disk makes the call fail too, and must not prevent reading
        name = ""
    try:
        return one_line(name, 60) or _login()
    except (OSError, KeyError):
        return "unknown"


def _login() -> str:
    import getpass

    return getpass.getuser()
