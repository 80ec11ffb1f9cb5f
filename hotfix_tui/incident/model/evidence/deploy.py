"""What the steps of the deploy stage saw."""

import re
from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown

WITHOUT_TRAFFIC = ("prepare", "try")
"""Deployment methods that leave production as it is: they need no typed word, and start no watch."""

DEPLOY_REVERT = "deploy-revert"
"""The way back that deploys a revert which was made before; also the act of its run."""

GO_ON = "go-on"
"""The way back that goes on with a rollback which the platform has stopped on its way; also the act of its run."""

_COMMIT = r"[0-9a-f]{40}|[0-9a-f]{64}"


class ReleaseSeen(Part):
    """A release as the platform reported it: its own id, and the fields that came with it."""

    id: str = shown("id", default="")
    commit: str = shown("commit", public=True, default="")
    time: datetime | None = shown("live since", public=True)
    address: str = shown("address", default="")
    share: float | None = shown("share of the traffic", unit="%")
    pinned: bool = shown("held there", default=False)
    content: str = hidden(default="")
    """What it is made of, such as an image."""


class Deployed(Evidence):
    """What was deployed to production, and what was live before."""

    STEP: ClassVar[str] = catalog.DEPLOY_PRODUCTION

    commit: str = shown("commit", public=True, default="")
    previous: str = shown("was live before", public=True, default="")
    version: str = shown("version", public=True, default="")
    platform: str = shown("platform", public=True, default="")
    part: str = shown("of", public=True, default="")
    """The name in the configuration of the deployed part, if the repository has several."""
    previous_release: str = shown("release before", default="")
    """The platform's own id of what was live before: the target of a platform rollback."""
    release_before: ReleaseSeen | None = hidden()
    release: ReleaseSeen | None = hidden()
    """What the platform has been serving since."""
    proves: bool | None = hidden()
    """Whether exit status 0 of the command proves that the deployment happened."""
    prepared: ReleaseSeen | None = hidden()
    """The release built from `commit` that does not get all of the traffic yet."""
    tried: str = shown("tried there", default="")
    """The result of the smoke requests against the address of the prepared release."""
    place: tuple[str, ...] = hidden(default=())
    """Where it went by what the platform's program was set to, each as ``name=value``: an account, a region."""
    signed_out: bool = hidden(default=False)
    """Whether the platform's program said beforehand that nobody is signed in."""
    ended: bool = hidden(default=False)
    """Whether its command failed by itself, and production could not be queried for the outcome."""
    runs: str = shown("production runs", public=True, default="")
    """The commit that production was seen to run instead."""
    seen_by: str = shown("seen by", public=True, default="")
    """production, platform, forge or exit status."""
    url: str = shown("page", default="")
    deployed_at: datetime | None = shown("deployed", public=True)
    """When the platform or the forge says that it went live."""
    baseline: tuple[object, ...] = hidden(default=())

    @property
    def commit_before(self) -> str:
        """The commit that was live before. Anything but a commit id (an older version kept raw answers) means none."""
        return self.previous if re.fullmatch(_COMMIT, self.previous) else ""


class RolledBack(Evidence):
    """What production was rolled back to, and what was taken off it."""

    STEP: ClassVar[str] = catalog.DEPLOY_ROLLBACK

    kind: str = shown(
        "by",
        public=True,
        default="",
        words={
            "previous": "deploying what was live before",
            "revert": "a revert",
            "flag": "the feature flag",
        },
    )
    target: str = shown("back to", public=True, default="")
    target_tag: str = shown("its tag", public=True, default="")
    target_release: str = shown("back to the release", default="")
    taken_off: str = shown("taken off", public=True, default="")
    part: str = shown("of", public=True, default="")
    flag: str = shown("feature flag", default="")
    branch: str = shown("branch", default="")
    worktree: str = hidden(default="")
    reverts: tuple[str, ...] = hidden(default=())
    lands: bool = hidden(default=False)
    url: str = shown("its request", default="")
    """The pull request of a revert, or the page that opens one."""
    pinned: bool = shown("held there", default=False)
    paused: tuple[str, ...] = hidden(default=())
    """The values, each as ``name=value``, by which the platform is asked about a rollback that waits there."""
    proves: bool | None = hidden()
    back_at: datetime | None = hidden(public=True)
    """When it was seen to be live again."""
    baseline: tuple[object, ...] = hidden(default=())

    @property
    def goes_to(self) -> str:
        """What it leads back to, as people call it; empty if unknown."""
        return self.target[:7] or (f"release {self.target_release}" if self.target_release else "")


class Live(Evidence):
    """What production runs, and who says so."""

    STEP: ClassVar[str] = catalog.DEPLOY_LIVE

    commit: str = shown("commit", public=True, default="")
    tag: str = shown("tag", public=True, default="")
    source: str = shown("says", public=True, default="")
    live: str = shown("runs instead", public=True, default="")
    deployed_at: datetime | None = shown("since", public=True)


class Followed(Evidence):
    """The production log that is followed alongside the other steps."""

    STEP: ClassVar[str] = catalog.DEPLOY_FOLLOW

    command: str = shown("command", default="")
