"""Sentences that were false, or vaguer than the record, in texts of hotfixes on public code."""

import pytest

from hotfix_tui.documents.render import render
from hotfix_tui.documents.template_context import next_words
from hotfix_tui.incident.edits import person
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.views import view
from tests import typed
from tests.documents import records


def text(name, record, phase="", timeline=None):
    return render(name, record, records.NOW, phase=phase, timeline=timeline or records.timeline()).text


@pytest.mark.parametrize(("name", "phase"), [("pr", ""), ("internal", "deployed")])
def test_nothing_is_called_resolved_before_it_is(name, phase):
    record = records.fixing()
    record.facts["resolution"] = "code-fix"
    assert "Resolved by" not in text(name, record, phase)


@pytest.mark.parametrize("name", ["status-page", "email"])
def test_action_items_and_waivers_never_reach_customers(name):
    record = records.finished()
    record.facts["review.actions"] = [
        {"task": "Alert on tokens that Bo forgot", "owner": "Dee", "due": "2026-03-09", "kind": "detect"}
    ]
    record.waivers.append(
        {"step": "verify.staging", "round": 1, "granted_by": "Zed", "why": "no time", "at": records.NOW}
    )
    said = " ".join(text(name, record, phase) for phase in ("mitigated", "resolved"))
    assert not any(word in said for word in ("Bo forgot", "Dee", "Zed", "no time"))
    assert "Bo forgot" in text("review", record)


def test_a_deployment_of_no_fix_says_what_was_changed():
    record = records.fixing()
    record.facts["resolution"] = "config"
    assert "a change of the configuration" in text("internal", record, "deployed")


def test_what_was_not_live_is_said_of_its_time_and_once():
    record = records.fixing()
    said = text("pr", record)
    assert "main holds 2 commits that are not live:" in said
    landed = ["aaaaaaa Gil Add a page", "bbbbbbb Hal Change colours"]
    records.done(
        record, "release.confirm", 56, commit=records.LANDED, tree="0" * 40, also_landed=landed, also_count=2
    )
    said = text("pr", record)
    assert "are not live" not in said.split("Order of landing")[0]
    assert said.count("Gil Add a page") == 1
    assert "2 other commits that were not live are in what landed (1a1a1a1)" in said
    records.done(record, "release.confirm", 56, commit=records.LANDED, also_landed=[], also_count=0)
    said = text("pr", record)
    assert "Gil Add a page" not in said and "What landed (1a1a1a1) holds the fix and nothing else" in said


def test_more_commits_than_are_listed_are_counted():
    record = records.fixing()
    records.done(
        record,
        "release.confirm",
        56,
        commit=records.LANDED,
        also_landed=["ccccccc Jo Other work"],
        also_count=9,
    )
    said = text("pr", record)
    assert "9 other commits" in said and "- and 8 more" in said


def test_a_waiver_names_the_step_by_its_title_and_says_why():
    record = records.finished()
    assert "- Deploy to staging: asked by ann, granted by Fay Gold" in text("pr", record)
    assert "- Deploy to staging, round 1: asked by ann, granted by Fay Gold" in text("review", record)
    assert "- waived: Deploy to staging, granted by Fay Gold: staging is down" in text(
        "internal", record, "resolved"
    )
    for name in ("pr", "review", "internal"):
        assert "verify.staging" not in text(name, record)


@pytest.mark.parametrize(("level", "said"), [("P0", True), ("P1", False), ("P2", False)])
def test_only_an_approval_that_may_be_waived_is_said_to(level, said):
    record = records.fixing()
    record.doc["severity"] = level
    assert ("may be waived" in text("pr", record)) is said


def test_what_ran_for_another_version_is_no_result_of_this_one():
    record = records.fixing()
    record.steps["verify.build"] |= {"tree": "9" * 40}
    row = next(one for one in text("pr", record).splitlines() if one.startswith("- Build"))
    assert row.startswith("- Build: only for an earlier version of the change: `make build`")


def test_what_could_not_run_has_not_failed():
    record = records.fixing()
    record.steps["verify.build"]["state"] = "failed"
    how = {"exit": 127, "outcome": "could-not-run", "could_not_run": "make: not found"}
    typed.add(record, "verify.build", command="make build", **how)
    row = next(one for one in text("pr", record).splitlines() if one.startswith("- Build"))
    assert row.startswith("- Build: could not run (make: not found): `make build`")


