"""The embargo: one switch, what it holds back until when, and which words tell of a fault."""

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.embargo.words import quoted_facts, revealing_words, security_terms
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.report.headline import headline
from hotfix_tui.incident.rules import gates, lifecycle, triage
from hotfix_tui.incident.rules.gates import Refused
from tests.incident.support import ANN, NOW, at, make, see, settle

TITLE = "Expired tokens are accepted"
CAUSE = "The expiry is compared in another time zone."


def under(severity="P0", **facts):
    record = make(severity, facts={"ticket": "ENG-7", "title": TITLE, "cause.summary": CAUSE, **facts})
    actions.set_fact(record, ANN, "embargo", "yes")
    return record


def test_it_is_off_until_somebody_switches_it_on():
    record = make("P0", facts={"ticket": "ENG-7", "title": TITLE})
    assert embargo.state(record) == "off" and not embargo.on(record)
    assert embargo.title(record) == TITLE and embargo.reference(record) == "ENG-7"
    entries = actions.set_fact(record, ANN, "embargo", "yes")
    assert [one["kind"] for one in entries] == ["embargo"] and entries[0]["fact"] == "embargo"
    assert "no public message before production runs the fix" in entries[0]["text"]
    assert embargo.state(record) == "on"
    assert embargo.title(record) == "maintenance"
    assert record.clock["embargo_at"] == NOW
    assert headline(record, NOW).startswith("P0 · EMBARGO · ENG-7")


def test_a_switch_is_not_undone_by_the_way():
    record = make("P0")
    actions.set_fact(record, ANN, "title", TITLE)
    actions.set_fact(record, ANN, "embargo", "yes")
    actions.undo(record, ANN)
    assert record.title == "" and embargo.on(record)


def test_only_some_questions_of_triage_ask_for_it():
    broken = {"broken": True}
    assert triage.asks_embargo(broken | {"auth-bypass": True})
    assert triage.asks_embargo(broken | {"auth-bypass": False, "data-exposed": True})
    assert not triage.asks_embargo(broken | dict.fromkeys(triage.SECURITY, False) | {"all-down": True})
    assert not triage.asks_embargo({"broken": False, "auth-bypass": True})
    assert set(triage.SECURITY) < {question.id for question in triage.CRITERIA if question.severity == "P0"}


def test_a_security_fault_of_which_nobody_has_said_is_undecided():
    record = make("P0", facts={"impact.kind": "security"})
    assert embargo.undecided(record)
    actions.set_fact(record, ANN, "embargo", "no")
    assert not embargo.undecided(record) and embargo.state(record) == "off"


@pytest.mark.parametrize("message", ["status-page", "email"])
def test_public_messages_wait_for_production(message):
    record = under()
    held = embargo.blocked_by_embargo(record, message)
    assert held is not None and "do deploy.live" in held.cure and "set embargo no" in held.cure
    with pytest.raises(Refused, match="Under embargo"):
        actions.tick(record, ANN, f"communicate.{message}")
    see(record, "deploy.live")
    assert embargo.blocked_by_embargo(record, message) is None
    assert embargo.state(record) == "deployed"
    actions.tick(record, ANN, f"communicate.{message}")


def test_the_team_may_always_be_told():
    assert embargo.blocked_by_embargo(under(), "internal") is None


def test_after_a_rollback_or_in_a_new_round_public_messages_wait_again():
    record = under()
    see(record, "deploy.live")
    lifecycle.give_verdict(record, ANN, "not-fixed", "still there")
    lifecycle.begin_round(record, ANN, "once more")
    assert embargo.blocked_by_embargo(record, "email") is not None


def test_lifting_says_what_stays_and_asks_for_the_full_text():
    record = under()
    settle(record, "branch.create", branch="hotfix/ENG-7-maintenance")
    settle(record, "verify.commit", commit="c" * 40)
    settle(record, "verify.push", remote="origin")
    settle(record, "pull-request.create", url="https://forge.example/7", number=7)
    record.steps["pull-request.body"] = {"state": "done"}
    (said,) = actions.set_fact(record, at(30), "embargo", "no")
    assert "the branch hotfix/ENG-7-maintenance" in said["text"] and "ccccccc" in said["text"]
    assert "pull-request.body, pull-request.create" in said["text"]
    assert embargo.state(record) == "lifted" and record.clock["embargo_lifted_at"] == at(30).at
    assert "pull-request.body" not in record.steps
    assert record.entry("pull-request.create") == {
        "evidence": {"url": "https://forge.example/7", "number": 7, "neutral": True}
    }
    assert record.entry("verify.push")["state"] == "done"


