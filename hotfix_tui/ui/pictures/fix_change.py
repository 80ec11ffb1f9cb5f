"""The change of this round as it is read beside the screen: files, patches of the first ones, and whether it moved.

A screen that shows the change reads it once, then calls `again` every `EVERY` seconds, one look at a time: it costs one
call of git while nothing moves, and brings the record in line where something did. `elsewhere` looks every
`ELSEWHERE_EVERY` seconds whether somebody edits in the checkout that the fix is not made in.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.ui.pictures import fix_code
from hotfix_tui.ui.widgets.log_cleaner import clean_text

if TYPE_CHECKING:
    from hotfix_tui.engine.change_look import Seen
    from hotfix_tui.engine.core import Engine

EVERY = 1.0
"""Seconds between two looks at the change."""

ELSEWHERE_EVERY = 4.0
"""Seconds between two looks at the checkout where the wizard was started."""

FILES = 12
"""Files whose patches are read at once; of more files, only that of the chosen one."""

LINES = 2_000
"""Lines of one patch that are kept."""

LONGEST = 500
"""Characters of a line that are kept."""

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class Line(NamedTuple):
    """One line of a patch: its sign (``@`` for the head of a hunk), its number in the file, and its text."""

    sign: str
    number: int
    text: str


class Change(NamedTuple):
    """The change at one moment. `problem` says why it could not be read; `seen` is None while there is no branch."""

    stamp: str
    at: datetime
    seen: "Seen | None" = None
    patches: dict[str, tuple[Line, ...]] = {}
    problem: str = ""
    other: str = ""
    """What is edited in the checkout that the fix is not made in, as a sentence."""
    file: int = 0
    """Which file is chosen."""

    @property
    def several(self) -> bool:
        """Whether there is another file to choose."""
        return self.seen is not None and len(self.seen.files) > 1

    @property
    def path(self) -> str:
        """The chosen file, empty where there is none."""
        files = self.seen.files if self.seen is not None else []
        return files[min(self.file, len(files) - 1)].path if files else ""


def read(engine: "Engine") -> Change:
    """Read the change; the record stays as it is."""
    from hotfix_tui.engine import change_look

    found = change_look.read(engine)
    file = _first_code(engine, found.seen)
    change = Change(found.stamp, _first_seen(engine), found.seen, {}, found.problem, _other(engine), file)
    return change if found.problem else change._replace(patches=_patches(engine, change, {}))


def again(engine: "Engine", before: Change) -> Change | None:
    """Return the change where something moved since `before`, or where another file was chosen; else None."""
    from hotfix_tui.engine import change_look

    try:
        found = change_look.look(engine, before.stamp)
    except HotfixError as problem:  # what it saw could not be saved
        found = change_look.Look("", None, str(problem))
    if found.problem:
        return None if before.problem == found.problem else before._replace(stamp="", problem=found.problem)
    if found.stamp == before.stamp:
        if before.path in before.patches or not before.path:
            return None
        return before._replace(patches=_patches(engine, before, before.patches))
    change = Change(
        found.stamp, engine.clock(), found.seen, {}, "", _other(engine), _same_file(before, found.seen)
    )
    return change._replace(patches=_patches(engine, change, {}))


def elsewhere(engine: "Engine", before: Change) -> Change | None:
    """Return the change with what is edited in the other checkout, None where that says the same as before."""
    from hotfix_tui.engine import change_look

    said = change_look.edited_elsewhere(engine)
    return None if said == before.other else before._replace(other=said)


def turn(change: Change, files: int) -> Change:
    """Return the change with another file chosen, `files` later; `again` reads its patch where that is missing."""
    count = len(change.seen.files) if change.seen is not None else 0
    return change._replace(file=min(max(change.file + files, 0), max(count - 1, 0)))


def _first_seen(engine: "Engine") -> datetime:
    """Return when the change was seen to move last, before this screen looked."""
    at = engine.record.entry("fix.change").get("at")
    return at if isinstance(at, datetime) else engine.clock()


def _first_code(engine: "Engine", seen: "Seen | None") -> int:
    """Return the place of the first file that is no test: the fix itself is looked at first."""
    from hotfix_tui.detect.test_suites import is_test_file

    extra = list(engine.context().config.guard.test_paths)
    files = seen.files if seen is not None else []
    return next((place for place, one in enumerate(files) if not is_test_file(one.path, extra)), 0)


def _other(engine: "Engine") -> str:
    return engine.record.seen(Changed).other_tree


def _same_file(before: Change, seen: "Seen | None") -> int:
    paths = [one.path for one in seen.files] if seen is not None else []
    return paths.index(before.path) if before.path in paths else 0


def _patches(
    engine: "Engine", change: Change, known: dict[str, tuple[Line, ...]]
) -> dict[str, tuple[Line, ...]]:
    from hotfix_tui.engine import change_look

    seen = change.seen
    if seen is None:
        return {}
    wanted = [one.path for one in seen.files[:FILES] if not one.binary] if len(seen.files) <= FILES else []
    chosen = next((one for one in seen.files if one.path == change.path), None)
    if chosen is not None and not chosen.binary and change.path not in wanted:
        wanted.append(change.path)
    fix_code.prepare(wanted)
    found = {path: lines for path, lines in known.items() if path in {one.path for one in seen.files}}
    for path in wanted:
        if path not in found:
            found[path] = lines_of(change_look.patch(engine, seen, path).data)
    if chosen is not None:
        found.setdefault(change.path, ())
    return found


def lines_of(patch: bytes) -> tuple[Line, ...]:
    """Return the hunks of the patch of one file, without git's header."""
    out: list[Line] = []
    old = new = 0
    for raw in patch.split(b"\n"):
        text = raw[: LONGEST * 4].decode("utf-8", "replace").removesuffix("\r")
        hunk = _HUNK.match(text)
        if hunk and not raw.startswith((b" ", b"+", b"-")):
            old, new = int(hunk[1]), int(hunk[2])
            out.append(Line("@", new, clean_text(text)))
            continue
        sign = text[:1]
        if not out or sign not in (" ", "+", "-", "\\"):
            continue
        out.append(Line(sign, old if sign == "-" else new, clean_text(text[1:].expandtabs(4))[:LONGEST]))
        old += sign in (" ", "-")
        new += sign in (" ", "+")
        if len(out) >= LINES:
            break
    return tuple(out)
