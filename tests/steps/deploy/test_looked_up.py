"""What only the platform knows is asked right before an act: without a clear answer nothing is sent, and it is said."""

import json

import pytest

from hotfix_tui.base import asking
from hotfix_tui.engine import execute
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.prepare import Prepared
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.release import ServedRelease
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.platforms import answers
from tests.steps.deploy import on_platform

pytestmark = pytest.mark.usefixtures("quick")

STEP = "deploy.production"
GROUP = json.loads(answers.LOOKED_UP["codedeploy", "last"])


def going_on(state):
    """The group of CodeDeploy, with another end of its wait."""
    ready = {"actionOnTimeout": state}
    info = GROUP["deploymentGroupInfo"] | {
        "blueGreenDeploymentConfiguration": {"deploymentReadyOption": ready}
    }
    return json.dumps({"deploymentGroupInfo": info})


def said(monkeypatch, name, lookup, answer):
    monkeypatch.setitem(answers.LOOKED_UP, (name, lookup), answer)


@pytest.fixture
def lenient(monkeypatch):
    """Let the stand-in be written although an answer holds no value."""
    monkeypatch.setattr("tests.steps.deploy.on_platform.STRICT", False)


@pytest.mark.parametrize(
    ("name", "lookup", "answer", "act", "words"),
    [
        ("ecs", "pause", "null", "prepare", "whether the service pauses before production traffic is moved"),
        ("codedeploy", "last", going_on("CONTINUE_DEPLOYMENT"), "prepare", "whether the group waits before"),
        ("argo-rollouts", "held", "{}", "prepare", "whether the rollout waits before its traffic is moved"),
        (
            "elastic-beanstalk-swap",
            "spare",
            '["a-blue", "b-green"]',
            "prepare",
            "does not have production's address",
        ),
        (
            "elastic-beanstalk-swap",
            "live",
            "[]",
            "deploy",
            "which of the two environments has production's address",
        ),
    ],
)
def test_without_a_clear_answer_it_goes_by_hand_and_says_what_is_not_known(
    shop, place, lenient, monkeypatch, name, lookup, answer, act, words
):
    said(monkeypatch, name, lookup, answer)
    on = place(name)
    plan = ProductionStep().plan(shop.ctx, act)
    assert not plan.commands
    assert (
        f"The wizard does not know {on.lookups.get(lookup if lookup != 'last' else 'pause').ask}"
        in plan.by_hand
    )
    assert words in plan.by_hand and "names none, or more than one" in plan.by_hand
    assert "@" not in plan.by_hand.partition("The commands would be:")[2], "waiting is no command"


def test_nothing_is_looked_up_for_a_configuration_that_was_not_trusted(shop, place):
    shop.trusted = False
    place("elastic-beanstalk-swap")
    plan = ProductionStep().plan(shop.ctx, "deploy")
    assert not plan.commands and "not trusted yet: `hotfix-tui trust`" in plan.by_hand


def test_a_preview_asks_nobody_and_waits_for_what_was_asked(shop, place):
    place("elastic-beanstalk-swap")
    known = asking.Answers()
    with asking.remembered(known):
        shown = ProductionStep().plan(shop.ctx, "deploy")
    assert shown.unasked
    assert "<which of the two environments has production's address, looked up when you press enter>" in (
        shown.commands[-1].argv
    )
    with asking.look(known):
        assert ProductionStep().plan(shop.ctx, "deploy").commands
    with asking.remembered(known):
        assert ProductionStep().plan(shop.ctx, "deploy").commands


LOOKS = [
    ("elastic-beanstalk-swap", "deploy"),
    ("elastic-beanstalk-swap", "prepare"),
    ("ecs", "prepare"),
    ("codedeploy", "prepare"),
    ("argo-rollouts", "prepare"),
    ("codedeploy", "rollback"),
    ("ecs", "activate"),
]


@pytest.mark.parametrize(("name", "act"), LOOKS)
def test_a_preview_shows_the_commands_with_names_for_what_is_looked_up(shop, place, name, act):
    on = place(name)
    step, choice = (Rollback(), "previous") if act == "rollback" else (ProductionStep(), act)
    seen = ProductionStep().plan(shop.ctx, "deploy").evidence
    if act == "rollback":
        shop.see(STEP, "failed", **seen)
    if act == "activate":
        made = {"id": answers.PREPARED_IDS[name], "commit": shop.commit, "share": 0.0}
        shop.see(STEP, "", **seen, prepared=made)
        on_platform.use_prepared(shop, on)
    with asking.remembered(asking.Answers()):
        shown = step.plan(shop.ctx, choice)
    real = step.plan(shop.ctx, choice)
    assert shown.unasked and not real.unasked
    theirs, ours = (
        [one.argv for one in plan.commands if one.argv[0] in on.programs] for plan in (shown, real)
    )
    assert theirs and len(theirs) == len(ours)
    for before, after in zip(theirs, ours):
        same = [old == new or ("looked up when you press enter>" in old) for old, new in zip(before, after)]
        assert all(same) and len(before) == len(after), (before, after)
    asked = {one.ask for one in on.lookups.values()}
    words = [word for line in theirs for word in line if "<" in word]
    assert all(any(f"<{ask}, looked up" in word for ask in asked) for word in words)
    assert bool(words) is (act != "prepare" or name == "elastic-beanstalk-swap")


