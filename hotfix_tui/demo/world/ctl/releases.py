"""The deployed copies of one environment, the pointer to the serving one, and the log of deployments.

What only a deployment needs is imported late: what is live is asked for every few seconds, by a new process.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from .place import CtlError

RELEASE_FILE = "release.json"

_REPOSITORY_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
)


class Entry(NamedTuple):
    """One line of the log: when (UTC), what (deploy, rollback, failed), which commit, by whom."""

    at: str
    action: str
    commit: str
    by: str

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.commit} {self.by}"


def git(repository: Path, *arguments: str) -> bytes:
    """Run git in a repository; CtlError with git's own first line if it fails."""
    import subprocess

    # When called from a hook, these would point at a repository other than the requested one.
    env = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    try:
        result = subprocess.run(
            ["git", *arguments],
            cwd=repository,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise CtlError("There is no git on the PATH; install it first.") from None
    if result.returncode != 0:
        lines = result.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise CtlError(f"git {arguments[0]} failed in {repository}: {lines[0]}")
    return result.stdout


def resolve(repository: Path, name: str) -> str:
    """Return the full id of a commit; CtlError if the repository does not have it."""
    try:
        id_ = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    except CtlError:
        raise CtlError(f"{repository} has no commit {name!r}.") from None
    return id_.decode().strip()


def export(folder: Path, repository: Path, commit: str) -> Path:
    """Copy exactly one commit (its full id) into ``folder/releases`` and record there which one it is."""
    import io
    import shutil
    import tarfile

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
    """Return a deployed copy's version, such as ``v2.3.4``; the short commit if it has none."""
    try:
        said = json.loads((folder / "releases" / commit / RELEASE_FILE).read_text(encoding="utf-8"))
        return str(said["version"])
    except (OSError, ValueError, KeyError):
        return commit[:9]


def current(folder: Path) -> str:
    """Return the commit that the pointer names; CtlError before the first deployment."""
    try:
        return (folder / "current").readlink().name
    except OSError:
        raise CtlError(f"Nothing is deployed in {folder} yet.") from None


def point(folder: Path, commit: str) -> None:
    """Switch the pointer to another deployed copy, atomically."""
    scratch = folder / "current.new"
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(Path("releases") / commit)
    scratch.replace(folder / "current")


def mark_failed(folder: Path, commit: str) -> None:
    """Record that a copy did not start; an empty ``commit`` removes the mark."""
    mark = folder / "failed"
    if commit:
        mark.write_text(commit, encoding="ascii")
    else:
        mark.unlink(missing_ok=True)


def has_failed(folder: Path, commit: str) -> bool:
    """Return whether the host tried to start a copy and could not."""
    try:
        return (folder / "failed").read_text(encoding="ascii") == commit
    except OSError:
        return False


def deployed(folder: Path, name: str) -> str | None:
    """Return the deployed copy with a commit id or prefix; None if there is none or more than one."""
    copies = [path.name for path in (folder / "releases").iterdir() if path.name.startswith(name.lower())]
    return copies[0] if len(copies) == 1 and len(name) >= 7 else None


def previous(folder: Path) -> str:
    """Return the commit that served before the current one; CtlError if there was none."""
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
    """Return the log of deployments, oldest first."""
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
