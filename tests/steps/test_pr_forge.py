"""Pull requests through a `gh` that answers from a file, and by hand through a prefilled page."""

from pathlib import Path

import pytest

from hotfix_tui.base.text import clean
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.pull_request import step as pull_request
from hotfix_tui.steps.pull_request.approval import Approval, against_a_tick
from hotfix_tui.steps.pull_request.step import Checks, Create
from hotfix_tui.steps.release.merge import Merge
from tests.steps.fake_gh import review


def written(shop, text="## Urgency\nP1\n"):
    folder = shop.folder / "incident" / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pr.md").write_text(text)


def check(name, conclusion="SUCCESS", status="COMPLETED"):
    return {"name": name, "status": status, "conclusion": conclusion, "detailsUrl": f"https://ci/{name}"}


EVIL = "\x1b[2J\x1b]0;title\x07evil \x9b31m \u202etxt a\rb\x08c\x00 \ud800 " + "L" * 30_000


def texts(held):
    inner = held.values() if isinstance(held, dict) else held if isinstance(held, (list, tuple)) else []
    return [held] if isinstance(held, str) else [text for one in inner for text in texts(one)]


def test_what_the_forge_says_controls_no_terminal(shop, forge):
    """Whoever names a check or answers in the forge's place writes no escape sequence into the record."""
    written(shop)
    shop.do(Create())
    rejected = {"author": {"login": EVIL}, "state": "CHANGES_REQUESTED", "submittedAt": EVIL, "body": EVIL}
    failed = {"name": EVIL, "status": "COMPLETED", "conclusion": "FAILURE", "detailsUrl": EVIL}
    forge.one(
        url=EVIL, latestReviews=[rejected], reviewDecision="CHANGES_REQUESTED", statusCheckRollup=[failed]
    )
    seen = [step.probe(shop.ctx) for step in (Create(), Checks(), Approval())]
    said = [text for found in seen for text in texts([found.why, found.evidence])]
    assert any("evil" in text for text in said)
    assert [text[:60] for text in said if clean(text) != text or len(text) > 3000] == []


def test_opening_it_needs_the_text_first(shop, forge):
    with pytest.raises(Refused, match=r"do pull-request\.body"):
        Create().plan(shop.ctx)


def test_it_is_opened_with_title_body_and_explicit_branches(shop, forge):
    written(shop)
    found = shop.do(Create())
    assert found.state == "done", found
    assert found.evidence["url"] == "https://github.com/acme/shop/pull/1"
    (made,) = forge.world["prs"]
    assert made["title"] == "[RELEASE][P1] ENG-7: Sums are wrong"
    assert (made["headRefName"], made["baseRefName"]) == ("hotfix/ENG-7-sums", "main")
    assert made["body"] == "## Urgency\nP1\n"


def test_one_that_is_open_is_taken_and_not_opened_twice(shop, forge):
    written(shop)
    shop.do(Create())
    plan = Create().plan(shop.ctx)
    assert not plan.commands and "Take pull request #1" in plan.title
    assert shop.do(Create()).state == "done"
    assert len(forge.world["prs"]) == 1


def test_closed_or_merged_one_is_never_adopted(shop, forge):
    written(shop)
    shop.do(Create())
    forge.one(state="CLOSED")
    assert Create().probe(shop.ctx).state == "not-done"
    forge.one(state="MERGED", headRefOid="e" * 40)
    assert Create().probe(shop.ctx).state == "not-done"
    assert shop.do(Create()).evidence["number"] == 2


def test_open_one_at_another_commit_is_not_this_rounds(shop, forge):
    written(shop)
    shop.do(Create())
    forge.one(headRefOid="e" * 40)
    assert Create().probe(shop.ctx).state == "not-done"
    with pytest.raises(Refused, match=r"at eeeeeee"):
        Create().plan(shop.ctx)
    with pytest.raises(Refused, match=r"eeeeeee, not the verified commit"):
        Merge().plan(shop.ctx)


def test_branch_that_is_not_pushed_is_refused(shop, forge):
    written(shop)
    shop.here("push", "-q", "origin", ":hotfix/ENG-7-sums")
    with pytest.raises(Refused, match=r"do verify\.push"):
        Create().plan(shop.ctx)


