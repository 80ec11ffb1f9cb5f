"""Phases, stages of an incident, edited parts, languages, and what public texts never hold."""

import subprocess
import sys

import pytest

from hotfix_tui.documents.render import DOCUMENTS, BadDocument, render
from tests import typed
from tests.documents import records
from tests.incident.test_notes_as_pasted import PASTED


def section(shown, name):
    return next(one for one in shown.sections if one.id == name)


@pytest.mark.parametrize("make", [records.bare, records.opened, records.fixing, records.finished])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_can_be_rendered_at_every_stage(make, name):
    record = make()
    for phase in ("", *DOCUMENTS[name].phases):
        shown = render(name, record, records.NOW, timeline=records.timeline(), phase=phase)
        assert shown.text.strip()
        assert "\x02" not in shown.text + shown.title
        assert "None" not in shown.text.replace("None: the commit", "")
        assert "\n\n\n" not in shown.text
        assert all(one.text == one.rendered and not one.edited for one in shown.sections)


@pytest.mark.parametrize("resolution", ["rollback", "config", "feature-flag", "external"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_incident_without_a_code_fix(name, resolution):
    record = records.opened()
    record.facts["resolution"] = resolution
    for phase in ("", *DOCUMENTS[name].phases):
        assert render(name, record, records.NOW, phase=phase).text


def test_the_record_is_not_changed():
    record = records.finished()
    before = record.copy().doc
    for name in DOCUMENTS:
        render(name, record, records.NOW, timeline=records.timeline())
    assert record.doc == before


def test_phases_follow_the_record():
    record = records.opened()
    assert [render(n, record, records.NOW).phase for n in ("internal", "status-page")] == [
        "declared",
        "investigating",
    ]
    record.messages.append({"document": "internal", "phase": "declared", "at": records.at(20)})
    record.facts["cause.summary"] = "a unit"
    assert [render(n, record, records.NOW).phase for n in ("internal", "status-page")] == [
        "update",
        "identified",
    ]
    records.done(record, "deploy.live", 60)
    assert [render(n, record, records.NOW).phase for n in ("internal", "status-page")] == [
        "deployed",
        "monitoring",
    ]
    record.this_round["verdict"] = "mitigated"
    assert [render(n, record, records.NOW).phase for n in ("internal", "status-page", "email")] == [
        "mitigated"
    ] * 3
    record.this_round["verdict"] = "fixed"
    assert [render(n, record, records.NOW).phase for n in ("internal", "status-page", "email")] == [
        "resolved"
    ] * 3


def test_an_update_says_what_was_done_since_the_last_one_and_what_is_next():
    record = records.finished()
    record.doc["state"] = "open"
    text = render("internal", record, records.NOW, timeline=records.timeline(), phase="update").text
    assert "Done: Full test suite" not in text, "a check on the way is no news"
    assert "- 13:05 UTC: Deployed to production\n- 13:25 UTC: Verdict of round 1: fixed" in text
    assert "12:21" not in text
    assert "Next update by 2026-03-02 15:30 UTC." in text


@pytest.mark.parametrize(
    ("name", "phase", "sentence"),
    [
        ("statuspage", "", "There is no document 'statuspage'; did you mean status-page?"),
        ("poem", "", "There is no document 'poem'; choose one of commit, tag,"),
        ("internal", "resolve", "internal has no phase 'resolve'; did you mean resolved?"),
        ("pr", "resolved", "pr has no phases; leave --phase resolved out."),
    ],
)
def test_unknown_names(name, phase, sentence):
    with pytest.raises(BadDocument) as caught:
        render(name, records.opened(), records.NOW, phase=phase)
    assert str(caught.value).startswith(sentence)


def test_an_edited_part_is_kept_and_marked_when_its_source_changes():
    record = records.fixing()
    before = section(render("pr", record, records.NOW), "why-missed")
    record.overrides["pr/why-missed"] = {"text": "It is complicated.", "source": before.source, "by": "ann"}
    edited = section(render("pr", record, records.NOW), "why-missed")
    assert (edited.text, edited.edited, edited.outdated) == ("It is complicated.", True, False)
    assert edited.rendered == before.rendered
    assert "### Why it was not caught\n\nIt is complicated." in render("pr", record, records.NOW).text
    record.facts["cause.why-missed"] = ["other"]
    later = section(render("pr", record, records.NOW), "why-missed")
    assert (later.text, later.outdated) == ("It is complicated.", True)


def test_an_edited_part_fills_its_gaps_but_keeps_those_it_shows():
    record = records.opened()
    record.overrides["pr/changes"] = {"text": "All over.", "source": ""}
    assert not [gap for gap in render("pr", record, records.NOW).gaps if "fix.changes" in gap]
    record.overrides["pr/changes"] = {"text": "- ⟦ GAP: changes made, per file ⟧", "source": ""}
    assert "changes made, per file (edit it)" in render("pr", record, records.NOW).gaps


def test_a_part_edited_to_nothing_is_left_out_but_stays_editable():
    record = records.finished()
    record.overrides["internal/roles"] = {"text": "", "source": ""}
    shown = render("internal", record, records.NOW)
    assert "*Roles*" not in shown.text
    assert section(shown, "roles").edited


def test_the_title_can_be_edited():
    record = records.finished()
    record.overrides["email/title"] = {"text": "Sign-out\nworks again", "source": ""}
    assert render("email", record, records.NOW).title == "Sign-out works again"


def test_parts_that_are_a_fact_hold_the_fact_and_nothing_else():
    record = records.finished()
    for name in DOCUMENTS:
        for phase in ("", *DOCUMENTS[name].phases):
            for one in render(name, record, records.NOW, phase=phase).sections:
                if one.fact and one.text:
                    assert one.text == record.fact(one.fact), (name, one.id)


def test_public_texts_hold_no_names():
    record = records.finished()
    for name in ("status-page", "email"):
        for phase in DOCUMENTS[name].phases:
            shown = render(name, record, records.NOW, phase=phase, timeline=records.timeline())
            for person in (
                "ann",
                "Ann Bell",
                "Bo Chen",
                "Cy Diaz",
                "Fay Gold",
                "Ida",
                "Dee",
                "Eli",
                "customer's report",
            ):
                assert person not in shown.text.split() and person not in shown.title
                assert " " not in person or person not in shown.text
            assert shown.warnings == []


def test_a_name_in_a_fact_of_a_public_text_is_warned_of():
    record = records.finished()
    record.facts["impact.seen"] = "Whatever Fay Gold did, sign-in fails."
    assert render("status-page", record, records.NOW).warnings == [
        "This text is public and holds a name: Fay Gold."
    ]
    assert render("internal", record, records.NOW).warnings == []


def test_a_security_incident_says_that_details_stay_private():
    record = records.opened()
    assert "private channel" not in render("internal", record, records.NOW).text
    record.facts["impact.kind"] = "security"
    assert "private channel" in render("internal", record, records.NOW).text


def test_a_language_without_templates_falls_back_to_english():
    record = records.finished()
    shown = render("status-page", record, records.NOW, language="fr")
    assert (shown.language, shown.text) == ("fr", render("status-page", record, records.NOW).text)
    with pytest.raises(BadDocument, match="is not a language"):
        render("status-page", record, records.NOW, language="../en")


def test_boxes_say_why_they_are_not_ticked():
    record = records.fixing()
    text = render("pr", record, records.NOW).text
    typed.add(record, "fix.change", tree="9" * 40)
    later = render("pr", record, records.NOW).text
    assert "- [x] fix verified" in text
    assert "- [ ] fix verified (stale: ticked for an earlier version of the change; still true?)" in later
    red = {"why": "2 of 9 are red"}
    typed.put(record, "pull-request.checks", "failed", red, at=records.NOW, by="ann", tree="9" * 40)
    assert "- [ ] all CI checks pass (failed: 2 of 9 are red)" in render("pr", record, records.NOW).text


def test_a_waived_approval_names_who_granted_it():
    record = records.fixing()
    record.doc["severity"] = "P0"
    record.waivers.append(
        {
            "step": "pull-request.approval",
            "round": 1,
            "granted_by": "Fay Gold",
            "why": "P0 at night",
            "at": records.at(50),
            "tree": records.TREE,
        }
    )
    text = render("pr", record, records.NOW).text
    assert "(may be waived for P0) (waived by Fay Gold: P0 at night)" in text


@pytest.mark.parametrize("name", PASTED)
def test_a_pasted_note_keeps_its_lines_in_the_review(name):
    """A block of code where lines are indented: in a cell of a table, Markdown would make one line of them."""
    whole = PASTED[name][1]
    told = [*records.timeline(), {"at": records.NOW, "kind": "note", "by": "Ann", "text": whole}]
    text = render("review", records.finished(), records.NOW, timeline=told).text
    assert (f"```\n{whole}\n```" in text) is ("\n" in whole)
    assert " | ".join(("", whole.split("\n")[0].strip()))[:40] in text


def test_two_notes_that_begin_alike_are_both_told_in_full():
    at, first = records.NOW, "panic:\n  one"
    told = [
        {"at": at, "kind": "note", "by": "Ann", "text": first.replace("one", one)} for one in ("one", "two")
    ]
    text = render("review", records.finished(), at, timeline=told).text
    assert "  one\n```" in text and "  two\n```" in text


def test_a_long_timeline_is_cut_but_keeps_the_milestones():
    record = records.finished()
    many = [{"at": records.at(70), "kind": "note", "text": f"note {n}", "by": "ann"} for n in range(500)]
    text = render("review", record, records.NOW, timeline=many).text
    assert "more entries are in the incident's timeline" in text
    assert text.count("| note ") < 200
    assert "**Verified resolved** |" in text


def test_earlier_rounds_keep_their_times():
    record = records.finished()
    record.steps.pop("deploy.production")
    record.steps.pop("deploy.live")
    text = render("review", record, records.NOW, timeline=records.timeline()).text
    assert "| **Deployed** | 2026-03-02 13:05 UTC |" in text


def test_importing_the_room_loads_no_template_engine():
    code = "import sys; import hotfix_tui.documents.render, hotfix_tui.documents.lint; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_part_that_is_an_unknown_fact_can_be_filled_in():
    shown = render("status-page", records.opened(), records.NOW)
    assert section(shown, "not-affected").fact == "impact.not-affected"
    assert "Not affected" not in shown.text


UNDO = f"git diff-tree -p --binary {records.BASE} {records.FIX} | git -C ../revert-eng-1234 apply -R --index --3way"


@pytest.mark.parametrize(
    ("landed", "command"),
    [
        ({}, UNDO),
        (
            {"commit": records.FIX, "commits": [records.FIX], "by": "ancestry"},
            f"git -C ../revert-eng-1234 revert --no-edit {records.FIX}",
        ),
        (
            {"commit": records.LANDED, "commits": [records.LANDED], "by": "ancestry"},
            f"git -C ../revert-eng-1234 revert --no-edit -m 1 {records.LANDED}",
        ),
        (
            {"commit": records.LANDED, "commits": [records.LANDED], "by": "patch id"},
            f"git -C ../revert-eng-1234 revert --no-edit {records.LANDED}",
        ),
        (
            {"commit": "d" * 40, "commits": ["c" * 40, "d" * 40], "by": "patch id"},
            f"git -C ../revert-eng-1234 revert --no-edit {'d' * 40} {'c' * 40}",
        ),
        ({"commit": "; rm -rf /", "commits": ["$(x)"]}, UNDO),
    ],
)
def test_the_rollback_plan_reverts_what_landed(landed, command):
    record = records.fixing()
    if landed:
        records.done(record, "release.confirm", 56, **landed)
    assert f"- `{command}`\n" in render("pr", record, records.NOW).text


def test_what_else_landed_is_listed():
    record = records.fixing()
    records.done(record, "release.confirm", 56, commit=records.LANDED, also_landed=["ccccccc Jo Other work"])
    said = "1 other commit that was not live is in what landed (1a1a1a1):\n\n- ccccccc Jo Other work"
    assert said in render("pr", record, records.NOW).text
