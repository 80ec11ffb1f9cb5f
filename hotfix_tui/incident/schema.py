"""The shape of a record: checked when a session file is opened and before it is saved.

Fields that are not named here are left as they are, so that what a newer version wrote survives.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=200_000)]


class BadRecord(ValueError):
    """The document is not a record; the message is a sentence with the file, the field and a way on."""


class Round(msgspec.Struct):
    """One fix, from branch to verdict."""

    number: int
    begun_at: datetime
    why: Text = ""
    order: Text = ""
    verdict: Text = ""
    verdict_at: datetime | None = None


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


class Run(msgspec.Struct):
    """One execution of a step's commands."""

    n: int
    step: Text
    at: datetime
    round: int = 1
    by: Text = ""
    state: Text = ""


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
    runs: list[Run] = []
    overrides: dict[str, dict[str, Any]] = {}
    config: dict[str, Any] = {}
    lines: list[Text] = []


def check(doc: dict[str, Any], path: str) -> None:
    """Raise BadRecord unless `doc`, which was read from `path`, is a record."""
    try:
        found = msgspec.convert(doc, Document)
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
    from hotfix_tui.incident.facts import FACTS

    kinds: dict[str, type | tuple[type, ...]] = {"time": datetime, "list": list, "actions": list}
    for key, value in found.facts.items():
        known = FACTS.get(key)
        wanted = kinds.get(known.kind, str) if known else object
        if not isinstance(value, wanted):
            raise BadRecord(f"{path}: the fact {key} has the wrong type. Mend it in the file.")


def _times(value: Any, path: str) -> None:
    """Refuse times without a zone: they would compare with nothing."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadRecord(f"{path}: the time {value.isoformat()} has no zone. Write it with a Z at its end.")
    if isinstance(value, dict):
        for item in value.values():
            _times(item, path)
    elif isinstance(value, list):
        for item in value:
            _times(item, path)
