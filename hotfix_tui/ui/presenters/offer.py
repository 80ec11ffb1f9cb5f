"""The bar: what enter does, how far it reaches, and the command, the reason or what follows.

Apart from the screen: what the bar promises is worked out from the record, and is tested without one.
"""

from typing import TYPE_CHECKING

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import STAGE_AIMS, STAGE_TITLES, short_title
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.monitor import Watched
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, left_open, policy, set_off
from hotfix_tui.incident.rules.step_state import StepView, open_findings
from hotfix_tui.incident.rules.watched import answers_itself
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, card, groups
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.pictures import scene as pictures
from hotfix_tui.ui.pictures.scene import Scene, call
from hotfix_tui.ui.presenters import failed_check
from hotfix_tui.ui.presenters.default_action import Action, DefaultAction, leaves_machine, lower_first, waits

if TYPE_CHECKING:
    from hotfix_tui.runner.spec import Command

IDLE = frozenset(
    (
        Action.SELECT,
        Action.HERE,
        Action.OUTPUT,
        Action.INCIDENTS,
        Action.DRILL_END,
        Action.FAILED_CHECK,
        Action.LOOK_AGAIN,
        Action.ROLLBACK_LOG,
        Action.WATCH_LOG,
    )
)
"""Actions that only look, move or ask."""

BY_ITSELF = "it looks by itself"
"""The note if the wizard polls by itself."""

_KEYED = {"tree": "for this state of the files", "base": "for this base", "round": "for this round"}

_PRODUCTION = (catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_ROLLBACK)


def reach_of(record: Record, step: str) -> str:
    """Return how far carrying out `step` reaches: ``prod``, ``out`` of this machine, or ``act`` on it."""
    if step == catalog.DEPLOY_PRODUCTION and set_off.follows_push(record):
        return "act"
    if step in _PRODUCTION or gates.needs_confirmation(record, step):
        return "prod"
    return "out" if leaves_machine(step) else "act"


def of(scene: Scene, action: DefaultAction, *, by: str, notice: str = "") -> bar.Bar:
    """Return the bar for `action` in `scene`; `by` is who signs, `notice` what is in progress."""
    view = scene.views.get(action.step) if action.step else None
    polled = _polled(scene, action)
    kind = "idle" if polled else _kind(scene, action)
    if action.reason or (
        scene.refused and action.action in (Action.RUN, Action.CHECKS) and action.step == _selected(scene)
    ):
        return _refused(scene, action, view, notice)
    second, command = _second(scene, action, view, by)
    label, gaps = action.label, _gaps(scene, action)
    if kind == "act" and (ways := _ways(scene, action)):  # elsewhere the note says that it asks first
        title = view.step.title if view is not None else label
        label, second, command = f"Choose: {lower_first(title)}", " · ".join(ways), False
    if gaps:
        label = f"{label}: {rows.plural(len(gaps), 'gap')}"
        second = f"Starts at the first gap: {lower_first(gaps[0])}. Without blame, in sentences."
    note = notice or _meanwhile(scene, action) or polled or _note(action, kind)
    return bar.Bar(
        kind, one_line(label, bar.LONGEST), note, second, command, tail=_tail(scene) if command else ""
    )


def _selected(scene: Scene) -> str:
    return scene.selected.id if scene.selected is not None else ""


def _kind(scene: Scene, action: DefaultAction) -> str:
    if action.action in IDLE:
        return "idle"
    if action.action == Action.RUN:
        return reach_of(scene.record, action.step)
    if action.action == Action.ROLL_BACK:
        return "prod"
    if action.action == Action.MESSAGE:
        return "out"
    return "act"


def _note(action: DefaultAction, kind: str) -> str:
    if action.action in (Action.RUN, Action.MESSAGE, Action.ROLL_BACK) and kind in ("out", "prod"):
        return f"{bar.REACH[kind]} · asks first"
    if action.action in (Action.OUTPUT, Action.ROLLBACK_LOG):
        return "running · goes on if you leave"
    if action.action in (Action.SAY_WHAT_HAPPENED, Action.ROLLBACK_SEEN):
        return f"{bar.REACH[kind]} · nothing runs"
    if action.action == Action.WATCH_LOG:
        return BY_ITSELF
    return bar.REACH[kind]