def test_evidence_names_no_folder_of_this_machine():
    record = records.fixing()
    command = "/home/ann/src/shop/.venv/bin/python -m pytest /home/ann/src/shop/node_modules/.bin/x"
    typed.add(record, "verify.build", command=command)
    assert "`.venv/bin/python -m pytest node_modules/.bin/x`" in text("pr", record)


def test_evidence_of_what_landed_names_its_commit():
    record = records.fixing()
    records.done(record, "release.confirm", 56, commit=records.LANDED, tree="0" * 40)
    record.steps["verify.build"]["tree"] = "0" * 40
    row = next(one for one in text("pr", record).splitlines() if one.startswith("- Build"))
    assert "commit `1a1a1a1a1a1a`" in row


def test_the_proof_says_what_it_shows():
    assert "- Proof: the test fails without the fix and passes with it" in text("pr", records.fixing())


def test_no_internal_word_stands_for_a_merge_by_hand():
    record = records.fixing()
    records.done(record, "branch.preflight", 16, remote="origin", production="main", forge="none")
    record.steps.pop("pull-request.create")
    for name, phase in (("pr", ""), ("review", ""), ("internal", "resolved"), ("internal", "deployed")):
        assert "worktree" not in text(name, record, phase).replace("git worktree", "")


def test_without_a_pull_request_the_review_has_no_milestones_of_one():
    record = records.finished()
    records.done(record, "branch.preflight", 16, remote="origin", production="main", forge="none")
    record.steps.pop("pull-request.create")
    said = text("review", record)
    assert "PR opened" not in said and "PR approved" not in said
    assert (
        "| **Approved** | 2026-03-02 12:57 UTC |" in said and "| **Merged** | 2026-03-02 13:00 UTC |" in said
    )


def test_a_waived_milestone_is_called_waived():
    record = records.finished()
    record.steps.pop("pull-request.approval")
    record.waivers.append(
        {
            "step": "pull-request.approval",
            "round": 1,
            "severity": record.severity,
            "asked_by": "ann",
            "granted_by": "Fay Gold",
            "why": "nobody awake",
            "at": records.at(44),
            "tree": records.TREE,
        }
    )
    record.doc["severity"] = "P0"
    said = text("review", record)
    assert "waived or not needed" not in said
    assert "| **PR approved** | waived |" in said and "| **Merged** |" in said


def test_no_recovery_of_a_deployment_that_did_not_fail():
    assert "failed deployment" not in text("review", records.finished())


def test_the_recovery_of_a_failed_deployment_is_from_the_deployment_to_its_end():
    record = records.finished()
    record.rounds.insert(
        0,
        {
            "number": 1,
            "verdict": "worse",
            "verdict_why": "all fails",
            "verdict_at": records.at(33),
            "begun_at": records.OPENED,
            "why": "",
        },
    )
    record.rounds[1]["number"] = 2
    record.rounds[1]["begun_at"] = records.at(40)
    line = [
        {
            "at": records.at(31),
            "kind": "result",
            "text": "Done: Deploy to production",
            "by": "ann",
            "step": "deploy.production",
        },
        {
            "at": records.at(35),
            "kind": "result",
            "text": "Done: Roll back",
            "by": "ann",
            "step": "deploy.rollback",
        },
        *records.timeline(),
    ]
    said = text("review", record, timeline=line)
    assert (
        "- Recovery from the failed deployment of round 1: 4 m (deployed 12:36 UTC, rolled back 12:40 UTC)"
        in said
    )


def test_a_duration_says_from_when():
    said = text("review", records.finished())
    assert "| Duration | 1 h 05 m since it began, 50 m since it was noticed |" in said
    record = records.finished()
    record.facts.pop("began-at")
    assert "| Duration | 50 m since it was noticed |" in text("review", record)


@pytest.mark.parametrize("name", ["status-page", "email"])
@pytest.mark.parametrize("over", [True, False])
def test_users_are_told_when_the_fault_began_and_when_it_was_only_noticed(name, over):
    record = records.finished()
    if not over:
        record.facts.pop("mitigated-at", None)
    said = text(name, record, "resolved")
    assert "From 2026-03-02 11:50 UTC" in said and "We noticed it at 2026-03-02 12:05 UTC" in said
    record.facts.pop("began-at")
    said = text(name, record, "resolved")
    assert "Noticed 2026-03-02 12:05 UTC" in said and "From 2026" not in said and "11:50" not in said


