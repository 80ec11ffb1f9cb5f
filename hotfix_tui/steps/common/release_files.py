"""Which version files of a commit do not name the version of the tag: reported while it can still be fixed."""

import os
from functools import lru_cache
from typing import NamedTuple

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.detect import release_notes, versions
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.tag_names import base_tag, planned
from hotfix_tui.steps.contract import Context

_LARGEST = 400_000


class Behind(NamedTuple):
    """A version file that does not name the next version: its place, what it says, what it should say."""

    file: versions.VersionFile
    wanted: str

    @property
    def sentence(self) -> str:
        """What is wrong, and the change that fixes it."""
        place = f"{self.file.name} says {self.file.version}, the tag will say {self.wanted}"
        return f"{place}: change line {self.file.line} to {self.wanted}{self._command()}"

    def _command(self) -> str:
        name, folder = self.file.path.rpartition("/")[2], self.file.path.rpartition("/")[0]
        known = {"package.json": f"npm version {self.wanted} --no-git-tag-version"}
        if name not in known:
            return (
                " (and in the lock file, where it stands there)"
                if name in ("Cargo.toml", "pyproject.toml")
                else ""
            )
        return f" ({known[name]}{f' in {folder}' if folder else ''})"


def behind(ctx: Context, git: Git, tree: str, tag: str = "") -> list[Behind]:
    """Return the version files of `tree` that do not name the version of `tag`, or of the next tag. Raises GitError.

    Only files count that named the version at the last release: others have never followed the tags.
    """
    if policy.tag_placement(ctx.record) == "off":
        return []
    last = base_tag(ctx)
    wanted = versions.version_in(tag or planned(ctx))
    commit = resolve(git, tag_ref(last)) if last else None
    if not last or not wanted or not commit:
        return []
    followed = _following(git.root, commit, versions.version_in(last))
    paths = list(dict.fromkeys(path for path, _ in followed))
    now = _texts(git, tree, paths)
    outdated = [
        version
        for version in versions.versions(paths, lambda path: now.get(path, ""))
        if version.version != wanted
    ]
    return [Behind(file, wanted) for file in outdated if (file.path, file.key) in followed]


def notes_missing(ctx: Context, git: Git, changed: list[str]) -> list[release_notes.Missing]:
    """Return what the release needs besides the code and the change does not include. Raises GitError."""
    tagged = policy.tag_placement(ctx.record) != "off"
    version = versions.version_in(planned(ctx)) if tagged else ""

    def read(path: str) -> str:
        return _texts(git, ctx.base, [path]).get(path, "")

    return release_notes.missing(_paths(git.root, ctx.base), read, changed, version)


@lru_cache(maxsize=8)
def _following(root: str, commit: str, version: str) -> frozenset[tuple[str, str]]:
    """Return the files of a release, with their keys, that name its version; cached, since a commit never changes."""
    git = Git(root)
    paths = versions.candidates(_paths(root, commit))
    then = _texts(git, commit, paths)
    read = versions.versions(paths, lambda path: then.get(path, ""))
    return frozenset((file.path, file.key) for file in read if file.version == version)


@lru_cache(maxsize=8)
def _paths(root: str, commit: str) -> tuple[str, ...]:
    """Return the paths of a commit."""
    out = Git(root).run("ls-tree", "-r", "--name-only", "-z", "--full-tree", commit).stdout
    return tuple(os.fsdecode(name) for name in out.split(b"\0") if name)


def _texts(git: Git, tree: str, paths: list[str]) -> dict[str, str]:
    """Return files of a tree as texts, with one call; missing ones are left out."""
    asked = [path for path in paths if "\n" not in path]
    lines = b"".join(os.fsencode(f"{tree}:{path}\n") for path in asked)
    data = git.run("cat-file", "--batch", stdin=lines).stdout if asked else b""
    out: dict[str, str] = {}
    place = 0
    for path in asked:
        end = data.find(b"\n", place)
        head = data[place:end].rsplit(b" ", 2)
        place = end + 1
        if len(head) == 3 and head[1] == b"blob" and head[2].isdigit():
            size = int(head[2])
            out[path] = data[place : place + min(size, _LARGEST)].decode("utf-8", "replace")
            place += size + 1
        elif len(head) == 3 and head[2].isdigit():
            place += int(head[2]) + 1
    return out
