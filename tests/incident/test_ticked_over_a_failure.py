"""A tick over something that the wizard saw fail says so wherever it is read."""

import pytest

from hotfix_tui.documents import checklists
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.rules.views import view
from tests.incident.support import ANN, at, make, see

FAILED = [
    ("monitor.smoke", {"results": [{"name": "the feed", "ok": False}]}),
    ("verify.test", {"outcome": "failed", "failed": 2}),
    ("verify.build", {"outcome": "failed", "exit": 2}),
    ("deploy.live", {}),
]


def seen_failing(step, evidence):
    record = make()
    see(record, step, "failed", **evidence)
    return record


def told_of(record, step):
    return view(record, record.definition(step)).seen(Evidence).told


@pytest.mark.parametrize(("step", "evidence"), FAILED)
def test_it_is_said_on_the_timeline_and_with_the_step(step, evidence):
    record = seen_failing(step, evidence)
    (told,) = actions.tick(record, ANN, step, "I looked")
    assert (
        told["text"].endswith(": I looked, although it failed: seen")
        and record.entry(step)["state"] == "done"
    )
    assert told_of(record, step) == "I looked, although it failed: seen"
    box = checklists.box(view(record, record.definition(step)), "x", "text")
    assert box["note"] == " (ann: I looked, although it failed: seen)"


@pytest.mark.parametrize(("step", "evidence"), FAILED)
def test_it_stays_with_another_word_and_goes_with_what_passed(step, evidence):
    record = seen_failing(step, evidence)
    actions.tick(record, ANN, step)
    actions.tick(record, at(1), step, "twice")
    assert record.definition(step) and view(record, record.definition(step)).seen(Evidence).told.startswith(
        "twice, alt"
    )
    actions.untick(record, at(2), step)
    see(record, step)
    see(record, step, "unknown")
    (told,) = actions.tick(record, at(3), step, "it is there")
    assert "although" not in told["text"] and "although" not in record.stored(step)


def test_who_approved_stands_for_itself():
    record = seen_failing("pull-request.approval", {})
    (told,) = actions.tick(record, ANN, "pull-request.approval", "Tove")
    assert "although" not in told["text"]
    assert record.stored("pull-request.approval")["said"] == "Tove"
