"""The picture of the fix: the change against its base while it is being made, and how minimal it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base.text import one_line
from hotfix_tui.config import model
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Finding
from hotfix_tui.incident.model.evidence.branch import Base, Branched
from hotfix_tui.incident.model.evidence.fix import Changed, Guard, TestsChanged
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView, is_accepted, open_findings
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import fix_change, fix_code, times
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.pictures.fix_change import PatchLine, ShownChange

POLLS = ((fix_change.EVERY, fix_change.again), (fix_change.ELSEWHERE_EVERY, fix_change.elsewhere))
"""What a screen that shows the picture polls, and how often in seconds: see `fix_change`."""

again, elsewhere, turn = fix_change.again, fix_change.elsewhere, fix_change.turn

CHANGE, GUARD, TEST, CAUSE = (
    catalog.FIX_CHANGE,
    Guard.STEP,
    catalog.FIX_REGRESSION_TEST,
    catalog.FIX_ROOT_CAUSE,
)

DIFF_FROM = 45
"""Columns from which on hunks are shown."""

_LETTERS = {"A": "$ok", "D": "$bad", "B": "$warn", "R": "$key", "C": "$key"}

_LOOKS = (
    ("size", ("too-many-files", "too-many-lines", "large")),
    ("test", ("no-test", "test-removed", "skipped-test")),
    ("dependencies", ("lockfile", "manifest", "dependencies", "submodule")),
    ("generated, binary", ("generated", "binary")),
    ("secrets", ("secret",)),
    ("debug output", ("debugging", "conflict")),
    ("formatting", ("formatting",)),
    ("data and infrastructure", ("migration", "infrastructure", "ci")),
    ("forbidden files", ("forbidden",)),
    ("release files", ("version", "changeset")),
)
"""What the guard looks for in every change, by kind of finding."""

_DEPENDENCIES = ("lockfile", "manifest", "dependencies")


def ask(engine: Engine) -> ShownChange:
    """Read the change."""
    return fix_change.read(engine)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return what the change depends on besides the files themselves, which `again` checks."""
    return record.seen(Base).commit, record.seen(Branched).worktree, record.seen(Changed).chosen


class _Limits(NamedTuple):
    """The size limits of a minimal fix."""

    lines: int
    files: int


