"""A configuration made to keep its reader busy is read, or refused, at once."""

import pytest

from hotfix_tui.config import check
from hotfix_tui.config.load import ConfigError, load
from hotfix_tui.incident.model.ids import ticket_problem
from tests.repos import write

FILE = ".hotfix-tui.toml"
SIZE = 200_000

SLOW = {
    "a pattern of alternatives": "[git]\nticket-pattern = '(a|aa|aaa|aaaa|a|aa|aaa|aaaa|a|aa|aaa|aaaa)*-[0-9]'\n",
    "a nested pattern": "[git]\nticket-pattern = '((a+)+)+-[0-9]'\n",
    "a pattern that is large when spelled out": "[git]\nticket-pattern = '((a{999}){999}){999}'\n",
    "a pattern that is long": f"[git]\nticket-pattern = '{'(a|' * SIZE}'\n",
    "a word in notify": f'[notify]\ninternal = "{"a" * SIZE}"\n',
    "a word of digits in notify": f'[notify]\ninternal = "{"7" * SIZE}"\n',
    "words in notify": f'[notify]\ninternal = "{"a-" * SIZE}!"\n',
    "a dotted key": ".".join("a" * SIZE) + " = 1\n",
    "a dotted key with blanks": " . ".join("a" * SIZE) + " = 1\n",
    "a quoted dotted key": ".".join(['"a"'] * SIZE) + " = 1\n",
    "a dotted headline": "[" + ".".join("a" * SIZE) + "]\n",
    "a dotted key in a table": "x = {" + ".".join("a" * SIZE) + " = 1}\n",
    "lists in lists": "x = " + "[" * SIZE + "\n",
    "tables in tables": "x = " + "{a=" * SIZE + "\n",
    "a long number": "x = " + "9" * SIZE + "\n",
    "a long name of a key": "a" * SIZE + " = 1\n",
    "many keys": "".join(f"k{number} = 1\n" for number in range(20_000)),
    "many tables": "".join(f"[t{number}]\n" for number in range(20_000)),
    "many severities": "".join(f"[policy.p{number}]\n" for number in range(20_000)),
    "a deep answer": "[[smoke]]\nname = 'x'\nurl = 'http://x'\njson = " + "[" * 200 + "1" + "]" * 200 + "\n",
    "a deep table": "[[smoke]]\nname = 'x'\nurl = 'http://x'\njson = " + "{a = " * 90 + "1" + "}" * 90 + "\n",
    "a branch name": f'[git]\nproduction = "{"a/" * SIZE}"\n',
    "placeholders": f'[git]\nbranch = "{"{" * SIZE}"\n',
    "placeholders in a command": f'[commands]\ntest = ["make", "{"{a" * SIZE}"]\n',
    "a command line": f'[commands]\ntest = "make {"x " * SIZE}"\n',
    "quotes in a command line": "[commands]\ntest = 'make " + '"a' * SIZE + "'\n",
    "a tag pattern": f'[git]\ntag-pattern = "{"*" * SIZE}"\n',
    "a duration": f'[monitor]\nwatch = "{"1h" * SIZE}"\n',
    "an address": f'[git]\nlive = "http://{"a." * SIZE}"\n',
    "an address of brackets": f'[git]\nlive = "http://{"[" * SIZE}"\n',
}


@pytest.mark.parametrize("kind", SLOW)
def test_it_is_read_or_refused_at_once(tmp_path, kind):
    """What takes time that grows with the square or worse would not end within this test's day."""
    root = write(tmp_path / "shop", {FILE: SLOW[kind]})
    try:
        found = load(root).config.git.ticket_pattern
    except ConfigError as said:
        assert all(len(problem) < 500 and problem.isprintable() for problem in said.problems)
        return
    assert ticket_problem("a" * 64, found)
    assert ticket_problem("#12", found) is None


@pytest.mark.parametrize("kind", ["a dotted key", "a dotted headline", "lists in lists", "tables in tables"])
def test_in_pyproject_too(tmp_path, kind):
    text = SLOW[kind] + "\n[tool.hotfix-tui]\nservice = 'x'\n"
    root = write(tmp_path / "shop", {"pyproject.toml": text})
    with pytest.raises(ConfigError):
        load(root)


def test_what_looks_like_a_long_key_and_is_none_is_read(tmp_path):
    numbers = ", ".join(f"{number}.0.1" for number in range(200))
    text = f'support = "{"wait... " * 100}"\nsignature = "{numbers}"\n'
    assert load(write(tmp_path / "shop", {FILE: text})).config.support


@pytest.mark.parametrize(
    "word", ["xoxb-1234567890-abcdef", "a" * 19 + "1" * 5, "https://x.example/T0AAA1111BBBB2222CCCC"]
)
def test_tokens_are_still_refused(word):
    with pytest.raises(ValueError, match="looks like a secret"):
        check.target(word)


@pytest.mark.parametrize(
    "word", ["ops@example.org", "https://chat.example/rooms/incidents", "a" * 30, "#incidents"]
)
def test_what_is_no_token_is_not(word):
    assert check.target(word) == word


def test_a_pattern_that_cannot_be_bounded_lets_the_usual_tickets_in(tmp_path):
    found = load(write(tmp_path / "s", {FILE: "[git]\nticket-pattern = '(?!X)[A-Z]+-[0-9]+'\n"})).config
    assert ticket_problem("ENG-7", found.git.ticket_pattern) is None
    assert "is not a ticket" in ticket_problem("x", found.git.ticket_pattern)
