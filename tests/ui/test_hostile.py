"""Hostile text on every screen of a real terminal: no crash, no action, no byte that is not Textual's own."""

import json
import re

import pytest

from tests.ui import hostile, incidents
from tests.ui.terminal import INTERPRETER, Terminal
from tests.ui.test_default_action import screens

OURS = re.compile(
    rb"\x1b\[(?:\d{1,3}(?:;\d{1,3})*)?m"  # colours
    rb"|\x1b\[\d{1,4};\d{1,4}H"  # where to draw
    rb"|\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1049|2004|2026|2031|2048)(?:[hl]|\$p)"  # modes of the terminal
    rb"|\x1b\[>\d+u|\x1b\[<u|\x1b\[\?u"  # the keyboard
    rb"|\x1b\]22;[a-z]*\x07"  # the shape of the pointer
)
CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def foreign(received: bytes) -> list[str]:
    """Return what is left of control characters once Textual's own sequences are taken away."""
    text = OURS.sub(b"", received).decode("utf-8", "backslashreplace")
    return [text[max(found.start() - 40, 0) : found.end() + 20] for found in CONTROL.finditer(text)]


@pytest.fixture
def toured(desks):
    """Makes the tour with one payload; returns what the terminal received, the exit status, and the notes."""
    terminals = []

    def go(name: str):
        desk = desks("pull-request")
        text = hostile.PAYLOADS[name]
        desk.change(lambda record: hostile.spoil(record, text))
        log = b"$ make test\n" + text.encode("utf-8") + b"\nFAILED " + text.encode("utf-8") + b"\n"
        desk.run("verify.test", "failed", log, why=text)
        other = incidents.open_one(desk.shop, ticket="ENG-7", severity="P3")
        incidents.change(other, lambda record: hostile.spoil(record, text))
        env = desk.environment() | {"HOTFIX_TUI_RAISE": "1"}
        terminal = Terminal(
            INTERPRETER, "-m", "tests.ui.hostile", str(desk.folder), name, cwd=desk.shop, env=env
        )
        terminals.append(terminal)
        status = terminal.wait(280)
        notes = json.loads((desk.folder / hostile.SEEN).read_text())
        return terminal.received, status, notes

    yield go
    for terminal in terminals:
        terminal.close()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == hostile.ALL else [pytest.mark.full])
        for name in hostile.PAYLOADS
    ],
)
def test_hostile_text_is_only_text(name, toured):
    received, status, notes = toured(name)
    assert status == 0, received[-4000:]
    assert notes["actions"] == []
    assert set(screens()) <= set(notes["visited"]), "every screen was shown"
    assert foreign(received) == []


def test_the_filter_finds_what_it_is_there_for():
    """The judgement above is not blind: each kind of byte that must not come through is found."""
    for harm in (
        "\x1b]52;c;x\x07",
        "\x1b[2J",
        "\x1b[6n",
        "\x9b2J",
        "\u202e",
        "\x00",
        "\x1bc",
        "\x1b]0;t\x07",
        "\x7f",
    ):
        assert foreign(f"\x1b[1;1H\x1b[0mabc{harm}def".encode()), repr(harm)
    assert foreign(b"\x1b[?1049h\x1b[12;34H\x1b[38;2;1;2;3mabc\x1b[0m\r\n") == []
