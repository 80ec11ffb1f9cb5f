"""Actions refused because production moved or something else is included: kept, cured or accepted, then done."""

import time

import pytest

from hotfix_tui.engine import commands, execute, guards, prepare, reconcile
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, open_findings
from hotfix_tui.steps.guards.before_act import STOPS
from tests import typed
from tests.engine import in_production


@pytest.fixture
def engine(shop, monkeypatch):
    """An incident with a committed fix in the shop, whose live command reads a file; only these gates are asked."""
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    made = in_production.opened(shop)
    for module in ("rules.gates", "edits.runs"):
        monkeypatch.setattr(f"hotfix_tui.incident.{module}.may_start", lambda record, step: None)
    monkeypatch.setattr(execute, "is_trusted", lambda engine: True)
    monkeypatch.setattr(prepare, "refresh_preconditions", lambda engine, step: None)
    return made


def moved(shop, name="theirs.txt"):
    """Somebody deploys a commit of their own on the base."""
    tree = shop.folder / name.removesuffix(".txt")
    shop.here("worktree", "add", "-q", "--detach", str(tree), shop.base)
    (tree / name).write_text("theirs\n")
    shop.here("-C", str(tree), "add", name)
    shop.here("-C", str(tree), "commit", "-qm", "Their hotfix")
    commit = shop.here("-C", str(tree), "rev-parse", "HEAD")
    (shop.folder / "live").write_text(commit)
    return commit


def finished(engine, step):
    end = time.monotonic() + 240
    while (done := reconcile.collect_result(engine, step)) is None and time.monotonic() < end:
        time.sleep(0.02)
    return done


def refused(engine, step, choice="", confirm="ENG-7"):
    with pytest.raises(Refused) as no:
        execute.carry_out(engine, step, choice=choice, confirm=confirm)
    return no.value.reasons


def ids(engine):
    return [one.id for one in open_findings(engine.record, *FINDING_STEPS)]


def test_a_push_waits_until_it_is_said_why_it_is_right_and_only_for_that_deployment(engine, shop):
    shop.here("push", "-q", "origin", "--delete", "hotfix/ENG-7-sums")
    first = moved(shop)
    (why,) = refused(engine, "verify.push")
    assert first[:7] in why.sentence and why.step == "branch.base"
    assert ids(engine) == ["production-moved"]
    assert any("Production has moved" in entry["text"] for entry in engine.timeline())
    entries = len(engine.timeline())
    refused(engine, "verify.push")
    assert len(engine.timeline()) == entries, "what is known is not written down again"

    second = moved(shop, "others.txt")
    commands.accept(engine, "production-moved", "ann asked them: it is the same service, another file")
    assert second[:7] in refused(engine, "verify.push")[0].sentence, "that was accepted for the first one"
    commands.accept(engine, "production-moved", "the same")
    assert ids(engine) == []
    started = execute.carry_out(engine, "verify.push")
    assert "ann accepted that: the same." in started.plan.warnings[0]
    assert finished(engine, "verify.push").state == "done"
    assert shop.remote_main("hotfix/ENG-7-sums") == shop.commit
    assert [one["why"] for one in engine.record.accepted][-1] == "the same"


def test_the_finding_goes_when_production_is_back(engine, shop):
    moved(shop)
    refused(engine, "release.tag")
    (shop.folder / "live").write_text(shop.base)
    prepare.plan(engine, "verify.push")
    assert ids(engine) == []
    with pytest.raises(Refused, match="no open finding"):
        commands.accept(engine, "production-moved", "too late")


@pytest.mark.parametrize("step", STOPS)
def test_every_act_is_refused_alike_by_plan_and_by_perform(engine, shop, step):
    shop.here("push", "-q", "origin", "--delete", "hotfix/ENG-7-sums")
    moved(shop)
    for call in (prepare.plan, execute.carry_out):
        with pytest.raises(Refused, match="Production has moved"):
            call(engine, step)
    assert engine.record.runs == []