@pytest.mark.parametrize(
    ("took", "said"), [(0, "< 1 s"), (0.6, "< 1 s"), (1.9, "1 s"), (12.2, "12 s"), (75, "1 m")]
)
def test_no_run_took_no_time(took: float, said: str):
    record = records.finished()
    records.done(record, "verify.build", 40, command="make build", exit=0, duration=took)
    assert f"exit status 0, {said}, " in text("pr", record)


@pytest.mark.parametrize("phase", ["declared", "update"])
def test_what_is_next_is_said_to_people_and_not_as_the_title_of_a_step(phase):
    said = text("internal", records.opened(), phase)
    assert "*Next*\nFind out what is broken and how urgent it is" in said


def test_the_branch_that_holds_nothing_is_the_one_where_the_fix_lands():
    record = records.fixing()
    typed.add(record, "branch.base", undeployed=0, undeployed_list=[], target="release")
    assert "release holds nothing that is not live." in text("pr", record)


def test_an_edited_command_is_not_called_the_full_suite():
    record = records.fixing()
    record.doc["edited"] = {"test": {"run": ["make", "quick"], "by": "Ida", "at": records.at(38)}}
    row = next(one for one in text("pr", record).splitlines() if one.startswith("- Tests"))
    assert "Full test suite" not in text("pr", record) and row.endswith("command edited by Ida")


def off_production():
    record = records.finished()
    record.doc["state"] = "open"
    record.this_round.update(verdict="worse", verdict_why="all fails")
    records.done(record, "deploy.rollback", 82, target=records.BASE)
    for step in ("deploy.production", "deploy.live"):  # a rollback that is done takes them away
        record.steps.pop(step, None)
    return record


@pytest.mark.parametrize("phase", ["update", "declared"])
def test_a_fix_that_was_taken_off_is_not_told_as_the_fix(phase):
    said = text("internal", off_production(), phase)
    assert "*Fix*" not in said and "v2.3.5" not in said
    assert "Rolled back: 2026-03-02 13:27 UTC" in said and "*Next*\nMake another fix" in said


def test_the_team_hears_that_the_first_fix_made_it_worse():
    said = text("internal", off_production(), "update")
    assert "the fix of round 1 made it worse and was taken off production: v2.3.4 runs again" in said


def test_while_the_next_fix_is_made_it_is_still_said_what_runs_and_the_new_fix_is_told():
    record = off_production()
    commit = record.stored("verify.commit")["commit"]
    typed.add(record, "deploy.rollback", taken_off=commit, back_at=records.at(82))
    lifecycle.begin_round(record, Actor("ann", records.at(95)), "it made it worse")
    record.facts["fix.summary"] = "The expiry is checked last."
    said = text("internal", record, "update")
    assert "the fix of round 1 made it worse and was taken off production" in said
    assert "Rolled back: 2026-03-02 13:27 UTC" in said and "The expiry is checked last." in said


def test_a_fix_that_was_taken_back_without_a_verdict_is_not_called_bad():
    record = off_production()
    record.this_round.pop("verdict")
    commit = record.stored("verify.commit")["commit"]
    typed.add(record, "deploy.rollback", taken_off=commit)
    assert "the fix of round 1 was taken off production" in text("internal", record, "update")
    assert "A first fix was taken back. We are working on another one." in text(
        "status-page", record, "monitoring"
    )


def test_news_are_told_as_people_say_them():
    record = off_production()
    line = [
        {
            "at": records.at(90),
            "kind": "result",
            "text": "Done: Roll back: deploy.current says 149881d",
            "by": "ann",
            "step": "deploy.rollback",
        },
        {
            "at": records.at(91),
            "kind": "result",
            "text": "Failed: Deploy to production: exit status 3",
            "by": "ann",
            "step": "deploy.production",
        },
    ]
    said = text("internal", record, "update", timeline=line)
    assert "- 13:35 UTC: Rolled back\n- 13:36 UTC: Failed: Deploy to production: exit status 3" in said


def test_what_was_seen_in_production_is_said_and_not_only_that_it_was():
    record = records.finished()
    records.done(record, "monitor.smoke", 63, results=[{"name": "a", "ok": True}, {"name": "b", "ok": True}])
    records.done(record, "monitor.support-tickets", 65, said="none since 13:10")
    said = text("internal", record, "resolved")
    assert (
        "- Smoke test: 2 of 2 passed\n" in said and "- Support tickets stop: none since 13:10 (ann)\n" in said
    )
    assert "- No new errors\n" in said


