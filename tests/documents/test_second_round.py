"""What is told of a hotfix whose first fix was taken off production again, and whose second one helped."""

import pytest

from hotfix_tui.documents.render import render
from tests import typed
from tests.documents import records


def text(name, record, phase="", timeline=None):
    return render(name, record, records.NOW, phase=phase, timeline=timeline or records.timeline()).text


def second_round(verdict, back=35):
    """A record whose first fix got `verdict`, and was taken off at minute `back`; its second is resolved."""
    record = records.finished()
    record.waivers[0]["round"] = 1
    first = {
        "number": 1,
        "verdict": verdict,
        "verdict_at": records.at(33),
        "begun_at": records.OPENED,
        "why": "",
    }
    record.rounds.insert(0, first)
    record.rounds[1].update(number=2, begun_at=records.at(40), base="same")
    record.doc["round"] = 2
    ends = [(31, "Deploy to production", "deploy.production"), (back, "Roll back", "deploy.rollback")]
    line = [
        {"at": records.at(at), "kind": "result", "text": f"Done: {title}", "by": "ann", "step": step}
        for at, title, step in ends
    ]
    return record, [*line, *records.timeline()]


@pytest.mark.parametrize(("verdict", "did"), [("worse", "made it worse"), ("not-fixed", "did not help")])
@pytest.mark.parametrize("phase", ["deployed", "resolved"])
def test_the_team_still_hears_that_an_earlier_fix_was_taken_off(verdict, did, phase):
    record, line = second_round(verdict)
    said = text("internal", record, phase, timeline=line)
    assert f"Rolled back: 2026-03-02 12:40 UTC (the fix of round 1, which {did})\n" in said
    assert said.index("Rolled back") < said.index("Deployed: ")
    assert "Rolled back" not in text("internal", records.finished(), phase)


def test_a_message_names_no_waiver_of_the_fix_that_was_taken_off():
    record, line = second_round("worse")
    assert "waived: Deploy to staging" not in text("internal", record, "resolved", timeline=line)
    record.waivers.append({**record.waivers[0], "round": 2, "why": "no staging today", "at": records.at(45)})
    said = text("internal", record, "resolved", timeline=line)
    assert said.count("waived: Deploy to staging") == 1 and "no staging today" in said
    assert "staging is down" in text("review", record, timeline=line), "the review keeps the whole ledger"


@pytest.mark.parametrize(
    ("base", "second"),
    [
        ("same", "Take the base of round 1"),
        ("on-top", "Build on the fix of round 1"),
        ("", "Find what is live"),
    ],
)
def test_a_command_of_an_earlier_round_is_called_what_it_was_then(base, second):
    record, line = second_round("worse")
    record.rounds[0]["evidence"] = {"base": records.BASE, "commit": records.FIX}
    record.rounds[1]["base"] = base
    for number, minute in ((1, 6), (2, 41)):
        record.runs.append(
            {
                "n": number + 10,
                "step": "branch.base",
                "round": number,
                "at": records.at(minute),
                "state": "done",
            }
        )
    said = text("review", record, timeline=line)
    assert "| 2026-03-02 12:11 UTC | Find what is live | done |" in said
    assert f"| 2026-03-02 12:46 UTC | {second} | done |" in said
    record.rounds.append({"number": 3, "begun_at": records.at(50), "why": "", "base": "same"})
    record.doc["round"] = 3
    said = text("review", record, timeline=line)
    assert "| 2026-03-02 12:11 UTC | Find what is live | done |" in said
    assert f"| 2026-03-02 12:46 UTC | {second} | done |" in said


@pytest.mark.parametrize("order", ["deploy-first", "merge-first"])
def test_a_revert_that_needs_the_fix_on_its_branch_says_so_where_the_deployment_comes_first(order):
    record = records.fixing()
    record.this_round["order"] = order
    said = " (once it has landed; until then, deploying the previous version is the way back):\n"
    assert (said in text("pr", record)) == (order == "deploy-first")
    records.done(record, "release.confirm", 56, commit=records.LANDED, tree=records.TREE)
    assert said not in text("pr", record)


