"""What is about a run lies with the run: a look writes over evidence and never over it."""

from hotfix_tui.incident.edits.runs import begin
from hotfix_tui.incident.model import schema
from hotfix_tui.incident.model.evidence.run import RunNote
from tests.incident.support import ANN, make, settle_until


def test_the_note_lies_with_the_run_and_not_with_the_evidence():
    record = settle_until(make("P1"), "verify.test")
    number, _ = begin(record, ANN, "verify.test", "Run the tests", None, RunNote(before=2, where="/x"))
    assert record.runs[-1]["n"] == number and record.runs[-1]["note"] == {"before": 2, "where": "/x"}
    assert "where" not in record.stored("verify.test")
    record.steps["verify.test"]["evidence"] = {"where": "elsewhere", "passed": 3}
    assert record.note("verify.test") == RunNote(before=2, where="/x")
    schema.check(record.doc, "session.toml")


def test_a_run_without_one_has_an_empty_note():
    record = settle_until(make("P1"), "verify.test")
    begin(record, ANN, "verify.test", "Run the tests")
    assert "note" not in record.runs[-1] and record.note("verify.test") == RunNote()
    assert record.note("verify.build") == RunNote()


def test_what_0_1_kept_with_the_evidence_is_read_while_its_run_goes_on():
    record = settle_until(make("P1"), "verify.test")
    record.steps["verify.test"] = {
        "state": "running",
        "run": 7,
        "evidence": {"before": 1, "where": "/x", "checked_tree": "t"},
    }
    record.runs.append({"n": 7, "step": "verify.test"})
    assert record.note("verify.test") == RunNote(before=1, where="/x", checked_tree="t")
    record.steps["verify.commit"] = {"state": "running", "run": 8, "evidence": {"before": "a" * 40}}
    assert record.note("verify.commit") == RunNote(head="a" * 40)
