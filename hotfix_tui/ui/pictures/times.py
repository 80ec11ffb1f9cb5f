"""Points in time and durations as pictures show them: ``14:20``, ``Thu 13:36``, ``1 m 10 s``, ``2 d 23 h``."""

from datetime import UTC, datetime, timedelta

from hotfix_tui.base.times import DAYS_ALONE


def span(seconds: float) -> str:
    """Return a duration: ``41 s``, ``1 m 10 s``, ``3 h 13 m``, ``2 d``, ``2 d 4 h``, ``16 d``."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    units = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
    place = next(number for number, (size, _) in enumerate(units) if whole >= size)
    (large, name), (small, second) = units[place], units[place + 1]
    rest = whole % large // small if whole < DAYS_ALONE * 86_400 else 0
    return f"{whole // large} {name}" + (f" {rest} {second}" if rest else "")


def lasted(seconds: float) -> str:
    """Return how long a finished thing took: never ``0 s``."""
    return span(seconds) if seconds >= 1 else "< 1 s"


def minutes(seconds: float) -> str:
    """Return a duration without seconds: ``29 m``, ``1 h 40 m``; less than a minute is shown as such."""
    whole = int(abs(seconds)) // 60 * 60
    return span(whole) if whole else "< 1 m"


def at(when: datetime, now: datetime) -> str:
    """Return a point in time, as short as is unambiguous: today's as ``14:20``, older ones with their day."""
    when, now = when.astimezone(UTC), now.astimezone(UTC)
    days = (now.date() - when.date()).days
    clock = f"{when:%H:%M}"
    if days == 0:
        return clock
    if days == 1:
        return f"yesterday {clock}"
    if days == -1:
        return f"tomorrow {clock}"
    if abs(days) < 7:
        return f"{_DAYS[when.weekday()]} {clock}"
    return f"{when:%m-%d} {clock}" if abs(days) < MONTHS else f"{when:%Y-%m-%d}"


MONTHS = 300
"""Days from which on the year is shown."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def watch(seconds: float) -> str:
    """Return a running time: ``11:20``, ``1:02:03``."""
    left = max(int(seconds), 0)
    hours, rest = divmod(left, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def since(when: datetime | None, now: datetime) -> float:
    """Return the seconds from `when` until now, 0 if that is unknown or in the future."""
    return max((now - when) / timedelta(seconds=1), 0.0) if when is not None else 0.0


def age(when: datetime, now: datetime) -> str:
    """Return how long ago `when` was, in one unit: ``41 s``, ``12 m``, ``5 h``, ``2 d``, ``3 y``."""
    days, seconds = divmod(int(since(when, now)), 86400)
    if days >= 366:
        return f"{days // 365} y"
    return f"{days} d" if days else span(seconds).split(" ")[0] + " " + span(seconds).split(" ")[1]
