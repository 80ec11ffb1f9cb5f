"""Programs that get the terminal: what went wrong with them is said, and with the right variable."""

import pytest

from hotfix_tui.ui.services import TerminalEditor


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program"
    path.write_text('#!/bin/sh\necho "$@" > "$0.said"\nexit 3\n')
    path.chmod(0o755)
    return path


def test_an_editor_that_fails_is_said(program, monkeypatch, tmp_path):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(program))
    assert TerminalEditor().edit(str(tmp_path / "a file"), 7) == f"{program} ended with status 3."
    assert str(tmp_path / "a file") in (tmp_path / "program.said").read_text()


def test_what_is_missing_is_said_with_its_variable(monkeypatch, tmp_path):
    monkeypatch.delenv("VISUAL", raising=False)
    for name in ("EDITOR", "SHELL"):
        monkeypatch.setenv(name, "/no/such/program")
    assert "set EDITOR" in TerminalEditor().edit(str(tmp_path / "a"), 1)
    assert "set SHELL" in TerminalEditor().shell(str(tmp_path))


def test_the_status_of_a_shell_is_that_of_the_last_word_typed_and_no_fault(program, monkeypatch, tmp_path):
    monkeypatch.setenv("SHELL", str(program))
    assert TerminalEditor().shell(str(tmp_path)) == ""
