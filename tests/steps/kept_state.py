"""The state of a stand-in's service in a file: one call at a time reads and writes it, as a service would."""

import fcntl
import json
from pathlib import Path
from typing import Any

HEAD = """\
#!{python} -IS
import fcntl, json, os, sys
alone = open({state!r} + ".lock", "w")
fcntl.flock(alone, fcntl.LOCK_EX)
with open({state!r}) as file:
    world = json.load(file)
def keep():
    with open({state!r} + ".new", "w") as file:
        json.dump(world, file)
    os.replace({state!r} + ".new", {state!r})
"""
"""How the program of a stand-in begins, to be formatted: `world` is its state, `keep` writes it."""


def change(path: Path, **values: Any) -> None:
    """Change the state from the test's side, between two calls."""
    with Path(f"{path}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(json.loads(path.read_text()) | values))
        new.replace(path)
