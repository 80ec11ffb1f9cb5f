"""The record is whole and the rules bite: a call of the product in any process is seen, and none of a test is."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotfix_tui.git.process import Git
from tests import conftest
from tests.gitworld import World
from tests.recorder import rules

BAD = [
    ["reset", "--hard"],
    ["-c", "a=b", "clean", "-fd"],
    ["-C", "/x", "stash", "push"],
    ["checkout", "main"],
    ["switch", "main"],
    ["restore", "."],
    ["worktree", "remove", "--", "/theirs"],
    ["branch", "-D", "x"],
    ["push", "--force", "--", "origin", "a:b"],
    ["push", "--", "origin", "+a:b"],
    ["push", "--force-with-lease", "--", "origin", "a:b"],
    ["push", "--force-with-lease=x", "--", "origin", "a:b"],
    ["push", "--", "origin", ":b"],
]
GOOD = [
    ["switch", "--no-track", "-c", "hotfix/x", "main"],
    ["push", "--porcelain", f"--force-with-lease=refs/heads/x:{'a' * 40}", "--", "origin", "a:refs/heads/x"],
    ["read-tree", "--reset", "HEAD"],
    ["worktree", "add", "--detach", "--", "/ours", "HEAD"],
    ["-C", "/ours/below", "restore", "--source=HEAD", "."],
    ["worktree", "remove", "--force", "--", "/ours"],
]


def recorded() -> list[rules.Call]:
    """What was recorded since the last test; it is not looked at again at the end of this one."""
    with open(os.environ["TESTS_GIT_CALLS"], "rb") as file:
        file.seek(conftest._read_up_to)
        lines = file.read()
    conftest._read_up_to += len(lines)
    return rules.read(lines)


@pytest.mark.parametrize("argv", BAD, ids=" ".join)
def test_what_could_lose_work_or_force_is_an_offence(argv: list[str]) -> None:
    assert len(rules.offences([rules.Call("/x", argv)])) == 1


def test_what_the_product_does_is_none() -> None:
    assert rules.offences([rules.Call("/x", argv) for argv in GOOD], set()) == []
    assert rules.offences([rules.Call("/x", GOOD[0], dirty=True)])
    assert rules.offences([rules.Call("/x", ["status"], on_loop=True)])


def test_calls_of_the_product_are_recorded_and_those_of_tests_are_not(world: World) -> None:
    world.commit("First", a="1\n")
    recorded()
    world("status")
    assert recorded() == []
    Git(str(world.path)).run("status")
    (call,) = recorded()
    assert call.argv[-1] == "status" and call.where == str(world.path) and not call.on_loop


def test_a_process_that_a_test_starts_is_recorded_too(world: World) -> None:
    code = f"from hotfix_tui.git.process import Git; Git({str(world.path)!r}).run('version')"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert [call.argv[-1] for call in recorded()] == ["version"]


def test_a_switch_says_whether_the_tree_was_clean(world: World) -> None:
    world.commit("First", a="1\n")
    git = Git(str(world.path))
    git.run("switch", "-c", "one", write=True)
    world.write("a", "2\n")
    git.run("switch", "-c", "two", write=True)
    calls = [call for call in recorded() if "switch" in call.argv]
    assert [call.dirty for call in calls] == [False, True] and len(rules.offences(calls)) == 1


def test_a_call_on_the_loop_of_the_screens_is_seen(world: World, tmp_path: Path) -> None:
    module = tmp_path / "hotfix_tui" / "ui" / "screen.py"
    module.parent.mkdir(parents=True)
    module.write_text("def paint(git):\n    git.run('version')\n")
    space: dict[str, object] = {}
    exec(compile(module.read_text(), str(module), "exec"), space)  # noqa: S102
    git = Git(str(world.path))

    async def loop() -> None:
        git.run("version")
        space["paint"](git)  # type: ignore[operator]
        await asyncio.to_thread(space["paint"], git)  # type: ignore[arg-type]

    asyncio.run(loop())
    assert [call.on_loop for call in recorded()] == [False, True, False]
