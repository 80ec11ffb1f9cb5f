"""Names and what they point to: commits, branches, tags and the rules for new names."""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from hotfix_tui.base.ref_names import known_ref
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git, failure, lines

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+#-]*")
_BRANCH_BYTES = 200


def resolve(git: Git, name: str, kind: str = "commit") -> str | None:
    """Return the full id of the commit (or `kind` "tree") that `name` means, tags peeled; None if there is none."""
    if not name or "\0" in name:
        return None
    if kind == "commit" and name in git.commits:
        return name
    result = git.run(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{{kind}}}", ok=(0, 1, 128)
    )
    sha = os.fsdecode(result.stdout).strip()
    if result.returncode == 128 and b"not a git repository" in result.stderr:
        raise failure(["git", "rev-parse"], result, git.root)
    if kind == "commit" and sha == name and full(name):
        git.commits.add(name)
    return sha if _COMMIT.fullmatch(sha) else None


def commit_of(git: Git, name: str) -> str:
    """Like `resolve`, but raises GitError with a sentence if there is no such commit."""
    sha = resolve(git, name)
    if sha is None:
        raise GitError(f"there is no commit {name!a} here; check the name, or fetch first")
    return sha


def tree(git: Git, commit: str) -> str:
    """Return the tree id of `commit`; raises GitError if there is no such commit."""
    known = _trees.get((git.root, commit))
    if known:
        return known
    sha = resolve(git, commit, "tree")
    if sha is None:
        raise GitError(f"there is no commit {commit!a} here; check the name, or fetch first")
    if full(commit):
        if len(_trees) > 500:
            _trees.clear()
        _trees[git.root, commit] = sha
    return sha


_trees: dict[tuple[str, str], str] = {}
"""The trees of commits by folder and full id; they never change."""


def full(name: str) -> bool:
    """Return whether `name` is a full id, which never changes its meaning."""
    return _COMMIT.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: its short name (with the remote in front, for a remote-tracking one) and its commit."""

    name: str
    commit: str


def branches(git: Git, remote: str | None = None) -> list[Branch]:
    """Return the local branches, or those known of `remote` (as last fetched), without its HEAD."""
    prefix = known_ref(remote)
    listing = lines(git.text("for-each-ref", "--format=%(refname) %(objectname)", prefix))
    pairs = (line.rsplit(" ", 1) for line in listing)
    listed = (Branch(name.removeprefix(prefix), commit) for name, commit in pairs)
    return [branch for branch in listed if not (remote and branch.name == "HEAD")]


def branch_exists(git: Git, name: str, remote: str | None = None) -> str | None:
    """Return the commit of the local branch `name` (or of `remote`'s, as last fetched); None if there is none."""
    return resolve(git, known_ref(remote, name))


def check_branch_name(name: str) -> str | None:
    """Return why `name` cannot be a new branch, as a sentence; None if it can.

    Stricter than git: ASCII letters, digits and ._/+#- only, so that no shell, URL or terminal misinterprets it.
    """
    if not name:
        return "a branch needs a name"
    if len(name.encode("utf-8", "surrogateescape")) > _BRANCH_BYTES:
        return f"the branch name is too long (at most {_BRANCH_BYTES} bytes)"
    if not _BRANCH.fullmatch(name):
        return "a branch name starts with a letter or digit, followed by letters, digits and . _ / + # - only"
    if ".." in name or name.endswith("."):
        return "a branch name has no two dots in a row and no dot at its end"
    if any(not part or part.startswith(".") or part.endswith(".lock") for part in name.split("/")):
        return "no part of a branch name may be empty, start with a dot or end with .lock"
    if name == "HEAD":
        return "a branch cannot be called HEAD"
    return None


class Clash(NamedTuple):
    """Why a branch name conflicts with existing ones, as a sentence; `case_only` if they differ only in case."""

    why: str
    case_only: bool = False


def branch_conflict(git: Git, name: str, remote: str | None = None) -> Clash | None:
    """Return why the branch `name` cannot be created next to the existing ones; None if it can.

    Git stores branches like files: with a branch `hotfix` there can be no `hotfix/x`, and vice versa.
    """
    parts = name.split("/")
    above = {"/".join(parts[:n]) for n in range(1, len(parts))}
    where = f" on {remote}" if remote else ""
    folded = name.casefold()
    for branch in branches(git, remote):
        other = branch.name
        if other in above:
            cure = f"choose a name not below {other}/"
            return Clash(f"there is a branch {other}{where}, so git cannot make {name}; {cure}")
        if other.startswith(name + "/"):
            return Clash(f"there is a branch {other}{where}, so git cannot make {name}; choose another name")
        if other != name and other.casefold() == folded:
            why = f"there is a branch {other}{where} that differs only in upper and lower case"
            return Clash(f"{why}; choose another name", case_only=True)
    return None


def first_free(name: str, taken: Collection[str]) -> str:
    """Return the first of `name`, `name-2`, `name-3`, … that is not in `taken`."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
