"""What enter and the other keys of the stage do: a handler for each, and why one does nothing now.

A handler gets what was selected when the key was pressed, and goes straight through its dialogs.

Apart from the screen: that is what is seen, this is what can be done there.
"""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.demo import lessons
from hotfix_tui.engine import closing, commands, core, execute, prepare, smoke
from hotfix_tui.incident.edits import person
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import APPROVAL, FOLLOW, WATCH
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.monitor import Watched
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, StepView, open_findings
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import check_queue, keymap
from hotfix_tui.ui.frame import groups
from hotfix_tui.ui.presenters import confirmation, default_action, failed_check
from hotfix_tui.ui.presenters.default_action import Action, DefaultAction
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.stage import editing, facts, menus
from hotfix_tui.ui.screens.stage.host import StageHost
from hotfix_tui.ui.screens.stage.step_runner import ROLLBACK

Flow = Coroutine[object, object, None]

# Ticks, waivers, findings


async def tick(stage: StageHost, view: StepView | None) -> None:
    """Tick or untick the selected step."""
    if view is None:
        return
    if stage.record.entry(view.id).get("how") == "tick" and view.state == "done":
        await stage.change(lambda: commands.untick(stage.engine, view.id))
    elif view.id == APPROVAL:
        await stage.runner.tick_named(view.id)
    elif view.step.kind == "auto":
        await _tick_auto(stage, view)
    else:
        await stage.change(lambda: commands.tick(stage.engine, view.id))


async def tick_group(stage: StageHost, view: StepView | None) -> None:
    """Tick the open items in the group of the selected one, once all of them were shown with their meaning."""
    together = groups.open_together(view, list(views(stage.record).values())) if view is not None else []
    told = "\n".join(f"{step.step.title}: {step.step.help}" for step in together)
    title = f"Is all of this true? {len(together)} items"
    tick = dialogs.Option("tick", f"Yes: tick all {len(together)}", f"signed as {stage.engine.by}")
    if await stage.app.ask(dialogs.Choose(title, [tick], told)) is not None:
        stage.show_notice("ticking…")
        await stage.change(lambda: [commands.tick(stage.engine, step.id) for step in together])


async def _tick_auto(stage: StageHost, view: StepView) -> None:
    """Tick a step that the wizard can check, with what was seen instead."""
    fields = [dialogs.Field("note", "How do you know? (it is written down with your name)", required=True)]
    failed = (
        f"It failed: {view.said or 'no reason is known'}. The tick says so." if view.state == "failed" else ""
    )
    form = dialogs.Form(f"Done by hand: {view.step.title}", fields, intro=failed, save="tick")
    async with dialogs.kept(stage.app, stage.engine, f"by-hand-{view.id}", form) as values:
        if values:
            await stage.change(lambda: commands.tick(stage.engine, view.id, values["note"]))


async def waive(stage: StageHost, view: StepView | None) -> None:
    """Skip the selected step with a signed waiver."""
    if view is None:
        return
    intro = "It appears in the pull request, the timeline and the review, with a follow-up to make up for it."
    form = dialogs.name_and_reason(f"Waive: {view.step.title}", intro=intro)
    async with dialogs.kept(stage.app, stage.engine, f"waive-{view.id}", form) as values:
        if values:
            await stage.change(lambda: commands.waive(stage.engine, view.id, values["name"], values["why"]))


async def accept(stage: StageHost, _: StepView | None) -> None:
    """Accept one of the findings, of the change or of what is live, with a reason."""
    title = f"Accept a finding (or fix it and look again: {keymap.shown('again')})"
    finding = await stage.app.ask(dialogs.Choose(title, menus.findings(stage.record, *FINDING_STEPS)))
    if finding is not None:
        await _accept(stage, finding)


async def _accept(stage: StageHost, finding: str) -> None:
    said = next(
        (
            candidate.text
            for candidate in open_findings(stage.record, *FINDING_STEPS)
            if candidate.id == finding
        ),
        "",
    )
    async with _why(stage, "Accept", "Why is it right?", intro=said) as why:
        if why is not None:
            await stage.change(lambda: commands.accept(stage.engine, finding, why))


