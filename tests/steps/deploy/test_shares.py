"""A canary that stops half-way leaves two versions with a share of the traffic: none of them is said to be live."""

import json
import os
import shlex

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.loader import PlatformError
from hotfix_tui.steps.deploy import arrival
from tests.platforms.test_loader import MINIMAL

GROUP = {
    "lastSuccessfulDeployment": {"deploymentId": "d-OLD000001"},
    "lastAttemptedDeployment": {"deploymentId": "d-NEW000001"},
}
FUNCTION = {"functionName": "shop", "functionAlias": "live", "currentVersion": "7", "targetVersion": "8"}
OF_FUNCTION = {"deploymentTargets": [{"lambdaTarget": {"lambdaFunctionInfo": FUNCTION}}]}
ALIAS = "lambda get-alias --function-name shop --name live"
TARGETS, TARGET = (
    "list-deployment-targets",
    "batch-get-deployment-targets --deployment-id d-NEW000001 --target-ids",
)


def kind(platform, status="Stopped"):
    style = {"deploymentType": "BLUE_GREEN" if platform != "Server" else "IN_PLACE"}
    info = {"deploymentId": "d-NEW000001", "status": status, "computePlatform": platform}
    return {"deploymentInfo": {**info, "deploymentStyle": style}}


@pytest.fixture
def stopped(shop, monkeypatch):
    """A group of CodeDeploy whose newest deployment has ended; return what was seen, and what was asked."""

    def made(platform, says):
        said = {
            "deploy get-deployment-group": {"deploymentGroupInfo": GROUP},
            "deploy batch-get-deployments": [{"deploymentId": "d-OLD000001", "status": "Succeeded"}],
            "deploy get-deployment --deployment-id d-NEW000001": kind(platform),
            **says,
        }
        log, tools = shop.folder / "asked", shop.folder / "programs"
        cases = "".join(
            f"*{shlex.quote(words)}*) echo {shlex.quote(json.dumps(answer))};;\n"
            for words, answer in said.items()
        )
        tools.mkdir()
        (tools / "aws").write_text(
            f'#!/bin/sh\necho "$*" >> {shlex.quote(str(log))}\n'
            f'case "$*" in\n{cases}*) echo AccessDenied >&2; exit 254;;\nesac\n'
        )
        (tools / "aws").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        settings = {"application": "shop", "group": "prod", "revision": "revisionType=x"}
        shop.configure(deploy={"platform": "codedeploy", "settings": settings})
        shop.fix()
        return arrival.look(shop.ctx, shop.commit, after_failure=True), log.read_text()

    return made


def task_sets(*weights):
    shares = [[label, share] for label, share in zip(("Blue", "Green"), weights, strict=True)]
    return [one for one in shares if 0 < one[1] < 100]


HALF = [
    (
        "Lambda",
        {TARGETS: ["shop:live"], f"{TARGET} shop:live": OF_FUNCTION, ALIAS: ["7", '{"8":0.1}']},
        "its alias points to the version 7, and gives a share of the traffic to another, {\"8\":0.1}",
    ),
    (
        "ECS",
        {TARGETS: ["prod:shop"], f"{TARGET} prod:shop": task_sets(90.0, 10.0)},
        "the Blue tasks have 90.0 % of the traffic",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "says", "words"), HALF)
def test_a_canary_that_stopped_half_way_is_several_versions(stopped, platform, says, words):
    seen, _ = stopped(platform, says)
    assert seen.same is None and seen.mixed
    assert seen.why == f"AWS CodeDeploy runs more than one version: {words}"


WHOLE = [
    ("Lambda", {**HALF[0][1], ALIAS: ["7", "null"]}),
    ("Lambda", {**HALF[0][1], ALIAS: ["7", "{}"]}),
    ("ECS", {TARGETS: ["prod:shop"], f"{TARGET} prod:shop": task_sets(100.0, 0.0)}),
]


@pytest.mark.parametrize(("platform", "says"), WHOLE)
def test_one_that_went_back_is_one_version(stopped, platform, says):
    seen, asked = stopped(platform, says)
    assert not seen.mixed and seen.release.id == "d-OLD000001"
    assert TARGETS in asked


@pytest.mark.parametrize(
    ("platform", "says", "why"),
    [
        ("Lambda", {**HALF[0][1], TARGETS: ["shop:live", "cart:live"]}, "the one function or service"),
        ("Lambda", {TARGETS: ["shop:live"]}, "AccessDenied"),
        ("Lambda", {words: said for words, said in HALF[0][1].items() if words != ALIAS}, "AccessDenied"),
        ("ECS", {TARGETS: ["prod:shop"]}, "AccessDenied"),
    ],
)
def test_where_that_cannot_be_asked_it_is_not_known(stopped, platform, says, why):
    seen, _ = stopped(platform, says)
    assert seen.same is None and seen.mixed
    assert (
        seen.why.startswith("whether all of AWS CodeDeploy runs the same could not be seen (")
        and why in seen.why
    )


def test_instances_have_no_shares_and_are_not_asked_for_them(stopped):
    seen, asked = stopped("Server", {})
    assert not seen.mixed and TARGETS not in asked


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('given = "x"\nrun = ["a"]\nmixed = []', "asks for x, which the file does not have"),
        ('given = "on"\nrun = ["{zone}"]\nmixed = []', "uses the unknown value 'zone'"),
        ('given = "on"\nrun = ["a"]\nmixed = [{says = "b"}]', "wants either same, or where and differ"),
    ],
)
def test_a_question_for_shares_that_cannot_be_asked_is_refused(table, why):
    lookup = '[lookups.on]\nask = "whether"\nrun = ["x"]\nform = "y"\n'
    with pytest.raises(PlatformError, match=why):
        loader.parse(f"{MINIMAL}\n{lookup}\n[[shares]]\n{table}\n".encode(), "x")
