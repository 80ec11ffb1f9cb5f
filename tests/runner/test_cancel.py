"""Cancelling ends everything that a run has started, and says why."""

import os
import signal

import pytest

from hotfix_tui.runner import runs
from hotfix_tui.runner.spec import Command
from tests.runner.helpers import (
    alive,
    finish,
    kill_supervisor,
    output,
    plan,
    python,
    run,
    shell,
    status,
    until,
    waiting,
)

_STUBBORN = (
    "import signal,time,os\n"
    "for s in (2,15): signal.signal(s,lambda n,f: print('got',n,flush=True))\n"
    "print('ready',flush=True)\n"
    "while True: time.sleep(60)"
)

_POLITE = """
import time
try:
    print('ready', flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    pass
"""


def _ready(rundir, word=b"ready"):
    until(lambda: word in output(rundir))


def test_an_interrupt_is_the_first_request(rundir):
    runs.start(rundir, plan(python(_POLITE + "raise SystemExit(9)")))
    _ready(rundir)
    runs.cancel(rundir, "the engineer stopped it")
    state = finish(rundir)
    assert (state.exit_code, state.cancelled, state.succeeded) == (9, "the engineer stopped it", False)


def test_what_ignores_interrupt_and_terminate_is_killed(rundir):
    runs.start(rundir, plan(python(_STUBBORN), grace=0.3))
    _ready(rundir)
    runs.cancel(rundir, "stop")
    state = finish(rundir)
    assert (state.signal, state.cancelled) == (signal.SIGKILL, "stop")
    assert (rundir / "log").read_text().endswith("ready\ngot 2\ngot 15\n")
    assert state.duration_s >= 0.6


def test_no_descendant_survives_a_cancel(rundir, tmp_path):
    pids = tmp_path / "pids"
    text = (
        "trap '' INT\n"
        f"note() {{ echo $1 >> {pids}; }}\n"
        "sleep 300 & note $!\n"
        "setsid sleep 301 & note $!\n"
        f"(setsid sh -c 'trap \"\" TERM INT; echo $$ >> {pids}; sleep 302 & echo $! >> {pids}; wait; sleep 303' &)\n"
        "nohup sleep 304 >/dev/null 2>&1 & note $!\n"
        "while [ $(wc -l < " + str(pids) + ") -lt 5 ]; do sleep 0.05; done; echo ready; wait"
    )
    runs.start(rundir, plan(shell(text), grace=0.3))
    _ready(rundir)
    started = [int(line) for line in pids.read_text().split()]
    assert len(started) == 5 and all(map(alive, started))
    runs.cancel(rundir, "stop")
    state = finish(rundir)
    assert state.left_running == []
    assert not any(map(alive, started))


def test_a_stopped_process_is_ended_too(rundir):
    runs.start(rundir, plan(shell("echo ready; kill -STOP $$; echo never"), grace=0.3))
    _ready(rundir)
    runs.cancel(rundir, "stop")
    assert finish(rundir).signal in (signal.SIGINT, signal.SIGTERM)


def test_later_commands_do_not_start_after_a_cancel(rundir):
    runs.start(rundir, plan(python(_POLITE), shell("echo never")))
    _ready(rundir)
    runs.cancel(rundir, "stop")
    state = finish(rundir)
    assert (state.exit_code, state.failed_command) == (0, None)
    assert not state.succeeded
    assert output(rundir) == b"ready\n"


def test_a_cancel_while_output_is_drained_ends_what_holds_it(rundir, tmp_path):
    pidfile = tmp_path / "pid"
    runs.start(rundir, plan(shell(f"setsid sleep 300 & echo $! > {pidfile}; echo ready; exit 5"), grace=0.2))
    _ready(rundir)
    until(lambda: not alive(status(rundir)["pid"]))
    runs.cancel(rundir, "stop")
    state = finish(rundir)
    assert (state.exit_code, state.left_running) == (5, [])
    assert not alive(int(pidfile.read_text()))


def test_the_first_reason_counts(rundir):
    runs.start(rundir, plan(python(_STUBBORN), grace=0.3))
    _ready(rundir)
    runs.cancel(rundir, "first")
    runs.cancel(rundir, "second")
    assert finish(rundir).cancelled == "first"


def test_a_run_that_takes_too_long_is_cancelled_with_that_reason(rundir):
    state = run(rundir, Command(["sleep", "60"], "/"), timeout=0.3)
    assert (state.cancelled, state.signal) == ("timed out after 0.3 s", signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_supervisor_told_to_stop_cancels_and_records_it(rundir, number):
    runs.start(rundir, plan(Command(["sleep", "60"], "/")))
    os.kill(status(rundir)["supervisor_pid"], number)
    assert finish(rundir).cancelled == f"the supervisor was told to stop ({number.name})"


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE])
def test_other_signals_do_not_concern_the_supervisor(rundir, tmp_path, number):
    runs.start(rundir, plan(shell(f"{waiting(tmp_path / 'go')}; exit 7")))
    os.kill(status(rundir)["supervisor_pid"], number)
    (tmp_path / "go").touch()
    state = finish(rundir)
    assert (state.exit_code, state.cancelled) == (7, "")


def test_nonsense_on_the_socket_does_no_harm(rundir, tmp_path):
    import socket

    runs.start(rundir, plan(shell(f"{waiting(tmp_path / 'go')}; exit 7")))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        for data in (b"", b"\xff", b"[]", b"{}", b"3", b'["cancel"]', b'["cancel",1,2,3', b"[" * 5000):
            sender.sendto(data, str(rundir / "ctl"))
    (tmp_path / "go").touch()
    assert finish(rundir).exit_code == 7


def test_without_a_socket_a_cancel_goes_by_signal(rundir):
    runs.start(rundir, plan(Command(["sleep", "60"], "/")))
    (rundir / "ctl").unlink()
    runs.cancel(rundir, "stop")
    assert finish(rundir).cancelled == "the supervisor was told to stop (SIGTERM)"


def test_what_has_lost_its_supervisor_must_be_ended_by_hand(rundir):
    runs.start(rundir, plan(Command(["sleep", "60"], "/")))
    kill_supervisor(rundir)
    pid = status(rundir)["pid"]
    with pytest.raises(runs.NotRunning, match=str(pid)):
        runs.cancel(rundir, "stop")
    os.killpg(pid, signal.SIGKILL)


def test_a_cancel_that_comes_after_the_end_changes_no_result(rundir):
    """The command has ended well; what it left behind keeps its output open, so the run is not over yet."""
    runs.start(rundir, plan(shell("sleep 60 & exit 0"), tty=False))
    until(lambda: not alive(status(rundir)["pid"]))
    runs.cancel(rundir, "too late")
    state = finish(rundir)
    assert state.succeeded and state.cancelled == "" and state.left_running == []


def test_a_cancel_before_the_last_command_is_one(rundir):
    runs.start(rundir, plan(shell("sleep 60 & exit 0"), shell("true"), tty=False))
    until(lambda: not alive(status(rundir)["pid"]))
    runs.cancel(rundir, "in time")
    state = finish(rundir)
    assert not state.succeeded and state.cancelled == "in time"
