"""fix.change notices edits that go on in the checkout where the wizard was started."""

import os

import pytest

from hotfix_tui.steps.changeset import start_checkout

LATER = "x = 2\n"


def warned(incident):
    return incident.probe("fix.change").evidence["other_tree"]


def edit(incident, name, text):
    """Write a file of the start checkout, with a time of its own."""
    path = os.path.join(incident.root, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    stamp = 1_800_000_000 + len(text)
    os.utime(path, (stamp, stamp))


def test_an_edit_in_the_start_checkout_is_noticed_and_taken_back_it_is_forgotten(incident):
    incident.until("branch.create", "worktree")
    assert warned(incident) == ""
    edit(incident, "later.py", LATER)
    said = warned(incident)
    assert said.startswith("You are editing the other tree: later.py changed in ")
    assert incident.root in said and str(incident.worktree) in said
    edit(incident, "later.py", "x = 1\n")
    assert warned(incident) == ""


def test_what_was_changed_there_before_is_not_meant_until_it_changes_again(incident):
    edit(incident, "later.py", LATER)
    incident.until("branch.create", "worktree")
    assert incident.record.stored("branch.create").get("start_dirty")
    assert warned(incident) == ""
    edit(incident, "later.py", LATER + LATER)
    assert "later.py" in warned(incident)


def test_the_fix_itself_is_in_its_own_tree_and_new_files_are_nobody_s_edit(incident):
    incident.until("branch.create", "worktree")
    incident.write("shop.py", "fixed\n")
    edit(incident, "build.log", "x\n")
    assert warned(incident) == ""


def test_a_file_that_was_removed_there_is_noticed(incident):
    incident.until("branch.create", "worktree")
    os.unlink(os.path.join(incident.root, "later.py"))
    assert "later.py" in warned(incident)


def test_in_place_there_is_no_other_tree(incident):
    incident.until("branch.create", "in-place")
    incident.write("shop.py", "fixed\n")
    assert warned(incident) == ""


def test_many_files_are_named_by_the_first(incident):
    incident.until("branch.create", "worktree")
    for name in ("later.py", "shop.py", "test_shop.py", ".gitignore"):
        edit(incident, name, LATER)
    assert "and 1 more changed" in warned(incident)


@pytest.mark.parametrize("most", [0, 1])
def test_a_checkout_with_very_many_changes_is_not_watched(incident, monkeypatch, most):
    monkeypatch.setattr(start_checkout, "_MOST", most)
    edit(incident, "later.py", LATER)
    incident.until("branch.create", "worktree", fresh=True)
    edit(incident, "shop.py", "mine\n")
    assert bool(warned(incident)) is bool(most)