def test_a_rollback_is_never_refused(engine, shop):
    moved(shop)
    assert "Production has moved" in prepare.plan(engine, "deploy.rollback", "flag").warnings[0]


def test_a_deployment_goes_on_past_it_when_that_is_chosen(engine, shop):
    moved(shop)
    (why,) = refused(engine, "deploy.production")
    assert "would take off" in why.sentence
    assert [way.name for way in prepare.choices(engine, "deploy.production")] == ["deploy", "anyway"]
    (why,) = refused(engine, "deploy.production", "anyway")
    assert "would take off" in why.sentence and "--why" in why.cure, "a choice alone is no reason"
    for reason in ("", "  "):
        with pytest.raises(Refused, match="takes a reason"):
            guards.sign(engine, "deploy.production", "anyway", "Kim Lead", reason)
    assert guards.wants_signature(engine, "deploy.production", "anyway")
    guards.sign(engine, "deploy.production", "anyway", "Kim Lead", "theirs is rolled back in a minute")
    assert not guards.wants_signature(engine, "deploy.production", "anyway")
    (kept,) = engine.record.accepted
    assert (kept["by"], kept["why"]) == ("Kim Lead", "theirs is rolled back in a minute")
    assert "Accepted by Kim Lead: Production has moved" in engine.timeline()[-1]["text"]
    said = prepare.plan(engine, "deploy.production", "anyway").warnings[0]
    assert "would take off" in said and "Kim Lead accepted that: theirs is rolled back" in said


def test_a_reason_holds_for_what_it_was_given_for(engine, shop):
    moved(shop)
    guards.sign(engine, "deploy.production", "anyway", "", "ann asked them")
    assert engine.record.accepted[0]["by"] == "ann"
    moved(shop, "others.txt")
    refused(engine, "deploy.production", "anyway")


@pytest.mark.parametrize(("step", "choice"), [("verify.push", ""), ("deploy.production", "deploy")])
def test_what_goes_against_nothing_is_not_signed(engine, step, choice):
    with pytest.raises(Refused, match="against nothing"):
        guards.sign(engine, step, choice, "Kim", "because")


def test_undeployed_work_stops_the_pull_request_and_the_merge_until_it_is_taken_out_or_accepted(engine, shop):
    tree = shop.record.stored("branch.create").get("worktree")
    clean = shop.commit
    shop.here("-C", tree, "merge", "-q", "--no-edit", "main")
    commit = shop.here("-C", tree, "rev-parse", "HEAD")

    def committed(name):
        engine.change(lambda record, actor: typed.add(record, "verify.commit", commit=name) or [])

    committed(commit)
    for step in ("pull-request.create", "release.merge", "deploy.production"):
        (why,) = refused(engine, step)
        assert "The hotfix holds 1 commit of main that production does not run" in why.sentence, step
    assert ids(engine) == ["riding-along"]
    prepare.plan(engine, "verify.push")
    assert ids(engine) == ["riding-along"], "what a push does not look for is not forgotten by it"

    committed(clean)
    assert prepare.plan(engine, "release.merge").commands and ids(engine) == []

    committed(commit)
    refused(engine, "release.merge")
    commands.accept(engine, "riding-along", "the fix needs it")
    execute.carry_out(engine, "release.merge")
    assert finished(engine, "release.merge").state == "done"
    assert shop.here("merge-base", shop.remote_main(), commit) == commit


def test_a_dry_run_keeps_and_fetches_nothing(engine, shop):
    (shop.folder / "live").write_text("1" * 40)
    dry = type(engine)(engine.store, engine.id, engine.root, by="ann", dry_run=True)
    with pytest.raises(Refused, match="does not have"):
        prepare.plan(dry, "verify.push")
    engine.reload()
    assert ids(engine) == []


def test_rolling_back_first_is_decided_at_the_base(engine):
    done = execute.carry_out(engine, "branch.base", choice="rollback-first")
    assert done.state == "not-done" and "rollback previous" in done.why
    assert engine.record.stored("triage.rollback-first").get("choice") == "rollback"
    assert engine.timeline()[-1]["text"].startswith("Decided: roll back first")
