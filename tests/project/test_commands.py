"""What will really run: configured before detected, on a pipe or a terminal."""

import tomllib

import pytest

from hotfix_tui.project.commands import effective
from hotfix_tui.project.config import from_table
from hotfix_tui.project.detect.search import detect
from hotfix_tui.project.detect.suggestion import Detected
from hotfix_tui.project.placeholders import expand
from tests.project.repos import package, workflow, write


def _effective(text: str, detected: Detected | None = None):
    return effective(from_table(tomllib.loads(text)), detected or Detected())


def test_what_is_configured_wins(tmp_path):
    detected = detect(
        write(tmp_path, {"package.json": package({"test": "x", "build": "y"}), "yarn.lock": ""})
    )
    found = _effective('[commands]\ntest = "make test"', detected)
    assert (found["test"].argv, found["test"].origin) == (["make", "test"], "configured")
    assert "commands.test" in found["test"].evidence
    assert (found["build"].argv, found["build"].origin) == (["yarn", "build"], "detected")
    assert "package.json" in found["build"].evidence


@pytest.mark.parametrize(
    ("name", "tty", "ci"),
    [
        ("test", False, True),
        ("typecheck", False, True),
        ("regression", False, True),
        ("setup", True, False),
        ("build", True, False),
    ],
)
def test_checks_run_on_a_pipe_with_ci_the_others_on_a_terminal(name, tty, ci):
    command = _effective(f'[commands]\n{name} = "x"')[name]
    assert command.tty is tty and ("CI" in command.env) is ci
    assert command.env["PAGER"] == command.env["GH_PAGER"] == "cat"


def test_a_deployment_runs_on_a_terminal_and_an_answer_on_a_pipe():
    found = _effective(
        '[deploy]\nproduction="a"\ncurrent="b"\nrollbacks={fast="c"}\nfeature-flag="d"\n[git]\nlive="e"'
    )
    assert {name: command.tty for name, command in found.items()} == {
        "deploy.production": True,
        "deploy.current": False,
        "deploy.rollbacks.fast": True,
        "deploy.feature-flag": True,
        "git.live": False,
    }
    assert not any("CI" in command.env for command in found.values())


def test_the_file_may_say_otherwise():
    test = '{run="x", tty=true, env={CI="0", A="1"}, timeout="5m", cwd="web"}'
    text = f'[commands]\ntest={test}\nbuild={{run="y", tty=false}}'
    found = _effective(text)
    assert found["test"].tty and found["test"].env["CI"] == "0" and found["test"].env["A"] == "1"
    assert (found["test"].timeout, found["test"].cwd) == (300.0, "web")
    assert not found["build"].tty and found["build"].timeout is None


def test_a_shell_is_one_argument(tmp_path):
    command = _effective('[commands]\nbuild={run="a | b", shell=true}')["build"]
    assert command.shell and command.argv == ["/bin/sh", "-c", "a | b"]


def test_braces_of_a_detected_command_are_no_placeholders(tmp_path):
    root = write(
        tmp_path,
        {".github/workflows/ci.yml": workflow("- run: go test -run '{ticket}' ./...\n"), "go.mod": ""},
    )
    command = effective(from_table({}), detect(root))["test"]
    assert expand(command.argv, {"ticket": "X-1"}) == ["go", "test", "-run", "{ticket}", "./..."]


def test_a_live_address_is_no_command():
    assert _effective('[git]\nlive="https://shop.example/version"') == {}
