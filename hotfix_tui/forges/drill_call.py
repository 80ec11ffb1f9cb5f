"""The command line of a drill's forge: `pr list`, `view`, `create`, `edit`, `close`, `merge`, on 127.0.0.1 only.

``python -m hotfix_tui.forges.drill_call WEB -- pr …`` prints JSON, or the address of what it opened; on failure it
exits with 1 and one sentence on stderr.
"""

import argparse
import http.client
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hotfix_tui.base.errors import HotfixError

SIGN = "X-Drill-Forge"
"""The header that identifies the forge."""

_WEB = re.compile(r"http://127\.0\.0\.1:(\d{4,5})/drill/[a-z][a-z0-9-]*")
_SECONDS = 10
_LARGEST = 4_000_000


class CallError(HotfixError):
    """The forge did not answer, or refused; the text is one sentence."""


def main(argv: Sequence[str]) -> int:
    """Run one command line; return its exit status."""
    try:
        options = _parser().parse_args([argument for argument in argv if argument != "--"])
        port = _WEB.fullmatch(options.web)
        if port is None:
            raise CallError(f"{options.web} is no address of a drill's forge")
        print(_done(int(port[1]), options))
    except (CallError, OSError) as error:
        print(f"{type(error).__name__}: {error}" if isinstance(error, OSError) else error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="drill_call")
    parser.add_argument("web")
    parser.add_argument("pr", choices=("pr",))
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("list", "view", "create", "edit", "close", "merge"):
        sub = commands.add_parser(name)
        if name in ("view", "edit", "close", "merge"):
            sub.add_argument("number", type=int)
        if name in ("list", "create"):
            sub.add_argument("--head", required=True)
            sub.add_argument("--base", required=True)
        if name in ("create", "edit"):
            sub.add_argument("--title", required=True)
            sub.add_argument("--body-file", required=True)
    merge = commands.choices["merge"]
    merge.add_argument("--match-head-commit", required=True)
    merge.add_argument("--admin", action="store_true")
    for method in ("merge", "squash", "rebase"):
        merge.add_argument(f"--{method}", dest="method", action="store_const", const=method)
    return parser


def _done(port: int, options: argparse.Namespace) -> str:
    """Do what the options ask for, and return what to print. Raises CallError, OSError."""
    if options.command == "list":
        pulls = _call(port, "/api/pulls")
        return json.dumps(
            [pull for pull in pulls if (pull["head_branch"], pull["base"]) == (options.head, options.base)]
        )
    if options.command == "view":
        return json.dumps(_call(port, f"/api/pulls/{options.number}"))
    if options.command == "merge":
        said = {"method": options.method, "head": options.match_head_commit, "bypass": options.admin}
        merged = _call(port, f"/api/pulls/{options.number}/merge", said)
        return f"Merged {merged['url']} as {merged['merged_commit']}"
    if options.command == "close":
        return f"Closed {_call(port, f'/api/pulls/{options.number}/close', {})['url']}"
    text = {"title": options.title, "body": Path(options.body_file).read_text(encoding="utf-8")}
    if options.command == "edit":
        return str(_call(port, f"/api/pulls/{options.number}/edit", text)["url"])
    made = _call(port, "/api/pulls", {**text, "base": options.base, "head": options.head, "author": "you"})
    return str(made["url"])


def _call(port: int, path: str, said: object = None) -> Any:
    """Query the forge, or send it `said`. No proxy is used: it is on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        if said is None:
            connection.request("GET", path)
        else:
            body = json.dumps(said).encode()
            connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read(_LARGEST)
        if answer.headers.get(SIGN) != "1":
            raise CallError("something else than the drill's forge answers there")
        known = json.loads(text)
    except ConnectionRefusedError:
        raise CallError("connection refused: the drill's forge does not run; bin/tokenctl start") from None
    except (http.client.HTTPException, ValueError) as error:
        raise CallError(f"the drill's forge gave no whole answer ({type(error).__name__})") from None
    finally:
        connection.close()
    if answer.status >= 400:
        raise CallError(str(known.get("error", answer.status)))
    return known


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
