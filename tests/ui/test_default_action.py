"""Enter does what the strip says: for every step in every state, on real screens, and back again."""

import itertools
from datetime import timedelta

import pytest
from textual.screen import Screen

from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.model.measured import answers
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.incident.rules import gates
from hotfix_tui.incident.rules.step_state import STATES
from hotfix_tui.incident.rules.views import view, views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import footer as frame_footer
from hotfix_tui.ui.presenters import default_action
from hotfix_tui.ui.presenters.default_action import Action
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.screens.stage.actions import COMMANDS, HANDLERS
from hotfix_tui.ui.screens.stage.screen import StageScreen
from hotfix_tui.ui.widgets.checklist import Checklist
from tests.ui import incidents, watches
from tests.ui.incidents import NOW, put
from tests.ui.pictures.scenes import watch
from tests.ui.scenes import BY_NAME, SCENES
from tests.ui.support import drive, footer, press, settle, strip, text

CONFIG = {
    "git": {"backports": ["release/2.2"]},
    "commands": {"test": {"run": ["make", "test"]}},
    "checklists": {"verify": [{"id": "cache", "text": "The cache was looked at"}]},
}


def bare(state="open", severity="P1", stage="verify"):
    record = new_record("ENG-1234", now=NOW, by="Ann", config=CONFIG, facts=dict(incidents.FACTS))
    record.doc.update(severity=severity, state=state, stage=stage)
    return record


@pytest.mark.parametrize("step", list(bare().definitions()))
def test_every_step_in_every_state_has_one_door(step):
    for whole, state in itertools.product(("open", "resolved", "closed"), STATES):
        record = bare(whole)
        shown = view(record, record.definition(step))._replace(state=state)
        now = default_action.of_step(record, shown)
        assert now.label and len(now.label) < 80
        assert now.step == "" or now.step in record.definitions()
        assert isinstance(now.action, Action)


def test_where_nothing_can_be_watched_the_watch_asks_for_the_verdict():
    record, served = bare(stage="monitor"), bare(stage="monitor")
    action = {
        "kind": "publishes",
        "on": "tag",
        "what": "a tag publishes the action",
        "place": "action.yml",
        "ships": "package",
    }
    put(record, "branch.preflight", "done", triggers=[action])
    at = [default_action.of_step(one, view(one, one.definition("monitor.watch"))) for one in (record, served)]
    assert [one.action for one in at] == [Action.VERDICT, Action.RUN]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_door_when_its_steps_are_settled(stage):
    for severity in ("P0", "P1", "P3"):
        record = bare(severity=severity, stage=stage)
        for found in views(record).values():
            if found.stage == stage and not found.settled:
                put(record, found.id, "done")
        for viewed in {stage, "triage"}:
            assert isinstance(default_action.of_stage(record, viewed).action, Action)


def test_each_action_has_a_handler():
    assert set(HANDLERS) == set(Action)


# What each door leads to


def described(desk):
    desk.change(lambda record: record.facts.pop("title"))


def unknown_severity(desk):
    desk.change(lambda record: record.doc.update(severity=""))


def settle_stage(record, stage):
    for found in views(record).values():
        if found.stage == stage and not found.settled and found.required.level in "RW":
            put(record, found.id, "done", 1)


def ready_for_verdict(desk):
    desk.change(lambda record: settle_stage(record, "monitor"))


def found_bad(verdict):
    def prepare(desk):
        ready_for_verdict(desk)
        desk.change(
            lambda record: record.this_round.update(verdict=verdict, verdict_at=NOW, verdict_by="Ann")
        )

    return prepare


def going_back(state):
    return lambda desk: desk.run("deploy.rollback", state, b"$ ./deploy production v2.3.4\n", minutes=1)


def too_early(desk, looked_at=True):
    """The watch runs since a minute; everything that a person looks at is done."""
    watches.configured(desk)
    watches.deployed(desk, 2)

    def change(record):
        for found in views(record).values():
            if looked_at and found.stage == "monitor" and found.required.level in "RW":
                put(record, found.id, "done", 1)
        for measured in answers(record.config):
            record.steps.pop(measured, None)
        put(record, "monitor.smoke", "done", 1, **incidents.EVIDENCE["monitor.smoke"])

    desk.change(change)
    watch(desk, "running", watches.samples(60, watches.falls), minutes=1)


