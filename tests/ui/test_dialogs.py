"""Nothing irreversible happens by type-ahead, a held key or a paste; and what is meant does happen."""

import asyncio
import json

import pytest
from rich.cells import cell_len
from textual import events

from hotfix_tui.incident.model.catalog import IRREVERSIBLE
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.rules.gates import VERDICTS
from hotfix_tui.steps.contract import Plan
from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.screens.choose import Choose, Option, prompt
from hotfix_tui.ui.screens.stage import menus
from tests import typed
from tests.ui import world
from tests.ui.incidents import NOW
from tests.ui.scenes import BY_NAME, SCENES
from tests.ui.support import come, drive, press, settle, text
from tests.ui.test_default_action import bare

LEAVES = (*IRREVERSIBLE, "deploy.rollback", "pull-request.create", "verify.staging")


class Watched:
    """What must not change while keys are pressed that nobody meant."""

    def __init__(self, desk):
        self.desk = desk
        self.before = self.now()

    def now(self):
        if "ENG-1234" not in self.desk.store.ids():
            return None
        record = self.desk.engine().record
        refs = world.Git(self.desk.folder / "remotes" / "shop" / "shop.git")("for-each-ref")
        acts = [
            run["step"] for run in record.runs if run["step"] in LEAVES or run["step"].startswith("backport.")
        ]
        sent = len(record.messages)
        return refs, acts, sent, record.state, trusted()

    def unchanged(self):
        return self.now() == self.before


def trusted():
    from pathlib import Path

    from hotfix_tui.session import places

    return sorted(path.name for path in Path(places.state_root(), "trust").glob("*"))


STAGES = ("stage-release", "stage-deploy", "stage-verify", "stage-review", "stage-resolved")
DIALOGS = [scene for scene in SCENES if scene.screen != "StageScreen" or scene.name in STAGES]
DAILY = [
    scene
    for scene in DIALOGS
    if scene.screen in ("StageScreen", "Confirm", "RollBack", "Trust")
    or scene.name in ("by-hand", "form-waive", "document-embargo")
]
"""All that lead to what cannot be undone."""


@pytest.mark.parametrize(
    "scene",
    [scene if scene in DAILY else pytest.param(scene, marks=pytest.mark.full) for scene in DIALOGS],
    ids=lambda scene: scene.name,
)
def test_keys_that_nobody_meant_start_nothing_irreversible(scene, desks, reconciled):
    """A paste, with brackets and without, a held key, and one Enter too many, ten times, while screens open."""
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        watched = Watched(desk)
        pilot.app.post_message(events.Paste("ENG-1234\r"))
        await pilot.pause()
        await come(pilot, "ENG-1234\r")
        assert watched.now() == watched.before, "a paste"
        for every, what in ((0.04, "a held key"), (0.1, "ten times enter")):
            pilot.app.hands.every = every
            for _ in range(10):
                if not pilot.app.is_running:
                    break
                await pilot.press("enter")
                await asyncio.sleep(0.01)
            if pilot.app.is_running:
                await settle(pilot)
            assert watched.now() == watched.before, what

    drive(scene.app(desk), script)


@pytest.fixture
def push(desks, reconciled):
    scene = BY_NAME["confirm-push"]
    return scene, desks(scene.stage)


@pytest.fixture
def production(desks, reconciled):
    scene = BY_NAME["confirm-production"]
    desk = desks(scene.stage)
    return scene, desk


def begun(desk):
    return [run["step"] for run in desk.engine().record.runs]


def test_a_held_enter_confirms_nothing(push):
    scene, desk = push

    async def script(pilot):
        await scene.reach(pilot)
        pilot.app.hands.every = 0.04
        for _ in range(30):
            await pilot.press("enter")
        assert type(pilot.app.screen).__name__ == "Confirm"
        assert begun(desk) == []

    drive(scene.app(desk), script)


def test_one_deliberate_enter_pushes_exactly_this_branch(push):
    scene, desk = push

    async def script(pilot):
        await scene.reach(pilot)
        await press(pilot, "enter")
        assert begun(desk) == ["verify.push"]
        async with asyncio.timeout(240):
            while pilot.app.engine.record.steps["verify.push"]["state"] == "running":
                await pilot.pause(0.1)
        assert pilot.app.engine.record.steps["verify.push"]["state"] == "done"

    drive(scene.app(desk), script)
    refs = world.Git(desk.folder / "remotes" / "shop" / "shop.git")("for-each-ref", "--format=%(refname)")
    assert f"refs/heads/{world.BRANCH}" in refs.split()


