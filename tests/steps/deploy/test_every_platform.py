"""For every platform: what its file names is reached from an incident that has just been opened, with real values."""

import json

import pytest

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.platforms import loader
from hotfix_tui.steps.branch.preflight import Preflight
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.deploy.staging import Staging
from tests import counts
from tests.platforms import answers
from tests.steps.deploy import on_platform

pytestmark = pytest.mark.usefixtures("quick")

NAMED = [(name, act) for name in loader.names() for act in loader.ACTS if act in loader.load(name).commands]
STAGED = [name for name in loader.names() if "staging" in loader.load(name).commands]
PHASES = ("prepare", "activate", "advance", "share", "abort", "unpin")
STEPS = {"deploy": ProductionStep(), "staging": Staging(), "rollback": Rollback()}


def _way(case):
    """What the steps go by: the act, what the platform takes, and whether the ids of its releases are read back."""
    name, act = case
    return act, loader.load(name).takes, name in answers.IDS and act in ("rollback", *PHASES)


@pytest.mark.parametrize(("name", "act"), counts.first_of_each(NAMED, _way))
def test_what_a_file_names_is_reached(shop, place, name, act):
    on = place(name)
    if act == "rollback":
        shop.see("deploy.production", "failed", **ProductionStep().plan(shop.ctx).evidence)
    choice = {"rollback": "previous", "share": "share-10"}.get(act, act if act in PHASES else "")
    if act in PHASES:
        seen = ProductionStep().plan(shop.ctx, "prepare" if "prepare" in on.commands else "").evidence
        if act != "prepare":
            share = 10.0 if act == "abort" else 0.0
            made = {"id": answers.PREPARED_IDS[name], "commit": answers.COMMIT}
            shop.see("deploy.production", "", **seen, prepared=made | {"share": share})
            if act != "unpin":
                on_platform.use_prepared(shop, on)
    plan = (STEPS.get(act) or ProductionStep()).plan(shop.ctx, choice)
    assert plan.commands, plan.by_hand
    assert not plan.trusted
    run = [line for line in on.commands[act].run if not loader.is_wait(line)]
    ours = [one for one in plan.commands if one.argv[0] in on.programs][-len(run) :]
    assert [one.argv[0] for one in ours] == [line[0] for line in run]
    waits = [one.argv[5] for one in plan.commands if "hotfix_tui.steps.deploy.wait_driver" in one.argv]
    assert waits == [line[0][1:] for line in on.commands[act].run if loader.is_wait(line)]
    said = json.dumps([one.argv for one in ours])
    left = [name for name in (*loader.COMMON, *on.settings, *on.lookups) if f"{{{name}}}" in said]
    assert not left, said
    if act == "rollback" and name in answers.IDS:
        assert answers.IDS[name] in said


@pytest.mark.parametrize("name", counts.first_of_each(STAGED, lambda name: loader.load(name).takes))
def test_staging_is_asked_for_where_the_platform_has_one(shop, place, name):
    place(name)
    assert requirement(Record(shop.record.doc), "verify.staging").level == "W"
    shop.configure(deploy={"platform": "kamal"})
    shop.record.steps.pop("branch.preflight")
    shop.see("branch.preflight", **Preflight().probe(shop.ctx).evidence)
    assert requirement(Record(shop.record.doc), "verify.staging").level == "-"


def test_what_is_not_known_is_asked_for_in_words(shop):
    shop.configure(deploy={"platform": "ecs"}, policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    plan = ProductionStep().plan(shop.ctx)
    assert not plan.commands
    assert "Say it once: `hotfix-tui platform ecs " in plan.by_hand
    assert all(f" {name}=…" in plan.by_hand for name in ("cluster", "service", "definition"))


def test_a_platform_that_the_files_name_is_offered_and_not_yet_used(shop):
    shop.here.write("fly.toml", 'app = "shop"\n')
    shop.configure(policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    plan = ProductionStep().plan(shop.ctx)
    assert not plan.commands and any("`hotfix-tui platform fly`" in one for one in plan.warnings)
    assert any("Fly.io deploys this" in one for one in Preflight().probe(shop.ctx).evidence["warnings"])
