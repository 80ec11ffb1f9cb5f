"""The commands of an incident are those that the files of the hotfix branch speak for, not those of the start."""

import time

import pytest

from hotfix_tui.engine import commands, execute, opening, project_commands, reconcile
from hotfix_tui.engine.place import find_place
from hotfix_tui.session.store import Store
from tests import typed
from tests.gitworld import World
from tests.repos import package, write

OLD = {"Makefile": "check:\n\t./suite\n", "package.json": package({"test": "mocha"}), "a.js": ""}
NEW = {"Makefile": "build:\n\ttrue\n", "package.json": package({"test": "vitest run", "typecheck": "tsc"})}


@pytest.fixture
def world(tmp_path, isolated):
    """v1.0.1 is live on release-1.0; main has other scripts and another Makefile since."""
    made = World(tmp_path / "shop")
    write(made.path, OLD)
    made.commit("one")
    made("tag", "v1.0.0")
    made("branch", "release-1.0")
    write(made.path, NEW)
    made.commit("two")
    return made


def branched(world, way, *, base="release-1.0", engine=None):
    """An incident that was opened on main, with its branch made from `base`."""
    place = find_place(str(world.path))
    if engine is None:
        store = Store(place.sessions, who="ann")
        engine = opening.open_incident(place, store, opening.Start("ENG-1", "P1"), by="ann")
    commit = world("rev-parse", base)

    def known(record, actor):
        record.facts["title"] = "Totals are wrong"
        typed.put(record, "branch.base", "done", {"commit": commit, "target": base}, at=actor.at, by="ann")
        return []

    engine.change(known)
    found = execute.carry_out(engine, "branch.create", choice=way)
    while found.state == "running":
        time.sleep(0.01)
        found = reconcile.collect_result(engine, "branch.create") or found
    assert found.state == "done", found.why
    return engine


@pytest.fixture
def gates_open(monkeypatch):
    """Every step may start."""
    for module in ("rules.gates", "edits.runs"):
        monkeypatch.setattr(f"hotfix_tui.incident.{module}.may_start", lambda *_: None)


def lines(engine):
    views = {name: project_commands.of_incident(engine, name) for name in project_commands.NAMES}
    return {name: one.now.line for name, one in views.items() if one.now}


def said(engine):
    return [one["text"] for one in engine.timeline() if one["kind"] == "command"]


@pytest.mark.parametrize("way", ["worktree", "in-place"])
def test_what_is_run_and_why_comes_from_the_branch(world, gates_open, way):
    engine = branched(world, way)
    assert lines(engine)["test"] == "make check"
    assert not {"build", "typecheck"} & set(lines(engine))
    assert "mocha" in lines(engine)["regression"]
    texts = "\n".join(said(engine))
    assert "There is no command build on the hotfix branch; it was make build" in texts
    assert "vitest" in texts and "mocha" in texts


def test_where_the_files_are_the_same_nothing_is_said(world, gates_open):
    engine = branched(world, "worktree", base="main")
    assert lines(engine)["build"] == "make build" and said(engine) == []


def test_what_was_edited_for_the_incident_stays(world, gates_open):
    place = find_place(str(world.path))
    start = opening.Start("ENG-1", "P1")
    engine = opening.open_incident(place, Store(place.sessions, who="ann"), start, by="ann")
    project_commands.edit(engine, "build", "make all")
    branched(world, "worktree", engine=engine)
    assert lines(engine)["build"] == "make all"
    assert not any(one.startswith("There is no command build") for one in said(engine))


def test_a_fix_that_exists_already_brings_the_commands_of_its_branch(world, gates_open):
    world("worktree", "add", "-q", "-b", "mend", str(world.path.parent / "mend"), "release-1.0")
    fix = World.__new__(World)
    fix.path, fix.time = world.path.parent / "mend", world.time
    fix.commit("mend", a__js="1")
    place = find_place(str(world.path))
    start = opening.Start("ENG-1", "P1")
    engine = opening.open_incident(place, Store(place.sessions, who="ann"), start, by="ann")
    assert lines(engine)["build"] == "make build"
    commands.adopt_fix(engine, "mend")
    assert "build" not in lines(engine) and "mocha" in lines(engine)["regression"]


def test_a_look_that_finds_the_branch_again_changes_nothing(world, gates_open):
    engine = branched(world, "worktree")
    write(world.path.parent / "shop.hotfix/eng-1", {"Makefile": "build:\n\ttrue\n"})
    reconcile.probe_step(engine, "branch.create")
    assert "build" not in lines(engine)
