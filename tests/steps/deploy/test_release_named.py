"""What names the live release where `current` alone does not: its image, the newest deployment, or nothing at all."""

import json
import os
import shlex

import pytest

from hotfix_tui.engine import doctor_project
from hotfix_tui.steps.deploy import arrival, ways_back
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.platforms.answers import APP, TASK

pytestmark = pytest.mark.usefixtures("quick")

OTHER = "f00dfeed" * 5
"""A commit that this repository does not have."""
DIGEST = f"r.example/shop@sha256:{'1a2b3c4d' * 8}"
OLD_PAGE, NEW_PAGE = (f"{n}0000000-1e90-4762-9fee-6cc4a0a9f2cf" for n in (1, 2))
SETTINGS = {
    "ecs": {"cluster": "prod", "service": "shop", "definition": "shop"},
    "cloud-run": {"service": "shop", "region": "eu", "image": "r.example/shop:main"},
    "kubernetes": {"context": "prod", "namespace": "shop", "deployment": "shop", "manifests": "k8s"},
    "cloudflare-pages": {"project": "shop", "folder": "dist"},
    "digitalocean": {"app": "app-1"},
    "dokku": {"app": "shop", "host": "dokku@example.org"},
    "render": {"service": "srv-1"},
    "ansible": {"playbook": "site.yml", "limit": "production"},
    "cdk": {"stack": "shop"},
    "azure-app-service": {"group": "g", "app": "shop"},
    "azure-static-web-apps": {"folder": "dist", "app": "shop"},
    "kamal": {},
    "fly": {"app": "shop"},
    "helm": {"name": "shop", "chart": "chart", "namespace": "shop", "context": "prod"},
}
ECS = {"services": [{"taskDefinition": TASK, "deployments": [{"rolloutState": "COMPLETED"}]}]}
RUN = {"status": {"traffic": [{"percent": 100, "revisionName": "shop-00042-abc", "latestRevision": True}]}}


@pytest.fixture
def on(shop, monkeypatch):
    """The shop on a platform whose program gives these answers to command lines that contain these words."""

    def made(name, program, says):
        tools = shop.folder / "programs"
        tools.mkdir(exist_ok=True)
        texts = {words: said if isinstance(said, str) else json.dumps(said) for words, said in says.items()}
        cases = "".join(
            f"*{shlex.quote(words)}*) printf '%s\\n' {shlex.quote(text)};;\n" for words, text in texts.items()
        )
        (tools / program).write_text(f'#!/bin/sh\ncase "${{0##*/}} $*" in\n{cases}*) exit 1;;\nesac\n')
        (tools / program).chmod(0o755)
        if str(tools) not in os.environ["PATH"].split(os.pathsep):
            monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        deploy = {"platform": name, "settings": SETTINGS[name]}
        if shop.config.get("deploy") != deploy:
            shop.configure(deploy=deploy, policy={"P1": {"order": "deploy-first"}})
            shop.fix()

    return made


def image(name, of):
    """The answers of a platform that serves a release made of this image."""
    if name == "ecs":
        content = {"taskDefinition": {"taskDefinitionArn": TASK, "containerDefinitions": [{"image": of}]}}
        return {"describe-services": ECS, f"describe-task-definition --task-definition {TASK}": content}
    content = {"metadata": {"name": "shop-00042-abc"}, "spec": {"containers": [{"image": of}]}}
    return {"services describe": RUN, "revisions describe shop-00042-abc": content}


@pytest.mark.parametrize(("name", "program"), [("ecs", "aws"), ("cloud-run", "gcloud")])
@pytest.mark.parametrize(
    ("tag", "same"),
    [
        ("r.example/shop:{ours}", True),
        ("r.example/shop:sha-{short}", True),
        ("r.example/shop:{base}", False),
        ("r.example/shop:latest", None),
        ("r.example/shop:20261126", None),
        (f"r.example/shop:{OTHER}", None),
        (DIGEST, None),
    ],
)
def test_the_image_of_what_serves_names_the_commit(shop, on, name, program, tag, same):
    on(name, program, {})
    of = tag.format(ours=shop.commit, short=shop.commit[:9], base=shop.base)
    on(name, program, image(name, of))
    seen = arrival.look(shop.ctx, shop.commit)
    assert seen.same is same, seen
    assert seen.release is not None, seen
    assert seen.release.commit != "1a2b3c4d" * 8, "the digest of an image is no commit"


