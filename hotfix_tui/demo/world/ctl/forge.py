"""The drill's own forge: pull requests of the bare repository, with checks, a review, rules, and a merge.

What it does is real (branches, checks of exactly what was pushed, a merge in the bare repository); the people who
review there are not, and its pages say so.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import forge_checks
from .place import CtlError, Place

REVIEWER, LINE_KEEPER, BOT = "tomas", "zoe", "backport-bot"
"""The colleague who looks at a hotfix, the one who keeps the other lines, and who opens requests of backports."""

PRODUCTION = "main"
METHODS = ("merge", "squash")
PUSHED = "pushed"
"""The file that the hook of the bare repository writes to at each push."""

_PATIENCE = 2.0
"""Seconds that the colleague takes to look at a change whose checks have passed."""


class Refused(Exception):
    """The forge does not do that; the text is one sentence."""


@dataclass
class Request:
    """One pull request. ``checks`` and ``reviews`` are about the commit ``head``, or say which one they are about."""

    number: int
    title: str
    body: str
    head_branch: str
    base: str
    head: str
    author: str
    created_at: str
    state: str = "open"
    merged_at: str = ""
    merged_commit: str = ""
    passed_at: float = 0.0
    """When all checks of ``head`` had passed, in seconds since 1970."""
    checks: list[dict[str, str]] = field(default_factory=list)
    reviews: list[dict[str, str]] = field(default_factory=list)


class Forge:
    """The pull requests of one repository; safe to use from several threads."""

    def __init__(self, place: Place, repository: Path, web: str) -> None:
        self.place, self.repository, self.web = place, repository, web
        self.folder = place.root / "forge"
        self._state = self.folder / "requests.json"
        self._lock = threading.RLock()
        self._requests = self._load()
        self._pushed_at = -1.0
        self._running: set[str] = set()

    # What there is

    def requests(self) -> list[dict[str, Any]]:
        """Every request as it stands now, the newest first."""
        with self._lock:
            return [self._told(one) for one in reversed(self._requests)]

    def request(self, number: int) -> dict[str, Any]:
        """One request as it stands now. Raises Refused where there is none."""
        with self._lock:
            return self._told(self._one(number))

    def branches(self) -> dict[str, str]:
        """Every branch with its commit."""
        text = self._git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
        return dict(line.rsplit(" ", 1) for line in text.splitlines())

    def commits(self, request: dict[str, Any]) -> list[str]:
        """What a request would bring, a line a commit."""
        spread = f"{request['base']}..{request['head']}"
        return self._git("log", "--format=%h %s", spread, "--").splitlines()

    # What people do

    def open(self, base: str, head: str, title: str, body: str, author: str) -> dict[str, Any]:
        """Open a request from one branch into another. Raises Refused."""
        with self._lock:
            there = self.branches()
            for name in (base, head):
                if name not in there:
                    raise Refused(f"There is no branch {name!r} here.")
            for one in self._requests:
                if (one.head_branch, one.base, one.state) == (head, base, "open"):
                    raise Refused(f"Request {one.number} from {head} into {base} is open already.")
            if not self._git("rev-list", "--max-count=1", f"{there[base]}..{there[head]}"):
                raise Refused(f"{base} holds everything of {head}.")
            made = Request(len(self._requests) + 1, title, body, head, base, there[head], author, _now())
            self._requests.append(made)
            self._begin_checks(made)
            self._save()
            return self._told(made)

    def edit(self, number: int, title: str, body: str) -> dict[str, Any]:
        """Give a request another title and text. Raises Refused."""
        with self._lock:
            one = self._one(number)
            one.title, one.body = title, body
            self._save()
            return self._told(one)

    def close(self, number: int) -> dict[str, Any]:
        """Close a request that is not merged. Raises Refused."""
        with self._lock:
            one = self._one(number)
            if one.state == "merged":
                raise Refused(f"Request {number} is merged.")
            one.state = "closed"
            self._save()
            return self._told(one)

    def review(self, number: int, author: str, state: str, said: str) -> dict[str, Any]:
        """Take in what somebody says of the commit at the head. Raises Refused."""
        with self._lock:
            one = self._one(number)
            if one.state != "open":
                raise Refused(f"Request {number} is {one.state}.")
            kept = [review for review in one.reviews if review["author"] != author]
            fresh = {"author": author, "state": state, "commit": one.head, "at": _now(), "said": said}
            one.reviews = [*kept, fresh]
            self._save()
            return self._told(one)

    def merge(self, number: int, method: str, head: str, *, bypass: bool = False) -> dict[str, Any]:
        """Merge a request at exactly the commit ``head``, and move its base. Raises Refused."""
        with self._lock:
            one = self._one(number)
            if one.state != "open":
                raise Refused(f"Request {number} is {one.state}.")
            if one.head != head:
                raise Refused(f"The head of request {number} is {one.head[:9]}, not {head[:9]}.")
            if method not in METHODS:
                raise Refused(f"This repository allows {' and '.join(METHODS)}, not {method}.")
            missing = self._missing(one)
            if missing and not bypass:
                raise Refused(f"The rules of {one.base} block the merge: {missing}.")
            one.merged_commit = self._merged(one, method)
            one.state, one.merged_at = "merged", _now()
            self._save()
            return self._told(one)

    # What goes on by itself

    def follow(self) -> None:
        """Take in what was pushed since, and let the colleagues do what is due."""
        try:
            at = (self.folder / PUSHED).stat().st_mtime
        except OSError:
            at = 0.0
        with self._lock:
            if at != self._pushed_at:
                self._pushed_at = at
                self._take_in()
            for one in [one for one in self._requests if one.state == "open"]:
                self._colleagues(one)

    def _take_in(self) -> None:
        there = self.branches()
        for one in self._requests:
            head = there.get(one.head_branch, "")
            if one.state == "open" and head and head != one.head:
                one.head, one.passed_at = head, 0.0
                self._begin_checks(one)
        known = {one.head_branch for one in self._requests}
        for name in sorted(there):
            if name.startswith("backport/") and name not in known:
                self._open_backport(name, there)
        self._save()

    def _open_backport(self, name: str, there: dict[str, str]) -> None:
        """Open the request of a backport's branch, into the line that it begins at the end of."""
        lines = [one for one in there if not one.startswith(("backport/", "hotfix/")) and one != PRODUCTION]
        for line in lines:
            if self._git("merge-base", there[line], there[name]) == there[line] != there[name]:
                title = self._git("log", "-1", "--format=%s", there[name])
                self.open(line, name, f"{title} ({line})", f"A backport to {line}.", BOT)
                return

    def _colleagues(self, one: Request) -> None:
        """The review that a hotfix waits for, and the merge of a backport, a few seconds after the checks."""
        patience = 0.0 if one.author == BOT else _PATIENCE * self.place.pace
        if not one.passed_at or time.time() - one.passed_at < patience:
            return
        if one.author == BOT:
            self.review(one.number, LINE_KEEPER, "approved", "Fits this line, too.")
            try:
                self.merge(one.number, "merge", one.head)
            except Refused as no:
                self.review(one.number, LINE_KEEPER, "changes-requested", str(no))
        elif not any(review["commit"] == one.head for review in one.reviews):
            self.review(
                one.number, REVIEWER, "approved", "Small, and the new test fails without it. Go ahead."
            )

    # Checks

    def _begin_checks(self, one: Request) -> None:
        one.checks = [
            {"name": name, "state": "pending", "word": "queued", "started": "", "ended": "", "said": ""}
            for name in forge_checks.NAMES
        ]
        key = f"{one.number} {one.head}"
        if key not in self._running:
            self._running.add(key)
            threading.Thread(target=self._check, args=(one, one.head, key), daemon=True).start()

    def _check(self, one: Request, head: str, key: str) -> None:
        """Run every check on one commit; what belongs to a head that is gone by then is dropped."""
        try:
            with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
                for name in forge_checks.NAMES:
                    self._put(one, head, name, state="pending", word="in_progress", started=_now())
                    time.sleep(0.0 if one.author == BOT else 0.4 * self.place.pace)
                    found = forge_checks.run(name, self.repository, Path(scratch), one.base, head)
                    (self.folder / f"{one.number}-{name}.log").write_text(found.log, encoding="utf-8")
                    self._put(one, head, name, state=found.state, word="", ended=_now(), said=found.said)
        except (OSError, CtlError) as error:
            for name in forge_checks.NAMES:
                self._put(one, head, name, state="fail", word="", ended=_now(), said=str(error))
        with self._lock:
            self._running.discard(key)

    def _put(self, one: Request, head: str, name: str, **fields: str) -> None:
        with self._lock:
            if one.head == head:
                next(check for check in one.checks if check["name"] == name).update(fields)
                # Saved with the last check: a forge that ends between the two would wait for a colleague for good.
                if all(check["state"] == "pass" for check in one.checks):
                    one.passed_at = time.time()
                self._save()

    # Merging

    def _missing(self, one: Request) -> str:
        """What the rules still ask for; empty where nothing is missing."""
        if any(check["state"] != "pass" for check in one.checks):
            return "not every check has passed"
        now = [review for review in one.reviews if review["commit"] == one.head]
        if any(review["state"] == "changes-requested" for review in now):
            return "changes are requested"
        if not any(review["state"] == "approved" and review["author"] != one.author for review in now):
            return "nobody has approved its last commit"
        return ""

    def _merged(self, one: Request, method: str) -> str:
        """Merge in a checkout of its own and move the base; return the commit that it is at then. Raises Refused."""
        base = self.branches()[one.base]
        who = {"GIT_AUTHOR_NAME": "The drill's forge", "GIT_AUTHOR_EMAIL": "forge@tokend.example"}
        who |= {"GIT_COMMITTER_NAME": who["GIT_AUTHOR_NAME"], "GIT_COMMITTER_EMAIL": who["GIT_AUTHOR_EMAIL"]}
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            tree = str(Path(scratch) / "tree")
            self._git("worktree", "add", "--quiet", "--detach", tree, base)
            try:
                if method == "squash":
                    self._git("merge", "--quiet", "--squash", one.head, at=tree, env=who)
                    self._git("commit", "--quiet", "-m", f"{one.title} (#{one.number})", at=tree, env=who)
                else:
                    said = f"Merge pull request #{one.number} from {one.head_branch}\n\n{one.title}"
                    self._git("merge", "--quiet", "--no-ff", "-m", said, one.head, at=tree, env=who)
                commit = self._git("rev-parse", "HEAD", at=tree)
            except CtlError:
                raise Refused(f"{one.head_branch} conflicts with {one.base}.") from None
            finally:
                self._git("worktree", "remove", "--force", tree)
        self._git("update-ref", f"refs/heads/{one.base}", commit, base)
        return commit

    # Keeping

    def _one(self, number: int) -> Request:
        found = next((one for one in self._requests if one.number == number), None)
        if found is None:
            raise Refused(f"There is no pull request {number} here.")
        return found

    def _told(self, one: Request) -> dict[str, Any]:
        """A request with what follows from it: the decision, and whether it may be merged."""
        missing = self._missing(one) if one.state == "open" else ""
        now = [review["state"] for review in one.reviews if review["commit"] == one.head]
        decision = "review-required"
        if "changes-requested" in now:
            decision = "changes-requested"
        elif "approved" in now:
            decision = "approved"
        more = {"url": f"{self.web}/pull/{one.number}", "decision": decision, "missing": missing}
        return {**asdict(one), **more, "mergeable": "blocked" if missing else "clean"}

    def _git(self, *arguments: str, at: str = "", env: dict[str, str] | None = None) -> str:
        """Run git in the bare repository, or in a checkout of it; CtlError with its first line when it fails."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}
        found = subprocess.run(
            ["git", *arguments],
            cwd=at or self.repository,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if found.returncode:
            lines = (found.stderr or found.stdout).strip().splitlines() or ["it gave no reason"]
            raise CtlError(f"git {arguments[0]} failed: {lines[0]}")
        return found.stdout.strip()

    def _load(self) -> list[Request]:
        try:
            return [Request(**one) for one in json.loads(self._state.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []

    def _save(self) -> None:
        scratch = self._state.with_name(self._state.name + ".new")
        scratch.write_text(json.dumps([asdict(one) for one in self._requests], indent=1), encoding="utf-8")
        scratch.replace(self._state)

    def resume(self) -> None:
        """Run again what was cut off when the forge ended before its checks did."""
        with self._lock:
            for one in self._requests:
                if one.state == "open" and any(check["state"] == "pending" for check in one.checks):
                    self._begin_checks(one)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
