"""Walks with keys alone: a newcomer takes the drill to its end, and again with the wizard killed on the way."""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotfix_tui.demo import build, ledger, offers
from hotfix_tui.incident.model.catalog import SHORT_TITLES
from tests.walks.drill import Drill
from tests.walks.keys_driver import Person
from tests.walks.support import Desk, offences
from tests.walks.terminal import Killed, Terminal

pytestmark = pytest.mark.walk

TICKET = "ENG-1234"
ANSWERS = [
    (r"^Ticket", TICKET),
    (r"^What is broken", "Expired tokens are accepted"),
    (r"^What users see", "An expired token opens the account"),
    (r"^Who is affected", "everyone with a lost device"),
    (r"^Root cause", "The expiry is never looked at"),
    (r"^The fix", "Refuse a token after its expiry"),
    (r"^Reviewer", "Kim Reviewer"),
    (r"^Why\?", "An expired token gets 401 now"),
    (r"^What is not affected", "Sign-in and payments"),
    (r"^Was data lost", "no"),
    (r"^What customers have to do", "Nothing"),
    (r"^Review meeting", "tomorrow 10:00"),
    (r"^Granted by", "Kim Reviewer"),
    (r"^Why they stay", "The meeting fills them in"),
]
MOST_KEYS = 85
"""What a newcomer presses in the drill at most, letters of texts aside: about 70 are needed. A key that the screen did
not answer, as one that came before a slow machine was ready for it, is pressed again and counts once."""

SITE = str(Path(__file__).parent.parent / "recorder" / "site")
PROGRAM = [str(Path(sys.executable).with_name("hotfix-tui"))]
if not os.access(PROGRAM[0], os.X_OK):
    PROGRAM = [sys.executable, "-m", "hotfix_tui"]


def newcomer(terminal: Terminal, yes_at: str = "Does a critical feature") -> Person:
    return Person(terminal, answers=ANSWERS, yes_at=yes_at, ways=[], word=TICKET)


def is_closed(terminal: Terminal) -> bool:
    if terminal.primary == "Leave, and keep the files to read":
        return True  # the last page of a drill, which only a closed one has
    return terminal.primary == "See all incidents" and terminal.rows[0].endswith("closed")


def check_the_world(drill: Drill) -> None:
    """Production is fixed and the remote holds branch, merge, tag and backports, each once."""
    (incident,) = drill.do("list", "--json").json()["incidents"]
    assert incident["state"] == "closed"
    assert drill.account(drill.world.expired_token) == 401
    assert drill.account(drill.world.valid_token) == 200
    found = drill.do("status", incident["id"], "--json").json()
    evidence = {step["id"]: step["evidence"] for step in found["steps"]}
    fix = evidence["verify.commit"]["commit"]
    assert drill.deploys() == [("deploy", fix)]
    assert drill.remote("merge-base", fix, "main") == fix
    tags = set(drill.remote("tag", "--list", "v2.3.*").split()) - {f"v2.3.{n}" for n in range(5)}
    assert tags == {"v2.3.5"}
    assert drill.remote("cat-file", "-t", "refs/tags/v2.3.5") == "tag"
    lines = [line for step, line in evidence.items() if step.startswith("backport.")]
    assert lines
    for line in lines:
        picked = drill.remote("rev-parse", f"refs/heads/{line['branch']}")
        assert "expire" in drill.remote("show", picked, "--", "tokend/tokens.py")
    assert TICKET in drill.outbox("internal")
    assert drill.outbox("status-page").count("Expired tokens are accepted") >= 1
    # Where the drill is built, and where its forge works, is no repository of the engineer's.
    others = (f"{drill.world.root}/.seed", str(drill.world.remote), f"{drill.world.root}/forge")
    calls = [call for call in drill.git_calls() if not call[0].startswith(others)]
    assert calls
    assert not offences(calls)


