"""The input of the watch, the baseline and the smoke test: plain tables made from the configuration.

They are passed in one environment variable, so that nothing has to be written before a run; secrets stay variable
names, to be filled in by the process that sends the request.
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
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.monitor import sources, tables
from hotfix_tui.monitor.tables import Check, Targets
from hotfix_tui.steps.contract import Command, Context

VARIABLE = "HOTFIX_TUI_MONITOR"
_LARGEST = 100_000


def monitor_command(ctx: Context, module: str, spec: Mapping[str, object], title: str) -> Command:
    """Return the call of a module of the monitor room with `spec`. Raises Refused if that is too large."""
    text = json.dumps(spec)
    if len(text) > _LARGEST:
        raise refuse(
            "The configured requests are too large together (100 kB).",
            "Shorten their bodies in [[smoke]].",
            catalog.MONITOR_SMOKE,
        )
    # `-P` keeps the working directory off `sys.path`: no module there can shadow one of ours.
    argv = [sys.executable, "-P", "-m", f"hotfix_tui.monitor.{module}"]
    return Command(argv=argv, cwd=ctx.root, env={VARIABLE: text}, title=title)


def read_result(directory: str) -> dict[str, Any]:
    """Return what a driver of the monitor room wrote to its run's folder; empty if there is nothing readable."""
    return plain_file.read_table(os.path.join(directory, "result.json"), 1_000_000)


def smoke(ctx: Context) -> list[Check]:
    """Return the requests of [[smoke]]."""
    return [_smoke(request) for request in ctx.config.smoke]


def smoke_at(ctx: Context, address: str) -> list[Check]:
    """Return the requests to production, redirected to another address of the same service; others are left out."""
    at, home = urlsplit(address), urlsplit(ctx.config.deploy.production_url).hostname
    requests: list[Check] = []
    for request in smoke(ctx):
        url = urlsplit(request["url"])
        if home in (None, url.hostname):
            requests.append({**request, "url": url._replace(scheme=at.scheme, netloc=at.netloc).geturl()})
    return requests


def targets(ctx: Context) -> Targets:
    """Return what is watched: smoke requests, probes and metrics."""
    return {
        "smoke": smoke(ctx),
        "probes": [_probe(target) for target in ctx.config.probe],
        "metrics": [_metric(ctx, metric) for metric in ctx.config.metric],
    }


def described(request: Smoke) -> str:
    """Return a request on one line, as shown before it is sent."""
    return f"{request.method} {request.url} (expects {_statuses(request.expect_status)})"


def _statuses(expected: int | list[int]) -> str:
    return " or ".join(map(str, expected if isinstance(expected, list) else [expected]))


def _smoke(request: Smoke) -> Check:
    headers, body = dict(request.headers), request.body
    if request.json is not None:
        body = json.dumps(request.json)
        headers.setdefault("Content-Type", "application/json")
    return {
        "name": request.name,
        "url": request.url,
        "method": request.method,
        "headers": headers,
        "body": body,
        "expect_status": request.expect_status
        if isinstance(request.expect_status, list)
        else [request.expect_status],
        "expect_body": request.expect_body,
        "timeout": request.timeout,
    }


def _probe(target: ProbeTarget) -> Check:
    return {
        "name": target.name,
        "url": target.url,
        "interval": target.interval,
        "expect_status": target.expect_status
        if isinstance(target.expect_status, list)
        else [target.expect_status],
        "max_ms": target.max_latency * 1000 if target.max_latency else None,
    }


def _metric(ctx: Context, metric: Metric) -> tables.MetricTable:
    out: tables.MetricTable = {"name": metric.name, "direction": metric.direction, "pointer": metric.pointer}
    if metric.command is not None:
        values = {
            "id": ctx.record.id,
            "ticket": ctx.record.ticket or ctx.record.id,
            "environment": "production",
        }
        shell = isinstance(metric.command.run, str)
        try:
            argv = metric.command.argv() if shell else expand(metric.command.argv(), values)
        except PlaceholderError as problem:
            raise refuse(
                f"The metric {metric.name!r} cannot be read: {problem}", "Change it in the configuration."
            ) from None
        out |= {
            "argv": argv,
            "cwd": os.path.join(ctx.root, metric.command.cwd),
            "env": {**(environment(values) if shell else {}), **metric.command.env},
            "timeout": metric.command.timeout or 20.0,
        }
    elif metric.prometheus is not None:
        out["prometheus"] = {
            "url": metric.prometheus.url,
            "query": metric.prometheus.query,
            "token": metric.prometheus.token,
        }
    elif metric.sentry is not None:
        out["sentry"] = {
            "organization": metric.sentry.organization,
            "project": metric.sentry.project,
            "query": metric.sentry.query,
            "environment": metric.sentry.environment,
            "url": metric.sentry.url,
            "token": metric.sentry.token,
        }
    elif metric.source:
        out |= {"cwd": ctx.root, "env": {}, "timeout": 20.0}
        source = _source(metric)
        if "prometheus" in source:
            out["prometheus"] = source["prometheus"]
        else:
            out["asks"] = source["asks"]
    else:
        out |= {"json_url": metric.json_url, "headers": dict(metric.headers)}
    return out


def _source(metric: Metric) -> tables.Source:
    """Return what a source makes of a metric's settings. Raises Refused if they are invalid."""
    try:
        return sources.made(metric.source, dict(metric.settings))
    except sources.SourceError as problem:
        raise refuse(
            f"The metric {metric.name!r} cannot be read from {metric.source}: {problem}.",
            "Change it in the configuration.",
        ) from None
