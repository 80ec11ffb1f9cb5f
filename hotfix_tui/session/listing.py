"""One line per incident, fast enough for a shell prompt: only the top of each record is parsed."""

import os
from datetime import UTC, datetime
from typing import NamedTuple

from hotfix_tui.base import durable
from hotfix_tui.session import files, record
from hotfix_tui.session.errors import Damaged, StoreError


class Summary(NamedTuple):
    """What a list says about an incident; texts missing from the record are empty."""

    id: str
    ticket: str
    title: str
    severity: str
    state: str
    stage: str
    revision: int
    changed_at: datetime | None
    problem: str | None
    """Why it cannot be read, or what to know before changing it."""
    why: str = ""
    """The same as a clause, if its file cannot be used."""


def summary(folder: str, incident: str, *, fs: durable.Disk = os) -> Summary:
    """Return the summary of the incident in `folder`. Never raises, whatever is on disk."""
    problem, why = None, ""
    path = os.path.join(folder, files.RECORD)
    try:
        changed_at = datetime.fromtimestamp(os.lstat(path).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        changed_at = None
    try:
        doc = record.glance(durable.read_regular(path, record.LARGEST, fs=fs), incident)
    except (OSError, ValueError):
        try:
            on_disk = files.read(folder, incident, fs=fs)
            doc, problem, why = on_disk.doc, on_disk.problem or on_disk.read_only, on_disk.why
        except StoreError as error:
            doc, problem, why = {}, str(error), error.why if isinstance(error, Damaged) else ""
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
        why=why,
    )


def unreadable(incident: str, problem: str) -> Summary:
    """Return the summary of an incident of which only the name is known."""
    return Summary(incident, "", "", "", "", "", 0, None, problem)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def line(summary: Summary) -> str:
    """Return one incident on one line: severity, ticket, title, state, and any problem with its file."""
    parts = [summary.severity or "P?", summary.ticket or summary.id, summary.title or "(no title)"]
    parts.append(summary.state if summary.state != "open" else f"open, {summary.stage}")
    return " · ".join(parts) + (f" · {summary.problem}" if summary.problem else "")


def newest_first(summaries: list[Summary]) -> list[Summary]:
    """Return the summaries with the latest change first; those without a time come last."""
    return sorted(summaries, key=lambda s: s.changed_at.timestamp() if s.changed_at else 0.0, reverse=True)
