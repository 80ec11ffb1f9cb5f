"""What the steps of the branch stage saw."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown


@dataclass(frozen=True, slots=True)
class TriggerSeen(Part):
    """Something that a push, a tag or a release sets off: what, where that stands, and how sure it is."""

    kind: str = hidden(default="")
    """``deploys``, ``publishes`` or ``prepares-release``."""
    on: str = hidden(default="")
    """``push``, ``tag``, ``release`` or ``manual``."""
    what: str = hidden(default="")
    place: str = hidden(default="")
    job: str = hidden(default="")
    environment: str = hidden(default="")
    target: str = hidden(default="")
    """``production``, ``staging``, ``preview``, ``docs``; empty where nothing says."""
    sure: bool = hidden(default=False)
    condition: str = hidden(default="")
    bot: str = hidden(default="")


@dataclass(frozen=True, slots=True)
class Preflight(Evidence):
    """branch.preflight: the repository, its remotes, and what a push, a tag and a release set off.

    A ``…_why`` says what is set off and where that stands; an ``…_unsure`` what may be, which is confirmed like
    production until the facts ``deploys.push`` and ``deploys.tag`` say otherwise.
    """

    STEP: ClassVar[str] = "branch.preflight"
    bare: bool | None = hidden()
    shallow: bool | None = hidden()
    detached: bool | None = hidden()
    remote: str | None = shown("remote")
    remote_url: str | None = shown("its address")
    production: str | None = shown("production branch")
    forge: str | None = hidden()
    web: str | None = hidden()
    push_remote: str | None = shown("pushed to")
    push_url: str | None = hidden()
    dirty: bool | None = hidden()
    changed: int | None = hidden()
    untracked: int | None = hidden()
    in_progress: str | None = shown("in progress")
    deploys_on_push: bool | None = hidden()
    deploys_on_push_why: str | None = shown("a push deploys")
    push_publishes_why: str = shown("a push publishes", default="")
    push_unsure: str = shown("a push may deploy", default="")
    push_elsewhere: str = shown("a push, elsewhere", default="")
    tag_deploys: bool | None = hidden()
    tag_deploys_why: str = shown("a tag sets off", default="")
    tag_unsure: str = shown("a tag may set off", default="")
    release_why: str = shown("a release sets off", default="")
    manual_why: str = shown("started by hand", default="")
    versions_by: str = shown("versions by", default="")
    versions_by_place: str = hidden(default="")
    versions_publish: bool = hidden(default=False)
    """Whether the program that makes versions publishes by itself, without a request of its own being merged."""
    triggers: tuple[TriggerSeen, ...] = hidden(default=())
    version_tags: bool | None = hidden()
    hooks: tuple[str, ...] | None = shown("hooks")
    identity: str | None = shown("identity")
    warnings: tuple[str, ...] | None = hidden()
