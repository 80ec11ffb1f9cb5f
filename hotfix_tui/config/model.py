"""The configuration of a repository, as types.

In files the names have hyphens (``ticket-pattern``), here underscores. Durations are written as ``"15m"`` in files
and held as seconds. ``Check`` names a rule that ``config_checks`` applies to a value while reading it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from hotfix_tui.incident.model.measured import Item

BaseSource = Literal["live", "platform", "forge", "tag"]

BASE_SOURCES: tuple[BaseSource, ...] = ("live", "platform", "forge", "tag")
"""Where to learn what is live, best first: the configured command or address, the platform, the forge's
deployments, the highest version tag.
"""


def _check(kind: str) -> msgspec.Meta:
    """Mark a field with the rule that reads it."""
    return msgspec.Meta(extra={"check": kind})


Duration = Annotated[float, _check("duration")]
Line = Annotated[str, _check("line")]
Url = Annotated[str, _check("url")]
Secret = Annotated[str, _check("secret")]
Target = Annotated[str, _check("target")]
Status = Annotated[int, _check("status")]
Count = Annotated[int, _check("count")]
Ref = Annotated[str, _check("ref")]
NamePattern = Annotated[str, _check("name-pattern")]
Slug = Annotated[str, _check("slug")]
RelativePath = Annotated[str, _check("relative-path")]
Glob = Annotated[str, _check("line")]
PlatformValue = Annotated[str, _check("platform-value")]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One table of the file: unknown keys are rejected, names are written with hyphens."""


class ConfigCommand(_Table, frozen=True, kw_only=True):
    """A command line of the project.

    ``run`` is an argument list, or with ``shell`` one string for ``/bin/sh -c``. ``tty`` is whether it gets a
    pseudo terminal (None: the default for its kind of command), ``cwd`` a folder below the root.
    """

    run: Annotated[list[str] | str, _check("run")]
    tty: bool | None = None
    env: Annotated[dict[str, str], _check("env")] = {}
    timeout: Duration | None = None
    shell: bool = False
    cwd: RelativePath = ""

    def argv(self) -> list[str]:
        """Return the argument list to execute, placeholders not yet filled in."""
        return ["/bin/sh", "-c", self.run] if isinstance(self.run, str) else list(self.run)


class GitConfig(_Table, frozen=True, kw_only=True):
    """Which remote and branches to use, and how branches, worktrees and tags are named.

    ``base`` is ``live``, ``production`` or a ref. ``order`` lists the sources of "what is live", best first.
    ``live`` is an http(s) address or a command that prints the live commit. ``tag_pattern`` holds one ``*`` in
    place of the version. Empty texts mean "detect it".
    """

    remote: Ref = ""
    production: Ref = ""
    base: Ref = "live"
    order: list[BaseSource] = msgspec.field(default_factory=lambda: list(BASE_SOURCES))
    live: ConfigCommand | Url | None = None
    ticket_pattern: Annotated[str, _check("regex")] = ""
    branch: NamePattern = "hotfix/{ticket}-{slug}"
    worktree: NamePattern = "../{repo}.hotfix/{id}"
    carry: list[RelativePath] = msgspec.field(default_factory=lambda: [".env", ".vercel"])
    tag: Literal["auto", "before-deploy", "after-verify", "off"] = "auto"
    tag_pattern: Annotated[str, _check("tag-pattern")] = ""
    backports: list[Ref] = []


class Commands(_Table, frozen=True, kw_only=True):
    """The commands of the verify stage. ``parallel``: test, typecheck and build may run at the same time."""

    setup: ConfigCommand | None = None
    test: ConfigCommand | None = None
    typecheck: ConfigCommand | None = None
    build: ConfigCommand | None = None
    regression: ConfigCommand | None = None
    parallel: bool = False


class DeployTarget(_Table, frozen=True, kw_only=True):
    """One of several deployables in one repository; anything not set here is taken from ``[deploy]``.

    A target with its own platform takes none of the commands of ``[deploy]``: those are about something else.
    """

    folder: RelativePath = ""
    platform: Slug = ""
    settings: dict[Slug, PlatformValue] = {}
    environment: Line = ""
    staging: ConfigCommand | None = None
    production: ConfigCommand | None = None
    follow: ConfigCommand | None = None
    current: ConfigCommand | None = None
    rollback: ConfigCommand | None = None
    staging_url: Url = ""
    production_url: Url = ""


class DeployConfig(_Table, frozen=True, kw_only=True):
    """How this project is deployed: a platform's name, single commands, or both (a command wins).

    ``current`` prints what is live, ``rollbacks`` are additional ways back by name. ``environment`` is
    production's name in the forge's record of deployments. ``settings`` are the values that the platform's
    commands need. ``folder`` is the part of the repository that is deployed, if not all of it; ``targets`` are
    several such parts, by name. ``published`` is whether others install this as a package and nobody here runs it;
    None: as the files say.
    """

    folder: RelativePath = ""
    platform: Slug = ""
    settings: dict[Slug, PlatformValue] = {}
    targets: dict[Slug, DeployTarget] = {}
    environment: Line = "production"
    published: bool | None = None
    staging: ConfigCommand | None = None
    production: ConfigCommand | None = None
    follow: ConfigCommand | None = None
    current: ConfigCommand | None = None
    rollback: ConfigCommand | None = None
    rollbacks: dict[Slug, ConfigCommand] = {}
    feature_flag: ConfigCommand | None = None
    staging_url: Url = ""
    production_url: Url = ""


