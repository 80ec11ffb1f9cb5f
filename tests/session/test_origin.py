"""Which records are this user's own: by a seal, or for those of a version without seals by the list it kept."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfix_tui.session import origin, record
from hotfix_tui.session.store import Store

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "hotfix-tui"


def repository(path):
    for name in ("objects", "refs"):
        (path / ".git" / name).mkdir(parents=True)
    (path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return path


@pytest.fixture
def root(tmp_path):
    return repository(tmp_path / "shop")


def opened(root, **more):
    store = Store(str(root / ".git" / "hotfix-tui"), who="ann", clock=lambda: NOW)
    doc = {"id": "ENG-7", "root": str(root), "config": {"commands": {"test": ["make"]}}, "detected": {}}
    store.create({**doc, **more}, [])
    return store


def own(store):
    return origin.is_own(store.load("ENG-7").doc, store.directory("ENG-7"))


def rewrite(store, change):
    """Edit the record as an attacker does, with a checksum that fits."""
    path = Path(store.directory("ENG-7"), "session.toml")
    doc = store.load("ENG-7").doc
    change(doc)
    path.write_bytes(record.encode(doc))


def test_what_the_wizard_writes_is_its_own_through_every_change(root):
    store = opened(root)
    for number in range(3):
        assert own(store)
        with store.changing("ENG-7") as change:
            doc = {**change.doc, "edited": {"test": {"run": ["make", str(number)], "at": NOW}}, "n": number}
            change.commit(doc, [])
    assert own(Store(store.root, who="bob"))


@pytest.mark.parametrize(
    "change",
    [
        lambda doc: doc["config"].update(git={"live": ["sh", "-c", "id"]}),
        lambda doc: doc.update(config={}),
        lambda doc: doc.update(detected={"test": {"run": ["sh", "-c", "id"]}}),
        lambda doc: doc.update(edited={"test": {"run": ["sh", "-c", "id"]}}),
        lambda doc: doc.update(root="/srv/other"),
        lambda doc: doc.update(origin="0" * 64),
        lambda doc: doc.update(origin=""),
        lambda doc: doc.update(origin=7),
        lambda doc: doc.pop("origin"),
    ],
)
def test_a_record_in_which_something_else_would_run_is_not_ours_any_more(root, change):
    store = opened(root)
    rewrite(store, change)
    assert not own(store)
    with store.changing("ENG-7") as open_change:
        open_change.commit({**open_change.doc, "note": "a change does not make it ours"}, [])
    assert not own(store)


def test_facts_edited_by_hand_leave_it_ours(root):
    store = opened(root)
    rewrite(store, lambda doc: doc.update(facts={"title": "Totals are wrong"}))
    assert own(store)


def test_a_record_of_another_machine_or_place_is_not_ours(root, tmp_path, monkeypatch):
    store = opened(root)
    other = repository(tmp_path / "other")
    shutil.copytree(root / ".git" / "hotfix-tui", other / ".git" / "hotfix-tui")
    assert not own(Store(str(other / ".git" / "hotfix-tui"), who="ann"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another-machine"))
    assert not own(store)


def test_another_users_file_is_not_ours(root, monkeypatch):
    store = opened(root)
    owner = os.stat(store.load("ENG-7").path).st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert not own(store)


def test_a_record_from_before_seals_counts_where_that_version_kept_one(root, tmp_path, state):
    """0.1.0 listed the repositories it opened incidents in; the list is frozen when the first seal is made."""
    state.mkdir(parents=True)
    (state / "repositories").write_text(f"{root}\n")
    store = opened(root)
    rewrite(store, lambda doc: doc.pop("origin"))
    assert own(store)
    with store.changing("ENG-7") as change:
        change.commit({**change.doc, "n": 1}, [])
    assert store.load("ENG-7").doc["origin"] and own(store)

    later = repository(tmp_path / "later")
    (state / "repositories").write_text(f"{root}\n{later}\n")
    cloned = opened(later)
    rewrite(cloned, lambda doc: doc.pop("origin"))
    assert not own(cloned)


def test_a_record_elsewhere_cannot_name_a_listed_repository(root, tmp_path, state):
    state.mkdir(parents=True)
    (state / "repositories").write_text(f"{root}\n")
    hostile = opened(repository(tmp_path / "clone"))
    rewrite(hostile, lambda doc: doc.update(root=str(root)))
    rewrite(hostile, lambda doc: doc.pop("origin"))
    assert not own(hostile)


@pytest.mark.parametrize("content", [b"", b"x" * 70, b"\xff\n", b"0" * 63 + b"\n"])
def test_a_damaged_key_makes_nothing_ours(root, state, content):
    store = opened(root)
    (state / "records.key").write_bytes(content)
    assert not own(store)


def test_a_key_that_is_a_link_is_none(root, state, tmp_path):
    store = opened(root)
    (state / "records.key").rename(tmp_path / "key")
    (state / "records.key").symlink_to(tmp_path / "key")
    assert not own(store)


def test_the_key_is_closed_to_others(root, state):
    opened(root)
    assert (state / "records.key").stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700 == state.parent.stat().st_mode & 0o777


def test_without_a_place_for_the_key_an_incident_is_opened_and_not_ours(root, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    assert not own(opened(root))