def test_a_waiver_that_was_signed_again_for_another_version_is_told_once():
    record = records.finished()
    record.waivers.append({**record.waivers[0], "tree": "9" * 40, "at": records.at(47)})
    assert text("internal", record, "resolved").count("waived: Deploy to staging") == 1


@pytest.mark.parametrize(("level", "promised"), [("P1", True), ("P3", False)])
@pytest.mark.parametrize("name", ["status-page", "email"])
def test_no_review_is_promised_where_none_is_planned(name, level, promised):
    record = records.finished()
    record.doc["severity"] = level
    record.facts.pop("review.at")
    assert ("We review what happened" in text(name, record, "resolved")) is promised


def test_the_deployment_of_an_earlier_round_is_not_told_as_that_of_this_one():
    record = records.finished()
    record.doc["state"] = "open"
    record.this_round.pop("verdict")
    for step in ("deploy.production", "deploy.live"):
        record.steps.pop(step)
    assert "Deployed:" not in text("internal", record, "update")
    assert "| **Deployed** | 2026-03-02 13:05 UTC |" in text("review", record)


def backport(record, **evidence):
    seen = {"line": "release/2.2", "picked": [records.FIX], **evidence}
    typed.put(record, "backport.release-2-2", "waiting", seen, at=records.at(71), by="ann")
    return render("backport-pr", record, records.NOW)


def test_a_backport_tells_how_it_went_on_its_line():
    record = records.finished()
    shown = backport(record, commit="c" * 40, resolved=["NEWS", "lib/a.c"], verdict="picked")
    assert shown.title.endswith("(backport to release/2.2)") and "**Line:** release/2.2" in shown.text
    assert "Resolved by hand in: NEWS, lib/a.c" in shown.text
    assert f"(cherry picked from commit {records.FIX})" in shown.text, "the fix, not the merge that landed it"
    assert "None: the commit applied" in backport(record, commit="c" * 40, verdict="picked").text
    assert "Not resolved yet in: NEWS" in backport(record, conflicts=["NEWS"], verdict="conflict").text
    record.steps.pop("backport.release-2-2")
    assert "Not picked onto the line yet." in render("backport-pr", record, records.NOW).text


def test_a_rollback_of_an_earlier_round_is_no_part_of_the_resolution():
    record = records.finished()
    records.done(record, "deploy.rollback", 40, target=records.BASE)
    assert "Rolled back to" not in text("review", record)


def test_commands_beside_the_steps_have_names():
    record = records.finished()
    for number, step in enumerate(("deploy.follow", "deploy.rollback"), 7):
        record.runs.append({"n": number, "step": step, "at": records.at(60), "state": "done", "outcome": ""})
    said = text("review", record)
    assert "| Log of production | done |" in said and "| Roll back | done |" in said
    assert "deploy.follow" not in said and "deploy.rollback" not in said


@pytest.mark.parametrize(("name", "phase"), [("internal", "declared"), ("review", "")])
def test_who_opened_the_incident_is_not_called_its_commander(name, phase):
    record = records.opened()
    opened = text(name, record, phase)
    assert "Commander" not in opened and "Opened by" in opened and "ann" in opened
    record.facts["roles.commander"] = "Ann Bell"
    named = text(name, record, phase)
    assert "Commander" in named and "Ann Bell" in named and "Opened by" not in named


def test_a_box_ticked_by_hand_is_said_to_be_that():
    record = records.finished()
    records.done(record, "monitor.error-rate", 65, said="ticked by hand")
    assert "- Error rate drops: ticked by ann\n" in text("internal", record, "resolved")


def test_the_timeline_of_the_review_ends_with_the_incident_and_repeats_nothing():
    record, failed = records.finished(), "Failed: Confirm that the fix landed: main does not carry it"
    timeline = [
        *records.timeline(),
        *(
            {"at": records.at(70 + n), "kind": "result", "step": "release.confirm", "text": failed}
            for n in range(3)
        ),
        {
            "at": records.at(80),
            "kind": "tick",
            "step": "review.alerts",
            "text": "Which metrics should have alerted",
        },
    ]
    said = text("review", record, timeline=timeline)
    assert said.count("Confirm that the fix landed: main does not carry it") == 1
    assert f"main does not carry it (3 times, until {records.at(72):%H:%M} UTC)" in said
    assert "Which metrics should have alerted |" not in said


