"""Points in time as people type them, and durations as people read them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from hotfix_tui.base.errors import USAGE, HotfixError
from hotfix_tui.base.text import one_line

_AGO = r"-\s*(?:(\d{1,3})d)?\s*(?:(\d{1,3})h)?\s*(?:(\d{1,4})m(?:in)?)?\s*"
_CLOCK = r"(?i:(yesterday|today)\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?"


class BadTime(HotfixError, ValueError):
    """The text typed is not a time, or lies in the future; the message is a sentence for the user."""

    exit_status = USAGE


def parse_time(typed: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """Return the UTC time meant by `typed`: ``14:23``, ``-25m``, ``yesterday 23:50``, ``now`` or RFC 3339.

    A time without a zone is local. A bare clock time later than now means yesterday only if ``yesterday`` was
    typed; otherwise it is refused, as a time in the future is always an error.
    """
    text = typed.strip()
    try:
        at = _parse(text, now, local)
        at = at.astimezone(UTC).replace(microsecond=0) if at else None
    except (ValueError, OverflowError):  # no such day, or outside the calendar in UTC
        at = None
    if at is None:
        raise BadTime(
            f"{one_line(text, 60)!r} is not a time; write 14:23, -25m, yesterday 23:50 or 2026-03-02T14:23Z."
        )
    if at > now + timedelta(seconds=60):
        if re.fullmatch(_CLOCK, text) and " " not in text:
            raise BadTime(
                f"{text} has not come yet today (it is {clock_time(now)} UTC); did you mean `yesterday {text}`?"
            )
        raise BadTime(f"{text!r} lies in the future (it is {clock_time(now)} UTC); write when it happened.")
    return min(at, now.replace(microsecond=0))


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_APPOINTMENT = rf"(?i:(today|tomorrow|{'|'.join(_DAYS)})\s+(?:at\s+)?)?(\d{{1,2}}):(\d{{2}})"


def parse_appointment(typed: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """Return the UTC time of an appointment: ``tomorrow 10:00``, ``Wednesday 10:00``, ``+48h`` or a date and time.

    A weekday means the next one. A time without a zone is local. Raises BadTime for words that give no time.
    """
    text = " ".join(typed.replace(" UTC", "Z").split())
    try:
        at = _appointment(text, now, local)
        at = at.astimezone(UTC).replace(microsecond=0) if at else None
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise BadTime(
            f"{one_line(typed, 60)!r} is no date with a time; write tomorrow 10:00, Wednesday 10:00, +48h "
            "or 2026-03-02 14:00."
        )
    return at


def _appointment(text: str, now: datetime, local: tzinfo | None) -> datetime | None:
    later = re.fullmatch(r"\+\s*(?:(\d{1,2})d)?\s*(?:(\d{1,3})h)?", text)
    if later and any(later.groups()):
        return now + timedelta(days=int(later[1] or 0), hours=int(later[2] or 0))
    clock = re.fullmatch(_APPOINTMENT, text)
    if clock:
        word, here = (clock[1] or "").lower(), now.astimezone(local)
        day = datetime(here.year, here.month, here.day, int(clock[2]), int(clock[3]))
        if word in _DAYS:
            day += timedelta(days=(_DAYS.index(word) - here.weekday()) % 7)
        at = _here(day + timedelta(days=word == "tomorrow"), local)
        if at <= now and word != "today":
            at = _here(day + timedelta(days=7 if word in _DAYS else 1), local)
        return at
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}", text):
        return None
    typed = datetime.fromisoformat(text.replace("z", "Z"))
    return typed if typed.tzinfo else _here(typed, local)


def _parse(text: str, now: datetime, local: tzinfo | None) -> datetime | None:
    if text.lower() == "now":
        return now
    ago = re.fullmatch(_AGO, text)
    if ago and any(ago.groups()):
        days, hours, minutes = (int(part or 0) for part in ago.groups())
        return now - timedelta(days=days, hours=hours, minutes=minutes)
    clock = re.fullmatch(_CLOCK, text)
    if clock:
        word, hour, minute, second = clock.groups()
        day = now.astimezone(local) - timedelta(days=(word or "").lower() == "yesterday")
        return _here(datetime(day.year, day.month, day.day, int(hour), int(minute), int(second or 0)), local)
    at = datetime.fromisoformat(text.replace("z", "Z"))
    return at if at.tzinfo else _here(at, local)


def _here(naive: datetime, local: tzinfo | None) -> datetime:
    """Return the local time `naive` with its zone, which may have been a different one on that day."""
    return naive.replace(tzinfo=local) if local else naive.astimezone()


def clock_time(at: datetime, now: datetime | None = None) -> str:
    """Return ``14:23``, with the date before it when `now` lies on another day."""
    if now is not None and at.date() != now.date():
        return at.strftime("%Y-%m-%d %H:%M")
    return at.strftime("%H:%M")


def both_zones(at: datetime, local: tzinfo | None = None) -> str:
    """Return the time in UTC and, where it differs, in the local zone: ``14:23 UTC (16:23 local)``."""
    here = at.astimezone(local)
    text = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return text if here.utcoffset() == timedelta(0) else f"{text} ({here.strftime('%H:%M')} local)"


def as_time(value: object) -> datetime | None:
    """Return a point in time from outside, which may be an RFC 3339 text, in UTC; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def rfc3339(at: datetime) -> str:
    """Return the time as it is stored and sent: UTC, seconds, ``Z``."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


DAYS_ALONE = 10
"""Days from which on the hours beyond them say nothing."""


def humane(seconds: float) -> str:
    """Return a duration for people: ``45 s``, ``12 m``, ``3 h 05 m``, ``2 d 4 h``, and from ten days on ``16 d``."""
    whole = int(abs(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, hours = whole // 60, whole // 3600
    if hours == 0:
        return f"{minutes} m"
    if hours < 48:
        return f"{hours} h {minutes % 60:02} m"
    days, rest = divmod(hours, 24)
    return f"{days} d {rest} h" if rest and days < DAYS_ALONE else f"{days} d"
