"""The picture of the release: the chain with what makes its links the same, and where it breaks."""

import pytest

from hotfix_tui.steps.contract import Command, Plan
from hotfix_tui.ui.pictures import pull_request, release
from hotfix_tui.ui.pictures.release import paint, sentence, word
from hotfix_tui.ui.presenters import confirmation
from tests import typed
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW, put
from tests.ui.pictures.painted import MADE_VISIBLE, holds, row_with, scene_of, styles_of, text


@pytest.fixture
def desk(desks, reconciled):
    return desks("release")


def commit_of(desk):
    return desk.engine().record.stored("verify.commit").get("commit")


def test_the_chain_of_a_release_that_is_still_to_come(desk):
    tree, commit = desk.engine().record.stored("verify.commit").get("tree")[:7], commit_of(desk)[:7]
    assert (
        text(paint(scene_of(desk, "release"), 80, 12))
        == f"""\
─ Is it still the same change? ───────────────────────────── 4 of 4 links hold ─
 ●  tested     tree {tree}   the tests passed                        13:59
 │ same files, by tree id
 ●  committed  {commit}        holds the tested files ({tree})        14:23
 │ same commit
 ●  pushed     {commit}        it is on origin                         13:59
 │ same commit
 ●  staging    {commit}        staging got it                          13:59
 ┆ same patch?
 ○  landed                    not yet
 ┆ same commit?
 ○  tagged                    after the watch"""
    )


def test_the_connectors_go_in_a_low_picture(desk):
    rows = paint(scene_of(desk, "release"), 80, 10)
    assert "same commit" not in text(rows) and "deployed" in text(rows)
    low = paint(scene_of(desk, "release"), 80, 6)
    assert "links before this" in text(low) and "landed" in text(low)


def test_a_broken_link_is_red_and_what_follows_does_not_count(desk):
    desk.change(lambda record: typed.add(record, "verify.commit", tree="b" * 40))
    rows = paint(scene_of(desk, "release"), 80, 36)
    assert "broken at committed" in rows[0].plain
    broken = row_with(rows, "committed  ")
    assert broken.plain.startswith(" ✗  committed") and "$bad" in styles_of(broken, "✗")
    assert styles_of(row_with(rows, "╳"), "╳ not the same files") == "bold $bad"
    behind = row_with(rows, "pushed  ")
    assert "does not count" in behind.plain
    assert {str(span.style) for span in behind.spans} <= {"$muted"}
    assert row_with(rows, "landed  ").plain.startswith(" ○  landed")


def test_a_link_whose_proof_is_missing_is_not_called_good(desk):
    desk.change(lambda record: put(record, "verify.push", "unknown", 1, why="the line broke"))
    rows = paint(scene_of(desk, "release"), 80, 36)
    assert row_with(rows, "pushed  ").plain.startswith(" ?  pushed")
    assert "4 of 4" not in rows[0].plain


def test_what_the_merge_brings_along_is_known_or_said_not_to_be(desk):
    def change(record):
        typed.add(
            record,
            "branch.base",
            undeployed=6,
            undeployed_list=["91c04ab Raise the limit", "7d1e88f Speed up the search"],
        )
        typed.add(
            record,
            "branch.preflight",
            deploys_on_push=True,
            deploys_on_push_why=".github/workflows/deploy.yml deploys main",
        )

    desk.change(change)
    plan = Plan("Merge", [Command(argv=["gh", "pr", "merge", "7", "--squash"], cwd="/")])
    scene = scene_of(
        desk, "release", "release.merge", plan=plan, looked=pull_request.ForgeLook(by_hand=True, why="no gh")
    )
    shown = text(paint(scene, 83, 36))
    assert "6 commits not live yet: 91c04ab, 7d1e88f and 2 more" in shown
    assert "squashed into one commit" in shown
    assert "yes: .github/workflows/deploy.yml deploys main" in shown
    assert "#7, not asked: no gh" in shown
    desk.change(lambda record: (record.steps.pop("branch.base"), record.steps.pop("branch.preflight")))
    shown = text(paint(scene_of(desk, "release"), 83, 36))
    assert shown.count("not known") == 2