def check_failed(desk):
    desk.put("pull-request.checks", "failed", 2, checks=["lint: fail"], url="https://forge.example/checks/7")


def in_the_queue(desk):
    desk.change(lambda record: put(record, "release.merge", "waiting", 1))


def ready_to_resolve(desk):
    def change(record):
        settle_stage(record, "review")
        record.facts["review.at"] = "2026-03-04 10:00 UTC"

    desk.change(change)


def ready_to_close(desk):
    ready_to_resolve(desk)

    def change(record):
        for found in views(record).values():
            if not found.settled and found.required.level in "RW":
                put(record, found.id, "done", 1)
        record.doc["state"] = "resolved"
        record.clock["resolved_at"] = NOW - timedelta(minutes=1)

    desk.change(change)


# door: stage, what is prepared, step to select, what is on top afterwards or what is true of the record
EFFECTS = {
    "facts_form": ("triage", described, "triage.describe", "Form"),
    "triage": ("triage", unknown_severity, "triage.severity", "Triage"),
    "choose": ("triage", None, "triage.rollback-first", "Choose"),
    "select": ("branch", None, "branch.preflight", lambda screen: screen.selected.id == "branch.base"),
    "run": ("branch", None, "branch.base", lambda screen: "state" in screen.record.entry("branch.base")),
    "checks": ("verify", None, "verify.test", "Trust"),  # what nobody has read runs nothing
    "findings": ("fix", BY_NAME["stage-fix"].prepare, "fix.guard", "Choose"),
    "tick": ("verify", None, "verify.reproduced", lambda screen: done(screen, "verify.reproduced")),
    "output": ("verify", BY_NAME["stage-running"].prepare, "verify.test", "Output"),
    "look": ("verify", BY_NAME["stage-unknown"].prepare, "verify.push", "Choose"),
    "again": ("release", in_the_queue, "release.merge", lambda screen: bool(list(screen.app._notifications))),
    "document": ("pull-request", None, "pull-request.body", "DocumentScreen"),
    "tick_named": ("pull-request", None, "pull-request.approval", "Form"),
    "verdict": ("monitor", ready_for_verdict, "monitor.watch", "Choose"),
    "not_fixed": ("monitor", found_bad("not-fixed"), "monitor.watch", "Choose"),
    "roll_back": ("monitor", found_bad("worse"), "monitor.watch", "RollBack"),
    "failed_check": (
        "pull-request",
        check_failed,
        "pull-request.checks",
        lambda screen: ("open", "https://forge.example/checks/7") in screen.app.browser.asked,
    ),
    "watch_log": ("monitor", too_early, "monitor.error-rate", "Output"),
    "rollback_log": ("monitor", going_back("running"), "monitor.watch", "Output"),
    "rollback_seen": ("monitor", going_back("unknown"), "monitor.watch", "Choose"),
    "message": ("communicate", None, "communicate.internal", "DocumentScreen"),
    "here": ("deploy", None, "verify.commit", lambda screen: screen.viewed == "deploy"),
    "next": (
        "monitor",
        lambda desk: (ready_for_verdict(desk), desk.change(lambda r: r.this_round.update(verdict="fixed"))),
        "monitor.smoke",
        lambda screen: screen.record.stage == screen.viewed == "communicate",
    ),
    "resolve": (
        "review",
        ready_to_resolve,
        "review.ticket",
        lambda screen: screen.record.state == "resolved",
    ),
    "close": ("review", ready_to_close, "review.ticket", "Form"),
    "incidents": ("review", BY_NAME["stage-closed"].prepare, "review.ticket", "Incidents"),
}


def done(screen, step):
    return views(screen.record)[step].state == "done"


def test_each_door_is_tried():
    assert set(EFFECTS) == set(Action) - {Action.DRILL_END}  # that page is a scene of its own


