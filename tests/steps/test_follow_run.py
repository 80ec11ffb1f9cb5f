"""Following a log by a program that prints only pages: every line once, in order."""

import os
import signal
import subprocess
import sys

from hotfix_tui.steps.deploy.log_follow_driver import TRIES, overlap

PAGE = """\
import pathlib, sys
place = pathlib.Path(sys.argv[1])
turn = int(place.read_text()) if place.exists() else 0
place.write_text(str(turn + 1))
if turn > 3:
    sys.exit(7)
for line in range(turn * 2, turn * 2 + 5):
    print("line", line)
"""


def follow(tmp_path, *command: str, pause: str = "0.01") -> list[str]:
    return [sys.executable, "-m", "hotfix_tui.steps.deploy.log_follow_driver", pause, "--", *command]


def test_pages_that_overlap_are_printed_as_one_log(tmp_path):
    argv = follow(tmp_path, sys.executable, "-c", PAGE, str(tmp_path / "turn"))
    done = subprocess.run(argv, capture_output=True, text=True, timeout=240, check=False)
    assert done.stdout.splitlines() == [f"line {n}" for n in range(11)]
    assert done.returncode == 7
    assert f"{TRIES} times" in done.stderr


def test_a_program_that_goes_on_is_followed_line_by_line(tmp_path):
    script = "import time\nprint('first', flush=True)\ntime.sleep(1.5)\nprint('second', flush=True)\ntime.sleep(60)"
    with subprocess.Popen(
        follow(tmp_path, sys.executable, "-c", script), stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout.readline() == b"first\n"
        assert process.stdout.readline() == b"second\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(240) == 130


def test_a_program_that_is_missing_is_said(tmp_path):
    done = subprocess.run(
        follow(tmp_path, "/no/such/program"), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 127
    assert "No such file" in done.stderr


def test_what_two_pages_have_in_common():
    assert overlap([], [b"a"]) == 0
    assert overlap([b"a", b"b", b"c"], [b"b", b"c", b"d"]) == 2
    assert overlap([b"a", b"a"], [b"a", b"a"]) == 2
    assert overlap([b"a"], [b"b"]) == 0
