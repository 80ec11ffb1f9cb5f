"""Every call of a save fails once, for every reason: the file and its backup stay, and the next save works."""

import errno
import os
import stat
from pathlib import Path

import pytest

from hotfix_tui.session.errors import Damaged, SaveFailed
from hotfix_tui.session.store import Store

CALLS = [
    "open",
    "write",
    "fsync",
    "close",
    "fchmod",
    "link",
    "rename",
    "unlink",
    "ftruncate",
    "pread",
    "read",
    "stat",
]
REASONS = [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.EACCES]


class Faulty:
    """`os`, but for the `when`-th of the calls in CALLS, which fails with `code`; it counts them all."""

    def __init__(self, when=0, code=errno.EIO, only=CALLS):
        self.when, self.code, self.only = when, code, only
        self.count = 0
        self.failed = None

    def __getattr__(self, name):
        real = getattr(os, name)
        if name not in self.only:
            return real

        def call(*args, **named):
            self.count += 1
            if self.count == self.when:
                self.failed = name
                if name == "close":
                    real(*args, **named)
                raise OSError(self.code, os.strerror(self.code))
            return real(*args, **named)

        return call


def begin(root):
    store = Store(str(root), who="ann")
    store.create({"id": "A", "n": 0}, [{"text": "0"}])
    with store.changing("A") as change:
        change.commit({"id": "A", "n": 1}, [{"text": "1"}])
    return store


def contents(root):
    return {
        path.name: path.read_bytes()
        for path in Path(root, "A").iterdir()
        if path.name not in ("session.lock", "session.queue")
    }


@pytest.mark.parametrize("code", REASONS, ids=errno.errorcode.get)
def test_every_call_of_a_change_fails_once(tmp_path, code):
    when = 0
    outcomes = set()
    while True:
        when += 1
        root = tmp_path / str(when)
        plain = begin(root)
        before = contents(root)
        faulty = Faulty(when, code)
        store = Store(str(root), who="ann", fs=faulty)
        saved = None
        try:
            with store.changing("A") as change:
                saved = change.commit({"id": "A", "n": 2}, [{"text": "2"}])
        except SaveFailed as error:
            outcomes.add("failed")
            sentence = str(error)
            assert os.strerror(code) in sentence and str(root) in sentence
            if "did not confirm" not in sentence:
                assert contents(root) == before
        except Damaged as error:
            # Reading what is there may fail too; that is said, and nothing was written.
            assert str(root) in str(error)
            assert contents(root) == before
        else:
            outcomes.add("saved")
        entries, problem = plain.timeline("A")
        now = plain.load("A")
        assert [item["text"] for item in entries] == [str(n) for n in range(now.doc["n"] + 1)]
        assert (problem, now.problem) == (None, None)
        assert saved is None or now.doc["n"] == 2
        with plain.changing("A") as change:
            last = change.commit({**change.doc, "n": now.doc["n"] + 1}, [{"text": str(now.doc["n"] + 1)}])
        assert last.revision == now.revision + 1
        if faulty.failed is None:
            break
    assert when > 20
    assert outcomes == {"failed", "saved"}


def test_a_failed_backup_does_not_stop_the_save(tmp_path):
    begin(tmp_path)
    store = Store(str(tmp_path), who="ann", fs=Faulty(1, errno.EIO, only=["link"]))
    with store.changing("A") as change:
        saved = change.commit({"id": "A", "n": 2}, [])
    assert "backup could not be made" in saved.problem
    assert Store(str(tmp_path), who="ann").load("A").doc["n"] == 2


def test_without_hard_links_the_backup_is_a_copy(tmp_path):
    begin(tmp_path)
    before = contents(tmp_path)["session.toml"]

    class NoLinks(Faulty):
        def link(self, path, other):
            raise OSError(errno.EPERM, "Operation not permitted")

    with Store(str(tmp_path), who="ann", fs=NoLinks()).changing("A") as change:
        assert change.commit({"id": "A", "n": 2}, []).problem is None
    assert contents(tmp_path)["session.toml.bak"] == before


def test_a_directory_that_cannot_be_synced_is_no_fault(tmp_path):
    begin(tmp_path)

    class NoDirectorySync(Faulty):
        def fsync(self, fd):
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                raise OSError(errno.EINVAL, "Invalid argument")
            os.fsync(fd)

    with Store(str(tmp_path), who="ann", fs=NoDirectorySync()).changing("A") as change:
        assert change.commit({"id": "A", "n": 2}, []).revision == 3


def test_short_writes_are_continued(tmp_path):
    class Short(Faulty):
        def write(self, fd, data):
            return os.write(fd, bytes(data[:7]))

    store = Store(str(tmp_path), who="ann", fs=Short())
    store.create({"id": "A", "text": "x" * 100}, [{"text": "y" * 100}])
    assert store.load("A").doc["text"] == "x" * 100
    assert store.timeline("A")[0][0]["text"] == "y" * 100


def test_no_temporary_file_is_left(tmp_path):
    begin(tmp_path)
    with (
        pytest.raises(SaveFailed),
        Store(str(tmp_path), who="ann", fs=Faulty(1, errno.ENOSPC, only=["rename"])).changing("A") as change,
    ):
        change.commit({"id": "A", "n": 2}, [])
    assert [name for name in contents(tmp_path) if name.endswith(".tmp")] == []
