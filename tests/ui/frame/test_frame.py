"""The parts of the frame at every width: nothing wider than the screen, the important part never left out."""

import collections
import itertools
from datetime import timedelta

import pytest

from hotfix_tui.base.times import clock_time
from hotfix_tui.incident.model.catalog import SHORT_TITLES, STEPS, short_title
from hotfix_tui.incident.rules.step_state import STATES
from hotfix_tui.incident.rules.views import views
from hotfix_tui.steps.contract import Choice, Plan
from hotfix_tui.ui.frame import arrangement, bar, card, checklist, evidence, footer, header, rail, stops
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.presenters import default_action, offer, stage_keys
from hotfix_tui.ui.presenters.default_action import Action, DefaultAction
from tests import typed
from tests.ui import prepared
from tests.ui.incidents import NOW
from tests.ui.test_default_action import bare

WIDE = "购物车总价遗漏最后一个价格" * 20 + "x" * 300

WIDTHS = (40, 60, 72, 80, 110, 120, 200)


def scene_of(desk, stage, selected="", now=NOW):
    record = desk.engine().record
    known = views(record)
    here = [one for one in known.values() if one.stage == stage]
    chosen = known[selected] if selected else next((one for one in here if not one.settled), here[0])
    return Scene(record, known, stage, chosen, now)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_part_is_wider_than_the_screen(desks, width):
    desk = desks("verify")
    desk.change(lambda record: record.facts.update(title=WIDE))
    scene = scene_of(desk, "verify")
    parts = [
        *header.paint(scene.record, NOW, width),
        *rail.paint(scene.record, scene.views, "verify", width),
        *bar.paint(bar.Bar("act", "Tick: the fix resolves it", "2 checks still run", "x" * 300), width),
        *footer.paint(
            [("space", "tick"), ("p", "panes"), ("o", "output"), ("x", "stop"), ("n", "note")], width
        ),
        *(row.content for row in checklist.paint(scene, width, 20, sentences=width > 72)),
        *card.paint(scene, width, 20),
    ]
    assert [row.plain for row in parts if row.cell_length > width] == []


def test_the_time_left_stays_and_the_rest_goes_in_its_order(desks):
    record = desks("verify").engine().record
    for width in (120, 80, 60, 44):
        assert "3 h 13 m left" in header.paint(record, NOW, width)[0].plain
    assert "detected 13:36 UTC" in header.paint(record, NOW, 120)[0].plain
    at_80 = header.paint(record, NOW, 80)[0].plain
    assert "detected" not in at_80
    assert "message in" in at_80


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "message in 18 m"), (18, "message due now"), (26, "message 8 m late")],
)
def test_the_message_is_said_as_it_falls_due(desks, minutes, words):
    record = desks("verify").engine().record
    assert words in header.paint(record, NOW + timedelta(minutes=minutes), 80)[0].plain


def test_a_message_that_is_late_stays_longer_than_the_title(desks):
    record = desks("verify").engine().record
    row = header.paint(record, NOW + timedelta(minutes=26), 66)[0].plain
    assert "8 m late" in row


def test_the_ticket_is_never_cut_for_a_message(desks):
    record = desks("verify").engine().record
    row = header.paint(record, NOW + timedelta(minutes=12), 40)[0].plain
    assert "ENG-1234" in row
    assert "left" in row


def test_overdue_is_said(desks):
    record = desks("verify").engine().record
    assert "overdue 12 m" in header.paint(record, NOW + timedelta(hours=3, minutes=25), 80)[0].plain


def test_not_saved_takes_the_place_of_the_message(desks):
    record = desks("verify").engine().record
    row = header.paint(record, NOW, 80, not_saved="the disk is full")[0].plain
    assert "NOT SAVED" in row
    assert "message in" not in row
    assert "left" in row


def test_the_rail_takes_the_widest_form_that_fits(desks):
    scene = scene_of(desks("verify"), "verify")
    at_120 = rail.paint(scene.record, scene.views, "verify", 120)[0].plain
    assert "Communicate" in at_120
    at_80 = rail.paint(scene.record, scene.views, "verify", 80)[0].plain
    assert "▸ Verify" in at_80
    assert "Comm" in at_80
    assert "Communicate" not in at_80
    narrow = rail.paint(scene.record, scene.views, "verify", 60)[0].plain
    assert "4 of" in narrow


@pytest.mark.parametrize("stage", stops.SHORT_NAMES)
def test_the_rail_fits_into_80_columns_whatever_stage_is_viewed(desks, stage):
    scene = scene_of(desks("verify"), "verify")
    row = rail.paint(scene.record, scene.views, stage, 80)[0].plain
    assert rows.width_of(row) <= 80
    assert "…" not in row


