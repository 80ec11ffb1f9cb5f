"""A backport that is given up leaves its line as it was: owed only if it was owed before."""

import pytest

from hotfix_tui.incident.edits import person
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.rules.requirements import requirement
from tests import typed
from tests.incident.support import at, make, see

LINE, STEP = "1.x", "backport.1-x"


def record_of(**config):
    """Return an incident that is so far that a fix can be carried."""
    record = make("P1", config={"git": {}, **config})
    see(record, "verify.commit", commit="fix1", tree="tree1")
    see(record, "release.confirm", commit="landed1", tree="tree1")
    return record


def named_and_begun(record):
    person.name_line(record, at(1), LINE, begins=True)


def offered(record):
    typed.add(record, "verify.commit", lines=[{"line": LINE, "verdict": "picks"}])


def begin(record):
    running.begin(record, at(2), STEP, what="Carry the fix")


def end(record, state):
    running.finish(record, at(3), STEP, Probe(state, None, "so it ended"))


NOT_OWED = {
    "the command that begins it": lambda record: named_and_begun(record),
    "a line that was offered": lambda record: offered(record),
    "named beside another": lambda record: (person.name_line(record, at(0), "2.x"), named_and_begun(record)),
}


@pytest.mark.parametrize("shape", NOT_OWED)
def test_what_was_not_owed_is_not_owed_after_giving_up(shape):
    record = record_of()
    NOT_OWED[shape](record)
    others = [line for line in record.lines if line != LINE]
    begin(record)
    assert requirement(record, STEP).level == "W"
    end(record, "given-up")
    assert record.lines == others and requirement(record, STEP).level == "O"
    assert LINE in record.offered_lines, "it can be begun again"


def named_before(record):
    person.name_line(record, at(0), LINE)


OWED = {
    "the configuration names it": ({"git": {"backports": [LINE]}}, lambda record: None),
    "it was named before": ({}, named_before),
    "it was named, and could not begin": (
        {}, lambda record: (named_and_begun(record), person.keep_line(record, at(1), LINE))),
    "it was named, then begun by the command": ({}, lambda record: (named_before(record), named_and_begun(record))),
}  # fmt: skip


@pytest.mark.parametrize("shape", OWED)
def test_what_was_owed_is_owed_after_giving_up(shape):
    config, name = OWED[shape]
    record = record_of(**config)
    name(record)
    begin(record)
    end(record, "given-up")
    assert LINE in record.lines and requirement(record, STEP).level == "W"


@pytest.mark.parametrize("state", ["waiting", "failed", "unknown"])
def test_what_was_not_given_up_stays_owed(state):
    record = record_of()
    named_and_begun(record)
    begin(record)
    end(record, state)
    assert LINE in record.lines


def test_what_was_begun_again_after_giving_up_is_owed():
    record = record_of()
    named_and_begun(record)
    begin(record)
    end(record, "given-up")
    named_and_begun(record)
    begin(record)
    assert LINE in record.lines and LINE not in record.offered_lines
    end(record, "waiting")
    assert LINE in record.lines


def test_a_start_that_never_was_names_nothing():
    record = record_of()
    offered(record)
    begin(record)
    running.withdraw(record, at(3), STEP, "no supervisor")
    assert record.lines == [] and requirement(record, STEP).level == "O"
