"""What a command sees of a terminal."""

from hotfix_tui.runner import runs
from tests.runner.helpers import finish, output, plan, python, run, shell, until

_SHOW_SIZE = "import os;print(os.get_terminal_size(1))"


def test_output_is_a_terminal_or_a_pipe(tmp_path):
    show = python("import os;print(os.isatty(0),os.isatty(1),os.isatty(2))")
    for name, options, expected in (
        ("tty", {"tty": True}, b"False True True\n"),
        ("pipe", {"tty": False}, b"False False False\n"),
        ("direct", {"direct": True}, b"False False False\n"),
    ):
        run(tmp_path / name, show, **options)
        assert output(tmp_path / name) == expected


def test_there_is_no_controlling_terminal_to_ask_on(rundir):
    run(
        rundir,
        python(
            "import os,errno\ntry: os.open('/dev/tty',2)\nexcept OSError as e: print(errno.errorcode[e.errno])"
        ),
    )
    assert output(rundir) == b"ENXIO\n"


def test_line_ends_are_stored_as_they_were_written(rundir):
    data = b"a\nb\r\nc\rd\te\x1b[31m\x00\xff\n"
    run(rundir, python(f"import os;os.write(1,{data!r})"))
    assert output(rundir) == data


def test_the_window_has_the_size_asked_for(rundir):
    run(rundir, python(_SHOW_SIZE), rows=33, cols=77)
    assert output(rundir) == b"os.terminal_size(columns=77, lines=33)\n"


def test_a_new_size_reaches_the_running_command_and_the_next(rundir):
    wait = (
        "import os,signal\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK,[signal.SIGWINCH])\n"
        "print('ready',flush=True)\n"
        "signal.sigtimedwait([signal.SIGWINCH],20)\n" + _SHOW_SIZE
    )
    runs.start(rundir, plan(python(wait), python(_SHOW_SIZE)))
    until(lambda: b"ready" in output(rundir))
    runs.resize(rundir, 5, 40)
    assert finish(rundir).succeeded
    size = b"os.terminal_size(columns=40, lines=5)\n"
    assert output(rundir) == b"ready\n" + size * 2


def test_sizes_that_make_no_sense_and_runs_that_are_over_do_no_harm(rundir):
    runs.start(rundir, plan(shell("sleep 0.5; echo fine")))
    for rows, cols in ((0, 0), (-1, 5), (70000, 70000), (1, 1)):
        runs.resize(rundir, rows, cols)
    assert finish(rundir).succeeded
    runs.resize(rundir, 24, 80)
    runs.cancel(rundir, "too late")
    assert runs.look(rundir).cancelled == ""
