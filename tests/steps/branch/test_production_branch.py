"""Which branch is production: renamed, missing, never fetched, or named otherwise is an answer, not "offline"."""

import subprocess

import pytest

from hotfix_tui.steps.registry import find
from tests.steps.support_live import History


@pytest.fixture
def simple(tmp_path):
    """A remote whose main branch has the release v1.0.0 and one commit more."""
    return History().release("v1.0.0").commit().into(tmp_path)


def remote(folder, *args):
    """Call git in the remote below `folder`."""
    subprocess.run(["git", *args], cwd=folder / "shop.git", check=True, capture_output=True)


def again(one):
    """Perform the preflight, as the engineer does."""
    return one.do("branch.preflight")


def test_a_renamed_branch_is_found_on_the_remote_and_said(simple, tmp_path):
    remote(tmp_path, "branch", "-m", "main", "trunk")
    remote(tmp_path, "symbolic-ref", "HEAD", "refs/heads/trunk")
    seen = again(simple)
    assert seen.evidence["production"] == "trunk"
    assert "origin has no branch main any more; it shows trunk first" in " ".join(seen.evidence["warnings"])
    assert simple.do("branch.base").evidence["tag"] == "v1.0.0"


def test_a_branch_that_is_renamed_after_the_look_is_no_missing_network(simple, tmp_path):
    remote(tmp_path, "branch", "-m", "main", "trunk")
    found = simple.do("branch.base")
    assert found.state == "failed" and "commit" not in found.evidence
    assert found.why.startswith("origin has no branch main (any more); it has trunk.")
    assert "do branch.preflight" in found.why


@pytest.mark.parametrize("there", [("master",), ("main",), ("only",)])
def test_a_remote_that_shows_a_deleted_branch_first(there, simple, tmp_path):
    remote(tmp_path, "branch", "-m", "main", there[0])
    remote(tmp_path, "symbolic-ref", "HEAD", "refs/heads/gone")
    seen = again(simple)
    assert (seen.state, seen.evidence["production"]) == ("done", there[0])
    assert "origin shows" in " ".join(seen.evidence["warnings"])


def test_a_remote_without_a_first_branch_asks_which_is_production(simple, tmp_path):
    remote(tmp_path, "branch", "-m", "main", "blue")
    remote(tmp_path, "branch", "green", "blue")
    remote(tmp_path, "update-ref", "--no-deref", "HEAD", "blue")  # detached
    seen = again(simple)
    assert (seen.state, seen.evidence["production"]) == ("asks", "")
    names = [choice.name for choice in find("branch.preflight").choices(simple.context())]
    assert names == ["blue", "green"]
    chosen = simple.do("branch.preflight", "green")
    assert (chosen.state, chosen.evidence["production"]) == ("done", "green")
    assert simple.probe("branch.preflight").evidence["production"] == "green"
    assert not find("branch.preflight").choices(simple.context())
    assert simple.do("branch.base").state == "done"


def test_a_default_branch_for_development_is_not_production(tmp_path):
    one = History().release("v1.0.0").commit("develop", start="main").into(tmp_path)
    remote(tmp_path, "symbolic-ref", "HEAD", "refs/heads/develop")
    seen = again(one)
    assert seen.evidence["production"] == "main"
    assert "origin shows develop first; main is taken for production" in " ".join(seen.evidence["warnings"])


@pytest.mark.parametrize(
    "options",
    [
        ("--single-branch", "--branch", "develop"),
        ("--depth", "1"),
        ("--depth", "1", "--branch", "develop"),
        ("--filter=blob:none", "--no-checkout"),
        ("--origin", "acme"),
        ("--no-tags",),
    ],
)
def test_clones_that_lack_something_find_the_same(options, tmp_path):
    remote_of = "acme" if "acme" in options else "origin"
    history = (
        History().release("v1.0.0").commit("develop", start="main").commit().release("v1.0.2", "release-1.0")
    )
    one = history.into(tmp_path, *options)
    found = one.do("branch.base")
    assert one.record.stored("branch.preflight").get("remote") == remote_of
    assert one.record.stored("branch.preflight").get("production") == "main"
    assert (found.state, found.evidence["tag"], found.evidence["target"]) == (
        "done",
        "v1.0.2",
        "release-1.0",
    ), one.log


def test_without_a_remote_the_branch_here_is_production(tmp_path):
    one = History().release("v1.0.0").commit().into(tmp_path)
    one.world("remote", "remove", "origin")
    one.record.steps.clear()
    seen = again(one)
    assert (seen.evidence["remote"], seen.evidence["production"]) == ("", "main")
    found = one.do("branch.base")
    assert (found.state, found.evidence["tag"], found.evidence["target"]) == ("done", "v1.0.0", "main")


def test_a_remote_that_cannot_be_reached_is_said_to_be_so(simple, tmp_path):
    (tmp_path / "shop.git").rename(tmp_path / "gone.git")
    seen = again(simple)
    assert seen.evidence["production"] == "main"
    assert "origin did not answer" in " ".join(seen.evidence["warnings"])
    found = simple.do("branch.base")
    assert found.state == "done" and "could not be reached" in found.why


def test_a_look_that_is_made_again_by_itself_asks_no_network(simple, tmp_path):
    (tmp_path / "shop.git").rename(tmp_path / "gone.git")
    assert not any("did not answer" in one for one in simple.probe("branch.preflight").evidence["warnings"])


@pytest.mark.parametrize(
    ("shown", "usual"),
    [
        ("develop", "main"),
        ("dev", "master"),
        ("next", "production"),
        ("dev", "release"),
        ("devel", "stable"),
        ("develop", "deployed"),
    ],
    ids=str,
)
def test_a_default_branch_for_development_is_not_production_without_a_network_either(shown, usual, tmp_path):
    history = History().release("v1.0.0").commit(shown, start="main", count=3)
    one = history.into(tmp_path)
    remote(tmp_path, "branch", "-m", "main", usual)
    remote(tmp_path, "symbolic-ref", "HEAD", f"refs/heads/{shown}")
    one.world("fetch", "--prune", "origin")
    one.world("remote", "set-head", "origin", "--auto")
    (tmp_path / "shop.git").rename(tmp_path / "gone.git")
    seen = again(one)
    assert seen.evidence["production"] == usual
    said = " ".join(seen.evidence["warnings"])
    assert "origin did not answer" in said and f"origin shows {shown} first; {usual} is taken" in said
