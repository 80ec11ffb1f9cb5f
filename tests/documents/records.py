"""Records made by hand: an incident when opened, while being fixed, and when everything is over."""

import copy
from datetime import UTC, datetime, timedelta

from hotfix_tui.incident.model.record import Record, new_record
from tests.typed import put

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DETECTED = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
OPENED = datetime(2026, 3, 2, 12, 20, tzinfo=UTC)
BASE = "b" * 40
FIX = "f1" * 20
LANDED = "1a" * 20
TREE = "7e" * 20
PR_URL = "https://forge.example/team/tokend/pull/7"

CONFIG = {
    "service": "tokend",
    "support": "support@tokend.example",
    "signature": "The tokend team",
    "git": {"backports": ["release/2.2", "develop"]},
    "commands": {"test": ["pytest", "-q", "tests"], "build": {"run": "make build", "shell": True}},
    "deploy": {
        "platform": "vercel",
        "staging": ["tool", "deploy", "staging", "{commit}"],
        "production": ["tool", "deploy", "production", "{commit}"],
        "rollback": ["tool", "rollback", "production", "{previous}"],
        "feature-flag": ["tool", "flag", "{ticket}", "off"],
        "production-url": "https://tokend.example",
    },
    "smoke": [{"name": "an expired token is refused", "url": "https://tokend.example/account"}],
    "metric": [{"name": "error rate"}],
    "tracker": {"link": "https://tracker.example/{ticket}"},
}

FACTS = {
    "ticket": "ENG-1234",
    "title": "Expired tokens are accepted",
    "service": "token service",
    "components": ["tokens", "http"],
    "began-at": DETECTED - timedelta(minutes=15),
    "detected-at": DETECTED,
    "detected-by": "a customer's report",
    "acknowledged-at": DETECTED + timedelta(minutes=4),
    "mitigated-at": DETECTED + timedelta(minutes=50),
    "impact.kind": "security",
    "impact.users": "everyone who signed out",
    "impact.seen": "An old laptop still opens the account.",
    "impact.failed-fix": ["Nobody could sign in for ten minutes."],
    "impact.revenue": "none that we know of",
    "impact.reputation": "two public complaints",
    "impact.not-affected": "new sign-ins",
    "workaround": "Change your password.",
    "cause.summary": "The check compares expiry in seconds with milliseconds.",
    "cause.steps": ["a token expires", "the check multiplies it", "the check passes"],
    "cause.why-missed": ["missing test coverage", "the clock is mocked in tests"],
    "cause.trigger": "the deployment of 2.3.4",
    "fix.summary": "Compare both in seconds.",
    "fix.subject": "Compare token and clock in seconds",
    "fix.changes": ["tokend/tokens.py: one unit for both times"],
    "fix.why": "Both sides have the same unit now.",
    "fix.temporary": "no",
    "resolution": "code-fix",
    "data-loss": "No data was lost.",
    "customer-action": "Sign out once more.",
    "rollback.flag": "STRICT_EXPIRY=false",
    "embargo": "no",
    "embargo.name": "quiet hour",
    "embargo.remote": "quiet-fork",
    "deploys.push": "no",
    "deploys.tag": "no",
    "published": "no",
    "roles.commander": "Ann Bell",
    "roles.scribe": "Bo Chen",
    "roles.comms": "Cy Diaz",
    "review.well": ["the fault was found within the hour"],
    "review.wrong": ["no alert saw it"],
    "review.lucky": ["nobody abused it"],
    "review.lessons": ["units belong into names"],
    "review.prevention.testing": "Test expiry with a real clock.",
    "review.prevention.monitoring": "Count accepted expired tokens.",
    "review.prevention.process": "Review time handling twice.",
    "review.prevention.documentation": "Write down the units.",
    "review.at": "2026-03-04 10:00 UTC",
    "review.actions": [
        {"task": "Add an alert on expired tokens", "owner": "Dee", "due": "2026-03-09", "kind": "detect"},
        {"task": "Rename expiry fields", "owner": "Eli", "due": "2026-03-16", "kind": "prevent"},
    ],
}


def at(minutes: int) -> datetime:
    """Return the time `minutes` after detection."""
    return DETECTED + timedelta(minutes=minutes)


def bare(**facts: object) -> Record:
    """A record in which only the given values are known."""
    return new_record(
        "2026-03-02-a", now=OPENED, by="ann", facts={k.replace("_", "."): v for k, v in facts.items()}
    )


def opened() -> Record:
    """A record with three lines and a severity."""
    record = new_record(
        "ENG-1234",
        now=OPENED,
        by="ann",
        config=copy.deepcopy(CONFIG),
        facts={k: FACTS[k] for k in ("ticket", "title", "detected-at", "impact.seen")},
    )
    record.doc["severity"] = "P1"
    record.doc["severities"] = [{"severity": "P1", "at": OPENED, "by": "ann", "why": ""}]
    return record


