"""The text of a step's card: what was seen, what would run, what to do.

Everything from outside goes in as plain text; nothing is parsed as markup.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hotfix_tui.base.text import one_line, sentence
from hotfix_tui.base.times import clock_time
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import Evidence, Part
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.evidence.every import kind_of
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.monitor import Smoked, Watched
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import Checked
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import identity_chain as chain
from hotfix_tui.incident.rules.step_state import StepView, open_findings
from hotfix_tui.runner.spec import is_own
from hotfix_tui.ui import keymap
from hotfix_tui.ui.paint.glyphs import BY_STATE, STYLE_BY_STATE
from hotfix_tui.ui.presenters.lines import ContentLines

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Choice, Plan

_WORDS = {"unknown": "result unknown", "waiting": "under way elsewhere"}
"""How a run ended, if the state's name does not say it."""

_MOST = 14


def of_step(
    record: Record,
    view: StepView,
    now: datetime,
    *,
    plan: "Plan | None" = None,
    choices: "Sequence[Choice]" = (),
    refused: str = "",
    unasked: bool = False,
    opened: datetime | None = None,
) -> Content:
    """Return what to know about `view` besides its title and state; for a finished one, what was seen comes first.

    `refused` says why it cannot run now, `unasked` that its plan waits for a network answer, `opened` when the wizard
    was opened.
    """
    out = ContentLines()
    if opened is not None and (said := away(record, view, opened, now)):
        out.add(said, STYLE_BY_STATE[view.state])
    _why(out, record, view)
    _break(out, record, view.id)
    seen_first = view.state in ("done", "failed", "waiting")
    if seen_first:
        _seen(out, view)
    out.gap()
    out.add(view.step.help)
    if not seen_first:
        _seen(out, view)
    if view.state not in ("done", "not-needed", "running"):
        _choices(out, choices)
        _plan(out, plan)
        if plan is not None and plan.commands and (said := origin_of_command(record, view.id)):
            out.add(f"  {said}; {keymap.shown('edit')} edits it", "$muted")
        if refused:
            out.gap()
            out.add(refused, "$warn")
        elif unasked:
            out.gap()
            out.add(
                "What it runs depends on what the network says: enter asks, and shows it first.", "$muted"
            )
    _chain(out, record, view.id)
    return out.content()


def away(record: Record, view: StepView, opened: datetime, now: datetime) -> str:
    """Return how the step's run ended if that was before the wizard was opened and only noticed then, else nothing."""
    ended = next((run.get("ended") for run in reversed(record.runs) if run["n"] == view.run), None)
    if ended is None or view.at is None or not ended < opened <= view.at:
        return ""
    summary = view.seen(Checked).summary or ""
    words = [_WORDS.get(view.state, view.state), summary.removesuffix(" failed")]
    said = ", ".join([*filter(None, words), f"{clock_time(ended, now)} UTC"])
    return f"finished while you were away: {said}"


def _why(out: ContentLines, record: Record, view: StepView) -> None:
    if view.state in ("stale", "waived", "debt") and view.why:
        out.gap()
        out.add(sentence(view.why), STYLE_BY_STATE[view.state])
    if view.said and view.state in ("failed", "unknown", "waiting", "stale", "pending"):
        out.gap()
        out.add(view.said, "" if view.state == "pending" else STYLE_BY_STATE[view.state])
    if other := view.seen(Changed).other_tree:
        out.gap()
        out.add(other, STYLE_BY_STATE["stale"])
    _findings(out, record, view.id)
    if view.id == catalog.FIX_GUARD:
        for finding in open_findings(record):
            out.add(f"{finding.place}  {finding.text}", "$bad")
        if open_findings(record):
            out.add(f"Fix it, or accept it with a reason: {keymap.shown('accept')}", "$muted")


