"""Files that git shows as changed though nobody changed them.

A file whose committed form does not match .gitattributes (CRLF in a text file, full content where Git LFS expects
a pointer, output that a filter would remove) is changed as soon as it is checked out, and stays so. What tells it
from an edit is what a checkout would write: exactly those bytes are on disk.
"""

import os
from collections.abc import Mapping

from hotfix_tui.base import plain_file
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git

_LARGEST = 50_000_000
"""Bytes of files that are compared per probe; anything beyond counts as changed."""

_KEPT = 20_000
_known: dict[tuple[str, str, str, int, int], bool] = {}
"""Results by folder, path, blob, size and time of a file: valid while none of them changes."""


def as_written(git: Git, blobs: Mapping[str, str]) -> set[str]:
    """Return those of the paths whose files are byte for byte what a checkout writes for their blob in the index."""
    keys = {path: key for path, blob in blobs.items() if (key := _key(git.root, path, blob)) is not None}
    new, size = [], 0
    for path, key in keys.items():
        if key not in _known and (size := size + key[3]) <= _LARGEST:
            new.append(path)
    if new:
        if len(_known) > _KEPT:
            _known.clear()
        same = _same(git, {path: keys[path][2] for path in new})
        _known.update((keys[path], path in same) for path in new)
    return {path for path, key in keys.items() if _known.get(key, False)}


def _key(root: str, path: str, blob: str) -> tuple[str, str, str, int, int] | None:
    """Return the cache key for a file; None if it cannot be checked."""
    if not blob or "\n" in path:
        return None
    try:
        seen = os.lstat(os.path.join(root, path))
    except OSError:
        return None
    return root, path, blob, seen.st_size, seen.st_mtime_ns


def _same(git: Git, blobs: dict[str, str]) -> set[str]:
    """Return the paths whose file on disk is what git would write for their blob; none if git cannot tell."""
    # Each file is followed by the answer for a non-existing name: the size that git reports is the one before
    # filters.
    end = f"no-such-object-{os.urandom(16).hex()}"
    asked = b"".join(os.fsencode(f"{blob} {path}\n{end}\n") for path, blob in blobs.items())
    try:
        # Never fetch for a query: Git LFS leaves its pointers as they are.
        env = {"GIT_LFS_SKIP_SMUDGE": "1"}
        result = git.run("cat-file", "--batch", "--filters", stdin=asked, env=env, timeout=60)
    except GitError:
        return set()
    parts = result.stdout.split(f"{end} missing\n".encode())
    same = set()
    for path, part in zip(blobs, parts, strict=False):
        written = part.partition(b"\n")[2].removesuffix(b"\n")
        if _content(os.path.join(git.root, path)) == written:
            same.add(path)
    return same


def _content(path: str) -> bytes | None:
    try:
        return plain_file.read(path, _LARGEST, follow=True)
    except OSError:
        return None
