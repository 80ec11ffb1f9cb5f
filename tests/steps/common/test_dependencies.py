"""Installed dependencies are lent to a checkout, and none of them leads back to the code of the lender."""

import os
import subprocess
import sys

import pytest

from hotfix_tui.steps.common.dependencies import (
    environment_for,
    fitted,
    installed,
    link_dependencies,
    unlink_dependencies,
)
from hotfix_tui.steps.contract import Command
from tests.repos import write


@pytest.fixture
def places(tmp_path):
    lender, scratch = tmp_path / "lender", tmp_path / "scratch"
    lender.mkdir()
    scratch.mkdir()
    return lender, scratch


def test_packages_of_a_workspace_are_those_of_the_checkout(places):
    lender, scratch = places
    for root, word in ((lender, "old"), (scratch, "new")):
        write(root, {"packages/core/package.json": "{}", "packages/core/index.js": word})
    write(lender, {"node_modules/left-pad/index.js": "x", "node_modules/@shop/": ""})
    os.symlink("../../packages/core", lender / "node_modules/@shop/core")
    made = link_dependencies([str(lender)], str(scratch))
    assert (scratch / "node_modules/@shop/core/index.js").read_text() == "new"
    assert (scratch / "node_modules/left-pad/index.js").read_text() == "x"
    unlink_dependencies(made)
    assert not (scratch / "node_modules").exists()
    assert (lender / "node_modules/@shop/core/index.js").read_text() == "old"
    assert (lender / "node_modules/left-pad/index.js").exists()


def test_composers_class_map_lies_where_it_is_used(places):
    lender, scratch = places
    write(
        lender,
        {"vendor/composer/autoload_psr4.php": "x", "vendor/autoload.php": "x", "vendor/acme/lib/a.php": "x"},
    )
    link_dependencies([str(lender)], str(scratch))
    assert os.path.realpath(scratch / "vendor/composer") == str((scratch / "vendor/composer").absolute())
    assert not (scratch / "vendor/autoload.php").is_symlink()
    assert (scratch / "vendor/acme").is_symlink()


def test_what_stands_alone_is_one_link_and_what_is_there_stays(places):
    lender, scratch = places
    write(
        lender,
        {"node_modules/a/index.js": "", ".venv/bin/python": "", "api/node_modules/b/x.js": "", "deps/x": ""},
    )
    write(scratch, {"api/": "", ".venv/own": ""})
    made = link_dependencies([str(lender)], str(scratch))
    assert made == [str(scratch / "api/node_modules"), str(scratch / "node_modules")]
    assert (scratch / "node_modules").is_symlink() and (scratch / ".venv/own").exists()
    assert installed(str(lender)) == [".venv", "api/node_modules", "node_modules"]
    write(lender, {"mix.exs": ""})
    assert "deps" in installed(str(lender))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("x.pth", "{0}/libs/core\n"),
        ("__editable___core_finder.py", "MAPPING = {{'core': '{0}/libs/core/core'}}\n"),
    ],
)
def test_an_editable_install_leads_to_the_checkout(places, file, text):
    lender, scratch = places
    for root, word in ((lender, "old"), (scratch, "new")):
        write(root, {"libs/core/core/__init__.py": f"WORD = {word!r}\n"})
    packages = f".venv/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    write(lender, {f"{packages}/{file}": text.format(lender)})
    env = environment_for(os.environ, str(scratch), [str(lender)])
    argv = [sys.executable, "-c", "import core; print(core.WORD)"]
    assert subprocess.run(argv, cwd=scratch, env=env, capture_output=True, text=True).stdout == "new\n"


def _program(path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["python3", "-m", "pytest"], [".venv/bin/python", "-m", "pytest"]),
        (["pytest", "-q"], [".venv/bin/pytest", "-q"]),
        (["npm", "test"], ["npm", "test"]),
        ([".venv/bin/pytest"], [".venv/bin/pytest"]),
        (["./run"], ["./run"]),
    ],
)
def test_an_environment_made_meanwhile_is_used_at_once(places, argv, expected):
    place = str(places[0])
    assert fitted(Command(argv=argv, cwd=place), place, []).argv == argv
    for name in ("python", "pytest"):
        _program(places[0] / ".venv/bin" / name)
    assert fitted(Command(argv=argv, cwd=place), place, []).argv == expected


def test_that_of_the_start_serves_a_worktree_that_has_none(places):
    lender, scratch = places
    _program(lender / "venv/bin/python")
    command = fitted(
        Command(argv=["venv/bin/python", "-m", "x"], cwd=str(scratch)), str(scratch), [str(lender)]
    )
    assert command.argv == [str(lender / "venv/bin/python"), "-m", "x"]
    assert command.env["PYTHONPATH"] == str(scratch)


def test_that_of_the_folder_in_which_a_command_runs_comes_first(places):
    place = places[0]
    for folder in ("", "api"):
        _program(place / folder / ".venv/bin/python")
    command = Command(argv=["python3", "x.py"], cwd=str(place / "api"))
    assert fitted(command, str(place), []).argv == [".venv/bin/python", "x.py"]
