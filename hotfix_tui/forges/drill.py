"""Pull requests of a drill: its own small forge on 127.0.0.1, reached through a command line like any other.

Only the bare repository of a drill names such a forge, in a file of its own; nothing else is ever taken for one.
"""

import json
import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.model import Draft, ForgeCheck, ForgePlan, MergeMethod, PullRequest, Review, Standing

KIND = "drill"
NAME = "the drill's forge"
FILE = "drill-forge.json"
"""The file in a drill's bare repository that says where its forge is."""

OWNER = "drill"
_WEB = re.compile(r"http://(127\.0\.0\.1:\d{4,5})/drill/([a-z][a-z0-9-]{0,40})")
_LARGEST = 10_000
_ODD = "the drill's forge gave another form of answer than known"


@dataclass(frozen=True, slots=True)
class DrillRepo(ForgeRepo):
    """A drill's repository on its own forge."""


def repository(url: str) -> DrillRepo | None:
    """Return the repository on a drill's forge that the remote `url` refers to; None for any other remote."""
    if not os.path.isabs(url):
        return None
    path = os.path.join(url, FILE)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        if about.st_uid != os.geteuid() or not stat.S_ISREG(about.st_mode):
            return None
        try:
            web = _WEB.fullmatch(json.loads(file.read(_LARGEST))["web"])
        except (ValueError, KeyError, TypeError, OSError):
            return None
    return DrillRepo("drill", web[1], OWNER, web[2], web[0]) if web else None


class DrillForge:
    """The forge of one drill."""

    can_query = True

    def __init__(self, repo: ForgeRepo) -> None:
        self.repo = repo

    def find(self, head: str, base: str) -> list[PullRequest]:
        """Return pull requests from `head` into `base`, newest first."""
        answer = self._ask("list", f"--head={head}", f"--base={base}")
        if not isinstance(answer, list):
            raise ForgeError(_ODD, Trouble.ODD)
        return [parse(item) for item in answer]

    def view(self, number: int) -> PullRequest:
        """Return the current state of one pull request."""
        return parse(self._ask("view", str(number)))

    def first_failure(self, check: ForgeCheck) -> str:
        """Return the first place and message that a failed check reports."""
        match = re.fullmatch(r".*/pull/(\d+)/checks/(\w+)", check.url)
        if match is None:
            return ""
        answer = self._ask("view", match[1])
        checks = answer.get("checks", []) if isinstance(answer, dict) else []
        return next((str(item.get("said", "")) for item in checks if item.get("name") == match[2]), "")

    def standing(self, number: int) -> Standing:
        """Return what the forge says about its approval."""
        answer = self._ask("view", str(number))
        seen = parse(answer)
        return Standing(
            seen.head,
            seen.state,
            author=str(answer.get("author", "")),
            decision=seen.review_decision,
            reviews=seen.reviews,
            methods=self.methods(),
            url=seen.url,
        )

    def methods(self) -> tuple[MergeMethod, ...]:
        """Return the merge methods that it allows."""
        return ("merge", "squash")

    def create(self, draft: Draft, body_file: str) -> ForgePlan:
        """Open it from a branch that was pushed."""
        where = (f"--base={draft.base}", f"--head={draft.head}")
        text = (f"--title={draft.title}", f"--body-file={body_file}")
        return ForgePlan(commands=(self._line("create", *where, *text),))

    def amend(self, number: int, title: str, body_file: str) -> ForgePlan:
        """Change its title and text."""
        return ForgePlan(
            commands=(self._line("edit", str(number), f"--title={title}", f"--body-file={body_file}"),)
        )

    def close(self, number: int) -> ForgePlan:
        """Close one that is not merged."""
        return ForgePlan(commands=(self._line("close", str(number)),))

    def merge(
        self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False
    ) -> ForgePlan:
        """Merge at exactly the reviewed commit."""
        if number is None:
            raise ForgeError("there is no pull request to merge yet")
        more = ("--admin",) if bypass else ()
        line = self._line("merge", str(number), f"--{method}", f"--match-head-commit={reviewed}", *more)
        return ForgePlan(commands=(line,))

    def _line(self, *args: str) -> tuple[str, ...]:
        # `-P` keeps the working directory off `sys.path`: no module there can shadow one of ours.
        program = (sys.executable, "-P", "-m", "hotfix_tui.forges.drill_call", self.repo.web)
        return (*program, "--", "pr", *args)

    def _ask(self, *args: str) -> Any:
        answer = calls.call(list(self._line(*args)), {})
        if answer.status:
            raise calls.failure(NAME, self.repo.host, answer)
        return calls.decoded(NAME, answer.out)


def parse(answer: object) -> PullRequest:
    """Return a pull request from the forge's JSON; raises ForgeError if it has another form."""
    if not isinstance(answer, dict):
        raise ForgeError(_ODD, Trouble.ODD)
    try:
        return PullRequest(
            url=str(answer["url"]),
            number=int(answer["number"]),
            state=answer["state"],
            head=str(answer["head"]),
            head_branch=str(answer["head_branch"]),
            base=str(answer["base"]),
            head_owner=OWNER,
            title=str(answer["title"]),
            merged_at=answer["merged_at"] or None,
            created_at=answer["created_at"] or None,
            review_decision=answer["decision"],
            reviews=tuple(_review(item) for item in answer["reviews"]),
            mergeable=str(answer["mergeable"]),
            checks=tuple(_check(str(answer["url"]), item) for item in answer["checks"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForgeError(_ODD, Trouble.ODD) from error


def _review(item: Mapping[str, str]) -> Review:
    state: Any = item["state"]
    return Review(item["author"], state, item["commit"], item["at"], item["said"].partition("\n")[0])


def _check(url: str, item: Mapping[str, str]) -> ForgeCheck:
    state: Any = item["state"]
    name = item["name"]
    return ForgeCheck(name, state, f"{url}/checks/{name}", item["word"], item["started"], item["ended"])