def test_a_click_on_a_stage_finds_it(desks):
    scene = scene_of(desks("verify"), "verify")
    row = rail.paint(scene.record, scene.views, "verify", 80)[0].plain
    found = rail.stage_at(scene.record, scene.views, "verify", 80, row.index("Mon"))
    assert found == "monitor"


def test_what_is_put_off_into_a_later_stage_is_not_yet_owed_there(desks):
    scene = scene_of(desks("verify"), "verify")
    signs = {stop.stage: stop.sign for stop in stops.stops(scene.record, scene.views, "verify")}
    assert signs["monitor"] == "○"


def test_where_the_work_is_stays_marked_whatever_failed_there(desks):
    desk = desks("verify")
    prepared.test_failed(desk)
    scene = scene_of(desk, "verify")
    signs = {stop.stage: stop.sign for stop in stops.stops(scene.record, scene.views, "fix")}
    assert signs["verify"] == glyphs.HERE


def test_a_debt_of_a_stage_that_was_passed_is_shown(desks):
    desk = desks("deploy", "P0")
    prepared.deployed_early(desk)
    scene = scene_of(desk, "deploy")
    signs = {stop.stage: stop.sign for stop in stops.stops(scene.record, scene.views, "deploy")}
    assert signs["pull-request"] == "●"


def test_the_label_of_the_bar_is_whole_at_80_and_the_note_gives_way():
    label = "x" * bar.LONGEST
    row = bar.paint(bar.Bar("act", label, "y" * 30), 80)[0].plain
    assert label in row
    assert "y" not in row


def test_how_far_enter_reaches_stays_beside_the_longest_label():
    for kind in ("out", "prod"):
        note = f"{bar.REACH[kind]} · asks first"
        row = bar.paint(bar.Bar(kind, "x" * bar.LONGEST, note), 80)[0].plain
        assert bar.REACH[kind] in row


@pytest.mark.parametrize("label", ["Roll back to v2.3.4", "Deploy 518e8b4 to production", "x" * bar.LONGEST])
@pytest.mark.parametrize(("kind", "word"), [("prod", "PRODUCTION"), ("out", "leaves")])
@pytest.mark.parametrize("width", [30, 40, 60])
def test_how_far_enter_reaches_stays_in_a_narrow_bar_and_the_label_gives_way(kind, word, width, label):
    for after in ("", " · asks first", " · asks for the ticket"):
        row = bar.paint(bar.Bar(kind, label, f"{bar.REACH[kind]}{after}"), width, 1)[0]
        said = row.plain.removeprefix(bar.CAP).strip()
        assert row.cell_length == width and word in row.plain, row.plain
        assert label in said or said.split("…")[0] == label[: said.index("…")], row.plain


@pytest.mark.parametrize("note", ["", "on this machine", "F5 saves", "why not"])
def test_a_narrow_bar_that_reaches_no_further_keeps_its_label(note):
    for kind in ("act", "idle"):
        label = "Tick: support tickets stop now"
        assert label in bar.paint(bar.Bar(kind, label, note), 40, 1)[0].plain


def test_what_is_no_reach_never_takes_room_from_the_label():
    for kind in ("out", "prod"):
        label = "Roll back to v2.3.4 at once, now"
        assert label in bar.paint(bar.Bar(kind, label, "one moment…"), 40, 1)[0].plain


def test_the_second_row_ends_with_a_whole_sentence_and_says_that_there_is_more():
    said = "Title, when it was detected, what users see. Three lines are enough to start."
    row = bar.paint(bar.Bar("act", "Describe the fault", "", said), 80)[1].plain.rstrip()
    assert row.endswith("what users see. …")
    reasons = " · ".join(f"reason {number} of quite some length" for number in range(4))
    row = bar.paint(bar.Bar("idle", "Cannot push yet", "", reasons), 80)[1].plain.rstrip()
    assert row.endswith("reason 1 of quite some length · …")


def test_how_many_commands_there_are_stays_behind_a_long_one():
    one = bar.Bar(
        "act", "Create the branch", "", "git worktree add " + "x" * 90, command=True, tail="(2 commands)"
    )
    row = bar.paint(one, 80)[1].plain
    assert row.lstrip().startswith("$ git worktree add x")
    assert row.rstrip().endswith("…   (2 commands)")


def test_what_each_step_is_fits_into_the_bar():
    """The first sentence of it, at least: the card has the rest."""
    room = 80 - len(bar.CAP) - 1
    cut = {
        step.id: step.help
        for step in STEPS.values()
        if len(step.help) > room and len(step.help.split(". ")[0] + ". …") > room
    }
    assert cut == {}


