"""The open incident's status, read in the first hundredth of a second.

A TOML parser and its imports take longer than everything else before the first frame. So this reads only what that
frame shows, relying on the exact format in which the session file is written, and gives up on anything unusual: then
the parser is used. It imports nothing that Python has not already loaded, except `datetime`.

Apart from `start`, which draws: this alone depends on the exact spelling of a session file.
"""

import os

_HOURS = {"P0": 2, "P1": 4, "P2": 24, "P3": 48}
"""The hours of `incident.model.severity`, which would have to be imported; a test keeps them in sync."""

_TOP = ("state", "severity", "stage", "id")
_FACTS = ("ticket", "title", "detected-at", "mitigated-at", "embargo")
_CLOCK = ("opened_at", "reopened_at", "stopped_at")


def fast_status(start: str, width: int) -> str:
    """Return the first two rows for the only incident around `start`, empty if that is not straightforward."""
    path = _only_session(start)
    if not path:
        return ""
    try:
        with open(path, encoding="utf-8") as file:
            values = _read(file.read(60_000))
    except (OSError, UnicodeDecodeError):
        return ""
    return _lines(values, width) if values else ""


def _only_session(start: str) -> str:
    """Return the path of the only session file of the repository around `start`, empty unless there is exactly one."""
    if any(name in os.environ for name in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE")):
        return ""
    here = os.path.realpath(start)
    while not os.path.lexists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return ""
        here = above
    folder = os.path.join(here, ".git", "hotfix-tui")
    try:
        names = [
            name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name, "session.toml"))
        ]
    except OSError:
        return ""  # also for a linked worktree, whose .git is a file
    return os.path.join(folder, names[0], "session.toml") if len(names) == 1 else ""


def _read(text: str) -> dict[str, str]:
    """Return the few values by name, empty unless the file is written as this version writes it."""
    if "policy" in text or not text.startswith("schema = 1\n"):
        return {}
    out: dict[str, str] = {}
    wanted: tuple[str, ...] = _TOP
    for line in text.split("\n"):
        if line.startswith("["):
            wanted = {"[facts]": _FACTS, "[clock]": _CLOCK}.get(line, ())
            continue
        name, equals, value = line.partition(" = ")
        if equals and name in wanted and name not in out:
            if "\\" in value or not value.isprintable():
                return {}
            out[name] = value[1:-1] if value[:1] == '"' == value[-1:] else value
    usual = out.get("state") == "open" and out.get("severity") in _HOURS and "opened_at" in out
    return out if usual and not any(name in out for name in ("mitigated-at", "stopped_at")) else {}


def _lines(values: dict[str, str], width: int) -> str:
    from datetime import UTC, datetime, timedelta

    from_when = values.get("reopened_at") or values.get("detected-at") or values["opened_at"]
    try:
        due = datetime.fromisoformat(from_when) + timedelta(hours=_HOURS[values["severity"]])
        left = int((due - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return ""
    place = values.get("stage", "").replace("-", " ").capitalize()
    badge = f" {values['severity']} " + (" EMBARGO " if values.get("embargo") == "yes" else "")
    name = values.get("ticket") or values.get("id", "")
    clock = f"{_humane(left)} left" if left >= 0 else f"overdue {_humane(-left)}"
    room = max(width - len(badge) - len(name) - len(clock) - 7, 0)
    title = values.get("title", "what is broken?")
    if not title.isascii() or len(title) > room:
        title = title[: room // 2 if not title.isascii() else room]
    gap = " " * max(width - len(badge) - len(name) - len(title) - len(clock) - 5, 1)
    return f"\x1b[7m{badge}\x1b[27m  \x1b[1m{name}\x1b[22m  {title}{gap}{clock}\r\n  ▸ {place} "


def _humane(seconds: int) -> str:
    """Format a duration like `base.times.humane`, which is slow to import; a test keeps them in sync."""
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if hours == 0:
        return f"{minutes} m"
    if hours < 48:
        return f"{hours} h {minutes % 60:02} m"
    days, rest = hours // 24, hours % 24
    return f"{days} d {rest} h" if rest and days < 10 else f"{days} d"