async def _findings(stage: StageHost, now: DefaultAction) -> None:
    """Open the place of a finding in the editor; one without a place can only be accepted, or the change reduced."""
    there = open_findings(stage.record, now.step)
    chosen: str | None = there[0].id if len(there) == 1 else None
    if len(there) > 1:
        title = f"Go to a finding ({keymap.shown('accept')} accepts one, with a reason)"
        chosen = await stage.app.ask(dialogs.Choose(title, menus.findings(stage.record, now.step)))
    finding = next((candidate for candidate in there if candidate.id == chosen), None)
    if finding is None:
        return
    path = os.path.join(stage.engine.context().worktree, finding.path)
    if not finding.path or not os.path.isfile(path):
        await _accept(stage, finding.id)
        return
    stage.app.with_terminal(lambda: stage.app.editor.edit(path, finding.line))
    await stage.runner.look_again(now.step)


@asynccontextmanager
async def _why(
    stage: StageHost, title: str, question: str = "Why?", *, intro: str = ""
) -> AsyncIterator[str | None]:
    """Ask for a reason, which the block saves; None if the engineer went back."""
    form = dialogs.Form(title, [dialogs.Field("why", question, required=True)], intro=intro, whole=True)
    async with dialogs.kept(stage.app, stage.engine, one_line(f"why {title} {intro}", 60), form) as values:
        yield values["why"] if values else None


# Notes, verdict, states


async def note(stage: StageHost, _: StepView | None) -> None:
    """Add a note to the timeline."""
    if await dialogs.ask_note(stage.app, stage.engine):
        stage.action_finished()


async def ask_verdict(stage: StageHost) -> None:
    """Ask for the verdict of this round, the proposed one first; its reason is shown there, and kept as it is."""
    watched = stage.record.seen(Watched)
    name = await stage.app.ask(dialogs.Choose("Is it fixed?", menus.verdicts(stage.record)))
    if name is None:
        return

    def give(why: str) -> object:
        return commands.verdict(stage.engine, name, why)

    if name == watched.proposed and watched.proposed_why:
        await _change_stage(stage, lambda: give(watched.proposed_why))
    else:
        await _change_with_reason(stage, f"Verdict: {menus.verdict_words(name)}", give)


async def ask_what_now(stage: StageHost) -> None:
    """Ask how to go on after a fix that did not work, with what limits the damage first."""
    verdict = str(stage.record.this_round.get("verdict", ""))
    title = f"The verdict is {menus.verdict_words(verdict)}. What now?"
    name = await stage.app.ask(dialogs.Choose(title, menus.not_fixed(stage.record)))
    if name == "rollback":
        await stage.runner.start(ROLLBACK)
    elif name is not None:
        await _change_state(stage, name)


async def states(stage: StageHost, _: StepView | None) -> None:
    """Offer severity, verdict, rounds, resolved, closed, reopened, and the other endings."""
    title = f"{stage.record.id} is {stage.record.state}"
    name = await stage.app.ask(dialogs.Choose(title, menus.states(stage.record)))
    if name is not None:
        await _change_state(stage, name)


async def _change_state(stage: StageHost, name: str) -> None:
    """Carry out what was chosen from `menus.states`."""
    word, _, rest = name.partition(" ")
    engine = stage.engine
    if word == "severity":
        if stage.record.severity:
            await _change_with_reason(
                stage, f"Severity {rest}", lambda why: commands.severity(engine, rest, why)
            )
        else:
            await stage.change(lambda: commands.severity(engine, rest))
    elif word == "verdict":
        await ask_verdict(stage)
    elif word == "round":
        await _change_with_reason(stage, "A new round", lambda why: commands.new_round(engine, why, rest))
    elif word == "reopen":
        await _change_with_reason(stage, "Reopen", lambda why: commands.reopen(engine, why))
    elif word == "embargo":
        await stage.change(lambda: commands.set_fact(engine, "embargo", rest))
    elif word == "rename":
        await stage.runner.start(catalog.BRANCH_CREATE)
    elif word in ("resolve", "close"):
        await (_close(stage) if word == "close" else stage.change(lambda: commands.resolve(engine)))
    else:
        await _change_with_reason(stage, f"End it: {word}", lambda why: commands.end(engine, word, why))


