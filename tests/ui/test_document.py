"""The editor of a text: sections with what is missing, the text as it will be read, and a section edited in place."""

import asyncio

import pytest
from textual import events
from textual.widgets import TextArea

from hotfix_tui.engine import documents
from hotfix_tui.incident.model.facts import BadFact
from hotfix_tui.ui.screens.document import DocumentScreen
from hotfix_tui.ui.widgets import section_editor
from tests.base.test_redact import PLANTED
from tests.ui import prepared
from tests.ui.support import come, drive, press, settle, text

BODY = "pull-request.body"
TEMPLATE = "## Checklist\n\n- [ ] I ran it\n- [ ] I read it\n"


@pytest.fixture
def at_once(monkeypatch):
    """Drafts and preview follow each key at once."""
    monkeypatch.setattr(section_editor, "DRAFT_AFTER", 0.01)
    monkeypatch.setattr(section_editor, "FOLLOWED_AFTER", 0.01)


def on_the_text(desks, script, *, size=(80, 24), prepare=None, step=BODY, stage="pull-request"):
    """Drive the wizard from the text of the pull request on."""
    desk = desks(stage)
    if prepare is not None:
        prepare(desk)

    async def from_the_text(pilot):
        await settle(pilot)
        if step:
            pilot.app.stage_screen().go_to(step)
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, DocumentScreen)
        await script(pilot)

    drive(desk.app(), from_the_text, size)
    return desk


def bar(app):
    return app.screen.painted("bar")


def chosen(app):
    return app.screen.selected.id


async def until(pilot, what):
    async with asyncio.timeout(240):
        while not what():
            await pilot.pause(0.01)
    await settle(pilot)


def to(app, section):
    screen = app.screen
    screen.select([one.id for one in screen._listed].index(section))


