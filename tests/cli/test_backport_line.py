"""A line for a backport is named by the command itself; nothing has to be configured first."""

import pytest


@pytest.fixture
def with_line(opened):
    opened.git("branch", "1.x")
    return opened


def test_a_branch_that_is_here_becomes_a_line(with_line):
    said = with_line.do("--dry-run", "backport", "1.x").out
    assert "1.x would get the fix, too, as the lines in git.backports do" in said
    assert "backport.1-x" not in [step["id"] for step in with_line.status()["steps"]]
    with_line.no(5, "backport", "1.x")
    assert "backport.1-x" in [step["id"] for step in with_line.status()["steps"]]
    assert any("carried to 1.x, too" in one["text"] for one in with_line.status()["timeline"])


def test_a_branch_that_is_nowhere_is_refused_with_the_nearest(with_line):
    said = with_line.no(5, "backport", "1.y").err
    assert "There is no branch '1.y'" in said and "1.x" in said
