"""The drill's own forge: pull requests of the bare repository, with checks, a review, rules, and a merge.

What it does is real (branches, checks of exactly what was pushed, a merge in the bare repository); its reviewers are
not, and its pages say so.
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

from . import forge_checks
from .place import CtlError, Place

REVIEWER, LINE_KEEPER, BOT = "tomas", "zoe", "backport-bot"
"""The colleague who reviews hotfixes, the one who maintains the other lines, and the one who opens backport
requests.
"""

PRODUCTION = "main"
METHODS = ("merge", "squash")
PUSHED = "pushed"
"""The file that the hook of the bare repository writes to at each push."""

_PATIENCE = 2.0
"""Seconds that the colleague takes to review a change whose checks have passed."""


class Refused(Exception):
    """The forge refuses; the text is one sentence."""


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


@dataclass
class Shown(Request):
    """A request with what follows from it: its page, the decision, what the rules still ask for, and mergeability."""

    url: str = ""
    decision: str = "review-required"
    missing: str = ""
    mergeable: str = "clean"


class Forge:
    """The pull requests of one repository; thread-safe."""

    def __init__(self, place: Place, repository: Path, web: str) -> None:
        self.place, self.repository, self.web = place, repository, web
        self.folder = place.root / "forge"
        self._state = self.folder / "requests.json"
        self._lock = threading.RLock()
        self._requests = self._load()
        self._pushed_at = -1.0
        self._running: set[str] = set()

    # Reading

    def requests(self) -> list[Shown]:
        """Return the current state of every request, newest first."""
        with self._lock:
            return [self._told(pull) for pull in reversed(self._requests)]

    def request(self, number: int) -> Shown:
        """Return the current state of one request. Raises Refused if there is none."""
        with self._lock:
            return self._told(self._one(number))

    def branches(self) -> dict[str, str]:
        """Return every branch with its commit."""
        text = self._git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
        return dict(line.rsplit(" ", 1) for line in text.splitlines())

    def commits(self, request: Shown) -> list[str]:
        """Return what a request would bring, one line per commit."""
        spread = f"{request.base}..{request.head}"
        return self._git("log", "--format=%h %s", spread, "--").splitlines()

    # Actions by people

    def open(self, base: str, head: str, title: str, body: str, author: str) -> Shown:
        """Open a request from one branch into another. Raises Refused."""
        with self._lock:
            there = self.branches()
            for name in (base, head):
                if name not in there:
                    raise Refused(f"There is no branch {name!r} here.")
            for pull in self._requests:
                if (pull.head_branch, pull.base, pull.state) == (head, base, "open"):
                    raise Refused(f"Request {pull.number} from {head} into {base} is open already.")
            if not self._git("rev-list", "--max-count=1", f"{there[base]}..{there[head]}"):
                raise Refused(f"{base} holds everything of {head}.")
            made = Request(len(self._requests) + 1, title, body, head, base, there[head], author, _now())
            self._requests.append(made)
            self._begin_checks(made)
            self._save()
            return self._told(made)

    def edit(self, number: int, title: str, body: str) -> Shown:
        """Change the title and text of a request. Raises Refused."""
        with self._lock:
            request = self._one(number)
            request.title, request.body = title, body
            self._save()
            return self._told(request)

    def close(self, number: int) -> Shown:
        """Close a request that is not merged. Raises Refused."""
        with self._lock:
            request = self._one(number)
            if request.state == "merged":
                raise Refused(f"Request {number} is merged.")
            request.state = "closed"
            self._save()
            return self._told(request)

    def review(self, number: int, author: str, state: str, said: str) -> Shown:
        """Record a review of the head commit. Raises Refused."""
        with self._lock:
            request = self._one(number)
            if request.state != "open":
                raise Refused(f"Request {number} is {request.state}.")
            kept = [review for review in request.reviews if review["author"] != author]
            fresh = {"author": author, "state": state, "commit": request.head, "at": _now(), "said": said}
            request.reviews = [*kept, fresh]
            self._save()
            return self._told(request)

    def merge(self, number: int, method: str, head: str, *, bypass: bool = False) -> Shown:
        """Merge a request at exactly the commit ``head``, and move its base. Raises Refused."""
        with self._lock:
            request = self._one(number)
            if request.state != "open":
                raise Refused(f"Request {number} is {request.state}.")
            if request.head != head:
                raise Refused(f"The head of request {number} is {request.head[:9]}, not {head[:9]}.")
            if method not in METHODS:
                raise Refused(f"This repository allows {' and '.join(METHODS)}, not {method}.")
            missing = self._missing(request)
            if missing and not bypass:
                raise Refused(f"The rules of {request.base} block the merge: {missing}.")
            request.merged_commit = self._merged(request, method)
            request.state, request.merged_at = "merged", _now()
            self._save()
            return self._told(request)

    # Background work

    def follow(self) -> None:
        """Process pushes since the last call, and let the colleagues do what is due."""
        try:
            at = (self.folder / PUSHED).stat().st_mtime
        except OSError:
            at = 0.0
        with self._lock:
            if at != self._pushed_at:
                self._pushed_at = at
                self._take_in()
            for request in [pull for pull in self._requests if pull.state == "open"]:
                self._colleagues(request)

    def _take_in(self) -> None:
        there = self.branches()
        for pull in self._requests:
            head = there.get(pull.head_branch, "")
            if pull.state == "open" and head and head != pull.head:
                pull.head, pull.passed_at = head, 0.0
                self._begin_checks(pull)
        known = {pull.head_branch for pull in self._requests}
        for name in sorted(there):
            if name.startswith("backport/") and name not in known:
                self._open_backport(name, there)
        self._save()

    def _open_backport(self, name: str, there: dict[str, str]) -> None:
        """Open the request of a backport's branch, into the line it branched off."""
        lines = [
            branch
            for branch in there
            if not branch.startswith(("backport/", "hotfix/")) and branch != PRODUCTION
        ]
        for line in lines:
            if self._git("merge-base", there[line], there[name]) == there[line] != there[name]:
                title = self._git("log", "-1", "--format=%s", there[name])
                self.open(line, name, f"{title} ({line})", f"A backport to {line}.", BOT)
                return

    def _colleagues(self, request: Request) -> None:
        """Do the review that a hotfix waits for, and the merge of a backport, a few seconds after the checks."""
        patience = 0.0 if request.author == BOT else _PATIENCE * self.place.pace
        if not request.passed_at or time.time() - request.passed_at < patience:
            return
        if request.author == BOT:
            self.review(request.number, LINE_KEEPER, "approved", "Fits this line, too.")
            try:
                self.merge(request.number, "merge", request.head)
            except Refused as no:
                self.review(request.number, LINE_KEEPER, "changes-requested", str(no))
        elif not any(review["commit"] == request.head for review in request.reviews):
            self.review(
                request.number, REVIEWER, "approved", "Small, and the new test fails without it. Go ahead."
            )

    # Checks

    def _begin_checks(self, request: Request) -> None:
        request.checks = [
            {"name": name, "state": "pending", "word": "queued", "started": "", "ended": "", "said": ""}
            for name in forge_checks.NAMES
        ]
        key = f"{request.number} {request.head}"
        if key not in self._running:
            self._running.add(key)
            threading.Thread(target=self._check, args=(request, request.head, key), daemon=True).start()

    def _check(self, request: Request, head: str, key: str) -> None:
        """Run every check on one commit; results for a head that has been replaced are dropped."""
        try:
            with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
                for name in forge_checks.NAMES:
                    self._put(request, head, name, state="pending", word="in_progress", started=_now())
                    time.sleep(0.0 if request.author == BOT else 0.4 * self.place.pace)
                    outcome = forge_checks.run(name, self.repository, Path(scratch), request.base, head)
                    (self.folder / f"{request.number}-{name}.log").write_text(outcome.log, encoding="utf-8")
                    self._put(
                        request, head, name, state=outcome.state, word="", ended=_now(), said=outcome.said
                    )
        except (OSError, CtlError) as error:
            for name in forge_checks.NAMES:
                self._put(request, head, name, state="fail", word="", ended=_now(), said=str(error))
        with self._lock:
            self._running.discard(key)

    def _put(self, request: Request, head: str, name: str, **fields: str) -> None:
        with self._lock:
            if request.head == head:
                next(check for check in request.checks if check["name"] == name).update(fields)
                # Saved with the last check: a forge that ended between the two would wait for a colleague for
                # ever.
                if all(check["state"] == "pass" for check in request.checks):
                    request.passed_at = time.time()
                self._save()

    # Merging

    def _missing(self, request: Request) -> str:
        """Return what the rules still require; empty if nothing is missing."""
        if any(check["state"] != "pass" for check in request.checks):
            return "not every check has passed"
        now = [review for review in request.reviews if review["commit"] == request.head]
        if any(review["state"] == "changes-requested" for review in now):
            return "changes are requested"
        if not any(review["state"] == "approved" and review["author"] != request.author for review in now):
            return "nobody has approved its last commit"
        return ""

    def _merged(self, request: Request, method: str) -> str:
        """Merge in a separate checkout and move the base; return its new commit. Raises Refused."""
        base = self.branches()[request.base]
        who = {"GIT_AUTHOR_NAME": "The drill's forge", "GIT_AUTHOR_EMAIL": "forge@tokend.example"}
        who |= {"GIT_COMMITTER_NAME": who["GIT_AUTHOR_NAME"], "GIT_COMMITTER_EMAIL": who["GIT_AUTHOR_EMAIL"]}
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            tree = str(Path(scratch) / "tree")
            self._git("worktree", "add", "--quiet", "--detach", tree, base)
            try:
                if method == "squash":
                    self._git("merge", "--quiet", "--squash", request.head, at=tree, env=who)
                    self._git(
                        "commit", "--quiet", "-m", f"{request.title} (#{request.number})", at=tree, env=who
                    )
                else:
                    said = (
                        f"Merge pull request #{request.number} from {request.head_branch}\n\n{request.title}"
                    )
                    self._git("merge", "--quiet", "--no-ff", "-m", said, request.head, at=tree, env=who)
                commit = self._git("rev-parse", "HEAD", at=tree)
            except CtlError:
                raise Refused(f"{request.head_branch} conflicts with {request.base}.") from None
            finally:
                self._git("worktree", "remove", "--force", tree)
        self._git("update-ref", f"refs/heads/{request.base}", commit, base)
        return commit

    # Storage

    def _one(self, number: int) -> Request:
        match = next((candidate for candidate in self._requests if candidate.number == number), None)
        if match is None:
            raise Refused(f"There is no pull request {number} here.")
        return match

    def _told(self, request: Request) -> Shown:
        """Return a request with what follows from it: the decision, and whether it may be merged."""
        missing = self._missing(request) if request.state == "open" else ""
        now = [review["state"] for review in request.reviews if review["commit"] == request.head]
        decision = "review-required"
        if "changes-requested" in now:
            decision = "changes-requested"
        elif "approved" in now:
            decision = "approved"
        return Shown(
            **asdict(request),
            url=f"{self.web}/pull/{request.number}",
            decision=decision,
            missing=missing,
            mergeable="blocked" if missing else "clean",
        )

    def _git(self, *arguments: str, at: str = "", env: dict[str, str] | None = None) -> str:
        """Run git in the bare repository, or in a checkout of it; CtlError with its first line if it fails."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}
        result = subprocess.run(
            ["git", *arguments],
            cwd=at or self.repository,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if result.returncode:
            lines = (result.stderr or result.stdout).strip().splitlines() or ["it gave no reason"]
            raise CtlError(f"git {arguments[0]} failed: {lines[0]}")
        return result.stdout.strip()

    def _load(self) -> list[Request]:
        try:
            return [Request(**row) for row in json.loads(self._state.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []

    def _save(self) -> None:
        scratch = self._state.with_name(self._state.name + ".new")
        scratch.write_text(json.dumps([asdict(pull) for pull in self._requests], indent=1), encoding="utf-8")
        scratch.replace(self._state)

    def resume(self) -> None:
        """Rerun checks that were interrupted when the forge ended."""
        with self._lock:
            for pull in self._requests:
                if pull.state == "open" and any(check["state"] == "pending" for check in pull.checks):
                    self._begin_checks(pull)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
