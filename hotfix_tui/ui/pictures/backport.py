"""The picture of the stage backport: a row per line, a column per commit, and where the selected line will conflict.

The picture is the list: it marks the selected row itself.
"""

import re
from typing import TYPE_CHECKING

from textual.content import Content

from hotfix_tui.engine import awaited
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.incident.model.evidence.backport import ALREADY_THERE, CONFLICT, TEST_ONLY, Backported
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.frame.card import commands
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, columns, cut, ends, on_selection, path, plural, rule, text, wrap
from hotfix_tui.ui.pictures import backport_asked, times
from hotfix_tui.ui.pictures.backport_asked import BackportAsked, Outlook
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.git.conflict_place import Conflict

MOST_ROWS = 10
"""Maximum rows of the matrix; more lines scroll."""
MOST_COLUMNS = 3
"""Maximum commits with a column each; more share one."""
_NARROW = 70

FORECAST = {
    "picks": (glyphs.OPEN, "will apply", "$muted"),
    "conflict": (glyphs.FAILED, "will conflict", "$bad"),
    ALREADY_THERE: (glyphs.DONE, "there already", "$ok"),
    TEST_ONLY: (glyphs.ALERT, "only the test", "$warn"),
    "unknown": (glyphs.UNKNOWN, "not known", "$warn"),
}


