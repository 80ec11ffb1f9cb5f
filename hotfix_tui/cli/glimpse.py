"""What is known of the open incident, read in the first hundredth of a second.

A TOML parser and its imports take longer than everything else before the first frame. So this reads only what that
frame shows, from the shape in which the session file is written, and gives up on anything unusual: then the
parser is asked. It imports nothing that Python has not loaded already, but the time.
"""

import os

_HOURS = {"P0": 2, "P1": 4, "P2": 24, "P3": 48}
"""The hours of `incident.model.severity`, which would have to be imported; a test holds both together."""

_TOP = ("state", "severity", "stage", "id")
_FACTS = ("ticket", "title", "detected-at", "mitigated-at", "embargo")
_CLOCK = ("opened_at", "reopened_at", "stopped_at")


def glimpse(start: str, width: int) -> str:
    """Return the first two rows for the only incident around `start`, or an empty text when it is not plain."""
    path = _only_session(start)
    if not path:
        return ""
    try:
        with open(path, encoding="utf-8") as file:
            found = _read(file.read(60_000))
    except (OSError, UnicodeDecodeError):
        return ""
    return _lines(found, width) if found else ""


def _only_session(start: str) -> str:
    """Return the path of the one session file of the repository around `start`, empty if there is not just one."""
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


def _lines(found: dict[str, str], width: int) -> str:
    from datetime import UTC, datetime, timedelta

    from_when = found.get("reopened_at") or found.get("detected-at") or found["opened_at"]
    try:
        due = datetime.fromisoformat(from_when) + timedelta(hours=_HOURS[found["severity"]])
        left = int((due - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return ""
    place = found.get("stage", "").replace("-", " ").capitalize()
    badge = f" {found['severity']} " + (" EMBARGO " if found.get("embargo") == "yes" else "")
    name = found.get("ticket") or found.get("id", "")
    clock = f"{_humane(left)} left" if left >= 0 else f"overdue {_humane(-left)}"
    room = max(width - len(badge) - len(name) - len(clock) - 7, 0)
    title = found.get("title", "what is broken?")
    if not title.isascii() or len(title) > room:
        title = title[: room // 2 if not title.isascii() else room]
    gap = " " * max(width - len(badge) - len(name) - len(title) - len(clock) - 5, 1)
    return f"\x1b[7m{badge}\x1b[27m  \x1b[1m{name}\x1b[22m  {title}{gap}{clock}\r\n  ▸ {place} "


def _humane(seconds: int) -> str:
    """Write a duration as `base.times.humane` does, which takes long to import; a test holds both together."""
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if hours == 0:
        return f"{minutes} m"
    return f"{hours} h {minutes % 60:02} m" if hours < 48 else f"{hours // 24} d {hours % 24} h"
