"""Incidents that do not end with the first fix: a fix that makes it worse, a rollback alone, a false alarm."""

import pytest

from tests.walks import acts
from tests.walks.support import offences

pytestmark = pytest.mark.walk

TICKET = "ENG-1234"
NEW = ("new", TICKET, "--title", "Expired tokens are accepted", "--severity", "P0")


def up_to_production(patch: str, *, proof: acts.Act | None = None) -> list[acts.Act]:
    """From the branch to the deployed fix, without the texts."""
    return [
        acts.do("branch.base"),
        acts.do("branch.create"),
        *acts.fix(patch),
        *acts.verify(proof=proof),
        acts.to("pull-request"),
        acts.waive("pull-request.approval", "Kim Lead", "three at night"),
        acts.ticks(*(f"pull-request.{name}" for name in ("alerts", "on-call", "ready"))),
        *acts.deploy(TICKET),
        acts.to("monitor"),
    ]


@pytest.mark.parametrize("base", ["on-top", pytest.param("same", marks=pytest.mark.full)])
def test_a_fix_that_makes_it_worse_is_rolled_back_and_a_second_round_fixes_it(drill_for, base):
    drill = drill_for(scenario="worse-first")
    world = drill.world
    before = drill.git("rev-parse", "v2.3.4^{commit}")
    drill.do(*NEW)
    acts.carry_out(drill, [*acts.describe(), acts.to("branch"), acts.do("branch.preflight")])
    acts.carry_out(drill, up_to_production(str(world.bad_patch)))
    bad = drill.evidence("verify.commit")["commit"]
    assert drill.account(world.valid_token) != 200, "it is worse"
    assert "valid token" in drill.no(1, "do", "monitor.smoke").err
    drill.do("verdict", "worse", "--why", "nobody gets in any more")
    drill.no(5, "resolve")
    drill.do("set", "impact.failed-fix", "Nobody got in with a valid token.")

    drill.do("rollback", "previous", "--confirm", TICKET)
    assert drill.deploys() == [("deploy", bad), ("rollback", before)]
    assert drill.account(world.valid_token) == 200
    assert [run["state"] for run in drill.status()["runs"] if run["step"] == "deploy.rollback"] == ["done"]
    assert drill.state("deploy.production") != "done", "what was rolled back is not deployed any more"

    drill.do("round", "--why", "the clock counts in seconds", "--base", base)
    status = drill.status()
    assert (status["round"], status["stage"]) == (2, "branch")
    drill.do("do", "branch.preflight")
    if base == "on-top":  # the regression test came with the first fix, and passes there
        unproved = acts.waive("verify.proof", "Kim Lead", "the first fix brought the test")
        acts.carry_out(drill, up_to_production(str(world.patch_after_bad), proof=unproved))
    else:
        acts.carry_out(drill, up_to_production(str(world.patch)))
    good = drill.evidence("verify.commit")["commit"]
    assert drill.evidence("branch.base")["commit"] == (bad if base == "on-top" else before)
    acts.carry_out(
        drill,
        [
            *acts.monitor()[1:],
            *acts.release(),
            acts.do("release.tag"),
            acts.do("pull-request.body"),
            *acts.communicate(),
            *acts.backports("release-2-2", "develop"),
            *acts.review(),
        ],
    )
    assert drill.account(world.expired_token) == 401
    assert drill.account(world.valid_token) == 200
    assert drill.deploys() == [("deploy", bad), ("rollback", before), ("deploy", good)]
    assert drill.remote("merge-base", good, "main") == good
    branches = [ref for _, _, ref in drill.remote_updates() if "/hotfix/" in ref]
    assert len(branches) == len(set(branches)) >= 2
    first, last = drill.status()["rounds"]
    assert last["verdict"] == "fixed"
    assert any(e["text"].startswith("Verdict of round 1: worse") for e in drill.status()["timeline"])
    assert first["evidence"]["commit"] == bad
    assert offences(drill.git_calls()) == []


@pytest.mark.parametrize("words", ["reversed", pytest.param("as written", marks=pytest.mark.full)])
def test_a_rollback_alone_resolves_it(drill_for, words):
    drill = drill_for(words=words)
    world = drill.world
    live = drill.git("rev-parse", "v2.3.4^{commit}")
    back = drill.git("rev-parse", "v2.3.3^{commit}")
    drill.do(*NEW)
    acts.carry_out(
        drill,
        [
            acts.fact("impact.seen", "A token that has expired still opens the account."),
            acts.fact("impact.users", "everyone with a lost device"),
            acts.fact("cause.summary", "Came with 2.3.4; what it is in there is not known yet."),
            acts.do("triage.rollback-first", "--choose", "rollback"),
            acts.fact("resolution", "rollback"),
        ],
    )
    assert not {"fix", "verify", "release"} & set(drill.status()["stages"])
    assert TICKET in drill.no(6, "rollback", "previous").err
    assert drill.deploys() == []
    drill.do("rollback", "previous", "--confirm", TICKET)
    assert drill.deploys() == [("rollback", back)]
    acts.carry_out(
        drill,
        [
            acts.to("deploy"),
            acts.do("deploy.live"),
            *acts.monitor()[:-1],
        ],
    )
    acts.carry_out(drill, acts.unless_measured(drill))
    acts.carry_out(
        drill,
        [
            acts.monitor()[-1],
            *acts.communicate(),
            *acts.review(),
        ],
    )
    assert drill.git("rev-parse", "main") != live, "the branch was left alone, too"
    assert drill.account(world.expired_token) == 401
    assert drill.account(world.valid_token) == 200
    assert drill.remote_updates() == [] and drill.pushes() == []
    assert drill.status()["state"] == "closed"
    assert "rolled back" in drill.outbox("internal").lower() or "rollback" in drill.outbox("internal").lower()


def test_a_false_alarm_at_the_deploy_stage_says_what_is_left_behind(drill_for):
    drill = drill_for()
    drill.do(*NEW)
    acts.carry_out(
        drill,
        [
            *acts.describe(),
            *acts.branch("--choose", "worktree"),
            *acts.fix(str(drill.world.patch)),
            *acts.verify(),
            *acts.pull_request(),
            acts.to("deploy"),
        ],
    )
    made = drill.evidence("branch.create")
    drill.no(5, "false-alarm")
    drill.do("false-alarm", "--why", "the report came from staging")
    status = drill.status()
    assert status["state"] == "false-alarm"
    left = " ".join(status["ending"]["left"])
    assert made["branch"] in left and made["worktree"] in left
    assert drill.git("rev-parse", made["branch"]), "it is listed, not deleted"
    assert drill.git("status", "--porcelain", cwd=made["worktree"]) == ""
    assert drill.deploys() == []
    assert [ref for _, _, ref in drill.remote_updates()] == [f"refs/heads/{made['branch']}"]
    assert f"{made['branch']} on origin" in left, "the branch on the remote is left, too"
    drill.no(5, "do", "deploy.production", "--confirm", TICKET)
    assert drill.git("rev-parse", "--abbrev-ref", "HEAD") == "main"
    drill.do("reopen", "--why", "it was not staging")
    assert drill.status()["round"] == 2
    assert offences(drill.git_calls()) == []
