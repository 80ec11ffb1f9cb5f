"""The stages and their steps: ids, titles, kinds, and what each result depends on.

The ids are a public contract (session file, command line, configuration). Steps that depend on the repository are
added by `Record`: one backport step per line, and the checklist items of the configuration.
"""

from typing import NamedTuple

# The ids, each written once: a wrong name is an error of the type checker, and not a step that nobody finds.

TRIAGE_DESCRIBE = "triage.describe"
TRIAGE_SEVERITY = "triage.severity"
TRIAGE_ROLLBACK_FIRST = "triage.rollback-first"

BRANCH_PREFLIGHT = "branch.preflight"
BRANCH_BASE = "branch.base"
BRANCH_CREATE = "branch.create"

FIX_ROOT_CAUSE = "fix.root-cause"
FIX_CHANGE = "fix.change"
FIX_REGRESSION_TEST = "fix.regression-test"
FIX_GUARD = "fix.guard"

VERIFY_SETUP = "verify.setup"
VERIFY_TEST = "verify.test"
VERIFY_TYPECHECK = "verify.typecheck"
VERIFY_BUILD = "verify.build"
VERIFY_PROOF = "verify.proof"
VERIFY_REPRODUCED = "verify.reproduced"
VERIFY_RESOLVED = "verify.resolved"
VERIFY_NORMAL_PATH = "verify.normal-path"
VERIFY_EDGE_CASES = "verify.edge-cases"
VERIFY_NOTHING_NEW = "verify.nothing-new"
VERIFY_COMMIT = "verify.commit"
VERIFY_PUSH = "verify.push"
VERIFY_STAGING = "verify.staging"
VERIFY_STAGING_VERIFIED = "verify.staging-verified"

PULL_REQUEST_BODY = "pull-request.body"
PULL_REQUEST_CREATE = "pull-request.create"
PULL_REQUEST_CHECKS = "pull-request.checks"
PULL_REQUEST_APPROVAL = "pull-request.approval"
PULL_REQUEST_ALERTS = "pull-request.alerts"
PULL_REQUEST_ON_CALL = "pull-request.on-call"
PULL_REQUEST_READY = "pull-request.ready"

RELEASE_MERGE = "release.merge"
RELEASE_CONFIRM = "release.confirm"
RELEASE_TAG = "release.tag"

DEPLOY_PRODUCTION = "deploy.production"
DEPLOY_LIVE = "deploy.live"

MONITOR_SMOKE = "monitor.smoke"
MONITOR_ERROR_RATE = "monitor.error-rate"
MONITOR_NO_NEW_ERRORS = "monitor.no-new-errors"
MONITOR_API_LATENCY = "monitor.api-latency"
MONITOR_DATABASE = "monitor.database"
MONITOR_THIRD_PARTY = "monitor.third-party"
MONITOR_USER_ACTIVITY = "monitor.user-activity"
MONITOR_SUPPORT_TICKETS = "monitor.support-tickets"
MONITOR_CHAT = "monitor.chat"
MONITOR_SOCIAL = "monitor.social"
MONITOR_STATUS_COMMENTS = "monitor.status-comments"
MONITOR_WATCH = "monitor.watch"

COMMUNICATE_INTERNAL = "communicate.internal"
COMMUNICATE_STATUS_PAGE = "communicate.status-page"
COMMUNICATE_EMAIL = "communicate.email"

REVIEW_TICKET = "review.ticket"
REVIEW_LOG = "review.log"
REVIEW_TIMELINE = "review.timeline"
REVIEW_ALERTS = "review.alerts"
REVIEW_FOLLOW_UPS = "review.follow-ups"
REVIEW_DOCS = "review.docs"
REVIEW_SCHEDULE = "review.schedule"
REVIEW_DOCUMENT = "review.document"

DEPLOY_ROLLBACK = "deploy.rollback"
DEPLOY_FOLLOW = "deploy.follow"

STAGES: tuple[str, ...] = (
    "triage",
    "branch",
    "fix",
    "verify",
    "pull-request",
    "release",
    "deploy",
    "monitor",
    "communicate",
    "backport",
    "review",
)

STAGE_TITLES: dict[str, str] = {
    "triage": "Triage",
    "branch": "Branch",
    "fix": "Fix",
    "verify": "Verify",
    "pull-request": "Pull request",
    "release": "Release",
    "deploy": "Deploy",
    "monitor": "Monitor",
    "communicate": "Communicate",
    "backport": "Backport",
    "review": "Review",
}

