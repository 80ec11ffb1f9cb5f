"""The wizard on a real terminal: however it is ended, the terminal is given back and nothing that was shown is lost."""

import os
import re
import shutil
import signal
import time

import pytest

from hotfix_tui.incident.rules.views import views
from tests.benchmarks.ptybench import LiteScreen
from tests.ui.terminal import INTERPRETER, Terminal

MODES = (b"?1049", b"?1000", b"?1002", b"?1003", b"?1006", b"?1015", b"?2004", b"?1004")


@pytest.fixture
def wizard():
    """Starts the product itself in front of the incident in its verify stage."""
    started = []

    def start(desk, *options, size=(80, 24), **more):
        argv = (INTERPRETER, "-m", "hotfix_tui", *options)
        terminal = Terminal(*argv, cwd=desk.shop, env=desk.environment() | more, size=size)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.close()


@pytest.fixture
def desk(desks):
    return desks("verify")


def ready(terminal):
    """Wait until the screen is up and the first probes are done, then tick a step."""
    terminal.wait_for(b"Run the checks")
    terminal.wait_for(rb"unittest discover")  # the plan has come


def restored(received):
    """Whether every mode that was switched on was switched off again, the alternate screen and the mouse first."""
    for mode in MODES:
        changes = re.findall(rb"\x1b\[" + re.escape(mode) + rb"([hl])", received)
        if changes and changes[-1] != b"l":
            return False
    cursor = re.findall(rb"\x1b\[\?25([hl])", received)
    return b"\x1b[?1049h" in received and (not cursor or cursor[-1] == b"h")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_gives_the_terminal_back(number, desk, wizard):
    terminal = wizard(desk)
    ready(terminal)
    terminal.type(b"w")
    terminal.wait_for(b"Granted by")
    terminal.type(b"\x1b")
    terminal.process.send_signal(number)
    assert terminal.wait() == 128 + number
    assert restored(terminal.received)
    assert terminal.left_as_found()


def test_a_signal_loses_nothing_that_was_shown(desk, wizard):
    terminal = wizard(desk)
    ready(terminal)
    terminal.type(b"\x1b[B" * 6)
    terminal.wait_for(b"What most users do")
    terminal.type(b" ")
    terminal.wait_for("✓.*Normal path works".encode())
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait() == 128 + signal.SIGTERM
    assert views(desk.engine().record)["verify.normal-path"].state == "done"


def test_a_lost_connection_ends_the_wizard_by_itself(desk, wizard):
    terminal = wizard(desk)
    ready(terminal)
    before = desk.engine().record.revision
    terminal.hang_up()
    assert terminal.process.wait(timeout=240) == 128 + signal.SIGHUP
    assert desk.engine().record.revision >= before


@pytest.mark.parametrize("keys", [b"q", b"\x11"], ids=["q", "ctrl+q"])
def test_leaving_needs_one_key_when_nothing_runs(keys, desk, wizard):
    terminal = wizard(desk)
    ready(terminal)
    terminal.type(keys)
    assert terminal.wait() == 0
    assert restored(terminal.received)
    assert terminal.left_as_found()


def test_leaving_asks_while_something_runs_and_it_goes_on(desk, wizard):
    folder = desk.run("verify.test", "running", b"still here\n", minutes=1)
    terminal = wizard(desk)
    terminal.wait_for(b"still here")
    terminal.type(b"q")
    terminal.wait_for(b"What runs goes on")
    terminal.type(b"q")
    assert terminal.wait() == 0
    assert desk.engine().record.steps["verify.test"]["state"] == "running"
    assert (folder / "lock").exists()


def test_a_wizard_that_was_stopped_goes_on(desk, wizard):
    """Stopped from outside and continued: one reader of the keyboard, and the terminal is given back at the end."""
    terminal = wizard(desk)
    ready(terminal)
    for _ in range(3):
        os.kill(terminal.process.pid, signal.SIGSTOP)
        time.sleep(0.05)
        os.kill(terminal.process.pid, signal.SIGCONT)
        terminal.received = b""
        terminal.type(b"?")
        terminal.wait_for(b"tick, untick")
        terminal.received = b""
        terminal.type(b"q")
        terminal.wait_for(b"Run the checks")
    terminal.type(b"q")
    assert terminal.wait() == 0
    assert restored(b"\x1b[?1049h" + terminal.received)
    assert terminal.left_as_found()


