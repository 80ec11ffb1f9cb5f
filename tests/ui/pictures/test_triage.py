"""The tree of triage while it asks and once it is decided, and what the checklist says of it."""

from datetime import timedelta

import pytest

from hotfix_tui.incident.model.severity import LEVELS
from hotfix_tui.incident.rules import triage as rules
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.pictures import triage, triage_asking
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.pictures.triage_tree import Tree
from tests.ui.hostile import PAYLOADS
from tests.ui.incidents import DETECTED, NOW
from tests.ui.pictures.painted import CONTROLS, holds, row_with
from tests.ui.pictures.painted import styles_of as styles
from tests.ui.pictures.painted import text as shown

CONFIG = {"policy": {"P1": {"deadline": "90m"}, "P0": {"order": "merge-first"}}}


def asking(name, **more):
    """The tree with everything before `name` answered no."""
    ids = [one.id for one in rules.QUESTIONS]
    answers = {one: one == "broken" for one in ids[: ids.index(name)]} if name in ids else {}
    return Tree(**{"answers": answers, "config": {}, "now": NOW, "detected": DETECTED, "asked": name, **more})


NORMAL = asking("", answers={one.id: one.id == "broken" for one in rules.QUESTIONS}, normal=True)
TREES = (
    *(asking(one.id) for one in rules.QUESTIONS),
    asking("broken", detected=None, opens=True),
    asking("", answers={"broken": False}, normal=True),
    NORMAL,
    *(asking("most-errors", marked=level) for level in LEVELS),
    asking("embargo", answers=rules.before("data-exposed"), decided="P0"),
    asking("embargo", answers={"broken": True}, decided="P0"),
    asking("database", config=CONFIG),
)


@pytest.mark.parametrize("tree", TREES)
def test_every_question_is_whole_at_every_size(tree):
    holds(triage_asking.paint, tree)
    for width, height in ((80, 19), (120, 35), (40, 8), (38, 3)):
        found = triage_asking.paint(tree, width, height)
        assert sum(row.plain.startswith("›") for row in found) == 1, shown(found)
        band = " ".join(
            row.plain[1:] for row in found if any("$sel" in str(span.style) for span in row.spans)
        )
        words = {**{one.id: one.text for one in rules.QUESTIONS}, "embargo": rules.EMBARGO.text}.get(
            tree.asked, ""
        )
        if height > 3 and not tree.marked:
            assert words in " ".join(band.replace("›", "").split()), "what is asked is never cut"


def test_a_question_is_asked_on_a_band_with_what_a_yes_means():
    found = triage_asking.paint(asking("most-errors"), 80, 19)
    said = shown(found).splitlines()
    assert "question 9 of 17" in said[0]
    assert said[3] == " ├─  P0  within 2 h, at once · deploy first, inform after                5 × no"
    assert said[4] == " ├─  P1  within 4 h, same day · fast-track PR                   deploy by 17:36"
    assert said[7] == "›│  ├╴?    Do most users get errors?                                   yes → P1"
    assert said[11].endswith("deploy by tomorrow 13:36") and said[12].endswith("deploy by Wed 13:36")
    assert said[13] == "    every answer no ── use the normal release process"
    assert said[18] == " " + triage_asking.HINT
    assert "on $sel" in styles(found[7], "Do most") and "$p1-bg" in styles(found[4], "P1")
    assert "$p0-bg" not in styles(found[3], "P0")


def test_a_low_terminal_shows_the_level_and_the_questions_around():
    said = shown(triage_asking.paint(asking("most-errors"), 40, 8)).splitlines()
    assert said[1].startswith(" ├─  P1  within 4 h, same day") and said[1].endswith("< 4 h")
    assert said[4] == "›│  ├╴?    Do most users get errors?", "it is whole; what a yes means is in the bar"
    assert len(said) == 8 and "fast-track" not in "".join(said)


def test_a_wide_terminal_shows_every_open_level_and_what_the_levels_mean():
    said = shown(triage_asking.paint(asking("most-errors"), 120, 35))
    for question in rules.CRITERIA:
        assert (question.text in said) == (question.severity != "P0")
    assert "What the levels mean" in said and triage_asking.HINT in said


def test_nothing_jumps_while_questions_are_answered():
    """What is unfolded depends on the size alone, but for a level that was passed."""
    places = [
        shown(triage_asking.paint(asking(one), 80, 19)).splitlines() for one in ("payments-down", "database")
    ]
    assert [line[:12] for line in places[0][:5]] == [line[:12] for line in places[1][:5]]
    assert [line[11:40].strip() for line in places[0][5:11]] == [
        line[11:40].strip() for line in places[1][5:11]
    ]


def test_the_deadline_and_the_way_of_the_project_are_said():
    said = shown(triage_asking.paint(asking("database", config=CONFIG), 80, 19))
    assert "within 1 h 30 m · fast-track PR" in said and "deploy by 15:06" in said
    assert "within 2 h, at once · fast-track PR" in said
    assert (
        triage_asking.answers(asking("database", config=CONFIG))[0].label == "Yes: P1, deploy today by 15:06"
    )