def bar_of(record, step, plan, *ways):
    """Return what the bar says of `step`, which would do `plan` in one of `ways`."""
    known = views(record)
    scene = Scene(record, known, known[step].stage, known[step], NOW, plan=plan, choices=ways)
    return offer.of(scene, default_action.of_step(record, known[step]), by="Ann")


def test_where_enter_asks_for_the_way_the_bar_says_so():
    ways = [Choice("patch", "Apply the patch"), Choice("look", "Look at the change")]
    plan = Plan("Look at the change", by_hand="1. Change it.\n2. Come back.")
    record = bare(stage="fix")
    asks = bar_of(record, "fix.change", plan, *ways)
    assert asks.label == "Choose: make the minimal change"
    assert asks.second == "Apply the patch · Look at the change" and not asks.command
    at_once = ways[0]._replace(at_once="Apply the patch")
    assert not bar_of(record, "fix.change", plan, at_once, ways[1]).label.startswith("Choose")
    assert not bar_of(record, "fix.change", plan, ways[0]).label.startswith("Choose")


def test_what_is_done_by_hand_is_not_cut_to_the_number_of_its_first_step():
    said = bar_of(
        bare(stage="fix"), "fix.change", Plan("Look", by_hand="1. Change it.\n2. Come back, at last.")
    )
    assert bar.paint(said, 40)[1].plain.strip() == "Change it. …"


def test_before_a_failed_step_is_tried_again_the_bar_says_what_was_wrong():
    record = bare(stage="branch")
    typed.put(record, "branch.preflight", "failed", {"why": "git is too old"}, at=NOW, by="Ann")
    assert bar_of(record, "branch.preflight", Plan("Look at the repository")).second == "git is too old"


@pytest.mark.parametrize("action", [Action.VERDICT, Action.RESOLVE, Action.CLOSE])
def test_what_ends_a_round_or_the_incident_is_told_before_enter_does_it(action):
    record = bare(stage="monitor")
    typed.put(
        record,
        "monitor.watch",
        "done",
        {"proposed": "not-fixed", "proposed_why": "errors rose"},
        at=NOW,
        by="Ann",
    )
    known = views(record)
    scene = Scene(record, known, "monitor", known["monitor.watch"], NOW)
    said = offer.of(scene, DefaultAction("It", action, "monitor.watch"), by="Ann")
    assert said.second.endswith(".") and said.second != known["monitor.watch"].step.help
    assert bar.paint(said, 80)[1].plain.strip() == said.second
    assert ("errors rose" in said.second) == (action == Action.VERDICT)


IN_PRODUCTION = {"deploy.production"}
"""Steps with which enter changes production, where no push deploys."""


@pytest.mark.parametrize("severity", ["P0", "P1", "P2", "P3"])
def test_every_step_says_in_the_bar_how_far_enter_reaches(severity):
    """Whatever its state, the label is whole and the word is next to it at 80 columns."""
    record = bare(severity=severity)
    known = views(record)
    seen: dict[str, set[str]] = collections.defaultdict(set)
    for view, state in itertools.product(known.values(), STATES):
        shown = view._replace(state=state)
        scene = Scene(record, known, view.stage, shown, NOW)
        said = offer.of(scene, default_action.of_step(record, shown), by="Ann")
        row = bar.paint(said, 80)[0].plain
        assert said.label in row, (view.id, row)
        if said.kind != "idle":
            assert bar.REACH[said.kind] in row, (view.id, row)
        if said.kind in ("out", "prod"):
            narrow = bar.paint(said, 40, 1)[0].plain
            assert ("PRODUCTION" if said.kind == "prod" else "leaves") in narrow, (view.id, narrow)
        if said.kind not in ("idle", "act"):
            assert (said.kind == "prod") == (view.id in IN_PRODUCTION), (view.id, state, row)
        if state == "pending":
            seen[said.kind].add(view.id)
    assert seen["prod"] == IN_PRODUCTION and {"verify.push", "release.merge"} <= seen["out"]


@pytest.mark.parametrize("stage", stage_keys.BY_STAGE)
def test_the_footer_of_a_stage_has_room_for_all_its_keys(stage):
    keys = stage_keys.of(stage)
    assert footer.fitting(keys, 80) == list(keys)
    assert len(keys) <= footer.MOST


def test_what_runs_is_readable_on_the_selected_row():
    """The terminal's own cyan is not to be seen on its blue: the row has a colour of its own for it."""
    record = bare()
    known = views(record)
    here = known["verify.test"]._replace(state="running")
    scene = Scene(record, {**known, here.id: here}, "verify", here, NOW)
    row = next(row.content for row in checklist.paint(scene, 40, 40) if row.step == here.id)
    said = {str(span.style) for span in row.spans}
    assert "$sel-key" in said and "$key" not in said


