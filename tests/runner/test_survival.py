"""Runs outlive whoever started them; and when a supervisor dies, nobody is told a result that is not known."""

import json
import os
import pty
import random
import signal
import sys

import pytest

from hotfix_tui.runner import processes, runs
from hotfix_tui.runner import spec as specs
from tests.runner.helpers import (
    STARTER,
    alive,
    finish,
    kill_supervisor,
    output,
    plan,
    python,
    run,
    shell,
    starter,
    status,
    supervisor,
    until,
    waiting,
)


def _eight_lines(go):
    """Eight lines, half of them once `go` is there."""
    return shell(
        f"for i in 1 2 3 4; do echo line $i; done; {waiting(go)}; for i in 5 6 7 8; do echo line $i; done; exit 7"
    )


def _is_complete(rundir):
    state = finish(rundir)
    assert (state.state, state.exit_code, state.cancelled) == ("exited", 7, "")
    assert output(rundir) == b"".join(b"line %d\n" % i for i in range(1, 9))


@pytest.mark.parametrize("options", [{"tty": True}, {"tty": False}], ids=["tty", "pipe"])
def test_a_killed_session_leaves_its_run_alone(rundir, tmp_path, options):
    process = starter(
        rundir, plan(_eight_lines(tmp_path / "go"), **options), tmp_path, start_new_session=True, stdout=-1
    )
    assert process.stdout.readline() == b"started\n"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert runs.look(rundir).state == "running"
    (tmp_path / "go").touch()
    assert b"".join(runs.follow(rundir)).endswith(b"line 8\n")
    _is_complete(rundir)


def test_a_closed_terminal_leaves_its_run_alone(rundir, tmp_path):
    asked = tmp_path / "asked.json"
    asked.write_bytes(specs.encode(plan(_eight_lines(tmp_path / "go"))))
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", STARTER, str(rundir), str(asked)])
    seen = b""
    while b"started" not in seen:
        seen += os.read(terminal, 1000)
    os.close(terminal)
    _, ended = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(ended) == -signal.SIGHUP
    (tmp_path / "go").touch()
    _is_complete(rundir)


def test_a_started_supervisor_leaves_no_zombie(rundir):
    run(rundir, shell("true"))
    pid = status(rundir)["supervisor_pid"]
    until(lambda: processes.from_proc(pid) is None)
    # The process that shows the run looks at it anyway; that collects what has ended.
    runs.look(rundir)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_lost_run_whose_command_still_runs(rundir):
    runs.start(rundir, plan(shell("trap '' HUP PIPE; echo begun; sleep 60"), tty=False))
    until(lambda: output(rundir) == b"begun\n")
    kill_supervisor(rundir)
    state = runs.look(rundir)
    assert (state.state, state.exit_code) == ("lost-child-alive", None)
    assert status(rundir)["pid"] in state.left_running
    assert not state.succeeded
    assert list(runs.follow(rundir)) != []


def test_a_lost_run_whose_grandchild_still_runs(rundir, tmp_path):
    runs.start(rundir, plan(shell(f"setsid sleep 60 & echo $! > {tmp_path}/pid; exit 0")))
    until(lambda: not alive(status(rundir)["pid"]))
    kill_supervisor(rundir)
    state = runs.look(rundir)
    assert (state.state, state.left_running) == ("lost-child-alive", [int((tmp_path / "pid").read_text())])


def test_a_lost_run_whose_command_is_gone(rundir):
    runs.start(rundir, plan(shell("exec sleep 60")))
    kill_supervisor(rundir)
    os.kill(status(rundir)["pid"], signal.SIGKILL)
    until(lambda: runs.look(rundir).state == "lost-child-gone")
    assert runs.look(rundir).exit_code is None


def _lost(rundir, **changes):
    """A lost run, with changes to its status that may have happened around it."""
    runs.start(rundir, plan(shell("exec sleep 60")))
    kill_supervisor(rundir)
    os.kill(status(rundir)["pid"], signal.SIGKILL)
    until(lambda: not alive(status(rundir)["pid"]))
    (rundir / "status.json").write_text(json.dumps({**status(rundir), **changes}))


def test_a_pid_that_is_used_again_is_not_our_command(rundir):
    _lost(rundir, pid=os.getpid())
    assert runs.look(rundir).state == "lost-child-gone"


