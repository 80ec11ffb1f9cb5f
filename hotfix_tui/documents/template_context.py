"""Everything that templates may use, as plain dictionaries, lists and texts.

Apart from `render`: which values a template can name is read here, and changed without knowing how it is filled in.
"""

from datetime import datetime
from typing import Any

from hotfix_tui.documents import checklists, history, plans, pr_title, subject
from hotfix_tui.documents.catalog import DocumentDef
from hotfix_tui.documents.escaping import (
    Facts,
    code,
    escape_cell,
    escape_line,
    facts,
    fenced,
    in_sentences,
    utc,
)
from hotfix_tui.documents.gap_marks import gap
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import backport_step
from hotfix_tui.incident.model.evidence.backport import TEST_ONLY, Backported
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.deploy import Deployed, Live, RolledBack
from hotfix_tui.incident.model.evidence.fix import TestsChanged
from hotfix_tui.incident.model.evidence.release import Landed, Tagged
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.model.wording import NO_RULES
from hotfix_tui.incident.rules import gates, policy, published
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.incident.rules.views import views

Data = dict[str, object]


def collect(
    document: DocumentDef,
    record: Record,
    now: datetime,
    *,
    timeline: list[dict[str, object]],
    phase: str,
    language: str,
    extra: dict[str, object],
) -> Data:
    """Return the data of `document`; every text in it is cleaned, every unknown fact is a gap."""
    markup = document.markup
    known = facts(record, markup)
    steps = views(record)
    data: Data = {
        "document": document.name,
        "phase": phase,
        "language": language,
        "fact": known.fact | (in_sentences(record) if document.audience == "public" else {}),
        "known": known.known,
        "list_of": known.list_of,
        "gap": {
            name: gap(name) for name in ("base", "evidence", "support", "signature", "components", "commit")
        },
        "state": record.state,
        "round": str(record.round),
        "id": escape_line(record.id, markup),
        "ticket": known.fact["ticket"] if known.known["ticket"] else escape_line(record.id, markup),
        "severity": _severity(record),
        **_kind(record, markup),
        "settled": {
            name: name not in steps or steps[name].state in ("waived", "not-needed")
            for name in record.definitions()
        },
        "links": plans.links(record, steps, markup),
        "config": _config(record, markup),
        "verdict": escape_line(record.this_round.get("verdict", ""), markup),
        "commits": _commits(record, markup),
        "backports": plans.backports(record, steps, markup),
        "times": _times(record, timeline, now),
        "review_follows": _review_follows(record, steps),
        "opened_by": escape_line(record.clock.get("opened_by", ""), markup),
        "embargo": embargo.on(record),
        **_off(record, markup),
    }
    if document.name == "commit":
        data |= _commit(record, known, extra)
    if document.audience == "team":
        data |= _team(record, steps, markup)
    if document.name in ("pr", "backport-pr"):
        data |= _pull_request(record, steps, extra)
        if embargo.on(record):
            data |= {"impact_kinds": [], "why_missed": [], "proof": [], "test_code": ""}
    if document.name == "internal":
        data |= _internal(record, steps, timeline)
    if document.name == "review":
        data |= _review(record, steps, timeline)
    return data


def _commit(record: Record, known: Facts, extra: dict[str, Any]) -> Data:
    wording = extra.get("rules", NO_RULES).commits
    said = subject.subject(record, wording)
    return {
        "cause_line": f"Root cause: {known.fact['cause.summary']}",
        "subject": escape_line(said) if said else subject.worded(gap("title"), wording),
        "subject_is_summary": subject.whole_summary(record, wording),
    }


def _severity(record: Record) -> dict[str, str]:
    known = SEVERITIES.get(record.severity)
    if known is None:
        return {"level": gap("severity"), "kind": "", "label": "P?", "path": ""}
    return {
        "level": known.level,
        "kind": checklists.severity_kind(record, known),
        "label": known.level,
        "path": known.path,
    }