def test_esc_confirms_nothing(push):
    scene, desk = push

    async def script(pilot):
        await scene.reach(pilot)
        await press(pilot, "escape")
        assert type(pilot.app.screen).__name__ == "StageScreen"
        assert begun(desk) == []

    drive(scene.app(desk), script)


def word_field(pilot):
    return pilot.app.screen.query_one("#word")


def test_what_is_typed_in_the_first_moments_is_not_heard(production):
    scene, desk = production

    async def script(pilot):
        await scene.reach(pilot)
        pilot.app.hands.every = 0.05  # from the moment on in which the dialog stands
        await pilot.press(*"ENG", "minus", *"1234", "enter")
        assert word_field(pilot).value == ""
        assert begun(desk) == []

    drive(scene.app(desk), script)


@pytest.mark.parametrize("scene", ["confirm-push", "confirm-embargo", "confirm-production"])
def test_what_enter_will_do_is_read_from_the_first_picture_on(scene, desks, reconciled):
    """Only the colour and the note change once keys count: nobody reads the dialog twice."""
    found = BY_NAME[scene]
    desk = desks(found.stage, found.severity)

    async def script(pilot):
        await found.reach(pilot)
        dialog = pilot.app.screen
        later = dialog.offer()
        dialog.stands = False
        first = dialog.offer()
        assert (first.label, first.second) == (later.label, later.second)
        assert (first.kind, first.note) == ("idle", "a moment…") and later.note != first.note
        dialog.show_keys()
        await pilot.pause()
        assert later.label in text(pilot.app) and "a moment…" in text(pilot.app)
        dialog.stands = True

    drive(found.app(desk), script)


def test_a_paste_of_the_word_confirms_nothing(production):
    scene, desk = production

    async def script(pilot):
        await scene.reach(pilot)
        pilot.app.post_message(events.Paste("ENG-1234\r"))
        await settle(pilot)
        assert word_field(pilot).value == ""
        for _ in range(20):
            await pilot.press("enter")
        assert type(pilot.app.screen).__name__ == "Confirm"
        assert begun(desk) == []
        await press(pilot, "escape", "n")
        pilot.app.post_message(events.Paste("ENG-1234\r"))
        await settle(pilot)
        assert pilot.app.screen.query_one("#field-0").value == "ENG-1234", "elsewhere a paste is welcome"

    drive(scene.app(desk), script)


def test_another_word_confirms_nothing(production):
    scene, desk = production

    async def script(pilot):
        await scene.reach(pilot)
        field = word_field(pilot)
        for word in ("", "ENG-123", "ENG-12345", "eng-1234", "yes", "y", "ENG-99"):
            field.value = ""
            for letter in word:
                await pilot.press("minus" if letter == "-" else letter)
            assert field.value == word
            await pilot.press("enter", "enter", "enter")
            assert type(pilot.app.screen).__name__ == "Confirm"
        await settle(pilot)
        assert begun(desk) == []
        assert pilot.app.screen.offer().second == "Nothing has happened. Type ENG-1234 to go on."
        field.value = "ENG-1234"
        await pilot.pause()
        said = pilot.app.screen.offer()
        assert (said.label, said.second) == ("Deploy now", ""), "what is done is asked for no longer"

    drive(scene.app(desk), script)


def test_the_typed_word_deploys_once(production):
    scene, desk = production
    desk.trust()

    async def script(pilot):
        await scene.reach(pilot)
        assert pilot.app.focused is word_field(pilot), "the focus is where the word is typed"
        for letter in "ENG-1234":
            await pilot.press("minus" if letter == "-" else letter)
        await press(pilot, "enter", "enter", "enter", "escape")
        assert begun(desk) == ["deploy.production", "monitor.watch"], "once, and the watch with it"

    drive(scene.app(desk), script)


def test_rows_below_the_edge_are_counted_until_they_were_read(production):
    scene, desk = production

    def lower(pilot):
        return pilot.app.screen.query_one("#frame").border_subtitle

    async def script(pilot):
        await scene.reach(pilot)
        assert "more" not in lower(pilot), "all of it is there to be read"
        await pilot.resize_terminal(60, 18)
        await settle(pilot)
        assert "↓" in lower(pilot) and "more" in lower(pilot)
        await press(pilot, *["pagedown"] * 4)
        assert "more" not in lower(pilot)

    drive(scene.app(desk), script)


