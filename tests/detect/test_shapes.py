"""What is right for each shape of repository is what detection chooses."""

import os
import shlex

import pytest

from hotfix_tui.detect.search import detect
from hotfix_tui.detect.suggestion import KINDS, Suggestion
from tests.detect.every_shape import SHAPES
from tests.project.repos import write


def as_line(suggestion: Suggestion | None) -> str:
    """A suggestion as a shell would read it."""
    if suggestion is None:
        return ""
    start = f"cd {suggestion.cwd} && " if suggestion.cwd else ""
    env = "".join(f"{name}={value} " for name, value in suggestion.env.items())
    return f"{start}{env}{shlex.join(suggestion.argv)}"


def made(tmp_path, name: str) -> str:
    """Write a shape; its scripts may be run."""
    root = write(tmp_path, SHAPES[name].files)
    for path in SHAPES[name].files:
        if path.startswith(("script/", "bin/", "run_")):
            os.chmod(os.path.join(root, path), 0o755)
    return root


@pytest.mark.parametrize("name", SHAPES)
def test_the_commands_of_a_shape_are_the_projects_own(tmp_path, name):
    found = detect(made(tmp_path, name))
    chosen = {kind: as_line(found.commands.get(kind)) for kind in KINDS}
    assert {kind: chosen[kind] for kind in SHAPES[name].commands} == SHAPES[name].commands
    assert not (found.commands.get("typecheck") and found.commands["typecheck"].lint)


def test_a_linter_is_offered_as_what_it_is(tmp_path):
    found = detect(made(tmp_path, "javascript without types"))
    assert [one.argv for one in found.lints] == [["npm", "run", "lint"]]
    assert "typecheck" not in found.commands


def test_variables_that_were_left_out_are_named(tmp_path):
    test = detect(made(tmp_path, "laravel whose CI tests on a database")).commands["test"]
    assert "DB_CONNECTION" in test.doubt and "DB_HOST" in test.doubt and "APP_ENV" not in test.doubt


def test_of_several_projects_none_stands_for_all_in_silence(tmp_path):
    found = detect(made(tmp_path, "services in folders"))
    assert "backend, frontend" in found.commands["test"].doubt
    assert [one.cwd for one in found.commands["test"].alternatives] == ["frontend"]
    assert found.commands["test"].doubt in found.warnings


def test_what_covers_a_part_only_is_an_alternative(tmp_path):
    found = detect(made(tmp_path, "rust whose CI runs some tests only"))
    assert ["cargo", "test", "--lib"] in [one.argv for one in found.commands["test"].alternatives]


def test_that_ci_tests_one_of_several_projects_is_said(tmp_path):
    found = detect(made(tmp_path, "services of which CI tests one"))
    assert "src/ads, src/cart" in found.commands["test"].doubt