def test_a_mail_is_begun_like_a_mail():
    record = records.finished()
    assert "\n\nYou are getting this email because this problem affected: " in text(
        "email", record, "resolved"
    )


@pytest.mark.parametrize(
    ("step", "by", "before", "after", "said"),
    [
        ("error-rate", "error rate in percent", 25.0, 0.0, "error rate in percent 25 → 0"),
        ("api-latency", "latency of the checks", 10.6, 6.0, "latency of the checks 10.6 → 6 ms"),
        ("user-activity", "sign-ins a minute", 2.0, 40.0, "sign-ins a minute 2 → 40"),
    ],
)
def test_what_was_measured_stands_next_to_what_it_shows(step, by, before, after, said):
    record = records.finished()
    records.done(record, f"monitor.{step}", 64, by=by, before=before, after=after, kind="good")
    for name, phase in (("internal", "resolved"), ("review", "")):
        assert f": {said}\n" in text(name, record, phase)


@pytest.mark.parametrize(
    ("base", "tag", "said"),
    [
        (
            "same",
            "v2.3.5",
            "Not in this change: the fix of round 1 (2222222, tagged v2.3.5), which made it worse.\n",
        ),
        ("same", "", "Not in this change: the fix of round 1 (2222222), which made it worse.\n"),
        ("on-top", "", "This change is on top of it: the fix of round 1 (2222222), which made it worse.\n"),
        ("live", "", ""),
    ],
)
def test_a_request_says_that_a_fix_before_it_did_no_good(base, tag, said):
    record, line = second_round("worse")
    record.rounds[0]["evidence"] = {"base": records.BASE, "commit": "2" * 40, "tag": tag}
    typed.add(record, "branch.base", choice=base)
    told = text("pr", record, timeline=line)
    assert said in told if said else "of round 1" not in told
    record.rounds[0]["verdict"] = "fixed"
    assert "of round 1" not in text("pr", record, timeline=line)
    record.rounds[0]["verdict"] = "worse"
    record.facts["embargo"] = "yes"
    assert "of round 1" not in text("pr", record, timeline=line)


DID = "impact.failed-fix"


def asked(record, name, phase=""):
    """Whether a text has the gap of what a failed fix did."""
    return any(f"(set {DID})" in gap for gap in render(name, record, records.NOW, phase=phase).gaps)


TOLD = [
    *(("status-page", phase) for phase in ("identified", "monitoring", "resolved")),
    *(("email", "resolved"), ("review", "")),
]


@pytest.mark.parametrize(("name", "phase"), TOLD)
def test_what_a_failed_fix_did_to_users_is_asked_and_told_beside_the_first_impact(name, phase):
    record, _ = second_round("worse")
    del record.facts[DID]
    assert asked(record, name, phase)
    record.facts[DID] = ["The site was down for ten minutes."]
    said = text(name, record, phase)
    assert not asked(record, name, phase)
    assert said.index(records.FACTS["impact.seen"]) < said.index("The site was down for ten minutes.")
    record.rounds.insert(1, {"number": 2, "verdict": "worse", "verdict_at": records.at(38)})
    assert asked(record, name, phase), "a second failed fix is asked of, too"
    record.facts[DID] = ["The site was down for ten minutes.", "Sign-in was slow."]
    assert not asked(record, name, phase) and "Sign-in was slow." in text(name, record, phase)


@pytest.mark.parametrize("verdict", ["not-fixed", "not-enough-data", ""])
def test_a_fix_that_only_did_not_help_is_not_asked_of(verdict):
    record, _ = second_round(verdict)
    del record.facts[DID]
    assert not any(asked(record, name, phase) for name, phase in TOLD)
    assert "failed fix" not in text("review", record)


def test_before_the_next_round_users_hear_what_the_fix_does_and_the_team_is_not_held_up():
    record = records.finished()
    del record.facts[DID]
    record.this_round.update(verdict="worse", verdict_why="all fails")
    assert asked(record, "status-page", "identified")
    assert not asked(record, "internal", "update")
    record.facts[DID] = ["The site is down."]
    assert "The site is down." in text("internal", record, "update")
