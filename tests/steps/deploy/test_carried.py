"""What a platform's program reads beside the commit's files is in the checkout that is deployed, and nothing else."""

import json
import os
import sys

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.steps.deploy.production import ProductionStep

pytestmark = pytest.mark.usefixtures("quick")

_PROGRAM = """\
#!{python} -IS
import json, os, sys
if "deploy" in sys.argv or "site.yml" in sys.argv:
    found = {{}}
    for folder, _, names in os.walk("."):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name))
            found[path] = open(path).read()
    json.dump(found, open({seen!r}, "w"))
"""
SETTINGS = {
    "kamal": {},
    "firebase": {"project": "shop", "site": "shop"},
    "ansible": {"playbook": "site.yml", "limit": "production"},
}


@pytest.fixture
def deployed(shop, monkeypatch):
    """Deploy with these files beside the commit's, and return what the program found in its folder."""

    def made(name, program, *, beside, committed=()):
        tools, seen = shop.folder / "programs", shop.folder / "seen"
        tools.mkdir()
        (tools / program).write_text(_PROGRAM.format(python=sys.executable, seen=str(seen)))
        (tools / program).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        for path in committed:
            shop.here.write(path, "committed")
        if committed:
            shop.base = shop.here.commit("what belongs to the platform")
        deploy = {"platform": name, "settings": SETTINGS[name]}
        shop.configure(deploy=deploy, policy={"P1": {"order": "deploy-first"}}, commands={"build": ["true"]})
        shop.fix()
        for path in beside:
            shop.here.write(path, "only here")
        shop.do(ProductionStep())
        return json.loads(seen.read_text())

    return made


@pytest.mark.parametrize(
    ("name", "program", "path"),
    [
        ("kamal", "kamal", ".kamal/secrets"),
        ("kamal", "kamal", ".kamal/secrets-common"),
        ("kamal", "kamal", "config/master.key"),
        ("firebase", "firebase", "functions/.env"),
        ("ansible", "ansible-playbook", ".vault_pass"),
    ],
)
def test_a_file_that_is_not_committed_is_there(deployed, name, program, path):
    found = deployed(name, program, beside=[path, "notes.txt", "config/other.key", "functions/.env.staging"])
    assert found[path] == "only here"
    assert not {"notes.txt", "config/other.key", "functions/.env.staging"} & set(found)


def test_what_is_committed_stays_as_it_is_committed(deployed):
    found = deployed("kamal", "kamal", beside=[".kamal/secrets"], committed=[".kamal/secrets"])
    assert found[".kamal/secrets"] == "committed"


def test_what_is_not_there_is_not_missed(deployed):
    assert "config/master.key" not in deployed("kamal", "kamal", beside=[])


@pytest.mark.parametrize("name", loader.names())
def test_only_files_below_the_folder_are_carried(name):
    for path in loader.load(name).carries:
        assert not os.path.isabs(path) and ".." not in path.split("/") and ".git" not in path.split("/")
