"""What a pull request is, and what any way of making one offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError as ForgeError
from hotfix_tui.forges.pages import Page

MergeMethod = Literal["merge", "squash", "rebase"]
METHODS: tuple[MergeMethod, ...] = get_args(MergeMethod)
"""Every way to merge, the one that keeps most first."""

Decision = Literal["approved", "changes-requested", "review-required", "none"]
"""What a forge says of the reviews as a whole; "none" where it asks for none."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a pull request."""

    name: str
    state: Literal["pass", "fail", "pending", "skipped"]
    url: str = ""
    word: str = ""
    """The forge's own word for a check that is pending, in lower case: queued, in_progress, expected, …"""
    started: str = ""
    """When it began and ended, in RFC 3339; empty where the forge does not say."""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the forge shows it now. Ids are full; texts are as they came from the forge."""

    url: str
    number: int
    state: Literal["open", "merged", "closed"]
    head: str
    """The commit at its head."""
    head_branch: str
    base: str
    head_owner: str = ""
    """Whose repository the head branch is in; empty where the forge does not say (a fork that is gone)."""
    title: str = ""
    draft: bool = False
    merged_at: str | None = None
    created_at: str | None = None
    review_decision: Decision = "none"
    reviews: tuple["Review", ...] = ()
    mergeable: str = "unknown"
    """The forge's own word, in lower case: clean, blocked, behind, dirty, unstable, …"""
    asked: tuple[str, ...] = ()
    """Who was asked for a review and has not given one: people and teams."""
    checks: tuple[Check, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Review:
    """The latest opinion of one reviewer. `commit` is what they looked at, empty where the forge does not say."""

    author: str
    state: Literal["approved", "changes-requested"]
    commit: str = ""
    at: str = ""
    """When it was given, in RFC 3339; empty where the forge does not say."""
    said: str = ""
    """The first line of the words beside it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the forge says of a pull request's way into its base branch.

    `queued` is its place in the merge queue, 0 where it is in none; `auto_merge` is whether the forge merges it by
    itself once it may; `methods` are the ways to merge that the repository allows, empty where that is not known.
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
    """What a pull request is made of. `head` is a branch that is on the remote."""

    base: str
    head: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How something is done: commands to run one after the other, or a page to open, and what to do by hand then."""

    commands: tuple[tuple[str, ...], ...] = ()
    page: Page | None = None
    by_hand: str = ""


class Forge(Protocol):
    """One way to pull requests. `looks`: it can ask the forge; without, the engineer ticks what happened."""

    repo: ForgeRepo
    looks: bool

    def find(self, head: str, base: str) -> Sequence[PullRequest]:
        """Pull requests from the branch `head` into `base`, newest first. Raises ForgeError."""

    def view(self, number: int) -> PullRequest:
        """One pull request as it is now. Raises ForgeError."""

    def first_failure(self, check: Check) -> str:
        """The first place and words that a failed check names, empty where it names none. Raises ForgeError."""

    def standing(self, number: int) -> Standing:
        """What the forge says of its approval, of a queue, and of how it may be merged. Raises ForgeError."""

    def methods(self) -> tuple[MergeMethod, ...]:
        """The ways to merge that the repository allows. Raises ForgeError."""

    def create(self, draft: Draft, body_file: str) -> Plan:
        """How to open it; `body_file` holds the body."""

    def amend(self, number: int, title: str, body_file: str) -> Plan:
        """How to give it another title and text, also once it is merged."""

    def close(self, number: int) -> Plan:
        """How to close one that is not merged, for another one takes its place."""

    def merge(self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False) -> Plan:
        """How to merge it at the commit `reviewed` and no other; `bypass` uses the right to pass over its rules."""
