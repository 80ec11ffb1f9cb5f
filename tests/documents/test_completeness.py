"""Everything that the workflow asks of a text is in it."""

import pytest

from hotfix_tui.documents.render import render
from tests.documents import records

PR = {
    "1 urgency": ["## 1. Urgency", "- [x] P2: major bug"],
    "2 impact": [
        "## 2. Impact",
        "everyone who signed out",
        "- [x] security vulnerability",
        "An old laptop still opens the account.",
    ],
    "3 cause": [
        "## 3. Root cause",
        "The check compares expiry",
        "1. a token expires\n2. the check multiplies it\n3. the check passes",
        "- [x] missing test coverage",
        "- [x] other: the clock is mocked in tests",
    ],
    "4 fix": [
        "## 4. The fix",
        "Compare both in seconds.",
        "- tokend/tokens.py: one unit for both times",
        "`tests/test_tokens.py`",
        "Both sides have the same unit now.",
        "This is the proper fix.",
    ],
    "base": [
        f"`{records.BASE}` (tag v2.3.4), known from live",
        "What landed (1a1a1a1) holds the fix and nothing else that was not live.",
    ],
    "landing": [
        "Order of landing: deploy, then merge (the production branch holds 2 commits that are not live)."
    ],
    "5 testing": [
        "## 5. Testing",
        "- [x] fault reproduced",
        "- [x] fix verified",
        "- [x] regression test added",
        "- [x] nothing else affected",
        "- [x] edge cases",
        "- [x] deployed to staging and verified",
        "def test_expired(): ...",
        "Full test suite: done: `pytest -q tests` — exit status 0, 2 m, commit `f1f1f1f1f1f1`",
        "Build: done: `make build` — exit status 0, 3 targets, 12 s, commit `f1f1f1f1f1f1`",
        "- On the base: failed: 1 failed",
        "- On the fix: passed: 1 passed",
        "- Proof: the test fails without the fix and passes with it",
    ],
    "6 rollback": [
        "## 6. Rollback plan",
        f"`git -C ../revert-eng-1234 revert --no-edit {records.LANDED}`",
        "`git worktree add --detach ../revert-eng-1234 origin/main`",
        f"`tool rollback production {records.BASE}`",
        "`hotfix-tui rollback previous --confirm ENG-1234`",
        "`STRICT_EXPIRY=false`",
        "`tool flag ENG-1234 off`",
        "- error rate",
        "- API response times",
        "- user reports",
    ],
    "7 checklist": [
        "## 7. Release checklist",
        "- [x] approved by at least one reviewer (approved by Ida, entered by Ida)",
        "- [x] all CI checks pass",
        "- [x] alerts configured",
        "- [x] on-call engineer informed",
        "- [x] ready",
    ],
    "8 verification": [
        "## 8. Post-release verification",
        "- [x] the fix tried in production directly",
        "- [x] error tracking checked",
        "- [x] no new errors",
        "- [x] user reports stop",
        "- [x] error rate falls",
        "- [x] API latency stable",
        "- [x] user activity normal",
        "- error rate 0.041 → 0.002",
    ],
    "9 follow-up": [
        "## 9. Follow-up",
        "- [ ] ticket updated",
        "- [x] review scheduled (P0, P1)",
    ],
    "waivers": ["Deploy to staging: asked by ann, granted by Fay Gold", "staging is down"],
    "accepted": ["- lockfile in poetry.lock: it is the fix (ann)"],
    "backports": ["- release/2.2: done, https://forge.example/team/tokend/pull/8", "- develop: to do"],
}

