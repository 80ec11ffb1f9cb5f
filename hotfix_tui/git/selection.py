"""The tree of what would be committed, built without touching the user's index."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.repository import head

# No hook may run for a query, and nothing may be written next to the index in the git directory.
_ALOOF = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.splitIndex=false"),
    *("-c", "core.untrackedCache=false", "-c", "core.fsmonitor=false"),
)


def tree_of_selection(git: Git, paths: Sequence[str] | None = None, *, all_changed: bool = False) -> str:
    """Return the id of the tree that a commit would have.

    `paths` are files, as `status` gives them: the tree is HEAD with just these as they are on disk (missing ones
    are deleted). With `all_changed` every tracked file that differs from HEAD is among them, so that nothing has
    to be reset first, which takes long in a large repository. None stands for all tracked changes and everything
    staged, as in `git commit --all`. Index and worktree stay byte for byte as they are; only objects are added,
    which git garbage-collects by itself. Raises GitError if there are unresolved conflicts.
    """
    with _index(git) as environment:
        if paths is None:
            if git.run("ls-files", "--unmerged", "-z", env=environment, limit=1).stdout:
                raise GitError("there are unresolved conflicts here; resolve or abort them first")
            _call(git, environment, "add", "--update", "--", ":/")
        else:
            if not all_changed:
                _call(
                    git, environment, "read-tree", "--reset" if head(git).commit else "--empty", *_head(git)
                )
            names = b"".join(os.fsencode(path) + b"\0" for path in paths)
            _call(
                git,
                environment,
                "update-index",
                "--add",
                "--remove",
                "--replace",
                "-z",
                "--stdin",
                stdin=names,
            )
        return _call(git, environment, "write-tree")


def tracked(git: Git, paths: Sequence[str]) -> set[str]:
    """Return those of `paths` that are in the index."""
    if not paths:
        return set()
    data = git.run("--literal-pathspecs", "ls-files", "-z", "--", *paths).stdout
    return {os.fsdecode(name) for name in data.split(b"\0") if name} & set(paths)


@contextmanager
def _index(git: Git) -> Iterator[dict[str, str]]:
    """Give a copy of the index in a temporary folder; it keeps file times, so that git need not read every file."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="hotfix-tui-index-") as folder:
        copy = os.path.join(folder, "index")
        try:
            # With its mtime: git trusts an entry only if the index is younger than the file, so a copy with a
            # new time would hide an edit made within the second in which the index was written.
            shutil.copy2(os.path.join(git.git_dir, "index"), copy)
        except FileNotFoundError:
            pass  # Nothing was ever added here: git starts with an empty one.
        yield {"GIT_INDEX_FILE": copy}


def _head(git: Git) -> list[str]:
    """Return the arguments that name HEAD's tree: none before the first commit."""
    sha = resolve(git, "HEAD", "tree")
    return [sha] if sha else []


def _call(git: Git, environment: dict[str, str], *args: str, stdin: bytes | None = None) -> str:
    """Call git on the copied index."""
    # GIT_OPTIONAL_LOCKS stays 0; the lock of the copied index is not optional and lies next to the copy.
    result = git.run(*_ALOOF, *args, env=environment, stdin=stdin, timeout=120)
    return os.fsdecode(result.stdout).strip()