def _seen(out: ContentLines, view: StepView) -> None:
    """Add what the step saw: the fields for people by their labels, then what has rows of its own."""
    seen = view.seen(kind_of(view.id))
    rows = seen.files if isinstance(seen, Changed) else ()
    shown = [*_notes(seen), *_labelled(seen)]
    if not shown and not rows:
        return
    out.gap()
    if isinstance(seen, Checked) and view.state == "failed":
        _failures(out, seen)
    for label, value in shown[:_MOST]:
        out.add(f"{label}: {value}")
    for row in rows[:12]:
        out.add(f"  {row.path}  +{row.added} −{row.removed}")
    _live(out, seen)
    if isinstance(seen, Landed) and seen.also_landed:
        out.add("landed with it:")
        for commit in seen.also_landed[:6]:
            out.add(f"  {commit}")
    if isinstance(seen, Smoked):
        for answer in seen.results:
            mark = BY_STATE["done" if answer.ok else "failed"]
            out.add(f"  {mark} {answer.name}: {answer.status or ''} {answer.why}")
    if isinstance(seen, Watched):
        for metric in seen.metrics:
            before, after = ("?" if reading is None else reading for reading in (metric.before, metric.after))
            out.add(f"  {metric.name}: {before} → {after}")


def _failures(out: ContentLines, seen: Checked) -> None:
    if seen.could_not_run:
        out.add(seen.could_not_run)
    failures = seen.failures or ()
    for failure in failures[:6]:
        place = ":".join(str(part) for part in (failure.file, failure.line) if part)
        out.add(f"  {BY_STATE['failed']} {one_line(failure.name, 120)}  {place}".rstrip())
    if len(failures) > 6:
        out.add("  … and more: see them with p", "$muted")


_IN_ROWS = ("also_landed", "could_not_run", "failures")
"""Fields that have rows of their own."""
_IN_SUMMARY = ("tool", "passed", "failed", "skipped")
"""Numbers that the summary of a check already states."""


def _notes(seen: Evidence) -> list[tuple[str, str]]:
    return [("note", warning) for warning in seen.warnings or ()] if isinstance(seen, Preflight) else []


def _labelled(seen: Evidence) -> list[tuple[str, str]]:
    """Return label and value of each field for people that is informative."""
    left_out = (*_IN_ROWS, *_IN_SUMMARY) if isinstance(seen, Checked | Landed) else ()
    out = []
    for name, field in seen.FIELDS.items():
        value = getattr(seen, name)
        reason = isinstance(seen, Preflight) and name.endswith(("_why", "_unsure", "_elsewhere"))
        if (
            field.label
            and name not in left_out
            and not reason
            and (value or (value is False and name in seen.raw))
        ):
            said = _value(field.words.get(value, value) if isinstance(value, str) else value)
            out.append((field.label, f"{said} {field.unit}" if field.unit else said))
    return out


