"""What a person does to the record: facts, ticks, waivers, notes, severity, decisions, moving between stages.

Each function changes the given record (a copy made by the engine) and returns the timeline entries for it, or
raises `Refused`. Time and name are passed in, never looked up.
"""

import shlex
from datetime import timedelta
from typing import Any

from hotfix_tui.base.text import one_line, with_reason
from hotfix_tui.incident.edits.journal import Actor as Actor
from hotfix_tui.incident.edits.journal import Entries as Entries
from hotfix_tui.incident.edits.journal import done_now, forget, remember
from hotfix_tui.incident.edits.journal import entry as entry
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model import facts as facts_table
from hotfix_tui.incident.model.evidence.base import BY_HAND
from hotfix_tui.incident.model.evidence.fix import Guard
from hotfix_tui.incident.model.evidence.monitor import UNJUDGED, Measured
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.measured import answers
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.severity import LEVELS, SEVERITIES
from hotfix_tui.incident.rules import policy, signing
from hotfix_tui.incident.rules.gates import Refused, in_its_state, reason_for, refuse, unsettled
from hotfix_tui.incident.rules.meeting import MEETING, too_late
from hotfix_tui.incident.rules.requirements import requirement, waivable
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, StepView, current_key, findings, open_findings
from hotfix_tui.incident.rules.views import view, views

MAKE_UP_WITHIN = timedelta(days=7)
"""When the follow-up of a waiver is due unless somebody sets another day; it belongs to whoever asked for the
waiver.
"""


def _known(record: Record, step: str) -> StepView:
    steps = record.definitions()
    if step not in steps:
        raise refuse(f"There is no step {step!r}.", "`status` lists the steps of this incident.", step)
    return view(record, steps[step])


def set_fact(record: Record, actor: Actor, key: str, value: object) -> Entries:
    """Set the fact `key` to a parsed `value`; None clears it.

    Setting the value it already has confirms that it is still true, if its step has become stale.
    """
    known = facts_table.fact(key)
    before = record.facts.get(key)
    settles = [s for s in record.definitions().values() if s.fact == key and s.key != "incident"]
    if before == value and not any(view(record, step).state == "stale" for step in settles):
        return []
    if value is None:
        record.facts.pop(key, None)
    else:
        record.facts[key] = value
    if key == MEETING and value is not None and (problem := too_late(record, str(value), actor.at)):
        raise refuse(
            problem, "Name an earlier time: `set review.at 'tomorrow 10:00'`.", catalog.REVIEW_SCHEDULE
        )
    if key == embargo.FACT:  # a switch is switched back, not undone: both events stay on the timeline
        forget(record, "fact", key)
        return embargo.switched(record, actor, before)
    remember(record, "fact", key, before)
    for step in settles:
        if value is None:
            record.steps.pop(step.id, None)
        else:
            done_now(record, step.id, actor, {})
    if key == "resolution":
        _leave_vanished_stage(record)
    shown = facts_table.show_value(value).replace("\n", "; ") or "unknown again"
    return [entry(actor, "fact", with_reason(known.title, one_line(shown, 160)), fact=key)]


def append_fact(record: Record, actor: Actor, key: str, value: list[object]) -> Entries:
    """Add entries to a fact that is a list."""
    if facts_table.fact(key).kind not in ("list", "actions"):
        raise refuse(f"{key} holds one value, not a list.", f"Leave --append out: `set {key} …`.")
    return set_fact(record, actor, key, [*record.fact(key, []), *value])


