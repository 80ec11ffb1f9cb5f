"""Seven ends of a deployment on four platforms, played through the product's own steps.

The platforms' programs are either the real ones, talking to a stand-in for their service (`services`), or a replay of
what those printed: one program that knows what it was asked, and what it answered before and after each action.
"""

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from tests.platforms.services import SITE, Beanstalk, Netlify, Service, Vercel, Workers
from tests.platforms.services_aws import ADDRESS, NEW_TASK, Containers, Groups, Pair

HERE = Path(__file__).parent / "runs"
STAGED = "staged"
"""The phases of a deployment, one after the other, on the platforms that have them."""
FOLDER = "folder"
"""A deployment of a folder of the repository, in which the program itself looks for what it packs."""
DEPLOYED = "services/shop"
"""The folder of `FOLDER`."""

ENDS = ("well", "build", "signed-out", "unlinked", "no-network", "half", "rollback")
NOWHERE = "http://127.0.0.1:9"
"""An address on which nothing listens."""

_WORKER = 'export default { async fetch() { return new Response("hi"); } };\n'
_NETLIFY = '[build]\ncommand = "{build}"\npublish = "dist"\n'


@dataclass(frozen=True)
class Place:
    """What a project on a platform has: its programs, files, and the variables of a login and a service."""

    service: type[Service]
    programs: tuple[str, ...]
    committed: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """What is committed if the build fails on this machine."""
    link: dict[str, str] = field(default_factory=dict)
    link_env: dict[str, str] = field(default_factory=dict)
    login: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    """Before the program's own; ``{service}`` is the address of the service, here and in `env`."""
    settings: dict[str, str] = field(default_factory=dict)
    """The values that somebody was asked for."""


