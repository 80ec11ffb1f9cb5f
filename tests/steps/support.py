"""A repository with a remote, an incident in it, and a small way to run what a step plans."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotfix_tui.config.read import from_table
from hotfix_tui.incident.model.evidence.every import kind_of
from hotfix_tui.incident.model.record import Record, new_record
from hotfix_tui.incident.rules.step_state import current_key, key_name
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.contract import Context, Plan, Probe
from hotfix_tui.steps.registry import find
from tests.gitworld import IDENTITY, World
from tests.steps import around, kept

NOW = datetime(2023, 11, 15, 12, 0, tzinfo=UTC)
PYTHON_TEST = """import unittest

from shop import total


class Totals(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total([1, 2]), 3)
"""
SHOP = "def total(prices):\n    return sum(prices)\n"


class Incident:
    """One incident in the checkout of `world`; steps are run on it without the engine."""

    def __init__(self, world: World, directory: Path, **config: Any) -> None:
        self.world, self.directory = world, directory
        self.record: Record = new_record("ENG-7", now=NOW, by="ann", config=config)
        self.record.doc["severity"] = "P1"
        self.record.facts.update(
            {"ticket": "ENG-7", "title": "Totals are wrong", "impact.seen": "wrong sums"}
        )
        self.root = str(world.path)
        self.runs = 0
        self.log = ""
        self.trusted = True
        """Whether the incident is this user's own, and its configuration read and agreed to."""

    def context(self) -> Context:
        config = from_table(self.record.config)
        if self.trusted:
            self.trust()
        return Context(self.record, self.root, config, str(self.directory), NOW, "ann")

    def trust(self) -> None:
        """Do what opening the incident here and `hotfix-tui trust` do."""
        around.own(self.record, self.root, str(self.directory))
        around.agree(self.record.config, self.root)

    def keep(self, step: str, probe: Probe) -> Probe:
        """Record a result as the engine does: evidence is merged."""
        old = self.record.stored(step) or {}
        state = {"done": "done", "failed": "failed"}.get(probe.state)
        run = self.record.entry(step).get("run")
        kept = {"evidence": probe.merged(old), **({"state": state} if state else {})}
        if run is not None:
            kept["run"] = run
        self.record.steps[step] = kept
        known = self.record.definition(step)
        if key_name(known):
            kept[key_name(known)] = current_key(self.record, known)
        return probe

    def probe(self, step: str) -> Probe:
        return self.keep(step, find(step).probe(self.context()))

    def plan(self, step: str, choice: str = "") -> Plan:
        return find(step).plan(self.context(), choice)

    def do(self, step: str, choice: str = "") -> Probe:
        """Plan, run and conclude."""
        plan = self.plan(step, choice)
        if not plan.commands:
            applied = find(step).apply(self.context(), choice)
            return self.keep(step, applied if applied is not None else find(step).probe(self.context()))
        old = self.record.stored(step) or {}
        self.begin(step, plan, {**old, **plan.evidence})
        state, folder = self.run(plan)
        return self.keep(step, find(step).conclude(self.context(), state, str(folder)))

    def begin(self, step: str, plan: Plan, evidence: dict[str, Any]) -> None:
        """Record that a run begins, with its note."""
        number = len(self.record.runs) + 1
        self.record.runs.append({"n": number, "step": step, "at": NOW, "note": plan.note.to_dict()})
        self.record.steps[step] = {"state": "running", "run": number, "evidence": evidence}

    def run(self, plan: Plan) -> tuple[RunState, Path]:
        """Run a plan's commands; the output is in one log."""
        self.runs += 1
        folder = self.directory / "runs" / str(self.runs)
        state = around.carry_out(plan, folder)
        self.log = (folder / "log").read_text("utf-8", "replace")
        return state, folder

    def set(self, step: str, **evidence: Any) -> None:
        """Set a step's evidence by hand."""
        self.keep(step, Probe("done", kind_of(step)(**evidence), adds=True))

    def until(self, step: str, choice: str = "", *, fresh: bool = False) -> Probe:
        """Do the steps of the branch up to `step`, or copy what they did before in the same place (see `kept`).

        With `fresh` they are carried out: for a test that has changed their code.
        """
        folder = self.world.path.parent
        if fresh or folder not in self.directory.parents:
            return self._until(step, choice)

        def state() -> tuple[Any, ...]:
            return self.record.doc, self.root, str(self.directory), self.runs, self.log, self.trusted

        def act() -> tuple[Any, ...]:
            return self._until(step, choice), self.record.doc, self.runs, self.log

        again, (result, doc, runs, log) = kept.once(folder, (step, choice), state, act)
        if again:
            self.record, self.runs, self.log = Record(doc), runs, log
            for place in {self.root, self.context().worktree}:
                # The copies are other files than those that git looked at.
                subprocess.run(["git", "update-index", "-q", "--refresh"], cwd=place, check=False)
        return result

    def _until(self, step: str, choice: str) -> Probe:
        for name in ("branch.preflight", "branch.base", "branch.create"):
            result = self.do(name, choice if name == step else "")
            assert result.state == "done", (name, result, self.log)
            if name == step:
                return result
        raise AssertionError(step)

    @property
    def worktree(self) -> Path:
        return Path(self.context().worktree)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file where the hotfix branch is checked out."""
        target = self.worktree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def git(self, *args: str) -> str:
        """Call git where the hotfix branch is checked out."""
        run = subprocess.run(["git", *args], cwd=self.worktree, capture_output=True, check=True)
        return run.stdout.decode().strip()


def build(folder: Path) -> None:
    """Build the repositories that the fixture `checkout` copies."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        seed = World(folder / "seed")
        files = {"shop.py": SHOP, "test_shop.py": PYTHON_TEST, ".gitignore": ".env\n__pycache__/\n"}
        seed.commit("Start", **files)
        seed("tag", "-a", "v1.0.0", "-m", "v1.0.0")
        seed.commit("Not live yet", **{"later.py": "x = 1\n"})
        for source, target in (("seed", "shop.git"), ("shop.git", "shop")):
            bare = ["--bare"] if target == "shop.git" else []
            subprocess.run(
                ["git", "clone", "-q", *bare, str(folder / source), str(folder / target)],
                check=True,
                capture_output=True,
            )


def copied(built: Path, folder: Path) -> World:
    """Return a copy in `folder` of the clone in `built`."""
    for name in ("seed", "shop.git", "shop"):
        shutil.copytree(built / name, folder / name, symlinks=True)
    clone = World.__new__(World)
    clone.path, clone.time = folder / "shop", 1_700_001_000
    clone("remote", "set-url", "origin", str(folder / "shop.git"))
    return clone


def json_file(path: Path, value: Any) -> Path:
    """Write `value` as JSON."""
    path.write_text(json.dumps(value))
    return path
