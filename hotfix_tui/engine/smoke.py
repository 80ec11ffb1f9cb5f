"""The requests that show the fault: stored from a pasted `curl`, shown in plain form, and tried before the fix."""

import asyncio
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from hotfix_tui.base import durable
from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import one_line
from hotfix_tui.config import load as config_load
from hotfix_tui.engine import commands, execute
from hotfix_tui.engine.execute import is_trusted
from hotfix_tui.incident.edits import notes
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules.gates import Refused, refuse
from hotfix_tui.monitor import curl
from hotfix_tui.monitor.checks import SAFE_METHODS, CheckResult, smoke
from hotfix_tui.monitor.http import open_session
from hotfix_tui.steps.monitor import spec

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

_SECRET_HEADERS = ("authorization", "cookie", "x-api-key", "api-key", "x-auth-token", "proxy-authorization")
_NOT_TOLD = ("user-agent", "accept-language", "referer", "priority", "cache-control", "pragma", "dnt")
"""Headers of the browser that copied the request, irrelevant to the fault."""
_OF_BROWSERS = ("sec-", "upgrade-")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Read(NamedTuple):
    """A pasted request as it would be stored: `table` is one of [[smoke]], `secrets` what is left to the
    environment.
    """

    table: dict[str, Any]
    secrets: dict[str, str]

    def lines(self) -> list[str]:
        """Return the request in plain form, one line each."""
        request = self.table
        out = [f"{request.get('method', 'GET')} {request['url']}"]
        out += [f"{name}: {value}" for name, value in request.get("headers", {}).items()]
        if request.get("body"):
            out.append(f"body: {one_line(request['body'], 400)}")
        expected = f"status {request.get('expect-status', 200)}"
        expected += f", the answer holds {request['expect-body']!r}" if request.get("expect-body") else ""
        return [*out, f"right is: {expected}"]


def read(text: str, *, name: str = "", status: int = 200, body: str = "") -> Read:
    """Return the request of a pasted `curl`, with the correct answer. Raises Refused."""
    try:
        pasted = curl.parse(text)
    except curl.CurlError as problem:
        raise refuse(str(problem), problem.cure, catalog.MONITOR_SMOKE) from None
    if pasted.method not in METHODS:
        raise refuse(f"{pasted.method} is no method that is known here.", f"Use one of {', '.join(METHODS)}.")
    headers, secrets = {}, {}
    for key, value in pasted.headers.items():
        low = key.lower()
        if low in _NOT_TOLD or low.startswith(_OF_BROWSERS):
            continue
        if "$" not in value and (low in _SECRET_HEADERS or redact(value, os.environ)[1]):
            variable = "SMOKE_" + re.sub(r"[^A-Z0-9]+", "_", key.upper()).strip("_")
            secrets[variable], value = value, f"${variable}"
        headers[key] = value
    for what, said in (("address", pasted.url), ("body", pasted.body)):
        if redact(said, os.environ)[1]:
            raise refuse(
                f"The {what} holds a secret, which would be kept.", "Take another request, or one without it."
            )
    table: dict[str, object] = {"name": name.strip() or _name(pasted), "url": pasted.url}
    if pasted.method != "GET":
        table["method"] = pasted.method
    if headers:
        table["headers"] = headers
    if pasted.body:
        table["body"] = pasted.body
    if status != 200:
        table["expect-status"] = status
    if body:
        table["expect-body"] = body
    return Read(table, secrets)


def _name(pasted: curl.Pasted) -> str:
    parts = urlsplit(pasted.url)
    return one_line(f"{pasted.method} {parts.path or '/'}", 80)


def add(engine: "Engine", request: Read) -> str:
    """Store the request in this incident and in the configuration file; return a remark about that, or empty.

    Values that are only in the environment are set for this process. Raises Refused.
    """
    before = engine.record.config
    table = {**before, "smoke": [*before.get("smoke", []), request.table]}
    try:
        config = config_load.from_table(table)
    except config_load.ConfigError as problem:
        raise refuse(one_line(str(problem), 400), "Give it another --name, or another answer.") from None
    if engine.dry_run:
        return "Dry run: nothing was kept."
    trusted = execute.is_trusted(engine)
    said = _kept(engine, request.table)
    source = Path(str(engine.record.doc.get("config_source", ""))) if before else None
    loaded = config_load.LoadedConfig(config, table, source, config_load.digest(table))
    commands.take_config(engine, loaded)
    if trusted:
        commands.trust_kept(engine)  # it was typed here, and shown: nothing else has changed
    os.environ.update(request.secrets)
    if request.secrets:
        names = ", ".join(request.secrets)
        said = (
            f"{said} {names} is kept in no file: export it where the wizard is to send the request.".strip()
        )
    return said