def _limits(record: Record) -> _Limits:
    table = record.config.get("guard", {})
    known = model.GuardConfig()

    def limit(name: str, usual: int) -> int:
        value = table.get(name) if isinstance(table, dict) else None
        return value if isinstance(value, int) and value > 0 else usual

    return _Limits(limit("max-lines", known.max_lines), limit("max-files", known.max_files))


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture: files, hunks, and at the bottom how minimal it is."""
    change = scene.looked if isinstance(scene.looked, fix_change.ShownChange) else None
    out = [rows.rule(f"The change{_against(scene, change)}", _state(scene, change), width)]
    if change is None or change.seen is None or not change.seen.files:
        out += [rows.text(" ", row) for row in _nothing(scene, change, width - 2)]
        return out[:height]
    small = _minimal(scene, width, max((height - 4) // 3, 2), height >= 24)
    listed = _files(change, width, max(3, height // 5), _warnings(change, width))
    wide = width >= DIFF_FROM
    room = height - len(out) - len(listed) - len(small)
    if room < 0:
        small = small[: max(len(small) + room, 0)]
        small = small if len(small) > 1 else []
    elif not wide or room < 3:
        listed = _files(change, width, max(3, height // 5) + room, _warnings(change, width))
        room = height - len(out) - len(listed) - len(small)
    out += listed
    if wide and room >= 3:
        out += _hunks(change, width, room)
    return [*rows.fill(out, height - len(small)), *small][:height]


def _against(scene: Scene, change: ShownChange | None) -> str:
    base = change.seen.base if change is not None and change.seen is not None else ""
    base = base or scene.record.seen(Base).commit
    return f" against {base[:7]}" if base else ""


def _state(scene: Scene, change: ShownChange | None) -> Content:
    if change is None:
        return rows.text(("looking…", "$muted"))
    if change.problem:
        return rows.text(("cannot look now", "bold $warn"))
    if change.seen is None:
        return Content("")
    live = (f"live {times.at(change.at, scene.now)}", "$muted")
    files = change.seen.files
    if not files:
        return rows.text(live)
    count = (f"  {rows.plural(len(files), 'file')} ", "$muted")
    return rows.text(
        live, count, _counts(sum(file.added for file in files), sum(file.removed for file in files))
    )


def _counts(added: int, removed: int) -> Content:
    return rows.text((f"+{rows.count(added)}", "bold $ok"), " ", (f"−{rows.count(removed)}", "bold $bad"))


def _nothing(scene: Scene, change: ShownChange | None, width: int) -> list[Content]:
    """Return what will be shown here, and how to get it."""
    if change is None:
        return [rows.text(("Looking at the change…", "$muted"))]
    if change.problem:
        return rows.wrap(f"{change.problem}.", width, style="$warn")
    if change.seen is None:
        return rows.wrap(
            "There is no hotfix branch yet. Create the branch, then edit there: it shows here.", width
        )
    place = scene.record.seen(Branched).worktree or "the hotfix branch"
    said = f"Nothing differs from {change.seen.base[:7]}. Edit in {place}; it shows here by itself."
    return [*rows.wrap(said, width), *(rows.cut(row, width) for row in _warnings(change, width))]


def _warnings(change: ShownChange, width: int) -> list[Content]:
    """Return the problems around the change: conflicts, edits elsewhere, untracked files that are left out."""
    seen = change.seen
    out: list[Content] = []
    if change.problem:
        out.append(rows.text((f"{glyphs.ALERT} {change.problem}", "$warn")))
    if seen is not None and seen.conflicts:
        out.append(
            rows.text((f"{glyphs.ALERT} conflicts to resolve: {', '.join(seen.conflicts[:3])}", "bold $bad"))
        )
    if change.other:
        out.append(rows.text((f"{glyphs.ALERT} {change.other}", "$warn")))
    if seen is not None and seen.untracked:
        count = len(seen.untracked)
        named = ", ".join(seen.untracked[:2]) + (" and more" if count > 2 else "")
        is_are = "is" if count == 1 else "are"
        words = f"{glyphs.UNKNOWN} {rows.plural(count, 'new file')} {is_are} left out: {named}"
        out.append(rows.text((words, "$warn")))
    return [rows.cut(rows.text(" ", row), width - 1) for row in out]


def _files(change: ShownChange, width: int, most: int, warnings: list[Content]) -> list[Content]:
    """Return a row per file, at most `most`, around the chosen one; warnings below."""
    assert change.seen is not None
    files = change.seen.files
    most = max(most, 1)
    chosen = min(change.file, len(files) - 1)
    first = 0
    if len(files) > most:
        most = max(most - 1, 1)
        first = min(max(chosen - most // 2, 0), len(files) - most)
    out = []
    for place in range(first, min(first + most, len(files))):
        file = files[place]
        letter = "B" if file.binary else file.status
        right = rows.text(("binary", "$muted")) if file.binary else _counts(file.added, file.removed)
        name = rows.path(_named(file.path, file.old_path), width - right.cell_length - 6)
        mark = glyphs.SELECTED if place == chosen else " "
        left = rows.text((mark, "bold"), " ", (letter, _LETTERS.get(letter, "$key")), " ", name)
        row = rows.ends(left, rows.text(right, " "), width)
        out.append(rows.on_selection(row, focus=False) if place == chosen else row)
    if len(files) > len(out):
        hidden = len(files) - len(out)
        out.append(rows.text("    ", (f"… and {rows.count(hidden)} more", "$muted")))
    return [*out, *warnings[:2]]


def _named(path: str, old: str | None) -> str:
    name = one_line(path, 300)
    return f"{one_line(old, 300)} {glyphs.BECOMES} {name}" if old else name


# Hunks


def _hunks(change: ShownChange, width: int, room: int) -> list[Content]:
    """Return the hunks of the chosen file, followed by those of the next files, in at most `room` rows."""
    assert change.seen is not None
    files = change.seen.files
    chosen = min(change.file, len(files) - 1)
    out: list[Content] = []
    for place in range(chosen, len(files)):
        left = room - len(out) - (1 if out else 0)
        if left < 4 and out:
            break
        if out:
            out.append(Content(""))
        file = files[place]
        right = (f"{place + 1} of {len(files)}", "$muted")
        if place == chosen and len(files) > 1:
            right = (f"{right[0]} · {glyphs.LEFT} {glyphs.BECOMES} next", "$muted")
        out.append(rows.rule(_named(file.path, None), rows.text(right), width))
        out += _hunk_rows(change, file.path, file.binary, width, room - len(out))
        if len(files) > fix_change.FILES:
            break
    return out


def _hunk_rows(change: ShownChange, path: str, binary: bool, width: int, room: int) -> list[Content]:
    if binary:
        return [rows.text("      ", ("binary: its content is not shown", "$muted"))][:room]
    lines = change.patches.get(path)
    if lines is None:
        return [rows.text("      ", ("looking…", "$muted"))][:room]
    if not lines:
        return [rows.text("      ", ("no line differs: only its mode or its name", "$muted"))][:room]
    shown = lines[:room]
    hidden = [line for line in lines[room:] if line.sign in ("+", "-")]
    if hidden and room:
        lines = _close(lines, 1 if room > 5 else 0)
        shown = lines[: room - 1] if len(lines) > room else lines
        hidden = [line for line in lines[len(shown) :] if line.sign in ("+", "-")]
    out = [_line(path, line, width) for line in shown]
    if hidden and room:
        more = rows.plural(len(hidden), "changed line")
        out.append(
            rows.text(
                "      ",
                (f"… {more} more: ", "$muted"),
                (keymap.shown("view"), "$key"),
                (" shows the whole diff", "$muted"),
            )
        )
    return [rows.cut(row, width) for row in out]


def _close(lines: tuple[PatchLine, ...], context: int) -> tuple[PatchLine, ...]:
    """Return the lines without those more than `context` lines away from a change."""
    changed = [line.sign in ("+", "-") for line in lines]
    near = [any(changed[max(place - context, 0) : place + context + 1]) for place in range(len(lines))]
    return tuple(line for line, is_near in zip(lines, near, strict=True) if is_near or line.sign == "@")


def _line(path: str, line: PatchLine, width: int) -> Content:
    """Return one line of a hunk: number, sign, code."""
    if line.sign == "@":
        return rows.cut((line.text, "$key"), width)
    if line.sign == "\\":
        return rows.cut(rows.text("      ", (line.text.strip(), "$muted")), width)
    style, ground = {"+": ("bold $ok", "on $add-bg"), "-": ("bold $bad", "on $del-bg")}.get(
        line.sign, ("", "")
    )
    head = rows.text((f"{line.number:>3} ", "$muted"), (line.sign, style), " ")
    row = rows.cut(Content("").join([head, fix_code.coloured(path, line.text)]), width, pad=True)
    return row.stylize_before(ground) if ground else row


# How minimal it is


def _minimal(scene: Scene, width: int, most: int, looks: bool) -> list[Content]:
    """Return the meter and the guard's findings, at most `most`; with `looks` also what it looked for."""
    record = scene.record
    state = record.entry(GUARD).get("state")
    seen = record.seen(Guard)
    open_ones = open_findings(record)
    accepted = [
        finding
        for finding in seen.findings or ()
        if finding not in open_ones and is_accepted(record, finding)
    ]
    if state not in ("done", "failed"):
        right = ("not looked yet", "$muted")
    elif open_ones:
        right = (rows.plural(len(open_ones), "finding"), "bold $warn")
    elif accepted:
        right = (f"{len(accepted)} accepted", "$ok")
    else:
        right = ("nothing found", "$ok")
    out = [rows.rule("Minimal?", rows.text(right), width), rows.text(" ", _meter(record, seen, width - 2))]
    listed = [_finding(finding, width) for finding in open_ones] + [
        _accepted(record, finding, width) for finding in accepted
    ]
    if len(listed) > most:
        hidden = len(listed) - most + 1
        listed = [
            *listed[: most - 1],
            rows.text(" ", (f"… and {hidden} more: {keymap.shown('view')} shows all", "$muted")),
        ]
    out += listed
    if looks and state in ("done", "failed"):
        out.append(_looked_for(open_ones, width))
    return [rows.cut(row, width) for row in out]


