"""A rollback takes back what was good about a fix, not what was said of a bad one."""

import pytest

from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model import catalog
from tests.incident.test_staleness import ANN, ready


@pytest.mark.parametrize(
    ("verdict", "left"), [("worse", "worse"), ("not-fixed", "not-fixed"), ("fixed", None)]
)
def test_a_rollback_keeps_a_bad_verdict_only(verdict, left):
    record = ready()
    record.this_round["verdict"] = verdict
    running.begin(record, ANN, catalog.ROLLBACK.id, "roll back")
    running.finish(record, ANN, catalog.ROLLBACK.id, Probe("done"))
    assert record.this_round.get("verdict") == left
