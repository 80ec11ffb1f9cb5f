"""Backports and merges where git resolves by itself, or where a patch does not fit: told from what is there already."""

import subprocess

import pytest

from hotfix_tui.steps.backport.step import Backport
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import Shop
from tests.steps.test_backport import LINE, STEP, landed, line


def resolved_before(shop: Shop, onto: str, text: str) -> None:
    """Let git have seen how the conflict of the fix with `onto` is resolved: it records that (rerere)."""
    tree = shop.folder / "rehearsal"
    shop.here("worktree", "add", "-q", "--detach", str(tree), onto)
    shop.here("-C", str(tree), "cherry-pick", shop.commit, ok=False)
    (tree / "app.txt").write_text(text)
    shop.here("-C", str(tree), "add", "app.txt")
    shop.here("-C", str(tree), "commit", "-q", "-m", "rehearsal")
    shop.here("worktree", "remove", "--force", str(tree))


def conflicting(shop: Shop) -> str:
    """The text of the line's file, in which the line that the fix changes is another one."""
    text = shop.here("show", f"{shop.base}:app.txt").replace("line 5\n", "line five\n") + "\n"
    line(shop, ("app.txt", text))
    return text


@pytest.mark.parametrize("choice", ["", "patch"])
def test_a_conflict_that_git_resolved_as_before_is_looked_at_and_continued(shop, choice):
    shop.here("config", "rerere.enabled", "true")
    shop.here("config", "rerere.autoUpdate", "true")
    text = conflicting(shop)
    landed(shop)
    resolved_before(shop, LINE, text.replace("line five\n", "mended here\n"))
    found = shop.do(Backport(STEP), choice)
    assert found.state == "failed" and found.evidence["verdict"] == "conflict", found.why
    if "rerere" in found.why:
        assert "--choose continue" in found.why and found.evidence["conflicts"] == []
        shop.see(STEP, "failed", **found.evidence)
        found = shop.do(Backport(STEP), "continue")
        assert found.state == "waiting" and "mended here" in shop.here(
            "show", f"{found.evidence['commit']}:app.txt"
        )
    else:
        assert choice == "patch" and "--choose" in found.why


def test_a_patch_that_does_not_apply_is_no_fix_that_is_there(shop):
    """The line has another file of that name: nothing of the patch arrives, and no file is in conflict."""
    line(shop, ("app.txt", "all else\n"))
    landed(shop)
    blob = shop.here("rev-parse", f"{shop.base}:app.txt")
    found = shop.do(Backport(STEP), "patch")
    assert found.state == "failed" and found.evidence.get("verdict") == "conflict" and blob, found.why


@pytest.mark.parametrize("mode", ["", "-3"])
def test_a_patch_that_the_engineer_applied_there_and_that_does_not_fit_is_no_fix_that_is_there(shop, mode):
    """Mailed by somebody, tried by hand in the worktree of the backport: each look and each act tells it apart."""
    text = conflicting(shop)
    landed(shop)
    shop.do(Backport(STEP))
    place = shop.record.stored(STEP).get("worktree")
    shop.do(Backport(STEP), "abort")
    patch = shop.folder / "mailed.patch"
    patch.write_text(shop.here("format-patch", "-1", "--stdout", shop.commit) + "\n")
    subprocess.run(["git", "-C", place, "am", *mode.split(), str(patch)], check=False)
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["verdict"]) == ("failed", "conflict"), seen
    if mode:
        assert seen.evidence["conflicts"] == ["app.txt"]
        shop.here.write(f"{place}/app.txt", text)
        shop.here("-C", place, "add", "app.txt")
    else:
        found = shop.do(Backport(STEP), "continue")
        assert (found.state, found.evidence["verdict"]) == ("failed", "conflict"), found
    found = shop.do(Backport(STEP), "skip")
    assert found.state == "failed" and "does not carry the fix" in found.why, found
    assert Backport(STEP).probe(shop.ctx).state == "not-done"


@pytest.mark.parametrize(
    "setting", ["diff.noprefix=true", "diff.context=0", "diff.external=false", "format.attach=x"]
)
def test_a_patch_arrives_whatever_the_settings(shop, setting):
    line(shop)
    landed(shop)
    shop.here("config", *setting.split("="))
    found = shop.do(Backport(STEP), "patch")
    assert found.state == "waiting" and "mended" in shop.here(
        "show", f"{found.evidence['commit']}:app.txt"
    ), found.why


def test_a_merge_that_git_resolved_as_before_is_committed_by_the_engineer(shop):
    shop.here("config", "rerere.enabled", "true")
    shop.here("config", "rerere.autoUpdate", "true")
    text = shop.here("show", f"{shop.base}:app.txt").replace("line 5\n", "line five\n") + "\n"
    shop.here("switch", "-q", "main")
    shop.here.write("app.txt", text)
    shop.here.commit("Another five")
    shop.here("push", "-q", "origin", "main")
    shop.fix()
    tree = shop.folder / "rehearsal"
    shop.here("worktree", "add", "-q", "--detach", str(tree), "main")
    shop.here("-C", str(tree), "merge", "-q", shop.commit, ok=False)
    (tree / "app.txt").write_text(text.replace("line five\n", "mended here\n"))
    shop.here("-C", str(tree), "commit", "-qam", "rehearsal")
    found = shop.do(Merge())
    assert found.state == "failed" and "rerere" in found.why and "commit there" in found.why
    place = shop.record.stored("release.merge").get("worktree")
    subprocess.run(["git", "-C", place, "commit", "-q", "--no-edit"], check=True)
    assert shop.do(Merge()).state == "done"