def _meter(record: Record, seen: Guard, width: int) -> Content:
    """Return the meter of lines or files, whichever is nearer to its limit."""
    if seen.code_lines is None or seen.code_files is None:
        return rows.text(("The guard has not measured this change yet.", "$muted"))
    limits = _limits(record)
    part = max(seen.code_lines / limits.lines, seen.code_files / limits.files)
    over = part > 1
    style = "$bad" if over else "$warn" if part > 0.6 else "$ok"
    words = [
        (
            f"{rows.count(seen.code_lines)} of {rows.count(limits.lines)} lines",
            seen.code_lines > limits.lines,
        ),
        (
            f"{rows.count(seen.code_files)} of {rows.count(limits.files)} files",
            seen.code_files > limits.files,
        ),
    ]
    said = rows.text(
        *[piece for words_, bad in words for piece in ("  ", (words_, "bold $bad" if bad else "$muted"))]
    )
    right = _tests(record, seen) if width >= 60 else Content("")
    room = width - said.cell_length - right.cell_length - 2
    left = rows.text(rows.meter(part, min(max(room, 8), 20 if width >= 60 else 8), style), said)
    return rows.ends(left, right, width, gap=2) if width >= 60 else rows.cut(left, width)


def _tests(record: Record, seen: Guard) -> Content:
    kinds = {finding.kind for finding in seen.findings or ()}
    parts: list[tuple[str, str]] = []
    if seen.test_files:
        parts.append((rows.plural(seen.test_files, "test"), "$ok"))
    elif "no-test" in kinds:
        parts.append(("no test", "bold $warn"))
    new = any(kind in kinds for kind in _DEPENDENCIES)
    if new:
        parts.append(("dependencies change", "bold $warn"))
    elif seen.undeclared:
        parts.append(("imports what nothing declares", "bold $warn"))
    else:
        parts.append(("no new dependency declared", "$ok"))
    return Content("  ").join(rows.text(part) for part in parts)


