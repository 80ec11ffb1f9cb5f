"""The switch of the embargo as plain commands."""

import jsonschema

from tests.cli.test_json import SCHEMA


def test_it_is_switched_by_new_by_triage_and_by_set(desk):
    desk.do("new", "ENG-8", "--title", "Totals are wrong", "--severity", "P0", "--embargo")
    status = desk.do("status", "--json").json()
    jsonschema.validate(status, SCHEMA)
    assert status["embargo"]["state"] == "on" and status["facts"]["embargo"] == "yes"
    assert status["embargo"]["since"] == status["clock"]["embargo_at"]
    assert [entry["kind"] for entry in status["timeline"]][:2] == ["open", "embargo"]
    shown = desk.do("status").out
    assert "EMBARGO" in shown.splitlines()[0] and "Under embargo since" in shown
    refused = desk.no(5, "send", "email", "--phase", "resolved", "--by-hand")
    assert "no email message before production runs the fix" in refused.err
    desk.no(5, "tick", "communicate.status-page")
    assert "See ENG-8." in desk.do("render", "pr").out
    assert desk.do("render", "pr").out.startswith("[RELEASE][P0] ENG-8: maintenance")
    said = desk.do("set", "embargo", "no").out
    assert "Embargo lifted" in said
    status = desk.do("status", "--json").json()
    jsonschema.validate(status, SCHEMA)
    assert status["embargo"]["state"] == "lifted" and status["embargo"]["lifted_at"]
    assert "ENG-8: Totals are wrong" in desk.do("render", "pr").out


def test_triage_asks_for_it_after_a_security_question(desk):
    desk.do("new", "ENG-8", "--title", "Totals are wrong")
    assert "embargo" in desk.do("triage").out
    said = desk.do("triage", "auth-bypass=yes").out
    assert "Next question: embargo: Keep it under embargo" in said
    assert "embargo" not in desk.do("triage", "all-down=yes").out
    desk.do("triage", "embargo=yes")
    status = desk.do("status", "--json").json()
    assert status["severity"] == "P0" and status["embargo"]["state"] == "on"
    desk.no(2, "triage", "embargo=perhaps")
    desk.no(2, "set", "embargo", "perhaps")
