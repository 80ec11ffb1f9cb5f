"""Differences, patch ids, and whether what landed carries the fix."""

import time

import pytest

from hotfix_tui.git.diff import diff_numstat, diff_text
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.patches import contains_patch, patch_id, patch_ids
from hotfix_tui.git.process import Git
from hotfix_tui.git.selection import tree_of_selection
from tests.git.test_status import ODD_NAMES
from tests.gitworld import fingerprint, lines


def _files(found):
    return {(f.path, f.added, f.removed, f.binary, f.status, f.old_path) for f in found}


def test_numstat_of_every_kind_against_commit_tree_and_worktree(world):
    world.commit(a="1\n2\n", gone="1\n", old=lines(*range(20)), mode="1")
    world.write("a", "1\n3\n4\n")
    world("rm", "-q", "gone")
    world("mv", "old", "new")
    world.write("bin", b"\0\1\2")
    (world.path / "mode").chmod(0o755)
    world("add", "bin")
    expected = {
        ("a", 2, 1, False, "M", None),
        ("gone", 0, 1, False, "D", None),
        ("new", 0, 0, False, "R", "old"),
        ("bin", 0, 0, True, "A", None),
        ("mode", 0, 0, False, "M", None),
    }
    git = Git(str(world.path))
    before = fingerprint(world.path)
    assert _files(diff_numstat(git, "HEAD")) == expected
    assert _files(diff_numstat(git, "HEAD", tree_of_selection(git))) == expected
    assert fingerprint(world.path) == before
    world.commit("all")
    assert _files(diff_numstat(git, "HEAD~1", "HEAD")) == expected
    assert _files(diff_numstat(git, "HEAD~1", "HEAD", paths=["a"])) == {("a", 2, 1, False, "M", None)}
    assert diff_numstat(git, "HEAD", "HEAD") == []


def test_numstat_and_text_with_odd_names(world):
    world.commit(a="1")
    for name in ODD_NAMES:
        world.write(name, "x\n")
    world.commit("odd")
    git = Git(str(world.path))
    assert {f.path for f in diff_numstat(git, "HEAD~1", "HEAD")} == set(ODD_NAMES)
    assert [f.path for f in diff_numstat(git, "HEAD~1", "HEAD", paths=[":(glob)*"])] == [":(glob)*"]
    text = diff_text(git, "HEAD~1", "HEAD", ["-rf"])
    assert b"+x\n" in text and text.count(b"diff --git") == 1


def test_the_text_does_not_depend_on_the_user_and_is_limited(world):
    world.commit(a=lines(*range(30)))
    world.commit(a=lines(*range(15), 99, *range(16, 30)))
    git = Git(str(world.path))
    plain = diff_text(git, "HEAD~1", "HEAD")
    for key, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.context": "0",
        "diff.external": "false",
        "color.ui": "always",
        "diff.algorithm": "patience",
        "diff.relative": "true",
    }.items():
        world("config", key, value)
    assert diff_text(git, "HEAD~1", "HEAD") == plain
    assert diff_text(git, "HEAD~1", "HEAD", limit_bytes=20) == plain[:20]


BASE = lines(*range(1, 41))


def _fix(world, *, steps=2):
    """A base on main, a fix of `steps` commits on hotfix/x, and one later commit of others on main."""
    base = world.commit("base", f=BASE, other="1")
    world("switch", "-q", "-c", "hotfix/x")
    text = BASE
    for step in range(steps):
        text = text.replace(f"line {5 + 20 * step}\n", f"line {5 + 20 * step} fixed\n")
        world.commit(f"fix {step}", f=text, **{f"new{step}": "n\n"})
    head = world("rev-parse", "HEAD")
    world("switch", "-q", "main")
    world.commit("others", other="2")
    return base, head


def test_a_merge_and_a_fast_forward_are_recognised_by_ancestry(world):
    base, head = _fix(world)
    git = Git(str(world.path))
    assert contains_patch(git, "main", base, head) is None
    world("merge", "-q", "--no-ff", "hotfix/x", "-m", "merged")
    landed = contains_patch(git, "main", base, head)
    assert landed is not None and (landed.how, landed.tip) == ("ancestor", head)


def test_a_squash_is_recognised(world):
    base, head = _fix(world)
    world("merge", "-q", "--squash", "hotfix/x")
    squash = world.commit("squashed")
    world.commit("later", other="3")
    landed = contains_patch(Git(str(world.path)), "main", base, head)
    assert landed is not None and (landed.how, landed.commits) == ("same-patch", (squash,))


def test_a_rebase_is_recognised_as_a_run_of_commits(world):
    base, head = _fix(world, steps=2)
    world("cherry-pick", f"{base}..{head}")
    picked = world("rev-list", "--reverse", "-2", "HEAD").split()
    world.commit("later", other="3")
    landed = contains_patch(Git(str(world.path)), "main", base, head)
    assert landed is not None and (landed.how, landed.commits) == ("same-patch-series", tuple(picked))