def _finding(finding: Finding, width: int) -> Content:
    place = os.path.basename(finding.place)
    where = rows.text((place, "$key"), "  ") if place else Content("")
    return rows.cut(rows.text(" ", (glyphs.ALERT, "bold $warn"), " ", where, finding.says), width - 1)


def _accepted(record: Record, finding: Finding, width: int) -> Content:
    why = next(
        (str(item.get("why", "")) for item in record.accepted if item.get("finding") == finding.id), ""
    )
    place = os.path.basename(finding.place)
    said = f"{place}  accepted: {why} {glyphs.DOT} {finding.says}"  # the reason is not what a narrow row leaves out
    return rows.cut(rows.text(" ", (f"{glyphs.DONE} {said.strip()}", "$muted")), width - 1)


def _looked_for(found_: Sequence[Finding], width: int) -> Content:
    """Return what the guard looked for, what it found first: as many as fit whole, and that there are more."""
    kinds = {finding.kind for finding in found_}
    out = Content(" ")
    for name, of in sorted(_LOOKS, key=lambda look: not kinds & set(look[1])):
        bad = bool(kinds & set(of))
        piece = rows.text(
            (glyphs.ALERT if bad else glyphs.DONE, "bold $warn" if bad else "$ok"), (f" {name}  ", "$muted")
        )
        last = 0 if name == _LOOKS[-1][0] else 1
        if out.cell_length + piece.cell_length - 2 + last > width - 1:
            return rows.text(out, ("…", "$muted"))
        out = rows.text(out, piece)
    return out


# The checklist


def word(scene: Scene, view: StepView) -> str:
    """Return the evidence shown instead of a state word."""
    if view.id == GUARD and view.state == "failed":
        return rows.plural(len(open_findings(scene.record)), "finding")
    return ""


def sentence(scene: Scene, view: StepView) -> str:
    """Return one clause of evidence for the row of a step."""
    record = scene.record
    if view.id == CAUSE and view.state in ("done", "stale"):
        return str(record.fact("cause.summary", ""))
    if view.id == CHANGE and view.state == "done":
        seen = view.seen(Changed)
        return f"{rows.plural(len(seen.files), 'file')}, {rows.plural(seen.added + seen.removed, 'line')}"
    if view.id == TEST and view.state == "done":
        return ", ".join(view.seen(TestsChanged).tests[:2])
    if view.id == GUARD and view.state == "failed":
        return "fix it, or accept it with a reason"
    if view.id == GUARD and view.state == "done":
        accepted = len(view.seen(Guard).findings or ())
        return f"{rows.plural(accepted, 'finding')} accepted" if accepted else "nothing found"
    return ""
