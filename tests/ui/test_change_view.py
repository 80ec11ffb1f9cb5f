"""The change against its base, live: files, diff, findings, and what its keys do."""

import os
from contextlib import nullcontext

import pytest

from hotfix_tui.git.diff import FileChange
from hotfix_tui.git.process import Git
from hotfix_tui.steps.changeset import live_diff, start_checkout
from hotfix_tui.ui.screens import change
from hotfix_tui.ui.widgets.change_list import MOST_FILES, ChangeList, rows_of
from hotfix_tui.ui.widgets.diff_pane import MOST_ROWS, DiffPane, lines_of
from tests.ui.support import Wizard, drive, footer, press, settle, strip, text

SIZES = ((80, 24), (120, 40), (40, 12))


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch, reconciled):
    """Looks happen when a test asks for them; there is no terminal to hand over."""
    monkeypatch.setattr(change, "LOOK_EVERY", 3600.0)
    monkeypatch.setattr(Wizard, "suspend", lambda app: nullcontext())


async def opened(pilot):
    await press(pilot, "v")
    await settle(pilot)
    assert type(pilot.app.screen).__name__ == "ChangeView"


async def look(pilot, times=1):
    for _ in range(times):
        pilot.app.screen._tick()
        await settle(pilot)


def write(desk, name, content):
    path = desk.shop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_files_and_diff_are_shown(desks, size):
    async def script(pilot):
        await opened(pilot)
        shown = text(pilot.app)
        assert "shop.py" in shown and "+2 −1" in shown
        assert "enter: Back" in strip(pilot.app)
        await press(pilot, "end", "home")
        pane = pilot.app.screen.query_one(DiffPane)
        lines = [line.text for line in pane.lines]
        assert "-    return sum(prices[:-1])" in lines and "+    return sum(prices)" in lines
        assert {line.style for line in pane.lines if line.text.startswith("+")} == {"$ok"}
        await press(pilot, "escape")
        assert type(pilot.app.screen).__name__ == "StageScreen"

    drive(desks("fix").app(), script, size)


def test_edits_elsewhere_appear_and_are_in_the_record(desks):
    desk = desks("fix")

    async def script(pilot):
        await opened(pilot)
        before = pilot.app.screen.engine.record.stored("fix.change").get("tree")
        write(desk, "shop.py", "def total(prices):\n    print('here')\n    return sum(prices)\n")
        await look(pilot)
        shown = text(pilot.app)
        assert "Guard: 1 finding" in shown and "shop.py:2" in shown
        assert pilot.app.screen.engine.record.stored("fix.change").get("tree") != before
        await press(pilot, "down", "down")
        assert pilot.app.screen.query_one(ChangeList).selected.kind == "finding"
        await press(pilot, "e")
        assert desk.recorder.asked[-1] == ("edit", str(desk.shop / "shop.py"))
        await press(pilot, "a", *"fine", "enter")
        assert "Guard" not in text(pilot.app)
        assert [one["why"] for one in pilot.app.screen.engine.record.accepted] == ["fine"]

    drive(desk.app(), script)


def test_the_editor_opens_at_the_line(desks, monkeypatch):
    desk = desks("fix")
    asked = []
    monkeypatch.setattr(
        desk.recorder, "edit", lambda path, line=0: asked.append((os.path.basename(path), line)) or ""
    )

    async def script(pilot):
        await opened(pilot)
        await press(pilot, "e", "down", "e", "exclamation_mark")
        assert asked == [("shop.py", 5), ("test_shop.py", 9)]
        assert desk.recorder.asked[-1] == ("shell", str(desk.shop))

    drive(desk.app(), script)


def test_an_idle_look_is_one_call_of_git(desks, monkeypatch):
    desk = desks("fix")
    calls, looks = [], []
    run, look_once = Git.run, change.change_look.look

    def looking(*args):
        looks.append(args)
        return look_once(*args)

    def counted(self, *args, **options):
        calls.append(args[0])
        return run(self, *args, **options)

    async def script(pilot):
        await opened(pilot)
        await look(pilot, 4)
        monkeypatch.setattr(Git, "run", counted)
        monkeypatch.setattr(change.change_look, "look", looking)
        for _ in range(8):
            calls.clear()
            looks.clear()
            await look(pilot)  # and the screen looks by itself
            assert set(calls) <= {"status"} and len(calls) <= len(looks)
        write(desk, "shop.py", "def total(prices):\n    return 0\n")
        calls.clear()
        await look(pilot, 2)
        assert len(calls) > 2

    drive(desk.app(), script)


