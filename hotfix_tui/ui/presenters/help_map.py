"""Help as a map: the workflow with your position, what each sign means, and every key from the one table.

Apart from the screen, which scrolls: the map is made for any width, from the tables of keys and stages.
"""

from collections.abc import Mapping, Sequence

from textual.content import Content

from hotfix_tui.incident.model.catalog import STAGE_AIMS, STAGE_TITLES, STAGES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.frame.stops import Stop, stops
from hotfix_tui.ui.keymap import FIELD_KEYS, PLACES, table, told
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, cut, on_selection, rule, text, wrap

SIGNS: tuple[tuple[str, str], ...] = (
    ("done", "done"),
    ("running", "running"),
    ("pending", "to do"),
    ("failed", "failed"),
    ("unknown", "unknown: say what happened"),
    ("stale", "stale: look again"),
    ("waived", "waived"),
    ("debt", "owed before closing"),
    ("waiting", "under way elsewhere"),
    ("not-needed", "not needed"),
)

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("move(-1)", "move(1)"),
    ("stage(1)", "stage(-1)"),
    ("timeline", "facts", "documents"),
)
"""Actions whose keys share a row."""

SHORT = {
    "primary": "do what the bar says",
    "tick": "tick, untick",
    "waive": "waive, signed",
    "stop": "stop the run",
    "states": "severity, verdict, endings",
    "palette": "everything by name",
    "leave": "leave; runs go on",
    "tail": "log of production",
    "panes": "the checks side by side",
    "view": "the change, live",
    "accept": "accept a finding",
    "shell": "a shell in the worktree",
}
"""What a key does in a few words, if its title says too little."""

AIMS = {
    "triage": "what, how urgent",
    "branch": "from what is live",
    "fix": "this fault only",
    "verify": "works, breaks none",
    "pull-request": "a second person",
    "release": "production branch",
    "deploy": "into production",
    "monitor": "is it gone?",
    "communicate": "tell people",
    "backport": "other lines",
    "review": "learn",
}
"""The purpose of a stage, if there is no room for the sentence."""

MEASURE = 96
"""Columns at most in a row of running text: longer rows are hard to follow."""

SIDE_BY_SIDE = 72
"""Columns from which on the workflow and the keys are shown side by side."""

PROMISE = "Nothing runs before you have seen it. What runs goes on when you leave or the line drops."


def paint(record: Record | None, views: Mapping[str, StepView], width: int) -> list[Content]:
    """Return the map; it may be longer than the screen."""
    if width < SIDE_BY_SIDE:
        return [*way(record, views, width), *signs(width), *keys(width)]
    left = max(min((width - 2) // 2, 62), 40) if width >= 110 else 40
    right = width - left - 1
    left_column = [*way(record, views, left), *signs(left)]
    columns = keys(right)
    rows = max(len(left_column), len(columns))
    left_column += [Content("")] * (rows - len(left_column))
    columns += [Content("")] * (rows - len(columns))
    return [
        text(cut(row, left, pad=True), " ", other) for row, other in zip(left_column, columns, strict=True)
    ]


def way(record: Record | None, views: Mapping[str, StepView], width: int) -> list[Content]:
    """Return the stages in the order of this incident, with the purpose of each."""
    if record is None:
        listed = [Stop(stage, glyphs.OPEN, "$muted", False) for stage in STAGES]
        here = ""
    else:
        listed, here = stops(record, views, record.stage), record.stage
    place = next((number for number, stop in enumerate(listed, 1) if stop.stage == here), 0)
    out = [rule("The way", (f"you are here: {place}", "$muted") if place else "", width)]
    for number, stop in enumerate(listed, 1):
        aim = STAGE_AIMS.get(stop.stage, "")
        if len(aim) > width - 21:
            aim = AIMS.get(stop.stage, aim)
        row = text(
            f"{number:>2}  ",
            (stop.sign, stop.style),
            f"  {STAGE_TITLES.get(stop.stage, stop.stage):<13} ",
            (aim, "$muted"),
        )
        row = cut(row, width, pad=True)
        out.append(on_selection(row) if stop.stage == here else row)
    return out


def signs(width: int) -> list[Content]:
    """Return what each sign means."""
    out = [rule("Signs", "", width)]
    row: list[Text] = []
    used = 1
    for state, said in SIGNS:
        piece = text((glyphs.BY_STATE[state], glyphs.STYLE_BY_STATE[state]), " ", (said, "$muted"))
        if row and used + piece.cell_length + 2 > width:
            out.append(text(" ", *row))
            row, used = [], 1
        if row:
            row.append("  ")
        row.append(piece)
        used += piece.cell_length + 2
    return [*out, text(" ", *row)] if row else out


def keys(width: int) -> list[Content]:
    """Return every key of the stage screen, of text fields, and the special keys of other screens."""
    out = [rule("Keys", "", width)]
    done: set[str] = set()
    known = table()
    for key in known:
        if key.action in done:
            continue
        together = next((actions for actions in TOGETHER if key.action in actions), (key.action,))
        bound = [binding for action in together for binding in known if binding.action == action]
        done.update(together)
        shown = " ".join(binding.shown for binding in bound)
        said = ", ".join(SHORT.get(binding.action, binding.title) for binding in bound)
        out.append(_key(shown, said, width))
    out.append(Content(""))
    out += _others("In a text field", FIELD_KEYS, width)
    for screen, where in PLACES.items():
        out += _others(where, told(screen), width)
    return [*out, Content(""), *wrap((f" {PROMISE}", "$muted"), width, indent=" ")]


def _key(shown: str, said: str, width: int) -> Content:
    return cut(text(" ", (f"{shown:<6} ", "bold $key"), said), width)


def _others(title: str, table: Sequence[tuple[str, str]], width: int) -> list[Content]:
    """Return the keys of another place as running text: they are few, and rarely looked up.

    A key and what it does stay in one row where they fit, so that a comma or a dot that is a key reads as one.
    """
    room = min(width, MEASURE)
    out, row = [], text((f" {title}: ", "$muted"))
    for place, (shown, said) in enumerate(table):
        between = (" · ", "$line") if place else ""
        piece = text((shown, "bold $key"), f" {said}")
        if place and text(row, between, piece).cell_length > room:
            out += wrap(row, room, indent="   ")
            row, between = text("   "), ""
        row = text(row, between, piece)
    return [*out, *wrap(row, room, indent="   ")]