@pytest.mark.parametrize(
    ("data", "action", "said"),
    [
        ("no", "none", ["Your data\nNo data was lost.", "What you have to do\nNothing."]),
        ("None.", "Nothing", ["Your data\nNo data was lost.", "What you have to do\nNothing."]),
        ("no orders, two drafts", "Sign in again.", ["Your data\nno orders, two drafts", "Sign in again."]),
    ],
)
def test_a_word_that_answers_a_question_is_a_sentence_for_customers(data, action, said):
    record = records.finished()
    record.facts.update({"data-loss": data, "customer-action": action})
    mail = text("email", record, "resolved")
    assert all(one in mail for one in said)
    assert said[0] in text("status-page", record, "resolved")
    assert f"Data lost: {data}" in text("review", record)


def test_customers_are_told_of_a_fix_and_not_of_code():
    said = text("status-page", records.finished(), "resolved")
    assert "This problem is resolved by a fix that we have released." in said


def test_a_waived_backport_is_waived_once():
    record = records.finished()
    record.steps["backport.develop"] = {"state": "waived", "at": records.NOW, "round": record.round}
    record.waivers.append(
        {
            "step": "backport.develop",
            "round": record.round,
            "granted_by": "Zed",
            "why": "never had it",
            "at": records.NOW,
        }
    )
    for name in ("pr", "review"):
        row = next(one for one in text(name, record).splitlines() if one.startswith("- develop: "))
        assert row == "- develop: waived by Zed: never had it"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["release-0.9"], "- release-0.9: holds files that the fix changes; nobody has decided yet"),
        (
            ["release-0.9", "release-0.8"],
            "- release-0.9, release-0.8: hold files that the fix changes; nobody has",
        ),
    ],
)
def test_lines_that_nobody_has_decided_on_are_one_row(lines, said):
    record = records.finished()
    typed.add(record, "verify.commit", lines=[{"line": one, "verdict": "picks"} for one in lines])
    found = text("pr", record)
    assert said in found and found.count("nobody has decided yet") == 1


@pytest.mark.parametrize(
    ("verdict", "offered", "named"),
    [
        ("has the fixed text", "has the fixed lines already", "has the fixed lines already"),
        (
            "lacks the text",
            "has none of the lines that the fix changes",
            "has none of the lines that the fix",
        ),
        ("conflict", "holds files that the fix changes; nobody has decided yet", "to do"),
    ],
)
def test_a_line_that_git_shows_to_be_right_is_not_called_to_do_or_undecided(verdict, offered, named):
    record = records.finished()
    typed.add(record, "verify.commit", lines=[{"line": "release-0.9", "verdict": verdict}])
    assert f"- release-0.9: {offered}" in text("pr", record)
    record.doc["lines"] = ["release-0.9"]
    assert f"- release-0.9: {named}" in text("pr", record)


def test_the_revert_of_what_has_not_landed_says_what_replaces_a_commit_that_is_gone():
    record = records.fixing()
    said = text("pr", record)
    assert f"in a clone without {records.FIX[:12]} (" in said and "revert --no-edit COMMIT" in said
    record = records.finished()
    said = text("pr", record)
    assert records.LANDED in said and "in a clone without" not in said


@pytest.mark.parametrize(
    ("deploy_first", "step", "said"),
    [
        (False, "release.merge", "Merge and release the fix"),
        (True, "release.merge", "Merge the fix"),
        (True, "release.tag", "Tag the release"),
        (True, "deploy.production", "Deploy the fix"),
        (False, "verify.test", "Test the fix"),
        (False, "verify.commit", "Commit the fix"),
        (True, "verify.push", "Push the fix"),
        (False, "verify.staging", "Deploy the fix to staging"),
        (False, "verify.staging-verified", "Try the fix on staging"),
        (False, "pull-request.approval", "Have the fix reviewed"),
        (False, "pull-request.alerts", "Set up the alerts"),
        (False, "pull-request.on-call", "Tell the on-call engineer"),
        (False, "pull-request.ready", "Merge and release the fix"),
        (True, "pull-request.ready", "Deploy the fix"),
    ],
)
def test_what_comes_next_is_what_comes_next_in_this_order(deploy_first, step, said):
    record = records.fixing()
    record.config["policy"] = {record.severity: {"order": "deploy-first" if deploy_first else "merge-first"}}
    assert next_words(record, view(record, record.definition(step))) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Error rate", "error rate"], []),
        (["sign in", "queue", "sign in"], ["sign in", "queue"]),
        (["user reports", "Sign in", "sign in"], ["Sign in"]),
    ],
)
def test_what_to_monitor_names_each_thing_once(names, said):
    record = records.fixing()
    record.config["metric"] = [{"name": name} for name in names]
    record.config["smoke"] = record.config["probe"] = []
    part = text("pr", record).split("### What to monitor\n")[1].split("\n## ")[0]
    rows = [row.removeprefix("- ") for row in part.splitlines() if row.startswith("- ")]
    assert rows == ["error rate", "API response times", "user reports", *said]


