"""A pull request on the drill's own forge: opened, checked, approved by a colleague, merged by the forge itself."""

import time

import pytest

from tests.walks import acts
from tests.walks.support import offences, without_a_field

pytestmark = pytest.mark.walk

POLICY = '\n[policy.P1]\norder = "merge-first"\nstaging = false\n'


def until_done(drill, step):
    """Do a step that looks at the forge until it is done."""
    end = time.monotonic() + 60
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
    acts.carry_out(drill, [acts.tick(f"pull-request.{name}") for name in ("alerts", "on-call", "ready")])


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
