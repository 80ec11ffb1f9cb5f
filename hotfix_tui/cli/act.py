"""Commands that work on steps and facts: each is one call on the engine, the same that the screens make."""

import shlex
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.base.text import clean, one_line, with_reason
from hotfix_tui.cli import outlet
from hotfix_tui.cli.failures import BUSY, DONE, FAILED, REFUSED, UNKNOWN, USAGE, Stop, say
from hotfix_tui.cli.session import open_engine, report
from hotfix_tui.cli.show import print_json
from hotfix_tui.cli.shown_once import ShownOnce
from hotfix_tui.engine import (
    commands,
    documents,
    errors,
    execute,
    guards,
    interactive,
    prepare,
    project_commands,
    reconcile,
    unrecorded,
    watching,
)
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import WATCH, line_slug
from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.rules import triage as tree
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.step_state import findings, question
from hotfix_tui.incident.rules.views import views
from hotfix_tui.runner import runs

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.reconcile import Performed
    from hotfix_tui.steps.contract import Plan


def do(options: Namespace) -> int:
    """Carry out a step; wait for its end and print its output, unless --detach."""
    engine = open_engine(options)
    if options.why or options.granted_by:
        guards.sign(engine, options.step, options.choose, options.granted_by, options.why)
    if options.terminal:
        shown = None if options.json else _show_plan
        prepared = prepare.prepare(engine, options.step, options.choose)
        done = interactive.execute(engine, prepared, options.confirm, showing=shown)
        return _tell(options, engine, done)
    return _perform(options, engine, options.step, options.choose, options.confirm)


def rollback(options: Namespace) -> int:
    """Roll production back."""
    return _perform(options, open_engine(options), catalog.DEPLOY_ROLLBACK, options.kind, options.confirm)


def backport(options: Namespace) -> int:
    """Carry the fix to a line, or continue a pick that stopped at a conflict."""
    chosen = "continue" if options.go_on else "skip" if options.skip else "abort" if options.abort else ""
    options.detach = False
    engine, step = open_engine(options), f"backport.{line_slug(options.line)}"
    if options.line not in engine.record.lines and not chosen:
        if engine.dry_run:
            print(f"Dry run: {options.line} would get the fix, too, as the lines in git.backports do.")
            return DONE
        print("\n".join(entry["text"] for entry in commands.name_line(engine, options.line)))
        try:
            return _perform(options, engine, step, chosen, "")
        except Refused:
            commands.keep_line(engine, options.line)
            raise
    return _perform(options, engine, step, chosen, "")


def _perform(options: Namespace, engine: "Engine", step: str, choice: str, confirm: str) -> int:
    if step in documents.STEPS:
        return report(options, engine, documents.write(engine, documents.STEPS[step]))
    if (begun := _begun(engine, step)) is not None and not options.detach:
        return _tell(options, engine, _wait(options, engine, begun))
    shown = None if options.json else _Shown()
    try:
        performed = execute.carry_out(engine, step, choice=choice, confirm=confirm, showing=shown)
    except errors.CannotStart as stopped:
        say(f"{stopped}\nIt runs here instead, in the foreground; its output is kept nowhere.")
        performed = unrecorded.in_the_foreground(
            engine, step, stopped.plan, stopped.why, shown=shown is not None
        )
        return _tell(options, engine, performed)
    if performed.unrecorded:
        return _unrecorded(options, engine, performed, shown.lines if shown else ())
    if performed.state == "running" and not options.detach:
        performed = _wait(options, engine, performed, shown.lines if shown else ())
    return _tell(options, engine, performed)


def _begun(engine: "Engine", step: str) -> "Performed | None":
    """Return the watch that began with the deployment and still has time to run: the command waits for it."""
    if step != WATCH or engine.dry_run or engine.record.entry(step).get("state") != "running":
        return None
    reconcile.collect_ended(engine)
    now = engine.record.entry(step)
    return (
        reconcile.Performed(step, "running", "", None, now["run"]) if now.get("state") == "running" else None
    )


def _unrecorded(
    options: Namespace, engine: "Engine", performed: "Performed", shown: Sequence[str] = ()
) -> int:
    """Follow a rollback that the record does not know; with --detach say where to see it."""
    say(performed.why)
    if options.detach:
        title = performed.plan.title if performed.plan is not None else performed.step
        print(f"Running: {title}; its output is in {performed.unrecorded}/log")
        return DONE
    _follow_output(runs.follow(Path(performed.unrecorded)), quiet=options.json, shown=shown)
    return _tell(options, engine, unrecorded.finish(engine, performed))


