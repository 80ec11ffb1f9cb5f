"""The picture of the pull request: checks failed first, approvals of this commit, and what is not known."""

import os
from datetime import timedelta
from typing import Any

import pytest

from hotfix_tui.forges.model import ForgeCheck, PullRequest, Review
from hotfix_tui.ui.pictures import pull_request
from hotfix_tui.ui.pictures.pull_request import ForgeLook, card, paint, word
from hotfix_tui.ui.presenters import default_action, offer
from tests import typed
from tests.steps.fake_gh import Forge
from tests.ui import prepared, support
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW
from tests.ui.pictures.painted import MADE_VISIBLE, holds, row_with, scene_of, styles_of, text

URL = "https://github.com/acme/shop/pull/482"
AT = "2026-03-02T14:{}Z".format


def desk_of() -> support.Desk:
    desk = support.desk("pull-request", "P1")
    prepared.body_written(desk)
    desk.put("pull-request.create", "done", 8, url=URL, number=482)
    return desk


def commit_of(desk: support.Desk) -> str:
    return str(desk.engine().record.stored("verify.commit").get("commit"))


def checks() -> tuple[ForgeCheck, ...]:
    return (
        ForgeCheck("unit (3.11)", "pass", started=AT("20:00"), ended=AT("21:04")),
        ForgeCheck("e2e (chromium)", "pending", word="in_progress", started=AT("19:58")),
        ForgeCheck("lint", "fail", started=AT("20:00"), ended=AT("20:38")),
        ForgeCheck("deploy preview", "pending", word="queued"),
        ForgeCheck("coverage", "pending", word="expected"),
        ForgeCheck("docs", "skipped"),
    )


def request(commit: str, **more: Any) -> PullRequest:
    known: dict[str, Any] = {
        "url": URL,
        "number": 482,
        "state": "open",
        "head": commit,
        "head_branch": "hotfix/ENG-1234",
        "base": "main",
        "title": "[HOTFIX][P1] ENG-1234: Totals leave out the last price",
        "mergeable": "clean",
        "checks": checks(),
        "asked": ("bo", "cy"),
    }
    return PullRequest(**{**known, **more})


def asked(desk: support.Desk, select: str = "pull-request.checks", **more: Any) -> Any:
    seen = ForgeLook(request(commit_of(desk), **more), NOW - timedelta(seconds=4))
    return scene_of(desk, "pull-request", select, looked=seen)


@pytest.fixture
def desk(alone, look, reconciled):
    pull_request._last.clear()
    made = desk_of()
    yield made
    made.close()


@pytest.mark.parametrize("embargo", ["", "yes"])
def test_a_request_that_is_not_written_yet_shows_under_embargo_only_the_neutral_name(desk, embargo):
    def change(record: Any) -> None:
        record.steps.pop("pull-request.create", None)
        record.steps.pop("pull-request.body", None)
        record.facts.update({"embargo": embargo} if embargo else {})

    desk.change(change)
    record = desk.engine().record
    said = pull_request.paint(scene_of(desk, "pull-request"), 80, 12)
    whole = "\n".join(row.plain for row in said)
    assert (record.title in whole) != bool(embargo)


@pytest.mark.parametrize("step", ["pull-request.checks", "pull-request.approval"])
def test_what_the_forge_is_asked_for_without_a_key_is_said_to_come_by_itself(desk, step):
    def note(scene: Any) -> tuple[str, str]:
        bar = offer.of(scene, default_action.of_step(scene.record, scene.selected), by="Ann")
        return bar.kind, bar.note

    desk.put("branch.preflight", "done", 50, forge="github")
    assert note(asked(desk, step)) == ("idle", offer.BY_ITSELF)
    assert note(asked(desk, step, state="closed")) == ("act", "on this machine"), (
        "it is not asked about any more"
    )
    for looked in (
        None,
        ForgeLook(by_hand=True, why="no forge"),
        ForgeLook(request(commit_of(desk)), NOW, why="timeout"),
    ):
        scene = scene_of(desk, "pull-request", step, looked=looked)
        assert note(scene) == ("act", "on this machine"), "it takes a key"
    ticked = scene_of(desk, "pull-request", "pull-request.on-call", looked=asked(desk).looked)
    assert note(ticked)[1] != offer.BY_ITSELF


