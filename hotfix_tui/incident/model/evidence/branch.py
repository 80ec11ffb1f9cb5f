"""What the steps of the branch stage saw."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, Finding, Part, hidden, shown


class TriggerSeen(Part):
    """Something triggered by a push, a tag or a release: what it does, where it is defined, and how certain that
    is.
    """

    kind: str = hidden(default="")
    """``deploys``, ``publishes`` or ``prepares-release``."""
    on: str = hidden(default="")
    """``push``, ``tag``, ``release``, ``manual`` (a pipeline started by a person) or ``hand`` (no pipeline at all)."""
    what: str = hidden(default="")
    place: str = hidden(default="")
    job: str = hidden(default="")
    environment: str = hidden(default="")
    target: str = hidden(default="")
    """``production``, ``staging``, ``preview``, ``docs``; empty if unknown."""
    sure: bool = hidden(default=False)
    condition: str = hidden(default="")
    bot: str = hidden(default="")
    ships: str = hidden(default="")
    """``package``, ``service``, ``pages``, ``workflow`` or ``deployment``; empty if that is not read."""
    goes_to: str = hidden(default="")
    """The registry of packages that it publishes to, such as ``PyPI``; empty for other places, or if not read."""


class Preflight(Evidence):
    """branch.preflight: the repository, its remotes, and what a push, a tag and a release trigger.

    A ``…_why`` says what is triggered and where that is defined; an ``…_unsure`` what might be, which is confirmed
    like production until the facts ``deploys.push`` and ``deploys.tag`` say otherwise.
    """

    STEP: ClassVar[str] = catalog.BRANCH_PREFLIGHT
    bare: bool | None = hidden(public=True)
    shallow: bool | None = hidden(public=True)
    detached: bool | None = hidden(public=True)
    remote: str | None = shown("remote", public=True)
    remote_url: str | None = shown("its address", public=True)
    production: str | None = shown("production branch", public=True)
    production_candidates: tuple[str, ...] = hidden(public=True, default=())
    """The possible production branches, when the engineer has to choose."""
    question: str = hidden(default="")
    forge: str | None = hidden(public=True)
    web: str | None = hidden(public=True)
    push_remote: str | None = shown("pushed to", public=True)
    push_url: str | None = hidden(public=True)
    dirty: bool | None = hidden(public=True)
    changed: int | None = hidden(public=True)
    untracked: int | None = hidden(public=True)
    in_progress: str | None = shown("in progress")
    deploys_on_push: bool | None = hidden(public=True)
    deploys_on_push_why: str | None = shown("a push deploys", public=True)
    push_publishes_why: str = shown("a push publishes", public=True, default="")
    push_unsure: str = shown("a push may deploy", public=True, default="")
    push_elsewhere: str = shown("a push, elsewhere", public=True, default="")
    tag_deploys: bool | None = hidden(public=True)
    tag_deploys_why: str = shown("a tag sets off", public=True, default="")
    tag_unsure: str = shown("a tag may set off", public=True, default="")
    tag_drafts_why: str = shown("a tag drafts", public=True, default="")
    """A draft release: the tag publishes nothing until a person publishes the draft."""
    tag_starts: str = shown("a tag starts, too", public=True, default="")
    """What a tag starts, by name, that is not known to deploy or publish: pipelines, requests elsewhere."""
    release_why: str = shown("a release sets off", public=True, default="")
    manual_why: str = shown("started by hand", public=True, default="")
    by_hand_why: str = shown("published by hand", public=True, default="")
    """Where users get it, and where that is said, if no pipeline is known that publishes it."""
    published_unsure: str = shown("perhaps published", public=True, default="")
    """Why it may be a package that others install, rather than something that runs; a person decides."""
    target: str = shown("deploys", public=True, default="")
    """Which of several deployables in this repository the incident is about."""
    targets: tuple[str, ...] = hidden(public=True, default=())
    """The possible deployables, when the engineer has to choose."""
    platform_takes: str = hidden(public=True, default="")
    """What the platform deploys: ``worktree``, ``commit``, ``image``, ``branch`` or ``nothing``."""
    platform_stages: bool = hidden(public=True, default=False)
    """Whether the platform can put a commit on staging."""
    versions_by: str = shown("versions by", public=True, default="")
    versions_by_place: str = hidden(public=True, default="")
    versions_publish: bool = hidden(public=True, default=False)
    """Whether the release tool publishes by itself, without a release request being merged."""
    triggers: tuple[TriggerSeen, ...] = hidden(default=())
    version_tags: bool | None = hidden(public=True)
    hooks: tuple[str, ...] | None = shown("hooks")
    identity: str | None = shown("identity")
    warnings: tuple[str, ...] | None = hidden()


class Candidate(Part):
    """One commit that may be live, with the evidence for it. `name` is what ``--choose`` takes."""

    name: str = hidden(default="")
    commit: str = hidden(default="")
    tag: str = hidden(default="")
    branch: str = hidden(default="")
    """Where the fix would land."""
    at: datetime | None = hidden()
    """When it was tagged, otherwise when it was made."""
    since: int = hidden(default=0)
    """How many commits that branch is ahead of it."""
    why: str = hidden(default="")
    dated: str = hidden(default="")
    """What happened `at` that time, if it is a tag: ``tagged``, or ``committed`` for a lightweight one."""


class Heard(Part):
    """What one source says is live: a commit, or why there is none."""

    source: str = hidden(default="")
    key: str = hidden(default="")
    """Its key in ``git.order``; empty for the production branch."""
    commit: str = hidden(default="")
    tag: str = hidden(default="")
    at: datetime | None = hidden()
    """When it was deployed; for a tag, when it was made."""
    asked: bool = hidden(default=True)
    """Whether it could be queried."""
    counts: bool = hidden(default=False)
    """Whether it can contradict another source: a tag that production has passed cannot."""
    why: str = hidden(default="")
    dated: str = hidden(default="")
    """Of a tag, what happened `at` that time: ``tagged``, or ``committed`` for a lightweight one."""


BY_TAG, BY_BRANCH = "tag", "production branch"
"""Sources of a base that are in git itself."""


class Base(Evidence):
    """branch.base: the commit that the hotfix starts from, the source that named it, and the branch where the fix
    lands.

    Without a `commit` there is a `question`: the `candidates` are the choices.
    """

    STEP: ClassVar[str] = catalog.BRANCH_BASE

    said: str = hidden(default="")
    """What was chosen and by which source, in one sentence: the summary of the step."""
    commit: str = shown("commit", public=True, default="")
    tag: str = shown("tag", public=True, default="")
    source: str = shown("source", public=True, default="")
    choice: str = hidden(public=True, default="")
    target: str = shown("lands on", public=True, default="")
    """The branch where the fix lands: the release branch containing what is live, otherwise the production branch."""
    target_sets_off: Mapping[str, object] | None = hidden(public=True)
    """What a push to that branch triggers, in the preflight's terms, if it is not the production branch."""
    tagged_at: datetime | None = shown("tagged", public=True)
    deployed_at: datetime | None = shown("deployed", public=True)
    committed_at: datetime | None = shown("committed", public=True)
    age_days: int | None = hidden(public=True)
    question: str = hidden(default="")
    candidates: tuple[Candidate, ...] = hidden(default=())
    sources: tuple[str, ...] = hidden(default=())
    """What each source said, one line each."""
    heard: tuple[Heard, ...] = hidden(default=())
    """The same as typed fields."""
    apart: int = hidden(default=0)
    """How many of its commits are not on the landing branch."""
    answers: Mapping[str, object] | None = hidden()
    """The commits that the sources named, by their key in ``git.order``."""
    disagreement: str | None = hidden()
    findings: tuple[Finding, ...] = hidden(default=())
    live: str = hidden(public=True, default="")
    """What is live, if the hotfix rolls forward from another commit."""
    acknowledged: int | None = hidden(public=True)
    acknowledged_list: tuple[str, ...] | None = hidden(public=True)
    acknowledged_same_files: int | None = hidden()
    undeployed: int | None = shown("not live yet", public=True)
    undeployed_list: tuple[str, ...] = hidden(public=True, default=())
    same_files: int | None = hidden()
    production_head: str = hidden(default="")


class Branched(Evidence):
    """branch.create: the branch of this round, and where it is checked out."""

    STEP: ClassVar[str] = catalog.BRANCH_CREATE

    branch: str = shown("branch", public=True, default="")
    worktree: str = shown("worktree", default="")
    in_place: bool = hidden(default=False)
    """Whether it was made in the checkout the wizard was started in."""
    start: str = hidden(default="")
    """The commit that it was made from."""
    made_by_wizard: bool = hidden(default=False)
    adopted: bool = hidden(default=False)
    """Whether the fix existed before the incident was opened; its branch is then never replaced or removed."""
    taken_along: bool = hidden(default=False)
    """Whether uncommitted changes were to be copied into the worktree."""
    carried: tuple[str, ...] = shown("taken along", default=())
    conflicts: tuple[str, ...] = shown("conflicts in", default=())
    start_dirty: tuple[str, ...] | None = hidden()
    """A fingerprint of each changed file in the checkout the wizard was started in, at that time."""
    renamed_from: str = hidden(default="")
    """Its previous name, while a rename is in progress."""
    committed_at: datetime | None = shown("committed", public=True)
    """When the last commit of an adopted fix was made."""
