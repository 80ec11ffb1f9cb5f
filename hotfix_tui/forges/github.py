"""Pull requests through `gh`, GitHub's own command line.

What counts is what it answers about the pull request, never its exit status alone.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.model import Check, Draft, ForgeError, MergeMethod, Plan, PullRequest

ENVIRONMENT = {
    "GH_PROMPT_DISABLED": "1",
    "GH_PAGER": "cat",
    "PAGER": "cat",
    "NO_COLOR": "1",
    # An exported CLICOLOR_FORCE counts more than NO_COLOR, and would colour JSON.
    "CLICOLOR_FORCE": "0",
    "GH_FORCE_TTY": "",
    "GH_NO_UPDATE_NOTIFIER": "1",
    "GH_NO_EXTENSION_UPDATE_NOTIFIER": "1",
}
"""Variables for every call: `gh` asks nothing, pages nothing and colours nothing."""

LABEL_COLOUR = "B60205"

_TIMEOUT = 60.0
_UNAUTHENTICATED = 4
_FIELDS = (
    "number,url,state,isDraft,title,headRefName,headRefOid,baseRefName,createdAt,mergedAt,mergeCommit,"
    "reviewDecision,latestReviews,mergeStateStatus,statusCheckRollup"
)
# Checks that ended in none of these words have failed: new words must not read as a pass.
_PASSED = frozenset({"SUCCESS"})
_SKIPPED = frozenset({"SKIPPED", "NEUTRAL"})
_WAITING = frozenset({"", "PENDING", "EXPECTED", "QUEUED", "IN_PROGRESS", "WAITING", "REQUESTED"})
_DECISIONS: dict[str, Literal["approved", "changes-requested", "review-required"]] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes-requested",
    "REVIEW_REQUIRED": "review-required",
}
_STATES: dict[str, Literal["open", "merged", "closed"]] = {
    "OPEN": "open",
    "MERGED": "merged",
    "CLOSED": "closed",
}


def available(host: str) -> str | None:
    """Why `gh` cannot be used for `host`, as a sentence; None if it can."""
    import shutil

    if shutil.which("gh") is None:
        return "gh is not installed"
    result = _call(["gh", "auth", "status", "--hostname", host])
    if result.returncode:
        return f"gh is not signed in to {host} (gh auth login --hostname {host})"
    return None


class GitHub:
    """GitHub, and GitHub Enterprise, through `gh`."""

    looks = True

    def __init__(self, repo: ForgeRepo) -> None:
        self.repo = repo
        self.full_name = repo.path if repo.host == "github.com" else f"{repo.host}/{repo.path}"

    def find(self, head: str, base: str) -> list[PullRequest]:
        """Pull requests from `head` into `base`, whatever their state, newest first."""
        answer = self._ask(
            *(
                "pr",
                "list",
                f"--head={head}",
                f"--base={base}",
                "--state=all",
                "--limit=20",
                f"--json={_FIELDS}",
            )
        )
        if not isinstance(answer, list):
            raise ForgeError("gh gave another form of answer than known; update gh, or use the forge's page")
        return sorted((parse(item) for item in answer), key=lambda found: found.number, reverse=True)

    def view(self, number: int) -> PullRequest:
        """One pull request as it is now."""
        return parse(self._ask("pr", "view", str(number), f"--json={_FIELDS}"))

    def create(self, draft: Draft, body_file: str) -> Plan:
        """Make the labels (gh creates nothing when one is missing), then the pull request.

        Making a label that is there already fails with status 1 and changes nothing: that is no failure.
        """
        repo = f"--repo={self.full_name}"
        labels = tuple(
            ("gh", "label", "create", repo, f"--color={LABEL_COLOUR}", "--", label) for label in draft.labels
        )
        request = (
            *("gh", "pr", "create", repo, f"--base={draft.base}", f"--head={draft.head}"),
            *(f"--title={draft.title}", f"--body-file={body_file}"),
            *(f"--label={label}" for label in draft.labels),
            *(f"--reviewer={reviewer}" for reviewer in draft.reviewers),
        )
        return Plan(commands=(*labels, request))

    def amend(self, number: int, title: str, body_file: str) -> Plan:
        """Give a pull request, open or merged, another title and text."""
        command = (
            *("gh", "pr", "edit", str(number), f"--repo={self.full_name}"),
            *(f"--title={title}", f"--body-file={body_file}"),
        )
        return Plan(commands=(command,))

    def merge(self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False) -> Plan:
        """Merge at exactly the reviewed commit. It deletes no branch: that would close other pull requests."""
        if number is None:
            raise ForgeError("there is no pull request to merge yet")
        command = (
            *("gh", "pr", "merge", str(number), f"--repo={self.full_name}"),
            *(f"--{method}", f"--match-head-commit={reviewed}", *(("--admin",) if bypass else ())),
        )
        return Plan(commands=(command,))

    def _ask(self, *args: str) -> Any:
        """Call gh for JSON; raises ForgeError."""
        result = _call(["gh", *args, f"--repo={self.full_name}"])
        if result.returncode:
            raise ForgeError(_sentence(result))
        try:
            return json.loads(result.stdout)
        except ValueError as error:
            raise ForgeError("gh gave no JSON; update gh, or use the forge's page") from error


def parse(answer: object) -> PullRequest:
    """A pull request from gh's JSON; raises ForgeError if it is of another form."""
    if not isinstance(answer, dict):
        raise ForgeError("gh gave another form of answer than known; update gh, or use the forge's page")
    try:
        merged = answer.get("mergeCommit") or {}
        return PullRequest(
            url=_text(answer["url"]),
            number=int(answer["number"]),
            state=_STATES[answer["state"]],
            head=_text(answer["headRefOid"]),
            head_branch=_text(answer["headRefName"]),
            base=_text(answer["baseRefName"]),
            title=_text(answer.get("title")),
            draft=bool(answer.get("isDraft")),
            merged_commit=merged.get("oid"),
            merged_at=answer.get("mergedAt") or None,
            created_at=answer.get("createdAt") or None,
            review_decision=_DECISIONS.get(answer.get("reviewDecision") or "", "none"),
            approvals=_approvals(answer.get("latestReviews") or []),
            mergeable=_text(answer.get("mergeStateStatus") or "unknown").lower(),
            checks=tuple(_check(item) for item in answer.get("statusCheckRollup") or []),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForgeError(
            "gh gave another form of answer than known; update gh, or use the forge's page"
        ) from error


def existing_url(output: str) -> str | None:
    """The address of the pull request in what `gh pr create` printed: the new one's, or that of one there already."""
    import re

    match = re.search(r"https?://[\x21-\x7e]+/pull/\d+", output)
    return match[0] if match else None


def _check(item: Mapping[str, Any]) -> Check:
    """A check run (status and conclusion) or a commit status (state)."""
    name = _text(item.get("name") or item.get("context"))
    url = _text(item.get("detailsUrl") or item.get("targetUrl") or "")
    word = item.get("state") if "context" in item else item.get("conclusion")
    if "context" not in item and item.get("status") not in (None, "COMPLETED"):
        return Check(name, "pending", url)
    word = _text(word or "").upper()
    if word in _WAITING:
        return Check(name, "pending", url)
    if word in _SKIPPED:
        return Check(name, "skipped", url)
    return Check(name, "pass" if word in _PASSED else "fail", url)


def _approvals(reviews: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Who has approved and not taken it back."""
    return tuple(_text(review["author"]["login"]) for review in reviews if review["state"] == "APPROVED")


def _text(value: object) -> str:
    """A value that must be text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {type(value).__name__}")
    return value


def _call(argv: list[str]) -> subprocess.CompletedProcess[str]:
    """Call gh, bounded and without a terminal; raises ForgeError if it cannot be started or does not answer."""
    try:
        return subprocess.run(
            argv,
            env=os.environ | ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=_TIMEOUT,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ForgeError(
            f"gh did not answer within {_TIMEOUT:.0f} s; look again, or use the forge's page"
        ) from error
    except OSError as error:
        raise ForgeError(f"gh could not be started ({error.strerror}); use the forge's page") from error


def _sentence(result: subprocess.CompletedProcess[str]) -> str:
    """What gh's failure means."""
    if result.returncode == _UNAUTHENTICATED or "gh auth login" in result.stderr:
        return "gh is not signed in (gh auth login); sign in, or use the forge's page"
    lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
    said = "".join(c if c.isprintable() else "?" for c in lines[0])[:200] if lines else "without a word"
    return f"gh failed: {said}"
