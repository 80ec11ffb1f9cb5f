"""Whether a platform's answer says that more than one version serves: as a rolling deployment that failed leaves it."""

import json
import re
from collections.abc import Iterable

from hotfix_tui.base.text import one_line
from hotfix_tui.platforms.model import Mixed
from hotfix_tui.platforms.release import LARGEST, under

_POINTER = re.compile(r"\{(/[^{}]*)\}")
_MOST = 2


def said(answer: bytes, rules: Iterable[Mixed]) -> str:
    """Return what the first matching rule makes of an answer, as a clause; empty if none matches."""
    text = answer[:LARGEST].decode("utf-8", "replace")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    for rule in rules:
        if (clause := _of_text(text, rule) if rule.same else _of_value(value, rule)) is not None:
            return one_line(clause, 200)
    return ""


def _of_text(text: str, rule: Mixed) -> str | None:
    """Return the clause if the pattern finds different words."""
    words = list(dict.fromkeys(re.findall(rule.same, text)))
    return f"{rule.says} {' and '.join(words[:_MOST])}" if len(words) > 1 else None


def _of_value(value: object, rule: Mixed) -> str | None:
    """Return the clause if all of the conditions hold, and two of the values that belong together differ."""
    if value is None:
        return None
    if not all(re.fullmatch(form, _word(value, pointer)) for pointer, form in rule.where.items()):
        return None
    pairs = [(_count(value, first), _count(value, second)) for first, second in rule.differ]
    if pairs and all(first == second for first, second in pairs):
        return None
    return _POINTER.sub(lambda match: one_line(_count(value, match[1]), 80), rule.says)


def _word(value: object, pointer: str) -> str:
    found = under(value, pointer)
    return "" if found is None or isinstance(found, dict | list) else str(found)


def _count(value: object, pointer: str) -> str:
    """Return a value of which nothing is said as none: an API leaves out what is zero."""
    return _word(value, pointer) or "0"
