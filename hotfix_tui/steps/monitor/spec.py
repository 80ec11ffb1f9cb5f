"""What the watch, the baseline and the smoke test are told: plain tables made from the configuration.

They travel in one variable of the environment, so that nothing has to be written before a run; secrets stay the
names of variables, to be filled in by the process that sends the request.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from hotfix_tui.base import plain_file
from hotfix_tui.config.model import Metric, ProbeTarget, Smoke
from hotfix_tui.config.placeholders import PlaceholderError, environment, expand
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.monitor import sources
from hotfix_tui.steps.contract import Command, Context

VARIABLE = "HOTFIX_TUI_MONITOR"
_LARGEST = 100_000


def monitor_command(ctx: Context, module: str, spec: Mapping[str, object], title: str) -> Command:
    """The call of a module of the monitor room with `spec`. Raises Refused where that is too large."""
    text = json.dumps(spec)
    if len(text) > _LARGEST:
        raise refuse(
            "The configured requests are too large together (100 kB).",
            "Shorten their bodies in [[smoke]].",
            "monitor.smoke",
        )
    # -P: no module of the folder where it runs may stand in for one of ours.
    argv = [sys.executable, "-P", "-m", f"hotfix_tui.monitor.{module}"]
    return Command(argv=argv, cwd=ctx.root, env={VARIABLE: text}, title=title)


def read_result(directory: str) -> dict[str, Any]:
    """What a driver of the monitor room left in its run's folder; empty when it left nothing that can be read."""
    return plain_file.read_table(os.path.join(directory, "result.json"), 1_000_000)


def smoke(ctx: Context) -> list[dict[str, Any]]:
    """The requests of [[smoke]]."""
    return [_smoke(one) for one in ctx.config.smoke]


def smoke_at(ctx: Context, address: str) -> list[dict[str, Any]]:
    """The requests that go to production, sent to another address of the same service; its others are left out."""
    at, home = urlsplit(address), urlsplit(ctx.config.deploy.production_url).hostname
    found = []
    for one in smoke(ctx):
        url = urlsplit(one["url"])
        if home in (None, url.hostname):
            found.append({**one, "url": url._replace(scheme=at.scheme, netloc=at.netloc).geturl()})
    return found


def targets(ctx: Context) -> dict[str, Any]:
    """What is watched: smoke requests, probes and metrics."""
    return {
        "smoke": smoke(ctx),
        "probes": [_probe(one) for one in ctx.config.probe],
        "metrics": [_metric(ctx, one) for one in ctx.config.metric],
    }


def described(one: Smoke) -> str:
    """A request on one line, as it is shown before it is sent."""
    return f"{one.method} {one.url} (expects {_statuses(one.expect_status)})"


def _statuses(expected: int | list[int]) -> str:
    return " or ".join(map(str, expected if isinstance(expected, list) else [expected]))


def _smoke(one: Smoke) -> dict[str, object]:
    headers, body = dict(one.headers), one.body
    if one.json is not None:
        body = json.dumps(one.json)
        headers.setdefault("Content-Type", "application/json")
    return {
        "name": one.name,
        "url": one.url,
        "method": one.method,
        "headers": headers,
        "body": body,
        "expect_status": one.expect_status if isinstance(one.expect_status, list) else [one.expect_status],
        "expect_body": one.expect_body,
        "timeout": one.timeout,
    }


def _probe(one: ProbeTarget) -> dict[str, object]:
    return {
        "name": one.name,
        "url": one.url,
        "interval": one.interval,
        "expect_status": one.expect_status if isinstance(one.expect_status, list) else [one.expect_status],
        "max_ms": one.max_latency * 1000 if one.max_latency else None,
    }


def _metric(ctx: Context, one: Metric) -> dict[str, object]:
    out: dict[str, object] = {"name": one.name, "direction": one.direction, "pointer": one.pointer}
    if one.command is not None:
        values = {
            "id": ctx.record.id,
            "ticket": ctx.record.ticket or ctx.record.id,
            "environment": "production",
        }
        shell = isinstance(one.command.run, str)
        try:
            argv = one.command.argv() if shell else expand(one.command.argv(), values)
        except PlaceholderError as problem:
            raise refuse(
                f"The metric {one.name!r} cannot be read: {problem}", "Change it in the configuration."
            ) from None
        out |= {
            "argv": argv,
            "cwd": os.path.join(ctx.root, one.command.cwd),
            "env": {**(environment(values) if shell else {}), **one.command.env},
            "timeout": one.command.timeout or 20.0,
        }
    elif one.prometheus is not None:
        out["prometheus"] = {
            "url": one.prometheus.url,
            "query": one.prometheus.query,
            "token": one.prometheus.token,
        }
    elif one.sentry is not None:
        out["sentry"] = {
            name: getattr(one.sentry, name)
            for name in ("organization", "project", "query", "environment", "url", "token")
        }
    elif one.source:
        out |= {"cwd": ctx.root, "env": {}, "timeout": 20.0, **_source(one)}
    else:
        out |= {"json_url": one.json_url, "headers": dict(one.headers)}
    return out


def _source(one: Metric) -> dict[str, object]:
    """What a source makes of the settings of a metric. Raises Refused where they do not do."""
    try:
        return sources.made(one.source, dict(one.settings))
    except sources.SourceError as problem:
        raise refuse(
            f"The metric {one.name!r} cannot be read from {one.source}: {problem}.",
            "Change it in the configuration.",
        ) from None