async def _change_with_reason(stage: StageHost, title: str, call: Callable[[str], object]) -> None:
    async with _why(stage, title) as why:
        if why is not None:
            await _change_stage(stage, lambda: call(why))


async def _change_stage(stage: StageHost, call: Callable[[], object]) -> None:
    """Make a change after which the work may be in another stage; show that one."""
    await stage.app.result_of(stage.app.changes, call)
    stage.view_stage(stage.record.stage)
    stage.action_finished()


def _undone(engine: core.Engine) -> object:
    """Undo; a refusal names keys in place of commands."""
    try:
        return commands.undo(engine)
    except Refused as no:
        if no.reasons[0].sentence != person.NOTHING_TO_UNDO:
            raise
        tick, facts, states = (keymap.shown(name) for name in ("tick", "facts", "states"))
        way = f"{tick} takes a tick back, {facts} changes a fact, {states} the severity or the verdict."
        raise Refused([no.reasons[0]._replace(cure=way)]) from no


async def undo(stage: StageHost, _: StepView | None) -> None:
    """Undo the last tick, choice or fact."""
    await stage.change(lambda: _undone(stage.engine))


# Runs and logs


async def rollback(stage: StageHost, _: StepView | None) -> None:
    """Choose a way back, then confirm it."""
    await stage.runner.start(ROLLBACK)


async def rollback_log(stage: StageHost) -> None:
    """Show the output of the rollback on the whole screen."""
    _show_run(stage, ROLLBACK)


async def watch_log(stage: StageHost) -> None:
    """Show the output of the watch on the whole screen."""
    _show_run(stage, WATCH)


def _show_run(stage: StageHost, step: str) -> None:
    number = stage.record.entry(step).get("run")
    if number is not None:
        stage.app.push_screen(stage.app.routes.output(stage.engine, int(number), step))


async def stop(stage: StageHost, view: StepView | None) -> None:
    """Stop the run of the selected step, with everything it started."""
    if view is not None and view.run is not None:
        await stage.runner.stop(view.run)


async def look_again(stage: StageHost, view: StepView | None) -> None:
    """Probe the selected step again."""
    if view is not None:
        await stage.runner.look_again(view.id)


async def other_way(stage: StageHost, view: StepView | None) -> None:
    """Choose the method of the selected step, where enter takes the usual one."""
    if view is not None:
        await stage.runner.other_way(view.id)


async def output(stage: StageHost, view: StepView | None) -> None:
    """Show the output of the step's last run on the whole screen; without one, of that in the picture."""
    view = view if stage.logs.run_of(view) is not None else stage.logs.main
    number = stage.logs.run_of(view)
    if number is not None and view is not None:
        stage.app.push_screen(stage.app.routes.output(stage.engine, number, view.id))


async def tail(stage: StageHost, _: StepView | None = None) -> None:
    """Show the production log on the whole screen; offer to follow it if nobody does."""
    number = stage.record.entry(FOLLOW.id).get("run")
    if number is None:
        await _follow_log(stage)
        return

    def again() -> None:
        stage.app.start_flow(_follow_log(stage))

    stage.app.push_screen(stage.app.routes.output(stage.engine, int(number), FOLLOW.id, again=again))


async def _follow_log(stage: StageHost) -> None:
    """Show what would follow the production log, then do it."""
    app, engine = stage.app, stage.engine
    prepared = await app.result_of(app.work, lambda: prepare.prepare(engine, FOLLOW.id))

    plan = execute.planned_of(prepared)
    said = confirmation.of(stage.scene(), FOLLOW.id, plan, production=False, notes=[])
    if await app.ask(dialogs.Confirm(said._replace(kind="act"), [])) is not None:
        await app.result_of(app.work, lambda: execute.execute(engine, prepared))
        stage.action_finished()