def test_milestones_stand_in_the_order_in_which_they_happened():
    record = records.finished()
    record.steps["deploy.production"]["at"] = records.at(30)  # deployed first, merged later
    record.steps["deploy.production"]["evidence"].pop("deployed_at", None)
    rows = [one for one in text("review", record).splitlines() if one.startswith("| **")]
    times = [one.split("|")[2].strip() for one in rows if " UTC |" in one]
    assert len(times) > 5 and times == sorted(times)


@pytest.mark.parametrize(("kind", "took"), [("decision", "undo"), ("tick", "untick"), ("tick", "undo")])
def test_what_was_taken_back_is_no_event(kind, took):
    at = records.at(20)
    entry = {
        "at": at,
        "kind": kind,
        "step": "triage.rollback-first",
        "text": "Decided: roll back first.",
        "by": "ann",
    }
    back = {"at": at, "kind": took, "step": "triage.rollback-first", "text": "Undone: step x", "by": "ann"}
    again = {**entry, "text": "Decided: fix forward."}
    said = text("review", records.finished(), timeline=[*records.timeline(), entry, back, again])
    assert "Decided: roll back first." not in said and "Decided: fix forward." in said
    assert "Decided: roll back first." in text(
        "review", records.finished(), timeline=[*records.timeline(), entry]
    )


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (["its command begins", "by the configured command"], ["by the configured command"]),
        (["its command begins", "not sent"], ["not sent"]),
        (["its command begins"], ["its command begins"]),
        (
            ["by the configured command", "its command begins"],
            ["by the configured command", "its command begins"],
        ),
        (["its command begins", "not sent", "its command begins"], ["not sent", "its command begins"]),
    ],
)
def test_a_message_is_one_event_once_it_is_known_how_it_ended(said, left):
    sent = [
        {
            "at": records.at(20 + number),
            "kind": "message",
            "text": f"internal: update message, {how}",
            "by": "ann",
            "document": "internal",
            "phase": "update",
        }
        | ({"begins": True} if how == "its command begins" else {})
        for number, how in enumerate(said)
    ]
    other = {"at": records.at(40), "kind": "message", "text": "email: update message, by hand", "by": "ann"}
    found = text("review", records.finished(), timeline=[*records.timeline(), *sent, other])
    rows = [row.split("|")[2].strip() for row in found.splitlines() if "internal: update message, " in row]
    assert [
        row.partition(" message, ")[2] for row in rows
    ] == left and "email: update message, by hand" in found


def deployed(verdict=""):
    record = records.fixing()
    records.done(record, "deploy.production", 60, commit=records.LANDED)
    if verdict:
        record.this_round["verdict"] = verdict
    return record


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (records.fixing(), "we are working on it"),
        (deployed(), "the fix is in production, we are watching it"),
        (deployed("not-fixed"), "the deployed fix did not help; we are working on it"),
        (deployed("worse"), "the deployed fix made it worse; we are working on it"),
        (deployed("fixed"), "the fix is in production, and the fault is gone"),
    ],
    ids=["before", "watched", "not-fixed", "worse", "fixed"],
)
def test_an_update_says_where_the_fix_is(record, said):
    assert f"Status: {said}\n" in text("internal", record, "update")


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("", "the fix is in production, we are watching it"),
        ("not-fixed", "the deployed fix did not help; we are working on it"),
        ("worse", "the deployed fix made it worse; we are working on it"),
        ("fixed", "the fix is in production, and the fault is gone"),
    ],
)
def test_the_deployed_message_says_no_watching_after_the_verdict(verdict, said):
    found = text("internal", deployed(verdict), "deployed")
    assert f"Status: {said}\n" in found
    assert ("We watch production, then give the verdict." in found) == (not verdict)
    assert "*Next*" in found


