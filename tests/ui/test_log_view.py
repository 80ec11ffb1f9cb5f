"""The log view as its reader meets it: follow, stay, scroll, search, errors, copy."""

import asyncio
import os
import time

import pytest
from textual import events

from hotfix_tui.ui.widgets.log_pace import clock_of
from hotfix_tui.ui.widgets.log_view import LogView
from tests.ui.themed import ThemedApp as App


class OneLog(App):
    """A log view of 40 columns and 10 rows: the title and nine rows of the log."""

    CSS = "LogView { width: 40; height: 10; }"

    def __init__(self, path, **options):
        super().__init__()
        self.view = LogView(path, title="test", **options)
        self.copied = None
        self.posted = []

    def compose(self):
        yield self.view

    def on_mount(self):
        self.view.focus()

    def copy_to_clipboard(self, text):
        self.copied = text

    def on_log_view_lines_changed(self, message):
        self.posted.append(message)

    def on_log_view_zoom(self, message):
        self.posted.append(message)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log"


def numbered(first, last):
    return "".join(f"line {number}\n" for number in range(first, last + 1)).encode()


def append(path, data):
    with path.open("ab") as file:
        file.write(data)


def drive(path, steps, **options):
    """Run an app with one view and the async function `steps(app, view, pilot)`; return the messages it posted."""

    async def run():
        app = OneLog(str(path) if path else None, **options)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await steps(app, app.view, pilot)
            await pilot.pause()
        return app.posted

    return asyncio.run(run())


async def frame(view, pilot):
    """Let one frame pass without waiting for the clock."""
    view.feed.tick()
    await pilot.pause()


async def press(pilot, *keys):
    await pilot.press(*keys)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def shown(view):
    """The rows of the widget as drawn, without trailing blanks and scrollbar."""
    return [view.render_line(y).text[:-1].rstrip() for y in range(view.size.height)]


def title(view):
    return view.render_line(0).text


def test_the_end_is_shown_at_first_and_followed(path):
    path.write_bytes(numbered(1, 100))

    async def steps(app, view, pilot):
        assert view.visible_text == [f"line {n}" for n in range(92, 101)]
        assert view.line_count == 100
        append(path, b"more\npart")
        await frame(view, pilot)
        assert view.visible_text[-3:] == ["line 100", "more", "part"]
        append(path, b"ial\n")
        await frame(view, pilot)
        assert view.visible_text[-2:] == ["more", "partial"]
        assert view.line_count == 102

    counts = [m.count for m in drive(path, steps) if isinstance(m, LogView.LinesChanged)]
    assert counts == [100, 102]


def test_a_torrent_is_drawn_now_and_then_and_its_end_at_once(path, monkeypatch):
    path.write_bytes(numbered(1, 10))
    now = [100.0]
    monkeypatch.setattr("hotfix_tui.ui.widgets.log_feed.monotonic", lambda: now[0])

    async def steps(app, view, pilot):
        clock_of(app).remove(view.feed)  # its frames are made here

        async def look(size, seconds):
            append(path, b"x" * size + b"\n%d\n" % size)
            now[0] += seconds
            drawn = view.feed.tick()
            await pilot.pause()
            return drawn, view.feed.held, view.visible_text[-1]

        assert await look(2_000_000, 0.1) == (True, False, "2000000")
        assert await look(2_000_001, 0.1) == (False, True, "2000000")
        assert await look(2_000_002, 0.1) == (False, True, "2000000")
        assert await look(2_000_003, 0.11) == (True, False, "2000003")
        assert await look(2_000_004, 0.1) == (False, True, "2000003")
        assert await look(1, 0.03) == (True, False, "1")
        append(path, b"x" * 2_000_000 + b"\nthe end\n")
        now[0] += 0.1
        assert not view.feed.tick()
        now[0] += 0.03
        assert view.feed.tick() and view.visible_text[-1] == "the end"

    drive(path, steps)