def _value(value: object) -> str:
    if isinstance(value, tuple):
        kept = [one_line(str(item), 80) for item in value[:6] if not isinstance(item, Part)]
        return ", ".join(kept) + ("…" if len(value) > 6 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    text = str(value)
    return (
        text[:12] if len(text) == 40 and all(c in "0123456789abcdef" for c in text) else one_line(text, 160)
    )


def _choices(out: ContentLines, choices: "Sequence[Choice]") -> None:
    if len(choices) < 2:
        return
    out.gap()
    usual = (
        f"enter takes the first, {keymap.shown('other-way')} chooses"
        if choices[0].at_once
        else "enter chooses"
    )
    out.add(f"Ways to go ({usual}):")
    for way in choices:
        out.add(f"  {way.title}", "bold" if way is choices[0] else "")


def short_command(argv: list[str]) -> str:
    """Return a command line for reading: our own helpers by name, followed by what they start after ``--``."""
    if is_own(argv):
        name = argv[argv.index("-m") + 1]
        inner = argv[argv.index("--") + 1 :] if "--" in argv else []
        own = f"python -m {name} …"
        return f"{own} -- {shlex.join(inner)}" if inner else own
    return shlex.join(argv)


def add_log_tail(out: ContentLines, plan: "Plan") -> None:
    """Add what is started with the plan, in a run of its own."""
    if plan.log_tail is None:
        return
    out.gap()
    out.add(f"In parallel, in a run of its own ({keymap.shown('production-log')} shows it):")
    for command in plan.log_tail.commands:
        out.add(f"  $ {short_command(command.argv)}", "$key")


def _plan(out: ContentLines, plan: "Plan | None") -> None:
    if plan is None:
        return
    for warning in plan.warnings:
        out.gap()
        out.add(f"! {warning}", "$warn")
    if plan.commands:
        out.gap()
        out.add("It will run:")
        folder = ""
        for command in plan.commands:
            if command.cwd != folder:
                folder = command.cwd
                out.add(f"  in {folder}", "$muted")
            out.add(f"  $ {short_command(command.argv)}", "$key")
    add_log_tail(out, plan)
    if plan.commands:
        return
    if plan.by_hand:
        out.gap()
        out.add("By hand:")
        out.add(plan.by_hand)
        if plan.url:
            out.add(plan.url, "$key")


_WITH_CHAIN = (catalog.VERIFY_COMMIT, catalog.VERIFY_PUSH, catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_LIVE)
"""Steps whose detail shows the chain."""

_MARKS = {"ok": "✓", "broken": "✗", "unknown": "?", "not-yet": "○"}
_STYLES = {"ok": "$ok", "broken": "$bad", "unknown": "$warn", "not-yet": "$muted"}


def _break(out: ContentLines, record: Record, step: str) -> None:
    """Add the first broken link, if there is one: it has to be read before anything else happens."""
    broken = chain.first_break(record) if step in _WITH_CHAIN else None
    if broken is not None:
        out.gap()
        out.add(f"The chain is broken at {broken.name!r}: {broken.evidence}", _STYLES["broken"])


def _chain(out: ContentLines, record: Record, step: str) -> None:
    """Add all links, once anything is committed."""
    if step not in _WITH_CHAIN or not chain.begun(record):
        return
    out.gap()
    out.add("From tested to live:")
    for link in chain.chain(record):
        value = one_line(link.value, 40)
        value = value[:7] if len(value) == 40 else value
        said = " ".join(filter(None, (f"  {_MARKS[link.state]} {link.name}", value))) + f": {link.evidence}"
        out.add(said, _STYLES[link.state])


_SHOWN = 6


def _findings(out: ContentLines, record: Record, step: str) -> None:
    """Add the findings about production before an action, while they are neither cured nor accepted."""
    findings = open_findings(record, catalog.BRANCH_BASE) if step == catalog.BRANCH_BASE else []
    for finding in findings:
        out.add(finding.text, "$bad")
    if findings:
        out.add(f"Cure it, or accept it with a reason: {keymap.shown('accept')}", "$muted")


def _live(out: ContentLines, seen: Evidence) -> None:
    """Add what the sources said, and the commits that are not live or go live with the fix."""
    if not isinstance(seen, Base):
        return
    if seen.sources:
        out.add("what is live, by:")
    for said in seen.sources[:_SHOWN]:
        out.add(f"  {said}")
    if seen.disagreement:
        out.add(f"! {seen.disagreement}", "$warn")
    _commits(out, "not live yet", seen.undeployed_list, seen.undeployed, seen.same_files)
    _commits(
        out,
        "goes live with the fix, acknowledged",
        seen.acknowledged_list or (),
        seen.acknowledged,
        seen.acknowledged_same_files,
    )


def _commits(
    out: ContentLines, title: str, listed: tuple[str, ...], count: int | None, same: int | None
) -> None:
    if not listed:
        return
    touch = f" ({same} in the same files)" if same else ""
    out.add(f"{title}{touch}:")
    for line in listed[:_SHOWN]:
        out.add(f"  {line}")
    left = int(count or 0) - len(listed[:_SHOWN])
    if left > 0:
        out.add(f"  … and {left} more")


_COMMAND_OF = {
    catalog.VERIFY_SETUP: "setup",
    catalog.VERIFY_TEST: "test",
    catalog.VERIFY_TYPECHECK: "typecheck",
    catalog.VERIFY_BUILD: "build",
    catalog.VERIFY_PROOF: "regression",
}
"""The command behind a step, by the step's id."""


def origin(record: Record, name: str) -> str:
    """Return in a clause why the command `name` is what it is; empty if there is none."""
    edited = record.edited.get(name)
    if edited:
        return f"edited for this incident by {one_line(str(edited.get('by', '')), 40)}"
    if record.config.get("commands", {}).get(name):
        return f"commands.{name} of the configuration says so"
    if why := one_line(record.why_detected(name), 300):
        return f"because {why}"
    return one_line(str(record.detected.get(name, {}).get("evidence", "")), 300)


def origin_of_command(record: Record, step: str) -> str:
    """Return the same for the command of a step; empty for a step without a project command."""
    return origin(record, _COMMAND_OF[step]) if step in _COMMAND_OF else ""
