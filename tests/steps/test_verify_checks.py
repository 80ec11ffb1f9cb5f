"""verify.setup, test, typecheck, build: what their ends mean, and on which tree they count."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.identity_chain import first_break
from hotfix_tui.runner.runs import RunState
from hotfix_tui.runner.spec import Command, RunSpec, encode
from hotfix_tui.steps.registry import find
from hotfix_tui.steps.verify.checks import read_results
from hotfix_tui.steps.verify.outcome import judge, missing_name

FIXED = "def total(prices):\n    return sum(prices) or 0\n"
PYTEST = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
UNITTEST = [sys.executable, "-m", "unittest"]


@pytest.fixture
def fixed(incident):
    incident.until("branch.create", "worktree")
    incident.write("shop.py", FIXED)
    incident.probe("fix.change")
    return incident


def command(incident, name: str, run: object) -> None:
    incident.record.config["commands"] = {name: run}


def test_tests_that_pass_are_done_with_their_summary(fixed):
    command(fixed, "test", UNITTEST)
    plan = fixed.plan("verify.test")
    assert not plan.tty and not plan.trusted and plan.commands[-1].env["CI"] == "1"
    assert plan.commands[-1].cwd == str(fixed.worktree)
    found = fixed.do("verify.test")
    assert (found.state, found.why) == ("done", "1 tests, OK"), fixed.log
    assert found.evidence["exit"] == 0 and found.evidence["duration"] == 1.0


def test_tests_that_fail_are_failed(fixed):
    fixed.write("shop.py", "def total(prices):\n    return 7\n")
    fixed.probe("fix.change")
    command(fixed, "test", UNITTEST)
    found = fixed.do("verify.test")
    assert found.state == "failed" and "1 tests, failures=1" in found.why
    command(fixed, "test", PYTEST)
    found = fixed.do("verify.test")
    assert found.state == "failed" and "1 failed" in found.why


def test_what_failed_is_kept_with_its_place(fixed):
    fixed.write("shop.py", "def total(prices):\n    return 7\n")
    fixed.probe("fix.change")
    command(fixed, "test", PYTEST)
    found = fixed.do("verify.test").evidence
    assert (found["tool"], found["summary"], found["failed"], found["passed"]) == (
        "pytest",
        "1 test failed",
        1,
        0,
    )
    assert [(one["file"], one["line"] > 0) for one in found["failures"]] == [("test_shop.py", True)]
    fixed.write("shop.py", FIXED)
    fixed.probe("fix.change")
    found = fixed.do("verify.test").evidence
    assert (found["failures"], found["summary"], found["failed"]) == ([], "1 test passed", 0)


def test_places_are_kept_relative_to_the_worktree(tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "main.py").write_text("")
    (tmp_path / "log").write_text(
        "main.py:3: error: wrong  [misc]\nFound 1 error in 1 file (checked 1 source file)\n"
    )
    spec = RunSpec("verify.typecheck", [Command(["mypy", "."], str(tmp_path / "api"))])
    (tmp_path / "spec.json").write_bytes(encode(spec))
    run = RunState("exited", exit_code=1, failed_command=0, started="2026-03-02T14:23:00Z")
    found = read_results(run, str(tmp_path), ["?"], str(tmp_path), tests=False)
    assert (found.summary, found.failures[0].place) == ("1 error", "api/main.py:3")


@pytest.mark.parametrize("hides", ["|| true", "| cat", "make"])
def test_a_command_that_hides_its_status_has_not_passed(fixed, hides):
    """What disagrees is said, with what to do; a person may still say that these failures are known."""
    fixed.write("shop.py", "def total(p):\n    return 0\n")
    line = shlex.join(UNITTEST)
    if hides == "make":
        fixed.write("Makefile", f"test:\n\t-{line}\n")
    fixed.probe("fix.change")
    command(fixed, "test", ["make", "test"] if hides == "make" else ["sh", "-c", f"{line} {hides}"])
    found = fixed.do("verify.test")
    assert (found.state, found.evidence["outcome"], found.evidence["exit"]) == ("failed", "failed", 0), (
        fixed.log
    )
    assert found.why.startswith("exit status 0, but unittest says that 1 test failed")
    assert "let the command pass" in found.why and "tick it" in found.why
    assert [(one["file"], one["line"] > 0) for one in found.evidence["failures"]] == [("test_shop.py", True)]
    command(fixed, "build", ["sh", "-c", f"{line} || true"])
    assert fixed.do("verify.build").state == "done"


def test_a_build_that_names_what_is_missing_has_failed(fixed):
    says = (
        "import sys; print('error[E0432]: cannot find value `x`\\n --> src/lib.rs:2:5\\n"
        "error: could not compile `a`'); sys.exit(101)"
    )
    command(fixed, "build", [sys.executable, "-c", says, "cargo"])
    found = fixed.do("verify.build")
    assert found.state == "failed" and found.why == "exit status 101: 1 error"
    assert found.evidence["failures"] == [{"name": "cannot find value `x`", "file": "src/lib.rs", "line": 2}]


def test_no_tests_are_no_success(fixed):
    for run in ([*PYTEST, "-k", "nothing"], [sys.executable, "-m", "unittest", "discover", "-s", "sub"]):
        (fixed.worktree / "sub").mkdir(exist_ok=True)
        command(fixed, "test", run)
        found = fixed.do("verify.test")
        assert found.state == "failed" and "no tests were run" in found.why, fixed.log


def test_what_could_not_run_is_told_apart_and_cured(fixed):
    commands = {"test": ["no-such-program-here"], "setup": ["true"]}
    fixed.record.config["commands"] = commands
    found = fixed.do("verify.test")
    assert found.state == "failed" and found.why.startswith(
        "could not run: no-such-program-here was not found"
    )
    assert "do verify.setup" in found.why
    commands["test"] = PYTEST
    fixed.write("test_shop.py", "import nowhere\n")
    fixed.probe("fix.change")
    found = fixed.do("verify.test")
    assert found.why.startswith("could not run: the tests could not be loaded"), fixed.log
    commands["test"] = UNITTEST
    assert "could not run" in fixed.do("verify.test").why


@pytest.mark.parametrize("name", ["test", "typecheck", "build"])
def test_what_the_setup_did_not_bring_is_not_asked_of_the_setup_again(fixed, name):
    commands = {name: ["no-such-program-here"], "setup": ["true"]}
    fixed.record.config["commands"] = commands
    assert "do verify.setup" in fixed.do(f"verify.{name}").why
    assert fixed.do("verify.setup").state == "done"
    why = fixed.do(f"verify.{name}").why
    assert "do verify.setup" not in why and f"`command {name}` lists" in why and "`command setup …`" in why


def test_without_a_command_it_is_done_by_hand(fixed):
    plan = fixed.plan("verify.test")
    assert "tick verify.test" in plan.by_hand and not plan.commands


@pytest.mark.parametrize("name", ["setup", "typecheck", "build"])
def test_without_its_command_a_check_speaks_of_its_own_command(fixed, name):
    """What is missing is named by its own name: nobody is sent to run the tests to install something."""
    with pytest.raises(Refused) as no:
        fixed.plan(f"verify.{name}")
    said = f"{no.value}"
    assert f"no {name} command is configured or detected" in said and f'`command {name} "…"`' in said
    assert "commands.test" not in said and "command test" not in said


def test_a_result_counts_for_the_tree_that_was_looked_at(fixed):
    command(fixed, "test", UNITTEST)
    fixed.write("shop.py", FIXED + "\n")
    with pytest.raises(Refused, match=r"do fix\.change"):
        fixed.plan("verify.test")
    fixed.probe("fix.change")
    writes = "import pathlib; pathlib.Path('shop.py').write_text('def total(p): return 3')"
    command(fixed, "test", [sys.executable, "-c", writes])
    found = fixed.do("verify.test")
    assert found.state == "failed" and "shop.py changed while it ran" in found.why


def test_setup_and_build_have_a_terminal_and_say_what_they_changed(fixed):
    writes = "import pathlib; pathlib.Path('later.lock').write_text('x'); pathlib.Path('shop.py').write_text('y=1')"
    command(fixed, "setup", [sys.executable, "-c", writes])
    plan = fixed.plan("verify.setup")
    assert plan.tty and "CI" not in plan.commands[-1].env
    found = fixed.do("verify.setup")
    assert found.state == "done" and "it changed shop.py" in found.why


def test_placeholders_and_folders_are_filled_in(fixed):
    (fixed.worktree / "api").mkdir()
    run = {"run": ["make", "BRANCH={branch}", "{base}"], "cwd": "api", "tty": True, "timeout": "5s"}
    command(fixed, "build", run)
    plan = fixed.plan("verify.build")
    assert plan.commands[0].argv == ["make", "BRANCH=hotfix/ENG-7-totals-are-wrong", fixed.context().base]
    assert plan.commands[0].cwd.endswith("ENG-7/api") and plan.timeout == 5
    command(fixed, "build", ["deploy", "{commit}"])
    with pytest.raises(Refused, match=r"\{commit\} is not known yet"):
        fixed.plan("verify.build")


def test_when_something_else_landed_the_landed_commit_is_checked(fixed):
    command(fixed, "test", UNITTEST)
    head = fixed.world("rev-parse", "main")
    fixed.set("release.confirm", commit=head, tree=fixed.world("rev-parse", "main^{tree}"))
    plan = fixed.plan("verify.test")
    assert "which landed" in plan.title and plan.commands[0].argv[-1] == head
    found = fixed.do("verify.test")
    assert found.state == "done", fixed.log
    where = fixed.record.note("verify.test").where
    assert (
        where.endswith("ENG-7-landed")
        and (fixed.world.path.parent / "shop.hotfix/ENG-7-landed/later.py").exists()
    )
    assert len(fixed.plan("verify.test").commands) == 1


def test_nothing_but_the_run_tells(fixed):
    assert find("verify.test").probe(fixed.context()).state == "unknown"


@pytest.mark.parametrize(
    ("argv", "code", "log", "state", "summary"),
    [
        (["npx", "jest"], 0, "Tests:       214 passed, 214 total\n", "passed", "214 passed, 214 total"),
        (["npx", "jest"], 1, "No tests found, exiting with code 1\n", "no-tests", ""),
        (["npx", "vitest"], 1, "      Tests  1 failed | 5 passed (6)\n", "failed", "1 failed | 5 passed (6)"),
        (["mocha"], 0, "  0 passing (1ms)\n", "no-tests", "0 passing"),
        (["go", "test"], 0, "?   \tx/y\t[no test files]\n", "no-tests", ""),
        (["go", "test"], 0, "ok  \tx/y\t0.1s\n?   \tx/z\t[no test files]\n", "passed", ""),
        (["go", "test"], 1, "# x/y\n./a.go:3: undefined: b\nFAIL\tx/y [build failed]\n", "could-not-run", ""),
        (["cargo"], 0, "test result: ok. 0 passed; 0 failed; 0 ignored\n", "no-tests", "0 passed; 0 failed"),
        (["cargo"], 101, "error: could not compile `x` (lib)\n", "could-not-run", ""),
        (["npm", "test"], 127, "sh: 1: vitest: not found\n", "could-not-run", ""),
        (["npm", "test"], 1, "Error: Cannot find module 'x'\n", "could-not-run", ""),
        (
            ["mypy"],
            1,
            "Found 3 errors in 2 files (checked 9)\n",
            "failed",
            "Found 3 errors in 2 files (checked 9)",
        ),
        (["rspec"], 0, "12 examples, 0 failures\n", "passed", "12 examples, 0 failures"),
        (["pytest"], 0, "\x1b[32m===== 3 passed in 0.1s =====\x1b[0m\n", "passed", "3 passed"),
        (["pytest"], None, "", "failed", ""),
    ],
)
def test_what_the_ends_of_tools_mean(argv, code, log, state, summary):
    found = judge(argv, code, log.encode())
    assert (found.state, found.summary) == (state, summary)
    assert found.why or state == "passed"


def test_a_name_that_is_missing_is_seen():
    assert "AttributeError" in missing_name(b"E   AttributeError: module 'a' has no attribute 'b'\n")
    assert missing_name(b"AssertionError: 1 != 2") == ""


def test_files_that_no_commit_will_hold_are_kept_with_the_result(fixed):
    command(fixed, "test", UNITTEST)
    fixed.write("rates.json", "{}")
    assert "rates.json" in fixed.plan("verify.test").warnings[0]
    assert fixed.do("verify.test").state == "done"
    assert fixed.record.stored("verify.test").get("untracked") == ["rates.json"]
    fixed.do("verify.commit")
    broken = first_break(fixed.record)
    assert broken is not None and (broken.name, broken.evidence[:10]) == ("committed", "rates.json")
    (fixed.worktree / "rates.json").unlink()
    assert fixed.plan("verify.test").warnings == []
    fixed.do("verify.test")
    assert first_break(fixed.record) is None


@pytest.mark.parametrize(("asked", "runs"), [("test", "setup"), ("build", "setup"), ("setup", "test")])
def test_the_setup_has_the_worktree_to_itself(fixed, asked, runs):
    command(fixed, asked, UNITTEST)
    fixed.record.steps[f"verify.{runs}"] = {"state": "running", "run": 4}
    with pytest.raises(Refused, match=r"is still running\. Wait for it, or cancel it: `cancel 4`"):
        fixed.plan(f"verify.{asked}")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_how_many_failed_is_said_where_the_last_line_says_something_else(fixed):
    fixed.write(
        "shop.test.js",
        "const {test} = require('node:test');\ntest('a', () => {});\ntest('b', () => assert(0));\n",
    )
    fixed.probe("fix.change")
    command(fixed, "test", ["node", "--test"])
    found = fixed.do("verify.test")
    assert (found.state, found.why) == ("failed", "exit status 1: 1 failed, 1 passed"), fixed.log


@pytest.mark.parametrize("known", ["detected", "configured", "edited"])
def test_an_environment_made_at_the_start_meanwhile_serves_the_worktree(fixed, known):
    fixed.record.config["commands"] = {"test": ["python3", "-m", "unittest"]}
    if known != "configured":
        fixed.record.doc[known] = {
            "test": {"run": ["python3", "-m", "unittest"], "by": "ann", "evidence": ""}
        }
    assert fixed.plan("verify.test").commands[-1].argv[0] == "python3"
    program = Path(fixed.world.path) / ".venv/bin/python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    fixed.root = str(fixed.worktree)  # the wizard was started in the worktree of the fix
    command = fixed.plan("verify.test").commands[-1]
    assert command.argv == [str(program), "-m", "unittest"]
    assert command.env["PYTHONPATH"].split(os.pathsep)[0] == str(fixed.worktree)
    assert fixed.do("verify.test").state == "done", fixed.log


def test_a_program_that_is_typed_with_its_path_is_that_program(fixed):
    program = Path(fixed.worktree) / ".venv/bin/python"
    program.parent.mkdir(parents=True)
    program.symlink_to(sys.executable)
    typed = {"test": ["/usr/bin/python3", "-m", "unittest"]}
    fixed.record.config["commands"] = typed
    fixed.record.doc["edited"] = {"test": {"run": typed["test"], "by": "ann"}}
    assert fixed.plan("verify.test").commands[-1].argv[0] == "/usr/bin/python3"
