"""The timeline as rows: when, how long after the entry before, what, who; and one entry in full."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from textual.content import Content

from hotfix_tui.incident.model.evidence.verify import Checked
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, command, cut, ends, fill, paragraphs, plural, rule, text
from hotfix_tui.ui.pictures import times

AFTER, GAP = 5 * 60, 15 * 60
"""Seconds from which the time since the entry before is shown, and from which it is a gap that a review asks about."""

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
"""What stands in the column of kinds; everything else is a step of the incident itself."""

_KIND_STYLE = {"sent": "$key", "note": "$warn", "sign": "$warn"}
_BAD = ("Failed", "Not started")
_WHO = 11


class Entry(NamedTuple):
    """One entry, cleaned; `after` are the seconds since the one before it."""

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


class Shown(NamedTuple):
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
    for one in timeline:
        at = one["at"]
        run = one.get("run")
        out.append(
            Entry(
                at,
                KINDS.get(str(one.get("kind", "")), "step"),
                str(one.get("text", "")),
                str(one.get("by", "")),
                (at - before).total_seconds() if before is not None else 0.0,
                str(one.get("step", "")),
                run if isinstance(run, int) and run > 0 else None,
            )
        )
        before = at
    return out


def matching(known: Sequence[Entry], search: str) -> list[Entry]:
    """Return the entries in which every word of the search stands."""
    words = search.lower().split()
    if not words:
        return list(known)
    return [one for one in known if all(word in f"{one.kind} {one.what} {one.who}".lower() for word in words)]


def paint(
    shown: Shown, now: datetime, width: int, height: int, detail: Callable[[Entry, int], list[Content]]
) -> list[Content]:
    """Return the screen's body; only the rows in view are made, however long the timeline is."""
    out = [rule("Timeline", _right(shown, now), width), _head(now, shown.entries, width)]
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


def window(shown: Shown, width: int, height: int, y: int) -> int | None:
    """Return which entry stands in row `y` of the body, None where there is none."""
    below = detail_rows(height)
    room = max(height - 2 - below, 1)
    first = min(max(shown.selected - room + 3, 0), max(len(shown.entries) - room, 0))
    place = first + y - 2
    return place if 0 <= y - 2 < room and place < len(shown.entries) else None


def detail_rows(height: int) -> int:
    """Return how many rows the selected entry takes below the list."""
    return max(min(height // 4, 9), 4) if height >= 10 else 0


def _right(shown: Shown, now: datetime) -> Text:
    if shown.problem:
        return ("not all of it can be read", "bold $warn")
    if shown.search:
        return (
            f"{len(shown.entries)} of {plural(shown.whole, 'entry', 'entries')} with “{shown.search}”",
            "$key",
        )
    day = f"{now:%a} {now.day} {now:%b}, UTC"
    return text(
        (f"{plural(shown.whole, 'entry', 'entries')} {glyphs.DOT} {day} {glyphs.DOT} ", "$muted"),
        (keymap.key("timeline", "search"), "$key"),
        (" search", "$muted"),
    )


def _at_width(now: datetime, known: Sequence[Entry]) -> int:
    """Return the cells of the first column: wider where the timeline began on another day."""
    return max((len(times.at(one.at, now)) for one in (known[:1] if known else ())), default=5)


def _widths(now: datetime, known: Sequence[Entry], width: int) -> tuple[int, int]:
    at = _at_width(now, known)
    who = _WHO if width >= 60 else 0
    return at, who


def _head(now: datetime, known: Sequence[Entry], width: int) -> Content:
    at, who = _widths(now, known, width)
    left = f" {'at':<{at}} {'after':>7} {'kind':<5} what"
    return ends((left, "$muted"), ("who ", "$muted") if who else "", width)


def _row(one: Entry, selected: bool, now: datetime, known: Sequence[Entry], width: int) -> Content:
    at, who = _widths(now, known, width)
    after = times.minutes(one.after) if one.after >= AFTER else ""
    kind = _KIND_STYLE.get(one.kind, "$muted")
    style = "$bad" if one.bad else ""
    left = text(
        glyphs.SELECTED if selected else " ",
        (f"{times.at(one.at, now)[:at]:<{at}} ", "bold" if selected else ""),
        (f"{after:>7} ", "$warn" if one.after >= GAP else "$muted"),
        (f"{one.kind:<5} ", kind),
        (one.what, style),
    )
    right = text(cut((one.who, "$muted"), who), " ") if who else text("")
    row = ends(left, right, width)
    return row.stylize_before("bold $sel-fg on $sel") if selected else row


def _below(
    one: Entry | None,
    now: datetime,
    width: int,
    height: int,
    detail: Callable[[Entry, int], list[Content]],
) -> list[Content]:
    rows = detail_rows(height)
    if one is None or not rows:
        return []
    right = (f"run {one.run}", "$muted") if one.run is not None else (one.kind, "$muted")
    title = text((f"{times.at(one.at, now)} ", "bold"), (one.what.split(chr(10))[0], "bold"))
    said = detail(one, width - 2)
    if len(said) > rows - 1:
        said = [
            *said[: rows - 2],
            text((f"{glyphs.DOWN} {plural(len(said) - rows + 2, 'more row')}", "$muted")),
        ]
    return fill([rule(title, right, width), *(text(" ", row) for row in said)], rows)


def full(record: Record, one: Entry, width: int) -> list[Content]:
    """Return an entry in full below its title: its text where the title does not hold it, and what its run did."""
    whole = paragraphs(one.what, width)
    out = whole if len(whole) > 1 or text(one.what).cell_length > width - 20 else []
    if one.who and one.run is None:
        out.append(text(("by ", "$muted"), one.who))
    run = (
        next((held for held in record.runs if held.get("n") == one.run), None)
        if one.run is not None
        else None
    )
    if run is None:
        return out
    seen = record.seen(Checked, one.step) if record.entry(one.step).get("run") == one.run else Checked()
    if seen.command:
        out += command(seen.command, width)
    begun, ended = run.get("at"), run.get("ended")
    facts = [f"by {one.who}"] if one.who else []
    if isinstance(begun, datetime) and isinstance(ended, datetime):
        facts.append(times.span((ended - begun).total_seconds()))
    if seen.exit is not None:
        facts.append(f"exit {seen.exit}")
    if run.get("outcome"):
        facts.append(str(run["outcome"]))
    if facts:
        said = f"  {keymap.shown('output')} shows its output"
        out.append(text((", ".join(facts), "$muted"), (said, "$muted")))
    if seen.why and seen.why not in one.what:
        out += paragraphs(seen.why, width, style="$bad" if one.bad else "")
    return out
