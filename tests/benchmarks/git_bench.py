"""Measures the wizard on a large repository: 30 000 files and 30 000 commits, with a branch and an edit in it.

Times stand beside those of the plain git command that answers the same, taken in turn with it on the same files.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import ptybench
from tests.benchmarks.run import Bench, Row, p95
from tests.benchmarks.scenarios import EMPTY_APP, PROGRAM

FILES = COMMITS = 30_000
LINES = [f"release/{number}" for number in range(5)]
_CONFIG = f"""\
[git]
tag = "off"
backports = {LINES!r}
[commands]
test = ["true"]
regression = [{sys.executable!r}, "-c", "pass"]
"""
STATUS = ("--no-optional-locks", "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all")


@dataclass(frozen=True)
class Big:
    """The checkout with the incident in it, and the environment of its user; stands where `Scenario` does."""

    checkout: str
    env: dict[str, str]
    remote: Path

    @property
    def user(self) -> dict[str, str]:
        """The whole environment for a call."""
        return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | self.env


def make(folder: Path, files: int, commits: int) -> Big:
    """Build the repository, its remote and a clone of it."""
    remote, checkout, home = folder / "big.git", folder / "big", folder / "home"
    home.mkdir()
    env = {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_NAME": "Ann" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ann@example.com" for who in ("AUTHOR", "COMMITTER")},
    }
    os.environ.update(env)
    _git(folder, "init", "-q", "--bare", "-b", "main", str(remote))
    generator = [sys.executable, str(Path(__file__).with_name("mkbigrepo.py")), str(files), str(commits)]
    with subprocess.Popen(generator, stdout=subprocess.PIPE) as made:
        subprocess.run(["git", "fast-import", "--quiet"], cwd=remote, stdin=made.stdout, check=True)
    _git(remote, "tag", "-a", "-m", "v1.0.0", "v1.0.0", "main~20")
    for number, line in enumerate(LINES):
        _git(remote, "branch", line, f"main~{100 * (number + 1)}")
    _git(folder, "clone", "-q", str(remote), str(checkout))
    (checkout / ".git/info/exclude").write_text("/.hotfix-tui.toml\n")
    (checkout / ".hotfix-tui.toml").write_text(_CONFIG)
    return Big(str(checkout), env, remote)


def _on_a_quiet_disk(measure: Callable[[], float]) -> float:
    """Measure once all that was written before is on the disk.

    30 000 new files fill what the kernel holds back: whoever writes next is made to wait for them, which told a
    plain `git worktree add` of 5 s from the same one of 28 s.
    """
    os.sync()
    return measure()


def _git(place: Path | str, *args: str) -> str:
    return subprocess.run(
        ["git", *args], cwd=place, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


class GitBench(Bench):
    """The rows of git: every measurement goes on from where the one before it left the incident."""

    scenario: Big  # type: ignore[assignment]

    def __init__(self, scenario: Big, folder: Path, rounds: int) -> None:
        super().__init__(scenario, folder, rounds)  # type: ignore[arg-type]
        self.calls_made: list[tuple[str, ...]] = []

    def all(self) -> dict[str, Callable[[], list[Row]]]:
        """The measurements by name, in the order of the table."""
        return {
            "branch": self.branch,
            "look": self.look,
            "proof": self.proof,
            "forecast": self.forecast,
            "open": self.open,
            "screen": self.screen,
        }

    def do(self, step: str, choice: str = "") -> float:
        """Carry out a step; return the seconds it took. Anything but done ends the measurement."""
        from hotfix_tui.engine import execute, reconcile

        began = time.perf_counter()
        found = execute.carry_out(self.engine, step, choice=choice)
        while found.state == "running":
            time.sleep(0.005)
            found = reconcile.collect_result(self.engine, step) or found
        taken = time.perf_counter() - began
        if found.state != "done" and step != "verify.proof":
            raise SystemExit(f"{step} is {found.state}: {found.why}")
        return taken

    def _start(self) -> None:
        """Open the incident and bring it to its base, with each call of git counted."""
        from hotfix_tui.config import load as config
        from hotfix_tui.config import trust
        from hotfix_tui.engine import opening
        from hotfix_tui.engine.place import find_place
        from hotfix_tui.git.process import Git
        from hotfix_tui.session import places
        from hotfix_tui.session.store import Store

        real = Git.run

        def counted(git: Git, *args: str, **more: Any) -> Any:
            self.calls_made.append(args)
            return real(git, *args, **more)

        Git.run = counted  # type: ignore[method-assign]
        place = find_place(self.scenario.checkout)
        trust.allow(Path(places.state_root()), config.load(place.root), place.root)
        start = opening.Start(
            "ENG-1234", "P1", {"title": "Expired tokens are accepted", "impact.seen": "all"}
        )
        self.engine = opening.open_incident(place, Store(place.sessions, who="ann"), start, by="ann")
        self.do("triage.rollback-first", "fix")
        self.do("branch.preflight")
        self.do("branch.base")

    def branch(self) -> list[Row]:
        """The branch in a worktree, and in place, against the plain commands."""
        self._start()
        base = self.engine.context().base
        plain, ours, beside = [], [], self.folder / "plain"
        for _ in range(self.rounds):
            plain.append(_on_a_quiet_disk(lambda: self._plain_worktree(beside, base)))
            ours.append(_on_a_quiet_disk(self._in_a_worktree))
        worktree, best = statistics.median(ours), statistics.median(plain)
        began = time.perf_counter()
        _git(self.scenario.checkout, "switch", "-q", "--no-track", "-c", "plain", base)
        switched = time.perf_counter() - began
        _git(self.scenario.checkout, "switch", "-q", "main")
        here = self.do("branch.create", "in-place")
        return [
            Row(
                "the branch in a worktree − git worktree add",
                f"{worktree - best:+.1f} s ({best:.1f} s)",
                "",
                None,
            ),
            Row(
                "the branch in place − git switch -c",
                f"{here - switched:+.1f} s ({switched:.1f} s)",
                "",
                None,
            ),
        ]

    def _plain_worktree(self, beside: Path, commit: str) -> float:
        """Have git add a worktree and take it away again; return the seconds that adding it took."""
        began = time.perf_counter()
        _git(self.scenario.checkout, "worktree", "add", "-q", "--detach", str(beside), commit)
        taken = time.perf_counter() - began
        _git(self.scenario.checkout, "worktree", "remove", "--force", str(beside))
        return taken

    def _in_a_worktree(self) -> float:
        """Make the branch in a worktree and take both away again; return the seconds that making it took."""
        taken = self.do("branch.create", "worktree")
        path, branch = self.engine.context().worktree, self.engine.context().branch
        _git(self.scenario.checkout, "worktree", "remove", "--force", path)
        _git(self.scenario.checkout, "branch", "-D", branch)
        self.engine.change(lambda record, actor: record.steps.pop("branch.create") and [])
        return taken

    def look(self) -> list[Row]:
        """What is asked every second, and what is asked when something moved."""
        from hotfix_tui.engine import reconcile
        from hotfix_tui.steps.changeset import live_diff as change_watch
        from hotfix_tui.steps.changeset.state import consistent_view

        checkout = Path(self.engine.context().worktree)
        edited = sorted(checkout.glob("svc0[0-2]/pkg00/*.py"))[:3]
        for file in edited:
            file.write_text(file.read_text() + "x = 1\n")
        (checkout / "test_fix.py").write_text("def test_fix():\n    assert True\n")
        self.do("fix.change")
        self.do("fix.change", "include:test_fix.py")

        def moved() -> None:
            with consistent_view():
                change_watch.stamp(self.engine.context())
                for step in ("fix.change", "fix.guard"):
                    reconcile.probe_step(self.engine, step)
                change_watch.seen(self.engine.context())

        def plain(*calls: tuple[str, ...]) -> Callable[[], None]:
            return lambda: [_git(checkout, *call) for call in calls] and None

        rows = []
        for what, ours, theirs in (
            (
                "a look whether anything moved ÷ git status",
                lambda: change_watch.stamp(self.engine.context()),
                (STATUS,),
            ),
            (
                "a look at the whole change ÷ git status, diff",
                lambda: change_watch.seen(self.engine.context()),
                (STATUS, ("diff", "--numstat", "-z", "HEAD")),
            ),
            (
                "the same with guard and record ÷ these, and the patch",
                moved,
                (STATUS, ("diff", "--numstat", "-z", "HEAD"), ("diff", "HEAD")),
            ),
            ("an incident opened again ÷ git status", lambda: reconcile.reconcile(self.engine), (STATUS,)),
        ):
            found, calls, own = self._beside(ours, plain(*theirs))
            goal = ("≤ 1.5", found <= 1.5) if "opened" not in what else ("", None)
            rows.append(Row(what, f"{found:.2f} ({own * 1000:.0f} ms, {calls} calls)", goal[0], goal[1]))
        return rows

    def _beside(self, ours: Callable[[], Any], plain: Callable[[], None]) -> tuple[float, int, float]:
        """The median ratio of two things done in turn, the calls of git in the first, and its seconds."""
        ratios, own = [], []
        for number in range(2 * self.rounds + 2):
            began = time.perf_counter()
            plain()
            between = time.perf_counter()
            self.calls_made.clear()
            ours()
            end = time.perf_counter()
            if number > 1:
                ratios.append((end - between) / (between - began))
                own.append(end - between)
        return statistics.median(ratios), len(self.calls_made), statistics.median(own)

    def proof(self) -> list[Row]:
        """The proof of the new test, whose command takes no time, against the worktree that it needs."""
        beside = self.folder / "plain-proof"
        plain = statistics.median(
            _on_a_quiet_disk(lambda: self._plain_worktree(beside, "HEAD")) for _ in range(self.rounds)
        )
        taken = _on_a_quiet_disk(lambda: self.do("verify.proof"))
        return [Row("the proof − git worktree add", f"{taken - plain:+.1f} s ({plain:.1f} s)", "", None)]

    def forecast(self) -> list[Row]:
        """What becomes of three commits on each of five lines."""
        from hotfix_tui.git.forecast import forecast

        git = self.engine.context().git
        commits = _git(self.scenario.checkout, "rev-list", "--reverse", "-3", "origin/main").split()
        picks = [(commit, _git(self.scenario.checkout, "rev-parse", f"{commit}^")) for commit in commits]
        found = []
        for _ in range(self.rounds):
            began = time.perf_counter()
            for line in LINES:
                forecast(git, f"refs/remotes/origin/{line}", picks)
            found.append(time.perf_counter() - began)
        taken = statistics.median(found)
        return [Row("backport forecast, 5 lines × 3 commits", f"{taken:.2f} s", "≤ 2 s", taken <= 2)]

    def open(self) -> list[Row]:
        """The wizard on this incident, from its start to its stage screen."""
        from tests.benchmarks.run import live

        found, plain = [], []
        for _ in range(self.rounds):
            s = ptybench.opts_session(self.options(EMPTY_APP))
            plain.append(
                self._seen(s, lambda sc: "EMPTY-READY" in "".join(sc.display()), "the empty app") - s.t0
            )
            s.kill()
            s = ptybench.opts_session(self.options(PROGRAM))
            found.append(self._seen(s, live, "the stage screen") - s.t0)
            s.kill()
        ratio = statistics.median(found) / statistics.median(plain)
        return [
            Row(
                "keys live ÷ empty Textual app",
                f"{ratio:.2f} ({statistics.median(found):.3f} s)",
                "≤ 1.5",
                ratio <= 1.5,
            )
        ]

    def screen(self) -> list[Row]:
        """Keys while the wizard looks at the repository, beside those at rest; what a hundred looks leave behind."""
        self._go_on_to("fix")
        s = self.wizard()
        s.pump(4)
        opened, children = len(os.listdir(f"/proc/{s.pid}/fd")), len(ptybench.proc_children(s.pid))
        rest, taken = [], []
        for number in range(100):
            rest.append(self._key(s, 2 * number))
            s.write(b"l")
            self._seen(s, _looks, "a look at the change")
            taken.append(self._key(s, 2 * number + 1))
            s.settle(100, 2)
        s.settle(1000, 10)
        more = len(os.listdir(f"/proc/{s.pid}/fd")) - opened + len(ptybench.proc_children(s.pid)) - children
        s.kill()
        ratio = statistics.median(a / b for a, b in zip(taken, rest, strict=True))
        shown = f"{ratio:.2f} ({statistics.median(taken):.1f} / {p95(taken):.1f} ms)"
        return [
            Row("key → paint while it looks ÷ at rest (median / p95)", shown, "≤ 2", ratio <= 2),
            Row("children and open files after 100 looks", f"{more:+d}", "constant", more <= 0),
        ]

    def _go_on_to(self, stage: str) -> None:
        """Bring the incident to `stage`, whose steps look at the repository."""
        from hotfix_tui.engine import commands

        while self.engine.record.stage != stage:
            commands.go_next(self.engine)

    def _key(self, s: ptybench.Session, number: int) -> float:
        """Milliseconds from a key to the mark that it moves."""
        from tests.benchmarks.run import marked

        before = marked(s.screen)
        began = ptybench.now()
        s.write(ptybench.key_bytes("down" if number % 4 < 2 else "up"))
        return (self._seen(s, lambda sc: marked(sc) not in (before, -1), "a moved mark") - began) * 1000


def _looks(screen: Any) -> bool:
    """Tell whether the strip says that the wizard looks, and no longer that it did before."""
    return "looking…" in screen.display()[1]


def rows(folder: Path, rounds: int, files: int = FILES, commits: int = COMMITS) -> Any:
    """Give the rows as they are measured; what was built is removed at the end."""
    place = folder / "git"
    place.mkdir()
    try:
        bench = GitBench(make(place, files, commits), place, rounds)
        for measure in bench.all().values():
            yield from measure()
    finally:
        shutil.rmtree(place, ignore_errors=True)