def tick(record: Record, actor: Actor, step: str, note: str = "") -> Entries:
    """Mark `step` as done by hand, for the version it is valid for."""
    seen = _known(record, step)
    in_its_state(record, step)
    if seen.state == "running":
        raise refuse(
            f"{seen.step.title} ({step}) is running.", f"Wait, or cancel it: `cancel {seen.run}`.", step
        )
    if seen.step.kind == "fact" and seen.state != "stale":
        cure = reason_for(record, seen).cure if not seen.settled else "Go on: `next`."
        raise refuse(f"{seen.step.title} ({step}) is done when it is known.", cure, step)
    held = embargo.blocked_by_embargo(record, step.removeprefix("communicate."))
    if held:
        raise Refused(held)
    if seen.state == "not-needed" and requirement(record, step).level == "-":
        raise refuse(f"{seen.step.title} ({step}) is not needed: {seen.why}.", "Go on: `next`.", step)
    if step == catalog.APPROVAL:
        _second_person(record, actor, note)
    if against := against_the_numbers(record, step):
        sign = (
            f"Where you know better, sign for it with a reason: `waive {step} --granted-by NAME --why TEXT`."
        )
        raise refuse(against, sign if not seen.settled else "Go on: `next`.", step)
    before = record.entry(step)
    if seen.state == "done" and before.get("how") == "tick" and not _says_more(record, step, note):
        return []  # it was said before, of this very version: it happened once
    remember(record, "step", step, record.steps.get(step))
    old = record.stored(step) if seen.step.kind == "auto" else {}
    named = _request(note) if step == catalog.PULL_REQUEST_CREATE else {}
    over = _failed(seen)
    if seen.state != "done":  # another word for what is ticked already stands over the same failure
        old = {key: value for key, value in old.items() if key != "although"}
    old |= {"although": over} if over else {}
    done_now(record, step, actor, {**old, **named, "said": note.strip() or BY_HAND}, how="tick")
    policy.fix_order(record)
    said = f"{seen.step.title}" + (f": {one_line(note)}" if note else "")
    return [entry(actor, "tick", f"{said}, although it failed: {over}" if over else said, step=step)]


def _failed(seen: StepView) -> str:
    """Return why the wizard saw the step fail that is ticked now; empty if it did not.

    The name of who approved is no judgement of a run, and stands for itself.
    """
    if seen.step.kind != "auto" or seen.state != "failed" or seen.id == catalog.APPROVAL:
        return ""
    return one_line(seen.said or "no reason is known", 300)


def against_the_numbers(record: Record, step: str) -> str:
    """Return why `step` cannot be ticked: it is measured, and the numbers do not say yes; empty otherwise."""
    by = answers(record.config).get(step)
    if by is None:
        return ""
    seen = record.seen(Measured, step)
    if seen.kind == UNJUDGED:
        return ""  # a number with nothing to compare it with leaves the decision to the person looking at it
    title = record.definition(step).title
    if record.entry(step).get("state") == "done":
        return f"{title} ({step}) was measured, and is done: {seen.says}."
    if seen.says:
        return f"{title} ({step}) is measured, which does not say so: {seen.says}."
    return f"{title} ({step}) is measured by {', '.join(by)}: it ticks itself once that says so."


def _says_more(record: Record, step: str, note: str) -> bool:
    """Return whether a note says something about a ticked `step` that is not stored with it."""
    return note.strip() not in ("", str(record.stored(step).get("said", "")))


def _request(note: str) -> dict[str, object]:
    """Return the pull request whose address is in a note, so that the texts can link to it."""
    address = next((word for word in note.split() if word.startswith(("https://", "http://"))), "").rstrip(
        ".,;)"
    )
    number = address.rstrip("/").rpartition("/")[2]
    return {"url": address, **({"number": int(number)} if number.isdecimal() else {})} if address else {}


def _second_person(record: Record, actor: Actor, name: str) -> None:
    """Raise Refused unless `name` is somebody other than the author of the commit."""
    made_by = str(record.entry(catalog.VERIFY_COMMIT).get("by", "")) or actor.by
    if not name.strip():
        raise refuse(
            "An approval is somebody's: it takes the reviewer's name.",
            f"Give it: `tick {catalog.APPROVAL} --note NAME`.",
            catalog.APPROVAL,
        )
    if _same_name(name, made_by):
        raise refuse(
            f"{one_line(name, 60)} made the fix, and is no second person.",
            "Have somebody else look at it; their name is what is ticked.",
            catalog.APPROVAL,
        )


