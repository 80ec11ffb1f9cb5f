"""Driver: run the changed tests on the base, where they must fail, and on the fix, where they must pass.

``… verify.proof_driver --root DIR --scratch DIR --base SHA --tree TREE --test FILE… -- ARGV…`` creates a throwaway
worktree of the base, puts only the tests of the fix into it, runs ARGV, then puts the whole fix there and runs ARGV
again: the same place, the same command, and nothing but the fix between the two. It writes ``result.json`` to the
folder of the run and removes the worktree again, even when it is cancelled.
"""

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

from hotfix_tui.base import folders
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.steps.common.carry_driver import carry
from hotfix_tui.steps.common.dependencies import environment_for, link_dependencies, unlink_dependencies
from hotfix_tui.steps.verify.outcome import judge, missing_name
from hotfix_tui.testresults.scan import parse

_TAIL = 40_000


def main(argv: list[str]) -> int:
    """Run the proof; return 0 if both runs took place, whatever they showed."""
    options, command = _options(argv)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopped)
    try:
        result = _prove(options, command)
    except GitError as error:
        print(f"the proof could not be set up: {error.sentence}")
        return 1
    folder = os.environ.get("HOTFIX_TUI_RUN", "")
    if folder:
        folders.put(os.path.join(folder, "result.json"), json.dumps(result).encode("ascii"))
    return 0


def _options(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    split = argv.index("--")
    parser = argparse.ArgumentParser(prog="proof_run")
    for name in ("root", "scratch", "base", "tree"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--cwd", default="")
    parser.add_argument("--test", action="append", default=[])
    parser.add_argument("--carry", action="append", default=[])
    parser.add_argument("--lender", action="append", default=[])
    return parser.parse_args(argv[:split]), argv[split + 1 :]


def _stopped(number: int, _frame: FrameType | None) -> NoReturn:
    """Exit by an exception, so that the worktree is removed."""
    raise SystemExit(128 + number)


def _prove(options: argparse.Namespace, command: list[str]) -> dict[str, object]:
    git, scratch = Git(options.root), options.scratch
    lent: list[str] = []
    lenders = options.lender or [options.root]
    _git(git, "worktree", "add", "--quiet", "--detach", "--", scratch, options.base)
    try:
        there = Git(scratch)
        for name in options.carry:
            carry(options.root, scratch, name)
        lent += link_dependencies(lenders, scratch)
        print(f"\n=== on the base {options.base[:7]}, with only the tests of the fix", flush=True)
        _restore(there, options.tree, options.test)
        base = _run(command, scratch, options.cwd, lenders)
        print("\n=== on the fix", flush=True)
        _restore(there, options.tree, [])
        fix = _run(command, scratch, options.cwd, lenders)
        return {"base": base, "fix": fix}
    finally:
        unlink_dependencies(lent)
        _git(git, "worktree", "remove", "--force", "--", scratch)


def _restore(git: Git, tree: str, paths: list[str]) -> None:
    """Copy files of a tree to the throwaway worktree: these, or all of them."""
    args = ("--literal-pathspecs", "restore", f"--source={tree}", "--staged", "--worktree", "--")
    _git(git, *args, *(paths or ["."]))


def _git(git: Git, *args: str) -> None:
    """Call git without the repository's hooks: nobody works in the throwaway worktree."""
    git.run("-c", "core.hooksPath=/dev/null", *args, write=True, timeout=600)


def _run(command: list[str], scratch: str, cwd: str, lenders: list[str]) -> dict[str, object]:
    """Run the tests once, showing their output; return how they ended."""
    environment = environment_for(os.environ, scratch, lenders)
    print(f"$ {shlex.join(command)}", flush=True)
    code, tail = _teed(command, os.path.join(scratch, cwd), environment)
    outcome = judge(command, code, tail)
    if outcome.state == "failed" and outcome.tests_failed is False:
        outcome = outcome._replace(
            state="passed"
        )  # the tests did; anything else the command measures is not asked here
    print(f"--- {outcome.state}{': ' + outcome.why if outcome.why else ''}", flush=True)
    return {
        "exit": code,
        "state": outcome.state,
        "summary": outcome.summary,
        "why": outcome.why,
        "tests_failed": outcome.tests_failed,
        "missing": missing_name(tail) if outcome.state != "passed" else "",
        "failures": _failures(tail, command, code) if outcome.state == "failed" else [],
    }


def _failures(tail: bytes, command: list[str], code: int | None) -> list[str]:
    """Return the names of all tests that failed; none if the output does not name each of them."""
    seen = parse(tail, command, code, tests=True)
    names = {
        f"{failure.file}: {failure.name}" if failure.file else failure.name
        for failure in seen.failures
        if failure.name
    }
    return sorted(names) if len(names) == seen.bad else []


def _teed(command: list[str], cwd: str, environment: Mapping[str, str]) -> tuple[int | None, bytes]:
    """Run a command; its output is passed through, and its end is kept. The status is None after a signal."""
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        said = f"cannot start {command[0]}: {error.strerror}\n"
        print(said, flush=True)
        return 127, said.encode()
    tail = b""
    assert process.stdout is not None
    try:
        while part := os.read(process.stdout.fileno(), 65_536):
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
            tail = (tail + part)[-_TAIL:]
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        process.stdout.close()
    return (code if code >= 0 else None), tail


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
