"""Real repositories with fixed dates and names, cut off from the machine's own git configuration."""

import os
import subprocess
from pathlib import Path

NO_CONFIG = "/dev/null/none"
"""A file of settings that cannot be there: to set one fails. In `/dev/null` itself it would, for root, replace the
machine's by a file.
"""

IDENTITY = {
    "GIT_CONFIG_GLOBAL": NO_CONFIG,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
}


class World:
    """One repository to act on in tests."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        self.time = 1_700_000_000
        path.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "main", *init)

    def __call__(self, *args: str, ok: bool = True, **env: str) -> str:
        stamp = f"{self.time} +0000"
        run = subprocess.run(
            ["git", *args],
            cwd=self.path,
            env=os.environ | {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp} | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        if ok:
            assert run.returncode == 0, (args, run.stdout, run.stderr)
        return os.fsdecode(run.stdout).strip()

    def write(self, name: str, text: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def commit(self, message: str = "change", **files: str) -> str:
        """Write `files` (a dot as two underscores), stage everything, commit; a minute later each time."""
        for name, text in files.items():
            self.write(name.replace("__", "."), text)
        self.time += 60
        self("add", "-A")
        self("commit", "-q", "--allow-empty", "-m", message)
        return self("rev-parse", "HEAD")

    def clone(self, path: Path, *options: str) -> "World":
        subprocess.run(
            ["git", "clone", "-q", *options, f"file://{self.path}", str(path)],
            check=True,
            capture_output=True,
        )
        other = World.__new__(World)
        other.path, other.time = path, self.time
        return other


def lines(*numbers: int) -> str:
    """Return a file of numbered lines."""
    return "".join(f"line {number}\n" for number in numbers)


def fingerprint(path: Path) -> dict[str, tuple]:
    """Return every file under `path` outside .git with its bytes, mode and times, and the index and refs of its
    .git.
    """
    entries = {}
    for root, _, names in os.walk(path):
        if ".git" in Path(root).relative_to(path).parts:
            continue
        for name in names:
            file = Path(root, name)
            state = file.lstat()
            content = os.readlink(file) if file.is_symlink() else file.read_bytes()
            entries[str(file)] = (content, state.st_mode, state.st_mtime_ns, state.st_ino)
    for name in ("index", "HEAD", "ORIG_HEAD", "packed-refs"):
        file = path / ".git" / name
        if file.exists():
            entries[str(file)] = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)
    return entries
