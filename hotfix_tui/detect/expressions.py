"""Conditions in pipeline files, as far as they can be decided: GitHub's expressions, GitLab's rules.

Three-valued: what cannot be known here is `UNKNOWN`, and stays so unless the rest decides. No code is run.
"""

import re
from collections.abc import Callable
from enum import Enum
from fnmatch import fnmatchcase
from typing import Final


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
"""What cannot be known from the files."""

ANY: Final = "\0any"
"""A text that equals anything it is compared with: the repository's own name if unknown."""


class Own(str):
    """The name of this repository, or of its owner, as the remote's address has it: a forge also answers to former
    ones. `others` are owners under whom its files name it.
    """

    others: frozenset[str] = frozenset()


Value = str | bool | float | None | _Unknown
Lookup = Callable[[str], Value]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<regex>/(?:[^/\\]|\\.)+/[a-z]*)"
    r"|(?P<op>==|!=|=~|!~|<=|>=|&&|\|\||[!<>(),\[\]])|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<name>\$?[A-Za-z_][\w-]*(?:\.(?:[\w-]+|\*))*))"
)
_MOST = 4_000


def truth(value: Value) -> bool | _Unknown:
    """Return whether a value is truthy."""
    if value is UNKNOWN:
        return UNKNOWN
    return bool(value)


def both(first: bool | _Unknown, second: bool | _Unknown) -> bool | _Unknown:
    """Return whether both hold: False as soon as one does not, otherwise unknown if one is."""
    if first is False or second is False:
        return False
    return UNKNOWN if UNKNOWN in (first, second) else True


def evaluate(text: str, lookup: Lookup) -> Value:
    """Return the value of an expression; UNKNOWN if it cannot be parsed."""
    try:
        parser = _Parser(_tokens(text), lookup)
        value = parser.either()
        return value if parser.at_end else UNKNOWN
    except (_Unreadable, RecursionError):
        return UNKNOWN


def filled(text: str, lookup: Lookup) -> str:
    """Return a text with its ``${{ … }}`` filled in; unknown ones stay as they are."""

    def one(match: re.Match[str]) -> str:
        value = evaluate(match[1], lookup)
        return match[0] if value is UNKNOWN else _text(value)

    return re.sub(r"\$\{\{(.*?)\}\}", one, text, flags=re.DOTALL)


def condition(text: str, lookup: Lookup) -> bool | _Unknown:
    """Return whether an ``if:`` holds; with or without ``${{ }}`` around it."""
    stripped = text.strip()
    match = re.fullmatch(r"\$\{\{(.*)\}\}", stripped, flags=re.DOTALL)
    if match and "${{" not in match[1]:
        stripped = match[1]
    if "${{" in stripped:
        stripped = re.sub(r"\$\{\{(.*?)\}\}", r"(\1)", stripped, flags=re.DOTALL)
    return truth(evaluate(stripped, lookup))


class _Unreadable(Exception):
    """Not an expression of a known form."""


def _tokens(text: str) -> list[tuple[str, str]]:
    out, place = [], 0
    text = text[:_MOST].strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise _Unreadable
        out.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
        if text[place:].isspace():
            break
    return out


class _Parser:
    """A recursive descent parser for ``||``, ``&&``, ``!``, comparisons, calls."""

    def __init__(self, tokens: list[tuple[str, str]], lookup: Lookup) -> None:
        self.tokens = tokens
        self.place = 0
        self.lookup = lookup

    @property
    def at_end(self) -> bool:
        return self.place >= len(self.tokens)

    def taken(self, *ops: str) -> str:
        if not self.at_end and self.tokens[self.place] in [("op", op) for op in ops]:
            self.place += 1
            return self.tokens[self.place - 1][1]
        return ""

    def either(self) -> Value:
        value = self.every()
        while self.taken("||"):
            other = self.every()
            decided = truth(value)
            if decided is UNKNOWN:
                value = True if truth(other) is True else UNKNOWN
            elif not decided:
                value = other
        return value

    def every(self) -> Value:
        value = self.negated()
        while self.taken("&&"):
            other = self.negated()
            decided = truth(value)
            if decided is UNKNOWN:
                value = False if truth(other) is False else UNKNOWN
            elif decided:
                value = other
        return value

    def negated(self) -> Value:
        if self.taken("!"):
            value = truth(self.negated())
            return UNKNOWN if value is UNKNOWN else not value
        return self.compared()

    def compared(self) -> Value:
        left = self.single()
        op = self.taken("==", "!=", "=~", "!~", "<=", ">=", "<", ">")
        if not op:
            return left
        return _compare(left, op, self.single())

    def single(self) -> Value:
        if self.taken("("):
            value = self.either()
            if not self.taken(")"):
                raise _Unreadable
            return value
        if self.at_end:
            raise _Unreadable
        kind, word = self.tokens[self.place]
        self.place += 1
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "quoted":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if kind == "regex":
            return word
        if kind == "number":
            return float(word)
        if kind == "op":
            raise _Unreadable
        return self.named(word)

    def named(self, word: str) -> Value:
        if self.taken("("):
            return _call(word.lower(), self.arguments())
        path = word
        while self.taken("["):
            inner = self.either()
            if not self.taken("]"):
                raise _Unreadable
            path += f".{_text(inner)}" if isinstance(inner, str | float) else ".?"
        known: dict[str, Value] = {"true": True, "false": False, "null": None}
        return known[path.lower()] if path.lower() in known else self.lookup(path)

    def arguments(self) -> list[Value]:
        out: list[Value] = []
        while not self.taken(")"):
            if self.at_end:
                raise _Unreadable
            out.append(self.either())
            self.taken(",")
        return out


