"""Accidents at the keyboard: text in the wrong window, a paste without brackets, keys typed ahead: nothing acts."""

import random

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from tests import counts
from tests.ui.scenes import BY_NAME
from tests.ui.support import come, drive, press, settle, text
from tests.ui.test_dialogs import Watched, begun, word_field

TEXTS = (
    "look at this trace\rTraceback (most recent call last)\r",
    "in\r",
    "y\ry\r",
    "kubectl -n shop rollout undo deploy/web\nENG-1234\n",
    "\t\tx U q\r",
    " " * 6,
    "\r\r\r\r\r\r",
)


def waiting(app):
    """The wizard, with what keys wait for in earnest."""
    app.look_ahead, app.look_longer = 0.03, 0.15
    return app


def told(app):
    """The last notice."""
    return list(app._notifications)[-1].message


def kept(desk):
    """Everything that is kept of the incident but drafts."""
    record = desk.engine().record
    return record.revision, record.state, Watched(desk).before


@pytest.mark.parametrize("came", TEXTS)
def test_text_on_the_step_list_does_nothing_and_is_told(came, desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        before, screen = kept(desk), pilot.app.screen
        chosen = screen.selected.id
        await come(pilot, came)
        assert pilot.app.screen is screen and pilot.app.is_running
        assert (kept(desk), screen.selected.id) == (before, chosen)
        assert "none of it was carried out" in told(pilot.app)

    drive(waiting(desk.app()), script)


@pytest.mark.parametrize(
    "came", ["\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]11;rgb:ff/ff/ff\x1b\\\x1b[?62;4;22c"]
)
def test_an_answer_of_the_terminal_that_comes_late_does_nothing_and_is_not_told(came, desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        before = kept(desk)
        parser = XTermParser()
        keys = [one for one in [*parser.feed(came), *parser.tick()] if isinstance(one, events.Key)]
        pilot.app.hands.gaps = [2.0, *[0.001] * (len(keys) - 1)]
        for key in keys:
            key.set_sender(pilot.app)
            pilot.app._driver.send_message(key)
        await pilot.pause()
        await settle(pilot)
        assert len(keys) > 10, "the terminal's answer does not come as keys: nothing is tested"
        assert kept(desk) == before and not list(pilot.app._notifications)

    drive(waiting(desk.app()), script)


@pytest.mark.parametrize(
    "name", ["triage-first", "incidents", "choose", "reasons", "document-message", "facts", "leaving"]
)
def test_text_on_other_screens_of_commands_does_nothing(name, desks, reconciled):
    scene = BY_NAME[name]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        waiting(pilot.app)
        known, screen = desk.store.ids(), pilot.app.screen
        for came in TEXTS:
            await come(pilot, came)
            assert pilot.app.screen is screen and pilot.app.is_running, came
        assert desk.store.ids() == known

    drive(scene.app(desk), script)


def test_text_in_chunks_over_a_lagging_line_does_nothing(desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        before, screen = kept(desk), pilot.app.screen
        for chunk, after in (
            ("Traceba", 3.0),
            ("c", 0.4),
            ("k (most recent", 0.6),
            ("q", 0.3),
            (" ", 0.5),
            ("\r", 0.7),
        ):
            await come(pilot, chunk, after=after)
        assert pilot.app.screen is screen and pilot.app.is_running and kept(desk) == before
        await press(pilot, "t")
        assert type(pilot.app.screen).__name__ == "Timeline", "after a while, keys are commands again"

    drive(waiting(desk.app()), script)


def test_a_bracketed_paste_on_the_step_list_is_told(desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        pilot.app.post_message(events.Paste("Checkout answers 500\rsince 14:02\r"))
        await settle(pilot)
        assert "n writes a note" in told(pilot.app)

    drive(desk.app(), script)


@pytest.mark.parametrize("came", ["Kim\tlater\x85", "K\x85im", "\x85Kim"])
def test_what_comes_in_one_piece_is_not_saved_by_a_key_in_it(came, desks, reconciled):
    """Nobody has read what came with the key: a form is signed by F5 pressed by itself."""
    scene = BY_NAME["form-waive"]
    desk = desks(scene.stage)

    async def script(pilot):
        await scene.reach(pilot)
        form, before = pilot.app.screen, kept(desk)
        waiting(pilot.app)
        await come(pilot, came)
        assert pilot.app.screen is form and kept(desk) == before
        assert "Nothing is saved" in told(pilot.app)
        for number, words in enumerate(("Kim", "later")):
            form.query_one(f"#field-{number}").value = words
        pilot.app.hands.gaps = [2.0]
        await press(pilot, "f5")
        assert len(desk.engine().record.waivers) == 1

    drive(scene.app(desk), script)


def test_an_incident_beside_an_open_one_is_asked_about(desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        await press(pilot, "i", "n")
        assert "ENG-1234" in text(pilot.app) and type(pilot.app.screen).__name__ == "Choose"
        await press(pilot, "enter")
        assert type(pilot.app.screen).__name__ == "Incidents", "the first way is back"
        await press(pilot, "n", "down", "enter")
        assert type(pilot.app.screen).__name__ == "Triage"

    drive(desk.app(), script)


def test_a_word_that_comes_in_one_piece_confirms_nothing_and_one_typed_after_it_does(desks, reconciled):
    scene = BY_NAME["confirm-production"]
    desk = desks(scene.stage)
    desk.trust()

    async def script(pilot):
        await scene.reach(pilot)
        waiting(pilot.app)
        for came, after in (("ENG-1234\r", 2.0), ("\r", 0.6), ("ENG-1234", 3.0), ("\r", 0.6)):
            await come(pilot, came, after=after)
        assert "together count as one" in text(pilot.app) or "Type ENG-1234" in text(pilot.app)
        assert begun(desk) == []
        word_field(pilot).value = ""
        await pilot.pause()
        pilot.app.hands.every = 0.2
        await press(pilot, "ctrl+u")
        pilot.app.hands.gaps = [2.0]
        for letter in "ENG-1234":
            await press(pilot, "minus" if letter == "-" else letter)
        pilot.app.hands.gaps = [0.5]
        await press(pilot, "enter")
        assert begun(desk) == ["deploy.production", "monitor.watch"], "once, and the watch with it"

    drive(scene.app(desk), script)


def test_a_paste_of_ones_own_into_the_word_confirms_nothing(desks, reconciled):
    scene = BY_NAME["confirm-production"]
    desk = desks(scene.stage)

    async def script(pilot):
        await scene.reach(pilot)
        pilot.app._clipboard = "ENG-1234"
        await press(pilot, "ctrl+v", "enter")
        assert word_field(pilot).value == "" and begun(desk) == []

    drive(scene.app(desk), script)


# Forms


def test_enter_goes_through_all_fields_and_saves_on_the_last(desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        await press(pilot, "n")
        form = pilot.app.screen
        await press(pilot, *"down", "enter")
        assert pilot.app.screen is form and form.focused.id == "field-1"
        await press(pilot, "enter")
        assert pilot.app.screen is not form
        assert "down" in [entry["text"] for entry in desk.engine().timeline()][-1]

    drive(desk.app(), script)


@pytest.mark.parametrize(
    "facts",
    [
        ["title", "impact.seen", "service", "ticket"],
        ["cause.summary", "cause.steps", "fix.summary"],
        ["impact.users", "impact.kind", "service"],
    ],
    ids=["of the fault", "of the cause", "of the impact"],
)
def test_enter_leaves_no_field_out_and_letters_in_a_form_are_no_keys(facts, desks, reconciled):
    desk = desks("fix")

    async def script(pilot):
        pilot.app.screen.ask_facts("Facts", facts)
        await settle(pilot)
        form = pilot.app.screen
        revision = desk.engine().record.revision
        for at, _ in enumerate(facts[1:]):
            assert pilot.app.screen is form and form.focused.id == f"field-{at}"
            await press(pilot, "e", "r", "v")
            await press(pilot, "enter")
        assert pilot.app.screen is form and form.focused.id == f"field-{len(facts) - 1}"
        assert desk.engine().record.revision == revision

    drive(desk.app(), script)


@pytest.mark.parametrize(
    ("brackets", "lines"),
    [
        (True, "Checkout answers 500\rfor every customer\rsince 14:02 UTC\r"),
        (False, "Checkout answers 500\rfor every customer\rsince 14:02 UTC\r"),
        (True, "panic: nil map\n    at total (shop.go:12)\n    at main (main.go:3)"),  # a trace, as it stands
        (True, "14:02 it began\r\n14:05 it is everywhere\r\n14:07 rolled back"),  # from Windows
    ],
    ids=["chat", "chat without brackets", "trace", "from Windows"],
)
def test_a_paste_of_several_lines_goes_into_its_field_whole(brackets, lines, desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        await press(pilot, "n")
        waiting(pilot.app)
        if brackets:
            pilot.app.post_message(events.Paste(lines))
            await settle(pilot)
        else:
            await come(pilot, lines)
        form = pilot.app.screen
        assert form.focused.id == "field-0" and "3 lines" in text(pilot.app)
        assert form.values()["text"].splitlines() == lines.splitlines()
        await press(pilot, "enter", "enter")
        said = [entry["text"] for entry in desk.engine().timeline()][-1]
        assert said.splitlines() == lines.splitlines()

    drive(desk.app(), script)


def test_what_is_typed_on_after_a_form_is_saved_acts_on_nothing(desks, reconciled):
    desk = desks("verify")

    async def script(pilot):
        await press(pilot, "n", *"down", "enter")
        pilot.app.hands.every = 0.15
        await press(pilot, "enter")
        revision, stage = desk.engine().record.revision, pilot.app.screen
        await press(pilot, *"x U r q ".replace(" ", ""), "space", "enter")
        assert pilot.app.screen is stage and pilot.app.is_running
        assert desk.engine().record.revision == revision

    drive(desk.app(), script)


def test_known_values_are_chosen(desks, reconciled):
    desk = desks("fix")

    async def script(pilot):
        stage = pilot.app.screen
        stage.ask_facts("Facts", ["impact.kind", "cause.why-missed"])
        await settle(pilot)
        form = pilot.app.screen
        kind = form.query_one("#field-0")
        kind.focus()
        await settle(pilot)
        await press(pilot, "d")
        assert kind.value == "data-integrity" and "unavailable" in text(pilot.app)
        await press(pilot, "e")
        assert kind.value == "degraded"
        await press(pilot, "left", "enter", "space", "down", "space", "down", *"a clock")
        pilot.app.hands.every = 2.0
        await press(pilot, "enter")
        record = desk.engine().record
        assert record.fact("impact.kind") == "data-integrity"
        assert record.fact("cause.why-missed") == [
            "missing test coverage",
            "race condition in production",
            "a clock",
        ]

    drive(desk.app(), script)


# At random

RANDOM = (
    "confirm-push",
    "confirm-production",
    "trust",
    "form-waive",
    "by-hand",
    "choose-state",
    "reasons",
    "document-message",
    "document-pr",
    "panes",
)
RANDOM_DAILY = ("confirm-production", "trust", "form-waive", "document-message")
"""A ticket, a y, a reason, a text that goes out."""

LETTERS = "\r\r\r\ryyn  ENG-1234qxUrwtsa\tki:?!"


def pasted(source: random.Random) -> list[tuple[str, float, float]]:
    """Chunks of keys that come together, with the time before each and between its keys."""
    chunks = []
    for _ in range(source.randint(1, 5)):
        keys = "".join(source.choice(LETTERS) for _ in range(source.randint(2, 30)))
        if source.random() < 0.4:
            keys = source.choice(("ENG-1234\r", "\r\r\r", "y\r", "yyyyyy", "n\rKim\r"))
        chunks.append((keys, source.choice((0.0, 0.04, 0.3, 0.55, 0.8)), source.choice((0.0, 0.002, 0.02))))
    return chunks


def ahead(source: random.Random) -> list[tuple[str, float, float]]:
    """Keys at the pace of fingers, all within the first 600 ms of what they open."""
    keys = [
        source.choice(LETTERS.replace("q", "")) for _ in range(source.randint(1, 5))
    ]  # leaving decides nothing
    return [(key, 0.1, 0.0) for key in keys]


def decided(desk):
    """All that is decided, sent or done; texts in fields are none of it."""
    if "ENG-1234" not in desk.store.ids():
        return desk.store.ids()
    record = desk.engine().record
    return record.revision, Watched(desk).before, len(desk.store.ids())


def random_keys(desks, name: str, seeds: range) -> None:
    scene = BY_NAME[name]
    desk = desks(scene.stage, scene.severity)

    async def script(pilot):
        await scene.reach(pilot)
        waiting(pilot.app)
        for seed in seeds:
            source = random.Random(f"{name} {seed}")
            while type(pilot.app.screen).__name__ != "StageScreen":
                pilot.app.pop_screen()
                await settle(pilot)
            if scene.select:
                pilot.app.screen.go_to(scene.select)
            pilot.app.hands.gaps = []
            await press(pilot, *scene.keys)
            assert type(pilot.app.screen).__name__ == scene.screen
            before = decided(desk)  # what opens the dialog probes, and may record what it saw
            chunks = ahead(source) if seed % 2 else pasted(source)
            for keys, after, gap in chunks:
                await come(pilot, keys, after=after, gap=gap)
                assert pilot.app.is_running, (name, seed, chunks)
            assert decided(desk) == before, (name, seed, chunks)

    drive(scene.app(desk), script)


@pytest.mark.parametrize("name", counts.these(RANDOM, RANDOM_DAILY))
def test_random_keys_pasted_and_typed_ahead_decide_nothing(name, desks, reconciled):
    """One sequence that is pasted, and one that is typed ahead."""
    random_keys(desks, name, range(2))


@pytest.mark.full
@pytest.mark.parametrize("name", RANDOM)
def test_two_hundred_random_sequences_decide_nothing(name, desks, reconciled):
    random_keys(desks, name, range(100, 121))
