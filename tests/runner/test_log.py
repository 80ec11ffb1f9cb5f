"""The log keeps every byte, on a full disk as many as fit, and can be read by many while it grows."""

import os
import shlex
import subprocess
import sys
import threading

import pytest

from hotfix_tui.runner import runs
from hotfix_tui.runner import spec as specs
from tests.runner.helpers import STARTER, finish, output, plan, python, run, shell, starter, until

_FLOOD = """
import os
for block in range({blocks}):
    left = b"".join(b"%0255d\\n" % number for number in range(block * 4096, (block + 1) * 4096))
    while left:
        left = left[os.write(1, left):]
"""
_MODES = pytest.mark.parametrize("options", [{"tty": True}, {"tty": False}], ids=["tty", "pipe"])


@_MODES
def test_a_hundred_megabytes_are_kept_to_the_byte(rundir, options):
    command = python(_FLOOD.format(blocks=100))
    state = run(rundir, command, **options)
    assert (state.exit_code, state.dropped_bytes) == (0, 0)
    with open(rundir / "log", "rb") as log:
        announced = f"$ {shlex.join(command.argv)}\n".encode()
        assert log.read(len(announced)) == announced
        for block in range(100):
            # Every 256 bytes are another number, so that nothing can be lost, doubled or moved unseen.
            assert log.read(1 << 20) == b"".join(
                b"%0255d\n" % number for number in range(block << 12, (block + 1) << 12)
            )
        assert log.read(1) == b""


def test_readers_come_and_go_while_it_grows(rundir):
    runs.start(rundir, plan(shell("for i in $(seq 300); do echo line $i; sleep 0.005; done")))
    got = {}

    def read(name):
        got[name] = b"".join(runs.follow(rundir, poll=0.005))

    threads = [threading.Thread(target=read, args=(name,)) for name in range(2)]
    for thread in threads:
        thread.start()
    attached = 0
    pieces, offset = [], 0
    for _ in range(20):
        # Each time a new reader that goes on where the last one stopped.
        for data in runs.follow(rundir, offset, poll=0.005):
            pieces.append(data)
            offset += len(data)
            break
        attached += 1
    for thread in threads:
        thread.join()
    pieces += runs.follow(rundir, offset)
    whole = (rundir / "log").read_bytes()
    assert whole.endswith(b"line 300\n") and attached == 20
    assert got[0] == got[1] == b"".join(pieces) == whole


def test_parts_of_the_log(rundir):
    assert runs.read_log(rundir, 0, 10) == b""
    assert list(runs.follow(rundir)) == []
    run(rundir, shell("echo abcdef"))
    whole = (rundir / "log").read_bytes()
    assert runs.read_log(rundir, 2, 4) == whole[2:6]
    assert runs.read_log(rundir, len(whole), 4) == b""
    assert b"".join(runs.follow(rundir, len(whole) - 3)) == b"ef\n"


def test_time_marks_come_about_once_a_second(rundir):
    run(rundir, shell("for i in $(seq 18); do echo line $i; sleep 0.1; done"), tty=False)
    lines = (rundir / "log.idx").read_text().splitlines()
    marks = [(int(offset), float(when)) for offset, when in map(str.split, lines)]
    # Far fewer than lines, and more than the first.
    assert 2 <= len(marks) <= 9
    assert marks == sorted(marks)
    assert marks[0][0] == 0
    assert all(offset < (rundir / "log").stat().st_size for offset, _ in marks)


def test_a_log_that_may_not_grow_loses_output_and_nothing_else(rundir, tmp_path):
    asked = tmp_path / "asked.json"
    asked.write_bytes(
        specs.encode(
            plan(python(_FLOOD.format(blocks=1) + "\nexit(3)".replace("exit", "raise SystemExit")), tty=False)
        )
    )
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
    process = subprocess.Popen(
        [sys.executable, "-c", limit + STARTER, str(rundir), str(asked)], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"started\n"
    process.kill()
    process.communicate()
    state = finish(rundir)
    # The whole output, and the line that announces the command.
    announced = (rundir / "log").read_bytes().index(b"%0255d\n" % 0)
    assert (state.exit_code, (rundir / "log").stat().st_size) == (3, 300_000)
    assert state.dropped_bytes == announced + (1 << 20) - 300_000


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 512 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root and the permission to mount")
    yield folder
    until(lambda: subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0)


def test_a_full_disk_loses_output_but_no_result(small_disk):
    rundir = small_disk / "run"
    line = "0123456789012345678901234567890123456789"
    noise = f"i=0; while [ $i -lt 2000 ]; do echo {line}; i=$((i+1)); done; "
    commands = (shell(f"cat /dev/zero > {small_disk}/fill 2>/dev/null; {noise}"), shell(f"{noise} exit 3"))
    state = run(rundir, *commands, tty=False)
    assert (state.exit_code, state.failed_command) == (3, 1)
    printed = sum(len(f"$ {shlex.join(command.argv)}\n") for command in commands) + 2 * 2000 * (len(line) + 1)
    # One more where the stored part ends in mid-line: the second announcement begins on a new one.
    assert (rundir / "log").stat().st_size + state.dropped_bytes - printed in (0, 1)
    assert state.dropped_bytes > 0
    assert list(rundir.glob(".*")) == []


def test_a_full_disk_does_not_stop_the_next_command(small_disk, tmp_path):
    rundir = small_disk / "run"
    runs.start(
        rundir,
        plan(shell(f"cat /dev/zero > {small_disk}/fill; true"), shell(f"touch {tmp_path}/second; exit 3")),
    )
    state = finish(rundir)
    assert (state.exit_code, state.failed_command) == (3, 1)
    assert (tmp_path / "second").exists()


def test_on_a_full_disk_nothing_starts(small_disk, tmp_path):
    try:
        with open(small_disk / "fill", "wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
    except OSError:
        pass
    with pytest.raises(runs.StartError, match="No space left"):
        runs.start(small_disk / "run", plan(shell(f"touch {tmp_path}/never")))
    assert not (tmp_path / "never").exists()


def test_output_before_a_lost_starter_is_there(rundir, tmp_path):
    process = starter(
        rundir, plan(shell("echo first; sleep 0.3; echo last")), tmp_path, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    process.kill()
    process.communicate()
    finish(rundir)
    assert output(rundir) == b"first\nlast\n"