def processes_with(word: str) -> list[str]:
    """The command lines of all processes that have a word among their arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line:
            found.append(line)
    return found


@pytest.mark.timeout(1500)
def test_a_newcomer_takes_the_drill_from_its_command_line_to_closed(tmp_path):
    desk = Desk(root=tmp_path / "desk", checkout=tmp_path)
    folder = tmp_path / "drill"
    terminal = Terminal([*PROGRAM, "demo", "--dir", str(folder)], tmp_path, desk.env)
    try:
        person = newcomer(terminal, "Can sign-in or permissions")  # as the drill's story says
        person.walk(is_closed, acts=2000, seconds=1200)
        drill = Drill(root=desk.root, checkout=folder / "tokend", world=build.load(folder))
        check_the_world(drill)
        word = json.loads((folder / "drill.json").read_text())["process_token"]
        now = ledger.count(folder, datetime.now(UTC))
        said = f"{person.counted} keys, of {now.keys} pressed, {now.words} words"
        assert now.words <= 40 and person.counted <= MOST_KEYS <= 5 * person.counted, person.report(said)
        print(f"{said}, {now.own_seconds:.0f} s of {now.open_seconds:.0f} s\n{terminal.text}")
        assert min(now.own_seconds, now.wizard_seconds, now.waited_seconds) > 0
        person.read_it()
        terminal.press("x")
        assert terminal.wait_end(120) == 0
        assert terminal.left_changed() == []
        assert "The drill is tidied up" in terminal.text
        assert not folder.exists()
        assert not processes_with(word)
    finally:
        terminal.hang_up()


def shown_is_kept(terminal: Terminal, status: dict[str, Any]) -> None:
    """What the last picture called done or waived is so in the record."""
    titles = {
        SHORT_TITLES.get(step["id"], step["title"].removeprefix("Backport to ")): step["state"]
        for step in status["steps"]
    }
    for shown, state in terminal.steps_shown().items():
        kept = {now for title, now in titles.items() if title.startswith(shown)}
        assert kept, f"{shown!r} is no step"
        if state in ("done", "waived"):
            assert state in kept, (shown, state, kept, terminal.shown)
    if TICKET in terminal.shown[0]:
        assert status["ticket"] == TICKET


@dataclass
class Killer:
    """Kills the wizard at places of the walk: at the n-th key of an act, before it, after it, or at the n-th thing that
    the program does that is externally visible, from then on.
    """

    drill: Drill
    random: random.Random
    keys: list[int]
    """Which keys of acts, counted from the walk's beginning, have a kill; sorted."""
    leaving: list[int]
    """The same for the keys that may let something leave the machine."""
    pressed: int = 0
    left: int = 0
    armed: bool = False
    done: list[str] = field(default_factory=list)
    terminal: Terminal | None = None

    @property
    def file(self) -> Path:
        return self.drill.root / "armed"

    def open(self) -> Terminal:
        """Open the wizard, so that it can be killed."""
        self.file.unlink(missing_ok=True)
        self.armed = False
        env = self.drill.env | {"PYTHONPATH": SITE, "TESTS_KILL": f"armed:{self.file}"}
        self.terminal = Terminal(PROGRAM, self.drill.checkout, env)
        return self.terminal

    def press(self, press: Callable[[], None], leaves: bool) -> None:
        """Press the key of an act, and kill where one is due."""
        if self.armed:
            self._kill("with what it began")
        self.pressed += 1
        self.left += leaves
        due = self._due(self.keys, self.pressed) or (leaves and self._due(self.leaving, self.left))
        how = self.random.choice(("before", "after", "within", "within")) if due else ""
        if how == "before":
            self._kill("before key")
        if how == "within":
            self.armed = True
            self.file.write_text(f"process:{int(2 ** self.random.uniform(0, 5))}", encoding="ascii")
        press()
        if how == "after":
            self._kill("after key")

    def _due(self, places: list[int], now: int) -> bool:
        if places and now >= places[0]:
            places.pop(0)
            return True
        return False

    def _kill(self, where: str) -> None:
        self.done.append(f"{where} {self.pressed}")
        assert self.terminal is not None
        self.terminal.kill()
        raise Killed


def walk_with_kills(drill: Drill, killer: Killer, seed: int, most: float, *, whole: bool) -> None:
    """Kill the wizard at the killer's places, and take the drill to its end; or until all kills are over, where it is
    not to be walked as a `whole`.
    """

    def over(terminal: Terminal) -> bool:
        left = killer.keys or killer.leaving or killer.armed
        return is_closed(terminal) if whole else not left and terminal.primary != ""

    print(
        f"seed {seed}: kills at the keys {killer.keys} and, of those that leave the machine, {killer.leaving}"
    )
    revision = 0
    until = time.monotonic() + most
    while True:
        assert time.monotonic() < until, f"seed {seed}: not at its end after {most:.0f} s"
        terminal = killer.open()
        person = newcomer(terminal)
        person.pressing = killer.press
        try:
            person.walk(over, acts=2000, seconds=max(until - time.monotonic(), 1))
            return
        except Killed:
            pass
        finally:
            terminal.hang_up()
        known = drill.do("list", "--json").json()["incidents"]
        if known:
            status = drill.do("status", known[0]["id"], "--json").json()
            print(f"killed at key {killer.pressed}, revision {status['revision']}, in {status['stage']}")
            assert status["revision"] >= revision
            revision = status["revision"]
            shown_is_kept(terminal, status)
        else:
            assert revision == 0


def check_nothing_twice(drill: Drill, *, deployments: int = 1) -> None:
    """Each ref of the remote was updated once, each was pushed once, and there were so many deployments."""
    refs = [ref for _, _, ref in drill.remote_updates()]
    assert len(refs) == len(set(refs)), refs
    targets = [argv[-1] for argv in drill.pushes() if "--dry-run" not in argv]
    assert len(targets) == len(set(targets)), targets
    assert len(drill.deploys()) == deployments
    assert len(drill.deploys("staging")) <= 1


def killed_walk(drill: Drill, seed: int, kills: int, most: float) -> None:
    """Half of the kills are at keys that may let something leave the machine."""
    source = random.Random(seed)
    leaving = sorted(source.sample(range(1, 9), kills // 2))
    killer = Killer(drill, source, sorted(source.sample(range(2, 70), kills - kills // 2)), leaving)
    offers.fix(str(drill.checkout), str(drill.world.patch), "")
    walk_with_kills(drill, killer, seed, most, whole=True)
    check_the_world(drill)
    check_nothing_twice(drill)


@pytest.mark.full
@pytest.mark.timeout(1500)
def test_three_kills_among_the_first_keys_lose_nothing(drill_for):
    """From the first key to the fix; what the later ones can lose is killed by commands (test_kills) and at the
    deployment (test_killed_in_deploy), and by keys among the long counts.
    """
    drill, source = drill_for(), random.Random(1_024)
    offers.fix(str(drill.checkout), str(drill.world.patch), "")
    killer = Killer(drill, source, sorted(source.sample(range(2, 24), 3)), [])
    walk_with_kills(drill, killer, 1_024, 1200, whole=False)
    assert len(drill.do("list", "--json").json()["incidents"]) == 1
    assert not offences(drill.git_calls())
    check_nothing_twice(drill, deployments=0)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_eight_kills_lose_nothing_and_repeat_nothing(drill_for):
    killed_walk(drill_for(), 1_024, 8, 1500)


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("quarter", range(4))
def test_two_hundred_kills_in_four_times_fifty(drill_for, quarter):
    for _ in range(5):
        killed_walk(drill_for(), quarter * 1_000_000 + random.SystemRandom().randrange(10**6), 10, 800)
