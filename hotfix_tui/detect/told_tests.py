"""The test command as the project's documents tell it, where no file that a program reads does.

Apart from `search`, which weighs all evidence: a document is the weakest kind, and free text.
"""

import re
import shlex
from collections.abc import Iterator

from hotfix_tui.detect.known_commands import classify, ecosystem
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree

_DOCUMENTS = ("CONTRIBUTING*", "contributing*", "DEVELOP*", "HACKING*", "TESTING*", "README*", "readme*")
_FOLDERS = ("", ".github/", "docs/", "doc/")
_MOST_LINES = 4_000
_HEADING = re.compile(r"(?:#{1,6}|={1,6})\s+(.+?)\s*[#:]*$")
_ABOUT_TESTS = re.compile(
    r"(?:how (?:to|do i) )?(?:run(?:ning)?|execut(?:e|ing)|launch(?:ing)?|start(?:ing)?)?\s*(?:the |all |our |its )*"
    r"(?:automated |unit |existing |local )*(?:tests?|testing|test[- ]suite|specs)(?: suite| locally)?",
    re.I,
)
_FENCE = re.compile(r"\s*(?:```|~~~|----)")
_PROMPT = re.compile(r"^\s*(?:[$>%]\s+)?")
_NAMES_TESTS = re.compile(r"-{0,2}(?:\w+[:_-])?(?:unit)?tests?(?:[:_-]all)?", re.I)
_NOT_PLAIN = re.compile(r"[<>|;&$`\[\]{}*]|\.\.\.|path/to|\bor\b")
"""What a command line to copy does not have: placeholders, and more than one command."""


def suggestions(tree: Tree, ours: list[str]) -> Iterator[Suggestion]:
    """Yield the test commands that documents tell, in their order; only those of the project's own tools."""
    for folder in _FOLDERS:
        for name in _DOCUMENTS:
            file = tree.first(f"{folder}{name}")
            for number, line in _commands(tree.lines(file)[:_MOST_LINES] if file else []):
                argv = _words(line)
                if argv and _tests(argv, ours):
                    place = f"{file}:{number}"
                    doubt = f"{place} tells to run it: see that it tests what you change."
                    yield Suggestion(argv, f"{place} tells to run it", doubt=doubt)


def _commands(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield what stands as code in sections about running tests, with its line."""
    inside = fenced = False
    for number, line in enumerate(lines, 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (heading := _HEADING.fullmatch(line)):
            inside = _ABOUT_TESTS.fullmatch(heading[1].strip()) is not None
        elif inside and (fenced or line.startswith(("    ", "\t"))):
            yield number, _PROMPT.sub("", line)
        elif inside:
            for code in re.findall(r"`([^`]{3,120})`", line):
                yield number, code


def _words(line: str) -> list[str]:
    if len(line) > 200 or _NOT_PLAIN.search(line):
        return []
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return []


def _tests(argv: list[str], ours: list[str]) -> bool:
    """Return whether a command runs the project's tests: as one that is known to, or by an argument's name."""
    whose = ecosystem(argv)
    if whose not in ours:
        return False
    known = classify(argv)
    if known.kind:
        return known.kind == "test" and not known.partial
    return any(_NAMES_TESTS.fullmatch(word) for word in argv[1:])