def test_checks_stand_failed_first_with_what_they_took(desk):
    short = commit_of(desk)[:7]
    rows = paint(asked(desk), 80, 20)
    listed = [row.plain for row in rows if row.plain[1:2] in tuple("✗◐○?✓–") and "asked" not in row.plain]
    names = [row[4:].partition("   ")[0].partition("  ")[0] for row in listed]
    assert names == ["lint", "e2e (chromium)", "deploy preview", "coverage", "unit (3.11)", "docs"]
    assert "38 s" in row_with(rows, "lint").plain and "3 m 2 s" in row_with(rows, "e2e").plain
    assert "1 m 4 s" in row_with(rows, "unit").plain
    assert "2 ✓  3 ◐  1 ✗" in row_with(rows, f"CI of {short}").plain
    assert "mergeable ✓" in rows[1].plain and "open" in rows[0].plain
    assert row_with(rows, "coverage").plain.startswith(" ?  coverage")
    assert "expected, not seen" in row_with(rows, "coverage").plain
    assert styles_of(row_with(rows, "lint"), "failed") == "bold $bad"


def test_people_are_asked_approve_or_ask_for_changes(desk):
    commit = commit_of(desk)
    reviews = (
        Review("bo", "approved", commit, AT("22:00")),
        Review("dee", "approved", "1" * 40, AT("10:00")),
        Review("ed", "changes-requested", commit, AT("21:00"), "The comment names no ticket."),
    )
    rows = paint(asked(desk, reviews=reviews), 80, 24)
    assert f"approved 14:22 {commit[:7]}" in row_with(rows, "bo ").plain
    assert (
        row_with(rows, "dee").plain.startswith(" ~  dee")
        and "an earlier commit" in row_with(rows, "dee").plain
    )
    changes = row_with(rows, "?  ed  ".replace("?", "✗"))
    assert "asks for changes 14:21: The comment names no ticket." in changes.plain
    assert "$bad" in styles_of(changes, "asks for changes")
    assert "asked" in row_with(rows, "cy").plain
    assert "0 of 1" in row_with(rows, "Approval").plain


def test_a_request_at_another_commit_is_said(desk):
    rows = paint(asked(desk, head="e" * 40), 80, 24)
    assert "The request is at eeeeeee, not at the verified commit" in text(rows)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"mergeable": "dirty"}, "conflicts ✗"),
        ({"mergeable": "behind"}, "behind its base"),
        ({"mergeable": "unknown"}, "mergeable: not known"),
        ({"draft": True}, "draft ─"),
        ({"state": "merged"}, "merged ─"),
        ({"state": "closed"}, "closed ─"),
        ({"checks": ()}, "none yet"),
    ],
)
def test_what_the_forge_says_of_the_request(desk, more, said):
    assert said in text(paint(asked(desk, **more), 80, 24))


def test_while_nobody_has_answered_it_looks(desk):
    shown = text(paint(scene_of(desk, "pull-request", "pull-request.checks"), 80, 24))
    assert "looking…" in shown and "#482" in shown and "0 s" not in shown


def test_offline_the_last_answer_stays_with_its_time(desk):
    seen = ForgeLook(
        request(commit_of(desk)), NOW - timedelta(minutes=9), why="gh did not answer within 15 s"
    )
    rows = paint(scene_of(desk, "pull-request", looked=seen), 80, 24)
    assert "seen 14:14" in text(rows) and "✗  lint" in text(rows)
    nothing = scene_of(desk, "pull-request", looked=ForgeLook(why="github.com cannot be reached"))
    assert "not reached" in text(paint(nothing, 80, 24)) and "github.com cannot be reached" in text(
        paint(nothing, 80, 24)
    )