def test_without_gh_a_filled_in_page_is_opened_and_ticked(shop, forge, monkeypatch):
    written(shop)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    plan = Create().plan(shop.ctx)
    assert not plan.commands
    assert plan.url.startswith("https://github.com/acme/shop/compare/main...hotfix/ENG-7-sums?quick_pull=1")
    assert plan.clipboard == "## Urgency\nP1\n"
    assert "gh is not installed" in plan.by_hand
    assert Create().probe(shop.ctx).state == "unknown"
    assert Checks().probe(shop.ctx).state == "unknown"
    assert "checks have passed" in Checks().plan(shop.ctx).by_hand
    assert "the last commit of" in Merge().plan(shop.ctx).by_hand


def test_checks_count_only_for_this_commit_and_when_all_have_passed(shop, forge):
    written(shop)
    shop.do(Create())
    assert "no check has reported" in Checks().probe(shop.ctx).why
    forge.one(statusCheckRollup=[check("unit"), check("lint", "", "IN_PROGRESS")])
    assert Checks().probe(shop.ctx).why == "1 of 2 still run: lint"
    forge.one(statusCheckRollup=[check("unit"), check("lint", "FAILURE")])
    found = shop.do(Checks())
    assert (found.state, found.why) == ("failed", "failed: lint")
    forge.one(statusCheckRollup=[check("unit"), check("lint", "SKIPPED")])
    assert shop.do(Checks()).evidence["checks"] == ["lint: skipped", "unit: pass"]
    forge.one(headRefOid="e" * 40)
    assert Checks().probe(shop.ctx).state == "not-done"


def test_checks_that_are_still_appearing_are_not_believed(shop, forge, monkeypatch):
    written(shop)
    shop.do(Create())
    forge.one(statusCheckRollup=[check("unit")])
    monkeypatch.setattr(
        pull_request, "sleep", lambda _: forge.one(statusCheckRollup=[check("unit"), check("late")])
    )
    assert "more checks" in Checks().probe(shop.ctx).why


def test_merge_goes_through_the_forge_at_exactly_this_commit(shop, forge):
    written(shop)
    shop.do(Create())
    plan = Merge().plan(shop.ctx, "squash")
    (command,) = plan.commands
    assert command.argv[:4] == ["gh", "pr", "merge", "1"]
    assert f"--match-head-commit={shop.commit}" in command.argv
    assert "--squash" in command.argv
    assert plan.url == "https://github.com/acme/shop/pull/1"
    found = shop.do(Merge(), "squash")
    assert found.state == "failed"
    assert "has not merged" in found.why
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    found = Merge().probe(shop.ctx)
    assert (found.state, found.evidence["how"]) == ("done", "forge")


def test_merge_that_the_forge_refuses_or_blocks_says_so(shop, forge):
    written(shop)
    with pytest.raises(Refused, match=r"do pull-request\.create"):
        Merge().plan(shop.ctx)
    shop.do(Create())
    forge.one(mergeStateStatus="BLOCKED")
    assert "blocks the merge" in Merge().plan(shop.ctx).warnings[0]
    forge.set(merge_refused="the base branch policy prohibits the merge")
    found = shop.do(Merge())
    assert found.state == "failed"
    assert "a rule of the branch blocks the merge" in found.why
    assert "exit status 1" in found.why


def approved(shop, forge, **values):
    written(shop)
    shop.do(Create())
    forge.one(**values)
    return Approval().probe(shop.ctx)


def test_the_forges_decision_is_the_approval(shop, forge):
    found = approved(
        shop, forge, reviewDecision="APPROVED", latestReviews=[review("kim", "APPROVED", shop.commit)]
    )
    assert (found.state, found.evidence["approvals"]) == ("done", ["kim"])
    assert against_a_tick(shop.ctx) == []


@pytest.mark.parametrize("decision", ["CHANGES_REQUESTED", ""])
def test_changes_requested_is_no_approval_and_no_tick_says_otherwise(shop, forge, decision):
    reviews = [review("kim", "APPROVED", shop.commit), review("lee", "CHANGES_REQUESTED", shop.commit)]
    found = approved(shop, forge, reviewDecision=decision, latestReviews=reviews)
    assert (found.state, found.overrules) == ("failed", True)
    assert "lee" in found.why
    (reason,) = against_a_tick(shop.ctx)
    assert "changes are requested by lee" in reason.sentence


