"""Whatever lies in a run's folder in the place of a file: a look neither waits, nor reads without end, nor fails."""

import os
import threading

import pytest

from hotfix_tui.base import plain_file
from hotfix_tui.runner import locks, runs
from hotfix_tui.runner import spec as specs
from hotfix_tui.steps.common import outcome
from hotfix_tui.steps.monitor import baseline, smoke
from tests.runner.helpers import run, shell

NAMES = [
    "exit.json",
    "status.json",
    "spec.json",
    "log",
    "log.idx",
    "lock",
    "supervisor.err",
    "ctl",
    "result.json",
]


def fifo(path):
    os.mkfifo(path)


def folder(path):
    path.mkdir()


def loop(path):
    path.symlink_to(path)


def endless(path):
    path.symlink_to("/dev/zero")


def deep(path):
    path.write_text("[" * 200_000)


def surrogates(path):
    path.write_text(
        '{"state": "\\ud800", "pid": "x", "started": 5, "boot_id": 3, "left_running": "no", "status": {}}'
    )


def large(path):
    with path.open("wb") as file:
        file.truncate(1 << 34)


def empty(path):
    path.touch()


def no_text(path):
    path.write_bytes(bytes(range(256)) * 10)


KINDS = [fifo, folder, loop, endless, deep, surrogates, large, empty, no_text]


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    rundir = tmp_path_factory.mktemp("runs") / "1-verify.test"
    run(rundir, shell("echo said; exit 3"))
    return rundir


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_a_look_at_it_ends(ended, tmp_path, name, kind):
    rundir = tmp_path / "1-verify.test"
    rundir.mkdir()
    for path in ended.iterdir():
        (rundir / path.name).write_bytes(path.read_bytes())
    (rundir / name).unlink(missing_ok=True)
    kind(rundir / name)
    found = []

    def look():
        state = runs.look(rundir)
        outcome.why_it_failed(state, str(rundir))
        found.append(state.state)
        found.append(len(runs.read_log(rundir, 0, 100)) <= 100)
        smoke.read_result(str(rundir))
        baseline.read(str(rundir))
        try:
            specs.read(rundir)
        except (OSError, ValueError):
            pass
        found.append("read")

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it waits"
    assert found[1:] == [True, "read"]
    assert found[0] == "exited" or name in ("exit.json", "status.json", "lock"), found


def test_a_lock_that_is_no_file_is_held_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "lock")
    assert not locks.held(str(tmp_path / "lock"))


@pytest.mark.parametrize("kind", [fifo, folder, loop, endless], ids=lambda kind: kind.__name__)
def test_what_is_no_plain_file_is_not_read(tmp_path, kind):
    path = tmp_path / "file"
    kind(path)
    with pytest.raises(OSError):
        plain_file.read(str(path))
    assert plain_file.read_table(str(path)) == {}


def test_a_link_is_followed_only_where_that_is_meant(tmp_path):
    (tmp_path / "file").write_text("{}")
    (tmp_path / "link").symlink_to("file")
    with pytest.raises(OSError):
        plain_file.read(str(tmp_path / "link"))
    assert plain_file.read(str(tmp_path / "link"), follow=True) == b"{}"
    assert plain_file.read(str(tmp_path / "link"), 1, follow=True) == b"{"
