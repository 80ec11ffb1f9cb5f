"""Times as people type them: always UTC inside, naive means local, never in the future."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.base.times import (
    BadTime,
    both_zones,
    clock_time,
    humane,
    parse_appointment,
    parse_time,
    rfc3339,
)

NOW = datetime(2026, 11, 23, 14, 2, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
INDIA = timezone(timedelta(hours=5, minutes=30))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "local", "meant"),
    [
        ("14:01", UTC, utc(2026, 11, 23, 14, 1)),
        ("9:05", UTC, utc(2026, 11, 23, 9, 5)),
        ("13:59:58", UTC, utc(2026, 11, 23, 13, 59, 58)),
        ("today 9:05", UTC, utc(2026, 11, 23, 9, 5)),
        ("15:00", BERLIN, utc(2026, 11, 23, 14, 0)),
        ("19:30", INDIA, utc(2026, 11, 23, 14, 0)),
        ("-25m", UTC, utc(2026, 11, 23, 13, 37, 30)),
        ("-25min", UTC, utc(2026, 11, 23, 13, 37, 30)),
        ("-1h30m", BERLIN, utc(2026, 11, 23, 12, 32, 30)),
        ("- 2h", UTC, utc(2026, 11, 23, 12, 2, 30)),
        ("-1d", UTC, utc(2026, 11, 22, 14, 2, 30)),
        ("yesterday 23:50", UTC, utc(2026, 11, 22, 23, 50)),
        ("Yesterday 23:50", BERLIN, utc(2026, 11, 22, 22, 50)),
        ("2026-11-23T14:00Z", BERLIN, utc(2026, 11, 23, 14, 0)),
        ("2026-11-23T14:00:05z", BERLIN, utc(2026, 11, 23, 14, 0, 5)),
        ("2026-11-23 14:00:05.250+01:00", UTC, utc(2026, 11, 23, 13, 0, 5)),
        ("2026-11-23T14:00", BERLIN, utc(2026, 11, 23, 13, 0)),
        ("2026-07-01 14:00", BERLIN, utc(2026, 7, 1, 12, 0)),
        ("now", UTC, utc(2026, 11, 23, 14, 2, 30)),
        (" now ", BERLIN, utc(2026, 11, 23, 14, 2, 30)),
    ],
)
def test_what_is_typed_is_understood(typed, local, meant):
    found = parse_time(typed, NOW, local)
    assert found == meant
    assert found.tzinfo == UTC


@pytest.mark.parametrize("read", [parse_time, parse_appointment])
def test_what_is_refused_and_long_is_cut_with_a_sign(read):
    with pytest.raises(BadTime, match=r"^'half past .{49}…' is no"):
        read("half past " + "two in the night " * 9, NOW, UTC)
    with pytest.raises(BadTime, match=r"^'half past two' is no"):
        read("half past two", NOW, UTC)


@pytest.mark.parametrize("typed", ["14:04", "yesterday 24:00", "23:59", "2026-11-24T00:00Z", "2027-01-01"])
def test_a_time_in_the_future_is_refused_and_the_time_now_is_said(typed):
    with pytest.raises(BadTime) as no:
        parse_time(typed, NOW, UTC)
    assert any(
        said in str(no.value) for said in ("future", "is not a time", f"did you mean `yesterday {typed}`")
    )
    if typed != "yesterday 24:00":
        assert "14:02 UTC" in str(no.value)


def test_a_clock_that_is_a_little_ahead_means_now():
    assert parse_time("14:03", NOW, UTC) == NOW


NO_TIMES = [
    *(
        "",
        "-",
        "soon",
        "25:00",
        "14:60",
        "14",
        "25m",
        "2026-02-30",
        "-m",
        "yesterday",
        "14:23 UTC",
        "9" * 400,
    ),
    *("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "-999d99999m", "\x00", "１４:２３:９９"),
]


@pytest.mark.parametrize("typed", NO_TIMES)
def test_what_is_no_time_is_refused_with_examples_never_with_a_traceback(typed):
    for local in (UTC, BERLIN, INDIA, None):
        with pytest.raises(BadTime) as no:
            parse_time(typed, NOW, local)
        assert str(no.value).endswith(".") and len(str(no.value)) < 200


def test_a_day_at_the_edge_of_the_calendar_is_refused_only_where_utc_has_none():
    assert parse_time("0001-01-01", NOW, UTC) == utc(1, 1, 1)
    with pytest.raises(BadTime):
        parse_time("0001-01-01", NOW, BERLIN)


@given(
    st.text(max_size=30)
    | st.from_regex(r"(-[0-9dhm ]{1,9})|(yesterday )?[0-9]{1,2}:[0-9]{2}|[0-9-]{8,10}T[0-9:+Z-]*")
)
def test_no_text_breaks_it_and_nothing_is_in_the_future(typed):
    for local in (UTC, BERLIN):
        try:
            found = parse_time(typed, NOW, local)
        except BadTime:
            continue
        assert found <= NOW
        assert parse_time(rfc3339(found), NOW, local) == found


@given(st.datetimes(timezones=st.just(UTC)))
def test_stored_times_are_rfc_3339_whatever_the_year(at):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rfc3339(at))


def test_naive_times_are_of_the_machines_zone_on_their_own_day(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert parse_time("15:00", NOW) == utc(2026, 11, 23, 14, 0)
        assert parse_time("2026-07-01 14:00", NOW) == utc(2026, 7, 1, 12, 0), "summer time, typed in winter"
        after_change = utc(2026, 10, 25, 9, 0)
        assert parse_time("yesterday 23:50", after_change) == utc(2026, 10, 24, 21, 50)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_times_are_echoed_in_both_zones():
    at = utc(2026, 11, 23, 14, 2)
    assert both_zones(at, UTC) == "2026-11-23 14:02 UTC"
    assert both_zones(at, BERLIN) == "2026-11-23 14:02 UTC (15:02 local)"
    assert clock_time(at) == "14:02"
    assert clock_time(at, NOW) == "14:02"
    assert clock_time(at, NOW + timedelta(days=1)) == "2026-11-23 14:02"


DURATIONS = {
    0: "0 s",
    59: "59 s",
    60: "1 m",
    3599: "59 m",
    3600: "1 h 00 m",
    11100: "3 h 05 m",
    -61: "1 m",
    172_799: "47 h 59 m",
    172_800: "2 d",
    172_800 + 4 * 3600: "2 d 4 h",
    10 * 86_400 - 1: "9 d 23 h",
    16 * 86_400 + 20 * 3600: "16 d",
}


@pytest.mark.parametrize(("seconds", "text"), DURATIONS.items())
def test_durations_are_said_shortly(seconds, text):
    assert humane(seconds) == text