@pytest.mark.parametrize(
    ("record", "said"), [(records.fixing(), True), (deployed(), False), (deployed("fixed"), False)]
)
def test_a_deadline_is_told_until_the_fix_is_deployed(record, said):
    assert ("Deploy by: " in text("internal", record, "update")) == said


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (
            {"by": "errors", "before": 4.0, "after": 0.0, "says": "errors: 4 → 0, should fall"},
            ": errors 4 → 0",
        ),
        ({"by": "errors", "before": 0.25, "after": 0.5}, ": errors 0.25 → 0.5"),
        ({"by": "errors", "after": 0.0}, ""),
    ],
)
def test_a_measured_item_is_told_with_its_numbers(seen, said):
    record = records.finished()
    records.done(record, "monitor.error-rate", 70, **seen)
    assert f"- Error rate drops{said}\n" in text("internal", record, "resolved")


@pytest.mark.parametrize("embargo", [False, True])
@pytest.mark.parametrize(
    ("state", "waived", "said"),
    [
        ("failed", True, "failed, waived"),
        ("pending", True, "waived"),
        ("done", False, "done"),
        ("failed", False, "failed"),
    ],
)
def test_waived_tests_are_that_under_embargo_too_and_a_backport_says_by_whom(state, waived, said, embargo):
    record = records.finished()
    record.steps["verify.test"]["state"] = state
    if waived:
        person.waive(
            record, Actor("ann", records.at(50)), "verify.test", "Kim", "one test needs another user"
        )
    if embargo:
        record.facts["embargo"] = "yes"
    why = "See ENG-1234." if embargo else "one test needs another user"
    row = next(one for one in text("backport-pr", record).splitlines() if "Full test suite: " in one)
    assert f"Full test suite: {said} — " in row, row
    assert row.endswith(f"(waived by Kim: {why})") == waived
    assert f"- Full test suite: {said}: " in text("pr", record)


@pytest.mark.parametrize("embargo", [False, True])
def test_checks_of_other_files_are_that_under_embargo_too(embargo):
    record = records.finished()
    record.steps["verify.test"]["tree"] = "0" * 40
    if embargo:
        record.facts["embargo"] = "yes"
    assert "- Full test suite: only for an earlier version of the change: " in text("pr", record)


@pytest.mark.parametrize("branch", ["main", "3-1-stable"])
def test_the_tests_of_a_backport_are_said_to_have_run_on_the_branch_that_the_fix_lands_on(branch):
    record = records.finished()
    record.steps.setdefault("branch.base", {}).setdefault("evidence", {})["landing"] = branch
    found = text("backport-pr", record)
    assert f"- on {record.landing_branch}: Full test suite" in found and "production line" not in found


def test_after_the_deployment_nobody_is_told_that_the_fix_is_to_be_deployed():
    record = deployed()
    live = view(record, record.definition("deploy.live"))
    assert next_words(record, live) == "See that production runs the fix"
    assert next_words(records.fixing(), live) == "Deploy the fix"


@pytest.mark.parametrize(
    ("proposed", "why"),
    [
        ("fixed", "sign in: 12 of 12 passed"),
        ("not-fixed", "sign in: 3 of 3 failed"),
        ("not-enough-data", "nothing is configured to be watched"),
    ],
)
def test_a_watch_is_told_with_what_it_saw(proposed, why):
    record = deployed("fixed")
    records.done(record, "monitor.watch", 75, proposed=proposed, proposed_why=why, seconds=900.0)
    for name, phase in (("internal", "resolved"), ("review", "")):
        assert f"- Watch production: watched for 15 m: {why}\n" in text(name, record, phase)


def test_a_request_names_only_the_waivers_and_acceptances_of_its_own_round():
    record = deployed("worse")
    record.waivers.append({**record.waivers[0], "why": "staging is still down", "at": records.at(45)})
    lifecycle.begin_round(record, Actor("ann", records.at(80)), "it made it worse")
    said = text("pr", record)
    assert "staging is" not in said and "poetry.lock" not in said
    for minute in (81, 82):
        record.waivers.append(
            {**record.waivers[0], "round": 2, "why": "no staging today", "at": records.at(minute)}
        )
    assert text("pr", record).count("Deploy to staging: asked by ann") == 1
    for kept in ("staging is down", "staging is still down", "no staging today"):
        assert kept in text("review", record), "the review keeps the whole ledger"


