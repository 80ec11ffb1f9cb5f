"""The drill's own log: keys and words are counted, what was typed is not kept."""

from datetime import UTC, datetime, timedelta

from hotfix_tui.demo import ledger
from hotfix_tui.demo.ledger import COMMAND, PERSON, WIZARD, Ledger


def type_in(log: Ledger, text: str) -> None:
    for letter in text:
        log.press(letter, letter=letter)


def test_keys_outside_of_texts_and_the_words_of_texts_are_counted(tmp_path):
    log = Ledger(tmp_path)
    log.begin()
    log.press("y")
    log.press("enter")
    type_in(log, "everyone with a  lost device")
    log.press("backspace")
    type_in(log, "s")  # a word is begun anew after a correction: it took that much more
    log.press("tab")
    log.paste("three more words")
    log.end()
    found = ledger.count(tmp_path, datetime.now(UTC))
    assert (found.keys, found.words) == (4, 5 + 1 + 3)
    text = (tmp_path / ledger.FILE).read_text()
    assert "everyone" not in text and "more" not in text
    assert (tmp_path / ledger.FILE).stat().st_mode & 0o077 == 0


def test_the_time_between_two_starts_does_not_count(tmp_path):
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    lines = (
        (0, "begin"),
        (20, "key q"),
        (30, "end"),
        (500, "begin"),
        (510, "key n"),  # killed here
        (900, "begin"),
        (905, "key enter"),
    )
    (tmp_path / ledger.FILE).write_text(
        "".join(f"{(begun + timedelta(seconds=at)).isoformat()} {what}\n" for at, what in lines) + "odd\n"
    )
    found = ledger.count(tmp_path, begun + timedelta(seconds=925))
    assert found.open_seconds == 30 + 10 + 25
    assert found.began == begun


def test_the_time_in_which_there_was_only_to_wait_is_told_apart(tmp_path):
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    lines = (
        (0, "begin"),
        (10, "wait"),
        (15, "key o"),  # somebody looks at the log meanwhile
        (30, "go"),
        (40, "wait"),
        (45, "key n"),  # killed here
        (900, "begin"),
        (905, "wait"),
        (906, "end"),
        (950, "wait"),  # it is not open
        (1000, "begin"),
        (1010, "wait"),
    )
    (tmp_path / ledger.FILE).write_text(
        "".join(f"{(begun + timedelta(seconds=at)).isoformat()} {what}\n" for at, what in lines)
    )
    found = ledger.count(tmp_path, begun + timedelta(seconds=1020))
    assert found.waited_seconds == 20 + 5 + 1 + 10
    assert found.own_seconds == (45 + 6 + 20) - 36


def test_the_wizards_own_time_counts_from_the_key_that_led_to_it(tmp_path):
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    lines = (
        (0.0, "begin"),
        (0.0, "busy"),
        (1.0, "go"),
        (3.0, "key enter"),
        (3.25, "busy"),
        (4.0, "wait"),
        (6.0, "go"),
        (7.0, "key down"),  # nothing follows from it
        (9.0, "busy"),  # something else did
        (9.5, "go"),
        (10.0, "word"),
        (10.25, "key f5"),
        (10.5, "wait"),  # a command at once
        (11.0, "go"),
    )
    (tmp_path / ledger.FILE).write_text(
        "".join(f"{(begun + timedelta(seconds=at)).isoformat()} {what}\n" for at, what in lines)
    )
    found = ledger.count(tmp_path, begun + timedelta(seconds=12))
    assert found.wizard_seconds == 1 + (4 - 3) + 0.5 + 0.25
    assert found.waited_seconds == 2 + 0.5
    assert found.open_seconds == 12


def test_whose_turn_it_is_is_written_down_when_it_begins_and_when_it_ends(tmp_path):
    log = Ledger(tmp_path)
    log.begin()
    for whose in (PERSON, COMMAND, COMMAND, WIZARD, PERSON, PERSON):
        log.turn(whose)
    written = [line.split()[1] for line in (tmp_path / ledger.FILE).read_text().splitlines()]
    assert written == ["begin", "wait", "busy", "go"]


def test_a_log_that_cannot_be_written_or_read_stops_nothing(tmp_path):
    log = Ledger(tmp_path / "gone")
    log.begin()
    log.press("enter")
    assert ledger.count(tmp_path / "gone", datetime.now(UTC)) == ledger.Count()
