"""What the picture of communicate needs besides the record: the texts as they would go out, and what stops them."""

import os
import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import plain_file
from hotfix_tui.base.errors import HotfixError, sentence_of
from hotfix_tui.incident.model.record import Record

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

CHANNELS = ("internal", "status-page", "email")
"""The documents that are messages, in the order of their rows."""

_LARGEST = 200_000


class Draft(NamedTuple):
    """One channel's message of the phase that is due: its text, and what is known about it."""

    document: str
    phase: str
    title: str
    text: str
    gaps: tuple[str, ...]
    """What is unknown, in words with the cure."""
    warnings: tuple[str, ...]
    """Secrets that were taken out, names in a public text, the embargo."""
    reasons: tuple[str, ...]
    """Why it may not go out now: a sentence each, gaps not among them."""
    command: str
    """The command line that sends it; empty where a person does."""
    problem: str = ""
    """Why it could not be rendered."""


class Asked(NamedTuple):
    """The answer of `ask`: a draft and the text of the last message that went out, by channel."""

    drafts: dict[str, Draft]
    sent: dict[str, str]


def read(engine: "Engine") -> Asked:
    """Render every message as it would go out now, and read the last ones that did."""
    sent = {one: said for one in CHANNELS if (said := _last_sent(engine, one))}
    return Asked({one: _draft(engine, one) for one in CHANNELS}, sent)


def _draft(engine: "Engine", document: str) -> Draft:
    from hotfix_tui.engine import documents_of, messages
    from hotfix_tui.incident.rules.gates import Refused

    try:
        found = documents_of.render(engine, document)
        command = shlex.join(messages.command_of(engine, document))
    except (HotfixError, OSError, ValueError) as problem:
        return Draft(document, "", "", "", (), (), (), "", sentence_of(problem))
    reasons: list[str] = []
    try:
        messages.prepare(engine, document)
    except Refused as no:
        reasons = [one.sentence for one in no.reasons if not one.gap]
    except (HotfixError, OSError, ValueError) as problem:
        reasons = [sentence_of(problem)]
    return Draft(
        document,
        found.phase,
        found.title,
        found.text,
        tuple(found.gaps),
        tuple(found.warnings),
        tuple(reasons),
        command,
    )


def _last_sent(engine: "Engine", document: str) -> str:
    """Return the text of the last message of a channel, as it went out; only what lies in the incident's folder."""
    last: dict[str, object] = next(
        (one for one in reversed(engine.record.messages) if one.get("document") == document), {}
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
    """Return what a channel is called: its first target where the configuration names one."""
    table = record.config.get("notify", {})
    known: object = table.get(document, {}) if isinstance(table, dict) else {}
    named = known.get("targets", []) if isinstance(known, dict) else known
    first = named if isinstance(named, str) else next(iter(named), "") if isinstance(named, list) else ""
    usual = {"internal": "team", "status-page": "status page", "email": "mail"}[document]
    return first if document == "internal" and isinstance(first, str) and first.startswith("#") else usual


_GAP = re.compile(r"⟦ GAP: ([^⟧\n]{0,200}) ⟧")


def pieces(line: str) -> Iterator[tuple[str, bool]]:
    """Return a line of a text in pieces, and of each whether it is a gap, in words."""
    at = 0
    for match in _GAP.finditer(line):
        if match.start() > at:
            yield line[at : match.start()], False
        yield f"! not known: {match[1]}", True
        at = match.end()
    if at < len(line):
        yield line[at:], False