def test_what_was_only_previewed_never_runs(shop, place):
    place("elastic-beanstalk-swap")
    with asking.remembered(asking.Answers()):
        shown = ProductionStep().plan(shop.ctx, "deploy")
    with pytest.raises(EngineError, match="was only previewed"):
        execute.planned_of(Prepared(STEP, plan=shown))


def test_where_nothing_is_under_way_any_more_the_way_back_is_the_whole_one(shop, place, lenient, monkeypatch):
    on = place("ecs")
    seen = ProductionStep().plan(shop.ctx, "prepare").evidence
    shop.see(STEP, "unknown", **seen, prepared={"id": "ecs-pause-0001", "commit": shop.commit, "share": 0.0})
    assert "stop-service-deployment" in Rollback().plan(shop.ctx).commands[0].argv
    said(monkeypatch, "ecs", "deployment", "[]")
    on_platform.use_prepared(shop, on)
    plan = Rollback().plan(shop.ctx)
    assert plan.commands[0].argv[2] == "update-service" and answers.TASK in plan.commands[0].argv


@pytest.mark.parametrize(
    ("label", "goes"), [("hotfix-ENG-7-{commit}", True), ("hotfix-ENG-8-0f0f0f0f", False), ("", False)]
)
def test_an_environment_to_which_something_else_went_is_not_swapped_in(shop, place, monkeypatch, label, goes):
    on = place("elastic-beanstalk-swap")
    seen = ProductionStep().plan(shop.ctx, "prepare").evidence
    shop.see(STEP, "", **seen, prepared={"id": "shop-blue", "commit": shop.commit, "share": 0.0})
    one = {
        "EnvironmentName": "shop-blue",
        "VersionLabel": label.replace("{commit}", shop.commit),
        "Status": "Ready",
    }
    monkeypatch.setitem(answers.PREPARED, on.id, json.dumps({"Environments": [one]}))
    on_platform.use_prepared(shop, on)
    if goes:
        line = [
            one.argv for one in ProductionStep().plan(shop.ctx, "activate").commands if one.argv[0] == "eb"
        ]
        assert line == [["eb", "swap", "shop-green", "--destination_name", "shop-blue"]]
    else:
        with pytest.raises(Refused, match="holds something else there now than shop-blue"):
            ProductionStep().plan(shop.ctx, "activate")


def test_every_lookup_and_wait_is_shown_before_it_is_trusted():
    from hotfix_tui.config.load import from_table
    from hotfix_tui.engine import platform_choice

    for name in ("ecs", "codedeploy", "argo-rollouts", "elastic-beanstalk-swap"):
        on = loader.load(name)
        rows = platform_choice.rows(from_table({"deploy": {"platform": name}}), ".")
        asked = {row.name for row in rows}
        assert {f"{name} look for {one}" for one in (*on.lookups, *on.waits)} <= asked
        assert not any("@" in row.text for row in rows)
    for name in ("heroku", "vercel", "codedeploy", "elastic-beanstalk"):
        on = loader.load(name)
        asked = {row.name for row in platform_choice.rows(from_table({"deploy": {"platform": name}}), ".")}
        assert f"{name} compare" in asked or not on.same
        assert f"{name} spread" in asked or "spread" not in on.commands


@pytest.mark.parametrize(
    ("holds", "words"),
    [
        ("app-3ae7-261126_120000", ""),
        (
            "app-9999-261127_080000",
            "shop-blue holds app-9999-261127_080000 now, and not app-3ae7-261126_120000",
        ),
        ("", "What shop-blue holds now is not known; it was app-3ae7-261126_120000 before."),
    ],
)
def test_a_rollback_by_a_swap_says_what_it_would_bring_back(shop, place, monkeypatch, holds, words):
    on = place("elastic-beanstalk-swap")
    shop.see(STEP, "done", **ProductionStep().plan(shop.ctx, "deploy").evidence)
    one = {"EnvironmentName": "shop-blue", "VersionLabel": holds, "Status": "Ready"}
    monkeypatch.setitem(answers.PREPARED, on.id, json.dumps({"Environments": [one]}))
    on_platform.use_prepared(shop, on)
    plan = Rollback().plan(shop.ctx)
    assert plan.commands[-1].argv == ["eb", "swap", "shop-green", "--destination_name", "shop-blue"]
    assert not words or plan.warnings[0].startswith(words)
    assert any(one.startswith("the release shop-blue") for one in plan.warnings)
    assert bool(words) is any("shop-blue hold" in one for one in plan.warnings)
    went = RolledBack.from_dict({"target_release": "shop-blue"})
    served = releases.Served(ServedRelease("shop-blue", content=holds))
    assert releases.is_back(shop.ctx, on, served, went) is (not words)
