"""The store's contract: revisions, copies, drafts, listing, and what is left on disk."""

import os
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from hotfix_tui.session.errors import Damaged, Exists, SaveFailed
from hotfix_tui.session.store import Store

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "root"), who="ann", clock=lambda: NOW)


def record(name, **more):
    return {"id": name, "severity": "P1", "state": "open", "stage": "fix", **more}


def test_a_new_incident_is_revision_one(store):
    given = record("ENG-7", facts={"ticket": "ENG-7", "why": None})
    created = store.create(given, [{"at": NOW, "kind": "opened", "text": "x", "revision": 99}])
    assert created == store.load("ENG-7")
    assert created.doc.pop("origin")
    assert created.doc == record("ENG-7", facts={"ticket": "ENG-7"}, schema=1, revision=1)
    assert (created.revision, created.problem, created.read_only) == (1, None, None)
    assert created.path == os.path.join(store.directory("ENG-7"), "session.toml")
    assert store.timeline("ENG-7") == ([{"revision": 1, "at": NOW, "kind": "opened", "text": "x"}], None)
    assert given == record("ENG-7", facts={"ticket": "ENG-7", "why": None})


def test_the_file_is_made_to_be_read_by_a_person(store):
    store.create(record("ENG-7", steps={"verify.test": {"state": "done"}}), [])
    with open(store.load("ENG-7").path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert lines[:4] == ["schema = 1", "revision = 1", 'id = "ENG-7"', 'severity = "P1"']
    assert '[steps."verify.test"]' in lines
    assert lines[-1].startswith("# sha256:")


def test_an_id_is_given_once(store):
    store.create(record("ENG-7", a=1), [])
    with pytest.raises(Exists, match="ENG-7 is here already"):
        store.create(record("ENG-7", a=2), [{"text": "x"}])
    assert store.load("ENG-7").doc["a"] == 1
    assert store.timeline("ENG-7")[0] == []


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "é", "x" * 65, "a\n", None, 7])
def test_an_id_must_name_a_directory(store, name):
    with pytest.raises(ValueError, match="no id that can name a directory"):
        store.create({"id": name}, [])
    assert not os.path.exists(store.root)


def test_a_change_starts_from_what_is_on_disk(store):
    store.create(record("A", n=[1]), [])
    other = Store(store.root, who="bob")
    for number in (2, 3, 4):
        with (store if number % 2 else other).changing("A") as change:
            change.doc["n"].append(number)
            saved = change.commit(change.doc, [{"text": str(number)}])
        assert saved.revision == number
    assert store.load("A").doc["n"] == [1, 2, 3, 4] == other.load("A").doc["n"]
    assert [entry["revision"] for entry in store.timeline("A")[0]] == [2, 3, 4]


def test_leaving_without_commit_changes_nothing(store):
    before = store.create(record("A", n=[1]), [])
    stamp = store.stamp("A")
    with store.changing("A") as change:
        change.doc["n"].append(2)
    assert store.load("A") == before
    assert store.stamp("A") == stamp


def test_two_commits_of_one_change_are_two_revisions(store):
    store.create(record("A"), [])
    with store.changing("A") as change:
        assert change.commit({**change.doc, "n": 1}, [{"text": "1"}]).revision == 2
        assert change.loaded.revision == 2
        assert change.commit({**change.doc, "n": 2}, [{"text": "2"}]).revision == 3
    assert store.load("A").doc["n"] == 2
    assert [entry["text"] for entry in store.timeline("A")[0]] == ["1", "2"]


def test_what_a_caller_does_to_its_document_stays_with_it(store):
    mine = record("A", n=[1])
    created = store.create(mine, [])
    mine["n"].append("mine")
    created.doc["n"].append("created")
    store.load("A").doc["n"].append("loaded")
    with store.changing("A") as change:
        change.doc["n"].append("changed")
        assert change.loaded.doc["n"] == [1]
    assert store.load("A").doc["n"] == [1]