PLACES = {
    "vercel": Place(
        Vercel,
        ("vercel",),
        link={".vercel/project.json": '{"orgId": "team_1", "projectId": "prj_1"}'},
        login={"VERCEL_TOKEN": "tok12345678901234567890ab"},
        arguments=("--api", "{service}"),
    ),
    "netlify": Place(
        Netlify,
        ("netlify",),
        committed={"netlify.toml": _NETLIFY.format(build="mkdir -p dist && echo hi > dist/index.html")},
        broken={"netlify.toml": _NETLIFY.format(build="vite build")},
        link={".netlify/state.json": json.dumps({"siteId": SITE})},
        link_env={"NETLIFY_SITE_ID": "shop"},
        login={"NETLIFY_AUTH_TOKEN": "tok"},
        env={"NETLIFY_API_URL": "{service}/api/v1", "NETLIFY_TELEMETRY_DISABLED": "1"},
    ),
    "cloudflare-workers": Place(
        Workers,
        ("wrangler",),
        committed={"worker.js": _WORKER},
        broken={"worker.js": f'import {{ Hono }} from "hono";\nnew Hono();\n{_WORKER}'},
        link={"wrangler.toml": 'name = "app"\nmain = "worker.js"\ncompatibility_date = "2026-01-01"\n'},
        login={"CLOUDFLARE_API_TOKEN": "tok"},
        env={"CLOUDFLARE_ACCOUNT_ID": "acc1", "CLOUDFLARE_API_BASE_URL": "{service}/client/v4"},
    ),
    "elastic-beanstalk": Place(
        Beanstalk,
        ("eb", "aws"),
        link={
            ".elasticbeanstalk/config.yml": "branch-defaults:\n  main:\n    environment: shop-prod\nglobal:\n"
            "  application_name: shop\n  default_region: eu-west-1\n  default_platform: Python 3.11\n  sc: git\n"
            "  workspace_type: Application\n"
        },
        login={"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "x"},
        env={
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": "{service}",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    ),
}

_AWS = {
    "login": PLACES["elastic-beanstalk"].login,
    "env": PLACES["elastic-beanstalk"].env,
}
MORE = {
    "elastic-beanstalk-swap": Place(
        Pair,
        ("eb", "aws"),
        link=PLACES["elastic-beanstalk"].link,
        settings={"blue": "shop-blue", "green": "shop-green", "address": ADDRESS},
        **_AWS,
    ),
    "ecs": Place(
        Containers,
        ("aws",),
        settings={"cluster": "prod", "service": "shop", "definition": NEW_TASK},
        **_AWS,
    ),
    "codedeploy": Place(
        Groups,
        ("aws",),
        settings={
            "application": "shop",
            "group": "prod",
            "revision": "revisionType=GitHub,gitHubLocation={repository=acme/shop,commitId={commit}}",
        },
        **_AWS,
    ),
}
"""Platforms that are played for what they prepare, and nothing else."""

CASES = [(platform, end) for platform in PLACES for end in ENDS]
PLACES |= MORE

PHASES = ("vercel", "netlify", "cloudflare-workers", *MORE)
"""Those of them that prepare a release."""

AT_ONCE = "at-once"
"""A deployment at once, which the platform stops on its way, and the way back from it."""
LATER = "later"
"""The way back after the old version has ended: a deployment of its own, which the platform stops on its way, too."""
STOPS = ("ecs", "codedeploy")
"""Those that stop one."""

FOLDERS = ("elastic-beanstalk",)
"""Those whose program packs a folder by itself."""


def ends(platform: str) -> list[str]:
    """Return what is recorded of a platform."""
    seven = [] if platform in MORE else [*ENDS]
    return [
        *seven,
        *[STAGED] * (platform in PHASES),
        *[AT_ONCE, LATER] * (platform in STOPS),
        *[FOLDER] * (platform in FOLDERS),
    ]


_REAL = """\
#!{python} -I
import json, os, pathlib, subprocess, sys
env = {{key: value for key, value in os.environ.items() if key != "PYTHONPATH"}}
done = subprocess.run([{real!r}, *{before!r}, *sys.argv[1:]], stdin=subprocess.DEVNULL, capture_output=True, env=env)
call = {{"argv": [{name!r}, *sys.argv[1:]], "out": done.stdout.decode("utf-8", "replace"),
    "err": done.stderr.decode("utf-8", "replace"), "status": done.returncode}}
with open({log!r}, "a") as log:
    log.write(json.dumps(call) + "\\n")
sys.stderr.buffer.write(done.stderr)
sys.stderr.flush()
sys.stdout.buffer.write(done.stdout)
sys.exit(done.returncode)
"""

_AGAIN = """\
#!{python} -IS
import json, os, sys
folder = os.path.dirname(__file__)
with open(folder + "/calls.json") as file:
    kept = json.load(file)
acted = folder + "/acted"
count = os.path.getsize(acted) if os.path.exists(acted) else 0
def plain(text):
    for mark, value in kept["marks"]:
        text = text.replace(value, mark)
    return text
def told(text):
    for mark, value in kept["marks"]:
        text = text.replace(mark, value)
    return text
argv = [plain(word) for word in [os.path.basename(sys.argv[0]), *sys.argv[1:]]]
fits = [call for call in kept["calls"] if call["argv"] == argv and call["acted"] <= count]
if not fits:
    print("never recorded:", argv, file=sys.stderr)
    sys.exit(97)
call = fits[-1]
said = kept["said"][call["said"]]
if call["acts"]:
    with open(acted, "a") as file:
        file.write("x")
sys.stderr.write(told(said["err"]))
sys.stderr.flush()
sys.stdout.write(told(said["out"]))
sys.exit(said["status"])
"""


class Came(NamedTuple):
    """The outcome: the step's state (or ``by hand``), its sentence, what is live, and the warnings before."""

    state: str
    why: str
    live: str
    warned: str


def acts(argv: list[str]) -> bool:
    """Return whether a command line changes what is live, or tries to."""
    words = argv[1:]
    if "--help" in words or not words:
        return False
    if words[0] in ("ecs", "deploy") and argv[0] == "aws":
        return words[1].startswith(("update-", "create-", "continue-", "stop-"))
    if words[0] in ("deploy", "rollback", "promote", "swap"):
        return words[1:2] != ["status"]
    return words[:2] in (["versions", "upload"], ["versions", "deploy"]) or bool(
        {"restoreSiteDeploy", "unlockDeploy"} & set(words)
    )


class Programs:
    """The platform's programs on the path: the `real` ones with a service, or a replay of their output."""

    def __init__(self, folder: Path, platform: str, end: str, *, real: bool) -> None:
        self.tools = folder / "programs"
        self.tools.mkdir()
        self.platform, self.end, self.on = platform, end, PLACES[platform]
        self.service = self.on.service() if real else None
        self.log = folder / "calls.jsonl"
        address = self.service.address if self.service and end != "no-network" else NOWHERE
        self.address = address
        for name in self.on.programs:
            before = [argument.replace("{service}", address) for argument in self.on.arguments]
            text = _AGAIN.format(python=sys.executable)
            if real:
                executable = str(shutil.which(name))
                text = _REAL.format(
                    python=sys.executable, real=executable, before=before, name=name, log=str(self.log)
                )
            (self.tools / name).write_text(text)
            (self.tools / name).chmod(0o755)

    def goes(self, mode: str) -> None:
        """Set what happens from here on."""
        if self.service is not None:
            self.service.mode = mode

    def marks(self, shop: Any) -> list[tuple[str, str]]:
        """Return what differs in each run, the longest first."""
        varying = [("«commit»", shop.commit), ("«base»", shop.base), ("«here»", str(shop.folder))]
        return [*varying, ("«service»", self.address), ("«short»", shop.commit[:7])]

    def load(self, shop: Any) -> None:
        """Let the programs answer as they did when this was recorded."""
        kept = json.loads((HERE / f"{self.platform}.json").read_text())
        calls = kept["ends"][self.end]["calls"]
        whole = {"marks": self.marks(shop), "said": kept["said"], "calls": calls}
        (self.tools / "calls.json").write_text(json.dumps(whole))

    def live(self) -> str:
        """Return what production serves."""
        if self.service is not None:
            return self.service.live
        kept = json.loads((HERE / f"{self.platform}.json").read_text())
        return str(kept["ends"][self.end]["live"])


def play(shop: Any, monkeypatch: pytest.MonkeyPatch, programs: Programs) -> Came:
    """Deploy (and roll back) by the product's own steps."""
    end = programs.end
    arrive(shop, monkeypatch, programs)
    programs.goes(end if end in ("build", "half") else "ok")
    plan = ProductionStep().plan(shop.ctx)
    warned = "\n".join(plan.warnings)
    if plan.by_hand:
        return Came("by hand", plan.by_hand, programs.live(), warned)
    result = shop.do(ProductionStep())
    if end == "rollback":
        assert result.state == "done", result
        result = shop.do(Rollback())
    return Came(result.state, result.why, programs.live(), warned)


def arrive(shop: Any, monkeypatch: pytest.MonkeyPatch, programs: Programs) -> None:
    """Bring the shop onto the platform, up to where it is deployed."""
    on, end = programs.on, programs.end
    _settle(shop, monkeypatch, programs)
    files = on.committed | (on.broken if end == "build" else {})
    place = f"{DEPLOYED}/" if end == FOLDER else ""
    if place:
        files |= {f"{place}run.txt": "the shop\n", "services/other/run.txt": "not the shop\n"}
    if files:
        shop.base = shop.here.commit(
            "Site", **{name.replace(".", "__"): text for name, text in files.items()}
        )
        shop.here("push", "-q", "origin", "main")
        shop.see("branch.base", commit=shop.base)
    if end != "unlinked":
        for name, text in on.link.items():
            shop.here.write(place + name, text)
    deploy: dict[str, Any] = {"platform": programs.platform} | ({"folder": DEPLOYED} if place else {})
    deploy |= {"settings": on.settings} if on.settings else {}
    shop.configure(deploy=deploy, policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    if programs.service is None:
        programs.load(shop)


def _settle(shop: Any, monkeypatch: pytest.MonkeyPatch, programs: Programs) -> None:
    """Set the environment: none of this machine's own logins, only what the case has."""
    on, end = programs.on, programs.end
    for name in [
        variable
        for variable in os.environ
        if variable.startswith(("VERCEL_", "NETLIFY_", "CLOUDFLARE_", "AWS_"))
    ]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    given = dict(on.env)
    given |= on.login if end != "signed-out" else {}
    given |= on.link_env if end != "unlinked" else {}
    for name, value in given.items():
        monkeypatch.setenv(name, value.replace("{service}", programs.address))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    monkeypatch.setenv("PATH", f"{programs.tools}{os.pathsep}{os.environ['PATH']}")


def record(shop: Any, programs: Programs, live: str) -> dict[str, Any]:
    """Return what was called in this run and what was live in the end, without what differs each time."""
    acted, calls = 0, []
    lines = programs.log.read_text().splitlines() if programs.log.exists() else []
    for line in lines:
        for mark, value in programs.marks(shop):
            line = line.replace(value, mark)
        call = json.loads(line)
        now = acts(call["argv"])
        calls.append({**call, "acted": acted, "acts": now})
        acted += now
    return {"live": live.replace(shop.commit, "«commit»"), "calls": calls}
