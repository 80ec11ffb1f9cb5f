"""In a drill keys are counted, the last page comes by enter, and tidying up takes its own key."""

from hotfix_tui.demo import ledger
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.presenters import document_offer
from hotfix_tui.ui.screens.document import DocumentScreen
from tests.ui import incidents, prepared
from tests.ui.support import drive, press, settle, text


def counted(app):
    return ledger.count(app.drill.world.root, incidents.NOW)


def test_keys_and_words_are_counted_and_x_asks_for_tidying_up(desks, reconciled):
    desk = desks("review")
    prepared.closed(desk)
    app = desk.app(prepared.drill)

    async def script(pilot):
        before = counted(app)
        await press(pilot, "n", *"it works", "escape")
        now = counted(app)
        assert now.words - before.words == 2
        assert now.keys - before.keys == 2
        await press(pilot, "enter")
        assert "tidies up" in text(app)
        await press(pilot, "escape")
        assert not app.drill.tidies_up
        await press(pilot, "enter")
        await press(pilot, "x")
        assert app.drill.tidies_up

    drive(app, script)


def test_outside_of_a_drill_the_end_shows_all_incidents(desks, reconciled):
    desk = desks("review")
    prepared.closed(desk)
    app = desk.app()

    async def script(pilot):
        assert "See all incidents" in text(app)
        assert app.drill is None

    drive(app, script)


def test_a_drill_says_at_each_step_what_it_is_for_and_other_repositories_hear_nothing(desks, reconciled):
    app = desks("branch").app(prepared.drill)

    async def script(pilot):
        app.stage_screen().go_to("branch.base")
        await settle(pilot)
        shown = " ".join(text(app).split())
        assert "Drill A hotfix starts from what runs in production" in shown

    drive(app, script)
    other = desks("branch").app()

    async def silent(pilot):
        assert " Drill " not in text(other)

    drive(other, silent)


def test_what_a_drill_says_is_no_wider_than_a_text(desks, reconciled):
    app = desks("verify").app(prepared.drill)

    async def script(pilot):
        view = app.screen.selected
        said = {
            width: [row.cell_length for row in app.drill.told(view, width, 9)] for width in (40, 80, 96, 200)
        }
        assert all(max(rows) <= min(width, 96) for width, rows in said.items()) and len(said[200]) > 1

    drive(app, script)


def test_the_time_of_the_wizard_of_commands_and_of_the_person_are_told_apart(desks, reconciled):
    assert (bar.PERSON, bar.WIZARD, bar.COMMAND) == (ledger.PERSON, ledger.WIZARD, ledger.COMMAND)
    desk = desks("verify")
    app = desk.app(prepared.drill)

    async def script(pilot):
        stage, turns = app.screen, []
        app.drill.take_turn = turns.append
        await press(pilot, "n")
        assert turns[0] == bar.WIZARD and turns[-1] == bar.PERSON, "a form comes up, and is the person's"
        await press(pilot, "escape")
        assert turns[-1] == bar.PERSON
        stage.show_notice("preparing…")
        assert turns[-1] == bar.WIZARD
        stage.show_notice("")
        assert turns[-1] == bar.PERSON
        prepared.test_runs(desk)
        stage.engine.reload()
        stage.go_to("verify.test")
        await settle(pilot)
        stage.show_bar()
        assert stage.primary().label == "Show the whole log" and turns[-1] == bar.COMMAND

    drive(app, script)
    assert {"begin", "busy", "go"} <= {line.split()[1] for line in written(app)}


def test_a_message_on_its_way_is_the_time_of_its_command(desks, reconciled):
    desk = desks("communicate")
    app = desk.app(prepared.drill)

    async def script(pilot):
        turns = []
        app.drill.take_turn = turns.append
        await press(pilot, "enter")
        text_of_it = app.screen
        assert isinstance(text_of_it, DocumentScreen)
        for words, whose in (
            (document_offer.SENDING, bar.COMMAND),
            ("looking…", bar.WIZARD),
            (document_offer.RECORDING, bar.WIZARD),
            ("", bar.PERSON),
        ):
            text_of_it.under_way(words)
            assert turns[-1] == whose, words

    drive(app, script)


def written(app):
    return (app.drill.world.root / ledger.FILE).read_text().splitlines()
