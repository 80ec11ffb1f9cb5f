"""Words that reveal what a fault is about, and sentences of the record quoted in a text: pure, bounded, word by
word.

They are looked for in names and texts that leave the machine while an incident is under embargo. Finding none
proves nothing: anyone who sees the change itself can read it.
"""

import re

from hotfix_tui.incident.model.record import Record

_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+"
_BEGINNINGS = (
    *(
        "attack",
        "breach",
        "bypass",
        "embargo",
        "escalat",
        "exfiltrat",
        "exploit",
        "hijack",
        "inject",
        "insecur",
    ),
    *("leak", "malicious", "securit", "spoof", "unauthenticated", "unauthori", "vulnerab"),
)
"""Prefixes of words that reveal a security fault."""

_WHOLE = frozenset(
    ("advisory", "cve", "cwe", "csrf", "disclosure", "ghsa", "idor", "poc", "rce", "sec", "sqli", "ssrf", "vuln", "xss",
     "xxe")
)  # fmt: skip
_SAY_NOTHING_TEXT = """\
about after again all also any are been before being broken cannot could does down error errors every fail
failed failing fails fault find for from gets give given goes have into just last late like made make many more
most must never none not only other over page pages service shows some still than that the their them then there
they this time under user users very was when where which while will with without wrong
"""
_SAY_NOTHING = frozenset(_SAY_NOTHING_TEXT.split())
_SHORTEST = 4
_LONGEST = 200_000
_SENTENCE = 20
_TOLD = ("title", "impact.", "cause.", "fix.summary", "fix.why", "fix.changes", "workaround", "data-loss")
"""Facts that describe the fault."""


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case; names such as ``isExpired`` and ``is_expired`` are split."""
    return [word.lower() for word in re.findall(_WORD, text[:_LONGEST])]


def security_terms(text: str) -> list[str]:
    """Return the words of `text` that reveal a security fault, each once."""
    return list(dict.fromkeys(w for w in words(text) if w in _WHOLE or w.startswith(_BEGINNINGS)))


def revealing_words(text: str, record: Record | None = None) -> list[str]:
    """Return the words of `text` that reveal a security fault or occur in the title of `record`, each once."""
    revealing = security_terms(text)
    if record is not None:
        known = _of_title(record)
        revealing += [word for word in words(text) if _plain(word) in known and word not in revealing]
    return list(dict.fromkeys(revealing))


def _of_title(record: Record) -> set[str]:
    """Return the meaningful words of the title, in the singular; the service's name reveals nothing."""
    service = str(record.fact("service", "") or record.config.get("service", ""))
    nothing = {_plain(word) for word in (*_SAY_NOTHING, *words(service))}
    return {_plain(w) for w in words(record.title) if len(w) >= _SHORTEST and _plain(w) not in nothing}


def _plain(word: str) -> str:
    return word.removesuffix("s") if len(word) > _SHORTEST else word


def quoted_facts(text: str, record: Record) -> list[str]:
    """Return the keys of the facts of which `text` quotes a whole sentence, wherever its lines break."""
    there = _flat(text[:_LONGEST])
    return [
        key
        for key, value in record.facts.items()
        if key.startswith(_TOLD) and any(part in there for part in _sentences(key, value))
    ]


def _sentences(key: str, value: object) -> list[str]:
    """Return the sentences of a fact that are too long to occur in a text by chance."""
    if isinstance(value, list):
        return [part for item in value for part in _sentences(key, item)]
    if not isinstance(value, str):
        return []
    parts = [_flat(part) for part in re.split(r"[.;:!?\n]\s", value + "\n\n")]
    shortest = _SENTENCE // 2 if key == "title" else _SENTENCE
    return [part for part in parts if len(part) >= shortest]


def _flat(text: str) -> str:
    return " ".join(text.lower().replace("`", "").split()).rstrip(".;:!?")
