"""Triage by keys: what each answer does to the incident, a level at once, and keys that must not answer."""

import pytest

from hotfix_tui.incident.rules import triage
from tests.ui import prepared
from tests.ui.support import come, drive, press, settle, text


def bar(app):
    return app.screen.painted("bar")


def asked(app):
    """The row of the tree that is asked about."""
    return next((line for line in text(app).splitlines() if line.startswith("›")), "")


def unset(desk):
    """The incident as it is before triage has decided."""

    def change(record):
        record.doc.update(severity="")
        record.facts.pop("impact.kind", None)

    desk.change(change)


async def at_the_tree(pilot):
    await settle(pilot)
    pilot.app.stage_screen().go_to("triage.severity")
    await press(pilot, "enter")
    assert type(pilot.app.screen).__name__ == "Triage"


def test_nothing_is_written_before_the_first_yes(desks, reconciled):
    desk = desks("none")
    app = desk.app(prepared.asking)

    async def script(pilot):
        assert "nothing is written yet" in text(app)
        await press(pilot, "down", "up", "2", "n", "n")
        assert "Leave it to the normal process" in bar(app) and "no ── use the normal" in asked(app)
        await press(pilot, "left")
        assert list(desk.store.ids()) == []
        await press(pilot, "y")
        assert len(list(desk.store.ids())) == 1 and "Can sign-in or permissions" in asked(app)

    drive(app, script)


@pytest.mark.parametrize("key", ["y", "\r"])
def test_a_yes_decides_about_questions_that_stood_for_a_moment(key, desks, reconciled):
    """They come with the incident, which takes a moment to be opened; a no only goes on to the next in the tree."""
    desk = desks("none")
    app = desk.app(prepared.asking)

    async def script(pilot):
        await press(pilot, "y")
        question, (name,) = asked(app), desk.store.ids()
        assert "Can sign-in or permissions" in question
        before = desk.engine(name).record.revision
        await come(pilot, key, after=0.3)
        assert asked(app) == question and desk.engine(name).record.revision == before
        await come(pilot, "n", after=0.4)
        assert asked(app) != question and desk.engine(name).record.revision == before
        await come(pilot, key, after=0.3)
        assert desk.engine(name).record.revision > before

    drive(app, script)


def test_the_first_yes_decides_and_is_kept(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        for question in triage.CRITERIA[:6]:
            assert question.text in asked(app)
            await press(pilot, "n")
        assert "Does a critical feature not work at all?" in asked(app)
        assert bar(app).startswith(" enter y  Yes: P1, deploy today by 17:36")
        await press(pilot, "enter")
        assert app.screen is app.stage_screen()

    drive(app, script)
    record = desk.engine().record
    assert record.severity == "P1"
    assert record.doc["severities"][-1]["question"] == "feature-dead"
    assert record.doc["severities"][-1]["why"] == "triage: a critical feature does not work at all"


def test_the_mark_moves_between_both_answers_and_enter_gives_the_marked_one(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, "down")
        assert bar(app).splitlines()[1].startswith(" enter n  No, or not sure: the next question")
        assert app.screen.offer().label == "No, or not sure: the next question"
        await press(pilot, "enter")
        assert triage.CRITERIA[1].text in asked(app) and app.screen.offer().label.startswith("Yes")
        await press(pilot, "down", "up", "left")
        assert triage.CRITERIA[0].text in asked(app)

    drive(app, script)
    assert desk.engine().record.severity == ""


@pytest.mark.parametrize("level", ["P1", "P2", "P3"])
def test_a_level_is_chosen_at_once(level, desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, level[1])
        assert f" {level} " in asked(app) and f"Set {level}, deploy" in bar(app)
        assert desk.engine().record.severity == "", "it is offered, not set"
        await press(pilot, "n")
        assert triage.CRITERIA[0].text in asked(app)
        await press(pilot, level[1], "escape")
        assert triage.CRITERIA[0].text in asked(app)
        await press(pilot, level[1], "enter")
        assert app.screen is app.stage_screen()

    drive(app, script)
    (row,) = desk.engine().record.doc["severities"]
    assert (row["severity"], "question" in row) == (level, False)


def test_a_level_opens_the_incident_where_there_is_none(desks, reconciled):
    desk = desks("none")
    app = desk.app(prepared.asking)

    async def script(pilot):
        await press(pilot, "2")
        assert list(desk.store.ids()) == []
        await press(pilot, "enter")
        assert app.stage_screen() is not None and app.engine.record.severity == "P2"

    drive(app, script)


def test_the_highest_level_at_once_asks_about_the_embargo(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, "0", "y")
        assert app.engine.record.severity == "P0" and triage.EMBARGO.text in asked(app)
        assert bar(app).startswith(" enter y  Yes, or not sure: keep it back")
        await press(pilot, "n")
        assert app.screen is app.stage_screen() and app.engine.record.fact("embargo") == "no"

    drive(app, script)


@pytest.mark.parametrize(
    ("decided_by", "back_at"),
    [
        pytest.param(("y",), triage.CRITERIA[0], id="the first question"),
        pytest.param(("n", "y"), triage.CRITERIA[1], id="a later question"),
        pytest.param(("0", "y"), triage.CRITERIA[0], id="the level at once"),
    ],
)
def test_a_wrong_yes_is_taken_back_at_the_embargo_question_too(decided_by, back_at, desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, *decided_by)
        assert triage.EMBARGO.text in asked(app)
        await press(pilot, "left")
        assert back_at.text in asked(app)
        await press(pilot, "1", "y")
        assert app.screen is app.stage_screen()

    drive(app, script)
    record = desk.engine().record
    assert (record.severity, record.fact("embargo")) == ("P1", None)
    assert [row["severity"] for row in record.doc["severities"]] == ["P0", "P1"]


def test_it_does_not_ask_where_every_question_about_security_got_a_no(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, "n", "n", "n", "0", "y")
        assert app.screen is app.stage_screen() and app.engine.record.fact("embargo") is None

    drive(app, script)


def test_it_does_not_ask_where_the_kind_of_impact_says_that_it_is_no_security_fault(desks, reconciled):
    desk = desks("triage")
    desk.change(lambda record: record.doc.update(severity=""))
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, "0", "y")
        assert app.screen is app.stage_screen() and app.engine.record.fact("embargo") is None

    drive(app, script)


def test_every_no_leaves_it_to_the_normal_process(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        for _ in triage.CRITERIA:
            await press(pilot, "n")
        assert "every answer no" in asked(app)
        assert app.screen.offer().label == "Leave it to the normal process"
        await press(pilot, "left")
        assert triage.CRITERIA[-1].text in asked(app)
        await press(pilot, "n", "enter")

    drive(app, script)
    assert desk.engine().record.state == "normal-process"


def test_keys_that_come_together_set_no_level(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await come(pilot, "2\r")
        await come(pilot, "1y", gap=0.05)
        assert desk.engine().record.severity == ""
        await come(pilot, "0yyyy", gap=0.04)
        assert desk.engine().record.severity == ""

    drive(app, script)


def test_it_is_told_apart_at_40x12(desks, reconciled):
    desk = desks("triage")
    unset(desk)
    app = desk.app()

    async def script(pilot):
        await at_the_tree(pilot)
        await press(pilot, *["n"] * 7)
        said = text(app).splitlines()
        assert said[1].startswith(" ▸ Triage  1 of 11") and "question 9 of 17" in said[2]
        assert asked(app).endswith("Do most users get errors?")
        assert said[10].startswith(" enter y  Yes: P1, deploy today by 17:36")
        assert said[11].startswith(" y yes  n no  ← question before")

    drive(app, script, (40, 12))
