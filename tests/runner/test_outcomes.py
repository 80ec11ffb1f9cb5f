"""How runs end, and what is written down of it."""

import os
import stat

import pytest

from hotfix_tui.runner import runs
from hotfix_tui.runner import spec as specs
from hotfix_tui.runner.spec import Command, RunSpec
from tests.runner.helpers import output, plan, python, run, shell, until, waiting


@pytest.mark.parametrize("mode", [{"tty": True}, {"tty": False}], ids=["tty", "pipe"])
@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_exit_status_and_output_are_recorded(rundir, mode, code):
    state = run(rundir, shell(f"echo out; echo err >&2; exit {code}"), **mode)
    assert (state.state, state.exit_code, state.signal) == ("exited", code, None)
    assert state.failed_command == (None if code == 0 else 0)
    assert state.succeeded == (code == 0)
    assert output(rundir) == b"out\nerr\n"


@pytest.mark.parametrize("number", [1, 2, 6, 9, 13, 15])
def test_death_by_signal_is_no_exit_status(rundir, number):
    state = run(rundir, shell(f"kill -{number} $$"))
    assert (state.exit_code, state.signal, state.failed_command) == (None, number, 0)


def test_times_are_utc_and_the_duration_is_measured(rundir):
    state = run(rundir, shell("sleep 0.3"))
    assert state.started.endswith("Z") and state.finished.endswith("Z")
    assert state.started < state.finished
    assert state.duration_s >= 0.3


def test_commands_run_in_order_up_to_the_first_failure(rundir, tmp_path):
    state = run(
        rundir,
        shell("echo one; exit 3", ok=[0, 3]),
        shell("pwd; exit 4", cwd=tmp_path),
        shell("echo never"),
    )
    assert (state.exit_code, state.failed_command) == (4, 1)
    where = str(tmp_path)
    assert (rundir / "log").read_text() == (
        f"$ sh -c 'echo one; exit 3'\none\n$ sh -c 'pwd; exit 4'  # in {where}\n{where}\n"
    )


def test_a_command_line_starts_on_a_line_of_its_own_and_is_quoted(rundir):
    run(rundir, shell("printf half"), Command(["echo", "a b", "$(id)", "ü\udcff"], "/"))
    text = os.fsencode("$ sh -c 'printf half'\nhalf\n$ echo 'a b' '$(id)' 'ü\udcff'\na b $(id) ü\udcff\n")
    assert (rundir / "log").read_bytes() == text
    assert specs.read(rundir).commands[1].argv[3] == "ü\udcff"


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (Command(["no-such-program"], "/"), 127, "No such file or directory: no-such-program"),
        (Command(["true"], "/no/such/folder"), 127, "No such file or directory: /no/such/folder"),
        (Command(["/etc/passwd"], "/"), 126, "Permission denied: /etc/passwd"),
        (Command(["echo", "a\0b"], "/"), 126, "null"),
    ],
)
def test_what_cannot_be_started_is_a_failure_with_a_reason(rundir, command, code, words):
    state = run(rundir, command, shell("echo never"))
    assert (state.exit_code, state.failed_command) == (code, 0)
    assert words in output(rundir).decode()


def test_standard_input_is_at_its_end(rundir):
    assert run(rundir, shell("cat; read line; echo $?")).succeeded
    assert output(rundir) == b"1\n"


def test_the_environment_asks_no_questions_and_may_be_changed(rundir, monkeypatch):
    monkeypatch.setenv("KEPT", "inherited")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GPG_TTY", "/dev/pts/9")
    first = shell("echo $KEPT-$GIT_DIR-$GPG_TTY-$GIT_TERMINAL_PROMPT-$PAGER-$A-$B-$GIT_EDITOR")
    second = shell("echo $A-$B", env={"B": "own"})
    run(rundir, first, second, env={"A": "all", "B": "all", "GIT_EDITOR": "vi"})
    assert output(rundir) == b"inherited---0-cat-all-all-vi\nall-own\n"


def test_commands_keep_the_umask_and_the_signals_of_the_starter(rundir):
    umask = os.umask(0o022)
    try:
        show = "import os,signal;os.umask(m:=os.umask(0));print(oct(m));"
        show += "print([s.name for s in signal.valid_signals() if signal.getsignal(s)==signal.SIG_IGN]);"
        show += "print(signal.pthread_sigmask(signal.SIG_BLOCK,[]))"
        run(rundir, python(show))
    finally:
        os.umask(umask)
    # Python itself ignores these two.
    assert output(rundir) == b"0o22\n['SIGPIPE', 'SIGXFSZ']\nset()\n"


def test_files_are_private(rundir):
    run(rundir, shell("true"))
    for folder in (rundir, rundir.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in rundir.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"spec.json", "status.json", "exit.json", "log", "log.idx", "lock", "supervisor.err"} == set(modes)
    assert (rundir / "supervisor.err").read_bytes() == b""


def test_what_is_left_running_is_named(rundir, tmp_path):
    pidfile = tmp_path / "pid"
    state = run(rundir, shell(f"setsid sleep 30 & echo $! > {pidfile}; echo done"))
    assert (state.state, state.exit_code) == ("exited", 0)
    assert state.left_running == [int(pidfile.read_text())]
    # It holds the terminal open: its output was waited for.
    assert state.duration_s >= 2.0


def test_a_helper_that_ends_soon_is_not_left_running(rundir):
    state = run(rundir, shell("(exec >/dev/null 2>&1; sleep 0.05) & true"))
    assert state.left_running == []


def test_output_of_a_background_process_is_waited_for(rundir):
    run(rundir, shell("(sleep 0.5; echo late) & echo early"))
    assert output(rundir) == b"early\nlate\n"


def test_a_helper_of_an_earlier_command_may_go_on_printing(rundir, tmp_path):
    go, said = tmp_path / "go", tmp_path / "said"
    run(
        rundir,
        shell(f"({waiting(go)}; echo late; touch {said}) & echo early"),
        shell(f"touch {go}; {waiting(said)}; echo last"),
    )
    assert output(rundir) == b"early\nlate\nlast\n"


def test_a_run_without_a_command_is_refused_in_a_sentence(rundir):
    for spec in (plan(), plan(Command([], "/"))):
        with pytest.raises(runs.StartError, match="no command"):
            runs.start(rundir, spec)
    assert not rundir.exists()


def test_where_nothing_can_be_written_nothing_starts(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(runs.StartError, match="cannot start"):
        runs.start(tmp_path / "file" / "run", plan(shell("true")))


def test_the_spec_can_be_read_back(rundir):
    spec = RunSpec("a.b", [Command(["true"], "/", {"A": "1"}, [0, 2], "title")], timeout=60, tty=False)
    runs.start(rundir, spec)
    assert specs.read(rundir) == spec
    until(lambda: runs.look(rundir).state == "exited")
    (rundir / "spec.json").write_text('{"step": 1}')
    with pytest.raises(ValueError, match=r"spec\.json.*step"):
        specs.read(rundir)


def test_a_deep_folder_is_no_obstacle(tmp_path):
    rundir = tmp_path / ("d" * 120) / ("e" * 120) / "1-x"
    runs.start(rundir, plan(Command(["sleep", "60"], "/")))
    runs.cancel(rundir, "enough")
    assert until(lambda: (state := runs.look(rundir)).state == "exited" and state).cancelled == "enough"
