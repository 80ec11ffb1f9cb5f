"""Each command is printed once: in full before it runs (also one that nobody configured), by its number where its
output begins.
"""

import json

import pytest

from hotfix_tui.cli.shown_once import ShownOnce


def lines(desk, *call):
    """Return the lines that a call prints."""
    return desk.do(*call).out.splitlines()


@pytest.fixture
def ready(desk):
    """An incident with a branch, in a project whose tests print something."""
    (desk.checkout / "Makefile").write_text("test:\n\t@echo the suite is running\n")
    desk.git("add", "--", "Makefile")
    desk.git("commit", "--quiet", "-m", "Test by make")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    desk.do("do", "branch.base", "--choose", "production")
    desk.do("do", "branch.create")
    (desk.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    desk.do("probe", "fix.change")
    return desk


def test_one_command_is_printed_once(ready):
    said = lines(ready, "do", "verify.test")
    assert [line.partition("   (in ")[0] for line in said if line.startswith("$ ")] == ["$ make test"]
    assert not any(line.startswith("[1/") for line in said)
    assert said.index("the suite is running") > next(n for n, line in enumerate(said) if "make test" in line)


def test_several_are_numbered_where_their_output_begins(ready):
    ready.do("do", "verify.test")
    for fact, value in (("cause.summary", "It is\nso"), ("impact.seen", "a"), ("fix.summary", "Sum them")):
        ready.do("set", fact, value)
    said = lines(ready, "do", "verify.commit")
    commands = [line for line in said if line.startswith("$ ")]
    assert len(commands) == 2 and "git --literal-pathspecs add" in commands[0], said
    assert [line for line in said if line.startswith("[")][:2] == ["[1/2]", "[2/2]"]
    assert said.index("[1/2]") > said.index(commands[1]), "both were shown before anything ran"
    assert sum("Root cause" in line for line in said) == 1, "a message of several lines is printed once, too"


def test_the_output_of_a_run_holds_every_command(ready):
    ready.do("do", "verify.test")
    run = ready.status()["runs"][-1]["n"]
    assert [line for line in lines(ready, "output", str(run)) if line.startswith("$ ")] == ["$ make test"]


def test_json_is_one_document(ready):
    said = ready.do("do", "verify.test", "--json").out
    assert json.loads(said)["schema"] == 1 and "$ make" not in said


def test_a_run_that_is_not_waited_for_is_shown_in_full(ready):
    assert sum(line.startswith("$ make test") for line in lines(ready, "do", "verify.test", "--detach")) == 1


SHOWN = ["$ git fetch", "$ git commit -m 'a\n\nb'"]
LOGS = {
    "whole": (b"$ git fetch\nout\n$ git commit -m 'a\n\nb'\nmade\n", b"[1/2]\nout\n[2/2]\nmade\n"),
    "another folder": (b"$ git fetch  # in /x\nout\n", b"[1/2]\nout\n"),
    "something else runs": (b"$ rm -rf /\nout\n", b"$ rm -rf /\nout\n"),
    "more than was shown": (b"$ git fetch --all\nout\n", b"$ git fetch --all\nout\n"),
    "said by the output": (b"$ git fetch\n$ git fetch\n", b"[1/2]\n$ git fetch\n"),
    "not at the start of a line": (b"x $ git fetch\n", b"x $ git fetch\n"),
    "cut off": (b"$ git fe", b"$ git fe"),
    "nothing": (b"", b""),
}  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize("name", LOGS)
def test_whatever_the_pieces_are(name, size):
    log, wanted = LOGS[name]
    once = ShownOnce(SHOWN)
    pieces = [log[start : start + size] for start in range(0, len(log), size)]
    assert b"".join(map(once.feed, pieces)) + once.end() == wanted


def test_a_single_command_leaves_no_mark():
    once = ShownOnce(["$ make test"])
    assert once.feed(b"$ make test\nok\n") + once.end() == b"ok\n"
