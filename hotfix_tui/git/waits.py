"""What git waits for: a FIFO, socket or device where it expects one of its own files, which it opens as they are.

Apart from `process`, which starts git: this looks at the files of a worktree, and only once git has not answered.
"""

import os
import stat
import time
from collections.abc import Iterator

NAMES = frozenset((".gitattributes", ".gitignore", ".mailmap", ".gitmodules"))
"""Files of a worktree that git opens itself; a FIFO under any other name is only a file that changed."""

_OWN = ("HEAD", "config", "index", "packed-refs", "info/exclude", "info/attributes", "info/sparse-checkout")
_KINDS = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_MOST = 200_000
"""Entries of folders that are looked at."""
_LONGEST = 2.0
"""Seconds that the look may take."""


def kind_of(path: str) -> str:
    """Return what stands at `path` instead of a file, such as "a FIFO"; empty for everything that git can read."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return ""
    return next((kind for is_it, kind in _KINDS if is_it(mode)), "")


def special_file(root: str, git_dir: str) -> str:
    """Return the path of a special file below `root` or in `git_dir` that git would wait for; empty for none."""
    common = (
        [os.path.dirname(os.path.dirname(git_dir))]
        if os.path.exists(os.path.join(git_dir, "commondir"))
        else []
    )
    own = [os.path.join(folder, name) for folder in (git_dir, *common) if folder for name in _OWN]
    for path in (*own, *(os.path.join(root, name) for name in sorted(NAMES))):
        if kind_of(path):
            return path
    return next((path for path in _named(root) if kind_of(path)), "")


def _named(root: str) -> Iterator[str]:
    """Yield the files of git below `root`, upper folders first, as far as a bounded look reaches."""
    end, seen, folders = time.monotonic() + _LONGEST, 0, [root]
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    seen += 1
                    if entry.name in NAMES:
                        yield entry.path
                    elif entry.is_dir(follow_symlinks=False) and entry.name != ".git":
                        folders.append(entry.path)
        except OSError:
            continue
        if seen > _MOST or time.monotonic() > end:
            return
