"""A security fault under embargo: neutral names outside, no public word before the deploy, everything after it."""

import pytest

from tests.walks import acts
from tests.walks.drill import Drill
from tests.walks.support import state_of

pytestmark = pytest.mark.walk

TICKET = "ENG-1234"
CAUSE = "The expiry of a token is never compared with the time."
PUBLIC = ("send", "status-page", "--phase", "monitoring")


def texts_outside(drill: Drill) -> str:
    """Everything that the remote shows besides files: branch names, messages of commits and tags."""
    refs = drill.remote("for-each-ref", "--format=%(refname) %(contents)")
    return refs + drill.remote("log", "--all", "--format=%B", "-3", "--since=2026-01-01")


def test_a_security_fault_is_kept_back_until_production_runs_the_fix(drill_for):
    drill = drill_for()
    drill.do("new", TICKET, "--title", "Expired tokens are accepted", "--severity", "P0", "--embargo")
    assert drill.status()["embargo"]["state"] == "on"
    acts.carry_out(drill, [*acts.describe(), *acts.branch(), *acts.fix(str(drill.world.patch))[:-1]])
    found = drill.call("do", "fix.guard")
    assert found.code == 1 and "under embargo: the test" in found.err
    finding = next(one["id"] for one in drill.status()["findings"] if one["id"].startswith("embargo:"))
    drill.do("accept", finding, "--why", "pushed after the deploy")
    acts.carry_out(drill, acts.verify(push=False))

    assert drill.evidence("branch.create")["branch"] == "hotfix/ENG-1234-maintenance"
    assert drill.evidence("verify.commit")["message"].startswith("Maintenance\n\nSee ENG-1234.")
    assert "It is not known who can read origin" in drill.do("plan", "verify.push").out
    refused = drill.no(5, *PUBLIC)
    assert "no status-page message before production runs" in refused.err and "set embargo no" in refused.err
    assert drill.outbox("status-page") == ""
    drill.do("send", "internal", "--phase", "update")
    assert "Under embargo: do not forward" in drill.outbox("internal")

    drill.do("edit", "pr", "--section", "rollback", "--from", "-", stdin=f"Because: {CAUSE}\n")
    assert "holds cause.summary, which is under embargo" in drill.no(5, "do", "pull-request.body").err
    drill.do("edit", "pr", "--section", "rollback")
    waiver = acts.waive("pull-request.approval", "Kim Lead", "it is three at night")
    acts.carry_out(drill, [*acts.pull_request(approval=waiver), *acts.deploy(TICKET)])
    with open(drill.evidence("pull-request.body")["file"], encoding="utf-8") as file:
        body = file.read()
    assert "See ENG-1234." in body and "token is" not in body and "Expired" not in body

    assert drill.status()["embargo"] | {"since": ""} == {
        "state": "deployed", "since": "", "lifted_at": None, "public_messages": True
    }  # fmt: skip
    drill.do("set", "components", "API")
    drill.do(*PUBLIC)
    assert "A token that has expired still opens the account." in drill.outbox("status-page")
    drill.do("do", "verify.push")
    outside = texts_outside(drill)
    assert "refs/heads/hotfix/ENG-1234-maintenance" in outside and "Maintenance" in outside
    assert "never compared" not in outside and "Expired tokens" not in outside

    said = drill.do("set", "embargo", "no").out
    assert "Embargo lifted" in said and "the branch hotfix/ENG-1234-maintenance" in said
    assert state_of(drill.status(), "pull-request.body") == "debt"
    drill.do("do", "pull-request.body")
    with open(drill.evidence("pull-request.body")["file"], encoding="utf-8") as file:
        assert CAUSE in file.read()
    review = drill.do("render", "review").out
    assert CAUSE in review and "Under embargo from 20" in review
