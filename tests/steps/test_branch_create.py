"""branch.create: in place or in a worktree, and the start checkout as it was."""

from pathlib import Path

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.registry import find
from tests.gitworld import World, fingerprint
from tests.steps.support import Incident


def names(incident) -> list[str]:
    return [choice.name for choice in find("branch.create").choices(incident.context())]


def test_on_a_clean_tree_in_place_comes_first(incident):
    found = incident.until("branch.create")
    assert incident.record.stored("branch.create").get("branch") == "hotfix/ENG-7-totals-are-wrong"
    assert found.evidence["in_place"] and found.evidence["worktree"] == incident.root
    assert incident.world("rev-parse", "HEAD") == incident.world("rev-parse", "v1.0.0^{commit}")
    assert incident.world("symbolic-ref", "HEAD") == "refs/heads/hotfix/ENG-7-totals-are-wrong"


def test_on_a_dirty_tree_a_worktree_and_the_checkout_stays_byte_for_byte(incident, tmp_path):
    incident.world.write("shop.py", "unfinished\n")
    incident.world.write("notes.txt", "untracked\n")
    incident.world.write(".env", "KEY=1\n")
    incident.do("branch.preflight")
    incident.do("branch.base")
    assert names(incident) == ["worktree", "worktree-with-changes"]
    before = fingerprint(incident.world.path)
    found = incident.do("branch.create")
    assert found.state == "done", incident.log
    assert fingerprint(incident.world.path) == before
    assert found.evidence["worktree"] == str(tmp_path / "shop.hotfix" / "ENG-7")
    assert found.evidence["carried"] == [".env"]
    assert (incident.worktree / ".env").read_text() == "KEY=1\n"
    assert "sum(prices)" in (incident.worktree / "shop.py").read_text()
    assert not (incident.worktree / "notes.txt").exists() and not (incident.worktree / "later.py").exists()


def test_unfinished_changes_are_taken_along_as_a_copy(incident):
    incident.world.write("shop.py", "def total(prices):\n    return 1 + sum(prices)\n")
    incident.world.write("sub/notes.txt", "untracked\n")
    incident.do("branch.preflight")
    incident.do("branch.base")
    before = fingerprint(incident.world.path)
    found = incident.do("branch.create", "worktree-with-changes")
    assert found.state == "done" and incident.record.stored("branch.create").get("taken_along"), incident.log
    assert fingerprint(incident.world.path) == before
    assert "1 + sum" in (incident.worktree / "shop.py").read_text()
    assert (incident.worktree / "sub/notes.txt").read_text() == "untracked\n"


def test_changes_that_do_not_fit_are_said(incident):
    incident.world.write("later.py", "x = 2\n")
    incident.do("branch.preflight")
    incident.do("branch.base")
    found = incident.do("branch.create", "worktree-with-changes")
    assert found.state == "done" and "not taken along" in found.why, incident.log
    assert found.evidence["taken_along"] is False and not (incident.worktree / "later.py").exists()


def test_in_place_is_refused_on_a_dirty_tree_with_the_cure(incident):
    incident.world.write("shop.py", "unfinished\n")
    incident.do("branch.preflight")
    incident.do("branch.base")
    with pytest.raises(Refused, match=r"--choose worktree"):
        incident.plan("branch.create", "in-place")


def test_detached_or_in_the_middle_of_something_means_a_worktree(incident):
    incident.do("branch.preflight")
    incident.do("branch.base")
    incident.world("checkout", "-q", "--detach")
    assert names(incident) == ["worktree"]
    incident.world("checkout", "-q", "main")
    (incident.world.path / ".git/CHERRY_PICK_HEAD").write_text(incident.world("rev-parse", "HEAD") + "\n")
    assert names(incident) == ["worktree"]


def test_a_taken_name_gets_a_number_and_a_branch_in_the_way_another_form(incident):
    incident.do("branch.preflight")
    incident.do("branch.base")
    incident.world("branch", "hotfix/ENG-7-totals-are-wrong")
    assert incident.plan("branch.create").evidence["branch"] == "hotfix/ENG-7-totals-are-wrong-2"
    incident.world("branch", "-m", "hotfix/ENG-7-totals-are-wrong", "hotfix")
    plan = incident.plan("branch.create")
    assert plan.evidence["branch"] == "hotfix-ENG-7-totals-are-wrong" and "in the way" in plan.warnings[0]


def test_without_a_ticket_the_id_names_the_branch(incident):
    incident.record.facts.pop("ticket")
    incident.record.doc["id"] = "2023-11-15-a"
    incident.record.facts["title"] = "Überfall; rm -rf $HOME `x`"
    incident.do("branch.preflight")
    incident.do("branch.base")
    assert incident.plan("branch.create").evidence["branch"] == "hotfix/2023-11-15-a-berfall-rm-rf-home-x"


def test_a_rule_that_gives_no_branch_name_is_refused(incident):
    incident.do("branch.preflight")
    incident.do("branch.base")
    incident.record.config["git"] = {"branch": "{slug}.lock"}
    with pytest.raises(Refused, match=r"git\.branch gives"):
        incident.plan("branch.create")


def test_done_again_it_makes_no_second_branch(incident):
    incident.until("branch.create")
    assert not incident.plan("branch.create").commands and incident.do("branch.create").state == "done"


def test_the_base_has_to_be_known_first(incident):
    with pytest.raises(Refused, match=r"do branch\.base"):
        incident.plan("branch.create")


def test_a_removed_worktree_is_noticed_and_given_again(incident):
    incident.until("branch.create", "worktree")
    branch = incident.record.stored("branch.create").get("branch")
    incident.world("worktree", "remove", str(incident.worktree))
    seen = find("branch.create").probe(incident.context())
    assert seen.state == "not-done" and "checked out nowhere" in seen.why
    again = incident.do("branch.create")
    assert again.state == "done" and incident.record.stored("branch.create").get("branch") == branch


def test_after_the_commit_a_cleaned_up_branch_stays_done(incident):
    incident.until("branch.create", "worktree")
    incident.set("verify.commit", commit=incident.git("rev-parse", "HEAD"))
    incident.world("worktree", "remove", str(incident.worktree))
    incident.world("branch", "-D", incident.record.stored("branch.create").get("branch"))
    assert find("branch.create").probe(incident.context()).state == "done"


def test_a_bare_repository_gets_a_worktree(incident, tmp_path):
    bare = World.__new__(World)
    bare.path = tmp_path / "shop.git"
    other = Incident(bare, tmp_path / "b")
    (tmp_path / "b").mkdir()
    found = other.until("branch.create")
    assert found.state == "done" and Path(found.evidence["worktree"]).is_dir()


def test_round_two_gets_a_worktree_of_its_own(incident, tmp_path):
    incident.until("branch.create", "worktree")
    incident.record.rounds.append({"number": 2})
    incident.record.doc["round"] = 2
    incident.record.steps.pop("branch.create")
    plan = incident.plan("branch.create", "worktree")
    assert plan.evidence["worktree"] == str(tmp_path / "shop.hotfix" / "ENG-7-2")
    assert plan.evidence["branch"].endswith("-2")
