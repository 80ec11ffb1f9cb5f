"""Requests, checks and metrics against a server on this machine."""

import asyncio
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from hotfix_tui.monitor import checks, metrics
from hotfix_tui.monitor.http import BODY_LIMIT, HttpAnswer, MissingSecret, Request, filled, open_session, send
from tests.monitor.server import as_json, probe, smoke


def send_now(request: Request) -> HttpAnswer:
    """Send one request from code that does not run in an event loop, and wait for its end."""

    async def one() -> HttpAnswer:
        async with open_session() as session:
            return await send(session, request)

    return asyncio.run(one())


def asked(function, spec):
    async def one():
        async with open_session() as session:
            return await function(session, spec)

    return asyncio.run(one())


def test_answer_has_status_body_and_time(server):
    server.pages["/a"] = (418, "short")
    found = send_now(Request(server.url + "/a"))
    assert (found.status, found.body, found.problem) == (418, b"short", "")
    assert found.ms > 0


def test_long_answer_is_cut(server):
    server.pages["/a"] = (200, b"x" * (BODY_LIMIT + 200_000))
    assert len(send_now(Request(server.url + "/a")).body) == BODY_LIMIT


def test_dripping_answer_ends_with_the_timeout(server):
    server.pages["/a"] = lambda handler: handler.drip()
    found = send_now(Request(server.url + "/a", timeout=0.3))
    assert found.status == 0
    assert "0.3 s" in found.problem


def test_redirects_are_answers(server):
    server.pages["/a"] = (302, "elsewhere")
    assert send_now(Request(server.url + "/a")).status == 302


def test_nobody_there_is_said_without_the_address():
    found = send_now(Request("http://127.0.0.1:9/?token=hush"))
    assert found.status == 0
    assert "no connection" in found.problem
    assert "hush" not in found.problem


def test_secrets_come_from_the_environment_only(server, monkeypatch):
    server.pages["/a"] = (200, "")
    monkeypatch.setenv("API_TOKEN", "hush")
    send_now(
        Request(server.url + "/a", headers={"Authorization": "Bearer $API_TOKEN", "X": "${API_TOKEN}!$"})
    )
    headers = server.seen[-1][2]
    assert (headers["Authorization"], headers["X"]) == ("Bearer hush", "hush!$")
    monkeypatch.delenv("API_TOKEN")
    found = send_now(Request(server.url + "/a", headers={"Authorization": "Bearer $API_TOKEN"}))
    assert found.problem == "the environment variable API_TOKEN is not set"
    assert len(server.seen) == 1
    with pytest.raises(MissingSecret):
        filled("$NOT_SET_ANYWHERE", {})


def test_smoke_judges_status_and_body(server):
    server.pages["/account"] = (401, "expired")
    url = server.url + "/account"
    assert asked(checks.smoke, smoke(url, status=401, body="expired"))["ok"]
    assert asked(checks.smoke, smoke(url, status=200))["why"] == "status 401, expected 200"
    assert "does not hold 'valid'" in asked(checks.smoke, smoke(url, status=401, body="valid"))["why"]
    found = asked(checks.smoke, smoke(url, method="POST", body="expired", status=401) | {"body": '{"a": 1}'})
    assert found["ok"]
    assert server.seen[-1][0] == "POST"
    assert server.seen[-1][3] == b'{"a": 1}'


def test_slow_probe_fails_by_its_time(server):
    server.pages["/a"] = (200, "")
    assert asked(checks.probe, probe(server.url + "/a"))["ok"]
    found = asked(checks.probe, probe(server.url + "/a", max_ms=0.001))
    assert not found["ok"]
    assert "more than 0" in found["why"]


def query_of(server):
    return parse_qs(urlsplit(server.seen[-1][1]).query)


def prometheus(result):
    return as_json({"status": "success", "data": {"resultType": "vector", "result": result}})


@pytest.mark.parametrize(
    ("body", "value", "why"),
    [
        (prometheus([{"metric": {}, "value": [1, "0.25"]}]), 0.25, ""),
        (prometheus([]), None, "no value"),
        (prometheus([{"metric": {}, "value": [1, "NaN"]}]), None, "no value"),
        ('{"status": "error"}', None, "another form"),
        ("oops", None, "another form"),
        ("[" * 100_000, None, "another form"),
        ('{"data": {"resultType": "scalar", "result": [1, 1' + "0" * 400 + "]}}", None, "another form"),
        (prometheus([{"metric": {}, "value": [1, "1e400"]}]), None, "no value"),
        (prometheus([{"metric": {}, "value": [1, "-1.7e308"]}]), None, "too large"),
        (prometheus([{"metric": {}, "value": [1, 5e-324]}]), 0.0, ""),
    ],
    ids=["value", "empty", "nan", "error", "text", "deep", "digits", "beyond", "huge", "tiny"],
)
def test_prometheus(server, body, value, why):
    server.pages["/api/v1/query"] = (200, body)
    spec = {"prometheus": {"url": server.url + "/", "query": "a/b{c='d'} + 1&x=2", "token": ""}}
    found = asked(metrics.read, spec)
    assert found.value == value
    assert why in found.why
    assert query_of(server) == {"query": ["a/b{c='d'} + 1&x=2"]}


def test_sentry_counts_events_a_minute(server, monkeypatch):
    monkeypatch.setenv("SENTRY_AUTH_TOKEN", "hush")
    server.pages["/api/0/organizations/acme/events-stats/"] = (
        200,
        as_json({"data": [[1, [{"count": 4}]], [2, [{"count": 2}]]]}),
    )
    sentry = {
        "organization": "acme",
        "project": "shop",
        "query": "is:unresolved",
        "environment": "production",
        "url": server.url,
        "token": "$SENTRY_AUTH_TOKEN",
    }
    assert asked(metrics.read, {"sentry": sentry}).value == 3.0
    assert server.seen[-1][2]["Authorization"] == "Bearer hush"
    assert query_of(server)["query"] == ["project:shop is:unresolved"]
    monkeypatch.delenv("SENTRY_AUTH_TOKEN")
    assert "not set" in asked(metrics.read, {"sentry": sentry}).why


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("3.5", 3.5),
        ('{"at": 1, "value": "2"}', 2.0),
        ('{"a": {"b": [7]}}', 7.0),
        ("{}", None),
        ("[1" + "0" * 400 + "]", None),
    ],
)
def test_json_page(server, body, value):
    server.pages["/m"] = (200, body)
    assert asked(metrics.read, {"json_url": server.url + "/m"}).value == value


def command(code, timeout=60.0):
    return {"argv": [sys.executable, "-c", code], "cwd": "/", "env": {"RATE": "0.5"}, "timeout": timeout}


def test_command_prints_the_number():
    assert asked(metrics.read, command("import os; print('v2 rate:', os.environ['RATE'], '%')")).value == 0.5
    assert "no number" in asked(metrics.read, command("print('none')")).why
    assert "exit status 4" in asked(metrics.read, command("raise SystemExit(4)")).why
    assert "0.2 s" in asked(metrics.read, command("import time; time.sleep(60)", 0.2)).why
    assert "not be started" in asked(metrics.read, command("") | {"argv": ["/nonexistent"]}).why
