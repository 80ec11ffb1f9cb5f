"""The incidents of a repository as rows, a summary of the selected one, and what is shown without any."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from textual.content import Content

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.config.load import load
from hotfix_tui.config.read import ConfigError
from hotfix_tui.engine import opening
from hotfix_tui.engine.listed import readable
from hotfix_tui.git import repository
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from hotfix_tui.incident.model.catalog import STAGE_TITLES, short_title
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.report.headline import time_left
from hotfix_tui.incident.rules import gates, policy, triage
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.listing import Summary, newest_first
from hotfix_tui.ui.frame import header
from hotfix_tui.ui.frame.stops import stops
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, cut, ends, fill, on_selection, plural, rule, text, wrap
from hotfix_tui.ui.pictures import times

if TYPE_CHECKING:
    from hotfix_tui.engine.place import Checkout
    from hotfix_tui.session.store import Store

SECTIONS = (
    ("Open", "open"),
    ("Resolved, not closed", "resolved"),
    ("Damaged", "damaged"),
    ("Ended", "ended"),
)
_TICKET_MOST = 16
_TRACK = 11
_DETAIL = 5
_DETAIL_FROM = 15


class _Listed(Protocol):
    """A row of a list: `selectable` unless it is a heading."""

    @property
    def selectable(self) -> bool: ...


class HomeRow(NamedTuple):
    """One row: a heading, a blank one, a new incident, an incident, or the cure of a damaged one."""

    kind: str
    """``head``, ``blank``, ``new``, ``incident`` or ``cure``."""
    summary: Summary | None = None
    words: str = ""
    many: int = 0

    @property
    def selectable(self) -> bool:
        """Whether it can be selected."""
        return self.kind in ("new", "incident")


class Where(NamedTuple):
    """The checkout: its branch, its number of changed files, and what was detected for a hotfix."""

    branch: str = ""
    changed: int | None = None
    detected: tuple[tuple[bool, str, str], ...] = ()
    """Whether it exists, what it is, and where it comes from."""


def section_of(summary: Summary) -> str:
    """Return the heading under which an incident stands."""
    if summary.state in ("open", "resolved"):
        return summary.state
    return "damaged" if summary.problem and not summary.state else "ended"


def rows(listed: Sequence[Summary]) -> list[HomeRow]:
    """Return headings and incidents, latest change first under each."""
    out: list[HomeRow] = []
    known = newest_first(list(listed))
    for title, name in SECTIONS:
        here = [summary for summary in known if section_of(summary) == name]
        if not here and name != "open":
            continue
        if out:
            out.append(HomeRow("blank"))
        out.append(HomeRow("head", words=title, many=len(here)))
        if name == "open":
            out.append(HomeRow("new"))
        for summary in here:
            out.append(HomeRow("incident", summary))
            if name == "damaged":
                out.append(HomeRow("cure", summary, f"hotfix-tui doctor {summary.id} says what can be saved"))
    return out


def moved(listed: Sequence[_Listed], selected: int, by: int) -> int:
    """Return the place of the row `by` rows from the selected one; headings are skipped."""
    places = [place for place, row in enumerate(listed) if row.selectable]
    at = places.index(selected) if selected in places else 0
    return places[min(max(at + by, 0), len(places) - 1)]


def read(store: "Store", listed: Sequence[Summary]) -> dict[str, Record]:
    """Return the records of unfinished incidents; unreadable ones are left out."""
    out: dict[str, Record] = {}
    for summary in listed:
        if summary.state not in ("open", "resolved"):
            continue
        if (record := readable(store, summary.id)) is not None:
            out[summary.id] = record
    return out


def look(place: "Checkout") -> Where:
    """Inspect the checkout: its branch, its changes, and what was detected or configured for a hotfix."""
    git, branch, changed = Git(place.root), "", None
    try:
        branch = repository.head(git).branch or "no branch"
        now = status(git, untracked="normal")
        changed = len(now.changed) + len(now.conflicts) + len(now.untracked)
    except (HotfixError, OSError):
        pass
    return Where(branch, changed, _found(place))


def _found(place: "Checkout") -> tuple[tuple[bool, str, str], ...]:
    try:
        table = load(place.root).table
    except (ConfigError, OSError) as problem:
        return ((False, f"the configuration has a fault: {problem}", "nothing has run"),)
    detected = opening.detect_commands(place.root, table)
    configured = table.get("commands", {})
    out: list[tuple[bool, str, str]] = []
    for name, words in (("test", "tests"), ("typecheck", "type check"), ("build", "build")):
        if name in configured:
            out.append((True, f"{words}: {_run(configured[name])}", "configured"))
        elif name in detected:
            out.append((True, f"{words}: {' '.join(detected[name]['run'])}", "detected"))
        else:
            out.append(
                (False, f"no {words} found", "optional" if name != "test" else "set it, or tick by hand")
            )
    deploy = table.get("deploy", {})
    if deploy.get("production"):
        out.append((True, f"deploy: {_run(deploy['production'])}", "configured"))
    elif deploy.get("platform"):
        out.append((True, f"deploy: by {deploy['platform']}", "configured"))
    else:
        out.append((False, "no deploy command configured", "by hand"))
    told = bool(table.get("notify"))
    out.append(
        (
            told,
            "messages go out by command" if told else "no channel for messages configured",
            "configured" if told else "by hand",
        )
    )
    return tuple(out)


def _run(command: object) -> str:
    if isinstance(command, Mapping):
        command = command.get("run", "")
    return " ".join(map(str, command)) if isinstance(command, list | tuple) else str(command)


# Painting


def tilde(path: str) -> str:
    """Return `path` with ``~`` for the home directory."""
    home = os.path.expanduser("~")
    below = path == home or path.startswith(home + os.sep)
    return f"~{path[len(home) :]}" if home != "/" and below else path


def head(place: "Checkout", where: Where | None, many: int, width: int) -> Content:
    """Return the header: the program, the repository, its folder and state, and how many incidents there are."""
    root, shown = place.root, tilde(place.root)
    state = ""
    if where is not None and where.branch:
        state = f" on {where.branch}"
        if where.changed is not None:
            state += f", {plural(where.changed, 'file')} changed" if where.changed else ", clean"
    left = text(
        (" hotfix-tui", "bold"), "  ", (os.path.basename(root), "$key"), "  ", (f"{shown}{state}", "$muted")
    )
    right = text((plural(many, "incident") if many else "no incident", "$muted"), " ")
    return ends(left, right, width)


def paint(
    listed: Sequence[HomeRow],
    selected: int,
    known: Mapping[str, Record],
    where: Where | None,
    now: datetime,
    width: int,
    height: int,
) -> list[Content]:
    """Return the list with the selected incident below it, or what there is to know if nothing is open."""
    if not any(row.kind == "incident" for row in listed):
        return nothing(where, width)[:height]
    chosen = listed[selected] if selected < len(listed) else None
    below = _below(chosen, known, now, width) if height >= _DETAIL_FROM else []
    room = height - len(below)
    first = window(len(listed), selected, room)
    cells = _widths(listed)
    out = [
        _row(row, place == selected, known, now, width, cells)
        for place, row in list(enumerate(listed))[first : first + room]
    ]
    return [*fill(out, room), *below]


class _Cells(NamedTuple):
    """The widths of the ticket and place columns: those of their longest entries."""

    ticket: int
    place: int


def _widths(listed: Sequence[HomeRow]) -> _Cells:
    here = [row.summary for row in listed if row.summary is not None]
    tickets = [text(summary.ticket or summary.id).cell_length for summary in here]
    stages = [len(STAGE_TITLES.get(summary.stage, "")) + 2 for summary in here if summary.state == "open"]
    return _Cells(min(max(tickets, default=8), _TICKET_MOST), max([*stages, 10]))


def window(many: int, selected: int, room: int) -> int:
    """Return the first visible row, so that the selected one is not at the edge."""
    return 0 if many <= room else min(max(selected - room + 3, 0), many - room)


def below_rows(height: int) -> int:
    """Return how many rows the selected incident takes under the list."""
    return _DETAIL if height >= _DETAIL_FROM else 0


def _row(
    row: HomeRow, selected: bool, known: Mapping[str, Record], now: datetime, width: int, cells: _Cells
) -> Content:
    if row.kind == "blank":
        return Content("")
    if row.kind == "head":
        style = "bold $bad" if row.words == "Damaged" else "bold"
        return rule(row.words, (str(row.many), style) if row.many else ("none", "$muted"), width)
    mark = glyphs.SELECTED if selected else " "
    if row.kind == "new":
        made = ends(text(mark, " ", ("+", "bold $key"), " a new incident"), ("n ", "$muted"), width)
    elif row.kind == "cure":
        made = cut(text(" " * (8 + cells.ticket), (row.words, "$muted")), width)
    else:
        made = (
            _incident(row.summary, mark, known, now, width, cells) if row.summary is not None else Content("")
        )
    return on_selection(made) if selected else made


def _incident(
    summary: Summary, mark: str, known: Mapping[str, Record], now: datetime, width: int, cells: _Cells
) -> Content:
    name = cut((summary.ticket or summary.id, "bold"), cells.ticket, pad=True)
    if section_of(summary) == "damaged":
        problem = summary.why or summary.problem or "it cannot be read"
        return cut(
            text(mark, " ", (f"{glyphs.FAILED}   ", "bold $bad"), " ", name, " ", (problem, "$bad")),
            width,
            pad=True,
        )
    lead = text(mark, " ", header.badge(summary.severity), " ", name, " ")
    record = known.get(summary.id)
    right = _place(summary, record, now, cells.place) if width >= 72 else when(summary, record, now)
    if record is not None and width >= 72:
        right = text(_track(record), " ", right)
    return ends(text(lead, summary.title or "no title yet"), text(right, " "), width)


def _track(record: Record) -> Content:
    """Return one sign per stage."""
    signs = [(stop.sign, stop.style) for stop in stops(record, views(record), record.stage)]
    return text(*signs, " " * max(_TRACK - len(signs), 0))


def _place(summary: Summary, record: Record | None, now: datetime, cells: int) -> Content:
    """Return where an incident is, and how much time is left."""
    if summary.state == "resolved":
        owed = len(gates.owed(record)) if record is not None else 0
        said: Text = (f"{glyphs.OWED} {owed} owed", "$warn") if owed else (f"{glyphs.DONE} resolved", "$ok")
    elif summary.state == "open":
        stage = STAGE_TITLES.get(summary.stage, summary.stage)
        said = (f"{glyphs.HERE} {stage}", "$key")
    else:
        said = (summary.state or "?", "$muted")
    return text(cut(text(said), cells, pad=True), " ", when(summary, record, now))


def when(summary: Summary, record: Record | None, now: datetime) -> Content:
    """Return how much time is left, or when a resolved or unreadable one changed."""
    if record is None:
        changed = summary.changed_at
        said: Text = (times.at(changed, now), "$muted") if changed is not None else ""
    elif summary.state == "resolved":
        at = record.clock.get("resolved_at")
        said = (f"resolved {times.at(at, now)}" if isinstance(at, datetime) else "resolved", "$muted")
    else:
        left = time_left(record, now) or "no deadline yet"
        due = policy.deadline(record)
        late = due is not None and now > due and policy.clock_stopped_at(record) is None
        said = (left, "bold $bad" if late else "bold $ok" if due is not None else "$muted")
    shown = text(said)
    return text(" " * max(15 - shown.cell_length, 0), shown)


def _below(row: HomeRow | None, known: Mapping[str, Record], now: datetime, width: int) -> list[Content]:
    if row is None or row.summary is None:
        said = "Two minutes, at most 17 yes-or-no questions; the first yes decides."
        return fill([rule("A new incident", "", width), cut((f" {said}", "$muted"), width)], _DETAIL)
    summary, record = row.summary, known.get(row.summary.id)
    if record is None:
        title = rule(summary.ticket or summary.id, (section_of(summary), "$muted"), width)
        said = summary.problem or summary.title or "no title yet"
        return fill([title, *(text(" ", line) for line in wrap(said, width - 2, most=_DETAIL - 1))], _DETAIL)
    by = str(record.clock.get("opened_by", ""))
    opened = f"opened {times.at(record.opened_at, now)}" + (f" by {by}" if by else "")
    out = [rule(record.ticket or record.id, (opened, "$muted"), width)]
    for name, said in (
        ("next", next_words(record)),
        ("running", _running(record, now)),
        ("branch", _branch(record)),
        ("message", _message(record, now)),
    ):
        if said:
            out.append(cut(text((f" {name:<10} ", "$muted"), said), width))
    return fill(out, _DETAIL)


def next_words(record: Record) -> str:
    """Return the next step in words."""
    known = views(record)
    step, why = gates.next_step(record, known)
    return short_title(known[step].step).lower() if step in known else why


def _running(record: Record, now: datetime) -> str:
    running = [view for view in views(record).values() if view.state == "running"]
    names = ", ".join(short_title(view.step).lower() for view in running[:3])
    longest = max((times.since(view.at, now) for view in running), default=0.0)
    return f"{names} ({times.span(longest)})" if running else ""


def _branch(record: Record) -> str:
    made = record.seen(Branched)
    return f"{made.branch} in {made.worktree}" if made.branch and made.worktree else made.branch


def _message(record: Record, now: datetime) -> str:
    due = policy.message_due_at(record)
    if due is None:
        return ""
    left = (due - now).total_seconds()
    return f"due in {times.minutes(left)}" if left > 0 else f"{times.minutes(left)} late"


def nothing(where: Where | None, width: int) -> list[Content]:
    """Return what is shown here while there is no incident."""
    inner = max(min(width - 6, 76), 20)
    said = (
        "If production is broken, or about to be, begin with triage: two minutes, at most 17 yes-or-no questions, "
        "and the first yes decides."
    )
    out = [Content(""), text(("   Nothing is on fire here.", "bold")), Content("")]
    out += [text("   ", row) for row in wrap(said, inner)]
    asked = text(("?", "bold $key"), " ", (triage.BROKEN.text, "bold"))
    out += [Content(""), text("   ", ends(asked, ("y  yes: open an incident", "$key"), inner)), Content("")]
    if where is None:
        return [*out, text(("   looking what there is for a hotfix…", "$muted"))]
    for good, words, source in where.detected:
        sign = (glyphs.DONE, "$ok") if good else (glyphs.OPEN, "$muted")
        row = ends(text(sign, " ", (words, "" if good else "$muted")), (source, "$muted"), inner)
        out.append(text("   ", row))
    out.append(Content(""))
    drill = "try the drill: a broken service in a temporary folder, 10 minutes"
    return [*out, cut(text("   ", ("d", "bold $key"), f"  {drill}"), width)]
