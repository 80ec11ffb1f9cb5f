"""Every action of the screens is also one plain call: keys and commands are walked against each other."""

import pytest

from hotfix_tui.cli.table import COMMANDS
from hotfix_tui.ui.keymap import KEYS
from tests.walks.support import Desk

ONLY_LOOKS = "a place on the screen, nothing is changed"

PLAIN = {
    "primary": ("do", "tick", "set", "next", "verdict", "resolve", "close", "send"),
    "tick": ("tick", "untick"),
    "tick_group": ("tick",),
    "way": ("do",),
    "note": ("note",),
    "message": ("render", "send"),
    "rollback": ("rollback",),
    "move(-1)": ONLY_LOOKS,
    "move(1)": ONLY_LOOKS,
    "stage(1)": ONLY_LOOKS,
    "stage(-1)": ONLY_LOOKS,
    "waive": ("waive",),
    "output": ("output", "runs"),
    "tail": ("do", "output", "cancel"),
    "panes": ("do", "output", "runs"),
    "edit": ("set", "edit", "command", "platform"),
    "view": ("status", "accept", "do"),
    "timeline": ("timeline",),
    "documents": ("render",),
    "facts": ("set", "status"),
    "states": ("severity", "triage", "set", "do", "verdict", "round", "resolve", "close", "reopen", "abandon",
               "false-alarm", "normal-process", "next", "back", "adopt"),
    "accept": ("accept",),
    "incidents": ("list", "new", "resume"),
    "stop": ("cancel",),
    "undo": ("undo",),
    "shell": ONLY_LOOKS,
    "again": ("probe",),
    "reproduce": ("smoke",),
    "help": ONLY_LOOKS,
    "palette": ONLY_LOOKS,
    "leave": ONLY_LOOKS,
}  # fmt: skip
"""What each key of the stage screen does, as commands."""

WITHOUT_A_KEY = {
    "status": "the stage screen itself",
    "plan": "the detail of a step shows it",
    "look": "asked at a step whose result is unknown",
    "backport": "the primary action of a backport step",
    "trust": "asked before a command of the configuration",
    "demo": "before there is an incident",
    "doctor": "about this machine",
    "reset-terminal": "about this terminal",
    "init": "before there is an incident",
    "stats": "about many incidents",
    "export": "about a file",
    "import": "about a file",
    "completion": "about a shell",
}


def test_every_key_has_its_commands():
    missing = [key.action for key in KEYS if key.action not in PLAIN]
    assert not missing, f"a new key needs a plain call: {missing}"
    unknown = {
        name for names in PLAIN.values() if isinstance(names, tuple) for name in names if name not in COMMANDS
    }
    assert not unknown


def test_every_command_is_reached_from_the_screens_or_says_why_not():
    reached = {name for names in PLAIN.values() if isinstance(names, tuple) for name in names}
    left = set(COMMANDS) - reached - set(WITHOUT_A_KEY)
    assert not left, f"neither a key nor a reason: {left}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name, tmp_path):
    (tmp_path / "empty").mkdir()
    desk = Desk(root=tmp_path / "desk", checkout=tmp_path / "empty")
    done = desk.do(name, "--help")
    assert f"hotfix-tui {name}" in done.out
    assert COMMANDS[name].help[:30] in " ".join(done.out.split())


def test_the_overview_names_every_command(tmp_path):
    (tmp_path / "empty").mkdir()
    desk = Desk(root=tmp_path / "desk", checkout=tmp_path / "empty")
    listed = {line.split()[0] for line in desk.do("--help").out.splitlines() if line.startswith("  ")}
    assert set(COMMANDS) <= listed
