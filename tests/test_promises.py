"""What README, SECURITY.md and the pages about safety promise is held by tests, sentence by sentence, both ways.

A sentence that is new in them fails here until `promises.toml` names the test that holds it, one that is gone as long
as the table has it, and so does a test that is gone. That those tests fail where the promise is broken is seen by
breaking a copy of the product (`breaks.toml`), among the long counts.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests import promises

SHORTEST = "advice"
"""The shortest reason for which a sentence may have no test."""


@cache
def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def is_there(node: str) -> bool:
    file, _, name = node.partition("::")
    path = promises.TOP / "tests" / file
    return path.is_file() and name.startswith("test_") and name in names_in(path)


@pytest.mark.parametrize("name", [*promises.WHOLE, *promises.PARTS])
def test_every_sentence_is_in_the_table_as_it_stands(name):
    known = promises.table()[name]
    said = promises.said(name)
    assert said - set(known) == set(), "sentences without a test that holds them"
    assert set(known) - said == set(), "promises that are not made any more"


def test_every_test_of_the_table_is_there():
    gone, bare = [], []
    for sentences in promises.table().values():
        for sentence, held in sentences.items():
            if isinstance(held, str):
                bare += [sentence] if len(held) < len(SHORTEST) else []
            else:
                gone += [node for node in held if not is_there(node)]
                bare += [] if held else [sentence]
    assert (gone, bare) == ([], [])


def test_sentences_are_told_apart():
    text = (
        "# A\nOne thing. Another one, e.g. this; and `x`.\n\n- **Head.** A *thin* one (or. not).\n1. Third!\n\n"
        "| a | b |\n|---|---|\n| `c` | **d** e |\n\n```sh\nNo. Sentence.\n```\n## B\nLast?\n"
    )
    assert list(promises.sentences(text)) == [
        *[
            ("A", one)
            for one in ("One thing.", "Another one, e.g. this; and `x`.", "Head.", "A thin one (or. not).")
        ],
        *[("A", "Third!"), ("A", "`c`: d e"), ("B", "Last?")],
    ]


def test_every_promise_with_a_test_has_a_way_to_break_it():
    """One of its tests was seen to fail: with the product broken in the way that `breaks.toml` says."""
    seen = {one.test.removeprefix("tests/").partition("[")[0] for one in promises.breaks()}
    unseen = [
        sentence
        for sentences in promises.table().values()
        for sentence, held in sentences.items()
        if not isinstance(held, str) and not seen & set(held)
    ]
    assert unseen == []


@pytest.mark.parametrize("broken", promises.breaks(), ids=lambda one: one.name)
def test_the_place_that_is_broken_is_there(broken):
    assert (promises.TOP / broken.file).read_text(encoding="utf-8").count(broken.old) == 1
    assert is_there(broken.test.removeprefix("tests/").partition("[")[0]), broken.test


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The folder of a copy of the product that may be broken."""
    return tmp_path_factory.mktemp("broken")


@pytest.mark.full
@pytest.mark.parametrize("broken", promises.breaks(), ids=lambda one: one.name)
def test_a_broken_promise_is_seen(copy, broken):
    seen, text = promises.fails_when_broken(broken, copy)
    assert seen, text[-2000:]
