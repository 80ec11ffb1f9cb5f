"""What was done is done: an output that is closed, full or of a narrow encoding changes no exit status of an act."""

import itertools
import json
import subprocess

import pytest

from tests import counts


def shell(desk, line, **env):
    words = " ".join(desk.argv())
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("HOTFIX", words)],
        cwd=desk.checkout, env=desk.env | env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "HOTFIX note once >&-",
        "HOTFIX note once >&- 2>&-",
        "HOTFIX note once >&- 2>&- <&-",
        "HOTFIX note once > /dev/full",
        "HOTFIX note once > /dev/full 2> /dev/full",
        "HOTFIX --json note once > /dev/full",
        "HOTFIX do branch.preflight > /dev/full; HOTFIX note once > /dev/full",
    ],
)
def test_an_act_that_is_done_says_so_by_its_status(opened, line):
    done = shell(opened, line)
    assert done.returncode == 0, done
    assert "Traceback" not in done.stderr
    assert [entry["text"] for entry in opened.status()["timeline"]].count("once") == 1


def test_an_act_whose_reader_goes_away_is_carried_out_to_its_end(opened):
    done = shell(
        opened, "(HOTFIX do branch.preflight; echo $? > status) | true; cat status", PATH=opened.env["PATH"]
    )
    assert done.stdout.split() == ["0"] and "Traceback" not in done.stderr
    assert opened.state("branch.preflight") == "done"


@pytest.mark.parametrize("command", ["status", "status --json", "list", "runs", "timeline", "render review"])
def test_what_cannot_be_printed_has_failed_where_printing_is_all_there_is(opened, command):
    done = shell(opened, f"HOTFIX {command} > /dev/full")
    assert done.returncode == 1 and "did not arrive: No space left" in done.stderr, done
    assert "Traceback" not in done.stderr


ENCODINGS = ["ascii", "latin-1", "cp437", "utf-8:strict"]
PRINTING = ["status", "timeline", "render review", "status --json", "set --list", "--help"]


@pytest.mark.parametrize(
    ("command", "encoding"),
    # Daily each command in the narrowest one, and the two forms of output in all of them.
    counts.first_of_each(
        itertools.product(PRINTING, ENCODINGS),
        lambda case: case if case[0] in ("status", "status --json") else case[0],
    ),
)
def test_a_narrow_encoding_shows_what_it_can(opened, command, encoding):
    opened.do("note", "Überlauf → 中文 … \U0001f525")
    done = subprocess.run(
        opened.argv(*command.split()),
        cwd=opened.checkout, env=opened.env | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done
    if command == "status --json":
        text = json.loads(done.stdout.decode("latin-1" if encoding == "cp437" else encoding.split(":")[0]))
        assert text["timeline"][-1]["text"] == "Überlauf → 中文 … \U0001f525"


def test_a_closed_output_is_no_place_for_the_next_file(opened):
    """With 1 closed the next file that is opened would be 1, and what is printed would land in it."""
    shell(opened, "HOTFIX note closed >&- 2>&- <&-")
    folder = opened.checkout / ".git" / "hotfix-tui" / "ENG-7"
    assert opened.do("status", "--json").json()["problem"] in ("", None)
    assert not [path for path in folder.iterdir() if path.is_file() and b"Note" in path.read_bytes()[:4]]
