"""A run happens at most once, and can be called off for certain."""

import os
import signal
import threading

import pytest

from hotfix_tui.runner import runs
from hotfix_tui.runner import spec as specs
from tests.runner.helpers import finish, kill_supervisor, plan, run, shell, supervisor, until


def _asked(rundir, marks):
    rundir.mkdir(parents=True)
    (rundir / "spec.json").write_bytes(specs.encode(plan(shell(f"echo begun >> {marks}"))))


def test_a_second_start_in_the_same_folder_is_refused(rundir, tmp_path):
    marks = tmp_path / "marks"
    run(rundir, shell(f"echo begun >> {marks}"))
    with pytest.raises(runs.StartError, match="already holds a run"):
        runs.start(rundir, plan(shell(f"echo begun >> {marks}")))
    assert marks.read_text() == "begun\n"


@pytest.mark.parametrize("when", ["running", "exited", "lost"])
def test_a_second_supervisor_leaves_at_once(rundir, tmp_path, when):
    marks = tmp_path / "marks"
    rest = "true" if when == "exited" else "exec sleep 60"
    runs.start(rundir, plan(shell(f"echo begun >> {marks}; {rest}"), grace=0.5))
    if when == "exited":
        finish(rundir)
    if when == "lost":
        kill_supervisor(rundir)
    (rundir / "log").touch()
    process = supervisor(rundir)
    told, _ = process.communicate(timeout=240)
    assert process.returncode == 3
    assert told.startswith(b"no: ")
    assert marks.read_text() == "begun\n"
    runs.cancel(rundir, "enough") if when == "running" else None
    finish(rundir)


def test_ten_supervisors_at_once_start_one_command(rundir, tmp_path):
    _asked(rundir, tmp_path / "marks")
    several = [supervisor(rundir) for _ in range(10)]
    codes = sorted(process.wait(240) for process in several)
    for process in several:
        process.stdout.close()
    assert codes == [0] + [3] * 9
    assert (tmp_path / "marks").read_text() == "begun\n"


def test_a_run_that_was_called_off_never_starts(rundir, tmp_path):
    _asked(rundir, tmp_path / "marks")
    assert runs.forbid(rundir)
    assert runs.look(rundir).state == "never-started"
    process = supervisor(rundir)
    process.communicate(timeout=240)
    assert process.returncode == 3
    assert not (tmp_path / "marks").exists()
    assert runs.forbid(rundir)
    assert runs.look(rundir).state == "never-started"


def test_a_run_can_be_called_off_before_anyone_asked_for_it(rundir):
    assert runs.forbid(rundir)
    with pytest.raises(runs.StartError, match="called off"):
        runs.start(rundir, plan(shell("true")))
    assert runs.look(rundir).state == "never-started"


@pytest.mark.parametrize("when", ["running", "exited", "lost"])
def test_a_run_that_began_cannot_be_called_off(rundir, when):
    runs.start(rundir, plan(shell("true" if when == "exited" else "exec sleep 60")))
    if when == "exited":
        finish(rundir)
    if when == "lost":
        kill_supervisor(rundir)
    state = runs.look(rundir)
    assert not runs.forbid(rundir)
    assert runs.look(rundir).state == state.state
    runs.cancel(rundir, "enough") if when == "running" else None
    finish(rundir)


def test_calling_off_races_with_a_supervisor_and_one_of_them_wins(tmp_path):
    outcomes = set()
    for number in range(16):
        rundir, marks = tmp_path / str(number), tmp_path / f"marks-{number}"
        _asked(rundir, marks)
        first = number == 0 and runs.forbid(rundir)  # one of the rounds is won before the race
        process = supervisor(rundir)
        threading.Event().wait(number * 0.006)
        forbidden = runs.forbid(rundir) or first
        assert process.wait(240) == (3 if forbidden else 0)
        process.stdout.close()
        state = finish(rundir).state
        assert (state, marks.exists()) == (("never-started", False) if forbidden else ("exited", True))
        outcomes.add(forbidden)
    assert True in outcomes


def test_looking_all_the_time_does_not_disturb_a_start(tmp_path):
    stop = threading.Event()
    seen = set()

    def gaze(folder):
        while not stop.is_set():
            seen.add(runs.look(folder).state)

    for number in range(5):
        rundir = tmp_path / str(number)
        threads = [threading.Thread(target=gaze, args=(rundir,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert run(rundir, shell("exit 0")).succeeded
        stop.set()
        for thread in threads:
            thread.join()
        stop.clear()
    assert seen <= {"never-started", "running", "exited"}


def test_a_supervisor_that_cannot_come_up_is_told_and_called_off(rundir, monkeypatch, tmp_path):
    broken = tmp_path / "supervise.py"
    broken.write_text("raise SystemExit('no memory left')")
    monkeypatch.setattr(runs, "_PROGRAM", broken)
    with pytest.raises(runs.StartError, match="did not start: no memory left"):
        runs.start(rundir, plan(shell("true")))
    assert runs.look(rundir).state == "never-started"
    assert supervisor(rundir).wait(240) == 3


def test_a_supervisor_that_says_nothing_is_called_off(rundir, monkeypatch, tmp_path):
    silent, pids = tmp_path / "supervise.py", tmp_path / "pids"
    silent.write_text(
        f"import os, time\nopen({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\ntime.sleep(60)\n"
    )
    monkeypatch.setattr(runs, "_PROGRAM", silent)
    monkeypatch.setattr(runs, "_PATIENCE", 1.0)
    with pytest.raises(runs.StartError, match="did not start"):
        runs.start(rundir, plan(shell("true")))
    until(
        lambda: pids.exists() and pids.read_text()
    )  # on a slow machine it comes up later than it was waited for
    started = [int(line) for line in pids.read_text().split()]
    for pid in started:
        os.kill(pid, signal.SIGKILL)
    assert len(started) == 1
    assert runs.look(rundir).state == "never-started"
