"""Real full and read-only disks (as root), and a sweep of every system call of a save (with strace)."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotfix_tui.session.errors import SaveFailed
from hotfix_tui.session.store import Store

from .saver import INCIDENT
from .test_processes import SAVER, begin, check_after_kill, numbers

CALLS = [
    "openat",
    "write",
    "fsync",
    "close",
    "fchmod",
    "link",
    "rename",
    "unlink",
    "flock",
    "pwrite64",
    "ftruncate",
]
ERRORS = {
    "openat": ["EMFILE", "ENOSPC", "EROFS"],
    "write": ["ENOSPC", "EIO", "EDQUOT"],
    "fsync": ["EIO", "ENOSPC"],
    "close": ["EIO"],
    "link": ["EXDEV", "EIO"],
    "rename": ["EIO", "ENOSPC", "EROFS"],
}


@contextmanager
def disk(folder, options):
    """A small disk of its own on `folder`; skips where that may not be made."""
    if os.geteuid() != 0:
        pytest.skip("mounting a disk needs root")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def contents(root):
    return {path.name: path.read_bytes() for path in Path(root, INCIDENT).iterdir() if path.is_file()}


def test_a_full_disk_fails_every_save_and_harms_none(tmp_path):
    with disk(tmp_path, "size=64k"):
        store = begin(tmp_path)
        with store.changing(INCIDENT) as change:
            change.commit(change.doc, [{"text": "two"}])
        filler = tmp_path / "filler"
        with pytest.raises(OSError, match="No space"):
            filler.write_bytes(bytes(1 << 20))
        before = contents(tmp_path)
        for _ in range(36):
            with (
                pytest.raises(SaveFailed, match="No space left on device"),
                store.changing(INCIDENT) as change,
            ):
                change.commit({**change.doc, "more": "x" * 5000}, [{"text": "three"}])
            with pytest.raises(SaveFailed, match="No space left on device"):
                store.draft_write(INCIDENT, "note", "x" * 5000)
        after = contents(tmp_path)
        assert {**after, "session.lock": b""} == {**before, "session.lock": b""}
        assert [entry.get("text") for entry in store.timeline(INCIDENT)[0]] == [None, "two"]
        filler.unlink()
        with store.changing(INCIDENT) as change:
            assert change.commit(change.doc, [{"text": "three"}]).revision == 3
        assert [entry.get("text") for entry in store.timeline(INCIDENT)[0]] == [None, "two", "three"]


def test_a_read_only_disk_is_read_and_named(tmp_path):
    with disk(tmp_path, "size=256k"):
        before = begin(tmp_path).load(INCIDENT)
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path)], check=True)
        store = Store(str(tmp_path), who="ann")
        assert store.load(INCIDENT)._replace(read_only=before.read_only) == before
        assert store.listing()[0].problem is None
        with pytest.raises(SaveFailed, match="Read-only file system"), store.changing(INCIDENT):
            pass
        with pytest.raises(SaveFailed, match="Read-only file system"):
            store.create({"id": "B"}, [])
        with pytest.raises(SaveFailed, match="Read-only file system"):
            store.draft_write(INCIDENT, "note", "x")


def traced(root, *arguments):
    """Run one save under strace with `arguments`, from a fresh incident; return its output and the trace."""
    if root.exists():
        shutil.rmtree(root)
    begin(root)
    log = root / "log"
    done = subprocess.run(
        [
            "strace",
            "-qq",
            "-o",
            str(log),
            "-e",
            f"trace={','.join(CALLS)}",
            *arguments,
            *SAVER,
            str(root),
            "k",
            "2",
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"},
        check=False,
    )
    return done, log.read_text()


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """Every system call of the second of two saves, as (name, which of that name it is in the process)."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    root = tmp_path_factory.mktemp("strace") / "root"
    done, log = traced(root)
    if done.returncode != 0:
        pytest.skip(f"strace cannot be used here: {done.stderr.strip()[:200]}")
    counts, calls, marks = {}, [], 0
    for line in log.splitlines():
        name = line.split("(")[0]
        counts[name] = counts.get(name, 0) + 1
        marks += "/nonexistent/try" in line
        if marks == 2 and "nonexistent" not in line and not re.search(r"write\(1, ", line):
            calls.append((name, counts[name]))
        if marks == 2 and "/nonexistent/ack" in line:
            break
    assert {"fsync", "rename", "link", "write", "openat"} <= {name for name, _ in calls}
    return root, calls


def cases(calls):
    for name, which in calls:
        yield name, which, "signal=SIGKILL"
        for error in ERRORS.get(name, []):
            yield name, which, f"error={error}"


def run_sweep(sweep, every):
    root, calls = sweep
    runs = killed = 0
    for name, which, what in list(cases(calls))[::every]:
        done, _ = traced(root, "-e", f"inject={name}:{what}:when={which}")
        runs += 1
        killed += done.returncode == -9
        check_after_kill(root, done.stdout, 1)
        assert max(numbers(done.stdout, "ack"), default=1) >= 2, (name, which, what, done.stderr)
        if done.returncode not in (0, -9):
            assert re.search(r"(SaveFailed|Damaged): .*session\.", done.stderr), done.stderr
    assert killed > 0
    return runs


def test_some_system_calls_of_a_save_fail_or_are_its_last(sweep):
    assert run_sweep(sweep, every=5) >= 8


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_every_system_call_of_a_save_fails_or_is_its_last(sweep):
    assert run_sweep(sweep, every=1) >= 50


def test_the_sweep_uses_the_real_interpreter():
    """A shim that starts another process would be traced in place of the save."""
    assert SAVER[0] == sys.executable
