"""What plain commands print is text, whatever is in it, and a log costs what its bytes cost."""

import io
import json
import tracemalloc

import pytest

from hotfix_tui.cli import outlet
from tests.cli.shop import make_shop
from tests.walks.support import Desk

HOSTILE = "\x1b]0;owned\x07\x1b[31m a\x9bm b\u202etxt.exe\x7f\x85"


def raw(text):
    """The characters in `text` that a terminal would act on."""
    return sorted({c for c in text if not c.isprintable() and c not in "\n\t"})


@pytest.fixture
def hostile(tmp_path):
    """A desk whose repository lies in a folder with a hostile name."""
    folder = tmp_path / f"x{HOSTILE.replace('/', '')}y"
    folder.mkdir()
    return make_shop(Desk(root=tmp_path / "desk", checkout=folder / "shop"))


CALLS = [
    ("new", "ENG-7", "--title", f"Totals{HOSTILE}", "--severity", "P1", "--as", f"ann{HOSTILE}"),
    ("status",),
    ("status", "--json"),
    ("list",),
    ("list", "--json"),
    ("note", f"a{HOSTILE}b", "--as", f"ann{HOSTILE}"),
    ("set", "impact.seen", f"a{HOSTILE}b", "--json"),
    ("do", "triage.rollback-first", "--choose", "fix"),
    ("do", f"verify{HOSTILE}"),
    ("do", "branch.preflight"),
    ("do", "branch.base"),
    ("plan", "branch.create"),
    ("plan", "branch.create", "--json"),
    ("do", "branch.create", "--choose", "worktree"),
    ("tick", "fix.root-cause", "--note", HOSTILE),
    ("timeline",),
    ("timeline", "--json"),
    ("runs",),
    ("runs", "--json"),
    ("output", "1"),
    ("render", "review"),
    ("render", "pr", "--json"),
    ("doctor",),
    ("init",),
    ("trust",),
    ("trust", "--json"),
    ("status", "--incident", HOSTILE),
    ("-C", f"/nowhere{HOSTILE}", "status"),
    (f"nothing{HOSTILE}",),
    ("set", f"x{HOSTILE}", "y"),
    ("abandon", "--why", HOSTILE, "--json"),
]


def test_no_plain_command_prints_what_a_terminal_acts_on(hostile):
    (hostile.checkout / "shop.py").write_text("unfinished\n")
    (hostile.checkout / f"n{HOSTILE.replace('/', '')}").write_text("x")
    printed = 0
    for args in CALLS:
        done = hostile.call(*args)
        assert raw(done.out + done.err) == [], args
        if "--json" in args and done.code == 0:
            texts = json.dumps(json.loads(done.out), ensure_ascii=False)
            assert raw(texts) == [] and "\\u001b" not in texts.lower(), args
        printed += len(done.out) + len(done.err)
    assert printed > 4000


def printed(pieces):
    out = []
    printer = outlet.LogPrinter(out.append)
    for piece in pieces:
        printer.feed(piece)
    printer.end()
    return "".join(out)


def split(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_log_is_printed_alike_however_its_bytes_come(size):
    data = "one\r\ntwo\rthree\n\x1b[31mré\x1b[0md\n\x1b]8;;http://x\x07link\x1b]8;;\x07\nlast".encode()
    assert printed(split(data, size)) == "one\ntwo\nthree\nréd\nlink\nlast\n"


def test_a_long_line_is_not_torn_inside_of_a_character_or_a_sequence():
    data = ("é" * 50_000 + "\x1b[31mx\x1b[0m" * 20_000).encode()
    assert printed(split(data, 4093)) == "é" * 50_000 + "x" * 20_000 + "\n"


@pytest.mark.parametrize(
    "unit",
    [b"x" * 1000, b"progress\r" * 100, b"\x1b[" * 500, b"\xc3" * 1000],
    ids=["letters", "progress", "sequences", "halves"],
)
def test_output_without_line_ends_costs_little_memory(unit):
    piece = unit * (250_000 // len(unit))
    tracemalloc.start()
    try:
        printer = outlet.LogPrinter(lambda text: None)
        printer.feed(piece)
        tracemalloc.reset_peak()
        for _ in range(10):
            printer.feed(piece)
        printer.end()
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_what_covers_a_stream_is_the_stream_in_all_else():
    stream = io.StringIO()
    covered = outlet.Cleaned(stream)
    print("a\x1b[1mb\tc", file=covered, flush=True)
    covered.writelines(["\u202ex\n"])
    assert stream.getvalue() == "ab\tc\n<U+202E>x\n" and not covered.isatty()


def test_what_the_disk_did_not_take_of_a_log_is_said(opened):
    for args in (("branch.preflight",), ("branch.base",), ("branch.create", "--choose", "worktree")):
        opened.do("do", *args)
    number = opened.status()["runs"][-1]["n"]
    (end,) = opened.checkout.glob(f".git/hotfix-tui/*/runs/{number}-*/exit.json")
    assert "not kept" not in opened.do("output", str(number)).err
    end.write_text(json.dumps({**json.loads(end.read_text()), "dropped_bytes": 1_234_567}))
    assert "1,234,567 bytes of this output were not kept" in opened.do("output", str(number)).err