def test_a_document_of_another_incident_is_refused(store):
    store.create(record("A"), [])
    with pytest.raises(ValueError, match="not that of A"), store.changing("A") as change:
        change.commit(record("B"), [])


def test_a_record_too_large_to_be_read_back_is_not_saved(store):
    before = store.create(record("A"), [])
    with pytest.raises(SaveFailed, match="more than is ever read back"), store.changing("A") as change:
        change.commit({**change.doc, "x": "x" * 4_000_000}, [{"text": "x"}])
    assert store.load("A") == before
    assert store.timeline("A") == ([], None)


def test_fields_that_nobody_knows_survive(store):
    store.create(record("A", unknown={"deep": [{"x": 1}]}), [])
    with store.changing("A") as change:
        change.commit(change.doc, [])
    assert store.load("A").doc["unknown"] == {"deep": [{"x": 1}]}


def test_all_is_closed_to_others(store):
    before = os.umask(0)
    try:
        store.create(record("A"), [{"text": "x"}])
        with store.changing("A") as change:
            change.commit(change.doc, [])
        store.draft_write("A", "note", "x")
    finally:
        os.umask(before)
    for folder, _, names in os.walk(store.root):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        for name in names:
            assert stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600, name
    assert sorted(os.listdir(store.directory("A"))) == [
        "drafts",
        "session.lock",
        "session.queue",
        "session.toml",
        "session.toml.bak",
        "timeline.toml",
    ]


def test_a_record_behind_a_link_is_no_record(store, tmp_path):
    store.create(record("A"), [])
    path = store.load("A").path
    os.rename(path, tmp_path / "elsewhere.toml")
    os.symlink(tmp_path / "elsewhere.toml", path)
    with pytest.raises(Damaged, match="it is a symbolic link"), store.changing("A"):
        pass


def test_an_edit_by_hand_is_taken_and_said(store):
    store.create(record("A"), [])
    path = store.load("A").path
    with open(path, "r+", encoding="utf-8") as file:
        text = file.read().replace("P1", "P2")
        file.seek(0)
        file.write(text)
    found = store.load("A")
    assert found.doc["severity"] == "P2"
    assert "edited by hand or damaged" in found.problem and path in found.problem
    with store.changing("A") as change:
        assert "edited by hand" in change.loaded.problem
        assert change.commit(change.doc, []).problem is None
    assert store.load("A").doc["severity"] == "P2"
    assert os.path.exists(f"{path}.bad-20261123T140200Z")


def test_old_temporary_files_are_swept_at_the_first_change(store):
    store.create(record("A"), [])
    store.draft_write("A", "x", "y")
    folder = store.directory("A")
    hour_ago = time.time() - 3700
    names = {
        ".session.toml.1.aa.tmp": hour_ago,
        ".new.tmp": time.time(),
        "kept.tmp": hour_ago,
        ".kept": hour_ago,
    }
    for name, when in names.items():
        for place in (folder, os.path.join(folder, "drafts")):
            path = os.path.join(place, name)
            os.close(os.open(path, os.O_CREAT))
            os.utime(path, (when, when))
    with Store(store.root, who="bob").changing("A"):
        pass
    for place in (folder, os.path.join(folder, "drafts")):
        assert {name for name in names if os.path.exists(os.path.join(place, name))} == set(names) - {
            ".session.toml.1.aa.tmp"
        }


def test_the_stamp_follows_every_save(store):
    assert store.stamp("A") == (0, 0, 0)
    store.create(record("A"), [])
    stamps = [store.stamp("A")]
    for number in range(20):
        with store.changing("A") as change:
            change.commit({**change.doc, "n": number % 10}, [])
        stamps.append(store.stamp("A"))
    assert all(before != after for before, after in pairwise(stamps))


