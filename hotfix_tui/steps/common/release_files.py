"""Which files of a commit have to name the version of the tag, and do not: said while it can still be mended."""

import os
from functools import lru_cache
from typing import NamedTuple

from hotfix_tui.detect import release_notes, versions
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.tag_names import base_tag, planned
from hotfix_tui.steps.contract import Context

_LARGEST = 400_000


class Behind(NamedTuple):
    """A version file that does not name the next version: where, what it says, what it has to say."""

    file: versions.VersionFile
    wanted: str

    @property
    def sentence(self) -> str:
        """What is wrong, and the change that mends it."""
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
    """The version files of `tree` that do not name the version of `tag`, or of the next tag. Raises GitError.

    Only files count that named the version at the last release: what did not follow the tags then does not now.
    """
    if policy.tag_placement(ctx.record) == "off":
        return []
    last = base_tag(ctx)
    wanted = versions.version_in(tag or planned(ctx))
    commit = resolve(git, f"refs/tags/{last}") if last else None
    if not last or not wanted or not commit:
        return []
    followed = _following(git.root, commit, versions.version_in(last))
    paths = list(dict.fromkeys(path for path, _ in followed))
    now = _texts(git, tree, paths)
    found = [one for one in versions.versions(paths, lambda path: now.get(path, "")) if one.version != wanted]
    return [Behind(one, wanted) for one in found if (one.path, one.key) in followed]


def notes_missing(ctx: Context, git: Git, changed: list[str]) -> list[release_notes.Missing]:
    """What the release needs beside the code and the change does not bring. Raises GitError."""
    tagged = policy.tag_placement(ctx.record) != "off"
    version = versions.version_in(planned(ctx)) if tagged else ""

    def read(path: str) -> str:
        return _texts(git, ctx.base, [path]).get(path, "")

    return release_notes.missing(_paths(git.root, ctx.base), read, changed, version)


@lru_cache(maxsize=8)
def _following(root: str, commit: str, version: str) -> frozenset[tuple[str, str]]:
    """The files of a release, with their keys, that name its version; a commit never changes, so this is kept."""
    git = Git(root)
    paths = versions.candidates(_paths(root, commit))
    then = _texts(git, commit, paths)
    found = versions.versions(paths, lambda path: then.get(path, ""))
    return frozenset((one.path, one.key) for one in found if one.version == version)


@lru_cache(maxsize=8)
def _paths(root: str, commit: str) -> tuple[str, ...]:
    """The paths of a commit."""
    out = Git(root).run("ls-tree", "-r", "--name-only", "-z", "--full-tree", commit).stdout
    return tuple(os.fsdecode(name) for name in out.split(b"\0") if name)


def _texts(git: Git, tree: str, paths: list[str]) -> dict[str, str]:
    """Files of a tree as texts, by one call; what is missing or no file is left out."""
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
