"""Applying the rules to a repository's files."""

import re
import shlex
from collections.abc import Iterator

from hotfix_tui.detect.rule import Rule
from hotfix_tui.detect.rules import RULES
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree

_RUNNERS = (
    ("uv.lock", ("uv", "run", "--frozen")),
    ("poetry.lock", ("poetry", "run")),
    ("pdm.lock", ("pdm", "run")),
    ("Pipfile.lock", ("pipenv", "run")),
)
_OWN_PROGRAMS = ("tox", "nox", "pyright", "basedpyright", "ruff", "poe")


def suggestions(tree: Tree, kind: str, ecosystem: str) -> Iterator[Suggestion]:
    """What the rules suggest for one kind of command, best first."""
    seen: set[str] = set()
    for rule in RULES:
        if rule.kind != kind or rule.ecosystem != ecosystem or rule.argv in seen:
            continue
        facts = _facts(tree, rule)
        if facts is not None:
            seen.add(rule.argv)
            argv, runner = _filled(tree, rule.argv)
            yield Suggestion(argv, _joined(facts + runner))


def venv(tree: Tree) -> str:
    """The folder of the project's own virtual environment, empty when there is none."""
    return next((name for name in (".venv", "venv") if tree.has(f"{name}/bin/")), "")


def python_runner(tree: Tree) -> tuple[list[str], str]:
    """What a Python project's programs are run with, and the file that says so; both empty when nothing does."""
    for lock, words in _RUNNERS:
        if tree.has(lock):
            return list(words), lock
    place = venv(tree)
    return [], f"{place}/bin/" if place else ""


def python_command(tree: Tree, words: list[str]) -> tuple[list[str], list[str]]:
    """A Python program with what it is run with in this project, and the reasons for that."""
    runner, source = python_runner(tree)
    if runner:
        locked = words[0] not in _OWN_PROGRAMS or words[0] in tree.text(source)
        return (runner + words, [f"{source} exists"]) if locked else (words, [])
    if source:
        reason = [f"{source.rstrip('/')} exists"]
        if words[0] == "python" or tree.has(source + words[0]):
            return [source + words[0], *words[1:]], reason
        return words if words[0] in _OWN_PROGRAMS else [f"{source}python", "-m", *words], reason
    if words[0] == "python":
        return ["python3", *words[1:]], []
    return (words if words[0] in _OWN_PROGRAMS else ["python3", "-m", *words]), []


def build_folder(tree: Tree) -> str:
    """A folder to build in that git ignores; where none is, one that holds nothing of the project."""
    ignored = _ignored(tree)
    if found := next((name for name in _BUILD_FOLDERS if name in ignored), ""):
        return found
    free = (name for name in _BUILD_FOLDERS if not tree.has(f"{name}/") or _built_in(tree, name))
    return next(free, _BUILD_FOLDERS[0])


_BUILD_FOLDERS = ("build", "_build", "builddir", "cmake-build", "out")


def _ignored(tree: Tree) -> set[str]:
    ignored = {line.strip().strip("/") for line in tree.lines(".gitignore")}
    return ignored | {name.rstrip("*") for name in ignored if name.endswith("*")}


def _built_in(tree: Tree, folder: str) -> bool:
    return any(tree.has(f"{folder}/{name}") for name in ("CMakeCache.txt", "build.ninja", "meson-info/"))


def _filled(tree: Tree, argv: str) -> tuple[list[str], list[str]]:
    """A rule's command with ``{py}`` and ``{build}`` replaced."""
    folder = build_folder(tree) if "{build}" in argv else ""
    words = shlex.split(argv.replace("{build}", folder))
    if words[0] == "cmake" and "-S" in words and folder not in _ignored(tree):
        # What is built is none of the change: git does not look at a folder that ignores itself, as that of meson does.
        return ["sh", "-c", f"{shlex.join(words)} && echo '*' > {folder}/.gitignore"], []
    return python_command(tree, words[1:]) if words[0] == "{py}" else (words, [])


def _facts(tree: Tree, rule: Rule) -> list[str] | None:
    """The reasons for a rule, or None when one of its conditions does not hold."""
    facts = []
    for condition in rule.when:
        absent = condition.startswith("not ")
        fact = _fact(tree, condition.removeprefix("not "))
        if bool(fact) == absent:
            return None
        if fact and fact not in facts:
            facts.append(fact)
    return facts


_WIDE = re.compile(r"(?<=\s{8})\s+")
"""What a gap is wider than any that a pattern asks for: it would cost some of them the square of its width."""


def _fact(tree: Tree, condition: str) -> str:
    """The words for a condition that holds, or an empty text."""
    what, _, rest = condition.partition(":")
    path, _, argument = rest.partition(":")
    found = tree.first(path)
    if not found:
        return ""
    if what == "file":
        return f"{found} exists"
    if what == "key":
        if tree.value(found, argument) in (None, False, "", {}, []):
            return ""
        return f"{found} has {argument}"
    pattern = re.compile(argument)
    lines = (_WIDE.sub(" ", line[:500]) for line in tree.lines(found))
    hit = next((line for line in lines if pattern.search(line)), "")
    return f"{found} says {hit.strip()[:40]!r}" if hit else ""


def _joined(facts: list[str]) -> str:
    """Reasons as one clause."""
    unique = list(dict.fromkeys(facts))
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)
