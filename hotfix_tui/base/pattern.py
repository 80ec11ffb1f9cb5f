"""Regular expressions from a configuration, matched in time linear in the text, without exponential blow-up.

A hostile pattern can keep Python's own matcher busy for years. This one follows all paths through a pattern at
once, so its work is bounded by the length of the pattern times that of the text. It supports what the format of a
ticket needs: characters, classes, groups, alternatives and repetition.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hotfix_tui.base.errors import Clause

LONGEST = 500
"""Maximum length of a pattern, in characters."""

_MOST_STEPS = 5_000
_DEEPEST = 50
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \t\n\r\f\v"}
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_SPECIAL = "|)*+?{"


class BadPattern(Clause):
    """The pattern is invalid; the text is a clause."""


class Unsupported(BadPattern):
    """The pattern needs something that cannot be matched in bounded time, or that no ticket format needs."""


class _Class(NamedTuple):
    """A set of characters."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def holds(self, char: str) -> bool:
        return any(low <= char <= high for low, high in self.ranges) != self.negated


class _Split(NamedTuple):
    """Continues at both places."""

    one: int
    other: int


_Step = _Class | _Split | None
_Node = tuple[str, Any]
"""A node of a pattern and its children: ``class``, ``all``, ``or``, ``repeat`` (part, least, most)."""


class Pattern:
    """A compiled pattern."""

    def __init__(self, steps: list[_Step], ignore_case: bool) -> None:
        self._steps = steps
        self._ignore_case = ignore_case

    def fullmatch(self, text: str) -> bool:
        """Return whether the whole of `text` matches."""
        now = self._reach([0])
        for char in text:
            spellings = {char, char.lower(), char.upper()} if self._ignore_case else {char}
            after = [at + 1 for at in now if self._takes(at, spellings)]
            if not after:
                return False
            now = self._reach(after)
        return any(self._steps[at] is None for at in now)

    def _takes(self, at: int, spellings: set[str]) -> bool:
        step = self._steps[at]
        return isinstance(step, _Class) and any(step.holds(char) for char in spellings)

    def _reach(self, starts: list[int]) -> set[int]:
        """Return all states reachable from `starts` without consuming a character."""
        seen: set[int] = set()
        todo = list(starts)
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            step = self._steps[at]
            if isinstance(step, _Split):
                todo += [step.one, step.other]
        return seen


def compile(pattern: str) -> Pattern:
    """Compile `pattern`. Raises BadPattern, and Unsupported for lookaround, back references and the like."""
    if len(pattern) > LONGEST:
        raise BadPattern(f"it is longer than {LONGEST} characters")
    ignore_case = pattern.startswith("(?i)")
    reader = _Reader(pattern.removeprefix("(?i)"))
    node = reader.alternatives(0)
    if not reader.at_end():
        raise BadPattern(f"there is a ) too many at {reader.at}")
    steps: list[_Step] = []
    _emit(node, steps)
    steps.append(None)
    return Pattern(steps, ignore_case)