@pytest.mark.parametrize(("name", "program"), [("ecs", "aws"), ("cloud-run", "gcloud")])
def test_where_the_image_cannot_be_asked_the_release_is_still_known(shop, on, name, program):
    answers = image(name, "x")
    on(name, program, dict(list(answers.items())[:1]))
    seen = arrival.look(shop.ctx, shop.commit)
    assert (seen.same, seen.release.commit) == (None, "")
    assert ProductionStep().plan(shop.ctx).evidence["previous_release"] == seen.release.id


def fly(label):
    return [{"Version": 7, "Status": "complete", "ImageRef": f"registry.fly.io/shop:{label}"}]


def helm(tag):
    return {"version": 12, "info": {"status": "deployed"}, "config": {"image": {"tag": tag}}}


@pytest.mark.parametrize(
    ("name", "program", "words", "said", "same"),
    [
        ("fly", "fly", "releases --image --json", lambda shop: fly(f"hotfix-{shop.commit}"), True),
        ("fly", "fly", "releases --image --json", lambda shop: fly(f"hotfix-{shop.base}"), False),
        ("fly", "fly", "releases --image --json", lambda shop: fly("deployment-01JD6ZXYA4"), False),
        ("helm", "helm", "status shop", lambda shop: helm(shop.commit[:10]), True),
        ("helm", "helm", "status shop", lambda shop: helm(shop.base), False),
        ("helm", "helm", "status shop", lambda shop: helm("v1.2"), None),
        ("helm", "helm", "status shop", lambda shop: {**helm(""), "config": {"tag": shop.commit}}, None),
    ],
)
def test_what_the_deployment_itself_is_called_names_the_commit(shop, on, name, program, words, said, same):
    on(name, program, {})
    on(name, program, {words: said(shop)})
    seen = arrival.look(shop.ctx, shop.commit)
    assert seen.same is same, seen
    deploys = " ".join(word for one in ProductionStep().plan(shop.ctx).commands for word in one.argv)
    assert name != "fly" or f"--image-label hotfix-{shop.commit}" in deploys


@pytest.mark.parametrize(
    ("runs", "before", "same"),
    [("v8", "v7", True), ("v7", "v7", False), ("v9", "v7", None), ("v8", "v8", None)],
)
def test_an_image_that_somebody_named_is_compared_on_kubernetes(shop, on, runs, before, same):
    def said(tag):
        where = {"metadata": {"annotations": {"deployment.kubernetes.io/revision": "7"}}}
        return {**where, "spec": {"template": {"spec": {"containers": [{"image": f"r.example/shop:{tag}"}]}}}}

    SETTINGS["kubernetes"]["image"] = "r.example/shop:v8"
    on("kubernetes", "kubectl", {"get deploy/shop": said(runs)})
    old = {"id": "6", "content": f"r.example/shop:{before}"}
    shop.see("deploy.production", "unknown", commit=shop.commit, platform="kubernetes", release_before=old)
    assert arrival.look(shop.ctx, shop.commit).same is same


def pages(*entries):
    return [
        {"Id": id, "Environment": environment, "Source": source[:7], "Status": status}
        for id, environment, source, status in entries
    ]


@pytest.mark.parametrize("status", ["Failure", "Active", "Canceled", "Idle", "Skipped"])
def test_what_did_not_come_out_on_pages_is_not_live(shop, on, status):
    on("cloudflare-pages", "wrangler", {})
    live = (OLD_PAGE, "Production", shop.base, "3 days ago")
    every = pages(
        (NEW_PAGE, "Production", shop.commit, status), ("x", "Preview", shop.commit, "just now"), live
    )
    on("cloudflare-pages", "wrangler", {"pages deployment list": every})
    seen = arrival.look(shop.ctx, shop.commit)
    assert (seen.same, seen.release.id, seen.runs) == (False, OLD_PAGE, shop.base)
    came = pages((NEW_PAGE, "Production", shop.commit, "just now"), live)
    on("cloudflare-pages", "wrangler", {"pages deployment list": came})
    assert arrival.look(shop.ctx, shop.commit).same


