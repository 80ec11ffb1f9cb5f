"""Under embargo: what git and the forge show says nothing of the fault, whatever the record holds."""

import pytest

from hotfix_tui.documents.lint import leaks
from hotfix_tui.documents.neutral import OUTSIDE
from hotfix_tui.documents.render import render
from hotfix_tui.incident.embargo.words import quoted_facts
from hotfix_tui.incident.model.evidence.every import KINDS, kind_of, public
from tests.documents import records


def kept_back(**facts):
    record = records.finished()
    record.facts.update({"embargo": "yes", "embargo.name": "", "impact.kind": "security", **facts})
    record.clock["embargo_at"] = records.NOW
    return record


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_that_tells_is_in_it(name):
    record = kept_back()
    shown = render(
        name, record, records.NOW, timeline=records.timeline(), extra={"test_code": "def test_expired"}
    )
    text = f"{shown.title}\n{shown.text}"
    assert quoted_facts(text, record) == []
    assert "expire" not in text.lower() and "security vulnerability" not in text
    assert "maintenance" in text
    for waiver in record.waivers:
        assert waiver["why"] not in text
        assert name != "pr" or waiver["granted_by"] in text, "a waiver stays signed"
    full = kept_back(embargo="no")
    before = render(name, full, records.NOW, timeline=records.timeline())
    assert quoted_facts(f"{before.title}\n{before.text}", full), "without the embargo it does tell"


def test_every_numbered_section_of_the_pull_request_stays():
    text = render("pr", kept_back(), records.NOW, timeline=records.timeline()).text
    assert [line[3] for line in text.splitlines() if line.startswith("## ") and line[3].isdigit()] == list(
        "123456789"
    )
    assert text.count("See ENG-1234.") == 5, "impact, cause, fix, and the reasons of a waiver and a finding"


def test_the_template_of_a_project_gets_nothing_to_tell_either(tmp_path):
    (tmp_path / "pr.md.j2").write_text(
        '%%% root-cause | Cause\n{{ fact["cause.summary"] }} {{ fact["title"] }}\n'
    )
    shown = render("pr", kept_back(), records.NOW, template_dir=str(tmp_path))
    assert quoted_facts(shown.text, kept_back()) == []


def test_what_a_person_writes_into_the_text_is_refused_or_warned_about():
    record = kept_back()
    record.overrides["pr/fix"] = {"text": f"Well: {record.facts['cause.summary']}", "source": ""}
    shown = render("pr", record, records.NOW)
    assert leaks(shown, record) == ["The edited pr/fix holds cause.summary, which is under embargo."]
    record.overrides["pr/fix"] = {"text": "Closes the exploit.", "source": ""}
    shown = render("pr", record, records.NOW)
    assert leaks(shown, record) == []
    assert any("says exploit" in warning for warning in shown.warnings)
    record.facts["embargo"] = "no"
    assert render("pr", record, records.NOW).warnings == []


def test_the_team_is_told_everything_and_to_keep_it():
    text = render("internal", kept_back(), records.NOW, phase="update").text
    assert "Under embargo: do not forward" in text
    assert records.FACTS["cause.summary"] in text


@pytest.mark.parametrize("name", ["status-page", "email"])
def test_a_public_text_is_written_in_full_and_says_that_it_waits(name):
    record = kept_back()
    record.steps.pop("deploy.live", None)
    shown = render(name, record, records.NOW)
    assert records.FACTS["impact.seen"] in shown.text
    assert any(f"no {name} message before production" in warning for warning in shown.warnings)
    record.steps["deploy.live"] = {"state": "done"}
    assert not any("embargo" in warning for warning in render(name, record, records.NOW).warnings)


def test_the_review_holds_everything_and_says_when_it_ended():
    record = kept_back()
    text = render("review", record, records.NOW, timeline=records.timeline()).text
    assert records.FACTS["cause.summary"] in text
    assert "not lifted yet: do not forward this review" in text
    record.facts["embargo"] = "no"
    record.clock["embargo_lifted_at"] = records.NOW
    text = render("review", record, records.NOW, timeline=records.timeline()).text
    day = records.NOW.strftime("%Y-%m-%d %H:%M UTC")
    assert f"Under embargo from {day} to {day}" in text


TOLD = "told-to-nobody"


def marked(part):
    """Values for all fields of a class of evidence: what is public says nothing, the rest says the word."""
    return {
        name: f"public-{name}" if field.public else [TOLD] if "tuple" in str(field.kind) else TOLD
        for name, field in part.FIELDS.items()
    } | {"a_later_version": TOLD, "why": TOLD}


@pytest.mark.parametrize("step", [*KINDS, "backport.release-1", "checklist.of.a.team"])
def test_of_what_was_seen_only_what_is_marked_public_goes_out(step):
    out = public(step, marked(kind_of(step)))
    assert TOLD not in str(out)
    assert set(out) <= {name for name, field in kind_of(step).FIELDS.items() if field.public}


def test_the_files_of_a_change_go_out_by_name_and_nothing_else_of_them():
    files = [{"path": "shop.py", "added": 3, "content": TOLD}]
    assert public("fix.change", {"files": files, "added": 3}) == {"files": [{"path": "shop.py"}], "added": 3}


@pytest.mark.parametrize("name", OUTSIDE)
def test_evidence_that_nobody_knows_yet_is_in_no_text(name):
    record = kept_back()
    for step, entry in record.steps.items():
        unmarked = {key: value for key, value in marked(kind_of(step)).items() if TOLD in str(value)}
        entry["evidence"] = {**entry.get("evidence", {}), **unmarked}
    shown = render(name, record, records.NOW, timeline=records.timeline())
    assert TOLD not in f"{shown.title}\n{shown.text}"


@pytest.mark.parametrize("ticket", ["SEC-12", "CVE-2026-77", "AUTH-BYPASS-3"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_a_day_that_stands_for_a_telling_ticket_is_called_no_ticket_and_confirms_nothing(name, ticket):
    record = kept_back(ticket=ticket)
    record.doc["id"] = ticket
    shown = render(name, record, records.NOW, timeline=records.timeline())
    text = f"{shown.title}\n{shown.text}"
    assert ticket not in text and "Ticket" not in text and "GAP" not in text
    assert "--confirm 2026" not in text and ("--confirm TICKET" in text) == (name == "pr")
    assert "Maintenance." not in text, "no sentence is put in the place of a cause or of who is affected"
    if name == "commit":
        assert "To follow" not in text


def test_a_ticket_that_tells_nothing_stays_in_the_neutral_texts():
    shown = render("pr", kept_back(), records.NOW, timeline=records.timeline()).text
    assert "**Ticket:** ENG-1234" in shown and "--confirm ENG-1234" in shown
