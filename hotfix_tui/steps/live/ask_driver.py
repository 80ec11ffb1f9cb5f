"""Driver: ask once what is live, by a command or an address, in bounded time; a failure is an answer, too.

``… live.ask_driver --name NAME --timeout SECONDS (--url URL | -- ARGV…)`` prints what it got and
leaves it as ``look-NAME.json`` in the folder of the run: ``status`` (0 for success), ``output``, and ``why`` there is
none (of a command that ended badly what it wrote to stderr, ``ended`` true).
Standard library only.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

LARGEST = 65_536
"""Bytes of an answer that are looked at."""


class _Late(Exception):
    """The time is over."""


def main(argv: list[str]) -> int:
    """Look, print, and leave the result; always 0, so that the commands after it run."""
    options, command = _options(argv)
    result = _look(options, command)
    print(result["output"] if result["status"] == 0 else f"no answer: {result['why'].strip()}", flush=True)
    folder = os.environ.get("HOTFIX_TUI_RUN", "")
    if folder:
        Path(folder, f"look-{options.name}.json").write_text(json.dumps(result), encoding="ascii")
    return 0


def _options(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    split = argv.index("--") if "--" in argv else len(argv)
    parser = argparse.ArgumentParser(prog="base_look")
    parser.add_argument("--name", required=True)
    parser.add_argument("--timeout", type=float, default=20.0)
    parser.add_argument("--url", default="")
    return parser.parse_args(argv[:split]), argv[split + 1 :]


def _look(options: argparse.Namespace, command: list[str]) -> dict[str, Any]:
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, options.timeout)
    try:
        return _get(options.url) if options.url else _call(command)
    except _Late:
        return {"status": 1, "output": "", "why": f"nothing within {options.timeout:g} s"}
    except (OSError, ValueError) as error:
        return {"status": 1, "output": "", "why": str(error)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _late(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Late


def _get(url: str) -> dict[str, Any]:
    """Ask an address; it is followed where it redirects to http or https."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("only http and https addresses are asked")
    request = urllib.request.Request(url, headers={"Accept": "application/json, text/plain;q=0.9, */*;q=0.1"})
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read(LARGEST).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return {"status": 1, "output": "", "why": f"status {error.code}"}
    return {"status": 0, "output": text, "why": ""}


def _call(command: list[str]) -> dict[str, Any]:
    """Run a command; what it writes to stderr goes to the log, and says why where it fails."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        try:
            output = process.communicate()[0]
        except BaseException:
            process.kill()
            process.wait()
            raise
        errors.seek(0)
        said = errors.read(LARGEST).decode("utf-8", "replace")
    print(said, end="", file=sys.stderr, flush=True)
    status = process.returncode
    return {
        "status": status,
        "output": output[:LARGEST].decode("utf-8", "replace"),
        "why": said,
        "ended": True,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
