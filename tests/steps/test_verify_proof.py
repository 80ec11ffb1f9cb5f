"""verify.proof: the test must fail on the base and pass on the fix, in the same place; and nothing is left."""

import os
import signal
import subprocess
import sys
import time

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.runner.environment import child_environment
from hotfix_tui.steps.registry import find
from hotfix_tui.steps.verify.proof import runnable, verdict
from tests.gitworld import fingerprint

FIXED = "def total(prices):\n    return sum(p for p in prices if p)\n"
TEST = """import unittest

from shop import total


class Missing(unittest.TestCase):
    def test_a_missing_price_is_left_out(self):
        {body}
"""
SHOWS = TEST.format(body="self.assertEqual(total([1, None]), 1)")
UNITTEST = [sys.executable, "-m", "unittest", "{files}"]
PYTEST = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "{files}"]


@pytest.fixture(params=[UNITTEST, PYTEST], ids=["unittest", "pytest"])
def runner(request):
    return request.param


@pytest.fixture
def fixed(incident):
    incident.record.config["commands"] = {"regression": UNITTEST}
    incident.until("branch.create", "worktree")
    incident.write("shop.py", FIXED)
    return incident


def prove(incident, test: str, runner=None):
    if runner:
        incident.record.config["commands"] = {"regression": runner}
    incident.write("test_missing.py", test)
    incident.git("add", "-A")
    incident.probe("fix.change")
    return incident.do("verify.proof")


def test_a_test_that_shows_the_fault_is_proven_and_nothing_is_left(fixed, runner, tmp_path):
    fixed.write("test_missing.py", SHOWS)
    fixed.git("add", "-A")
    before = fingerprint(fixed.worktree), fixed.world("worktree", "list")
    found = prove(fixed, SHOWS, runner)
    assert (found.state, found.evidence["verdict"]) == ("done", "proven"), fixed.log
    assert found.evidence["base_result"].startswith("failed: 1 ")
    assert found.evidence["fix_result"].startswith("passed: 1 ") and found.why == ""
    after = fingerprint(fixed.worktree)
    assert {path: state[0] for path, state in after.items() if "__pycache__" not in path} == {
        path: state[0] for path, state in before[0].items()
    }
    assert fixed.world("worktree", "list") == before[1]
    assert sorted(os.listdir(tmp_path / "shop.hotfix")) == ["ENG-7"]


def test_a_test_that_passes_without_the_fix_proves_nothing(fixed, runner):
    found = prove(fixed, TEST.format(body="self.assertEqual(total([1]), 1)"), runner)
    assert found.state == "failed" and "passes on the base, too" in found.why, fixed.log


def test_a_test_that_cannot_be_loaded_on_the_base_proves_nothing(fixed, runner):
    fixed.write("shop.py", FIXED + "\n\ndef added():\n    return 1\n")
    text = SHOWS.replace("import total", "import added, total")
    found = prove(fixed, text, runner)
    assert found.state == "failed" and found.evidence["verdict"] == "could not run", fixed.log
    assert "names that only the fix has" in found.why


def test_a_name_that_is_missing_on_the_base_is_said(fixed, runner):
    fixed.write("shop.py", FIXED + "\n\ndef added():\n    return 1\n")
    text = TEST.format(body="import shop; self.assertEqual(shop.added(), 1)")
    found = prove(fixed, text, runner)
    assert found.state == "done" and "a name was missing" in found.why, fixed.log


def test_a_test_that_fails_on_the_fix_too(fixed, runner):
    found = prove(fixed, TEST.format(body="self.assertEqual(total([1, None]), 2)"), runner)
    assert found.state == "failed" and found.evidence["verdict"] == "fails on the fix"


def test_without_any_test_selected_it_could_not_run(fixed):
    found = prove(fixed, SHOWS, [*PYTEST[:-1], "-k", "nothing", "{files}"])
    assert found.state == "failed" and "no tests were run" in found.why