def _wait(
    options: Namespace, engine: "Engine", performed: "Performed", shown: Sequence[str] = ()
) -> "Performed":
    """Print the run's output until it ends, without the commands that were `shown` already, then settle it."""
    if performed.run is None:
        return performed
    folder = engine.run_directory(performed.run)
    enough = partial(reconcile.implementation(engine, performed.step).settles_early, folder)
    _follow_output(runs.follow(Path(folder), enough=enough), quiet=options.json, shown=shown)
    while True:
        engine.reload()
        settled = reconcile.collect_result(engine, performed.step)
        if settled is not None:
            if performed.step.startswith(("deploy.", "monitor.")):
                watching.follow_up(engine)
            return settled
        now = engine.record.entry(performed.step)
        if now.get("state") != "running":
            why = Evidence.from_dict(now.get("evidence", {})).why
            return performed._replace(state=str(now.get("state", "not-done")), why=why)
        time.sleep(0.1)


def _follow_output(pieces: Iterable[bytes], *, quiet: bool, shown: Sequence[str] = ()) -> None:
    """Print a run's output, line by line, until it ends; commands that were `shown` already by their number alone."""
    printer = outlet.LogPrinter((lambda text: None) if quiet else None)
    once = ShownOnce(shown)
    for piece in pieces:
        printer.feed(once.feed(piece))
    printer.feed(once.end())
    printer.end()


class _Shown:
    """Shows a plan before it runs, and keeps the lines of its commands as the log of the run begins them."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, plan: "Plan") -> None:
        _show_plan(plan)
        self.lines = [f"$ {shlex.join(command.argv)}" for command in plan.commands]


def _show_plan(plan: "Plan") -> None:
    print(f"{plan.title}")
    if plan.starts:
        print(plan.starts)
    for warning in plan.warnings:
        print(f"! {one_line(warning, 400)}")
    for command in plan.commands:
        where = f"   (in {command.cwd})"
        print(f"$ {clean(shlex.join(command.argv))}{where}")
    if plan.log_tail is not None:
        print(f"In parallel, in a run of its own: {plan.log_tail.title}")
        for command in plan.log_tail.commands:
            print(f"$ {clean(shlex.join(command.argv))}   (in {command.cwd})")
    if plan.watch:
        print(plan.watch)
    if plan.by_hand:
        print(clean(plan.by_hand))
    if plan.url:
        print(clean(plan.url))
    sys.stdout.flush()


def _tell(options: Namespace, engine: "Engine", performed: "Performed") -> int:
    statuses = {
        "done": DONE,
        "running": DONE,
        "by-hand": DONE,
        "given-up": DONE,
        "unknown": UNKNOWN,
        "waiting": UNKNOWN,
        "failed": FAILED,
        "busy": BUSY,
    }
    status = statuses.get(performed.state, REFUSED)
    carried = performed.state == "waiting" and performed.step.startswith("backport.")
    if engine.dry_run or carried:  # what was asked for is done: the pick; merging it is a separate action
        status = DONE
    if options.json:
        report(options, engine, [])
        return status
    known = engine.record.definition(performed.step).title
    words = {
        "done": f"Done: {known}",
        "running": f"Running: {known}; follow it: hotfix-tui output {performed.run} --follow",
        "by-hand": f"To be done by hand: {known}; then look again (`do {performed.step}`) "
        f"or tick it (`tick {performed.step}`)",
        "unknown": f"Result unknown: {known}; look at it, then `look {performed.run} did` or `did-not`",
        "waiting": f"Under way, but not here: {known}; look again: `do {performed.step}`",
        "failed": f"Failed: {known}",
        "given-up": f"Given up: {known}",
        "busy": f"Not started: {known}",
    }
    if performed.run is None:
        words["unknown"] = f"Could not look: {known}"
    if carried:
        words["waiting"] = f"On the way: {known}"
    text = words.get(performed.state, f"Not done: {known}")
    if performed.state != "running":
        text = with_reason(text, one_line(performed.why, 800))
    if performed.state == "running" and performed.why:
        print(f"! {one_line(performed.why, 400)}")
    if status in (DONE, FAILED) and performed.state != "failed":
        print(text)
        _tell_of_commands(engine, performed.step)
        _tell_of_tail(engine, performed.step)
    else:
        print(f"hotfix-tui: {text}", file=sys.stderr)
        _help_on(engine, performed.step)
    return status


def _tell_of_commands(engine: "Engine", step: str) -> None:
    """Say which commands are others on the hotfix branch that was just made."""
    if step != catalog.BRANCH_CREATE:
        return
    made = engine.record.entry(step).get("at")
    for entry in engine.timeline():
        if entry.get("kind") == "command" and made and entry["at"] >= made:
            print(f"! {one_line(entry['text'], 400)}")


def _tell_of_tail(engine: "Engine", step: str) -> None:
    """Say where to see the production log and the watch that started with the deployment."""
    watch = engine.record.entry(WATCH)
    if step.startswith("deploy.") and watch.get("state") == "running":
        print(f"Production is watched: `do {WATCH}` waits for its time to be over.")

    number = reconcile.log_run(engine) if step == catalog.DEPLOY_PRODUCTION else None
    if number is not None:
        print(
            f"The log of production is followed: hotfix-tui output {number} --follow; `cancel {number}` ends it."
        )


def _help_on(engine: "Engine", step: str) -> None:
    for finding in findings(engine.record, step):
        said = f"  {one_line(finding.id)}  {one_line(finding.place)}  {one_line(finding.text, 200)}"
        print(said, file=sys.stderr)
    if question(engine.record, step):
        for way in prepare.choices(engine, step):
            said = f": {one_line(way.help, 200)}" if way.help else ""
            print(
                f"  do {step} --choose {shlex.quote(way.name)}  {one_line(way.title)}{said}", file=sys.stderr
            )


def _not_yet(engine: "Engine", options: Namespace, refused: Refused) -> int:
    """Show the project's command behind a step that cannot be carried out yet; raise `refused` if there is none."""
    name = project_commands.OF_STEP.get(options.step, "")
    view = project_commands.of_incident(engine, name) if name else None
    if view is None or view.now is None:
        raise refused
    reason = refused.reasons[0]
    if options.json:
        print_json({**project_commands.as_json(view), "step": options.step, "not_yet": str(reason)})
        return 0
    place = f"   (in {one_line(view.now.cwd)})" if view.now.cwd else ""
    print(f"Not yet: {one_line(str(reason), 300)}\nIt would run, in the hotfix's checkout:")
    print(f"$ {clean(view.now.line)}{place}\n  {one_line(view.now.why, 300)}")
    for text in [f"{program} is not installed here" for program in view.missing] + [view.doubt]:
        if text:
            print(f"! {one_line(text, 400)}")
    return 0


