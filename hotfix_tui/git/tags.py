"""Tags: which there are, when they were made, and which of them are releases."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import commit_of, resolve
from hotfix_tui.git.releases import Release, read

_FORMAT = (
    "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
    "%00%(creatordate:unix)"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: the commit that it stands for, and the release that its name says, None for another tag.

    `at` is when it was made, or its commit, where it has no time of its own.
    """

    name: str
    commit: str
    at: datetime | None
    release: Release | None = None


def all_tags(
    git: Git, pattern: str | None = None, *, points_at: str | None = None, reachable_from: str | None = None
) -> list[Tag]:
    """Return the tags with the release that each name says: of all, of one commit, or of those that a commit holds.

    `pattern` is the configured form of release tags (see `hotfix_tui.git.releases.read`). Raises GitError.
    """
    options = []
    if points_at is not None:
        options.append(f"--points-at={commit_of(git, points_at)}")
    if reachable_from is not None:
        options.append(f"--merged={commit_of(git, reachable_from)}")
    found = []
    for line in git.text("for-each-ref", _FORMAT, *options, "refs/tags/", timeout=60).splitlines():
        name, kind, target, inner_kind, inner, at = line.split("\0")
        commit = target if kind == "commit" else inner if inner_kind == "commit" else ""
        if inner_kind == "tag":
            # A tag of a tag: older versions of git peel one layer only.
            commit = resolve(git, f"refs/tags/{name}") or ""
        if commit:
            made = datetime.fromtimestamp(int(at), UTC) if at.lstrip("-").isdigit() else None
            found.append(Tag(name, commit, made, read(name, pattern)))
    return found


def tags(git: Git, *, points_at: str | None = None, reachable_from: str | None = None) -> dict[str, str]:
    """Tags with their commits, peeled; of all, those at one commit, or those that one commit holds."""
    found = all_tags(git, points_at=points_at, reachable_from=reachable_from)
    return {tag.name: tag.commit for tag in found}
