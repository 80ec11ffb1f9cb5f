"""The gates: what blocks a step, a stage, the resolution and the closing, each with its cure.

Every refusal of the workflow is made of `Reason`s: what is wrong, and what to do about it.
"""

from typing import NamedTuple

from hotfix_tui.base.errors import REFUSED, HotfixError
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence import monitor
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.deploy import (
    DEPLOY_REVERT,
    GO_ON,
    WITHOUT_TRAFFIC,
    Deployed,
    Live,
    RolledBack,
)
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.shipping import PACKAGE
from hotfix_tui.incident.rules import policy, set_off, signing
from hotfix_tui.incident.rules.policy import BAD_VERDICTS as BAD_VERDICTS
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.incident.rules.step_state import StepView, open_findings
from hotfix_tui.incident.rules.views import views
from hotfix_tui.incident.rules.watched import answers_itself

GOOD_VERDICTS = ("fixed", "mitigated")
VERDICTS = ("fixed", "mitigated", "not-fixed", "worse", "not-enough-data")
ENDINGS = ("normal-process", "false-alarm", "abandoned")


class Reason(NamedTuple):
    """Why something is refused: a sentence, its cure, and the step it is about (or empty)."""

    sentence: str
    cure: str
    step: str = ""
    undone: bool = False
    """Whether the only problem is that `step` is not done: a screen shows the key for it."""
    gap: bool = False
    """Whether it is only a gap in a text, which is visible where it occurs."""

    def __str__(self) -> str:
        return f"{self.sentence} {self.cure}"


class Refused(HotfixError):
    """The workflow does not allow this now. `reasons` holds at least one `Reason`."""

    exit_status = REFUSED

    def __init__(self, reasons: list[Reason] | Reason) -> None:
        self.reasons = [reasons] if isinstance(reasons, Reason) else reasons
        super().__init__("\n".join(str(reason) for reason in self.reasons))


def refuse(sentence: str, cure: str, step: str = "") -> Refused:
    """Return a refusal with one reason, to be raised."""
    return Refused(Reason(sentence, cure, step))


_STATE_WORDS = {
    "pending": "is not done",
    "running": "is still running",
    "failed": "has failed",
    "unknown": "has an unknown result",
    "waiting": "is under way, but not here",
    "stale": "is stale",
    "debt": "is still owed",
}


def reason_for(record: Record, view: StepView) -> Reason:
    """Return why `view` blocks something, and the cure."""
    what = f"{view.step.title} ({view.id}) {_state_words(view)}"
    if view.state == "stale":
        what += f": {view.why}"
    return Reason(what if what.endswith("?") else what + ".", _cure(record, view), view.id, undone=True)


def _cure(record: Record, view: StepView) -> str:
    waive = f", or waive it: `waive {view.id} --granted-by NAME --why …`" if view.waivable else ""
    if view.state == "running":
        return f"Wait for it, or cancel it: `cancel {view.run}`."
    if view.state == "unknown":
        return f"Look and say what happened: `look {view.run} did` or `look {view.run} did-not`."
    if view.state == "waiting" and view.stage == "backport":
        land = f"`do {view.id} --choose land` where there is no forge"
        return f"Merge it into its line ({land}), then look again: `probe {view.id}`{waive}."
    if view.state == "waiting":
        return f"Wait, then look again: `do {view.id}`."
    if view.id == catalog.FIX_GUARD and view.state == "failed":
        first = open_findings(record)[0].id
        return f"Fix each finding, or accept it: `accept {first}`{waive}."
    if view.id == catalog.TRIAGE_SEVERITY:
        return "Answer the triage questions, or set it: `severity P1`."
    if view.id == catalog.TRIAGE_DESCRIBE:
        missing = [key for key in ("title", "impact.seen") if not record.fact(key)]
        return f"Enter it: `set {missing[0] if missing else 'title'} …`."
    if view.step.kind == "fact" and view.state == "stale":
        return f"Say that it is: `tick {view.id}`; or enter it again: `set {view.step.fact} …`{waive}."
    if view.step.kind == "fact":
        return f"Enter it: `set {view.step.fact} …`{waive}."
    if view.id == catalog.APPROVAL:
        look = f"where the forge can be asked, look: `do {view.id}`"
        return f"Have it approved, and say by whom: `tick {view.id} --note NAME`; {look}{waive}."
    if view.step.kind == "tick" or _is_unjudged(view):
        return f"Tick it when it is true: `tick {view.id}`{waive}."
    if view.id == Live.STEP:
        return (
            f"Run it: `do {view.id}`; where nothing can be asked, look, and tick it: `tick {view.id}`{waive}."
        )
    if view.step.kind == "message":
        return f"Send it: `send {view.id.split('.')[1]} --phase resolved`{waive}."
    if view.step.kind == "decision":
        return f"Decide: `do {view.id} --choose …`{waive}."
    return f"Run it: `do {view.id}`{waive}."


