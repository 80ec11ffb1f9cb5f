"""What the change itself says while the incident is under embargo: test names, and comments about security."""

import re
from collections.abc import Iterator

from hotfix_tui.base.text import one_line
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.git.diff import FileChange
from hotfix_tui.git.process import Git
from hotfix_tui.incident.embargo.words import revealing_words, security_terms
from hotfix_tui.incident.model.record import Record
from hotfix_tui.steps.fix.guard.diff import hunks
from hotfix_tui.steps.fix.guard.finding import Finding, digest

KIND = "embargo"
_NAMES = re.compile(
    rb"""(?:\b(?:def|func|fn|function|class)\s+(?P<name>\w*(?:[Tt]est|[Ss]pec|[Ss]hould)\w*)|\b(?:void|fun)\s+(?P<method>\w+)"""
    rb"""|\b(?:it|test|describe|context|scenario|specify|t\.Run)\s*\(?\s*(?P<quote>["'`])(?P<text>.{1,200}?)(?P=quote))"""
)
"""What a test is called: a function, or the sentence of a behaviour. Helpers beside it may be called anything."""

_COMMENT = re.compile(rb"(?:^|\s)(?:#|//|/\*|\*|--|;|<!--|\"\"\")(.{0,400})")


def findings(
    git: Git, base: str, tree: str, files: list[FileChange], record: Record, extra: list[str]
) -> list[Finding]:
    """Return what in the change from `base` to `tree` tells of the fault: test names, paths, comments.

    Other code is not looked at: it has to say what it does. `extra` are the configured paths of tests.
    """
    out: list[Finding] = []
    for file, parts in hunks(git, base, tree, files):
        added = [line for hunk in parts for line in hunk.added]
        in_test = is_test_file(file.path, extra)
        if in_test and file.status == "A":
            out += _path(file.path, record)
        if in_test:
            out += _names(file.path, added, record)
        out += _comments(file.path, added)
    return out


def _path(path: str, record: Record) -> Iterator[Finding]:
    found = revealing_words(path.rpartition("/")[2], record)
    if found:
        text = f"under embargo: the name of the new test file says {', '.join(found)}; call it neutrally"
        yield Finding(KIND, path, text, path, content=digest(path))


def _names(path: str, added: list[tuple[int, bytes]], record: Record) -> Iterator[Finding]:
    """Give one finding for the added tests of a file whose names tell, with the place of the first."""
    names: dict[str, tuple[int, list[str]]] = {}
    for number, line in added:
        for match in _NAMES.finditer(line[:1000]):
            raw = match["name"] or match["method"] or match["text"]
            name = one_line(raw.decode("utf-8", "replace"), 80)
            if found := revealing_words(name, record):
                names.setdefault(name, (number, found))
    if not names:
        return
    first, (number, _) = next(iter(names.items()))
    words = ", ".join(dict.fromkeys(word for _, found in names.values() for word in found))
    what = f"{first} and {len(names) - 1} more say" if len(names) > 1 else f"{first} says"
    text = f"under embargo: the test {what} {words}; call it neutrally, or push it after the deploy"
    yield Finding(KIND, f"{path}:names", text, path, number, digest("\0".join(names)))


def _comments(path: str, added: list[tuple[int, bytes]]) -> Iterator[Finding]:
    """Give a finding for each added comment with words of security."""
    for number, line in added:
        for match in _COMMENT.finditer(line[:1000]):
            found = security_terms(match[1].decode("utf-8", "replace"))
            if found:
                text = f"under embargo: a comment says {', '.join(found)}; write it after the deploy"
                yield Finding(KIND, f"{path}:{'-'.join(found)}", text, path, number, digest(line.strip()))
                break
