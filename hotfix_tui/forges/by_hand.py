"""Pull requests without the forge's command line: a page in the browser, or a merge on this machine."""

from collections.abc import Sequence

from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.model import (
    Draft,
    ForgeCheck,
    ForgeError,
    ForgePlan,
    MergeMethod,
    PullRequest,
    Standing,
)
from hotfix_tui.forges.pages import compare_page


class ByHand:
    """A forge that is only reachable through the browser."""

    can_query = False

    def __init__(self, repo: ForgeRepo) -> None:
        self.repo = repo

    def find(self, head: str, base: str) -> Sequence[PullRequest]:
        """Raise: nothing can be looked up."""
        raise ForgeError("there is no command line of the forge here; look on its page, then tick the step")

    def view(self, number: int) -> PullRequest:
        """Raise: nothing can be looked up."""
        raise ForgeError("there is no command line of the forge here; look on its page, then tick the step")

    def first_failure(self, check: ForgeCheck) -> str:
        """Return nothing: checks cannot be looked up."""
        return ""

    def standing(self, number: int) -> Standing:
        """Raise: nothing can be looked up."""
        raise ForgeError("there is no command line of the forge here; look on its page, then tick the step")

    def methods(self) -> tuple[MergeMethod, ...]:
        """Return none: the page shows which ones the repository allows."""
        return ()

    def create(self, draft: Draft, body_file: str) -> ForgePlan:
        """Return the page that opens it."""
        page = compare_page(self.repo, draft.base, draft.head, draft.title, draft.body, draft.labels)
        if page is None:
            return ForgePlan(
                by_hand=f"Open a pull request from {draft.head} into {draft.base}; its text is in {body_file}."
            )
        hand = f"Open the page and create the pull request; its text is in {body_file}."
        return ForgePlan(page=page, by_hand=f"{hand} {page.note}".strip())

    def amend(self, number: int, title: str, body_file: str) -> ForgePlan:
        """Return what to paste where."""
        return ForgePlan(
            by_hand=f"Open the pull request, set its title to {title!r} and paste the text of {body_file}."
        )

    def close(self, number: int) -> ForgePlan:
        """Return what to press on the page."""
        return ForgePlan(by_hand=f"Close pull request {number}: another one takes its place.")

    def merge(
        self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False
    ) -> ForgePlan:
        """Return what to press on the page."""
        which = f"#{number}" if number else "the pull request"
        hand = f"See that the last commit of {which} is {reviewed[:7]}, then merge it ({method})."
        return ForgePlan(
            by_hand=f"{hand} Its rules are passed over with your own rights." if bypass else hand
        )


class NoForge:
    """A remote that is a path or a plain server: what lands is a merge made here, in its own worktree."""

    can_query = False

    def __init__(self, repo: ForgeRepo) -> None:
        self.repo = repo

    def find(self, head: str, base: str) -> Sequence[PullRequest]:
        """Return none: there are no pull requests."""
        return ()

    def view(self, number: int) -> PullRequest:
        """Raise: there are no pull requests."""
        raise ForgeError("this remote has no pull requests")

    def first_failure(self, check: ForgeCheck) -> str:
        """Return nothing: checks cannot be looked up."""
        return ""

    def standing(self, number: int) -> Standing:
        """Raise: there are no pull requests."""
        raise ForgeError("this remote has no pull requests")

    def methods(self) -> tuple[MergeMethod, ...]:
        """Return none: there are no pull requests."""
        return ()

    def create(self, draft: Draft, body_file: str) -> ForgePlan:
        """Return only the text to show to a reviewer."""
        return ForgePlan(
            by_hand=f"This remote has no pull requests: show the branch {draft.head} and {body_file} to a reviewer."
        )

    def amend(self, number: int, title: str, body_file: str) -> ForgePlan:
        """Return only the text to show to a reviewer."""
        return ForgePlan(by_hand=f"This remote has no pull requests: show {body_file} to a reviewer.")

    def close(self, number: int) -> ForgePlan:
        """Return a plan without steps: there is nothing to close."""
        return ForgePlan()

    def merge(
        self, number: int | None, method: MergeMethod, reviewed: str, *, bypass: bool = False
    ) -> ForgePlan:
        """Return why there is nothing to merge on a forge."""
        return ForgePlan(
            by_hand=f"This remote has no pull requests: {reviewed[:12]} is merged here and pushed."
        )