def ask(engine: "Engine") -> BackportAsked:
    """Forecast how each commit will apply to each line."""
    return backport_asked.read(engine)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return the lines, what is carried over, and the progress of each backport."""
    known = backport_asked.lines(record)
    states = tuple((step, record.entry(step).get("state"), record.entry(step).get("run")) for step in known)
    landed = record.seen(Landed)
    return states, tuple(known.values()), record.seen(Committed).commit, landed.commits, landed.commit


def _output(engine: "Engine", known: BackportAsked) -> BackportAsked | None:
    """Return the last lines of what is running."""
    return known._replace(tails=backport_asked.tails(engine)) if known.tails else None


def _moved(engine: "Engine", known: BackportAsked) -> BackportAsked | None:
    """Return a new forecast: a line may have moved."""
    return backport_asked.read(engine) if known.outlooks else None


def _merged(engine: "Engine", known: BackportAsked) -> BackportAsked | None:
    """Check whether a waiting backport has been merged into its line."""
    awaited.settle_waiting(engine)
    return None


POLLS = ((2.0, _output), (120.0, _moved), (awaited.every, _merged))
"""Seconds between two checks of the output of a running backport, of the lines, and of what waits."""


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    out = _matrix(scene, width, height)
    left = height - len(out) - 1
    below = _below(scene, width, left) if left >= 3 else []
    return ([*out, Content(""), *below] if below else out)[: max(height, 0)]


def row_of(scene: Scene, y: int, height: int = 40) -> str | None:
    """Return the id of the step in row `y` of the picture, None if there is none."""
    _, shown = _window(scene, height)
    place = y - 2
    return shown[place].id if 0 <= place < len(shown) else None


def _asked(scene: Scene) -> BackportAsked | None:
    return scene.looked if isinstance(scene.looked, BackportAsked) else None


def _listed(scene: Scene) -> list[StepView]:
    """Return the rows: the lines, then the other steps of this stage."""
    known = backport_asked.lines(scene.record)
    here = scene.here()
    return [*(view for view in here if view.id in known), *(view for view in here if view.id not in known)]


def _selected(scene: Scene) -> StepView | None:
    listed = _listed(scene)
    if scene.selected is not None and scene.selected.id in [view.id for view in listed]:
        return scene.selected
    return listed[0] if listed else None


def _window(scene: Scene, height: int) -> tuple[int, list[StepView]]:
    """Return the visible rows, around the selected one, and how many are above them."""
    listed, chosen = _listed(scene), _selected(scene)
    room = max(min(MOST_ROWS, height - 3), 1)
    if len(listed) <= room:
        return 0, listed
    at = next((place for place, view in enumerate(listed) if chosen is not None and view.id == chosen.id), 0)
    first = min(max(at - room + 3, 0), len(listed) - room)
    return first, listed[first : first + room]


# The matrix


def _matrix(scene: Scene, width: int, height: int) -> list[Content]:
    listed, chosen = _listed(scene), _selected(scene)
    known, lines = _asked(scene), backport_asked.lines(scene.record)
    many = len(known.picks) if known is not None else 0
    title = f"Backport: {plural(many, 'commit')} onto {plural(len(lines), 'line')}" if many else "Backport"
    out = [rule(title, _right(scene, lines, width >= _NARROW), width)]
    if not listed:
        said = "No line gets the fix: name one in git.backports, or add it for this incident."
        return [*out, *wrap((f" {said}", "$muted"), width, indent=" ")]
    first, shown = _window(scene, height)
    out.append(_head(scene, width))
    for view in shown:
        row = _row(scene, view, width) if view.id in lines else _other(scene, view, width)
        here = chosen is not None and view.id == chosen.id
        full = cut(text(glyphs.SELECTED if here else " ", " ", row), width, pad=True)
        out.append(on_selection(full) if here else full)
    below = len(listed) - first - len(shown)
    hidden = [f"{glyphs.UP} {first} more"] if first else []
    hidden += [f"{glyphs.DOWN} {below} more"] if below else []
    if hidden:
        out.append(cut((f"  {'  '.join(hidden)}", "$muted"), width))
    return out


def _right(scene: Scene, lines: dict[str, str], wide: bool) -> Text:
    asked = [view for view in _listed(scene) if view.id in lines and view.required.level in ("R", "W")]
    done = sum(view.settled for view in asked)
    good = done == len(asked)
    pieces: list[Text] = [(f"{done} of {len(asked)} done", "$ok" if good else "bold $warn")] if asked else []
    known = _asked(scene)
    if known is None:
        pieces.append(("  looking…", "$muted"))
    elif known.outlooks and wide:
        old = times.since(known.at, scene.now)
        said = "just now" if old < 60 else f"{times.minutes(old)} ago"
        pieces.append((f"  forecast {said}", "$muted"))
    return text(*pieces)


def _shape(scene: Scene, width: int) -> tuple[int, int, int]:
    """Return the widths of the line's name and of a commit's column, and the number of columns."""
    known, lines = _asked(scene), backport_asked.lines(scene.record)
    longest = max((text(line).cell_length for line in lines.values()), default=4)
    name = min(max(longest, 11), 24, max(width // 3, 8))
    many = len(known.picks) if known is not None else 1
    count = 1 if many > MOST_COLUMNS or width < _NARROW else max(many, 1)
    request = 14 + 2 if width >= _NARROW else 0
    each = (width - 2 - name - 2 - request - 12) // count - 2
    return name, min(max(each, 8), 48), count


def _layout(scene: Scene, width: int) -> list[int]:
    name, each, count = _shape(scene, width)
    if width < _NARROW:
        return [name, max(width - 2 - name - 2 - 2 - 8 - 1, 8), -8]
    return [name, *([each] * count), 14, -10]


def _head(scene: Scene, width: int) -> Content:
    known = _asked(scene)
    _, _, count = _shape(scene, width)
    picks = known.picks if known is not None else ()
    names = ["forecast"] * count
    if 0 < len(picks) == count:
        names = [f"{pick.commit[:7]} {pick.subject}" for pick in picks]
    elif picks:
        names = [plural(len(picks), "commit")]
    cells = ["line", *names, *(["request"] if width >= _NARROW else []), "state"]
    return text("  ", *(_muted(columns(cells, _layout(scene, width))),))


def _muted(row: Content) -> Content:
    return row.stylize_before("$muted")


def _row(scene: Scene, view: StepView, width: int) -> Content:
    line = backport_asked.lines(scene.record)[view.id]
    seen = view.seen(Backported)
    _, _, count = _shape(scene, width)
    cells: list[Text] = [line, *_cells(scene, view, seen, count)]
    if width >= _NARROW:
        cells.append(_request(seen))
    return columns([*cells, _state(scene, view)], _layout(scene, width))


def _cells(scene: Scene, view: StepView, seen: Backported, count: int) -> list[Text]:
    """Return one cell per commit; one for all of them if they have no columns."""
    known = _asked(scene)
    commits = [pick.commit for pick in known.picks] if known is not None else []
    cells = [_cell(scene, view, seen, place) for place in range(max(len(commits), 1))]
    if len(cells) == count:
        return [
            text((sign, style), " ", (said, style if style in ("$bad", "$warn") else ""))
            for sign, said, style in cells
        ]
    worst = max(cells, key=lambda cell: _WORST.get(cell[0], 0))
    good = sum(cell[0] in (glyphs.OPEN, glyphs.DONE) for cell in cells)
    if good == len(cells) or len(cells) == 1:
        return [text((worst[0], worst[2]), " ", worst[1])]
    return [text((worst[0], worst[2]), f" {good} of {len(cells)} apply")]


_WORST = {glyphs.FAILED: 4, glyphs.UNKNOWN: 3, glyphs.OPEN: 2, glyphs.NOT_NEEDED: 1, glyphs.DONE: 0}


def _cell(scene: Scene, view: StepView, seen: Backported, place: int) -> tuple[str, str, str]:
    """Return sign, words and style of one commit on one line."""
    if view.state == "not-needed":
        return glyphs.NOT_NEEDED, "not affected", "$muted"
    if view.state in ("done", "waiting") or (seen.verdict and seen.verdict != CONFLICT):
        if seen.verdict == ALREADY_THERE:
            return glyphs.DONE, "there already", "$ok"
        if seen.verdict == TEST_ONLY:
            return glyphs.ALERT, "only the test", "$warn"
        return glyphs.DONE, "picked", "$ok"
    outlook = _outlook(scene, view)
    if view.state == "failed" and seen.conflicts and place == 0:
        return glyphs.FAILED, "in conflict", "$bad"
    if view.state == "failed" and seen.verdict == CONFLICT and place == 0:
        return glyphs.ALERT, "stopped", "$warn"
    if outlook is not None and place < len(outlook.verdicts):
        sign, said, style = FORECAST.get(outlook.verdicts[place], FORECAST["unknown"])
        return sign, said, style
    if _asked(scene) is None:
        return glyphs.CHECKING, "looking…", "$muted"
    return FORECAST["unknown"]


def _outlook(scene: Scene, view: StepView) -> Outlook | None:
    known = _asked(scene)
    return known.outlooks.get(view.id) if known is not None else None


def _request(seen: Backported) -> Text:
    """Return the request by its number if its address contains one, and its state."""
    match = re.search(r"/(\d{1,9})/?$", seen.url or "")
    name = f"#{match[1]}" if match else "branch" if seen.commit and seen.pushed else ""
    if not name:
        return (glyphs.NOT_NEEDED, "$muted")
    return f"{name} merged" if seen.merged else f"{name} open" if match else "pushed"


def _state(scene: Scene, view: StepView) -> Content:
    style = glyphs.STYLE_BY_STATE[view.state]
    word = _WORDS.get(view.state, view.state)
    if view.state == "running" and view.at is not None:
        word = times.span(times.since(view.at, scene.now))
    if view.state == "pending" and view.required.level == "O":
        word = "optional"
    if view.state == "failed" and view.seen(Backported).conflicts:
        word = "conflict"
    return text((f"{glyphs.BY_STATE[view.state]} {word}", style))


_WORDS = {
    "pending": "to do",
    "debt": "owed",
    "not-needed": "n/a",
    "waiting": "to merge",
}


def _other(scene: Scene, view: StepView, width: int) -> Content:
    return ends(short_title(view.step), text(_state(scene, view), " "), width - 2)


# Below it


def _below(scene: Scene, width: int, room: int) -> list[Content]:
    """Return what there is to know about the selected line: where it conflicts, or its run, or why nothing is known."""
    view, lines = _selected(scene), backport_asked.lines(scene.record)
    if view is None or view.id not in lines:
        return []
    line, known, outlook = lines[view.id], _asked(scene), _outlook(scene, view)
    if known is None:
        return []
    if tail := known.tails.get(view.id):
        out = [rule(f"{line}: under way", ("o the whole output", "$muted"), width)]
        return [*out, *(cut(text(" ", tail_line), width) for tail_line in tail[-(room - 1) :])]
    if known.why:
        return [rule(line, "", width), *wrap((f" {known.why}", "$warn"), width, indent=" ", most=room - 1)]
    if outlook is not None and outlook.why:
        said = f" How it will go cannot be told: {outlook.why}."
        return [rule(line, ("not known", "$warn"), width), *wrap((said, "$warn"), width, indent=" ")][:room]
    if outlook is not None and outlook.place is not None and view.state not in ("done", "waiting"):
        return _conflict(line, outlook.place, width, room)
    return []


def _conflict(line: str, place: "Conflict", width: int, room: int) -> list[Content]:
    """Return the first conflict: the line's text against the fix's."""
    title = f"{line}: where {place.commit[:7]} will conflict" if place.commit else f"{line}: in conflict"
    count = f", {plural(place.places, 'place')}" if place.places else ""
    more = f" and {place.files - 1} more" if place.files > 1 else ""
    shown = path(place.path, max(width - text(title).cell_length - 24, 12))
    out = [rule(title, (f"{shown}{more}{count}", "bold $bad"), width)]
    if place.why:
        return [*out, *wrap((f" {place.path}: {place.why}", "$muted"), width, indent=" ", most=room - 1)]
    rows = [_code(str(place.line - 1), place.before, "", width)] if place.before.strip() and room >= 5 else []
    left = room - 1 - len(rows)
    ours = place.ours[: max(left - min(len(place.theirs), left // 2), 1)]
    theirs = place.theirs[: max(left - len(ours), 1)]
    rows += [_code("line", our, "on $del-bg", width) for our in ours or ("(nothing)",)]
    rows += [_code("fix", their, "on $add-bg", width) for their in theirs or ("(nothing)",)]
    return [*out, *rows][:room]


def _code(label: str, line: str, style: str, width: int) -> Content:
    said = line.expandtabs(4)
    row = cut(
        text((f" {label:>4}   " if label.isdigit() else f" {label:<7}", "$muted"), said), width, pad=True
    )
    return row.stylize_before(style) if style else row


# The card


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what starting it means, and the commands."""
    if view.id not in backport_asked.lines(scene.record) or view.state not in ("pending", "debt"):
        return []
    if scene.plan is None or scene.selected is None or scene.selected.id != view.id:
        return []

    outlook = _outlook(scene, view)
    conflicts = outlook is not None and "conflict" in outlook.verdicts
    said = (
        "Resolved in a worktree of its own, then: continue, skip or give up."
        if conflicts
        else "Picked in a worktree of its own, on a branch of its own, and pushed."
    )
    return [*wrap((said, "$muted"), width), *commands(scene, width)]
