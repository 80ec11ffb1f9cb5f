"""The state of a stand-in's service in a file: one call at a time reads and writes it, as a service would."""

import fcntl
import json
from pathlib import Path
from typing import Any

HEAD = """\
#!{python} -I
import fcntl, json, os, pathlib, sys
state = pathlib.Path({state!r})
alone = open({state!r} + ".lock", "w")
fcntl.flock(alone, fcntl.LOCK_EX)
world = json.loads(state.read_text())
def keep():
    new = state.with_suffix(".new")
    new.write_text(json.dumps(world))
    new.replace(state)
"""
"""How the program of a stand-in begins, to be formatted: `world` is its state, `keep` writes it."""


def change(path: Path, **values: Any) -> None:
    """Change the state from the test's side, between two calls."""
    with Path(f"{path}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(json.loads(path.read_text()) | values))
        new.replace(path)
