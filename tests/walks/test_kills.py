"""The walk of a P0 under SIGKILL at many places: nothing acknowledged is lost, nothing irreversible is repeated.

The walk is made command by command. Some commands, chosen from the printed seed, are killed at the n-th thing that
they do to the world (see tests/recorder/site/killer.py), alone or with their process group, never a supervisor. After
each command the walk goes on from what ``status --json`` says, as a person would.
"""

import random
import re
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hotfix_tui.incident.model.catalog import IRREVERSIBLE
from tests.walks import acts
from tests.walks.acts import Act, Status
from tests.walks.drill import Drill
from tests.walks.support import offences
from tests.walks.test_deploy_first import NEW, check_the_world, walk_b

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

SITE = str(Path(__file__).parent.parent / "recorder" / "site")


_OVER = re.compile(r"ENG-1234 \(closed\): ")
"""What is said before an entry of an incident that is over."""


@dataclass
class Driver:
    """Carries a walk out under kills, and keeps what was acknowledged by exit status 0."""

    drill: Drill
    random: random.Random
    planned: set[int] = field(default_factory=set)
    """Places in the walk whose first call is killed."""
    killed: Counter[str] = field(default_factory=Counter)
    acknowledged: list[Act] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Lines that acknowledged commands printed, each an entry of the timeline."""
    revision: int = 0

    def begin(self) -> None:
        """Open the incident; killed or not, there is one in the end, and only one."""
        while True:
            code, _ = self.call(NEW, killed=BEGIN in self.planned)
            self.planned.discard(BEGIN)
            known = self.drill.do("list", "--json").json()["incidents"]
            assert code is None or known, "an acknowledged incident is lost"
            if known:
                assert [item["id"] for item in known] == ["ENG-1234"]
                return

    def walk(self, walk: list[Act]) -> None:
        status = self.look()
        for place, act in enumerate(walk):
            while not act.shown(status):
                code, out = self.call(act.argv, killed=place in self.planned)
                self.planned.discard(place)
                if code == 5 and "may be out already" in out:
                    is_out = self.drill.outbox(act.argv[1]) != ""
                    code, out = self.call((*act.argv, "--by-hand" if is_out else "--again"))
                if code is not None:
                    assert code == 0, (act, out)
                    self.acknowledged.append(act)
                    if act.argv[0] in ("set", "tick", "waive", "note", "next", "verdict", "resolve", "close"):
                        self.said += [
                            _OVER.sub("", line)
                            for line in out.splitlines()
                            if line and line != "Nothing changed."
                        ]
                status = self.look()

    def look(self) -> Status:
        """Read the status, see that nothing is lost, and wait for what still runs."""
        until = time.monotonic() + 240
        while True:
            status = self.drill.status()
            lost = [str(act) for act in self.acknowledged if not act.shown(status)]
            texts = {entry["text"] for entry in status["timeline"]}
            lost += [line for line in self.said if line not in texts]
            assert not lost, f"acknowledged, but lost: {lost}"
            assert status["revision"] >= self.revision
            self.revision = status["revision"]
            assert not [step["id"] for step in status["steps"] if step["state"] == "unknown"]
            running = {step["id"]: step["run"] for step in status["steps"] if step["state"] == "running"}
            if not running:
                return status
            assert time.monotonic() < until, running
            waits = [run for step, run in running.items() if step != "monitor.watch"]
            for run in waits[:1]:  # a watch goes on after it has proposed something
                self.drill.call("output", str(run), "--follow")
            self.drill.do("probe")
            time.sleep(0.2)

    def call(self, argv: tuple[str, ...], *, killed: bool = False) -> tuple[int | None, str]:
        """Call once; the exit status is None when it was killed."""
        if not killed:
            done = self.drill.call(*argv)
            return done.code, done.out + done.err
        # Most places are early ones; beyond the last the kill falls on the end, when all is done and unsaid.
        where = (
            f"{self.random.choice(('process', 'process', 'group'))}:{int(2 ** self.random.uniform(0, 6.5))}"
        )
        env = self.drill.env | {"PYTHONPATH": SITE, "TESTS_KILL": where}
        process = subprocess.Popen(
            self.drill.argv(*argv),
            cwd=self.drill.checkout,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        out = _read(process)
        assert process.returncode == -signal.SIGKILL, (argv, where, process.returncode, out)
        self.killed[f"{where} {' '.join(argv[:2])}"] += 1
        return None, out


def _read(process: "subprocess.Popen[str]") -> str:
    """What the call printed. A child that outlives it may hold the pipe open for a moment."""
    out, _ = process.communicate(timeout=280)
    return out


BEGIN = -1
"""The place of the call that opens the incident."""


def killed_walk(drill: Drill, seed: int, kills: int) -> Counter[str]:
    """Make the whole walk under `kills` kills, then check the outcome; return what was killed.

    Each irreversible act is a target; the other targets are spread over the walk. An act that a killed call did
    already, and that is therefore not called again, takes its kill with it.
    """
    print(f"seed {seed}")
    source = random.Random(seed)
    walk = walk_b(drill)
    for place in range(len(walk), 0, -12):
        walk.insert(place, acts.note(f"note at {place}"))
    first = [place for place, act in enumerate(walk) if act.argv[0] == "do" and act.argv[1] in IRREVERSIBLE]
    others = [place for place in range(BEGIN, len(walk)) if place not in first]
    planned = [
        *source.sample(first, min(len(first), kills)),
        *source.sample(others, max(kills - len(first), 0)),
    ]
    driver = Driver(drill, source, set(planned))
    driver.begin()
    driver.walk(walk)
    check_the_world(drill)
    _nothing_repeated(drill)
    assert offences(drill.git_calls()) == []
    print(f"{sum(driver.killed.values())} kills: {dict(driver.killed)}")
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
    assert killed_walk(drill_for(), seed=20_231_115, kills=15)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_two_hundred_kills_lose_and_repeat_nothing(drill_for):
    first = random.SystemRandom().randrange(10**6)
    for seed in range(first, first + 8):
        killed_walk(drill_for(), seed, kills=25)
