"""Every item of the workflow is in the product: severities, manual lists, checklists, the steps of the design."""

import pytest

from hotfix_tui.incident.model.catalog import (
    IRREVERSIBLE,
    STAGE_AIMS,
    STAGE_TITLES,
    STAGES,
    STEPS,
    backport_step,
)
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.model.severity import LEVELS, SEVERITIES

DESIGN = {
    "triage": "describe severity rollback-first",
    "branch": "preflight base create",
    "fix": "root-cause change regression-test guard",
    "verify": "setup test typecheck build proof reproduced resolved normal-path edge-cases nothing-new commit "
    "push staging staging-verified",
    "pull-request": "body create checks approval alerts on-call ready",
    "release": "merge confirm tag",
    "deploy": "production live",
    "monitor": "smoke error-rate no-new-errors api-latency database third-party user-activity support-tickets "
    "chat social status-comments watch",
    "communicate": "internal status-page email",
    "review": "ticket log timeline alerts follow-ups docs schedule document",
}
"""The step table of the design, typed by hand."""

SEVERITY_TABLE = {
    "P0": (
        ("security vulnerability", "all of production down"),
        (2, "at once"),
        ("deploy first", "inform after", "approval may be waived", "staging may be skipped"),
        ("auth bypass", "data leak", "active exploit"),
    ),
    "P1": (
        ("production down in a critical part",),
        (4, "same day"),
        ("fast-track PR",),
        ("crash", "a feature fails completely", "payments down"),
    ),
    "P2": (
        ("major bug",),
        (24, "next business day"),
        ("standard expedited",),
        ("important feature damaged", "many users feel it"),
    ),
    "P3": (
        ("business critical",),
        (48, "scheduled release"),
        ("planned release",),
        ("campaign blocked", "partner deadline"),
    ),
}

ITEMS = {
    "4. the manual list": {
        "verify.test": "full test suite",
        "verify.typecheck": "type check",
        "verify.build": "build",
        "verify.reproduced": "original problem reproduced",
        "verify.resolved": "the fix resolves it",
        "verify.normal-path": "normal path",
        "verify.edge-cases": "edge cases",
        "verify.nothing-new": "nothing new",
    },
    "6.7 the deploy checklist": {
        "pull-request.approval": "at least one reviewer",
        "pull-request.checks": "all ci checks pass",
        "verify.staging": "deploy to staging",
        "verify.staging-verified": "verified on staging",
        "pull-request.alerts": "alerts are configured",
        "pull-request.on-call": "on-call engineer informed",
        "pull-request.ready": "ready",
    },
    "9. verify and monitor": {
        "monitor.smoke": "to production",
        "monitor.error-rate": "drops",
        "monitor.no-new-errors": "no new errors",
        "monitor.watch": "15 to 30 minutes",
        "monitor.api-latency": "api response times normal",
        "monitor.database": "database performance stable",
        "monitor.third-party": "third-party services healthy",
        "monitor.user-activity": "user activity normal",
        "monitor.support-tickets": "support tickets",
        "monitor.chat": "in-app chat",
        "monitor.social": "social media",
        "monitor.status-comments": "status page comments",
    },
    "11. after the incident": {
        "review.ticket": "ticket updated",
        "review.log": "incident added to the log",
        "review.timeline": "timeline documented",
        "review.alerts": "which metrics should have alerted",
        "review.follow-ups": "follow-up tickets",
        "review.docs": "runbook and docs updated",
        "review.schedule": "within 72 h for p0 and p1",
        "review.document": "review",
    },
    "3. the minimal fix": {
        "fix.change": "fix the problem at hand",
        "fix.regression-test": "regression test",
        "fix.root-cause": "say it in a comment",
    },
    "7. release": {
        "release.merge": "after approval, or with its waiver",
        "release.confirm": "brought up to date, carries the fix",
        "release.tag": "annotated, the next patch version",
    },
    "10. communicate": {
        "communicate.internal": "team",
        "communicate.status-page": "status page",
        "communicate.email": "affected users",
    },
}


def test_the_stages_and_steps_are_those_of_the_design():
    steps = {f"{stage}.{step}" for stage, names in DESIGN.items() for step in names.split()}
    assert set(STEPS) == steps
    assert set(STAGES) == {*DESIGN, "backport"}
    assert set(STAGE_TITLES) == set(STAGE_AIMS) == set(STAGES)
    assert set(IRREVERSIBLE) == {"verify.push", "release.merge", "release.tag", "deploy.production"}


@pytest.mark.parametrize("level", SEVERITY_TABLE)
def test_each_severity_carries_its_whole_row(level):
    kind, (hours, deployment), path, examples = SEVERITY_TABLE[level]
    row = SEVERITIES[level]
    assert (row.level, row.hours, row.deployment) == (level, hours, deployment)
    assert all(part in row.kind for part in kind)
    assert all(part in row.path for part in path)
    assert all(part in row.examples for part in examples)
    assert LEVELS == ("P0", "P1", "P2", "P3")


@pytest.mark.parametrize("section", ITEMS)
def test_every_item_of_a_list_is_a_step_that_says_so(section):
    for step, said in ITEMS[section].items():
        text = f"{STEPS[step].title} {STEPS[step].help}".lower()
        assert said in text, (step, text)


def test_what_not_to_do_in_a_hotfix_is_said():
    text = STEPS["fix.change"].help.lower()
    for said in (
        "no refactoring",
        "no other problems",
        "no new features",
        "no updated dependencies",
        "unless",
    ):
        assert said in text


def test_every_step_can_be_read_and_belongs_to_a_stage():
    for step in STEPS.values():
        assert step.stage in STAGES
        assert step.title and step.help.endswith(".")
        assert step.kind in ("auto", "fact", "decision", "tick", "message", "document")
        assert step.key in ("tree", "base", "setup", "round", "incident")
        assert not step.fact or step.fact in FACTS
        assert (step.key == "incident") == (step.stage in ("triage", "review")), step.id


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("release/2.2", "release-2-2"),
        ("develop", "develop"),
        ("Ünï//", "n"),
        ("发布", "line"),
        ("LTS_1", "lts-1"),
    ],
)
def test_a_line_has_its_step(line, step):
    found = backport_step(line)
    assert found.id == f"backport.{step}"
    assert line in found.title
