"""Whatever bytes are in place of a record: it opens, or one sentence says where and how to go on. Never a traceback."""

import errno
import os
import random
import re
import tempfile
from pathlib import Path

import pytest

from hotfix_tui.session import record
from hotfix_tui.session.errors import Damaged, Missing, ReadOnly, SaveFailed, StoreError
from hotfix_tui.session.store import Store


def begin(root):
    """Make an incident of two saves, so that it has a backup, and return its directory."""
    store = Store(str(root), who="ann")
    store.create({"id": "ENG-7", "state": "open", "facts": {"title": "prix erroné"}}, [{"text": "one"}])
    with store.changing("ENG-7") as change:
        change.doc["steps"] = {"verify.test": {"state": "done", "at": "x"}}
        change.commit(change.doc, [{"text": "two"}])
    return root / "ENG-7"


def good():
    return record.encode(
        {
            "schema": 1,
            "revision": 2,
            "id": "ENG-7",
            "state": "open",
            "facts": {"title": "prix erroné", "list": ["a", "b"]},
            "steps": {"verify.test": {"state": "done"}},
        }
    )


def sealed(text):
    body = text if isinstance(text, bytes) else text.encode()
    return body + b"# sha256:" + record.digest(body).encode() + b"\n"


def flipped(data, where, bit):
    return data[:where] + bytes([data[where] ^ (1 << bit)]) + data[where + 1 :]


def variants():
    chance = random.Random(11)  # the same each time, whichever test asks first
    data = good()
    body = data[: data.rindex(b"# sha256")]
    yield "only the last line end is gone", data[:-1]
    whole = range(len(data) - 1)  # with all but its last line end it can be read
    for where in sorted(chance.sample(whole, 60)):
        yield f"cut at {where}", data[:where]
    for where in sorted(chance.sample(range(len(data)), 60)):
        yield f"flipped at {where}", flipped(data, where, chance.randrange(8))
    for where in sorted(chance.sample(whole, 20)):
        yield f"zeros from {where}", data[:where] + bytes(len(data) - where)
    for number in range(20):
        yield f"noise {number}", chance.randbytes(chance.randrange(1, 5000))
    for key in ("schema", "revision", "id"):
        for value in ("", "true", "0", "-1", "1.5", '"1"', "[]", "{}", "1979-05-27", "nan"):
            text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", body.decode())
            yield f"{key} = {value}", sealed(text)
    yield "byte order mark", b"\xef\xbb\xbf" + data
    yield "sealed byte order mark", sealed(b"\xef\xbb\xbf" + body)
    yield "CRLF", data.replace(b"\n", b"\r\n")
    yield "CR", data.replace(b"\n", b"\r")
    yield "sealed zero byte", sealed(body.replace(b"open", b"op\0n"))
    yield "sealed latin-1", sealed(body.decode().encode("latin-1"))
    yield "UTF-16", body.decode().encode("utf-16")
    yield "empty", b""
    yield "one line end", b"\n"
    yield "only a checksum", sealed(b"")
    yield "two records", data + data
    yield "twice the same key", sealed(b"schema = 1\n" + body)
    yield "deep list", sealed(body.replace(b"schema = 1", b"schema = 1\nx = " + b"[" * 5000 + b"]" * 5000))
    yield (
        "deep list, closed",
        sealed(body.replace(b"schema = 1", b"schema = 1\nx = " + b"[" * 90 + b"]" * 90)),
    )
    # A list only looks at the top of a record whose checksum is right.
    yield "below the top", sealed(body + b"[" + b"a." * 5000 + b"a]\n")
    yield "huge number", sealed(body.replace(b"schema = 1", b"schema = 1\nx = " + b"9" * 9000))
    yield "large number", sealed(body.replace(b"schema = 1", b"schema = 1\nx = " + b"9" * 30))
    yield "bad date", sealed(body.replace(b"schema = 1", b"schema = 1\nx = 2026-13-45"))
    yield "a page", b"<!DOCTYPE html><title>404</title>"
    yield "JSON", b'{"schema": 1}'
    yield "conflict marks", b"<<<<<<< HEAD\n" + data + b"=======\n" + data + b">>>>>>> x\n"
    yield "50 MB", b"# x\n" * 12_500_000


def check_sentence(text, folder):
    assert str(folder) in text and text.endswith(".") and "\n" not in text and len(text) < 700
    assert text.isprintable()