def show_plan(options: Namespace) -> int:
    """Show what a step would run, without running it."""
    engine = open_engine(options)
    try:
        ways = prepare.choices(engine, options.step)
        plan = prepare.plan(engine, options.step, options.choose)
    except Refused as refused:
        return _not_yet(engine, options, refused)
    if options.json:
        described = [{"argv": c.argv, "cwd": c.cwd} for c in plan.commands]
        print_json(
            {
                "schema": 1,
                "step": options.step,
                "title": plan.title,
                "commands": described,
                "by_hand": plan.by_hand,
                "warnings": plan.warnings,
                "url": plan.url,
                "beside": [{"argv": c.argv, "cwd": c.cwd} for c in plan.log_tail.commands]
                if plan.log_tail
                else [],
                "choices": [way._asdict() for way in ways],
            }
        )
        return 0
    seen = views(engine.record).get(options.step)
    if seen is not None and seen.state == "not-needed":
        print(f"! It is not needed here: {one_line(seen.why, 300)}. This is how it would be done anyway.")
    _show_plan(plan)
    for way in ways:
        print(f"--choose {way.name or repr('')}  {one_line(way.title)}")
    return 0


def probe(options: Namespace) -> int:
    """Probe a step again."""
    engine = open_engine(options)
    if not options.step:
        reconcile.reconcile(engine)
        watching.follow_up(engine)
        return report(options, engine, [])
    seen = reconcile.probe_step(engine, options.step)
    watching.follow_up(engine)
    if not options.json:
        print(f"{options.step}: {seen.state}" + (f": {one_line(seen.why, 400)}" if seen.why else ""))
        return 0
    return report(options, engine, [])


def tick(options: Namespace) -> int:
    """Tick one or more steps: none of them if one is unknown or cannot be ticked."""
    engine = open_engine(options)
    wanted = list(dict.fromkeys(options.steps))
    if len(wanted) > 1:
        commands.try_ticks(engine, wanted, options.note)
    entries = [entry for step in wanted for entry in commands.tick(engine, step, options.note)]
    return report(options, engine, entries)


def untick(options: Namespace) -> int:
    """Remove a tick."""
    engine = open_engine(options)
    return report(options, engine, commands.untick(engine, options.step))


def waive(options: Namespace) -> int:
    """Waive a step."""
    engine = open_engine(options)
    return report(options, engine, commands.waive(engine, options.step, options.granted_by, options.why))


def accept(options: Namespace) -> int:
    """Accept a finding of the guard."""
    engine = open_engine(options)
    return report(options, engine, commands.accept(engine, options.finding, options.why))


def set_fact(options: Namespace) -> int:
    """Enter a fact, or list them."""
    if options.listing or not options.fact:
        for known in FACTS.values():
            kind = " | ".join(known.choices) if known.kind == "choice" else known.kind
            print(f"{known.key:32}{known.title} ({kind})")
            if known.choices and known.kind == "list":
                print(f"{'':32}usual answers: {', '.join(known.choices)}; or your own words")
        return 0
    if options.value is None:
        raise Stop(f"What is {options.fact}? Give a value: `set {options.fact} …`.", USAGE)
    engine = open_engine(options)
    value = sys.stdin.read() if options.value == "-" else options.value
    return report(options, engine, commands.set_fact(engine, options.fact, value, append=options.append))