@pytest.mark.parametrize(
    ("verdict", "kept", "said"),
    [
        ("worse", {"commit": "91c04ab" + "0" * 33}, "the fix of round 1, which made it worse"),
        ("not-fixed", {"landed": "91c04ab" + "1" * 33}, "the fix of round 1, which did not help"),
        ("worse", {"commit": "7777777" + "0" * 33}, ""),
        ("fixed", {"commit": "91c04ab" + "0" * 33}, ""),
    ],
)
def test_that_the_merge_brings_the_failed_fix_of_an_earlier_round_is_said(desk, verdict, kept, said):
    def change(record):
        typed.add(record, "branch.base", undeployed=1, undeployed_list=["91c04ab Raise the limit"])
        first = {"number": 1, "verdict": verdict, "evidence": kept, "why": "", "begun_at": NOW}
        record.rounds.insert(0, first)
        record.rounds[1]["number"] = 2
        record.doc["round"] = 2

    desk.change(change)
    plan = Plan("Merge", [Command(argv=["gh", "pr", "merge", "7"], cwd="/")])
    scene = scene_of(desk, "release", "release.merge", plan=plan)
    dialog = confirmation.of(scene, "release.merge", plan, production=False, notes=[])
    asked = "\n".join(row.plain for row in dialog.rows(100))
    shown = " ".join(text(paint(scene, 120, 36)).split())
    if said:
        assert said in asked and said in shown
    else:
        assert "the fix of round 1" not in asked + shown
    assert "1 more" in asked


def test_rows_of_the_steps(desk):
    desk.put("pull-request.approval", "done", 2, approvals=["Bo"])
    scene = scene_of(desk, "release")
    said = {name: sentence(scene, view) for name, view in scene.views.items() if view.stage == "release"}
    assert said["release.merge"] == "#7 into main, approved by Bo"
    assert said["release.confirm"] == "main, fetched again, carries this fix"
    assert word(scene, scene.views["release.tag"]) == "later"
    assert sentence(scene, scene.views["release.tag"]) == "after the watch"
    desk.change(lambda record: record.this_round.update(verdict="fixed"))
    scene = scene_of(desk, "release")
    assert not word(scene, scene.views["release.tag"]) and not sentence(scene, scene.views["release.tag"])
    assert "after the watch" not in text(paint(scene, 83, 36))
    desk.put("release.confirm", "done", commit=commit_of(desk), by="its commit", same_tree=True)
    desk.put("release.tag", "done", commit=commit_of(desk), tag="v2.3.5")
    scene = scene_of(desk, "release")
    assert word(scene, scene.views["release.confirm"]) == commit_of(desk)[:7]
    assert word(scene, scene.views["release.tag"]) == "v2.3.5"
    assert sentence(scene, scene.views["release.confirm"]) == "main carries it, by its commit"
    assert "same files" in text(paint(scene, 80, 36)) and "v2.3.5" in text(paint(scene, 80, 36))


def test_without_a_code_fix_there_is_no_chain(desk):
    desk.change(lambda record: record.facts.update(resolution="config"))
    shown = text(paint(scene_of(desk, "release"), 80, 12))
    assert "nothing that lands" in shown or "tested" in shown


@pytest.mark.parametrize("stage", ["verify", "release", "deploy", "review"])
@pytest.mark.parametrize("severity", ["P0", "P1"])
def test_every_size_holds_every_stage(desks, reconciled, stage, severity):
    holds(paint, scene_of(desks(stage, severity), "release"))


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_texts_stay_text(desk, name):
    said = PAYLOADS[name]

    def change(record):
        spoil(record, said)
        put(record, "release.tag", "done", commit="1" * 40, tag=said)
        typed.add(record, "branch.base", undeployed=3)
        typed.add(record, "branch.preflight", push_unsure=said, forge=said)

    desk.change(change)
    scene = scene_of(desk, "release", "release.merge", looked=pull_request.ForgeLook(why=said))
    outside = (
        "".join({sign for sign in text(paint(scene, 120, 36)) if not sign.isascii()}) + said + MADE_VISIBLE
    )
    holds(paint, scene, outside=outside)
    for view in scene.views.values():
        assert release.word(scene, view) == "" or len(release.word(scene, view)) <= 9
