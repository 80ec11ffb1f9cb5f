"""The picture of verify: the checks against their usual time, the failures, the proof, and whose log to show."""

import pytest

from hotfix_tui.incident.edits import person
from hotfix_tui.ui.pictures import verify
from hotfix_tui.ui.pictures.verify import UsualTimes, bottom, card, log_step, paint, top, word
from tests.ui import prepared
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW, put
from tests.ui.pictures.painted import MADE_VISIBLE, holds, row_with, scene_of, styles_of, text
from tests.ui.support import drive, press
from tests.ui.support import text as screen_text

FAILED = [
    {"name": "Totals.test_the_last_price_counts", "file": "tests/test_shop.py", "line": 11},
    {"name": "Totals.test_nothing", "file": "tests/test_shop.py", "line": 20},
]
PASSED = {"outcome": "passed", "command": "python3 -m unittest discover -s tests", "tool": "unittest"}


@pytest.fixture
def desk(desks, reconciled):
    return desks("verify")


def tests_passed(desk):
    desk.run("verify.test", "done", minutes=3, passed=212, skipped=3, failed=0, duration=41.2, **PASSED)


def tests_failed(desk, failures=FAILED, **more):
    seen = {
        "outcome": "failed",
        "command": PASSED["command"],
        "passed": 210,
        "failed": len(failures),
        "exit": 1,
    }
    desk.run("verify.test", "failed", minutes=1, failures=failures, why="2 of 212 failed", **{**seen, **more})


def rows_of(desk, width=49, height=15, **more):
    return paint(scene_of(desk, "verify", **more), width, height)


def test_before_any_run_the_table_says_what_is_to_do(desk):
    assert (
        text(rows_of(desk))
        == """\
─ Checks ───────────────────────── none ran yet ─
    check   result              time    usual
 ○  tests   to do                           …
 ○  build   to do                           …
─ Regression proof ──────────── waits for tests ─
 base ○ to run → fix ○ to run"""
    )


def test_what_runs_is_measured_against_its_usual_time(desk):
    tests_passed(desk)
    desk.run("verify.build", "running", minutes=0.2)
    rows = rows_of(desk, looked=UsualTimes({"verify.test": 40.0, "verify.build": 27.0}))
    assert text(rows[:4]).splitlines() == [
        "─ Checks ──────────────────────────── 1 running ─",
        "    check   result              time    usual",
        " ✓  tests   212 passed          41 s     40 s",
        " ◐  build   ━━━━━━╌╌╌╌╌╌╌╌      12 s     27 s",
    ]
    wide = rows_of(desk, 83, looked=UsualTimes({"verify.test": 40.0, "verify.build": 27.0}))
    assert "212 passed  3 skipped" in text(wide) and "44 %" in text(wide)
    late = row_with(rows_of(desk, 83, looked=UsualTimes({"verify.build": 6.0})), "build")
    assert "━" * 14 + "  longer than usual" in late.plain and "$warn" in styles_of(late, "━━━")
    unknown = row_with(rows_of(desk, looked=UsualTimes({})), "build")
    assert "running" in unknown.plain and unknown.plain.rstrip().endswith("–")


def test_what_failed_is_listed_below_the_table(desk):
    tests_failed(desk)
    rows = rows_of(desk)
    assert (
        text(rows)
        == """\
─ Checks ───────────────────────────── 1 failed ─
    check   result              time    usual
 ✗  tests   2 failed             1 m        …
 ○  build   to do                           …
─ Failures ────────────────── 1 of 2 · > < next ─
› ✗ Totals.test_the_last_price_… test_shop.py:11
  ✗ Totals.test_nothing          test_shop.py:20
─ Regression proof ──────────── waits for tests ─
 base ○ to run → fix ○ to run"""
    )
    assert "2 failed, 210 passed" in text(rows_of(desk, 83))
    assert styles_of(row_with(rows, "2 failed"), "2 failed") == "bold $bad"
    second = top(scene_of(desk, "verify", failure=1), 80, 15)
    assert row_with(second, "test_nothing").plain.startswith("› ✗")
    assert "2 of 2" in row_with(second, "Failures").plain


