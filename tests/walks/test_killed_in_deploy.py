"""A wizard on a real terminal, killed with -9 while production is deployed, and opened again."""

import contextlib
import json
import os
import signal
from pathlib import Path

import pytest

from tests.walks import acts
from tests.walks.drill import Drill
from tests.walks.terminal import Stuck, Terminal
from tests.walks.test_deploy_first import NEW
from tests.walks.test_keys import PROGRAM, newcomer

pytestmark = pytest.mark.walk
FIRST, LAST = "[1/4] upload", "production serves {}"


def slow_down(drill: Drill, pace: float) -> None:
    """Let deployments wait between their lines, so that there is a time in which to be killed."""
    path = drill.world.root / "drill.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(settings | {"pace": pace}), encoding="utf-8")


def stop_the_deploy(drill: Drill) -> int:
    """Let the deployment stand still until it is told to go on, however long it takes to look; its process."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().decode(errors="replace").split("\0")
            if str(drill.world.tool) in words and "deploy" in words:
                os.kill(int(entry.parent.name), signal.SIGSTOP)
                return int(entry.parent.name)
    raise AssertionError("no deployment runs")


def to_the_deploy(drill: Drill) -> None:
    """A P0, deployed first, up to the deploy stage."""
    waiver = acts.waive("pull-request.approval", "Kim Lead", "it is three at night")
    drill.do(*NEW)
    walk = [*acts.describe(), *acts.branch(), *acts.fix(str(drill.world.patch)), *acts.verify()]
    acts.carry_out(drill, [*walk, *acts.pull_request(approval=waiver), acts.to("deploy")])


def deploy_runs(drill: Drill) -> list[dict]:
    return [run for run in drill.do("runs", "--json").json()["runs"] if run["step"] == "deploy.production"]


def deployed(terminal: Terminal) -> bool:
    return "done" in {state for title, state in terminal.steps_shown().items() if "eploy" in title}


def open_the_log(terminal: Terminal) -> None:
    """Show the log on the whole screen, as a person does: pressed again where the screen took no key yet.

    The stage shows the same lines; only the screen of the log has a way back to it. The deployment is the first step:
    the one after it is looked at by itself, and is selected then.
    """
    for _ in range(10):
        terminal.press("up")
        terminal.look(0.8)
        terminal.press("o")
        terminal.look(0.8)
        with contextlib.suppress(Stuck):
            terminal.wait(lambda seen: "Back to the steps" in seen.text, 30, "the log on the whole screen")
            return
    raise Stuck(f"o opened no log:\n{terminal.text}")


def test_a_deploy_outlives_a_killed_wizard_and_is_shown_whole(drill_for):
    drill = drill_for()
    to_the_deploy(drill)
    fix = drill.evidence("verify.commit")["commit"]
    slow_down(drill, 6.0)
    terminal = Terminal(PROGRAM, drill.checkout, drill.env)
    try:
        person = newcomer(terminal)
        person.walk(lambda seen: FIRST in seen.text, acts=400, seconds=250)
        stopped = stop_the_deploy(drill)
        terminal.kill()
    finally:
        terminal.hang_up()

    (run,) = deploy_runs(drill)
    assert run["state"] == "running", "the wizard was killed while the deploy ran"
    assert drill.deploys() == []
    os.kill(stopped, signal.SIGCONT)
    log = drill.do("output", str(run["n"]), "--follow").out
    (run,) = deploy_runs(drill)
    assert (run["state"], run["exit_code"]) == ("exited", 0)
    lines = log.splitlines()
    assert lines[-1].startswith(LAST.format(fix))
    assert [line[:5] for line in lines if line.startswith("[")] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert drill.do("output", str(run["n"])).out == log
    assert drill.deploys() == [("deploy", fix)]

    terminal = Terminal(PROGRAM, drill.checkout, drill.env)
    try:
        terminal.wait(lambda seen: "Deploy" in seen.text and seen.primary, 120, "the stage screen")
        open_the_log(terminal)
        terminal.wait(
            lambda seen: all(part in seen.text for part in (FIRST, LAST.format(fix[:9]))), 120, "the log"
        )
        terminal.press("escape")
        terminal.wait(deployed, 120, "the deployment seen in production")
    finally:
        terminal.hang_up()
    assert drill.state("deploy.production") == "done"
    (run,) = deploy_runs(drill)
    assert (run["state"], run["exit_code"]) == ("done", 0)
    assert drill.deploys() == [("deploy", fix)]
    assert drill.account(drill.world.expired_token) == 401
