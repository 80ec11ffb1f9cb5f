"""The shape of a record: checked when a session file is opened and before it is saved.

Fields that are not named here are left as they are, so that what a newer version wrote survives.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from hotfix_tui.base.errors import HotfixError

Text = Annotated[str, msgspec.Meta(max_length=200_000)]


class BadRecord(HotfixError, ValueError):
    """The document is not a record; the message is a sentence with the file, the field and a way on."""

    touches_record = True


class Round(msgspec.Struct):
    """One fix, from branch to verdict."""

    number: int
    begun_at: datetime
    why: Text = ""
    order: Annotated[str, msgspec.Meta(pattern="^(merge-first|deploy-first)?$")] = ""
    verdict: Text = ""
    verdict_at: datetime | None = None
    deadline: datetime | None = None
    steps: dict[str, Any] = {}
    evidence: dict[str, Any] = {}


class Entry(msgspec.Struct):
    """What was recorded of a step."""

    state: Text = ""
    at: datetime | None = None
    by: Text = ""
    run: int | None = None
    round: int | None = None
    how: Text = ""
    tree: Text = ""
    base: Text = ""
    setup: Text = ""
    evidence: dict[str, Any] = {}


class Waiver(msgspec.Struct):
    """One skipped gate, signed."""

    step: Text
    round: int
    granted_by: Text
    why: Text
    at: datetime
    severity: Text = ""
    asked_by: Text = ""
    tree: Text = ""
    commit: Text = ""
    lapsed: Text = ""


class Accepted(msgspec.Struct):
    """One finding that was accepted."""

    finding: Text
    why: Text
    at: datetime
    by: Text = ""
    content: Text = ""
    path: Text = ""


class Message(msgspec.Struct):
    """One message that is out."""

    document: Text
    phase: Text
    at: datetime
    by: Text = ""
    how: Text = ""
    round: int = 1


class Disclosure(msgspec.Struct):
    """One signature for a public message about a security fault before production runs the fix."""

    document: Text
    granted_by: Text
    why: Text
    at: datetime
    by: Text = ""
    round: int = 1


class Sending(msgspec.Struct):
    """One message whose command began."""

    document: Text
    phase: Text
    at: datetime
    by: Text = ""


class Run(msgspec.Struct):
    """One execution of a step's commands."""

    n: int
    step: Text
    at: datetime
    round: int = 1
    by: Text = ""
    state: Text = ""
    note: dict[str, Any] = {}


class Undo(msgspec.Struct):
    """What undo would take back."""

    what: Literal["fact", "step"]
    name: Text


class Command(msgspec.Struct):
    """A configured command, as far as the order of landing depends on it."""

    run: str | list[Any] = []


class Deploy(msgspec.Struct):
    """``[deploy]``, as far as the order of landing depends on it."""

    production: str | list[Any] | Command | None = None


class Git(msgspec.Struct):
    """``[git]``, as far as the steps depend on it."""

    tag: str = "auto"
    backports: list[str] = []


class Policy(msgspec.Struct, rename="kebab"):
    """``[policy.PX]``."""

    deadline: str | float | None = None
    update_every: str | float | None = None
    order: Annotated[str, msgspec.Meta(pattern="^(merge-first|deploy-first)$")] | None = None


class Item(msgspec.Struct):
    """One configured item of a checklist."""

    id: Text
    text: Text


class Config(msgspec.Struct):
    """The configuration that the incident keeps, as far as its steps depend on it."""

    git: Git = msgspec.field(default_factory=Git)
    deploy: Deploy = msgspec.field(default_factory=Deploy)
    commands: dict[str, Any] = {}
    policy: dict[str, Policy] = {}
    checklists: dict[str, list[Item]] = {}


class Finding(msgspec.Struct):
    """One finding of the guard."""

    id: Text
    text: Text = ""
    content: Text = ""
    path: Text = ""


class Evidence(msgspec.Struct):
    """Evidence that the state machine reads, whatever step it lies under."""

    undeployed: int = 0
    findings: list[Finding] = []


class Clock(msgspec.Struct):
    """Points in time of the incident."""

    opened_at: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    stopped_at: datetime | None = None


class Document(msgspec.Struct):
    """The whole record."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    clock: Clock
    rounds: Annotated[list[Round], msgspec.Meta(min_length=1)]
    schema: int = 1
    state: Annotated[
        str, msgspec.Meta(pattern="^(open|resolved|closed|normal-process|false-alarm|abandoned)$")
    ] = "open"
    severity: Annotated[str, msgspec.Meta(pattern="^(P[0-3])?$")] = ""
    stage: Annotated[
        str,
        msgspec.Meta(
            pattern="^(triage|branch|fix|verify|pull-request|release|deploy|monitor|communicate|backport|review)$"
        ),
    ] = "triage"
    round: Annotated[int, msgspec.Meta(ge=1)] = 1
    revision: int = 0
    facts: dict[str, Any] = {}
    steps: dict[str, Entry] = {}
    waivers: list[Waiver] = []
    accepted: list[Accepted] = []
    messages: list[Message] = []
    sending: list[Sending] = []
    disclosures: list[Disclosure] = []
    runs: list[Run] = []
    overrides: dict[str, dict[str, Any]] = {}
    config: Config = msgspec.field(default_factory=Config)
    detected: dict[str, dict[str, Any]] = {}
    severities: list[dict[str, Any]] = []
    lines: list[Text] = []
    undo: Undo | None = None
    ending: dict[str, Any] | None = None


def check(doc: dict[str, Any], path: str) -> None:
    """Raise BadRecord unless `doc`, which was read from `path`, is a record."""
    try:
        found = msgspec.convert(doc, Document)
        for step in ("branch.base", "fix.guard"):
            if step in found.steps:
                msgspec.convert(found.steps[step].evidence, Evidence)
    except msgspec.ValidationError as problem:
        raise BadRecord(
            f"{path}: this is not an incident of hotfix-tui: {problem}. "
            "Mend that field in the file, or bring back session.toml.bak, which lies beside it."
        ) from None
    if found.round != len(found.rounds):
        raise BadRecord(
            f"{path}: round is {found.round}, but {len(found.rounds)} rounds are listed. "
            "Mend one of the two, or bring back session.toml.bak, which lies beside it."
        )
    _facts(found, path)
    _times(doc, path)


def _facts(found: Document, path: str) -> None:
    from hotfix_tui.incident.model.facts import FACTS

    kinds: dict[str, Any] = {"time": datetime, "list": list[str], "actions": list[dict[str, str]]}
    for key, value in found.facts.items():
        known = FACTS.get(key)
        try:
            msgspec.convert(value, kinds.get(known.kind, str) if known else Any)
        except msgspec.ValidationError:
            raise BadRecord(f"{path}: the fact {key} has the wrong type. Mend it in the file.") from None


def _times(value: Any, path: str) -> None:
    """Refuse times without a zone, which would compare with nothing, and those from which no time can be counted."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadRecord(f"{path}: the time {value.isoformat()} has no zone. Write it with a Z at its end.")
    if isinstance(value, datetime) and not 1970 < value.year < 9000:
        raise BadRecord(f"{path}: the time {value.isoformat()} cannot be right. Mend it in the file.")
    if isinstance(value, dict):
        for item in value.values():
            _times(item, path)
    elif isinstance(value, list):
        for item in value:
            _times(item, path)