def test_a_review_that_is_required_is_not_replaced_by_a_tick(shop, forge):
    found = approved(shop, forge, reviewDecision="REVIEW_REQUIRED")
    assert (found.state, found.overrules) == ("not-done", True)
    assert "still required" in against_a_tick(shop.ctx)[0].sentence


def test_where_no_review_is_asked_for_one_counts_and_a_named_person_may_stand_for_it(shop, forge):
    assert approved(shop, forge).why == "nobody has approved it yet"
    assert against_a_tick(shop.ctx) == []
    forge.one(latestReviews=[review("ann", "APPROVED", shop.commit)])
    assert Approval().probe(shop.ctx).state == "not-done", "ann has opened it herself"
    forge.one(latestReviews=[review("kim", "COMMENTED", shop.commit)])
    assert Approval().probe(shop.ctx).state == "not-done"
    forge.one(latestReviews=[review("kim", "APPROVED", shop.commit)])
    assert Approval().probe(shop.ctx).evidence["approvals"] == ["kim"]


def test_an_approval_of_an_earlier_commit_is_none(shop, forge):
    found = approved(
        shop, forge, reviewDecision="APPROVED", latestReviews=[review("kim", "APPROVED", "e" * 40)]
    )
    assert (found.state, found.why) == ("not-done", "kim approved eeeeeee, an earlier version")


def test_a_server_that_knows_no_queue_is_asked_for_the_approval_all_the_same(shop, forge):
    forge.set(no_queue_field=True)
    reviews = [{"author": {"login": "lee"}, "state": "CHANGES_REQUESTED"}]
    assert approved(shop, forge, reviewDecision="CHANGES_REQUESTED", latestReviews=reviews).state == "failed"


@pytest.mark.parametrize(
    ("says", "code", "words"),
    [
        ("error connecting to api.github.com", 1, "cannot be reached"),
        ("dial tcp: lookup api.github.com: no such host", 1, "cannot be reached"),
        ("HTTP 403: API rate limit exceeded for user ID 1.", 1, "takes no more questions"),
        ("HTTP 502: Server Error", 1, "trouble of its own"),
        ("HTTP 401: Bad credentials\nTry authenticating with:  gh auth login", 1, "not signed in"),
        ("To get started with GitHub CLI, please run:  gh auth login", 4, "not signed in"),
    ],
)
def test_an_outage_is_not_signed_out_and_the_page_stays(shop, forge, says, code, words):
    written(shop)
    forge.down(says, code)
    for look in (Create(), Checks(), Approval()):
        found = look.probe(shop.ctx)
        assert found.state == "unknown"
        assert words in found.why
        assert ("signed in" in found.why) is ("signed in" in words)
    plan = Create().plan(shop.ctx)
    assert plan.url.startswith("https://github.com/acme/shop/compare/main...hotfix/ENG-7-sums?")
    assert words in plan.by_hand
    assert words in Merge().plan(shop.ctx).by_hand
    assert "--note NAME" in Approval().plan(shop.ctx).by_hand
    assert against_a_tick(shop.ctx) == []


def test_a_strangers_request_is_neither_taken_for_ours_nor_in_its_way(shop, forge):
    written(shop)
    forge.stranger("hotfix/ENG-7-sums", shop.commit)
    assert Create().probe(shop.ctx).state == "not-done"
    assert Create().plan(shop.ctx).commands, "the same commit in somebody's fork is not our pull request"
    with pytest.raises(Refused, match="no pull request to merge"):
        Merge().plan(shop.ctx)
    forge.set(prs=[])
    forge.stranger("hotfix/ENG-7-sums", "e" * 40)
    assert shop.do(Create()).evidence["number"] == 2
    assert Merge().plan(shop.ctx).commands[0].argv[3] == "2"


def test_a_request_from_our_fork_is_ours(shop, forge):
    written(shop)
    shop.see("branch.preflight", push_url="git@github.com:Ann/shop.git")
    forge.stranger("hotfix/ENG-7-sums", shop.commit)
    found = shop.do(Create())
    assert found.evidence["number"] == 2
    assert forge.world["prs"][-1]["headRepositoryOwner"] == {"login": "Ann"}
    assert Create().probe(shop.ctx).state == "done"


def opened(shop, forge, **values):
    written(shop)
    shop.do(Create())
    forge.one(**values)