def test_all_states_in_one_list():
    """Each state has its sign and its word in the list, whatever the step."""
    record = bare()
    here = [one for one in views(record).values() if one.stage == "verify"]
    mixed = {one.id: one._replace(state=state) for one, state in zip(here, STATES, strict=False)}
    scene = Scene(record, {**views(record), **mixed}, "verify", here[-1], NOW)
    shown = {row.step: row.content.plain for row in checklist.paint(scene, 40, 40)}
    assert {one.state for one in mixed.values()} == set(STATES)
    for one in mixed.values():
        sign, said = glyphs.BY_STATE[one.state], evidence.word(scene, one)[0]
        assert f" {sign} " in shown[one.id] and shown[one.id].rstrip().endswith(said), shown[one.id]


def test_the_reach_is_said_in_words():
    assert "PRODUCTION" in bar.paint(bar.Bar("prod", "Deploy", bar.REACH["prod"]), 80)[0].plain


def test_keys_that_do_not_fit_are_left_out_whole_and_more_stays():
    keys = [("space", "tick"), ("p", "panes"), ("o", "output"), ("x", "stop"), ("n", "note")]
    assert len(footer.fitting(keys, 80)) == 5
    assert footer.fitting(keys, 40) == keys[:3]
    assert footer.paint(keys, 40)[0].plain.endswith("? more ")


def test_the_selection_is_always_in_sight(desks):
    desk = desks("verify")
    for view in scene_of(desk, "verify").here():
        shown = checklist.paint(scene_of(desk, "verify", view.id), 30, 10)
        assert view.id in [row.step for row in shown]
        assert len(shown) == 10


def test_a_list_that_scrolls_says_how_many_are_out_of_sight(desks):
    desk = desks("verify")
    last = scene_of(desk, "verify").here()[-1].id
    first = scene_of(desk, "verify").here()[0].id
    assert "more" in checklist.paint(scene_of(desk, "verify", last), 30, 10)[1].content.plain
    assert "more" in checklist.paint(scene_of(desk, "verify", first), 30, 10)[-1].content.plain


def test_groups_keep_the_working_order(desks):
    for stage in ("verify", "pull-request", "monitor", "review"):
        scene = scene_of(desks(stage), stage)
        listed = [row.step for row in checklist.paint(scene, 60, 60) if row.step]
        assert listed == [one.id for one in scene.here()]


def test_short_titles_are_short_and_of_steps():
    assert set(SHORT_TITLES) <= set(STEPS)
    assert {step: title for step, title in SHORT_TITLES.items() if len(title) > 18} == {}
    shown = {step.id: SHORT_TITLES.get(step.id, step.title) for step in STEPS.values()}
    assert {step: title for step, title in shown.items() if len(title) > 24} == {}


def test_the_card_says_why_before_it_says_what(desks):
    desk = desks("verify")
    prepared.stale(desk)
    scene = scene_of(desk, "verify", "verify.resolved")
    said = [row.plain for row in card.paint(scene, 49, 4)]
    assert "stale" in said[0]


@pytest.mark.parametrize("state", ["done", "failed", "stale", "pending"])
@pytest.mark.parametrize("step", ["fix.guard", "branch.base", "verify.resolved", "monitor.watch"])
def test_the_title_of_a_card_is_whole_and_the_time_of_its_state_gives_way(step, state):
    record = bare()
    known = views(record)
    here = known[step]._replace(state=state, at=NOW)
    scene = Scene(record, {**known, step: here}, here.stage, here, NOW)
    narrow, wide = (card.paint(scene, width, 12)[0].plain for width in (36, 60))
    for rule in (narrow, wide):
        assert f" {short_title(here.step)} " in rule, rule
    if state != "pending":
        for rule in (narrow, wide):
            assert f"{glyphs.BY_STATE[state]} {evidence.WORDS[state]}" in rule, rule
        # What is done without other evidence has its time in the list, as its word.
        assert (clock_time(NOW) in wide) == (state != "done"), wide


@pytest.mark.parametrize(
    ("stage", "size", "name"),
    [
        ("verify", (120, 40), "wide"),
        ("verify", (80, 24), "beside"),
        ("verify", (120, 29), "beside"),
        ("branch", (80, 24), "above"),
        ("backport", (120, 40), "alone"),
        ("communicate", (80, 24), "alone"),
        ("verify", (71, 24), "narrow"),
        ("branch", (80, 17), "narrow"),
    ],
)
def test_one_rule_arranges_by_stage_and_size(stage, size, name):
    assert arrangement.choose(stage, *size).name == name
