"""What the change itself reveals during an embargo: test names, and comments about security.

Apart from `rules`: what it finds is right to be in the change, only not to be seen yet.
"""

import re
from collections.abc import Iterator

from hotfix_tui.base.text import one_line
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.git.diff import FileChange
from hotfix_tui.git.process import Git
from hotfix_tui.incident.embargo.words import revealing_words, security_terms
from hotfix_tui.incident.model.record import Record
from hotfix_tui.steps.fix.guard.diff import hunks
from hotfix_tui.steps.fix.guard.finding import GuardFinding, digest

KIND = "embargo"
_NAMES = re.compile(
    rb"""(?:\b(?:def|func|fn|function|class)\s+(?P<name>\w*(?:[Tt]est|[Ss]pec|[Ss]hould)\w*)|\b(?:void|fun)\s+(?P<method>\w+)"""
    rb"""|\b(?:it|test|describe|context|scenario|specify|t\.Run)\s*\(?\s*(?P<quote>["'`])(?P<text>.{1,200}?)(?P=quote))"""
)
"""Names of tests: a function, or the sentence of a behaviour. Helpers next to them may have any name."""

_COMMENT = re.compile(rb"(?:^|\s)(?:#|//|/\*|\*|--|;|<!--|\"\"\")(.{0,400})")


def findings(
    git: Git, base: str, tree: str, files: list[FileChange], record: Record, extra: list[str]
) -> list[GuardFinding]:
    """Return what in the change from `base` to `tree` reveals the fault: test names, paths, comments.

    Other code is not examined: it has to say what it does. `extra` are the configured paths of tests.
    """
    out: list[GuardFinding] = []
    for file, parts in hunks(git, base, tree, files):
        added = [line for hunk in parts for line in hunk.added]
        in_test = is_test_file(file.path, extra)
        if in_test and file.status == "A":
            out += _path(file.path, record)
        if in_test:
            out += _names(file.path, added, record)
        out += _comments(file.path, added)
    return out


def _path(path: str, record: Record) -> Iterator[GuardFinding]:
    terms = revealing_words(path.rpartition("/")[2], record)
    if terms:
        text = f"under embargo: the name of the new test file says {', '.join(terms)}; call it neutrally"
        yield GuardFinding(KIND, path, text, path, content=digest(path))


def _names(path: str, added: list[tuple[int, bytes]], record: Record) -> Iterator[GuardFinding]:
    """Yield one finding for a file's added tests with revealing names, with the place of the first."""
    names: dict[str, tuple[int, list[str]]] = {}
    for number, line in added:
        for match in _NAMES.finditer(line[:1000]):
            raw = match["name"] or match["method"] or match["text"]
            name = one_line(raw.decode("utf-8", "replace"), 80)
            if terms := revealing_words(name, record):
                names.setdefault(name, (number, terms))
    if not names:
        return
    first, (number, _) = next(iter(names.items()))
    words = ", ".join(dict.fromkeys(word for _, terms in names.values() for word in terms))
    what = f"{first} and {len(names) - 1} more say" if len(names) > 1 else f"{first} says"
    text = f"under embargo: the test {what} {words}; call it neutrally, or push it after the deploy"
    yield GuardFinding(KIND, f"{path}:names", text, path, number, digest("\0".join(names)))


def _comments(path: str, added: list[tuple[int, bytes]]) -> Iterator[GuardFinding]:
    """Yield a finding for each added comment with security terms."""
    for number, line in added:
        for match in _COMMENT.finditer(line[:1000]):
            terms = security_terms(match[1].decode("utf-8", "replace"))
            if terms:
                text = f"under embargo: a comment says {', '.join(terms)}; write it after the deploy"
                yield GuardFinding(
                    KIND, f"{path}:{'-'.join(terms)}", text, path, number, digest(line.strip())
                )
                break
