"""Finding text and errors in a log of any size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Protocol

from hotfix_tui.ui.widgets.log_cleaner import strip_escapes
from hotfix_tui.ui.widgets.log_file import LogFile

_CHUNK = 1 << 17
_LONGEST = 1 << 22

_WORDS = (
    r"errors?|fail(?:ed|ure|ures|s)?|fatal|panic(?:ked)?|(?:unhandled )?exception|traceback|critical|segfault|"
    r"segmentation fault|core dumped|aborted|assertion failed|command not found|permission denied|err!|"
    r"out of memory|undefined reference|cannot find"
)
# File and option names (error.log, --fail-fast) are not errors, nor are zero counts (0 failed, errors: 0).
_ERROR = (
    rf"(?<![\w./-])(?<!\b0 )(?<!\bno )(?:{_WORDS})(?![\w/-]|\.\w)(?!\s*[:=]\s*(?:0|none|null|nil|false)\b)"
    r"|\b(?-i:[A-Z])\w*(?:Error|Exception)\b|^not ok\b"
)


@cache
def _error_text() -> re.Pattern[str]:
    """Return the pattern for clean lines. Compiled on first use: start-up does not need it."""
    return re.compile(_ERROR + "|[✗✘✖❌]", re.IGNORECASE)


@cache
def _error_bytes() -> re.Pattern[bytes]:
    """Return the same pattern for many lines of bytes."""
    return re.compile((_ERROR + "|✗|✘|✖|❌").encode(), re.IGNORECASE | re.MULTILINE)


_MARKS = tuple(c.encode() for c in "✗✘✖❌")
_HINTS: tuple[bytes, ...] = (
    *(
        b"err",
        b"fail",
        b"fatal",
        b"panic",
        b"exception",
        b"traceback",
        b"critical",
        b"segmentation",
        b"dumped",
    ),
    *(b"segfault", b"abort", b"denied", b"not ", b"undefined", b"memory", b"cannot find", *_MARKS),
)


class Query(Protocol):
    """What to search for."""

    name: str

    def first(self, plain: bytes, at: int) -> int:
        """Return the offset of the first hit at or after `at` in bytes without escape sequences, or -1."""
        ...

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the hits in a clean line."""
        ...


class TextQuery:
    """Plain text. Without capital letters in it, case is ignored (ASCII letters)."""

    def __init__(self, text: str) -> None:
        self.name = text
        self._fold = text == text.lower()
        self._needle = text.encode("utf-8", "replace")
        self._pattern = re.compile(re.escape(text), re.IGNORECASE | re.ASCII if self._fold else 0)

    def first(self, plain: bytes, at: int) -> int:
        return (plain.lower() if self._fold else plain).find(self._needle, at)

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in self._pattern.finditer(text)]


class ErrorQuery:
    """Lines that look like an error, by the words that tools use."""

    name = "error"

    def first(self, plain: bytes, at: int) -> int:
        if not at:
            lower = plain.lower()
            if not any(hint in lower for hint in _HINTS):
                return -1
        match = _error_bytes().search(plain, at)
        return match.start() if match else -1

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in _error_text().finditer(text)]


ERRORS = ErrorQuery()

_LOOKED_AT = 4000
"""Characters of a line that are searched for an error, to colour it."""


@lru_cache(maxsize=2048)
def is_error(text: str) -> bool:
    """Return whether a clean line looks like an error, by the same rule as the search for the next one."""
    return _error_text().search(text[:_LOOKED_AT]) is not None


def find(
    log: LogFile, query: Query, start: int, forward: bool, cancelled: Callable[[], bool] = lambda: False
) -> int | None:
    """Return the first line with a hit at or after the line `start`, or the last one before it; None if there is
    none.

    Reads in pieces and calls `cancelled` before each, so it can run in a thread and be stopped.
    """
    for offset, chunk in _after(log, start) if forward else _before(log, start):
        if cancelled():
            return None
        hits = _hits(log, query, offset, chunk)
        hit = next(hits, None) if forward else max(hits, default=None)
        if hit is not None:
            return hit
    return None


def _hits(log: LogFile, query: Query, offset: int, chunk: bytes) -> Iterator[int]:
    """Yield the offsets of the chunk's lines with a visible hit, not only in a part that was overwritten."""
    plain = strip_escapes(chunk)
    at = query.first(plain, 0)
    line_raw = line_plain = 0
    while at >= 0:
        for _ in range(plain.count(b"\n", line_plain, at)):
            line_raw = chunk.index(b"\n", line_raw) + 1
        line_plain = plain.rfind(b"\n", 0, at) + 1
        start = log.line_start(offset) if not line_raw else offset + line_raw
        end = plain.find(b"\n", at)
        overwritten = b"\r" in plain[line_plain : end if end >= 0 else None].rstrip(b"\r")
        if not overwritten or query.spans(log.line(start).text):
            yield start
        if end < 0:
            return
        at = query.first(plain, end + 1)


def _after(log: LogFile, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines from `start` on, a chunk at a time; a line of megabytes may be split."""
    size = _CHUNK
    while start < log.size:
        chunk = log.read(start, size)
        end = chunk.rfind(b"\n") + 1
        if not end:
            if start + len(chunk) < log.size and size < _LONGEST and chunk:
                size *= 4
                continue
            end = len(chunk)
        if not end:
            return
        yield start, chunk[:end]
        start, size = start + end, _CHUNK


def _before(log: LogFile, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines that end before `end`, a chunk at a time, from the last to the first."""
    size = _CHUNK
    while end > 0:
        begin = max(0, end - size)
        chunk = log.read(begin, end - begin)
        cut = 0 if begin == 0 else chunk.find(b"\n") + 1
        if (cut == 0 and begin > 0) or cut == len(chunk):
            if begin > 0 and size < _LONGEST and chunk:
                size *= 4
                continue
            cut = 0
        yield begin + cut, chunk[cut:]
        end, size = begin + cut, _CHUNK
