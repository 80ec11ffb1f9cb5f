"""Incidents that begin in the middle: the fix was pushed by hand already; and one that gets its ticket at the end."""

import pytest

from tests.walks import acts
from tests.walks.drill import Drill
from tests.walks.support import offences

pytestmark = pytest.mark.walk

TICKET = "ENG-1234"


def pushed_by_hand(drill: Drill, branch: str) -> str:
    """What a colleague did before anybody opened the wizard: fix what is live, on a branch, and push it."""
    clone = drill.root / "colleague"
    drill.git("clone", "--quiet", str(drill.world.remote), str(clone))
    drill.git("switch", "--quiet", "-c", branch, "v2.3.4", cwd=clone)
    drill.git("apply", "--index", str(drill.world.patch), cwd=clone)
    drill.git("commit", "--quiet", "-m", "Refuse expired tokens", cwd=clone)
    drill.git("push", "--quiet", "origin", branch, cwd=clone)
    return drill.git("rev-parse", "HEAD", cwd=clone)


def test_a_fix_that_was_pushed_by_hand_is_adopted_and_brought_home(drill_for):
    drill = drill_for()
    fix = pushed_by_hand(drill, "mend-expiry")
    drill.git("fetch", "--quiet", "origin")
    drill.do("new", TICKET, "--title", "Expired tokens are accepted", "--severity", "P0")
    acts.carry_out(
        drill, [*acts.describe(), acts.to("branch"), acts.do("branch.preflight"), acts.do("branch.base")]
    )
    said = drill.do("adopt", "mend-expiry").out
    assert "verify.commit: done" in said and "verify.push: done" in said
    assert drill.evidence("verify.commit")["commit"] == fix
    assert drill.evidence("branch.create")["made_by_wizard"] is False
    acts.carry_out(
        drill,
        [
            acts.fact("cause.summary", "The expiry of a token is never compared with the time."),
            acts.fact("fix.summary", "Refuse a token after its expiry."),
            acts.to("fix"),
            acts.do("fix.guard"),
            acts.to("verify"),
            *(acts.do(f"verify.{name}") for name in ("test", "typecheck", "build", "proof")),
            acts.ticks(*(f"verify.{name}" for name in acts.TICKS)),
            *acts.pull_request(),
            *acts.deploy(TICKET),
            *acts.monitor(),
            *acts.release(),
            acts.do("release.tag"),
            *acts.communicate(),
            *acts.backports("release-2-2", "develop"),
            *acts.review(),
        ],
    )
    assert drill.account(drill.world.expired_token) == 401
    assert drill.deploys() == [("deploy", fix)]
    refs = [ref for _, _, ref in drill.remote_updates()]
    assert refs.count("refs/heads/mend-expiry") == 1, "pushed once, by the colleague"
    assert not [ref for ref in refs if "/hotfix/" in ref]
    assert drill.remote("rev-parse", "mend-expiry") == fix
    assert drill.remote("merge-base", fix, "main") == fix
    assert drill.git("log", "-1", "--format=%an", fix) == "Ann"
    assert drill.status()["state"] == "closed"
    assert offences(drill.git_calls()) == []


def test_a_ticket_that_comes_after_the_deployment_renames_nothing_and_is_in_the_texts(drill_for):
    drill = drill_for()
    drill.do("new", "--title", "Expired tokens are accepted", "--severity", "P0")
    (known,) = drill.do("list", "--json").json()["incidents"]
    incident, ticket = known["id"], "ENG-4711"
    assert drill.status()["ticket"] is None
    acts.carry_out(
        drill,
        [*acts.describe(), *acts.branch(), *acts.fix(str(drill.world.patch)), *acts.verify()],
    )
    branch = drill.evidence("branch.create")["branch"]
    assert incident in branch
    waiver = acts.waive("pull-request.approval", "Kim Lead", "three at night")
    acts.carry_out(drill, acts.pull_request(approval=waiver))
    acts.carry_out(drill, acts.deploy(incident))
    fix = drill.evidence("verify.commit")["commit"]
    assert drill.deploys() == [("deploy", fix)]

    acts.carry_out(drill, [acts.fact("ticket", ticket)])
    assert drill.status(ticket)["id"] == drill.status(incident)["id"] == incident
    drill.no(2, "new", ticket)
    acts.carry_out(
        drill,
        [
            *acts.monitor(),
            *acts.release(),
            acts.do("release.tag"),
        ],
    )
    world = (drill.remote_updates(), drill.deploys(), len(drill.pushes()))
    for step in ("verify.push", "deploy.production", "release.merge", "release.tag"):
        done = drill.do("do", step, "--confirm", incident)
        assert "done already" in done.out, done
    assert (drill.remote_updates(), drill.deploys(), len(drill.pushes())) == world, (
        "called again, not done again"
    )
    acts.carry_out(
        drill,
        [
            acts.do("pull-request.body"),
            *acts.communicate(),
            *acts.backports("release-2-2", "develop"),
            *acts.review(),
        ],
    )
    assert drill.evidence("branch.create")["branch"] == branch
    assert drill.remote("rev-parse", branch) == fix
    assert drill.deploys() == [("deploy", fix)]
    assert ticket in drill.outbox("internal")
    with open(drill.evidence("pull-request.body")["file"], encoding="utf-8") as file:
        assert ticket in file.read()
    with open(drill.evidence("review.document")["file"], encoding="utf-8") as file:
        assert ticket in file.read()
    assert drill.account(drill.world.expired_token) == 401
    assert drill.status()["state"] == "closed"
