"""fix.change and fix.regression-test: what would be committed, by chosen files only."""

import os

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.registry import find
from tests.gitworld import fingerprint

FIXED = "def total(prices):\n    return sum(prices) or 0\n"
TEST = "def test_none():\n    assert True\n"


@pytest.fixture(params=["in-place", "worktree"])
def begun(incident, request):
    incident.until("branch.create", request.param)
    return incident


def test_nothing_is_changed_at_first_and_the_hand_is_asked(begun):
    seen = begun.do("fix.change")
    assert seen.state == "not-done" and seen.evidence["tree"] == begun.git("rev-parse", "HEAD^{tree}")
    plan = begun.plan("fix.change")
    assert str(begun.worktree) in plan.by_hand and not plan.commands


def test_a_changed_file_counts_and_the_index_stays_untouched(begun):
    begun.write("shop.py", FIXED)
    before = fingerprint(begun.worktree)
    seen = begun.probe("fix.change")
    assert fingerprint(begun.worktree) == before
    assert seen.state == "done"
    assert seen.evidence["files"] == [{"path": "shop.py", "added": 1, "removed": 1, "status": "M"}]
    assert seen.evidence["head"] == begun.git("rev-parse", "HEAD")
    begun.git("commit", "-qam", "fix")
    again = begun.probe("fix.change")
    assert again.evidence["tree"] == seen.evidence["tree"] == begun.git("rev-parse", "HEAD^{tree}")
    assert again.evidence["head"] != seen.evidence["head"]


def test_new_files_count_once_they_are_chosen(begun):
    begun.write("tests/test_none.py", TEST)
    begun.write(".env", "SECRET=1")
    seen = begun.probe("fix.change")
    assert seen.state == "not-done" and seen.evidence["untracked"] == ["tests/test_none.py"]
    assert begun.probe("fix.regression-test").why == "the new test tests/test_none.py is not chosen yet"
    seen = begun.do("fix.change", "include:tests/test_none.py")
    assert (seen.state, seen.evidence["chosen"]) == ("done", ["tests/test_none.py"])
    assert seen.evidence["untracked"] == [] and seen.evidence["files"][0]["path"] == "tests/test_none.py"
    assert begun.probe("fix.change").evidence["tree"] == seen.evidence["tree"]
    assert begun.probe("fix.regression-test").evidence["tests"] == ["tests/test_none.py"]
    seen = begun.do("fix.change", "exclude:tests/test_none.py")
    assert (seen.state, seen.evidence["chosen"]) == ("not-done", [])


def test_the_choices_name_new_files(begun):
    begun.write("a.py", "")
    names = [choice.name for choice in find("fix.change").choices(begun.context())]
    assert names == ["", "include:a.py"]
    assert begun.do("fix.change", "look").state == "not-done"
    with pytest.raises(Refused, match=r"New files there: a\.py"):
        begun.plan("fix.change", "include:b.py")
    with pytest.raises(Refused, match="no way to change"):
        begun.plan("fix.change", "burn")


def test_a_patch_is_applied_with_its_new_files_and_not_committed(begun, tmp_path):
    patch = tmp_path / "fix.patch"
    head = begun.git("rev-parse", "HEAD")
    begun.write("shop.py", FIXED)
    begun.write("test_none.py", TEST)
    begun.git("add", "-AN")
    patch.write_text(begun.git("diff", "HEAD") + "\n")
    begun.git("rm", "-qf", "test_none.py")
    begun.git("checkout", "-q", "HEAD", "--", ".")
    seen = begun.do("fix.change", f"patch:{patch}")
    assert seen.state == "done", begun.log
    assert [file["path"] for file in seen.evidence["files"]] == ["shop.py", "test_none.py"]
    assert begun.git("rev-parse", "HEAD") == head
    assert begun.probe("fix.regression-test").state == "done"


def test_a_patch_that_does_not_fit_or_is_not_there(begun, tmp_path):
    bad = tmp_path / "bad.patch"
    bad.write_text("--- a/shop.py\n+++ b/shop.py\n@@ -1 +1 @@\n-nothing like it\n+new\n")
    seen = begun.do("fix.change", f"patch:{bad}")
    assert seen.state == "failed" and "the patch was not applied" in seen.why
    with pytest.raises(Refused, match="no patch file"):
        begun.plan("fix.change", "patch:missing.patch")


def test_conflicts_are_not_a_change(begun):
    begun.write("shop.py", FIXED)
    begun.git("commit", "-qam", "one")
    begun.git("checkout", "-q", "-b", "other", "HEAD^")
    begun.write("shop.py", "other\n")
    begun.git("commit", "-qam", "two")
    begun.git("checkout", "-q", begun.record.stored("branch.create").get("branch"))
    with pytest.raises(Exception, match="merge"):
        begun.git("merge", "-q", "other")
    seen = begun.probe("fix.change")
    assert seen.state == "not-done" and "conflicts to resolve: shop.py" in seen.why


def test_names_and_deletions_of_every_kind(begun):
    begun.write("with space\n[x].py", "1\n")
    begun.git("add", "-A")
    (begun.worktree / "shop.py").unlink()
    seen = begun.probe("fix.change")
    assert sorted(file["status"] for file in seen.evidence["files"]) == ["A", "D"]
    begun.git("mv", "test_shop.py", "test_renamed.py")
    assert begun.probe("fix.regression-test").evidence["tests"] == ["test_renamed.py"]


def test_a_name_that_is_not_utf_8_is_kept_as_text_and_added_by_hand(begun):
    name = os.fsdecode(b"caf\xe9.py")
    begun.write(name, "x\n")
    seen = begun.probe("fix.change")
    assert seen.evidence["untracked"] == ["caf\\xe9.py"]
    with pytest.raises(Refused, match="not UTF-8"):
        begun.plan("fix.change", f"include:{name}")
    begun.git("add", "-A")
    seen = begun.probe("fix.change")
    assert seen.evidence["files"][0]["path"] == "caf\\xe9.py" and str(seen).encode()
    assert begun.do("verify.commit").state == "done"


def test_lock_files_have_a_key_of_their_own(begun):
    begun.write("shop.py", FIXED)
    assert begun.probe("fix.change").evidence["locks"] == ""
    begun.write("sub/package-lock.json", "{}")
    begun.git("add", "-A")
    first = begun.probe("fix.change").evidence["locks"]
    begun.write("shop.py", FIXED + "\n")
    assert begun.probe("fix.change").evidence["locks"] == first != ""
    begun.write("sub/package-lock.json", "{ }")
    assert begun.probe("fix.change").evidence["locks"] != first


def test_when_the_checkout_moved_on_the_branch_still_tells(incident):
    incident.until("branch.create", "in-place")
    incident.write("shop.py", FIXED)
    incident.git("commit", "-qam", "fix")
    tree = incident.git("rev-parse", "HEAD^{tree}")
    incident.git("checkout", "-q", "main")
    incident.write("later.py", "mine\n")
    seen = incident.probe("fix.change")
    assert (seen.state, seen.evidence["tree"]) == ("done", tree)