async def panes(stage: StageHost, _: StepView | None) -> None:
    """Show the checks of the verify stage side by side."""
    await stage.app.ask(stage.app.routes.checks(stage.engine, stage.logs.checks))
    stage.action_finished()


# Other screens


async def triage(stage: StageHost) -> None:
    """Go through the triage questions."""
    await stage.app.ask(stage.app.routes.triage(stage.engine))
    stage.action_finished()


async def change_view(stage: StageHost, _: StepView | None) -> None:
    """Show the change against its base, live."""
    await stage.app.ask(stage.app.routes.change(stage.engine))
    stage.action_finished()


async def timeline(stage: StageHost, _: StepView | None) -> None:
    """Show the timeline."""
    stage.app.push_screen(stage.app.routes.timeline(stage.engine))


async def show_facts(stage: StageHost, _: StepView | None) -> None:
    """Show what is known and what is not; one may be edited."""
    key = await stage.app.ask(stage.app.routes.facts(stage.engine))
    if key is not None:
        await facts.ask(stage, "Fact", [key])


async def incidents(stage: StageHost, _: StepView | None = None) -> None:
    """Show all incidents here."""
    stage.app.push_screen(stage.app.routes.incidents())


async def show_help(stage: StageHost, _: StepView | None) -> None:
    """Show all keys."""
    stage.app.push_screen(stage.app.routes.help())


async def reproduce(stage: StageHost, _: StepView | None) -> None:
    """Show how the fault is reproduced; the request may be copied, or stored if there is none."""
    engine, app = stage.engine, stage.app
    said = await app.result_of(app.looks, lambda: smoke.reproduction(engine))
    chosen = await app.ask(
        dialogs.Choose("How do I reproduce it?", menus.reproduction(said), "\n".join(said.lines))
    )
    if chosen == "copy":
        app.copy("\n".join(said.requests), "request" if len(said.requests) == 1 else "requests")
    elif chosen == "open":
        problem = await app.result_of(app.looks, lambda: app.browser.open(said.page))
        app.notify(problem or f"Opened {said.page}", markup=False)
    elif chosen == "add":
        await editing.add_smoke(stage)


# Enter


async def _select(stage: StageHost, now: DefaultAction) -> None:
    stage.go_to(now.step)


async def _checks(stage: StageHost, now: DefaultAction) -> None:
    """Run the checks one after the other; manual ones are gone through meanwhile."""
    view = stage.selected
    if view is None or stage.runner.acting:
        return
    if reasons := stage.blocked(view.id):
        raise Refused(list(reasons))
    if not await stage.runner.may_run():
        return
    stage.logs.checks.add([check.id for check in default_action.checks_together(stage.record, view)])
    by_hand = (step for step in default_action.open_in(stage.record, view.stage) if step.step.kind == "tick")
    if (first := next(by_hand, None)) is not None:
        stage.go_to(first.id)


async def _here(stage: StageHost, now: DefaultAction) -> None:
    stage.view_stage(stage.record.stage)


async def _close(stage: StageHost) -> None:
    """Close the incident; in a drill this ends it, and shows the summary."""
    gaps = await stage.app.result_of(stage.app.looks, lambda: closing.review_gaps(stage.engine))
    values = {"name": "", "why": ""}
    if gaps:
        more = f"; and {len(gaps) - 3} more" if len(gaps) > 3 else ""
        form = dialogs.name_and_reason(
            f"Close with {len(gaps)} gap{'s' if len(gaps) != 1 else ''} in the review",
            why="Why they stay",
            intro=f"It lacks {'; '.join(gaps[:3])}{more}. esc goes back: enter on the review fills them in.",
            given=("", "") if stage.app.drill is None else lessons.SIGNED_IN_A_DRILL,
        )
        values = await stage.app.ask(form) or {}
    if values:
        await stage.change(lambda: closing.close(stage.engine, values["name"], values["why"]))
    else:
        return
    if stage.app.drill is not None:
        await _show_drill_end(stage)


async def _show_drill_end(stage: StageHost) -> None:
    stage.app.push_screen(stage.app.routes.drill_end(stage.engine, stage.app.drill))


