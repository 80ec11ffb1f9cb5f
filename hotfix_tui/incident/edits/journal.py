"""The building blocks of every edit: who and when, timeline entries, marks on steps.

Also what `undo` can take back: only the last tick, choice or fact, and only while nothing else has touched it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import current_key, key_name

Entries = list[dict[str, Any]]


class Actor(NamedTuple):
    """Who did something, and when (UTC)."""

    by: str
    at: datetime


def entry(actor: Actor, kind: str, text: str, **more: object) -> dict[str, object]:
    """Return one timeline entry."""
    return {"at": actor.at, "kind": kind, "text": text, "by": actor.by, **more}


def done_now(record: Record, step: str, actor: Actor, evidence: Mapping[str, object], how: str = "") -> None:
    """Mark `step` as done, for the current tree, base or dependencies."""
    known = record.definitions()[step]
    out: dict[str, object] = {"state": "done", "at": actor.at, "by": actor.by, "round": record.round}
    if evidence:
        out["evidence"] = evidence
    if how:
        out["how"] = how
    if key_name(known):
        out[key_name(known)] = current_key(record, known)
    record.steps[step] = out


def remember(record: Record, what: str, name: str, before: object) -> None:
    """Keep the value `before` of the ``fact`` or ``step`` `name`, for `undo`."""
    last: dict[str, object] = {"what": what, "name": name}
    if before is not None:
        last["before"] = before
    record.doc["undo"] = last


def forget(record: Record, what: str, name: str) -> None:
    """Make the last change of `name` final: something else builds on it now, and undoing it would lose that."""
    last = record.doc.get("undo")
    if last and last["what"] == what and last["name"] == name:
        record.doc.pop("undo")
