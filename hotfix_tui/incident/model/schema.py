"""The shape of a record: checked when a session file is opened and before it is saved.

Fields not named here are left alone, so that data written by a newer version survives.
"""

from datetime import datetime
from typing import Any

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.base.shape import (
    any_table,
    any_text,
    anything,
    either,
    like,
    list_of,
    maybe,
    number,
    one_of,
    point_in_time,
    table,
    table_of,
    text,
    whole,
)
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.model.facts import FACTS


class BadRecord(HotfixError, ValueError):
    """The document is not a record; the message is a sentence with the file, the field and a way out."""

    touches_record = True


_ORDERS = ("merge-first", "deploy-first")

_ROUND = table(
    {"number": whole(), "begun_at": point_in_time},
    why=text,
    order=one_of("", *_ORDERS),
    verdict=text,
    verdict_at=maybe(point_in_time),
    deadline=maybe(point_in_time),
    steps=table_of(anything),
    evidence=table_of(anything),
)

_ENTRY = table(
    state=text,
    at=maybe(point_in_time),
    by=text,
    run=maybe(whole()),
    round=maybe(whole()),
    how=text,
    tree=text,
    base=text,
    setup=text,
    evidence=table_of(anything),
)
"""What was recorded for a step."""

_WAIVER = table(
    {"step": text, "round": whole(), "granted_by": text, "why": text, "at": point_in_time},
    severity=text,
    asked_by=text,
    tree=text,
    commit=text,
    lapsed=text,
)

_ACCEPTED = table({"finding": text, "why": text, "at": point_in_time}, by=text, content=text, path=text)

_MESSAGE = table({"document": text, "phase": text, "at": point_in_time}, by=text, how=text, round=whole())

_SENDING = table({"document": text, "phase": text, "at": point_in_time}, by=text)
"""A message whose command was started."""

_DISCLOSURE = table(
    {"document": text, "granted_by": text, "why": text, "at": point_in_time}, by=text, round=whole()
)
"""A signature for a public message about a security fault before production runs the fix."""

_RUN = table(
    {"n": whole(), "step": text, "at": point_in_time},
    round=whole(),
    by=text,
    state=text,
    note=table_of(anything),
)

_LINE = either(any_text, list_of(anything))
"""A command line."""

_SPAN = maybe(either(any_text, number))

_POLICY = table({}, **{"deadline": _SPAN, "update-every": _SPAN, "order": maybe(one_of(*_ORDERS))})

_CONFIG = table(
    git=table(tag=any_text, backports=list_of(any_text)),
    deploy=table(production=maybe(either(any_text, list_of(anything), table(run=_LINE)))),
    commands=table_of(anything),
    policy=table_of(_POLICY),
    checklists=table_of(list_of(table({"id": text, "text": text}))),
)
"""The configuration that the incident keeps, as far as its steps depend on it."""

_EVIDENCE = table(
    undeployed=whole(), findings=list_of(table({"id": text}, text=text, content=text, path=text))
)
"""Evidence that the state machine reads, whichever step stores it."""

_CLOCK = table(
    {"opened_at": point_in_time},
    resolved_at=maybe(point_in_time),
    closed_at=maybe(point_in_time),
    reopened_at=maybe(point_in_time),
    stopped_at=maybe(point_in_time),
)

_DOCUMENT = table(
    {"id": like("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "clock": _CLOCK, "rounds": list_of(_ROUND, least=1)},
    schema=whole(),
    state=one_of("open", "resolved", "closed", "normal-process", "false-alarm", "abandoned"),
    severity=one_of("", "P0", "P1", "P2", "P3"),
    stage=one_of(*STAGES),
    round=whole(1),
    revision=whole(),
    facts=table_of(anything),
    steps=table_of(_ENTRY),
    waivers=list_of(_WAIVER),
    accepted=list_of(_ACCEPTED),
    messages=list_of(_MESSAGE),
    sending=list_of(_SENDING),
    disclosures=list_of(_DISCLOSURE),
    runs=list_of(_RUN),
    overrides=table_of(any_table),
    config=_CONFIG,
    detected=table_of(any_table),
    severities=list_of(any_table),
    lines=list_of(text),
    lines_begun=list_of(text),
    lines_given_up=list_of(text),
    undo=maybe(table({"what": one_of("fact", "step"), "name": text})),
    ending=maybe(any_table),
)

_FACTS = {"time": point_in_time, "list": list_of(any_text), "actions": list_of(table_of(any_text))}
"""The shapes of facts by their kind; all others are texts."""


def check(doc: dict[str, Any], path: str) -> None:
    """Raise BadRecord unless `doc`, read from `path`, is a record."""
    problem = _DOCUMENT(doc, "record")
    for step in (catalog.BRANCH_BASE, catalog.FIX_GUARD):
        if not problem and step in doc.get("steps", {}):
            problem = _EVIDENCE(doc["steps"][step].get("evidence", {}), f"record.steps.{step}.evidence")
    if problem:
        raise BadRecord(
            f"{path}: this is not an incident of hotfix-tui: {problem}. "
            "Correct that field in the file, or restore session.toml.bak, which lies next to it."
        )
    number, rounds = doc.get("round", 1), len(doc["rounds"])
    if number != rounds:
        raise BadRecord(
            f"{path}: round is {number}, but {rounds} rounds are listed. "
            "Correct one of the two, or restore session.toml.bak, which lies next to it."
        )
    _facts(doc.get("facts", {}), path)
    _times(doc, path)


def _facts(facts: dict[str, object], path: str) -> None:
    for key, value in facts.items():
        known = FACTS.get(key)
        if known is not None and _FACTS.get(known.kind, any_text)(value, key):
            raise BadRecord(f"{path}: the fact {key} has the wrong type. Correct it in the file.")


def _times(value: object, path: str) -> None:
    """Refuse times without a zone, which cannot be compared, and those outside the range of time arithmetic."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadRecord(f"{path}: the time {value.isoformat()} has no zone. Write it with a Z at its end.")
    if isinstance(value, datetime) and not 1970 < value.year < 9000:
        raise BadRecord(f"{path}: the time {value.isoformat()} cannot be right. Correct it in the file.")
    if isinstance(value, dict):
        for item in value.values():
            _times(item, path)
    elif isinstance(value, list):
        for item in value:
            _times(item, path)