def test_helpers_of_the_tests_come_along(fixed):
    fixed.write("tests/helper.py", "PRICES = [1, None]\n")
    fixed.write("tests/__init__.py", "")
    fixed.write(
        "tests/test_more.py",
        SHOWS.replace("import unittest", "import unittest\nfrom tests.helper import PRICES"),
    )
    found = prove(fixed, SHOWS)
    assert found.state == "done", fixed.log
    names = ["tests/helper.py", "tests/conftest.py", "tests/data.json", "tests/test_a.py", "web/b.spec.ts"]
    assert runnable(names) == ["tests/test_a.py", "web/b.spec.ts"]
    assert runnable(["checks/a.robot"]) == ["checks/a.robot"]


def test_what_is_installed_is_lent_and_stays(fixed, monkeypatch):
    # A dependency that git does not hold, and an installation that points at the worktree of the fix.
    with (fixed.world.path / ".git/info/exclude").open("a") as exclude:
        exclude.write("vendor\n")
    fixed.write("vendor/prices.py", "GIVEN = [1, None]\n")
    monkeypatch.setenv("PYTHONPATH", str(fixed.worktree))
    text = SHOWS.replace(
        "import unittest", "import sys, unittest\nsys.path.append('vendor')\nfrom prices import GIVEN"
    )
    found = prove(fixed, text)
    assert found.state == "done", fixed.log
    assert (fixed.worktree / "vendor/prices.py").exists()


def test_by_the_rule_of_the_ecosystem(fixed):
    fixed.record.config["commands"] = {}
    fixed.write("test_missing.py", SHOWS)
    fixed.git("add", "-A")
    fixed.probe("fix.change")
    argv = fixed.plan("verify.proof").commands[0].argv
    assert argv[-1] == "test_missing.py" and "--base" in argv


def test_no_runner_means_by_hand_and_no_test_means_refused(fixed):
    fixed.record.config["commands"] = {}
    fixed.probe("fix.change")
    with pytest.raises(Refused, match="No test changes"):
        fixed.plan("verify.proof")
    fixed.write("tests/shop.bats", "x\n")
    fixed.git("add", "-A")
    fixed.probe("fix.change")
    plan = fixed.plan("verify.proof")
    assert "tests/shop.bats" in plan.by_hand and "tick verify.proof" in plan.by_hand
    assert find("verify.proof").probe(fixed.context()).state == "unknown"


def test_cancelled_it_takes_its_worktree_away(fixed, tmp_path):
    fixed.write(
        "test_missing.py", "import pathlib, time\npathlib.Path('../begun').touch()\ntime.sleep(120)\n"
    )
    fixed.git("add", "-A")
    fixed.probe("fix.change")
    command = fixed.plan("verify.proof").commands[0]
    process = subprocess.Popen(command.argv, cwd=command.cwd, env=child_environment(os.environ, command.env),
                               stdout=subprocess.DEVNULL)  # fmt: skip
    begun = tmp_path / "shop.hotfix/begun"
    until = time.monotonic() + 240
    while not begun.exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(240) == 128 + signal.SIGTERM
    assert "proof" not in fixed.world("worktree", "list")


def test_the_verdicts_in_full():
    passed, broken = {"state": "passed"}, {"state": "could-not-run", "why": "no module x"}
    assert verdict(broken, broken).evidence["verdict"] == "could not run"
    assert verdict({"state": "no-tests", "why": "none"}, passed).state == "failed"
    assert (
        verdict({"state": "failed", "summary": "1 failed"}, passed).evidence["base_result"]
        == "failed: 1 failed"
    )


