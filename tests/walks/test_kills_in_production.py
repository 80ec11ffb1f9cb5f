"""Killed between a confirmation and what it led to, at places with names: nothing twice, nothing lost, and it goes on.

One walk goes through deployment, look, smoke test, watch, verdict and the rollback after it; at each named place the
command is killed, alone or with its process group (as a terminal that closes does), and the walk goes on from what
``status --json`` says. A seed, which is printed, chooses the places and how.
"""

import json
import os
import random
import signal
import subprocess
import time
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

BACK = Act(
    ("rollback", "previous", "--confirm", TICKET),
    lambda status: any((one["id"], one["state"]) == ("deploy.rollback", "done") for one in status["beside"]),
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
    ("the way back is confirmed, nothing saved yet", BACK, "1@timeline.toml"),
    ("the way back is on the timeline, not in the record", BACK, "1@os.link"),
    ("the way back is saved, its run has no folder", BACK, "1@os.mkdir"),
    ("its run has its folder, not its commands", BACK, "1@.spec.json"),
    ("its commands are written, nobody carries them out", BACK, "1@supervise.py"),
    ("production is as it was, that is not saved", BACK, "2@timeline.toml"),
    ("that it is as it was is on the timeline, not in the record", BACK, "1@os.link"),
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
    until = time.monotonic() + 240
    while waits := _unsettled(drill):
        assert time.monotonic() < until, waits
        drill.do("probe")
        time.sleep(0.2)
    return drill.status()


def _unsettled(drill: Drill) -> list[int]:
    """Wait for the ends of what runs; return the runs that were meant to begin, and of which nothing is there."""
    status = drill.status()
    mine = [
        step["run"]
        for step in (*status["steps"], *status["beside"])
        if step["state"] == "running" and step["id"] not in ("monitor.watch", "deploy.follow")
    ]
    for number in mine:
        drill.call("output", str(number), "--follow")
    states = {run["n"]: run["state"] for run in drill.do("runs", "--json").json()["runs"]}
    return [number for number in mine if states[number] not in ("running", "exited")]


WALK = (DEPLOY, LIVE, SMOKE, WATCH, VERDICT, BACK)


def survives(drill: Drill, seed: int, most: int) -> list[str]:
    """Go from the confirmation to the end of the rollback under kills; return at which places it was killed.

    At most so many places are chosen by the seed, of each act at least one.
    """
    chance = random.Random(seed)
    driver, reached = Driver(drill, random.Random(0)), []
    driver.revision = drill.status()["revision"]
    chosen = {chance.choice([place for place in PLACES if place[1] is act]) for act in (DEPLOY, BACK)}
    rest = [place for place in PLACES if place not in chosen]
    chosen |= set(chance.sample(rest, min(most - len(chosen), len(rest))))
    for walked in WALK:
        if walked is BACK:  # it takes off what was deployed, and what was seen of that
            driver.acknowledged = [act for act in driver.acknowledged if act is VERDICT]
        for name, act, place in PLACES:
            if act is not walked or (name, act, place) not in chosen:
                continue
            how = chance.choice(("process", "group"))
            if not act.shown(look(drill)) and killed(drill, act, f"{how}:{place}"):
                reached.append(f"{name} ({how})")
            did = [what for what, _ in drill.deploys()]
            assert did in ([], ["deploy"], ["deploy", "rollback"]), f"done twice after: {name} ({how}): {did}"
        look(drill)
        driver.walk([walked])
    print(f"seed {seed}, killed {len(reached)} of {len(chosen)} times:", *reached, sep="\n  ")
    return reached


def settled(drill: Drill) -> None:
    """Everything happened once, and the record says so: the fix is off, and the fault is back."""
    status, fix = drill.status(), drill.evidence("verify.commit")["commit"]
    before = drill.git("rev-parse", "v2.3.4^{commit}")
    assert drill.deploys() == [("deploy", fix), ("rollback", before)]
    assert drill.account(drill.world.expired_token) == 200, "the fault is back"
    assert "was taken off production" in status["production"] and "v2.3.4 runs again" in status["production"]
    done = [run["step"] for run in status["runs"] if run["state"] == "done"]
    assert done.count("deploy.production") == 1 and done.count("deploy.rollback") == 1
    assert "monitor.watch" in [run["step"] for run in status["runs"]]
    said = [entry["text"] for entry in status["timeline"]]
    assert sum(text.startswith("Verdict of round 1") for text in said) == 1
    assert sum(text.startswith("Done: Deploy to production") for text in said) == 1
    assert status["next"]["step"] == "monitor.watch" and "next round" in status["next"]["why"]
    assert not offences([call for call in drill.git_calls() if not call[0].endswith("/.seed")])


@pytest.mark.parametrize(
    ("seed", "most"), [(11, 6), *(pytest.param(seed, 20, marks=pytest.mark.full) for seed in range(6))]
)
def test_killed_at_named_places_it_goes_on_and_does_everything_once(seed, most, drill_for):
    drill = drill_for()
    to_the_deploy(drill)
    reached = survives(drill, seed, most)
    settled(drill)
    assert reached


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