def test_what_went_to_a_private_remote_is_pushed_again_after_it():
    record = under(**{"embargo.remote": "fork"})
    assert embargo.private_remote(record) == "fork"
    see(record, "branch.preflight", remote="origin")
    settle(record, "verify.push", remote="fork")
    for step in ("pull-request.create", "pull-request.checks"):
        settle(record, step)
    actions.set_fact(record, ANN, "embargo", "no")
    assert embargo.private_remote(record) == ""
    assert not {"verify.push", "pull-request.create", "pull-request.checks"} & set(record.steps)


def test_switching_it_on_late_says_what_is_outside_already():
    record = make("P0", facts={"ticket": "ENG-7", "title": TITLE})
    settle(record, "branch.create", branch="hotfix/ENG-7-expired-tokens")
    settle(record, "verify.push", remote="origin")
    actions.sent(record, ANN, "status-page", "investigating", "by hand", "0" * 64)
    (said,) = actions.set_fact(record, ANN, "embargo", "yes")
    assert said["text"].endswith(
        "Outside already: the branch hotfix/ENG-7-expired-tokens, status-page (investigating)"
    )


def test_closing_asks_for_its_end():
    record = under()
    record.doc["state"] = "resolved"
    assert any("embargo is still on" in str(reason) for reason in gates.owed(record))
    actions.set_fact(record, ANN, "embargo", "no")
    assert not any("embargo" in str(reason) for reason in gates.owed(record))


def test_a_ticket_that_tells_is_replaced_by_the_day():
    record = make("P0", facts={"ticket": "SEC-12", "title": TITLE, "embargo": "yes"})
    assert embargo.reference(record) == "2026-11-23"
    assert embargo.sentence(record) == "To follow."
    record.facts["embargo.name"] = "quiet hour"
    assert embargo.title(record) == "quiet hour"


def test_status_reports_it():
    record = make("P0")
    assert summary.document(record, NOW)["embargo"] == {
        "state": "off", "since": None, "lifted_at": None, "public_messages": True
    }  # fmt: skip
    actions.set_fact(record, ANN, "embargo", "yes")
    found = summary.document(record, NOW)
    assert found["embargo"]["state"] == "on" and not found["embargo"]["public_messages"]
    assert found["embargo"]["since"] == found["clock"]["embargo_at"] == "2026-11-23T14:02:00Z"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hotfix/ENG-7-fix-auth-bypass", ["bypass"]),
        ("CVE-2026-1", ["cve"]),
        ("fix: SQL injection, exploited since May", ["injection", "exploited"]),
        ("isVulnerable", ["vulnerable"]),
        ("XSSFilter", ["xss"]),
        ("hotfix/ENG-7-maintenance", []),
        ("Compare both times in seconds", []),
        ("a section of the secondary page, in seconds", []),
    ],
)
def test_words_of_security(text, words):
    assert security_terms(text) == words


def test_words_of_the_title_tell_too():
    record = make("P0", facts={"title": "Expired tokens are accepted by the shop", "service": "shop"})
    assert revealing_words("test_expiredToken_is_refused", record) == ["expired", "token"]
    assert revealing_words("hotfix/ENG-7-shop-maintenance", record) == []
    assert revealing_words("test_times_are_compared", record) == []


def test_whole_sentences_of_facts_are_found_however_they_are_broken():
    record = under(**{"impact.seen": "Yes", "cause.steps": ["A token is cached with the local time"]})
    assert quoted_facts("Why:\n\nthe expiry is compared\nin another `time zone`, sadly", record) == [
        "cause.summary"
    ]
    assert quoted_facts("a token is cached with the local   time", record) == ["cause.steps"]
    assert quoted_facts("expired tokens are accepted!", record) == ["title"]
    assert quoted_facts("Yes. See ENG-7.", record) == []