def test_the_merge_of_a_rebased_branch_is_recognised(world):
    base, head = _fix(world)
    world("switch", "-q", "-c", "rebased", "hotfix/x")
    world("rebase", "-q", "main")
    world("switch", "-q", "main")
    world("merge", "-q", "--no-ff", "rebased", "-m", "merged")
    merge = world("rev-parse", "HEAD")
    landed = contains_patch(Git(str(world.path)), "main", base, head)
    assert landed is not None and (landed.how, landed.commits) == ("same-patch", (merge,))


def test_a_pick_on_a_side_line_that_was_merged_is_recognised(world):
    base, head = _fix(world, steps=1)
    world("switch", "-q", "-c", "develop")
    world.commit("before", d="1")
    world("cherry-pick", head)
    pick = world("rev-parse", "HEAD")
    world.commit("after", d="2")
    world("switch", "-q", "main")
    world("merge", "-q", "--no-ff", "develop", "-m", "merged")
    landed = contains_patch(Git(str(world.path)), "main", base, head)
    assert landed is not None and landed.commits == (pick,)


def test_a_part_of_the_fix_is_not_the_fix(world):
    base, head = _fix(world, steps=2)
    world("cherry-pick", f"{head}~1")
    assert contains_patch(Git(str(world.path)), "main", base, head) is None


def test_a_squash_with_more_in_it_is_not_the_fix(world):
    base, head = _fix(world)
    world("merge", "-q", "--squash", "hotfix/x")
    world.commit("squashed", extra="not reviewed")
    assert contains_patch(Git(str(world.path)), "main", base, head) is None


def test_the_same_words_with_other_blanks_are_not_the_fix(world):
    """A patch id does not see blanks, but a program may."""
    base = world.commit("base", **{"p.py": "if a:\n    b()\n"})
    world("switch", "-q", "-c", "hotfix/x")
    head = world.commit("fix", **{"p.py": "if a:\n    b()\n    c()\n"})
    world("switch", "-q", "-c", "landed", base)
    other = world.commit("other", **{"p.py": "if a:\n    b()\nc()\n"})
    git = Git(str(world.path))
    assert patch_id(git, base, head) == patch_id(git, base, other)
    assert contains_patch(git, "landed", base, head) is None


def test_binary_files_count(world):
    world.write("b.bin", bytes(range(256)))
    base = world.commit("base")
    world("switch", "-q", "-c", "hotfix/x")
    world.write("b.bin", bytes(reversed(range(256))))
    head = world.commit("fix")
    world("switch", "-q", "main")
    world.write("b.bin", bytes(256))
    world.commit("another")
    git = Git(str(world.path))
    assert contains_patch(git, "main", base, head) is None
    world("reset", "-q", "--soft", base)
    world("checkout", "-q", head, "--", "b.bin")
    world.commit("squashed")
    assert contains_patch(git, "main", base, head) is not None


def test_patch_ids_of_a_range_and_of_nothing(world):
    base, head = _fix(world, steps=3)
    git = Git(str(world.path))
    assert len(patch_ids(git, head, [base])) == 3
    assert patch_ids(git, base, [base]) == []
    assert patch_id(git, base, base) is None
    assert contains_patch(git, "main", head, head) is None
    world.commit("empty")
    assert contains_patch(git, "main", base, base) is not None


def test_what_was_taken_back_is_not_carried_until_it_lands_again(world):
    base, head = _fix(world)
    git = Git(str(world.path))
    world("merge", "-q", "--no-ff", "hotfix/x", "-m", "merged")
    world("revert", "--no-edit", "-m", "1", "HEAD")
    world.commit("later", other="3")
    assert contains_patch(git, "main", base, head) is None
    world("revert", "--no-edit", "HEAD~1")
    again = world("rev-parse", "HEAD")
    landed = contains_patch(git, "main", base, head)
    assert landed is not None and landed.commits == (again,)
    world("revert", "--no-edit", "HEAD")
    assert contains_patch(git, "main", base, head) is None


def test_a_squash_that_was_taken_back_is_not_carried(world):
    base, head = _fix(world)
    world("merge", "-q", "--squash", "hotfix/x")
    world.commit("squashed")
    world("revert", "--no-edit", "HEAD")
    assert contains_patch(Git(str(world.path)), "main", base, head) is None


def test_an_unknown_branch_is_a_sentence(world):
    base, head = _fix(world)
    with pytest.raises(GitError, match="there is no commit 'nothing'"):
        contains_patch(Git(str(world.path)), "nothing", base, head)


def test_an_edit_of_the_same_size_in_the_second_of_the_index_is_seen(world):
    world.commit(a="1\n")
    time.sleep(1 - time.time() % 1 + 0.01)  # a fresh second, in which all of this happens
    world.write("a", "1\n")
    world("update-index", "--refresh")
    world.write("a", "2\n")
    git = Git(str(world.path))
    committed = git.text("rev-parse", "HEAD^{tree}")
    time.sleep(1.1)  # the copy of the index is made in a later second
    assert tree_of_selection(git) != committed
