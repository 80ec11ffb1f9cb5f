"""The input of a driver in this room, and where it writes its results: its run's folder."""

import json
import os
import sys
from collections.abc import Mapping
from typing import cast

from hotfix_tui.base import folders
from hotfix_tui.monitor.tables import WatchSpec

VARIABLE = "HOTFIX_TUI_MONITOR"
"""The environment variable with the specification, as JSON."""

BASELINE = "baseline.json"
"""The file of a deployment's run with what probes and metrics said just before it."""

_RUN = "HOTFIX_TUI_RUN"


def specification() -> WatchSpec:
    """Return the specification. Exits with status 2 and a sentence if it was started by hand, without one."""
    text, folder = os.environ.pop(VARIABLE, ""), os.environ.get(_RUN, "")
    try:
        specification_read = json.loads(text)
    except ValueError:
        specification_read = None
    if not isinstance(specification_read, dict) or not os.path.isdir(folder):
        print("This is started by the wizard: do monitor.smoke, or do monitor.watch.", file=sys.stderr)
        raise SystemExit(2)
    return cast(WatchSpec, specification_read)  # written by `steps.monitor.spec`, of this very version


def path(name: str) -> str:
    """Return the path of a file in the run's folder."""
    return os.path.join(os.environ[_RUN], name)


def put(name: str, value: Mapping[str, object]) -> None:
    """Write a JSON file whole, or not at all. Raises OSError."""
    folders.put(path(name), json.dumps(value).encode("utf-8", "backslashreplace"))
