"""What is unknown is loud, and what is known is where the table of facts says."""

import pytest

from hotfix_tui.documents import gap_marks
from hotfix_tui.documents.escaping import CHOICES
from hotfix_tui.documents.render import render
from hotfix_tui.incident.model.facts import FACTS, TEXTS
from tests.documents import records

PHASES = {
    "internal": ("declared", "update", "deployed", "resolved", "mitigated"),
    "status-page": ("investigating", "identified", "monitoring", "resolved", "mitigated"),
    "email": ("resolved", "mitigated"),
}
SHOWN = {
    "title": {
        **dict.fromkeys(TEXTS, records.FACTS["title"]),
        "commit": "compare token and clock in seconds",  # the change stands for the fault
    },
    "began-at": "2026-03-02 11:50",
    "detected-at": "2026-03-02 12:05",
    "acknowledged-at": "2026-03-02 12:09",
    "mitigated-at": "2026-03-02 12:55",
    "fix.temporary": {"pr": "proper fix", "review": "Stop-gap: no"},
}

CHOOSES_THE_FORM = {"pr.template"}
"""Facts that choose the form of a text and are not in it."""


def everything(record, name):
    """All phases of a document in one text, with their titles."""
    found = [
        render(name, record, records.NOW, phase=phase, timeline=records.timeline())
        for phase in PHASES.get(name, ("",))
    ]
    return "\n".join(one.title + "\n" + one.text for one in found).replace("\n", " ")


def wanted(key, name):
    value = SHOWN.get(key, records.FACTS[key])
    if isinstance(value, dict):
        return value[name]
    if isinstance(value, list):
        first = value[0]
        return first["task"] if isinstance(first, dict) else first
    if key == "resolution" and name in ("status-page", "email"):
        return "a fix that we have released"
    return CHOICES.get(key, {}).get(value, value)


@pytest.mark.parametrize("name", TEXTS)
def test_every_fact_is_in_the_texts_that_use_it(name):
    text = everything(records.finished(), name).lower()
    used = [key for key, fact in FACTS.items() if name in fact.used and key not in CHOOSES_THE_FORM]
    assert [key for key in used if str(wanted(key, name)).lower() not in text] == []


@pytest.mark.parametrize("name", TEXTS)
def test_sections_name_the_facts_they_show(name):
    named = {
        key
        for phase in PHASES.get(name, ("",))
        for section in render(name, records.finished(), records.NOW, phase=phase).sections
        for key in section.facts
    }
    if name == "pr":
        named |= {"title"}  # its title is not a section
    named |= CHOOSES_THE_FORM
    missing = [key for key, fact in FACTS.items() if name in fact.used and key not in named]
    assert missing == []


def test_an_unknown_fact_is_a_gap_until_it_is_set():
    record = records.opened()
    before = render("pr", record, records.NOW)
    assert "⟦ GAP: root cause ⟧" in before.text
    assert "root cause (set cause.summary)" in before.gaps
    record.facts["cause.summary"] = "a wrong unit"
    after = render("pr", record, records.NOW)
    assert "⟦ GAP: root cause ⟧" not in after.text
    assert "root cause (set cause.summary)" not in after.gaps
    assert "a wrong unit" in after.text


@pytest.mark.parametrize(
    ("name", "phase", "keys"),
    [
        ("internal", "declared", {"title", "impact.seen"}),
        ("internal", "resolved", {"title", "impact.seen", "impact.users", "cause.summary", "fix.summary"}),
        ("status-page", "investigating", {"title", "impact.seen"}),
        ("status-page", "resolved", {"title", "impact.seen", "impact.users", "data-loss"}),
        ("email", "resolved", {"title", "impact.seen", "impact.users", "data-loss", "customer-action"}),
    ],
)
def test_what_holds_a_message_up(name, phase, keys):
    record = records.bare()
    gaps = render(name, record, records.NOW, phase=phase).gaps
    assert {key for key in FACTS if any(f"(set {key})" in gap for gap in gaps)} - {"components"} == keys


def test_three_lines_are_enough_for_the_first_messages():
    for name in ("internal", "status-page"):
        assert render(name, records.opened(), records.NOW).gaps == []


def test_the_title_of_the_pull_request_is_a_gap_without_a_title():
    shown = render("pr", records.bare(), records.NOW)
    assert shown.title == "[HOTFIX][P?] 2026-03-02-a: ⟦ GAP: what is broken, in a few words ⟧"
    assert any("(set title)" in gap for gap in shown.gaps)


def test_a_gap_that_came_back_as_a_value_is_still_a_gap():
    record = records.bare(title="⟦ GAP: what is broken ⟧")
    assert any("(set title)" in gap for gap in render("tag", record, records.NOW).gaps)


def test_a_fact_cannot_imitate_the_mark_of_a_gap():
    record = records.bare(title="\x02cause.summary\x03 and more")
    shown = render("tag", record, records.NOW)
    assert shown.gaps == []
    assert shown.text == "Hotfix: ␂cause.summary␃ and more\n"


def test_items_of_the_review_without_owner_or_date_are_gaps():
    record = records.finished()
    record.facts["review.actions"] = [{"task": "Add an alert"}]
    shown = render("review", record, records.NOW)
    assert "| A1 | Add an alert | ⟦ GAP: owner ⟧ | ⟦ GAP: due date ⟧ | ⟦ GAP: kind ⟧ |" in shown.text
    assert len(shown.gaps) == 3


def test_every_gap_says_what_fills_it():
    for name in gap_marks.OTHERS:
        text, found = gap_marks.resolve(gap_marks.gap(name))
        assert text == f"⟦ GAP: {gap_marks.OTHERS[name][0]} ⟧"
        cure = gap_marks.OTHERS[name][1] or f"set {gap_marks.fact_of(name)}"
        assert [gap.words for gap in found] == [f"{gap_marks.OTHERS[name][0]} ({cure})"]


def test_no_flag_is_made_up():
    assert "FEATURE_FIX" not in render("pr", records.opened(), records.NOW).text
    assert "`STRICT_EXPIRY=false`" in render("pr", records.finished(), records.NOW).text
    record = records.opened()
    record.doc["config"] = {k: v for k, v in record.config.items() if k != "deploy"}
    assert "feature flag" not in render("pr", record, records.NOW).text


def test_a_gap_knows_the_fact_that_fills_it_by_no_word():
    _, found = gap_marks.resolve(
        "".join(map(gap_marks.gap, ("impact.seen", "action-owner", "evidence", "odd")))
    )
    assert [gap.fact for gap in found] == ["impact.seen", "review.actions", "", ""]
    assert [gap.words.partition(" (")[2] for gap in found] == [
        "set impact.seen)", "set review.actions)", "do verify.test)", "edit it)"
    ]  # fmt: skip
    assert set(gap_marks._OF_A_FACT) <= set(gap_marks.OTHERS) and set(gap_marks._OF_A_FACT.values()) <= set(
        FACTS
    )
    told = render("review", records.bare(), records.NOW)
    assert "impact.seen" in told.lacking and set(told.lacking) <= set(FACTS)