class Smoke(_Table, frozen=True, kw_only=True):
    """One request to production and the answer it must get. ``json`` or ``body``, not both."""

    name: Line
    url: Url
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    headers: Annotated[dict[str, str], _check("headers")] = {}
    json: Any = None
    body: str = ""
    expect_status: Status | list[Status] = 200
    expect_body: str = ""
    timeout: Duration = 10.0


class ProbeTarget(_Table, frozen=True, kw_only=True):
    """An address that is polled while the deployment is watched."""

    name: Line
    url: Url
    interval: Duration = 10.0
    expect_status: Status | list[Status] = 200
    max_latency: Duration | None = None
    answers: Item | None = None


class Prometheus(_Table, frozen=True, kw_only=True):
    """A Prometheus server and the query whose first result is the value."""

    url: Url
    query: Line
    token: Secret = ""


class Sentry(_Table, frozen=True, kw_only=True):
    """A Sentry project whose event count is the value."""

    organization: Line
    project: Line = ""
    query: str = "is:unresolved"
    environment: str = "production"
    url: Url = "https://sentry.io"
    token: Secret = "$SENTRY_AUTH_TOKEN"


class Metric(_Table, frozen=True, kw_only=True):
    """A number that shows whether production got better: exactly one source, and the direction it should move."""

    name: Line
    prometheus: Prometheus | None = None
    sentry: Sentry | None = None
    command: ConfigCommand | None = None
    json_url: Url = ""
    source: Literal["", "cloudwatch", "datadog", "grafana", "new-relic"] = ""
    settings: dict[Slug, str] = {}
    pointer: str = ""
    headers: Annotated[dict[str, str], _check("headers")] = {}
    direction: Literal["falls", "stable", "normal"] = "falls"
    answers: Item | None = None


class MonitorConfig(_Table, frozen=True, kw_only=True):
    """How long production is watched before a verdict is proposed, and how far back the normal values are taken."""

    watch: Duration = 900.0
    baseline: Duration = 900.0
    not_asked: list[Item] = []
    look: dict[Item, Line] = {}


class Channel(_Table, frozen=True, kw_only=True):
    """Where one kind of message goes. A file may give just the targets: one text or a list of texts."""

    targets: list[Target] = []
    command: ConfigCommand | None = None


class Notify(_Table, frozen=True, kw_only=True):
    """Where messages go; ``command`` gets the text on stdin for channels without a command of their own."""

    internal: Channel = Channel()
    status_page: Channel = Channel()
    email: Channel = Channel()
    command: ConfigCommand | None = None


class Tracker(_Table, frozen=True, kw_only=True):
    """The issue tracker. ``link`` is a ticket's page with ``{ticket}`` in it, ``url`` the base address of its API."""

    kind: Literal["", "linear", "jira", "github", "gitlab"] = ""
    url: Url = ""
    link: Annotated[str, _check("link")] = ""
    user: str = ""
    token: Secret = ""


class StatusPage(_Table, frozen=True, kw_only=True):
    """The public status page: ``page`` is its id at the provider, ``url`` the base address of the API."""

    page: Line = ""
    url: Url = "https://api.statuspage.io"
    token: Secret = ""


class PolicyConfig(_Table, frozen=True, kw_only=True):
    """Deviations from the built-in policy of one severity; None keeps the built-in value."""

    deadline: Duration | None = None
    approvals: Count | None = None
    staging: bool | Literal["required", "optional"] | None = None
    order: Literal["merge-first", "deploy-first"] | None = None
    update_every: Duration | None = None


class ChecklistItem(_Table, frozen=True, kw_only=True):
    """An additional manual step of a stage; its step id is ``<stage>.x-<id>``."""

    id: Slug
    text: Line


class GuardConfig(_Table, frozen=True, kw_only=True):
    """How large a minimal fix may be, which paths it must not touch, and which paths are tests."""

    max_files: Count = 10
    max_lines: Count = 200
    forbidden: list[Glob] = []
    test_paths: list[Glob] = []


class Templates(_Table, frozen=True, kw_only=True):
    """``dir``: a folder below the root with the project's own document templates."""

    dir: RelativePath = ""


class Config(_Table, frozen=True, kw_only=True):
    """The whole configuration; every value has a default, so a missing file is an empty one.

    ``components`` maps a component's name to its paths, ``policy`` a severity to its deviations, ``checklists`` a
    stage to its additional manual steps.
    """

    language: Literal["en", "zh"] = "en"
    service: str = ""
    support: str = ""
    signature: str = ""
    components: dict[str, str] = {}
    git: GitConfig = GitConfig()
    commands: Commands = Commands()
    deploy: DeployConfig = DeployConfig()
    smoke: list[Smoke] = []
    probe: list[ProbeTarget] = []
    metric: list[Metric] = []
    monitor: MonitorConfig = MonitorConfig()
    notify: Notify = Notify()
    tracker: Tracker = Tracker()
    statuspage: StatusPage = StatusPage()
    policy: Annotated[dict[str, PolicyConfig], _check("severities")] = {}
    checklists: Annotated[dict[str, list[ChecklistItem]], _check("stages")] = {}
    guard: GuardConfig = GuardConfig()
    templates: Templates = Templates()
