"""A revert in the drill, where a command deploys production: made, then deployed, each confirmed, under kills."""

import random

import pytest

from tests.walks import acts
from tests.walks.acts import Act
from tests.walks.drill import Drill
from tests.walks.support import offences
from tests.walks.test_killed_in_deploy import to_the_deploy
from tests.walks.test_kills_in_production import TICKET, killed, look

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]


def of_rollback(status: acts.Status) -> dict[str, str]:
    return next((one for one in status["beside"] if one["id"] == "deploy.rollback"), {"state": ""})


def ways(name: str) -> tuple[str, ...]:
    return ("rollback", name, "--confirm", TICKET)


MADE = Act(ways("revert"), lambda status: "is on main; " in str(of_rollback(status)))
DEPLOYED = Act(ways("deploy-revert"), lambda status: of_rollback(status)["state"] == "done")

PLACES = (
    ("confirmed, nothing saved yet", "1@timeline.toml"),
    ("the intent is saved, no run has a folder", "1@os.mkdir"),
    ("the commands are written, nobody carries them out", "1@supervise.py"),
    ("it has ended, its result is not saved", "2@timeline.toml"),
)


def merged(drill: Drill) -> str:
    """A deployed fix that is merged; return the commit."""
    to_the_deploy(drill)
    acts.carry_out(drill, [*acts.deploy(TICKET)[1:], *acts.monitor(), *acts.release()])
    return drill.evidence("verify.commit")["commit"]


@pytest.mark.parametrize(
    "places", [PLACES[::5], pytest.param(PLACES, marks=pytest.mark.full)], ids=["some", "all"]
)
def test_a_revert_is_made_once_and_deployed_once_whatever_kills_the_wizard(drill_for, places):
    drill, chance = drill_for(), random.Random(7)
    fix = merged(drill)
    before = drill.remote("rev-parse", "main")
    for act in (MADE, DEPLOYED):
        for name, place in places:
            if not act.shown(look(drill)):
                killed(drill, act, f"{chance.choice(('process', 'group'))}:{place}")
            assert len([did for did in drill.deploys() if did[0] == "deploy"]) <= 2, name
        if not act.shown(look(drill)):
            drill.call(*act.argv)
        assert act.shown(look(drill)), of_rollback(drill.status())
        if act is MADE:
            assert drill.deploys() == [("deploy", fix)], "a revert alone deploys nothing"
    revert = drill.remote("rev-parse", "main")
    assert drill.remote("rev-list", "--count", f"{before}..main") == "1"
    assert drill.deploys() == [("deploy", fix), ("deploy", revert)]
    assert drill.account(drill.world.expired_token) == 200, "the fault is back"
    status = drill.status()
    assert f"the revert {revert[:7]} runs" in status["production"]
    assert status["next"]["step"] == "monitor.watch" and "was taken off production" in status["next"]["why"]
    assert not offences([call for call in drill.git_calls() if not call[0].endswith("/.seed")])
