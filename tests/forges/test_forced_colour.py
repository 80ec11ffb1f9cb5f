"""Programs that are asked for JSON print plain JSON, whatever the shell exports."""

import os

import pytest

from hotfix_tui.base.colour import FORCED, uncoloured
from hotfix_tui.forges.calls import ask
from hotfix_tui.forges.github import ENVIRONMENT

COLOURS = r"""#!/bin/sh
if [ -n "${CLICOLOR_FORCE:-}" ] && [ "$CLICOLOR_FORCE" != 0 ] || [ -n "${FORCE_COLOR:-}${GH_FORCE_TTY:-}" ]; then
  printf '\033[1;37m[\033[m\033[1;37m]\033[m\n'
else
  echo '[]'
fi
"""


@pytest.mark.parametrize("name", FORCED)
def test_an_answer_is_understood_where_colour_is_forced(tmp_path, monkeypatch, name):
    program = tmp_path / "gh"
    program.write_text(COLOURS)
    program.chmod(0o755)
    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert ask(["gh", "pr", "list"], {}, "github.com") == []
    assert ask(["gh", "pr", "list"], ENVIRONMENT, "github.com") == []
    assert name not in uncoloured(os.environ)
