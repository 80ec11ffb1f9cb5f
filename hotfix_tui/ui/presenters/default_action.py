"""What enter does: one action for every step in every state, named in the bar before it is pressed."""

from enum import StrEnum
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import (
    APPROVAL,
    IRREVERSIBLE,
    OF_A_PACKAGE,
    STAGE_TITLES,
    WATCH,
    StepDef,
)
from hotfix_tui.incident.model.evidence.backport import CONFLICT, Backported
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, Deployed, RolledBack
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.monitor import Watched
from hotfix_tui.incident.model.evidence.pull_request import ChecksSeen, Requested
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, policy, set_off
from hotfix_tui.incident.rules.gates import BAD_VERDICTS, taken_off, unsettled, way_on, without_good_verdict
from hotfix_tui.incident.rules.published import nothing_to_watch, published_alone
from hotfix_tui.incident.rules.step_state import StepView, open_findings
from hotfix_tui.incident.rules.views import views
from hotfix_tui.incident.rules.watched import answers_itself

LEAVES_MACHINE = (
    *IRREVERSIBLE,
    catalog.PULL_REQUEST_CREATE,
    catalog.DEPLOY_ROLLBACK,
    catalog.VERIFY_STAGING,
)
"""Actions that reach beyond this machine: their commands are first shown in a dialog."""


RUN_LABELS = {
    catalog.BRANCH_PREFLIGHT: "Check the repository",
    catalog.BRANCH_CREATE: "Create the branch",
    catalog.FIX_CHANGE: "Look at the change",
    catalog.FIX_REGRESSION_TEST: "Look for the regression test",
    catalog.FIX_GUARD: "Check that the change is minimal",
    catalog.VERIFY_SETUP: "Install the dependencies",
    catalog.VERIFY_TEST: "Run the tests",
    catalog.VERIFY_TYPECHECK: "Check the types",
    catalog.VERIFY_BUILD: "Run the build",
    catalog.VERIFY_PROOF: "Prove the regression test",
    catalog.VERIFY_COMMIT: "Commit the change",
    catalog.VERIFY_PUSH: "Push the branch",
    catalog.VERIFY_STAGING: "Deploy to staging",
    catalog.PULL_REQUEST_CREATE: "Open the request",
    catalog.PULL_REQUEST_CHECKS: "Look at the CI checks",
    catalog.RELEASE_MERGE: "Merge",
    catalog.RELEASE_CONFIRM: "Confirm that it landed",
    catalog.RELEASE_TAG: "Tag the release",
    catalog.DEPLOY_PRODUCTION: "Deploy to production",
    catalog.DEPLOY_LIVE: "Ask production what runs",
    catalog.MONITOR_SMOKE: "Run the smoke test",
    catalog.MONITOR_WATCH: "Watch production",
    catalog.MONITOR_ERROR_RATE: "Look at the error rate",
    catalog.MONITOR_NO_NEW_ERRORS: "Look for new errors",
    catalog.MONITOR_API_LATENCY: "Look at the response times",
    catalog.MONITOR_DATABASE: "Look at the database",
    catalog.MONITOR_THIRD_PARTY: "Look at the third parties",
    catalog.MONITOR_USER_ACTIVITY: "Look at the users' activity",
    catalog.MONITOR_SUPPORT_TICKETS: "Look at the tickets",
    catalog.MONITOR_CHAT: "Look at the chat",
    catalog.MONITOR_SOCIAL: "Look at social media",
    catalog.MONITOR_STATUS_COMMENTS: "Look at the status page's comments",
}
"""What enter does with an automatic step: a verb and its object."""


_OF_A_PACKAGE = {
    catalog.BRANCH_BASE: "Find what users have",
    catalog.DEPLOY_LIVE: "See that the release is out",
    catalog.MONITOR_NO_NEW_ERRORS: "Look for new reports",
    catalog.MONITOR_SOCIAL: "Look where users write",
    catalog.MONITOR_WATCH: "Give the verdict",
}
"""The same where others install what is released, and nobody here runs it."""


