"""A call whose answer is read costs the same whatever the program does: it is bounded in time, memory and disk."""

import resource
import subprocess
import sys
import time

import pytest

from hotfix_tui.base import bounded

LIMIT = 1000


def python(code, **more):
    return bounded.call([sys.executable, "-c", code], **{"timeout": 30, "limit": LIMIT, **more})


def test_an_answer_is_read_with_its_status():
    said = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert said == bounded.Said(3, b"out\n", b"err\n")


def test_what_is_longer_than_the_limit_is_cut_and_still_an_answer():
    said = python("print('x' * 100_000); import sys; print('y' * 100_000, file=sys.stderr)")
    assert said == bounded.Said(0, b"x" * LIMIT, b"y" * LIMIT)


@pytest.mark.parametrize(
    "argv",
    [
        ["yes"],
        ["sh", "-c", "yes >&2"],
        ["sh", "-c", "cat /dev/zero | tr '\\0' '\\r'"],
        ["sh", "-c", "yes & yes >&2 & wait"],
    ],
)
def test_what_does_not_stop_printing_is_stopped_and_costs_little(argv):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = bounded.call(argv, timeout=60, limit=LIMIT)
    assert said.status is None and not said.late
    assert len(said.out) <= LIMIT and len(said.err) <= LIMIT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_what_does_not_end_is_stopped_with_all_it_started():
    said = bounded.call(["sh", "-c", "echo begun; sleep 600 & echo $!; wait"], timeout=4, limit=LIMIT)
    assert said.late and said.status is None
    begun, pid = said.out.split()
    assert begun == b"begun"
    for _ in range(4000):
        if subprocess.run(["ps", "-p", pid.decode(), "-o", "stat="], capture_output=True).stdout.strip()[
            :1
        ] in (
            b"",
            b"Z",
        ):
            return
        time.sleep(0.05)
    raise AssertionError("it lives")


def test_a_child_that_keeps_the_pipe_does_not_hold_the_answer():
    said = bounded.call(["sh", "-c", "sleep 90 & echo done"], timeout=80, limit=LIMIT)
    assert said == bounded.Said(0, b"done\n", b"")


def test_closed_streams_are_no_end():
    said = python("import os, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(7)")
    assert said.status == 7
    assert python("import os, time; os.close(1); os.close(2); time.sleep(60)", timeout=0.5).late


def test_a_text_is_given_on_standard_input_whole():
    said = python("import sys; print(len(sys.stdin.read()))", stdin=b"x" * 1_000_000)
    assert said.out == b"1000000\n"
    assert python("pass", stdin=b"x" * 1_000_000).status == 0


def test_what_cannot_be_started_is_an_error():
    with pytest.raises(OSError):
        bounded.call(["/nowhere/x"], timeout=1, limit=1)
    with pytest.raises(ValueError):
        bounded.call(["a\0b"], timeout=1, limit=1)