def test_a_queued_merge_waits_and_is_looked_at_again(shop, forge):
    opened(shop, forge)
    forge.set(queue=2)
    found = shop.do(Merge())
    assert (found.state, found.evidence["queued"]) == ("waiting", 2)
    assert "merge queue, at place 2" in found.why
    with pytest.raises(Refused, match="at place 2"):
        Merge().plan(shop.ctx)
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    forge.one(queue=None, state="MERGED")
    found = Merge().probe(shop.ctx)
    assert (found.state, found.evidence.get("queued")) == ("done", None)


def test_a_merge_that_left_the_queue_is_not_done(shop, forge):
    opened(shop, forge)
    forge.set(queue=1)
    shop.do(Merge())
    forge.one(queue=None)
    assert Merge().probe(shop.ctx).state == "not-done"


def test_auto_merge_is_waited_for_too(shop, forge):
    opened(shop, forge, auto={"enabledAt": "2026-03-02T14:00:00Z"})
    assert "by itself" in Merge().plan(shop.ctx).warnings[-1]
    assert shop.do(Merge()).state == "waiting"


def test_only_the_ways_that_the_repository_allows_are_offered_its_own_first(shop, forge):
    opened(shop, forge)
    forge.set(methods=["squashMergeAllowed", "rebaseMergeAllowed"], usual="REBASE")
    assert [one.name for one in Merge().choices(shop.ctx)] == ["rebase", "squash", "bypass"]
    assert "--rebase" in Merge().plan(shop.ctx).commands[0].argv
    with pytest.raises(Refused, match="does not allow merge"):
        Merge().plan(shop.ctx, "merge")
    forge.down("HTTP 502")
    assert [one.name for one in Merge().choices(shop.ctx)] == ["merge", "squash", "rebase", "bypass"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [("DIRTY", "the branches conflict"), ("BEHIND", "behind its base"), ("BLOCKED", "a rule of the branch")],
)
def test_why_the_forge_does_not_merge_is_its_own_reason(shop, forge, word, reason):
    opened(shop, forge, mergeStateStatus=word)
    forge.set(merge_refused="X Pull request acme/shop#1 is not mergeable\nadd the `--auto` flag.")
    found = shop.do(Merge())
    assert found.state == "failed"
    assert found.why.startswith("The forge has not merged: ")
    assert reason in found.why
    assert "--auto" not in found.why, "what gh advises is not the reason"


def test_a_draft_is_not_merged_but_made_ready(shop, forge):
    opened(shop, forge, isDraft=True)
    with pytest.raises(Refused, match="gh pr ready 1"):
        Merge().plan(shop.ctx)


def test_the_page_that_the_push_printed_is_offered_where_the_forge_is_not_known(shop):
    shop.fix()
    shop.see("branch.preflight", forge="unknown", remote_url="https://git.corp.example/acme/shop.git")
    written(shop)
    shop.see("verify.push")
    shop.record.entry("verify.push")["run"] = 3
    log = shop.folder / "incident" / "runs" / "3-verify.push" / "log"
    log.parent.mkdir(parents=True)
    page = "https://git.corp.example/acme/shop/-/merge_requests/new?x=1"
    log.write_text(f"remote: To create a merge request, visit:\r\nremote:   {page}\r\n")
    assert Create().plan(shop.ctx).url == page
    log.write_text("remote:   https://evil.example/pull/new/x\n")
    assert Create().plan(shop.ctx).url == ""


def test_a_text_that_the_forge_would_not_take_is_said_before(shop, forge):
    written(shop, "x" * 65_536)
    assert Create().plan(shop.ctx).commands
    written(shop, "é" * 65_537)
    with pytest.raises(Refused, match="too long for the forge: 65,537 characters, it takes 65,536"):
        Create().plan(shop.ctx)
    assert forge.world["prs"] == []


def test_of_several_templates_one_has_to_be_chosen_before_the_request_is_written_or_opened(shop, forge):
    folder = Path(shop.ctx.worktree) / ".github/PULL_REQUEST_TEMPLATE"
    folder.mkdir(parents=True)
    for name in ("docs.md", "feature.md"):
        (folder / name).write_text("## Summary\n")
    written(shop)
    with pytest.raises(Refused, match=r"several templates.*docs\.md.*set pr\.template docs\.md"):
        Create().plan(shop.ctx)
    for choice in ("none", "feature"):
        shop.record.facts["pr.template"] = choice
        assert Create().plan(shop.ctx).commands
