"""The facts as rows: what is known, which texts need what is missing, in groups.

Apart from the screen, which edits a fact: its row is worked out from record and texts, without a widget.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.base.times import both_zones
from hotfix_tui.incident.model.facts import FACTS, Fact, show_value
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, cut, ends, fill, on_selection, rule, text

TEXTS = {
    "commit": "commit",
    "pr": "request",
    "internal": "team",
    "status-page": "status page",
    "email": "mail",
    "review": "review",
}
"""The texts' names here, by document."""

SHORT = {
    "title": "What is broken",
    "began-at": "Began at",
    "components": "Components",
    "impact.users": "Who is affected",
    "impact.failed-fix": "Failed fix did",
    "impact.not-affected": "Not affected",
    "workaround": "Workaround",
    "cause.steps": "How it happened",
    "cause.why-missed": "Why not caught",
    "cause.trigger": "Trigger",
    "fix.subject": "Commit's first line",
    "fix.changes": "Changes made",
    "fix.temporary": "Stop-gap?",
    "resolution": "Resolved by",
    "deploys.push": "Push deploys?",
    "deploys.tag": "Tag publishes?",
    "published": "Published, not run?",
    "data-loss": "Data lost?",
    "customer-action": "Customers have to",
    "rollback.flag": "Feature flag",
    "pr.template": "PR template",
    "embargo.name": "Neutral name",
    "embargo.remote": "Private remote",
    "roles.commander": "Commander",
    "review.lucky": "Where lucky",
    "review.lessons": "Lessons",
    "review.prevention.testing": "Prevent: testing",
    "review.prevention.monitoring": "Prevent: monitoring",
    "review.prevention.process": "Prevent: process",
    "review.prevention.documentation": "Prevent: documents",
    "review.at": "Review meeting",
}
"""Names for a narrow column, if the title is too long."""

_GROUPS = (
    ("The fault", ("ticket", "title", "service", "components", "began-at", "detected-at", "detected-by",
                   "acknowledged-at", "mitigated-at", "impact.kind", "impact.users", "impact.seen",
                   "impact.failed-fix")),
    ("Cause and fix", ("cause.", "fix.")),
    ("For the messages", ("workaround", "impact.not-affected", "data-loss", "customer-action")),
    ("The way", ("resolution", "deploys.", "published", "rollback.flag", "pr.", "embargo", "roles.")),
    ("For the review", ("impact.revenue", "impact.reputation", "review.")),
)  # fmt: skip
"""The headings, and the keys under each: a key, or a prefix of keys."""

LABEL = 20

Needs = Mapping[str, Sequence[str]]
"""The texts that have a gap because a fact is missing, by its key."""


class FactRow(NamedTuple):
    """One row of the list: a heading, or a fact."""

    heading: str = ""
    known: int = 0
    whole: int = 0
    fact: Fact | None = None


def rows(record: Record, needs: Needs, search: str, only_gaps: bool) -> list[FactRow]:
    """Return headings and matching facts."""
    words = search.lower().split()
    out: list[FactRow] = []
    for heading, keys in grouped():
        facts = [FACTS[key] for key in keys]
        shown = [
            fact
            for fact in facts
            if all(
                word in f"{fact.key} {fact.title} {show_value(record.fact(fact.key))}".lower()
                for word in words
            )
            and (not only_gaps or is_gap(record, needs, fact))
        ]
        if shown:
            known = sum(record.fact(fact.key) is not None for fact in facts)
            out.append(FactRow(heading, known, len(facts)))
            out += [FactRow(fact=fact) for fact in shown]
    return out


def grouped() -> list[tuple[str, list[str]]]:
    """Return every fact's key under its heading, once."""
    left, out = list(FACTS), []
    for heading, wanted in _GROUPS:
        keys = [key for key in left if any(_is(key, prefix) for prefix in wanted)]
        left = [key for key in left if key not in keys]
        out.append((heading, keys))
    if left:
        out.append(("Others", left))
    return out


