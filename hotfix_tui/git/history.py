"""Commits: their contents, how they relate, and what one line has that another lacks."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import commit_of, resolve, tree

_FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%at", "%ct", "%s", "%b")
_FORMAT = "tformat:" + "%x00".join(_FIELDS)
_BRIEF = ("%H", "%an", "%ct", "%D", "%s", "%P")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Texts are valid Unicode (other bytes as escapes); times are RFC 3339 in UTC."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    """When it was authored."""
    committed: str
    """When it was committed (the later of the two after a rebase or cherry-pick)."""
    subject: str
    body: str

    @property
    def merge(self) -> bool:
        """Whether it has more than one parent."""
        return len(self.parents) > 1

    def named(self, limit: int = 80, *, author: bool = False) -> str:
        """Return the commit as sentences name it: short id, author if wanted, subject without its full stop."""
        by = f"{self.author} " if author else ""
        return one_line(f"{self.sha[:7]} {by}{re.sub(r'(?<![.])[.]$', '', self.subject.rstrip())}", limit)


def commit_info(git: Git, name: str) -> Commit:
    """Return the commit that `name` means; raises GitError if there is none."""
    return log(git, name, limit=1)[0]


def committed_at(git: Git, name: str) -> datetime:
    """Return when the commit that `name` means was committed; raises GitError if there is none."""
    return datetime.fromisoformat(commit_info(git, name).committed)


def log(
    git: Git,
    tip: str,
    *,
    not_in: Sequence[str] = (),
    limit: int | None = 100,
    first_parent: bool = False,
    merges: bool = True,
    paths: Sequence[str] = (),
) -> list[Commit]:
    """Return the commits of `tip` that are in none of `not_in`, newest first, at most `limit`.

    With `paths`, only those that touch one of them. Raises GitError for an unknown name.
    """
    options = [
        "-z",
        f"--format={_FORMAT}",
        "--encoding=UTF-8",
        "--no-show-signature",
        "--no-color",
        "--no-ext-diff",
        "--no-patch",
        "--no-follow",
    ]
    if limit is not None:
        options.append(f"--max-count={limit}")
    if first_parent:
        options.append("--first-parent")
    if not merges:
        options.append("--no-merges")
    revisions = [commit_of(git, tip), *(f"^{commit_of(git, name)}" for name in not_in)]
    data = git.run("--literal-pathspecs", "log", *options, *revisions, "--", *paths, timeout=60).stdout
    return parse(data)


@dataclass(frozen=True, slots=True)
class Brief:
    """The fields of a commit that lists show; texts are valid Unicode, `at` is the commit time, in UTC."""

    sha: str
    author: str
    at: datetime
    tags: tuple[str, ...]
    subject: str
    merge: bool = False
    """Whether it has more than one parent."""


def brief(git: Git, names: Sequence[str]) -> list[Brief]:
    """Return the commits that `names` mean, in order, with one call; names that mean none are left out."""
    if not names:
        return []
    options = (
        "--no-walk=unsorted",
        "--ignore-missing",
        "-z",
        f"--format=tformat:{'%x00'.join(_BRIEF)}",
        "--decorate-refs=refs/tags",
        "--encoding=UTF-8",
        "--no-show-signature",
        "--no-color",
        "--no-patch",
    )
    data = git.run("log", *options, *names, "--", timeout=30, limit=200_000).stdout
    fields = [field.decode("utf-8", "backslashreplace") for field in data.split(b"\0")[:-1]]
    width = len(_BRIEF)
    return [
        _brief(*fields[start : start + width]) for start in range(0, len(fields) - len(fields) % width, width)
    ]


def _brief(sha: str, author: str, at: str, tags: str, subject: str, parents: str) -> Brief:
    named = tuple(part.removeprefix("tag: ") for part in tags.split(", ") if part.startswith("tag: "))
    merge = len(parents.split()) > 1
    return Brief(sha, author, datetime.fromisoformat(utc(at)), named, subject, merge)


def files_of(git: Git, commits: Sequence[str]) -> dict[str, list[str]]:
    """Return the files that each of `commits` changes, a merge against its first parent. Raises GitError."""
    if not commits:
        return {}
    options = ("--stdin", "-m", "-r", "-z", "--raw", "--root", "--no-renames", "--no-ext-diff")
    data = git.run(
        "diff-tree", *options, stdin="".join(f"{commit}\n" for commit in commits).encode(), timeout=30
    ).stdout
    out: dict[str, list[str]] = {}
    files: list[str] = []
    fields = iter(data.split(b"\0")[:-1])
    for field in fields:
        if field.startswith(b":"):
            files.append(os.fsdecode(next(fields, b"")))
            continue
        files, sha = [], field.decode("ascii", "replace")
        out.setdefault(sha, files)  # a merge appears once for each of its parents: the first one counts
    return out


def parse(data: bytes) -> list[Commit]:
    """Return the commits in the output of `git log -z` in our format."""
    fields = data.split(b"\0")[:-1]
    width = len(_FIELDS)
    if len(fields) % width:
        raise GitError("git log gave records of another form than asked for")
    return [_commit(fields[start : start + width]) for start in range(0, len(fields), width)]


def _commit(record: Sequence[bytes]) -> Commit:
    """Return one record as a Commit."""
    sha, tree, parents, author, email, authored, committed, subject, body = (
        field.decode("utf-8", "backslashreplace") for field in record
    )
    return Commit(
        sha=sha,
        tree=tree,
        parents=tuple(parents.split()),
        author=author,
        email=email,
        date=utc(authored),
        committed=utc(committed),
        subject=subject,
        body=body.rstrip("\n"),
    )


def utc(seconds: str) -> str:
    """Return seconds since 1970, as git prints them, as RFC 3339 in UTC; times outside the calendar become 1970."""
    try:
        moment = datetime.fromtimestamp(int(seconds or 0), UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_ancestor(git: Git, ancestor: str, descendant: str) -> bool:
    """Return whether `descendant` contains `ancestor` (a commit contains itself). Raises GitError for unknown names."""
    first, second = commit_of(git, ancestor), commit_of(git, descendant)
    return git.run("merge-base", "--is-ancestor", first, second, ok=(0, 1)).returncode == 0


def merge_base(git: Git, first: str, second: str) -> str | None:
    """Return the best common ancestor of two commits; None if there is none (or a shallow clone lacks it)."""
    return git.text("merge-base", commit_of(git, first), commit_of(git, second), ok=(0, 1)) or None


def merge_bases(git: Git, first: str, second: str) -> list[str]:
    """Return all best common ancestors of two commits."""
    return git.text("merge-base", "--all", commit_of(git, first), commit_of(git, second), ok=(0, 1)).split()


def commits_not_in(git: Git, tip: str, other: str, *, limit: int | None = None) -> list[str]:
    """Return the ids of the commits of `tip` that `other` lacks, newest first."""
    options = [] if limit is None else [f"--max-count={limit}"]
    return git.text(
        "rev-list", *options, commit_of(git, tip), f"^{commit_of(git, other)}", "--", timeout=60
    ).split()


def changes_not_in(git: Git, tip: str, other: str) -> list[str]:
    """Return the ids of the commits of `tip` that change something and that `other` lacks, newest first.

    A merge only joins commits that are counted already, and is left out: a merged request of one commit is one. Where
    merges are all there is, and the files differ, what one of them changed itself is counted.
    """
    new, old = commit_of(git, tip), commit_of(git, other)
    changes = git.text("rev-list", "--no-merges", new, f"^{old}", "--", timeout=60).split()
    if changes or tree(git, new) == tree(git, old):
        return changes
    return commits_not_in(git, new, old)


def split_range(git: Git, text: str) -> tuple[str, str] | None:
    """Return base and tip of a range "base..tip", or "base...tip" from the merge base; None if it is not a range."""
    left, dots, right = text.partition("...")
    if not dots:
        left, dots, right = text.partition("..")
    if not dots:
        return None
    base, tip = resolve(git, left or "HEAD"), resolve(git, right or "HEAD")
    if base is None or tip is None:
        return None
    if dots == "...":
        base = merge_base(git, base, tip)
    return None if base is None else (base, tip)
