"""What single added lines reveal: leftover debugging, conflict markers, disabled tests, secrets.

Apart from `rules`, which weighs files and the change as a whole: this sees one line at a time.
"""

import re
from collections.abc import Iterator

from hotfix_tui.base.secret_shapes import patterns
from hotfix_tui.steps.fix.guard.diff import Hunk, only_formatting
from hotfix_tui.steps.fix.guard.finding import GuardFinding, digest

_MOST = 20
"""Maximum single-line findings per file; more say nothing new."""

_JS = r"\.[cm]?[jt]sx?$|\.(?:vue|svelte)$"
_DEBUG: tuple[tuple[str, str], ...] = (
    (_JS, r"\bconsole\.(?:log|debug|trace|table)\(|^\s*debugger\b"),
    (r"\.py$", r"\bbreakpoint\(\)|\bi?pdb\.set_trace\(|^\s*import i?pdb\b"),
    (r"\.py$", r"^\s*print\(\s*f?[\"'](?:debug|here|xxx|!!|>>|---|===)"),
    (r"\.rb$", r"\bbinding\.(?:pry|irb)\b|^\s*(?:byebug|debugger)\b"),
    (r"\.php$", r"(?<![>:\w$])(?<!function )(?:var_dump|print_r(?!.*,\s*true)|dd|dump)\("),
    (r"\.go$", r"\bfmt\.Print(?:ln|f)?\(\s*\"(?:debug|here|xxx|!!|>>|---|===)|\bspew\.Dump\("),
    (r"\.rs$", r"\bdbg!\("),
    (r"\.(?:java|kt|scala|groovy)$", r"\.printStackTrace\(\)|\bSystem\.(?:out|err)\.print"),
    (r"\.cs$", r"\bDebugger\.(?:Break|Launch)\("),
    (r"\.exs?$", r"\bIO\.inspect\(|\bIEx\.pry\b"),
    (r"", r"(?i:\bdo not (?:commit|merge|ship)\b|\bnocommit\b)|(?:#|//|/\*|--|;|<!--)\s*(?:XXX|FIX(?:ME))\b"),
)
_TALKS = re.compile(r"(?:^|/)(?:examples?|scripts?|bin|docs?|tools?)/|\.(?:conf|config)\.[cm]?[jt]s$")
"""Where a program that writes to the terminal does its job."""

_PRINTS = re.compile(r"\bconsole\.(?:log|debug|trace|table)\(|\bSystem\.(?:out|err)\.print")
_SKIPPED: tuple[tuple[str, str], ...] = (
    (_JS, r"\b(?:it|test|describe|context)\.(?:only|skip)\(|^\s*(?:xit|xtest|xdescribe|fit|fdescribe)\("),
    (r"\.py$", r"@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure))\b|\bpytest\.skip\("),
    (r"\.go$", r"\bt\.Skip(?:f|Now)?\("),
    (r"\.(?:java|kt|scala|groovy)$", r"^\s*@(?:Disabled|Ignore)\b"),
    (r"\.rs$", r"#\[ignore\b"),
    (r"\.exs$", r"@tag :skip\b"),
    (r"\.cs$", r"\[(?:Ignore|Fact\(Skip)"),
)
_SKIPS_NOW = re.compile(rb"^\s+(?:return\s+)?(?:pytest\.skip|t\.Skip(?:f|Now)?)\(")
_CONDITION = re.compile(rb"^\s*(?:if|elif|else|except)\b|\{\s*$")
_MARKER = re.compile(rb"(?:<{7}|>{7}|\|{7}) ")


def line_findings(path: str, hunks: list[Hunk], in_test: bool) -> list[GuardFinding]:
    """Return the findings of a file's added lines; `in_test` says that the file is a test."""
    by_key: dict[tuple[str, str], GuardFinding] = {}
    for hunk in hunks:
        if not in_test and (hunk.added or hunk.removed) and only_formatting(path, hunk):
            body = b"\n".join(line for _, line in hunk.added) + b"\0" + b"\n".join(hunk.removed)
            text = f"{path} line {hunk.start}: only the formatting changes here"
            key = f"{path}:{digest(body)}"
            by_key["formatting", key] = GuardFinding("formatting", key, text, path, hunk.start, digest(body))
        above = b""
        for number, line in hunk.added:
            conditional = bool(_SKIPS_NOW.match(line) and _CONDITION.search(above))
            above = line
            for kind, why in _line(path, line, in_test):
                if kind == "skipped-test" and conditional:
                    continue
                key = f"{path}:{digest(line.strip())}"
                text = f"{path} line {number}: {why}"
                by_key.setdefault(
                    (kind, key), GuardFinding(kind, key, text, path, number, digest(line.strip()))
                )
    return list(by_key.values())[:_MOST]


def _line(path: str, line: bytes, in_test: bool) -> Iterator[tuple[str, str]]:
    """Yield kind and reason for what one added line contains."""
    if _MARKER.match(line):
        yield "conflict", "a conflict marker was left in"
    secret = secret_in(line, in_test=in_test)
    if secret:
        yield "secret", f"this looks like {secret}"
    text = line[:2000].decode("utf-8", "replace")
    talks = _TALKS.search(path) and _PRINTS.search(text)
    if not talks and any(re.search(files, path) and re.search(words, text) for files, words in _DEBUG):
        yield "debugging", "debugging or a note to yourself was left in"
    if any(re.search(files, path) and re.search(words, text) for files, words in _SKIPPED):
        yield "skipped-test", "a test is switched off, or all others are"


_JUDGED_HERE = (
    "a password in an address",
    "a password with a slash in an address",
    "a token in an address",
)
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