@pytest.mark.parametrize(
    ("base", "fix", "expected"),
    [
        ({"state": "failed", "why": "1 failed", "tests_failed": True}, {"state": "passed"}, "proven"),
        ({"state": "passed"}, {"state": "passed"}, "not proven"),
        (
            {"state": "could-not-run", "why": "could not compile", "missing": "undefined: Sum"},
            {"state": "passed"},
            "could not run",
        ),
        (
            {"state": "failed", "why": "x"},
            {"state": "failed", "why": "1 failed", "tests_failed": True},
            "fails on the fix",
        ),
        (
            {"state": "failed", "why": "x"},
            {"state": "failed", "why": "exit status 3", "tests_failed": None},
            "could not run",
        ),
        (
            {"state": "no-tests", "why": "x"},
            {"state": "no-tests", "why": "no tests were run"},
            "could not run",
        ),
    ],
)
def test_it_fails_on_the_fix_only_where_a_test_failed(base, fix, expected):
    found = verdict(base, fix)
    assert found.evidence["verdict"] == expected
    assert ("fails on the fix" in found.why) == (expected == "fails on the fix")
    if base.get("missing"):
        assert "undefined: Sum, which only the fix has" in found.why


RUNNER = """#!/bin/sh
if grep -q 'if p' shop.py; then echo 'Tests:       2 passed, 2 total'
else echo 'Tests:       1 failed, 1 passed, 2 total'; fi
echo 'Jest: "global" coverage threshold for lines (100%) not met: 77%'
exit 1
"""


def test_a_coverage_threshold_does_not_hide_that_the_tests_passed(fixed, tmp_path):
    program = tmp_path / "jest"
    program.write_text(RUNNER)
    program.chmod(0o755)
    found = prove(fixed, SHOWS, [str(program), "{files}"])
    assert (found.state, found.evidence["verdict"]) == ("done", "proven"), fixed.log


def test_paths_with_brackets_are_paths(fixed):
    fixed.record.config["commands"] = {}
    folder = "app/(shop)/[id]"
    fixed.write("package.json", '{"scripts": {"test": "node --test"}}')
    fixed.write(
        f"{folder}/sum.test.js",
        "const t = require('node:test'), f = require('fs');\n"
        "t('sum', () => { if (!f.readFileSync('shop.py', 'utf8').includes('if p')) throw new Error('x') })\n",
    )
    fixed.git("add", "-A")
    fixed.probe("fix.change")
    found = fixed.do("verify.proof")
    assert (found.state, found.evidence["verdict"]) == ("done", "proven"), fixed.log


BEFORE = """

class Before(unittest.TestCase):
    def test_that_fails_anyway(self):
        self.assertEqual(total([]), 7)
"""


def test_a_test_that_fails_with_and_without_the_fix_hides_nothing(fixed, runner):
    found = prove(fixed, SHOWS + BEFORE, runner)
    assert (found.state, found.evidence["verdict"]) == ("done", "proven"), fixed.log
    assert "test_that_fails_anyway" in found.why and "fails with the fix and without it" in found.why
    assert "test_a_missing_price_is_left_out" in found.evidence["base_result"]
    assert found.evidence["fix_result"].startswith("passed: ")


@pytest.mark.parametrize(
    ("base", "fix", "state", "verdict_", "said"),
    [
        (
            ["a_test.go: TestNew", "b_test.go: TestOld"],
            ["b_test.go: TestOld"],
            "done",
            "proven",
            "TestOld fails with",
        ),
        (["TestNew", "T1", "T2", "T3"], ["T1", "T2", "T3"], "done", "proven", "T1, T2 and 1 more fail with"),
        (
            ["TestOld"],
            ["TestOld"],
            "failed",
            "fails on the fix",
            "and no other: none of them shows this fault",
        ),
        (
            ["TestNew"],
            ["TestBroken"],
            "failed",
            "fails on the fix",
            "TestBroken fails on the fix and not on the base",
        ),
        (["TestNew"], [], "failed", "fails on the fix", "the test fails on the fix, too"),
        ([], ["TestOld"], "failed", "fails on the fix", "the test fails on the fix, too"),
    ],
)
def test_two_runs_that_failed_are_compared_test_by_test(base, fix, state, verdict_, said):
    ended = {"state": "failed", "summary": "", "why": "exit status 1", "missing": "", "tests_failed": True}
    found = verdict(*({**ended, "failures": names} for names in (base, fix)))
    assert (found.state, found.evidence["verdict"]) == (state, verdict_) and said in found.why
