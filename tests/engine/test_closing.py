"""An incident is not closed over a review that the lint finds something wrong with."""

import re

import pytest

from hotfix_tui.engine import closing, commands
from hotfix_tui.incident.edits import notes
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.gates import Refused
from tests.incident.support import settle_until

SIGNED = ("Marta", "the meeting fills it in")


@pytest.fixture
def resolved(opened):
    def to_the_end(record, actor: Actor):
        settle_until(record)
        lifecycle.give_verdict(record, actor, "fixed", "the error rate is down")
        return lifecycle.resolve(record, actor)

    opened.change(to_the_end)
    commands.set_fact(opened, "review.at", "+24h")
    return opened


@pytest.mark.parametrize(
    ("fact", "typed", "said"),
    [
        ("review.actions", "Add a test for expiry | | Friday | prevent", "has no owner"),
        ("review.actions", "be more careful | Kim | Friday | process", "no task that can be finished"),
        ("review.wrong", "Bob was careless", "'careless'"),
        ("cause.summary", "It was human error", "'human error'"),
    ],
)
def test_what_is_wrong_with_the_review_holds_up_the_closing_until_it_is_corrected(
    resolved, fact, typed, said
):
    commands.set_fact(resolved, fact, typed)
    with pytest.raises(Refused) as no:
        closing.close(resolved)
    assert said in str(no.value) and resolved.record.state == "resolved"
    commands.set_fact(resolved, fact, "")
    commands.set_fact(
        resolved,
        fact,
        "Add a test for expiry | Kim | Friday | prevent" if "actions" in fact else "A check was missing",
    )
    closing.close(resolved, *SIGNED)
    assert resolved.record.state == "closed"


def test_over_gaps_it_is_closed_only_when_somebody_signs_for_them(resolved):
    with pytest.raises(Refused, match=r"The review has \d+ gaps still: .*close --granted-by NAME"):
        closing.close(resolved)
    for half in (("Marta", ""), ("", "the meeting fills it in"), (" ", "why")):
        with pytest.raises(Refused):
            closing.close(resolved, *half)
    assert resolved.record.state == "resolved" and not resolved.record.waivers
    closing.close(resolved, *SIGNED)
    (waiver,) = resolved.record.waivers
    assert (waiver["step"], waiver["granted_by"], waiver["why"]) == ("review.document", *SIGNED)
    said = [one["text"] for one in resolved.timeline()[-2:]]
    assert "gaps of the review, granted by Marta" in said[0] and re.match(
        r"Closed; its review has \d+ gaps", said[1]
    )


def test_where_no_review_is_required_nobody_has_to_sign(resolved):
    commands.severity(resolved, "P2", "fewer than it seemed")
    closing.close(resolved, *SIGNED)
    assert resolved.record.state == "closed" and not resolved.record.waivers


@pytest.mark.parametrize(("level", "asked"), [("P0", True), ("P1", True), ("P2", False), ("P3", False)])
def test_gaps_count_where_a_review_is_required(opened, level, asked):
    commands.severity(opened, level, "as it is")
    assert bool(closing.review_gaps(opened)) == asked


def test_words_for_a_meeting_that_an_older_version_kept_are_named(resolved):
    def old(record, actor):
        record.facts["review.at"] = "next year sometime"
        return notes.note(record, actor, "as it was")

    resolved.change(old)
    with pytest.raises(Refused, match="has no date and time"):
        closing.close(resolved)