def test_a_held_frame_is_tried_again_before_the_next_one(path):
    path.write_bytes(numbered(1, 10))

    async def steps(app, view, pilot):
        clock = clock_of(app)
        held = [True, True, False]
        ticks: list[float] = []

        def tick():
            view.feed.held = held[min(len(ticks), 2)]
            ticks.append(asyncio.get_running_loop().time())
            return not view.feed.held

        view.feed.tick = tick
        clock.wake()
        while len(ticks) < 3:
            await asyncio.sleep(0.01)
        assert clock._soon is None

    drive(path, steps)


def test_scrolled_up_it_stays_and_counts_new_lines(path):
    path.write_bytes(numbered(1, 100))

    async def steps(app, view, pilot):
        await press(pilot, "up", "up")
        assert view.follow is False
        before = view.visible_text
        assert before[0] == "line 90"
        append(path, numbered(101, 1150))
        await frame(view, pilot)
        assert view.visible_text == before
        assert shown(view)[-1].endswith("↓ 1 050 new lines · End")
        assert "F follows" in title(view) and "stopped at" in title(view)
        await press(pilot, "end")
        assert view.follow is True
        assert view.visible_text[-1] == "line 1150"
        assert "new lines" not in shown(view)[-1]

    drive(path, steps)


def test_one_new_line_is_one(path):
    path.write_bytes(numbered(1, 20))

    async def steps(app, view, pilot):
        await press(pilot, "home")
        append(path, b"x\n")
        await frame(view, pilot)
        assert shown(view)[-1].endswith("↓ 1 new line · End")

    drive(path, steps)


def test_a_line_that_the_view_has_not_seen_yet_is_shown(path):
    """Who reads the results of a run may be a frame ahead of the view."""
    path.write_bytes(numbered(1, 3))

    async def steps(app, view, pilot):
        start = path.stat().st_size
        append(path, numbered(4, 60))
        view.show_line(start + len(numbered(4, 29)))
        assert "line 30" in view.visible_text

    drive(path, steps)


def test_scrolling_down_to_the_end_follows_again(path):
    path.write_bytes(numbered(1, 30))

    async def steps(app, view, pilot):
        await press(pilot, "pageup")
        assert (view.visible_text[0], view.follow) == ("line 14", False)
        await press(pilot, "down")
        assert (view.visible_text[0], view.follow) == ("line 15", False)
        await press(pilot, "pagedown")
        assert (view.visible_text[-1], view.follow) == ("line 30", True)
        await press(pilot, "home", "up")
        assert view.visible_text[0] == "line 1"
        await press(pilot, "F")
        assert view.visible_text[-1] == "line 30"
        await press(pilot, "F")
        assert view.follow is False

    drive(path, steps)


def test_a_log_shorter_than_the_view_fills_from_the_top(path):
    path.write_bytes(b"one\n")

    async def steps(app, view, pilot):
        await press(pilot, "up")
        append(path, b"two\n")
        await frame(view, pilot)
        assert shown(view)[1:4] == ["one", "two", ""]

    drive(path, steps)


def test_a_progress_bar_at_the_bottom_moves_even_when_not_following(path):
    path.write_bytes(numbered(1, 20) + b"10%")

    async def steps(app, view, pilot):
        await press(pilot, "F")
        append(path, b"\r20%")
        await frame(view, pilot)
        assert view.visible_text[-1] == "20%"

    drive(path, steps)


def test_a_file_that_does_not_exist_yet(path):
    async def steps(app, view, pilot):
        assert shown(view)[1] == "no output yet"
        path.write_bytes(b"")
        await frame(view, pilot)
        assert shown(view)[1] == "no output yet"
        append(path, b"here\n")
        await frame(view, pilot)
        assert shown(view)[1] == "here"

    drive(path, steps)


