"""Where the wizard's worktrees go: next to the repository, or below a folder that the user names; nowhere else.

A checkout is the repository's files under names of its own choosing. In the wrong place they become somebody's
settings, so a place is checked whoever named it, and the configuration's counts only once it is trusted.
"""

import os

from hotfix_tui.base.errors import Clause
from hotfix_tui.config.model import GitConfig
from hotfix_tui.git.worktrees import worktrees_home
from hotfix_tui.session.places import find_git_common_dir
from hotfix_tui.steps.common.trusted import is_trusted
from hotfix_tui.steps.contract import Context

VARIABLE = "HOTFIX_TUI_WORKTREES"
"""The user's own setting: a folder, as an absolute path, for all worktrees of the wizard."""

_USUAL = GitConfig().worktree
_SETTINGS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")


class BadPlace(Clause):
    """A place where no worktree may go; the text is a clause that says why."""


def pattern(ctx: Context) -> tuple[str, str]:
    """Return the pattern of worktree paths, and a remark if the configured one does not count yet."""
    configured = ctx.config.git.worktree
    if configured == _USUAL or is_trusted(ctx):
        return configured, ""
    return _USUAL, (
        "git.worktree of this repository's configuration is not trusted yet, so the usual place is taken; "
        "`hotfix-tui trust` shows it."
    )


def carried(ctx: Context) -> list[str]:
    """Return the names of `git.carry`; the built-in ones while the configuration is not trusted."""
    usual = GitConfig().carry
    configured = list(ctx.config.git.carry)
    return configured if configured == usual or is_trusted(ctx) else usual


def place(ctx: Context, name: str) -> str:
    """Return the absolute path for `name`, a filled-in pattern such as ``../shop.hotfix/ENG-7``. Raises BadPlace."""
    if os.path.isabs(name) or name.startswith("~"):
        raise BadPlace("it is not relative to the repository")
    parts = os.path.normpath(name).split(os.sep)
    if parts[0] != ".." or len(parts) < 2 or ".." in parts[1:]:
        raise BadPlace("it does not begin with ../ and stay below it")
    if any(part.startswith(".") for part in parts[1:]):
        raise BadPlace("a part of it begins with a dot, as the folders of settings do")
    base = _base(ctx)
    path = os.path.join(base, *parts[1:])
    _check(base, path)
    if pattern(ctx)[0] != _USUAL:
        _check_readers(path)
    return path


def shown_name(name: str) -> str:
    """Return a repository's name for use in a folder's name: not hidden."""
    return name.lstrip(".") or "repository"


def _base(ctx: Context) -> str:
    """Return the folder for worktrees: the user's own, otherwise the parent of the main worktree."""
    own = os.environ.get(VARIABLE, "")
    if own:
        if not os.path.isabs(own):
            raise BadPlace(f"{VARIABLE} is set, but not to a full path")
        return os.path.normpath(own)
    return os.path.dirname(os.path.normpath(worktrees_home(ctx.git)))


def _check(base: str, path: str) -> None:
    """Raise BadPlace if something other than a folder is in the way, or if it is inside a git directory."""
    real = os.path.realpath(base)
    here = real
    for part in os.path.relpath(path, base).split(os.sep)[:-1]:
        here = os.path.join(here, part)
        if os.path.islink(here):
            raise BadPlace(f"{here} is a symbolic link")
        if os.path.lexists(here) and not os.path.isdir(here):
            raise BadPlace(f"{here} is no folder")
    target = os.path.join(real, os.path.relpath(path, base))
    top, common = find_git_common_dir(here if os.path.isdir(here) else real)
    if common is not None and (top is None or target.startswith(common + os.sep)):
        raise BadPlace(f"it lies inside the git directory {common}")


def _check_readers(path: str) -> None:
    """Raise BadPlace if other programs look for their settings, or for programs, at `path`."""
    target = os.path.realpath(path)
    for folder in _read_by_others():
        if target == folder or target.startswith(folder + os.sep):
            raise BadPlace(f"programs read their settings in {folder}")


def _read_by_others() -> list[str]:
    """Return folders whose files have a meaning to other programs."""
    home = os.path.realpath(os.path.expanduser("~"))
    named = [os.environ.get(name, "") for name in _SETTINGS]
    searched = os.environ.get("PATH", "").split(os.pathsep)
    usual = [os.path.join(home, name) for name in (".config", ".local", ".ssh", ".gnupg", "Library", "bin")]
    return [os.path.realpath(path) for path in (*named, *searched, *usual) if os.path.isabs(path)]
