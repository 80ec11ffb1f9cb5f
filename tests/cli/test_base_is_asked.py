"""What is live is asked where it is not certain, and said first where it is: by the commands that find it."""

import pytest

from tests.cli.shop import DATES


def commit(desk, name):
    """Commit one more file, at the fixed date."""
    (desk.checkout / name).write_text(name)
    desk.git("add", "--", name)
    desk.env |= DATES
    desk.git("commit", "--quiet", "-m", f"Add {name}")
    for one in DATES:
        desk.env.pop(one)


def with_a_release_branch(desk):
    """v1.0.0 is on main and on release-1.0, and main went on."""
    desk.git("tag", "v1.0.0")
    desk.git("branch", "release-1.0")
    commit(desk, "more.py")
    return desk


@pytest.mark.parametrize("remote", [False, True])
def test_a_question_stops_with_the_choices_and_an_answer_goes_on(remote, opened, tmp_path):
    with_a_release_branch(opened)
    if remote:
        opened.git("init", "--quiet", "--bare", "--initial-branch=main", str(tmp_path / "remote.git"))
        opened.git("remote", "add", "origin", str(tmp_path / "remote.git"))
        opened.git("push", "--quiet", "origin", "main", "release-1.0", "v1.0.0")
    opened.do("do", "branch.preflight")
    for choice in ([], ["--choose", "live"]):
        done = opened.no(5, "do", "branch.base", *choice)
        assert (
            "Not done: Find what is live: What is live is not certain: release-1.0 holds v1.0.0, too"
            in done.err
        )
        assert "  do branch.base --choose v1.0.0:release-1.0  v1.0.0 (" in done.err
        assert "  do branch.base --choose v1.0.0:main  v1.0.0 (" in done.err
    assert opened.state("branch.base") == "pending"
    assert "What is live has to be chosen: `do branch.base` lists" in opened.do("status").out
    said = opened.do("do", "branch.base", "--choose", "v1.0.0:release-1.0").out
    assert "Done: Find what is live: v1.0.0 (" in said and "the fix lands on release-1.0, not on main" in said
    told = opened.do("status").out
    assert "\nStarts from v1.0.0 (" in told and "[ ] backport.main" in told
    assert opened.evidence("branch.base")["target"] == "release-1.0"


def test_what_was_taken_from_which_source_is_the_first_thing_said(opened):
    opened.git("tag", "jq-1.8.0")
    opened.do("do", "branch.preflight")
    said = opened.do("do", "branch.base").out.splitlines()[-1]
    short = opened.git("rev-parse", "--short=7", "HEAD").strip()
    assert said.startswith(
        f"Done: Find what is live: jq-1.8.0 ({short}), the highest release on main, committed "
    )