def _is_unjudged(view: StepView) -> bool:
    """Return whether a number was measured that nothing can be compared with: a person looks at it."""
    if view.stage != "monitor":
        return False

    return view.seen(monitor.Measured).kind == monitor.UNJUDGED


def blockers(record: Record, step: str, steps: dict[str, StepView] | None = None) -> list[Reason]:
    """Return what blocks the irreversible action `step`: every earlier required step that is not settled.

    `steps` are the `views` of the record, if the caller has them.
    """
    out: list[Reason] = []
    for name, view in (steps or views(record)).items():
        if name == step:
            break
        if view.blocks:
            out.append(reason_for(record, view))
    return out


def needs_confirmation(record: Record, step: str, choice: str = "") -> bool:
    """Return whether `step` changes production, publishes (or may), or bypasses rules: it is confirmed by typing."""
    if (step, choice) == signing.BYPASS:
        return True
    if step == Deployed.STEP:
        return choice not in WITHOUT_TRAFFIC
    if step == catalog.RELEASE_MERGE:
        return set_off.push_acts(record)
    if step == catalog.RELEASE_TAG and choice in (set_off.MOVE_PINNED, set_off.LEAVE_PINNED):
        return choice == set_off.MOVE_PINNED  # whoever pins the tag runs it at once
    if step == catalog.RELEASE_TAG:
        return set_off.tag_acts(record)
    return False


def confirm_words(record: Record) -> list[str]:
    """Return the words that confirm a production action: the ticket and the id, once if they are the same."""
    return list(dict.fromkeys(word for word in (record.ticket, record.id) if word))


def may_start(record: Record, step: str) -> None:
    """Raise Refused unless the automatic step `step` may be started now."""
    steps = views(record)
    in_its_state(record, step)
    if step in (catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_LIVE) and taken_off(record):
        raise refuse(
            f"Not again: {after_taken_off(record)}.",
            "Begin the next round: `round --why …`.",
            catalog.MONITOR_WATCH,
        )
    if step == catalog.RELEASE_TAG and (bad := without_good_verdict(record)) and _is_bad(record):
        raise refuse(f"{bad.sentence} Its fix is no release.", bad.cure, bad.step)
    view = steps.get(step)
    if view is None:
        known = record.definitions().get(step)
        if known is None:
            raise refuse(f"There is no step {step!r}.", "`status` lists the steps of this incident.", step)
        raise refuse(
            f"{known.title} ({step}) is not needed: {requirement(record, step).why}.",
            "Go on with the next step: `next`.",
            step,
        )
    if view.state == "running":
        raise refuse(f"{view.step.title} ({step}) is already running.", _cure(record, view), step)
    follows = step == Deployed.STEP and set_off.follows_push(record)
    if view.state == "unknown" and not follows:
        raise refuse(f"The result of {view.step.title} ({step}) is unknown.", _cure(record, view), step)
    if view.state == "waiting" and view.stage != "backport" and not follows:
        why = f": {view.said}" if view.said else ""
        said = f"{view.step.title} ({step}) is under way, but not here{why}"
        raise refuse(f"{said}.", _cure(record, view), step)
    if view.state == "not-needed" and step != catalog.RELEASE_TAG:
        raise refuse(f"{view.step.title} ({step}) is not needed: {view.why}.", "Go on: `next`.", step)
    if step in catalog.IRREVERSIBLE:
        reasons = blockers(record, step, steps)
        if reasons:
            raise Refused(reasons)