def test_no_file_and_another_file(path, tmp_path):
    path.write_bytes(numbered(1, 50))
    other = tmp_path / "other"
    other.write_bytes(b"other\n")

    async def steps(app, view, pilot):
        assert shown(view)[1] == "no output yet"
        view.show(str(path), "first")
        await pilot.pause()
        assert (view.visible_text[-1], view.line_count) == ("line 50", 50)
        await press(pilot, "home")
        view.show(str(other), "second\x1b]0;x\x07")
        view.set_state("exited 1 after 3 s")
        await pilot.pause()
        assert view.visible_text == ["other"] and view.follow
        assert title(view) == "─ second␛]0;x␇ ──── exited 1 after 3 s ─"
        view.show(None, "")
        assert shown(view)[1] == "no output yet"

    drive(None, steps)


def test_a_file_that_is_cut_or_replaced_starts_over(path, tmp_path):
    path.write_bytes(numbered(1, 100))

    async def steps(app, view, pilot):
        await press(pilot, "home")
        path.write_bytes(b"fresh\n")
        await frame(view, pilot)
        assert (view.visible_text, view.follow, view.line_count) == (["fresh"], True, 1)
        other = tmp_path / "other"
        other.write_bytes(numbered(1, 3))
        os.replace(other, path)
        await frame(view, pilot)
        assert view.visible_text == ["line 1", "line 2", "line 3"]

    drive(path, steps)


def test_an_unreadable_file_says_why(tmp_path):
    async def steps(app, view, pilot):
        assert f"cannot read {tmp_path}".startswith(shown(view)[1][:20])

    drive(tmp_path, steps)


def test_wrap_and_sideways(path):
    path.write_bytes(b"a" * 38 + b"B" + b"c" * 50 + b"\n" + "漢字".encode() * 15 + b"\nend\n")

    async def steps(app, view, pilot):
        assert shown(view)[1] == "a" * 38 + "…"  # it goes on
        await press(pilot, "right")
        assert shown(view)[1] == "a" * 29 + "B" + "c" * 8 + "…"
        await press(pilot, "left", "left")
        assert shown(view)[1] == "a" * 38 + "…"
        await press(pilot, "W")
        assert "wrapped" in title(view)
        assert shown(view)[1:] == [
            "a" * 38 + "B",
            "c" * 39,
            "c" * 11,
            "漢字" * 9 + "漢",
            "字" + "漢字" * 5,
            "end",
            "",
            "",
            "",
        ]

    drive(path, steps)


def test_wrapped_rows_scroll_one_by_one(path):
    path.write_bytes(b"".join(bytes([97 + n]) * 100 + b"\n" for n in range(10)))

    async def steps(app, view, pilot):
        await press(pilot, "W")
        assert view.visible_text == [c * n for c in "hij" for n in (39, 39, 22)]
        await press(pilot, "up")
        assert view.visible_text[0] == "g" * 22
        await press(pilot, "home", "down", "down")
        assert view.visible_text[:2] == ["a" * 22, "b" * 39]
        await pilot.resize_terminal(30, 24)
        view.styles.width = 30
        await pilot.pause()
        assert view.visible_text[0] == "a" * 29

    drive(path, steps)


def test_search(path):
    path.write_bytes(numbered(1, 500) + b"last [b]Needle[/b]\n")

    async def steps(app, view, pilot):
        await press(pilot, "/", *"line 3", "enter")
        assert view.visible_text[3] == "line 399"  # from the end upwards, because it was following
        await press(pilot, "comma")
        assert "line 398" in view.visible_text
        await press(pilot, "full_stop", "full_stop")
        assert shown(view)[-1].endswith("no “line 3” below")
        await press(pilot, "home", "full_stop")
        assert view.visible_text[0] == "line 1" and "line 3" in view.visible_text
        await press(pilot, "/", *"needle", "enter")
        assert view.visible_text[-1] == "last [b]Needle[/b]"
        hits = [s for s in view.render_line(9) if s.text == "Needle"]
        assert hits and hits[0].style.reverse and hits[0].style.underline
        await press(pilot, "escape")
        assert not [s for s in view.render_line(9) if s.text == "Needle"]

    drive(path, steps)