def _compare(left: Value, op: str, right: Value) -> Value:
    if UNKNOWN in (left, right):
        return UNKNOWN
    if op in ("==", "!=") and _may_be_renamed(left, right):
        return UNKNOWN
    if ANY in (left, right):
        return {"==": True, "!=": False}.get(op, UNKNOWN)
    if op in ("=~", "!~"):
        hit = _searched(_text(right), left)
        return UNKNOWN if hit is UNKNOWN else hit == (op == "=~")
    if op in ("==", "!="):
        same = left == right if None in (left, right) else _text(left).lower() == _text(right).lower()
        if None in (left, right):
            same = _text(left) == _text(right)
        return same == (op == "==")
    return UNKNOWN


def _may_be_renamed(left: Value, right: Value) -> bool:
    """Return whether a comparison is that of the repository with one of the same name that belongs to another owner,
    or of its owner with another one under whom the repository's files name it.

    It may be a fork; or it was moved, and the address of the remote is the former one.
    """
    for own, other in ((left, right), (right, left)):
        if isinstance(own, Own) and isinstance(other, str):
            mine, theirs = own.lower(), other.lower()
            if "/" not in mine:
                return theirs in own.others and mine != theirs
            return mine != theirs and mine.rpartition("/")[2] == theirs.rpartition("/")[2]
    return False


def _searched(pattern: str, value: Value) -> bool | _Unknown:
    """Return whether a text matches ``/pattern/``; unknown where the two regular expression dialects may differ."""
    if value is None:
        return False
    match = re.fullmatch(r"/(.*)/([a-z]*)", pattern, flags=re.DOTALL)
    if match is None or len(match[1]) > 200 or re.search(r"[+*}]\)[+*{]", match[1]):
        return UNKNOWN
    try:
        wanted = match[1].replace(r"\z", r"\Z")  # The way Ruby and Go write the end of a text.
        return bool(re.search(wanted, _text(value)[:300], re.I if "i" in match[2] else 0))
    except re.error:
        return UNKNOWN


def _call(name: str, values: list[Value]) -> Value:
    if name in ("success", "always"):
        return True
    if name in ("failure", "cancelled"):
        return False
    if name in ("startswith", "endswith", "contains") and len(values) == 2:
        if UNKNOWN in values:
            return UNKNOWN
        if ANY in values:
            return True
        whole, part = _text(values[0]).lower(), _text(values[1]).lower()
        return {
            "startswith": whole.startswith(part),
            "endswith": whole.endswith(part),
            "contains": part in whole if not whole.startswith("[") else f'"{part}"' in whole,
        }[name]
    if name == "format" and values and UNKNOWN not in values:
        out = _text(values[0])
        for number, value in enumerate(values[1:]):
            out = out.replace(f"{{{number}}}", _text(value))
        return out
    if name in ("fromjson", "tojson") and len(values) == 1:
        known: dict[str, Value] = {"true": True, "false": False, "null": None}
        return known.get(values[0], values[0]) if isinstance(values[0], str) else values[0]
    return UNKNOWN


def _text(value: Value) -> str:
    if value is None or value is UNKNOWN:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else str(value)
    return value


def ref_matches(name: str, patterns: list[str]) -> bool:
    """Return whether a branch or tag passes a list of GitHub patterns: the last match decides, ``!`` excludes."""
    passes = False
    for pattern in patterns:
        out = pattern.startswith("!")
        if _ref_pattern(pattern.removeprefix("!"), name):
            passes = not out
    return passes


def _ref_pattern(pattern: str, name: str) -> bool:
    """Return whether a pattern matches: ``*`` within a part, ``**`` across parts, ``?`` and ``+`` repeat, ``[]`` a
    class.
    """
    out, place = "", 0
    while place < len(pattern):
        char = pattern[place]
        if pattern.startswith("**", place):
            out += ".*"
            place += 2
            if pattern.startswith("/", place) and out == ".*":
                out, place = "(?:.*/)?", place + 1
            continue
        if char == "*":
            out += "[^/]*"
        elif char in "?+" and out:
            out += char
        elif char == "[" and "]" in pattern[place:]:
            end = pattern.index("]", place)
            out += pattern[place : end + 1]
            place = end
        else:
            out += re.escape(char)
        place += 1
    try:
        return re.fullmatch(out, name) is not None
    except re.error:
        return fnmatchcase(name, pattern)