def _refused(scene: Scene, action: DefaultAction, view: StepView | None, notice: str) -> bar.Bar:
    """Return the bar of an action that cannot be done now: it is never silent."""
    if action.action == Action.NEXT or view is None:
        return bar.Bar("idle", action.label, notice or "why not", action.reason)
    count = len(scene.refused)
    see = "see the reason" if count == 1 else f"see the {count} reasons"
    what = _verb(action.label)
    second = _why_not(scene)
    return bar.Bar("idle", one_line(f"Cannot {what} yet: {see}", bar.LONGEST), notice or "why not", second)


def _why_not(scene: Scene) -> str:
    """Return the reasons in short form; steps that are merely not done come last, by their short names."""
    undone = {f"{view.step.title} is not done.": short_title(view.step) for view in scene.views.values()}
    parts = [_clause(reason) for reason in scene.refused if reason not in undone]
    left = [lower_first(undone[reason]) for reason in scene.refused if reason in undone]
    return " · ".join([*parts, *([f"not done: {left[0]}", *left[1:]] if left else [])])


def _verb(label: str) -> str:
    """Return the verb of a label: ``merge`` of ``Merge #482 into main``."""
    return label.split(" ", 1)[0].lower()


def _clause(sentence: str) -> str:
    """Return the first clause of a reason, without its full stop."""
    first = sentence.split(". ", 1)[0].rstrip(".")
    return first[:1].lower() + first[1:] if first[1:2].islower() else first


def _second(scene: Scene, action: DefaultAction, view: StepView | None, by: str) -> tuple[str, bool]:
    """Return the second row, and whether it is a command."""
    runs = action.action in (Action.RUN, Action.CHECKS)
    if runs and scene.plan is not None and action.step == _selected(scene):
        commands = _commands(scene)
        if commands:
            return card.line_of(commands[0].argv), True
        failed = view is not None and view.state == "failed"
        why = scene.record.said(action.step) if failed else ""
        by_hand = scene.plan.by_hand.removeprefix("1. ")
        return one_line(why or by_hand or scene.plan.title, 300), False
    if (
        action.action == Action.TICK
        and (alarm := call(scene.stage, "alarm")) is not None
        and (why := alarm(scene))
    ):
        return one_line(f"So far worse, {keymap.shown('rollback')} rolls back: {why}.", 300), False
    if action.action == Action.TICK and view is not None:
        what = _KEYED.get(view.step.key, "")
        signed = f"Signed as {by}{', ' + what if what else ''}. {keymap.shown('undo')} takes it back."
        together = len(groups.open_together(view, scene.here()))
        if together > 1:
            signed = f"Signed as {by}. {keymap.shown('tick-group')} shows all {together} of its group, and ticks them."
        return signed, False
    if action.action == Action.FINDINGS:
        return _way_of_findings(scene, action), False
    if action.action == Action.FAILED_CHECK:
        place = failed_check.of(scene.record, scene.looked)
        return one_line(place.said, 300), False
    chosen = scene.selected
    if chosen is not None and answers_itself(scene.record, chosen) and (until := call("monitor", "until")):
        return one_line(f"{short_title(chosen.step)}: {until(scene)}", 300), False
    if action.action == Action.SELECT and view is not None:
        return f"{STAGE_TITLES[view.stage]}: {view.step.help}", False
    if action.action == Action.NEXT and (owed := waits(scene.record, scene.stage)):
        names = ", ".join(debt.step.title for debt in owed)
        return one_line(f"Owed before closing, and may wait: {names}.", 300), False
    if action.action in (Action.NEXT, Action.HERE):
        return _aim_of_next(scene, action), False
    if said := _of_production(scene, action) or _of_the_end(scene, action):
        return said, False
    if action.action in (Action.SAY_WHAT_HAPPENED, Action.ROLLBACK_SEEN):
        return (
            "Look there first: it is never run again by itself. Until then nothing after it can go on.",
            False,
        )
    if view is not None:
        return view.step.help, False
    return "", False


def _ways(scene: Scene, action: DefaultAction) -> tuple[str, ...]:
    """Return the ways between which enter asks, in order; none if it takes one at once."""
    ways = scene.choices if action.action == Action.RUN and action.step == _selected(scene) else ()
    return tuple(way.title for way in ways) if len(ways) > 1 and not ways[0].at_once else ()


