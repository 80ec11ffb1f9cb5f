"""An engine of a small repository, isolated from this machine's user."""

import subprocess

import pytest

from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.place import find_place
from hotfix_tui.session.store import Store
from tests.gitworld import NO_CONFIG


@pytest.fixture
def opened(tmp_path, monkeypatch) -> Engine:
    """ENG-1, a P1, just opened in an empty repository; every step may start."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", NO_CONFIG)
    root = tmp_path / "shop"
    root.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    place = find_place(str(root))
    start = opening.Start("ENG-1", "P1")
    made = opening.open_incident(place, Store(place.sessions, who="ann"), start, by="ann")
    for module in ("rules.gates", "edits.runs"):
        monkeypatch.setattr(f"hotfix_tui.incident.{module}.may_start", lambda *_: None)
    return made
