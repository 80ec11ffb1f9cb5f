"""Pull requests through `gh`, GitHub's own command line.

What counts is what it reports about the pull request, never its exit status alone.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.model import (
    METHODS,
    Decision,
    Draft,
    ForgeCheck,
    ForgePlan,
    MergeMethod,
    PullRequest,
    Review,
    Standing,
)

ENVIRONMENT = {
    "GH_PROMPT_DISABLED": "1",
    "GH_PAGER": "cat",
    "PAGER": "cat",
    "NO_COLOR": "1",
    # An exported CLICOLOR_FORCE overrides NO_COLOR, and would colour JSON.
    "CLICOLOR_FORCE": "0",
    "GH_FORCE_TTY": "",
    "GH_NO_UPDATE_NOTIFIER": "1",
    "GH_NO_EXTENSION_UPDATE_NOTIFIER": "1",
}
"""Variables for every call of `gh`: no prompts, no pager, no colour."""

LABEL_COLOUR = "B60205"

_LISTED = 100
"""At most this many pull requests are examined: anybody may open one from a branch of any name."""

_FIELDS = (
    "number,url,state,isDraft,title,headRefName,headRefOid,headRepositoryOwner,isCrossRepository,baseRefName,"
    "createdAt,mergedAt,reviewDecision,latestReviews,mergeStateStatus,statusCheckRollup,"
    "reviewRequests"
)
_REPOSITORY_FIELDS = "mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed viewerDefaultMergeMethod"
_LONGEST = 2000
_REVIEWS = "nodes { author { login } state submittedAt commit { oid } }"
_STANDING = f"""\
query($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{
    {_REPOSITORY_FIELDS}
    pullRequest(number: $number) {{
      url state headRefOid reviewDecision isInMergeQueue author {{ login }}
      mergeQueueEntry {{ position state }} autoMergeRequest {{ enabledAt }}
      latestOpinionatedReviews(first: 100) {{ {_REVIEWS} }} latestReviews(first: 100) {{ {_REVIEWS} }}
    }}
  }}
}}"""
_METHODS = f"""\
query($owner: String!, $name: String!) {{
  repository(owner: $owner, name: $name) {{ {_REPOSITORY_FIELDS} }}
}}"""
_ODD = "gh gave another form of answer than known; update gh, or use the forge's page"
_STATES_OF_CHECKS: dict[str, Literal["pass", "fail", "pending", "skipped"]] = {
    "SUCCESS": "pass",
    **dict.fromkeys(("SKIPPED", "NEUTRAL"), "skipped"),
    **dict.fromkeys(("", "PENDING", "EXPECTED", "QUEUED", "IN_PROGRESS", "WAITING", "REQUESTED"), "pending"),
}
"""Checks with any other conclusion count as failed: new words must not read as a pass."""
_DECISIONS: dict[str, Decision] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes-requested",
    "REVIEW_REQUIRED": "review-required",
}
_OPINIONS: dict[str, Literal["approved", "changes-requested"]] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes-requested",
}
_ALLOWED: tuple[tuple[str, MergeMethod], ...] = (
    ("mergeCommitAllowed", "merge"),
    ("squashMergeAllowed", "squash"),
    ("rebaseMergeAllowed", "rebase"),
)
_STATES: dict[str, Literal["open", "merged", "closed"]] = {
    "OPEN": "open",
    "MERGED": "merged",
    "CLOSED": "closed",
}


class GitHub:
    """GitHub, and GitHub Enterprise, through `gh`."""

    can_query = True

    def __init__(self, repo: ForgeRepo) -> None:
        self.repo = repo
        self.full_name = repo.path if repo.host == "github.com" else f"{repo.host}/{repo.path}"

    def find(self, head: str, base: str) -> list[PullRequest]:
        """Return pull requests from `head` into `base`, whatever their state, newest first."""
        answer = self._ask(
            *(
                "pr",
                "list",
                f"--head={head}",
                f"--base={base}",
                "--state=all",
                f"--limit={_LISTED}",
                f"--json={_FIELDS}",
            )
        )
        if not isinstance(answer, list):
            raise ForgeError(_ODD, Trouble.ODD)
        return sorted((parse(item) for item in answer), key=lambda pull: pull.number, reverse=True)

    def view(self, number: int) -> PullRequest:
        """Return the current state of one pull request."""
        return parse(self._ask("pr", "view", str(number), f"--json={_FIELDS}"))

    def first_failure(self, check: ForgeCheck) -> str:
        """Return the first annotation of a failed job, with its place; not one that only says that it failed."""
        job = re.search(r"/job/(\d{1,20})", check.url)
        if job is None:
            return ""
        path = f"repos/{self.repo.owner}/{self.repo.name}/check-runs/{job[1]}/annotations"
        argv = ["gh", "api", f"--hostname={self.repo.host}", f"{path}?per_page=20"]
        return _remark(calls.ask(argv, ENVIRONMENT, self.repo.host))

    def standing(self, number: int) -> Standing:
        """Return what GitHub says about its approval and its way into the base branch.

        A server that does not know all of the fields is queried with those that every gh knows.
        """
        try:
            return standing(self._graphql(_STANDING, f"--field=number={number}"))
        except ForgeError as error:
            if error.trouble not in (Trouble.OTHER, Trouble.ODD):
                raise
        seen = self.view(number)
        return Standing(
            seen.head, seen.state, decision=seen.review_decision, reviews=seen.reviews, url=seen.url
        )

    def methods(self) -> tuple[MergeMethod, ...]:
        """Return the merge methods that the repository allows, the account's default first."""
        return _methods(_object(_object(self._graphql(_METHODS), "data"), "repository"))

    def create(self, draft: Draft, body_file: str) -> ForgePlan:
        """Create the labels (gh creates nothing if one is missing), then the pull request.

        Creating a label that already exists exits with status 1 and changes nothing: that is not a failure.
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
        return ForgePlan(commands=(*labels, request))

    def amend(self, number: int, title: str, body_file: str) -> ForgePlan:
        """Change the title and text of a pull request, open or merged."""
        command = (
            *("gh", "pr", "edit", str(number), f"--repo={self.full_name}"),
            *(f"--title={title}", f"--body-file={body_file}"),
        )
        return ForgePlan(commands=(command,))

    def close(self, number: int) -> ForgePlan:
        """Close one that is not merged; its branch stays."""
        said = "--comment=The fix was taken off production; another request takes its place."
        return ForgePlan(commands=(("gh", "pr", "close", str(number), f"--repo={self.full_name}", said),))

    def merge(
        self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False
    ) -> ForgePlan:
        """Merge at exactly the reviewed commit. It deletes no branch: that would close other pull requests."""
        if number is None:
            raise ForgeError("there is no pull request to merge yet")
        command = (
            *("gh", "pr", "merge", str(number), f"--repo={self.full_name}"),
            *(f"--{method}", f"--match-head-commit={reviewed}", *(("--admin",) if bypass else ())),
        )
        return ForgePlan(commands=(command,))

    def _ask(self, *args: str) -> object:
        """Call gh for JSON; raises ForgeError."""
        return calls.ask(["gh", *args, f"--repo={self.full_name}"], ENVIRONMENT, self.repo.host)

    def _graphql(self, query: str, *more: str) -> object:
        """Send one GraphQL query about the repository; raises ForgeError."""
        about = (f"--raw-field=owner={self.repo.owner}", f"--raw-field=name={self.repo.name}", *more)
        argv = ["gh", "api", "graphql", f"--hostname={self.repo.host}", f"--raw-field=query={query}", *about]
        return calls.ask(argv, ENVIRONMENT, self.repo.host)


def parse(answer: object) -> PullRequest:
    """Return a pull request from gh's JSON; raises ForgeError if it has another form."""
    if not isinstance(answer, dict):
        raise ForgeError(_ODD, Trouble.ODD)
    try:
        return PullRequest(
            url=_text(answer["url"]),
            number=int(answer["number"]),
            state=_STATES[answer["state"]],
            head=_text(answer["headRefOid"]),
            head_branch=_text(answer["headRefName"]),
            base=_text(answer["baseRefName"]),
            head_owner=_owner(answer),
            title=_text(answer.get("title")),
            draft=bool(answer.get("isDraft")),
            merged_at=answer.get("mergedAt") or None,
            created_at=answer.get("createdAt") or None,
            review_decision=_DECISIONS.get(answer.get("reviewDecision") or "", "none"),
            reviews=_reviews(answer.get("latestReviews") or []),
            mergeable=_text(answer.get("mergeStateStatus") or "unknown").lower(),
            asked=tuple(filter(None, (_asked(item) for item in answer.get("reviewRequests") or []))),
            checks=tuple(_check(item) for item in answer.get("statusCheckRollup") or []),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForgeError(_ODD, Trouble.ODD) from error


def standing(answer: object) -> Standing:
    """Return a pull request's standing, from GitHub's own words; raises ForgeError if they have another form."""
    try:
        repository = _object(_object(answer, "data"), "repository")
        request = _object(repository, "pullRequest")
        entry = request.get("mergeQueueEntry") or {}
        return Standing(
            head=_text(request["headRefOid"]),
            state=_STATES[request["state"]],
            author=_login(request),
            decision=_DECISIONS.get(request.get("reviewDecision") or "", "none"),
            # The first list leaves out comments, which in the second one replace an older opinion.
            reviews=_reviews(
                [*_nodes(request, "latestOpinionatedReviews"), *_nodes(request, "latestReviews")]
            ),
            queued=int(entry.get("position") or 1) if entry or request.get("isInMergeQueue") else 0,
            auto_merge=bool(request.get("autoMergeRequest")),
            methods=_methods(repository),
            url=_text(request.get("url")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForgeError(_ODD, Trouble.ODD) from error


def existing_url(output: str) -> str | None:
    """Return the pull request's address in the output of `gh pr create`: the new one's, or that of an existing one."""
    match = re.search(r"https?://[\x21-\x7e]+/pull/\d+", output)
    return match[0] if match else None


def _check(item: Mapping[str, object]) -> ForgeCheck:
    """Return a check run (status and conclusion) or a commit status (state)."""
    of_status = "context" in item
    state: Literal["pass", "fail", "pending", "skipped"]
    word = _text((item.get("state") if of_status else item.get("conclusion")) or "").upper()
    if not of_status and item.get("status") not in (None, "COMPLETED"):
        word, state = _text(item.get("status")).upper(), "pending"
    else:
        state = _STATES_OF_CHECKS.get(word, "fail")
    return ForgeCheck(
        _text(item.get("name") or item.get("context")),
        state,
        _text(item.get("detailsUrl") or item.get("targetUrl") or ""),
        word.lower() if state == "pending" else "",
        _time(item.get("startedAt")),
        "" if state == "pending" else _time(item.get("completedAt")),
    )


def _remark(answer: object) -> str:
    """Return the first annotation that says what is wrong in a file of the repository, on one line."""
    for item in answer if isinstance(answer, list) else []:
        known = item if isinstance(item, dict) else {}
        path, line, said = known.get("path"), known.get("start_line"), known.get("message")
        if known.get("annotation_level") != "failure" or not isinstance(said, str) or path == ".github":
            continue
        place = f"{path}:{line}" if isinstance(line, int) else path
        first = said.strip().partition("\n")[0].strip()
        return f"{place} {first}" if isinstance(path, str) and path else first
    return ""


def _time(value: object) -> str:
    """Return a point in time; gh writes the first second of the year 1 for missing ones."""
    said = _text(value)
    return "" if said.startswith("0001-") else said


def _asked(item: Mapping[str, object]) -> str:
    """Return the requested reviewer: a person by login, a team by name."""
    return _text(item.get("login") or item.get("name") or item.get("slug"))


def _reviews(items: Iterable[Mapping[str, Any]]) -> tuple[Review, ...]:
    """Return the opinion of each reviewer, the first one listed for each; comments do not count."""
    latest: dict[str, Review] = {}
    for item in items:
        state = _OPINIONS.get(_text(item["state"]))
        if state is not None:
            author = _login(item)
            commit = _text((item.get("commit") or {}).get("oid"))
            words = _text(item.get("body")).strip().partition("\n")[0].strip()
            latest.setdefault(author, Review(author, state, commit, _time(item.get("submittedAt")), words))
    return tuple(latest.values())


def _login(item: Mapping[str, Any]) -> str:
    """Return the author; an account that was deleted has no name."""
    return _text((item["author"] or {}).get("login")) or "ghost"


def _owner(answer: Mapping[str, Any]) -> str:
    """Return the owner of the head's repository, as far as known."""
    return _text((answer.get("headRepositoryOwner") or {}).get("login"))


def _methods(repository: Mapping[str, object]) -> tuple[MergeMethod, ...]:
    allowed = [method for name, method in _ALLOWED if repository.get(name)]
    usual = _text(repository.get("viewerDefaultMergeMethod")).lower()
    return tuple(sorted(allowed, key=lambda method: (method != usual, METHODS.index(method))))


def _nodes(value: Mapping[str, Any], name: str) -> list[Mapping[str, object]]:
    return list((value.get(name) or {}).get("nodes") or [])


def _object(value: object, name: str) -> Mapping[str, Any]:
    """Return the object under `name`; raises TypeError if there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    if not isinstance(inner, dict):
        raise ForgeError(_ODD, Trouble.ODD)
    return inner


def _text(value: object) -> str:
    """Return a value that must be text; no name or address is longer."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {type(value).__name__}")
    return value[:_LONGEST]