def test_trust_is_given_by_one_deliberate_y_only(desks, reconciled):
    scene = BY_NAME["trust"]
    desk = desks(scene.stage)

    async def script(pilot):
        await scene.reach(pilot)
        pilot.app.hands.every = 0.04
        for _ in range(20):
            await pilot.press("y")
        await press(pilot, "enter", "space")
        assert trusted() == []
        pilot.app.hands.every = 2.0
        await press(pilot, *["down"] * 10)  # all of it has been there to be read
        await press(pilot, "y")
        assert len(trusted()) == 1
        await settle(pilot)
        assert "verify.test" in begun(desk), "what enter was pressed for runs, once it may"

    drive(scene.app(desk), script)


def test_what_was_confirmed_is_confirmed_again_after_its_commands_were_read(production):
    scene, desk = production

    async def script(pilot):
        await scene.reach(pilot)
        letters = ["minus" if letter == "-" else letter for letter in "ENG-1234"]
        for letter in letters:
            await pilot.press(letter)
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Trust" and begun(desk) == []
        await press(pilot, *["down"] * 10, "y")
        assert type(pilot.app.screen).__name__ == "Confirm" and begun(desk) == []
        for letter in letters:
            await pilot.press(letter)
        await press(pilot, "enter")
        assert begun(desk)[:1] == ["deploy.production"]

    drive(scene.app(desk), script)


def test_what_was_typed_is_durable_within_a_second(desks, reconciled):
    desk = desks("triage")
    BY_NAME["stage-triage"].prepare(desk)

    def kept():
        """What was kept of it: letters that come slowly may be kept one by one."""
        drafts = [desk.store.draft_read("ENG-1234", name) for name in desk.store.drafts("ENG-1234")]
        return [json.loads(text)["title"] for text in drafts if text]

    async def script(pilot):
        await press(pilot, "enter")
        await pilot.press(*"sums")
        async with asyncio.timeout(240):
            while kept() != ["sums"]:
                await pilot.pause(0.05)
        await press(pilot, "escape", "enter")
        assert pilot.app.screen.query_one("#field-0").value == "sums"

    drive(desk.app(), script)


def test_letters_are_letters_in_a_text_field(desks, reconciled):
    """No key of the stage acts while something is typed, and Esc gives the keys back."""
    desk = desks("verify")

    async def script(pilot):
        await press(pilot, "n")
        form = pilot.app.screen
        for letter in "qxrUtiwdfsael":
            await pilot.press(letter)
        assert pilot.app.screen is form
        assert form.query_one("#field-0").value == "qxrUtiwdfsael"
        await press(pilot, "escape")
        await press(pilot, "t")
        assert type(pilot.app.screen).__name__ == "Timeline"

    drive(desk.app(), script)


def test_where_nothing_can_be_asked_the_wizard_does_not_promise_to_look():
    known = [one.name for one in menus.by_hand(Plan("Deploy", by_hand="1. Deploy it."))]
    told = [
        one.name for one in menus.by_hand(Plan("Deploy", by_hand="1. Deploy it.", told=True, url="https://x"))
    ]
    assert known == ["again", "tick"] and told == ["open", "tick"]


@pytest.mark.parametrize(
    ("taken_off", "proposed", "first"),
    [
        ("", "", "fixed"),
        ("", "fixed", "fixed"),
        ("b" * 40, "", "not-fixed"),
        ("b" * 40, "fixed", "not-fixed"),
        ("b" * 40, "worse", "worse"),
    ],
)
def test_what_was_taken_off_production_is_not_proposed_to_be_fixed(taken_off, proposed, first):
    record = bare(stage="monitor")
    typed.put(record, "verify.commit", "done", {"commit": "b" * 40}, at=NOW, by="Ann")
    if taken_off:
        typed.put(record, "deploy.rollback", "done", {"taken_off": taken_off}, at=NOW, by="Ann")
    if proposed:
        typed.put(record, "monitor.watch", "done", {"proposed": proposed}, at=NOW, by="Ann")
    offered = [way.name for way in menus.verdicts(record)]
    assert offered[0] == first and sorted(offered) == sorted(VERDICTS)


@pytest.mark.parametrize(
    ("copied", "url", "names"),
    [
        ("cd /srv/shop.hotfix", "", ["again", "tick", "copy"]),
        ("# The title\n\nThe body", "", ["copy", "again", "tick"]),
        ("The title", "https://x", ["copy", "open", "again", "tick"]),
    ],
)
def test_a_line_to_begin_with_is_named_and_not_what_enter_proposes(copied, url, names):
    ways = menus.by_hand(Plan("Do it", by_hand="1. Do it.", clipboard=copied, url=url))
    assert [way.name for way in ways] == names
    assert (f"Copy {copied}" in [way.title for way in ways]) == (names[-1] == "copy")