def test_a_check_that_could_not_run_says_why(desk):
    desk.run(
        "verify.test",
        "failed",
        outcome="could-not-run",
        could_not_run="pytest is not installed here.",
        exit=127,
    )
    shown = text(rows_of(desk))
    assert "could not run" in shown and "pytest is not installed here." in shown
    scene = scene_of(desk, "verify")
    assert word(scene, scene.views["verify.test"]) == "not run"
    assert "0 failed" not in shown and "0 passed" not in shown


def test_a_failure_without_names_shows_what_the_command_said(desk):
    desk.run(
        "verify.build", "failed", outcome="failed", why="exit status 2: make: *** [build] Error 1", exit=2
    )
    shown = text(rows_of(desk))
    assert "failed, exit 2" in shown and "make: *** [build] Error 1" in shown


PROOFS = [
    ("proven", "failed: 1", "passed: 1", "base ✗ fails, as it must → fix ✓ passes", "$ok"),
    ("not proven", "passed: 1", "passed: 1", "base ✓ passes: the test does not catch the fault", "bold $bad"),
    (
        "fails on the fix",
        "failed: 1",
        "failed: 1",
        "base ✗ fails, as it must → fix ✗ fails, too",
        "bold $bad",
    ),
    ("could not run", "could-not-run: x", "passed: 1", "base ? could not run → fix ✓ passes", "$warn"),
    (
        "could not run",
        "failed: exit status 1",
        "failed: exit status 1",
        "base ✗ fails → fix ✗ failed, naming no test",
        "$warn",
    ),
    (
        "could not run",
        "could-not-run: x",
        "failed: exit status 1",
        "base ? could not run → fix ✗ failed, naming no test",
        "bold $bad",
    ),
    (
        "could not run",
        "failed: exit status 1",
        "could-not-run: x",
        "base ✗ fails → fix ? could not run",
        "bold $bad",
    ),
]


@pytest.mark.parametrize(("verdict", "base", "fix", "said", "style"), PROOFS)
def test_the_proof_is_one_line(desk, verdict, base, fix, said, style):
    state = "done" if verdict == "proven" else "failed"
    desk.put("verify.proof", state, verdict=verdict, base_result=base, fix_result=fix)
    rows = bottom(scene_of(desk, "verify"), 80, 2)
    assert rows[1].plain.strip() == said
    assert style in styles_of(rows[1], said[5:])
    assert len(bottom(scene_of(desk, "verify"), 80, 1)) == 1
    if verdict == "not proven":
        assert "not proved" in rows[0].plain


def test_the_proof_that_a_person_gives_is_theirs(desk):
    desk.put("verify.proof", "done")
    scene = scene_of(desk, "verify")
    shown = text(bottom(scene, 80, 2))
    assert "said by Ann" in shown and "proved" not in shown
    assert word(scene, scene.views["verify.proof"]) == "by hand"


def test_the_log_that_matters_most(desk):
    assert log_step(scene_of(desk, "verify")) == ""
    desk.run("verify.build", "done", minutes=8)
    tests_passed(desk)
    assert log_step(scene_of(desk, "verify")) == "verify.test"
    desk.run("verify.build", "running")
    assert log_step(scene_of(desk, "verify")) == "verify.build"
    tests_failed(desk)
    assert log_step(scene_of(desk, "verify")) == "verify.test"


def test_other_states_have_their_words(desk):
    tests_passed(desk)

    def change(record):
        put(record, "verify.build", "unknown")
        record.steps["verify.test"]["tree"] = "0" * 40

    desk.change(change)
    shown = text(rows_of(desk, 83))
    assert "stale after 212 passed" in shown and "result unknown" in shown
    assert "1 unknown" in shown.splitlines()[0]
    looked = scene_of(desk, "verify", checking=frozenset({"verify.test"}))
    assert row_with(paint(looked, 83, 15), "tests").plain.startswith(" ◌  tests")


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("done", "done"), "─ all done ─"),
        (("waived", "done"), "─ 1 waived, the rest done ─"),
        (("waived", "waived"), "─ all waived ─"),
        (("waived", "failed"), "─ 1 failed ─"),
    ],
)
def test_a_waived_check_is_not_called_done(desk, states, said):
    def change(record):
        for step, state in zip(("verify.test", "verify.build"), states, strict=True):
            if state == "waived":
                person.waive(record, person.Actor("ann", NOW), step, "Zed", "known")
            else:
                put(record, step, state)

    desk.change(change)
    assert said in text(rows_of(desk, 83)).splitlines()[0]


