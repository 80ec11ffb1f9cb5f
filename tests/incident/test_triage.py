"""The decision tree of triage: every criterion, in its order, the first yes wins."""

import itertools

import pytest

from hotfix_tui.incident.rules.triage import (
    CRITERIA,
    HOTFIX_REASONS,
    NORMAL_PROCESS,
    QUESTIONS,
    before,
    deciding,
    may_be_security,
    walk,
)

CRITERIA_OF = {
    "P0": [
        ("auth-bypass", ("sign-in", "permissions", "bypassed")),
        ("data-exposed", ("exposed", "stolen")),
        ("remote-code", ("remote code execution",)),
        ("all-down", ("production completely unavailable",)),
        ("data-corrupted", ("corrupted", "several users")),
    ],
    "P1": [
        ("payments-down", ("payments down",)),
        ("feature-dead", ("critical feature", "not work at all")),
        ("most-errors", ("most users", "errors")),
        ("revenue-lost", ("revenue",)),
        ("database", ("database", "unreachable")),
        ("third-party", ("critical third-party service", "failing")),
    ],
    "P2": [
        ("partly-broken", ("major feature partly broken",)),
        ("segment", ("one group of users",)),
        ("workaround", ("workaround", "poor")),
        ("degraded", ("slow", "but working")),
    ],
    "P3": [("deadline", ("business deadline",))],
}
"""The criteria of the workflow, typed by hand, with words that each question must hold."""
FLAT = [(level, id, words) for level, items in CRITERIA_OF.items() for id, words in items]
NO = {"broken": True, **{id: False for _, id, _ in FLAT}}


def test_every_criterion_is_asked_in_its_order():
    assert [(q.severity, q.id) for q in CRITERIA] == [(level, id) for level, id, _ in FLAT]
    for question, (_, _, words) in zip(CRITERIA, FLAT, strict=True):
        assert question.text.endswith("?")
        for word in words:
            assert word.lower() in question.text.lower(), (question.text, word)


def test_the_first_question_is_whether_production_is_broken():
    assert walk({}).question == QUESTIONS[0]
    assert "production broken" in QUESTIONS[0].text
    assert walk({"broken": False}) == (None, True, None)
    assert walk({"broken": False, "auth-bypass": True}).normal_process


@pytest.mark.parametrize(("level", "id"), [(level, id) for level, id, _ in FLAT])
def test_each_yes_leads_to_its_level(level, id):
    assert walk({**NO, id: True}) == (level, False, None)


def test_no_to_everything_is_the_normal_process_and_says_what_the_hotfix_path_is_for():
    assert walk(NO) == (None, True, None)
    for reason in (
        "a critical bug that hits users",
        "a security vulnerability (CVE)",
        "an urgent business need",
        "a data-integrity problem",
        "an outage",
        "failing payments",
    ):
        assert reason in HOTFIX_REASONS and reason in NORMAL_PROCESS


def test_the_first_yes_wins_over_every_later_one():
    for (level, one, _), (_, other, _) in itertools.combinations(FLAT, 2):
        assert walk({**NO, one: True, other: True}).severity == level


def test_questions_are_asked_one_by_one_until_a_yes():
    answers = {}
    asked = []
    while (question := walk(answers).question) is not None:
        asked.append(question.id)
        answers[question.id] = question.id in ("broken", "degraded")
    assert asked == ["broken", *[id for _, id, _ in FLAT][:15]]
    assert walk(answers).severity == "P2"


def test_an_answer_to_an_unknown_question_changes_nothing():
    assert walk({"sunny": True}) == walk({})


@pytest.mark.parametrize(("level", "id"), [(level, id) for level, id, _ in FLAT])
def test_a_yes_says_what_was_answered_before_it(level, id):
    answers = before(id)
    assert walk(answers) == (level, False, None) and deciding(answers) == id
    assert len(answers) == [name for _, name, _ in FLAT].index(id) + 2


def test_what_decides_is_only_what_the_tree_reaches():
    assert deciding({}) == deciding(NO) == deciding({"broken": False, "all-down": True}) == ""
    assert before("sunny") == {}


def test_every_yes_is_a_clause_of_its_own():
    said = [one.said for one in QUESTIONS]
    assert all(one and not one.endswith((".", "?")) for one in said) and len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("level", "kind", "asked", "may"),
    [
        ("P0", "", {}, True),
        ("P0", "", {"auth-bypass": False, "data-exposed": False}, True),
        ("P0", "", {"auth-bypass": False, "data-exposed": False, "remote-code": False}, False),
        ("P0", "unavailable", {}, False),
        ("P2", "", {}, False),
        ("P2", "security", {}, True),
    ],
)
def test_a_level_without_questions_may_be_for_a_security_fault(level, kind, asked, may):
    assert may_be_security(level, kind, asked) is may
