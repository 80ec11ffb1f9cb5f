"""A line for each incident, fast enough for a prompt: only the top of each record is parsed."""

import os
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hotfix_tui.session import durable, files, record
from hotfix_tui.session.errors import StoreError


class Summary(NamedTuple):
    """What a list says about an incident; texts that the record does not hold are empty."""

    id: str
    ticket: str
    title: str
    severity: str
    state: str
    stage: str
    revision: int
    changed_at: datetime | None
    problem: str | None
    """Why it cannot be read, or what to know before it is changed."""


def summary(folder: str, incident: str, *, fs: Any = os) -> Summary:
    """Return the summary of the incident in `folder`. Never raises for what is on disk."""
    problem = None
    path = os.path.join(folder, files.RECORD)
    try:
        changed_at = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        changed_at = None
    try:
        doc = record.glance(durable.read_regular(path, record.LARGEST, fs=fs), incident)
    except (OSError, ValueError):
        try:
            found = files.read(folder, incident, fs=fs)
            doc, problem = found.doc, found.problem or found.read_only
        except StoreError as error:
            doc, problem = {}, str(error)
    facts = doc.get("facts")
    if not isinstance(facts, dict):
        facts = {}
    return Summary(
        id=incident,
        ticket=_text(facts.get("ticket")),
        title=_text(facts.get("title")),
        severity=_text(doc.get("severity")),
        state=_text(doc.get("state")),
        stage=_text(doc.get("stage")),
        revision=doc["revision"] if isinstance(doc.get("revision"), int) else 0,
        changed_at=changed_at,
        problem=problem,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
