"""The timeline: gaps between entries, the selected one in full, search, and only what is in view painted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual import events

from hotfix_tui.incident.model.record import new_record
from hotfix_tui.ui.presenters import timeline_rows
from hotfix_tui.ui.presenters.timeline_rows import TimelineView, entries, matching
from hotfix_tui.ui.screens.form import Field
from tests.incident.test_notes_as_pasted import GO, PASTED
from tests.ui.hostile import PAYLOADS
from tests.ui.incidents import NOW
from tests.ui.pictures import scenes as pictures
from tests.ui.support import Desk, drive, press, settle, text

pytestmark = pytest.mark.usefixtures("reconciled")


def entry(minutes: float, said: str, kind: str = "note", **more: Any) -> dict[str, Any]:
    return {"at": NOW - timedelta(minutes=minutes), "kind": kind, "text": said, "by": "Ann", **more}


WAY = [
    entry(47, "Detected by a customer", "fact"),
    entry(41, "Opened ENG-1234", "open"),
    entry(40, "#incidents: declared", "message"),
    entry(22, "Base 549a81e", "result"),
    entry(1, "Failed: Type check: 2 errors", "result", step="verify.typecheck", run=1),
]


def shown(known: list[Any], selected: int = -1, search: str = "") -> TimelineView:
    found = matching(entries(known), search)
    return TimelineView(found, len(known), selected % max(len(found), 1), search, "")


def paint(
    what: TimelineView, width: int = 80, height: int = 19, counted: list[Any] | None = None
) -> list[str]:
    def detail(one: Any, room: int) -> list[Any]:
        if counted is not None:
            counted.append(one)
        return []

    rows = timeline_rows.paint(what, NOW, width, height, detail)
    pictures.check(rows, width, height, "“”")
    return [row.plain.rstrip() for row in rows]


@pytest.mark.parametrize("name", PASTED)
@pytest.mark.parametrize("width", [80, 60, 40])
def test_an_entry_in_full_keeps_its_lines_and_their_indentation(name: str, width: int) -> None:
    whole = PASTED[name][1]
    (one,) = entries([entry(1, whole)])
    rows = [
        row.plain.rstrip() for row in timeline_rows.full(new_record("X-1", now=NOW, by="Ann"), one, width)
    ]
    if "\n" in whole:
        wanted = [line for line in whole.expandtabs(4).split("\n") if len(line) < width]
        assert [line for line in rows if line in wanted] == wanted


@pytest.mark.parametrize("name", PASTED)
def test_a_field_of_one_row_keeps_the_lines_of_a_paste(name: str) -> None:
    field, (_, whole) = Field("text", "What happened?", kind="text"), PASTED[name]
    assert field.plain(field.shown(whole)) == whole and field.shown(whole).isprintable()


def test_a_pasted_stack_trace_is_on_the_timeline_as_it_was(desks: Callable[..., Desk]) -> None:
    desk = desks("verify")

    async def script(pilot: Any) -> None:
        await press(pilot, "n")
        pilot.app.post_message(events.Paste(GO.replace("\n", "\r\n")))
        await settle(pilot)
        await press(pilot, "f5")
        assert pilot.app.engine.timeline()[-1]["text"] == GO

    drive(desk.app(), script)


def test_the_time_since_the_entry_before_is_shown_from_five_minutes_on() -> None:
    said = paint(shown(WAY))
    assert "5 entries · Mon 2 Mar, UTC · / search" in said[0]
    assert said[2].startswith(" 13:36         fact  Detected by a customer")
    assert said[3].startswith(" 13:42     6 m step  Opened ENG-1234") and said[3].endswith("Ann")
    assert said[4].startswith(" 13:43         sent  #incidents: declared")
    assert said[5].startswith(" 14:01    18 m run   Base 549a81e")
    assert said[6].startswith("›14:22    21 m run   Failed: Type check")


def test_a_gap_of_a_quarter_of_an_hour_is_in_warn() -> None:
    rows = timeline_rows.paint(shown(WAY), NOW, 80, 19, lambda one, room: [])
    by_text = {row.plain[1:6]: " ".join(str(span.style) for span in row.spans) for row in rows[2:7]}
    assert "$warn" in by_text["14:01"] and "$warn" not in by_text["13:42"]
    assert "$sel-bad" in by_text["14:22"], "it is selected"


def test_only_rows_in_view_are_painted() -> None:
    many = [entry(3000 - number, f"note {number}") for number in range(2000)]
    counted: list[Any] = []
    said = paint(shown(many, 1000), counted=counted)
    assert len(said) == 19 and len(counted) == 1
    assert any("note 1000" in one and one.startswith("›") for one in said)
    assert "yesterday" in said[2] or "Sun" in said[2] or ":" in said[2]
    place = next(y for y, one in enumerate(said) if one.startswith("›"))
    assert timeline_rows.window(shown(many, 1000), 80, 19, place) == 1000


def test_a_search_leaves_what_has_all_words() -> None:
    assert [one.what for one in matching(entries(WAY), "ann TYPE")] == ["Failed: Type check: 2 errors"]
    said = paint(shown(WAY, search="nobody"))
    assert "0 of 5 entries with “nobody”" in said[0] and "No entry has “nobody” in it" in said[2]


def test_an_empty_one_says_what_comes() -> None:
    assert "Nothing happened yet: every step" in paint(shown([]))[2]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_entries(payload: str) -> None:
    name = PAYLOADS[payload]
    known = entries([entry(1, name, name, step=name, run=1), {**entry(0, f"{name}\n{name}"), "by": name}])
    for width, height in pictures.SIZES:
        what = TimelineView(known, 2, 1, "", "")
        rows = timeline_rows.paint(what, NOW, width, height, lambda one, room: [])
        pictures.check(rows, width, height, "".join(set(name)) + "␀␇␛␍␈�␡␊“”")


def test_keys_on_the_screen(desks: Callable[..., Desk]) -> None:
    desk = desks("verify")
    desk.run(
        "verify.test", "failed", minutes=1, command="python3 -m unittest", exit=1, why="1 of 2 tests failed"
    )
    one = entry(0, "Failed: Full test suite", "result", step="verify.test", run=1)
    desk.engine().change(lambda record, actor: [{**one, "by": actor.by}, entry(0, "Bo looks, too")])

    async def script(pilot: Any) -> None:
        await press(pilot, "t")
        said = text(pilot.app)
        assert "›14:23" in said and "Bo looks, too" in said and "enter  Back to Verify" in said
        await press(pilot, "up")
        said = text(pilot.app)
        assert "─ 14:23 Failed: Full test suite" in said and "run 1" in said
        assert (
            "$ python3 -m unittest" in said
            and "by Ann, 1 m, exit 1" in said
            and "1 of 2 tests failed" in said
        )
        await press(pilot, "o")
        assert type(pilot.app.screen).__name__ == "Output"
        await press(pilot, "escape", "slash", *"looks")
        assert "1 of " in text(pilot.app) and "with “looks”" in text(pilot.app)
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Timeline", "enter in the search only keeps what was found"
        await press(pilot, "escape")
        assert "with “looks”" not in text(pilot.app)
        await press(pilot, "n", *"Mo calls", "f5")
        assert type(pilot.app.screen).__name__ == "Timeline" and "Mo calls" in text(pilot.app)
        await press(pilot, "c", "enter")
        assert type(pilot.app.screen).__name__ == "StageScreen"

    drive(desk.app(), script)
    kind, what = desk.recorder.asked[-1]
    assert kind == "copy" and "Bo looks, too" in what
