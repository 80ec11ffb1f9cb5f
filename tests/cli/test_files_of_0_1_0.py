"""Session files that 0.1.0 wrote, one incident after each stage, before evidence had classes: they open and go on."""

import shutil
from pathlib import Path

import pytest

from tests.walks.support import without_a_field

WRITTEN = Path(__file__).parent.parent / "session" / "written_by_0_1_0"
STAGES = (
    *("triage", "branch", "fix", "verify", "pull-request", "release", "deploy", "monitor", "communicate"),
    *("backport", "review"),
)
OF_RUNS = {"before", "where", "checked_tree", "act"}
"""What 0.1.0 kept with the evidence and is about the run: it lies with the run since."""
UNREAD = {"target_why", "distance", "offline"}
"""What 0.1.0 stored and nobody ever saw or read: no class has it any more, and it stays in the file."""
SETTLED = ("done", "waived", "not-needed", "stale")


@pytest.fixture
def old(desk, request):
    """The desk with the incident as 0.1.0 left it after a stage."""
    folder = desk.checkout / ".git" / "hotfix-tui" / "ENG-1234"
    shutil.copytree(WRITTEN / request.param, folder)
    return desk


def stored(desk):
    return {step["id"]: step["evidence"] for step in desk.status()["steps"]}


@pytest.mark.parametrize(("old", "stage"), [(one, one) for one in STAGES], indirect=["old"], ids=STAGES)
def test_it_opens_says_the_same_and_goes_on(old, stage):
    status = old.status()
    assert status["id"] == "ENG-1234" and status["problem"] is None
    asked = [one for one in status["steps"] if one["stage"] == stage and one["required"] in "RW"]
    assert asked and [one["id"] for one in asked if one["state"] not in SETTLED] == []
    assert set().union(*without_a_field(status).values()) <= OF_RUNS | UNREAD
    before = stored(old)
    old.do("note", "opened by a later version")
    assert stored(old) == before, "what was stored stays, byte for byte"
    assert old.status()["revision"] == status["revision"] + 1


@pytest.mark.parametrize("old", ["review"], indirect=True)
def test_its_texts_are_written_again(old):
    status = old.status()
    landed = next(step["evidence"]["commit"] for step in status["steps"] if step["id"] == "release.confirm")
    text = old.do("render", "review").out
    assert landed[:7] in text and "Deployed" in text
    assert "tokend/tokens.py" in old.do("render", "pr").out
