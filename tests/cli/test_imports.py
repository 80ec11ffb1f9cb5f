"""`status` and `list` answer in a prompt: they load nothing heavy and start no git."""

import subprocess
import sys
from pathlib import Path

import pytest

import hotfix_tui

PACKAGE = Path(hotfix_tui.__file__).parent

HEAVY = {"textual", "rich", "git", "msgspec", "aiohttp", "jinja2", "asyncio", "subprocess", "tomli_w"}
SLOW = {
    "dataclasses",
    "inspect",
    "copy",
    "ast",
    "dis",
    "shlex",
    "pathlib",
    "argparse",
    "logging",
    "urllib",
    "random",
}
"""Of the standard library: each takes longer than several modules of ours, most of them by what they bring along."""


LOADED = "(set(sys.modules) - set(sys.modules['hotfix_tui.lazy']._PENDING))"
"""An expression for the names of all loaded modules: those of ours that are only imported are not among them."""


def loaded_by(opened, args):
    """The modules that a call loads in addition to those of any Python process."""
    code = (
        "import sys; before = set(sys.modules); from hotfix_tui.cli import main; status = main(sys.argv[1:]); "
        f"print('\\nLOADED', *sorted({LOADED} - before), file=sys.stderr); "
        "sys.exit(status)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=opened.checkout,
        env=opened.env,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stderr.partition("LOADED")[2].split())


def rooms_of(loaded):
    """The rooms of which a module is loaded; a package holds a docstring, and is loaded with any import from it."""
    ours = [name.split(".") for name in loaded if name.startswith("hotfix_tui.")]
    return {name[1] for name in ours if name[2:] and not (PACKAGE.joinpath(*name[1:])).is_dir()}


@pytest.mark.parametrize(
    "args", [["status"], ["list"], ["status", "--json"], ["list", "--json"]], ids=" ".join
)
def test_what_is_not_imported(opened, args):
    loaded = loaded_by(opened, args)
    assert [name for name in sorted(loaded) if name.split(".")[0] in HEAVY | SLOW] == []
    assert rooms_of(loaded) == {"base", "cli", "session"} | ({"incident"} if args[0] == "status" else set())


FOR_A_NOTE = {
    "textual",
    "rich",
    "msgspec",
    "aiohttp",
    "jinja2",
    "asyncio",
    "argparse",
    "dataclasses",
    "inspect",
} | {
    *("ast", "dis", "difflib", "decimal", "urllib", "uuid", "logging", "gettext"),
}
"""What nobody who writes a note has to wait for."""


def test_a_note_loads_what_it_takes_to_write_one(opened):
    """It asks git for a name and writes the record with all its checks; screens, steps and other edits stay out."""
    loaded = loaded_by(opened, ["note", "the provider is called"])
    assert [name for name in sorted(loaded) if name.split(".")[0] in FOR_A_NOTE] == []
    ours = {name.removeprefix("hotfix_tui.") for name in loaded if name.startswith("hotfix_tui.")}
    assert rooms_of(loaded) == {"base", "cli", "session", "incident", "engine", "git"}
    assert {name for name in ours if name.startswith("engine.")} == {
        *("engine.core", "engine.errors", "engine.notes", "engine.place"),
    }
    assert {name for name in ours if name.startswith("incident.edits.")} == {
        *("incident.edits.journal", "incident.edits.notes"),
    }
    assert not ours & {"cli.table", "cli.dispatch", "cli.act", "git.faults", "incident.rules.lifecycle"}


def test_the_version_takes_nothing_but_itself(opened):
    assert loaded_by(opened, ["--version"]) == {
        "hotfix_tui",
        "hotfix_tui.lazy",
        "hotfix_tui.cli",
        "hotfix_tui.cli.streams",
        "hotfix_tui.version",
    }


@pytest.mark.parametrize("args", [["status"], ["list"], ["timeline"], ["runs"]], ids=" ".join)
def test_no_git_is_started(opened, args):
    opened.git_log.unlink(missing_ok=True)
    opened.do(*args)
    assert opened.git_calls() == []
    opened.do("note", "this one asks git for a name")
    assert opened.git_calls(), "the wrapper does record"


def test_the_first_screen_waits_for_no_more_than_it_needs():
    """What probes is loaded in the background, once the screen is there."""
    code = (
        "import sys; from hotfix_tui.ui.launch import launch; "
        "from hotfix_tui.ui.screens.stage.screen import StageScreen; "
        f"print(*{LOADED})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    late = (
        "git",
        "jinja2",
        "aiohttp",
        "argparse",
        "hotfix_tui.config.load",
        "hotfix_tui.detect.search",
        "hotfix_tui.git.process",
        "hotfix_tui.runner.runs",
        "hotfix_tui.steps.changeset.state",
        "hotfix_tui.steps.contract",
        "hashlib",
        "msgspec",
        *(f"hotfix_tui.ui.screens.{dialog}" for dialog in ("choose", "confirm", "form", "reasons")),
    )
    assert "hotfix_tui.ui.screens.stage.screen" in loaded
    assert [name for name in late if name in loaded] == []
