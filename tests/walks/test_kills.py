"""The walk of a P0 under SIGKILL at random moments: nothing acknowledged is lost, nothing irreversible is repeated.

The walk is made command by command. Now and then the process of the command is killed, alone or with its process
group, never a supervisor. After each command the walk goes on from what ``status --json`` says, as a person would.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from hotfix_tui.incident.model.catalog import IRREVERSIBLE
from tests.walks import acts
from tests.walks.acts import Act, Status
from tests.walks.drill import Drill
from tests.walks.support import offences
from tests.walks.test_deploy_first import NEW, check_the_world, walk_b

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

NOTHING, PROCESS, GROUP = "nothing", "process", "group"


@dataclass
class Driver:
    """Carries a walk out under kills, and keeps what was acknowledged by exit status 0."""

    drill: Drill
    random: random.Random
    kills_left: int
    acts_left: int = 80
    killed: Counter[str] = field(default_factory=Counter)
    acknowledged: list[Act] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Lines that acknowledged commands printed, each an entry of the timeline."""
    revision: int = 0
    usual: dict[str, float] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Open the incident; killed or not, there is one in the end, and only one."""
        while True:
            code, _ = self.call(NEW)
            known = self.drill.do("list", "--json").json()["incidents"]
            assert code is None or known, "an acknowledged incident is lost"
            if known:
                assert [item["id"] for item in known] == ["ENG-1234"]
                return

    def walk(self, walk: list[Act]) -> None:
        status = self.look()
        for place, act in enumerate(walk):
            self.acts_left = len(walk) - place
            while not act.shown(status):
                code, out = self.call(act.argv)
                if code == 5 and "may be out already" in out:
                    is_out = self.drill.outbox(act.argv[1]) != ""
                    code, out = self.call((*act.argv, "--by-hand" if is_out else "--again"))
                if code is not None:
                    assert code == 0, (act, out)
                    self.acknowledged.append(act)
                    if act.argv[0] in ("set", "tick", "waive", "note", "next", "verdict", "resolve", "close"):
                        self.said += [
                            line for line in out.splitlines() if line and line != "Nothing changed."
                        ]
                status = self.look()

    def look(self) -> Status:
        """Read the status, see that nothing is lost, and wait for what still runs."""
        until = time.monotonic() + 60
        while True:
            status = self.drill.status()
            lost = [str(act) for act in self.acknowledged if not act.shown(status)]
            texts = {entry["text"] for entry in status["timeline"]}
            lost += [line for line in self.said if line not in texts]
            assert not lost, f"acknowledged, but lost: {lost}"
            assert status["revision"] >= self.revision
            self.revision = status["revision"]
            assert not [step["id"] for step in status["steps"] if step["state"] == "unknown"]
            running = [step["run"] for step in status["steps"] if step["state"] == "running"]
            if not running:
                return status
            assert time.monotonic() < until, running
            self.drill.call("output", str(running[0]), "--follow")
            self.drill.do("probe")
            time.sleep(0.2)

    def way(self, kind: str) -> str:
        """What happens to the next call: kills are spread over the walk, and each irreversible act is a target once."""
        first = kind.removeprefix("do ") in IRREVERSIBLE and kind not in self.tried
        self.tried.add(kind)
        # About half of the targets live to their end.
        if not self.kills_left or not (first or self.random.random() < 2 * self.kills_left / self.acts_left):
            return NOTHING
        return self.random.choice((PROCESS, GROUP) if first else (PROCESS, PROCESS, GROUP, NOTHING))

    def call(self, argv: tuple[str, ...]) -> tuple[int | None, str]:
        """Call once, perhaps kill it; the exit status is None when it was killed."""
        begun = time.monotonic()
        kind = " ".join(argv[:2])
        way = self.way(kind)
        process = subprocess.Popen(
            self.drill.argv(*argv),
            cwd=self.drill.checkout,
            env=self.drill.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        if way != NOTHING:
            try:
                process.wait(self.random.uniform(0.05, 1.1 * self.usual.get(kind, 0.9)))
            except subprocess.TimeoutExpired:
                if way == GROUP:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()
                process.wait()
        out = _read(process)
        if process.returncode == -signal.SIGKILL:
            self.killed[f"{way} {kind}"] += 1
            self.kills_left -= 1
            return None, out
        self.usual[kind] = time.monotonic() - begun
        return process.returncode, out


def _read(process: "subprocess.Popen[str]") -> str:
    """What the call printed. A child that outlives it may hold the pipe open for a moment."""
    out, _ = process.communicate(timeout=120)
    return out


def killed_walk(drill: Drill, seed: int, kills: int) -> Counter[str]:
    """Make the whole walk under at most `kills` kills, then look at the world; return what was killed."""
    driver = Driver(drill, random.Random(seed), kills)
    walk = walk_b(drill)
    for place in range(len(walk), 0, -12):
        walk.insert(place, acts.note(f"note at {place}"))
    driver.begin()
    driver.walk(walk)
    check_the_world(drill)
    _nothing_repeated(drill)
    assert offences(drill.git_calls()) == []
    return driver.killed


def _nothing_repeated(drill: Drill) -> None:
    """Each ref was updated once, each push made once, the deployment made once."""
    updates = Counter((ref, new) for _, new, ref in drill.remote_updates())
    assert max(updates.values()) == 1, updates
    assert max(Counter(ref for ref, _ in updates).values()) == 1, updates
    pushes = Counter(argv[-1] for argv in drill.pushes())
    assert max(pushes.values()) == 1, pushes
    assert len(drill.deploys()) == 1
    for box in ("internal", "status-page"):
        lines = drill.outbox(box).splitlines()
        assert lines and lines.count(lines[0]) == 1, f"the {box} message went out twice"


def test_fifteen_kills_lose_and_repeat_nothing(drill_for):
    seed = 20_231_115
    killed = killed_walk(drill_for(), seed, kills=20)
    print(f"seed {seed}: {sum(killed.values())} kills: {dict(killed)}")
    assert sum(killed.values()) >= 15


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_two_hundred_kills_lose_and_repeat_nothing(drill_for):
    total, seed = Counter(), 1_000
    while (done := sum(total.values())) < 200:
        seed += 1
        killed = killed_walk(drill_for(), seed, kills=200 - done)
        print(f"seed {seed}: {sum(killed.values())} kills: {dict(killed)}")
        total += killed
    print(f"{sum(total.values())} kills in {seed - 1_000} walks")
