"""A lived-in checkout with a hotfix at some stage, one fault to meet, and what must not change in the meantime.

The checkout is made once per stage and copied for each fault: with a remote, a modified, a staged and an untracked
file, a stash, somebody's branch. The hotfix itself is in a worktree next to it, as by default.
"""

import contextlib
import copy
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.views import views
from hotfix_tui.runner import runs
from hotfix_tui.runner.runs import RunState
from hotfix_tui.runner.spec import RunSpec, encode
from hotfix_tui.steps.contract import Plan
from hotfix_tui.steps.registry import find
from hotfix_tui.ui.presenters.default_action import of_step
from tests.gitworld import World
from tests.steps.support import PYTHON_TEST, SHOP, Incident
from tests.walks.support import tree_hash

STAGES = ("fresh", "looked", "based", "branched", "changed", "committed", "pushed", "landed")
CONFIG: dict[str, Any] = {"git": {"backports": ["release/1.x"]}}
FIXED = "def total(prices):\n    return round(sum(prices), 2)\n"
_TOML = '[git]\nbackports = ["release/1.x"]\n'

Making = Callable[["Bench"], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """One fault: how it is made and cured, which step meets it, and what that step must say.

    `make` is a generator: it makes the fault before its yield, and cures it after. With `race` it happens between the
    plan and its commands. `outcome` is the state of the step's result, or ``refused``.
    """

    name: str
    make: Making
    at: str
    step: str
    says: tuple[str, ...]
    outcome: str = "failed"
    choice: str = ""
    then: str = "done"
    then_choice: str = ""
    then_step: str = ""
    race: bool = False
    supervised: bool = False
    """Run by the real supervisor, in a terminal as planned; cancelled if the step would run forever."""
    disk: bool = False
    """On its own small file system; only root can mount it."""
    full: bool = False
    """Slow: for the full run only."""
    opens: int = 0
    """The exit status of ``new``: 1 if there is no repository to open, 8 if no incident can be stored."""

    @property
    def id(self) -> str:
        """The name of the test: that of the fault, and of the function if a fault has several."""
        return f"{self.name} - {self.make.__name__}".replace(" ", "_")


FAULTS: list[Fault] = []


def fault(name: str, *, at: str, step: str, says: tuple[str, ...], **more: Any) -> Callable[[Making], Making]:
    """Add the decorated generator to the table."""

    def enter(make: Making) -> Making:
        FAULTS.append(Fault(name, make, at, step, says, **more))
        return make

    return enter


@dataclass(frozen=True)
class Said:
    """What a step answered: the state of its result or ``refused``, and everything it says to people."""

    state: str
    text: str
    evidence: dict[str, Any]
    why: str = ""


class Bench(Incident):
    """An incident in the lived-in checkout, with the means to break things there."""

    patch: pytest.MonkeyPatch
    supervised = False
    step = ""
    cancelling = ""
    """Text of the log at which a supervised run is cancelled."""
    cleanup: contextlib.ExitStack

    @property
    def start(self) -> World:
        """The checkout from which the wizard was started."""
        return self.world

    @property
    def remote(self) -> Path:
        """The bare repository that is ``origin``."""
        return Path(self.root).with_name("shop.git")

    def attempt(self, step: str, choice: str = "", between: Callable[[], Any] | None = None) -> Said:
        """Plan, run and conclude a step as the engine does, including errors; `between` runs after the plan."""
        warnings: list[str] = []
        try:
            try:
                plan = self.plan(step, choice)
            except GitError as problem:
                return Said("refused", problem.sentence, {})
            warnings = plan.warnings
            if between:
                between()
            result = self._carry_out(step, choice, plan)
        except Refused as refused:
            assert all(reason.sentence and reason.cure for reason in refused.reasons)
            return Said("refused", str(refused), {})
        remarks = result.evidence.get("warnings", []) if step == "branch.preflight" else []
        text = " ".join([result.why, *warnings, *remarks, plan.by_hand])
        return Said(result.state, text, result.evidence, result.why)

    def _carry_out(self, step: str, choice: str, plan: Plan) -> Any:
        impl, self.step = find(step), step
        assert impl is not None
        if not plan.commands:
            applied = impl.apply(self.context(), choice)
            return self.keep(step, applied if applied is not None else impl.probe(self.context()))
        old = self.record.stored(step) or {}
        self.begin(step, plan, {**old, **plan.evidence})
        state, folder = self.run(plan)
        return self.keep(step, impl.conclude(self.context(), state, str(folder)))

    def run(self, plan: Plan) -> tuple[RunState, Path]:
        """Run a plan's commands, with the record that the supervisor writes."""
        spec = RunSpec(self.step, plan.commands, tty=plan.tty, timeout=plan.timeout, env=plan.env, grace=0.5)
        if not self.supervised:
            state, folder = super().run(plan)
            (folder / "spec.json").write_bytes(encode(spec))
            return state, folder
        self.runs += 1
        folder = self.directory / "runs" / str(self.runs)
        runs.start(folder, spec)
        seen = b""
        for piece in runs.follow(folder):
            seen += piece
            if self.cancelling and self.cancelling.encode() in seen:
                runs.cancel(folder, "by ann")
        while (state := runs.look(folder)).state == "running":
            time.sleep(0.02)
        self.log = seen.decode("utf-8", "replace")
        return state, folder

    def move(self, path: Path, **config: Any) -> World:
        """Start the incident again in another repository."""
        self.world, self.root = at_path(path), str(path)
        new = Incident(self.world, self.directory, **(config or CONFIG))
        self.record = new.record
        return self.world

    def next_key(self, step: str) -> str:
        """Return what enter would do with `step` selected."""
        return of_step(self.record, views(self.record)[step]).label

    def git_path(self, name: str) -> Path:
        """Return a file of the git directory of the hotfix worktree."""
        return self.worktree / self.git("rev-parse", "--git-path", name)

    def hook(self, name: str, script: str, place: Path | None = None) -> Path:
        """Put a hook into the start checkout's repository, or into `place`."""
        file = (place or Path(self.root, ".git")) / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def url(self, url: str) -> None:
        """Point ``origin`` somewhere else."""
        self.start("config", "remote.origin.url", url)

    def other(self) -> World:
        """Return a colleague's clone of the remote."""
        path = self.remote.with_name("colleague")
        subprocess.run(["git", "clone", "-q", str(self.remote), str(path)], check=True, capture_output=True)
        clone = World.__new__(World)
        clone.path, clone.time = path, 1_700_005_000
        return clone

    def on_remote(self, *args: str) -> str:
        """Call git in the remote."""
        return World.__call__(at_path(self.remote), *args)

    def kept(self) -> dict[str, Any]:
        """Return everything that belongs to the engineer: files, index, HEAD, reflogs, stash, branches of the start
        checkout.

        Read from the files, and by git as far as git can read them at all.
        """
        root = Path(self.root)
        bare = (root / "HEAD").exists()
        folder = root if bare else root / ".git"
        files = tree_hash(root, skip=(".git",)) if root.exists() and not bare else ""
        kept: dict[str, Any] = {"files": files}
        for name in ("HEAD", "index", "logs/HEAD", "logs/refs/stash", "refs/stash", "ORIG_HEAD"):
            file = folder / name
            kept[name] = file.read_bytes() if file.is_file() else None
        heads = folder / "refs" / "heads"
        for branch in ("main", "wip"):
            file = heads / branch
            kept[branch] = file.read_bytes() if file.is_file() else None
        for args in (("status", "--porcelain=v2", "-z"), ("stash", "list"), ("reflog", "HEAD")):
            kept[args[0]] = _said_by_git(root, *args)
        return kept


def at_path(path: Path) -> World:
    """Return the repository that is at `path`, to act on."""
    world = World.__new__(World)
    world.path, world.time = path, 1_700_006_000
    return world


def _said_by_git(root: Path, *args: str) -> tuple[int, bytes]:
    git = shutil.which("git", path="/usr/local/bin:/usr/bin:/bin") or "git"
    env = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "PATH": os.environ.get("PATH", "") + ":/usr/bin:/bin"}
    run = subprocess.run([git, *args], cwd=root if root.is_dir() else "/", env=env, capture_output=True)
    return run.returncode, run.stdout


