"""What a platform bundles or uploads from this machine is installed and built in the checkout that is deployed."""

import os
import sys

import pytest

from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.staging import Staging
from hotfix_tui.steps.live import compare as live_check

_PROGRAM = """\
#!{python} -IS
import os, sys
print(sorted(os.listdir(".")), *sys.argv[1:])
if "deploy" in sys.argv and not os.path.exists("dist/index.html"):
    sys.exit("Error: there is nothing to upload")
"""
SETUP = [sys.executable, "-c", "open('installed', 'w').close()"]
BUILD = [
    sys.executable,
    "-c",
    "import os; os.stat('installed'); os.makedirs('dist', exist_ok=True); open('dist/index.html', 'w').close()",
]


@pytest.fixture
def on(shop, monkeypatch):
    def made(platform, settings, **commands):
        monkeypatch.setattr(live_check, "PATIENCE", 0.2)
        tools = shop.folder / "programs"
        tools.mkdir()
        for name in ("wrangler", "vercel", "eb", "aws"):
            (tools / name).write_text(_PROGRAM.format(python=sys.executable))
            (tools / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        deploy = {"platform": platform, "settings": settings}
        shop.configure(deploy=deploy, commands=commands, policy={"P1": {"order": "deploy-first"}})
        shop.fix()

    return made


PAGES = {"project": "shop", "folder": "dist"}


@pytest.mark.parametrize("step", [ProductionStep(), Staging()])
def test_what_is_uploaded_is_installed_and_built_there_first(shop, on, step):
    on("cloudflare-pages", PAGES, setup=SETUP, build=BUILD)
    plan = step.plan(shop.ctx)
    there = plan.commands[-1].cwd
    assert [(one.argv, one.cwd) for one in plan.commands[-3:-1]] == [(SETUP, there), (BUILD, there)]
    assert plan.commands[-1].argv[:3] == ["wrangler", "pages", "deploy"]
    assert shop.do(step).state in ("done", "unknown")


def test_a_second_attempt_builds_again(shop, on):
    on("cloudflare-pages", PAGES, setup=SETUP, build=[sys.executable, "-c", "raise SystemExit(3)"])
    found = shop.do(ProductionStep())
    assert found.state == "failed" and found.why.endswith("the deployment itself did not start")
    again = [one.argv[0] for one in ProductionStep().plan(shop.ctx).commands]
    assert again[-2:] == [sys.executable, "wrangler"], "a build that failed left a checkout that looks whole"


def test_without_a_build_command_it_is_said(shop, on):
    on("cloudflare-pages", PAGES)
    said = ProductionStep().plan(shop.ctx).warnings
    assert any("no build command is known (`command build COMMAND`)" in one for one in said)


def test_what_is_bundled_here_gets_its_dependencies_and_is_not_built(shop, on):
    shop.here.write("wrangler.toml", "")
    on("cloudflare-workers", {}, setup=SETUP, build=BUILD)
    argvs = [one.argv for one in ProductionStep().plan(shop.ctx).commands]
    assert SETUP in argvs and BUILD not in argvs


def test_what_is_built_elsewhere_gets_nothing(shop, on):
    shop.here.write(".vercel/project.json", '{"projectId": "prj_1"}')
    on("vercel", {}, setup=SETUP, build=BUILD)
    argvs = [one.argv for one in ProductionStep().plan(shop.ctx).commands]
    assert SETUP not in argvs and BUILD not in argvs


EB = "branch-defaults:\n  main:\n    environment: shop-prod\nglobal:\n  application_name: shop\n  sc: git\n"


@pytest.mark.parametrize(
    ("folder", "more", "built"),
    [
        (".", "", False),
        (".", "deploy:\n  artifact: dist/index.html\n", True),
        ("services/shop", "deploy:\n  artifact: dist/index.html\n", True),
        ("services/shop", "deploy:\n  artifact:\n", False),
    ],
)
def test_what_is_packed_from_the_commit_is_built_only_where_an_artifact_is_named(
    shop, on, folder, more, built
):
    shop.here.write(os.path.join(folder, "run.txt"), "the shop\n")
    shop.base = shop.here.commit("A service")
    shop.here.write(os.path.join(folder, ".elasticbeanstalk/config.yml"), EB + more)
    on("elastic-beanstalk", {}, setup=SETUP, build=BUILD)
    shop.config["deploy"]["folder"] = folder
    plan = ProductionStep().plan(shop.ctx)
    assert plan.commands[-1].cwd.endswith(os.path.normpath(f"-deploy/{folder}"))
    assert (BUILD in [one.argv for one in plan.commands]) is built
    shop.config["commands"].pop("build")
    said = [one for one in ProductionStep().plan(shop.ctx).warnings if "no build command is known" in one]
    assert [one[:65] for one in said] == [
        "AWS Elastic Beanstalk gets what artifact in .elasticbeanstalk/con"
    ] * built
