"""release.tag: the next name follows the scheme, the line and the pre-releases of the base, or is chosen."""

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.registry import find
from tests.steps.support_live import History


def landed(one, choice=""):
    """The fix is on the branch where it lands, as one commit on top of the base."""
    assert one.do("branch.base", choice).state == "done"
    base = one.context().base
    fix = one.world("commit-tree", f"{base}^{{tree}}", "-p", base, "-m", "fix: mend")
    one.set("verify.commit", commit=fix)
    one.set("release.confirm", commit=fix, same_tree=True)
    return one


CLEAR = {
    "semantic": (History().release("v1.0.0"), "", "v1.0.1"),
    "a prefix": (History().release("jq-1.8.3"), "", "jq-1.8.4"),
    "a package": (History().release("@acme/shop@1.2.3"), "", "@acme/shop@1.2.4"),
    "a patch of two parts": (History().release("v4.1").release("v4.1.1").release("v4.2"), "", "v4.2.1"),
    "four parts": (History().release("1.2.3.4"), "", "1.2.3.5"),
    "calendar": (History().release("2023.05.01"), "", "2023.11.15"),
    "a pre-release that is live": (
        History().release("v1.0.0").release("v2.0.0-beta.1"), "v2.0.0-beta.1", "v2.0.0-beta.2",
    ),
    "its own line": (
        History().release("v1.1.0", days=90).release("v1.1.1", "release-1.1", 80).release("v1.2.0", days=70),
        "v1.1.1",
        "v1.1.2",
    ),
    "a taken name": (
        History().release("v1.0.0", days=90).commit("other", 80).tag("v1.0.1", "other").delete("other"),
        "v1.0.0",
        "v1.0.2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", CLEAR)
def test_where_the_scheme_is_clear_the_name_is_proposed(shape, tmp_path):
    history, choice, wanted = CLEAR[shape]
    one = landed(history.into(tmp_path), choice)
    assert one.plan("release.tag").evidence["tag"] == wanted
    assert find("release.tag").choices(one.context()) == []


ASKED = {
    "two parts": (History().release("v4.2").release("v4.3"), "", ["v4.3.1", "v4.4"]),
    "a beta since the last release": (
        History().release("v1.0.0").release("v2.0.0-beta.1").commit(), "production", ["v1.0.1", "v2.0.0-beta.2"],
    ),
    "a habit of hotfix numbers": (
        History().release("v1.2.2").release("v1.2.2.1").release("v1.2.3"), "", ["v1.2.4", "v1.2.3.1"],
    ),
    "a month": (History().release("23.04"), "", ["23.04.1", "23.11"]),
}  # fmt: skip


@pytest.mark.parametrize("shape", ASKED)
def test_where_it_is_not_clear_the_name_is_chosen(shape, tmp_path):
    history, choice, wanted = ASKED[shape]
    one = landed(history.into(tmp_path), choice)
    assert [way.name for way in find("release.tag").choices(one.context())] == wanted
    with pytest.raises(Refused) as refused:
        one.plan("release.tag")
    assert all(name in refused.value.reasons[0].sentence for name in wanted)
    for name in (*wanted, "v9.0.0"):
        assert one.plan("release.tag", name).evidence["tag"] == name


def test_a_name_that_is_no_release_or_is_taken_is_refused(tmp_path):
    one = landed(History().release("v1.0.0").into(tmp_path))
    for name in ("latest", "-d", "v1 2", "v1.0.0", "v2.0..1"):
        with pytest.raises(Refused):
            one.plan("release.tag", name)
    assert one.plan("release.tag", "").evidence["tag"] == "v1.0.1"


@pytest.mark.parametrize(
    ("embargo", "pushed", "private", "live", "said"),
    [
        ("yes", False, "", False, "sees it from then on, and production does not run the fix yet."),
        ("yes", False, "", True, "sees it from then on."),
        ("yes", True, "quiet", True, "sees it from then on."),
        ("yes", True, "", True, ""),
        ("no", False, "", False, ""),
    ],
)
def test_under_embargo_a_tag_that_shows_the_change_first_says_so(
    embargo, pushed, private, live, said, tmp_path
):
    one = landed(History().release("v1.0.0").into(tmp_path))
    one.record.facts.update({"embargo": embargo, "embargo.remote": private})
    for step, is_done in (("verify.push", pushed), ("deploy.live", live)):
        if is_done:
            one.set(step)
    for step, act in (("release.tag", "the tag"), ("release.merge", "the merge")):
        warnings = [one_ for one_ in one.plan(step).warnings if one_.startswith("Under embargo")]
        assert [
            text.startswith(f"Under embargo: {act} brings the change itself to origin: ") for text in warnings
        ] == ([True] if said else [])
        assert not said or warnings[0].endswith(said)
