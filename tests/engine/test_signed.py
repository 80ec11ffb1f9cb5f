"""Approval and merges past the rules: the forge's decision, a named second person, a signed waiver, the typed word."""

import os

import pytest

from hotfix_tui.engine import commands, execute, guards, opening, prepare, reconcile
from hotfix_tui.engine.errors import NeedsConfirmation
from hotfix_tui.engine.place import find_place
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.session.store import Store
from tests import typed
from tests.steps.fake_gh import Forge, review

APPROVAL = "pull-request.approval"


@pytest.fixture
def forge(shop, monkeypatch):
    """GitHub with an open pull request of the pushed fix."""
    commit = shop.fix()
    world = Forge(shop.folder, commit)
    monkeypatch.setenv("PATH", world.path_with(os.environ["PATH"]))
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    shop.see("pull-request.create", number=1, url="https://github.com/acme/shop/pull/1", head=commit)
    ours = {"number": 1, "title": "T", "headRefName": "hotfix/ENG-7-sums", "baseRefName": "main"}
    ours |= {"headRepositoryOwner": {"login": "acme"}, "url": "https://github.com/acme/shop/pull/1"}
    world.set(prs=[world.world["new"] | ours])
    return world


@pytest.fixture
def engine(shop, forge, monkeypatch):
    """The incident of that fix, with nothing else in the way."""
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    place = find_place(str(shop.here.path))
    made = opening.open_incident(
        place, Store(place.sessions, who="ann"), opening.Start("ENG-7", "P1"), by="ann"
    )

    def prepared(record, actor):
        record.steps.update(shop.record.steps)
        for step in record.steps.values():
            step["at"] = actor.at
        record.steps["verify.commit"]["by"] = "ann"
        return []

    made.change(prepared)
    monkeypatch.setattr("hotfix_tui.incident.rules.gates.blockers", lambda record, step, steps=None: [])
    monkeypatch.setattr(prepare, "refresh_preconditions", lambda engine, step: None)
    return made


def state(engine, step):
    return engine.record.entry(step).get("state")


@pytest.mark.parametrize("note", ["", "  ", "ann", "Ann", "@ann "])
def test_a_tick_takes_the_name_of_a_second_person(engine, note):
    with pytest.raises(Refused, match=r"reviewer's name|no second person"):
        commands.tick(engine, APPROVAL, note)
    assert state(engine, APPROVAL) is None


def test_a_named_person_counts_where_the_forge_leaves_it_open_or_cannot_be_asked(engine, forge):
    commands.tick(engine, APPROVAL, "Kim Reviewer")
    assert state(engine, APPROVAL) == "done"
    commands.untick(engine, APPROVAL)
    forge.one(reviewDecision="CHANGES_REQUESTED")
    forge.down("error connecting to api.github.com")
    commands.tick(engine, APPROVAL, "Kim Reviewer")
    assert state(engine, APPROVAL) == "done"


@pytest.mark.parametrize("decision", ["CHANGES_REQUESTED", "REVIEW_REQUIRED"])
def test_a_tick_does_not_outweigh_the_forge(engine, forge, decision):
    forge.one(reviewDecision=decision, latestReviews=[review("lee", "COMMENTED", "a" * 40)])
    with pytest.raises(Refused, match="The forge says"):
        commands.tick(engine, APPROVAL, "Kim Reviewer")
    assert state(engine, APPROVAL) != "done"


def test_changes_that_are_requested_after_the_tick_take_it_away(engine, forge):
    commands.tick(engine, APPROVAL, "Kim Reviewer")
    forge.one(reviewDecision="CHANGES_REQUESTED", latestReviews=[review("lee", "CHANGES_REQUESTED", "x")])
    reconcile.probe_step(engine, APPROVAL)
    assert state(engine, APPROVAL) == "failed"
    assert (
        "Verification failed: Approved by a reviewer: changes are requested by lee"
        in engine.timeline()[-1]["text"]
    )
    forge.one(reviewDecision="APPROVED", latestReviews=[review("lee", "APPROVED", engine.context().commit)])
    done = execute.carry_out(engine, APPROVAL)
    assert (done.state, state(engine, APPROVAL)) == ("done", "done")
    assert engine.record.stored(APPROVAL).get("approvals") == ["lee"]


def merges(forge):
    return [call for call in forge.world["calls"] if call[:2] == ["pr", "merge"]]