STAGE_AIMS: dict[str, str] = {
    "triage": "Say what is broken and how urgent it is",
    "branch": "Start from exactly what is live",
    "fix": "Fix this fault and nothing else",
    "verify": "Prove that it works and breaks nothing",
    "pull-request": "Let a second person look",
    "release": "Bring it onto the production branch",
    "deploy": "Bring it into production, watched",
    "monitor": "See that the fault is gone",
    "communicate": "Tell the people who wait",
    "backport": "Carry it to the other lines",
    "review": "Learn, so that it stays away",
}


_W = ("W",) * 4


class StepDef(NamedTuple):
    """One step. `kind` is how it gets done, `key` what its result is valid for.

    kind: ``auto`` (probe, plan, run), ``fact`` (done when its fact is known), ``decision`` (a choice), ``tick`` (a
    person says so), ``message`` (a text that goes out), ``document`` (a text that is kept). key: ``tree``,
    ``base``, ``setup`` (lockfiles and base), ``round`` or ``incident``.
    """

    id: str
    title: str
    kind: str
    key: str
    help: str
    fact: str = ""
    """The fact that makes a ``fact`` step done."""
    levels: tuple[str, ...] = _W
    """How much it is required at P0, P1, P2 and P3, in the codes of `rules.requirements`; a trailing ``d`` makes
    it a debt.
    """
    line: str = ""
    """The release line that a backport carries the fix to."""

    @property
    def stage(self) -> str:
        """The stage its id belongs to."""
        return self.id.split(".", 1)[0]

    @property
    def is_looked_at(self) -> bool:
        """Whether the wizard itself looks whether it is done, and plans it."""
        return self.kind in ("auto", "decision")


_S = StepDef

_R, _O, _WD = ("R",) * 4, ("O",) * 4, ("Wd",) * 4
_HIGH, _LESS, _RARE = ("W", "W", "O", "O"), ("W", "W", "W", "O"), ("R", "R", "O", "O")

