"""Durations as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.config import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20s", 20),
        ("15m", 900),
        ("2h", 7200),
        ("1d", 86400),
        ("1h30m", 5400),
        ("500ms", 0.5),
        (" 1d2h3m4s ", 93784),
    ],
)
def test_reading(text, seconds):
    assert durations.parse(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(6, "6 s"), (900, "15 m"), (5400, "1 h 30 m"), (93784, "1 d 2 h 3 m 4 s"), (0.5, "500 ms")],
)
def test_for_people_each_unit_stands_apart(seconds, said):
    assert durations.for_people(seconds) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15",
        "m",
        "1.5h",
        "-1s",
        "1m1h",
        "1h1h",
        "0s",
        "15 m",
        "1w",
        "400d",
        "9" * 50 + "s",
        "１5m",
        "1h30",
    ],
)
def test_what_is_no_duration_gets_a_sentence(text):
    with pytest.raises(ValueError, match=r"duration|zero|unit|year"):
        durations.parse(text)


@given(st.integers(min_value=1, max_value=366 * 86_400_000))
def test_what_is_written_reads_back(milliseconds):
    seconds = milliseconds / 1000
    assert durations.parse(durations.format(seconds)) == pytest.approx(seconds, abs=0.0005)
