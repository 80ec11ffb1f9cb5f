"""Driver: query once what is live, by a command or an address, in bounded time; a failure is an answer too.

``… live.ask_driver --name NAME --timeout SECONDS (--url URL | -- ARGV…)`` prints what it got and writes it as
``look-NAME.json`` to the folder of the run: ``status`` (0 for success), ``output``, and ``why`` there is none (for a
failed command its stderr, with ``ended`` true). Standard library only.
"""

import argparse
import json
import os
import sys
from typing import Any

from hotfix_tui.base import bounded, fetch, folders
from hotfix_tui.base.redact import redact_changes
from hotfix_tui.base.text import one_line

LARGEST = 65_536
"""Bytes of an answer that are read."""


def main(argv: list[str]) -> int:
    """Query, print, and write the result; return always 0, so that the commands after it run."""
    options, command = _options(argv)
    try:
        result = _get(options.url, options.timeout) if options.url else _call(command, options.timeout)
    except (OSError, ValueError) as error:
        result = _failed(str(error))
    print(result["output"] if result["status"] == 0 else f"no answer: {result['why'].strip()}", flush=True)
    folder = os.environ.get("HOTFIX_TUI_RUN", "")
    if folder:
        result = redact_changes(result, None, os.environ)
        folders.put(os.path.join(folder, f"look-{options.name}.json"), json.dumps(result).encode("ascii"))
    return 0


def _options(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    split = argv.index("--") if "--" in argv else len(argv)
    parser = argparse.ArgumentParser(prog="base_look")
    parser.add_argument("--name", required=True)
    parser.add_argument("--timeout", type=float, default=20.0)
    parser.add_argument("--url", default="")
    return parser.parse_args(argv[:split]), argv[split + 1 :]


def _failed(why: str, status: int = 1, **more: object) -> dict[str, object]:
    return {"status": status, "output": "", "why": why, **more}


def _get(url: str, timeout: float) -> dict[str, Any]:
    answer = fetch.get(url, timeout=timeout, limit=LARGEST)
    if answer.problem:
        return _failed(answer.problem)
    return {"status": 0, "output": answer.body.decode("utf-8", "replace"), "why": ""}


def _call(command: list[str], timeout: float) -> dict[str, Any]:
    """Run a command; its stderr goes to the log, and is the reason if it fails."""
    said = bounded.call(command, timeout=timeout, limit=LARGEST)
    why = said.err.decode("utf-8", "replace")
    print(why, end="", file=sys.stderr, flush=True)
    if said.late:
        return _failed(f"nothing within {timeout:g} s")
    if said.status is None:
        name = one_line(os.path.basename(command[0]), 60)
        return _failed(f"{name} did not stop printing and was stopped")
    return {"status": said.status, "output": said.out.decode("utf-8", "replace"), "why": why, "ended": True}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
