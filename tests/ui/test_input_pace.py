"""Which keys were pressed by fingers, told by their times alone."""

import pytest

from hotfix_tui.ui.terminal.input_pace import InputPace, TypedWord

HELD_AT = (0.024, 0.033, 0.04, 0.07)
"""How often keyboards repeat a held key, in seconds."""


def standing(at: float = 0.0) -> InputPace:
    pace = InputPace()
    pace.screen_changes()
    pace.screen_stands(at)
    return pace


def test_a_key_by_itself_decides_and_confirms_once_the_screen_has_stood():
    pace = standing()
    assert not pace.press("enter", 0.5).decides()
    late = pace.press("enter", 2.0)
    assert late.decides() and late.confirms()


def test_nothing_counts_while_the_next_screen_is_on_its_way():
    pace = standing()
    pace.screen_changes()
    press = pace.press("enter", 9.0)
    assert not press.on_screen() and not press.confirms()


@pytest.mark.parametrize("letters", ["ENG-1\r", "\r\r\r\r\r\r", "in", "line 1 in the log\r"])
@pytest.mark.parametrize("gap", [0.0, 0.001, 0.01, 0.025])
def test_keys_that_come_together_are_text_the_first_of_them_too(letters, gap):
    pace = standing()
    presses = [pace.press(letter, 5.0 + place * gap) for place, letter in enumerate(letters)]
    assert all(press.is_text for press in presses)
    assert not any(press.confirms() for press in presses)


@pytest.mark.parametrize("size", [2, 3, 6, 20])
@pytest.mark.parametrize("pause", [0.1, 0.36, 0.55, 0.9])
def test_a_held_enter_in_bursts_confirms_nothing_its_single_keys_neither(size, pause):
    pace, at = standing(), 5.0
    for burst in range(12):
        presses = []
        for _ in range(1 if burst % 3 == 2 else size):
            presses.append(pace.press("enter", at))
            at += 0.002
        at += pause
        assert not any(press.confirms() for press in presses), burst


@pytest.mark.parametrize("gap", HELD_AT)
def test_a_held_key_neither_decides_nor_confirms_after_its_first_press(gap):
    pace = standing()
    assert pace.press("enter", 5.0).confirms(), (
        "which a gate asks for only once it has waited for the next one"
    )
    presses = [pace.press("enter", 5.5 + place * gap) for place in range(1, 40)][1:]
    assert not any(press.decides() or press.confirms() for press in presses)


def test_letters_at_human_pace_are_no_text():
    pace, at = standing(), 5.0
    for gap in (0.09, 0.2, 0.06, 0.15, 0.04):
        at += gap
        assert not pace.press(str(gap), at).is_text


def test_what_follows_many_keys_together_is_their_rest_for_a_second():
    pace = standing()
    for place in range(8):
        pace.press("x", 5.0 + place * 0.001)
    assert pace.press("q", 5.6).is_text
    assert not pace.press("q", 6.8).is_text


def test_arrows_that_come_together_are_no_text_but_the_enter_among_them_does_not_count():
    pace = standing()
    for place in range(8):
        assert not pace.press("down", 5.0 + place * 0.001, moves=True).is_text
    assert pace.press("enter", 5.01).is_text
    assert not pace.press("space", 5.5).is_text


def test_text_that_went_into_a_form_holds_up_no_command_after_it():
    pace = standing()
    for place in range(8):
        pace.press("x", 5.0 + place * 0.001)
    pace.press("enter", 5.5)
    pace.screen_changes(typed=True)
    pace.screen_stands(5.6)
    later = pace.press("t", 6.3)
    assert later.on_screen() and not later.is_text


def test_two_keys_together_hold_up_no_command_after_them():
    pace = standing()
    pace.press("n", 5.0), pace.press("n", 5.01)
    assert not pace.press("t", 5.3).is_text


def test_a_bracketed_paste_is_no_key_and_the_enter_after_it_confirms_nothing():
    pace = standing()
    pace.paste(5.0)
    assert not pace.press("enter", 5.5).confirms()
    assert pace.press("enter", 6.6).confirms()


def test_an_offer_that_changed_by_itself_has_to_be_seen():
    pace = standing()
    pace.offer_changes(5.0)
    assert not pace.press("enter", 5.3).decides()
    assert pace.press("enter", 5.9).decides()


def test_what_is_still_being_typed_when_a_form_closes_acts_on_nothing():
    pace, at = standing(), 5.0
    pace.screen_changes(typed=True)
    pace.screen_stands(at)
    for _ in range(12):
        at += 0.15
        assert not pace.press("x", at).on_screen()
    assert pace.press("x", at + 0.5).on_screen()


def word(typed: str, gaps: list[float], enter_after: float, *, begins: float = 5.0) -> bool:
    """Whether `typed` confirms, its letters `gaps` apart and the enter so long after the last."""
    pace, field, at = standing(), TypedWord(), begins
    for letter, gap in zip(typed, [0.0, *gaps], strict=True):
        at += gap
        if not field.takes(pace.press(letter, at)):
            return False
    enter = pace.press("enter", at + enter_after)
    return field.by_hand(len(typed)) and field.ends(enter)


def test_a_word_typed_by_hand_counts():
    assert word("ENG-1", [0.2, 0.1, 0.3, 0.15], 0.3)
    assert word("ENG-1", [0.08, 0.05, 0.06, 0.09], 0.13), "by a fast typist"


@pytest.mark.parametrize(
    ("gaps", "enter_after"),
    [
        ([0.0] * 4, 0.0),  # one read
        ([0.0] * 4, 0.6),  # the enter after a while
        ([0.004] * 4, 0.004),  # letter by letter over a serial line
        ([0.033] * 4, 0.5),  # too fast for long
        ([0.2, 0.2, 0.2, 0.0], 0.3),  # the end pasted
        ([0.2, 0.2, 0.2, 0.2], 0.02),  # the enter with the last letter
    ],
)
def test_a_word_that_was_not_typed_by_hand_does_not(gaps, enter_after):
    assert not word("ENG-1", gaps, enter_after)


def test_a_word_typed_before_the_dialog_stood_does_not():
    assert not word("ENG-1", [0.1] * 4, 0.2, begins=0.1)