def _config(record: Record, markup: str) -> dict[str, str]:
    service = record.fact("service") or record.config.get("service", "")
    signature = record.config.get("signature", "") or (f"The {service} team" if service else "")
    return {
        "support": escape_line(record.config.get("support", ""), markup) or gap("support"),
        "signature": escape_line(signature, markup) or gap("signature"),
        "components": ", ".join(escape_line(name, markup) for name in record.fact("components") or []),
    }


def _commits(record: Record, markup: str) -> dict[str, str]:
    shas = {
        "fix": record.seen(Committed).commit,
        "landed": record.seen(Landed).commit,
        "tag": record.seen(Tagged).tag,
        "deployed": record.seen(Deployed).commit,
        "previous": record.seen(Deployed).previous,
        "branch": record.seen(Branched).branch,
    }
    out = {name: escape_line(value or "", markup) for name, value in shas.items()}
    return out | {"fix_short": out["fix"][:12], "landed_short": out["landed"][:12]}


def _times(record: Record, timeline: list[dict[str, object]], now: datetime) -> Data:
    reached = history.times(record, timeline)
    out = {name.replace("-", "_"): utc(at) for name, at in reached.items()}
    over = history.end(record, timeline)
    return out | {
        "started": utc(record.detected_at),
        "date": utc(record.detected_at)[:10],
        "ended": utc(over),
        "duration": history.duration(record, timeline),
        "deployed_now": out["deployed"] if _deployed(record) else "",
        "rolled_back_before": history.rolled_back_before(record, timeline),
        "rolled_back": utc(record.entry(RolledBack.STEP).get("at") or record.seen(RolledBack).back_at),
        "lasted": history.lasted(record, timeline),
        "affected": history.affected(record, timeline),
        "deadline": utc(policy.deadline(record)),
        "next_update": history.next_update(record, now),
        "now": utc(now),
        "embargo": utc(record.clock.get("embargo_at")),
        "lifted": utc(record.clock.get("embargo_lifted_at")),
    }


def _review_follows(record: Record, steps: checklists.Views) -> bool:
    """Return whether a review is planned, or required: only then is it promised."""
    asked = catalog.REVIEW_SCHEDULE in steps and steps[catalog.REVIEW_SCHEDULE].required.level in ("R", "W")
    return asked or bool(record.fact("review.at"))


def _deployed(record: Record) -> bool:
    """Return whether something was deployed in this round; for the review an earlier one counts too."""
    return any(
        record.entry(step).get("state") in ("done", "stale")
        for step in (catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_LIVE)
    )


def _team(record: Record, steps: checklists.Views, markup: str) -> Data:
    return {
        "base": plans.base(record, markup),
        "landed": plans.landed(record, markup),
        "landing": plans.landing(record),
        "waivers": checklists.waivers(record, markup),
        "waivers_now": checklists.waivers_now(record, markup),
        "waived": list(
            {
                (waiver["step"], waiver["granted_by"], waiver["why"]): waiver
                for waiver in checklists.waivers_now(record, markup)
            }.values()
        ),
        "accepted": checklists.accepted(record, markup),
        "verification": checklists.monitoring(steps, markup),
        "follow_up": checklists.boxes(
            steps, checklists.relevant(record, steps, checklists.FOLLOW_UP), markup
        ),
    }


