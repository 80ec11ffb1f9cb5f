"""What is asked before a deployment is asked before every act on the platform, and holds none of them up."""

import pytest

from hotfix_tui.base import asking
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.steps.contract import Command, Plan
from hotfix_tui.steps.deploy import platform_check, ways_back
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import UNSURE, Rollback
from tests.platforms import four
from tests.steps.deploy.programs import GOOD
from tests.steps.deploy.test_platform_release import BY_ID, UUIDS
from tests.steps.deploy.test_rollback_goes_on import to_the_pause
from tests.steps.deploy.test_staged import did

pytestmark = pytest.mark.usefixtures("quick")

NAMES = {
    "netlify": "Netlify",
    "cloudflare-workers": "Cloudflare Workers",
    "elastic-beanstalk": "AWS Elastic Beanstalk",
}
"""The stand-in's programs know nobody, so that nobody is signed in."""


def nobody(name):
    return f"Nobody is signed in to {NAMES[name]} here"


@pytest.mark.parametrize("name", BY_ID)
def test_a_rollback_says_first_what_is_wrong_and_goes_on_all_the_same(shop, platform, name):
    if name == "elastic-beanstalk":
        shop.here.write(
            ".elasticbeanstalk/config.yml", "branch-defaults:\n  main:\n    environment: shop-prod\n"
        )
    standin = platform(name, BY_ID[name])
    assert shop.do(ProductionStep()).state in ("done", "unknown")
    plan = Rollback().plan(shop.ctx)
    assert plan.commands and plan.warnings[0].startswith(nobody(name)), plan.warnings
    assert plan.locks == ["production"]
    shop.do(Rollback())
    assert standin.world["live"] == BY_ID[name][0]


def test_a_rollback_without_trouble_says_who_and_where(shop, linked):
    linked(*GOOD)
    shop.see("deploy.production", "done", commit=shop.commit, platform="vercel", previous_release="dpl_Old1")
    plan = Rollback().plan(shop.ctx)
    assert plan.commands and plan.warnings[0] == "Vercel: signed in as ada, project shop, vercel 64.0.2."


def test_each_phase_says_it(shop, platform):
    platform("cloudflare-workers", UUIDS)
    did(shop, "prepare")
    for choice in ("share-10", "activate"):
        plan = ProductionStep().plan(shop.ctx, choice)
        assert plan.commands and plan.warnings[0].startswith(nobody("cloudflare-workers")), (
            choice,
            plan.warnings,
        )
    did(shop, "share-10")
    for plan in (ProductionStep().plan(shop.ctx, "abort"), Rollback().plan(shop.ctx)):
        assert plan.commands and plan.warnings[0].startswith(nobody("cloudflare-workers")), plan.warnings


def test_the_end_of_a_hold_says_it(shop, platform):
    platform("netlify", BY_ID["netlify"])
    shop.do(ProductionStep())
    shop.do(Rollback())
    plan = ProductionStep().plan(shop.ctx, "unpin")
    assert plan.commands and plan.warnings[0].startswith(nobody("netlify")), plan.warnings


@pytest.mark.parametrize("name", four.STOPS)
def test_going_on_with_a_rollback_says_it(shop, monkeypatch, name):
    played = four.Programs(shop.folder, name, four.LATER, real=False)
    assert to_the_pause(shop, monkeypatch, played).state == "unknown"
    plan = Rollback().plan(shop.ctx, "go-on")
    assert plan.commands and "signed in" in plan.warnings[0], plan.warnings


HANGS = [
    [("whoami", "", "", "slow")],
    [("api /v9/projects", "", "", "slow")],
    [
        ("--version", "", "", "slow"),
        ("whoami", "", "", "slow"),
        ("api", "", "", "slow"),
        ("--help", "", "", "slow"),
    ],
]


@pytest.mark.parametrize("hanging", HANGS)
def test_a_program_that_hangs_holds_no_rollback_up(shop, linked, monkeypatch, hanging):
    linked(*hanging, *GOOD)
    monkeypatch.setitem(platform_check.check.__kwdefaults__, "seconds", 1.0)
    shop.see("deploy.production", "done", commit=shop.commit, platform="vercel", previous_release="dpl_Old1")
    with asking.look(asking.Answers()):
        plan = Rollback().plan(shop.ctx)
    assert plan.commands and any("dpl_Old1" in word for word in plan.commands[0].argv)
    said = "vercel did not say within 1 s who is signed in to Vercel."
    assert (said in plan.warnings) is any("whoami" in one[0] for one in hanging)


def test_what_only_a_deployment_needs_is_not_said_of_a_rollback(shop, linked):
    linked(("deploy --help", "  --prod", "", 0), *GOOD)
    shop.see("deploy.production", "done", commit=shop.commit, platform="vercel", previous_release="dpl_Old1")
    old = "does not know --json"
    assert old in " ".join(ProductionStep().plan(shop.ctx).warnings)
    assert old not in " ".join(Rollback().plan(shop.ctx).warnings)


@pytest.mark.parametrize("checked", ["Vercel: signed in as ada.", "Nobody is signed in to Vercel here: x."])
def test_the_ways_back_do_not_take_it_for_what_a_rollback_means(shop, checked):
    unsure = f"{UNSURE}: no deployment and no version tag before it is known."
    plan = Plan(
        "Roll back", commands=[Command(argv=["x"], cwd="/")], warnings=[checked, unsure], known=RolledBack()
    )
    assert ways_back.told(shop.ctx, "previous", plan).says == (unsure,)


@pytest.mark.parametrize("trusted", [True, False])
def test_nobody_is_asked_by_a_preview_or_before_it_is_trusted(shop, linked, trusted):
    asked = linked(*GOOD)
    shop.see("deploy.production", "done", commit=shop.commit, platform="vercel", previous_release="dpl_Old1")
    shop.trusted = trusted
    if trusted:
        with asking.remembered(asking.Answers()):
            plan = Rollback().plan(shop.ctx)
    else:
        plan = Rollback().plan(shop.ctx)
    assert plan.commands and asked() == []