def _is_bad(record: Record) -> bool:
    return record.this_round.get("verdict") in BAD_VERDICTS


def in_its_state(record: Record, step: str) -> None:
    """Raise Refused if the incident's state leaves nothing to do or say about `step`."""
    if not _state_allows(record, step):
        raise refuse(
            f"{record.id} is {record.state}; {step} belongs to an open incident.",
            "Reopen it first: `reopen --why …`.",
            step,
        )


def _state_allows(record: Record, step: str) -> bool:
    """Return whether `step` may run in the incident's state: debts can be settled until it is closed."""
    if record.state == "resolved":
        return step != catalog.DEPLOY_PRODUCTION
    return record.state == "open" or step.startswith("review.")


def unsettled(record: Record, stage: str, steps: dict[str, StepView] | None = None) -> list[Reason]:
    """Return what keeps the engineer in `stage`: required steps that are neither settled nor debts.

    `steps` are the `views` of the record, if the caller has them.
    """
    listed = (steps or views(record)).values()
    bad = without_good_verdict(record) if stage == "monitor" else None
    if bad and record.this_round.get("verdict") in BAD_VERDICTS:
        return [bad]  # the remaining checks are about a fix that is known to be bad
    out = [reason_for(record, v) for v in listed if v.stage == stage and v.blocks]
    return out or ([bad] if bad else [])


def urgent(record: Record) -> bool:
    """Return whether production is still unhealthy: debts may wait until it is well."""
    return record.state == "open" and policy.is_code_fix(record) and without_good_verdict(record) is not None


_FOR_CHECKS = (catalog.VERIFY_PUSH, catalog.PULL_REQUEST_BODY, catalog.PULL_REQUEST_CREATE)
"""Prerequisites of the request's checks: they cannot wait while those are required."""


def may_wait(record: Record, view: StepView, steps: dict[str, StepView] | None = None) -> bool:
    """Return whether `view` is only a debt, and other things have to be done first."""
    if not view.required.debt or view.settled or view.state in ("running", "unknown", "failed"):
        return False
    if not urgent(record):
        return False
    checks = (steps or views(record)).get(catalog.PULL_REQUEST_CHECKS) if view.id in _FOR_CHECKS else None
    return checks is None or not checks.blocks


_DEPLOYED = ("done", "stale", "running", "failed", "unknown", "waiting")
"""States in which this round's deployment was at least attempted: a completed rollback removes its entry."""


def rolled_back(record: Record) -> bool:
    """Return whether production was rolled back in this round, and nothing was deployed after that."""
    return record.entry(RolledBack.STEP).get("state") == "done" and not _deployed(record)


def _deployed(record: Record) -> bool:
    return record.entry(Deployed.STEP).get("state") in _DEPLOYED


def rolling_back(record: Record) -> str:
    """Return ``running``, ``failed`` or ``unknown`` for an unsettled rollback with no later deployment; else empty."""
    now, deployed = record.entry(RolledBack.STEP), record.entry(Deployed.STEP)
    state = str(now.get("state", ""))
    begun, other = now.get("at"), deployed.get("at")
    later = deployed.get("state") in _DEPLOYED and begun is not None and other is not None and other > begun
    return state if state == "running" or (state in ("failed", "unknown") and not later) else ""


def way_on_back(record: Record) -> str:
    """Return the way back that goes on with an unsettled rollback, empty if there is none.

    It is `GO_ON` where the platform has stopped it on its way, and `DEPLOY_REVERT` for a revert that is made, not live,
    and the wizard's to deploy.
    """
    seen = record.seen(RolledBack)
    if rolling_back(record) not in ("failed", "unknown"):
        return ""
    if seen.paused:
        return GO_ON
    ours = set_off.can_deploy(record) and not set_off.follows_push(record)
    return DEPLOY_REVERT if seen.kind == "revert" and seen.target and ours else ""


def shows_rollback(record: Record) -> bool:
    """Return whether a rollback is the latest event in production: unsettled, or it took this fix off."""
    off = not policy.is_code_fix(record) or fix_off(record) == record.round
    return bool(rolling_back(record)) or (rolled_back(record) and off)


