"""Nothing of an incident is read, written, restored or removed through a symbolic link, at any level."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfix_tui.base import durable
from hotfix_tui.session import files
from hotfix_tui.session.errors import Damaged, StoreError
from hotfix_tui.session.store import Store

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
VICTIM = b"export PATH=$HOME/bin:$PATH\n"
FILES = ["session.toml", "session.toml.bak", "timeline.toml", "session.lock", "session.queue", "drafts/note"]
FOLDERS = [".", "ENG-7", "ENG-7/drafts"]


@pytest.fixture
def store(tmp_path):
    store = Store(str(tmp_path / "git" / "hotfix-tui"), who="ann", clock=lambda: NOW)
    store.create({"id": "ENG-7", "state": "open", "severity": "P1"}, [{"at": NOW, "text": "one"}])
    change(store, 2)
    store.draft_write("ENG-7", "note", "half a sen")
    return store


def change(store, number):
    with store.changing("ENG-7") as open_change:
        open_change.commit({**open_change.doc, "n": number}, [{"at": NOW, "text": str(number)}])


def everything(store):
    """Do all that a user can do with the store; what is refused is refused with a sentence."""
    calls = (
        lambda: change(store, 3),
        lambda: store.draft_write("ENG-7", "note", "typed"),
        lambda: store.draft_drop("ENG-7", "note"),
        lambda: store.timeline("ENG-7"),
        lambda: store.listing(),
        lambda: store.create({"id": "ENG-8"}, []),
        lambda: change(store, 4),
    )
    for call in calls:
        try:
            call()
        except StoreError as said:
            assert str(said)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_a_link_leaves_alone_what_it_points_at(store, tmp_path, name):
    victim = tmp_path / "bashrc"
    victim.write_bytes(VICTIM)
    path = Path(store.directory("ENG-7"), name)
    path.unlink()
    path.symlink_to(victim)
    everything(Store(store.root, who="ann", clock=lambda: NOW))
    assert victim.read_bytes() == VICTIM
    assert victim.stat().st_mode & 0o777 == 0o644 and victim.stat().st_nlink == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_a_link_gets_nothing(store, tmp_path, name):
    folder = Path(store.root, name)
    elsewhere = tmp_path / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    old = elsewhere / ".old.tmp"
    old.write_text("mine")
    os.utime(old, (0, 0))
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    everything(Store(store.root, who="ann", clock=lambda: NOW))
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before


def test_a_folder_that_is_a_link_is_named_with_the_cure(store, tmp_path):
    folder = Path(store.directory("ENG-7"))
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Damaged, match=r"ENG-7 is a symbolic link.*remove it"):
        store.load("ENG-7")
    (summary,) = store.listing()
    assert summary.id == "ENG-7" and "symbolic link" in summary.problem


def test_the_record_comes_back_in_its_own_place(store, tmp_path):
    """The record is a link to a file that is none: it is restored from the backup here, not there."""
    victim = tmp_path / "bashrc"
    victim.write_bytes(VICTIM)
    path = Path(store.directory("ENG-7"), "session.toml")
    path.unlink()
    path.symlink_to(victim)
    change(store, 3)
    assert victim.read_bytes() == VICTIM
    assert not path.is_symlink() and store.load("ENG-7").doc["n"] == 3


def test_a_link_is_no_record_even_if_it_leads_to_one(store, tmp_path):
    folder = Path(store.directory("ENG-7"))
    (folder / "session.toml").rename(tmp_path / "record")
    (folder / "session.toml").symlink_to(tmp_path / "record")
    found = files.read(str(folder), "ENG-7")
    assert found.from_backup and "it is a symbolic link" in found.problem


@pytest.mark.parametrize("target", ["nowhere", "/dev/zero", "timeline.toml"])
def test_a_timeline_that_is_a_link_is_set_aside(store, target):
    path = Path(store.directory("ENG-7"), "timeline.toml")
    path.unlink()
    path.symlink_to(target)
    change(store, 3)
    assert not path.is_symlink()
    assert [entry["text"] for entry in store.timeline("ENG-7")[0]] == ["3"]


def test_replace_puts_a_file_where_a_link_was(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(VICTIM)
    (tmp_path / "pr.md").symlink_to(victim)
    durable.replace(str(tmp_path / "pr.md"), b"text", backup=True)
    assert victim.read_bytes() == VICTIM and (tmp_path / "pr.md").read_bytes() == b"text"
    assert not (tmp_path / "pr.md.bak").exists()