def test_a_new_file_is_taken_into_the_fix_and_left_out_again(desks):
    desk = desks("fix")
    write(desk, "tests/test_more.py", "def test_more():\n    pass\n")

    async def script(pilot):
        await opened(pilot)
        assert "left out" in text(pilot.app)
        await press(pilot, "down", "down")
        assert "not part of the fix yet" in text(pilot.app)
        await press(pilot, "space")
        await settle(pilot)
        record = pilot.app.screen.engine.record
        assert record.stored("fix.change").get("chosen") == ["tests/test_more.py"]
        assert "left out" not in text(pilot.app)
        await press(pilot, "end", "space")
        await settle(pilot)
        listed = [row for row in pilot.app.screen.query_one(ChangeList).rows if row.kind == "new"]
        assert [row.path for row in listed] == ["tests/test_more.py"]

    drive(desk.app(), script)


def test_binary_and_huge_files_are_named_and_bounded(desks, monkeypatch):
    desk = desks("fix")
    monkeypatch.setattr(live_diff, "LARGEST", 2000)
    write(desk, "shop.py", b"\0\1\2")
    write(desk, "tests/test_shop.py", "x = 1\n" * 5000)

    async def script(pilot):
        await opened(pilot)
        assert "A binary file" in text(pilot.app) and "binary" in text(pilot.app)
        await press(pilot, "down")
        await settle(pilot)
        await press(pilot, "end")
        assert "the diff of this file is longer" in text(pilot.app)
        assert len(pilot.app.screen.query_one(DiffPane).lines) < 400

    drive(desk.app(), script)


def test_hostile_names_and_lines_stay_text(desks):
    desk = desks("fix")
    write(desk, "evil\x1b]0;x\x07[red].py", "x\n")
    write(desk, "shop.py", "a = 1\x1b[2J\nshown\rhidden [bold]b[/bold] \u202e end\n")

    async def script(pilot):
        await opened(pilot)
        shown = text(pilot.app)
        assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
        assert "[2J" in shown and "shown" in shown and "hidden [bold]" in shown

    drive(desk.app(), script, (120, 40))


def test_without_a_change_enter_looks_and_without_a_branch_there_is_nothing_to_view(desks):
    desk = desks("fix")
    for name in ("shop.py", "tests/test_shop.py"):
        write(desk, name, Git(str(desk.shop)).run("cat-file", "blob", f"v2.3.4:{name}").stdout)

    async def script(pilot):
        await opened(pilot)
        assert "Nothing is changed yet." in text(pilot.app)
        assert "enter: Look at the change" in strip(pilot.app)
        write(desk, "shop.py", "x = 1\n")
        await press(pilot, "enter")
        assert "shop.py" in text(pilot.app) and "enter: Back" in strip(pilot.app)
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "StageScreen"

    drive(desk.app(), script)


def test_before_the_branch_there_is_nothing_to_view(desks):
    async def script(pilot):
        await press(pilot, "v")
        assert type(pilot.app.screen).__name__ == "StageScreen"

    drive(desks("branch").app(), script)


def test_conflicts_and_the_other_tree_are_said(desks, monkeypatch):
    desk = desks("fix")
    monkeypatch.setattr(start_checkout, "sentence", lambda ctx: "You are editing the other tree: a.py.")

    async def script(pilot):
        await opened(pilot)
        await look(pilot, 4)
        assert "You are editing the other tree" in text(pilot.app)

    drive(desk.app(), script)


def test_the_footer_names_the_keys(desks):
    async def script(pilot):
        await opened(pilot)
        assert "edit" in footer(pilot.app) and footer(pilot.app).endswith("back")

    drive(desks("fix").app(), script)


def test_a_patch_is_read_into_lines_with_the_numbers_of_the_new_file():
    patch = b"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +7,3 @@ def\n one\n-two\n+ two\n+three\r\n\\ No newline\n"
    lines = lines_of(patch)
    assert [(line.text, line.number) for line in lines[1:]] == [
        (" one", 7),
        ("-two", 8),
        ("+ two", 8),
        ("+three", 9),
        ("\\ No newline", 10),
    ]
    many = lines_of(b"@@ -0,0 +1,9 @@\n" + b"+x\n" * (MOST_ROWS + 5))
    assert len(many) == MOST_ROWS + 1 and "longer" in many[-1].text
    assert [line.text for line in lines_of(b"diff --git a/a b/b\nrename from a\nrename to b\n")] == [
        "rename from a",
        "rename to b",
    ]


def test_a_change_of_very_many_files_is_bounded():
    files = [FileChange(f"{n}.py", 1, 0, False, "M") for n in range(MOST_FILES + 7)]
    rows = rows_of(files, [], [])
    assert len(rows) == MOST_FILES + 1 and rows[-1].text == "… and 7 more files"
