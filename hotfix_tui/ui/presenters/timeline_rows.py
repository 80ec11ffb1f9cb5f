"""The timeline as rows: when, time since the previous entry, what, who; and one entry in full.

Apart from the screen, which scrolls and searches: gaps and columns are worked out from the entries alone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from textual.content import Content

from hotfix_tui.incident.model.evidence.verify import Checked
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import (
    Text,
    command,
    cut,
    ends,
    fill,
    on_selection,
    paragraphs,
    plural,
    rule,
    text,
)
from hotfix_tui.ui.pictures import times

AFTER, GAP = 5 * 60, 15 * 60
"""Seconds from which on the time since the previous entry is shown, and from which it is a gap that a review asks
about.
"""

KINDS = {
    "message": "sent",
    "result": "run",
    "run": "run",
    "fact": "fact",
    "tick": "tick",
    "untick": "tick",
    "note": "note",
    "document": "text",
    "edit": "text",
    "undo": "undo",
    "waiver": "sign",
    "accept": "sign",
    "verdict": "sign",
    "decision": "sign",
}
"""The column of kinds; everything else is a step of the incident itself."""

_KIND_STYLE = {"sent": "$key", "note": "$warn", "sign": "$warn"}
_BAD = ("Failed", "Not started")
_WHO = 11


class Entry(NamedTuple):
    """One entry, cleaned; `after` is the time since the previous one in seconds."""

    at: datetime
    kind: str
    what: str
    who: str
    after: float
    step: str
    run: int | None

    @property
    def bad(self) -> bool:
        """Whether it says that something failed."""
        return self.what.startswith(_BAD)


class TimelineView(NamedTuple):
    """What is to be painted."""

    entries: Sequence[Entry]
    """Those that match the search."""
    whole: int
    """How many there are."""
    selected: int
    search: str
    problem: str


def entries(timeline: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Return the entries of a timeline in its order."""
    out: list[Entry] = []
    before: datetime | None = None
    for event in timeline:
        at = event["at"]
        run = event.get("run")
        out.append(
            Entry(
                at,
                KINDS.get(str(event.get("kind", "")), "step"),
                str(event.get("text", "")),
                str(event.get("by", "")),
                (at - before).total_seconds() if before is not None else 0.0,
                str(event.get("step", "")),
                run if isinstance(run, int) and run > 0 else None,
            )
        )
        before = at
    return out


def matching(known: Sequence[Entry], search: str) -> list[Entry]:
    """Return the entries that contain every word of the search."""
    words = search.lower().split()
    if not words:
        return list(known)
    return [
        entry
        for entry in known
        if all(word in f"{entry.kind} {entry.what} {entry.who}".lower() for word in words)
    ]


def paint(
    shown: TimelineView, now: datetime, width: int, height: int, detail: Callable[[Entry, int], list[Content]]
) -> list[Content]:
    """Return the screen's body; only the visible rows are built, however long the timeline is."""
    out = [rule("Timeline", _right(shown, now, width), width), _head(now, shown.entries, width)]
    if height < 3:
        return out[:height]
    selected = shown.entries[shown.selected] if 0 <= shown.selected < len(shown.entries) else None
    below = _below(selected, now, width, height, detail)
    room = max(height - len(out) - len(below), 1)
    if not shown.entries:
        said = (
            f"No entry has “{shown.search}” in it: esc shows all."
            if shown.search
            else _NOTHING.format(keymap.shown("note"))
        )
        out.append(cut(text(" ", (shown.problem or said, "$warn" if shown.problem else "$muted")), width))
    first = min(max(shown.selected - room + 3, 0), max(len(shown.entries) - room, 0))
    for place in range(first, min(first + room, len(shown.entries))):
        out.append(_row(shown.entries[place], place == shown.selected, now, shown.entries, width))
    return [*fill(out, height - len(below)), *below]


_NOTHING = "Nothing happened yet: every step, message and note comes here by itself. {} writes a note."


def window(shown: TimelineView, width: int, height: int, y: int) -> int | None:
    """Return which entry is in row `y` of the body, None if there is none."""
    below = detail_rows(height)
    room = max(height - 2 - below, 1)
    first = min(max(shown.selected - room + 3, 0), max(len(shown.entries) - room, 0))
    place = first + y - 2
    return place if 0 <= y - 2 < room and place < len(shown.entries) else None


