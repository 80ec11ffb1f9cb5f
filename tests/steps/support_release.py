"""A shop with a remote, a committed hotfix, and a record of the incident; steps run their real commands."""

import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotfix_tui.config.load import from_table
from hotfix_tui.incident.model.record import Record, new_record
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.contract import Context, Plan, Probe, Step
from tests import typed
from tests.gitworld import World, lines
from tests.steps import around

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
PYTHON = sys.executable


def _built(folder: Path, *, remote: bool) -> str:
    """Build the checkout and its remote; return the commit that is live."""
    here = World(folder / "shop")
    base = here.commit("Start", app__txt=lines(*range(1, 30)), other__txt="other\n")
    here("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    if remote:
        origin = folder / "origin.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
        here("remote", "add", "origin", str(origin))
        here("push", "-q", "origin", "main", "v1.0.0")
    return base


_kept: dict[bool, tuple[tempfile.TemporaryDirectory[str], str]] = {}


def _copied(folder: Path, *, remote: bool) -> tuple[World, str]:
    """Return the checkout and its remote, built once per process, in `folder`; and the commit that is live."""
    if remote not in _kept:
        kept = tempfile.TemporaryDirectory(prefix="shop-of-tests-")
        _kept[remote] = kept, _built(Path(kept.name), remote=remote)
    source, base = Path(_kept[remote][0].name), _kept[remote][1]
    shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
    config = folder / "shop" / ".git" / "config"
    config.write_text(config.read_text().replace(str(source), str(folder)))
    here = World.__new__(World)
    here.path, here.time = folder / "shop", 1_700_000_060
    here("update-index", "-q", "--refresh")  # the copies are other files than those that git looked at
    return here, base


class Shop:
    """origin (bare), the checkout `here` on main, and the hotfix branch in its own worktree."""

    def __init__(self, folder: Path, *, remote: bool = True) -> None:
        self.folder = folder
        self.here, self.base = _copied(folder, remote=remote)
        self.origin = folder / "origin.git"
        self.config: dict[str, Any] = {}
        self.record = new_record(
            "ENG-7", now=NOW, by="ann", facts={"ticket": "ENG-7", "title": "Sums are wrong"}
        )
        self.record.doc["severity"] = "P1"
        self.see("branch.preflight", remote="origin" if remote else "", production="main", forge="none")
        self.see("branch.base", commit=self.base, choice="live", undeployed=0)
        self.commit = ""
        self.trusted = True
        """Whether the incident is this user's own, and its configuration read and agreed to."""

    def undeployed(self, name: str = "new.txt") -> str:
        """Return a commit on main that is not live."""
        commit = self.here.commit(f"Add {name}", **{name.replace(".", "__"): "new\n"})
        if self.record.stored("branch.preflight").get("remote"):
            self.here("push", "-q", "origin", "main")
        return commit

    def fix(self, *, line: int = 5, text: str = "mended\n") -> str:
        """Return the hotfix, committed in its own worktree, starting from the base."""
        tree = self.folder / "shop.hotfix" / "ENG-7"
        self.here("worktree", "add", "-q", "-b", "hotfix/ENG-7-sums", str(tree), self.base)
        file = tree / "app.txt"
        file.write_text(file.read_text().replace(f"line {line}\n", text))
        self.here("-C", str(tree), "commit", "-qam", "fix: sums")
        self.commit = self.here("rev-parse", "hotfix/ENG-7-sums")
        if self.record.stored("branch.preflight").get("remote"):
            self.here("push", "-q", "origin", "hotfix/ENG-7-sums")
        self.see("branch.create", branch="hotfix/ENG-7-sums", worktree=str(tree), in_place=False)
        self.see("verify.commit", commit=self.commit, tree=self.here("rev-parse", f"{self.commit}^{{tree}}"))
        self.see("fix.change", files=[{"path": "app.txt", "added": 1, "removed": 1, "status": "M"}])
        return self.commit

    def see(self, step: str, state: str = "done", **evidence: Any) -> None:
        """Set a step's evidence, as the engine does."""
        typed.read(step, evidence)
        old = self.record.stored(step)
        self.record.steps[step] = {"state": state, "round": 1, "evidence": {**old, **evidence}}

    def configure(self, **tables: Any) -> None:
        self.config = tables
        self.record.doc["config"] = tables

    @property
    def ctx(self) -> Context:
        directory = self.folder / "incident"
        directory.mkdir(exist_ok=True)
        config = from_table(self.config)
        if self.trusted:
            self.trust()
        return Context(Record(self.record.doc), str(self.here.path), config, str(directory), NOW, "ann")

    def trust(self) -> None:
        """Do what opening the incident here and `hotfix-tui trust` do."""
        self.own()
        around.agree(self.config, str(self.here.path))

    def own(self) -> None:
        """Do what opening the incident here does."""
        around.own(self.record, str(self.here.path), str(self.folder / "incident"))

    def remote_main(self, branch: str = "main") -> str:
        return subprocess.run(
            ["git", "--git-dir", str(self.origin), "rev-parse", f"refs/heads/{branch}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def do(self, step: Step, choice: str = "") -> Probe:
        """Plan, run what was planned, conclude; the record is updated as the engine does."""
        plan = step.plan(self.ctx, choice)
        if not plan.commands:
            assert not plan.by_hand, plan.by_hand
            probe = step.apply(self.ctx, choice) or step.probe(self.ctx)
        else:
            self.see(step.id, "running", **plan.evidence)
            number = len(self.record.runs) + 1
            self.record.runs.append({"n": number, "step": step.id, "at": NOW, "note": plan.note.to_dict()})
            self.record.steps[step.id]["run"] = number
            state, rundir = self.run(plan)
            probe = step.conclude(self.ctx, state, str(rundir))
        evidence = {
            **probe.merged(self.record.stored(step.id)),
            **({"why": probe.why} if probe.state != "done" else {}),
        }
        state = {"done": "done", "unknown": "unknown"}.get(probe.state, "failed")
        self.record.steps[step.id] = {"state": state, "round": 1, "evidence": evidence}
        return probe

    def run(self, plan: Plan) -> tuple[RunState, Path]:
        """Run a plan's commands; what they commit has its time."""
        rundir = self.folder / f"run-{len(list(self.folder.glob('run-*'))) + 1}"
        stamp = {"GIT_AUTHOR_DATE": "1700009000 +0000", "GIT_COMMITTER_DATE": "1700009000 +0000"}
        return around.carry_out(plan, rundir, stamp), rundir