def test_the_listing_says_what_a_list_needs(store):
    store.create(record("B", facts={"ticket": "ENG-7", "title": "prices\nwrong"}), [])
    store.create(record("A", facts=[1], severity=3), [])
    os.mkdir(os.path.join(store.root, "empty"))
    os.mkdir(os.path.join(store.root, ".hidden"))
    a, b = store.listing()
    assert (a.id, a.ticket, a.title, a.severity, a.revision, a.problem) == ("A", "", "", "", 1, None)
    assert (b.id, b.ticket, b.title, b.severity, b.state, b.stage) == (
        "B",
        "ENG-7",
        "prices\nwrong",
        "P1",
        "open",
        "fix",
    )
    assert abs(b.changed_at.timestamp() - time.time()) < 3600
    assert store.ids() == ["A", "B"]
    assert [store.exists(name) for name in ("A", "empty", "none", "../root/A")] == [True, False, False, False]


@pytest.mark.parametrize(
    "name", ["note", "impact.seen", "a/../b", "..", ".", "%41", "é\n\udc80", "document:review#1", "A"]
)
@pytest.mark.parametrize("text", ["", "two\r\nlines\0", "\ud800 é"])
def test_a_draft_comes_back(store, name, text):
    store.create(record("A"), [])
    store.draft_write("A", name, "before")
    store.draft_write("A", name, text)
    assert store.draft_read("A", name) == text
    assert store.draft_read("A", name + "x") is None
    assert os.path.dirname(os.path.realpath(store.directory("A"))) == os.path.realpath(store.root)
    assert len(os.listdir(os.path.join(store.directory("A"), "drafts"))) == 1
    assert len(store.drafts("A")) == 1
    store.draft_drop("A", name)
    store.draft_drop("A", name)
    assert store.draft_read("A", name) is None
    assert store.drafts("A") == []


def test_no_two_draft_names_share_a_file(store):
    store.create(record("A"), [])
    names = ["a/b", "a%2Fb", "a b", "a_b", ".a", "%2Ea", "a"]
    for name in names:
        store.draft_write("A", name, name)
    assert [store.draft_read("A", name) for name in names] == names
    assert store.drafts("A") == sorted(names)
    for name in ("", "x" * 201):
        with pytest.raises(ValueError, match="at most 200 bytes"):
            store.draft_write("A", name, "x")


def test_a_draft_that_is_no_file_is_no_draft(store):
    store.create(record("A"), [])
    folder = os.path.join(store.directory("A"), "drafts")
    os.mkdir(folder)
    os.mkfifo(os.path.join(folder, "note"))
    assert store.draft_read("A", "note") is None
    store.draft_write("A", "note", "x")
    assert store.draft_read("A", "note") == "x"


def test_runs_and_documents_have_their_place(store):
    assert store.run_directory("A", 3, "verify.test") == os.path.join(
        store.root, "A", "runs", "3-verify.test"
    )
    assert store.document_directory("A") == os.path.join(store.root, "A", "documents")


def test_reading_makes_no_file_and_imports_nothing_heavy(store):
    """The first lines on screen wait for this: no process, no writer, no library of ours."""
    store.create(record("A", facts={"title": "x"}), [{"text": "x"}])
    before = sorted(os.walk(store.root))
    code = """
import sys
from hotfix_tui.session import places
from hotfix_tui.session.store import Store
assert places.session_root(sys.argv[1])
store = Store(sys.argv[1], who="ann")
assert store.listing()[0].title == "x" and store.load("A").revision == 1 and store.timeline("A")[0]
heavy = {"subprocess", "asyncio", "msgspec", "tomli_w", "pathlib", "dataclasses", "inspect", "json", "logging",
         "random", "secrets", "hashlib", "shutil", "tempfile", "socket", "textual", "git"}
print(sorted(heavy & set(sys.modules)))
"""
    # -S: without site, whose .pth files import what they like; the path is given instead.
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, store.root],
        env={
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "HOME": "/nonexistent",
            "PATH": os.environ["PATH"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert sorted(os.walk(store.root)) == before
