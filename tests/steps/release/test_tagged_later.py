"""release.tag: a release that somebody tagged on a later commit than the fix, with it, is this round's release."""

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.identity_chain import chain
from tests.steps.support_live import History


def landed(history, tmp_path, branch="main", choice=""):
    """The fix is on the branch where it lands; the clone has not seen what comes after it."""
    one = history.into(tmp_path)
    assert one.do("branch.base", choice).state == "done"
    base = one.context().base
    fix = one.world("commit-tree", f"{base}^{{tree}}", "-p", base, "-m", "fix: mend")
    one.world("push", "-q", "origin", f"{fix}:refs/heads/{branch}")
    one.world("update-ref", f"refs/remotes/origin/{branch}", fix)
    one.set("verify.commit", commit=fix)
    one.set("release.confirm", commit=fix, same_tree=True)
    return one, fix


def released(one, start, name, branch="main"):
    """Somebody else adds a commit to `start` and tags it, on the remote alone."""
    other, remote = (
        one.world.clone(one.world.path.parent / f"other-{name}"),
        one.world("remote", "get-url", "origin"),
    )
    other("fetch", "-q", remote, "refs/heads/*:refs/other/*")
    made = other("commit-tree", f"{start}^{{tree}}", "-p", start, "-m", f"Release of {name}")
    other("push", "-q", remote, f"{made}:refs/heads/{branch}")
    other("tag", "-a", "-m", name, name, made)
    other("push", "-q", remote, name)
    return made


LINES = {
    "main": (History().release("v1.0.0").release("v1.0.1", days=20), "main", "", "v1.0.2"),
    "a minor release": (History().release("v1.0.0").release("v1.0.1", days=20), "main", "", "v1.1.0"),
    "calendar": (History().release("2023.05.01"), "main", "", "2023.11.16"),
    "a release branch": (
        History().release("0.12.0", days=90).release("0.12.1", "release-0.12", 20).commit(days=10),
        "release-0.12",
        "0.12.1",
        "0.12.2",
    ),
}


@pytest.mark.parametrize("shape", LINES)
def test_a_release_on_a_later_commit_with_the_fix_is_the_release(shape, tmp_path):
    history, branch, choice, name = LINES[shape]
    one, fix = landed(history, tmp_path, branch, choice)
    made = released(one, fix, name, branch)
    found = one.probe("release.tag")
    assert found.state == "done" and found.why == (
        f"it was tagged outside the wizard: {name} points to {made[:7]}, 1 commit after the fix, and holds it"
    )
    assert (found.evidence["tag"], found.evidence["commit"], found.evidence["holds"]) == (name, made, fix)
    link = next(link for link in chain(one.record) if link.name == "tagged")
    assert (link.state, link.value) == ("ok", name) and f"holds {fix[:7]}" in link.evidence
    assert one.probe("release.tag").state == "done"


def test_another_tag_is_made_only_by_name(tmp_path):
    one, fix = landed(LINES["main"][0], tmp_path)
    released(one, fix, "v1.0.2")
    one.probe("release.tag")
    with pytest.raises(Refused, match=r"There is a release with the fix: v1\.0\.2 points to"):
        one.plan("release.tag")
    assert one.plan("release.tag", "v1.0.3").evidence == {"tag": "v1.0.3", "commit": fix}


def test_the_first_of_several_is_taken(tmp_path):
    one, fix = landed(LINES["main"][0], tmp_path)
    first = released(one, fix, "v1.0.2")
    released(one, first, "v1.0.3")
    assert one.probe("release.tag").evidence["tag"] == "v1.0.2"


def test_a_release_without_the_fix_is_none(tmp_path):
    one, fix = landed(LINES["a release branch"][0], tmp_path, "release-0.12", "0.12.1")
    released(one, one.context().base, "0.12.2", "elsewhere")  # not on the line
    released(one, fix, "0.13.0", "merged")  # with the fix, but on another branch
    released(one, fix, "0.12.2rc1", "release-0.12")  # no final release
    assert one.probe("release.tag").state == "not-done"
    assert one.plan("release.tag").evidence["tag"] == "0.12.3"


def test_a_tag_at_the_fix_itself_comes_first(tmp_path):
    one, fix = landed(LINES["main"][0], tmp_path)
    one.world("tag", "v1.0.2", fix)
    one.world("push", "-q", "origin", "v1.0.2")
    released(one, fix, "v1.0.3")
    assert one.probe("release.tag").evidence["tag"] == "v1.0.2"
