"""What is pinned so that a picture is the same in every run and on every machine."""

import os

import pytest

from tests.gitworld import IDENTITY
from tests.ui import place

PYTHON = "/usr/bin/python3"


def pin_look(patch: pytest.MonkeyPatch) -> None:
    """Pin the look: colours, no animation, plans requested at once, a Python with the same name everywhere."""
    for name in ("NO_COLOR", "HOTFIX_TUI_THEME", "TMUX", "VISUAL", "EDITOR", "SHELL"):
        patch.delenv(name, raising=False)
    patch.setenv("HOTFIX_TUI_RAISE", "1")
    patch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    patch.setattr("hotfix_tui.ui.screens.stage.previews.PLAN_AFTER", 0.01)
    patch.setattr("sys.executable", PYTHON)


def pin_world(patch: pytest.MonkeyPatch) -> None:
    """Skip probing at the start: every incident was brought up to date when it was built.

    `test_screens.py` proves that another probe changes nothing; skipping it saves a second or two per test.
    """
    patch.setattr("hotfix_tui.engine.reconcile.reconcile", lambda engine, saw=None: None)


def pin_home(patch: pytest.MonkeyPatch) -> None:
    """Isolate from this machine's user: no home, no settings of git, no state, no forge's command line."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "XDG_", "SSH_"))]:
        patch.delenv(name)
    for name, value in IDENTITY.items():
        patch.setenv(name, value)
    home = place.slot() / "home"
    for name, value in (
        ("HOME", home),
        ("XDG_STATE_HOME", home / "state"),
        ("XDG_CONFIG_HOME", home / "config"),
    ):
        patch.setenv(name, str(value))
    patch.setenv("TZ", "UTC")
