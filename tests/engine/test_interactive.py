"""Runs with the real terminal: they can be typed to, and a wizard that dies in the middle leaves "unknown"."""

import json
import os
import pty
import signal
import sys
import time
from pathlib import Path

import pytest

from hotfix_tui.engine import interactive, reconcile
from hotfix_tui.engine.prepare import prepare
from hotfix_tui.steps import registry
from hotfix_tui.steps.contract import Command, Plan, Step, done, not_done


class Asks(Step):
    """A step whose command reads a line from the terminal."""

    id = "verify.push"

    def __init__(self, script: str) -> None:
        self.script = script
        self.ran = False

    def plan(self, ctx, choice=""):
        return Plan("Ask", [Command([sys.executable, "-c", self.script], ctx.root)])

    def probe(self, ctx):
        return done() if self.ran else not_done()

    def conclude(self, ctx, run, directory):
        self.ran = True
        return super().conclude(ctx, run, directory)


@pytest.fixture
def engine(opened):
    return opened


def test_a_passphrase_can_be_typed(engine, monkeypatch, tmp_path):
    script = "import sys; word = open('/dev/tty').readline(); sys.exit(0 if word == 'sesame\\n' else 3)"
    monkeypatch.setitem(registry._found, "verify.push", Asks(script))
    child, terminal = pty.fork()
    if child == 0:  # a process of its own, with a terminal of its own
        result = interactive.execute(engine, prepare(engine, "verify.push"))
        os._exit(0 if result.state == "done" else 1)
    os.write(terminal, b"sesame\n")
    while True:
        try:
            if not os.read(terminal, 1000):
                break
        except OSError:
            break
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    engine.reload()
    assert engine.record.entry("verify.push")["state"] == "done"


def test_a_failing_command_is_failed_and_kept(engine, monkeypatch, capfd):
    monkeypatch.setitem(registry._found, "verify.push", Asks("import sys; print('no luck'); sys.exit(3)"))
    result = interactive.execute(engine, prepare(engine, "verify.push"))
    assert (result.state, result.why) == ("failed", "exit status 3")
    assert "no luck" in capfd.readouterr().out
    log = Path(engine.run_directory(result.run), "log").read_text()
    assert log.startswith("$ ") and "(its output went to the terminal)" in log


def test_a_wizard_that_dies_in_the_middle_leaves_unknown(engine, monkeypatch, tmp_path):
    mine = tmp_path / "pid"
    script = f"import os, time; os.symlink(str(os.getpid()), {str(mine)!r}); time.sleep(60)"
    monkeypatch.setitem(registry._found, "verify.push", Asks(script))
    child = os.fork()
    if child == 0:
        interactive.execute(engine, prepare(engine, "verify.push"))
        os._exit(0)
    until = time.monotonic() + 240
    while not (
        mine.is_symlink() and engine.record.runs and Path(engine.run_directory(1), "status.json").exists()
    ):
        assert time.monotonic() < until
        time.sleep(0.05)
        engine.reload()
    assert reconcile.collect_result(engine, "verify.push") is None, "it lives: its lock is held"
    os.kill(child, 9)
    os.waitpid(child, 0)
    monkeypatch.setitem(registry._found, "verify.push", type("Gone", (Asks,), {"probe": Step.probe})(""))
    settled = reconcile.collect_result(engine, "verify.push")
    assert settled is not None and settled.state == "unknown"
    assert json.loads(Path(engine.run_directory(1), "status.json").read_text())
    os.kill(int(os.readlink(mine)), signal.SIGKILL)