def test_it_opens_at_the_first_gap_with_the_text_beside_it(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        assert chosen(app) == "cause-steps"
        shown = text(app)
        assert " Sections           4 gaps ▕" in shown
        assert "› ! How it happened    gap ▕" in shown
        assert "Preview" in shown and "4 gaps in the whole text" in shown
        assert "### How it happened" in shown and "! not known: how it happened, step by step" in shown
        assert "⟦" not in shown
        assert bar(app).startswith(" enter  Fill the gap: how it happened")
        assert "1 of 4 gaps" in bar(app)

    on_the_text(desks, script)


def test_enter_asks_for_the_fact_of_the_gap_and_goes_on_to_the_next(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "Form"
        await press(pilot, *"one", "f5")
        assert isinstance(app.screen, DocumentScreen)
        assert chosen(app) == "why-missed" and "1 of 3 gaps" in bar(app)

    desk = on_the_text(desks, script)
    assert desk.engine().record.fact("cause.steps") == ["one"]


def test_g_asks_all_gaps_in_one_form(desks, reconciled):
    async def script(pilot):
        await press(pilot, "g")
        assert type(pilot.app.screen).__name__ == "Form"
        shown = text(pilot.app)
        assert "How it happened" in shown and "Why it was not caught" in shown

    on_the_text(desks, script)


def test_a_text_with_gaps_may_be_kept_from_any_other_section(desks, reconciled):
    async def script(pilot):
        to(pilot.app, "root-cause")
        await settle(pilot)
        assert bar(pilot.app).startswith(" enter  Keep the text") and "4 gaps would stay in it" in bar(
            pilot.app
        )
        await press(pilot, "enter")
        assert not isinstance(pilot.app.screen, DocumentScreen)

    desk = on_the_text(desks, script)
    assert desk.engine().record.entry(BODY)["state"] == "done"


def test_a_section_is_edited_in_place_and_kept_by_esc(desks, reconciled, at_once):
    async def script(pilot):
        app = pilot.app
        to(app, "testing")
        await press(pilot, "e")
        assert app.screen.types and bar(app).startswith(" enter  A new line")
        await press(pilot, "enter", *"mine")
        assert "gmine" not in text(app), "g is a letter here"
        await until(pilot, lambda: "draft saved" in bar(app))
        assert desk.store.draft_read("ENG-1234", "pr-testing").endswith("\nmine")
        await press(pilot, "escape")
        assert isinstance(app.screen, DocumentScreen) and not app.screen.types
        assert app.screen.selected.state == "edited" and "mine" in text(app), text(app)

    desk = desks("pull-request")
    on_the_text(lambda stage: desk, script)
    assert desk.engine().record.overrides["pr/testing"]["text"].endswith("mine")
    assert desk.store.draft_read("ENG-1234", "pr-testing") is None


def test_f4_drops_what_was_typed(desks, reconciled, at_once):
    async def script(pilot):
        to(pilot.app, "testing")
        await press(pilot, "e", *"mine", "f4")
        assert isinstance(pilot.app.screen, DocumentScreen) and pilot.app.screen.selected.state == "complete"
        assert "mine" not in text(pilot.app)

    desk = on_the_text(desks, script)
    assert "pr/testing" not in desk.engine().record.overrides
    assert desk.store.draft_read("ENG-1234", "pr-testing") is None


def test_a_draft_goes_on_where_it_was_left(desks, reconciled):
    def drafted(desk):
        desk.store.draft_write("ENG-1234", "pr-testing", "half a sent")

    async def script(pilot):
        to(pilot.app, "testing")
        await press(pilot, "e", *"ence", "escape")

    desk = on_the_text(desks, script, prepare=drafted)
    assert desk.engine().record.overrides["pr/testing"]["text"] == "half a sentence"


def test_a_fact_is_edited_as_that_fact_also_one_of_several_entries(desks, reconciled, at_once):
    async def script(pilot):
        app = pilot.app
        await press(pilot, "e")
        assert "This is the fact “how it happened, step by step”: an entry a line." in bar(app)
        await press(pilot, *"one", "enter", *"two", "escape")
        to(app, "root-cause")
        await press(pilot, "e", *".", "escape")

    desk = on_the_text(desks, script)
    record = desk.engine().record
    assert record.fact("cause.steps") == ["one", "two"]
    assert record.fact("cause.summary").endswith("last price..")
    assert record.overrides == {}


def test_the_title_is_a_section_like_any_other(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        to(app, "title")
        await settle(pilot)
        await press(pilot, "e")
        assert "This is the fact “what is broken, in a few words”" in bar(app)
        await press(pilot, *" twice", "escape")
        assert "price twice" in text(app)

    desk = on_the_text(desks, script)
    assert desk.engine().record.title == "Totals leave out the last price twice"


def test_letters_that_are_still_on_their_way_after_esc_are_no_commands(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        to(app, "testing")
        await press(pilot, "e", "x")
        app.hands.every = 0.05
        await press(pilot, "escape", "D", "enter")
        assert isinstance(app.screen, DocumentScreen)
        assert app.screen.selected.state == "edited", "D was typed ahead"

    on_the_text(desks, script)


def test_text_that_comes_in_does_nothing(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        app.look_ahead = app.look_longer = 0.02
        await come(pilot, "eDgc\r")
        assert isinstance(app.screen, DocumentScreen) and not app.screen.types

    desk = on_the_text(desks, script)
    assert desk.engine().record.overrides == {}


def test_three_columns_from_110_on_and_the_preview_follows(desks, reconciled, at_once):
    async def script(pilot):
        app = pilot.app
        shown = text(app)
        assert "How it happened" in shown and "e edits it" in shown and "Preview" in shown
        assert "Nothing is known yet. e writes it here." in shown
        await press(pilot, "down", "down")
        assert "Nothing is known yet" not in text(app)  # another section has its text
        await press(pilot, "up", "up", "e")
        assert "Nothing is known yet" not in text(app)
        await press(pilot, *"the cache", "enter", *"the sum")
        await until(pilot, lambda: "2. the sum" in text(app))
        assert "1. the cache" in text(app) and "draft saved" in text(app)
        assert "the cache" in app.screen.editor.text

    on_the_text(desks, script, size=(120, 40))


def test_on_a_narrow_screen_the_list_is_opened_first(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        assert bar(app).startswith(" enter  Read: how it happened") and "How it happened" in text(app)
        await press(pilot, "enter")
        assert "not known" in text(app) and "Fill the gap" in bar(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, DocumentScreen) and "Read:" in bar(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, DocumentScreen)

    on_the_text(desks, script, size=(40, 12))


def templated(desk):
    folder = desk.shop / ".github"
    folder.mkdir(exist_ok=True)
    (folder / "pull_request_template.md").write_text(TEMPLATE)


def test_boxes_of_the_teams_template_are_ticked_in_place(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        place = next(at for at, one in enumerate(app.screen._listed) if one.id.startswith("template-"))
        app.screen.select(place)
        await settle(pilot)
        assert "space tick" in app.screen.painted("footer")
        await press(pilot, "right", "right", "space")
        assert "○ I ran it" in text(app) and "✓ I read it" in text(app)
        await press(pilot, "space")
        assert "○ I read it" in text(app)
        await press(pilot, "left", "space")

    desk = on_the_text(desks, script, prepare=templated)
    (said,) = desk.engine().record.overrides.values()
    assert "- [x] I ran it\n- [ ] I read it" in said["text"]


def test_boxes_that_follow_steps_are_not_ticked_by_hand(desks, reconciled):
    async def script(pilot):
        to(pilot.app, "testing")
        await press(pilot, "space")
        assert any("follow the steps" in one.message for one in pilot.app._notifications)

    desk = on_the_text(desks, script)
    assert desk.engine().record.overrides == {}


def test_an_edited_section_says_so_and_d_drops_the_edit(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        to(app, "ticket")
        await settle(pilot)
        assert "✓ Ticket          edited" in text(app) and "D drop edit" in app.screen.painted("footer")
        await press(pilot, "D")
        assert app.screen.selected.state == "complete"

    desk = on_the_text(desks, script, prepare=prepared.edited)
    assert desk.engine().record.overrides == {}


def test_an_edit_whose_facts_have_changed_is_marked(desks, reconciled):
    def changed(desk):
        prepared.edited(desk)
        desk.change(lambda record: record.overrides["pr/ticket"].update(source="0" * 64))

    async def script(pilot):
        assert "~ Ticket         changed" in text(pilot.app)

    on_the_text(desks, script, prepare=changed)


def test_a_refused_edit_stays_as_a_draft(desks, reconciled, monkeypatch):
    def refuse(*args, **options):
        raise BadFact("That is no fact.")

    async def script(pilot):
        await press(pilot, "e", *"one")
        monkeypatch.setattr(documents, "edit_part", refuse)
        await press(pilot, "escape")
        assert "That is no fact." in text(pilot.app)

    desk = on_the_text(desks, script)
    assert desk.store.draft_read("ENG-1234", "pr-cause-steps") == "one"


@pytest.mark.parametrize("refused", [False, True])
def test_no_secret_lies_in_the_draft_of_a_section(desks, reconciled, at_once, monkeypatch, refused):
    def refuse(*args, **options):
        raise BadFact("That is no fact.")

    async def script(pilot):
        app = pilot.app
        await press(pilot, "e")
        app.screen.query_one("#editor TextArea", TextArea).load_text(f"it was {PLANTED['github']}")
        await until(pilot, lambda: "draft saved" in bar(app))
        if refused:
            monkeypatch.setattr(documents, "edit_part", refuse)
            await press(pilot, "escape")
            assert "That is no fact." in text(app)
        (desk,) = opened
        (name,) = desk.store.drafts("ENG-1234")
        kept = desk.store.draft_read("ENG-1234", name)
        assert kept.startswith("it was ") and PLANTED["github"] not in kept

    opened = []
    on_the_text(desks, script, prepare=opened.append)


def test_the_users_editor_edits_a_section(desks, reconciled, monkeypatch):
    def edit(path, line=0):
        with open(path, "a", encoding="utf-8") as file:
            file.write("by the editor")
        return ""

    async def script(pilot):
        pilot.app.with_terminal = lambda call: call()
        pilot.app.editor.edit = edit
        to(pilot.app, "testing")
        await press(pilot, "E")

    desk = on_the_text(desks, script)
    assert desk.engine().record.overrides["pr/testing"]["text"].endswith("by the editor")


def test_a_long_list_scrolls_with_what_is_left_out(desks, reconciled):
    async def script(pilot):
        await press(pilot, "home")
        assert "↓" in text(pilot.app)
        await press(pilot, "end")
        shown = text(pilot.app)
        assert "↑" in shown and chosen(pilot.app) == "backports"

    on_the_text(desks, script)


def test_a_click_selects_a_section(desks, reconciled):
    async def script(pilot):
        await pilot.click("#sections", offset=(6, 2))
        await settle(pilot)
        assert chosen(pilot.app) == "ticket"
        await pilot._post_mouse_events([events.MouseScrollDown], "#sections", offset=(6, 2), button=0)
        await settle(pilot)
        assert chosen(pilot.app) == "urgency"

    on_the_text(desks, script)


def test_a_message_is_sent_after_it_was_asked_how(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        app.push_screen(DocumentScreen(app.engine, "internal", phase="update"))
        await settle(pilot)
        while "Fill" in bar(app):
            await press(pilot, "enter", *"known", "f5")
        assert "Send: message to the team, update" in bar(app)
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "Choose"
        assert app.screen.heading() == "Send: message to the team, update"
        await press(pilot, "escape")
        assert bar(app).startswith(" enter  Send")
        await press(pilot, "enter", "down", "enter")

    desk = on_the_text(desks, script, step="", stage="verify")
    assert len(desk.engine().record.messages) >= 1


def several_templates(desk):
    folder = desk.shop / ".github/PULL_REQUEST_TEMPLATE"
    folder.mkdir(parents=True)
    for name in ("docs.md", "feature.md"):
        (folder / name).write_text(TEMPLATE)


def test_which_of_several_templates_it_is_is_asked_before_the_text_is_kept(desks, reconciled):
    async def script(pilot):
        app = pilot.app
        to(app, "root-cause")
        await press(pilot, "enter")
        assert "Which template of the team is it?" in text(app) and "feature.md" in text(app)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: any(one.id.startswith("template-") for one in app.screen._listed))
        assert isinstance(app.screen, DocumentScreen)
        to(app, "root-cause")
        await press(pilot, "enter")
        assert not isinstance(app.screen, DocumentScreen)

    desk = on_the_text(desks, script, prepare=several_templates)
    record = desk.engine().record
    assert record.fact("pr.template").endswith("/feature.md")
    assert record.entry(BODY)["state"] == "done"