def _pull_request(record: Record, steps: checklists.Views, extra: dict[str, Any]) -> Data:
    def ticked(wanted: tuple[tuple[str, str], ...]) -> list[checklists.Box]:
        return checklists.boxes(steps, wanted, "markdown")

    return {
        "urgency": checklists.urgency(record),
        "impact_kinds": checklists.impact_kinds(record),
        "why_missed": checklists.why_missed(record, "markdown"),
        "files": plans.files(record, "markdown"),
        "testing": ticked(checklists.possible(record, steps, checklists.TESTING)),
        "evidence": checklists.checks_run(record, steps),
        "proof": checklists.proof(record),
        "test_code": fenced(extra.get("test_code", "")),
        "tests": [escape_line(test, "markdown") for test in record.seen(TestsChanged).tests],
        "rollback": plans.rollback(record),
        "always_watched": list(plans.ALWAYS_WATCHED),
        "watched": plans.watched(record),
        "owners": [code(owner) for owner in getattr(extra.get("owners"), "names", ())],
        "owners_place": code(getattr(extra.get("owners"), "place", "") or "CODEOWNERS"),
        "checklist": ticked(checklists.possible(record, steps, checklists.checklist(record))),
        "post_deploy": ticked(checklists.relevant(record, steps, checklists.verification(record))),
        "metrics": ticked(checklists.relevant(record, steps, checklists.METRICS)),
        "measured": checklists.measured(record),
        "backport_title": escape_line(pr_title.of_backport(record, extra.get("rules", NO_RULES)), "text"),
        "carry": _carry(record, extra),
    }


def _carry(record: Record, extra: dict[str, object]) -> dict[str, str]:
    """Return how the fix came to a line: the requested one, otherwise the one worked on last."""
    steps = {name: backport_step(name).id for name in record.lines}
    tried = [name for name in steps if record.entry(steps[name]).get("at")]
    last = max(tried, key=lambda name: str(record.entry(steps[name])["at"]), default="")
    name = str(extra.get("line", "")) or last
    seen = record.seen(Backported, steps[name]) if name in steps else Backported()
    known = {
        "line": name,
        "commit": ", ".join(seen.picked),
        "conflicts": ", ".join(seen.resolved),
        "open": ", ".join(seen.conflicts),
        "branch": seen.branch,
        "test_only": "yes" if seen.verdict == TEST_ONLY else "",
        "applied": "yes" if seen.commit or extra.get("commit") else "",
    }
    given = {
        key: extra[key] for key in ("commit", "source_pr", "conflicts", "branch", "tests") if extra.get(key)
    }
    names = ("line", "commit", "source_pr", "conflicts", "open", "branch", "tests", "applied", "test_only")
    return {key: escape_line({**known, **given}.get(key, ""), "markdown") for key in names}


def _internal(record: Record, steps: checklists.Views, timeline: list[dict[str, object]]) -> Data:
    step, _ = gates.next_step(record)
    view = steps.get(step)
    return {
        "news": history.news(record, timeline, "text"),
        "next_step": (_ANOTHER if gates.fix_off(record) == record.round else next_words(record, view))
        if view
        else "",
        "owed": [listed.step.title for listed in steps.values() if listed.state == "debt"],
        "security": record.fact("impact.kind") == "security",
    }


_NEXT = {
    "triage": "Find out what is broken and how urgent it is",
    "branch": "Begin the fix from what is live",
    "fix": "Make the fix",
    "verify": "Test the fix",
    "pull-request": "Have the fix reviewed",
    "release": "Merge and release the fix",
    "deploy": "Deploy the fix",
    "monitor": "Watch production, then give the verdict",
    "communicate": "Tell everyone how it ended",
    "backport": "Carry the fix to the other lines",
    "review": "Review what happened",
}
"""What comes next in each stage, for people who do not know the steps."""

_NEXT_OF_A_STEP = {
    catalog.VERIFY_COMMIT: "Commit the fix",
    catalog.VERIFY_PUSH: "Push the fix",
    catalog.VERIFY_STAGING: "Deploy the fix to staging",
    catalog.VERIFY_STAGING_VERIFIED: "Try the fix on staging",
    catalog.PULL_REQUEST_ALERTS: "Set up the alerts",
    catalog.PULL_REQUEST_ON_CALL: "Tell the on-call engineer",
}
"""Steps whose stage names what is over by then: the tests before a commit, the review before the last items."""