def test_what_is_typed_while_another_program_has_the_terminal_is_not_for_the_wizard(desk, wizard, tmp_path):
    """Somebody who leaves a shell or an editor presses its key twice: the second one must not leave the wizard."""
    shell, up, may_go = tmp_path / "shell", tmp_path / "up", tmp_path / "may-go"
    shell.write_text(f"#!/bin/sh\n: > {up}\nwhile ! [ -e {may_go} ]; do sleep 0.02; done\n")
    shell.chmod(0o755)
    terminal = wizard(desk, SHELL=str(shell))
    ready(terminal)
    for typed in (b"q", b"q\r", b"n\rtext\r", b"\x1b", b"?"):
        terminal.type(b"!")
        while not up.exists():
            terminal.read()
            assert terminal.process.poll() is None, "the key left the wizard"
        os.write(terminal.master, typed)
        while terminal.read(0.2):  # its echo
            pass
        terminal.received = b""
        may_go.touch()
        terminal.wait_for(b"Run the checks")
        assert b"Text came in" not in terminal.received
        up.unlink()
        may_go.unlink()
    terminal.received = b""
    terminal.type(b"?")
    terminal.wait_for(b"tick, untick")
    terminal.type(b"q")
    terminal.type(b"q")
    assert terminal.wait() == 0


def drawn(received):
    """The lowest row and the last column in which something stands, on a terminal that has room for more."""
    screen = LiteScreen(250, 90, lambda data: None)
    screen.feed(received)
    rows = [row.rstrip() for row in screen.display()]
    return max(place for place, row in enumerate(rows, 1) if row), max(len(row) for row in rows)


@pytest.mark.parametrize(
    "exported",
    [
        {"COLUMNS": "200", "LINES": "70"},  # a shell in a container, of a larger terminal
        {"COLUMNS": "40", "LINES": "10"},  # left over from before the window was made larger
        {"COLUMNS": "200"},  # set for the width of other programs' output
        {"LINES": "0", "COLUMNS": "0"},  # a program that runs others without asking the terminal
    ],
    ids=["larger", "smaller", "one of both", "none"],
)
def test_exported_columns_and_lines_do_not_bend_the_screen(desk, wizard, exported):
    terminal = wizard(desk, **exported)
    ready(terminal)
    row, column = drawn(terminal.received)
    assert row == 24 and 70 <= column <= 80
    terminal.received = b""
    terminal.resize(100, 30)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.wait_for(rb"\x1b\[30;\d+H")


def test_ctrl_c_says_which_key_leaves_also_in_a_text_field(desk, wizard):
    terminal = wizard(desk)
    ready(terminal)
    terminal.type(b"\x03")
    terminal.wait_for(b"leaves; what|what runs goes")
    terminal.type(b"n")
    terminal.wait_for(b"What happened")
    terminal.type(b"\x03")
    terminal.wait_for(b"F9 leaves")
    terminal.type(b"\x1b")
    terminal.type(b"q")
    assert terminal.wait() == 0


OPENS = [
    (b":", b"Search for commands", b""),  # it shows no notice: it goes, and what is below says it
    (b"?", b"tick, untick", b"q"),
    (b"w", b"Granted by", b"\x1b"),
    (b"t", b"(?i)timeline", b"\x1b"),
]
"""A key, what it shows, and the key that leads back."""


def test_ctrl_c_says_so_wherever_one_is_and_ends_nothing(desk, wizard):
    terminal = wizard(desk)
    ready(terminal)
    for opens, shown, leads_back in OPENS:
        terminal.received = b""
        terminal.type(opens)
        terminal.wait_for(shown)
        terminal.received = b""
        terminal.type(b"\x03")
        terminal.wait_for(b"leaves")
        if leads_back:
            terminal.received = b""
            terminal.type(leads_back)
            terminal.wait_for(b"Run the checks")
    terminal.type(b"q")
    assert terminal.wait() == 0


def test_ctrl_c_ends_no_run(desk, wizard):
    folder = desk.run("verify.test", "running", b"still here\n", minutes=1)
    terminal = wizard(desk)
    terminal.wait_for(b"still here")
    terminal.type(b"\x03")
    terminal.wait_for(b"what runs goes on")
    assert desk.engine().record.steps["verify.test"]["state"] == "running"
    assert (folder / "lock").exists()


@pytest.mark.skipif(not shutil.which("bash"), reason="job control needs a shell")
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_goes_on(desk):
    terminal = Terminal("bash", "--norc", "-i", cwd=desk.shop, env=desk.environment() | {"PS1": "PROMPT "})
    try:
        terminal.wait_for(b"PROMPT")
        terminal.type(f"{INTERPRETER} -m hotfix_tui\r".encode())
        ready(terminal)
        terminal.received = b""
        terminal.type(b"\x1a")
        terminal.wait_for(rb"(?s)\?1049l.*Stopped.*PROMPT")
        terminal.received = b""
        terminal.type(b"fg\r")
        terminal.wait_for(b"Run the checks")
        terminal.received = b""
        terminal.type(b"q")
        terminal.wait_for(rb"(?s)\?1049l.*PROMPT")
        terminal.type(b"exit\r")
        assert terminal.wait() == 0
    finally:
        terminal.close()
