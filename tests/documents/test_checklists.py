"""Boxes say what is known: one severity, one kind of impact, the reasons that apply, and no step that asks nothing."""

import pytest

from hotfix_tui.documents import checklists
from hotfix_tui.documents.render import render
from tests import typed
from tests.documents import records


def pr(record):
    return render("pr", record, records.NOW).text


@pytest.mark.parametrize("level", ["P0", "P1", "P2", "P3"])
def test_only_the_chosen_severity_is_a_box(level):
    record = records.finished()
    record.doc["severity"] = level
    text = pr(record)
    assert f"- [x] {level}: " in text
    assert not any(f"- [ ] {other}" in text for other in ("P0", "P1", "P2", "P3"))


def test_only_what_is_known_of_impact_and_cause_is_a_box():
    text = pr(records.finished())
    assert "- [x] security vulnerability" in text and "- [ ] data integrity" not in text
    assert "- [x] missing test coverage" in text and "- [ ] race condition" not in text
    assert "kind of impact ⟧" in pr(records.opened())


def test_a_proper_fix_asks_for_no_ticket_for_one():
    record = records.finished()
    assert "proper fix if" not in pr(record)
    record.facts["fix.temporary"] = "yes"
    record.doc["severity"] = "P1"
    assert "- [ ] tickets for a proper fix if" in pr(record)


@pytest.mark.parametrize("words", ["done by hand", "ticked by hand", ""])
def test_a_proof_that_was_run_by_hand_has_the_name_of_who_says_so(words):
    record = records.finished()
    typed.put(record, "verify.proof", "done", {"said": words or "done by hand"}, at=records.NOW, by="Ida")
    (told,) = checklists.proof(record)
    assert told == "Run by hand: fails on the base and passes on the fix, said by Ida"


def test_a_proof_that_was_run_by_hand_keeps_what_was_said_of_it():
    record = records.finished()
    typed.put(record, "verify.proof", "done", {"said": "with gdb, see the ticket"}, at=records.NOW, by="Ida")
    assert checklists.proof(record) == ["Run by hand: with gdb, see the ticket"]