def left_as_it_was(record: Record) -> bool:
    """Return whether a failed deployment was seen to have changed nothing: production runs what it ran before."""
    seen = record.seen(Deployed)
    return bool(seen.runs) and seen.runs == seen.commit_before


def taken_off(record: Record) -> bool:
    """Return whether this round's fix was found bad and is off production again: it is never offered once more."""
    return record.this_round.get("verdict") in BAD_VERDICTS and rolled_back(record)


def fix_off(record: Record) -> int:
    """Return the round whose fix a rollback took off production, with nothing deployed since; 0 if none."""
    if _deployed(record):
        return 0
    off = record.seen(RolledBack).taken_off
    ours = (record.seen(Committed).commit, record.seen(Landed).commit)
    if rolled_back(record) and (taken_off(record) or (off and off in ours)):
        return record.round
    for number in range(record.round - 1, 0, -1):
        kept = record.kept(number)
        if off and off in (kept.commit, kept.landed, kept.deployed):
            return number
    return 0


def off_bad(record: Record) -> bool:
    """Return whether the fix that was taken off was found bad."""
    number = fix_off(record)
    return bool(number) and record.rounds[number - 1].get("verdict") in BAD_VERDICTS


_UNSETTLED = {
    "running": "a rollback is running",
    "failed": "the rollback has failed",
    "unknown": "the rollback is not settled",
}


def production_state(record: Record) -> str:
    """Return the state of production after a fix was taken off it, in this round or before, or while a rollback is not
    settled; empty otherwise.
    """
    if record.state != "open":
        return ""
    if fix_off(record):
        return after_taken_off(record)
    state, why = rolling_back(record), record.seen(RolledBack).why
    return f"{_UNSETTLED[state]}{f': {why}' if why and state != 'running' else ''}" if state else ""


_DID = {"worse": "made it worse and", "not-fixed": "did not help and"}


def after_taken_off(record: Record) -> str:
    """Return the state after a fix was taken off: what runs, since when, and that the fault is back."""
    number = fix_off(record) or record.round
    seen = record.seen(RolledBack)
    verdict = str(record.rounds[number - 1].get("verdict", "")) if number <= len(record.rounds) else ""
    fix = " ".join(clause for clause in (f"the fix of round {number}", _DID.get(verdict, "")) if clause)
    at = record.entry(RolledBack.STEP).get("at") or seen.back_at
    since = f" since {at.strftime('%H:%M')} UTC" if at else ""
    if seen.kind == "flag":
        flag = f"its feature flag {seen.flag}" if seen.flag else "a feature flag"
        return f"{fix} was switched off by {flag}{since}, and the fault is back"
    held = "; the platform holds it there until that is undone" if seen.pinned else ""
    what = _what_runs(record, seen)
    if record.ships_as == PACKAGE:
        return f"{fix} was taken back{since}, and the fault is back"
    return f"{fix} was taken off production: {what}{since}, and the fault is back{held}"


def _what_runs(record: Record, seen: RolledBack) -> str:
    if seen.kind == "revert":
        return f"the revert {seen.target[:7]} runs".replace("  ", " ")
    tag, base = record.seen(Base).tag, record.seen(Base).commit
    tag = seen.target_tag or (tag if seen.target in (base, tag) else "")
    known = tag or seen.target[:12] or seen.goes_to
    return f"{known or 'what ran before'} runs again"


def way_on(record: Record) -> str:
    """Return what comes next, as a clause, while the round has no verdict that ends it."""
    verdict = record.this_round.get("verdict")
    if verdict in BAD_VERDICTS and not rolled_back(record):
        back = "go on with the rollback" if way_on_back(record) else "roll back"
        return f"{back}, or begin the next round"
    if verdict in BAD_VERDICTS:
        return "begin the next round"
    return "watch on, then give the verdict" if verdict else "give the verdict"


