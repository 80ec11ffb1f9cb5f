"""What a command sees of a terminal."""

from tests.runner.helpers import output, python, run

_SHOW_SIZE = "import os;print(os.get_terminal_size(1))"


def test_output_is_a_terminal_or_a_pipe(tmp_path):
    show = python("import os;print(os.isatty(0),os.isatty(1),os.isatty(2))")
    for name, options, expected in (
        ("tty", {"tty": True}, b"False True True\n"),
        ("pipe", {"tty": False}, b"False False False\n"),
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


def test_the_window_has_the_usual_size(rundir):
    run(rundir, python(_SHOW_SIZE))
    assert output(rundir) == b"os.terminal_size(columns=80, lines=24)\n"