def build(folder: Path) -> None:
    """Make the checkout at every stage, each in its own folder below `folder`, without git's sample hooks."""
    empty = folder / "no-template"
    empty.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_TEMPLATE_DIR", str(empty))
        _build(folder)


def _build(folder: Path) -> None:
    place = folder / "work"
    seed = World(place / "seed")
    seed.commit("Start", **{"shop.py": SHOP, "test_shop.py": PYTHON_TEST, ".gitignore": "__pycache__/\n"})
    # The line is older than the release, so that it is certain where the fix lands.
    seed("branch", "release/1.x")
    seed.commit("Release", NEWS="1.0.0\n")
    seed("tag", "-a", "v1.0.0", "-m", "v1.0.0")
    seed("switch", "-q", "-c", "topic")
    seed.commit("Not live yet", **{"later.py": "x = 1\n"})
    seed("switch", "-q", "main")
    seed("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    seed("branch", "-q", "-D", "topic")
    for options, source, target in ((["--bare"], "seed", "shop.git"), ([], "shop.git", "shop")):
        argv = ["git", "clone", "-q", *options, str(place / source), str(place / target)]
        subprocess.run(argv, check=True, capture_output=True)
    _live_in(place / "shop")
    (place / "incident").mkdir()
    bench = Bench(at_path(place / "shop"), place / "incident", **CONFIG)
    for stage in STAGES:
        _advance(bench, stage)
        shutil.copytree(place, folder / stage, symlinks=True)
        _records[stage] = copy.deepcopy(bench.record.doc)


_records: dict[str, dict[str, Any]] = {}


def _live_in(path: Path) -> None:
    shop = at_path(path)
    shop.write("later.py", "x = 2\n")
    shop("stash", "push", "-q", "-m", "half an idea")
    shop("branch", "wip")
    shop.write(".git/info/exclude", "/.hotfix-tui.toml\n")
    shop.write(".hotfix-tui.toml", _TOML)
    shop.write("staged.py", "y = 1\n")
    shop("add", "staged.py")
    shop.write("later.py", "x = 3\n")
    shop.write("notes.txt", "mine\n")


def _advance(bench: Bench, stage: str) -> None:
    """Do the steps that lead to `stage` from the one before it."""
    steps = {
        "looked": ("branch.preflight",),
        "based": ("branch.base",),
        "branched": ("branch.create",),
        "changed": ("fix.change",),
        "committed": ("verify.commit",),
        "pushed": ("verify.push",),
        "landed": ("release.merge", "release.confirm"),
    }
    if stage == "changed":
        bench.write("shop.py", FIXED)
    for step in steps.get(stage, ()):
        said = bench.attempt(step)
        assert said.state == "done", (step, said, bench.log)


def fresh_bench(templates: Path, stage: str, target: Path) -> Bench:
    """Return a copy of the checkout at `stage` in `target`, with every path in it adjusted."""
    old, new = str(templates / "work"), str(target)
    shutil.copytree(templates / stage, target, symlinks=True, dirs_exist_ok=True)
    pointers = [
        target / "shop/.git/config",
        *target.glob("shop/.git/worktrees/*/gitdir"),
        *target.glob("*/*/.git"),
    ]
    pointers += [path / ".git" for path in target.iterdir() if (path / ".git").is_file()]
    for file in pointers:
        if file.is_file():
            file.write_text(file.read_text().replace(old, new))
    bench = Bench(at_path(target / "shop"), target / "incident", **CONFIG)
    bench.record = Record(_moved(_records[stage], old, new))
    bench.runs = 100
    return bench


def mount_small(place: Path, cleanup: contextlib.ExitStack) -> None:
    """Mount a small file system at `place`; skip if that is not allowed."""
    place.mkdir(exist_ok=True)
    argv = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(argv, capture_output=True).returncode != 0:
        pytest.skip("only root can mount a small disk to fill it")
    cleanup.callback(subprocess.run, ["umount", "-l", str(place)], check=True)


def _moved(value: Any, old: str, new: str) -> Any:
    """Return a copy of a document with one path in it replaced."""
    if isinstance(value, dict):
        return {key: _moved(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, old, new) for item in value]
    return value.replace(old, new) if isinstance(value, str) else value
