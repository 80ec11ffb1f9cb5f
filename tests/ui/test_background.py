"""The terminal is asked for its ground: a light one gets the light theme, and no answer is waited for for ever."""

import os
import re
import threading
import time
from pathlib import Path

import pytest
from textual import events

from hotfix_tui.ui.terminal import background
from hotfix_tui.ui.terminal.input_pace import Press
from tests.ui.support import drive, settle
from tests.ui.terminal import INTERPRETER, Terminal


@pytest.fixture
def line(monkeypatch):
    """Both ends of a pipe in place of a terminal; the question was asked just now."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("HOTFIX_TUI_THEME", raising=False)
    monkeypatch.setattr(background, "_asked_at", None)
    monkeypatch.setattr(background, "_answer", "")
    monkeypatch.setattr(background, "_typed", [])
    reading, writing = os.pipe()
    assert background.question() == "\x1b]11;?\x1b\\\x1b[c"
    yield reading, writing
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize(
    ("came", "shade"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c", "light"),
        (b"\x1b]11;rgb:fd/f6/e3\x07\x1b[?1;2c", "light"),
        (b"\x1b]11;rgba:0000/2b2b/3636/ffff\x1b\\\x1b[?62c", "dark"),
        (b"\x1b]11;rgb:0/0/0\x1b\\\x1b[?62c", "dark"),
        (b"\x1b[?62c", ""),
        (b"qqq\x1b[A\x1b]11;rgb:ee/ee/ee\x07\r\x1b[?6c", "light"),
        (b"\x1b]11;blue\x07\x1b[?6c", ""),
    ],
)
def test_what_the_terminal_says(line, came, shade):
    os.write(line[1], came)
    assert background.answer(line[0]) == shade
    assert background.answer(line[0]) == shade  # it is asked and read once


@pytest.mark.parametrize(
    ("came", "keys"),
    [
        (b"\x1b[Bq\r?\x1b]11;rgb:ee/ee/ee\x07\x1b[?6c", ["down", "question_mark"]),
        (b"y\r\x1b[?62c\x1bOA", ["up"]),
        (b"\x1b]11;rgb:0/0/0\x1b\\\x1b[?1;2c", []),
    ],
)
def test_of_what_was_typed_meanwhile_only_keys_that_do_no_harm_are_kept(line, came, keys):
    os.write(line[1], came)
    background.answer(line[0])
    assert background.typed() == keys and background.typed() == []


def test_an_answer_that_was_cut_off_is_no_key(line, monkeypatch):
    monkeypatch.setattr(background, "LONGEST", 0.05)
    os.write(line[1], b"\x1b]11;rgb:0/0/0\x1b\\\x1b[?6")
    background.answer(line[0])
    assert background.typed() == []


def test_an_answer_that_is_there_is_taken_however_late_it_is_read(line, monkeypatch):
    monkeypatch.setattr(background, "_asked_at", background._asked_at - 60)
    os.write(line[1], b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c")
    assert background.answer(line[0]) == "light", "the imports of a slow machine took longer than the wait"


def test_an_answer_in_pieces(line, monkeypatch):
    monkeypatch.setattr(background, "LONGEST", 60.0)

    def answer():
        for one in (b"\x1b]11;rgb:ff", b"ff/ffff/ff", b"ff\x1b", b"\\\x1b[?6", b"2c"):
            os.write(line[1], one)
            time.sleep(0.01)

    thread = threading.Thread(target=answer)
    thread.start()
    assert background.answer(line[0]) == "light"
    thread.join()


def test_what_came_during_a_slow_start_is_read_and_not_left_to_the_shell(line, monkeypatch):
    monkeypatch.setattr(background, "LONGEST", 0.0)
    os.write(line[1], b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?1;2c")
    assert background.answer(line[0]) == "light"
    os.set_blocking(line[0], False)
    with pytest.raises(BlockingIOError):
        os.read(line[0], 99)


def test_a_terminal_that_says_nothing_is_waited_for_once(line, monkeypatch):
    monkeypatch.setattr(background, "LONGEST", 0.05)
    assert background.answer(line[0]) == ""
    os.write(line[1], b"\x1b[?62c")
    assert background.answer(line[0]) == ""
    assert os.read(line[0], 99) == b"\x1b[?62c"


LATE = "^]11;rgb:ffff/ffff/ffff^\\^[?62;22c"


@pytest.mark.parametrize("at", range(1, len(LATE)))
def test_a_late_answer_is_known_by_its_beginning_wherever_it_is_cut(at):
    assert background.is_late_answer(LATE[:at]) and background.is_late_answer(LATE)


@pytest.mark.parametrize("typed", ["", "q", "^[?62cq", "deploy", "[?1;2c", "^]12;rgb:0/0/0", "^[A"])
def test_what_a_person_pastes_is_no_answer(typed):
    assert not background.is_late_answer(typed)


def test_a_late_answer_in_pieces_says_nothing_and_text_after_it_does(desks):
    async def script(pilot):
        app = pilot.app
        for piece in ("^[?1", ";2", "c", "^[?1;2c"):
            app._held = [(events.Key(one, one), _press(one)) for one in piece]
            await app._let_go()
        await settle(pilot)
        assert not app._notifications
        app._held = [(events.Key(one, one), _press(one)) for one in "rm"]
        await app._let_go()
        await settle(pilot)
        assert len(app._notifications) == 1

    drive(desks("verify").app(), script)


def _press(key):
    return Press(key, 1.0, 0.0, False, 9.0, 9.0, 0.0, 0.0, False, together=True)


@pytest.mark.parametrize("name", ["TERM", "HOTFIX_TUI_THEME"])
def test_it_is_not_asked_where_that_is_no_use(name, monkeypatch):
    monkeypatch.setattr(background, "_asked_at", None)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, "linux" if name == "TERM" else "dark")
    assert background.question() == "" and background.answer() == ""


@pytest.mark.parametrize(
    ("said", "shade"),
    [
        ("0;15", "light"),
        ("15;0", "dark"),
        ("0;default;7", "light"),
        ("12;8", "dark"),
        ("", ""),
        ("x", ""),
        ("0;99", ""),
    ],
)
def test_colorfgbg(said, shade, monkeypatch):
    monkeypatch.setenv("COLORFGBG", said)
    assert background.from_environment() == shade


PATIENT = "import runpy\nfrom hotfix_tui.ui.terminal import background\nbackground.LONGEST = 60.0\n"
PATIENT += "runpy.run_module('hotfix_tui', run_name='__main__')"
"""The wizard that waits for the answer as long as a slow machine may need; how long it waits else is tested above."""

LIGHT, DARK = rb"48;2;252;252;250m", rb"48;2;16;20;27m"


@pytest.mark.parametrize(("ground", "theme"), [(b"ffff/ffff/ffff", LIGHT), (b"0000/0000/0000", DARK)])
def test_the_wizard_takes_the_theme_and_leaves_nothing_in_the_input(ground, theme, desks):
    desk = desks("verify")
    terminal = Terminal(INTERPRETER, "-c", PATIENT, cwd=desk.shop, env=desk.environment())
    terminal.ground = ground
    try:
        terminal.wait_for(b"Run the checks")
        terminal.wait_for(theme)
        assert terminal.received.count(b"\x1b]11;?") == 1
        terminal.type(b"q")
        assert terminal.wait() == 0
        assert not re.search(b"Text came in|rgb:", terminal.received)
        assert terminal.left_as_found()
    finally:
        terminal.close()


def test_what_cannot_open_leaves_nothing_to_the_shell(desks):
    desk = desks("verify")
    for path in Path(desk.store.directory("ENG-1234")).glob("session.toml*"):
        path.write_text("schema = [")
    terminal = Terminal(
        INTERPRETER, "-m", "hotfix_tui", "resume", "ENG-1234", cwd=desk.shop, env=desk.environment()
    )
    terminal.ground = b"ffff/ffff/ffff"
    try:
        assert terminal.wait() == 1
        assert b"\x1b]11;?" in terminal.received
        os.set_blocking(terminal.slave, False)
        with pytest.raises(BlockingIOError):
            os.read(terminal.slave, 100)
    finally:
        terminal.close()
