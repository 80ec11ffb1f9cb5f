"""Fixtures of the deployment steps: platforms whose programs are stand-ins."""

import os
import sys

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.steps.branch.preflight import Preflight
from hotfix_tui.steps.deploy import production
from tests.platforms import answers
from tests.steps.deploy import on_platform
from tests.steps.deploy.programs import PROGRAM
from tests.steps.deploy.standin import Standin


@pytest.fixture
def quick_after_a_failure(quick, monkeypatch):
    """The same after an act that failed."""
    monkeypatch.setattr(production, "_AFTER_A_FAILURE", 0.2)


@pytest.fixture
def place(shop, monkeypatch):
    """The shop on a platform: its programs on the path, its values in the configuration, as they are once asked."""

    def made(name):
        on = loader.load(name)
        values = {
            key: answers.VALUES.get((name, key), f"my-{key}")
            for key in loader.needed(on, *loader.ACTS, "current", "prepared")
        }
        for variable in [
            name for name in os.environ if name.startswith(("NETLIFY_", "VERCEL_", "HEROKU_", "AWS_"))
        ]:
            monkeypatch.delenv(variable)
        for file in on.needs.files[:1]:
            shop.here.write(file, "{}")
        tools = shop.folder / "programs"
        tools.mkdir()
        on_platform.write(tools, on, on_platform.answers_of(on, values))
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        shop.configure(
            deploy={"platform": name, "settings": values}, policy={"P1": {"order": "deploy-first"}}
        )
        shop.see("branch.preflight", **Preflight().probe(shop.ctx).evidence)
        shop.fix()
        if on.takes == "branch":
            shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
            shop.see("release.confirm", commit=shop.commit)
        return on

    return made


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Programs of platforms on the path, which say what they are told; returns what was asked."""
    log = tmp_path / "asked"
    log.touch()

    def made(*says, name="vercel"):
        folder = tmp_path / "programs"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(PROGRAM.format(python=sys.executable, log=str(log), says=list(says)))
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        for variable in loader.load("vercel").secrets + loader.load("fly").secrets:
            monkeypatch.delenv(variable, raising=False)
        return lambda: log.read_text().splitlines()

    return made


@pytest.fixture
def linked(shop, programs):
    def made(*says):
        asked = programs(*says)
        shop.here.write(".vercel/project.json", '{"projectId": "prj_1"}')
        shop.configure(deploy={"platform": "vercel"}, policy={"P1": {"order": "deploy-first"}})
        shop.fix()
        return asked

    return made


@pytest.fixture
def platform(shop, monkeypatch):
    """Configure a platform for a P1 that deploys first, trusted, with its program on the path."""

    def made(name, ids, message="", **deploy):
        monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
        standin = Standin(shop.folder, ids, message)
        monkeypatch.setenv("PATH", f"{standin.tools}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("NETLIFY_SITE_ID", "0d3a9d2f-site")
        monkeypatch.setenv("DIGITALOCEAN_APP_ID", "app-1")
        if name == "cloudflare-workers":
            shop.here.write("wrangler.toml", "")
        shop.configure(deploy={"platform": name, **deploy}, policy={"P1": {"order": "deploy-first"}})
        shop.fix()
        return standin

    return made
