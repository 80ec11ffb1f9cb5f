"""Documents as TOML: what goes in comes out, for any text, and what TOML cannot hold is refused by name."""

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum, IntEnum, StrEnum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfix_tui.session import record, toml

TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    TEXT,
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.none() | st.timezones()),
    st.dates(),
    st.times(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(TEXT, VALUES, max_size=6)


def check(document):
    plain = toml.plain(document)
    assert toml.decode(toml.encode(plain)) == plain
    assert toml.plain(plain) == plain
    whole = {**plain, "schema": 1, "revision": 3, "id": "A"}
    data = record.encode(whole)
    assert record.parse(data, "A") == (whole, None, None)
    top = record.glance(data, "A")
    assert top.get("facts") == whole.get("facts")
    assert {key: top[key] for key in ("schema", "revision", "id")} == {"schema": 1, "revision": 3, "id": "A"}


@settings(suppress_health_check=list(HealthCheck))
@given(DOCUMENTS)
def test_a_document_comes_back(document):
    check(document)


@settings(suppress_health_check=list(HealthCheck))
@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_facts_are_seen_at_a_glance(facts):
    check({"a": [{"b": ["[x]", "[facts]"]}] * 3, "facts": facts, "steps": {"x": facts}, "factsx": {"y": 1}})


def test_what_python_has_and_toml_has_not():
    class Plain(str, Enum):  # noqa: UP042 - its str() is another text
        A = "a"

    class Number(IntEnum):
        ONE = 1

    class Word(StrEnum):
        W = "é"

    east = timezone(timedelta(hours=8))
    given_document = {
        "none": None,
        "list": [1, None, (2,)],
        "plain": Plain.A,
        "number": Number.ONE,
        "word": Word.W,
        "east": datetime(2026, 1, 1, 8, tzinfo=east),
        "naive": datetime(2026, 1, 1),
        "day": date(2026, 1, 1),
        "time": time(1, 2, tzinfo=UTC),
        "lone": "a\ud800\udc80b",
        "key\udc80": 1,
    }
    plain = toml.plain(given_document)
    assert plain == {
        "list": [1, [2]],
        "plain": "a",
        "number": 1,
        "word": "é",
        "east": datetime(2026, 1, 1, tzinfo=UTC),
        "naive": datetime(2026, 1, 1, tzinfo=UTC),
        "day": date(2026, 1, 1),
        "time": time(1, 2),
        "lone": "a\\ud800\\udc80b",
        "key\\udc80": 1,
    }
    assert {type(plain[name]) for name in ("plain", "word")} == {str}
    assert plain["east"].tzinfo is UTC
    check(given_document)


def test_not_a_number_comes_back():
    assert math.isnan(toml.decode(toml.encode(toml.plain({"x": math.nan})))["x"])


@pytest.mark.parametrize("value", [b"x", {1}, object(), 1j])
def test_a_type_that_toml_cannot_hold_is_named(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        toml.plain({"x": value})


def test_depth_and_size_have_an_end():
    deep = {}
    inner = deep
    for _ in range(toml.MAX_DEPTH - 1):
        inner["a"] = {}
        inner = inner["a"]
    inner["a"] = 1
    check(deep)
    with pytest.raises(ValueError, match="nested too deeply"):
        toml.plain({"a": deep})
    circle = []
    circle.append(circle)
    with pytest.raises(ValueError, match="nested too deeply"):
        toml.plain({"a": circle})
    for number in (2**63, -(2**63) - 1):
        with pytest.raises(ValueError, match="too large"):
            toml.plain({"a": number})
