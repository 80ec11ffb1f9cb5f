"""What a review is not closed with."""

import pytest

from hotfix_tui.documents.lint import lint
from tests.documents import records


def with_action(**item):
    record = records.finished()
    record.facts["review.actions"] = [
        {"task": "Add an alert on errors", "owner": "Dee", "due": "2026-03-09", "kind": "detect", **item}
    ]
    return record


def test_a_good_review_has_nothing_to_mend():
    assert lint(records.finished()) == []
    assert lint(with_action()) == []


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ({"owner": ""}, "Action item 1 (Add an alert on errors) has no owner."),
        ({"due": "", "kind": ""}, "Action item 1 (Add an alert on errors) has no due and no kind."),
        (
            {"task": "The alert is missing"},
            "Action item 1 (The alert is missing) does not begin with a verb; say what is to be done.",
        ),
        (
            {"task": "Monitoring"},
            "Action item 1 (Monitoring) does not begin with a verb; say what is to be done.",
        ),
        (
            {"task": "Be more careful"},
            "Action item 1 (Be more careful) is no task that can be finished; name the change.",
        ),
        (
            {"kind": "hope"},
            "Action item 1 (Add an alert on errors): its kind is one of prevent, detect, mitigate, process.",
        ),
    ],
)
def test_action_items(item, sentence):
    assert lint(with_action(**item)) == [sentence]


def test_tasks_in_other_scripts_are_not_judged():
    assert lint(with_action(task="添加告警")) == []


def test_times_in_the_wrong_order():
    record = records.finished()
    record.facts["mitigated-at"] = records.at(-5)
    assert lint(record) == ["It was mitigated (12:00) before it was detected (12:05); correct one."]
    record.facts["mitigated-at"] = records.at(0)
    assert lint(record) == []


@pytest.mark.parametrize("fact", ["acknowledged-at", "mitigated-at"])
def test_a_time_that_was_given_in_minutes_is_not_before_a_detection_with_seconds(fact):
    record = records.finished()
    record.facts["detected-at"] = records.at(0).replace(second=2)
    record.facts[fact] = records.at(0)
    assert lint(record) == []
    record.facts["began-at"] = records.at(0).replace(second=9)
    assert lint(record) == []
    record.facts["began-at"] = records.at(1)
    assert lint(record) == ["It began (12:06) after it was detected (12:05); correct one."]


def test_a_severity_below_its_impact():
    record = records.finished()
    record.doc["severity"] = "P3"
    assert lint(record) == ["The impact is security, but the severity is P3; one of the two is wrong."]


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("cause.summary", "Human error: Bo forgot to convert.", "human error"),
        ("review.wrong", ["a careless merge"], "careless"),
        (
            "review.actions",
            [{"task": "Tell Bo it was his fault", "owner": "x", "due": "y", "kind": "process"}],
            "his fault",
        ),
    ],
)
def test_blame(key, value, word):
    record = records.finished()
    record.facts[key] = value
    assert any(f"{key} says {word!r}" in one for one in lint(record))


def test_edited_parts_are_read_too():
    record = records.finished()
    record.overrides["review/lessons"] = {"text": "Sloppy work. ⟦ GAP: lessons learned ⟧"}
    record.overrides["internal/news"] = {"text": "Sloppy work."}
    assert len(lint(record)) == 2
