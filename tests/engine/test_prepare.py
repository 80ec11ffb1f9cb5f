"""A cursor asks nobody; what is confirmed is what runs, and it is looked at no oftener than it has to be."""

import os
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hotfix_tui.engine import execute, prepare, reconcile
from hotfix_tui.git import moment
from hotfix_tui.incident.edits import runs
from hotfix_tui.incident.rules import gates
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps import registry
from tests import typed
from tests.engine import in_production
from tests.engine.in_production import questions
from tests.recorder import rules
from tests.steps.support_release import PYTHON

DEPLOY = "deploy.production"


@pytest.fixture
def gate(monkeypatch):
    """The gate lets everything pass; what it was asked about is listed."""
    asked: list[str] = []
    for module in (gates, runs):
        monkeypatch.setattr(module, "may_start", lambda record, step: asked.append(step))
    return asked


@pytest.fixture
def engine(shop, gate, monkeypatch):
    """An incident with a committed fix in the shop; its deploy command writes the commit into the file ``live``."""
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    script = f"import sys; open({str(shop.folder / 'live')!r}, 'w').write(sys.argv[1])"
    return in_production.opened(
        shop, deploy={"production": {"run": [PYTHON, "-c", script, "{commit}"], "env": {"REGION": "eu"}}}
    )


def files(engine):
    """Everything that is kept of the incident, with its content."""

    root = Path(engine.store.directory(engine.id))
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def finished(engine, step):
    end = time.monotonic() + 240
    while (done := reconcile.collect_result(engine, step)) is None and time.monotonic() < end:
        time.sleep(0.02)
    return done


def edit_command(engine, *words):
    def change(record, actor):
        record.doc["edited"] = {DEPLOY: {"run": list(words), "by": "bob", "at": actor.at}}
        return []

    engine.change(change)


def test_a_cursor_asks_nobody_and_writes_nothing(engine, shop):
    shop.origin.rename(shop.folder / "elsewhere.git")
    before, revision = files(engine), engine.record.revision
    for step in engine.record.definitions():
        if registry.known(step):
            prepare.preview(engine, step)
    assert questions(shop) == 0
    assert (files(engine), engine.record.revision) == (before, revision)
    plan = prepare.preview(engine, DEPLOY).plan
    assert plan is not None and plan.commands[-1].argv[-1] == shop.commit


def test_what_hangs_on_an_answer_is_shown_once_that_was_given(engine, shop):
    shop.here("push", "-q", "origin", "--delete", "hotfix/ENG-7-sums")
    before = prepare.preview(engine, "verify.push")
    assert before.unasked and before.plan is None and before.reasons == ()
    asked = prepare.plan(engine, "verify.push")
    shown = prepare.preview(engine, "verify.push")
    assert shown.plan is not None and shown.plan.commands == asked.commands and asked.commands


def test_one_confirmed_deploy_asks_production_at_most_twice_and_the_gate_at_most_twice(engine, shop, gate):
    prepared = prepare.prepare(engine, DEPLOY, None)
    assert questions(shop) == 1
    assert prepared.needs_word == ("ENG-7",)
    early = engine.record.revision
    later = replace(prepared, at=prepared.at - prepare.FRESH)  # the word was typed by hand
    begun = execute.execute(engine, later, "ENG-7")
    assert begun.state == "running"
    assert questions(shop) <= 2
    assert gate.count(DEPLOY) <= 2
    assert early < engine.record.revision
    assert begun.plan.commands == prepared.plan.commands
    assert finished(engine, DEPLOY).state == "done"


def test_git_is_asked_the_same_once_in_one_look_at_all_that_an_act_rests_on(engine, shop, monkeypatch):
    monkeypatch.setattr(moment, "FRESH", 600.0)
    record = Path(os.environ["TESTS_GIT_CALLS"])
    before = record.stat().st_size
    reconcile.refresh_preconditions(engine, DEPLOY)
    calls = list(rules.read(record.read_bytes()[before:]))
    kept: Counter[tuple[str, ...]] = Counter()
    for call in calls:
        verb = rules.verb(call.argv)
        if verb in moment.OF_REFS:
            kept[call.where, *call.argv] += 1
        elif verb in ("fetch", "ls-remote"):
            assert not kept or max(kept.values()) == 1, kept.most_common(3)
            kept.clear()
    assert max(kept.values()) == 1, kept.most_common(3)
    assert len(calls) > 10, "it looked"


def test_what_is_confirmed_at_once_is_not_looked_at_again(engine, shop, gate):
    assert execute.carry_out(engine, DEPLOY, confirm="ENG-7").state == "running"
    assert questions(shop) == 1
    assert gate.count(DEPLOY) == 2
    assert finished(engine, DEPLOY).state == "done"


def test_another_command_than_the_confirmed_one_is_refused_with_the_difference(engine, shop):
    prepared = prepare.prepare(engine, DEPLOY)
    edit_command(engine, "make", "ship")
    with pytest.raises(Refused) as refused:
        execute.execute(engine, prepared, "ENG-7")
    said = refused.value.reasons[0].sentence
    assert "than what was confirmed" in said
    assert "+ in " in said and "make ship" in said and "- in " in said
    assert engine.record.runs == [] and (shop.folder / "live").read_text() == shop.base


def test_another_commit_than_the_confirmed_one_is_refused(engine, shop):
    prepared = prepare.prepare(engine, DEPLOY)
    tree = shop.record.stored("branch.create").get("worktree")
    shop.here("-C", tree, "commit", "-q", "--allow-empty", "-m", "one more")
    other = shop.here("-C", tree, "rev-parse", "HEAD")
    engine.change(lambda record, actor: typed.add(record, "verify.commit", commit=other) or [])
    with pytest.raises(Refused, match=f"\\+ Deploy {other[:7]}"):
        execute.execute(engine, prepared, "ENG-7")
    assert engine.record.runs == []


def test_production_that_moved_after_the_confirmation_stops_the_deploy(engine, shop):
    prepared = prepare.prepare(engine, DEPLOY)
    (shop.folder / "live").write_text("1" * 40)
    with pytest.raises(Refused, match="Production has moved"):
        execute.execute(engine, replace(prepared, at=prepared.at - prepare.FRESH), "ENG-7")
    assert engine.record.runs == []


def test_a_variable_more_is_another_plan(engine):
    plan = prepare.plan(engine, DEPLOY)
    assert plan.commands[-1].env["REGION"] == "eu"
    command = msgspec.structs.replace(plan.commands[-1], env={**plan.commands[-1].env, "DEBUG": "1"})
    other = replace(plan, commands=[*plan.commands[:-1], command])
    assert prepare.fingerprint(other) != prepare.fingerprint(plan)
    assert any("DEBUG" in line for line in prepare.difference(plan, other))
    assert prepare.difference(plan, plan) == []
