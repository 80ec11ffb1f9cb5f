"""Lines that look like secrets; messages about them never contain the secret itself.

Apart from the other rules on lines: bytes in, a clause out, and no finding.
"""

import re

from hotfix_tui.base.redact import patterns

_JUDGED_HERE = ("a password in an address", "a token in an address")
"""Shapes that are common in examples: a line of code is checked further below."""

_IN_URL = re.compile(rb"[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>{}$]{1,80}:([^\s/@\"'<>{}$]{3,80})@")
_USUAL = re.compile(
    rb"(?i)^(?:pass(?:w(?:or)?d)?|secret|user|pw|root|admin|postgres|guest|test|foo|bar)\d{0,3}$"
)
"""Common placeholders for a password in examples."""

_ASSIGNED = re.compile(
    rb"""(?i)(?:pass(?:word|wd)?|secret|token|api[_-]?key|private[_-]?key|credential)[a-z0-9_-]{0,20}["']?\s{0,4}[:=]{1,2}>?\s{0,4}["']([^"'\s]{8,200})["']"""
)
_PLACEHOLDER = re.compile(
    rb"(?i)^(?:[$<{%]|.*(?:example|change.?me|placeholder|dummy|your[_-]|xxx|redacted|env\b)|test|fake|\*+$)"
)


def secret_in(line: bytes, *, in_test: bool = False) -> str:
    """Return what the line seems to contain, as a clause; empty if nothing.

    In a test only what has the form of a real token counts: invented passwords are common there.
    """
    line = line[:5000]
    text = line.decode("latin-1")
    if "PRIVATE KEY-----" in text and "-----BEGIN " in text:
        return "a private key"
    for what, pattern in patterns():
        if what not in _JUDGED_HERE and pattern.search(text):
            return what
    if in_test:
        return ""
    match = _IN_URL.search(line)
    if match and not _USUAL.match(match[1]) and not _PLACEHOLDER.search(match[1]):
        return "a password in a URL"
    match = _ASSIGNED.search(line)
    if match and not _PLACEHOLDER.search(match[1]) and _varied(match[1]):
        return "a password or key written into the code"
    return ""


def _varied(value: bytes) -> bool:
    """Return whether a value has the mixture of characters that secrets have and words do not."""
    kinds = (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^A-Za-z0-9._/ -]")
    return sum(bool(re.search(kind, value)) for kind in kinds) >= 2 and len(set(value)) >= 6
