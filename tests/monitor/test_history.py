"""What a number was since the fault was detected, read from servers that answer as those services do."""

import asyncio
import json
import stat
import sys
import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from hotfix_tui.monitor import sources
from hotfix_tui.monitor.history import history
from hotfix_tui.monitor.http import open_session

MINUTES = 30


def past(metric, minutes=MINUTES):
    """The samples of the last minutes; the fault was detected after the first third of them."""
    now = time.time()
    spec = {"metrics": [{"name": "errors", "cwd": "/", "env": {}, "timeout": 10, **metric}]}
    times = {"since": now - minutes * 60, "detected": now - minutes * 40, "first_deployed": now}

    async def read():
        async with open_session() as session:
            return await history(session, {**spec, **times})

    return asyncio.run(read())


def check(found):
    assert found and all(one["past"] and one["t"] < 0 and one["name"] == "errors" for one in found)
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)
    assert {one["before"] for one in found} == {True, False}, "before the fault, and with it"


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    for name in ("DD_API_KEY", "DD_APP_KEY", "NEW_RELIC_API_KEY", "SENTRY_AUTH_TOKEN"):
        monkeypatch.setenv(name, f"secret-{name}")


def asked(handler):
    return {name: value[0] for name, value in parse_qs(urlsplit(handler.path).query).items()}


def test_datadog_is_asked_for_earlier_moments_each_with_the_span_of_a_reading(server):
    spans = []

    def answer(handler):
        words = asked(handler)
        begin, end = int(words["from"]), int(words["to"])
        spans.append(end - begin)
        points = [[begin * 1000.0, 1.0], [end * 1000.0, end % 1000]]
        return 200, json.dumps({"status": "ok", "series": [{"pointlist": points, "interval": 5}]})

    server.pages["/api/v1/query"] = answer
    found = past(sources.made("datadog", {"query": "sum:errors{*}", "site": server.url}))
    check(found)
    assert set(spans) == {300} and len(found) <= 24
    assert all(one["value"] == int(one["at"]) % 1000 for one in found), "each is the value of its moment"


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("SELECT count(*) FROM E", 3600),
        ("SELECT count(*) FROM E SINCE 5 minutes ago", 300),
        ("FROM E SELECT sum(x) since 2 HOURS AGO", 7200),
    ],
)
def test_new_relic_is_asked_with_the_times_of_the_moment(server, query, seconds):
    def answer(handler):
        nrql = json.loads(server.seen[-1][3])["variables"]["nrql"]
        head, _, times = nrql.rpartition(" SINCE ")
        assert "ago" not in nrql.lower() and head == query.partition(" SINCE ")[0].partition(" since ")[0]
        begin, end = (datetime.fromisoformat(one.strip(" '")) for one in times.split("UNTIL"))
        assert (end - begin).total_seconds() == seconds
        result = {"results": [{"count": end.minute}]}
        return 200, json.dumps({"data": {"actor": {"account": {"nrql": result}}}})

    server.pages["/graphql"] = answer
    found = past(sources.made("new-relic", {"account": "4", "query": query, "api": f"{server.url}/graphql"}))
    check(found)


@pytest.mark.parametrize(
    "times", ["SINCE yesterday", "SINCE 1 hour ago UNTIL 10 minutes ago", "TIMESERIES 1 minute"]
)
def test_a_query_with_times_that_cannot_be_moved_is_not_asked(server, times):
    settings = {"account": "4", "query": f"SELECT count(*) FROM E {times}", "api": f"{server.url}/graphql"}
    assert past(sources.made("new-relic", settings)) == [] and server.seen == []


def test_cloudwatch_is_asked_once_for_all_of_it(tmp_path, monkeypatch):
    program = tmp_path / "aws"
    program.write_text(
        f"#!{sys.executable} -S\n"
        "import json, sys\nfrom datetime import datetime, timedelta\n"
        "word = lambda name: sys.argv[sys.argv.index(name) + 1]\n"
        "read = lambda name: datetime.fromisoformat(word(name).replace('Z', '+00:00'))\n"
        "begin, end = read('--start-time'), read('--end-time')\n"
        "period = json.loads(word('--metric-data-queries'))[0]['Period']\n"
        "times = []\n"
        "while begin < end:\n    times.insert(0, begin.isoformat())\n    begin += timedelta(seconds=period)\n"
        "print(json.dumps({'MetricDataResults': [{'Timestamps': times, 'Values': list(range(len(times)))}]}))\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    found = past(sources.made("cloudwatch", {"expression": "SUM(METRICS())"}))
    check(found)
    assert len(found) in (MINUTES - 1, MINUTES), "a value a period"


@pytest.mark.parametrize("bucket", [60, 300])
def test_sentry_is_asked_once_and_its_counts_are_events_a_minute(server, bucket):
    def answer(handler):
        words = asked(handler)
        begin, end = (
            datetime.fromisoformat(words[one]).replace(tzinfo=UTC).timestamp() for one in ("start", "end")
        )
        assert words["interval"] == "1m" and "statsPeriod" not in words
        data, at = [], int(begin)
        while at < end:
            data.append([at, [{"count": 7 * bucket / 60}]])
            at += bucket
        return 200, json.dumps({"data": data})

    server.pages["/api/0/organizations/acme/events-stats/"] = answer
    names = ("project", "query", "environment", "token")
    found = past({"sentry": {"organization": "acme", "url": server.url, **dict.fromkeys(names, "")}})
    check(found)
    assert {one["value"] for one in found} == {7.0}


def test_what_keeps_no_past_or_does_not_answer_has_none(server):
    server.pages["/api/v1/query"] = (503, "down")
    assert past(sources.made("datadog", {"query": "x", "site": server.url})) == []
    server.pages["/stats"] = (200, "1")
    assert past({"json_url": f"{server.url}/stats"}) == []
    assert past({"argv": [sys.executable, "-c", "print(1)"]}) == []
