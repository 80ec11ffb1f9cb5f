"""An incident is not closed over a review that the lint finds something wrong with."""

import pytest

from hotfix_tui.engine import verbs
from hotfix_tui.incident.edits import notes
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.gates import Refused
from tests.incident.support import settle_until


@pytest.fixture
def resolved(opened):
    def to_the_end(record, actor: Actor):
        settle_until(record)
        lifecycle.give_verdict(record, actor, "fixed", "the error rate is down")
        return lifecycle.resolve(record, actor)

    opened.change(to_the_end)
    verbs.set_fact(opened, "review.at", "+24h")
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
    verbs.set_fact(resolved, fact, typed)
    with pytest.raises(Refused) as no:
        verbs.close(resolved)
    assert said in str(no.value) and resolved.record.state == "resolved"
    verbs.set_fact(resolved, fact, "")
    verbs.set_fact(
        resolved,
        fact,
        "Add a test for expiry | Kim | Friday | prevent" if "actions" in fact else "A check was missing",
    )
    verbs.close(resolved)
    assert resolved.record.state == "closed"


def test_words_for_a_meeting_that_an_older_version_kept_are_named(resolved):
    def old(record, actor):
        record.facts["review.at"] = "next year sometime"
        return notes.note(record, actor, "as it was")

    resolved.change(old)
    with pytest.raises(Refused, match="has no date and time"):
        verbs.close(resolved)