def test_merging_past_the_rules_takes_a_signed_waiver_and_the_typed_word(engine, forge):
    forge.one(mergeStateStatus="BLOCKED")
    for word in ("", "ENG-7"):
        with pytest.raises(Refused, match="signed waiver"):
            execute.carry_out(engine, "release.merge", choice="bypass", confirm=word)
    for who, why in (("", "x"), ("Kim Lead", "")):
        with pytest.raises(Refused, match="signed"):
            guards.sign(engine, "release.merge", "bypass", who, why)
    guards.sign(engine, "release.merge", "bypass", "Kim Lead", "the runner is down")
    guards.sign(engine, "release.merge", "bypass", "Kim Lead", "the runner is down")
    (waiver,) = engine.record.waivers
    assert (waiver["granted_by"], waiver["why"], waiver["asked_by"]) == (
        "Kim Lead",
        "the runner is down",
        "ann",
    )
    assert "rules of the production branch" in engine.timeline()[-1]["text"]
    with pytest.raises(NeedsConfirmation, match="past the rules"):
        execute.carry_out(engine, "release.merge", choice="bypass")
    assert merges(forge) == []
    execute.carry_out(engine, "release.merge", choice="bypass", confirm="ENG-7")
    until_settled(engine, "release.merge")
    assert [call[-1] for call in merges(forge)] == ["--admin"]


def test_that_waiver_is_for_this_commit_alone_and_waives_no_step(engine):
    guards.sign(engine, "release.merge", "bypass", "Kim Lead", "the runner is down")
    assert engine.record.definitions()["release.merge"] and state(engine, "release.confirm") is None
    engine.change(lambda r, a: typed.add(r, "verify.commit", commit="f" * 40) or [])
    with pytest.raises(Refused, match="signed waiver"):
        prepare.plan(engine, "release.merge", "bypass")


def until_settled(engine, step):
    import time

    end = time.monotonic() + 240
    while (done := reconcile.collect_result(engine, step)) is None and time.monotonic() < end:
        time.sleep(0.02)
    return done


def test_a_queued_merge_is_waiting_until_it_has_landed(engine, forge, shop):
    forge.set(queue=3)
    execute.carry_out(engine, "release.merge")
    done = until_settled(engine, "release.merge")
    assert (done.state, state(engine, "release.merge")) == ("waiting", "waiting")
    assert "On the way: Merge: the pull request is in the merge queue" in engine.timeline()[-1]["text"]
    again = execute.carry_out(engine, "release.merge", choice="squash")
    assert (again.state, len(merges(forge))) == ("waiting", 1), "it is not sent twice"
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    reconcile.reconcile(engine)
    assert state(engine, "release.merge") == "done"
    assert engine.record.runs[-1]["state"] == "done"


def test_a_merge_that_left_the_queue_without_landing_has_failed_and_can_be_tried_again(engine, forge):
    forge.set(queue=1)
    execute.carry_out(engine, "release.merge")
    until_settled(engine, "release.merge")
    forge.one(queue=None)
    reconcile.probe_step(engine, "release.merge")
    assert state(engine, "release.merge") == "failed"
    forge.set(queue=None)
    assert execute.carry_out(engine, "release.merge").state == "running"
    until_settled(engine, "release.merge")


def test_merged_on_the_page_counts_whatever_is_missing_before_it(engine, shop, monkeypatch):
    from hotfix_tui.incident.rules.gates import Reason

    monkeypatch.setattr(
        "hotfix_tui.incident.rules.gates.blockers",
        lambda *_: [Reason("The branch is gone.", "Push it.", "x")],
    )
    with pytest.raises(Refused, match="branch is gone"):
        execute.carry_out(engine, "release.merge")
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main", ":refs/heads/hotfix/ENG-7-sums")
    for choice in ("", "merge"):
        done = execute.carry_out(engine, "release.merge", choice=choice)
        assert done.state == "done" and "done already" in done.why
    assert reconcile.probe_step(engine, "verify.push").state == "done"


def test_an_unknown_result_settles_by_looking(engine, shop):
    def lost(record, actor):
        _, entries = running.begin(record, actor, "release.merge", "merge it")
        return entries + running.finish(record, actor, "release.merge", Probe("unknown", None, "no network"))

    engine.change(lost)
    with pytest.raises(Refused, match="unknown"):
        execute.carry_out(engine, "release.merge")
    reconcile.probe_step(engine, "release.merge")
    assert state(engine, "release.merge") == "unknown", "that it is not seen there yet settles nothing"
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    assert reconcile.probe_step(engine, "release.merge").state == "done"
    assert state(engine, "release.merge") == "done"
    assert engine.record.runs[-1]["state"] == "done"


@pytest.mark.parametrize(
    ("note", "url", "number"),
    [
        ("https://github.com/acme/shop/pull/12", "https://github.com/acme/shop/pull/12", 12),
        ("opened: https://git.corp/a/b/-/merge_requests/7.", "https://git.corp/a/b/-/merge_requests/7", 7),
        ("https://git.corp/a/b/compare", "https://git.corp/a/b/compare", None),
        ("Kim has it", "", None),
    ],
)
def test_a_request_that_was_opened_by_hand_is_known_by_its_address(engine, note, url, number):
    engine.change(lambda record, actor: record.steps.pop("pull-request.create") and [])
    commands.tick(engine, "pull-request.create", note)
    seen = engine.record.stored("pull-request.create")
    assert (seen.get("url", ""), seen.get("number")) == (url, number)
