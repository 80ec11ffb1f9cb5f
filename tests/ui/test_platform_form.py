"""The deploy step offers the platform that the files speak for, and asks once for what nobody can guess."""

import tomllib

from hotfix_tui.ui.screens.stage import platform
from tests.ui.support import drive, press, settle, text

YES = [["y"]] * 5
"""Reads on to the end of the page, then trusts it."""


def deployed_by(desk, **deploy):
    desk.change(lambda record: record.doc["config"].__setitem__("deploy", deploy))


def offered(desk, keys, step="deploy.production"):
    """Offer the platform for `step`, press `keys`; return what was shown, and the outcome."""
    seen, out = [], []

    async def script(pilot):
        async def flow():
            out.append(await platform.offer(pilot.app, pilot.app.screen.engine, step))

        pilot.app.start_flow(flow())
        await settle(pilot)
        for key in keys:
            if out:
                break
            seen.append(text(pilot.app))
            await press(pilot, *key)
            await settle(pilot)
        assert out, text(pilot.app)

    drive(desk.app(), script)
    return seen, out[0], desk.engine().record.config["deploy"]


def test_what_is_missing_is_asked_and_kept(desks, reconciled):
    desk = desks("deploy")
    deployed_by(desk, platform="ecs", settings={"cluster": "c"})
    seen, said, deploy = offered(desk, [["enter"], [*"web", "enter", *"shop", "enter"], *YES])
    assert "AWS ECS needs values" in seen[0] and "service, definition" in seen[0]
    assert "the service's name" in seen[1]
    assert "ecs deploy" in seen[2] and "update-service --cluster c --service web" in " ".join(seen[2].split())
    assert said == ""
    assert deploy == {"platform": "ecs", "settings": {"cluster": "c", "service": "web", "definition": "shop"}}
    kept = tomllib.loads((desk.shop / ".hotfix-tui.toml").read_text())
    assert kept["deploy"]["settings"]["service"] == "web"


def test_it_can_be_done_by_hand_this_time(desks, reconciled):
    desk = desks("deploy")
    deployed_by(desk, platform="ecs")
    _, said, deploy = offered(desk, [["down", "enter"]])
    assert said == platform.BY_HAND and deploy == {"platform": "ecs"}


def test_going_back_changes_nothing(desks, reconciled):
    desk = desks("deploy")
    deployed_by(desk, platform="ecs")
    assert offered(desk, [["enter"], ["escape"]])[1:] == ("back", {"platform": "ecs"})


def test_a_platform_of_the_files_is_offered_with_its_evidence(desks, reconciled):
    desk = desks("deploy")
    (desk.shop / "fly.toml").write_text('app = "shop"\n')
    deployed_by(desk)
    seen, said, deploy = offered(desk, [["enter"], *YES])
    assert "Deploy with Fly.io?" in seen[0] and "fly.toml exists" in seen[0]
    assert (said, deploy["platform"]) == ("", "fly")


def test_a_command_of_ones_own_asks_nothing(desks, reconciled):
    desk = desks("deploy")
    (desk.shop / "fly.toml").write_text('app = "shop"\n')
    assert offered(desk, [])[1] == ""


def test_what_is_not_trusted_goes_no_further(desks, reconciled):
    desk = desks("deploy")
    (desk.shop / "fly.toml").write_text('app = "shop"\n')
    deployed_by(desk)
    seen, said, deploy = offered(desk, [["enter"], ["escape"]])
    assert "fly deploy --remote-only --image-label" in seen[1]
    assert (said, deploy["platform"]) == ("back", "fly")