def check_all(root, folder, *, backup, listed=True):
    """Open, list and change the incident: each works or says so. Returns how it went."""
    store = Store(str(root), who="ann")
    summary = store.listing()[0] if store.ids() else None
    try:
        found = store.load("ENG-7")
    except Damaged as error:
        assert not backup, f"the backup is good: {error}"
        check_sentence(str(error), folder)
        if listed:
            check_sentence(summary.problem, folder)
        store.timeline("ENG-7")
        with pytest.raises(StoreError), store.changing("ENG-7"):
            pass
        return "damaged"
    if found.problem is None and found.read_only is None:
        how = "well"
    else:
        check_sentence(found.problem or f"{folder} {found.read_only}", folder)
        assert summary.problem or not listed
        how = "with a problem"
    assert [item["text"] for item in store.timeline("ENG-7")[0]][:1] == ["one"]
    if "newer" in (found.read_only or ""):
        with pytest.raises(ReadOnly), store.changing("ENG-7"):
            pass
        return "newer"  # the bit that fell makes another schema of it
    with store.changing("ENG-7") as change:
        change.doc["more"] = 1
        saved = change.commit(change.doc, [{"text": "three"}])
    after = Store(str(root), who="bob").load("ENG-7")
    assert (after.problem, after.revision, after.doc["more"]) == (None, saved.revision, 1)
    assert Store(str(root), who="bob").timeline("ENG-7")[0][-1]["text"] == "three"
    return how


@pytest.mark.parametrize("backup", [True, False], ids=["with a backup", "without"])
def test_no_bytes_make_a_traceback(tmp_path, backup):
    counts = {"well": 0, "newer": 0, "with a problem": 0, "damaged": 0}
    number = 0
    for number, (name, data) in enumerate(variants(), 1):
        root = tmp_path / str(number)
        folder = begin(root)
        (folder / "session.toml").unlink()
        (folder / "session.toml").write_bytes(data)
        if not backup:
            (folder / "session.toml.bak").unlink()
        try:
            how = check_all(root, folder, backup=backup, listed=name != "below the top")
        except (StoreError, AssertionError) as error:
            raise AssertionError(f"{name}: {error!r}") from error
        counts[how] += 1
        if how == "with a problem":
            kept = [path.read_bytes() for path in folder.glob("session.toml.bad-*")]
            assert kept == [data], name
        if name.startswith(("cut", "zeros")):
            assert how == ("with a problem" if backup else "damaged"), name
        (folder / "session.toml").write_bytes(b"")
    assert number >= 200
    assert counts["with a problem"] > 20 and (backup or counts["damaged"] > 100)


def test_the_whole_good_record_opens_well(tmp_path):
    folder = begin(tmp_path)
    (folder / "session.toml").write_bytes(good())
    assert check_all(tmp_path, folder, backup=True) == "well"


def put_directory(path):
    path.mkdir()
    (path / "x").write_text("y")


def put_fifo(path):
    os.mkfifo(path)


def put_loop(path):
    path.symlink_to(path.name)


def put_dangling(path):
    path.symlink_to("nowhere")


def put_device(path):
    path.symlink_to("/dev/zero")


def put_nothing(path):
    pass


@pytest.mark.parametrize("backup", [True, False], ids=["with a backup", "without"])
@pytest.mark.parametrize("put", [put_directory, put_fifo, put_loop, put_dangling, put_device])
def test_what_is_no_file_is_no_record(tmp_path, put, backup):
    folder = begin(tmp_path)
    (folder / "session.toml").unlink()
    if not backup:
        (folder / "session.toml.bak").unlink()
    put(folder / "session.toml")
    assert check_all(tmp_path, folder, backup=backup) == ("with a problem" if backup else "damaged")


@pytest.mark.parametrize("put", [put_directory, put_fifo, put_loop, put_dangling, put_device, put_nothing])
def test_no_file_as_backup_is_no_way_back_but_no_hindrance(tmp_path, put):
    folder = begin(tmp_path)
    (folder / "session.toml.bak").unlink()
    put(folder / "session.toml.bak")
    assert check_all(tmp_path, folder, backup=True) == "well"
    (folder / "session.toml").write_bytes(b"torn")
    store = Store(str(tmp_path), who="ann")
    try:
        store.load("ENG-7")
    except Damaged as error:
        check_sentence(str(error), folder)


