"""How a run ended is said by what was seen after it; an exit status stands alone only where nothing more is known."""

import pytest

from hotfix_tui.engine.reconcile import how_it_ended
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.rules.views import views
from hotfix_tui.runner.state import RunState
from hotfix_tui.steps.contract import failed, unknown, waiting
from tests.incident.support import NOW, make

CONFLICT = "conflicts: bottle.py (changed on both sides). Resolve them in /x, then: `do backport.1-x`"


@pytest.mark.parametrize(
    ("run", "probe", "said"),
    [
        (RunState("exited", 1, failed_command=2), failed(CONFLICT), "conflicts: bottle.py (changed on both sides)"),
        (RunState("exited", 0), waiting("picked; not merged into 1.x yet"), "picked; not merged into 1.x yet"),
        (RunState("exited", 1), failed("could not run: No module named x"), "could not run: No module named x"),
        (RunState("exited", 1), failed(""), "exit status 1"),
        (RunState("exited", 3), unknown("the network is gone"), "exit status 3"),
        (RunState("exited", None, signal=9, failed_command=0), failed("x"), "ended by signal 9"),
        (RunState("exited", 1, cancelled="by ann"), failed("x"), "cancelled: by ann"),
        (RunState("exited", 2), failed("pytest... No tests"), "pytest... No tests"),
    ],
)  # fmt: skip
def test_it_is_said_by_what_was_seen(run, probe, said):
    assert how_it_ended(run, probe) == said


def test_what_was_given_up_as_it_was_meant_to_has_not_failed():
    record, actor = make(), Actor("ann", NOW)
    record.doc["lines"] = ["1.x"]
    number, _ = running.begin(record, actor, "backport.1-x", "give up")
    entries = running.finish(
        record, actor, "backport.1-x", Probe("given-up", None, "1.x is as it was"), "exit status 0"
    )
    assert [one["text"] for one in entries] == ["Given up: Backport to 1.x: 1.x is as it was"]
    assert views(record)["backport.1-x"].state == "pending"
    run = next(one for one in record.runs if one["n"] == number)
    assert run["state"] == "done" and "why" not in record.entry("backport.1-x").get("evidence", {})
