"""The lock of a change: who waits is told whom for, and nothing that dies leaves it behind."""

import errno
import fcntl
import os
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from hotfix_tui.session import locks
from hotfix_tui.session.errors import Locked, NoLocks, SaveFailed
from hotfix_tui.session.store import Store

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
HOLD = """
import sys, time
from hotfix_tui.session.store import Store
with Store(sys.argv[1], who="ann").changing("ENG-7"):
    print("held", flush=True)
    time.sleep(600)
"""


def begin(root):
    store = Store(str(root), who="bob", wait=0.05)
    store.create({"id": "ENG-7"}, [])
    return store


@pytest.fixture
def holder(tmp_path):
    begin(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_who_waits_is_told_who_holds_it(tmp_path, holder):
    store = Store(str(tmp_path), who="bob", wait=0.05)
    with pytest.raises(Locked) as caught, store.changing("ENG-7"):
        pass
    assert re.fullmatch(
        rf"ENG-7 is being changed by ann( on \S+)? since \d\d:\d\d \(pid {holder.pid}\); "
        r"try again when that has ended\.",
        str(caught.value),
    )


def test_readers_do_not_wait(tmp_path, holder):
    store = Store(str(tmp_path), who="bob", wait=0.05)
    assert store.load("ENG-7").revision == 1
    assert [item.id for item in store.listing()] == ["ENG-7"]
    assert store.timeline("ENG-7") == ([], None)


def test_a_killed_holder_leaves_no_lock(tmp_path, holder):
    holder.kill()
    holder.wait()
    with Store(str(tmp_path), who="bob", wait=0.05).changing("ENG-7") as change:
        assert change.commit(change.doc, []).revision == 2


def test_a_child_of_the_holder_does_not_keep_it(tmp_path):
    store = begin(tmp_path)
    with store.changing("ENG-7"):
        child = subprocess.Popen(["sleep", "600"], close_fds=False)
    try:
        with store.changing("ENG-7") as change:
            assert change.commit(change.doc, []).revision == 2
    finally:
        child.kill()
        child.wait()


def test_threads_wait_for_each_other(tmp_path):
    store = Store(str(tmp_path), who="bob")
    store.create({"id": "ENG-7", "n": 0}, [])

    def add():
        for _ in range(20):
            with store.changing("ENG-7") as change:
                change.commit({**change.doc, "n": change.doc["n"] + 1}, [{"text": "x"}])

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (store.load("ENG-7").doc["n"], store.load("ENG-7").revision) == (80, 81)
    assert len(store.timeline("ENG-7")[0]) == 80


def test_nobody_overtakes_who_waits(tmp_path):
    """A script that changes in a loop must not starve a person: who waits is next."""
    store = Store(str(tmp_path), who="loop")
    store.create({"id": "ENG-7"}, [])
    order = []

    def wait_for_a_turn():
        with Store(str(tmp_path), who="person").changing("ENG-7") as change:
            order.append(change.commit(change.doc, []).revision)

    person = threading.Thread(target=wait_for_a_turn)
    with store.changing("ENG-7"):
        person.start()
        while not is_taken(tmp_path / "ENG-7" / "session.queue"):
            assert person.is_alive()
    for _ in range(50):
        with store.changing("ENG-7") as change:
            change.commit(change.doc, [])
    person.join()
    assert order == [2]


def is_taken(path):
    if not path.exists():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_without_locks_of_the_file_system_the_way_round_is_said(tmp_path, monkeypatch, code):
    begin(tmp_path)

    def refuse(fd, operation):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(NoLocks, match=r"has no locks .*--no-lock"),
        Store(str(tmp_path), who="x").changing("ENG-7"),
    ):
        pass
    with Store(str(tmp_path), who="x", locking=False).changing("ENG-7") as change:
        assert change.commit(change.doc, []).revision == 2


@pytest.mark.parametrize("put", ["link", "directory"])
def test_what_is_no_file_is_no_lock(tmp_path, put):
    store = begin(tmp_path)
    lock = tmp_path / "ENG-7" / "session.lock"
    lock.unlink()
    if put == "link":
        lock.symlink_to("/dev/null")
    else:
        lock.mkdir()
    with pytest.raises(SaveFailed, match=r"session\.lock"), store.changing("ENG-7"):
        pass


@pytest.mark.parametrize("text", [b"", b"\xff\0=\n", b"pid=\nuser=\nsince=soon\n", b"x" * 9000, b"=\n=\n"])
def test_any_holder_text_makes_a_sentence(tmp_path, text):
    store = begin(tmp_path)
    path = tmp_path / "ENG-7" / "session.lock"
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(text)
        file.flush()
        with (
            pytest.raises(Locked, match=r"^ENG-7 is being changed elsewhere; try again"),
            store.changing("ENG-7"),
        ):
            pass


def test_another_machine_is_named(tmp_path):
    with locks.held(str(tmp_path), "A", "eve\nx=1", NOW):
        path = tmp_path / "session.lock"
        text = path.read_text()
        assert "user=eve x=1\n" in text
        path.write_text(re.sub("host=.*", "host=db1", text))
        with (
            pytest.raises(Locked, match=r"by eve x=1 .*of db1 "),
            locks.held(str(tmp_path), "A", "bob", NOW, wait=0),
        ):
            pass


def test_the_lock_is_free_after_an_error_in_the_change(tmp_path):
    store = begin(tmp_path)
    with pytest.raises(RuntimeError), store.changing("ENG-7"):
        raise RuntimeError
    with store.changing("ENG-7") as change:
        assert change.loaded.revision == 1
    with pytest.raises(ValueError, match="has ended"):
        change.commit(change.doc, [])