def test_a_rollback_that_the_list_cannot_show_is_not_denied(shop, on):
    on("cloudflare-pages", "wrangler", {})
    every = pages(
        (NEW_PAGE, "Production", shop.commit, "1 hour ago"), (OLD_PAGE, "Production", shop.base, "3 days ago")
    )
    on("cloudflare-pages", "wrangler", {"pages deployment list": every})
    shop.see("deploy.production", "done", commit=shop.commit, platform="cloudflare-pages",
             previous=shop.base, previous_release=OLD_PAGE, release_before={"id": OLD_PAGE})  # fmt: skip
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands and OLD_PAGE in plan.by_hand
    assert "wrangler pages deployment list" in plan.by_hand
    shop.see("deploy.rollback", "done", **plan.evidence)
    seen = Rollback().probe(shop.ctx)
    assert seen.state == "unknown" and "not what a rollback went back to" in seen.why


def test_a_release_that_is_held_on_digitalocean_is_said_and_its_way_back_names_it(shop, on):
    active = {"id": APP, "services": [{"source_commit_hash": shop.base}]}
    app = {"id": "app-1", "active_deployment": active, "pinned_deployment": {"id": APP}}
    on("digitalocean", "doctl", {"apps get app-1": [app], "account get": {"email": "ada@example.org"}})
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    shop.see("release.confirm", commit=shop.commit)
    plan = ProductionStep().plan(shop.ctx)
    assert plan.evidence["previous_release"] == APP
    assert any("holds what it serves" in one for one in plan.warnings)
    shop.see("deploy.production", "done", **plan.evidence)
    now = {"id": APP[::-1], "services": [{"source_commit_hash": shop.commit}]}
    on("digitalocean", "doctl", {"apps get app-1": [{"active_deployment": now}]})
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands and APP in plan.by_hand and "doctl apps list-deployments app-1" in plan.by_hand


@pytest.mark.parametrize(
    ("name", "program", "words", "said", "release"),
    [
        (
            "render",
            "render",
            "deploys list",
            [{"id": "dep-1", "status": "live", "commit": {"id": OTHER}}],
            "dep-1",
        ),
        ("kamal", "kamal", "app version", f"App Host: one\n{OTHER}\n", OTHER),
    ],
)
def test_a_commit_that_is_not_here_is_gone_back_to_by_the_name_that_the_platform_gave_it(
    shop, on, name, program, words, said, release
):
    on(name, program, {words: said})
    plan = ProductionStep().plan(shop.ctx)
    assert plan.evidence["previous_release"] == release
    shop.see("deploy.production", "failed", **plan.evidence)
    (back,) = Rollback().plan(shop.ctx).commands
    assert OTHER in back.argv


UNREAD = {
    "ansible": "ansible-playbook site.yml --limit production --list-hosts",
    "cdk": "aws cloudformation describe-stack-events --stack-name shop",
    "azure-static-web-apps": "az staticwebapp environment list --name shop",
    "azure-app-service": "the slot next to production holds what was live before",
}


@pytest.mark.parametrize("name", UNREAD)
def test_where_nothing_names_a_release_that_is_said_with_what_lists(shop, on, name):
    on(name, "nothing", {})
    told = [one for one in ProductionStep().plan(shop.ctx).warnings if "names no release that is live" in one]
    assert len(told) == 1 and UNREAD[name] in told[0]
    settings = json.dumps(SETTINGS[name]).replace('":', '" =')
    shop.here.write(".hotfix-tui.toml", f'[deploy]\nplatform = "{name}"\nsettings = {settings}\n')
    rows = [one.text for one in doctor_project.examine(str(shop.here.path)) if one.name == "platform"]
    assert any("names no release that is live" in one and UNREAD[name] in one for one in rows)
    plan = Rollback().plan(shop.ctx)
    assert not plan.commands or name == "azure-app-service", "the swap, where az is installed"
    if not plan.commands:
        assert told[0] in ways_back.told(shop.ctx, ways_back.PREVIOUS, plan).says, "so does the list"
        assert name == "azure-app-service" or UNREAD[name].split(" --")[0] in plan.by_hand


@pytest.mark.parametrize("name", ["digitalocean", "dokku", "cloudflare-pages"])
def test_a_way_back_without_a_command_says_so(shop, on, name):
    on(name, "nothing", {})
    says = ways_back.told(shop.ctx, ways_back.PREVIOUS, Rollback().plan(shop.ctx)).says
    assert any("has no command that goes back to a release" in one for one in says)
