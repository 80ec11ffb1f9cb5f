"""The message of the hotfix commit, rendered from the facts; what is unknown is left out, never invented."""

import textwrap

from hotfix_tui.incident.record import Record
from hotfix_tui.incident.text import clean, one_line

OVERRIDE = "commit/message"
"""The name under which an edited message is kept in the record."""

_SUBJECT = 72


def commit_message(record: Record) -> str:
    """Return the edited message if there is one, else the one that the facts give."""
    edited = str(record.overrides.get(OVERRIDE, {}).get("text", "")).strip()
    return clean(edited) if edited else default_message(record)


def default_message(record: Record) -> str:
    """Return ``fix: <brief>``, what it fixes, the root cause, ticket and priority."""
    subject = one_line(f"fix: {record.title or f'hotfix {record.id}'}", _SUBJECT)
    what = str(record.fact("fix.summary") or record.fact("impact.seen") or "")
    cause = str(record.fact("cause.summary") or "")
    paragraphs = [_wrapped(what), _wrapped(f"Root cause: {cause}" if cause else "")]
    trailers = [f"Ticket: {one_line(record.ticket)}"] if record.ticket else []
    if record.severity:
        trailers.append(f"Priority: {record.severity}")
    return "\n\n".join(part for part in (subject, *paragraphs, "\n".join(trailers)) if part) + "\n"


def _wrapped(text: str) -> str:
    """Return a text of several lines wrapped as commit messages are; long words stay whole."""
    lines = clean(text).strip().splitlines()
    return "\n".join(
        textwrap.fill(line, 76, break_long_words=False, break_on_hyphens=False) if line.strip() else ""
        for line in lines
    )