def test_offline_what_the_record_kept_stays_too(desk):
    desk.put("pull-request.checks", "done", 5, checks=["lint: pass", "docs: skipped"])
    rows = paint(scene_of(desk, "pull-request", looked=ForgeLook(why="github.com cannot be reached")), 80, 24)
    assert "seen 14:18" in text(rows)
    assert "passed" in row_with(rows, "lint").plain and "skipped" in row_with(rows, "docs").plain


def test_without_a_forge_it_is_by_hand_with_the_link(desk):
    by_hand = ForgeLook(by_hand=True, why="gh is not installed")
    shown = text(paint(scene_of(desk, "pull-request", looked=by_hand), 80, 24))
    assert "by hand" in shown and URL in shown and "gh is not installed" in shown
    desk.put("pull-request.checks", "done", 2)
    desk.put("pull-request.approval", "done", 1, said="Kim Reviewer")
    shown = text(paint(scene_of(desk, "pull-request", looked=by_hand), 80, 24))
    assert "Said by Ann 14:21" in shown and "Kim Reviewer" in shown and "1 of 1" in shown


def test_before_it_is_open_it_says_what_will_stand_here(desks, reconciled):
    shown = text(paint(scene_of(desks("pull-request"), "pull-request"), 80, 24))
    assert "not open yet" in shown and "once it is open" in shown
    assert "Nobody has approved it yet" in shown


def test_the_right_column_and_the_card(desk):
    desk.put("pull-request.checks", "failed", 1, why="failed: lint")
    scene = asked(desk)
    words = {
        name.partition(".")[2]: word(scene, view)
        for name, view in scene.views.items()
        if view.stage == "pull-request"
    }
    assert words["create"] == "#482" and words["checks"] == "2 of 6" and words["approval"] == "0 of 1"
    assert (
        text(card(scene, scene.views["pull-request.checks"], 49))
        == "Failed: lint.\nLooked 4 s ago; looks again every 15 s."
    )


def test_in_a_high_picture_stands_what_the_reviewer_sees(desk):
    assert "What the reviewer sees" not in text(paint(asked(desk), 83, 15))
    shown = text(paint(asked(desk), 83, 36))
    assert "2 files, +6 −1" in shown or "files, +" in shown
    assert "Waivers: none." in shown


@pytest.mark.parametrize("many", [0, 1, 7, 60])
def test_every_size_holds_many_checks(desk, many):
    found = tuple(
        ForgeCheck(f"matrix job {number} with a long name ({number})", "fail") for number in range(many)
    )
    scene = asked(desk, checks=found)
    holds(paint, scene)
    if many == 60:
        assert "and 5" in text(paint(scene, 49, 15))
        assert "Approval" in text(paint(scene, 49, 15))


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_texts_stay_text(desk, name):
    said = PAYLOADS[name]
    desk.change(lambda record: spoil(record, said))
    reviews = (
        Review(said, "changes-requested", said, said, said),
        Review(f"{said}2", "approved", said, said),
    )
    found = (ForgeCheck(said, "fail", said, started=said, ended=said), ForgeCheck(said, "pending", word=said))
    scene = asked(
        desk, title=said, head_branch=said, base=said, mergeable=said, checks=found, reviews=reviews
    )
    outside = (
        "".join({sign for sign in text(paint(scene, 120, 36)) if not sign.isascii()}) + said + MADE_VISIBLE
    )
    holds(paint, scene, outside=outside)
    holds(paint, scene._replace(looked=ForgeLook(why=said)), outside=outside)


# Reading


@pytest.fixture
def forge(desk, monkeypatch):
    """A `gh` that knows the request of this incident."""
    world = Forge(desk.folder, commit_of(desk))
    monkeypatch.setenv("PATH", world.path_with(os.environ["PATH"]))

    def on_github(record):
        typed.add(
            record,
            "branch.preflight",
            forge="github",
            remote_url="https://github.com/acme/shop.git",
            push_url="",
        )
        typed.add(record, "pull-request.create", number=1)

    desk.change(on_github)
    new = world.world["new"] | {"number": 1, "url": URL, "headRefName": "hotfix/x", "baseRefName": "main"}
    rollup = [
        {"__typename": "CheckRun", "name": "lint", "status": "COMPLETED", "conclusion": "FAILURE",
         "startedAt": AT("20:00"), "completedAt": AT("20:38")},
        {"__typename": "CheckRun", "name": "unit", "status": "QUEUED", "conclusion": "",
         "startedAt": "0001-01-01T00:00:00Z", "completedAt": "0001-01-01T00:00:00Z"},
    ]  # fmt: skip
    asked_for = [
        {"__typename": "User", "login": "bo"},
        {"__typename": "Team", "name": "Core", "slug": "acme/core"},
    ]
    world.set(prs=[new | {"title": "T", "statusCheckRollup": rollup, "reviewRequests": asked_for}])
    return world


