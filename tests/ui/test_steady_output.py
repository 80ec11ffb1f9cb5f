"""Output to a terminal that was closed: it is dropped, and keeps nobody waiting."""

import errno
import os
import pty
import threading

import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from hotfix_tui.ui.app import HotfixApp
from hotfix_tui.ui.terminal.steady_output import SteadyOutput, SteadyTerminal
from tests.ui.terminal import INTERPRETER, Terminal


@pytest.fixture
def closed():
    """A terminal whose other side is gone."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", buffering=1) as file:
        os.close(master)
        yield SteadyOutput(file)
        os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())  # so that closing has somewhere to write to


def test_what_is_written_to_a_terminal_that_is_gone_is_dropped(closed):
    assert closed.write("a row\n") == 6
    closed.flush()


def test_whoever_writes_more_than_the_queue_holds_is_not_kept_waiting(closed):
    writer = WriterThread(closed)
    writer.start()

    def write():
        for number in range(3 * MAX_QUEUED_WRITES):
            writer.write(f"row {number}\n")
        writer.stop()

    work = threading.Thread(target=write, daemon=True)
    work.start()
    work.join(60)
    assert not work.is_alive() and not writer.is_alive()


def test_any_other_error_is_told():
    with open("/dev/full", "w", encoding="utf-8") as file:
        steady = SteadyOutput(file)
        steady.write("a row")
        with pytest.raises(OSError) as told:
            steady.flush()
        assert told.value.errno == errno.ENOSPC
        os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())  # so that closing has somewhere to write to


def test_a_wizard_whose_terminal_is_closed_ends(desks):
    desk = desks("verify")
    for _ in range(2):
        terminal = Terminal(INTERPRETER, "-m", "hotfix_tui", cwd=desk.shop, env=desk.environment())
        try:
            terminal.wait_for(b"Run the checks")
            terminal.type(b"\x1b[B\x1b[A" * 40)
            os.close(terminal.slave)
            os.close(terminal.master)
            assert terminal.process.wait(240) is not None
        finally:
            terminal.process.kill()


def test_the_wizard_is_one_whose_output_is_steady():
    assert issubclass(HotfixApp, SteadyTerminal)
