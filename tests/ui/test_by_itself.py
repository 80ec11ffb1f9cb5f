"""What only reads is read by itself after an act, and never on opening; one plain way is taken, `b` asks for others."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from hotfix_tui.incident.model.record import Record
from tests.ui.incidents import put
from tests.ui.still import still
from tests.ui.support import Desk, drive, press, settle, strip, text

TEST, GUARD = "fix.regression-test", "fix.guard"
GROUP = ("monitor.support-tickets", "monitor.chat", "monitor.social", "monitor.status-comments")


def test_a_stage_that_is_opened_looks_at_nothing_and_after_an_act_it_does(
    desks: Callable[..., Desk], reconciled: None
) -> None:
    desk = desks("fix")
    desk.change(lambda record: record.steps.pop(TEST, None))

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        await settle(pilot)
        assert "state" not in screen.record.entry(TEST), "it was only opened"
        screen.action_finished()
        await settle(pilot)
        assert screen.record.entry(TEST).get("state") == "done", "an act led here: the test is there"

    drive(desk.app(), script)


def test_nothing_is_read_in_the_background_before_the_first_keys_were_answered(
    desks: Callable[..., Desk], reconciled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read and probed takes the time of the first screen; another screen that follows one waits for nothing."""
    monkeypatch.setattr("hotfix_tui.ui.screens.stage.screen.KEYS_FIRST", 1e6)
    app = desks("fix").app()

    async def opened() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await still(app)
            first: Any = app.screen
            assert first.reconciling and not app.looks.busy and first.looks.of("fix") is None
            app.switch_screen(app.routes.stage(app.engine))
            await still(app)
            await settle(pilot)
            assert app.screen is not first and app.screen.looks.of("fix") is not None

    asyncio.run(opened())


def test_the_first_screen_lies_on_no_other_and_another_one_can_take_its_place(
    desks: Callable[..., Desk],
) -> None:
    """An empty one below it would be started, laid out and painted, too."""

    async def script(pilot: Pilot[Any]) -> None:
        app: Any = pilot.app
        first = app.screen
        assert app.screen_stack == [first]
        app.switch_screen(app.routes.stage(app.engine))
        await settle(pilot)
        assert app.screen_stack == [app.screen] and app.screen is not first

    drive(desks("fix").app(), script)


def test_an_act_that_leads_to_the_guard_asks_it(desks: Callable[..., Desk], reconciled: None) -> None:
    desk = desks("fix")
    desk.change(lambda record: record.steps.pop(GUARD, None))

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        assert "state" not in screen.record.entry(GUARD)
        screen.action_finished()
        await settle(pilot)
        assert "state" in screen.record.entry(GUARD)

    drive(desk.app(), script)