@pytest.mark.parametrize("put", [put_directory, put_fifo, put_loop, put_dangling, put_device])
def test_no_file_as_timeline_does_not_stop_the_record(tmp_path, put):
    folder = begin(tmp_path)
    (folder / "timeline.toml").unlink()
    put(folder / "timeline.toml")
    store = Store(str(tmp_path), who="ann")
    assert store.load("ENG-7").problem is None
    entries, problem = store.timeline("ENG-7")
    assert entries == []
    assert problem is None or str(folder) in problem
    try:
        with store.changing("ENG-7") as change:
            change.commit(change.doc, [{"text": "three"}])
    except SaveFailed as error:
        check_sentence(str(error), folder)
    else:
        assert [item["text"] for item in store.timeline("ENG-7")[0]] == ["three"]


def test_a_record_that_may_not_be_read_is_not_taken_for_damaged(tmp_path):
    """The backup is older: using it because of a permission would throw the newer save away."""
    folder = begin(tmp_path)

    class NoPermission:
        def __getattr__(self, name):
            return getattr(os, name)

        def open(self, path, flags, mode=0o777):
            if path.endswith("session.toml"):
                raise PermissionError(errno.EACCES, "Permission denied", path)
            return os.open(path, flags, mode)

    store = Store(str(tmp_path), who="ann", fs=NoPermission())
    with pytest.raises(Damaged, match="Permission denied") as caught:
        store.load("ENG-7")
    check_sentence(str(caught.value), folder)
    assert "Permission denied" in store.listing()[0].problem


def test_an_incident_that_belongs_to_root_is_listed_with_its_problem():
    """What a run with sudo leaves: its directory is closed to the engineer."""
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        folder = begin(Path(root))
        as_root = os.geteuid() == 0
        try:
            if as_root:
                os.seteuid(65534)
            else:
                folder.chmod(0)
            store = Store(root, who="ann")
            (summary,) = store.listing()
            assert "Permission denied" in summary.problem
            with pytest.raises(Damaged, match="Permission denied"):
                store.load("ENG-7")
            with pytest.raises(SaveFailed, match="Permission denied"), store.changing("ENG-7"):
                pass
        finally:
            if as_root:
                os.seteuid(0)
            else:
                folder.chmod(0o700)


def test_a_newer_record_is_shown_and_never_changed(tmp_path):
    folder = begin(tmp_path)
    newer = sealed(good()[: good().rindex(b"# sha256")].replace(b"schema = 1", b"schema = 2\nnew = 1"))
    (folder / "session.toml").write_bytes(newer)
    store = Store(str(tmp_path), who="ann")
    found = store.load("ENG-7")
    assert found.doc["new"] == 1
    assert "newer hotfix-tui" in found.read_only and found.problem is None
    with pytest.raises(ReadOnly, match="after an upgrade"), store.changing("ENG-7"):
        pass
    assert (folder / "session.toml").read_bytes() == newer
    assert "newer" in store.listing()[0].problem


@pytest.mark.parametrize("said", [b"3", b"5", b"9", b"11"])
def test_damage_that_looks_like_a_newer_record_is_damage(tmp_path, said):
    """What the checksum does not hold says nothing of a version: the backup is taken, and can be worked with."""
    folder = begin(tmp_path)
    file = folder / "session.toml"
    file.write_bytes(file.read_bytes().replace(b"schema = 1", b"schema = " + said))
    store = Store(str(tmp_path), who="ann")
    found = store.load("ENG-7")
    assert found.read_only is None and found.problem
    with store.changing("ENG-7") as change:
        change.commit(change.doc, [{"text": "three"}])
    assert store.load("ENG-7").problem is None


def test_nobody_is_missing_quietly(tmp_path):
    store = Store(str(tmp_path / "none"), who="ann")
    assert (store.ids(), store.listing()) == ([], [])
    for incident in ("ENG-7", "../x", "", ".", "a/b", "x" * 300, "\udc80", "a\0b"):
        for call in (store.load, store.timeline):
            with pytest.raises(Missing, match="no incident"):
                call(incident)
        with pytest.raises(Missing), store.changing(incident):
            pass
    assert not (tmp_path / "none").exists()


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_every_offset_of_a_file_may_be_its_end_or_its_fault(tmp_path):
    data = good()
    for where in range(len(data)):
        for kind, damaged in (("cut", data[:where]), ("flipped", flipped(data, where, 0))):
            root = tmp_path / f"{kind}{where}"
            folder = begin(root)
            (folder / "session.toml").write_bytes(damaged)
            assert check_all(root, folder, backup=True) == "with a problem"