async def _failed_check(stage: StageHost, now: DefaultAction) -> None:
    """Open the place that a failed check names in the editor, otherwise its page."""
    place = failed_check.of(stage.record, stage.looks.of("pull-request"))
    if place.path:
        stage.app.with_terminal(lambda: stage.app.editor.edit(place.path, place.line))
        await stage.runner.look_again(Changed.STEP)
        again = next((view.id for view in views(stage.record).values() if view.state == "stale"), now.step)
        stage.go_to(again)  # what was seen of the change before it was edited
    elif place.url:
        said = await stage.app.result_of(stage.app.looks, lambda: stage.app.browser.open(place.url))
        stage.app.notify(said or f"Opened {place.url}", markup=False)
    else:
        stage.app.notify(place.said, markup=False)


HANDLERS: dict[Action, Callable[[StageHost, DefaultAction], Flow]] = {
    Action.SELECT: _select,
    Action.HERE: _here,
    Action.NEXT: lambda stage, now: _change_stage(stage, lambda: commands.go_next(stage.engine)),
    Action.CHECKS: _checks,
    Action.RUN: lambda stage, now: stage.runner.start(now.step),
    Action.TICK: lambda stage, now: stage.change(lambda: commands.tick(stage.engine, now.step)),
    Action.TICK_NAMED: lambda stage, now: stage.runner.tick_named(now.step),
    Action.FACTS: lambda stage, now: facts.ask_for_step(stage, now.step),
    Action.TRIAGE: lambda stage, now: triage(stage),
    Action.CHOOSE: lambda stage, now: stage.runner.choose(now.step),
    Action.MESSAGE: lambda stage, now: editing.open_message(stage, now.step),
    Action.DOCUMENT: lambda stage, now: editing.open_document(stage, now.step),
    Action.FINDINGS: _findings,
    Action.OUTPUT: lambda stage, now: run_command(stage, "output", stage.selected),
    Action.SAY_WHAT_HAPPENED: lambda stage, now: stage.runner.say_what_happened(now.step),
    Action.LOOK_AGAIN: lambda stage, now: stage.runner.look_again(now.step),
    Action.VERDICT: lambda stage, now: ask_verdict(stage),
    Action.FAILED_CHECK: _failed_check,
    Action.NOT_FIXED: lambda stage, now: ask_what_now(stage),
    Action.ROLL_BACK: lambda stage, now: stage.runner.roll_back(),
    Action.ROLLBACK_LOG: lambda stage, now: rollback_log(stage),
    Action.ROLLBACK_SEEN: lambda stage, now: stage.runner.say_what_happened(ROLLBACK),
    Action.WATCH_LOG: lambda stage, now: watch_log(stage),
    Action.RESOLVE: lambda stage, now: stage.change(lambda: commands.resolve(stage.engine)),
    Action.CLOSE: lambda stage, now: _close(stage),
    Action.INCIDENTS: lambda stage, now: incidents(stage),
    Action.DRILL_END: lambda stage, now: _show_drill_end(stage),
}
"""What enter does, for each action."""


# The other keys


def _enabled(stage: StageHost, view: StepView | None) -> str:
    return ""


def _no_finding(stage: StageHost, view: StepView | None) -> str:
    return "" if open_findings(stage.record, *FINDING_STEPS) else "There is no open finding."


def _no_output(stage: StageHost, view: StepView | None) -> str:
    here = stage.logs.run_of(view) is not None or stage.logs.main is not None
    return "" if here else "This step has no output yet."


def _no_group(stage: StageHost, view: StepView | None) -> str:
    if view is None or len(groups.open_together(view, list(views(stage.record).values()))) < 2:
        return "Nothing here is ticked as a group: each item by itself, with space."
    return ""


def _no_way(stage: StageHost, view: StepView | None) -> str:
    if view is None or not view.step.is_looked_at or view.state == "running":
        return "There is only one way to do this."
    return ""


def _no_run(stage: StageHost, view: StepView | None) -> str:
    runs = view is not None and view.state == "running" and view.run is not None
    return "" if runs else "Nothing runs at this step."