class _Reader:
    """Reads a pattern into nested nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def take(self) -> str:
        if self.at_end():
            raise BadPattern("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def alternatives(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise Unsupported("its groups are nested too deeply")
        options = [self.sequence(depth)]
        while self.peek() == "|":
            self.take()
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else ("or", options)

    def sequence(self, depth: int) -> _Node:
        parts: list[_Node] = []
        while not self.at_end() and self.peek() not in "|)":
            if self._anchor(depth, first=not parts):
                continue
            parts.append(self.repeated(self.atom(depth)))
        return ("all", parts)

    def _anchor(self, depth: int, *, first: bool) -> bool:
        """Skip an anchor where it is redundant: the whole text is matched anyway."""
        word = self.peek(2) if self.peek() == "\\" else self.peek()
        if word not in ("^", "$", "\\A", "\\Z"):
            return False
        last = self.at + len(word) == len(self.text)
        if depth or (word in ("^", "\\A") and not first) or (word in ("$", "\\Z") and not last):
            raise Unsupported(f"{word} is inside it")
        self.at += len(word)
        return True

    def atom(self, depth: int) -> _Node:
        char = self.take()
        if char == "(":
            return self.group(depth)
        if char == "[":
            return ("class", self.bracket())
        if char == ".":
            return ("class", _Class((("\n", "\n"),), negated=True))
        if char == "\\":
            return ("class", self.escape())
        if char in _SPECIAL:
            raise BadPattern(f"there is nothing to repeat before {char}")
        return ("class", _Class(((char, char),)))

    def group(self, depth: int) -> _Node:
        if self.peek() == "?":
            self.take()
            kind = self.take()
            if kind == "P" and self.peek() == "<":
                name, end, _ = self.text[self.at + 1 :].partition(">")
                if not end or not name.isidentifier():
                    raise BadPattern("a group has a name that is none")
                self.at += len(name) + 2
            elif kind != ":":
                raise Unsupported(f"it uses (?{kind}")
        node = self.alternatives(depth + 1)
        if self.at_end():
            raise BadPattern("a ) is missing")
        self.take()
        return node

    def escape(self) -> _Class:
        char = self.take()
        if char.lower() in _CLASSES:
            return _Class(_ranges(_CLASSES[char.lower()]), negated=char.isupper())
        if char in _ESCAPES:
            return _Class(((_ESCAPES[char], _ESCAPES[char]),))
        if char.isalnum():
            raise Unsupported(f"it uses \\{char}")
        return _Class(((char, char),))

    def bracket(self) -> _Class:
        negated = self.peek() == "^"
        if negated:
            self.take()
        ranges: list[tuple[str, str]] = []
        first = True
        while first or self.peek() != "]":
            first = False
            char = self.take()
            if char == "\\":
                escaped = self.escape()
                if escaped.negated:
                    raise Unsupported("a class in brackets holds a negated one")
                ranges += escaped.ranges
                if len(escaped.ranges) > 1 or escaped.ranges[0][0] != escaped.ranges[0][1]:
                    continue
                char = escaped.ranges[0][0]
                ranges.pop()
            if self.peek() == "-" and self.peek(2) not in ("-]", "-"):
                self.take()
                high = self.take()
                if high == "\\":
                    high = self.escape().ranges[0][1]
                if high < char:
                    raise BadPattern(f"the range {char}-{high} is the wrong way round")
                ranges.append((char, high))
            else:
                ranges.append((char, char))
        self.take()
        return _Class(tuple(ranges), negated)

    def repeated(self, node: _Node) -> _Node:
        while not self.at_end() and (count := self._count()) is not None:
            node = ("repeat", (node, *count))
            if self.peek() == "?":
                self.take()  # greediness makes no difference to whether the whole matches
            elif self.peek() == "+":
                raise Unsupported("it uses possessive repetition")
        return node

    def _count(self) -> tuple[int, int | None] | None:
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self.peek())
        if simple:
            self.take()
            return simple
        if self.peek() != "{":
            return None
        inside, end, _ = self.text[self.at + 1 :].partition("}")
        low, comma, high = inside.partition(",")
        if (
            not end
            or not (low or comma)
            or not all(part.isascii() and part.isdigit() for part in (low, high) if part)
        ):
            raise Unsupported("a { in it counts nothing; write \\{")
        self.at += len(inside) + 2
        least = int(low or 0)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise BadPattern(f"{{{inside}}} is the wrong way round")
        return least, most


def _ranges(text: str) -> tuple[tuple[str, str], ...]:
    """Return the ranges in a text such as ``A-Z_``."""
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    while text:
        if text[1:2] == "-":
            yield text[0], text[2]
            text = text[3:]
        else:
            yield text[0], text[0]
            text = text[1:]


def _emit(node: _Node, steps: list[_Step]) -> None:
    """Append the instructions of `node` to `steps`. Raises Unsupported when a repetition makes too many."""
    if len(steps) > _MOST_STEPS:
        raise Unsupported("it repeats too much")
    kind, value = node
    if kind == "class":
        steps.append(value)
    elif kind == "all":
        for part in value:
            _emit(part, steps)
    elif kind == "or":
        _emit_or(value, steps)
    else:
        inner, least, most = value
        _emit_repeat(inner, least, most, steps)


def _emit_or(options: list[_Node], steps: list[_Step]) -> None:
    ends = []
    for option in options[:-1]:
        split = len(steps)
        steps.append(None)
        _emit(option, steps)
        ends.append(len(steps))
        steps.append(None)
        steps[split] = _Split(split + 1, len(steps))
    _emit(options[-1], steps)
    for end in ends:
        steps[end] = _Split(len(steps), len(steps))


def _emit_repeat(node: _Node, least: int, most: int | None, steps: list[_Step]) -> None:
    for _ in range(least):
        _emit(node, steps)
        _bounded(steps)
    if most is None:
        split = len(steps)
        steps.append(None)
        _emit(node, steps)
        steps.append(_Split(split, split))
        steps[split] = _Split(split + 1, len(steps))
        return
    splits = []
    for _ in range(most - least):
        splits.append(len(steps))
        steps.append(None)
        _emit(node, steps)
        _bounded(steps)
    for split in splits:
        steps[split] = _Split(split + 1, len(steps))


def _bounded(steps: list[_Step]) -> None:
    if len(steps) > _MOST_STEPS:
        raise Unsupported("it repeats too much")