@pytest.mark.parametrize("door", EFFECTS)
def test_enter_does_what_the_strip_says(door, desks, reconciled):
    stage, prepare, step, effect = EFFECTS[door]
    desk = desks(stage)
    if prepare is not None:
        prepare(desk)

    async def script(pilot):
        stage_screen = pilot.app.screen
        stage_screen.go_to(step)
        await settle(pilot)
        now = stage_screen.primary()
        assert now.action == door
        assert f"enter: {now.label}"[:30] in strip(pilot.app)
        await press(pilot, "enter")
        top = pilot.app.screen
        if isinstance(effect, str):
            assert type(top).__name__ == effect
            await press(pilot, "escape")
        assert pilot.app.screen is stage_screen
        assert isinstance(effect, str) or effect(stage_screen)
        assert isinstance(stage_screen.focused, Checklist) or not stage_screen.work.arrangement.has_list

    drive(desk.app(), script)


def test_what_the_watch_answers_is_not_looked_at_too_early(desks, reconciled):
    """Enter leads to what a person can do meanwhile, and the bar says from when on the number is judged."""
    desk = desks("monitor")
    too_early(desk, looked_at=False)

    async def script(pilot):
        screen = pilot.app.screen
        assert screen.selected.id == "monitor.no-new-errors", "what comes by itself is no next thing"
        screen.go_to("monitor.error-rate")
        await settle(pilot)
        now = screen.primary()
        assert (now.action, now.step) == (Action.SELECT, "monitor.no-new-errors")
        assert "Error rate falls: judged by itself from 14:" in screen.painted("bar")
        known = {one.id: one for one in views(screen.record).values() if one.stage == "monitor"}
        assert gates.next_step(screen.record, known)[0] == "monitor.no-new-errors"

    drive(desk.app(), script)


@pytest.mark.parametrize(("stage", "step"), [("verify", "verify.resolved"), ("monitor", "monitor.chat")])
def test_every_item_by_hand_says_how_the_fault_is_reproduced(stage, step, desks, reconciled):
    desk = desks(stage)

    async def script(pilot):
        stage_screen = pilot.app.screen
        stage_screen.go_to(step)
        await settle(pilot)
        assert "R reproduce it" in text(pilot.app)
        await press(pilot, "R")
        said = text(pilot.app)
        assert "How do I reproduce it?" in said and "$ curl -i " in said and "right is: status 200" in said
        await press(pilot, "enter")
        assert pilot.app.screen is stage_screen
        assert any(what == "copy" and sent.startswith("curl -i ") for what, sent in desk.recorder.asked)

    drive(desk.app(), script)


# Keys


@pytest.mark.parametrize("key", keymap.KEYS, ids=lambda key: key.action)
def test_every_key_of_the_table_is_bound_to_an_action(key):
    action = key.binding(COMMANDS)
    name = action.partition("(")[0]
    assert callable(getattr(StageScreen, f"action_{name}"))
    assert (name == "command") == (key.action in COMMANDS)
    bound = StageScreen._merge_bindings().key_to_bindings
    for one in key.keys.split(","):
        assert [binding.action for binding in bound[one]] == [action]


def test_every_command_has_its_key():
    assert set(COMMANDS) <= {key.action for key in keymap.KEYS}


def test_no_two_keys_are_the_same():
    every = [one for key in keymap.KEYS for one in key.keys.split(",")]
    assert len(every) == len(set(every))
    assert sum(key.footer for key in keymap.KEYS) <= 6, "a seventh falls off at 80 columns"


def test_what_the_footer_names_is_a_key_of_the_table():
    from hotfix_tui.ui.presenters.stage_keys import BY_STAGE

    assert {name for keys in BY_STAGE.values() for name, _ in keys} <= {key.name for key in keymap.KEYS}


@pytest.mark.parametrize("screen", keymap.SCREENS)
def test_no_two_keys_of_a_screen_are_the_same(screen):
    every = [one for key in keymap.SCREENS[screen] for one in key.keys.split(",")]
    assert len(every) == len(set(every))
    assert {one.id for one in keymap.bindings(screen) if one.id} <= {key.name for key in keymap.KEYS}


