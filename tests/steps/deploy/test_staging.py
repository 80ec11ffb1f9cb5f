"""Staging holds for files: a merge that brings exactly the tested ones asks for no second deployment."""

from pathlib import Path

import pytest

from hotfix_tui.steps.deploy.staging import Staging
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import PYTHON


@pytest.fixture
def staged(shop):
    """The hotfix commit is on staging."""
    shop.configure(deploy={"staging": [PYTHON, "-c", "print('staged')", "{commit}"]})
    shop.fix()
    assert shop.do(Staging()).state == "done"
    return shop


def test_a_merge_with_exactly_its_files_keeps_it(staged):
    staged.do(Merge())
    assert staged.do(ConfirmStep()).evidence["same_tree"] is True
    assert Staging().probe(staged.ctx).state == "unknown", "it cannot be asked, so what is known stays"


def test_another_version_is_an_earlier_one(staged):
    first = staged.record.stored("verify.staging").get("commit")
    tree = staged.record.stored("branch.create").get("worktree")
    (Path(tree) / "app.txt").write_text("mended again\n")
    staged.here("-C", tree, "commit", "-qam", "fix: sums, again")
    commit = staged.here("rev-parse", "hotfix/ENG-7-sums")
    staged.see("verify.commit", commit=commit, tree=staged.here("rev-parse", f"{commit}^{{tree}}"))
    seen = Staging().probe(staged.ctx)
    assert (seen.state, seen.why) == ("not-done", f"staging got {first[:7]}, an earlier version")
