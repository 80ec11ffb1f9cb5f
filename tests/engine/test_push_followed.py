"""A deployment that a push began is followed to its end, and anew where its run was red or lost from sight."""

import os
from functools import partial

import pytest

from hotfix_tui.base import asking
from hotfix_tui.engine import prepare
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.presenters import default_action, offer
from hotfix_tui.ui.presenters.default_action import Action
from hotfix_tui.ui.screens.stage import menus
from tests import typed
from tests.engine import in_production
from tests.forges.test_pushed import run
from tests.steps.fake_gh import Forge

STEP = Deployed.STEP


@pytest.fixture
def followed(shop, monkeypatch):
    """An engine whose fix has landed where a push deploys, and the forge that knows its run."""
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    engine = in_production.opened(shop)
    forge = Forge(shop.folder, shop.commit)
    monkeypatch.setenv("PATH", forge.path_with(os.environ["PATH"]))
    trigger = {
        "kind": "deploys",
        "on": "push",
        "place": ".github/workflows/deploy.yml:3",
        "target": "production",
    }

    def landed(record, actor):
        github = {"forge": "github", "remote_url": "https://github.com/acme/shop.git"}
        typed.add(record, "branch.preflight", **github, deploys_on_push=True, triggers=[trigger])
        typed.put(record, "release.confirm", "done", {"commit": shop.commit}, at=actor.at, by="ann")
        record.facts.update(
            {"title": "Totals", "impact.seen": "wrong totals", "cause.summary": "one is left out"}
        )
        for name in views(record):
            if name == STEP:
                break
            record.steps.setdefault(name, {"state": "done", "at": actor.at})
        return []

    engine.change(landed)
    return engine, forge


def stands(engine, state, **evidence):
    """Let the step end so."""

    def end(record, actor):
        _, begun = running.begin(record, actor, STEP, "follow")
        return [
            *begun,
            *running.finish(record, actor, STEP, Probe(state, Deployed(**evidence), "so it was", adds=True)),
        ]

    engine.change(end)


def follows(engine):
    """What the step would do after a probe and the gate."""
    with asking.look(asking.Answers(remember=engine.remembered)):
        already, _ = prepare.done_already(engine, STEP, "")
        assert already is None, already
        prepare.pass_gate(engine, STEP)
        return prepare.make_plan(engine, STEP)


def offered(engine):
    return default_action.of_step(engine.record, views(engine.record)[STEP])


def test_a_run_that_goes_on_is_followed_not_only_seen(followed, shop):
    engine, forge = followed
    forge.set(runs=[run(status="in_progress", conclusion=None, sha=shop.commit)])
    assert offered(engine).label == "Follow the run of the push"
    assert offer.reach_of(engine.record, STEP) == "act", "it only looks"
    made = follows(engine)
    assert made.only_looks and made.commands


@pytest.mark.parametrize("state", ["failed", "waiting", "unknown"])
def test_a_run_that_was_red_or_lost_is_followed_anew(followed, shop, state):
    engine, forge = followed
    stands(engine, state)
    assert views(engine.record)[STEP].state == state
    forge.set(runs=[run(status="in_progress", conclusion=None, sha=shop.commit)])
    if state == "unknown":
        assert offered(engine).action == Action.SAY_WHAT_HAPPENED
        assert "follow" in [one.name for one in menus.unknown_run(follows=True)]
    else:
        assert offered(engine).action == Action.RUN and "Follow the run of the push" in offered(engine).label
    made = follows(engine)
    assert made.only_looks and made.commands


def test_where_the_red_run_has_changed_production_the_way_back_is_offered(followed, shop):
    engine, _ = followed
    stands(engine, "failed", runs="f" * 40, previous=shop.base)
    assert offered(engine).action == Action.ROLL_BACK
    engine.change(partial(_as_before, base=shop.base))
    assert offered(engine).label == "Follow the run of the push again"


def _as_before(record, actor, base):
    typed.add(record, STEP, runs=base)
    return []
