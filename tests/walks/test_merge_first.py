"""A P1 that goes over staging and is merged before it is deployed; other commits land with it and are retested."""

import pytest

from tests.walks import acts
from tests.walks.support import offences, without_a_field

pytestmark = pytest.mark.walk

POLICY = '\n[policy.P1]\norder = "merge-first"\nstaging = true\n'
RETESTED = ("verify.test", "verify.typecheck", "verify.build", "verify.staging", "verify.staging-verified")


@pytest.mark.parametrize("words", ["as written", pytest.param("reversed", marks=pytest.mark.full)])
def test_a_p1_goes_over_staging_and_is_merged_first(drill_for, words):
    drill = drill_for(extra=POLICY, words=words)
    world = drill.world
    drill.do("new", "ENG-1234", "--title", "Expired tokens are accepted", "--severity", "P1")
    acts.carry_out(
        drill,
        [
            *acts.describe(),
            *acts.branch(),
            *acts.fix(str(world.patch)),
            *acts.verify(),
            acts.do("verify.staging"),
            acts.tick("verify.staging-verified"),
            *acts.pull_request(),
        ],
    )
    fix = drill.evidence("verify.commit")["commit"]
    assert drill.deploys("staging") == [("deploy", fix)]
    assert drill.account(world.expired_token, staging=True) == 401
    assert drill.account(world.expired_token) == 200, "production is untouched so far"

    acts.carry_out(drill, acts.release())
    landed = drill.evidence("release.confirm")
    assert landed["commit"] == drill.remote("rev-parse", "main") != fix
    assert not landed["same_tree"] and len(landed["also_landed"]) == 2
    status = drill.status()
    assert {step["id"] for step in status["steps"] if step["state"] == "stale"} == set(RETESTED)
    assert [link["name"] for link in status["chain"] if link["state"] == "broken"] == ["landed"]
    refused = drill.no(5, "do", "deploy.production", "--confirm", "ENG-1234", "--choose", "anyway")
    assert "verify.test" in refused.err and drill.deploys() == []

    retest = [acts.do(step) for step in RETESTED[:-1]] + [acts.tick(RETESTED[-1])]
    acts.carry_out(drill, retest)
    assert drill.deploys("staging")[-1] == ("deploy", landed["commit"])
    acts.carry_out(
        drill,
        [
            *acts.deploy("ENG-1234", "--choose", "anyway"),
            *acts.monitor(),
            acts.do("release.tag"),
            *acts.communicate(),
            *acts.backports("release-2-2", "develop"),
            *acts.review(),
        ],
    )
    assert drill.account(world.expired_token) == 401
    assert drill.account(world.valid_token) == 200
    assert drill.deploys() == [("deploy", landed["commit"])]
    assert drill.remote("rev-parse", "v2.3.5^{commit}") == landed["commit"]
    refs = [ref for _, _, ref in drill.remote_updates()]
    assert refs.count("refs/heads/main") == refs.count("refs/tags/v2.3.5") == 1
    assert drill.status()["state"] == "closed"
    assert {link["state"] for link in drill.status()["chain"]} == {"ok"}, drill.status()["chain"]
    assert without_a_field(drill.status()) == {}
    assert offences(drill.git_calls()) == []