def test_the_table_is_where_keys_are_bound():
    import ast
    from pathlib import Path

    ui = Path(keymap.__file__).parent
    bound = []
    for path in ui.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Binding"):
                bound.append((path.name, [ast.unparse(one) for one in node.args[:2]]))
    # ctrl+c is Textual's own key for a copy, and is only told what to press instead.
    assert [one for one in bound if one[0] != "keymap.py"] == [("app.py", ["'ctrl+c'", "'say_how_to_leave'"])]


# Every screen


def screens():
    """All screens of the product: what is in `hotfix_tui.ui.screens` and is no base of another."""
    import importlib
    import pkgutil

    import hotfix_tui.ui.screens as room

    found = {}
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        for name, item in vars(importlib.import_module(module.name)).items():
            if (
                isinstance(item, type)
                and issubclass(item, Screen)
                and item.__module__.startswith(room.__name__)
            ):
                found[name] = item
    return {
        name: item
        for name, item in found.items()
        if not any(item in other.__mro__[1:] for other in found.values())
    }


def test_every_screen_has_a_scene():
    assert {scene.screen for scene in SCENES} == set(screens())


def keys_of(screen, width):
    """The widget that names keys, the keys in their order, and those that fit, the last one first in rank."""
    if isinstance(screen, Framed):
        more = screen.more()
        every = [*list(screen.keys())[: frame_footer.MOST], more]
        return (
            screen.query_one(".frame-footer"),
            every,
            [*frame_footer.fitting(screen.keys(), width, more), more],
        )
    offered = (screen.offer().cap.strip(), screen.offer().label)
    return screen.query_one("#bar"), [offered], [offered]


ONE_OF_EACH = list({scene.screen: scene for scene in SCENES}.values())

ODD = ((60, 20), (40, 12), (20, 5), (1, 1), (80, 24))


async def go_through(pilot, sizes):
    """Take the screen through `sizes`, the last of them the one it has; it is as it was afterwards."""
    app = pilot.app
    before, top = text(app), app.screen
    for size in sizes:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert app.is_running and app.screen is top, size
        assert app.size == size
    await settle(pilot)
    assert text(app) == before, "after odd sizes"


DAILY = [
    BY_NAME[name]
    for name in ("stage-running", "confirm-production", "document-message", "form-waive", "trust")
]
"""A screen of each build: stages, a decision, a text, a form, rows that fill the screen."""


@pytest.mark.parametrize(
    "scene",
    [
        scene if scene in DAILY else pytest.param(scene, marks=pytest.mark.full)
        for scene in [*ONE_OF_EACH, BY_NAME["stage-running"]]
    ],
    ids=lambda scene: scene.name,
)
def test_keys_fit_and_escape_leads_back(scene, desks, reconciled):
    """At 80, 60 and 40 columns the last line holds whole keys and the way on; Esc goes back screen by screen.

    Before that no size is too odd for the screen: it is as it was afterwards.
    """
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        await go_through(pilot, ODD)
        app = pilot.app
        for width in (80, 60, 40):
            await pilot.resize_terminal(width, 24)
            await settle(pilot)
            bar, every, fitting = keys_of(app.screen, width)
            assert fitting[-1] == every[-1], "the last key is always there"
            assert fitting[:-1] == every[: len(fitting) - 1], "whole keys, in their order"
            place = bar.content_region
            assert place.x >= 0 and place.right <= width and 0 <= place.y < 24
            line = text(app).splitlines()[place.y][place.x : place.right]
            named = " ".join(" ".join(pair) for pair in fitting).split()
            shown = line.split()[: len(named)]
            cut = next((at for at, word in enumerate(shown) if word.endswith("…")), len(named))
            assert cut == len(named) or width < 80, "a label is whole at 80 columns"
            assert shown[:cut] == named[:cut]
        if scene.screen == "StageScreen":
            assert footer(app).endswith("? more")
        while len(app.screen_stack) > 1:
            before = list(app.screen_stack)
            await press(pilot, "escape")
            assert app.screen_stack == before[:-1]
        first = app.screen
        await press(pilot, "escape")
        assert app.screen is first and app.is_running
        if isinstance(first, StageScreen):
            assert isinstance(first.focused, Checklist) or not first.work.arrangement.has_list

    drive(scene.app(desk), script)