def run_label(step: StepDef) -> str:
    """Return the label for carrying out `step`."""
    if step.id.startswith("backport."):
        return f"Start the {step.title[:1].lower()}{step.title[1:]}"
    renamed = OF_A_PACKAGE.get(step.id)
    if renamed is not None and step.title == renamed[0]:
        return _OF_A_PACKAGE.get(step.id, step.title)
    return RUN_LABELS.get(step.id, step.title)


def lower_first(title: str) -> str:
    """Return `title` for the middle of a label: ``the fix resolves it``; names such as ``CI checks`` stay."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


class Action(StrEnum):
    """What enter can do; `screens/stage/actions.py` has a handler for each."""

    SELECT = "select"
    HERE = "here"
    NEXT = "next"
    RUN = "run"
    CHECKS = "checks"
    TICK = "tick"
    TICK_NAMED = "tick_named"
    FACTS = "facts_form"
    TRIAGE = "triage"
    CHOOSE = "choose"
    MESSAGE = "message"
    DOCUMENT = "document"
    FINDINGS = "findings"
    OUTPUT = "output"
    SAY_WHAT_HAPPENED = "look"
    LOOK_AGAIN = "again"
    VERDICT = "verdict"
    NOT_FIXED = "not_fixed"
    ROLL_BACK = "roll_back"
    ROLLBACK_LOG = "rollback_log"
    ROLLBACK_SEEN = "rollback_seen"
    RESOLVE = "resolve"
    CLOSE = "close"
    INCIDENTS = "incidents"
    DRILL_END = "drill_end"
    WATCH_LOG = "watch_log"
    FAILED_CHECK = "failed_check"


AT_ONCE = frozenset((Action.RUN, Action.CHECKS, Action.TICK, Action.NEXT, Action.RESOLVE, Action.CLOSE))
"""What enter does at once, without a dialog or form to read first."""


RUNS = frozenset((Action.OUTPUT, Action.ROLLBACK_LOG, Action.WATCH_LOG))
"""What enter does when only following a run is left."""


class DefaultAction(NamedTuple):
    """One action: `label` for the bar, `action` for its handler, `step` it is about (or empty).

    `reason` says what is in the way if it cannot succeed now; enter then shows that with its cure.
    """

    label: str
    action: Action
    step: str = ""
    reason: str = ""


def leaves_machine(step: str) -> bool:
    """Return whether `step` reaches beyond this machine, so that it is shown and confirmed before it runs."""
    return step in LEAVES_MACHINE or step.startswith("backport.")


def open_in(record: Record, stage: str) -> list[StepView]:
    """Return the steps of `stage` that enter leads to, in working order.

    Debts that may wait are left out until production is healthy again: until then they are chosen with the arrows.
    """
    steps = [
        v
        for v in views(record).values()
        if v.stage == stage and v.required.level in ("R", "W") and not v.settled
    ]
    steps = [v for v in steps if not gates.may_wait(record, v)]
    return sorted(
        steps, key=lambda v: answers_itself(record, v)
    )  # those happen by themselves: they are not the next thing to do


def waits(record: Record, stage: str) -> list[StepView]:
    """Return the debts of `stage` that wait."""
    return [v for v in views(record).values() if v.stage == stage and gates.may_wait(record, v)]


def of_stage(record: Record, stage: str) -> DefaultAction:
    """Return what enter does once nothing is left at the selected step."""
    if record.state != "open":
        return _after_the_end(record, stage)
    if (back := _of_rollback(record, stage)) is not None:
        return back
    for view in open_in(record, stage):
        return DefaultAction(f"Next: {lower_first(view.step.title)}", Action.SELECT, view.id)
    if stage != record.stage:
        behind = _stale_before(record, stage)
        if behind is not None:
            return DefaultAction(f"Next: {lower_first(behind.step.title)}", Action.SELECT, behind.id)
        return DefaultAction(f"Back to {STAGE_TITLES[record.stage]}", Action.HERE)
    if stage == "monitor" and without_good_verdict(record):
        return _verdict(record)
    stages = policy.stage_order(record)
    place = stages.index(stage)
    reasons = unsettled(record, stage)
    if reasons:
        return DefaultAction(
            f"Cannot go on yet: see {_reasons(len(reasons))}", Action.NEXT, reason=reasons[0].sentence
        )
    if place + 1 < len(stages):
        return DefaultAction(f"Go on to {STAGE_TITLES[stages[place + 1]]}", Action.NEXT)
    return DefaultAction("Resolve the incident", Action.RESOLVE)


def roll_back(record: Record, step: str) -> DefaultAction:
    """Return the action that offers the ways back, because of `step`."""
    base, before = record.seen(Base), record.seen(Deployed).commit_before
    before = before or base.live or base.commit
    name = base.tag if base.tag and before == base.commit else before[:7]
    if published_alone(record):
        return DefaultAction("Take the release back", Action.ROLL_BACK, step)
    return DefaultAction(f"Roll back to {name}" if name else "Roll production back", Action.ROLL_BACK, step)


def _of_rollback(record: Record, stage: str) -> DefaultAction | None:
    """Return what enter does while a rollback is not settled, where it is shown."""
    if stage not in ("deploy", "monitor"):
        return None
    state = gates.rolling_back(record)
    if state == "running":
        return DefaultAction("Show the log of the rollback", Action.ROLLBACK_LOG)
    if state == "unknown" and (way := gates.way_on_back(record)):
        seen = record.seen(RolledBack)
        what = f"revert {seen.target[:7]}" if way == DEPLOY_REVERT else "rollback"
        return DefaultAction(f"Go on with the {what}", Action.ROLLBACK_SEEN)
    if state == "unknown":
        return DefaultAction(f"Say what happened: {_WHAT_HAPPENED[RolledBack.STEP]}", Action.ROLLBACK_SEEN)
    return roll_back(record, Deployed.STEP) if state == "failed" else None


def _instead(record: Record, view: StepView) -> DefaultAction | None:
    """Return what matters more than the selected step, once a fix is bad or off production again."""
    if (back := _of_rollback(record, view.stage)) is not None:
        return back
    gone = gates.fix_off(record) == record.round
    bad = record.this_round.get("verdict") in BAD_VERDICTS or gone
    off = (view.stage == "monitor" and bad) or (view.stage == "deploy" and (taken_off(record) or gone))
    if off and not view.settled:
        return _verdict(record)
    if view.id == Deployed.STEP and (anew := _follow(record, view)) is not None:
        return anew
    if view.id == Deployed.STEP and view.state == "failed" and not gates.left_as_it_was(record):
        return roll_back(record, view.id)
    watched = record.entry(Watched.STEP).get("state") == "done" and not record.this_round.get("verdict")
    if view.stage == "monitor" and watched and record.seen(Watched).proposed == "worse":
        return roll_back(record, Watched.STEP)
    return None


def _follow(record: Record, view: StepView) -> DefaultAction | None:
    """Return what enter does with a deployment triggered by a push: it follows its run, and a new one if it was red."""
    seen = record.seen(Deployed)
    changed = bool(seen.runs) and seen.runs != seen.commit_before
    if not set_off.follows_push(record) or (view.state == "failed" and changed):
        return None
    label = {
        "pending": "Follow the run of the push",
        "failed": "Follow the run of the push again",
        "waiting": "Follow the run of the push",
    }.get(view.state)
    return DefaultAction(label, Action.RUN, view.id) if label else None


def _stale_before(record: Record, stage: str) -> StepView | None:
    """Return the first step between `stage` and the current stage that was done for an earlier version."""
    stages = policy.stage_order(record)
    if stage not in stages or record.stage not in stages:
        return None
    between = stages[stages.index(stage) + 1 : stages.index(record.stage)]
    known = views(record).values()
    wanted = (view for view in known if view.stage in between and view.state == "stale")
    return next((view for view in wanted if view.required.level in ("R", "W")), None)


def _meanwhile(record: Record, view: StepView) -> DefaultAction:
    """Return what enter does while the watch has not answered `view` yet: another open step, or following the watch."""
    for other in open_in(record, view.stage):
        if other.id != WATCH and not answers_itself(record, other):
            return DefaultAction(f"Next: {lower_first(other.step.title)}", Action.SELECT, other.id)
    return DefaultAction("Show the log of the watch", Action.WATCH_LOG, WATCH)


def _verdict(record: Record) -> DefaultAction:
    """Return what enter does while the round has no verdict that ends it."""
    if record.this_round.get("verdict") == "worse" and not gates.rolled_back(record):
        return roll_back(record, catalog.MONITOR_WATCH)
    if record.this_round.get("verdict") in BAD_VERDICTS:
        return DefaultAction(_capital(way_on(record)), Action.NOT_FIXED, catalog.MONITOR_WATCH)
    return DefaultAction(_verdict_label(record), Action.VERDICT, catalog.MONITOR_WATCH)


def _verdict_label(record: Record) -> str:
    """Return the label that asks for the verdict, with the one that the watch proposes."""
    proposed = record.seen(Watched).proposed
    return f"Give the verdict: {proposed.replace('-', ' ')} (proposed)" if proposed else "Give the verdict"


def _reasons(count: int) -> str:
    return "the reason" if count == 1 else f"the {count} reasons"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


_WHAT_HAPPENED = {
    catalog.VERIFY_PUSH: "did the push arrive?",
    catalog.RELEASE_MERGE: "was it merged?",
    catalog.RELEASE_TAG: "is the tag there?",
    catalog.DEPLOY_PRODUCTION: "is it deployed?",
    catalog.DEPLOY_ROLLBACK: "is it rolled back?",
    catalog.VERIFY_STAGING: "is it on staging?",
    catalog.PULL_REQUEST_CREATE: "is it open?",
}
"""The question about an action whose result is unknown."""


def _after_the_end(record: Record, stage: str) -> DefaultAction:
    if record.state == "resolved":
        for view in views(record).values():
            if view.required.level in ("R", "W") and not view.settled:
                return DefaultAction(f"Next, owed: {lower_first(view.step.title)}", Action.SELECT, view.id)
        return DefaultAction("Close the incident", Action.CLOSE)
    return DefaultAction("See all incidents", Action.INCIDENTS)


def _of_prepared(record: Record) -> str:
    """Return what enter does if a release was prepared of what is to be deployed; empty if none was."""
    seen = record.seen(Deployed)
    first = policy.order(record) == policy.DEPLOY_FIRST
    wanted = record.seen(Committed).commit if first else record.seen(Landed).commit
    if seen.prepared is None or not wanted or seen.commit != wanted:
        return ""
    id = one_line(seen.prepared.id, 16)
    return f"Go on with {id}: {seen.prepared.share:.0f} % now" if seen.prepared.share else f"Activate {id}"


_CHECK_WORDS = {
    catalog.VERIFY_SETUP: "set-up",
    catalog.VERIFY_TEST: "tests",
    catalog.VERIFY_TYPECHECK: "types",
    catalog.VERIFY_BUILD: "build",
    catalog.VERIFY_PROOF: "proof",
}
"""The checks of the verify stage in the order in which they run, one word each."""


def checks_together(record: Record, view: StepView) -> list[StepView]:
    """Return the checks that enter runs one after the other with `view`: the open ones from it on.

    The proof is not among them while another check has failed: failures are looked at first.
    """
    if view.id not in _CHECK_WORDS or view.state not in ("pending", "stale"):
        return []
    known = views(record)
    places = list(_CHECK_WORDS)
    held_up = any(name in known and known[name].state == "failed" for name in places)
    after = [
        known[name]
        for name in places[places.index(view.id) :]
        if name in known and not (held_up and name == catalog.VERIFY_PROOF)
    ]
    return [v for v in after if v.state in ("pending", "stale") and v.required.level in ("R", "W")]


def of_step(record: Record, view: StepView) -> DefaultAction:
    """Return what enter does with `view` selected."""
    if record.state not in ("open", "resolved"):
        return _after_the_end(record, view.stage)
    title = view.step.title
    if record.state == "open" and (back := _instead(record, view)) is not None:
        return back
    if view.state == "running":
        which = "deploy log" if view.id == Deployed.STEP else "log"
        return DefaultAction(f"Show the whole {which}", Action.OUTPUT, view.id)
    if view.state == "unknown":
        return DefaultAction(
            f"Say what happened: {_WHAT_HAPPENED.get(view.id, 'did it work?')}",
            Action.SAY_WHAT_HAPPENED,
            view.id,
        )
    if view.state == "waiting" and view.stage == "backport" and not record.has_forge:
        return DefaultAction(f"Merge it into its line: {lower_first(title)}", Action.RUN, view.id)
    if view.state == "waiting":
        return DefaultAction(f"Look again: {lower_first(title)}", Action.LOOK_AGAIN, view.id)
    over = view.state == "done" or (view.state == "pending" and nothing_to_watch(record))
    if view.id == WATCH and over and without_good_verdict(record):
        return _verdict(record)
    if view.settled:
        return of_stage(record, view.stage)
    if answers_itself(record, view):
        return _meanwhile(record, view)
    kind = view.step.kind
    if view.id == catalog.TRIAGE_SEVERITY:
        return DefaultAction("Answer the questions", Action.TRIAGE, view.id)
    if kind == "fact":
        return DefaultAction(title, Action.FACTS, view.id)
    if kind == "decision":
        return DefaultAction(f"Choose: {lower_first(title)}", Action.CHOOSE, view.id)
    if view.id == APPROVAL and record.seen(Preflight).forge in ("github", "drill"):
        return DefaultAction("Look who has approved", Action.RUN, view.id)
    if view.id == APPROVAL:
        return DefaultAction("Name the reviewer who approved", Action.TICK_NAMED, view.id)
    if kind == "tick":
        verb = "Tick again" if view.state == "stale" else "Tick"
        return DefaultAction(f"{verb}: {lower_first(title)}", Action.TICK, view.id)
    if kind == "message":
        return DefaultAction(f"Write the message: {lower_first(title)}", Action.MESSAGE, view.id)
    if kind == "document":
        return DefaultAction(title, Action.DOCUMENT, view.id)
    if view.id == catalog.FIX_GUARD and view.state == "failed":
        many = len(open_findings(record, view.id)) != 1
        return DefaultAction(f"Go through the finding{'s' if many else ''}", Action.FINDINGS, view.id)
    if view.id == ChecksSeen.STEP and view.state == "failed":
        return DefaultAction("Open what failed", Action.FAILED_CHECK, view.id)
    if view.id == Deployed.STEP and (label := _of_prepared(record)):
        return DefaultAction(label, Action.RUN, view.id)
    if len(together := checks_together(record, view)) > 1:
        names = ", ".join(_CHECK_WORDS[check.id] for check in together)
        again = " again" if view.state == "stale" else ""
        return DefaultAction(f"Run the checks{again}: {names}", Action.CHECKS, view.id)
    again = " again" if view.state in ("failed", "stale") and not _stopped(view) else ""
    return DefaultAction(f"{_named(record, view) or run_label(view.step)}{again}", Action.RUN, view.id)


def _named(record: Record, view: StepView) -> str:
    """Return the label for carrying out `view` if its object is known: ``Merge #482 into main``."""
    if view.id == Committed.STEP and (files := record.seen(Changed).files):
        return f"Commit {len(files)} {'file' if len(files) == 1 else 'files'}"
    if view.id == catalog.RELEASE_MERGE and (number := record.seen(Requested).number):
        return f"Merge #{number} into {record.landing_branch}"
    if view.id == Deployed.STEP and (commit := policy.to_production(record)):
        return f"Publish {commit[:7]}" if published_alone(record) else f"Deploy {commit[:7]} to production"
    return f"Continue the {lower_first(view.step.title)}" if _stopped(view) else ""


def _stopped(view: StepView) -> bool:
    """Return whether the pick stopped half-way: it is gone on with, not begun again."""
    return view.stage == "backport" and view.state == "failed" and view.seen(Backported).verdict == CONFLICT
