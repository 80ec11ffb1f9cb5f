"""Completion: made from the table of commands, and tried in the shells themselves, on a terminal, with the tab key."""

import fcntl
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from hotfix_tui.cli import complete
from hotfix_tui.cli.completion import SCRIPTS
from hotfix_tui.cli.table import COMMANDS, GLOBAL
from hotfix_tui.documents.catalog import DOCUMENTS
from hotfix_tui.incident.model.catalog import STEPS
from hotfix_tui.incident.model.facts import FACTS

ROOT = Path(__file__).parents[2]
INTERPRETER = sys.executable


def found(*typed):
    return [word for word, _ in complete.candidates(list(typed))]


# From the table


def test_all_commands_with_their_help():
    assert dict(complete.candidates([""])) == {name: entry.help for name, entry in COMMANDS.items()}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_own_and_the_common_options(command):
    own = [names[0] for names, _ in COMMANDS[command].arguments if names[0].startswith("-")]
    common = [names[0] for names, _ in GLOBAL]
    assert found(command, "-") == [*own, *common, "--version", "--help"]
    assert set(found(command, "-C", ".", "--js")) == {"--json"} and "-C" not in found(command, "-C", ".", "-")


def test_values_by_what_the_usage_calls_them(opened, monkeypatch):
    monkeypatch.chdir(opened.checkout)
    assert [step for step in found("do", "") if step in STEPS] == list(STEPS)
    assert found("do", "verify.te") == ["verify.test"]
    assert found("tick", "verify.reproduced", "verify.nor") == ["verify.normal-path"]
    assert found("set", "") == list(FACTS) and found("set", "title", "") == []
    assert found("render", "") == list(DOCUMENTS) and "resolved" in found("send", "internal", "--phase", "")
    assert found("status", "") == found("--incident", "") == ["ENG-7"]
    assert found("severity", "") == ["P0", "P1", "P2", "P3"] and "fixed" in found("verdict", "")
    assert found("rollback", "") == ["previous", "revert", "deploy-revert", "go-on", "flag"]
    assert found("look", "1", "did") == ["did", "did-not"]
    assert found("completion", "") == list(SCRIPTS)
    assert found("-C", "") == [complete.FOLDERS] and found("edit", "pr", "--from", "") == [complete.FILES]


def test_steps_of_the_incident_itself(opened, monkeypatch):
    (opened.checkout / ".hotfix-tui.toml").write_text('[git]\nbackports = ["release/2.2"]\n')
    opened.do("new", "ENG-8", "--title", "Another", "--severity", "P1")
    assert found("-C", str(opened.checkout), "--incident", "ENG-8", "do", "backport.") == [
        "backport.release-2-2"
    ]
    assert found("-C", str(opened.checkout), "--incident", "ENG-8", "backport", "") == ["release/2.2"]
    assert found("-C", str(opened.checkout), "do", "backport.") == []


def test_nothing_typed_makes_it_fail(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for typed in (
        [],
        ["nonsense", ""],
        ["-C", "/nowhere", "status", ""],
        ["--incident"],
        ["do", "\x1b"],
        ["--", "-"],
    ):
        assert complete.words(typed) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_title_cannot_break_a_line(desk):
    desk.do("new", "ENG-7", "--title", "a\tb", "--severity", "P1")
    words = dict(complete.candidates(["-C", str(desk.checkout), "status", ""]))
    assert words == {"ENG-7": "a b"}


def test_an_unknown_shell_is_refused(desk):
    assert desk.call("completion", "tcsh").code == 2
    assert desk.call("completion", "words", "do", "verify.te").out == "verify.test\tFull test suite\n"


# In the shells


@pytest.fixture
def path(tmp_path):
    """A folder with the program in it, under its name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "hotfix-tui"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {INTERPRETER} -m hotfix_tui "$@"\n')
    program.chmod(0o755)
    return folder


STARTS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SET_UP = {
    "bash": 'PS1="> "; bind "set enable-bracketed-paste off"; eval "$(hotfix-tui completion bash)"; echo set""-up\n',
    "zsh": 'PS1="ready "; autoload -Uz compinit && compinit -D; eval "$(hotfix-tui completion zsh)"; echo set""-up\n',
    "fish": 'hotfix-tui completion fish | source; echo set""-up\n',
}


class Shell:
    """An interactive shell on a terminal."""

    def __init__(self, name, path, desk, home):
        self.master, slave = pty.openpty()
        env = {
            "PATH": f"{path}:{os.environ['PATH']}",
            "HOME": str(home),
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "INPUTRC": "/dev/null",
        }
        self.process = subprocess.Popen(
            STARTS[name],
            cwd=desk.checkout,
            env=env,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.came = b""

    def type(self, keys):
        os.write(self.master, keys.encode())

    def wait_for(self, wanted):
        self._until(lambda: wanted in self.words())

    def wait_for_line(self, wanted):
        self._until(lambda: wanted in [line.strip() for line in self.words().splitlines()])

    def words(self):
        """What came, without what moves and colours."""
        return re.sub(
            r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()=>].?)",
            "",
            self.came.decode(errors="replace"),
        )

    def _until(self, there):
        end = time.monotonic() + 240
        while not there():
            assert time.monotonic() < end, self.came[-2000:]
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    self.came += os.read(self.master, 1 << 16)
                except OSError:
                    raise AssertionError((self.process.wait(), self.came[-1500:])) from None
                if self.came.endswith(b"\x1b[0c") or self.came.endswith(b"\x1b[c"):
                    os.write(self.master, b"\x1b[?62;22c")  # fish asks what the terminal is

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.mark.parametrize("name", STARTS)
def test_the_tab_key_in_the_shell(name, path, opened, tmp_path):
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed here; .ci/run installs it")
    shell = Shell(name, path, opened, tmp_path)
    try:
        shell.type(SET_UP[name])
        shell.wait_for_line("set-up")
        for typed, made in (
            ("hotfix-tui probe verify.te", "hotfix-tui probe verify.test"),
            ("hotfix-tui set impact.rep", "hotfix-tui set impact.reputation"),
            ("hotfix-tui --incident EN", "hotfix-tui --incident ENG-7"),
            ("hotfix-tui doc", "hotfix-tui doctor"),
            ("hotfix-tui do --det", "hotfix-tui do --detach"),
        ):
            shell.came = b""
            shell.type(f"{typed}\t")
            shell.wait_for(made.removeprefix(typed))
            shell.type("\x01echo \n")  # the line is printed, not run
            shell.wait_for_line(made)
    finally:
        shell.close()


def test_fish_shows_what_each_is(path, opened, tmp_path):
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed here; .ci/run installs it")
    asked = "hotfix-tui completion fish | source; complete -C 'hotfix-tui do verify.t'"
    env = {"PATH": f"{path}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm"}
    ran = subprocess.run(
        ["fish", "--no-config", "-c", asked],
        cwd=opened.checkout,
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.stdout.splitlines() == ["verify.test\tFull test suite", "verify.typecheck\tType check"]
