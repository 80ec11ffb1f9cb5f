"""The plan of a check is the command that was found: its words, its folder, its variables, and nothing else."""

import os

import pytest

from hotfix_tui.engine.opening import detect_commands
from hotfix_tui.incident.rules.gates import Refused
from tests.detect.shapes import SHAPES
from tests.gitworld import World
from tests.repos import write
from tests.steps.support import Incident

NAMES = (
    "laravel whose CI tests on a database",
    "c++ with cmake, and a gradle file for android",
    "services in folders",
    "javascript without types",
    "django with requirements",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_is_what_was_found(tmp_path, isolated, name):
    world = World(tmp_path / "shop")
    write(world.path, SHAPES[name].files)
    world("add", "-A")
    world("commit", "-qm", "one")
    found = detect_commands(str(world.path), {})
    commands = {kind: {k: one[k] for k in ("run", "cwd", "env") if k in one} for kind, one in found.items()}
    lint = commands.pop("lint", None)
    incident = Incident(world, tmp_path / "incident", commands=commands)
    incident.record.doc["detected"] = found
    incident.until("branch.create", "in-place")
    incident.write("fixed.txt", "x\n")
    incident.git("add", "-A")
    incident.probe("fix.change")
    for kind in ("setup", "test", "typecheck", "build"):
        if kind not in commands:
            with pytest.raises(Refused, match="is not needed") as refused:
                incident.plan(f"verify.{kind}")
            assert ("a linter is there" in str(refused.value)) == (kind == "typecheck" and lint is not None)
            continue
        command = incident.plan(f"verify.{kind}").commands[-1]
        wanted = commands[kind]
        assert command.argv == wanted["run"]
        assert command.cwd == os.path.normpath(os.path.join(incident.root, wanted.get("cwd", "")))
        assert wanted.get("env", {}).items() <= command.env.items()
        assert not {name for name in command.env if name.startswith(("DB_", "PYTHONPATH"))}