def _same_name(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold().lstrip("@") == " ".join(other.split()).casefold().lstrip("@")


def untick(record: Record, actor: Actor, step: str) -> Entries:
    """Remove the tick of `step`."""
    seen = _known(record, step)
    if record.entry(step).get("how") not in ("tick", "choice"):
        raise refuse(f"{seen.step.title} ({step}) was not ticked by hand.", "Nothing to take back.", step)
    remember(record, "step", step, record.steps.get(step))
    record.steps.pop(step)
    policy.fix_order(record)
    return [entry(actor, "untick", f"Taken back: {seen.step.title}", step=step)]


def choose(record: Record, actor: Actor, step: str, choice: str, text: str) -> Entries:
    """Record the decision `choice` (its meaning in `text`) of a decision step."""
    _known(record, step)
    remember(record, "step", step, record.steps.get(step))
    done_now(record, step, actor, {"choice": choice}, how="choice")
    return [entry(actor, "decision", text, step=step)]


def waive(record: Record, actor: Actor, step: str, granted_by: str, why: str) -> Entries:
    """Enter a waiver of `step` into the ledger, with a follow-up for the work that was skipped."""
    seen = _known(record, step)
    in_its_state(record, step)
    _signed(step, granted_by, why)
    if seen.settled:
        raise refuse(f"{seen.step.title} ({step}) is {seen.state}: nothing to waive.", "Go on: `next`.", step)
    if not waivable(record, step):
        raise refuse(
            f"{seen.step.title} ({step}) cannot be waived at {record.severity or 'this severity'}.",
            reason_for(record, seen).cure,
            step,
        )
    about = {"tree": current_key(record, seen.step)} if seen.step.key == "tree" else {}
    return _into_ledger(record, actor, step, granted_by, why, seen.step.title, about)


def waive_rules(record: Record, actor: Actor, granted_by: str, why: str) -> Entries:
    """Enter the waiver that lets this round's commit be merged despite the rules of the production branch."""
    step = signing.BYPASS[0]
    _signed(step, granted_by, why)
    commit = record.seen(Committed).commit
    if not commit:
        raise refuse("There is no hotfix commit to merge.", "Make it: `do verify.commit`.", step)
    known = signing.rules_waiver(record)
    if known and (known["granted_by"], known["why"]) == (granted_by.strip(), why.strip()):
        return []
    title = "the rules of the production branch"
    return _into_ledger(record, actor, signing.RULES, granted_by, why, title, {"commit": commit})


def sign_gaps(record: Record, actor: Actor, granted_by: str, why: str) -> Entries:
    """Enter the waiver that lets the incident be closed despite gaps in its review."""
    _signed(catalog.REVIEW_DOCUMENT, granted_by, why)
    return _into_ledger(record, actor, catalog.REVIEW_DOCUMENT, granted_by, why, "the gaps of the review", {})


def _signed(step: str, granted_by: str, why: str) -> None:
    if not granted_by.strip() or not why.strip():
        raise refuse(
            "A waiver is signed: it names who granted it and why.", "Give --granted-by and --why.", step
        )


def _into_ledger(
    record: Record, actor: Actor, step: str, granted_by: str, why: str, title: str, about: dict[str, str]
) -> Entries:
    """Enter a signed waiver, and the follow-up for the work that was skipped."""
    waiver = {
        "step": step,
        "round": record.round,
        "severity": record.severity,
        "asked_by": actor.by,
        "granted_by": granted_by.strip(),
        "why": why.strip(),
        "at": actor.at,
        **about,
    }
    record.waivers.append(waiver)
    action = {
        "task": f"Make up for the waiver of “{title}”: {one_line(why)}",
        "owner": actor.by,
        "due": (actor.at + MAKE_UP_WITHIN).strftime("%Y-%m-%d"),
        "kind": "process",
    }
    planned = record.fact("review.actions", [])
    if action["task"] not in [str(follow_up.get("task", "")) for follow_up in planned]:
        record.facts["review.actions"] = [*planned, action]
    forget(record, "fact", "review.actions")
    text = f"Waived: {title}, granted by {one_line(granted_by)}: {one_line(why)}"
    return [entry(actor, "waiver", text, step=step)]


def accept(record: Record, actor: Actor, finding: str, why: str, granted_by: str = "") -> Entries:
    """Accept the finding `finding`, of the change or of what is live, for its current content.

    `granted_by` is who took responsibility, if that is not the person entering it.
    """
    if not why.strip():
        raise refuse("A finding is accepted with a reason.", "Give --why.", catalog.FIX_GUARD)
    left = open_findings(record, *FINDING_STEPS)
    accepted = next((entry for entry in left if entry.id == finding), None)
    if accepted is None:
        names = ", ".join(f"`accept {entry.id}`" for entry in left[:5])
        cure = f"Open are: {names}." if names else "Nothing is open; look again: `do fix.guard`."
        raise refuse(f"There is no open finding {finding!r}.", cure, catalog.FIX_GUARD)
    item = {
        "finding": finding,
        "path": accepted.path,
        "content": accepted.content,
        "why": why.strip(),
        "by": granted_by.strip() or actor.by,
        "at": actor.at,
    }
    record.accepted.append(item)
    step = catalog.FIX_GUARD if accepted in findings(record, Guard.STEP) else catalog.BRANCH_BASE
    by = f" by {one_line(granted_by)}" if granted_by.strip() else ""
    text = f"Accepted{by}: {accepted.text.rstrip('.')}, because {one_line(why)}"
    return [entry(actor, "accept", text, step=step)]


def set_severity(record: Record, actor: Actor, severity: str, why: str = "", question: str = "") -> Entries:
    """Set the severity; waivers that it no longer allows lapse and stay in the ledger.

    `question` is the id of the triage question whose yes decided, if one did.
    """
    if severity not in LEVELS:
        known = "; ".join(f"{level} ({level_of.examples})" for level, level_of in SEVERITIES.items())
        raise refuse(f"{severity!r} is not a severity.", f"Choose one of {known}.", catalog.TRIAGE_SEVERITY)
    before = record.severity
    if before == severity:
        return []
    if before and not why.strip():
        raise refuse(
            f"Changing {before} to {severity} needs a reason.", "Give --why.", catalog.TRIAGE_SEVERITY
        )
    record.doc["severity"] = severity
    decided = {"question": question} if question else {}
    record._tables("severities").append(
        {"severity": severity, "at": actor.at, "by": actor.by, "why": why, **decided}
    )
    out = [
        entry(
            actor, "severity", f"Severity {severity}" + (f", was {before}: {one_line(why)}" if before else "")
        )
    ]
    for waiver in record.waivers:
        if not waiver.get("lapsed") and _forbids(record, waiver):
            waiver["lapsed"] = f"{severity} does not allow it"
            out.append(entry(actor, "waiver", f"The waiver of {waiver['step']} lapsed: {waiver['lapsed']}"))
    return out


def _forbids(record: Record, waiver: dict[str, Any]) -> bool:
    """Return whether the severity forbids a waiver that is in force in this round."""
    known = record.definitions().get(waiver["step"])
    counts = waiver["round"] == record.round or (known is not None and known.key == "incident")
    return counts and requirement(record, waiver["step"]).level == "R"


def go_next(record: Record, actor: Actor) -> Entries:
    """Move on to the next stage; refuse while required steps of this one are open."""
    reasons = unsettled(record, record.stage)
    if reasons:
        raise Refused(reasons)
    stages = policy.stage_order(record)
    place = stages.index(record.stage) if record.stage in stages else 0
    if place + 1 >= len(stages):
        raise refuse(
            f"{record.stage} is the last stage.", "Close the incident when nothing is owed: `close`."
        )
    record.doc["stage"] = stages[place + 1]
    return [entry(actor, "stage", f"Went on to {stages[place + 1]}")]


def go_back(record: Record, actor: Actor) -> Entries:
    """Go back to the previous stage; nothing is undone."""
    stages = policy.stage_order(record)
    place = stages.index(record.stage) if record.stage in stages else 0
    if place == 0:
        raise refuse(f"{record.stage} is the first stage.", "Go on: `next`.")
    record.doc["stage"] = stages[place - 1]
    return [entry(actor, "stage", f"Went back to {stages[place - 1]}")]


NOTHING_TO_UNDO = (
    "There is nothing to undo: only the last tick, choice or fact is, while nothing builds on it."
)


def undo(record: Record, actor: Actor) -> Entries:
    """Take back the last tick, choice or fact."""
    last = record.doc.get("undo")
    if not last:
        raise refuse(
            NOTHING_TO_UNDO,
            "Take a tick back (`untick STEP`), enter the fact again (`set FACT …`), or change the severity "
            "(`severity LEVEL --why …`).",
        )
    what, name, before = last["what"], last["name"], last.get("before")
    table = record.facts if what == "fact" else record.steps
    if before is None:
        table.pop(name, None)
    else:
        table[name] = before
    record.doc.pop("undo")
    policy.fix_order(record)
    _leave_vanished_stage(record)
    return [entry(actor, "undo", f"Undone: {what} {name}", step=name if what == "step" else "")]


def override(record: Record, actor: Actor, section: str, text: str | None, source: str = "") -> Entries:
    """Keep the edited `text` of ``document/section``; None drops it, so that the rendered text is used again.

    `source` is a digest of the text as rendered when it was edited; a different digest later means that the facts
    behind it have changed since.
    """
    if text is None:
        if record.overrides.pop(section, None) is None:
            return []
        return [entry(actor, "edit", f"The edited text of {section} was dropped")]
    record.overrides[section] = {"text": text, "source": source, "at": actor.at, "by": actor.by}
    return [entry(actor, "edit", f"Edited {section}")]


def name_line(record: Record, actor: Actor, line: str, *, begins: bool = False) -> Entries:
    """Add `line` to the lines that get a backport of the fix.

    With `begins` only because its backport begins now: giving that up takes the line off again.
    """
    if line in record.lines:
        return []
    named = record.doc.get("lines", record.config.get("git", {}).get("backports", []))
    record.doc["lines"] = [*named, line]
    _note_line(record, "lines_given_up", line, holds=False)
    _note_line(record, "lines_begun", line, holds=begins)
    return [entry(actor, "line", f"The fix is carried to {one_line(line, 100)}, too")]


def keep_line(record: Record, actor: Actor, line: str) -> Entries:
    """Keep `line` among those that get a backport, whatever becomes of the one that begins or was to begin."""
    _note_line(record, "lines_begun", line, holds=False)
    return []


def take_line_off(record: Record, line: str) -> None:
    """Take `line` off those that get a backport if it is there only because its backport began; it stays offered."""
    if line not in record.doc.get("lines_begun", []):
        return
    record.doc["lines"] = [name for name in record.doc.get("lines", []) if name != line]
    _note_line(record, "lines_begun", line, holds=False)
    _note_line(record, "lines_given_up", line, holds=True)


def _note_line(record: Record, key: str, line: str, *, holds: bool) -> None:
    known = [name for name in record.doc.get(key, []) if name != line]
    if holds or known:
        record.doc[key] = [*known, line] if holds else known
    else:
        record.doc.pop(key, None)


def edit_command(
    record: Record,
    actor: Actor,
    name: str,
    argv: list[str],
    *,
    cwd: str = "",
    env: dict[str, str] | None = None,
) -> Entries:
    """Use `argv` for the command `name` in this incident; an empty list restores the configured one.

    It runs in `cwd` below the root, empty for the root itself. With `env` None it keeps the variables of the
    command it replaces.
    """
    if not argv:
        if record.edited.pop(name, None) is None:
            return []
        return [entry(actor, "command", f"The command {name} is the configured one again")]
    kept: dict[str, object] = {"run": argv, "by": actor.by, "at": actor.at}
    kept |= {"cwd": cwd} if cwd else {}
    kept |= {"env": env} if env is not None else {}
    record.edited[name] = kept
    place = f", in {cwd}" if cwd else ""
    return [entry(actor, "command", f"The command {name} is now: {one_line(shlex.join(argv), 300)}{place}")]


def commands_found(record: Record, actor: Actor, detected: dict[str, Any] | None) -> Entries:
    """Keep the commands that were `detected` in the files of the hotfix branch, and report which ones changed.

    None if nothing was searched. Commands edited for this incident stay as they are.
    """
    if detected is None or detected == record.detected:
        return []
    before, record.doc["detected"] = record.detected, detected
    entries = []
    for name in sorted({*before, *detected} - {"lint"}):
        old, new = before.get(name, {}), detected.get(name, {})
        if name in record.edited or all(old.get(key) == new.get(key) for key in ("run", "env", "cwd")):
            continue
        was, now = (one_line(shlex.join(map(str, command.get("run", ()))), 120) for command in (old, new))
        why = f" ({new['because']})" if new.get("because") else ""
        said = f"The command {name} is {now}{why}" if new else f"There is no command {name}"
        entries.append(entry(actor, "command", f"{said} on the hotfix branch; it was {was or 'not known'}"))
    return entries


def disclose(record: Record, actor: Actor, document: str, granted_by: str, why: str) -> Entries:
    """Record that `granted_by` signs off the public message `document` about a fault that production still has."""
    if not embargo.blocked_by_embargo(record, document):
        raise refuse(f"Nothing holds the {document} message back.", "Leave --granted-by and --why out.", "")
    if not granted_by.strip() or not why.strip():
        raise refuse("A signature has a name and a reason.", "Give --granted-by and --why.", "")
    record._tables("disclosures").append(
        {
            "document": document,
            "granted_by": granted_by.strip(),
            "why": why.strip(),
            "at": actor.at,
            "by": actor.by,
            "round": record.round,
        }
    )
    text = f"{document} may go out before the fix is deployed, granted by {one_line(granted_by)}: {one_line(why)}"
    return [entry(actor, "waiver", text)]


def sending(record: Record, actor: Actor, document: str, phase: str) -> Entries:
    """Record that the command that sends the message starts now: if it is killed, the message may or may not be
    out.
    """
    not_sent(record, actor, document, phase)
    record.sending.append({"document": document, "phase": phase, "at": actor.at, "by": actor.by})
    text = f"{document}: {phase} message, its command begins"
    return [entry(actor, "message", text, document=document, phase=phase, begins=True)]


def not_sent(record: Record, actor: Actor, document: str, phase: str) -> Entries:
    """Record that the command meant to send the message ended without sending it."""
    left = [
        message for message in record.sending if (message["document"], message["phase"]) != (document, phase)
    ]
    if len(left) == len(record.sending):
        return []
    record.sending[:] = left
    text = f"{document}: {phase} message, not sent"
    return [entry(actor, "message", text, document=document, phase=phase)]


def sent(record: Record, actor: Actor, document: str, phase: str, how: str, digest: str) -> Entries:
    """Record that the message `document` of `phase` is out, frozen by its digest; the resolved one completes the
    step.
    """
    not_sent(record, actor, document, phase)
    record.messages.append(
        {
            "document": document,
            "phase": phase,
            "at": actor.at,
            "by": actor.by,
            "how": how,
            "round": record.round,
            "sha256": digest,
        }
    )
    step = f"communicate.{document}"
    if phase in ("resolved", "mitigated") and step in record.definitions():
        done_now(record, step, actor, {"phase": phase, "how": how}, how="message")
        forget(record, "step", step)
    text = f"{document}: {phase} message, {how}"
    return [entry(actor, "message", text, step=step, document=document, phase=phase)]


def _leave_vanished_stage(record: Record) -> None:
    """If the new resolution removed the current stage, move to the first one with open steps."""
    stages = policy.stage_order(record)
    if record.stage in stages:
        return
    for candidate in views(record).values():
        if candidate.blocks:
            record.doc["stage"] = candidate.stage
            return
    record.doc["stage"] = stages[-1]
