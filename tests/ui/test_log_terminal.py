"""What a real terminal receives: nothing of what a hostile log would have it do."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from hotfix_tui.runner import runs
from hotfix_tui.runner.spec import Command, RunSpec
from hotfix_tui.ui.widgets.log_pace import PLAIN_QUESTION, QUESTION

ROOT = Path(__file__).parents[2]
ANSWER = b"\x1b[?2026;2$y"


class Terminal:
    """A pseudo-terminal with a program on it; answers the question for synchronized output."""

    def __init__(self, *command, env=None, answers=True):
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        keep = {k: v for k, v in os.environ.items() if not k.startswith("TEXTUAL") and k != "NO_COLOR"}
        env = {
            **keep,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT),
            **(env or {}),
        }
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True, cwd=ROOT
        )
        os.close(slave)
        self.master, self.answers = master, answers
        self.received = b""
        self.questions = 0

    def wait_for(self, text, seconds=240):
        end = time.monotonic() + seconds
        while not re.search(text, self.received):
            assert time.monotonic() < end, f"{text!r} did not come: {self.received[-2000:]!r}"
            self.read(0.1)

    def read(self, seconds):
        """Read until nothing has come for this long; False if the program has left."""
        end = time.monotonic() + 240
        while time.monotonic() < end and select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.received += data
            asked = data.count(QUESTION.encode())
            self.questions += asked
            if asked and self.answers:
                os.write(self.master, ANSWER * asked)
        return True

    def type(self, keys):
        os.write(self.master, keys)

    def close(self):
        end = time.monotonic() + 240
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        code = self.process.wait(timeout=240)
        os.close(self.master)
        return code


@pytest.fixture
def terminals():
    started = []

    def start(*command, **options):
        terminal = Terminal(*command, **options)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def log_app(*paths):
    return sys.executable, str(ROOT / "tests/benchmarks/log_app.py"), *map(str, paths)


HOSTILE = [
    b"\x1b]52;c;T1dORUQ=\x07clipboard",
    b"\x1b]52;c;T1dORUQ=\x1b\\",
    b"\x1b]52;c;T1dORUQ=",
    b"\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    b"\x1b]0;OWNED\x07\x1b]2;OWNED\x1b\\title",
    b"\x1bP+q544e\x1b\\\x1bPtmux;\x1b\x1b]52;c;T1dORUQ=\x07\x1b\\dcs",
    b"\x1b_APC OWNED\x1b\\\x1b^PM OWNED\x1b\\\x1bXSOS OWNED\x1b\\",
    "\x9d52;c;T1dORUQ=\x9c \x9b2J \x90OWNED\x9c".encode(),
    b"\x9d52;c;T1dORUQ=\x9c \x9b2J",
    b"\x1b[2J\x1b[3J\x1b[?1049l\x1b[6n\x1b[c\x1bc\x1b[20t\x1b[?1003l",
    b"\x1b[1337p\x1b[99;99H\x1b]1337;OWNED\x07\x07\x07",
    "rtl \u202egnp.exe\u202c \u2066x\u2069 \u200f".encode(),
    b"[@click=app.exit]OWNED[/] [/] [link=https://evil.example]x[/link]",
    b"\x00\x01\x02\x05\x0e\x0f\x7f",
    b"A" * 1_000_000 + b"\x1b]52;c;T1dORUQ=\x07",
]
FORBIDDEN = [
    rb"\x1b\]",  # no control string of any kind
    rb"\x1b[P_^X]",
    rb"https://evil\.example\x1b\\",
    "[\x80-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]".encode("unicode-escape"),
    rb"\x1b\[[23]J",
    rb"\x1b\[6n",
    rb"\x1bc",
    rb"\x1b\[1337p",
    rb"\x07",
    rb"[\x00-\x06\x0e\x0f\x7f]",
]


@pytest.mark.parametrize("tty", [True, False], ids=["tty", "pipe"])
def test_a_terminal_gets_nothing_of_what_a_hostile_child_writes(tmp_path, terminals, tty):
    corpus, rundir = tmp_path / "corpus", tmp_path / "runs" / "1-verify.test"
    corpus.write_bytes(b"\n".join(HOSTILE) + b"\nEND-OF-LOG")
    terminal = terminals(*log_app(rundir / "log"))
    terminal.wait_for(b"log 0")
    runs.start(rundir, RunSpec("verify.test", [Command(["cat", str(corpus)], str(tmp_path))], tty=tty))
    terminal.wait_for(b"END-OF-LOG")
    for keys in (b"W", b"W", b"\x1b[H", b"/OWNED\r", b".", b"W", b"v\x1b[B", b"\x1b[F"):
        terminal.type(keys)
        terminal.read(0.15)
    shown = terminal.received
    terminal.type(b"q")
    assert terminal.close() == 0
    assert (rundir / "log").read_bytes().endswith(corpus.read_bytes()), "the log itself keeps every byte"
    assert b"clipboard" in shown and b"[@click=app.exit]" in shown
    # What Textual itself says at its start and its end is not the log's.
    text = re.sub(rb"\x1b\[\?[0-9;]*[hlu$p]*|\x1b\[[<>=][0-9;]*u|\x1b\]22;[a-z]*\x07", b"", shown)
    for pattern in FORBIDDEN:
        if b"\\x80" in pattern:
            assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]", text.decode("utf-8"))
        else:
            assert not re.search(pattern, text), pattern


def test_the_terminal_is_asked_after_frames_and_silence_does_not_stop_the_log(tmp_path, terminals):
    path = tmp_path / "log"
    path.write_bytes(b"FIRST\n")
    for answers in (True, False):
        terminal = terminals(*log_app(path), answers=answers)
        terminal.wait_for(b"FIRST")
        for number in range(5):
            with path.open("ab") as file:
                file.write(b"%d-ADDED-%d\n" % (answers, number))
            terminal.wait_for(b"%d-ADDED-%d" % (answers, number))
        terminal.read(0.3)
        terminal.type(b"q")
        assert terminal.close() == 0
        # One question is Textual's own, at the start. Who does not answer it is asked a plainer one, twice.
        assert (terminal.questions >= 6) if answers else (terminal.questions == 1)
        assert terminal.received.count(PLAIN_QUESTION.encode()) == (0 if answers else 2)


def test_the_pager_gets_clean_text_and_gives_the_terminal_back(tmp_path, terminals):
    path = tmp_path / "log"
    path.write_bytes(b"\x1b[31mred\x1b]52;c;T1dORUQ=\x07 line\n" * 3)
    pager, got = tmp_path / "pager", tmp_path / "got"
    pager.write_text(f"#!/bin/sh\nhead -n 2 > {got}\n")
    pager.chmod(0o755)
    terminal = terminals(*log_app(path), env={"PAGER": str(pager)})
    terminal.wait_for(b"red")
    terminal.type(b"P")
    end = time.monotonic() + 240
    while not (got.exists() and got.read_text() == "red line\nred line\n") and time.monotonic() < end:
        terminal.read(0.05)
    assert got.read_text() == "red line\nred line\n"
    terminal.wait_for(rb"(?s)\x1b\[\?1049l.*\x1b\[\?2004h.*red")  # typed sooner, enter is another key
    terminal.received = b""
    terminal.type(b"/")
    terminal.type(b"nothing\r")
    terminal.wait_for("no “nothing” above".encode())
    terminal.type(b"q")
    assert terminal.close() == 0


def test_a_pager_that_is_not_there_is_said(tmp_path, terminals):
    path = tmp_path / "log"
    path.write_bytes(b"here\n")
    terminal = terminals(*log_app(path), env={"PAGER": "/nonexistent/pager"})
    terminal.wait_for(b"here")
    terminal.type(b"P")
    terminal.wait_for(b"the pager did not start")
    terminal.type(b"q")
    assert terminal.close() == 0
