"""Facts as the plain texts that templates get: cleaned, escaped for the document's markup, gaps where unknown."""

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hotfix_tui.base.text import clean, one_line, shortened
from hotfix_tui.documents.gap_marks import gap, is_gap
from hotfix_tui.incident.model.facts import FACTS, Fact
from hotfix_tui.incident.model.record import Record

CHOICES: dict[str, dict[str, str]] = {
    "impact.kind": {
        "unavailable": "service unavailable",
        "feature-broken": "critical feature broken",
        "security": "security vulnerability",
        "data-integrity": "data integrity",
        "degraded": "degraded performance",
    },
    "resolution": {
        "code-fix": "a code change",
        "rollback": "a rollback",
        "config": "a change of the configuration",
        "feature-flag": "switching a feature flag",
        "external": "the provider of another service",
    },
}
"""The wording of a fact's choices in a text."""

_LINE_START = re.compile(
    r"^([ \t]{0,3})(#{1,6}(?=\s|$)|```|~~~|-{3,}[ \t]*$|={3,}[ \t]*$|[-*+] \[)", re.MULTILINE
)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_IMAGE = re.compile(r"!(?=\[)")
_LINK = re.compile(r"(?<!\\)\[(?=[^\[\]\n]{0,300}\][(\[:])")
_MENTION = re.compile(
    r"(?<![\w@/.\\-])@[A-Za-z0-9][\w./-]{0,80}(?<![./-])|(?<![\w&/#!-])[#!]\d{1,9}\b|\bGH-\d{1,9}\b"
    r"|(?<![\w/.:-])[\w.-]{1,40}/[\w.-]{1,80}[#!]\d{1,9}\b"
)
"""What a forge would turn into a mention, or a link to another issue."""
_CODE_SPAN = re.compile(r"(`[^`\n]{1,400}`)")
_BROADCAST = re.compile(r"<(?=[!@#][A-Za-z0-9])(?!!doctype\b)", re.IGNORECASE)
"""What a chat would turn into a mention (``<!here>``, ``<@U12>``, ``<#C12>``); ``<!--`` and ``<!DOCTYPE`` are not."""


class Facts(NamedTuple):
    """The facts for templates: as text (a gap when unknown), whether known, and lists as lists."""

    fact: dict[str, str]
    known: dict[str, bool]
    list_of: dict[str, list[str]]


def utc(at: object) -> str:
    """Return a point in time as texts show it: ``2026-03-02 14:23 UTC``; empty for None."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if isinstance(at, datetime) else ""


def escape_controls(text: object, markup: str) -> str:
    """Return untrusted text escaped for a document: it cannot start a heading, a box or a tag, or mention a channel."""
    cleaned = clean(str(text)).strip()
    if markup != "markdown":
        return _BROADCAST.sub("< ", cleaned)
    parts = _CODE_SPAN.split(cleaned)
    parts[::2] = [_plain(part) for part in parts[::2]]
    return _LINE_START.sub(r"\1\\\2", "".join(parts))


def _plain(text: str) -> str:
    """Return text outside code with every tag, image, link, mention and reference disabled."""
    text = _IMAGE.sub(r"\\!", _TAG.sub(r"\\<", text))
    return _MENTION.sub(lambda match: f"`{match[0]}`", _LINK.sub(r"\\[", text))


def escape_line(text: object, markup: str = "text", limit: int = 300) -> str:
    """Return untrusted text for use within one line."""
    return escape_controls(one_line(str(text), limit), markup)


CELL = 300
"""Maximum length, in characters, of a table cell whose whole text stands below the table."""
_WHOLE = 4000
"""Maximum length of what is shown nowhere else: only a limit to what somebody else's text may do to a document."""


def escape_cell(text: object, limit: int = _WHOLE) -> str:
    """Return untrusted text for a cell of a Markdown table; what is longer ends after a whole word."""
    return escape_controls(shortened(one_line(str(text), _WHOLE), limit), "markdown").replace("|", "\\|")


def code(text: object) -> str:
    """Return untrusted text as a Markdown code span that it cannot close. A command in it is whole: it is copied."""
    shown = one_line(str(text), _WHOLE)
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if "`" in shown else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(text: object, language: str = "") -> str:
    """Return untrusted text as a Markdown code block that it cannot close; empty for an empty text."""
    shown = clean(str(text)).strip("\n")
    if not shown.strip():
        return ""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def facts(record: Record, markup: str) -> Facts:
    """Return all facts of the record for a document of that markup and language."""
    fact: dict[str, str] = {}
    known: dict[str, bool] = {}
    list_of: dict[str, list[str]] = {}
    for key, item in FACTS.items():
        value = _value(record, key)
        shown = _shown(value, item, markup)
        known[key] = bool(shown) and not is_gap(shown)
        fact[key] = shown if known[key] else gap(key)
        if item.kind == "list":
            list_of[key] = [escape_line(entry, markup, 500) for entry in value or []] if known[key] else []
    return Facts(fact, known, list_of)


_NOTHING = frozenset({"no", "none", "nothing", "n/a", "not", "nope", "-"})
"""What a person in a hurry types for "there is none"."""


def in_sentences(record: Record) -> dict[str, str]:
    """Return what stands in a text for people outside in place of facts that were answered with a word."""
    out = {}
    for key, sentence in (("data-loss", "No data was lost."), ("customer-action", "Nothing.")):
        if str(record.fact(key, "")).strip().rstrip(".!").lower() in _NOTHING:
            out[key] = sentence
    if str(record.fact("impact.users", "")).strip().rstrip(".!").lower() in ("all", "everybody", "everyone"):
        out["impact.users"] = "all users"
    if record.resolution == "code-fix":
        out["resolution"] = "a fix that we have released"
    return out


def _value(record: Record, key: str) -> Any:
    value = record.fact(key)
    if value in (None, "", []):
        if key == "service":
            return record.config.get("service", "")
        if key == "resolution":
            return record.resolution
    return value


def _shown(value: object, item: Fact, markup: str) -> str:
    if value in (None, "", []):
        return ""
    if item.kind == "time":
        return utc(value)
    if item.kind == "list" and isinstance(value, list):
        return "; ".join(escape_line(entry, markup, 500) for entry in value)
    if item.kind == "actions":
        return ""
    if item.kind == "choice":
        word = str(value)
        return CHOICES.get(item.key, {}).get(word, escape_line(word, markup))
    if item.kind == "ticket":
        return escape_line(value)
    return escape_controls(value, markup) if item.kind == "text" else escape_line(value, markup, 500)