def test_letters_are_letters_in_the_search_field_and_esc_leaves_it(path):
    path.write_bytes(numbered(1, 50))

    async def steps(app, view, pilot):
        await press(pilot, "/", "W", "z", "F", "home", "x", "delete", "end", "backspace", "y", "left", "up")
        assert view.render_line(9).text.rstrip() == "/xzy"
        assert view.wrap is False and view.follow is True
        view.post_message(events.Paste("[b]\x1b]0;t\x07\nsecond line"))
        await pilot.pause()
        assert view.render_line(9).text.rstrip() == "/xz[b]␛]0;t␇y"
        await press(pilot, *"long " * 10)
        assert view.render_line(9).text.rstrip().endswith("long y")
        await press(pilot, "escape", "W")
        assert view.wrap is True and view.visible_text[-1] == "line 50"

    assert not [m for m in drive(path, steps) if isinstance(m, LogView.Zoom)]


def test_what_is_typed_at_once_goes_into_the_field(path):
    path.write_bytes(numbered(1, 50) + b"zW needle\n")

    async def steps(app, view, pilot):
        for key, character in [("slash", "/"), ("z", "z"), ("W", "W"), ("enter", "\r")]:
            app.post_message(events.Key(key, character))
        await press(pilot)
        await press(pilot)
        assert (view.wrap, view.follow) == (False, False)
        assert [s.text for s in view.render_line(9) if s.style.underline] == ["zW"]
        await press(pilot, "/")
        assert view.render_line(9).text.rstrip() == "/zW"
        await press(pilot, "a")
        assert view.render_line(9).text.rstrip() == "/a"

    assert not [m for m in drive(path, steps) if isinstance(m, LogView.Zoom)]


def test_esc_belongs_to_the_screen_when_there_is_nothing_to_leave(path):
    path.write_bytes(b"x\n")
    left = []

    async def steps(app, view, pilot):
        app.bind("escape", "left")
        app.action_left = lambda: left.append(1)
        await press(pilot, "escape")
        assert left == [1]
        await press(pilot, "v", "escape")
        assert left == [1]

    drive(path, steps)


def test_errors_next_previous_and_copy_of_the_last(path):
    lines = [f"line {n}" for n in range(1, 301)]
    lines[49], lines[199], lines[249] = "error: first", "\x1b[31mFAILED\x1b[0m second", "0 errors"
    path.write_bytes("\n".join(lines).encode())

    async def steps(app, view, pilot):
        await press(pilot, "<")
        assert "FAILED second" in view.visible_text
        await press(pilot, "<")
        assert "error: first" in view.visible_text
        await press(pilot, "<")
        assert shown(view)[-1].endswith("no “error” above")
        await press(pilot, ">")
        assert "FAILED second" in view.visible_text
        await press(pilot, "home", "C")
        assert app.copied == "FAILED second"

    drive(path, steps)


def test_a_line_that_looks_like_an_error_has_a_colour_and_a_sign_at_the_edge(path):
    path.write_bytes(b"fetching\nERROR: the index is locked\nok, 0 errors\n" + b"x" * 90 + b" failed\n")

    async def steps(app, view, pilot):
        warn = view.get_component_rich_style("log--error").color
        rows = [view.render_line(y) for y in range(1, 5)]
        assert [row.text[-1] for row in rows] == [" ", "!", " ", "!"]
        assert [any(one.style.color == warn for one in row) for row in rows] == [False, True, False, True]
        view.wrap = True
        view.refresh()
        await frame(view, pilot)
        rows = [view.render_line(y) for y in range(4, 7)]
        assert [row.text[-1] for row in rows] == ["!", " ", " "], "once a line"
        assert all(any(one.style.color == warn for one in row) for row in rows)

    drive(path, steps)


