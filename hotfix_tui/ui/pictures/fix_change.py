"""The change of this round as read in the background: files, patches of the first ones, and whether it moved.

A screen that shows the change reads it once, then calls `again` every `EVERY` seconds, one call at a time: it costs
one git call while nothing moves, and brings the record in line if something did. `elsewhere` checks every
`ELSEWHERE_EVERY` seconds whether somebody edits in the checkout that the fix is not made in.

Apart from the picture: it compares two moments of the change; the picture shows one.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.detect import test_suites
from hotfix_tui.engine import change_look
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.ui.pictures import fix_code
from hotfix_tui.ui.widgets import log_cleaner

if TYPE_CHECKING:
    from hotfix_tui.engine.change_look import ChangeSnapshot
    from hotfix_tui.engine.core import Engine

EVERY = 1.0
"""Seconds between two checks of the change."""

ELSEWHERE_EVERY = 4.0
"""Seconds between two checks of the checkout the wizard was started in."""

FILES = 12
"""Up to this many files the patches are all read at once; beyond that, only the chosen file's."""

LINES = 2_000
"""Lines of one patch that are kept."""

LONGEST = 500
"""Characters of a line that are kept."""

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class PatchLine(NamedTuple):
    """One line of a patch: its sign (``@`` for the head of a hunk), its number in the file, and its text."""

    sign: str
    number: int
    text: str


class ShownChange(NamedTuple):
    """The change at one moment. `problem` says why it could not be read; `seen` is None while there is no branch."""

    stamp: str
    at: datetime
    seen: "ChangeSnapshot | None" = None
    patches: dict[str, tuple[PatchLine, ...]] = {}
    problem: str = ""
    other: str = ""
    """What is being edited in the checkout that the fix is not made in, as a sentence."""
    file: int = 0
    """Index of the chosen file."""

    @property
    def several(self) -> bool:
        """Whether there is another file to choose."""
        return self.seen is not None and len(self.seen.files) > 1

    @property
    def path(self) -> str:
        """The chosen file, empty if there is none."""
        files = self.seen.files if self.seen is not None else []
        return files[min(self.file, len(files) - 1)].path if files else ""


def read(engine: "Engine") -> ShownChange:
    """Read the change; the record stays unchanged."""
    look = change_look.read(engine)
    file = _first_code(engine, look.seen)
    change = ShownChange(look.stamp, _first_seen(engine), look.seen, {}, look.problem, _other(engine), file)
    return change if look.problem else change._replace(patches=_patches(engine, change, {}))


def again(engine: "Engine", before: ShownChange) -> ShownChange | None:
    """Return the change if something moved since `before`, or another file was chosen; otherwise None."""
    try:
        look = change_look.look(engine, before.stamp)
    except HotfixError as problem:  # what it saw could not be saved
        look = change_look.ChangeLook("", None, str(problem))
    if look.problem:
        return None if before.problem == look.problem else before._replace(stamp="", problem=look.problem)
    if look.stamp == before.stamp:
        if before.path in before.patches or not before.path:
            return None
        return before._replace(patches=_patches(engine, before, before.patches))
    change = ShownChange(
        look.stamp, engine.clock(), look.seen, {}, "", _other(engine), _same_file(before, look.seen)
    )
    return change._replace(patches=_patches(engine, change, {}))


def elsewhere(engine: "Engine", before: ShownChange) -> ShownChange | None:
    """Return the change with what is edited in the other checkout, None if that is the same as before."""
    said = change_look.edited_elsewhere(engine)
    return None if said == before.other else before._replace(other=said)


def turn(change: ShownChange, files: int) -> ShownChange:
    """Return the change with another file chosen, `files` further; `again` reads its patch if it is missing."""
    count = len(change.seen.files) if change.seen is not None else 0
    return change._replace(file=min(max(change.file + files, 0), max(count - 1, 0)))


def _first_seen(engine: "Engine") -> datetime:
    """Return when the change was last seen to move, before this screen was opened."""
    at = engine.record.entry(catalog.FIX_CHANGE).get("at")
    return at if isinstance(at, datetime) else engine.clock()


def _first_code(engine: "Engine", seen: "ChangeSnapshot | None") -> int:
    """Return the index of the first file that is not a test: the fix itself is shown first."""
    extra = list(engine.context().config.guard.test_paths)
    files = seen.files if seen is not None else []
    return next(
        (place for place, file in enumerate(files) if not test_suites.is_test_file(file.path, extra)), 0
    )


def _other(engine: "Engine") -> str:
    return engine.record.seen(Changed).other_tree


def _same_file(before: ShownChange, seen: "ChangeSnapshot | None") -> int:
    paths = [file.path for file in seen.files] if seen is not None else []
    return paths.index(before.path) if before.path in paths else 0


def _patches(
    engine: "Engine", change: ShownChange, known: dict[str, tuple[PatchLine, ...]]
) -> dict[str, tuple[PatchLine, ...]]:
    seen = change.seen
    if seen is None:
        return {}
    wanted = [file.path for file in seen.files[:FILES] if not file.binary] if len(seen.files) <= FILES else []
    chosen = next((file for file in seen.files if file.path == change.path), None)
    if chosen is not None and not chosen.binary and change.path not in wanted:
        wanted.append(change.path)
    fix_code.prepare(wanted)
    patches = {path: lines for path, lines in known.items() if path in {file.path for file in seen.files}}
    for path in wanted:
        if path not in patches:
            patches[path] = lines_of(change_look.patch(engine, seen, path).data)
    if chosen is not None:
        patches.setdefault(change.path, ())
    return patches


def lines_of(patch: bytes) -> tuple[PatchLine, ...]:
    """Return the hunks of one file's patch, without git's header."""
    out: list[PatchLine] = []
    old = new = 0
    for raw in patch.split(b"\n"):
        text = raw[: LONGEST * 4].decode("utf-8", "replace").removesuffix("\r")
        hunk = _HUNK.match(text)
        if hunk and not raw.startswith((b" ", b"+", b"-")):
            old, new = int(hunk[1]), int(hunk[2])
            out.append(PatchLine("@", new, log_cleaner.clean_text(text)))
            continue
        sign = text[:1]
        if not out or sign not in (" ", "+", "-", "\\"):
            continue
        out.append(
            PatchLine(
                sign, old if sign == "-" else new, log_cleaner.clean_text(text[1:].expandtabs(4))[:LONGEST]
            )
        )
        old += sign in (" ", "-")
        new += sign in (" ", "+")
        if len(out) >= LINES:
            break
    return tuple(out)
