"""Facts: every key of the design, what is asked where, and that what is shown can be typed again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.incident.model import catalog, facts
from hotfix_tui.incident.model.facts import BadFact, parse_value, show_value
from tests.counts import examples
from tests.incident.support import NOW

LISTS = {
    *("components", "impact.failed-fix", "cause.steps", "cause.why-missed", "fix.changes"),
    *("review.well", "review.wrong", "review.lucky", "review.lessons"),
}
TIMES = {"began-at", "detected-at", "acknowledged-at", "mitigated-at"}
KEYS = {
    *("ticket", "title", "service", "detected-by", *TIMES, *LISTS),
    *("impact.kind", "impact.users", "impact.seen", "impact.revenue", "impact.reputation"),
    *("impact.not-affected", "workaround", "cause.summary", "cause.trigger"),
    *("fix.summary", "fix.why", "fix.temporary", "resolution", "data-loss", "customer-action"),
    *("rollback.flag", "roles.commander", "roles.scribe", "roles.comms", "review.actions"),
    *("review.prevention.testing", "review.prevention.monitoring"),
    *("review.prevention.process", "review.prevention.documentation"),
}
"""Section "Facts" of the design, typed by hand."""


def test_every_fact_of_the_design_is_there_and_those_added_since():
    added = {
        "review.at",
        "impact.failed-fix",
        "embargo",
        "embargo.name",
        "embargo.remote",
        "deploys.push",
        "deploys.tag",
        "published",
    }
    added |= {"fix.subject", "pr.template"}
    assert set(facts.FACTS) == KEYS | added


def test_types_and_choices():
    assert {key for key, known in facts.FACTS.items() if known.kind == "list"} == LISTS
    assert {key for key, known in facts.FACTS.items() if known.kind == "time"} == TIMES
    assert facts.FACTS["review.actions"].kind == "actions"
    assert set(facts.FACTS["impact.kind"].choices) == {
        *("unavailable", "feature-broken", "security", "data-integrity", "degraded")
    }
    assert set(facts.FACTS["resolution"].choices) == {
        *("code-fix", "rollback", "config", "feature-flag", "external")
    }
    assert set(facts.WHY_MISSED) == {
        "missing test coverage",
        "race condition in production",
        "an external service changed",
        "a recent deployment regressed",
        "other",
    }


def test_every_fact_is_asked_at_a_step_and_used_by_a_text():
    for key, known in facts.FACTS.items():
        assert known.key == key and known.title
        assert known.asked in catalog.STEPS, key
        assert known.used and set(known.used) <= set(facts.TEXTS), key


def test_facts_that_settle_a_step_exist():
    for step in catalog.STEPS.values():
        assert step.kind != "fact" or not step.fact or step.fact in facts.FACTS, step.id


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("titel", "title"),
        ("detected-att", "detected-at"),
        ("impact.user", "impact.users"),
        ("review.prevention.test", "review.prevention.testing"),
        ("cause.why-misssed", "cause.why-missed"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(key, nearest):
    with pytest.raises(BadFact) as no:
        parse_value(key, "x", NOW)
    assert f"{key!r}" in str(no.value) and f"did you mean {nearest}?" in str(no.value)


def test_a_key_that_is_near_to_nothing_is_refused_with_a_way_on():
    with pytest.raises(BadFact, match="set --list"):
        parse_value("zzzzqqq", "x", NOW)
    with pytest.raises(BadFact) as no:
        parse_value("\x1b[31mzzzz", "x", NOW)
    assert "\x1b" not in str(no.value)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("title", "  Expired\n tokens\t ok ", "Expired tokens ok"),
        ("impact.seen", "line one\nline two ", "line one\nline two"),
        ("components", "api | web", ["api", "web"]),
        ("components", "api\n\n  web | old\n", ["api", "web | old"]),
        ("impact.kind", "Feature Broken", "feature-broken"),
        ("fix.temporary", "true", "yes"),
        ("fix.temporary", "No", "no"),
        ("ticket", "ENG-7", "ENG-7"),
        ("ticket", "#12", "#12"),
        ("detected-at", "-25m", NOW - timedelta(minutes=25)),
        ("title", "  ", None),
        ("review.actions", "a test | ann | Friday | detect\nrunbook", [
            {"task": "a test", "owner": "ann", "due": "Friday", "kind": "detect"}, {"task": "runbook"},
        ]),
        ("review.actions", "a test | | Friday", [{"task": "a test", "due": "Friday"}]),
    ],
)  # fmt: skip
def test_what_is_typed_is_stored_in_its_form(key, typed, value):
    assert parse_value(key, typed, NOW) == value


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("impact.kind", "unavailible", "did you mean unavailable"),
        ("resolution", "zzz", "one of code-fix, rollback"),
        ("fix.temporary", "maybe", "one of no, yes"),
        ("ticket", "what", "not a ticket"),
        ("detected-at", "soon", "not a time"),
        ("detected-at", "23:59", "did you mean `yesterday 23:59`"),
        ("review.actions", "a | b | c | prevent | e", "task | owner | due | kind"),
        ("review.actions", "a | b | c | wish", "one of prevent, detect"),
        ("review.actions", "one\n | ann", "names its task"),
        ("review.actions", "|", "names its task"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(key, typed, said):
    with pytest.raises(BadFact, match=said) as no:
        parse_value(key, typed, NOW, local=UTC)
    assert str(no.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("no-test", ["missing test coverage"]),
        ("Missing Test", ["missing test coverage"]),
        ("race", ["race condition in production"]),
        ("external", ["an external service changed"]),
        ("deploy | race", ["a recent deployment regressed", "race condition in production"]),
        ("An external service changed", ["an external service changed"]),
        ("the clock is mocked in tests", ["the clock is mocked in tests"]),
    ],
)
def test_a_usual_reason_is_known_by_a_short_name_and_another_one_is_kept_as_it_is(typed, kept):
    """It is a box of the texts only in its own words: a short name is no reason of its own."""
    assert parse_value("cause.why-missed", typed, NOW) == kept


def test_a_configured_form_of_tickets_is_taken():
    assert parse_value("ticket", "T2026/7", NOW, pattern=r"T\d+/\d+") == "T2026/7"


TYPED = st.text(st.characters() | st.sampled_from(list("|\n\r\t ,.\x1b\x07\u202e\u2028\x85")), max_size=60)


@pytest.mark.parametrize("key", sorted(KEYS - TIMES - {"ticket"}))
@examples(15)
@given(
    typed=TYPED
    | st.sampled_from(["code-fix", "yes", "security"])
    | st.lists(TYPED, max_size=4).map(" | ".join)
)
def test_what_is_shown_can_be_typed_again(key, typed):
    try:
        value = parse_value(key, typed, NOW)
    except BadFact as no:
        assert str(no)
        return
    assert parse_value(key, show_value(value), NOW) == value
    assert value is None or value


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 23), timezones=st.just(UTC)))
def test_a_time_that_is_shown_can_be_typed_again(at):
    at = at.replace(microsecond=0)
    assert parse_value("detected-at", show_value(at), NOW) == at
