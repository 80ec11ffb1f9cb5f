"""On Railway the link belongs to a folder: what is deployed is the checkout of the commit all the same."""

import json
import os
import sys
from pathlib import Path

import pytest

from hotfix_tui.steps.deploy.production import ProductionStep

pytestmark = pytest.mark.usefixtures("quick")

PROJECT = "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf"
_PROGRAM = """\
#!{python} -IS
import json, os, sys
args, here = sys.argv[1:], os.getcwd()
links, token = json.load(open({links!r})), os.environ.get("RAILWAY_PROJECT_ID", "")
def linked():
    if token:
        return here, token
    folder = here
    while folder not in links:
        if folder == os.path.dirname(folder):
            sys.exit("No linked project found. Run railway link to connect to a project")
        folder = os.path.dirname(folder)
    return folder, links[folder]
if args[:1] == ["status"]:
    print(json.dumps({{"id": linked()[1], "name": "shop"}}))
elif args[:1] == ["up"]:
    # As the program's source has it: the folder that is linked is packed, unless a project is named.
    folder, project = (here, args[args.index("--project") + 1]) if "--project" in args else linked()
    packed = {{"project": project, "folder": folder}}
    for name in ("app.py", "secret.txt"):
        path = os.path.join(folder, name)
        packed[name] = open(path).read() if os.path.exists(path) else None
    json.dump(packed, open({packed!r}, "w"))
    if sys.stdout.isatty() and "--service" not in args:
        sys.stdin.read()
elif args[:2] == ["deployment", "list"]:
    print("[]")
"""


@pytest.mark.parametrize("where", ["linked", "a folder above is linked", "by a variable", "both"])
def test_the_checkout_of_the_commit_is_what_is_packed(shop, monkeypatch, where):
    here = str(shop.here.path)
    above = os.path.dirname(here)
    links = {
        "linked": {here: PROJECT},
        "a folder above is linked": {above: PROJECT},
        "by a variable": {},
        "both": {here: "another", above: "another"},
    }[where]
    monkeypatch.delenv("RAILWAY_PROJECT_ID", raising=False)
    if where in ("by a variable", "both"):
        monkeypatch.setenv("RAILWAY_PROJECT_ID", PROJECT)
    tools = shop.folder / "programs"
    tools.mkdir()
    packed = shop.folder / "packed.json"
    (shop.folder / "links.json").write_text(json.dumps(links))
    (tools / "railway").write_text(
        _PROGRAM.format(python=sys.executable, links=str(shop.folder / "links.json"), packed=str(packed))
    )
    (tools / "railway").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    shop.configure(deploy={"platform": "railway"}, policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    shop.here.write("secret.txt", "only here, and not in the commit")
    Path(above, "secret.txt").write_text("above, and not in the repository")
    shop.do(ProductionStep())
    said = json.loads(packed.read_text())
    assert said["project"] == PROJECT
    assert said["folder"] not in (here, above) and said["secret.txt"] is None


def test_a_folder_that_is_not_linked_is_not_deployed(shop, monkeypatch):
    monkeypatch.delenv("RAILWAY_PROJECT_ID", raising=False)
    tools = shop.folder / "programs"
    tools.mkdir()
    (shop.folder / "links.json").write_text("{}")
    (tools / "railway").write_text(
        _PROGRAM.format(python=sys.executable, links=str(shop.folder / "links.json"), packed="/nowhere")
    )
    (tools / "railway").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    shop.configure(deploy={"platform": "railway"}, policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    plan = ProductionStep().plan(shop.ctx)
    assert not plan.commands
    assert "The wizard does not know which project this folder is linked to (`railway link`" in plan.by_hand
    assert "No linked project found" in plan.by_hand
