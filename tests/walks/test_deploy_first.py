"""A P0 from `new` to `close`, deployed before it is merged, and the state of everything afterwards."""

import pytest

from tests.walks import acts
from tests.walks.drill import Drill
from tests.walks.support import offences

pytestmark = pytest.mark.walk

TICKET = "ENG-1234"
NEW = ("new", TICKET, "--title", "Expired tokens are accepted", "--severity", "P0")


def walk_b(drill: Drill) -> list[acts.Act]:
    """The acts after `new`, up to the closed incident."""
    waiver = acts.waive("pull-request.approval", "Kim Lead", "it is three at night; reviewed in the morning")
    return [
        *acts.describe(),
        *acts.branch(),
        *acts.fix(str(drill.world.patch)),
        *acts.verify(),
        *acts.pull_request(approval=waiver),
        *acts.deploy(TICKET),
        *acts.monitor(),
        *acts.release(),
        acts.do("release.tag"),
        *acts.communicate(),
        *acts.backports("release-2-2", "develop"),
        *acts.review(),
    ]


def check_the_world(drill: Drill) -> None:
    """Production is fixed, the remote holds branch, merge, tag and backports once, texts are out and kept."""
    world, status = drill.world, drill.status()
    assert status["state"] == "closed"
    assert drill.account(world.expired_token) == 401
    assert drill.account(world.valid_token) == 200
    fix = drill.evidence("verify.commit")["commit"]
    assert drill.deploys() == [("deploy", fix)]
    updates = drill.remote_updates()
    refs = [ref for _, _, ref in updates]
    assert len(refs) == len(set(refs)), updates
    branch = drill.evidence("branch.create")["branch"]
    assert {f"refs/heads/{branch}", "refs/heads/main"} <= set(refs)
    assert drill.remote("rev-parse", f"refs/heads/{branch}") == fix
    assert drill.remote("merge-base", fix, "main") == fix
    assert drill.remote("diff", "--stat", f"{fix}~1", fix, "--", "tokend/tokens.py")
    tags = [line for line in drill.remote("tag", "--list", "v2.3.*").splitlines() if line > "v2.3.4"]
    assert tags == ["v2.3.5"]
    assert drill.remote("cat-file", "-t", "refs/tags/v2.3.5") == "tag"
    tagged = drill.remote("rev-parse", "v2.3.5^{commit}")
    assert tagged == drill.evidence("release.tag")["commit"]
    assert drill.remote("merge-base", fix, tagged) == fix
    for slug in ("release-2-2", "develop"):
        found = drill.evidence(f"backport.{slug}")
        if found.get("pushed"):
            picked = drill.remote("rev-parse", f"refs/heads/{found['branch']}")
            assert "expire" in drill.remote("show", picked, "--", "tokend/tokens.py")
        else:
            assert found["verdict"] == "already there", found
    assert "ENG-1234" in drill.outbox("internal")
    assert drill.outbox("status-page").strip()
    review = drill.evidence("review.document")["file"]
    with open(review, encoding="utf-8") as file:
        assert "Expired tokens are accepted" in file.read()


def test_a_p0_is_deployed_first_then_merged_tagged_backported_and_closed(drill_for):
    drill = drill_for()
    assert drill.account(drill.world.expired_token) == 200, "the drill's fault is there"
    drill.do(*NEW)
    acts.carry_out(drill, walk_b(drill))
    check_the_world(drill)
    followed = [run for run in drill.status()["runs"] if run["step"] == "deploy.follow"]
    assert [run["state"] for run in followed] == ["done"], "the log was followed, and ended with the watch"
    assert drill.evidence("verify.commit")["commit"] in drill.do("output", str(followed[0]["n"])).out
    chain = drill.status()["chain"]
    assert {link["state"] for link in chain} == {"ok"}, chain
    assert drill.pushes(), "the wrapper does record"
    assert offences(drill.git_calls()) == []
