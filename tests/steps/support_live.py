"""Histories for questions about what is live: many commits, branches and tags of given ages, made in one call of
git.
"""

import subprocess
from datetime import timedelta
from pathlib import Path

from tests.gitworld import World
from tests.steps.support import NOW, Incident


class History:
    """A history in the making: commits and tags a given number of days before `NOW`, written by git fast-import."""

    def __init__(self) -> None:
        self.stream: list[str] = []
        self.heads: dict[str, int] = {}
        self.marks = 0

    def commit(
        self,
        branch: str = "main",
        days: float = 100,
        count: int = 1,
        start: str = "",
        files: dict[str, str] | None = None,
    ) -> "History":
        """Add commits to `branch`, the last one `days` ago; a new branch begins at the head of `start`, or of main.

        `files` are also written, in each of them.
        """
        for number in range(count):
            self.marks += 1
            at = _stamp(days, number - count + 1)
            text = f"{branch} {self.marks}"
            lines = [
                f"commit refs/heads/{branch}",
                f"mark :{self.marks}",
                f"committer Ann <ann@example.com> {at}",
            ]
            lines += [f"data {len(text)}", text]
            parent = self.heads.get(branch, self.heads.get(start or "main"))
            if parent is not None:
                lines.append(f"from :{parent}")
            name = f"{branch.replace('/', '-')}-{self.marks % 5}.txt"
            for path, content in {name: text, **(files or {})}.items():
                lines += [f"M 100644 inline {path}", f"data {len(content.encode())}", content]
            self.stream.append("\n".join(lines) + "\n")
            self.heads[branch] = self.marks
        return self

    def tag(self, name: str, branch: str = "main", days: float | None = None) -> "History":
        """Tag the head of `branch`; annotated, with its own time, if `days` is given."""
        if days is None:
            self.stream.append(f"reset refs/tags/{name}\nfrom :{self.heads[branch]}\n\n")
        else:
            tagger = f"tagger Ann <ann@example.com> {_stamp(days, 0)}"
            self.stream.append(
                f"tag {name}\nfrom :{self.heads[branch]}\n{tagger}\ndata {len(name)}\n{name}\n"
            )
        return self

    def release(self, name: str, branch: str = "main", days: float = 100) -> "History":
        """Add a commit and tag it."""
        return self.commit(branch, days).tag(name, branch)

    def delete(self, branch: str) -> "History":
        """Remove a branch; its commits stay where a tag holds them."""
        self.stream.append(f"reset refs/heads/{branch}\nfrom {'0' * 40}\n\n")
        return self

    def into(self, folder: Path, *options: str, **config: object) -> Incident:
        """Write it to a remote below `folder`; return an incident in a clone made with `options`."""
        bare = folder / "shop.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
        subprocess.run(
            ["git", "fast-import", "--quiet", "--force"],
            cwd=bare,
            input="".join(self.stream).encode(),
            check=True,
        )
        return cloned(folder, *options, **config)


def cloned(folder: Path, *options: str, **config: object) -> Incident:
    """Return an incident in a clone of the remote below `folder`, after a look at the repository."""
    bare, path = folder / "shop.git", folder / "clone"
    subprocess.run(
        ["git", "clone", "-q", *options, f"file://{bare}", str(path)], check=True, capture_output=True
    )
    world = World.__new__(World)
    world.path, world.time = path, int(NOW.timestamp())
    directory = folder / "incident"
    directory.mkdir()
    incident = Incident(world, directory, **config)
    incident.probe("branch.preflight")
    return incident


def _stamp(days: float, minutes: int) -> str:
    at = NOW - timedelta(days=days) + timedelta(minutes=minutes)
    return f"{int(at.timestamp())} +0000"
