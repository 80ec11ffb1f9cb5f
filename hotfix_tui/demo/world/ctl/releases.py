"""The deployed copies of one environment, the pointer to the one that serves, and the log of deployments."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .place import CtlError

RELEASE_FILE = "release.json"

_REPOSITORY_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
)


@dataclass(frozen=True)
class Entry:
    """One line of the log: when (UTC), what (deploy, rollback, failed), which commit, by whom."""

    at: str
    action: str
    commit: str
    by: str

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.commit} {self.by}"


def git(repository: Path, *arguments: str) -> bytes:
    """Run git in a repository; CtlError with git's own first line when it fails."""
    # Called from a hook, these would name another repository than the folder that was asked for.
    env = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    try:
        found = subprocess.run(
            ["git", *arguments],
            cwd=repository,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise CtlError("There is no git on the PATH; install it first.") from None
    if found.returncode != 0:
        lines = found.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise CtlError(f"git {arguments[0]} failed in {repository}: {lines[0]}")
    return found.stdout


def resolve(repository: Path, name: str) -> str:
    """The full id of a commit; CtlError when the repository does not have it."""
    try:
        found = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    except CtlError:
        raise CtlError(f"{repository} has no commit {name!r}.") from None
    return found.decode().strip()


def export(folder: Path, repository: Path, commit: str) -> Path:
    """Copy exactly one commit (its full id) into ``folder/releases`` and say there which one it is."""
    target = folder / "releases" / commit
    if (target / RELEASE_FILE).exists():
        return target
    scratch = folder / "releases" / f".{commit}.{os.getpid()}"
    for left in (target, *(folder / "releases").glob(f".{commit}.*")):
        shutil.rmtree(left, ignore_errors=True)
    scratch.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(git(repository, "archive", "--format=tar", commit))) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(scratch, filter="data")
        else:
            archive.extractall(scratch)
    version = git(repository, "describe", "--tags", "--always", commit).decode().strip()
    (scratch / RELEASE_FILE).write_text(json.dumps({"commit": commit, "version": version}), encoding="utf-8")
    scratch.rename(target)
    return target


def version(folder: Path, commit: str) -> str:
    """What a deployed copy calls itself, such as ``v2.3.4``; the short commit when it does not say."""
    try:
        said = json.loads((folder / "releases" / commit / RELEASE_FILE).read_text(encoding="utf-8"))
        return str(said["version"])
    except (OSError, ValueError, KeyError):
        return commit[:9]


def current(folder: Path) -> str:
    """The commit that the pointer names; CtlError before the first deployment."""
    try:
        return (folder / "current").readlink().name
    except OSError:
        raise CtlError(f"Nothing is deployed in {folder} yet.") from None


def point(folder: Path, commit: str) -> None:
    """Let the pointer name another deployed copy, in one step."""
    scratch = folder / "current.new"
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(Path("releases") / commit)
    scratch.replace(folder / "current")


def mark_failed(folder: Path, commit: str) -> None:
    """Say that a copy did not start; an empty ``commit`` takes the mark away."""
    mark = folder / "failed"
    if commit:
        mark.write_text(commit, encoding="ascii")
    else:
        mark.unlink(missing_ok=True)


def has_failed(folder: Path, commit: str) -> bool:
    """Whether the host has tried to start a copy and could not."""
    try:
        return (folder / "failed").read_text(encoding="ascii") == commit
    except OSError:
        return False


def deployed(folder: Path, name: str) -> str | None:
    """The deployed copy that a commit id or its beginning means; None when there is none or more than one."""
    found = [path.name for path in (folder / "releases").iterdir() if path.name.startswith(name.lower())]
    return found[0] if len(found) == 1 and len(name) >= 7 else None


def previous(folder: Path) -> str:
    """The commit that served before the current one; CtlError when there was none."""
    now = current(folder)
    served = [entry.commit for entry in history(folder) if entry.action != "failed"]
    while served and served[-1] != now:
        served.pop()
    while served and served[-1] == now:
        served.pop()
    if not served:
        raise CtlError(f"Nothing was deployed before {now[:9]}.")
    return served[-1]


def history(folder: Path) -> list[Entry]:
    """The log of deployments, oldest first."""
    try:
        lines = (folder / "deploys.log").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Entry(*line.split(" ", 3)) for line in lines if line.count(" ") >= 3]


def note(folder: Path, action: str, commit: str, by: str, at: datetime | None = None) -> None:
    """Add one line to the log of deployments."""
    moment = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with (folder / "deploys.log").open("a", encoding="utf-8") as log:
        log.write(f"{Entry(moment, action, commit, by)}\n")
