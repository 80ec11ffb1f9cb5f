"""Clauses become sentences, and names in them stay names."""

import pytest

from hotfix_tui.base.text import sentence, with_reason


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("the tests passed on the files e2d643e", "The tests passed on the files e2d643e."),
        ("origin/main does not carry the fix", "origin/main does not carry the fix."),
        ("v2.3.4 stands on what landed", "v2.3.4 stands on what landed."),
        ("main carries it", "main carries it."),
        ("iOS builds it", "iOS builds it."),
        ("is it still true?", "Is it still true?"),
        ("", ""),
    ],
)
def test_a_name_at_the_beginning_keeps_its_letters(clause, said):
    assert sentence(clause) == said


@pytest.mark.parametrize(
    ("title", "why", "whole"),
    [
        ("Done: Build", "exit status 0", "Done: Build: exit status 0"),
        ("Done: Roll back first?", "decided: fix forward.", "Done: Roll back first? Decided: fix forward."),
        ("Not done: Roll back first?", "choose fix", "Not done: Roll back first? Choose fix"),
        ("Done: Roll back first?", "", "Done: Roll back first?"),
    ],
)
def test_what_is_said_of_a_title_never_stands_behind_two_marks(title, why, whole):
    assert with_reason(title, why) == whole
