"""A drill is known by its repository, taken up again, and taken away whole: never another folder."""

import dataclasses
import json

from hotfix_tui.demo import build, here, processes
from hotfix_tui.session import places


def prepared(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    from hotfix_tui.demo import offers

    world = build.build(str(tmp_path / "d"), pace=0.0)
    offers.prepare(world)
    return world


def test_the_repository_of_a_drill_names_it_and_a_copy_of_the_mark_does_not(tmp_path, monkeypatch):
    world = prepared(tmp_path, monkeypatch)
    sessions = places.session_root(str(world.checkout))
    assert here.find(sessions, str(world.checkout)) == world
    other = tmp_path / "other"
    (other / ".git" / "hotfix-tui").mkdir(parents=True)
    here.mark(here.offers(str(other / ".git" / "hotfix-tui")), world)
    assert here.find(str(other / ".git" / "hotfix-tui"), str(other)) is None


def test_the_last_drill_is_known_until_it_is_removed(tmp_path, monkeypatch):
    world = prepared(tmp_path, monkeypatch)
    state = places.state_root()
    assert here.left(state) is None
    here.remember(state, world)
    assert here.left(state) == world
    processes.start(world)
    assert here.remove(world, state) == ""
    assert not world.root.exists() and here.left(state) is None
    assert not processes.running(world)


def test_a_folder_that_holds_something_else_by_now_stays(tmp_path, monkeypatch):
    world = prepared(tmp_path, monkeypatch)
    told = json.loads((world.root / "drill.json").read_text())
    told["world"]["ticket"] = "OTHER-1"
    (world.root / "drill.json").write_text(json.dumps(told))
    assert "left as it is" in here.remove(world, places.state_root())
    assert world.checkout.is_dir()
    assert "left as it is" in here.remove(dataclasses.replace(world, scenario="?"), places.state_root())


def test_what_this_user_has_not_built_here_is_no_drill_of_theirs_and_runs_nothing(tmp_path, monkeypatch):
    world = prepared(tmp_path, monkeypatch)
    assert here.is_ours(world)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another state"))
    assert not here.is_ours(world), "it came along, mark and all"
    from hotfix_tui.engine.place import find_place
    from hotfix_tui.ui import drill

    assert drill.of(find_place(str(world.checkout))) is None
    assert not processes.running(world) and not (world.root / "drill.log").exists()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config = world.checkout / ".hotfix-tui.toml"
    config.write_text(config.read_text() + "\n# changed\n[commands.setup]\nrun = ['true']\n")
    assert not here.is_ours(world)


def test_a_drill_knows_what_its_ticket_says_from_the_first_yes_and_its_forms_are_filled_in(
    tmp_path, monkeypatch
):
    from hotfix_tui.demo import offers, story
    from hotfix_tui.engine.place import find_place
    from hotfix_tui.incident.model.facts import FACTS
    from hotfix_tui.session.store import Store
    from hotfix_tui.ui import opening
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.router import Router

    world = prepared(tmp_path, monkeypatch)
    place = find_place(str(world.checkout))
    app = HotfixApp(
        place, Store(place.sessions, who="ann"), "ann", lambda app: app.routes.incidents(), Router()
    )
    engine = opening.open_new(app)
    assert {key: engine.record.fact(key) for key in story.KNOWN} == story.KNOWN
    assert not engine.record.title and not engine.record.ticket, "those are saved by whoever takes it"
    filled = opening.offered(app)
    assert filled["ticket"] == world.ticket and filled["fix.summary"] == story.FIX
    assert set(filled) <= set(FACTS) and not set(filled) & set(story.KNOWN)
    for spoiled in ("[]", "{", '{"no-such-fact": "x", "title": 3}'):
        folder = here.offers(places.session_root(str(world.checkout)))
        (tmp_path / "d" / folder / offers.FACTS).write_text(spoiled)
        assert opening.offered(app) == {}
