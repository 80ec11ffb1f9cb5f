"""What ended while nobody looked is said so; what ended before somebody's eyes is not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from hotfix_tui.engine.typical_durations import usual_seconds
from hotfix_tui.ui.pictures import verify
from tests.ui.checks import commands, drive
from tests.ui.incidents import NOW
from tests.ui.support import LOG, press, settle, text


def ended(desk, minutes: float) -> None:
    """A run of the tests that a supervisor saw to its end, `minutes` ago; nobody has settled it."""
    folder = desk.run("verify.test", "running", LOG, minutes=20, command="python3 -m unittest")
    desk.close()
    finished = (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    end = {"state": "exited", "exit_code": 1, "failed_command": 0, "finished": finished, "duration_s": 30.0}
    (Path(folder) / "exit.json").write_text(json.dumps(end))


@pytest.mark.parametrize(("minutes", "said"), [(8, True), (0, False)])
def test_a_run_that_ended_before_the_wizard_came_is_presented_as_such(desks, minutes, said):
    desk = desks("verify")
    commands(desk, test=["python3", "-m", "unittest"])
    ended(desk, minutes)

    async def script(pilot):
        await settle(pilot)
        pilot.app.stage_screen().go_to("verify.test")
        await settle(pilot)
        words = "finished while you were away: failed, 1 of 2 tests, 14:15 UTC"
        shown = " ".join(text(pilot.app).split())
        card = " ".join(pilot.app.stage_screen().work.card.text.replace("▕", " ").split())
        assert (words in card) == said, text(pilot.app)
        told = [notice.message for notice in pilot.app._notifications]
        assert (f"Full test suite {words}" in told) == said, "whatever step is selected"
        assert "test_shop.Totals.test_the_last_price_counts" in shown
        await press(pilot, "p")

    drive(desk.app(), script, (160, 40))
    run = desk.engine().record.runs[-1]
    assert run["ended"] == NOW - timedelta(minutes=minutes)


def test_the_usual_time_comes_from_earlier_runs_here_and_elsewhere(desks):
    desk = desks("verify")
    engine = desk.engine()

    def ran(record) -> None:
        rows = [("verify.test", "done", 30), ("verify.test", "done", 50), ("verify.test", "done", 40)]
        rows += [("verify.test", "failed", 2), ("verify.build", "failed", 7)]
        for step, state, seconds in rows:
            record.runs.append(
                {"n": len(record.runs) + 1, "step": step, "round": 1, "at": NOW, "by": "Ann", "state": state}
                | {"ended": NOW + timedelta(seconds=seconds)}
            )

    assert usual_seconds(engine, ["verify.test", "verify.build"]) == {}
    desk.change(ran)
    engine.reload()
    assert usual_seconds(engine, ["verify.test", "verify.build", "verify.setup"]) == {
        "verify.test": 40,
        "verify.build": 7,
    }


@pytest.mark.parametrize(
    "outcome",
    [
        "could not run: npm was not found; `command build` lists what else would do",
        "cancelled by Ann",
        "the checkout to run it in could not be made ready: exit status 1",
    ],
)
def test_a_run_that_did_not_get_to_its_work_says_nothing_of_the_usual_time(desks, outcome):
    desk = desks("verify")
    engine = desk.engine()

    def ran(record, seconds, **more) -> None:
        run = {"n": len(record.runs) + 1, "step": "verify.build", "round": 1, "at": NOW, "by": "Ann"}
        record.runs.append(run | {"state": "failed", "ended": NOW + timedelta(seconds=seconds)} | more)

    desk.change(lambda record: ran(record, 3, outcome=outcome))
    engine.reload()
    assert usual_seconds(engine, ["verify.build"]) == {}
    desk.change(lambda record: ran(record, 40, outcome="exit status 1: 2 of 9 tests failed"))
    engine.reload()
    assert usual_seconds(engine, ["verify.build"]) == {"verify.build": 40}


SHOWN = {
    "it was the only one": ([("done", 30)], {}),
    "it was quick": ([("done", 30), ("done", 50), ("done", 2)], {"verify.test": 40}),
    "it failed": ([("done", 30), ("failed", 2)], {"verify.test": 30}),
    "it alone did not fail": ([("failed", 20), ("done", 2)], {"verify.test": 20}),
    "it is under way": ([("done", 30), ("done", 50), ("running", None)], {"verify.test": 40}),
}


@pytest.mark.parametrize("shape", SHOWN)
def test_the_usual_time_beside_a_run_comes_from_earlier_ones(desks, shape):
    rows, usual = SHOWN[shape]
    desk = desks("verify")
    engine = desk.engine()

    def ran(record) -> None:
        for state, seconds in rows:
            number = len(record.runs) + 1
            run = {"n": number, "step": "verify.test", "round": 1, "at": NOW, "by": "Ann", "state": state}
            record.runs.append(run | ({"ended": NOW + timedelta(seconds=seconds)} if seconds else {}))
        record.steps["verify.test"] = {"state": rows[-1][0], "run": len(record.runs), "at": NOW, "by": "Ann"}

    desk.change(ran)
    engine.reload()
    assert verify.ask(engine).usual == usual
    assert usual_seconds(engine, ["verify.test"], earlier=True) == usual