def test_every_row_of_a_choice_stands_behind_its_title():
    said = "Helps users now; the hotfix then starts from what was taken off production, 购物车总价遗漏最后一个价格."
    shown = prompt(Option("back", "Roll back first", said), 40).plain.splitlines()
    assert shown[0] == "  Roll back first"
    assert len(shown) > 3 and all(row.startswith("    ") and row[4] != " " for row in shown[1:])
    assert max(cell_len(row) for row in shown) <= 40
    assert "".join(row.strip() for row in shown[1:]).replace(" ", "") == said.replace(" ", "")


def test_the_selected_option_is_marked_and_all_are_seen_that_there_is_room_for(desks):
    desk, options = desks("monitor"), [Option(str(n), f"Way {n}", "what it means") for n in range(8)]
    options[1] = options[1]._replace(kind="out")

    async def script(pilot):
        pilot.app.push_screen(Choose("Which?", options))
        await settle(pilot)
        shown = text(pilot.app)
        assert "› Way 0 " in shown and "  Way 7 " in shown, "eight ways of two rows fit into 24 rows"
        await press(pilot, "down")
        shown = text(pilot.app)
        assert "› Way 1 " in shown and "› Way 0 " not in shown
        assert pilot.app.screen.offer()[:3] == ("out", "Way 1", "leaves this machine · 2 of 8")

    drive(desk.app(), script)


def test_in_the_terminals_own_colours_the_screen_is_seen_behind_a_dialog(push):
    scene, desk = push

    async def script(pilot):
        pilot.app.theme = tokens.ANSI_NAME
        await scene.reach(pilot)
        shown = text(pilot.app)
        assert "Leaves this machine" in shown
        assert "Checks" in shown and "? more" in shown

    drive(scene.app(desk), script)


@pytest.mark.parametrize(
    ("scene", "keys"),
    [("by-hand", ()), ("choose", ()), ("stage-watching", ("A",)), ("stage-review", ("A",))],
)
@pytest.mark.parametrize("size", [(40, 12), (60, 17), (80, 24)])
def test_a_question_is_read_to_its_end_above_the_ways_that_are_there(scene, keys, size, desks, reconciled):
    at = BY_NAME[scene]
    desk = desks(at.stage, at.severity)

    async def script(pilot):
        await at.reach(pilot)
        await press(pilot, *keys)
        asked = pilot.app.screen
        assert isinstance(asked, Choose)
        wanted = [word for word in f"{asked.heading()} {asked._question}".split() if "/tmp/" not in word]
        lower, rows = asked.query_one("#frame"), []
        for _ in range(40):
            shown = text(pilot.app).split("\n")
            inside = [row.partition("│")[2].rpartition("│")[0].strip(" ▁▂▃▄▅▆▇█") for row in shown]
            first = next(
                n
                for n, row in enumerate(inside)
                if row.removeprefix("› ").startswith(asked._options[0].title[:20])
            )
            rows += [row for row in inside[:first] if row not in rows]
            if "row" not in str(lower.border_subtitle):
                break
            await press(pilot, "pagedown")
        else:
            raise AssertionError(f"there is always more: {lower.border_subtitle}")
        said = "".join("".join(rows).split())
        assert [word for word in wanted if word not in said] == []

    drive(at.app(desk), script, size)


def test_a_new_round_is_offered_once_there_is_a_fix_to_try_again(desks):
    desk = desks("branch")
    record = desk.engine().record

    def offered():
        return [option.name for option in menus.states(record) if option.name.startswith("round")]

    assert offered() == []
    typed.put(record, Committed.STEP, "done", {"commit": "a" * 40}, at=record.opened_at, by="ann")
    assert offered() == ["round same", "round on-top"]


@pytest.mark.parametrize(
    ("landed", "said"), [("", "without the failed fix"), ("b" * 40, "the failed fix is reverted")]
)
def test_what_has_not_landed_is_not_said_to_be_reverted(landed, said):
    record = bare(stage="monitor")
    if landed:
        typed.put(record, "release.confirm", "done", {"commit": landed}, at=NOW, by="Ann")
    (same,) = (way for way in menus.not_fixed(record) if way.name == "round same")
    assert same.help == said