# fmt: off
_STEPS: tuple[StepDef, ...] = (
    _S(TRIAGE_DESCRIBE, "Describe the fault", "fact", "incident",
       "Title, when it was detected, what users see. Three lines are enough to start.", "title", levels=_R),
    _S(TRIAGE_SEVERITY, "Assess the urgency", "fact", "incident",
       "Answer the questions; the first yes decides. When unsure take the higher level.", levels=_R),
    _S(TRIAGE_ROLLBACK_FIRST, "Roll back first?", "decision", "incident",
       "If a recent deployment caused it, rolling back helps users now. The fix can then take its time.", levels=_RARE),
    _S(BRANCH_PREFLIGHT, "Check the repository", "auto", "round",
       "What could stop us later is found now: git, identity, remote, open work.", levels=_R),
    _S(BRANCH_BASE, "Find what is live", "auto", "round",
       "The hotfix starts from what production runs, not from a branch's head.", levels=_R),
    _S(BRANCH_CREATE, "Create the hotfix branch", "auto", "round",
       "In place on a clean tree, otherwise in a worktree of its own. Your work stays as it is.", levels=_R),
    _S(FIX_ROOT_CAUSE, "Find the root cause", "fact", "base",
       "One sentence on what is wrong and why. Say it in a comment at the fix, too.", "cause.summary", levels=_W),
    _S(FIX_CHANGE, "Make the minimal change", "auto", "round",
       "Fix the problem at hand. No refactoring around it, no other problems, no new features, "
       "no updated dependencies unless that is the fix.", levels=_R),
    _S(FIX_REGRESSION_TEST, "Add a regression test", "auto", "tree",
       "A test that fails without the fix: this fault cannot return unseen.", levels=_W),
    _S(FIX_GUARD, "Keep it minimal", "auto", "tree",
       "Looks at the change for what does not belong in a hotfix. Each finding is fixed or accepted.", levels=_W),
    _S(VERIFY_SETUP, "Install dependencies", "auto", "setup", "Only where the tree needs it.", levels=_W),
    _S(VERIFY_TEST, "Full test suite", "auto", "tree", "Every test, on exactly what will be committed.",
       levels=_W),
    _S(VERIFY_TYPECHECK, "Type check", "auto", "tree", "On exactly what will be committed.", levels=_W),
    _S(VERIFY_BUILD, "Build", "auto", "tree", "On exactly what will be committed.", levels=_W),
    _S(VERIFY_PROOF, "Prove the regression test", "auto", "tree",
       "The new test must fail on the base and pass on the fix.", levels=_W),
    _S(VERIFY_REPRODUCED, "Original problem reproduced", "tick", "base",
       "You have seen the fault with your own eyes, without the fix.", levels=_W),
    _S(VERIFY_RESOLVED, "The fix resolves it", "tick", "tree", "The same steps, with the fix: gone.",
       levels=_W),
    _S(VERIFY_NORMAL_PATH, "The normal path works", "tick", "tree", "What most users do, most of the time.",
       levels=_W),
    _S(VERIFY_EDGE_CASES, "Edge cases work", "tick", "tree", "Empty, huge, expired, twice, at once.",
       levels=_W),
    _S(VERIFY_NOTHING_NEW, "Nothing new is broken", "tick", "tree", "Look at what lies next to the change.",
       levels=_W),
    _S(VERIFY_COMMIT, "Commit", "auto", "tree", "Only the chosen files, hooks running.", levels=_R),
    _S(VERIFY_PUSH, "Push the branch", "auto", "tree", "This one branch, checked against the remote.",
       levels=_R),
    _S(VERIFY_STAGING, "Deploy to staging", "auto", "tree", "The tested commit, before production sees it.",
       levels=("O", "W", "W", "W")),
    _S(VERIFY_STAGING_VERIFIED, "Verified on staging", "tick", "tree", "Try the original problem on staging.",
       levels=("O", "W", "W", "W")),
    _S(PULL_REQUEST_BODY, "Write the pull request", "document", "round",
       "Rendered from what is known; gaps are shown loudly.", levels=_R),
    _S(PULL_REQUEST_CREATE, "Open the pull request", "auto", "round", "Against the production branch.",
       levels=_R),
    _S(PULL_REQUEST_CHECKS, "All CI checks pass", "auto", "tree", "Of this commit, not of an earlier one.",
       levels=_W),
    _S(PULL_REQUEST_APPROVAL, "Approved by a reviewer", "tick", "tree",
       "At least one reviewer, named. May be waived for P0.", levels=("Wd", "R", "R", "R")),
    _S(PULL_REQUEST_ALERTS, "Alerts are configured", "tick", "round", "They would have shown this fault.",
       levels=_LESS),
    _S(PULL_REQUEST_ON_CALL, "On-call engineer informed", "tick", "round",
       "The person who gets the next call.",
       levels=_LESS),
    _S(PULL_REQUEST_READY, "Ready to deploy", "tick", "round", "Nothing is left that should stop it.",
       levels=_LESS),
    _S(RELEASE_MERGE, "Merge", "auto", "round", "After approval, or with its waiver.", levels=_R),
    _S(RELEASE_CONFIRM, "Confirm that the fix landed", "auto", "round",
       "The production branch, brought up to date, carries the fix.", levels=_R),
    _S(RELEASE_TAG, "Tag the release", "auto", "round", "Annotated, the next patch version, on that commit.",
       levels=_WD),
    _S(DEPLOY_PRODUCTION, "Deploy to production", "auto", "round", "The verified commit, and only that.",
       levels=_R),
    _S(DEPLOY_LIVE, "Production runs the fix", "auto", "round", "Asked from production itself.", levels=_R),
    _S(MONITOR_SMOKE, "Smoke test", "auto", "round",
       "The request that showed the fault, to production: the right answer.", levels=_W),
    _S(MONITOR_ERROR_RATE, "Error rate drops", "tick", "round", "In the error tracking.", levels=_HIGH),
    _S(MONITOR_NO_NEW_ERRORS, "No new errors", "tick", "round", "In the error tracking, since the deploy.",
       levels=_HIGH),
    _S(MONITOR_API_LATENCY, "API response times normal", "tick", "round", "As before the incident.",
       levels=_HIGH),
    _S(MONITOR_DATABASE, "Database performance stable", "tick", "round", "Load, locks, slow queries.",
       levels=_HIGH),
    _S(MONITOR_THIRD_PARTY, "Third-party services healthy", "tick", "round", "Those this service calls.",
       levels=_HIGH),
    _S(MONITOR_USER_ACTIVITY, "User activity normal again", "tick", "round",
       "Sign-ins, orders, whatever counts.",
       levels=_HIGH),
    _S(MONITOR_SUPPORT_TICKETS, "Support tickets stop", "tick", "round", "Ask support, or look.",
       levels=_HIGH),
    _S(MONITOR_CHAT, "In-app chat is quiet", "tick", "round", "No new reports of this fault.", levels=_HIGH),
    _S(MONITOR_SOCIAL, "Social media is quiet", "tick", "round", "No new reports of this fault.",
       levels=_HIGH),
    _S(MONITOR_STATUS_COMMENTS, "Status page comments are quiet", "tick", "round", "No new reports.",
       levels=_HIGH),
    _S(MONITOR_WATCH, "Watch production", "auto", "round", "15 to 30 minutes, then a verdict with a name.",
       levels=_W),
    _S(COMMUNICATE_INTERNAL, "Tell the team", "message", "round", "The resolved message, in the channel.",
       levels=_W),
    _S(COMMUNICATE_STATUS_PAGE, "Status page", "message", "round", "What happened, when, and that it is over.",
       levels=_HIGH),
    _S(COMMUNICATE_EMAIL, "Mail to affected users", "message", "round", "For serious cases.", levels=_O),
    _S(REVIEW_TICKET, "Ticket updated", "tick", "incident", "With the resolution, within 24 h.", levels=_LESS),
    _S(REVIEW_LOG, "Incident added to the log", "tick", "incident", "Where your team keeps it, within 24 h.",
       levels=_LESS),
    _S(REVIEW_TIMELINE, "Timeline documented", "tick", "incident", "Read it once; add what it lacks.",
       levels=_LESS),
    _S(REVIEW_ALERTS, "Which metrics should have alerted", "tick", "incident", "Earlier than a person did.",
       levels=_HIGH),
    _S(REVIEW_FOLLOW_UPS, "Follow-up tickets written", "tick", "incident",
       "For a proper fix if this was a stop-gap, and for each waiver.", levels=_LESS),
    _S(REVIEW_DOCS, "Runbook and docs updated", "tick", "incident", "So that the next one is shorter.",
       levels=_HIGH),
    _S(REVIEW_SCHEDULE, "Review scheduled", "fact", "incident", "Within 72 h for P0 and P1.", "review.at",
       levels=_RARE),
    _S(REVIEW_DOCUMENT, "Write the review", "document", "incident", "Rendered from the record, without blame.",
       levels=_RARE),
)