def test_copy_of_a_line_of_lines_and_of_a_drag(path):
    path.write_bytes(numbered(1, 30))

    async def steps(app, view, pilot):
        await press(pilot, "c")
        assert app.copied == "line 30"
        await press(pilot, "v", "up", "up", "c")
        assert app.copied == "line 28\nline 29\nline 30"
        assert shown(view)[-1].endswith("copied 3 lines")
        await press(pilot, "home")
        await pilot.mouse_down(view, offset=(2, 1))
        await pilot.hover(view, offset=(4, 2))
        await pilot.mouse_up(view, offset=(4, 2))
        assert [s.text for s in view.render_line(1) if s.style.reverse] == ["ne 1"]
        await press(pilot, "c")
        assert app.copied == "ne 1\nline"
        await pilot.click(view, offset=(3, 5))
        await press(pilot, "c")
        assert app.copied == "line 5"

    drive(path, steps)


def test_a_selection_may_reach_out_of_sight(path):
    path.write_bytes(numbered(1, 3000))

    async def steps(app, view, pilot):
        await press(pilot, "v", "home", "c")
        assert app.copied == "\n".join(f"line {n}" for n in range(1, 3001))

    drive(path, steps)


def test_wheel_and_scrollbar(path):
    path.write_bytes(numbered(1, 1000))

    async def steps(app, view, pilot):
        await pilot._post_mouse_events([events.MouseScrollUp], view, offset=(3, 3), button=0)
        assert (view.visible_text[0], view.follow) == ("line 989", False)
        await pilot.mouse_down(view, offset=(39, 1))
        await pilot.mouse_up(view, offset=(39, 1))
        assert view.visible_text[0] == "line 1"
        await pilot.mouse_down(view, offset=(39, 5))
        await pilot.mouse_up(view, offset=(39, 5))
        assert 400 < int(view.visible_text[0].split()[1]) < 600
        await pilot.mouse_down(view, offset=(39, 9))
        await pilot.mouse_up(view, offset=(39, 9))
        assert view.visible_text[-1] == "line 1000"

    drive(path, steps)


@pytest.fixture
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_times_from_the_file_beside_the_log(path, tmp_path, utc):
    path.write_bytes(b"one\ntwo\nthree\n")
    marks = tmp_path / "idx"
    marks.write_bytes(b"0 1700000000.5\nnonsense\n4 1700000003\n8 17000")

    async def steps(app, view, pilot):
        await press(pilot, "T")
        assert shown(view)[1:4] == ["22:13:20 one", "22:13:23 two", "22:13:23 three"]
        append(marks, b"00009\n")
        await press(pilot, "T", "T")
        assert shown(view)[3] == "22:13:29 three"

    drive(path, steps, idx_path=str(marks))


def test_times_as_seen_here(path, utc):
    now = [1700000000.0]

    async def steps(app, view, pilot):
        append(path, b"one\n")
        await frame(view, pilot)
        now[0] += 61
        append(path, b"two\n")
        await frame(view, pilot)
        await press(pilot, "T")
        assert shown(view)[1:3] == ["22:13:20 one", "22:14:21 two"]

    drive(path, steps, clock=lambda: now[0])


def test_zoom_is_asked_for(path):
    path.write_bytes(b"x\n")

    async def steps(app, view, pilot):
        await press(pilot, "z")

    zooms = [m for m in drive(path, steps) if isinstance(m, LogView.Zoom)]
    assert zooms[0].view.path == str(path)


def test_nothing_is_saved_into_a_repository(path, tmp_path, monkeypatch):
    home, inside = tmp_path / "home", tmp_path / "shop" / "src"
    home.mkdir()
    inside.mkdir(parents=True)
    (tmp_path / "shop" / ".git").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(inside)
    path.write_bytes(b"red\n")

    async def steps(app, view, pilot):
        await press(pilot, "S")
        assert "saved as" in shown(view)[-1]

    drive(path, steps)
    assert (home / "log.txt").read_text() == "red\n"
    assert list(inside.iterdir()) == []


def test_times_are_there_while_the_log_grows(path, tmp_path, utc):
    marks = tmp_path / "idx"
    marks.write_bytes(b"0 1700000000\n")
    path.write_bytes(b"first\n")

    async def steps(app, view, pilot):
        await press(pilot, "T")
        append(marks, b"6 1700000003\n")
        append(path, b"second\n")
        await frame(view, pilot)
        assert shown(view)[1:3] == ["22:13:20 first", "22:13:23 second"]

    drive(path, steps, idx_path=str(marks))


