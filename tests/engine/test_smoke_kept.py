"""A request that shows the fault: kept from a pasted curl, without its secrets, and sent before the fix."""

import os
from pathlib import Path

import pytest

from hotfix_tui.config import load as config_load
from hotfix_tui.engine import execute, smoke
from hotfix_tui.incident.rules.gates import Refused
from tests.engine import in_production


@pytest.fixture
def engine(shop, monkeypatch):
    monkeypatch.setenv("HOME", str(shop.folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    monkeypatch.setenv("SMOKE_AUTHORIZATION", "")
    return in_production.opened(shop)


def test_it_is_shown_as_the_request_it_is_and_kept_for_this_incident_and_the_next(engine, shop, server):
    server.pages["/account"] = (200, "welcome")
    line = (
        f"curl '{server.url}/account' -H 'Authorization: Bearer tok_4f9a8b7c6d5e' -H 'sec-fetch-mode: cors'"
    )
    found = smoke.read(line, name="an expired token is refused", status=401)
    assert found.lines() == [
        f"GET {server.url}/account",
        "Authorization: $SMOKE_AUTHORIZATION",
        "right is: status 401",
    ]
    said = smoke.add(engine, found)
    assert "SMOKE_AUTHORIZATION is kept in no file" in said
    written = (Path(shop.here.path) / ".hotfix-tui.toml").read_text()
    assert "tok_4f9a8b7c6d5e" not in written + str(engine.record.doc)
    assert config_load.load(str(shop.here.path)).config.smoke[0].expect_status == 401
    assert execute.is_trusted(engine), "what was typed here and shown needs no second reading"

    tried = smoke.attempt(engine)
    assert tried.shows and "status 200, expected 401" in tried.lines[0]
    assert server.seen[-1][2]["Authorization"] == "Bearer tok_4f9a8b7c6d5e"
    assert engine.record.entry("verify.reproduced")["state"] == "done"
    assert "status 200, expected 401" in engine.record.entry("verify.reproduced")["evidence"]["said"]
    assert os.environ["SMOKE_AUTHORIZATION"] == "Bearer tok_4f9a8b7c6d5e"


def test_without_the_fault_nothing_is_ticked(engine, server):
    server.pages["/account"] = (401, "")
    smoke.add(engine, smoke.read(f"curl {server.url}/account", status=401))
    assert not smoke.attempt(engine).shows
    assert engine.record.entry("verify.reproduced") == {}


def test_requests_that_change_something_are_not_sent_by_a_try(engine, server):
    smoke.add(engine, smoke.read(f"curl {server.url}/orders -d item=1"))
    with pytest.raises(Refused, match="again and again"):
        smoke.attempt(engine)
    assert server.seen == []


def test_two_requests_of_one_name_are_refused_and_nothing_is_kept(engine, server):
    smoke.add(engine, smoke.read(f"curl {server.url}/account"))
    with pytest.raises(Refused, match="used twice"):
        smoke.add(engine, smoke.read(f"curl {server.url}/account"))
    assert len(engine.config().smoke) == 1


def test_how_to_reproduce_it_is_the_request_as_it_is_sent_without_its_secrets(engine, server):
    line = f"curl '{server.url}/account' -H 'Authorization: Bearer tok_4f9a8b7c6d5e'"
    smoke.add(engine, smoke.read(line, name="an expired token is refused", status=401))
    said = smoke.reproduction(engine)
    assert said.requests == [f'curl -i -H "Authorization: $SMOKE_AUTHORIZATION" {server.url}/account']
    assert "  right is: status 401" in said.lines and "an expired token is refused:" in said.lines
    assert "tok_4f9a8b7c6d5e" not in "\n".join(said.lines)


def test_without_a_request_the_ticket_says_how_to_reproduce_it(engine):
    said = smoke.reproduction(engine)
    assert said.requests == []
    assert f"The ticket {engine.record.ticket} says how." in said.lines
