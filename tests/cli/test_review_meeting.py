"""The meeting about the review has a date, within its 72 hours."""

import pytest


@pytest.mark.parametrize("typed", ["next year sometime", "soon", "Wednesday", "2027"])
def test_a_meeting_without_a_date_is_refused(opened, typed):
    refused = opened.call("set", "review.at", typed)
    assert refused.code == 2 and "no date with a time" in refused.err


@pytest.mark.parametrize(
    ("typed", "fine"),
    [("+48h", True), ("tomorrow 10:00", True), ("+4d", False), ("2031-01-01 10:00", False)],
)
def test_at_a_p1_it_is_held_within_72_hours(opened, typed, fine):
    opened.do("severity", "P1", "--why", "many use it")
    done = opened.call("set", "review.at", typed)
    assert (done.code == 0) == fine, done
    if not fine:
        assert "within 72 hours" in done.err