def test_the_right_column_has_the_evidence(desk):
    tests_passed(desk)
    desk.put("verify.proof", "done", verdict="proven")
    desk.run("verify.build", "running", minutes=0.2)
    scene = scene_of(desk, "verify")
    words = {name: word(scene, view) for name, view in scene.views.items() if view.stage == "verify"}
    assert words["verify.test"] == "212 ok" and words["verify.build"] == "12 s"
    assert words["verify.proof"] == "proved" and words["verify.resolved"] == ""
    tests_failed(desk)
    scene = scene_of(desk, "verify")
    assert word(scene, scene.views["verify.test"]) == "2 failed"


def test_the_card_says_what_failed_and_what_a_tick_counts_for(desk):
    tests_failed(desk)
    scene = scene_of(desk, "verify", "verify.test")
    shown = text(card(scene, scene.views["verify.test"], 49))
    assert shown.startswith("2 of 212 failed") and "$ python3 -m unittest discover -s tests" in shown
    assert "fix touches" in shown, "tests/test_shop.py is a file of the change"
    tick = text(card(scene, scene.views["verify.resolved"], 49))
    tree = scene.record.stored("fix.change").get("tree")[:7]
    assert f"Counts for tree {tree}; an edit makes it stale." in tick and "too low" in tick
    assert card(scene, scene.views["verify.push"], 49) == []


def test_a_check_without_a_command_is_done_by_hand(desk):
    def change(record):
        record.doc["config"], record.doc["detected"] = {}, {}

    desk.change(change)
    shown = text(paint(scene_of(desk, "verify"), 49, 15))
    assert " ○  tests   to do by hand" in shown and "build" not in shown


def test_the_usual_time_is_read_from_earlier_runs(desk):
    desk.run("verify.test", "done", minutes=2)
    assert verify.ask(desk.engine()).usual == {}, "there is none before the run that is shown"
    desk.run("verify.test", "done", minutes=9)
    found = verify.ask(desk.engine())
    assert found.usual["verify.test"] == 120.0
    assert verify.asks_for(desk.engine().record) == (2, 2)


PREPARED = (
    prepared.tested,
    prepared.test_runs,
    prepared.test_failed,
    prepared.stale,
    prepared.push_unknown,
    tests_failed,
)


@pytest.mark.parametrize("prepare", PREPARED)
def test_every_size_holds_every_state(desk, prepare):
    prepare(desk)
    scene = scene_of(desk, "verify", looked=UsualTimes({"verify.test": 3.0}))
    holds(paint, scene)
    holds(top, scene)
    holds(bottom, scene)


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_names_stay_text(desk, name):
    said = PAYLOADS[name]
    tests_failed(desk, [{"name": said, "file": f"x/{said}", "line": 3}], command=said)
    desk.change(lambda record: spoil(record, said))
    desk.put("verify.proof", "failed", verdict="could not run", base_result=said, why=said)
    scene = scene_of(desk, "verify", "verify.test")
    shown = text(paint(scene, 80, 36))
    outside = "".join(sign for sign in shown if not sign.isascii()) + said + MADE_VISIBLE
    holds(paint, scene, outside=outside)
    for view in scene.views.values():
        assert all(row.cell_length <= 49 for row in card(scene, view, 49))
        assert len(word(scene, view)) <= 9


def test_few_rows_keep_what_failed(desk):
    tests_failed(desk)
    desk.run("verify.build", "done", minutes=4, outcome="passed")
    shown = text(top(scene_of(desk, "verify"), 49, 2))
    assert "tests" in shown and "build" not in shown


def test_the_keys_that_the_rule_names_go_through_the_failures(desk):
    tests_failed(desk)

    async def script(pilot):
        assert "1 of 2 · > < next" in screen_text(pilot.app)
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert "2 of 2 · > < next" in screen_text(pilot.app)
        assert "› ✗ Totals.test_nothing" in screen_text(pilot.app)
        await press(pilot, "less_than_sign")
        assert "1 of 2 · > < next" in screen_text(pilot.app)

    drive(desk.app(), script, (120, 40))
