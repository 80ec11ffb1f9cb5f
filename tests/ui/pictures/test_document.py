"""Sections, their signs, and the text as it will be read: the pure parts of the editor."""

import pytest

from hotfix_tui.documents.render import Rendered
from hotfix_tui.documents.section import Section
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.pictures import markdown
from hotfix_tui.ui.pictures.document import parts, preview, sections, shown
from tests.ui.hostile import PAYLOADS
from tests.ui.incidents import NOW
from tests.ui.pictures.painted import MADE_VISIBLE, row_with, styles_of, text

GAP = "⟦ GAP: what users see ⟧"


def section(id, said, *, edited=False, outdated=False, facts=(), fact=None, heading=""):
    return Section(id, id.capitalize(), said, "0", edited, outdated, list(facts), said, heading, fact)


def rendered(*found, title="", gaps=(), warnings=(), name="pr"):
    return Rendered(name, "", "en", title, list(found), list(gaps), list(warnings))


RECORD = new_record("ENG-1", now=NOW, by="Ann")
TEXT = rendered(
    section("cause", "It adds up.", heading="## Cause", fact="cause.summary", facts=["cause.summary"]),
    section("cause-steps", GAP, facts=["cause.steps"]),
    section("mine", "My own.", edited=True),
    section("old", "Before.", edited=True, outdated=True),
    section("empty", "", fact="fix.why", facts=["fix.why"]),
    title="[HOTFIX] ENG-1: x",
    gaps=["what users see (set impact.seen)", "test results (do verify.test)"],
    warnings=["A secret was taken out of Cause."],
)


def test_each_section_has_the_sign_of_its_state():
    listed = parts(TEXT, RECORD)
    assert [(one.id, one.state) for one in listed] == [
        ("title", "complete"),
        ("cause", "complete"),
        ("cause-steps", "gap"),
        ("mine", "edited"),
        ("old", "changed"),
        ("empty", "complete"),
    ]
    assert [one.fact for one in listed] == ["title", "cause.summary", "cause.steps", "", "", "fix.why"]
    assert (
        text(sections(listed, 2, 28, 8))
        == """\
 Sections            1 gap ▕
  ✓ Title                  ▕
  ✓ Cause                  ▕
› ! Cause-steps        gap ▕
  ✓ Mine            edited ▕
  ~ Old            changed ▕
  ✓ Empty                  ▕
                           ▕"""
    )


def test_a_list_that_was_edited_as_a_text_stays_that_text():
    (one,) = parts(rendered(section("cause-steps", "x", edited=True, facts=["cause.steps"])), RECORD)
    assert one.fact == ""


def test_under_embargo_the_title_is_the_neutral_name():
    record = new_record("ENG-1", now=NOW, by="Ann", facts={"embargo": "yes"})
    assert parts(rendered(title="maintenance"), record)[0].fact == "embargo.name"


def test_the_text_is_shown_with_what_is_odd_about_it_first():
    listed = parts(TEXT, RECORD)
    made = preview("pr", listed, 60)
    rows = shown(TEXT, made, 0, 62, 30)
    assert rows[0].plain.startswith("─ Preview ─") and "2 gaps in the whole text" in rows[0].plain
    assert styles_of(row_with(rows, "A secret"), "!") == "$warn"
    assert "[HOTFIX] ENG-1: x" in text(rows) and "! not known: what users see" in text(rows)
    assert "Empty: nothing is known, so it is left out." in text(rows)
    assert made.rows[made.starts[1]].plain == "## Cause"
    low = shown(TEXT, made, 0, 62, 6)
    assert len(low) == 6 and "more rows" in low[-1].plain
    assert "looking" in text(shown(None, made, 0, 62, 6))


def test_what_is_typed_shows_as_the_text_will_have_it():
    listed = parts(TEXT, RECORD)
    made = preview("pr", listed, 60, typed={"cause-steps": "one\n\ntwo", "mine": "**other**"})
    assert (
        "1. one\n2. two" in text(made.rows)
        and "other" in text(made.rows)
        and "My own." not in text(made.rows)
    )


def test_a_text_that_is_no_markdown_is_shown_as_it_is():
    found = rendered(section("a", f"**not bold**\n\n{GAP} now", heading="Head:"), name="email")
    made = preview("email", parts(found, RECORD), 60)
    assert text(made.rows) == "Head:\n**not bold**\n\n! not known: what users see now"


def test_a_long_list_keeps_the_selection_in_sight():
    many = parts(rendered(*(section(f"s{number}", "x") for number in range(30))), RECORD)
    for place in range(30):
        rows = sections(many, place, 28, 10)
        assert len(rows) == 10 and any(row.plain.startswith("›") for row in rows), place
    assert "↑ 22 more" in text(sections(many, 29, 28, 10))
    assert "↓ 22 more" in text(sections(many, 0, 28, 10))


def test_boxes_are_found_where_they_are_boxes():
    said = "- [ ] one\n- two\n\n```\n- [ ] code\n```\n\n1. [x] three\n   - [ ] nested\n"
    found = markdown.boxes(said)
    assert [(one.line, one.ticked) for one in found] == [(0, False), (7, True), (8, False)]
    assert markdown.with_box(said, 0).startswith("- [x] one\n- two")
    assert markdown.with_box(said, 7).splitlines()[7] == "1. [ ] three"
    rows = markdown.painted(said, 40, marked=8)
    assert "$sel" in styles_of(row_with(rows, "nested"), "nested")
    assert "$sel" not in styles_of(row_with(rows, "three"), "three")


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("kind", ["pr", "email"])
def test_hostile_texts_stay_text(name, kind):
    said = PAYLOADS[name]
    found = rendered(section("a", said, heading=said), title=said, warnings=[said], name=kind)
    listed = parts(found, RECORD)
    listed[1:] = [listed[1]._replace(title=said)]
    outside = (
        "".join(sign for row in preview(kind, listed, 200).rows for sign in row.plain) + said + MADE_VISIBLE
    )
    for width in (10, 28, 60):
        rows = [*sections(listed, 1, width, 8), *shown(found, preview(kind, listed, width - 2), 0, width, 20)]
        for row in rows:
            assert row.cell_length <= width and all(sign.isprintable() for sign in row.plain)
            assert {sign for sign in row.plain if not sign.isascii() and sign not in outside} <= glyphs.ALL