def _no_branch(stage: StageHost, view: StepView | None) -> str:
    return "" if stage.record.evidence(Branched) else "There is no hotfix branch yet."


def _no_panes(stage: StageHost, view: StepView | None) -> str:
    if stage.viewed != "verify":
        return "The panes are those of the verify stage."
    if not check_queue.checks_here(stage.engine):
        return "There is no command here for setup, tests, type check or build."
    return ""


def _nothing_to_tick(stage: StageHost, view: StepView | None) -> bool:
    if view is None or view.state in ("running", "unknown", "not-needed"):
        return True
    if view.step.kind in ("fact", "decision"):
        return True
    ticked = stage.record.entry(view.id).get("how") == "tick" and view.state == "done"
    return not ticked and (view.settled or bool(person.against_the_numbers(stage.record, view.id)))


def _nothing_to_look_at(stage: StageHost, view: StepView | None) -> bool:
    return view is None or not view.step.is_looked_at


def _one_way_only(stage: StageHost, view: StepView | None) -> bool:
    scene = stage.scene()
    known = scene.plan is not None or scene.refused or scene.choices
    done = view is not None and view.settled  # nobody plans what is done: its other ways are not known
    return done if not known else len(scene.choices) < 2


def _no_tail(stage: StageHost, view: StepView | None) -> bool:
    deploy = stage.record.config.get("deploy", {})
    known = stage.record.entry(FOLLOW.id).get("run") is not None
    return not (known or deploy.get("follow") or deploy.get("platform"))


class KeyCommand(NamedTuple):
    """What a key does to the selected step; `disabled` returns why it does nothing now, otherwise an empty text."""

    run: Callable[[StageHost, StepView | None], Flow]
    disabled: Callable[[StageHost, StepView | None], str] = _enabled
    idle: Callable[[StageHost, StepView | None], bool] | None = None
    """Whether it has nothing to do at a step, if only its answer would say so: the footer then omits it."""


COMMANDS: dict[str, KeyCommand] = {
    "tick": KeyCommand(tick, idle=_nothing_to_tick),
    "tick_group": KeyCommand(tick_group, _no_group),
    "note": KeyCommand(note),
    "message": KeyCommand(editing.choose_message),
    "rollback": KeyCommand(rollback),
    "waive": KeyCommand(waive, idle=lambda stage, view: view is None or not view.waivable),
    "output": KeyCommand(output, _no_output),
    "tail": KeyCommand(tail, idle=_no_tail),
    "panes": KeyCommand(panes, _no_panes),
    "edit": KeyCommand(editing.edit),
    "view": KeyCommand(change_view, _no_branch),
    "timeline": KeyCommand(timeline),
    "documents": KeyCommand(editing.choose_document),
    "facts": KeyCommand(show_facts),
    "states": KeyCommand(states),
    "accept": KeyCommand(accept, _no_finding),
    "incidents": KeyCommand(incidents),
    "stop": KeyCommand(stop, _no_run),
    "undo": KeyCommand(undo),
    "shell": KeyCommand(editing.shell, idle=lambda stage, view: bool(_no_branch(stage, view))),
    "again": KeyCommand(look_again, idle=_nothing_to_look_at),
    "reproduce": KeyCommand(reproduce),
    "way": KeyCommand(other_way, _no_way, _one_way_only),
    "help": KeyCommand(show_help),
}
"""What the keys of the table in `keymap.py` do; the others move, and are the screen's own."""


def does_something(stage: StageHost, name: str, view: StepView | None) -> bool:
    """Return whether the key of the action `name` does something with `view` selected: only then is it offered."""
    command = COMMANDS[keymap.action_of(name)]
    return not command.disabled(stage, view) and (command.idle is None or not command.idle(stage, view))


async def run_command(stage: StageHost, name: str, view: StepView | None) -> None:
    """Do what the key `name` does with `view` selected, or say why it does nothing now."""
    command = COMMANDS[name]
    if reason := command.disabled(stage, view):
        stage.app.notify(reason, markup=False)
        return
    await command.run(stage, view)
