"""What a driver of this room is told, and where it puts what it found: its run's folder."""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from hotfix_tui.base import folders

VARIABLE = "HOTFIX_TUI_MONITOR"
"""The environment variable with the specification, as JSON."""

_RUN = "HOTFIX_TUI_RUN"


def specification() -> dict[str, Any]:
    """What to do. Exits with status 2 and a sentence when it was started by hand, without one."""
    text, folder = os.environ.pop(VARIABLE, ""), os.environ.get(_RUN, "")
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not os.path.isdir(folder):
        print("This is started by the wizard: do monitor.smoke, or do monitor.watch.", file=sys.stderr)
        raise SystemExit(2)
    return found


def path(name: str) -> str:
    """The path of a file in the run's folder."""
    return os.path.join(os.environ[_RUN], name)


def put(name: str, value: Mapping[str, object]) -> None:
    """Write a JSON file whole, or not at all. Raises OSError."""
    folders.put(path(name), json.dumps(value).encode("utf-8", "backslashreplace"))
