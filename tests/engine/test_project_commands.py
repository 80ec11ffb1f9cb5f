"""The project's commands: what would run and why, what is missing, what else would do, and how another is taken."""

import pytest

from hotfix_tui.engine import opening, project_commands
from hotfix_tui.engine.core import effective_table
from hotfix_tui.engine.place import find_place
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.session.store import Store
from tests.gitworld import World
from tests.repos import package, write


@pytest.fixture
def engine(tmp_path, isolated):
    world = World(tmp_path / "shop")
    write(
        world.path,
        {
            "package.json": package({"test": "mocha", "lint": "eslint ."}, devDependencies={"mocha": "11"}),
            "api/Makefile": "test:\n\ttrue\n",
            "a.js": "",
        },
    )
    world("add", "-A")
    world("commit", "-qm", "one")
    place = find_place(str(world.path))
    return opening.open_incident(
        place, Store(place.sessions, who="ann"), opening.Start("ENG-1", "P1"), by="ann"
    )


def effective(engine, name: str):
    return effective_table(engine.record)["commands"][name]


def test_what_would_run_and_what_else_would_do(engine):
    view = project_commands.of_incident(engine, "test")
    assert (view.now.line, view.source) == ("npm test", "detected")
    assert "test script" in view.now.why
    assert [one.line for one in view.others] == ["npx --no-install mocha"]


def test_a_linter_is_an_alternative_that_is_called_one_and_never_required(engine):
    view = project_commands.of_incident(engine, "typecheck")
    assert view.now is None and [(one.line, one.lint) for one in view.others] == [("npm run lint", True)]
    project_commands.take(engine, "typecheck", 1)
    assert engine.record.definition("verify.typecheck").title == "Lint"
    from hotfix_tui.incident.rules.requirements import requirement

    assert requirement(engine.record, "verify.typecheck").level == "O"
    project_commands.edit(engine, "typecheck", "npx tsc --noEmit")
    assert engine.record.definition("verify.typecheck").title == "Type check"
    assert requirement(engine.record, "verify.typecheck").level == "W"


def test_what_is_typed_runs_at_the_root_or_where_it_is_said(engine):
    engine.change(
        lambda record, actor: (
            record.detected.update(setup={"run": ["x"], "cwd": "docs", "evidence": ""}) or []
        )
    )
    assert effective(engine, "setup")["cwd"] == "docs"
    project_commands.edit(engine, "setup", "make deps")
    assert effective(engine, "setup") == {"run": ["make", "deps"]}
    project_commands.edit(engine, "setup", "make deps", "./api/")
    assert effective(engine, "setup") == {"run": ["make", "deps"], "cwd": "api"}
    with pytest.raises(Refused, match="below the root"):
        project_commands.edit(engine, "setup", "make deps", "../x")
    project_commands.edit(engine, "setup", "")
    assert effective(engine, "setup")["cwd"] == "docs"


def test_variables_before_a_command_belong_to_it(engine):
    project_commands.edit(engine, "test", "A=1 B='x y' npm run x")
    assert effective(engine, "test") == {"run": ["npm", "run", "x"], "env": {"A": "1", "B": "x y"}}
    assert project_commands.of_incident(engine, "test").now.line == "A=1 B='x y' npm run x"
    with pytest.raises(Refused, match="runs nothing"):
        project_commands.edit(engine, "test", "A=1")


def test_an_alternative_brings_its_folder_and_its_variables(engine):
    with pytest.raises(Refused, match="no alternative 2"):
        project_commands.take(engine, "test", 2)
    project_commands.take(engine, "test", 1)
    assert effective(engine, "test")["run"] == ["npx", "--no-install", "mocha"]
    assert [one.line for one in project_commands.of_incident(engine, "test").others] == ["npm test"]


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("no-such-program-here x", ["no-such-program-here"]),
        ("./no-such-file", ["./no-such-file"]),
        ("git status", []),
        ("sh -c 'no-such-program-here && git status'", ["no-such-program-here"]),
        ("sh -c 'python3 -m venv .venv && .venv/bin/python -m pip install x'", []),
    ],
)
def test_programs_that_are_not_here_are_named(engine, line, missing):
    project_commands.edit(engine, "test", line)
    assert list(project_commands.of_incident(engine, "test").missing) == missing


def test_an_unknown_name_is_refused(engine):
    with pytest.raises(Refused, match="There is no command 'tests'"):
        project_commands.of_incident(engine, "tests")
