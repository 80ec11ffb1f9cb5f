"""The first line of a commit and the title of a pull request: the change, worded as the team words it."""

import pytest

from hotfix_tui.documents import pr_title
from hotfix_tui.documents.subject import names_the_fault, subject, whole_summary
from hotfix_tui.incident.model.wording import TeamRules, TitleCheck, Wording
from tests.documents import records

LINT = Wording(strict=True)
PLAIN = Wording(prefix="", lower=False)


def told(**facts):
    return records.bare(title="Totals are wrong", ticket="ENG-1", **facts)


@pytest.mark.parametrize(
    ("facts", "wording", "wanted"),
    [
        ({"fix_summary": "Return the sum."}, LINT, "fix: return the sum"),
        ({"fix_summary": "Return the sum. The length was returned before."}, PLAIN, "Return the sum"),
        ({"fix_subject": "Add up again", "fix_summary": "Return the sum."}, LINT, "fix: add up again"),
        ({"fix_subject": "fix(pay): add up"}, LINT, "fix(pay): add up"),
        ({"fix_summary": "JSON with a blank line is read"}, LINT, "fix: `JSON` with a blank line is read"),
        ({"fix_summary": "JSON with a blank line is read"}, Wording(), "fix: JSON with a blank line is read"),
        ({"fix_summary": "use v2.0.1 of the parser"}, PLAIN, "Use v2.0.1 of the parser"),
        ({"fix_summary": "word " * 30}, LINT, "fix: totals are wrong"),
        ({}, Wording(prefix="bugfix", scope="api"), "bugfix(api): totals are wrong"),
    ],
)
def test_the_first_line_says_the_change(facts, wording, wanted):
    assert subject(told(**facts), wording) == wanted


def test_it_is_cut_at_a_word_and_stays_in_its_length():
    long = subject(told(fix_subject="return the sum of all prices in the cart " * 4), Wording(longest=50))
    assert (
        len(long) <= 50
        and long.endswith("…")
        and long[:-1].split(" ")[-1] in ("in", "the", "cart", "all", "prices")
    )


def test_whether_it_names_the_fault_and_whether_it_says_all():
    assert names_the_fault(told(), LINT) and not names_the_fault(told(fix_summary="Return the sum."), LINT)
    assert whole_summary(told(fix_summary="Return the sum."), LINT)
    assert not whole_summary(told(fix_summary="Return the sum. Twice."), LINT)


def test_under_embargo_it_is_the_neutral_name():
    record = told(fix_summary="Check who signed the token", embargo="yes")
    assert subject(record, LINT) == "fix: maintenance"
    record.facts["embargo.name"] = "Quiet hour"
    assert subject(record, LINT) == "fix: quiet hour"


@pytest.mark.parametrize(
    ("check", "wanted"),
    [
        (TitleCheck(), "[RELEASE][P1] ENG-1: Totals are wrong"),
        (TitleCheck("x.yml", LINT), "fix: return the sum"),
        (TitleCheck("x.yml", None, r"^[A-Z]+-\d+: .+"), "ENG-1: return the sum"),
        (TitleCheck("x.yml", None, r"^\[ENG-\d+\] \w+"), "[ENG-1] return the sum"),
        (TitleCheck("x.yml", None, "", ("[Fix]", "[Feat]")), "[Fix] Return the sum"),
        (TitleCheck("x.yml", None, r"^TEAM \d{4}$"), "[RELEASE][P1] ENG-1: Totals are wrong"),
        (TitleCheck("x.yml", None, r"^(a+)+$"), "[RELEASE][P1] ENG-1: Totals are wrong"),
    ],
)
def test_the_title_is_the_first_form_that_the_check_takes(check, wanted):
    record = told(fix_summary="Return the sum.")
    record.doc["severity"] = "P1"
    assert pr_title.title(record, TeamRules(titles=check)) == wanted


def test_a_check_that_no_form_passes_is_named():
    record = told(fix_summary="Return the sum.")
    assert not pr_title.unmet(record, TeamRules())
    rules = TeamRules(titles=TitleCheck("x.yml", None, r"^TEAM \d{4}$"))
    assert "x.yml" in pr_title.unmet(record, rules)[0]
    wording = Wording(unmet=("x.yml wants a scope",))
    assert "scope" in pr_title.unmet(record, TeamRules(titles=TitleCheck("x.yml", wording)))[0]
