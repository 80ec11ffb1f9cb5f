"""Driver: watch what a push triggered at the forge to its end.

``… deploy.push_driver --every SECONDS --remote URL --kind KIND --commit ID --environment NAME [--branch NAME]
[--workflow FILE …]`` polls, prints every change, and writes ``push.json`` to the folder of the run. It changes
nothing.

Apart from the step: it is a program of its own, which a run starts and which outlives the wizard.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import cast

from hotfix_tui.base.text import one_line
from hotfix_tui.forges.address import Kind, parse_remote
from hotfix_tui.forges.calls import ForgeError
from hotfix_tui.forges.pushed import Pushed, of_commit

RESULT = "push.json"

TRIES = 12
"""How often in a row the forge may not answer, or know nothing about the commit, before giving up."""


def main(argv: list[str]) -> int:
    """Watch; return 1 if it failed, else 0: its meaning is in ``push.json``."""
    parser = argparse.ArgumentParser(prog="push_driver")
    for name in ("--remote", "--kind", "--commit", "--environment"):
        parser.add_argument(name, required=True)
    parser.add_argument("--branch", default="")
    parser.add_argument("--every", type=float, required=True)
    parser.add_argument("--workflow", action="append", default=[])
    options = parser.parse_args(argv)
    repo = parse_remote(options.remote, cast(Kind, options.kind))
    said, quiet, seen = "", 0, Pushed("none", "")
    while True:
        try:
            seen = of_commit(repo, options.commit, options.environment, options.workflow, options.branch)
            problem = "" if seen.state != "none" else seen.why
        except ForgeError as error:
            problem = str(error)
        now = problem or f"{seen.why}{f' ({seen.url})' if seen.url else ''}"
        if now != said:
            print(one_line(now, 400), flush=True)
        said, quiet = now, quiet + 1 if problem else 0
        _leave(seen if not problem else Pushed("none", problem))
        if not problem and seen.state != "waiting":
            return 1 if seen.state == "failed" else 0
        if quiet >= TRIES:
            return 0
        time.sleep(options.every)


def _leave(seen: Pushed) -> None:
    """Write what is known now: a run that is ended in between has a result too."""
    folder = os.environ.get("HOTFIX_TUI_RUN", "")
    if folder:
        new = Path(folder, f".{RESULT}")
        new.write_text(json.dumps(seen._asdict()), encoding="ascii")
        new.replace(Path(folder, RESULT))


def read(directory: str) -> Pushed:
    """Return what the driver wrote to the folder of its run; ``none`` if that cannot be read."""
    try:
        kept = json.loads(Path(directory, RESULT).read_text("ascii"))
        return Pushed(kept["state"], str(kept["why"]), str(kept["url"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Pushed("none", "what the forge said is not known")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