def done(record: Record, step: str, minute: int, *, who: str = "ann", **evidence: object) -> None:
    """Record a step as done."""
    of_tree = {"tree": TREE} if record.definition(step).key == "tree" else {}
    put(record, step, "done", evidence, at=at(minute), by=who, **of_tree)


def fixing() -> Record:
    """Return a record whose fix is tested, committed and in a pull request, with a waiver and an accepted finding."""
    record = opened()
    record.facts.update({k: FACTS[k] for k in FACTS if k.startswith(("impact", "cause", "fix", "roles"))})
    record.doc["stage"] = "pull-request"
    done(record, "branch.preflight", 16, remote="origin", production="main", forge="github")
    listed = ["aaaaaaa Gil Add a page", "bbbbbbb Hal Change colours"]
    done(
        record,
        "branch.base",
        17,
        commit=BASE,
        tag="v2.3.4",
        source="live",
        undeployed=2,
        undeployed_list=listed,
    )
    done(record, "branch.create", 18, branch="hotfix/ENG-1234-expired-tokens")
    done(record, "fix.root-cause", 30)
    done(
        record,
        "fix.change",
        35,
        tree=TREE,
        files=[{"path": "tokend/tokens.py"}, {"path": "tests/test_tokens.py"}],
    )
    done(record, "fix.regression-test", 36, tests=["tests/test_tokens.py"])
    record.runs.append(
        {
            "n": 1,
            "step": "verify.test",
            "at": at(37),
            "ended": at(39),
            "state": "done",
            "outcome": "exit status 0",
        }
    )
    done(record, "verify.test", 39)
    record.steps["verify.test"]["run"] = 1
    done(record, "verify.build", 40, command="make build", exit=0, duration=12.2, summary="3 targets")
    done(
        record,
        "verify.proof",
        41,
        base_result="failed: 1 failed",
        fix_result="passed: 1 passed",
        verdict="proven",
    )
    for name in ("reproduced", "resolved", "normal-path", "edge-cases"):
        done(record, f"verify.{name}", 42)
    done(record, "verify.commit", 43, commit=FIX, tree=TREE)
    done(record, "verify.push", 44)
    record.waivers.append(
        {
            "step": "verify.staging",
            "round": 1,
            "severity": "P1",
            "asked_by": "ann",
            "granted_by": "Fay Gold",
            "why": "staging is down",
            "at": at(44),
            "tree": TREE,
        }
    )
    record.accepted.append(
        {"finding": "lockfile", "path": "poetry.lock", "why": "it is the fix", "by": "ann", "at": at(44)}
    )
    done(record, "pull-request.create", 45, url=PR_URL, number=7)
    return record


def finished() -> Record:
    """A record in which everything is known and done; the incident is resolved."""
    record = fixing()
    record.facts.update(copy.deepcopy(FACTS))
    record.doc.update(state="resolved", stage="review")
    record.doc["severities"].append(
        {"severity": "P2", "at": at(60), "by": "ann", "why": "few users were hit"},
    )
    for step in ("checks", "alerts", "on-call", "ready"):
        done(record, f"pull-request.{step}", 50)
    done(record, "pull-request.approval", 52, who="Ida", said="approved by Ida")
    done(record, "verify.nothing-new", 52)
    done(record, "verify.staging-verified", 52)
    done(record, "release.merge", 55, merged_at=at(55))
    done(record, "release.confirm", 56, commit=LANDED, tree=TREE, same_tree=True)
    done(record, "deploy.production", 60, commit=LANDED, previous=BASE)
    done(record, "deploy.live", 61, commit=LANDED)
    done(record, "release.tag", 62, tag="v2.3.5")
    done(record, "monitor.smoke", 63)
    done(record, "monitor.error-rate", 64)
    done(record, "monitor.watch", 79, metrics=[{"name": "error rate", "before": 0.041, "after": 0.002}])
    for step in ("no-new-errors", "api-latency", "user-activity", "support-tickets"):
        done(record, f"monitor.{step}", 65)
    done(record, "backport.release-2-2", 70, url="https://forge.example/team/tokend/pull/8")
    record.this_round.update(
        verdict="fixed", verdict_by="ann", verdict_why="errors are gone", verdict_at=at(80)
    )
    record.clock.update(stopped_at=at(80), resolved_at=at(85))
    record.messages.append(
        {"document": "internal", "phase": "declared", "at": at(20), "by": "ann", "how": "by hand", "round": 1}
    )
    return record


def timeline() -> list[dict[str, object]]:
    """Entries as the engine writes them."""
    return [
        {"at": at(16), "kind": "note", "text": "Looked at | the logs", "by": "ann"},
        {"at": at(30), "kind": "fact", "text": "Root cause: …", "by": "ann", "fact": "cause.summary"},
        {"at": at(39), "kind": "result", "text": "Done: Full test suite", "by": "ann", "step": "verify.test"},
        {
            "at": at(60),
            "kind": "result",
            "text": "Done: Deploy to production",
            "by": "ann",
            "step": "deploy.production",
        },
        {"at": at(80), "kind": "verdict", "text": "Verdict of round 1: fixed", "by": "ann"},
    ]
