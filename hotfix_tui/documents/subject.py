"""The first line of a commit: what the change does, in the team's commit style."""

import re

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.wording import Wording

FACT = "fix.subject"
_TYPED = re.compile(r"[a-z]{2,12}(?:\([^()\n]{1,60}\))?!?:\s+\S", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[a-z0-9)`\"'])[.;](?:\s|$)")


def subject(record: Record, wording: Wording) -> str:
    """Return the first line, at most `wording.longest` characters; empty while nothing is known."""
    said = spoken(record, wording)
    return worded(said, wording) if said else ""


def spoken(record: Record, wording: Wording) -> str:
    """Return the content of the first line, before styling: the change, otherwise the fault; empty without either."""
    if embargo.on(record):
        return embargo.neutral_name(record)
    given = one_line(str(record.fact(FACT, "")), 200)
    if given:
        return given
    room = wording.longest - len(_head(wording))
    first = _first_sentence(str(record.fact("fix.summary", "")))
    title = one_line(record.title, 200)
    return first if first and (len(first) <= room or not title) else title


def cut_to(record: Record, wording: Wording) -> int:
    """Return the length to which words that somebody wrote for the first line are cut; 0 if they are whole."""
    given = "" if embargo.on(record) else one_line(str(record.fact(FACT, "")), 200)
    whole = worded(given, wording._replace(longest=1000)) if given else ""
    return wording.longest if len(whole) > wording.longest else 0


def names_the_fault(record: Record, wording: Wording) -> bool:
    """Return whether the first line can only name the fault, because what the change does is unknown."""
    return (
        not embargo.on(record)
        and bool(record.title)
        and spoken(record, wording) == one_line(record.title, 200)
    )


def whole_summary(record: Record, wording: Wording) -> bool:
    """Return whether the first line says everything that the summary of the fix says."""
    summary = " ".join(clean(str(record.fact("fix.summary", ""))).split()).rstrip(".")
    return bool(summary) and spoken(record, wording).rstrip(".") == summary


def worded(said: str, wording: Wording) -> str:
    """Return `said` as a first line: with the team's type and case, truncated at a word if it is too long."""
    said = said.strip().rstrip(".").strip()
    if _TYPED.match(said):
        return _cut(said, wording.longest)
    return _cut(_head(wording) + _cased(said, wording), wording.longest)


def _head(wording: Wording) -> str:
    if not wording.prefix:
        return ""
    return f"{wording.prefix}({wording.scope}): " if wording.scope else f"{wording.prefix}: "


def _cased(said: str, wording: Wording) -> str:
    """Return it with a small first letter if the team wants one: an all-caps name is put in backticks instead."""
    word = said.split(" ", 1)[0]
    if not wording.lower:
        return said[:1].upper() + said[1:] if word.islower() and word.isalpha() else said
    if not said[:1].isupper():
        return said
    if len(word) == 1 or word[1:].strip(",:;'’").islower() or (word[1:].isalpha() and word[1:].islower()):
        return said[:1].lower() + said[1:]
    return f"`{word}`{said[len(word) :]}" if wording.strict and "`" not in word else said


def _first_sentence(text: str) -> str:
    line = next((stripped.strip() for stripped in clean(text).splitlines() if stripped.strip()), "")
    return one_line(_SENTENCE.split(line, 1)[0], 200).rstrip(".")


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    short = text[: longest - 1]
    return (short.rpartition(" ")[0] if " " in short[longest // 2 :] else short).rstrip(" ,;:") + "…"
