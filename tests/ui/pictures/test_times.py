"""Durations and points in time of the pictures."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hotfix_tui.ui.pictures.times import at as when
from hotfix_tui.ui.pictures.times import span

NOW = datetime(2026, 3, 2, 14, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (41.9, "41 s"), (60, "1 m"), (70, "1 m 10 s"), (182, "3 m 2 s"), (3 * 3600 + 13 * 60, "3 h 13 m"),
        (3600, "1 h"), (2 * 86400, "2 d"), (2 * 86400 + 4 * 3600 + 59, "2 d 4 h"), (-5, "0 s"),
        (10 * 86400 - 1, "9 d 23 h"), (16 * 86400 + 21 * 3600, "16 d"),
    ],
)  # fmt: skip
def test_a_duration_has_two_units_at_most(seconds, said):
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW - timedelta(minutes=3), "14:20"),
        (NOW.replace(hour=23, minute=50) - timedelta(days=1), "yesterday 23:50"),
        (NOW - timedelta(days=4, minutes=47), "Thu 13:36"),
        (NOW - timedelta(days=13, hours=5, minutes=18), "02-17 09:05"),
        (NOW - timedelta(days=800), "2023-12-23"),
        (NOW.astimezone(timezone(timedelta(hours=10))), "14:23"),
    ],
)
def test_a_point_in_time_says_its_day_only_where_it_is_not_today(at, said):
    assert when(at, NOW) == said
