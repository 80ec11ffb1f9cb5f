"""Before an act it is said if it would go elsewhere than the last deployment from here did; nothing waits for it."""

import json
import os
import shlex

import pytest

from hotfix_tui.engine import doctor_project
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.loader import PlatformError
from hotfix_tui.session.places import session_root
from hotfix_tui.session.store import Store
from hotfix_tui.steps.deploy import platform_check
from hotfix_tui.steps.deploy.last_place import LastPlace
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests import typed
from tests.platforms.answers import CONTENT, CURRENT, TASK
from tests.platforms.test_loader import MINIMAL
from tests.steps.support_release import NOW

WHO = {"Account": "111111111111", "Arn": "arn:aws:iam::111111111111:user/ada"}
V1 = """\
      Name                    Value             Type    Location
      ----                    -----             ----    --------
   profile                <not set>             None    None
    region                {}              env    AWS_DEFAULT_REGION
"""
V2 = """\
NAME       : VALUE                    : TYPE             : LOCATION
profile    : <not set>                : None             : None
region     : {}                : config-file      : ~/.aws/config
"""
SETTINGS = {"cluster": "prod", "service": "shop", "definition": "shop:42"}
ACCOUNT, REGION, SUBSCRIPTION = "the AWS account", "the AWS region", "the Azure subscription"
ARGO, RAILWAY = "the server of Argo CD", "the project of Railway"
CLUSTER, PROJECT = "the cluster behind the context", "the project of gcloud"


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Programs that give these answers to command lines that contain these words."""

    def made(**says):
        for program, answers in says.items():
            cases = "".join(
                f"*{shlex.quote(words)}*) printf '%s\\n' "
                f"{shlex.quote(said if isinstance(said, str) else json.dumps(said))};;\n"
                for words, said in answers.items()
            )
            folder = tmp_path / "tools"
            folder.mkdir(exist_ok=True)
            (folder / program).write_text(f'#!/bin/sh\ncase "$*" in\n{cases}*) exit 1;;\nesac\n')
            (folder / program).chmod(0o755)
            if str(folder) not in os.environ["PATH"]:
                monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        for name in ("ARGOCD_SERVER", "AWS_PROFILE", "KUBE_CONTEXT", "ECS_CLUSTER", "AZURE_SUBSCRIPTION_ID"):
            monkeypatch.delenv(name, raising=False)

    return made


ANSWERS = [
    ("ecs", "aws", {"get-caller-identity": WHO}, {ACCOUNT: "111111111111"}),
    ("ecs", "aws", {"configure list": V1.format("eu-west-1")}, {REGION: "eu-west-1"}),
    ("codedeploy", "aws", {"configure list": V2.format("us-gov-east-1")}, {REGION: "us-gov-east-1"}),
    ("azure-container-apps", "az", {"account show": {"id": "5a-1", "name": "prod"}}, {SUBSCRIPTION: "5a-1"}),
    (
        "kubernetes", "kubectl",
        {"--context prod config view --minify": {"clusters": [{"cluster": {"server": "https://1.example"}}]}},
        {CLUSTER: "https://1.example"},
    ),
    ("cloud-run", "gcloud", {"config get-value project": "shop-prod"}, {PROJECT: "shop-prod"}),
    ("railway", "railway", {"status --json": {"id": "4f6c71e2", "name": "shop"}}, {RAILWAY: "4f6c71e2"}),
    (
        "argocd", "argocd",
        {"context": "CURRENT  NAME  SERVER\n         a     a.example\n*        b     b.example:443\n"},
        {ARGO: "b.example:443"},
    ),
    ("app-engine", "gcloud", {"config get-value project": "shop-prod"}, {PROJECT: "shop-prod"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "program", "says", "there"), ANSWERS)
def test_where_an_act_would_go_is_compared_with_where_the_last_one_went(
    tmp_path, programs, name, program, says, there
):
    programs(**{program: says})
    on = loader.load(name)
    act = "deploy"

    def look(last):
        return platform_check.check(on, act, {"context": "prod"}, str(tmp_path), last=last, seconds=120.0)

    ((called, value),) = there.items()
    seen = look(LastPlace({called: value}, "the last deployment from here (ENG-5)"))
    assert seen.place == (f"{called}={value}",)
    assert f"{called.removeprefix('the ')} {value}" in seen.facts
    assert not [one for one in seen.problems if "went to" in one]
    (told,) = [
        one for one in look(LastPlace({called: "another"}, "the last one")).problems if "went to" in one
    ]
    assert told.startswith(
        f"T{called[1:]} is {value} here, and the last one went to another: if that is not meant, "
    )
    assert not [one for one in look(LastPlace({}, "")).problems if "went to" in one]


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"get-caller-identity": "no json", "configure list": V1.format("<not set>")},
        {"get-caller-identity": {"Account": None}, "configure list": ""},
        {"get-caller-identity": {}, "configure list": V2.format("<not set>")},
    ],
)
def test_what_does_not_answer_is_no_difference(tmp_path, programs, says):
    programs(aws=says)
    last = LastPlace({ACCOUNT: "1", REGION: "eu-west-1"}, "the last one")
    seen = platform_check.check(loader.load("ecs"), "deploy", {}, str(tmp_path), last=last, seconds=120.0)
    assert seen.place == () and not [one for one in seen.problems if "went to" in one]


def test_a_project_that_every_command_names_is_not_asked_for(tmp_path, programs):
    programs(gcloud={"config get-value project": "other"})
    known = {"project": "shop-prod"}
    seen = platform_check.check(loader.load("app-engine"), "deploy", known, str(tmp_path), seconds=120.0)
    assert seen.place == ()


def test_a_variable_that_the_program_takes_before_its_own_file_counts(tmp_path, programs, monkeypatch):
    programs(argocd={"context": "CURRENT  NAME  SERVER\n*        a     a.example\n"})
    monkeypatch.setenv("ARGOCD_SERVER", "b.example")
    last = LastPlace({ARGO: "a.example"}, "the last one")
    seen = platform_check.check(loader.load("argocd"), "deploy", {}, str(tmp_path), last=last, seconds=120.0)
    assert seen.place == (f"{ARGO}=b.example",)
    assert any("is b.example here, and the last one went to a.example" in one for one in seen.problems)


def test_a_variable_that_leads_elsewhere_is_said(tmp_path, programs, monkeypatch):
    programs(kubectl={})
    monkeypatch.setenv("KUBE_CONTEXT", "prod-us")
    name = "the kubectl context of production ($KUBE_CONTEXT)"
    last = LastPlace({name: "prod-eu"}, "the last one")
    known = {"context": "prod-us", "namespace": "shop"}
    seen = platform_check.check(
        loader.load("kubernetes"), "deploy", known, str(tmp_path), last=last, seconds=120.0
    )
    assert f"{name}=prod-us" in seen.place
    assert any(
        one.startswith(f"T{name[1:]} is prod-us here, and the last one went to prod-eu")
        for one in seen.problems
    )


PROD = {"id": "5a", "name": "prod"}
DEV = PROD | {"name": "dev"}


@pytest.mark.parametrize(
    ("name", "program", "says", "known", "told"),
    [
        ("ecs", "aws", {"get-caller-identity": WHO}, {"account": "222222222222"}, "this is about 222222222222"),
        ("serverless", "aws", {"get-caller-identity": WHO}, {"account": "111111111111"}, ""),
        ("azure-app-service", "az", {"account show": DEV}, {"subscription": "prod"}, "subscription 5a, dev"),
        ("azure-app-service", "az", {"account show": PROD}, {"subscription": "prod"}, ""),
        ("azure-container-apps", "az", {"account show": PROD}, {"subscription": "5a"}, ""),
    ],
)  # fmt: skip
def test_an_account_that_the_settings_name_is_compared(tmp_path, programs, name, program, says, known, told):
    programs(**{program: says})
    seen = platform_check.check(loader.load(name), "deploy", known, str(tmp_path), seconds=120.0)
    found = [one for one in seen.problems if "this is about" in one]
    assert (not found and not told) or told in found[0]


@pytest.fixture
def earlier(shop):
    """Another incident of this repository, which deployed there."""

    def made(state="done", ticket="ENG-5", **seen):
        record = new_record(f"{ticket.lower()}-{len(seen)}{state}", now=NOW, by="ann", config={}, detected={})
        typed.put(record, Deployed.STEP, state, {"commit": "a" * 40, **seen}, at=NOW, by="ann")
        Store(session_root(str(shop.here.path)), who="ann").create(record.doc, [])

    return made


@pytest.fixture
def ecs(shop, programs):
    def made(account):
        programs(
            aws={
                "get-caller-identity": {**WHO, "Account": account},
                "describe-services": CURRENT["ecs"],
                "describe-task-definition": CONTENT["ecs"],
            }
        )
        shop.configure(
            deploy={"platform": "ecs", "settings": SETTINGS}, policy={"P1": {"order": "deploy-first"}}
        )
        if not shop.record.stored("fix.change"):
            shop.fix()

    return made


def went(plan):
    return [one for one in plan.warnings if "went to" in one]


def test_the_last_deployment_is_that_of_another_incident_here(shop, earlier, ecs):
    earlier(platform="ecs", place=[f"{ACCOUNT}=222222222222"])
    earlier("failed", platform="ecs", place=[f"{ACCOUNT}=333333333333"])
    earlier(platform="codedeploy", place=[f"{ACCOUNT}=444444444444"], url="x")
    ecs("111111111111")
    plan = ProductionStep().plan(shop.ctx)
    (told,) = went(plan)
    assert (
        "is 111111111111 here, and the last deployment from here (" in told and "went to 222222222222" in told
    )
    assert plan.commands, "it is said, and holds nothing up"
    assert f"{ACCOUNT}=111111111111" in plan.evidence["place"]


def test_a_rollback_is_compared_with_what_this_incident_deployed_and_not_held_up(shop, earlier, ecs):
    earlier(platform="ecs", place=[f"{ACCOUNT}=222222222222"])
    ecs("111111111111")
    shop.see("deploy.production", "failed", **ProductionStep().plan(shop.ctx).evidence)
    assert not went(Rollback().plan(shop.ctx))
    ecs("333333333333")
    plan = Rollback().plan(shop.ctx)
    (told,) = went(plan)
    assert "what was deployed in this incident went to 111111111111" in told
    assert plan.commands and TASK in " ".join(plan.commands[0].argv)


def test_the_doctor_says_it_too(shop, earlier, ecs):
    earlier(platform="ecs", place=[f"{ACCOUNT}=222222222222"])
    ecs("111111111111")
    settings = ", ".join(f'{name} = "{value}"' for name, value in SETTINGS.items())
    shop.here.write(".hotfix-tui.toml", f'[deploy]\nplatform = "ecs"\nsettings = {{ {settings} }}\n')
    from pathlib import Path

    from hotfix_tui.config import load, trust
    from hotfix_tui.session import places

    trust.allow(Path(places.state_root()), load.load(str(shop.here.path)), str(shop.here.path))
    rows = [one.text for one in doctor_project.examine(str(shop.here.path)) if one.name == "platform"]
    assert any("went to 222222222222" in one for one in rows)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('run = ["a"]', "wants either at"),
        ('run = ["a"]\nat = ["x"]', "with JSON Pointers"),
        ('run = ["{zone}"]\nat = ["/x"]', "uses the unknown value 'zone'"),
        ('run = ["a"]\nat = ["/x"]\nunless = "zone"', "names no setting: 'zone'"),
        ('run = ["a"]\npattern = "x"', "no group called there"),
        ('run = ["a"]\npattern = "("', "cannot be read"),
    ],
)
def test_a_place_that_cannot_be_asked_is_refused(table, why):
    with pytest.raises(PlatformError, match=why):
        loader.parse(f'{MINIMAL}\n[[place]]\nname = "n"\ncure = "c"\n{table}\n'.encode(), "x")
