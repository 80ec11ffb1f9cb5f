"""Where the repository is, what kind it is, where HEAD points, and which operation is in progress."""

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path

from hotfix_tui.git.errors import MINIMUM_VERSION, GitError, GitTooOld, NotARepository
from hotfix_tui.git.process import Git, failure


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as seen from one of its folders. All paths are absolute."""

    toplevel: str | None
    """Root of this worktree; None in a bare repository."""
    git_dir: str
    """The directory that all worktrees share."""
    bare: bool
    shallow: bool
    partial: bool
    sparse: bool
    sha256: bool
    name: str
    """What people call it: the folder name of the main worktree."""

    @property
    def git(self) -> Git:
        """Git in this worktree."""
        return Git(self.toplevel or self.git_dir)


@dataclass(frozen=True, slots=True)
class Head:
    """Where HEAD points. `commit` is None before the first commit, `branch` is None when detached."""

    commit: str | None
    branch: str | None

    @property
    def detached(self) -> bool:
        """Whether HEAD points at a commit instead of a branch."""
        return self.branch is None


def version() -> tuple[int, ...]:
    """Return the version of git as numbers, such as (2, 39, 5). Raises GitMissing."""
    text = Git("/").text("--version")
    match = re.search(r"\d+(?:\.\d+)*", text)
    if match is None:
        raise GitError(f"git does not say its version but {text[:80]!r}", ["git", "--version"])
    return tuple(int(part) for part in match[0].split("."))


@functools.cache
def _checked_version(path: str) -> tuple[int, ...]:
    """Return the version of the git found on this PATH; raises GitTooOld. Cached, because it is needed often."""
    here = version()
    if here < MINIMUM_VERSION:
        have, need = (".".join(map(str, numbers)) for numbers in (here, MINIMUM_VERSION))
        raise GitTooOld(f"git {have} is too old; install {need} or newer", ["git", "--version"])
    return here


def checked_version() -> tuple[int, ...]:
    """Return the version of git; raises GitMissing, and GitTooOld if it is older than `MINIMUM_VERSION`."""
    return _checked_version(os.environ.get("PATH", ""))


def discover(start: str) -> Repository:
    """Return the repository that contains the folder `start`; raises NotARepository, GitMissing, GitTooOld,
    GitError.
    """
    start = os.path.abspath(start)
    if not os.path.isdir(start):
        raise NotARepository(f"the folder {start} does not exist (any more); go to the repository")
    checked_version()
    git = Git(start)
    bare, inside, shallow, object_format, git_dir, common_dir, toplevel = _locations(git)
    git_dir, common_dir = (os.path.realpath(os.path.join(start, path)) for path in (git_dir, common_dir))
    if not bare and not inside:
        if (
            os.path.basename(git_dir) == ".git"
            and os.path.isdir(os.path.dirname(git_dir))
            and start != os.path.dirname(git_dir)
        ):
            return discover(os.path.dirname(git_dir))
        toplevel = None
    partial, sparse = _kind(git)
    return Repository(
        toplevel=toplevel,
        git_dir=git_dir,
        bare=bare,
        shallow=shallow,
        partial=partial,
        sparse=sparse,
        sha256=object_format == "sha256",
        name=_name(toplevel, common_dir),
    )


def head(git: Git) -> Head:
    """Return where HEAD points."""
    branch = git.text("symbolic-ref", "--quiet", "HEAD", ok=(0, 1)).removeprefix("refs/heads/") or None
    commit = git.text("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1)) or None
    return Head(commit, branch)


def in_progress(git: Git) -> str | None:
    """Return the operation in progress in this worktree.

    "merge", "rebase", "cherry-pick", "revert", "bisect" or "am" (applying patches); None if there is none. A
    rebase is checked first, since it makes picks of its own.
    """

    def has(*names: str) -> bool:
        return os.path.lexists(os.path.join(git.git_dir, *names))

    if has("rebase-apply", "applying"):
        return "am"
    if has("rebase-merge") or has("rebase-apply"):
        return "rebase"
    for name, operation in (
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
    ):
        if has(name) or (
            has("reftable") and git.run("rev-parse", "-q", "--verify", name, ok=(0, 1, 128)).returncode == 0
        ):
            return operation
    if has("sequencer", "todo"):
        # Between two picks of a range there is no CHERRY_PICK_HEAD.
        with Path(git.git_dir, "sequencer", "todo").open("rb") as todo:
            return "revert" if todo.read(6) == b"revert" else "cherry-pick"
    return "bisect" if has("BISECT_LOG") else None


def _locations(git: Git) -> tuple[bool, bool, bool, str, str, str, str | None]:
    """Return what `rev-parse` says in one call; a path containing a newline costs one call per value."""
    flags = (
        "--is-bare-repository",
        "--is-inside-work-tree",
        "--is-shallow-repository",
        "--show-object-format",
    )
    paths = ("--git-dir", "--git-common-dir", "--show-toplevel")
    result = git.run("rev-parse", *flags, *paths, ok=(0, 128))
    lines = os.fsdecode(result.stdout).split("\n")[:-1]
    if len(lines) < 6:
        raise failure(["git", "rev-parse"], result, git.root)
    bare, inside, shallow = (line == "true" for line in lines[:3])
    if len(lines) == 6 + inside:
        return bare, inside, shallow, lines[3], lines[4], lines[5], lines[6] if inside else None
    each = [git.text("rev-parse", path) for path in (paths if inside else paths[:2])]
    return bare, inside, shallow, lines[3], each[0], each[1], each[2] if inside else None


def _kind(git: Git) -> tuple[bool, bool]:
    """Return whether the clone is partial and the checkout sparse, from the configuration in one call."""
    pattern = r"^(core\.sparsecheckout|extensions\.partialclone|remote\..*\.promisor)$"
    pairs = git.text("config", "-z", "--get-regexp", pattern, ok=(0, 1)).split("\0")
    partial = sparse = False
    for pair in filter(None, pairs):
        key, _, value = pair.partition("\n")
        on = value.lower() not in ("false", "no", "off", "0")
        if key == "core.sparsecheckout":
            sparse = on
        else:
            partial = partial or on
    return partial, sparse


def _name(toplevel: str | None, common_dir: str) -> str:
    """Return what people call the repository, after its folder."""
    parent, base = os.path.split(common_dir)
    if base in (".git", ".bare"):
        return os.path.basename(parent)
    if base.endswith(".git"):
        return base.removesuffix(".git")
    return os.path.basename(toplevel or common_dir)