def without_good_verdict(record: Record) -> Reason | None:
    """Return why the verdict does not end this round, with what to do now; None for fixed and mitigated."""
    verdict = record.this_round.get("verdict")
    if verdict in GOOD_VERDICTS:
        return None
    if not verdict:
        return _NO_VERDICT
    said = f"The verdict of round {record.round} is {verdict}."
    if verdict == "not-enough-data":
        look = (
            "Try the release, look for reports" if record.ships_as == PACKAGE else "Watch production longer"
        )
        cure = f"{look}, then give it: `verdict fixed --why …`, or not-fixed, or worse."
    elif rolled_back(record):
        cure = "Begin the next round: `round --why …`."
    else:
        way = way_on_back(record)
        back = f"Go on with the rollback (`rollback {way}`)" if way else "Roll back (`rollback previous`)"
        cure = f"{back}, then begin the next round (`round --why …`)."
    return Reason(said, cure, catalog.MONITOR_WATCH)


_NO_VERDICT = Reason(
    "There is no verdict on this fix yet.",
    "Give it: `verdict fixed --why …`, or not-fixed, or worse.",
    catalog.MONITOR_WATCH,
)


def owed(record: Record, steps: dict[str, StepView] | None = None) -> list[Reason]:
    """Return what keeps the incident from being closed: every required step that is not settled.

    An incident that ended without a fix owes nothing. `steps` are the `views` of the record, if the caller has
    them.
    """
    if record.state in ENDINGS:
        return []
    out = [
        reason_for(record, v)
        for v in (steps or views(record)).values()
        if v.required.level in ("R", "W") and not v.settled
    ]
    return [*out, _EMBARGO] if record.fact("embargo") == "yes" else out


_EMBARGO = Reason("The embargo is still on.", "Lift it when it may be told: `set embargo no`.")


def unresolved(record: Record) -> list[Reason]:
    """Return what keeps the incident from being resolved: the verdict, production, the resolved messages."""
    out = []
    if bad := without_good_verdict(record):
        out.append(bad)
    for view in views(record).values():
        if view.stage in ("deploy", "communicate") and view.blocks:
            out.append(reason_for(record, view))
    return out


def next_step(record: Record, steps: dict[str, StepView] | None = None) -> tuple[str, str]:
    """Return the step to do next and why, as (id, clause); the id is empty when nothing is left.

    First what is stale, failed or missing up to the current stage, then the rest in working order; debts come once
    production is healthy again. `steps` are the `views` of the record, if the caller has them.
    """
    if record.state in ENDINGS:
        return "", f"the incident ended as {record.state}"
    stages = policy.stage_order(record)
    here = stages.index(record.stage) if record.stage in stages else 0
    listed = (steps or views(record)).values()
    if fix_off(record) == record.round and record.state == "open" and policy.is_code_fix(record):
        return catalog.MONITOR_WATCH, f"{way_on(record)}: {after_taken_off(record)}"
    if record.this_round.get("verdict") in BAD_VERDICTS and record.state == "open":
        return catalog.MONITOR_WATCH, way_on(record)
    for view in listed:
        if view.blocks and stages.index(view.stage) <= here and not answers_itself(record, view):
            return view.id, _next_reason(view)
    bad = without_good_verdict(record)
    if bad and record.state == "open" and "monitor" in stages and stages.index("monitor") <= here:
        return catalog.MONITOR_WATCH, way_on(record)
    for view in listed:
        late = stages.index(view.stage) >= here or record.state != "open"
        if (
            late
            and not may_wait(record, view, steps)
            and view.required.level in ("R", "W")
            and not view.settled
        ):
            return view.id, _next_reason(view)
    for view in listed:
        if view.required.level in ("R", "W") and not view.settled:
            return view.id, _next_reason(view)
    if record.fact("embargo") == "yes":
        return (
            "",
            "everything that is required is done, but the embargo is still on: lift it with `set embargo no`",
        )
    return "", "everything that is required is done"


def _next_reason(view: StepView) -> str:
    if view.state == "stale":
        return view.why
    level = "required" if view.required.level == "R" else "required, or waived"
    return f"{_state_words(view)}; {level}"


def _state_words(view: StepView) -> str:
    if view.state == "waiting" and view.stage == "backport":
        return "is picked, and not merged into its line yet"
    return _STATE_WORDS[view.state]