def test_the_selection_is_what_enter_acts_on(desks, reconciled):
    """Whatever is selected by arrow keys is named in the strip, row by row."""

    async def script(pilot):
        screen = pilot.app.screen
        await press(pilot, "up", "up", "up")
        for found in screen.steps.steps:
            assert screen.selected.id == found.id
            named = screen.primary()
            assert named.step in ("", found.id) or named.action == "select"
            shown = strip(pilot.app)
            assert named.label[:20] in shown or (screen.scene().refused and "Cannot" in shown)
            await press(pilot, "down")

    drive(desks("verify").app(), script)


def test_go_there_leads_out_of_the_document_that_cannot_go(desks, reconciled):
    """A resolved message without a good verdict: the way to the verdict must not end in the same document."""
    desk = desks("communicate")
    desk.change(lambda record: record.this_round.update(verdict="not-enough-data"))

    async def script(pilot):
        app = pilot.app
        app.screen.go_to("communicate.internal")
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "DocumentScreen"
        app.problem(gates.Refused(gates.unresolved(app.engine.record)))
        await settle(pilot)
        assert type(app.screen).__name__ == "Reasons"
        await press(pilot, "enter")
        assert isinstance(app.screen, StageScreen)
        assert app.screen.selected.id == "monitor.watch"
        assert strip(app).rstrip().endswith("enter: Watch production")

    drive(desk.app(), script)


def test_a_message_under_embargo_says_that_it_waits_and_enter_says_why(desks, reconciled):
    scene = BY_NAME["document-embargo"]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        assert strip(pilot.app).rstrip().endswith("enter: See why it waits")
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Reasons"
        assert "Under embargo" in text(pilot.app)

    drive(scene.app(desk), script)


# What is owed


def test_enter_never_insists_on_what_may_wait(desks, reconciled):
    """At P0 approval is owed: with the rest of the stage done, enter goes on; the approval can be chosen."""
    desk = desks("pull-request", "P0")

    def change(record):
        for found in views(record).values():
            if found.stage == "pull-request" and found.id != "pull-request.approval" and not found.settled:
                put(record, found.id, "done", 1)

    desk.change(change)

    async def script(pilot):
        screen = pilot.app.screen
        screen.go_to("pull-request.body")
        await settle(pilot)
        assert screen.primary().action == Action.NEXT
        assert "may wait: Approv" in screen.painted("bar")
        screen.go_to("pull-request.approval")
        await settle(pilot)
        assert screen.primary().step == "pull-request.approval"

    drive(desk.app(), script)


def test_what_is_owed_comes_once_production_is_well_again(desks):
    desk = desks("monitor", "P0")
    record = desk.engine().record
    owed = [one for one in views(record).values() if one.required.debt and not one.settled]
    assert owed and all(gates.may_wait(record, one) for one in owed if one.state != "failed")
    assert gates.next_step(record)[0] not in {one.id for one in owed}
    desk.change(lambda r: r.this_round.update(verdict="fixed", verdict_at=NOW, verdict_by="Ann"))
    record = desk.engine().record
    assert not any(gates.may_wait(record, one) for one in views(record).values())


@pytest.mark.parametrize("failed", ["verify.test", "verify.typecheck", "verify.build"])
@pytest.mark.parametrize("state", ["failed", "waived"])
def test_the_proof_is_promised_only_where_no_check_failed(failed, state):
    """It is not started while a failure waits to be looked at."""
    config = {"commands": {name: {"run": [name]} for name in ("setup", "test", "typecheck", "build")}}
    record = new_record("ENG-1234", now=NOW, by="Ann", config=config, facts=dict(incidents.FACTS))
    record.doc.update(severity="P1", state="open", stage="verify")
    for step in ("verify.test", "verify.typecheck", "verify.build"):
        put(record, step, "done")
    put(record, failed, "failed")
    put(record, "verify.setup", "stale")
    if state == "waived":
        waiver = {"step": failed, "round": 1, "severity": "P1", "by": "Ann"}
        record.doc["waivers"] = [{**waiver, "granted_by": "Marta", "why": "known"}]
    shown = view(record, record.definition("verify.setup"))
    names = [check.id for check in default_action.checks_together(record, shown._replace(state="stale"))]
    assert ("verify.proof" in names) == (state == "waived")