def _way_of_findings(scene: Scene, action: DefaultAction) -> str:
    """Return what enter opens if the guard has findings, and the other way to deal with one."""
    there = open_findings(scene.record, action.step)
    gone = {file.path for file in scene.record.seen(Changed).files if file.status.startswith("D")}
    places = [finding.place for finding in there if finding.path and finding.path not in gone]
    if not places:
        return "Change the fix, or accept it with a reason."
    where = places[0] if len(there) == 1 else "the one you choose"
    return f"Opens {where} in your editor. Or {keymap.shown('accept')}: accept it with a reason."


def _commands(scene: Scene) -> "list[Command]":
    """Return the commands of the plan worth showing to a person; git's own if there are no others."""
    known = card.told(scene.plan) if scene.plan is not None else []
    others = [command for command in known if not card.is_plumbing(command)]
    return others or [command for command in known if command.argv[:1] == ["git"]]


def _tail(scene: Scene) -> str:
    """Return how many commands there are, if there are several."""
    many = len(_commands(scene))
    return f"({many} commands)" if many > 1 else ""


def _polled(scene: Scene, action: DefaultAction) -> str:
    """Return that the wizard polls the forge by itself, if it does."""
    asks = action.action == Action.LOOK_AGAIN and scene.record.has_forge
    if action.action == Action.RUN and (awaits := call(scene.stage, "awaits")) is not None:
        asks = awaits(scene, action.step)
    return BY_ITSELF if asks and pictures.polls(scene.stage) else ""


def _gaps(scene: Scene, action: DefaultAction) -> tuple[str, ...]:
    """Return the gaps of the text that enter opens, if its stage knows them."""
    known = call(scene.stage, "gaps") if action.action == Action.DOCUMENT else None
    return tuple(known(scene)) if known is not None else ()


def _meanwhile(scene: Scene, action: DefaultAction) -> str:
    """Return what continues meanwhile, if enter ticks what a person has seen."""
    meanwhile = call(scene.stage, "meanwhile") if action.action == Action.TICK else None
    return str(meanwhile(scene)) if meanwhile is not None else ""


def _of_production(scene: Scene, action: DefaultAction) -> str:
    """Return the state of production if enter continues from a fix that is bad, or that was taken off."""
    record = scene.record
    if action.action == Action.ROLL_BACK:
        if gates.rolling_back(record) == "failed":
            return f"The last rollback failed: {record.seen(RolledBack).why}"
        if action.step == Deployed.STEP:
            return record.seen(Deployed).why
        if record.this_round.get("verdict"):
            return f"The verdict is worse. {keymap.shown('states')} begins the next round instead."
        why = record.seen(Watched).proposed_why
        return f"The watch proposes worse: {why}. {keymap.shown('states')} gives the verdict."
    if action.action == Action.OUTPUT and action.step == Deployed.STEP:
        return f"Next, by itself: ask which version runs. {keymap.shown('rollback')} rolls back at any time."
    if action.action in (Action.ROLLBACK_LOG, Action.ROLLBACK_SEEN):
        return record.seen(RolledBack).why or "Next, by itself: ask which version runs."
    standing = gates.production_state(record) if action.action in (Action.NOT_FIXED, Action.VERDICT) else ""
    still = left_open.said(record) if standing else ""
    return still or (f"{standing[:1].upper()}{standing[1:]}." if standing else "")


def _of_the_end(scene: Scene, action: DefaultAction) -> str:
    """Return what the watch has seen if enter asks for the verdict, and what ending the incident means."""
    if action.action == Action.VERDICT:
        why = scene.record.seen(Watched).proposed_why
        return one_line(f"The watch has seen: {why}.", 300) if why else ""
    if action.action == Action.RESOLVE:
        return "The clock and the messages stop. What is owed stays owed."
    if action.action == Action.CLOSE:
        return f"The record stays. {keymap.shown('states')} reopens it with a new round."
    return ""


def _aim_of_next(scene: Scene, action: DefaultAction) -> str:
    """Return the purpose of the stage that enter leads to."""
    stages = policy.stage_order(scene.record)
    now = scene.record.stage
    if action.action == Action.HERE:
        return STAGE_AIMS[now]
    place = stages.index(now) + 1 if now in stages else len(stages)
    return STAGE_AIMS[stages[place]] if place < len(stages) else ""