INTERNAL = [
    "Issue: Expired tokens are accepted",
    "Ticket: ENG-1234 https://tracker.example/ENG-1234",
    "Priority: P2",
    "Status: resolved",
    "Discovered: 2026-03-02 12:05 UTC",
    "Deployed: 2026-03-02 13:05 UTC",
    "Duration: 50 m",
    "everyone who signed out",
    "An old laptop still opens the account.",
    "The check compares expiry",
    "Compare both in seconds.",
    "error rate 0.041 → 0.002",
    records.PR_URL,
    "Review: 2026-03-04 10:00 UTC",
]
STATUS_PAGE = [
    "This problem is resolved",
    "An old laptop still opens the account.",
    "From 2026-03-02 11:50 UTC to 2026-03-02 12:55 UTC (1 h 05 m). We noticed it at 2026-03-02 12:05 UTC.",
    "No data was lost.",
    "Next steps",
    "We are sorry",
    "tokens, http",
    "new sign-ins",
]
EMAIL = [
    "An old laptop still opens the account.",
    "From 2026-03-02 11:50 UTC to 2026-03-02 12:55 UTC",
    "We resolved it by a fix that we have released, and checked in production that it is gone.",
    "No data was lost.",
    "Sign out once more.",
    "What we do now\nWe review what happened",
    "We are sorry",
    "support@tokend.example",
    "The tokend team",
    "everyone who signed out",
]
REVIEW = [
    "| Date | 2026-03-02 |",
    "| Severity | P2",
    "| Duration | 1 h 05 m since it began, 50 m since it was noticed |",
    "## Summary",
    "| **Detected** | 2026-03-02 12:05 UTC |",
    "| **On-call alerted** | 2026-03-02 12:09 UTC |",
    "| **Root cause found** | 2026-03-02 12:35 UTC |",
    "| **PR opened** | 2026-03-02 12:50 UTC |",
    "| **PR approved** | 2026-03-02 12:57 UTC |",
    "| **Merged** | 2026-03-02 13:00 UTC |",
    "| **Deployed** | 2026-03-02 13:05 UTC |",
    "| **Verified resolved** | 2026-03-02 13:25 UTC |",
    "| 2026-03-02 12:21 UTC | Looked at \\| the logs |",
    "- Users: everyone who signed out",
    "- Duration: 1 h 05 m since it began",
    "### What users saw\n\nAn old laptop still opens the account.",
    "- Revenue: none that we know of",
    "- Reputation: two public complaints",
    "## Root cause\n\nThe check compares expiry",
    "the deployment of 2.3.4",
    "## Resolution",
    "- Fix: Compare both in seconds.",
    "- Release: v2.3.5",
    "## What went well\n\n- the fault was found within the hour",
    "## What went wrong\n\n- no alert saw it",
    "- nobody abused it",
    "| A1 | Add an alert on expired tokens | Dee | 2026-03-09 | detect |",
    "| A2 | Rename expiry fields | Eli | 2026-03-16 | prevent |",
    "## Prevention: testing\n\nTest expiry with a real clock.",
    "## Prevention: monitoring\n\nCount accepted expired tokens.",
    "## Prevention: process\n\nReview time handling twice.",
    "## Prevention: documentation\n\nWrite down the units.",
    "## Lessons learned\n\n- units belong into names",
    "- 2026-03-02 12:20 UTC: P1, for 45 m",
    "P2 (few users were hit)",
    "- Time to acknowledge: 4 m",
    "- Time to resolve: 1 h 20 m",
    "granted by Fay Gold",
    "| 2026-03-02 12:42 UTC | Full test suite | done: exit status 0 |",
    "internal, declared, by hand",
]


@pytest.fixture(scope="module")
def record():
    found = records.finished()
    found.doc["severity"] = "P2"
    return found


def show(record, name, phase=""):
    extra = {"test_code": "def test_expired(): ..."}
    return render(name, record, records.NOW, timeline=records.timeline(), phase=phase, extra=extra)


@pytest.mark.parametrize("part", PR)
def test_pull_request(record, part):
    text = show(record, "pr").text
    assert [item for item in PR[part] if item not in text] == []


def test_pull_request_title(record):
    assert show(record, "pr").title == "[HOTFIX][P2] ENG-1234: Expired tokens are accepted"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("internal", INTERNAL), ("status-page", STATUS_PAGE), ("email", EMAIL), ("review", REVIEW)],
)
def test_messages_and_review(record, name, wanted):
    text = show(record, name).text
    assert [item for item in wanted if item not in text] == []


def test_titles_of_messages(record):
    assert show(record, "internal").title == "[P2] Resolved: Expired tokens are accepted"
    assert show(record, "status-page").title == "Resolved: Expired tokens are accepted"
    assert show(record, "email").title == "token service: Expired tokens are accepted, 2026-03-02 (resolved)"


def test_nothing_is_missing_when_everything_is_known(record):
    for name in ("commit", "tag", "pr", "backport-pr", "internal", "status-page", "email", "review"):
        shown = show(record, name)
        assert (name, shown.gaps, shown.warnings) == (name, [], [])
        assert "GAP" not in shown.text + shown.title


def test_commit_and_tag(record):
    assert show(record, "commit").text == (
        "fix: compare token and clock in seconds\n\n"
        "Compare both in seconds.\n\n"
        "Root cause: The check compares expiry in seconds with milliseconds.\n\n"
        "Ticket: ENG-1234\nPriority: P2\nService: token service\n"
    )
    assert show(record, "tag").text == "Hotfix: Expired tokens are accepted\n"


def test_backport(record):
    extra = {
        "line": "release/2.2",
        "commit": "c" * 40,
        "conflicts": "tokend/tokens.py",
        "tests": "pytest: exit status 0",
    }
    shown = render("backport-pr", record, records.NOW, extra=extra)
    assert shown.title == "[HOTFIX][P2] ENG-1234: Expired tokens are accepted (backport to release/2.2)"
    for item in (
        f"(cherry picked from commit {'c' * 40})",
        records.PR_URL,
        "by hand in: tokend/tokens.py",
        "pytest: exit status 0",
    ):
        assert item in shown.text
