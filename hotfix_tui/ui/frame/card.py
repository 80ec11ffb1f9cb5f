"""The card: what the selected step is, its state and the reason, what it would run, and recent events."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from hotfix_tui.base.times import clock_time
from hotfix_tui.git.moment import verb_of
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.runner.spec import is_own
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import evidence
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures.scene import Scene, call
from hotfix_tui.ui.presenters.step_detail import away, of_step, short_command

if TYPE_CHECKING:
    from hotfix_tui.runner.spec import Command
    from hotfix_tui.steps.contract import Plan

LATELY_FROM = 6
"""Spare rows from which on the card shows recent events."""

LATELY_MOST = 10

_RULED = 7
"""Cells of a rule that neither its title nor what is at its right end gets."""

_KINDS = {
    "tick": "by hand",
    "decision": "your choice",
    "fact": "a fact",
    "message": "a message",
    "document": "a text",
}


def paint(scene: Scene, width: int, height: int, first: int = 0) -> list[Content]:
    """Return at most `height` rows, starting at row `first`; what the step found comes first."""
    view = scene.selected
    if view is None or height <= 0:
        return []
    title = short_title(view.step)
    state = _state(scene, view, width - rows.width_of(title) - _RULED)
    how = _reproduced(view, scene)
    right = rows.text(how, (f" {glyphs.DOT} ", "$muted"), state) if how is not None else state
    fits = how is not None and rows.width_of(title) + right.cell_length + _RULED <= width
    out = [rows.rule(title, right if fits else state, width)]
    said = body(scene, view, max(width - 2, 8))
    if how is not None and not fits and len(said) + 2 <= height:
        said = [*said, how]
    room = height - 1
    first = min(first, max(len(said) - room, 0))
    said = said[first:]
    shown = said if len(said) <= room else [*said[: max(room - 1, 0)], _rest(len(said) - room + 1)]
    out += [rows.text(" ", row) for row in shown]
    spare = height - len(out)
    if spare >= LATELY_FROM:
        out += [Content(""), *lately(scene, width, spare - 1)]
    return out[:height]


def longest(scene: Scene, width: int) -> int:
    """Return how many rows the card would need for everything it has to say."""
    return 1 + len(body(scene, scene.selected, max(width - 2, 8))) if scene.selected is not None else 0


def body(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return everything that the card says about `view`, in rows of `width` cells."""
    own = call(view.step.stage, "card")
    said: list[Content] = own(scene, view, width) if own is not None else []
    if said:
        return [*_news(scene, view, width), *said]

    plan = scene.plan and replace(scene.plan, commands=told(scene.plan))
    refused = "\n".join(scene.refused)
    whole = of_step(
        scene.record,
        view,
        scene.now,
        plan=plan,
        choices=scene.choices,
        refused=refused,
        unasked=scene.unasked,
        opened=scene.opened,
    )
    out: list[Content] = []
    for line in whole.split("\n", allow_blank=True):
        if line.plain.strip():
            lead = len(line.plain) - len(line.plain.lstrip(" "))
            out += rows.wrap(line, width, indent=" " * (lead + 2 if lead else 0))
    return out


def _news(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what ended while the wizard was closed and was only noticed now."""
    if scene.opened is None or view.run is None:
        return []

    return rows.wrap((away(scene.record, view, scene.opened, scene.now), "$warn"), width)


def commands(scene: Scene, width: int) -> list[Content]:
    """Return the commands that the selected step would run, wrapped, never truncated."""
    plan = scene.plan
    if plan is None:
        return []
    if not plan.commands:
        return rows.paragraphs(plan.by_hand, width)
    return [row for command in told(plan) for row in rows.command(line_of(command.argv), width)]


def is_plumbing(command: "Command") -> bool:
    """Return whether `command` only prepares a checkout or records something for the wizard."""
    argv = command.argv
    if is_own(argv):
        return "--" not in argv
    return argv[:1] == ["git"] and verb_of(argv[1:]) in ("worktree", "fetch")


def told(plan: "Plan") -> "list[Command]":
    """Return the commands of `plan` worth showing to a person: the wizard's plumbing only if nothing else runs."""
    return [command for command in plan.commands if not is_plumbing(command)] or list(plan.commands)


def line_of(argv: list[str]) -> str:
    """Return a command line for reading: our own helpers by name, followed by what they start after ``--``."""
    return short_command(argv)


def _rest(left: int) -> Content:
    return rows.text((f"{glyphs.DOWN} {rows.plural(left, 'more row')}: PgDn", "$muted"))


def _reproduced(view: StepView, scene: Scene) -> Content | None:
    """Return the key that shows how the fault is reproduced, if a person has to check that."""
    if view.step.kind != "tick" or view.step.stage not in ("verify", "monitor") or view.state != "pending":
        return None
    if view.id in scene.checking:
        return None
    return rows.text((keymap.shown("reproduce"), "$key"), (" reproduce it", "$muted"))


def _state(scene: Scene, view: StepView, room: int) -> Content:
    """Return the right part of the card's rule; the time of a state is left out where the title needs its cells."""
    said, _ = evidence.word(scene, view)
    mark, colour = evidence.sign(scene, view)
    if view.state == "pending" and view.id not in scene.checking:
        if view.required.level == "O":
            return rows.text(("optional", "$muted"))
        if view.step.kind in _KINDS:
            return rows.text((_KINDS[view.step.kind], "$muted"))
        must = "can be waived" if view.waivable else "required"
        return rows.text(("may wait, is owed" if view.required.debt else must, "$muted"))
    if view.state == "running":
        return rows.text((f"{mark} {said}", colour))
    at = f" {clock_time(view.at)}" if view.at is not None and said != clock_time(view.at) else ""
    word = evidence.WORDS[view.state] if view.state != "waived" else f"waived {said}"
    timed = f"{mark} {word}{at if view.state != 'not-needed' else ''}"
    return rows.text((timed if rows.width_of(timed) <= room else f"{mark} {word}", colour))


def lately(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the latest events of the timeline under a rule."""
    if height < 2:
        return []
    out = [rows.rule("Lately", rows.text((keymap.shown("timeline"), "$key"), (" all", "$muted")), width)]
    most = min(height - 1, LATELY_MOST)
    shown: list[Content] = []
    for at, words in reversed(scene.lately):
        when = f" {clock_time(at, scene.now)} "
        row = rows.text((when, "$muted"), words)
        told = rows.wrap(row, width, indent=" " * rows.width_of(when), most=2)
        if len(shown) + len(told) > most:
            break
        shown = told + shown
    return [*out, *shown]
