"""Numbers from wherever they are kept: each way against a server that answers as that one does."""

import asyncio
import json
import stat
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from hotfix_tui.monitor import sources
from hotfix_tui.monitor.http import open_session
from hotfix_tui.monitor.metrics import read


def value(spec):
    async def one():
        async with open_session() as session:
            return await read(session, {"cwd": "/", "env": {}, "timeout": 10, **spec})

    return asyncio.run(one())


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    for name in ("DD_API_KEY", "DD_APP_KEY", "NEW_RELIC_API_KEY", "GRAFANA_TOKEN", "STATS_TOKEN"):
        monkeypatch.setenv(name, f"secret-{name}")


def test_a_json_pointer_says_which_number_and_headers_come_from_the_environment(server):
    server.pages["/stats"] = (200, json.dumps({"first": 1, "a/b": [{"errors": 7.5}, {"errors": "8"}]}))
    spec = {"json_url": server.url + "/stats", "pointer": "/a~1b/-1/errors"}
    assert value({**spec, "headers": {"Authorization": "Bearer $STATS_TOKEN"}}).value == 8.0
    assert server.seen[-1][2]["Authorization"] == "Bearer secret-STATS_TOKEN"
    assert value({"json_url": server.url + "/stats#/a~1b/0/errors"}).value == 7.5
    assert value({"json_url": server.url + "/stats"}).value == 1.0
    gone = value({"json_url": server.url + "/stats", "pointer": "/none"})
    assert gone.value is None and "another form" in gone.why


def test_a_command_prints_a_number_or_json():
    def prints(text):
        return [sys.executable, "-S", "-c", f"print({text!r})"]

    assert value({"argv": prints("rate: 4.25 %")}).value == 4.25
    assert (
        value({"argv": prints('{"warnings": 3, "errors": {"last": 9}}'), "pointer": "/errors/last"}).value
        == 9
    )
    assert value({"argv": prints('[{"value": 2}]')}).value == 2
    assert value({"argv": prints("{broken")}).value is None


def test_datadog(server):
    server.pages["/api/v1/query"] = (
        200,
        json.dumps({"status": "ok", "series": [{"pointlist": [[1, 3.0], [2, 0.5]]}]}),
    )
    spec = sources.made("datadog", {"query": "sum:errors{env:prod}", "site": server.url})
    assert value(spec).value == 0.5
    _, path, headers, _ = server.seen[-1]
    assert headers["Dd-Api-Key" if "Dd-Api-Key" in headers else "DD-API-KEY"] == "secret-DD_API_KEY"
    asked = parse_qs(urlsplit(path).query)
    assert asked["query"] == ["sum:errors{env:prod}"]
    assert int(asked["to"][0]) - int(asked["from"][0]) == 300
    server.pages["/api/v1/query"] = (200, json.dumps({"status": "ok", "series": []}))
    assert value(spec).value is None


NRQL = 'SELECT count(*) FROM TransactionError WHERE app = "a"'


def test_new_relic(server):
    answer = {"data": {"actor": {"account": {"nrql": {"results": [{"count": 12}]}}}}}
    server.pages["/graphql"] = (200, json.dumps(answer))
    spec = sources.made(
        "new-relic",
        {
            "account": "42",
            "query": NRQL,
            "api": server.url + "/graphql",
        },
    )
    assert value(spec).value == 12.0
    method, _, headers, body = server.seen[-1]
    assert method == "POST" and "secret-NEW_RELIC_API_KEY" in headers.values()
    assert json.loads(body)["variables"] == {
        "account": 42,
        "nrql": NRQL,
    }


def test_grafana_speaks_prometheus_through_its_proxy(server):
    answer = {"status": "success", "data": {"resultType": "vector", "result": [{"value": [1, "0.25"]}]}}
    server.pages["/api/datasources/proxy/uid/abc/api/v1/query"] = (200, json.dumps(answer))
    spec = sources.made("grafana", {"url": server.url + "/", "datasource": "abc", "query": "up"})
    assert value(spec).value == 0.25
    assert server.seen[-1][2]["Authorization"] == "Bearer secret-GRAFANA_TOKEN"


def test_cloudwatch_by_the_aws_program(tmp_path, monkeypatch):
    program = tmp_path / "aws"
    said = {"MetricDataResults": [{"Id": "q", "Values": [4.0, 9.0]}]}
    code = f"#!{sys.executable} -S\nimport json, sys\njson.dump(sys.argv[1:], open({str(tmp_path / 'asked')!r}, 'w'))\n"
    program.write_text(code + f"print({json.dumps(said)!r})\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    spec = sources.made("cloudwatch", {"expression": 'SELECT SUM(Errors) FROM "AWS/Lambda"'})
    assert value(spec).value == 4.0
    asked = json.loads((tmp_path / "asked").read_text())
    queries = json.loads(asked[asked.index("--metric-data-queries") + 1])
    assert queries == [{"Id": "q", "Expression": 'SELECT SUM(Errors) FROM "AWS/Lambda"', "Period": 60}]


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("datadog", {}, "settings.query is missing"),
        ("grafana", {"url": "https://g", "query": "up"}, "settings.datasource is missing"),
        ("datadog", {"query": "x", "quary": "y"}, "settings.quary is none of query, site, minutes"),
    ],
)
def test_settings_that_do_not_do_are_said(name, settings, said):
    with pytest.raises(sources.SourceError, match=said):
        sources.made(name, settings)


def test_a_key_that_is_not_set_is_said_and_nothing_is_sent(server, monkeypatch):
    monkeypatch.delenv("DD_API_KEY")
    found = value(sources.made("datadog", {"query": "x", "site": server.url}))
    assert found.value is None and "DD_API_KEY is not set" in found.why
    assert server.seen == []
