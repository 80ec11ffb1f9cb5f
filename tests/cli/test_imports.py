"""`status` and `list` answer in a prompt: they load nothing heavy and start no git."""

import subprocess
import sys

import pytest

HEAVY = {"textual", "rich", "git", "msgspec", "aiohttp", "jinja2", "asyncio", "subprocess", "tomli_w"}


@pytest.mark.parametrize(
    "args", [["status"], ["list"], ["status", "--json"], ["list", "--json"]], ids=" ".join
)
def test_what_is_not_imported(opened, args):
    code = (
        "import sys; from hotfix_tui.cli import main; status = main(sys.argv[1:]); "
        "print('\\nLOADED', *sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr); "
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
    loaded = set(run.stderr.partition("LOADED")[2].split())
    assert "hotfix_tui" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("args", [["status"], ["list"], ["timeline"], ["runs"]], ids=" ".join)
def test_no_git_is_started(opened, args):
    opened.git_log.unlink(missing_ok=True)
    opened.do(*args)
    assert opened.git_calls() == []
    opened.do("note", "this one asks git for a name")
    assert opened.git_calls(), "the wrapper does record"


def test_the_first_screen_waits_for_no_more_than_it_needs():
    """What looks at the world is loaded beside the screen, once it stands."""
    code = (
        "import sys, hotfix_tui.ui.launch, hotfix_tui.ui.screens.stage.screen; "
        "print(*(n for n in sys.modules if n.startswith(('hotfix_tui', 'git', 'jinja2', 'aiohttp', 'argparse'))))"
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
        "hotfix_tui.detect",
        "hotfix_tui.git.process",
        "hotfix_tui.steps.changeset.state",
        *(f"hotfix_tui.ui.screens.{dialog}" for dialog in ("choose", "confirm", "form", "reasons")),
    )
    assert "hotfix_tui.ui.screens.stage.screen" in loaded
    assert [name for name in late if name in loaded] == []