def test_the_bar_holds_both_answers_and_the_cap_is_at_the_marked_one():
    given = triage_asking.answers(asking("most-errors"))
    yes, no = (shown(triage_asking.bar(given, mark, 80)).splitlines() for mark in (0, 1))
    assert yes == [
        " enter y  Yes: P1, deploy today by 17:36                             ↓ marks no",
        "          n  No, or not sure: the next question",
    ]
    assert no == [
        "          y  Yes: P1, deploy today by 17:36",
        " enter n  No, or not sure: the next question                        ↑ marks yes",
    ]
    assert shown(triage_asking.bar(given, 1, 40, 1)).startswith(" enter n  No, or not sure")
    last = triage_asking.answers(asking("deadline"))
    assert last[1].label == "No, or not sure: use the normal release process"
    (only,) = triage_asking.answers(NORMAL)
    assert shown(triage_asking.bar([only], 0, 80)) == " enter  Leave it to the normal process\n"


@pytest.mark.parametrize("tree", TREES)
def test_every_answer_is_whole_at_80_columns(tree):
    for width in (40, 80, 120):
        for one in triage_asking.answers(tree, width):
            assert len(one.label) <= (width - 10 if width >= 80 else 48)


def scene_of(desk, **more):
    record = desk.engine().record
    seen = views(record)
    return Scene(record, seen, "triage", seen["triage.severity"], NOW, **more)


def ledger(level, **more):
    return [{"severity": level, "at": NOW, "by": "Ann", "why": "chosen without the questions", **more}]


def test_what_was_decided_stands_in_the_tree(desks):
    desk = desks("branch")
    desk.change(lambda record: record.doc.update(severities=ledger("P1", question="feature-dead")))
    scene = scene_of(desk, looked=triage.ask(desk.engine()))
    holds(triage.paint, scene)
    said = shown(triage.paint(scene, 80, 11)).splitlines()
    assert said[0].endswith("P1 · same day · by 17:36 UTC ─")
    assert said[4].endswith("this one") and said[6].startswith(" │  ├╴yes  Does a critical feature not work")
    assert said[6].endswith("→ P1") and said[10].startswith(" │  └╴·    Is a critical third-party")
    tall = shown(triage.paint(scene, 83, 36))
    assert "Last release v2.3.4 was tagged 5 d 7 h before the fault" in tall
    assert "Users see    The sum of a cart is too low by its last price." in tall
    step = scene.views["triage.severity"]
    assert triage.word(scene, step) == "P1"
    assert triage.sentence(scene, step) == "a critical feature does not work at all"


def test_a_level_that_was_set_without_questions_claims_no_answers(desks):
    desk = desks("branch")
    desk.change(lambda record: record.doc.update(severities=ledger("P1")))
    scene = scene_of(desk)
    said = shown(triage.paint(scene, 83, 36))
    assert "this one" in said and "yes" not in said and "× no" not in said
    assert triage.sentence(scene, scene.views["triage.severity"]) == "chosen without the questions"
    assert "looking…" in said


def test_before_it_is_decided_it_says_so(desks):
    desk = desks("triage")
    desk.change(lambda record: record.doc.update(severity=""))
    scene = scene_of(desk)
    holds(triage.paint, scene)
    assert "not decided yet" in shown(triage.paint(scene, 80, 11))


def test_a_reopened_incident_counts_from_there(desks):
    desk = desks("branch")
    desk.change(lambda record: record.clock.update(reopened_at=NOW - timedelta(minutes=3)))
    assert "by 18:20 UTC" in shown(triage.paint(scene_of(desk), 80, 11))


def test_the_last_release_is_told_where_it_is_decided(desks):
    desk = desks("triage")
    scene = scene_of(desk, looked=triage.ask(desk.engine()))
    step = scene.views["triage.rollback-first"]
    assert triage.sentence(scene, step) == "v2.3.4 was tagged 5 d 7 h before the fault"
    said = shown(triage.card(scene, step, 36))
    assert "Nothing runs before you choose." in said and "v2.3.3 lacks 1 commit" in said.replace("\n", " ")
    assert "Looking" in shown(triage.card(scene._replace(looked=None), step, 36))


def test_what_came_from_outside_stays_text(desks):
    desk = desks("branch")
    for payload in PAYLOADS.values():

        def spoil(record, payload=payload):
            record.facts.update(
                dict.fromkeys(("title", "impact.seen", "impact.users", "cause.trigger"), f"x{payload}")
            )
            record.doc["severities"] = ledger("P1", question=payload)

        desk.change(spoil)
        scene = scene_of(desk)
        holds(triage.paint, scene, outside=payload + CONTROLS)
        assert row_with(triage.paint(scene, 83, 36), "Users see").plain.isprintable()
