"""Ticked boxes and evidence: what the record's steps say, as lines of a text."""

import re
import shlex
from collections.abc import Callable
from datetime import datetime

from hotfix_tui.base.times import humane
from hotfix_tui.documents.escaping import CHOICES, code, escape_line, utc
from hotfix_tui.documents.gap_marks import gap
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import BY_HAND, DONE_BY_HAND, Evidence
from hotfix_tui.incident.model.evidence.monitor import Measured, Smoked, Watched
from hotfix_tui.incident.model.evidence.pull_request import Approved
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import (
    FAILS_ON_FIX,
    NOT_PROVEN,
    PROVEN,
    Checked,
    Committed,
    Proved,
)
from hotfix_tui.incident.model.facts import WHY_MISSED
from hotfix_tui.incident.model.measured import LATENCY
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.severity import SEVERITIES, Severity
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, StepView, findings

Box = dict[str, str]
Views = dict[str, StepView]

TESTING = (
    (catalog.VERIFY_REPRODUCED, "fault reproduced"),
    (catalog.VERIFY_RESOLVED, "fix verified"),
    (catalog.FIX_REGRESSION_TEST, "regression test added"),
    (catalog.VERIFY_PROOF, "regression test fails without the fix and passes with it"),
    (catalog.VERIFY_NORMAL_PATH, "the normal path works"),
    (catalog.VERIFY_NOTHING_NEW, "nothing else affected"),
    (catalog.VERIFY_EDGE_CASES, "edge cases"),
    (catalog.VERIFY_STAGING_VERIFIED, "deployed to staging and verified"),
)
CHECKLIST = (
    (catalog.PULL_REQUEST_APPROVAL, "approved by at least one reviewer"),
    (catalog.PULL_REQUEST_CHECKS, "all CI checks pass"),
    (catalog.VERIFY_STAGING_VERIFIED, "deployed to staging and verified"),
    (catalog.PULL_REQUEST_ALERTS, "alerts configured"),
    (catalog.PULL_REQUEST_ON_CALL, "on-call engineer informed"),
    (catalog.PULL_REQUEST_READY, "ready"),
)
VERIFICATION_OF_A_PACKAGE = (
    (catalog.MONITOR_SMOKE, "the release tried as its users get it"),
    (catalog.MONITOR_NO_NEW_ERRORS, "no new reports"),
    (catalog.MONITOR_SOCIAL, "nobody writes of the fault any more"),
)
VERIFICATION = (
    (catalog.MONITOR_SMOKE, "the fix tried in production directly"),
    (catalog.MONITOR_ERROR_RATE, "error tracking checked"),
    (catalog.MONITOR_NO_NEW_ERRORS, "no new errors"),
    (catalog.MONITOR_SUPPORT_TICKETS, "user reports stop"),
)
METRICS = (
    (catalog.MONITOR_ERROR_RATE, "error rate falls"),
    (catalog.MONITOR_API_LATENCY, "API latency stable"),
    (catalog.MONITOR_USER_ACTIVITY, "user activity normal"),
)
PROPER_FIX = "tickets for a proper fix if this was a stop-gap"
FOLLOW_UP = (
    (catalog.REVIEW_TICKET, "ticket updated"),
    (catalog.REVIEW_SCHEDULE, "review scheduled (P0, P1)"),
    (catalog.REVIEW_FOLLOW_UPS, PROPER_FIX),
    (catalog.REVIEW_DOCS, "runbook and docs updated"),
)
EVIDENCE = ("setup", "test", "typecheck", "build")
_MONITOR = tuple(step.id for step in catalog.STEPS.values() if step.stage == "monitor")


_INSTALLED = re.compile(r"(?<![\w.~/-])/[^\s'\"]*?/((?:\.venv|venv|node_modules)/)")

_PROOF = {
    PROVEN: "the test fails without the fix and passes with it",
    NOT_PROVEN: "the test passes without the fix, too: it does not show the fault",
    FAILS_ON_FIX: "the test fails with the fix, too",
}
"""What a verdict of the regression proof means, for people who have not seen it run."""
_OPEN = {"running": "still running", "unknown": "result unknown", "waiting": "under way, not here"}


def boxes(steps: Views, wanted: tuple[tuple[str, str], ...], markup: str) -> list[Box]:
    """Return a box for each (step, label): ticked when the step is done, otherwise with a note on its state."""
    return [box(steps.get(step), label, markup) for step, label in wanted]


