"""Tags: which ones exist, when they were made, and which of them are releases."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.git.process import Git, lines
from hotfix_tui.git.refs import commit_of, resolve
from hotfix_tui.git.releases import Release, read

_FORMAT = (
    "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
    "%00%(creatordate:unix)"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: its commit, and the release that its name stands for, None for any other tag.

    `at` is when it was made; for a lightweight tag, when its commit was.
    """

    name: str
    commit: str
    at: datetime | None
    release: Release | None = None
    annotated: bool = True

    @property
    def dated(self) -> str:
        """What happened at `at`, as a word: a lightweight tag says nothing of when it was made."""
        return "tagged" if self.annotated else "committed"


def all_tags(
    git: Git, pattern: str | None = None, *, points_at: str | None = None, reachable_from: str | None = None
) -> list[Tag]:
    """Return tags with the release that each name stands for: all, those at one commit, or those that one
    contains.

    `pattern` is the configured form of release tags (see `hotfix_tui.git.releases.read`). Raises GitError.
    """
    options = []
    if points_at is not None:
        options.append(f"--points-at={commit_of(git, points_at)}")
    if reachable_from is not None:
        options.append(f"--merged={commit_of(git, reachable_from)}")
    tags_read = []
    for line in lines(git.text("for-each-ref", _FORMAT, *options, "refs/tags/", timeout=60)):
        name, kind, target, inner_kind, inner, at = line.split("\0")
        commit = target if kind == "commit" else inner if inner_kind == "commit" else ""
        if inner_kind == "tag":
            # A tag of a tag: older versions of git peel only one layer.
            commit = resolve(git, tag_ref(name)) or ""
        if commit:
            made = datetime.fromtimestamp(int(at), UTC) if at.lstrip("-").isdigit() else None
            tags_read.append(Tag(name, commit, made, read(name, pattern), kind == "tag"))
    return tags_read


def tags(git: Git, *, points_at: str | None = None, reachable_from: str | None = None) -> dict[str, str]:
    """Return tags with their peeled commits; all, those at one commit, or those that one contains."""
    listed = all_tags(git, points_at=points_at, reachable_from=reachable_from)
    return {tag.name: tag.commit for tag in listed}