def test_the_same_pid_and_start_is_our_command(rundir):
    _lost(rundir, pid=os.getpid(), pid_start=processes.start_time(os.getpid()))
    assert runs.look(rundir).left_running == [os.getpid()]


def test_after_a_reboot_no_pid_is_looked_at(rundir):
    _lost(rundir, pid=os.getpid(), pid_start=processes.start_time(os.getpid()), boot_id="another boot")
    state = runs.look(rundir)
    assert (state.state, state.left_running) == ("lost-reboot", [])


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\x00" * 50, b'{"state": "exited", "exit_code": "x"}'])
def test_a_damaged_record_is_no_result(rundir, damage):
    run(rundir, shell("exit 0"))
    (rundir / "exit.json").write_bytes(damage)
    until(lambda: runs.look(rundir).state == "lost-child-gone")


def test_a_damaged_status_still_means_that_it_began(rundir):
    _lost(rundir)
    (rundir / "status.json").write_bytes(b"")
    assert runs.look(rundir).state == "lost-child-gone"


def _killed_at_random(folder, number, rng):
    """One run whose supervisor is killed at a random moment of its life; what `look` says, checked."""
    rundir, marks = folder / str(number), folder / f"marks-{number}"
    marks.touch()
    text = f"echo begun >> {marks}; {rng.choice(['', 'sleep 0.02;', 'sleep 0.1;'])} exit 7"
    rundir.mkdir()
    (rundir / "spec.json").write_bytes(specs.encode(plan(shell(text), tty=rng.random() < 0.7)))
    first = supervisor(rundir)
    try:
        first.wait(rng.uniform(0.02, 0.16))
    except Exception:
        first.kill()
    first.wait()
    first.stdout.close()
    # A child on its way to its program still holds the lock for a moment.
    before = finish(rundir)
    # What was killed before it began may be started by hand; anything else must not begin again.
    second = supervisor(rundir)
    code = second.wait(240)
    second.stdout.close()
    after = finish(rundir)
    until(lambda: not processes.tagged(os.path.realpath(rundir)))
    begun = len(marks.read_text().splitlines())
    assert begun <= 1, "started twice"
    if before.state == "never-started":
        assert (code, after.state, after.exit_code, begun) == (0, "exited", 7, 1)
    elif before.state == "exited":
        assert (code, before.signal, before.failed_command, begun) == (3, None, 0, 1)
        assert after == before and before.exit_code == 7
    else:
        assert before.state in ("lost-child-alive", "lost-child-gone") and code == 3
        assert after.exit_code is None and after.state.startswith("lost")
    return before.state


def _kill_many(folder, count):
    rng = random.Random(20240517)
    seen = [_killed_at_random(folder, number, rng) for number in range(count)]
    counts = {state: seen.count(state) for state in sorted(set(seen))}
    print(f"\n{count} supervisors killed: {counts}")
    return counts


def test_a_supervisor_killed_at_random_never_lies(tmp_path):
    assert sum(_kill_many(tmp_path, 30).values()) == 30


@pytest.mark.full
def test_a_supervisor_killed_five_hundred_times_never_lies(tmp_path):
    counts = _kill_many(tmp_path, 500)
    # Else the moments were not spread over its life.
    assert len(counts) >= 3


def test_a_spec_of_the_wrong_form_is_told(rundir):
    rundir.mkdir(parents=True)
    (rundir / "spec.json").write_text("[]")
    process = supervisor(rundir)
    told, _ = process.communicate()
    assert process.returncode == 4
    assert told == b"no: its spec.json is missing or damaged\n"
    assert runs.look(rundir).state == "never-started"


def test_the_program_says_how_it_is_used():
    import subprocess

    from tests.runner.helpers import PROGRAM

    done = subprocess.run([sys.executable, "-I", "-S", str(PROGRAM)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (2, b"usage: supervise.py RUNDIR\n")


def test_the_supervisor_needs_the_standard_library_only(rundir):
    text = (
        "import sys; sys.argv = ['supervise.py']; import runpy\n"
        f"try: runpy.run_path({str(runs.__file__).replace('runs.py', 'supervise.py')!r}, run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'__main__'}))"
    )
    run(rundir, python(text), tty=False)
    assert output(rundir).splitlines()[-1] == b"['hotfix_tui']"
