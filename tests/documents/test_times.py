"""The times of the review are those of git, the forge and production, on records that the real steps wrote."""

import os
from datetime import UTC, datetime

import pytest

from hotfix_tui.documents import history
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.journal import Actor
from hotfix_tui.steps.deploy.live import LiveStep
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.pull_request.approval import Approval
from hotfix_tui.steps.pull_request.step import Create
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.documents import records
from tests.steps.fake_gh import Forge, review
from tests.steps.support_release import PYTHON

LOOKED = datetime(2026, 3, 2, 14, 23, tzinfo=UTC)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


@pytest.fixture
def merged(shop, monkeypatch):
    """A fix that somebody merged at 11:23 on a forge where a push deploys, long before anybody looked."""
    commit = shop.fix()
    world = Forge(shop.folder, commit)
    monkeypatch.setenv("PATH", world.path_with(os.environ["PATH"]))
    shop.here("checkout", "-q", "main")
    stamp = "2026-03-02T11:23:00Z"
    shop.here(
        "merge", "-q", "--no-ff", "-m", "Merge", commit, GIT_COMMITTER_DATE=stamp, GIT_AUTHOR_DATE=stamp
    )
    shop.here("push", "-q", "origin", "main")
    shop.see(
        "branch.preflight",
        forge="github",
        remote_url="https://github.com/acme/shop.git",
        deploys_on_push=True,
    )
    return world


def look(shop, *steps):
    """What the engine does when it looks at steps: the probe, and the record brought in line with it."""
    for step in steps:
        probe = step.probe(shop.ctx)
        running.apply_probe(shop.record, Actor("ann", LOOKED), step.id, probe)
        assert shop.record.entry(step.id).get("state") == "done", probe


def times(shop):
    known = history.times(shop.record, [])
    return tuple(known[name] for name in ("pr-opened", "pr-approved", "pr-merged", "deployed"))


def test_what_happened_elsewhere_has_the_times_of_the_forge_and_of_git(shop, merged):
    request = {
        "number": 1,
        "state": "MERGED",
        "headRefName": "hotfix/ENG-7-sums",
        "baseRefName": "main",
        "headRepositoryOwner": {"login": "acme"},
        "isCrossRepository": False,
        "url": "https://github.com/acme/shop/pull/1",
        "createdAt": "2026-03-02T10:58:00Z",
        "reviewDecision": "APPROVED",
        "latestReviews": [review("kim", "APPROVED", shop.commit) | {"submittedAt": "2026-03-02T11:10:00Z"}],
    }
    merged.set(prs=[merged.world["new"] | request])
    shop.see("pull-request.create", "", number=1)
    look(shop, Create(), Approval(), Merge(), ConfirmStep())
    sha = shop.record.stored("release.confirm").get("commit")
    deployed = {"state": "SUCCESS", "logUrl": "", "createdAt": "2026-03-02T11:31:00Z"}
    merged.set(
        deployments=[{"commitOid": sha, "createdAt": "2026-03-02T11:31:00Z", "latestStatus": deployed}]
    )
    look(shop, ProductionStep())
    assert times(shop) == (at(10, 58), at(11, 10), at(11, 23), at(11, 31))


def test_without_a_word_of_the_forge_what_led_to_the_merge_was_not_after_it(shop, merged):
    shop.see("branch.preflight", forge="none")
    look(shop, Merge(), ConfirmStep())
    for step in ("pull-request.create", "pull-request.approval"):
        running.apply_probe(shop.record, Actor("ann", LOOKED), step, running.Probe("done"))
    shop.configure(git={"live": [PYTHON, "-c", f"print({shop.here('rev-parse', 'main')!r})"]})
    look(shop, ProductionStep(), LiveStep())
    assert times(shop) == (at(11, 23),) * 4


def test_production_that_says_since_when_it_runs_the_fix_is_believed(shop, merged):
    look(shop, Merge(), ConfirmStep())
    said = f'{{"commit": "{shop.here("rev-parse", "main")}", "deployed_at": "2026-03-02T11:40:00Z"}}'
    shop.configure(git={"live": [PYTHON, "-c", f"print({said!r})"]})
    look(shop, ProductionStep(), LiveStep())
    assert times(shop)[3] == at(11, 40)


def test_what_a_person_ticked_has_the_time_of_the_tick(shop, merged):
    look(shop, Merge(), ConfirmStep())
    shop.record.steps["pull-request.approval"] = {"state": "done", "at": LOOKED, "by": "ann", "how": "tick"}
    assert times(shop)[1:3] == (LOOKED, at(11, 23))


def test_boxes_that_were_ticked_in_one_go_are_one_row_and_what_was_said_of_one_is_a_row_of_its_own():
    def tick(minute, step, text):
        return {"at": records.at(minute), "kind": "tick", "step": step, "text": text}

    entries = [
        tick(1, "verify.works", "The normal path works"),
        tick(2, "verify.edges", "Edge cases work"),
        tick(3, "monitor.smoke", "Smoke test: looked at the page"),
        tick(4, "monitor.errors", "No new errors"),
        tick(5, "pull-request.create", "Open the pull request: done by hand"),
        {
            "at": records.at(6),
            "kind": "result",
            "step": "verify.build",
            "state": "done",
            "text": "Done: Build",
        },
        {
            "at": records.at(7),
            "kind": "result",
            "step": "verify.build",
            "state": "failed",
            "text": "Failed: Build: x",
        },
    ]
    told = [row["text"] for row in history.rows(records.finished(), entries) if not row["named"]]
    assert told == [
        "Ticked: The normal path works; Edge cases work",
        "Smoke test: looked at the page",
        "Ticked: No new errors",
        "Failed: Build: x",
    ]
