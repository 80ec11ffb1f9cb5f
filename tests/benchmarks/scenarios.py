"""What is measured on: a drill with one open incident in the fix stage, in a home of its own."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import hotfix_tui
from hotfix_tui.demo import build, processes

HERE = Path(__file__).parent
PROGRAM = [str(Path(sys.executable).with_name("hotfix-tui"))]
if not os.access(PROGRAM[0], os.X_OK):
    PROGRAM = [sys.executable, "-m", "hotfix_tui"]
EMPTY_APP = [sys.executable, str(HERE / "empty_app.py")]
PASS = [sys.executable, "-c", "pass"]
TICKET = "ENG-1234"

_ACTS = (
    ("trust", "--yes"),
    ("new", TICKET, "--title", "Expired tokens are accepted", "--severity", "P1"),
    ("set", "impact.seen", "An expired token opens the account"),
    ("do", "triage.rollback-first", "--choose", "fix"),
    ("next",),
    ("do", "branch.preflight"),
    ("do", "branch.base"),
    ("do", "branch.create"),
    ("next",),
)


@dataclass(frozen=True)
class Scenario:
    """A checkout with an open incident, and the environment of its user."""

    world: build.World
    env: dict[str, str]

    @property
    def checkout(self) -> str:
        """Where the wizard is started."""
        return str(self.world.checkout)

    @property
    def user(self) -> dict[str, str]:
        """The whole environment for a call, without the settings of the interpreter that measures."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {**kept, **self.env}

    @property
    def sessions(self) -> Path:
        """The folder of the incidents."""
        return self.world.checkout / ".git" / "hotfix-tui"

    def call(self, *arguments: str) -> str:
        """Call ``hotfix-tui``; return what it prints. Raises CalledProcessError."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.checkout,
            env=self.user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        )
        return done.stdout


def make(folder: Path) -> Scenario:
    """Build the drill in `folder` and bring its incident to the fix stage. Its servers run until `end`."""
    compileall.compile_dir(next(iter(hotfix_tui.__path__)), quiet=1)  # as an installer leaves it
    world = build.build(str(folder / "drill"), pace=0)
    home = folder / "home"
    home.mkdir()
    env = {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    scenario = Scenario(world, env)
    processes.start(world)
    for act in _ACTS:
        scenario.call(*act)
    return scenario


def end(scenario: Scenario) -> None:
    """Stop the servers of the drill."""
    processes.stop(scenario.world)
