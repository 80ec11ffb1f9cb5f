"""What a logout does to commands, as systemd's own tools tell it."""

import pytest

from hotfix_tui.engine.doctor import logind


def tool(folder, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("kills", "scope", "linger", "ok", "words"),
    [
        ("b false", False, "no", True, "go on after you log out"),
        ("b true", True, "yes", True, "go on after you log out"),
        ("b true", True, "no", False, "loginctl enable-linger"),
        ("b true", False, "yes", False, "KillUserProcesses=no"),
    ],
)
def test_what_ends_commands_at_logout_is_found_with_its_cure(
    tmp_path, monkeypatch, kills, scope, linger, ok, words
):
    tool(tmp_path, "busctl", f"echo {kills}")
    tool(tmp_path, "loginctl", f"[ $1 = show-user ] && echo Linger={linger}")
    if scope:
        tool(tmp_path, "systemd-run", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (found,) = logind(str(tmp_path))
    assert (found.name, found.ok) == ("logout", ok)
    assert words in found.text


def test_without_systemd_nothing_is_said(tmp_path):
    assert logind(str(tmp_path / "none")) == []
