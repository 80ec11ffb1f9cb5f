"""A patch, read line by line: which lines were added where, and which hunks only change whitespace."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hotfix_tui.git.diff import FileChange, diff_text
from hotfix_tui.git.process import Git

LARGEST = 2_000_000
"""Bytes of a patch that are examined; a larger hotfix has a finding for its size."""

_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_INDENTED = (".py", ".pyi", ".yml", ".yaml", ".pug", ".haml", ".slim", ".sass", ".nim", ".coffee", ".fs")
"""Files with significant indentation."""


_PROSE = (".md", ".markdown", ".rst", ".txt", ".adoc", ".rdoc", ".textile", ".org")
"""Files in which whitespace is only layout, whoever changes it."""

_TEXTS = re.compile(rb"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""")
_BETWEEN_WORDS = re.compile(rb"(?<=\w)\s+(?=\w)")
_BLANKS = re.compile(rb"\s+")


@dataclass
class Hunk:
    """One hunk: where its new side begins, its added and removed lines, and both full sides; all without marks."""

    start: int
    added: list[tuple[int, bytes]] = field(default_factory=list)
    removed: list[bytes] = field(default_factory=list)
    before: list[bytes] = field(default_factory=list)
    after: list[bytes] = field(default_factory=list)


def hunks(
    git: Git, base: str, target: str, files: list[FileChange]
) -> Iterator[tuple[FileChange, list[Hunk]]]:
    """Yield each changed file with its hunks; `files` are those of the same diff, in git's order."""
    data = diff_text(git, base, target, limit_bytes=LARGEST)
    sections = (b"\n" + data).split(b"\ndiff --git ")[1:]
    for file, section in zip(files, sections):
        yield file, list(_hunks(section))


def _hunks(section: bytes) -> Iterator[Hunk]:
    hunk: Hunk | None = None
    number = 0
    for line in section.split(b"\n"):
        match = _HUNK.match(line)
        if match:
            if hunk:
                yield hunk
            number = int(match[1])
            hunk = Hunk(number)
        elif hunk is None:
            continue
        elif line.startswith(b"+"):
            hunk.added.append((number, line[1:]))
            hunk.after.append(line[1:])
            number += 1
        elif line.startswith(b"-"):
            hunk.removed.append(line[1:])
            hunk.before.append(line[1:])
        elif line.startswith(b" "):
            hunk.before.append(line[1:])
            hunk.after.append(line[1:])
            number += 1
    if hunk:
        yield hunk


def only_formatting(path: str, hunk: Hunk) -> bool:
    """Return whether a hunk only changes whitespace, line breaks and commas before a closing bracket.

    Quoted texts must be equal, and so must the order of lines: a moved line is a change. Blank lines added or removed
    next to a fix, and prose, are not worth a finding.
    """
    added = [line for _, line in hunk.added]
    if path.lower().endswith(_PROSE) or not any(line.strip() for line in (*added, *hunk.removed)):
        return False
    if added == hunk.removed:  # the newline at the end of the file
        return False
    if path.endswith(_INDENTED) or path.rpartition("/")[2] in ("Makefile", "makefile"):
        before, after = _indents(hunk.removed), _indents(added)
        if before != after and len(before) == len(after):
            return False
    return _squeezed(hunk.before) == _squeezed(hunk.after)


def _indents(lines: list[bytes]) -> list[int]:
    return [len(line) - len(line.lstrip()) for line in lines if line.strip()]


def _squeezed(lines: list[bytes]) -> bytes:
    """Return the text without whitespace that is insignificant to a compiler."""
    parts = _TEXTS.split(b"\n".join(lines))
    for place in range(0, len(parts), 2):
        parts[place] = _BLANKS.sub(b"", _BETWEEN_WORDS.sub(b"\0", parts[place]))
    return re.sub(rb",(?=[)\]}])", b"", b"".join(parts))
