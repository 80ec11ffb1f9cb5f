"""Rolling back from every screen: the ways in their order, what each would do, and the way to its confirmation."""

import asyncio
import subprocess

import pytest

from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.ui.pictures import monitor_watch
from hotfix_tui.ui.presenters import roll_back
from tests.counts import these
from tests.ui import prepared, support
from tests.ui.scenes import BY_NAME, SCENES
from tests.ui.support import come, drive, press, settle

SCENE = BY_NAME["roll-back"]
ORDER = ("Deploy the version before", "Revert the commit", "Switch the feature flag off")


def shown(pilot):
    return support.text(pilot.app)


def kind(pilot):
    return type(pilot.app.screen).__name__


def begun(desk):
    return [run["step"] for run in desk.engine().record.runs if run["step"] == "deploy.rollback"]


@pytest.fixture
def desk(desks, reconciled):
    return desks(SCENE.stage)


def test_the_first_line_is_what_was_measured_and_the_ways_stand_in_one_order(desk):
    async def script(pilot):
        await SCENE.reach(pilot)
        seen = shown(pilot)
        assert "Error rate 4.9 since the deploy 6 m ago; it was 4.3 before." in seen
        places = [seen.index(title) for title in ORDER]
        assert places == sorted(places)
        assert "recommended" in seen and "about 1 m" in seen
        assert "./deploy production" in seen
        assert "Roll back to v2.3.4" in seen and "PRODUCTION" in seen

    drive(SCENE.app(desk), script)


PASSED, FAILED = {"name": "health", "ok": True}, {"name": "health", "ok": False}


@pytest.mark.parametrize(
    ("before", "answers", "first"),
    [
        ([PASSED], [False, False], "health: 2 of 2 failed since the deploy; it passed before."),
        ([PASSED], [True, True], "Errors 10 since the deploy; it was 10 before."),
        ([FAILED], [False, False], "Errors 10 since the deploy; it was 10 before."),
        ([], [False, True], "Errors 10 since the deploy; it was 10 before."),
    ],
)
def test_what_the_deployment_broke_is_said_before_what_stayed_as_it_was(before, answers, first):
    samples = [{"kind": "metric", "name": "errors", "value": 10.0, "at": at, "t": at} for at in (1.0, 2.0)]
    samples += [
        {"kind": "probe", "name": "health", "ok": ok, "at": float(at), "t": float(at)}
        for at, ok in enumerate(answers)
    ]
    metric = monitor_watch.ShownMetric("errors", "falls")
    baseline = ({"name": "errors", "value": 10.0}, *before)
    of = monitor_watch.WatchSettings((metric,), (), ("health",), 120.0, baseline, None, None)
    since = "since the deploy"
    said = [*roll_back._metrics(of, samples, since), *roll_back._checks(of, samples, since)]
    assert min(said)[1] == first


def test_a_way_that_is_not_set_up_says_why_and_cannot_be_chosen(desk):
    async def script(pilot):
        await SCENE.reach(pilot)
        await press(pilot, "down", "down", "down")
        assert "This way cannot be chosen" in shown(pilot)
        assert "names no command" in shown(pilot)
        await press(pilot, "enter")
        assert kind(pilot) == "RollBack"
        await press(pilot, "escape")
        assert kind(pilot) == "StageScreen"

    drive(SCENE.app(desk), script)
    assert begun(desk) == []


def test_another_way_shows_its_own_commands(desk):
    async def script(pilot):
        await SCENE.reach(pilot)
        await press(pilot, "down")
        assert "git" in shown(pilot) and "revert --no-edit" in shown(pilot)
        assert "./deploy production" not in shown(pilot)

    drive(SCENE.app(desk), script, (120, 40))


def test_from_worse_to_running_it_takes_r_one_enter_the_ticket_and_enter(desk):
    """``r``, at most one choice, the typed ticket, enter: nothing more stands between the engineer and the rollback."""
    (desk.shop / "deploy").write_text("#!/bin/sh\nsleep 60\n")
    (desk.shop / "deploy").chmod(0o755)
    prepared.gone_worse(desk)
    desk.change(lambda record: record.doc["config"].pop("metric"))  # what is trusted is the file
    desk.trust()
    keys = []

    async def script(pilot):
        await settle(pilot)
        for key in ("r", "enter", *"ENG", "minus", *"1234", "enter"):
            keys.append(key)
            await press(pilot, key)
        async with asyncio.timeout(240):
            while not begun(desk):
                await pilot.pause(0.05)
        assert desk.engine().record.entry("deploy.rollback")["state"] == "running"
        from hotfix_tui.engine import reconcile

        reconcile.cancel(desk.engine(), desk.engine().record.entry("deploy.rollback")["run"])

    drive(desk.app(), script)
    assert len(keys) == len("ENG-1234") + 3