def detail_rows(height: int) -> int:
    """Return how many rows the selected entry takes below the list."""
    return max(min(height // 4, 9), 4) if height >= 10 else 0


_DAY_FROM = 56
"""Width from which the day, and the key of the search, have room next to the title."""


def _right(shown: TimelineView, now: datetime, width: int) -> Text:
    if shown.problem:
        return ("not all of it can be read", "bold $warn")
    if shown.search:
        return (
            f"{len(shown.entries)} of {plural(shown.whole, 'entry', 'entries')} with “{shown.search}”",
            "$key",
        )
    if width < _DAY_FROM:
        return (plural(shown.whole, "entry", "entries"), "$muted")
    day = f"{now:%a} {now.day} {now:%b}, UTC"
    return text(
        (f"{plural(shown.whole, 'entry', 'entries')} {glyphs.DOT} {day} {glyphs.DOT} ", "$muted"),
        (keymap.key("timeline", "search"), "$key"),
        (" search", "$muted"),
    )


def _at_width(now: datetime, known: Sequence[Entry]) -> int:
    """Return the width of the first column: wider if the timeline began on another day."""
    return max((len(times.at(entry.at, now)) for entry in (known[:1] if known else ())), default=5)


def _widths(now: datetime, known: Sequence[Entry], width: int) -> tuple[int, int]:
    at = _at_width(now, known)
    who = _WHO if width >= 60 else 0
    return at, who


def _head(now: datetime, known: Sequence[Entry], width: int) -> Content:
    at, who = _widths(now, known, width)
    left = f" {'at':<{at}} {'after':>7} {'kind':<5} what"
    return ends((left, "$muted"), ("who ", "$muted") if who else "", width)


def _row(entry: Entry, selected: bool, now: datetime, known: Sequence[Entry], width: int) -> Content:
    at, who = _widths(now, known, width)
    after = times.minutes(entry.after) if entry.after >= AFTER else ""
    kind = _KIND_STYLE.get(entry.kind, "$muted")
    style = "$bad" if entry.bad else ""
    left = text(
        glyphs.SELECTED if selected else " ",
        (f"{times.at(entry.at, now)[:at]:<{at}} ", "bold" if selected else ""),
        (f"{after:>7} ", "$warn" if entry.after >= GAP else "$muted"),
        (f"{entry.kind:<5} ", kind),
        (entry.what, style),
    )
    right = text(cut((entry.who, "$muted"), who), " ") if who else text("")
    row = ends(left, right, width)
    return on_selection(row) if selected else row


def _below(
    entry: Entry | None,
    now: datetime,
    width: int,
    height: int,
    detail: Callable[[Entry, int], list[Content]],
) -> list[Content]:
    rows = detail_rows(height)
    if entry is None or not rows:
        return []
    right = (f"run {entry.run}", "$muted") if entry.run is not None else (entry.kind, "$muted")
    title = text((f"{times.at(entry.at, now)} ", "bold"), (entry.what.split(chr(10))[0], "bold"))
    said = detail(entry, width - 2)
    if len(said) > rows - 1:
        said = [
            *said[: rows - 2],
            text((f"{glyphs.DOWN} {plural(len(said) - rows + 2, 'more row')}", "$muted")),
        ]
    return fill([rule(title, right, width), *(text(" ", row) for row in said)], rows)


def full(record: Record, entry: Entry, width: int) -> list[Content]:
    """Return an entry in full below its title: its text if the title does not contain it, and what its run did."""
    whole = paragraphs(entry.what, width)
    out = whole if len(whole) > 1 or text(entry.what).cell_length > width - 20 else []
    if entry.who and entry.run is None:
        out.append(text(("by ", "$muted"), entry.who))
    run = (
        next((held for held in record.runs if held.get("n") == entry.run), None)
        if entry.run is not None
        else None
    )
    if run is None:
        return out
    seen = record.seen(Checked, entry.step) if record.entry(entry.step).get("run") == entry.run else Checked()
    if seen.command:
        out += command(seen.command, width)
    begun, ended = run.get("at"), run.get("ended")
    facts = [f"by {entry.who}"] if entry.who else []
    if isinstance(begun, datetime) and isinstance(ended, datetime):
        facts.append(times.span((ended - begun).total_seconds()))
    if seen.exit is not None:
        facts.append(f"exit {seen.exit}")
    if run.get("outcome"):
        facts.append(str(run["outcome"]))
    if facts:
        said = f"  {keymap.shown('output')} shows its output"
        out.append(text((", ".join(facts), "$muted"), (said, "$muted")))
    if seen.why and seen.why not in entry.what:
        out += paragraphs(seen.why, width, style="$bad" if entry.bad else "")
    return out