# fmt: on
STEPS: dict[str, StepDef] = {step.id: step for step in _STEPS}

SHORT_TITLES: dict[str, str] = {
    TRIAGE_SEVERITY: "Set the urgency",
    BRANCH_CREATE: "Create the branch",
    FIX_CHANGE: "Make the change",
    VERIFY_SETUP: "Dependencies",
    VERIFY_TEST: "Tests",
    VERIFY_TYPECHECK: "Types",
    VERIFY_PROOF: "Regression proof",
    VERIFY_REPRODUCED: "Fault reproduced",
    VERIFY_RESOLVED: "Fix resolves it",
    VERIFY_NORMAL_PATH: "Normal path works",
    VERIFY_NOTHING_NEW: "Nothing else broke",
    VERIFY_PUSH: "Push",
    VERIFY_STAGING: "Staging",
    VERIFY_STAGING_VERIFIED: "Tried on staging",
    PULL_REQUEST_BODY: "Write the request",
    PULL_REQUEST_CREATE: "Open the request",
    PULL_REQUEST_CHECKS: "CI checks pass",
    PULL_REQUEST_APPROVAL: "Approval",
    PULL_REQUEST_ALERTS: "Alerts set up",
    PULL_REQUEST_ON_CALL: "On-call told",
    RELEASE_CONFIRM: "Confirm it landed",
    MONITOR_ERROR_RATE: "Error rate falls",
    MONITOR_API_LATENCY: "Latency normal",
    MONITOR_DATABASE: "Database steady",
    MONITOR_THIRD_PARTY: "Third parties",
    MONITOR_USER_ACTIVITY: "Users are back",
    MONITOR_SUPPORT_TICKETS: "Tickets stop",
    MONITOR_CHAT: "Chat is quiet",
    MONITOR_SOCIAL: "Social is quiet",
    MONITOR_STATUS_COMMENTS: "Status comments",
    COMMUNICATE_EMAIL: "Mail to users",
    REVIEW_LOG: "Incident logged",
    REVIEW_TIMELINE: "Timeline read",
    REVIEW_ALERTS: "Missing alerts",
    REVIEW_FOLLOW_UPS: "Follow-ups written",
    REVIEW_DOCS: "Docs, runbook",
    REVIEW_SCHEDULE: "Review meeting",
    REVIEW_DOCUMENT: "Review document",
}
"""Names of steps for a narrow list, at most 18 cells; steps not listed here use their title."""