def test_a_revert_that_is_made_is_deployed_by_enter_its_line_the_ticket_and_enter(desk):
    """What the menu of an unknown result offers leads to the same dialog as any deployment."""

    def git(*args):
        return subprocess.run(
            ["git", "-C", desk.shop, *args], check=True, capture_output=True, text=True
        ).stdout.strip()

    fix = desk.engine().record.seen(Committed).commit
    git("worktree", "add", "-q", "-b", "revert/ENG-1234", "../reverted", fix)
    git("-C", "../reverted", "revert", "--no-edit", fix)
    revert = git("rev-parse", "revert/ENG-1234")
    git("push", "-q", "origin", "+revert/ENG-1234:main")
    prepared.gone_worse(desk)
    kept = {"kind": "revert", "branch": "revert/ENG-1234", "reverts": [fix], "lands": True, "target": revert}
    desk.run("deploy.rollback", "unknown", taken_off=fix, why="The revert waits", **kept)
    deploy = {"deploy": {"production": ["./deploy", "{commit}"]}}
    desk.change(lambda record: record.doc.update(config=deploy))
    desk.trust()

    async def script(pilot):
        await settle(pilot)
        assert f"Go on with the revert {revert[:7]}" in shown(pilot)
        await press(pilot, "enter")
        assert "Deploy the revert" in shown(pilot)
        await press(pilot, "enter")
        assert kind(pilot) == "Confirm"
        assert f"./deploy {revert}" in shown(pilot) and "runs: the revert" in shown(pilot)
        await press(pilot, "escape")
        assert kind(pilot) == "StageScreen"

    drive(desk.app(), script, (120, 40))
    assert len(begun(desk)) == 1, "nothing began"


WHERE = ("timeline", "facts", "document-message", "change", "output", "stage-triage", "stage-review", "help")


@pytest.mark.parametrize("name", WHERE)
def test_r_offers_the_ways_back_on_every_screen(name, desks, reconciled):
    scene = BY_NAME[name]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        await press(pilot, "r")
        assert kind(pilot) == "RollBack"
        await press(pilot, "escape")
        assert kind(pilot) == scene.screen

    drive(scene.app(desk), script)


@pytest.mark.parametrize("name", ["form-facts", "text-edit", "panes", "choose-state"])
def test_f8_does_so_where_r_is_a_letter_or_runs_something_again(name, desks, reconciled):
    scene = BY_NAME[name]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        await press(pilot, "f8")
        assert kind(pilot) == "RollBack"
        await press(pilot, "escape")
        assert kind(pilot) == scene.screen

    drive(scene.app(desk), script)


def test_before_anything_was_deployed_the_last_release_is_what_is_said(desks, reconciled):
    desk = desks("triage")
    scene = BY_NAME["stage-triage"]

    async def script(pilot):
        await scene.reach(pilot)
        await press(pilot, "r")
        seen = shown(pilot)
        assert "v2.3.4 was tagged" in seen
        assert "nothing has landed on main yet" in seen.lower()

    drive(scene.app(desk), script)


def test_in_a_small_terminal_every_way_is_there_and_the_chosen_one_explains_itself(desk):
    async def script(pilot):
        await SCENE.reach(pilot)
        seen = shown(pilot)
        assert "Error rate 4.9" in seen and "Deploy the version" in seen
        assert "Revert the com" in seen and "not set up" in seen
        said = next(row for row in seen.splitlines() if "enter" in row)
        assert "Roll back to v…  PRODUCTION" in said and "v2.3.4 549a81e" in seen
        await press(pilot, "pagedown", "pagedown")
        assert "./deploy production" in shown(pilot)

    drive(SCENE.app(desk), script, (40, 12))


def test_nothing_measured_is_said_so(desks, reconciled):
    desk = desks("monitor")
    prepared.gone_worse(desk)
    (folder,) = [run["n"] for run in desk.engine().record.runs if run["step"] == "monitor.watch"]
    from pathlib import Path

    Path(desk.engine().run_directory(folder), "samples.ndjson").unlink()

    async def script(pilot):
        await settle(pilot)
        await press(pilot, "r")
        assert "Deployed 6 m ago; nothing has been measured since." in shown(pilot)

    drive(desk.app(), script)


def proposed(desk, verdict="worse"):
    why = "error rate: 4.3 before, 4.9 now"
    desk.run("monitor.watch", "done", b"", minutes=1, proposed=verdict, proposed_why=why)


def given(desk):
    desk.change(
        lambda record: record.this_round.update(verdict="worse", verdict_by="Ann", verdict_at=prepared.NOW)
    )


def failed(desk):
    why = "exit status 1; no way to ask production is configured"
    desk.run("deploy.production", "failed", b"boom\n", minutes=1, why=why)