def severity(options: Namespace) -> int:
    """Set the severity."""
    engine = open_engine(options)
    return report(options, engine, commands.severity(engine, options.level, options.why))


def triage(options: Namespace) -> int:
    """Answer triage questions; without answers, print them."""
    if not options.answers:
        for question in (*tree.QUESTIONS, tree.EMBARGO):
            print(f"{question.id:16}{question.severity or '':4}{question.text}")
        return 0
    answers: dict[str, bool] = {}
    for item in options.answers:
        name, _, said = item.partition("=")
        if name not in {q.id for q in (*tree.QUESTIONS, tree.EMBARGO)} or said not in ("yes", "no"):
            raise Stop(
                f"{item!r} is no answer; write QUESTION=yes or QUESTION=no, `triage` lists them.", USAGE
            )
        answers[name] = said == "yes"
    for question in tree.QUESTIONS:  # questions before the first yes were answered no by skipping them
        if any(answers.get(q.id) for q in tree.QUESTIONS[tree.QUESTIONS.index(question) + 1 :]):
            answers.setdefault(question.id, question is tree.BROKEN)
    embargo = answers.pop(tree.EMBARGO.id, None)
    outcome = tree.walk(answers)
    if outcome.severity or embargo is not None:
        engine = open_engine(options)
        entries = []
        if outcome.severity:
            entries = commands.severity(engine, outcome.severity, "triage", tree.deciding(answers))
        if embargo is not None:
            entries += commands.set_fact(engine, "embargo", "yes" if embargo else "no")
        status = report(options, engine, entries)
        if tree.asks_embargo(answers) and not engine.record.fact("embargo") and not options.json:
            print(
                f"Next question: {tree.EMBARGO.id}: {tree.EMBARGO.text} Answer: `triage embargo=yes`, or no."
            )
        return status
    if outcome.normal_process:
        print(tree.NORMAL_PROCESS)
        print("End it so: hotfix-tui normal-process --why …")
        return 0
    assert outcome.question is not None
    print(f"Next question: {outcome.question.id}: {outcome.question.text}")
    return 0


def go_next(options: Namespace) -> int:
    """Move on to the next stage."""
    engine = open_engine(options)
    return report(options, engine, commands.go_next(engine))


def go_back(options: Namespace) -> int:
    """Go back a stage."""
    engine = open_engine(options)
    return report(options, engine, commands.go_back(engine))


def undo(options: Namespace) -> int:
    """Undo the last tick, choice or fact."""
    engine = open_engine(options)
    return report(options, engine, commands.undo(engine))


def command(options: Namespace) -> int:
    """Show a command as it would run, with the alternatives; or edit it for this incident."""
    engine = open_engine(options)
    name = options.command_name
    if options.take:
        return report(options, engine, project_commands.take(engine, name, options.take))
    if options.line is not None:
        return report(options, engine, project_commands.edit(engine, name, options.line, options.folder))
    view = project_commands.of_incident(engine, name)
    if options.json:
        print_json(project_commands.as_json(view))
        return 0
    print(clean(view.now.line) if view.now else "There is none.")
    if view.now:
        place = f"in {one_line(view.now.cwd)}; " if view.now.cwd else ""
        print(f"  {place}{one_line(view.now.why, 300)}")
    for text in [f"{program} is not installed here" for program in view.missing] + [view.doubt]:
        if text:
            print(f"  {one_line(text, 400)}")
    for number, other in enumerate(view.others, 1):
        place = f" in {one_line(other.cwd)}" if other.cwd else ""
        lint = "a linter, no type check; " if other.lint and name == "typecheck" else ""
        print(f"{number}  {clean(other.line)}{place}\n  {lint}{one_line(other.why, 300)}")
    if view.others:
        print(f"Take one: hotfix-tui command {name} --take N")
    return 0


def adopt(options: Namespace) -> int:
    """Use a fix that exists already."""
    engine = open_engine(options)
    states = commands.adopt_fix(engine, options.spec)
    if options.json:
        return report(options, engine, [])
    for step, state in states.items():
        print(f"{step}: {state}")
    return 0


def look(options: Namespace) -> int:
    """Settle a run with an unknown result by what a person saw."""
    engine = open_engine(options)
    return report(options, engine, commands.look(engine, options.run, options.did == "did"))


def cancel(options: Namespace) -> int:
    """End a run."""
    engine = open_engine(options)
    reconcile.cancel(engine, options.run)
    print(f"Asked run {options.run} to end.")
    return 0
