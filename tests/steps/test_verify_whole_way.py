"""From triage to the pushed branch under the real supervisor: what the steps plan is what it runs."""

import sys
import time

from hotfix_tui.runner import runs
from hotfix_tui.runner.spec import RunSpec
from tests.steps.support import Incident

FIXED = "def total(prices):\n    return sum(p for p in prices if p)\n"
TEST = "import unittest\nfrom shop import total\n\n\nclass T(unittest.TestCase):\n"
TEST += "    def test_a_missing_price(self):\n        self.assertEqual(total([1, None]), 1)\n"


class Supervised(Incident):
    """An incident whose commands run under the supervisor."""

    def run(self, plan):
        self.runs += 1
        folder = self.directory / "runs" / str(self.runs)
        spec = RunSpec(step="x", commands=plan.commands, tty=plan.tty, timeout=plan.timeout, env=plan.env)
        runs.start(folder, spec)
        while (state := runs.look(folder)).state == "running":
            time.sleep(0.02)
        self.log = (folder / "log").read_text("utf-8", "replace")
        return state, folder


def test_the_whole_way_to_the_pushed_branch(checkout, tmp_path):
    unittest = [sys.executable, "-m", "unittest"]
    live = [sys.executable, "-c", "print('1.0.0')"]
    commands = {"test": unittest, "regression": [*unittest, "{files}"]}
    found = Supervised(checkout, tmp_path / "incident", git={"live": live}, commands=commands)
    found.until("branch.create", "worktree")
    assert found.record.stored("branch.base").get("source") == "live command"
    found.write("shop.py", FIXED)
    found.write("test_missing.py", TEST)
    steps = [("fix.change", "include:test_missing.py"), *((name, "") for name in (
        "fix.regression-test", "fix.guard", "verify.test", "verify.proof", "verify.commit", "verify.push",
    ))]  # fmt: skip
    for step, choice in steps:
        result = found.do(step, choice)
        assert result.state == "done", (step, result, found.log)
    assert found.record.stored("verify.test").get("summary") == "2 tests passed"
    assert found.record.stored("verify.proof").get("verdict") == "proven"
    for step in ("branch.create", "fix.change", "fix.guard", "verify.commit", "verify.push"):
        assert found.probe(step).state == "done", step
