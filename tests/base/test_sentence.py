"""Clauses become sentences, and names in them stay names."""

import pytest

from hotfix_tui.base.text import sentence


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
