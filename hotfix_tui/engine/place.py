"""Where a command was started, and by whom: what every command needs before it opens an incident."""

import os
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.engine.errors import EngineError, NoRepository
from hotfix_tui.git import errors, process
from hotfix_tui.session import places


class Checkout(NamedTuple):
    """Where the wizard was started: the checkout, and where its incidents are stored."""

    root: str
    common: str
    sessions: str
    others: tuple[str, ...] = ()
    """Where else incidents of this repository are stored."""


def find_place(start: str) -> Checkout:
    """Return the repository around `start`. Raises NoRepository with one sentence if there is none."""
    if not os.path.isdir(start):
        raise EngineError(f"{one_line(start)} is not a directory; name one with -C DIR.")
    toplevel, common = places.find_git_common_dir(start)
    named = os.environ.get("GIT_DIR")
    if (
        common is None and named
    ):  # it counts in every folder, so that no other repository could be opened either
        raise EngineError(
            f"GIT_DIR names {one_line(named)}, which is not a git repository; unset it: unset GIT_DIR"
        )
    if common is None and (why := places.why_not_taken(start)):
        raise NoRepository(one_line(why, 600))
    if common is None:
        raise NoRepository(
            f"{one_line(os.path.realpath(start))} is not in a git repository; go to one, or name it with -C DIR.",
            cure="To practise without one: hotfix-tui demo.",
        )
    roots = places.session_roots(start)
    return Checkout(toplevel or common, common, roots[0], tuple(roots[1:]))


def why_refused(place: Checkout) -> NoRepository | None:
    """Return that git refuses the repository because it belongs to somebody else, with the cure; None if it does not.

    Only then is git asked: the owner of an ordinary repository is known without it.
    """
    if all(map(_is_ours, (place.root, os.path.join(place.root, ".git"), place.common))):
        return None

    try:
        process.Git(place.root).text("rev-parse", "--git-dir")
    except errors.GitError as problem:
        if b"dubious ownership" in problem.stderr:
            return refusal(place.root)
    except OSError:
        pass  # what is opened next says so
    return None


def refusal(root: str) -> NoRepository:
    """Return that git refuses the repository `root` of another user, with the command that changes it."""
    import shlex

    return NoRepository(
        f"git refuses {one_line(root)}, because it belongs to another user. If that is right, tell git that you trust "
        "it, with this command; then look again.",
        f"git config --global --add safe.directory {shlex.quote(root)}",
    )


def _is_ours(path: str) -> bool:
    try:
        return os.lstat(path).st_uid == os.geteuid()
    except OSError:
        return True  # a bare repository has no .git


def default_name(root: str) -> str:
    """Return the name recorded with changes: git's user.name, otherwise the login name."""
    try:
        name = process.Git(root).text("config", "--get", "user.name", ok=(0, 1))
    except (errors.GitError, OSError):  # a full disk makes the call fail too, and must not prevent reading
        name = ""
    try:
        return one_line(name, 60) or _login()
    except (OSError, KeyError):
        return "unknown"


def _login() -> str:
    import getpass

    return getpass.getuser()