def test_save_writes_clean_text_beside_what_is_there(path, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "log.txt").write_text("mine")
    path.write_bytes(b"\x1b[31mred\x1b]52;c;x\x07\n10%\r20%\n" + b"z" * 9000)

    async def steps(app, view, pilot):
        await press(pilot, "S")
        assert shown(view)[-1].endswith("saved here as log-2.txt")

    drive(path, steps)
    saved = folder / "log-2.txt"
    assert saved.read_text() == "red\n20%\n" + "z" * 9000 + "\n"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert (folder / "log.txt").read_text() == "mine"


def test_save_that_cannot_be_says_why(path, tmp_path, monkeypatch):
    path.write_bytes(b"x\n")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setattr("hotfix_tui.ui.widgets.log_copy.Path.cwd", lambda: gone / "nowhere")

    async def steps(app, view, pilot):
        await press(pilot, "S")
        assert shown(view)[-1].endswith("not saved: No such file or directory")

    drive(path, steps)


def test_hostile_lines_are_text(path):
    path.write_bytes(
        b"[/] [@click=app.exit]x[/]\n\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\n\x1b[?1049l\x9b2Jx\n"
    )

    async def steps(app, view, pilot):
        assert shown(view)[1:4] == ["[/] [@click=app.exit]x[/]", "link", "\ufffd2Jx"]
        for y in (1, 2, 3):
            for segment in view.render_line(y):
                assert not segment.style.meta and not segment.style.link
        await pilot.click(view, offset=(6, 1))
        await pilot.pause()
        assert app.is_running

    drive(path, steps)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 3), (200, 60)])
def test_every_size_is_drawn(path, size):
    path.write_bytes(numbered(1, 50) + "漢字".encode() * 100)

    async def steps(app, view, pilot):
        view.styles.width, view.styles.height = size
        view.styles.min_height = 1
        for keys in (["W"], ["up"], ["T"], ["home"], ["/", "x", "enter"], ["end"]):
            await press(pilot, *keys)
            for y in range(view.size.height):
                assert view.render_line(y).cell_length == view.size.width

    drive(path, steps)


def test_views_share_one_clock_and_it_ends_with_them(path, tmp_path):
    path.write_bytes(b"x\n")

    async def steps(app, view, pilot):
        clock = clock_of(app)
        second = LogView(str(path))
        await app.mount(second)
        await pilot.pause()
        append(path, b"y\n")
        for _ in range(10_000):
            if view.line_count == second.line_count == 2:
                break
            await asyncio.sleep(0.02)
        assert view.line_count == second.line_count == 2
        opened = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        await view.remove()
        await second.remove()
        assert clock._timer is None
        if opened:
            assert len(os.listdir("/proc/self/fd")) == opened - 2

    drive(path, steps)


def test_quiet_logs_rest_and_any_of_them_wakes_all(path, tmp_path):
    path.write_bytes(b"x\n")
    missing = tmp_path / "later"

    async def until(condition):
        for _ in range(10_000):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("waited without success")

    async def steps(app, view, pilot):
        clock = clock_of(app)
        second = LogView(str(missing))
        await app.mount(second)
        await until(lambda: clock.resting)
        ticks, tick = [], view.feed.tick
        view.feed.tick = lambda: ticks.append(tick()) or ticks[-1]
        await asyncio.sleep(0.6)
        assert clock.resting
        assert ticks == []  # nothing is drawn or indexed while nothing comes
        missing.write_bytes(b"a\nb\n")
        await until(lambda: second.line_count == 2)
        assert not clock.resting
        assert ticks
        await until(lambda: clock.resting)
        append(path, b"y\n")
        await until(lambda: view.line_count == 2)
        await until(lambda: clock.resting)
        view.show(str(missing), "another")
        assert not clock.resting
        await until(lambda: clock.resting)
        await view.remove()
        await second.remove()
        assert not clock.resting

    drive(path, steps)
