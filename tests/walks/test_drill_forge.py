"""A pull request on the drill's own forge: opened, checked, approved by a colleague, merged by the forge itself."""

import time

import pytest

from tests.walks import acts
from tests.walks.support import offences, step_of, without_a_field

pytestmark = pytest.mark.walk

POLICY = '\n[policy.P1]\norder = "merge-first"\nstaging = false\n'


def until_done(drill, step):
    """Do a step that looks at the forge until it is done."""
    end = time.monotonic() + 240
    while drill.call("do", step).code != 0:
        assert time.monotonic() < end, drill.call("do", step)
        time.sleep(0.3)
    assert drill.state(step) == "done"


def to_the_request(drill, patch):
    drill.do("new", "ENG-1234", "--title", "Expired tokens are accepted", "--severity", "P1")
    ready = [
        *acts.describe(),
        *acts.branch(),
        *acts.fix(str(patch)),
        *acts.verify(),
    ]
    acts.carry_out(
        drill, [*ready, acts.to("pull-request"), acts.do("pull-request.body"), acts.do("pull-request.create")]
    )


def approved(drill):
    until_done(drill, "pull-request.checks")
    until_done(drill, "pull-request.approval")
    acts.carry_out(drill, [acts.ticks(*(f"pull-request.{name}" for name in ("alerts", "on-call", "ready")))])


@pytest.mark.full
def test_request_checks_approval_and_merge_are_the_forges(drill_for):
    drill = drill_for(forge=True, extra=POLICY)
    to_the_request(drill, drill.world.patch)
    fix = drill.evidence("verify.commit")["commit"]
    asked = drill.evidence("pull-request.create")
    assert asked["url"] == f"{drill.world.forge_url}/pull/1" and asked["head"] == fix
    approved(drill)
    assert drill.evidence("pull-request.approval")["approvals"] == ["tomas"]
    before = drill.remote("rev-parse", "main")
    acts.carry_out(drill, acts.release())
    assert drill.remote("log", "-1", "--format=%P", "main").split() == [before, fix]
    assert drill.evidence("release.merge")["how"] == "forge"
    assert without_a_field(drill.status()) == {}
    assert offences(drill.git_calls()) == []


def test_a_red_check_is_fixed_in_the_same_round_and_runs_again(drill_for):
    drill = drill_for(scenario="red-check", forge=True, extra=POLICY)
    to_the_request(drill, drill.world.bad_patch)
    first = drill.evidence("verify.commit")["commit"]
    until_failed(drill, "pull-request.checks")
    assert "style" in drill.do("status").out
    refused = drill.call("do", "release.merge")
    assert refused.code != 0 and drill.remote("merge-base", "main", first) != first
    drill.git("apply", str(drill.world.patch_after_bad))
    again = ("fix.change", "fix.guard", "verify.test", "verify.typecheck", "verify.build", "verify.proof")
    acts.carry_out(drill, [acts.do(step) for step in again])
    acts.carry_out(drill, [acts.ticks(*(f"verify.{name}" for name in acts.TICKS))])
    acts.carry_out(drill, [acts.do("verify.commit"), acts.do("verify.push"), acts.do("pull-request.body")])
    approved(drill)
    fix = drill.evidence("verify.commit")["commit"]
    acts.carry_out(drill, acts.release())
    assert drill.remote("merge-base", "main", fix) == fix != first
    assert offences(drill.git_calls()) == []


def until_failed(drill, step):
    end = time.monotonic() + 240
    while drill.state(step) != "failed":
        assert time.monotonic() < end, drill.call("do", step)
        drill.call("do", step)


def test_what_a_lost_connection_did_is_looked_at_and_never_repeated(drill_for):
    drill = drill_for(scenario="lost-connection", forge=True)
    drill.do("new", "ENG-1234", "--title", "Expired tokens are accepted", "--severity", "P0")
    acts.carry_out(
        drill, [*acts.describe(), *acts.branch(), *acts.fix(str(drill.world.patch)), *acts.verify(push=False)]
    )
    pushed = drill.call("do", "verify.push")
    assert drill.state("verify.push") == "done", pushed
    assert not (drill.world.remote / "lose-push").exists()
    acts.carry_out(
        drill,
        [
            acts.to("pull-request"),
            *(
                acts.waive(f"pull-request.{name}", "Kim Lead", "three at night")
                for name in ("checks", "approval")
            ),
            acts.ticks(*(f"pull-request.{name}" for name in ("alerts", "on-call", "ready"))),
            acts.to("deploy"),
        ],
    )
    deployed = drill.call("do", "deploy.production", "--confirm", "ENG-1234")
    assert "lost" in drill.do("output", str(step_of(drill.status(), "deploy.production")["run"])).out
    assert drill.state("deploy.production") in ("done", "unknown"), deployed
    fix = drill.evidence("verify.commit")["commit"]
    acts.carry_out(drill, [acts.do("deploy.live")])
    assert drill.account(drill.world.expired_token) == 401
    assert drill.deploys() == [("deploy", fix)]
    assert len([1 for argv in drill.pushes() if "--dry-run" not in argv]) == 1