def test_a_proof_that_a_person_ticked_says_who():
    record = records.fixing()
    assert "- [x] regression test fails without the fix and passes with it\n" in text("pr", record)
    records.put(
        record,
        "verify.proof",
        "done",
        {"said": "by hand"},
        at=records.at(41),
        by="bo",
        tree=records.TREE,
        how="tick",
    )
    assert "- [x] regression test fails without the fix and passes with it (bo" in text("pr", record)


@pytest.mark.parametrize("boxes", [["Smoke test"], ["Smoke test", "In-app chat is quiet"]])
def test_a_tick_without_words_is_said_to_be_one(boxes):
    record = records.finished()
    events = [
        {"at": records.at(70), "kind": "tick", "text": name, "by": "ann", "step": f"monitor.{number}"}
        for number, name in enumerate(boxes)
    ]
    said = text("review", record, timeline=[*records.timeline(), *events])
    assert f"| Ticked: {'; '.join(boxes)} |" in said


@pytest.mark.parametrize("verdict", ["picked", "only the test"])
def test_a_backport_goes_to_no_production_and_says_if_only_the_test_is_new(verdict):
    record = records.finished()
    record.doc["severity"] = "P0"
    records.done(
        record, "backport.develop", 90, line="develop", picked=["c" * 40], verdict=verdict, commit="d" * 40
    )
    shown = render("backport-pr", record, records.NOW, timeline=records.timeline())
    assert shown.title.startswith("[HOTFIX][P0]")
    assert ("Only the test of the fix is new on develop" in shown.text) == (verdict == "only the test")


@pytest.mark.parametrize("typed", ["all", "Everybody.", "everyone"])
def test_who_is_affected_is_a_noun_in_a_mail(typed):
    record = records.finished()
    record.facts["impact.users"] = typed
    assert "this problem affected: all users\n" in text("email", record, "resolved")
    record.facts["impact.users"] = "customers of the shop"
    assert "affected: customers of the shop\n" in text("email", record, "resolved")


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("worse", "(the fix of round 1, which made it worse)"),
        ("not-fixed", "(the fix of round 1, which did not help)"),
    ],
)
@pytest.mark.parametrize("which", ["commit", "landed"])
def test_a_failed_fix_that_is_on_the_branch_is_named_as_that(verdict, said, which):
    record = deployed(verdict)
    records.done(record, "release.confirm", 50, commit=records.LANDED, tree=records.TREE)
    lifecycle.begin_round(record, Actor("ann", records.at(80)), "again")
    short = (records.FIX if which == "commit" else records.LANDED)[:7]
    listed = [f"{short} Ann Compare both in seconds", "aaaaaaa Gil Add a page"]
    records.done(record, "branch.base", 81, commit=records.BASE, undeployed=2, undeployed_list=listed)
    shown = text("pr", record)
    assert (
        f"- {short} Ann Compare both in seconds {said}\n" in shown and "- aaaaaaa Gil Add a page\n" in shown
    )


WAIVED_TESTS = {
    "never ran": (None, {}, "Full test suite: waived"),
    "failed": (
        "failed", {"outcome": "failed", "exit": 1, "summary": "1 of 90 failed"},
        "Full test suite: failed, waived: `python3 -m unittest` — exit status 1, 1 of 90 failed",
    ),
    "could not run": (
        "failed", {"outcome": "could-not-run", "could_not_run": "rollup is missing", "exit": 127},
        "Full test suite: could not run (rollup is missing), waived: `python3 -m unittest` — exit status 127",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", WAIVED_TESTS)
def test_waived_tests_are_no_gap_and_no_success(shape):
    """What is waived is known: nobody can fill it in, and whoever reads the evidence sees that nothing passed."""
    state, seen, said = WAIVED_TESTS[shape]
    record = records.fixing()
    del record.steps["verify.test"], record.steps["verify.build"]
    record.runs.clear()
    if state is not None:
        typed.put(
            record, "verify.test", state, seen | {"command": "python3 -m unittest"}, at=records.at(39),
            by="ann", tree=records.TREE,
        )  # fmt: skip
    person.waive(record, Actor("ann", records.at(44)), "verify.test", "Fay Gold", "it fails on the base, too")
    evidence = text("pr", record).partition("### Evidence")[2].partition("###")[0]
    assert evidence.strip().startswith(f"- {said}"), evidence
    assert "GAP" not in evidence
