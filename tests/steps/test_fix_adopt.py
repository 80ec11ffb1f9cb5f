"""The fix exists already: a branch, range, commit, tag or pull request becomes done steps, as git shows them."""

import sys

import pytest

from hotfix_tui.git.history import committed_at
from hotfix_tui.incident.model.evidence.release import Merged
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.adopt.adopt import adopt
from hotfix_tui.steps.registry import find

FIXED = "def total(prices):\n    return sum(prices) or 0\n"


@pytest.fixture
def elsewhere(incident):
    """The fix was made by hand on the branch `fix/totals`, from the live release; main is checked out again."""
    incident.do("branch.preflight")
    incident.do("branch.base")
    world = incident.world
    world("checkout", "-q", "-b", "fix/totals", "v1.0.0")
    world.write("shop.py", FIXED)
    world.write("test_more.py", "x = 1\n")
    world("add", "-A")
    world("commit", "-qm", "Mend the totals")
    world("checkout", "-q", "main")
    incident.tip = world("rev-parse", "fix/totals")
    return incident


def keep(incident, spec: str) -> dict[str, str]:
    found = adopt(incident.context(), spec)
    for step, probe in found.items():
        incident.keep(step, probe)
    return {step: probe.state for step, probe in found.items()}


def still_done(incident, found: dict[str, str]) -> None:
    """Whatever was adopted is still seen by the probes afterwards."""
    for step, state in found.items():
        if state == "done" and step != "pull-request.create":
            assert find(step).probe(incident.context()).state == "done", step


def test_a_local_branch_that_is_not_pushed(elsewhere):
    found = keep(elsewhere, "fix/totals")
    assert found == dict.fromkeys(
        ("branch.create", "fix.change", "fix.regression-test", "verify.commit"), "done"
    )
    record = elsewhere.record
    assert record.stored("branch.create").get("branch") == "fix/totals"
    assert record.stored("branch.create").get("made_by_wizard") is False
    assert record.stored("verify.commit").get("commit") == elsewhere.tip
    assert [file["path"] for file in record.stored("fix.change").get("files")] == ["shop.py", "test_more.py"]
    still_done(elsewhere, found)


def test_its_tests_run_on_its_own_commit_not_on_what_is_checked_out(elsewhere):
    keep(elsewhere, "fix/totals")
    code = "import pathlib; assert 'or 0' in pathlib.Path('shop.py').read_text()"
    elsewhere.record.config["commands"] = {"test": [sys.executable, "-c", code]}
    found = elsewhere.do("verify.test")
    assert found.state == "done", elsewhere.log
    assert elsewhere.record.note("verify.test").where.endswith("ENG-7-check")


@pytest.mark.parametrize("how", ["branch", "range", "commit", "tag"])
def test_a_merged_fix_is_done_up_to_the_confirmation(elsewhere, how):
    world = elsewhere.world
    world("merge", "-q", "--no-ff", "-m", "Merge", "fix/totals")
    world("push", "-q", "origin", "main")
    world("tag", "totals-mended", elsewhere.tip)
    spec = {
        "branch": "fix/totals",
        "range": "v1.0.0..fix/totals",
        "commit": elsewhere.tip,
        "tag": "totals-mended",
    }
    if how != "branch":
        world("branch", "-D", "fix/totals") if how != "range" else None
    found = keep(elsewhere, spec[how])
    done = {"branch.create", "fix.change", "verify.commit", "verify.push", "release.confirm", "release.merge"}
    assert done <= {step for step, state in found.items() if state == "done"}, found
    merge = world("rev-parse", "main")
    assert elsewhere.record.stored("release.merge").get("how") == "elsewhere"
    assert elsewhere.record.stored("release.merge").get("commit") == merge
    assert elsewhere.record.seen(Merged).merged_at == committed_at(elsewhere.context().git, merge)
    still_done(elsewhere, found)


def test_a_squashed_commit_on_main_is_the_fix_itself(elsewhere):
    world = elsewhere.world
    world("merge", "-q", "--squash", "fix/totals")
    world("commit", "-qm", "Mend the totals (#3)")
    world("push", "-q", "origin", "main")
    found = keep(elsewhere, world("rev-parse", "main"))
    assert found["release.confirm"] == found["verify.push"] == "done"
    assert found["branch.base"] == "done"
    assert elsewhere.context().base == world("rev-parse", "main^")
    still_done(elsewhere, found)


def test_a_branch_of_the_remote_only(elsewhere):
    elsewhere.world("push", "-q", "origin", "fix/totals")
    elsewhere.world("branch", "-D", "fix/totals")
    for spec in ("fix/totals", "origin/fix/totals"):
        found = keep(elsewhere, spec)
        assert found["verify.push"] == "done" and elsewhere.context().branch == "fix/totals"
        still_done(elsewhere, found)


def test_a_pull_request_by_number_or_address(elsewhere):
    elsewhere.world("push", "-q", "origin", "fix/totals:refs/pull/12/head")
    found = keep(elsewhere, "#12")
    assert found["verify.commit"] == "done" and elsewhere.context().commit == elsewhere.tip
    found = keep(elsewhere, "https://forge.example.com/a/shop/pull/12")
    assert found["pull-request.create"] == "done"
    assert elsewhere.record.stored("pull-request.create").get("number") == 12
    with pytest.raises(Refused, match="shows no pull request 13"):
        adopt(elsewhere.context(), "#13")


def test_without_preflight_and_base_it_finds_them(elsewhere):
    elsewhere.record.steps.clear()
    found = keep(elsewhere, "fix/totals")
    assert found["branch.base"] == "done"
    assert elsewhere.context().base == elsewhere.world("rev-parse", "v1.0.0^{commit}")


def test_what_is_no_fix_is_refused(elsewhere):
    for spec, words in (
        ("nothing-like-it", "Nothing here is called"),
        ("main", "is the production branch"),
        ("main..fix/totals", "does not come after"),
        ("v1.0.0..v1.0.0", "nothing changes"),
        ("v1.0.0", "is the first commit"),
        ("--all", "Nothing here is called"),
    ):
        with pytest.raises(Refused, match=words):
            adopt(elsewhere.context(), spec)
