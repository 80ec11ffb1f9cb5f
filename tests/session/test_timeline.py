"""The timeline: appended, never read again for a change, and shown as far as it was acknowledged."""

import os
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.session import timeline
from hotfix_tui.session.store import Store

HOSTILE = [
    "\n\n[[timeline]]\nrevision = 1\n",
    "\r\n",
    "\0\x1b]0;x\x07",
    "\udc80",
    '"""',
    "\\",
    "é\u202e",
    " ",
    "",
]


def begin(root, changes=3):
    store = Store(str(root), who="ann")
    store.create({"id": "A"}, [{"text": "1"}])
    for number in range(2, changes + 1):
        with store.changing("A") as change:
            change.commit(change.doc, [{"text": str(number)}])
    return store, root / "A" / "timeline.toml"


def texts(store):
    return [entry["text"] for entry in store.timeline("A")[0]]


def test_entries_come_back_as_they_were(tmp_path):
    store, _ = begin(tmp_path)
    at = datetime(2026, 11, 23, 14, 2, 3, 45, tzinfo=timezone(timedelta(hours=8)))
    with store.changing("A") as change:
        change.commit(change.doc, [{"at": at, "kind": "note", "text": text, "by": None} for text in HOSTILE])
    entries, problem = store.timeline("A")
    assert problem is None
    assert [entry["text"] for entry in entries[3:]] == [text.replace("\udc80", "\\udc80") for text in HOSTILE]
    assert entries[-1] == {"revision": 4, "at": at, "kind": "note", "text": ""}
    assert entries[-1]["at"].tzinfo == UTC


def test_a_torn_end_is_cut_off_and_said_so_at_every_offset(tmp_path):
    _, path = begin(tmp_path)
    whole = path.read_bytes()
    starts = [at for at in range(len(whole)) if whole.startswith(b"[[timeline]]", at)] + [len(whole)]
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        entries, problem = Store(str(tmp_path), who="ann").timeline("A")
        complete = sum(end <= size for end in starts[1:])
        assert [entry["text"] for entry in entries] == ["1", "2", "3"][:complete], size
        assert ("torn" in (problem or "")) == (size not in starts), size


def test_a_change_goes_on_behind_a_torn_end_at_every_offset(tmp_path):
    store, path = begin(tmp_path)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        before = texts(store)
        with store.changing("A") as change:
            change.commit(change.doc, [{"text": f"at {size}"}])
        entries, problem = store.timeline("A")
        assert [entry["text"] for entry in entries] == [*before, f"at {size}"]
        assert problem is None


def test_what_was_never_acknowledged_is_neither_shown_nor_kept(tmp_path):
    store, path = begin(tmp_path)
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(timeline.encode([{"text": "no"}] * 3 + [{"text": "n" * 20_000}], 4))
    assert store.timeline("A")[1] is None
    assert texts(store) == ["1", "2", "3"]
    with store.changing("A") as change:
        change.commit(change.doc, [])
    assert path.read_bytes() == whole
    assert texts(store) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data + bytes(100),
        lambda data: data.rstrip(b"\n"),
        lambda data: data + b"what is this\n",
        lambda data: b"# by hand\n\n" + data,
        lambda data: data.replace(b'"2"', b'"2'),
        lambda data: data.replace(b"revision = 2", b"revision = x"),
        lambda data: data.replace(b"revision = 3", b"revision = x"),
        lambda data: data.replace(b'"2"', b'"\xff"'),
        lambda data: data.replace(b"[[timeline]]", b"[timeline]"),
        lambda data: b"",
        lambda data: bytes(5000),
        lambda data: b"\n\n\n",
        lambda data: b"x = 1\n\n",
        lambda data: b"timeline = 1\n\n",
        lambda data: data + b"x = " + b"[" * 3000 + b"\n\n",
    ],
)
def test_a_damaged_timeline_is_read_as_far_as_it_goes_and_kept(tmp_path, damage):
    store, path = begin(tmp_path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    before, problem = store.timeline("A")
    assert problem is None or (str(path) in problem and problem.endswith("."))
    with store.changing("A") as change:
        change.commit(change.doc, [{"text": "4"}])
    after, problem = store.timeline("A")
    assert after[: len(before)] == before
    assert after[-1] == {"revision": 4, "text": "4"}
    grown = path.read_bytes().startswith(damaged)
    kept = [copy.read_bytes() for copy in path.parent.glob("timeline.toml.bad-*")]
    assert grown or kept == [damaged]


def test_a_change_reads_only_the_end(tmp_path):
    """The cost of a change does not grow with the timeline: the bytes read and written are counted."""

    class Counting:
        def __init__(self):
            self.bytes = 0

        def __getattr__(self, name):
            return getattr(os, name)

        def pread(self, fd, length, offset):
            data = os.pread(fd, length, offset)
            self.bytes += len(data)
            return data

        def write(self, fd, data):
            done = os.write(fd, data)
            self.bytes += done
            return done

    cost = {}
    for length in (40, 4000):
        root = str(tmp_path / str(length))
        Store(root, who="ann").create({"id": "A"}, [{"text": "x" * 100}] * length)
        counting = Counting()
        with Store(root, who="ann", fs=counting).changing("A") as change:
            change.commit(change.doc, [{"text": "y"}])
        cost[length] = counting.bytes
        entries, problem = Store(root, who="ann").timeline("A")
        assert (len(entries), problem) == (length + 1, None)
    assert cost[4000] < cost[40] + 5000


def test_an_entry_holds_no_table(tmp_path):
    store, path = begin(tmp_path)
    before = path.read_bytes()
    for value in ({"a": 1}, [{"a": 1}]):
        with pytest.raises(TypeError, match="holds a table: x"), store.changing("A") as change:
            change.commit(change.doc, [{"x": value}])
    assert path.read_bytes() == before


def test_a_timeline_too_large_is_read_from_its_end(tmp_path, monkeypatch):
    store, _ = begin(tmp_path, changes=9)
    monkeypatch.setattr(timeline, "LARGEST", 200)
    entries, problem = store.timeline("A")
    assert entries[-1]["text"] == "9" and 2 < len(entries) < 9
    assert "last 200 bytes" in problem


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.text()
                | st.sampled_from(['\\"', '"', "\\\\n", "a\\", '\\\\"', "[[timeline]]\n", "x\n\ny"])
            },
            optional={
                "by": st.text(max_size=5),
                "run": st.integers(-5, 2**40),
                "at": st.datetimes(timezones=st.just(UTC)),
                "flag": st.booleans(),
                "list": st.lists(st.integers(), max_size=2),
            },
        ),
        max_size=4,
    ),
)
def test_the_quick_reading_is_that_of_the_parser(entries):
    entries = [
        {k: v for k, v in entry.items() if not (k == "list" and any(abs(n) >= 2**63 for n in v))}
        for entry in entries
    ]
    data = b"".join(timeline.encode([entry], number) for number, entry in enumerate(entries))
    quick = timeline._as_written(data)
    assert quick is None or quick == timeline._entries_of(data)


def test_what_is_usual_is_read_quickly():
    at = datetime(2026, 11, 23, 14, 2, 3, tzinfo=UTC)
    entry = {"at": at, "kind": "note", "text": 'said "so"\nand C:\\new → 中', "by": "ann", "run": 3}
    data = timeline.encode([entry, entry], 7)
    assert timeline._as_written(data) == [{"revision": 7, **entry}] * 2
