"""The files of a commit, accessed like those of a checkout: pipelines run what was pushed, not what is checked out
here.

Apart from the triggers that are read through it: it only has to look like a folder to `detect`.
"""

import os
from functools import cached_property

from hotfix_tui.detect.tree import Tree
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.steps.contract import if_git_fails

_LARGEST = 1_000_000


class CommitTree(Tree):
    """A commit's files. Anything missing, unreadable or broken reads as empty, as in a checkout."""

    def __init__(self, git: Git, commit: str) -> None:
        super().__init__("")
        self._git = git
        self._commit = commit
        self._below: dict[str, CommitTree] = {}

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        """The names in each folder."""
        try:
            out = self._git.run("ls-tree", "-r", "--name-only", "-z", "--full-tree", self._commit).stdout
        except GitError:
            return {}
        folders: dict[str, set[str]] = {"": set()}
        for raw in out.split(b"\0"):
            path = os.fsdecode(raw)
            while path:
                folder, _, name = path.rpartition("/")
                known = folders.setdefault(folder, set())
                if name in known:
                    break
                known.add(name)
                path = folder
        return folders

    def names(self, folder: str = "") -> list[str]:
        """Return the names in a folder, sorted."""
        return sorted(self._folders.get(folder.strip("/"), ()))

    def has(self, path: str) -> bool:
        """Return whether there is a file or folder at the path, a folder when it ends with ``/``."""
        bare = path.strip("/")
        if path.endswith("/"):
            return bare in self._folders
        folder, _, name = bare.rpartition("/")
        return name in self._folders.get(folder, ())

    def text(self, path: str) -> str:
        """Return a file's text; bytes that are not UTF-8 are replaced."""
        if path not in self._texts:
            self._texts[path] = self._read(path) if self.has(path) else ""
        return self._texts[path]

    def below(self, folder: str) -> Tree:
        """Return the files below a folder of this tree."""
        folder = folder.strip("/")
        if not folder:
            return self
        if folder not in self._below:
            tree = self._below[folder] = CommitTree(self._git, self._spec(folder))
            inside = f"{folder}/"
            tree._folders = {  # git is not asked again: the whole tree is known
                path[len(inside) :]: names
                for path, names in self._folders.items()
                if path == folder or path.startswith(inside)
            }
        return self._below[folder]

    def _spec(self, path: str) -> str:
        """Return git's name for a path of this tree."""
        return f"{self._commit}/{path}" if ":" in self._commit else f"{self._commit}:{path}"

    @if_git_fails("")
    def _read(self, path: str) -> str:
        blob = self._git.run("cat-file", "blob", self._spec(path), ok=(0, 1, 128), limit=_LARGEST)
        return blob.stdout.decode("utf-8-sig", "replace")
