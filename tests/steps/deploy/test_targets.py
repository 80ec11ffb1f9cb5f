"""Several things deployed from one repository: asked once which one, and all that follows is about that one."""

import json
import os
import sys
from pathlib import Path

import pytest

from hotfix_tui.config import targets
from hotfix_tui.config.load import from_table
from hotfix_tui.detect.platform import PlatformFolder, labels, several
from hotfix_tui.engine import platform_choice
from hotfix_tui.incident.model.evidence.branch import Preflight as Seen
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.steps.branch.preflight import Preflight
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.live import compare as live_check
from tests.steps import kept_state
from tests.steps.support_release import Shop

_PROGRAM = (
    kept_state.HEAD
    + """\
line = " ".join(sys.argv[1:])
name = open("wrangler.toml").read().strip()
world["calls"].append([name, line])
live = world["live"]
if line.startswith("deployments status"):
    print(json.dumps({{"versions": [{{"version_id": live[name], "percentage": 100}}],
        "annotations": {{"workers/message": world["made"].get(live[name], "")}}}}))
elif line.startswith("deploy"):
    id = "cccccccc-0000-4000-8000-00000000000" + str(len(world["made"]))
    world["made"][id] = sys.argv[sys.argv.index("--message") + 1]
    live[name] = id
elif line.startswith("rollback"):
    live[name] = sys.argv[2]
keep()
"""
)
WEB, API = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2))
TABLE = {
    "targets": {
        "web": {
            "folder": "apps/web",
            "platform": "cloudflare-workers",
            "production-url": "https://web.example",
        },
        "api": {"folder": "services/api", "platform": "cloudflare-workers"},
    }
}


class Several(Shop):
    """A shop with two Workers in folders; its configuration is that of the chosen one, as the engine has it."""

    @property
    def ctx(self):
        made = super().ctx
        chosen = self.record.seen(Seen).target
        return type(made)(
            made.record, made.root, targets.applied(made.config, chosen), made.directory, made.now, made.by
        )


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = Several(tmp_path)
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for folder in ("apps/web", "services/api"):
        made.here.write(f"{folder}/wrangler.toml", f"{Path(folder).name}\n")
    made.base = made.here.commit("Workers")
    made.here("push", "-q", "origin", "main")
    made.see("branch.base", commit=made.base)
    tools, state = tmp_path / "programs", tmp_path / "platform.json"
    tools.mkdir()
    state.write_text(json.dumps({"calls": [], "live": {"web": WEB, "api": API}, "made": {}}))
    (tools / "wrangler").write_text(_PROGRAM.format(python=sys.executable, state=str(state)))
    (tools / "wrangler").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    made.configure(deploy=TABLE, policy={"P1": {"order": "deploy-first"}})
    made.state = state
    return made


def choose(shop, name):
    found = Preflight().apply(shop.ctx, name)
    shop.see("branch.preflight", **found.merged(shop.record.stored("branch.preflight")))
    return found


def test_it_is_asked_once_which_one_the_hotfix_is_for(shop):
    found = Preflight().apply(shop.ctx)
    assert found.state == "asks" and found.why.startswith("Which of web, api is this hotfix for?")
    shop.see("branch.preflight", "", **found.evidence)
    assert [(one.name, one.help) for one in Preflight().choices(shop.ctx)] == [
        ("web", "apps/web, cloudflare-workers"),
        ("api", "services/api, cloudflare-workers"),
    ]
    assert choose(shop, "api").state == "done"
    assert (shop.record.seen(Seen).target, shop.ctx.part) == ("api", "api")
    assert shop.record.seen(Seen).platform_takes == "worktree", "it is the platform of that one"
    again = Preflight().probe(shop.ctx)
    assert again.state == "done" and again.seen(Seen).target == "api", "it is kept"


def test_live_deployment_and_rollback_are_those_of_the_chosen_one(shop):
    choose(shop, "api")
    shop.fix()
    plan = ProductionStep().plan(shop.ctx)
    assert plan.title.endswith("to production of api")
    assert any(f"serves {API} now" in one for one in plan.warnings)
    assert plan.commands[-1].cwd.endswith("/services/api") and "-deploy" in plan.commands[-1].cwd
    found = shop.do(ProductionStep())
    assert found.state == "done", found
    seen = shop.record.seen(Deployed)
    assert (seen.part, seen.previous_release) == ("api", API)
    plan = Rollback().plan(shop.ctx)
    assert plan.title.startswith("Roll api in production back") and API in plan.commands[0].argv
    assert shop.do(Rollback()).state == "done"
    assert shop.record.seen(RolledBack).part == "api"
    world = json.loads(shop.state.read_text())
    assert world["live"] == {"web": WEB, "api": API}
    assert {name for name, _ in world["calls"]} == {"api"}, "the other one was never asked"