@pytest.mark.parametrize(
    ("stage", "prepare", "second"),
    [
        ("monitor", proposed, "The watch proposes worse: error rate: 4.3 before, 4.9 now."),
        ("monitor", given, "The verdict is worse. s begins the next round instead."),
        ("deploy", failed, "exit status 1; no way to ask production is configured"),
    ],
)
def test_the_bar_proposes_it_in_red_where_things_got_worse(stage, prepare, second, desks, reconciled):
    desk = desks(stage)
    prepare(desk)

    async def script(pilot):
        await settle(pilot)
        pilot.app.screen.go_to("monitor.watch" if stage == "monitor" else "deploy.production")
        await settle(pilot)
        bar = pilot.app.screen.offer()
        assert (bar.kind, bar.label) == ("prod", "Roll back to v2.3.4")
        assert bar.note.startswith("PRODUCTION") and bar.second.startswith(second)
        await press(pilot, "enter")
        assert kind(pilot) == "RollBack"

    drive(desk.app(), script)
    assert begun(desk) == []


def test_a_deployment_that_changed_nothing_is_tried_again_instead(desks, reconciled):
    desk = desks("deploy")
    base = desk.engine().record.stored("branch.base")["commit"]
    why = "exit status 1; production runs 549a81e, not 518e8b4"
    desk.run("deploy.production", "failed", b"boom\n", minutes=1, why=why, previous=base, runs=base)

    async def script(pilot):
        await settle(pilot)
        assert pilot.app.screen.offer().label == "Deploy 518e8b4 to production again"

    drive(desk.app(), script)


def test_while_it_runs_its_log_is_shown_and_what_it_leads_to_is_said(desks, reconciled):
    desk = desks("monitor")
    desk.run("deploy.rollback", "running", b"$ ./deploy production v2.3.4\nuploading 214 files\n", minutes=1)

    async def script(pilot):
        await settle(pilot)
        pilot.app.screen.view_stage("deploy")
        await settle(pilot)
        seen = shown(pilot)
        assert "Rolling back" in seen and "uploading 214 files" in seen
        assert "Show the log of the rollback" in seen

    drive(desk.app(), script)


PRODUCTION = ("confirm-production", "roll-back")


IN_ONE_GO = ("\r" * 10, "r\rENG-1234\r", "\rENG-1234\r", "ENG-1234\r\r", "yes\r", "ENG-1234")


@pytest.mark.parametrize("name", PRODUCTION)
def test_what_comes_in_one_go_does_nothing_in_production(name, desks, reconciled):
    scene = BY_NAME[name]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        runs = desk.engine().record.runs
        for typed in IN_ONE_GO:
            assert kind(pilot) == scene.screen, f"before {typed!r}"
            await come(pilot, typed)
            assert kind(pilot) in ("RollBack", "Confirm", "StageScreen"), repr(typed)
            await back_to(pilot, scene)
            assert desk.engine().record.runs == runs, repr(typed)

    drive(scene.app(desk), script)


DIALOGS = ("Choose", "Form", "Confirm", "Reasons", "Notice", "Leaving", "Trust", "DocumentScreen", "RollBack")
EVERY = sorted({scene.name for scene in SCENES if scene.screen in DIALOGS} - {*PRODUCTION})


@pytest.mark.parametrize("name", these(EVERY, ["choose-state", "reasons"]))
def test_what_comes_in_one_go_on_any_dialog_ends_nowhere_in_production(name, desks, reconciled):
    """Whatever it answers here, and whatever stands on the screen after that."""
    scene = BY_NAME[name]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        before = in_production(desk)
        for typed in (*IN_ONE_GO, *IN_ONE_GO):
            if not pilot.app.is_running:
                break
            await come(pilot, typed)
        if pilot.app.is_running:
            for _ in range(10):
                await pilot.press("enter", "enter")
        assert in_production(desk) == before

    drive(scene.app(desk), script)


def in_production(desk):
    """Return the runs of this incident that act on production."""
    acts = ("deploy.production", "deploy.rollback", "release.merge", "release.tag")
    return [run for run in desk.engine().record.runs if run["step"] in acts]


async def back_to(pilot, scene):
    """Go to `scene` anew, as from the stage screen."""
    while kind(pilot) != "StageScreen":
        pilot.app.pop_screen()
        await settle(pilot)
    if scene.select:
        pilot.app.screen.go_to(scene.select)
    await press(pilot, *scene.keys)


def test_a_held_enter_comes_no_farther_than_the_confirmation(desk):
    async def script(pilot):
        await SCENE.reach(pilot)
        pilot.app.hands.every = 0.04
        for _ in range(40):
            await pilot.press("enter")
        await settle(pilot)
        assert kind(pilot) in ("RollBack", "Confirm")

    drive(SCENE.app(desk), script)
    assert begun(desk) == []
