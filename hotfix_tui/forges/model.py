"""What a pull request is, and what every way of making one offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError as ForgeError
from hotfix_tui.forges.pages import Page

MergeMethod = Literal["merge", "squash", "rebase"]
METHODS: tuple[MergeMethod, ...] = get_args(MergeMethod)
"""All merge methods, the one that preserves most first."""

Decision = Literal["approved", "changes-requested", "review-required", "none"]
"""What a forge says about the reviews as a whole; "none" if it requires none."""


@dataclass(frozen=True, slots=True)
class ForgeCheck:
    """One check of a pull request."""

    name: str
    state: Literal["pass", "fail", "pending", "skipped"]
    url: str = ""
    word: str = ""
    """The forge's own word for a pending check, in lower case: queued, in_progress, expected, …"""
    started: str = ""
    """When it began and ended, in RFC 3339; empty if the forge does not say."""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The current state of a pull request on the forge. Ids are full; texts are unmodified."""

    url: str
    number: int
    state: Literal["open", "merged", "closed"]
    head: str
    """The commit at its head."""
    head_branch: str
    base: str
    head_owner: str = ""
    """The owner of the head branch's repository; empty if the forge does not say (a deleted fork)."""
    title: str = ""
    draft: bool = False
    merged_at: str | None = None
    created_at: str | None = None
    review_decision: Decision = "none"
    reviews: tuple["Review", ...] = ()
    mergeable: str = "unknown"
    """The forge's own word, in lower case: clean, blocked, behind, dirty, unstable, …"""
    asked: tuple[str, ...] = ()
    """Requested reviewers who have not responded: people and teams."""
    checks: tuple[ForgeCheck, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Review:
    """The latest opinion of one reviewer. `commit` is what they reviewed, empty if the forge does not say."""

    author: str
    state: Literal["approved", "changes-requested"]
    commit: str = ""
    at: str = ""
    """When it was given, in RFC 3339; empty if the forge does not say."""
    said: str = ""
    """The first line of the accompanying comment."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the forge says about a pull request's way into its base branch.

    `queued` is its place in the merge queue, 0 if it is in none; `auto_merge` is whether the forge merges it by
    itself once allowed; `methods` are the merge methods that the repository allows, empty if unknown.
    """

    head: str
    state: Literal["open", "merged", "closed"]
    author: str = ""
    decision: Decision = "none"
    reviews: tuple[Review, ...] = ()
    queued: int = 0
    auto_merge: bool = False
    methods: tuple[MergeMethod, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of a pull request. `head` is a branch that is on the remote."""

    base: str
    head: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForgePlan:
    """How something is done: commands to run one after the other, or a page to open, and then what to do by hand."""

    commands: tuple[tuple[str, ...], ...] = ()
    page: Page | None = None
    by_hand: str = ""


class Forge(Protocol):
    """One way to pull requests. `can_query`: it can query the forge; otherwise the engineer ticks what happened."""

    repo: ForgeRepo
    can_query: bool

    def find(self, head: str, base: str) -> Sequence[PullRequest]:
        """Return pull requests from the branch `head` into `base`, newest first. Raises ForgeError."""

    def view(self, number: int) -> PullRequest:
        """Return the current state of one pull request. Raises ForgeError."""

    def first_failure(self, check: ForgeCheck) -> str:
        """Return the first place and message that a failed check reports, empty if there is none. Raises ForgeError."""

    def standing(self, number: int) -> Standing:
        """Return what the forge says about its approval, its queue, and how it may be merged. Raises ForgeError."""

    def methods(self) -> tuple[MergeMethod, ...]:
        """Return the merge methods that the repository allows. Raises ForgeError."""

    def create(self, draft: Draft, body_file: str) -> ForgePlan:
        """Return how to open it; `body_file` holds the body."""

    def amend(self, number: int, title: str, body_file: str) -> ForgePlan:
        """Return how to change its title and text, even after it is merged."""

    def close(self, number: int) -> ForgePlan:
        """Return how to close one that is not merged, because another one replaces it."""

    def merge(
        self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False
    ) -> ForgePlan:
        """Return how to merge it at exactly the commit `reviewed`; `bypass` uses the right to override its rules."""
