"""Patterns from elsewhere: what Python's own matcher says, in a time that is bounded."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.base import pattern

TEXTS = [
    "",
    "A",
    "a",
    "AB",
    "ABC-12",
    "abc-12",
    "ABC-1234567",
    "#12",
    "gh-12",
    "X1",
    "aaa",
    "ab\n",
    "é",
    "Z_9-",
    "[]",
    "1.2",
    "a b",
]
PATTERNS = [
    r"[A-Z]+-[0-9]+",
    r"^[A-Z][A-Z0-9]{1,9}-\d{1,7}$",
    r"(?:ENG|ABC|OPS)-\d+",
    r"(?i)abc-\d+",
    r"(ABC)|(#\d+)|gh-\d+",
    r"a*?b?.+",
    r"[^-]+",
    r"[]a-]+",
    r"[\w.-]+",
    r"\S+\s?\S*",
    r"(?P<key>[A-Z]{2,})-(?P<number>\d*)",
    r"a{,3}",
    r"(a|b|)*",
    r"((a+)+)+",
    r"\AABC-12\Z",
    r"[\d\-]+|\[\]",
    r"\W\d\D?",
    "",
    r"|a",
    r"é|[à-ü]",
    r"\#\d+",
]


@pytest.mark.parametrize("form", PATTERNS)
def test_it_says_what_python_says(form):
    found = pattern.compile(form)
    assert [found.fullmatch(text) for text in TEXTS] == [
        re.fullmatch(form, text, re.ASCII) is not None for text in TEXTS
    ]


@given(
    st.recursive(
        st.sampled_from(["a", "b", "[ab]", "[^a]", r"\d", r"\w", "."]),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
            st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,2}"])).map(
                lambda two: f"(?:{two[0]}){two[1]}"
            ),
        ),
        max_leaves=6,
    ),
    st.text("ab1-", max_size=6),
)
def test_it_says_what_python_says_of_any_pattern(form, text):
    assert pattern.compile(form).fullmatch(text) == (re.fullmatch(form, text, re.ASCII) is not None)


@pytest.mark.parametrize(
    "form",
    [
        r"(a+)+-\d",
        r"(a|a)*-\d",
        r"(a|aa|aaa|aaaa|a|aa|aaa|aaaa|a|aa|aaa|aaaa|a|aa|aaa)*-\d",
        r"(.*)*x",
        r"(((a*)*)*)*-",
        r"([a-zA-Z]+)*-\d",
        r"(a?){30}a{30}-",
        r"(\w+\s?)*-\d",
        r"a*a*a*a*a*a*a*a*a*a*-\d",
    ],
)
def test_what_keeps_python_busy_for_years_ends(form):
    assert not pattern.compile(form).fullmatch("a" * 64)


@pytest.mark.parametrize(
    "form",
    ["(?=a)a", "(?!a)b", r"(a)\1", "(?<=a)b", "a++", "(?>a)", "(?#x)a", r"\bword", "a$b", "(?(1)a|b)", "x^",
     "((a{999}){999}){999}", "(?:(?:a{0,99}){99}){99}", "(" * 99 + "a" + ")" * 99, "a{x}", r"[\D]"],
)  # fmt: skip
def test_what_cannot_be_bounded_is_said(form):
    with pytest.raises(pattern.Unsupported):
        pattern.compile(form)


@pytest.mark.parametrize(
    "form", ["(", "(a", "a)", "*a", "[a", "[z-a]", "a{3,1}", "\\", "[\\", "a|*", "x" * 501, "(?"]
)
def test_what_is_none_is_said(form):
    with pytest.raises(pattern.BadPattern):
        pattern.compile(form)