def _is(key: str, wanted: str) -> bool:
    return key.startswith(wanted) if wanted.endswith(".") else key == wanted or key.startswith(f"{wanted}.")


def is_gap(record: Record, needs: Needs, fact: Fact) -> bool:
    """Return whether a text has a gap because this fact is missing."""
    return record.fact(fact.key) is None and bool(needs.get(fact.key))


def value_of(record: Record, fact: Fact, now: datetime) -> str:
    """Return a known value on one line; a time also in local time, if that differs."""
    value = record.fact(fact.key)
    if isinstance(value, datetime):
        said = both_zones(value)
        today = f"{now:%Y-%m-%d} "
        return said.removeprefix(today)
    return show_value(value).replace("\n", " | ")


def needed_by(fact: Fact, needs: Needs) -> str:
    """Return which texts need a fact, or would use it."""
    if held := needs.get(fact.key):
        return f"needed by: {', '.join(TEXTS.get(name, name) for name in held)}"
    return f"used by: {used_by(fact)}"


def used_by(fact: Fact) -> str:
    """Return the texts that would use a fact."""
    return ", ".join(TEXTS[name] for name in fact.used if name in TEXTS)


def paint(
    record: Record,
    listed: Sequence[FactRow],
    selected: int,
    needs: Needs | None,
    said: str,
    narrowed: bool,
    now: datetime,
    width: int,
    height: int,
) -> list[Content]:
    """Return the list around the selected row under its rule. `said` replaces the count, if given.

    `narrowed` is whether a search restricts the facts.
    """
    known = sum(record.fact(key) is not None for key in FACTS)
    right: Text = text(
        (f"{known} of {len(FACTS)} known", "bold $warn" if known < len(FACTS) else "$ok"),
        ("  looking…" if needs is None else "  every text is made from them", "$muted"),
    )
    if said:
        right = (said, "$key")
    out = [rule("Facts", right if width >= 60 or said else (f"{known} of {len(FACTS)}", "bold $warn"), width)]
    if not listed:
        none = "No text has a gap for want of a fact." if not narrowed else "No fact matches: esc shows all."
        return [*out, cut(text(" ", (none, "$muted")), width)][:height]
    room = max(height - 1, 1)
    first = window(len(listed), selected, room)
    shown = [
        _row(record, row, place == selected, needs or {}, now, width)
        for place, row in list(enumerate(listed))[first : first + room]
    ]
    if first and len(shown) > 2:
        shown[0] = _more(glyphs.UP, sum(row.fact is not None for row in listed[: first + 1]), width)
    after = listed[first + room - 1 :]
    if first + room < len(listed) and len(shown) > 2:
        shown[-1] = _more(glyphs.DOWN, sum(row.fact is not None for row in after), width)
    return fill([*out, *shown], height)


def _more(sign: str, many: int, width: int) -> Content:
    return cut((f" {sign} {many} more", "$muted"), width, pad=True)


def window(many: int, selected: int, room: int) -> int:
    """Return the first visible row, so that the selected one is not at the edge."""
    if many <= room:
        return 0
    return min(max(selected - room + 4, 0), many - room)


def _row(record: Record, item: FactRow, selected: bool, needs: Needs, now: datetime, width: int) -> Content:
    if item.fact is None:
        return ends((f" {item.heading}", "$muted"), (f"{item.known}/{item.whole} ", "$muted"), width)
    known = record.fact(item.fact.key) is not None
    gap = is_gap(record, needs, item.fact)
    sign, style = (
        (glyphs.DONE, "$ok") if known else (glyphs.ALERT, "$warn") if gap else (glyphs.OPEN, "$muted")
    )
    label = min(LABEL, max(width // 3, 10))
    name = cut(SHORT.get(item.fact.key, item.fact.title), label, pad=True)
    said: Text = value_of(record, item.fact, now)
    if not known:
        said = (needed_by(item.fact, needs), style)
    row = cut(
        text(glyphs.SELECTED if selected else " ", " ", (sign, style), " ", name, " ", said), width, pad=True
    )
    return on_selection(row) if selected else row
