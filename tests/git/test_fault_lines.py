"""Whether a line has the text that a fix takes away or puts in: only what git shows is said, the rest is unknown."""

import pytest

from hotfix_tui.git.fault_lines import FIXED, LACKING, look
from hotfix_tui.git.process import Git

FAULTY = """\
def total(prices):
    amount = 0
    for price in prices:
        amount = amount + price.gross_value
    return round(amount)


def names(items):
    return [item.name for item in items]
"""
RIGHT = FAULTY.replace(
    "        amount = amount + price.gross_value\n", "        amount += price.net_value or 0\n"
)
GUARDED = FAULTY.replace("    amount = 0\n", "    if prices is None:\n        return 0\n    amount = 0\n")
OLD = 'def greeting(who):\n    return "Hello, " + who\n'

CASES = {
    # replaced
    "the faulty text": (RIGHT, {"shop.py": FAULTY}, "unknown"),
    "the fixed text by another hand": (RIGHT, {"shop.py": RIGHT.replace("round(amount)", "amount")}, FIXED),
    "the fixed text in another layout": (RIGHT, {"shop.py": RIGHT.replace("    ", "\t")}, FIXED),
    "both texts": (
        RIGHT,
        {"shop.py": RIGHT + "\ndef x():\n        amount = amount + price.gross_value\n"},
        "unknown",
    ),
    "the fault written in another way": (
        RIGHT,
        {"shop.py": FAULTY.replace("amount + price.gross_value", "amount + price.gross_total")},
        "unknown",
    ),
    "the faulty line wrapped": (
        RIGHT,
        {"shop.py": FAULTY.replace("amount + price", "(\n            amount\n            + price")},
        "unknown",
    ),
    "a file with neither text": (RIGHT, {"shop.py": OLD}, LACKING),
    "no such file": (RIGHT, {"hello.py": OLD}, LACKING),
    "the faulty text in another file": (
        RIGHT,
        {"shop.py": OLD, "sums.py": "        amount = amount + price.gross_value\n"},
        "unknown",
    ),
    "the file by an earlier name": (
        RIGHT,
        {"old.py": FAULTY.replace("amount + price.gross_value", "amount + price.gross_total")},
        "unknown",
    ),
    # put in
    "without the guard": (GUARDED, {"shop.py": FAULTY}, "unknown"),
    "with the guard": (GUARDED, {"shop.py": GUARDED + "\n\nx = 1\n"}, FIXED),
    "with the same guard at another place": (
        GUARDED,
        {"shop.py": FAULTY.replace("    return [", "    if prices is None:\n        return 0\n    return [")},
        "unknown",
    ),
    "no file for the guard": (GUARDED, {"hello.py": OLD}, "unknown"),
    # taken away
    "has what is taken away": (FAULTY.partition("\n\n\n")[0] + "\n", {"shop.py": FAULTY}, "unknown"),
    "never had what is taken away": (
        FAULTY.replace("    return [item.name for item in items]\n", "    pass\n"),
        {"shop.py": OLD},
        LACKING,
    ),
    # too little to tell
    "a short line": (FAULTY.replace("amount = 0", "amount = 1"), {"shop.py": OLD}, "unknown"),
    "bytes": (RIGHT, {"shop.py": "\0" + OLD}, "unknown"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_line_holds_of_a_fix(world, name):
    fixed, theirs, expected = CASES[name]
    world.commit("Start", **{"shop.py": FAULTY})
    start = world("rev-parse", "HEAD").strip()
    world.commit("Fix", **{"shop.py": fixed})
    fix = world("rev-parse", "HEAD").strip()
    world("switch", "-q", "--orphan", "line")
    world.commit("Line", **theirs)
    assert look(Git(world.path), "line", start, fix, ["shop.py"]) == expected


def test_one_place_without_evidence_leaves_all_of_it_open(world):
    world.commit("Start", **{"shop.py": FAULTY, "b.py": FAULTY})
    start = world("rev-parse", "HEAD").strip()
    world.commit("Fix", **{"shop.py": RIGHT, "b.py": RIGHT})
    fix = world("rev-parse", "HEAD").strip()
    world("switch", "-q", "--orphan", "line")
    world.commit("Line", **{"shop.py": RIGHT, "b.py": FAULTY})
    assert look(Git(world.path), "line", start, fix, ["shop.py", "b.py"]) == "unknown"
    world.commit("Line", **{"b.py": OLD})
    assert look(Git(world.path), "line", start, fix, ["shop.py", "b.py"]) == LACKING