_NEXT_OF_A_PACKAGE = {
    "branch": "Begin the fix from the published release",
    "deploy": "Publish the fix",
    "monitor": "Try the release, then give the verdict",
}
"""The same where others install what is released, and nobody here runs it."""


_ANOTHER = "Make another fix"


def next_words(record: Record, view: StepView) -> str:
    """Return what comes next: a stage by its words, but steps that these would belie by their own."""
    if view.id == Tagged.STEP:
        return view.step.title
    if view.id == Live.STEP and record.entry(Deployed.STEP).get("state") in ("done", "stale"):
        return "See that production runs the fix"
    if view.step.stage == "release" and policy.order(record) == policy.DEPLOY_FIRST:
        return "Merge the fix"
    if view.id in _NEXT_OF_A_STEP:
        return _NEXT_OF_A_STEP[view.id]
    stage = view.step.stage
    if view.id == catalog.PULL_REQUEST_READY:  # the last word before what comes after the review
        stage = "deploy" if policy.order(record) == policy.DEPLOY_FIRST else "release"
    words = _NEXT.get(stage, view.step.title)
    return _NEXT_OF_A_PACKAGE.get(stage, words) if published.published_alone(record) else words


def _kind(record: Record, markup: str) -> Data:
    """Return what kind of fix this is, and whether others install it, with the words that differ then."""
    return {
        "code_fix": policy.is_code_fix(record),
        "stop_gap": record.fact("fix.temporary", "") == "yes",
        "published": published.published_alone(record),
        "out": published.out_word(record),
        "landing_branch": escape_line(record.landing_branch, markup),
    }


def _off(record: Record, markup: str) -> Data:
    """Return what is true after a fix was taken off production; `off_now` if it was this round's.

    `untold` is the gap of what a failed fix did to users.
    """
    number = gates.fix_off(record)
    return {
        "taken_off": escape_line(gates.after_taken_off(record), markup) if number else "",
        "off_bad": gates.off_bad(record),
        "off_now": number == record.round,
        "untold": gap("impact.failed-fix") if _untold(record) else "",
        "deploy_first": policy.order(record) == policy.DEPLOY_FIRST,
    }


def _untold(record: Record) -> bool:
    """Return whether a fix made it worse of which nobody has said yet what it did to users."""
    worse = [one for one in record.rounds if one.get("verdict") == "worse"]
    told: list[str] = record.fact("impact.failed-fix", [])
    return len(worse) > len(told)


def _review(record: Record, steps: checklists.Views, timeline: list[dict[str, object]]) -> Data:
    shown, more = history.shown_rows(record, timeline)
    states = {name: view.state for name, view in steps.items()}
    return {
        "milestones": history.milestones(record, timeline, states),
        "spans": history.spans(record, timeline),
        "recoveries": history.recoveries(record, timeline),
        "severities": history.severities(record, timeline),
        "timeline": shown,
        "timeline_more": more,
        "rounds": history.rounds(record, "markdown"),
        "messages": history.messages(record),
        "runs": history.runs(record),
        "impact_kinds": checklists.impact_kinds(record),
        "why_missed": checklists.why_missed(record, "markdown"),
        "actions": actions(record),
        "rolled_back": escape_line(record.seen(RolledBack).target, "markdown")
        if gates.fix_off(record)
        else "",
        "open_steps": [
            escape_line(step.step.title, "markdown")
            for step in steps.values()
            if step.state in ("debt", "failed", "stale")
        ],
    }


def actions(record: Record) -> list[dict[str, str]]:
    """Return the action items, numbered; each missing part of an item is its own gap."""
    return [
        {
            "id": f"A{number}",
            "task": escape_cell(item.get("task", "")) or gap("review.actions"),
            "owner": escape_cell(item.get("owner", "")) or gap("action-owner"),
            "due": escape_cell(item.get("due", "")) or gap("action-due"),
            "kind": escape_cell(item.get("kind", "")) or gap("action-kind"),
        }
        for number, item in enumerate(record.fact("review.actions", []), 1)
    ]
