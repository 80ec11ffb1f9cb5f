"""Text from outside never acts: no escape sequence, control or reordering character survives the cleaning."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.base.text import clean, one_line, slug

REORDERING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NASTY = st.text(
    st.characters()
    | st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
    | st.sampled_from(list("\x1b\x9b\x9d\x90[]()PX^_;0m?\\\x07\r\n\ud800\udcff")),
    max_size=80,
)


@given(NASTY)
def test_no_control_and_no_reordering_character_comes_out(text):
    out = clean(text)
    for char in out:
        assert char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), repr(char)
        assert char not in REORDERING
    out.encode("utf-8")
    assert clean(out) == out, "cleaning twice changes nothing more"
    assert "\n" not in one_line(text) and len(one_line(text, 20)) <= 20


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=80))
def test_plain_text_of_any_language_stays_as_it_is(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;cm0gLXJm\x07x", "x"),
        ("\x1bPq#0;2\x1b\\pic", "pic"),
        ("\x9b31mred", "red"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("a\x00b\x08", "a␀b␈"),
        ("\x7f\x85", "��"),
        ("txt\u202egpj.exe", "txt<U+202E>gpj.exe"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("name\udcff", "name\\xff"),
        ("json\ud800", "json\\ud800"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("[/] [@click=app.exit]x[/]", "[/] [@click=app.exit]x[/]"),
        ("热修复 👩‍🚒", "热修复 👩‍🚒"),
    ],
)
def test_known_tricks(dirty, tidy):
    assert clean(dirty) == tidy


def test_one_line_is_cut_with_a_mark():
    assert one_line("a  b\n\tc") == "a b c"
    assert one_line("x" * 30, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Fix auth bypass!", "fix-auth-bypass"),
        ("  ../../etc/passwd ", "etc-passwd"),
        ("认证绕过", ""),
        ("-rf --force @{0} ~^:?*[", "rf-force-0"),
        ("x" * 60, "x" * 40),
        ("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
        ("Import of newline-delimited JSON with a blank line crashes", "import-of-newline-delimited-json"),
        ("Users cannot log in to the shop with their old passwords", "users-cannot-log-in-to-the-shop"),
        (
            "Checkout is down since the deployment because of the cache",
            "checkout-is-down-since-the-deployment",
        ),
    ],
)
def test_the_describing_part_of_a_branch(title, name):
    assert slug(title) == name


@given(st.text(max_size=100))
def test_a_slug_can_be_part_of_any_ref(text):
    out = slug(text)
    assert len(out) <= 40
    assert set(out) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not out.startswith("-") and not out.endswith("-") and "--" not in out