def test_after_an_act_the_plan_is_asked_for_at_once_and_on_the_move_it_is_not(
    desks: Callable[..., Desk], reconciled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The label of the next step is complete before it is read; steps that are passed by cost nothing."""
    desk = desks("fix")
    desk.change(lambda record: [put(record, one, "pending") for one in ("fix.change", TEST)])

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.steps.select("fix.change")
        await settle(pilot)
        monkeypatch.setattr("hotfix_tui.ui.screens.stage.previews.PLAN_AFTER", 1e6)
        screen.steps.select(TEST)
        await still(pilot.app)
        assert screen.selected.id == TEST and not screen.previews.knows(TEST)
        screen.by_itself.go_on = lambda: None
        screen.action_finished("another")
        assert screen.selected.id == TEST and screen.previews.knows(TEST)

    drive(desk.app(), script)


@pytest.mark.parametrize(
    ("proposed", "why", "keys"),
    [
        ("fixed", "error rate: 4.3 before, 0.2 now", ("enter", "enter")),
        ("mitigated", "the guard is off", ("enter", "enter")),
        ("fixed", "", ("enter", "enter", *"seen", "enter")),
        ("", "", ("enter", "enter", *"seen", "enter")),
    ],
)
def test_a_verdict_that_is_proposed_keeps_the_reason_it_was_shown_with(
    desks: Callable[..., Desk], reconciled: None, proposed: str, why: str, keys: tuple[str, ...]
) -> None:
    desk = desks("monitor")
    desk.run("monitor.watch", "done", b"", minutes=1, proposed=proposed, proposed_why=why)

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.go_to("monitor.watch")
        await settle(pilot)
        await press(pilot, keys[0])
        assert why in " ".join(text(pilot.app).replace("│", " ").split()), (
            "it is read before it is taken over"
        )
        await press(pilot, *keys[1:])
        given = screen.record.this_round
        assert given.get("verdict") == (proposed or "fixed")
        assert given.get("verdict_why") == (why or "seen")

    drive(desk.app(), script)


def test_another_verdict_than_the_proposed_one_takes_a_reason(
    desks: Callable[..., Desk], reconciled: None
) -> None:
    desk = desks("monitor")
    desk.run("monitor.watch", "done", b"", minutes=1, proposed="fixed", proposed_why="it fell")

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.go_to("monitor.watch")
        await settle(pilot)
        await press(pilot, "enter", "down", "enter", "enter")
        assert not screen.record.this_round.get("verdict"), "an empty reason is none"
        await press(pilot, *"odd", "enter")
        assert screen.record.this_round.get("verdict_why") == "odd"

    drive(desk.app(), script)


def test_what_comes_with_a_warning_waits_for_its_key(desks: Callable[..., Desk], reconciled: None) -> None:
    desk = desks("branch")

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.action_finished()
        await settle(pilot)
        assert "state" not in screen.record.entry("branch.base"), "nothing can be asked what is live"
        await press(pilot, "enter")
        assert "state" in screen.record.entry("branch.base"), "one way is the plain one: nothing was asked"

    drive(desk.app(), script)


def test_what_would_be_confirmed_or_typed_is_left_to_its_key(
    desks: Callable[..., Desk], reconciled: None
) -> None:
    desk = desks("deploy")

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        before = screen.record.entry("deploy.production").get("state")
        screen.action_finished()
        await settle(pilot)
        assert screen.record.entry("deploy.production").get("state") == before
        assert "state" not in screen.record.entry("deploy.live"), "nothing is deployed yet: nothing is asked"

    drive(desk.app(), script)


def test_a_group_is_ticked_once_all_of_it_was_shown(desks: Callable[..., Desk], reconciled: None) -> None:
    desk = desks("monitor")
    desk.change(lambda record: [put(record, one, "pending") for one in GROUP])

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.go_to(GROUP[0])
        await settle(pilot)
        assert "A shows all 4 of its group" in text(pilot.app)
        await press(pilot, "A")
        shown = text(pilot.app)
        assert "Support tickets stop" in shown and "Social media is quiet" in shown
        await press(pilot, "escape")
        assert not any(screen.record.entry(one).get("state") == "done" for one in GROUP)
        await press(pilot, "A", "enter")
        assert all(screen.record.entry(one).get("state") == "done" for one in GROUP)

    drive(desk.app(), script)


def test_what_a_deployment_rests_on_is_never_ticked_as_a_group(
    desks: Callable[..., Desk], reconciled: None
) -> None:
    desk = desks("verify")

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.go_to("verify.reproduced")
        await press(pilot, "A")
        assert pilot.app.screen is screen
        said = [notice.message for notice in pilot.app._notifications]
        assert any("each item by itself" in one for one in said)

    drive(desk.app(), script)


def test_a_text_is_kept_with_its_gaps_by_a_key_that_says_so(
    desks: Callable[..., Desk], reconciled: None
) -> None:
    desk = desks("pull-request")

    async def script(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        screen.go_to("pull-request.body")
        await press(pilot, "enter")
        assert "K keep with gaps" in text(pilot.app) and "Fill the gap" in strip(pilot.app)
        await press(pilot, "K")
        assert pilot.app.screen is screen
        assert screen.record.entry("pull-request.body").get("state") == "done"

    drive(desk.app(), script)


def test_reading_a_record_that_is_shown_adds_nothing_to_it() -> None:
    """Several threads read and copy it at once: a table that appears while it is copied stops the wizard."""
    record = Record({"id": "ENG-1"}, final=True)
    assert record.steps == {} and record.runs == [] and record.facts == {}
    assert record.doc == {"id": "ENG-1"}
    changed = Record({"id": "ENG-1"})
    changed.steps["verify.test"] = {"state": "done"}
    assert changed.doc["steps"] == {"verify.test": {"state": "done"}}
