"""Driver: waits for the end of what a command started on a platform.

``… deploy.wait_driver PLATFORM WAIT [NAME=VALUE…]`` queries as the platform's file says, prints each new answer,
leaves it as ``wait.json`` in the folder of the run, and exits with 0 once the end is reached, otherwise with 1. It is
read-only.
"""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.base import bounded
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.platforms import loader, lookup
from hotfix_tui.platforms.model import Platform, Wait
from hotfix_tui.platforms.release import LARGEST, under

RESULT = "wait.json"

TRIES = 12
"""How often in a row the platform may fail to answer before the wait is given up."""

_SURE = 3
"""How often in a row it must report failure: at first it may still describe the previous state."""

_ANSWER = 60.0


class _Told(NamedTuple):
    """The result of a query: the line to print, or what was wrong (a clause)."""

    line: str
    problem: str = ""


def main(argv: list[str]) -> int:
    """Wait; return 0 when the end is reached, 1 if it will not be, or time is up."""
    on = loader.load(argv[0])
    wait = on.waits[argv[1]]
    values = dict(word.split("=", 1) for word in argv[2:])
    until, said, silent, lost = time.monotonic() + wait.seconds, "", 0, 0
    while True:
        told = _ask(on, wait, values)
        now = told.line or told.problem
        if now != said:
            print(one_line(now, 400), flush=True)
        said = now
        if told.line:
            _leave(argv[1], told.line, {name: values[name] for name in on.lookups.keys() & values.keys()})
        if told.line and re.search(wait.until, told.line):
            return 0
        if told.line and wait.pauses and re.search(wait.pauses, told.line):
            return _ends(f"{on.name} waits until somebody goes on with it: {one_line(told.line, 200)}")
        lost = lost + 1 if told.line and wait.never and re.search(wait.never, told.line) else 0
        silent = silent + 1 if not told.line else 0
        if lost >= _SURE:
            return _ends(f"{on.name} has ended it as {one_line(told.line, 200)}")
        if silent >= TRIES:
            return _ends(f"{on.name} could not be asked how it ended: {one_line(told.problem, 200)}")
        if time.monotonic() >= until:
            return _ends(
                f"after {wait.seconds / 60:.0f} min it has not come to its end: {one_line(now, 200)}"
            )
        time.sleep(wait.every)


def _leave(wait: str, line: str, looked_up: dict[str, str]) -> None:
    """Store the latest answer, and what it is about."""
    if folder := os.environ.get("HOTFIX_TUI_RUN", ""):
        new = Path(folder, f".{RESULT}")
        new.write_text(json.dumps({"wait": wait, "line": line, "about": looked_up}), encoding="ascii")
        new.replace(Path(folder, RESULT))


def live(on: Platform, directory: str) -> str:
    """Return the platform's last answer in this run, if it means that all traffic has moved; otherwise empty."""
    try:
        kept = json.loads(Path(directory, RESULT).read_text("ascii"))
        wait, line = on.waits[kept["wait"]], str(kept["line"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return one_line(line, 80) if wait.live and re.search(wait.live, line) else ""


def moved(on: Platform | None, directory: str) -> str:
    """Return that the platform said at the end of this run that all traffic has moved; empty if it did not."""
    said = live(on, directory) if on is not None else ""
    return f"{on.name} has moved the traffic ({said})" if on is not None and said else ""


def values(on: Platform, directory: str) -> dict[str, str]:
    """Return what this run has looked up at the platform for its wait: which deployment it was; empty if unknown."""
    try:
        about = json.loads(Path(directory, RESULT).read_text("ascii"))["about"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    known = about.items() if isinstance(about, dict) else ()
    forms = {name: lookup.form for name, lookup in on.lookups.items()}
    return {
        name: value
        for name, value in known
        if name in forms and isinstance(value, str) and re.fullmatch(forms[name], value)
    }


def _ends(why: str) -> int:
    print(f"error: {why}", flush=True)
    return 1


def _ask(on: Platform, wait: Wait, values: dict[str, str]) -> _Told:
    """Query once; a value that had to be looked up for it is kept in `values`."""
    names = loader.names_in(wait.run) & on.lookups.keys()
    looked, why = lookup.resolve(on, names, values, _call)
    if why:
        return _Told("", f"not known yet: {why}")
    values |= looked
    planned = loader.question(on, wait.run, values)
    if planned.missing:
        return _Told("", f"not known: {', '.join(planned.missing)}")
    answer, why = _call(planned.commands[0], any_status=not wait.tells)
    return _Told(*_line(answer, wait, why))


def _line(answer: bytes, wait: Wait, why: str) -> tuple[str, str]:
    text = clean(answer.decode("utf-8", "replace")).strip()
    if not wait.tells:
        return (text.splitlines()[0] if text else ""), why
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return "", why or "the answer is no JSON"
    words = [str(word) for word in (under(said, pointer) for pointer in wait.tells) if word not in (None, "")]
    return " ".join(words), why or "the answer does not mention it"


def _call(argv: list[str], *, any_status: bool = False) -> tuple[bytes, str]:
    """Run a read-only command; with `any_status` it may fail and still have reported the state."""
    try:
        said = bounded.call(argv, timeout=_ANSWER, limit=LARGEST, most=LARGEST)
    except (OSError, ValueError) as error:
        return (
            b"",
            f"{os.path.basename(argv[0])} could not be started ({getattr(error, 'strerror', '') or error})",
        )
    if said.status is None:
        return b"", f"{os.path.basename(argv[0])} did not answer"
    words = one_line(clean(said.err.decode("utf-8", "replace")), 200)
    bad = f"{os.path.basename(argv[0])} ended with status {said.status}: {words}" if said.status else ""
    return (said.out if not bad or any_status else b""), bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
