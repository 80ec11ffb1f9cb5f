"""Differences: which files, how many lines, the text itself. Independent of the user's `git diff` configuration."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from hotfix_tui.git.moment import Result
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import commit_of, full, resolve

WORKTREE = None
"""As a target: the files as they are on disk, tracked ones only."""

_STABLE = (
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--ignore-submodules=dirty",
    "--submodule=short",
    "--diff-algorithm=myers",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-O/dev/null",
)
PATCH = ("--patch", "--unified=3", "--inter-hunk-context=0", "--abbrev=7")
"""Options for a patch in the usual form (each of them by itself makes git print a patch)."""
_CONFIG = (
    "-c",
    "diff.suppressBlankEmpty=false",
    "-c",
    "diff.indentHeuristic=true",
    "-c",
    "core.quotePath=true",
    "-c",
    "log.diffMerges=separate",
    "-c",
    "log.showRoot=true",
)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a diff. `status` is git's letter: A, D, M, T, R, C; line counts are 0 for a binary file."""

    path: str
    added: int
    removed: int
    binary: bool
    status: str
    old_path: str | None = None


def diff_numstat(
    git: Git, base: str, target: str | None = WORKTREE, paths: Sequence[str] = ()
) -> list[FileChange]:
    """Return the files that differ between `base` and `target` (commits, trees or the worktree), with line counts."""
    result = run_diff(git, ("--raw", "--numstat", "-z", "-M", "--abbrev=40"), base, target, paths)
    return _parse(result.stdout)


def changed_paths(git: Git, base: str, target: str) -> list[str]:
    """Return the paths that differ between two commits or trees. No file is read: it works without fetched blobs."""
    names = run_diff(git, ("--name-only", "-z", "--no-renames"), base, target).stdout.split(b"\0")
    return [os.fsdecode(name) for name in names if name]


def diff_text(
    git: Git,
    base: str,
    target: str | None = WORKTREE,
    paths: Sequence[str] = (),
    *,
    limit_bytes: int = 2_000_000,
) -> bytes:
    """Return the diff as a patch for reading, at most `limit_bytes`; binary files are only named."""
    return run_diff(git, (*PATCH, "-M"), base, target, paths, limit=limit_bytes).stdout


def run_diff(
    git: Git,
    options: Sequence[str],
    base: str,
    target: str | None,
    paths: Sequence[str] = (),
    *,
    limit: int | None = None,
) -> Result:
    """Call `git diff` in the stable format; `paths` are taken literally."""
    points = [_point(git, base)] + ([] if target is None else [_point(git, target)])
    return git.run(
        "--literal-pathspecs",
        *_CONFIG,
        "diff",
        *_STABLE,
        *options,
        *points,
        "--",
        *paths,
        timeout=120,
        limit=limit,
    )


def stable_options() -> tuple[str, ...]:
    """Return options that give any command that prints patches the same format as here."""
    return _STABLE


def stable_config() -> tuple[str, ...]:
    """Return settings, as `-c` arguments, for what has no option."""
    return _CONFIG


def _point(git: Git, name: str) -> str:
    """Return the id of a commit or tree; a full id is passed through, and git reports it if there is no such
    object.
    """
    if full(name):
        return name
    return resolve(git, name) or resolve(git, name, "tree") or commit_of(git, name)


def _parse(data: bytes) -> list[FileChange]:
    """Parse `--raw --numstat -z`: first all raw entries, then all counts, in the same order."""
    raw: list[tuple[str, str | None, str]] = []
    counts: list[tuple[int, int, bool]] = []
    fields = iter(data.split(b"\0"))
    for entry in fields:
        if entry.startswith(b":"):
            letter = entry.rsplit(b" ", 1)[1][:1].decode("ascii")
            first = os.fsdecode(next(fields))
            raw.append(
                (letter, first, os.fsdecode(next(fields))) if letter in "RC" else (letter, None, first)
            )
        elif entry:
            added, removed, path = entry.split(b"\t", 2)
            if not path:
                next(fields), next(fields)
            binary = added == b"-"
            counts.append((0, 0, True) if binary else (int(added), int(removed), False))
    return [
        FileChange(path, added, removed, binary, letter, old)
        for (letter, old, path), (added, removed, binary) in zip(raw, counts, strict=True)
    ]
