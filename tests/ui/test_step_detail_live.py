"""The detail of the base: who said what, who disagrees, what is not live, and what was found since."""

from hotfix_tui.incident.rules.views import views
from hotfix_tui.steps.contract import Choice
from hotfix_tui.ui.presenters.step_detail import of_step
from tests import typed
from tests.incident.support import NOW, make

LISTED = [f"{number}234567 Ann Change {number}" for number in range(1, 9)]
BASE = {
    "commit": "a" * 40,
    "source": "live url",
    "sources": ["live url: aaaaaaa (v1.0.0), 3 days old", "GitHub deployments: bbbbbbb, made today"],
    "answers": {"live": "a" * 40, "forge": "b" * 40},
    "disagreement": "The sources do not agree: live url: aaaaaaa (v1.0.0); GitHub deployments: bbbbbbb",
    "undeployed": 8,
    "same_files": 1,
    "undeployed_list": [LISTED[0] + " [same files]", *LISTED[1:]],
    "acknowledged": 0,
    "acknowledged_list": [],
    "findings": [],
}


def shown(**evidence):
    record = make("P1")
    typed.put(record, "branch.base", "done", {**BASE, **evidence}, at=NOW, by="ann")
    return of_step(record, views(record)["branch.base"], NOW).plain


def test_each_source_and_what_it_said_and_the_disagreement_are_shown():
    text = shown()
    for line in (*BASE["sources"], "! " + BASE["disagreement"]):
        assert line in text
    assert "answers" not in text and "b" * 40 not in text


def test_what_is_not_live_is_listed_with_what_touches_the_same_files():
    text = shown()
    assert "not live yet (1 in the same files):\n  1234567 Ann Change 1 [same files]" in text
    assert "… and 2 more" in text and "goes live with the fix" not in text


def test_what_rolling_forward_takes_along_is_listed():
    text = shown(undeployed=0, undeployed_list=[], acknowledged=1, acknowledged_list=LISTED[:1])
    assert f"goes live with the fix, acknowledged:\n  {LISTED[0]}" in text and "not live yet" not in text


def test_an_open_finding_is_shown_until_it_is_accepted():
    found = {"id": "production-moved", "text": "Production has moved: it runs ccccccc.", "content": "c"}
    assert "Production has moved: it runs ccccccc." in shown(findings=[found])
    record = make("P1")
    typed.put(record, "branch.base", "done", {"findings": [found]}, at=NOW, by="ann")
    record.accepted.append({"finding": "production-moved", "content": "c", "why": "asked", "at": NOW})
    assert "ccccccc" not in of_step(record, views(record)["branch.base"], NOW).plain


def test_a_question_is_shown_with_what_can_be_chosen():
    record = make("P1")
    question = (
        "What is live is not certain: v1.0.0 was tagged 600 days ago, and main holds 1500 commits since."
    )
    asked = {"question": question, "why": question, "said": ""}
    typed.put(record, "branch.base", "", asked, at=NOW, by="ann")
    ways = [Choice("v1.0.0", "v1.0.0 (aaaaaaa)"), Choice("production", "The head of main")]
    text = of_step(record, views(record)["branch.base"], NOW, choices=ways).plain
    assert question in text and "v1.0.0 (aaaaaaa)" in text and text.count(question) == 1