def _kept(engine: "Engine", table: Mapping[str, object]) -> str:
    """Write the request into the configuration's file; return why that failed, otherwise empty."""
    root = str(engine.record.doc.get("root", engine.root))
    try:
        now = config_load.load(root)
        path = now.source or Path(root, config_load.FILE)
        prefix = "" if path.name == config_load.FILE else "tool.hotfix-tui."
        text = path.read_text(encoding="utf-8-sig") if now.source else ""
        text = f"{text.rstrip()}\n\n{_toml(table, prefix)}".lstrip()
        held = tomllib.loads(text)
        config_load.from_table(held if not prefix else held["tool"]["hotfix-tui"])
        durable.replace(str(path), text.encode(), mode=0o644, backup=False)
    except (config_load.ConfigError, OSError, tomllib.TOMLDecodeError) as problem:
        return f"It is kept in this incident only: {one_line(str(problem), 200)}"
    return ""


def _toml(table: Mapping[str, object], prefix: str) -> str:
    out = [f"[[{prefix}smoke]]"]
    for key, value in table.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{_text(name)} = {_text(said)}" for name, said in value.items())
            out.append(f"{key} = {{ {inner} }}")
        else:
            out.append(f"{key} = {_text(value)}")
    return "\n".join(out) + "\n"


def _text(value: object) -> str:
    """Return a number or text as TOML: what JSON writes is valid TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


class Reproduction(NamedTuple):
    """How the fault is reproduced: the description, the requests as command lines, and the ticket's page."""

    lines: list[str]
    requests: list[str]
    page: str = ""


def reproduction(engine: "Engine") -> Reproduction:
    """Return how the fault is reproduced: by the requests that show it, as they are sent, or by the ticket's words."""
    record, lines, written = engine.record, [], []
    if seen := str(record.fact("impact.seen", "")):
        lines += [f"The fault: {one_line(seen, 300)}", ""]
    for request in spec.smoke(engine.context()):
        line = redact(
            curl.written(request["url"], request["method"], request["headers"], request["body"]), os.environ
        )[0]
        right = f"status {' or '.join(map(str, request['expect_status']))}"
        right += f", and the answer holds {request['expect_body']!r}" if request["expect_body"] else ""
        lines += [f"{request['name']}:", f"  $ {line}", f"  right is: {right}", ""]
        written.append(line)
    link = engine.config().tracker.link
    page = link.replace("{ticket}", record.ticket) if link and record.ticket else ""
    if not written:
        lines.append("No request is kept that shows it.")
        lines.append(
            f"The ticket {record.ticket} says how{f': {page}' if page else '.'}" if record.ticket else _ASK
        )
    return Reproduction(lines, written, page)


_ASK = "There is no ticket, either: ask who reported it for the steps, then keep the request that shows it."


class Tried(NamedTuple):
    """The result of trying the requests: a line for each, and whether one shows the fault."""

    lines: list[str]
    shows: bool


def attempt(engine: "Engine") -> Tried:
    """Send the requests that change nothing to production once; before the fix is deployed, that shows the fault.

    A request that does not get the right answer reproduces it: the step that asks for that is ticked with what was
    seen. Raises Refused.
    """
    asked = [request for request in spec.smoke(engine.context()) if request["method"] in SAFE_METHODS]
    if not asked:
        raise refuse(
            "There is no request that may be sent again and again.",
            "Keep one: `smoke add 'curl …' --expect-status 200`.",
            catalog.MONITOR_SMOKE,
        )
    if not is_trusted(engine):
        raise refuse(
            "The configured requests are not trusted yet.",
            "Read them: `hotfix-tui trust`.",
            catalog.MONITOR_SMOKE,
        )

    async def send() -> list[CheckResult]:
        async with open_session() as session:
            return [await smoke(session, request) for request in asked]

    results = asyncio.run(send())
    lines = [
        f"{result['name']}: "
        + ("the right answer" if result["ok"] else result["why"])
        + f" ({result['ms']:.0f} ms)"
        for result in results
    ]
    bad = [result for result in results if not result["ok"]]
    deployed = engine.record.entry(catalog.DEPLOY_PRODUCTION).get("state") == "done"
    if bad and not deployed and not engine.dry_run:
        _reproduced(engine, "; ".join(f"{result['name']}: {result['why']}" for result in bad[:3]))
    return Tried(lines, bool(bad))


def _reproduced(engine: "Engine", why: str) -> None:
    seen = f"seen in production: {why}"
    try:
        if engine.record.entry(catalog.VERIFY_REPRODUCED).get("state") != "done":
            commands.tick(engine, catalog.VERIFY_REPRODUCED, seen)
            return
    except Refused:
        pass  # it is not required here: then it becomes a note
    engine.change(lambda record, actor: notes.note(record, actor, f"The fault, {seen}"))
