"""Before a platform's commands run: its program is asked about itself, who is signed in, and what it is linked to."""

import pytest

from hotfix_tui.base import asking
from hotfix_tui.engine import doctor_project
from hotfix_tui.platforms import loader
from hotfix_tui.steps.deploy import platform_check
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.staging import Staging
from tests.steps.deploy.programs import GOOD


def look(tmp_path, name="vercel", **more):
    return platform_check.check(loader.load(name), "deploy", {}, str(tmp_path), **more)


def test_facts_in_one_sentence(tmp_path, programs):
    programs(*GOOD)
    seen = look(tmp_path, project=lambda seconds: "shop")
    assert seen[:3] == ("Vercel: signed in as ada, project shop, vercel 64.0.2.", (), False)


def without(word, *more):
    return [*more, *(one for one in GOOD if one[0] != word)]


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (
            without("whoami", ("whoami", "", "Error: The token is invalid", 1)),
            "Nobody is signed in to Vercel here (The token is invalid): `vercel login`, or set VERCEL_TOKEN.",
        ),
        (
            without("whoami", ("whoami", "", "Error: getaddrinfo ENOTFOUND api.vercel.com", 1)),
            "Vercel could not be asked who is signed in: getaddrinfo ENOTFOUND api.vercel.com.",
        ),
        (
            without("deploy --help", ("deploy --help", "  --prod", "", 0)),
            "`vercel deploy` here does not know --json: vercel is too old, update it.",
        ),
        (
            without("whoami", ("whoami", "", "", "slow")),
            "vercel did not say within 5 s who is signed in to Vercel.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(tmp_path, programs, says, why):
    programs(*says)
    seen = look(tmp_path, seconds=5.0 if "within" in why else 120.0)
    assert seen.problems == (why,)
    assert seen.sentences[0] == why and "vercel 64.0.2" in seen.facts


@pytest.mark.parametrize(
    ("page", "old"),
    [
        ("o list-services\n\no list-service-deployments\n", False),
        ("o l\x08li\x08is\x08st\x08t-s\x08se\x08er\x08rv\x08vi\x08ic\x08ce\x08e-deployments", False),
        ("o list-services\n\no list-task-definitions\n", True),
        ("", False),
        ("Could not find the executable groff", False),
    ],
)
def test_a_command_that_an_old_program_lacks_is_told_by_its_page(tmp_path, programs, page, old):
    programs(("sts get", '{"Arn": "arn:aws:iam::1:user/me"}', "", 0), ("--version", "aws-cli/2.9.19", "", 0),
             ("ecs help", page, "", 0), name="aws")  # fmt: skip
    seen = look(tmp_path, "ecs", seconds=120.0)
    why = "`aws ecs` here does not know list-service-deployments: aws is too old, update it."
    assert seen.problems == ((why,) if old else ())


def test_a_program_of_the_same_name_is_told(tmp_path, programs):
    programs(("version", "concourse 7.9", "", 0), ("whoami", "", "unknown command", 1), name="fly")
    assert "fly here is another program: it says concourse 7.9." in look(tmp_path, "fly").problems


def test_a_program_that_is_not_there_is_all_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert look(tmp_path)[:3] == ("", ("vercel is not installed here.",), False)


def test_a_token_of_the_environment_needs_nobody(tmp_path, programs, monkeypatch):
    programs(("login:list", '{"status": "success"}', "", 0), ("--version", "15.34.2", "", 0), name="firebase")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    assert "Nobody is signed in to Firebase here: `firebase login`" in look(tmp_path, "firebase").problems[0]
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/key.json")
    assert (
        look(tmp_path, "firebase").facts == "Firebase: by GOOGLE_APPLICATION_CREDENTIALS, firebase 15.34.2."
    )


def test_it_stands_before_the_act_and_is_asked_once(shop, linked):
    asked = linked(*GOOD)
    with asking.look(asking.Answers()):
        for step in (ProductionStep(), Staging(), ProductionStep()):
            plan = step.plan(shop.ctx)
            assert plan.commands
            assert plan.warnings[0] == "Vercel: signed in as ada, project shop, vercel 64.0.2."
    assert len(asked()) == len(set(asked())), "each once"


def test_a_preview_asks_nobody(shop, linked):
    asked = linked(*GOOD)
    with asking.remembered(asking.Answers()):
        assert Staging().plan(shop.ctx).commands
    assert asked() == []


def test_nothing_runs_before_it_is_trusted(shop, linked):
    asked = linked(*GOOD)
    shop.trusted = False
    Staging().plan(shop.ctx)
    assert asked() == []


def test_only_what_concerns_the_act_is_warned_of(shop, linked):
    linked(*GOOD)
    said = " ".join(ProductionStep().plan(shop.ctx).warnings)
    assert "do not deploy twice" in said and "Hobby" not in said and "promote" not in said


def test_the_doctor_says_it_too(shop, linked):
    linked(*without("whoami", ("whoami", "", "Logged out.", 1)))
    shop.here.write(".hotfix-tui.toml", '[deploy]\nplatform = "vercel"\nsettings = { nope = "x" }\n')
    root = str(shop.here.path)

    def rows():
        return [one.text for one in doctor_project.examine(root) if one.name == "platform"]

    said = rows()
    assert any("deploy.settings.nope is no setting of Vercel; known are project" in one for one in said)
    assert any("not asked before `hotfix-tui trust`" in one for one in said)
    from pathlib import Path

    from hotfix_tui.config import load, trust
    from hotfix_tui.session import places

    trust.allow(Path(places.state_root()), load.load(root), root)
    assert any("Nobody is signed in to Vercel here" in one for one in rows())
