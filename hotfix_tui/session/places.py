"""Where incidents and other state are kept: in the repository's own directory, or in the user's.

Finds a repository the way git does, without running git.
"""

import os

from hotfix_tui.base import durable
from hotfix_tui.session.errors import NoPlace
from hotfix_tui.session.record import digest

FOLDER = "hotfix-tui"
_POINTER_LIMIT = 8192


def find_git_common_dir(start: str, *, variables: bool = True) -> tuple[str | None, str | None]:
    """Return the top of the work tree around `start` and the git directory that all its work trees share.

    ``(None, directory)`` in a bare repository or inside a git directory, ``(None, None)`` if there is none.
    ``GIT_DIR``, ``GIT_WORK_TREE`` and ``GIT_COMMON_DIR`` count, as for git; without `variables` they are ignored.
    Never raises.

    A repository without a ``.git`` inside the work tree of another one counts only when ``GIT_DIR`` names it, as
    with git's ``safe.bareRepository=explicit``: it may have come with a clone, settings and incidents included.
    """
    here = os.path.realpath(start)
    named = os.environ.get("GIT_DIR")
    if named and variables:
        directory = os.path.realpath(os.path.join(here, named))
        if not _is_git_directory(directory):
            return None, None
        tree = os.environ.get("GIT_WORK_TREE")
        return os.path.realpath(os.path.join(here, tree)) if tree else here, _common(directory)
    while True:
        inside = os.path.join(here, ".git")
        if os.path.isfile(inside):
            target = _pointer(inside, b"gitdir: ")
            # git stops at a broken link too: the repository above is a different one.
            return (here, _common(target)) if target and _is_git_directory(target) else (None, None)
        if _is_git_directory(inside):
            return here, _common(os.path.realpath(inside))
        if _is_git_directory(here):
            return (None, None) if _embedded(here) else (None, _common(here))
        above = os.path.dirname(here)
        if above == here:
            return None, None
        here = above


def why_not_taken(start: str) -> str:
    """Return why the repository around `start` is not accepted as one, as a sentence; empty if there is none."""
    here = os.path.realpath(start)
    while os.path.dirname(here) != here:
        if os.path.lexists(os.path.join(here, ".git")):
            return ""
        if _is_git_directory(here) and (outer := _embedded(here)):
            return (
                f"{here} is a bare repository inside the working tree of {outer}, so it may have come with a clone, "
                f"commands included; go to {outer}, or name it if you mean it: GIT_DIR={here} hotfix-tui …"
            )
        here = os.path.dirname(here)
    return ""


def session_root(start: str) -> str:
    """Return the directory that holds the incidents of the repository around `start`; it need not exist yet.

    It is in the repository's own directory, where every work tree sees it and no commit contains it, or in the
    user's state directory if there is no repository or it is not writable. Raises NoPlace.
    """
    return session_roots(start)[0]


def session_roots(start: str) -> list[str]:
    """Return where new incidents are kept, then where earlier ones may be: all may be read.

    There are two when a repository with incidents is no longer writable, or was not when an incident was begun.
    Raises NoPlace if there is not even one.
    """
    _, common = find_git_common_dir(start)
    if common is None:
        return [_by_path(os.path.realpath(start))]
    own = os.path.join(common, FOLDER)
    if _can_be_written(own):
        try:
            other = _by_path(common)
        except NoPlace:
            return [own]
        return [own, other] if os.path.isdir(other) else [own]
    other = _by_path(common)
    return [other, own] if os.path.isdir(own) else [other]


def elsewhere(start: str) -> str:
    """Return why new incidents of the repository around `start` are not kept in it, as a sentence; otherwise
    empty.
    """
    _, common = find_git_common_dir(start)
    if common is None or _can_be_written(own := os.path.join(common, FOLDER)):
        return ""
    return (
        f"{own} cannot be written now, so a new incident is kept in {_by_path(common)}; earlier ones there can be "
        "looked at and not changed until it can be written again."
    )


def state_root() -> str:
    """Return the user's directory for trust records and the list of repositories seen; it need not exist yet.

    ``$XDG_STATE_HOME/hotfix-tui``, by default below ``~/.local/state``. A relative path there is ignored, as the
    XDG standard demands. Raises NoPlace if neither that nor a home directory is known.
    """
    base = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):
        home = _home()
        if not os.path.isabs(home):
            raise NoPlace(
                "There is no place to keep state: HOME is not set to a full path; "
                "set HOME or XDG_STATE_HOME, then try again."
            )
        base = os.path.join(home, ".local", "state")
    return os.path.join(base, FOLDER)


def _home() -> str:
    """Return the user's home directory: HOME, or that of the user database, or an empty text."""
    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        return home
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def _by_path(path: str) -> str:
    return os.path.join(state_root(), "sessions", digest(os.fsencode(path))[:16])


def _can_be_written(path: str) -> bool:
    """Return whether the directory `path` is writable, or can be created if it is missing."""
    if not os.path.lexists(path):
        path = os.path.dirname(path)
    return os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK)


def _is_git_directory(path: str) -> bool:
    if not os.path.lexists(os.path.join(path, "HEAD")):
        return False
    common = _common(path)
    return all(os.path.isdir(os.path.join(common, name)) for name in ("objects", "refs"))


def _embedded(directory: str) -> str:
    """Return the work tree of another repository that contains `directory`, a git directory; otherwise empty."""
    here = directory
    while (above := os.path.dirname(here)) != here:
        here = above
        inside = os.path.join(here, ".git")
        if not os.path.lexists(inside):
            continue
        target = _pointer(inside, b"gitdir: ") if os.path.isfile(inside) else os.path.realpath(inside)
        if target and _is_git_directory(target):
            own = _common(target)
            return "" if directory == own or directory.startswith(own + os.sep) else here
    return ""


def _common(directory: str) -> str:
    """Return the git directory that `directory` shares with the other work trees; itself if it is the main one."""
    named = os.environ.get("GIT_COMMON_DIR")
    if named:
        return os.path.realpath(named)
    return _pointer(os.path.join(directory, "commondir"), b"") or directory


def _pointer(path: str, prefix: bytes) -> str | None:
    """Return the full path that the small file at `path` gives after `prefix`, or None."""
    try:
        text = durable.read_regular(path, _POINTER_LIMIT, follow=True)
    except (OSError, ValueError):
        return None
    text = text.rstrip(b"\r\n")
    if not text.startswith(prefix) or b"\0" in text or not text[len(prefix) :]:
        return None
    return os.path.realpath(os.path.join(os.path.dirname(path), os.fsdecode(text[len(prefix) :])))
