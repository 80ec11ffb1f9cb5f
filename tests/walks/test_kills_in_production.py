"""Killed between the confirmation and the verdict, at places with names: nothing twice, nothing lost, and it goes on.

One walk goes through deployment, look, smoke test, watch and verdict; at each named place the command is killed, alone
or with its process group (as a terminal that closes does), and the walk goes on from what ``status --json`` says.
"""

import itertools
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks import acts
from tests.walks.acts import Act
from tests.walks.drill import Drill
from tests.walks.support import offences
from tests.walks.test_killed_in_deploy import deploy_runs, slow_down, to_the_deploy
from tests.walks.test_kills import SITE, Driver

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

TICKET = "ENG-1234"
DEPLOY = acts.do("deploy.production", "--confirm", TICKET)
LIVE, SMOKE, WATCH = acts.do("deploy.live"), acts.do("monitor.smoke"), acts.do("monitor.watch")
VERDICT = Act(
    ("verdict", "not-fixed", "--why", "the test says so"),
    lambda status: status["rounds"][-1].get("verdict") == "not-fixed",
)

PLACES: tuple[tuple[str, Act, str], ...] = (
    ("confirmed, nothing saved yet", DEPLOY, "1@timeline.toml"),
    ("the intent is on the timeline, not in the record", DEPLOY, "2@os.link"),
    ("the intent is saved, no run has a folder", DEPLOY, "1@os.mkdir"),
    ("the run has its folder, not its commands", DEPLOY, "1@.spec.json"),
    ("the commands are written, nobody carries them out", DEPLOY, "1@supervise.py"),
    ("the deployment runs, the log of production does not", DEPLOY, "2@supervise.py"),
    ("the deployment has ended, its result is not saved", DEPLOY, "1@timeline.toml"),
    ("its result is saved, the watch is about to begin", DEPLOY, "1@supervise.py"),
    ("production was asked, the answer is not saved", LIVE, "1@timeline.toml"),
    ("the answer is on the timeline, not in the record", LIVE, "1@os.link"),
    ("the smoke test has no folder yet", SMOKE, "1@os.mkdir"),
    ("the smoke test is about to be sent", SMOKE, "1@supervise.py"),
    ("the smoke test has its answer, which is not saved", SMOKE, "2@timeline.toml"),
    ("the verdict is given, nothing is saved", VERDICT, "1@timeline.toml"),
    ("the verdict is on the timeline, not in the record", VERDICT, "1@os.link"),
)
"""Where it is killed, in the order in which the walk comes there: its name, the command, and the n-th thing it does."""


def killed(drill: Drill, act: Act, where: str) -> bool:
    """Call once, to be killed at `where`; return whether it came that far."""
    env = drill.env | {"PYTHONPATH": SITE, "TESTS_KILL": where}
    done = subprocess.run(
        drill.argv(*act.argv),
        cwd=drill.checkout,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    return done.returncode == -signal.SIGKILL


def look(drill: Drill) -> acts.Status:
    """Wait for what runs, and read the status; a run that has ended is not settled by that, one that never began is.

    A watch goes on, and is not waited for.
    """
    until = time.monotonic() + 60
    while waits := _unsettled(drill):
        assert time.monotonic() < until, waits
        drill.do("probe")
        time.sleep(0.2)
    return drill.status()


def _unsettled(drill: Drill) -> list[int]:
    """Wait for the ends of what runs; return the runs that were meant to begin, and of which nothing is there."""
    mine = [
        step["run"]
        for step in drill.status()["steps"]
        if step["state"] == "running" and step["id"] != "monitor.watch"
    ]
    for number in mine:
        drill.call("output", str(number), "--follow")
    states = {run["n"]: run["state"] for run in drill.do("runs", "--json").json()["runs"]}
    return [number for number in mine if states[number] not in ("running", "exited")]


def survives(drill: Drill, hows: Iterator[str]) -> list[str]:
    """Go from the confirmation to the verdict under kills; return at which places it was killed."""
    driver, reached = Driver(drill, random.Random(0)), []
    driver.revision = drill.status()["revision"]
    for name, act, place in PLACES:
        how = next(hows)
        if not act.shown(look(drill)) and killed(drill, act, f"{how}:{place}"):
            reached.append(name)
        assert len(drill.deploys()) <= 1, f"deployed twice after: {name} ({how})"
    for act in (DEPLOY, LIVE, SMOKE, WATCH, VERDICT):
        driver.walk([act])
    return reached


def settled(drill: Drill) -> None:
    """Everything happened once, and the record says so."""
    status, fix = drill.status(), drill.evidence("verify.commit")["commit"]
    assert drill.deploys() == [("deploy", fix)]
    assert drill.account(drill.world.expired_token) == 401
    done = [run["step"] for run in status["runs"] if run["state"] == "done"]
    assert done.count("deploy.production") == 1 and "monitor.watch" in done
    said = [entry["text"] for entry in status["timeline"]]
    assert sum(text.startswith("Verdict of round 1") for text in said) == 1
    assert sum(text.startswith("Done: Deploy to production") for text in said) == 1
    assert status["next"]["step"] == "monitor.watch" and "next round" in status["next"]["why"]
    assert not offences([call for call in drill.git_calls() if not call[0].endswith("/.seed")])


def test_killed_at_each_named_place_it_goes_on_and_deploys_once(drill_for):
    drill = drill_for()
    to_the_deploy(drill)
    reached = survives(drill, itertools.cycle(("process", "group")))
    settled(drill)
    assert len(reached) >= 10, reached


@pytest.mark.full
@pytest.mark.parametrize("seed", range(8))
def test_the_same_a_hundred_times(seed, drill_for):
    drill = drill_for()
    to_the_deploy(drill)
    chance = random.Random(seed)
    reached = survives(drill, iter(lambda: chance.choice(("process", "group")), ""))
    settled(drill)
    print("\n".join(reached))
    assert len(reached) >= 10, (seed, reached)


def test_when_the_machine_goes_down_in_a_deployment_it_is_asked_and_nothing_begins_by_itself(drill_for):
    """Its supervisor is killed with what it started: nobody can know the end, so nobody pretends to."""
    drill = drill_for()
    to_the_deploy(drill)
    slow_down(drill, 5.0)
    drill.do(*DEPLOY.argv, "--detach")
    (run,) = deploy_runs(drill)
    folder = next(Path(drill.checkout, ".git/hotfix-tui", TICKET, "runs").glob(f"{run['n']}-*"))
    while b"[1/4]" not in (folder / "log").read_bytes():
        time.sleep(0.05)
    state = json.loads((folder / "status.json").read_text())
    for name in ("supervisor_pid", "pid"):  # the one that could write its end down first
        os.killpg(os.getpgid(state[name]), signal.SIGKILL)
    drill.do("probe")
    step = next(one for one in drill.status()["steps"] if one["id"] == "deploy.production")
    assert step["state"] == "unknown"
    again = drill.call(*DEPLOY.argv)
    assert again.code != 0 and "did-not" in again.out + again.err
    assert drill.deploys() == []
    slow_down(drill, 0)
    drill.do("look", str(run["n"]), "did-not")
    drill.do(*DEPLOY.argv)
    fix = drill.evidence("verify.commit")["commit"]
    assert drill.deploys() == [("deploy", fix)]
