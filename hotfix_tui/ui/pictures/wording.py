"""Durations and points in time as every picture writes them: two units at most, the day only where it is not today."""

from datetime import UTC, datetime


def span(seconds: float) -> str:
    """Return a duration: ``41 s``, ``1 m 10 s``, ``3 h 13 m``, ``2 d``, ``2 d 4 h``."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    units = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
    place = next(number for number, (size, _) in enumerate(units) if whole >= size)
    (large, name), (small, second) = units[place], units[place + 1]
    rest = whole % large // small
    return f"{whole // large} {name}" + (f" {rest} {second}" if rest else "")


def when(at: datetime, now: datetime) -> str:
    """Return a point in time in UTC: ``14:20``, ``yesterday 23:50``, ``Thu 13:36``, ``02-17 09:05``."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    days = (now.date() - at.date()).days
    clock = f"{at:%H:%M}"
    if days == 0:
        return clock
    if days == 1:
        return f"yesterday {clock}"
    if 1 < days < 7:
        return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[at.weekday()]} {clock}"
    return f"{at:%m-%d %H:%M}" if 0 < days < 300 else f"{at:%Y-%m-%d}"
