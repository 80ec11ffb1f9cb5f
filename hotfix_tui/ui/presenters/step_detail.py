"""The text beside the step list: what the step is, what would run, what was seen, what to do.

Everything that comes from outside goes in as plain text; nothing is parsed as markup.
"""

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from textual.content import Content

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import clock_time
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView, open_findings
from hotfix_tui.steps.contract import Choice, Plan
from hotfix_tui.ui.presenters import step_detail_command, step_detail_live
from hotfix_tui.ui.presenters.lines import Lines
from hotfix_tui.ui.presenters.step_detail_chain import add_break, add_chain

WORDS = {
    "pending": "to do",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "unknown": "result unknown",
    "waiting": "under way elsewhere",
    "stale": "stale",
    "waived": "waived",
    "debt": "owed",
    "not-needed": "not needed",
}

GLYPHS = {
    "pending": "○",
    "running": "▶",
    "done": "✓",
    "failed": "✗",
    "unknown": "?",
    "waiting": "…",
    "stale": "~",
    "waived": "w",
    "debt": "●",
    "not-needed": "–",
}

STYLES = {
    "pending": "",
    "running": "$key",
    "done": "$ok",
    "failed": "$bad",
    "unknown": "$warn",
    "waiting": "$key",
    "stale": "$warn",
    "waived": "$warn",
    "debt": "$warn",
    "not-needed": "$muted",
}

_HIDDEN = (
    "why",
    "other_tree",
    "start_dirty",
    "findings",
    "said",
    *step_detail_live.HIDDEN,
    "also_landed",
    "files",
    "results",
    "metrics",
    *("tool", "passed", "failed", "skipped", "failures", "could_not_run"),
)


def required_words(view: StepView) -> str:
    """Return what is asked of the step: required, waivable, optional and why."""
    asked = view.required
    if asked.level == "R":
        return "required" + (", a debt for now" if asked.debt else "")
    if asked.level == "W":
        return "required, can be waived" + (", a debt for now" if asked.debt else "")
    return asked.why or "optional"


def of_step(
    record: Record,
    view: StepView,
    now: datetime,
    *,
    plan: Plan | None = None,
    choices: Sequence[Choice] = (),
    refused: str = "",
    unasked: bool = False,
    checking: bool = False,
    opened: datetime | None = None,
    head: bool = True,
) -> Content:
    """Return the detail of `view`, without title and state where `head` is off; then what was seen comes first.

    `refused` says why it cannot run now, `unasked` that its plan waits for an answer of the network, `checking` that a
    probe is on its way, `opened` when the wizard came.
    """
    out = Lines()
    if head:
        _head(out, record, view, now, checking)
    if opened is not None:
        _away(out, record, view, opened, now)
    if head:
        out.add(required_words(view), "$muted")
    _why(out, record, view)
    add_break(out, record, view.id)
    seen_first = view.state in ("done", "failed", "waiting") and not head
    if seen_first:
        _evidence(out, view)
    out.gap()
    out.add(view.step.help)
    if not seen_first:
        _evidence(out, view)
    if view.state not in ("done", "not-needed", "running"):
        _choices(out, choices)
        _plan(out, plan)
        if plan is not None and plan.commands and (said := step_detail_command.of_step(record, view.id)):
            out.add(f"  {said}; e edits it", "$muted")
        if refused:
            out.gap()
            out.add(refused, "$warn")
        elif unasked:
            out.gap()
            out.add(
                "What it runs depends on what the network says: enter asks, and shows it first.", "$muted"
            )
    add_chain(out, record, view.id)
    return out.content()


def _head(out: Lines, record: Record, view: StepView, now: datetime, checking: bool) -> None:
    out.add(step_detail_live.first_line(record, view), "bold")
    state = f"{GLYPHS[view.state]} {WORDS[view.state]}"
    if view.at and view.state in ("done", "failed", "unknown", "waiting"):
        state += f" {clock_time(view.at, now)} UTC" + (f" by {one_line(view.by, 30)}" if view.by else "")
    if checking:
        state += " · checking…"
    out.add(state, STYLES[view.state])


def away(record: Record, view: StepView, opened: datetime, now: datetime) -> str:
    """Return how the step's run ended if that was before the wizard was opened and only seen then, else nothing."""
    ended = next((run.get("ended") for run in reversed(record.runs) if run["n"] == view.run), None)
    if ended is None or view.at is None or not ended < opened <= view.at:
        return ""
    words = [WORDS[view.state], str(view.evidence.get("summary") or "").removesuffix(" failed")]
    said = ", ".join([*filter(None, words), f"{clock_time(ended, now)} UTC"])
    return f"finished while you were away: {said}"


def _away(out: Lines, record: Record, view: StepView, opened: datetime, now: datetime) -> None:
    if said := away(record, view, opened, now):
        out.add(said, STYLES[view.state])


