"""The message of the hotfix commit: the document ``commit``, without what is still unknown."""

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.documents.marks import OPEN
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.record import Record
from hotfix_tui.steps.contract import Context

OVERRIDE = "commit/message"
"""The name under which an edited message is kept in the record."""

_SUBJECT = 72


def commit_message(ctx: Context) -> str:
    """Return the edited message if there is one, else the one that the facts give."""
    edited = str(ctx.record.overrides.get(OVERRIDE, {}).get("text", "")).strip()
    return clean(edited) if edited else default_message(ctx)


def default_message(ctx: Context) -> str:
    """Return ``fix: <brief>``, what it fixes, the root cause, ticket and priority, as the template has them.

    A paragraph with a gap is left out: a commit is for ever, and the gap is shown where it can be filled.
    """
    from hotfix_tui.documents.render import render

    text = render("commit", ctx.record, ctx.now).text
    paragraphs = [part.strip("\n") for part in text.split("\n\n") if part.strip() and OPEN not in part]
    if not paragraphs or not embargo.title(ctx.record):
        paragraphs = [_subject(ctx.record), *paragraphs]
    subject, _, rest = paragraphs[0].partition("\n")
    paragraphs[0] = one_line(subject, _SUBJECT) + (f"\n{rest}" if rest else "")
    return "\n\n".join(paragraphs) + "\n"


def _subject(record: Record) -> str:
    return f"fix: {embargo.title(record) or f'hotfix {record.id}'}"
