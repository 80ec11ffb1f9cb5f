"""The picture of deploy: before it starts, while it runs, when it ended, and on the way back."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates
from hotfix_tui.platforms.model import Phase
from hotfix_tui.steps.contract import Command, Plan
from hotfix_tui.ui.pictures import deploy
from hotfix_tui.ui.pictures.deploy_asked import reached
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.presenters import confirmation, default_action
from hotfix_tui.ui.presenters.default_action import Action
from hotfix_tui.ui.screens.stage import menus
from tests import typed
from tests.ui import prepared
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW
from tests.ui.pictures.scenes import SIZES, check, fits, painted, scene, text
from tests.ui.support import Desk

pytestmark = pytest.mark.usefixtures("reconciled")

PLAN = Plan(
    "Deploy",
    commands=[
        Command(argv=["git", "worktree", "add", "--detach", "../shop.deploy", "8d20f11"], cwd="/shop"),
        Command(argv=["./deploy", "production", "8d20f11"], cwd="../shop.deploy"),
    ],
    warnings=["ENG-99 (Bo) deploys here too: between merge and verified"],
)
HASH = "549a81e"


def usually(seen: Scene, seconds: float) -> Scene:
    return seen._replace(looked=seen.looked._replace(usual={"deploy.production": seconds}))


def test_before_it_starts_it_says_everything_that_the_confirmation_will(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    seen = scene(desk, "deploy", plan=PLAN)
    before = seen.record.stored("branch.base").get("commit")
    then = seen.record.stored("release.confirm").get("commit")
    said = painted(seen, 80, 14)
    assert f" now      {before[:7]}  v2.3.4" in said
    assert f" then     {then[:7]}  the fix: 2 files, +5 −1" in said
    assert " with     nothing else" in said
    assert " in ../shop.deploy\n" in said
    assert "git worktree" not in said  # the wizard's own preparation: the dialog unfolds it
    assert "$ ./deploy production 8d20f11\n" in said
    assert "✓ tests  ✓ staging  ✓ approval  ✓ landed" in said
    assert "! ENG-99 (Bo) deploys here too" in said
    assert f"way back ./deploy production {before}" in said
    fits(seen)
    lines = painted(seen, 80, 8)
    assert "$ ./deploy production 8d20f11" in lines and "way back" in lines, "the least important part goes"


@pytest.mark.parametrize(
    ("verdict", "kept", "said"),
    [
        ("worse", {"commit": "91c04ab" + "0" * 33}, "the fix of round 1, which made it worse"),
        ("not-fixed", {"landed": "91c04ab" + "1" * 33}, "the fix of round 1, which did not help"),
        ("worse", {"commit": "7777777" + "0" * 33}, ""),
    ],
)
@pytest.mark.parametrize("confirmed", [True, False])
def test_the_failed_fix_of_an_earlier_round_among_what_is_deployed_is_said(
    desks: Callable[..., Desk], confirmed: bool, verdict: str, kept: dict[str, str], said: str
) -> None:
    desk = desks("deploy")

    def change(record: Record) -> None:
        listed = ["91c04ab Raise the limit"]
        if confirmed:
            typed.add(record, "release.confirm", also_landed=listed, also_count=1)
        else:
            record.steps["release.confirm"]["state"] = "not-done"
            typed.add(record, "branch.base", undeployed=1, undeployed_list=listed)
        first = {"number": 1, "verdict": verdict, "evidence": kept, "why": "", "begun_at": NOW}
        record.rounds.insert(0, first)
        record.rounds[1]["number"] = record.doc["round"] = 2

    desk.change(change)
    shown = painted(scene(desk, "deploy", plan=PLAN), 100, 20)
    assert "with     1 more" in shown and "91c04ab Raise the limit" in shown
    assert said in shown if said else "the fix of round 1" not in shown


def test_the_dialog_says_gates_then_warnings_then_the_way_back(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    seen = scene(desk, "deploy", plan=PLAN)
    notes = ["acme is not the project of this repository"]
    said = text(
        confirmation.of(seen, "deploy.production", PLAN, production=True, notes=notes).rows(76)
    ).split("\n")
    places = [
        next(place for place, row in enumerate(said) if row.startswith(words))
        for words in ("now ", "in ../shop.deploy", "✓ tests", "! ENG-99 (Bo)", "! acme is not", "way back")
    ]
    assert places == sorted(places), said


def test_what_was_prepared_is_shown_with_its_share_and_what_was_tried_there(
    desks: Callable[..., Desk],
) -> None:
    desk = desks("deploy")
    commit = scene(desk, "deploy").record.stored("release.confirm")["commit"]
    made = {"id": "dpl_NEW1", "share": 0.0, "address": "app-new1.vercel.app"}
    desk.put("deploy.production", "", 5, commit=commit, prepared=made)
    seen = scene(desk, "deploy", plan=PLAN)
    said = painted(seen, 80, 14)
    assert " ready    dpl_NEW1  no traffic yet" in said and "app-new1.vercel.app" in said
    assert default_action.of_step(seen.record, seen.views["deploy.production"]).label == "Activate dpl_NEW1"
    desk.put(
        "deploy.production", "", 5, commit=commit, prepared={**made, "share": 10.0}, tried="2 of 2 passed"
    )
    seen = scene(desk, "deploy", plan=PLAN)
    said = painted(seen, 80, 14)
    assert "dpl_NEW1  10 % of the traffic" in said and " tried    2 of 2 passed" in said
    label = default_action.of_step(seen.record, seen.views["deploy.production"]).label
    assert label == "Go on with dpl_NEW1: 10 % now"
    fits(seen)
    desk.put("deploy.production", "", 5, commit="f" * 40, prepared=made)
    assert "dpl_NEW1" not in painted(scene(desk, "deploy"), 80, 14), "it was made of something else"


@pytest.mark.parametrize(
    ("act", "go", "replaces"),
    [
        ("prepare", "Prepare it", False),
        ("try", "Send them", False),
        ("activate", "Activate it now", True),
        ("share-10", "Move the traffic now", True),
        ("", "Deploy now", True),
    ],
)
def test_the_dialog_says_what_the_phase_does_to_production(
    desks: Callable[..., Desk], act: str, go: str, replaces: bool
) -> None:
    seen = scene(desks("deploy"), "deploy")
    plan = replace(PLAN, note=RunNote(act=act))
    said = confirmation.of(seen, "deploy.production", plan, production=replaces, notes=[])
    lines = "\n".join(row.plain for row in said.rows(76))
    assert said.go == go and ("then " in lines) is replaces
    assert ("Production stays as it is" in lines) is not replaces


@pytest.mark.parametrize(
    ("known", "rows"),
    [
        ({"kind": "previous", "target": HASH + "0" * 33}, [" is taken off", " runs again"]),
        (
            {"kind": "previous", "target_release": "dpl_OLD1"},
            [" is taken off", "release dpl_OLD1  runs again"],
        ),
        ({"kind": "revert"}, [" runs until the revert is deployed"]),
        ({"kind": "flag", "flag": "NEW_SUMS"}, [" stays; what is behind the flag is off"]),
        ({"kind": "blue-green"}, [" is taken off"]),
    ],
)
def test_the_dialog_says_of_each_way_back_what_it_does_to_production(
    desks: Callable[..., Desk], known: dict[str, Any], rows: list[str]
) -> None:
    seen = scene(desks("deploy"), "deploy")
    plan = replace(PLAN, known=RolledBack.from_dict({"taken_off": "8d20f11" + "0" * 33, **known}))
    said = confirmation.of(seen, "deploy.rollback", plan, production=True, notes=[])
    told = [row.plain for row in said.rows(76) if row.plain.startswith(("now ", "then "))]
    assert len(told) == len(rows)
    assert all(row.endswith(words) for row, words in zip(told, rows, strict=True)), told


def test_the_dialog_before_a_revert_is_deployed_says_what_runs_then(desks: Callable[..., Desk]) -> None:
    seen = scene(desks("deploy"), "deploy")
    known = RolledBack.from_dict(
        {"kind": "revert", "taken_off": "8d20f11" + "0" * 33, "target": HASH + "0" * 33}
    )
    plan = replace(PLAN, known=known, note=RunNote(act="deploy-revert"))
    said = confirmation.of(seen, "deploy.rollback", plan, production=True, notes=[])
    told = [row.plain for row in said.rows(76) if row.plain.startswith(("now ", "then "))]
    assert said.go == "Deploy it now"
    assert [row.split("  ")[-1] for row in told] == ["is taken off", "runs: the revert"]


@pytest.mark.parametrize(
    ("config", "state", "label"),
    [
        ({"deploy": {"production": ["./deploy"]}}, "unknown", f"Go on with the revert {HASH}"),
        ({"deploy": {"platform": "fly"}}, "unknown", f"Go on with the revert {HASH}"),
        ({}, "unknown", "Say what happened: is it rolled back?"),
        ({"deploy": {"production": ["./deploy"]}}, "failed", "Roll back to v2.3.4"),
    ],
)
def test_a_revert_that_waits_is_what_enter_goes_on_with(
    desks: Callable[..., Desk], config: dict[str, Any], state: str, label: str
) -> None:
    desk = desks("deploy")
    desk.change(lambda record: record.doc.update(config=config))
    desk.run("deploy.rollback", state, kind="revert", target=HASH + "0" * 33, why="The revert waits")
    seen = scene(desk, "deploy")
    action = default_action.of_stage(seen.record, "deploy")
    assert action.label == label
    way_on = gates.way_on_back(seen.record)
    assert ("deploy-revert" in [one.name for one in menus.unknown_run(way_on=way_on)]) is bool(config)


def test_what_rides_along_is_counted_and_named(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    listed = ["1234567 Speed up the search", "89abcde Raise the cart limit"]
    desk.put("release.confirm", "done", 5, also_landed=listed, also_count=2)
    said = painted(scene(desk, "deploy"), 80, 14)
    assert "2 more  commits not live yet" in said and "1234567 Speed up the search" in said


def test_what_has_to_be_asked_first_is_said(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    said = painted(scene(desk, "deploy", asked=False), 80, 14)
    assert "looking…" in said.split("\n")[0] and " way back looking…" in said
    refused = ("Approval (pull-request.approval) is not done.",)
    assert f"○ {refused[0]}" in painted(scene(desk, "deploy", refused=refused), 80, 14)


def test_deploy_first_owes_what_comes_later(desks: Callable[..., Desk]) -> None:
    seen = scene(desks("deploy", "P0"), "deploy")
    said = painted(seen, 80, 14)
    assert "it starts from what is live" in said
    assert "● owed   " in said and "landed" not in said.split("● owed")[0]
    fits(seen)


def test_while_it_runs_there_is_a_meter_against_the_usual_time(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    prepared.followed(desk)
    seen = usually(scene(desk, "deploy"), 70)
    said = painted(seen, 80, 14)
    assert "◐ 48 s of usually 1 m 10 s" in said
    assert "━━━━━━━━━━━━━━╌╌╌╌╌╌" in said
    assert "v2.3.4" in said and "to be v2.3.5" in said
    assert "◐ deploy 48 s ─ ○ live" in said
    assert "It goes on if you leave or lose the line." in said
    late = painted(usually(seen, 30), 80, 14)
    assert "◐ 48 s, usually 30 s" in late and "━" * 20 in late
    assert len(deploy.top(seen, 80, 5)) == 3
    assert deploy.word(seen, seen.views["deploy.production"]) == "48 s"
    for width, height in SIZES:
        check(deploy.top(seen, width, height), width, height)
    fits(seen)


def test_the_phases_of_a_platform_come_from_its_log() -> None:
    named = [
        Phase(name="build", begins="^=> build"),
        Phase(name="roll out", begins="^=> roll", far=r"(\d+)/(\d+) machines"),
        Phase(name="healthy", begins="^=> check"),
    ]
    lines = ["=> build image", "done", "=> roll out", "1/3 machines", "2/3 machines"]
    found = reached(named, lines)
    assert [(one.name, one.state, one.far) for one in found] == [
        ("build", "done", ""),
        ("roll out", "running", "2 of 3"),
        ("healthy", "pending", ""),
    ]
    assert [one.state for one in reached(named, [])] == ["pending"] * 3


def test_a_phase_that_not_every_deployment_has_is_shown_once_it_begins() -> None:
    phases = [
        Phase("roll out", "^Progressing", "(\\d+) of (\\d+)"),
        Phase("pause", "^Paused", maybe=True),
        Phase("healthy", "^Healthy"),
    ]
    told = [(one.name, one.state) for one in reached(phases, ["Progressing"])]
    assert told == [("roll out", "running"), ("healthy", "pending")]
    told = [(one.name, one.state) for one in reached(phases, ["Progressing", "Paused - step"])]
    assert told == [("roll out", "done"), ("pause", "running"), ("healthy", "pending")]
    (first, *_) = reached(phases, ["Progressing 1 of 3"])
    assert first.far == "1 of 3", "how far it is may stand in the line with which it begins"


def test_after_a_run_it_is_not_said_that_there_was_none(desks: Callable[..., Desk]) -> None:
    seen = scene(desks("deploy"), "deploy", plan=PLAN)
    assert "no run here yet" in painted(seen, 80, 14)
    seen.record.runs.append({"n": 1, "step": "deploy.production", "round": 1})
    assert "no run here yet" not in painted(seen, 80, 14)


def test_phases_stand_in_a_row(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    prepared.followed(desk)
    seen = scene(desk, "deploy")
    named = [Phase(name="build", begins="^b"), Phase(name="roll out", begins="^r", far=r"(\d) of (\d)")]
    seen = seen._replace(looked=seen.looked._replace(phases=reached(named, ["b", "r", "2 of 3"])))
    assert "✓ build ─ ◐ roll out 2 of 3 ─ ○ live" in painted(seen, 80, 14)


def test_when_it_is_out_the_versions_say_since_when(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    desk.run("deploy.production", "done", b"", minutes=3, seen_by="production")
    desk.change(lambda record: record.steps.pop("deploy.live", None))
    said = painted(scene(desk, "deploy"), 80, 14)
    assert "production named " in said and "not asked again yet" in said and "not asked yet which" not in said
    desk.put("deploy.live", "done", 1, source="https://shop.example/version")
    seen = scene(desk, "deploy")
    said = painted(seen, 80, 14)
    assert "Deployed" in said and "took 3 m" in said and "live since 14:22" in said
    assert "asked from https://shop.example/version" in said
    assert len(deploy.word(seen, seen.views["deploy.live"])) == 7
    fits(seen)


@pytest.mark.parametrize("state", ["failed", "unknown", "waiting"])
def test_how_it_ended_otherwise(desks: Callable[..., Desk], state: str) -> None:
    desk = desks("deploy")
    why = "the line broke while it ran"
    if state == "waiting":
        desk.put("deploy.production", state, 2, why=why)
    else:
        desk.run("deploy.production", state, b"", minutes=2, why=why)
    seen = scene(desk, "deploy")
    said = painted(seen, 80, 14)
    assert {
        "failed": "✗ failed 14:21",
        "unknown": "? result unknown",
        "waiting": "◌ under way elsewhere",
    }[state] in said
    assert why in said and "way back ./deploy production" in said
    fits(seen)


def test_after_a_rollback_it_says_what_runs_again(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    base = desk.engine().record.stored("branch.base").get("commit")
    fix = desk.engine().record.stored("verify.commit").get("commit")
    found: dict[str, Any] = {"kind": "previous", "target": base, "taken_off": fix}
    desk.run("deploy.rollback", "done", b"", minutes=2, **found)
    desk.change(lambda record: [record.steps.pop(name) for name in ("deploy.production", "deploy.live")])
    seen = scene(desk, "deploy")
    said = painted(seen, 80, 14)
    assert "Rolled back" in said and "✓ back 14:21" in said
    assert f"{fix[:7]} → v2.3.4 {base[:7]}" in said and "The proper fix is a new round" in said
    assert "The fix of round 1 was taken off production: v2.3.4 runs again since 14:21 UTC" in said
    fits(seen)
    for step in ("deploy.production", "deploy.live"):
        offered = default_action.of_step(seen.record, seen.views[step])
        assert offered.action == Action.VERDICT, "what was taken off is not offered to be deployed again"
    desk.run("deploy.rollback", "running", b"", minutes=1)
    assert "Rolling back" in painted(scene(desk, "deploy"), 80, 14)


def test_after_a_flag_was_switched_off_the_code_is_said_to_stay(desks: Callable[..., Desk]) -> None:
    desk = desks("monitor")
    fix = desk.engine().record.stored("verify.commit").get("commit")
    desk.run("deploy.rollback", "done", b"", minutes=2, kind="flag", flag="NEW_SUMS", taken_off=fix)
    desk.change(lambda record: [record.steps.pop(name) for name in ("deploy.production", "deploy.live")])
    seen = scene(desk, "deploy")
    said = painted(seen, 80, 14)
    assert f"{fix[:7]} → the same, NEW_SUMS off" in said and "what ran before" not in said
    assert "was switched off by its feature flag NEW_SUMS" in said
    rows = [deploy.sentence(seen, seen.views[step]) for step in ("deploy.production", "deploy.live")]
    assert rows == [f"{fix[:7]} stays, its flag is off", "its flag is off"]


def test_the_sentence_of_each_row(desks: Callable[..., Desk]) -> None:
    seen = scene(desks("deploy"), "deploy")
    then = seen.record.stored("release.confirm").get("commit")[:7]
    said = deploy.sentence(seen, seen.views["deploy.production"])
    assert said == f"{then} to production in place of v2.3.4"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts(desks: Callable[..., Desk], payload: str) -> None:
    name = PAYLOADS[payload]
    desk = desks("deploy")
    desk.change(lambda record: spoil(record, name))
    desk.put("release.confirm", "done", 5, also_landed=[name], also_count=1)
    plan = Plan("x", commands=[Command(argv=["./deploy", name], cwd=name)], warnings=[name])
    outside = "".join(set(name)) + "␀␇␛␍␈�␡␊"
    fits(scene(desk, "deploy", plan=plan, refused=(name,)), outside)
    desk.run("deploy.production", "failed", b"", minutes=2, why=name)
    fits(scene(desk, "deploy"), outside)
    assert text(deploy.top(scene(desk, "deploy"), 80, 3))


def test_a_way_back_run_by_the_interpreter_of_the_wizard_is_known(desks: Callable[..., Desk]) -> None:
    desk = desks("deploy")
    table = {"production": ["./deploy"], "rollback": [sys.executable, "back.py", "{previous}"]}
    desk.change(lambda record: record.config.update(deploy=table))
    assert f"way back {sys.executable} back.py " in painted(scene(desk, "deploy", plan=PLAN), 300, 14)


def test_a_way_back_by_hand_is_a_sentence(desks: Callable[..., Desk]) -> None:
    seen = scene(desks("deploy"), "deploy", plan=PLAN)
    by_hand = seen.looked._replace(back="Make v2.3.4 live again.", back_by_hand=True)
    assert (
        "way back by hand: Make v2.3.4 live again.\n" in painted(seen._replace(looked=by_hand), 80, 14) + "\n"
    )