def relevant(
    record: Record, steps: Views, wanted: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Return those of `wanted` that are informative: not what is not needed, or optional and not done.

    Nor a ticket for a proper fix, if this is known to be the proper fix.
    """
    out = []
    for step, label in wanted:
        view = steps.get(step)
        idle = view is None or view.state == "not-needed"
        idle = idle or (view is not None and view.state == "pending" and view.required.level == "O")
        proper = label == PROPER_FIX and record.fact("fix.temporary", "") == "no"
        if not (idle or proper):
            out.append((step, label))
    return tuple(out)


def possible(
    record: Record, steps: Views, wanted: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Return `wanted`; where nobody here runs what is released, without what only something that runs has."""
    return relevant(record, steps, wanted) if published_alone(record) else wanted


def verification(record: Record) -> tuple[tuple[str, str], ...]:
    """Return the boxes after the deployment, or after the release where nobody here runs it."""
    return VERIFICATION_OF_A_PACKAGE if published_alone(record) else VERIFICATION


def checklist(record: Record) -> tuple[tuple[str, str], ...]:
    """Return the boxes before the deployment; an approval that may be waived says so."""
    if record.severity != "P0":
        return CHECKLIST
    return tuple(
        (step, f"{label} (may be waived for P0)" if step == catalog.PULL_REQUEST_APPROVAL else label)
        for step, label in CHECKLIST
    )


def box(view: StepView | None, label: str, markup: str) -> Box:
    """Return the box of one step; a step that this incident does not have is marked as not needed."""
    if view is None:
        return {"mark": " ", "label": label, "note": " (not needed)"}
    note = _note(view, markup)
    return {
        "mark": "x" if view.state == "done" else " ",
        "label": label,
        "note": f" ({note})" if note else "",
    }


def _note(view: StepView, markup: str) -> str:
    if view.state == "done":
        return _who(view, markup)
    if view.state == "failed":
        why = escape_line(view.said, markup)
        return "failed" + (f": {why}" if why else "")
    if view.state in ("waived", "stale", "not-needed"):
        word = "" if view.state == "waived" else view.state.replace("-", " ") + ": "
        return word + escape_line(view.why, markup)
    if view.state == "debt":
        return "owed"
    if view.state in _OPEN:
        return _OPEN[view.state]
    return escape_line(view.why, markup) if view.required.level == "O" else ""


def _who(view: StepView, markup: str) -> str:
    names = view.seen(Approved).approvals if view.id == Approved.STEP else ()
    if names:
        return escape_line(", ".join(names), markup)
    said = view.seen(Evidence).told
    if said and said != BY_HAND:
        approved = (
            view.id == Approved.STEP
        )  # the note names who approved, not what the person ticking it thinks
        return escape_line(f"{said}, entered by {view.by}" if approved else f"{view.by}: {said}", markup)
    # What the wizard measures is said by nobody, unless a person ticked it.
    return escape_line(view.by, markup) if said or view.step.kind == "tick" else ""


def severity_kind(record: Record, known: Severity) -> str:
    """Return what a severity means for this project, in a few words."""
    return (known.of_a_package if published_alone(record) else "") or known.kind


def urgency(record: Record) -> list[Box]:
    """Return the chosen severity as a ticked box, none before triage; under embargo without its meaning."""
    kind = "" if embargo.on(record) else ": {}"
    return [
        {
            "mark": "x",
            "label": f"{level}{kind.format(severity_kind(record, known))} "
            f"(< {known.hours} h, {known.deployment})",
            "note": "",
        }
        for level, known in SEVERITIES.items()
        if record.severity == level
    ]


def impact_kinds(record: Record) -> list[Box]:
    """Return the kind of impact as a ticked box; none if it is unknown."""
    kind = record.fact("impact.kind", "")
    return [
        {"mark": "x", "label": label, "note": ""}
        for key, label in CHOICES["impact.kind"].items()
        if kind == key
    ]


def why_missed(record: Record, markup: str) -> list[Box]:
    """Return the reasons why the fault was not caught as ticked boxes; free text goes next to "other"."""
    given = [str(cause) for cause in record.fact("cause.why-missed", [])]
    free = [cause for cause in given if cause not in WHY_MISSED]
    out = []
    for reason in WHY_MISSED:
        own = free if reason == "other" else []
        note = ": " + "; ".join(escape_line(cause, markup, 500) for cause in own) if own else ""
        if not own and reason not in given:
            continue
        out.append({"mark": "x", "label": reason, "note": note})
    return out


def command_text(value: object, fill: Callable[[str], str] = str) -> str:
    """Return a configured command as a readable command line, empty if there is none; `fill` fills in placeholders."""
    run = value.get("run", []) if isinstance(value, dict) else value
    if isinstance(run, str):
        return fill(run)
    return shlex.join(fill(str(item)) for item in run) if isinstance(run, list) else ""


def checks_run(record: Record, steps: Views) -> list[dict[str, str]]:
    """Return what was run to verify the change: command, exit status, duration, and for which version."""
    rows = []
    for name in EVIDENCE:
        view = steps.get(f"verify.{name}")
        if view is None or view.state in ("pending", "not-needed", "running"):
            continue
        if view.state == "waived" and view.id != catalog.VERIFY_TEST:
            continue  # it stands among the waivers; that nothing was tested is part of the evidence
        own = record.config.get("commands", {}).get(name) or record.detected.get(name)
        seen = view.seen(Checked)
        shown = command_text(seen.command or own)
        summary = escape_line(seen.summary or "", "markdown", 120)
        edited = record.edited.get(name, {})
        by = f"command edited by {escape_line(edited.get('by', ''), 'markdown')}" if edited else ""
        facts = [_outcome(record, view), summary, _duration(record, view), _version(record, view), by]
        rows.append(
            {
                "title": _evidence_title(record, name, view),
                "state": _evidence_state(record, view),
                "waived": escape_line(view.why, "markdown") if view.state == "waived" else "",
                "command": code(_of_the_project(shown)) if shown else escape_line(seen.told, "markdown"),
                "result": ", ".join(fact for fact in facts if fact),
            }
        )
    return rows


def _evidence_title(record: Record, name: str, view: StepView) -> str:
    """Return the name of a check: only its author knows whether an edited command is the whole suite."""
    return "Tests" if name == "test" and name in record.edited else view.step.title


_ENDED = ("done", "failed")


def _evidence_state(record: Record, view: StepView) -> str:
    """Return how a check ended: one that could not run did not fail, and a run of another version does not count."""
    if view.state == "waived":
        ended = str(record.entry(view.id).get("state", ""))
        ran = [_evidence_state(record, view._replace(state=ended))] if ended in _ENDED else []
        return ", ".join([*ran, "waived"])
    if view.state == "stale" and view.step.key == "setup":
        return "only for other dependencies"
    if view.state == "stale":
        return "only for an earlier version of the change"
    seen = view.seen(Checked)
    if view.state == "failed" and seen.outcome == "could-not-run":
        why = escape_line(seen.could_not_run or "", "markdown", 120)
        return "could not run" + (f" ({why})" if why else "")
    return view.state


def _of_the_project(command: str) -> str:
    """Return a command without this machine's folders in front of those that the project has on every machine."""
    return _INSTALLED.sub(r"\1", command)


def _run(record: Record, view: StepView) -> dict[str, object]:
    return next((run for run in record.runs if run["n"] == view.run), {})


def _outcome(record: Record, view: StepView) -> str:
    status = view.seen(Checked).exit
    if status is not None:
        return f"exit status {status}"
    return escape_line(_run(record, view).get("outcome", ""), "markdown", 120)


def _duration(record: Record, view: StepView) -> str:
    took = view.seen(Checked).duration
    if took is not None:
        return _lasted(took)
    run = _run(record, view)
    begun, ended = run.get("at"), run.get("ended")
    if isinstance(begun, datetime) and isinstance(ended, datetime):
        return _lasted((ended - begun).total_seconds())
    return ""


def _lasted(seconds: float) -> str:
    """Return how long a run took: never ``0 s``."""
    return humane(seconds) if seconds >= 1 else "< 1 s"


def _version(record: Record, view: StepView) -> str:
    tree = str(record.entry(view.id).get("tree", ""))
    made, landed = record.seen(Committed), record.seen(Landed)
    known = {landed.tree: landed.commit, made.tree: made.commit}
    commit = known.get(tree, "") if tree else ""
    if commit:
        return f"commit {code(commit[:12])}"
    return f"tree {code(tree[:12])}" if tree else ""


def proof(record: Record) -> list[str]:
    """Return what the regression proof saw: on the base, on the fix, and what that shows."""
    seen = record.seen(Proved)
    said = (
        ("On the base", seen.base_result),
        ("On the fix", seen.fix_result),
        ("Proof", seen.verdict),
        ("Run by hand", _told(record, seen.told)),
    )
    return [
        f"{label}: {escape_line(_PROOF.get(text, text), 'markdown', 200)}" for label, text in said if text
    ]


def _told(record: Record, told: str) -> str:
    """Return what a person said of the proof: most only say that it was run, so their name is included."""
    by = str(record.entry(Proved.STEP).get("by", ""))
    if told in (BY_HAND, DONE_BY_HAND):
        return f"fails on the base and passes on the fix{f', said by {by}' if by else ''}"
    return told


def monitoring(steps: Views, markup: str) -> list[str]:
    """Return how the fix was verified in production: each item that was done or waived."""
    out = []
    for name in _MONITOR:
        view = steps.get(name)
        if view is None or view.state not in ("done", "waived"):
            continue
        text = view.step.title
        seen = _note(view, markup) if view.state == "waived" else escape_line(_seen(view), markup)
        out.append(f"{text}: {seen}" if seen else text)
    return out or [gap("verification")]


def _seen(view: StepView) -> str:
    """Return what a monitoring step saw: metrics, passed requests, or the words of the person who ticked it."""
    watched, smoked = view.seen(Watched), view.seen(Smoked)
    if view.id == Watched.STEP and (change := before_after(watched)):
        return change
    if view.id == Watched.STEP and watched.proposed:
        span = f"watched for {humane(watched.seconds)}: " if watched.seconds >= 1 else ""
        return f"{span}{watched.proposed_why}"
    counted = view.seen(Measured)
    if counted.by and counted.before is not None and counted.after is not None:
        unit = " ms" if counted.by == LATENCY else ""
        return f"{counted.by} {counted.before:g} → {counted.after:g}{unit}"
    if view.id == Smoked.STEP and smoked.results and not smoked.told:
        return f"{sum(result.ok for result in smoked.results)} of {len(smoked.results)} passed"
    said = view.seen(Evidence).told
    if not said or not view.by:
        return "" if said == BY_HAND else said
    return f"ticked by {view.by}" if said == BY_HAND else f"{said} ({view.by})"


def before_after(seen: Watched) -> str:
    """Return the compared metrics, each as ``name before → after``; empty if there are none."""
    return "; ".join(
        f"{metric.name} {metric.before:g} → {metric.after:g}"
        for metric in seen.metrics
        if metric.before is not None and metric.after is not None
    )


def measured(record: Record) -> list[str]:
    """Return the metrics that the watch compared: name, before, after."""
    compared = before_after(record.seen(Watched))
    return [escape_line(part, "markdown") for part in compared.split("; ") if part]


def waivers(record: Record, markup: str) -> list[dict[str, str]]:
    """Return the waiver ledger: step, who asked, who granted, why, when, and whether it lapsed."""
    return [
        {
            "step": escape_line(_title(record, waiver["step"]), markup),
            "asked_by": escape_line(waiver.get("asked_by", ""), markup),
            "granted_by": escape_line(waiver["granted_by"], markup),
            "why": escape_line(waiver["why"], markup, 500),
            "at": utc(waiver.get("at")),
            "round": str(waiver.get("round", "")),
            "lapsed": escape_line(waiver.get("lapsed", ""), markup),
        }
        for waiver in record.waivers
    ]


def _since(at: object, begun: datetime) -> bool:
    return isinstance(at, datetime) and at >= begun


def waivers_now(record: Record, markup: str) -> list[dict[str, str]]:
    """Return the waivers that this round's change goes out with: each step once, as it was signed last."""
    last: dict[tuple[object, object], dict[str, str]] = {}
    for waiver, shown in zip(record.waivers, waivers(record, markup), strict=True):
        known = record.definitions().get(waiver["step"])
        if waiver.get("round") == record.round or (known is not None and known.key == "incident"):
            last[(waiver["step"], bool(waiver.get("lapsed")))] = shown
    return list(last.values())


def _title(record: Record, step: str) -> str:
    known = record.definitions().get(step)
    return known.title if known else step


def accepted(record: Record, markup: str) -> list[dict[str, str]]:
    """Return the findings of the guard that were accepted, each with its reason.

    What was accepted in an earlier round counts only if it is found in this one, too.
    """
    begun = record.this_round.get("begun_at") if record.round > 1 else None
    now = {finding.id for step in FINDING_STEPS for finding in findings(record, step)}
    return [
        {
            "finding": escape_line(item["finding"], markup),
            "path": escape_line(item.get("path", ""), markup),
            "why": escape_line(item["why"], markup, 500),
            "by": escape_line(item.get("by", ""), markup),
        }
        for item in record.accepted
        if not isinstance(begun, datetime) or item["finding"] in now or _since(item.get("at"), begun)
    ]
