"""What the picture of communicate needs besides the record: the texts as they would be sent, and what blocks them.

Apart from the picture: it renders each text, too slowly to do while drawing.
"""

import os
import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import plain_file
from hotfix_tui.base.errors import HotfixError, sentence_of
from hotfix_tui.engine import documents, messages
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Refused

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

CHANNELS = ("internal", "status-page", "email")
"""The documents that are messages, in row order."""

_LARGEST = 200_000


class Draft(NamedTuple):
    """One channel's message of the phase that is due: its text, and what is known about it."""

    document: str
    phase: str
    title: str
    text: str
    gaps: tuple[str, ...]
    """Unknown values, in words with the cure."""
    warnings: tuple[str, ...]
    """Removed secrets, names in a public text, the embargo."""
    reasons: tuple[str, ...]
    """Why it may not be sent now: one sentence each, without gaps."""
    command: str
    """The command line that sends it; empty if a person does."""
    problem: str = ""
    """Why it could not be rendered."""


class CommunicateAsked(NamedTuple):
    """The answer of `ask`: a draft and the text of the last sent message, by channel."""

    drafts: dict[str, Draft]
    sent: dict[str, str]


def read(engine: "Engine") -> CommunicateAsked:
    """Render every message as it would be sent now, and read the last ones sent."""
    sent = {channel: said for channel in CHANNELS if (said := _last_sent(engine, channel))}
    return CommunicateAsked({channel: _draft(engine, channel) for channel in CHANNELS}, sent)


def _draft(engine: "Engine", document: str) -> Draft:
    try:
        rendered = documents.render(engine, document)
        command = shlex.join(messages.command_of(engine, document))
    except (HotfixError, OSError, ValueError) as problem:
        return Draft(document, "", "", "", (), (), (), "", sentence_of(problem))
    reasons: list[str] = []
    try:
        messages.prepare(engine, document)
    except Refused as no:
        reasons = [reason.sentence for reason in no.reasons if not reason.gap]
    except (HotfixError, OSError, ValueError) as problem:
        reasons = [sentence_of(problem)]
    return Draft(
        document,
        rendered.phase,
        rendered.title,
        rendered.text,
        tuple(rendered.gaps),
        tuple(rendered.warnings),
        tuple(reasons),
        command,
    )


def _last_sent(engine: "Engine", document: str) -> str:
    """Return the text of the last message of a channel, as sent; only from the incident's own folder."""
    last: dict[str, object] = next(
        (message for message in reversed(engine.record.messages) if message.get("document") == document), {}
    )
    path = str(last.get("file", ""))
    folder = os.path.join(engine.store.document_directory(engine.id), "sent")
    if not path or os.path.dirname(os.path.abspath(path)) != os.path.abspath(folder):
        return ""
    try:
        return plain_file.read(path, _LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""


def target(record: Record, document: str) -> str:
    """Return a channel's label: its first target if the configuration names one."""
    table = record.config.get("notify", {})
    known: object = table.get(document, {}) if isinstance(table, dict) else {}
    named = known.get("targets", []) if isinstance(known, dict) else known
    first = named if isinstance(named, str) else next(iter(named), "") if isinstance(named, list) else ""
    usual = {"internal": "team", "status-page": "status page", "email": "mail"}[document]
    return first if document == "internal" and isinstance(first, str) and first.startswith("#") else usual


_GAP = re.compile(r"⟦ GAP: ([^⟧\n]{0,200}) ⟧")


def pieces(line: str) -> Iterator[tuple[str, bool]]:
    """Yield a line of a text in pieces, each with whether it is a gap in words."""
    at = 0
    for match in _GAP.finditer(line):
        if match.start() > at:
            yield line[at : match.start()], False
        yield f"! not known: {match[1]}", True
        at = match.end()
    if at < len(line):
        yield line[at:], False