BASES: dict[str, tuple[str, str]] = {
    "same": (
        "Take the base of round {number}",
        "The fix of round {number} is left out: this one starts where it did.",
    ),
    "on-top": (
        "Build on the fix of round {number}",
        "This round corrects that fix: it starts from its commit.",
    ),
}
"""What finding the base is in a later round, by what the round starts from: its title and its help."""


OF_A_PACKAGE: dict[str, tuple[str, str]] = {
    BRANCH_BASE: (
        "Find what users have",
        "The hotfix starts from the published release, not from a branch's head.",
    ),
    PULL_REQUEST_READY: ("Ready to publish", "Nothing is left that should stop it."),
    DEPLOY_PRODUCTION: ("Publish the release", "The verified commit, and only that."),
    DEPLOY_LIVE: ("The release is out", "Seen where its users get it."),
    MONITOR_SMOKE: (
        "Try the release",
        "Taken as its users take it: what showed the fault is right now.",
    ),
    MONITOR_NO_NEW_ERRORS: ("No new reports", "Of this version, where its users report."),
    MONITOR_SOCIAL: ("Nobody complains", "No new reports of this fault, where its users write."),
    MONITOR_WATCH: (
        "Give the verdict",
        "Nothing runs here that could be watched. The verdict is given by name.",
    ),
}
"""What steps are called where others install what is released, and nobody here runs it: their titles and helps."""


def short_title(step: StepDef) -> str:
    """Return the name of `step` for a narrow list."""
    return step.line or SHORT_TITLES.get(step.id, step.title)


ROLLBACK = StepDef(
    DEPLOY_ROLLBACK,
    "Roll back",
    "auto",
    "round",
    "Bring production back to what ran before. Never refused.",
)
"""Not a step of the workflow but available at any time; its runs are kept like those of a step."""

FOLLOW = StepDef(
    DEPLOY_FOLLOW,
    "Log of production",
    "auto",
    "round",
    "What production prints, live. It only reads; no step waits for it.",
)
"""The log tail: started with a deployment, or by hand. It runs alongside the steps and across rounds."""

WATCH = MONITOR_WATCH
"""The watch over production: it starts with the deployment, and samples until the incident ends."""

APPROVAL = PULL_REQUEST_APPROVAL
"""The step settled by the forge's decision, or by the word of a named second person."""

SIDE_RUNS: dict[str, StepDef] = {ROLLBACK.id: ROLLBACK, FOLLOW.id: FOLLOW}
"""What runs alongside the steps of the workflow, by id."""

IRREVERSIBLE: tuple[str, ...] = (
    VERIFY_PUSH,
    RELEASE_MERGE,
    RELEASE_TAG,
    DEPLOY_PRODUCTION,
)
"""Actions that cannot be undone; each rechecks all earlier required steps before it runs."""

BY_A_PLATFORM = {DEPLOY_PRODUCTION: "deploy", VERIFY_STAGING: "staging"}
"""The steps that a platform's commands can carry out, and the platform action for each."""

CODE_STAGES: tuple[str, ...] = ("branch", "fix", "verify", "pull-request", "release", "backport")
"""Stages that only a code fix needs."""


def backport_step(line: str) -> StepDef:
    """Return the step that carries the fix to `line` (``release/2.2`` gives ``backport.release-2-2``)."""
    return StepDef(f"backport.{line_slug(line)}", f"Backport to {line}", "auto", "round",
                   "Cherry-picked in a worktree of its own, on a branch of its own.", line=line)  # fmt: skip


def line_slug(line: str) -> str:
    """Return the id part of a line's name: anything but letters and digits becomes a hyphen."""
    out = "".join(c if c.isascii() and c.isalnum() else "-" for c in line.lower())
    while "--" in out:
        out = out.replace("--", "-")
    return out.strip("-") or "line"


def checklist_step(stage: str, item_id: str, text: str) -> StepDef:
    """Return the step of a configured checklist item, ``<stage>.x-<id>``."""
    key = "tree" if stage in ("fix", "verify") else "incident" if stage in ("triage", "review") else "round"
    return StepDef(f"{stage}.x-{item_id}", text, "tick", key, "From your configuration.")
