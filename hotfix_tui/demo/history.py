"""The history of the drill's service, replayed from patches: the same commits every time, on the days before today."""

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
"""Each branch and where it begins; its patches are in the folder of its name."""

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
"""Which patch of a branch, counted from 1, each version is."""


class DemoError(HotfixError):
    """The drill cannot be built or run; the text is one sentence for people."""


@dataclass(frozen=True)
class Git:
    """Git in one folder, kept apart from the settings of the person who runs the drill."""

    folder: Path

    def __call__(self, *arguments: str, feed: str = "", index: Path | None = None) -> str:
        """Run git and return what it prints; ``feed`` is its input. Raises DemoError with git's first line."""
        import subprocess

        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        env |= {"GIT_COMMITTER_NAME": _NAME, "GIT_COMMITTER_EMAIL": _EMAIL}
        if index is not None:
            env["GIT_INDEX_FILE"] = str(index)
        try:
            found = subprocess.run(
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
        if found.returncode != 0:
            lines = (found.stderr or found.stdout).strip().splitlines() or ["it gave no reason"]
            raise DemoError(f"The drill cannot be built: git {arguments[0]} failed: {lines[0]}")
        return found.stdout.strip()


def replay(folder: Path, *, on_plans: bool = False) -> Git:
    """Build the whole history in a new repository in ``folder``: branches and annotated tags.

    With ``on_plans`` the release line has changed the place that the fix changes, too.
    """
    folder.mkdir(parents=True)
    git = Git(folder)
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
"""How long ago the newest commit of a drill is, at least; whole days are added, so that the hours stay."""


def _patches(name: str) -> list[str]:
    """The mails with the changes in one folder, the oldest first."""
    folder = WORLD / "history" / name
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.patch"))]


def _made(mail: str) -> datetime:
    found = _DATE.search(mail)
    assert found is not None
    return parsedate_to_datetime(found.group(1))


def _days_since(mails: list[str]) -> timedelta:
    """How many days later all of it happens, so that the last of it was done today or yesterday."""
    newest = max(map(_made, mails))
    return timedelta(days=max((datetime.now(UTC) - NEWEST_BEFORE - newest).days, 0))


def _on_later_days(mail: str, later: timedelta) -> str:
    """The mail with its date so many days later."""
    return _DATE.sub(f"Date: {format_datetime(_made(mail) + later)}", mail, count=1)


_PICKED = re.compile(r"^\(cherry picked from commit [0-9a-f]+\)$", re.MULTILINE)
_SUBJECT = re.compile(r"^Subject: \[PATCH\] (.+(?:\n .+)*)$", re.MULTILINE)


def _ids(git: Git) -> dict[str, str]:
    """The commits made so far, by subject."""
    log = git("log", "--all", "--format=%s%x00%H").splitlines()
    return dict(line.split("\0", 1) for line in reversed(log))


def _taken_from(mail: str, made: dict[str, str]) -> str:
    """The mail, naming the commit of the same subject where it says that it was picked from one."""
    subject = _SUBJECT.search(mail)
    commit = made.get(subject.group(1).replace("\n ", " "), "") if subject else ""
    return _PICKED.sub(f"(cherry picked from commit {commit})", mail) if commit else mail


def _tag(git: Git, branch: str, patches: int) -> None:
    """Put the annotated tags of one branch, each with the date of its commit."""
    log = git("log", f"-{patches}", "--reverse", "--format=%H %cd", "--date=raw", branch).splitlines()
    stream = ""
    for tag, number in _TAGS.get(branch, {}).items():
        commit, date = log[number - 1].split(" ", 1)
        message = f"tokend {tag.removeprefix('v')}\n"
        stream += (
            f"tag {tag}\nfrom {commit}\ntagger {_NAME} <{_EMAIL}> {date}\ndata {len(message)}\n{message}"
        )
    git("fast-import", "--quiet", feed=stream)


def rework(git: Git, first: Path, second: Path, scratch: Path) -> str:
    """The patch that leads from the live version with ``first`` applied to the live version with ``second``."""
    trees = []
    for patch in (first, second):
        git("read-tree", LIVE_TAG, index=scratch)
        git("apply", "--cached", str(patch), index=scratch)
        trees.append(git("write-tree", index=scratch))
    scratch.unlink()
    # Of the context the last lines may be blank, which is cut off with the end of what git says.
    return git("diff", "--full-index", "--unified=2", *trees) + "\n"


def file_with(git: Git, patch: Path, path: str, scratch: Path) -> str:
    """The text of a file of the live version once ``patch`` is applied."""
    git("read-tree", LIVE_TAG, index=scratch)
    git("apply", "--cached", str(patch), index=scratch)
    text = git("show", f":{path}", index=scratch)
    scratch.unlink()
    return text