def test_after_a_deployment_it_is_not_changed(shop):
    choose(shop, "api")
    shop.record.runs.append({"n": 1, "step": "deploy.production", "round": 1})
    with pytest.raises(Refused, match="api was deployed in this incident already"):
        Preflight().apply(shop.ctx, "web")
    assert choose(shop, "api").state == "done"


def test_one_target_is_not_asked_for(shop):
    shop.configure(deploy={"targets": {"web": TABLE["targets"]["web"]}})
    assert Preflight().apply(shop.ctx).state == "done"


def test_what_a_target_does_not_say_is_as_the_deployment_has_it():
    config = from_table({"deploy": {
        "production": ["./deploy"], "current": ["./version"], "environment": "prod", "production-url": "https://a.example",
        "targets": {"web": {"platform": "vercel", "settings": {"project": "p"}}, "api": {"production": ["./other"]}},
    }})  # fmt: skip
    web, api = (targets.applied(config, name).deploy for name in ("web", "api"))
    assert (web.platform, web.settings, web.environment) == ("vercel", {"project": "p"}, "prod")
    assert web.production is None and web.current is None, "a platform takes none of the commands"
    assert api.production.run == ["./other"] and api.current.run == ["./version"]
    assert targets.applied(config, "web", ["deploy.production"]).deploy.production.run == ["./deploy"]
    assert targets.applied(config, "gone") is config and targets.names(config) == ["web", "api"]


def test_the_commands_of_every_target_are_read_before_they_are_trusted(shop):
    rows = platform_choice.rows(from_table({"deploy": TABLE}), str(shop.here.path))
    names = [row.name for row in rows]
    assert "web cloudflare-workers deploy" in names and "api cloudflare-workers rollback" in names
    assert rows[0].notes[0] == "in apps/web"


def test_the_files_say_that_several_things_are_deployed(shop):
    found = several(str(shop.here.path))
    assert found == [
        PlatformFolder("apps/web", "cloudflare-workers"),
        PlatformFolder("services/api", "cloudflare-workers"),
    ]
    shop.configure()
    warned = Preflight().apply(shop.ctx).evidence["warnings"]
    assert any("apps/web (cloudflare-workers), services/api (cloudflare-workers)" in one for one in warned)


AZURE = """\
services:
  web:
    project: ./src/web
    host: staticwebapp
  api:
    project: ./src/api
    host: containerapp
  jobs:
    host: function
"""
RENDER = """\
services:
  - type: web
    name: Shop
    rootDir: apps/shop
  - type: worker
    name: mailer
  - type: redis
    name: cache
"""


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (
            {"azure.yaml": AZURE},
            {"web": ("src/web", "azure-static-web-apps"), "api": ("src/api", "azure-container-apps")},
        ),
        ({"render.yaml": RENDER}, {"shop": ("apps/shop", "render"), "mailer": ("", "render")}),
        (
            {f"{folder}/fly.toml": 'app = "x"' for folder in ("eu/api", "us/api", "us/web")},
            {"api": ("eu/api", "fly"), "us-api": ("us/api", "fly"), "web": ("us/web", "fly")},
        ),
        ({f"overlays/{name}/kustomization.yaml": "" for name in ("base", "staging", "production")}, {}),
        (
            {f"overlays/{name}/kustomization.yaml": "" for name in ("staging", "eu-west", "us-east")},
            {"eu-west": ("overlays/eu-west", "kubernetes"), "us-east": ("overlays/us-east", "kubernetes")},
        ),
        (
            {"azure.yaml": AZURE.replace("./src/web", "../elsewhere")},
            {"web": ("", "azure-static-web-apps"), "api": ("src/api", "azure-container-apps")},
        ),
    ],
)
def test_services_folders_and_regions_have_names_of_their_own(tmp_path, files, wanted):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = labels(several(str(tmp_path)))
    assert {name: (one.folder, one.platform) for name, one in found.items()} == wanted
