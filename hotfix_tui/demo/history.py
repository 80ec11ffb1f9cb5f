"""The history of the drill's service, replayed from patches: the same commits every time, dated shortly before
today.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from hotfix_tui.base.errors import HotfixError

WORLD = Path(__file__).parent / "world"
LIVE_TAG = "v2.3.4"
_NAME, _EMAIL = "Ines Okafor", "ines@tokend.example"
RELEASE_LINE = "release/2.2"

_BRANCHES = (("main", ""), (RELEASE_LINE, "v2.2.0"), ("develop", "main"))
"""Each branch and where it starts; its patches are in the folder of that name."""

_TAGS = {
    "main": {
        "v1.0.0": 3,
        "v1.1.0": 4,
        "v2.0.0": 5,
        "v2.1.0": 6,
        "v2.2.0": 7,
        "v2.3.0": 8,
        "v2.3.1": 9,
        "v2.3.2": 10,
        "v2.3.3": 11,
        LIVE_TAG: 13,
    },
    RELEASE_LINE: {"v2.2.1": 1, "v2.2.2": 2},
}
"""The tagged patch for each version: branch and number, counted from 1."""


class DemoError(HotfixError):
    """The drill cannot be built or run; the text is one sentence for people."""


@dataclass(frozen=True)
class DrillGit:
    """Git in one folder, isolated from the user's settings."""

    folder: Path

    def __call__(self, *arguments: str, feed: str = "", index: Path | None = None) -> str:
        """Run git and return its output; ``feed`` is its input. Raises DemoError with git's first line."""
        import subprocess

        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        env |= {"GIT_COMMITTER_NAME": _NAME, "GIT_COMMITTER_EMAIL": _EMAIL}
        if index is not None:
            env["GIT_INDEX_FILE"] = str(index)
        try:
            result = subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env=env,
                input=feed,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except FileNotFoundError:
            raise DemoError(
                "The drill needs git, and there is no git on the PATH; install it first."
            ) from None
        if result.returncode != 0:
            lines = (result.stderr or result.stdout).strip().splitlines() or ["it gave no reason"]
            raise DemoError(f"The drill cannot be built: git {arguments[0]} failed: {lines[0]}")
        return result.stdout.strip()


def replay(folder: Path, *, on_plans: bool = False) -> DrillGit:
    """Build the whole history in a new repository in ``folder``: branches and annotated tags.

    With ``on_plans`` the release line has also changed the lines that the fix changes.
    """
    folder.mkdir(parents=True)
    git = DrillGit(folder)
    git("init", "--quiet", "--initial-branch=main")
    # No background process may outlive the build.
    git("config", "gc.auto", "0")
    patches = {branch: _patches(branch.replace("/", "-")) for branch, _ in _BRANCHES}
    if on_plans:
        patches[RELEASE_LINE] += _patches("release-2.2-on-plans")
    later = _days_since([text for texts in patches.values() for text in texts])
    for branch, begins in _BRANCHES:
        if begins:
            git("checkout", "--quiet", "-b", branch, begins)
        made = _ids(git) if begins else {}
        mails = "".join(_taken_from(_on_later_days(text, later), made) for text in patches[branch])
        git("am", "--quiet", "--committer-date-is-author-date", "--patch-format=mbox", feed=mails)
        _tag(git, branch, len(patches[branch]))
    git("checkout", "--quiet", "main")
    return git


_DATE = re.compile(r"^Date: (.+)$", re.MULTILINE)

NEWEST_BEFORE = timedelta(hours=4)
"""Minimum age of a drill's newest commit; whole days are added, so that the times of day stay."""


def _patches(name: str) -> list[str]:
    """Return the mails with the changes in one folder, oldest first."""
    folder = WORLD / "history" / name
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.patch"))]


def _made(mail: str) -> datetime:
    match = _DATE.search(mail)
    assert match is not None
    return parsedate_to_datetime(match.group(1))


def _days_since(mails: list[str]) -> timedelta:
    """Return by how many days to shift everything, so that the last commit is from today or yesterday."""
    newest = max(map(_made, mails))
    return timedelta(days=max((datetime.now(UTC) - NEWEST_BEFORE - newest).days, 0))


def _on_later_days(mail: str, later: timedelta) -> str:
    """Return the mail with its date shifted by that many days."""
    return _DATE.sub(f"Date: {format_datetime(_made(mail) + later)}", mail, count=1)


_PICKED = re.compile(r"^\(cherry picked from commit [0-9a-f]+\)$", re.MULTILINE)
_SUBJECT = re.compile(r"^Subject: \[PATCH\] (.+(?:\n .+)*)$", re.MULTILINE)


def _ids(git: DrillGit) -> dict[str, str]:
    """Return the commits made so far, by subject."""
    log = git("log", "--all", "--format=%s%x00%H").splitlines()
    return dict(line.split("\0", 1) for line in reversed(log))


def _taken_from(mail: str, made: dict[str, str]) -> str:
    """Return the mail; if it says that it was picked from a commit, with the id of the commit of that subject."""
    subject = _SUBJECT.search(mail)
    commit = made.get(subject.group(1).replace("\n ", " "), "") if subject else ""
    return _PICKED.sub(f"(cherry picked from commit {commit})", mail) if commit else mail


def _tag(git: DrillGit, branch: str, patches: int) -> None:
    """Create the annotated tags of one branch, each dated like its commit."""
    log = git("log", f"-{patches}", "--reverse", "--format=%H %cd", "--date=raw", branch).splitlines()
    stream = ""
    for tag, number in _TAGS.get(branch, {}).items():
        commit, date = log[number - 1].split(" ", 1)
        message = f"tokend {tag.removeprefix('v')}\n"
        stream += (
            f"tag {tag}\nfrom {commit}\ntagger {_NAME} <{_EMAIL}> {date}\ndata {len(message)}\n{message}"
        )
    git("fast-import", "--quiet", feed=stream)


def rework(git: DrillGit, first: Path, second: Path, scratch: Path) -> str:
    """Return the patch from the live version with ``first`` applied to the live version with ``second`` applied."""
    trees = []
    for patch in (first, second):
        git("read-tree", LIVE_TAG, index=scratch)
        git("apply", "--cached", str(patch), index=scratch)
        trees.append(git("write-tree", index=scratch))
    scratch.unlink()
    # The context may end in blank lines, which are stripped from the end of git's output.
    return git("diff", "--full-index", "--unified=2", *trees) + "\n"


def file_with(git: DrillGit, patch: Path, path: str, scratch: Path) -> str:
    """Return the content of a file of the live version once ``patch`` is applied."""
    git("read-tree", LIVE_TAG, index=scratch)
    git("apply", "--cached", str(patch), index=scratch)
    text = git("show", f":{path}", index=scratch)
    scratch.unlink()
    return text