def _why(out: Lines, record: Record, view: StepView) -> None:
    if view.state in ("stale", "waived", "debt") and view.why:
        out.gap()
        end = "" if view.why.endswith(("?", ".", "!")) else "."
        out.add(view.why[0].upper() + view.why[1:] + end, STYLES[view.state] or "")
    why = view.evidence.get("why")
    if why and view.state in ("failed", "unknown", "waiting", "stale", "pending"):
        out.gap()
        out.add(str(why), STYLES[view.state])
    if view.evidence.get("other_tree"):
        out.gap()
        out.add(str(view.evidence["other_tree"]), STYLES["stale"])
    step_detail_live.add_findings(out, record, view.id)
    if view.id == "fix.guard":
        for finding in open_findings(record):
            place = ":".join(str(finding[k]) for k in ("path", "line") if finding.get(k))
            out.add(f"{place}  {finding['text']}", "$bad")
        if open_findings(record):
            out.add("Mend it, or accept it with a reason: a", "$muted")


def _evidence(out: Lines, view: StepView) -> None:
    hidden = (*_HIDDEN, *step_detail_live.hidden(view))
    shown = _labelled(view) or [
        (k, v) for k, v in view.evidence.items() if k not in hidden and v not in ("", [], {}, None)
    ]
    files = view.evidence.get("files")
    rows = files if isinstance(files, list) else []
    landed = view.evidence.get("also_landed") or []
    if not shown and not rows:
        return
    out.gap()
    if view.state == "failed":
        _failures(out, view)
    for name, value in shown[:14]:
        out.add(f"{name.replace('_', ' ')}: {_value(value)}")
    for row in rows[:12]:
        if isinstance(row, dict):
            out.add(f"  {row.get('path', '')}  +{row.get('added', 0)} -{row.get('removed', 0)}")
    step_detail_live.add_live(out, view)
    for item in ["landed with it:", *(f"  {one}" for one in landed[:6])] if landed else []:
        out.add(item)
    for item in view.evidence.get("results") or []:
        mark = "✓" if item.get("ok") else "✗"
        out.add(f"  {mark} {item.get('name', '')}: {item.get('status', '')} {item.get('why', '')}")
    for item in view.evidence.get("metrics") or []:
        out.add(f"  {item.get('name', '')}: {item.get('before', '?')} → {item.get('after', '?')}")


def _failures(out: Lines, view: StepView) -> None:
    if view.evidence.get("could_not_run"):
        out.add(str(view.evidence["could_not_run"]))
    failures = [one for one in view.evidence.get("failures") or [] if isinstance(one, dict)]
    for one in failures[:6]:
        place = ":".join(str(one[key]) for key in ("file", "line") if one.get(key))
        out.add(f"  ✗ {one_line(str(one.get('name', '')), 120)}  {place}".rstrip())
    if len(failures) > 6:
        out.add("  … and more: see them with p", "$muted")


def _labelled(view: StepView) -> list[tuple[str, Any]]:
    """Return what the preflight saw with the labels of its fields, its remarks first."""
    if view.id != Preflight.STEP:
        return []
    seen = Preflight.from_dict(view.evidence)
    rows: list[tuple[str, Any]] = [("note", one) for one in seen.warnings or ()]
    for name, one in seen.FIELDS.items():
        label, value = one.label, getattr(seen, name)
        if label and value and not name.endswith(("_why", "_unsure", "_elsewhere")):
            rows.append((label, list(value) if isinstance(value, tuple) else value))
    return rows


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(one_line(str(item), 80) for item in value[:6]) + ("…" if len(value) > 6 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    text = str(value)
    return (
        text[:12] if len(text) == 40 and all(c in "0123456789abcdef" for c in text) else one_line(text, 160)
    )


def _choices(out: Lines, choices: Sequence[Choice]) -> None:
    if len(choices) < 2:
        return
    out.gap()
    out.add("Ways to go (enter chooses):")
    for way in choices:
        out.add(f"  {way.title}", "bold" if way is choices[0] else "")


def short_command(argv: list[str]) -> str:
    """Return a command line to read: our own helpers by name, what they start after ``--``."""
    if argv[:1] == [sys.executable] and "-m" in argv[:4]:
        name = argv[argv.index("-m") + 1]
        inner = argv[argv.index("--") + 1 :] if "--" in argv else []
        own = f"python -m {name} …"
        return f"{own} -- {shlex.join(inner)}" if inner else own
    return shlex.join(argv)


def add_beside(out: Lines, plan: Plan) -> None:
    """Add what is begun with the plan, in a run of its own."""
    if plan.beside is None:
        return
    out.gap()
    out.add("Beside it, in a run of its own (L shows it):")
    for command in plan.beside.commands:
        out.add(f"  $ {short_command(command.argv)}", "$key")


def _plan(out: Lines, plan: Plan | None) -> None:
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
    add_beside(out, plan)
    if plan.commands:
        return
    if plan.by_hand:
        out.gap()
        out.add("By hand:")
        out.add(plan.by_hand)
        if plan.url:
            out.add(plan.url, "$key")
