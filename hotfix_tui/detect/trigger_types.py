"""What a push, a tag and a published release trigger, typed: the results of reading workflows and platform files."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What is triggered: a deployment, a publication (packages, images, releases), or the preparation of a release.

    DRAFTS is a release that a person has yet to publish.
    """

    DEPLOYS = "deploys"
    PUBLISHES = "publishes"
    DRAFTS = "drafts-release"
    PREPARES = "prepares-release"

    @property
    def goes_out(self) -> bool:
        """Whether users of the product get it from that alone."""
        return self in (Kind.DEPLOYS, Kind.PUBLISHES)


class On(StrEnum):
    """What triggers it."""

    PUSH = "push"
    TAG = "tag"
    RELEASE = "release"
    MANUAL = "manual"
    """A pipeline that a person starts."""
    HAND = "hand"
    """Nothing here: a person does it from their own machine."""


class Target(StrEnum):
    """Where it goes; UNSAID is production as far as anybody can tell."""

    PRODUCTION = "production"
    STAGING = "staging"
    PREVIEW = "preview"
    DOCS = "docs"
    UNSAID = ""

    @property
    def is_production(self) -> bool:
        """Whether users of the product get it."""
        return self in (Target.PRODUCTION, Target.UNSAID)


class Ships(StrEnum):
    """What goes out by it, as far as that was read."""

    PACKAGE = "package"
    """What others install: a package, a module, an extension, binaries."""
    SERVICE = "service"
    """Images and uploads: something that probably runs somewhere."""
    PAGES = "pages"
    """Static pages without a server of their own."""
    WORKFLOW = "workflow"
    """Another workflow is started; what that does is defined elsewhere."""
    DEPLOYMENT = "deployment"
    """A program that deploys, read as such."""
    UNREAD = ""


class GoesTo(StrEnum):
    """The registry of packages that something is published to, by the name that people know it by."""

    PYPI = "PyPI"
    NPM = "npm"
    CRATES = "crates.io"
    RUBYGEMS = "RubyGems"
    HEX = "Hex"
    MAVEN = "Maven"
    PUB = "pub.dev"
    GALAXY = "Ansible Galaxy"
    PACKAGIST = "Packagist"
    GO = "the module proxy of Go"
    NUGET = "NuGet"
    HACKAGE = "Hackage"
    CPAN = "CPAN"
    OPAM = "opam"
    CLOJARS = "Clojars"
    LUAROCKS = "LuaRocks"
    CRAN = "CRAN"
    JULIA = "the General registry of Julia"
    COCOAPODS = "CocoaPods"
    UNSAID = ""

    @property
    def published(self) -> str:
        """What publishes there does, as a clause."""
        return f"publishes to {self.value}"


class Act(StrEnum):
    """Which act it is, where what comes of it depends on others next to it, or on the version."""

    RELEASE = "release"
    """A release on the forge is made public."""
    DRAFT_OUT = "draft-out"
    """The draft of a release is made public."""
    UPLOAD = "upload"
    """Files are added to a release."""
    GORELEASER = "goreleaser"
    PAGES = "pages"
    JVM = "jvm"
    """A build of the JVM publishes what it made: a release or a snapshot, by its version."""
    UNSAID = ""


@dataclass(frozen=True)
class Sign:
    """One line that deploys or publishes: what it does, how sure that is, and who makes versions with it."""

    kind: Kind
    what: str
    sure: bool = True
    target: Target = Target.UNSAID
    bot: str = ""
    """The program that decides on versions and makes tags, such as semantic-release."""
    line: int = 0
    script: str = ""
    """The command of a script of which only the name is known."""
    unread: bool = False
    """What it runs is not read: a script, a playbook, commands on a server."""
    cluster: bool = False
    """It acts on the current cluster, which may be one of the job's own."""
    ships: Ships = Ships.UNREAD
    goes_to: GoesTo = GoesTo.UNSAID
    act: Act = Act.UNSAID


def settled(sign: Sign, environment: Target) -> Sign:
    """Return the sign; a script merely called "deploy" counts if its job runs in the production environment."""
    weak = sign.unread and not sign.bot
    return replace(sign, sure=True) if weak and environment is Target.PRODUCTION else sign


@dataclass(frozen=True)
class Trigger:
    """Something that a push, tag or release triggers, with its evidence.

    `sure` is False if it depends on what cannot be read here (an unknown condition, a script, a connected account);
    `condition` then says on what, as far as known.
    """

    kind: Kind
    on: On
    what: str
    file: str
    line: int = 0
    job: str = ""
    environment: str = ""
    target: Target = Target.UNSAID
    sure: bool = True
    condition: str = ""
    bot: str = ""
    ships: Ships = Ships.UNREAD
    goes_to: GoesTo = GoesTo.UNSAID
    act: Act = Act.UNSAID

    @property
    def place(self) -> str:
        """Where it is defined: file and line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def sentence(self) -> str:
        """What it does and where that is defined, as a clause."""
        job = f", job {self.job}" if self.job else ""
        said = self.environment in self.what or self.environment == self.job or "${{" in self.environment
        where = f" in {self.environment}" if self.environment and not said else ""
        only = f"; {self.condition}" if self.condition else ""
        return f"{self.what}{where} ({self.place}{job}{only})"


@dataclass(frozen=True)
class Bot:
    """A program that makes versions and tags by itself; `publishes` if it does so without merging its own request."""

    name: str
    publishes: bool
    place: str


@dataclass(frozen=True)
class Started:
    """A pipeline that a push or tag starts, whatever it does; not `sure` if that depends on something unknown here."""

    name: str
    file: str
    sure: bool = True

    @property
    def sentence(self) -> str:
        """Its name and file, as a clause."""
        return f"{self.name} ({self.file})" + ("" if self.sure else ", perhaps")


@dataclass(frozen=True)
class Triggers:
    """Everything that was found, the surest first."""

    triggers: tuple[Trigger, ...] = field(default=())
    bots: tuple[Bot, ...] = field(default=())
    by_tag: tuple[Started, ...] = field(default=())
    """The pipelines that a tag starts, whatever they do."""

    def on(self, on: On) -> list[Trigger]:
        """Return what `on` triggers in production: deployments and publications, the sure ones first."""
        return [
            trigger
            for trigger in self.triggers
            if trigger.on == on and trigger.target.is_production and trigger.kind.goes_out
        ]

    def drafts(self, on: On) -> list[Trigger]:
        """Return what `on` only drafts: it reaches users when a person publishes it."""
        return [trigger for trigger in self.triggers if trigger.on == on and trigger.kind is Kind.DRAFTS]

    def prepares(self, on: On) -> list[Trigger]:
        """Return what `on` only prepares: a request that a person has yet to merge, here or elsewhere."""
        return [trigger for trigger in self.triggers if trigger.on == on and trigger.kind is Kind.PREPARES]

    def elsewhere(self, on: On) -> list[Trigger]:
        """Return what `on` triggers outside production: staging, previews, documentation."""
        return [trigger for trigger in self.triggers if trigger.on == on and not trigger.target.is_production]

    @property
    def bot(self) -> Bot | None:
        """What makes versions and tags here, or None: the engineer (and so the wizard) does."""
        return self.bots[0] if self.bots else None
