"""What the dialog before an act says does not depend on the folder in which the wizard was started."""

import shlex
import sys

import pytest

from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.runner.spec import Command
from hotfix_tui.steps.contract import Plan
from hotfix_tui.ui.presenters import confirmation
from hotfix_tui.ui.presenters.confirmation import commands
from tests.ui.pictures.painted import scene_of

ROOT = "/srv/work/shop"


def shown(cwd: str, root: str = ROOT) -> str:
    return "\n".join(
        row.plain for row in commands(Plan("Deploy", [Command(["./deploy"], cwd)]), 80, root=root)
    )


@pytest.mark.parametrize("started_in", ["/", "/tmp"])
@pytest.mark.parametrize(
    ("cwd", "said"),
    [
        ("/srv/work/shop.hotfix/ENG-1", "in ../shop.hotfix/ENG-1"),
        ("/srv/work/shop/web", "in web"),
        (ROOT, f"in {ROOT}"),
        ("/x", "in /x"),
    ],
)
def test_folders_are_written_from_the_repository(monkeypatch, started_in, cwd, said):
    monkeypatch.chdir(started_in)
    assert shown(cwd).splitlines()[0] == said


def test_without_a_repository_the_folder_stands_whole():
    assert shown("/srv/work/shop", root="").splitlines()[0] == "in /srv/work/shop"


@pytest.mark.parametrize(
    "argv",
    [
        [sys.executable, "deploy.py", "production"],
        [sys.executable, "-m", "release.go", "--to", "production"],
        ["git", "push", "--porcelain", "origin", "fetch"],
        ["git", "-C", "fetch", "push", "production"],
    ],
)
def test_a_command_of_the_project_is_shown_whole_whatever_runs_it(argv):
    own = [sys.executable, "-P", "-m", "hotfix_tui.monitor.baseline_run"]
    prepared = ["git", "-c", "core.hooksPath=/dev/null", "-C", ROOT, "worktree", "add", "--detach", "../x"]
    plan = Plan("Deploy", [Command(words, ROOT) for words in (own, prepared, argv)])
    said = [row.plain for row in commands(plan, 300, root=ROOT)]
    assert said[1:] == [f"$ {shlex.join(argv)}", "  and 2 commands of the wizard's own: F4"]


@pytest.mark.parametrize("act", ["pick", "land", "patch", "continue", "prepare-green", "of another kind"])
def test_acts_that_are_no_phase_of_a_deployment_are_told_by_their_plan(desks, act):
    desk = desks("verify")
    scene = scene_of(desk, "verify")
    plan = Plan("Carry it to 2.2", note=RunNote(act=act))
    assert confirmation.of(scene, "verify.push", plan, production=False, notes=[]).go == "Carry it to 2.2"