def test_the_forge_is_asked_in_full(desk, forge):
    seen = pull_request.ask(desk.engine())
    assert seen.seen_at == NOW and not seen.why and seen.request is not None
    lint, unit = seen.request.checks
    assert (lint.state, lint.started, lint.ended) == ("fail", AT("20:00"), AT("20:38"))
    assert (unit.state, unit.word, unit.started, unit.ended) == ("pending", "queued", "", "")
    assert seen.request.asked == ("bo", "Core")


def test_the_first_line_of_a_failure_stands_below_it(desk, forge):
    remarks = [
        {"path": ".github", "start_line": 8, "annotation_level": "failure", "message": "exit code 1"},
        {
            "path": "shop.py",
            "start_line": 4,
            "annotation_level": "failure",
            "message": "E501 line too long\nsee x",
        },
    ]
    (request,) = forge.world["prs"]
    request["statusCheckRollup"][0]["detailsUrl"] = "https://github.com/acme/shop/actions/runs/1/job/77"
    forge.set(prs=[request], annotations={"77": remarks})
    seen = pull_request.ask(desk.engine())
    assert seen.failures == (("lint", "shop.py:4 E501 line too long"),)
    rows = paint(scene_of(desk, "pull-request", looked=seen), 80, 24)
    place = next(place for place, row in enumerate(rows) if "lint" in row.plain)
    assert rows[place + 1].plain.strip() == "shop.py:4 E501 line too long"


def test_an_outage_leaves_the_last_answer(desk, forge):
    before = pull_request.ask(desk.engine())
    forge.down("error connecting to api.github.com")
    after = pull_request.ask(desk.engine())
    assert after.request == before.request and after.seen_at == before.seen_at and after.why


def test_an_open_request_is_looked_at_again_and_again(desk, forge):
    ((every, again),) = pull_request.POLLS
    assert every(desk.engine().record) == 15.0
    before = pull_request.ask(desk.engine())
    forge.one(mergeStateStatus="DIRTY")
    after = again(desk.engine(), before)
    assert after.request.mergeable == "dirty"
    forge.down("error connecting to api.github.com")
    out = again(desk.engine(), after)
    assert out.why and again(desk.engine(), out) is None, "not at once"
    forge.up()
    forge.one(state="MERGED")
    assert again(desk.engine(), pull_request.ask(desk.engine())) is None
    assert again(desk.engine(), ForgeLook(by_hand=True)) is None


def test_a_remote_that_cannot_be_asked_is_by_hand(desk):
    seen = pull_request.ask(desk.engine())
    assert seen.by_hand and seen.why and seen.request is None


def test_where_the_remote_has_no_requests_nothing_is_promised_of_one(desks):
    desk = desks("pull-request")
    desk.put("branch.preflight", "done", 9, remote="origin", production="main", forge="none")
    shown = text(paint(scene_of(desk, "pull-request"), 80, 24))
    assert "no request here" in shown and "not open yet" not in shown
    assert "once it is open" not in shown and "The remote is not a forge" in shown


def test_who_approved_is_named_before_who_wrote_it_down(desk):
    desk.put("pull-request.approval", "done", 1, said="Kim Reviewer")
    seen = scene_of(desk, "pull-request", looked=ForgeLook(by_hand=True, why="gh is not installed"))
    row = row_with(paint(seen, 80, 24), "Kim Reviewer").plain
    assert row.index("Kim Reviewer") < row.index("entered by Ann")
