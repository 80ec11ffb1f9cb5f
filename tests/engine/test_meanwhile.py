"""A step that another terminal carries out between this one's plan and its start is not carried out twice."""

import subprocess
import time

import pytest

from hotfix_tui.engine import execute, interactive, reconcile
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.prepare import prepare
from hotfix_tui.incident.rules.gates import Refused
from tests import typed


@pytest.fixture
def two(opened):
    """Two terminals on one incident, whose base is known and whose branch is not made yet."""
    say = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    subprocess.run([*say, "commit", "-q", "--allow-empty", "-m", "one"], cwd=opened.root, check=True)
    base = git(opened, "rev-parse", "HEAD").strip()

    def known(record, actor):
        record.facts["title"] = "Totals are wrong"
        typed.put(record, "branch.base", "done", {"commit": base}, at=actor.at, by="ann")
        return []

    opened.change(known)
    return opened, Engine(opened.store, opened.id, opened.root, by="bob")


def git(engine, *args):
    return subprocess.run(
        ["git", *args], cwd=engine.root, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def carry_out(engine, step):
    found = execute.carry_out(engine, step, choice="worktree")
    while found.state == "running":
        time.sleep(0.01)
        found = reconcile.collect_result(engine, step) or found
    assert found.state == "done", found.why


@pytest.mark.parametrize("module", [execute, interactive])
def test_a_step_done_elsewhere_after_it_was_planned_is_refused(two, module):
    ann, bob = two
    prepared = prepare(bob, "branch.create", "worktree")
    carry_out(ann, "branch.create")
    with pytest.raises(Refused) as refused:
        module.execute(bob, prepared)
    assert "was carried out in the meantime" in str(refused.value)
    assert "run 1: done" in str(refused.value)
    assert git(bob, "branch", "--list", "hotfix/*").count("\n") == 1
    assert len(bob.record.runs) <= 1 and len(ann.record.runs) == 1


def test_a_step_that_is_run_again_on_purpose_runs(two):
    ann, bob = two
    carry_out(ann, "branch.create")
    git(ann, "worktree", "remove", ann.context().worktree)
    carry_out(bob, "branch.create")
    assert [run["n"] for run in bob.record.runs] == [1, 2]


def test_a_run_that_another_terminal_has_settled_is_told_as_it_ended(two):
    ann, bob = two
    started = execute.carry_out(ann, "branch.create", choice="worktree")
    assert started.state == "running"
    bob.reload()
    while reconcile.collect_result(ann, "branch.create") is None:
        time.sleep(0.01)
    assert bob.record.entry("branch.create")["state"] == "running", "bob has not looked since"
    assert reconcile.collect_result(bob, "branch.create").state == "done"
