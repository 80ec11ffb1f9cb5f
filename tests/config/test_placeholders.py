"""Placeholders: values stay single arguments and never become shell text or options."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.config.placeholders import PlaceholderError, environment, escape, expand, fill, names_in

HOSTILE = [
    "$(touch x)",
    "`id`",
    "a b",
    "'; rm -rf /",
    "\n",
    "{ticket}",
    "{{branch}}",
    "\x1b[31m",
    "*",
    "ü\u202e",
    "a\\b",
    '"',
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_stays_one_argument_in_a_real_process(value):
    program = [sys.executable, "-c", "import sys; sys.stdout.buffer.write(ascii(sys.argv[1:]).encode())"]
    argv = expand([*program, "{branch}", "--to={branch}"], {"branch": value})
    out = subprocess.run(argv, capture_output=True, check=True).stdout.decode()
    assert out == ascii([value, f"--to={value}"])


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_reaches_a_shell_as_a_variable_only(value):
    out = subprocess.run(
        ["/bin/sh", "-c", 'printf %s "$HOTFIX_TICKET"'],
        env={**environment({"ticket": value})},
        capture_output=True,
        check=True,
    ).stdout
    assert out.decode() == value


def test_files_become_arguments_of_their_own():
    assert expand(["pytest", "{files}", "-q"], {"files": ["a b", "-x.py"]}) == [
        "pytest",
        "a b",
        "./-x.py",
        "-q",
    ]
    assert environment({"files": ["a", "b"]}) == {"HOTFIX_FILES": "a\nb"}


@pytest.mark.parametrize(
    ("argv", "values"),
    [
        (["x", "{branch}"], {}),
        (["x", "{branch}"], {"branch": "--upload-pack=touch"}),
        (["x", "{branch}{commit}"], {"branch": "", "commit": "-f"}),
        (["x", "{branch}"], {"branch": "a\0b"}),
        (["x", "{files}"], {"files": ["a\0"]}),
        (["x", "{files}"], {}),
        (["x", "{files}"], {"files": "text"}),
    ],
)
def test_values_that_cannot_be_arguments_are_refused(argv, values):
    with pytest.raises(PlaceholderError, match=r"^\{|^The value"):
        expand(argv, values)


def test_other_braces_are_left_alone():
    for text in ('{"a": 1}', "{.items[*]}", "{{.Names}}", "{}", "{A}", "${branch}", "{ branch }", "$(x)"):
        assert expand([text], {"branch": "b"}) == [text]
        assert names_in(text) == []
    assert fill("{{branch}}-{branch}", {"branch": "b"}) == "{branch}-b"
    assert names_in("{{branch}} {ticket}") == ["ticket"]


@given(st.text(alphabet="{}ab$-", max_size=12))
def test_an_escaped_text_is_itself_again(text):
    assert fill(escape(text), {}) == text
