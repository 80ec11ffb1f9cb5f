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
    """Yield what the rules suggest for one kind of command, best first."""
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
    """Return the folder of the project's own virtual environment, empty if there is none."""
    return next((name for name in (".venv", "venv") if tree.has(f"{name}/bin/")), "")


def python_runner(tree: Tree) -> tuple[list[str], str]:
    """Return how a Python project's programs are started, and the file that says so; both empty if nothing does."""
    for lock, words in _RUNNERS:
        if tree.has(lock):
            return list(words), lock
    place = venv(tree)
    return [], f"{place}/bin/" if place else ""


def python_command(tree: Tree, words: list[str]) -> tuple[list[str], list[str]]:
    """Return a Python program with its launcher in this project, and the reasons for that."""
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
    """Return a build folder that git ignores; if there is none, a name that no file of the project uses."""
    ignored = _ignored(tree)
    if folder := next((name for name in _BUILD_FOLDERS if name in ignored), ""):
        return folder
    free = (name for name in _BUILD_FOLDERS if not tree.has(f"{name}/") or _built_in(tree, name))
    return next(free, _BUILD_FOLDERS[0])


_BUILD_FOLDERS = ("build", "_build", "builddir", "cmake-build", "out")


def _ignored(tree: Tree) -> set[str]:
    ignored = {line.strip().strip("/") for line in tree.lines(".gitignore")}
    return ignored | {name.rstrip("*") for name in ignored if name.endswith("*")}


def _built_in(tree: Tree, folder: str) -> bool:
    return any(tree.has(f"{folder}/{name}") for name in ("CMakeCache.txt", "build.ninja", "meson-info/"))


def _filled(tree: Tree, argv: str) -> tuple[list[str], list[str]]:
    """Return a rule's command with ``{py}`` and ``{build}`` replaced."""
    folder = build_folder(tree) if "{build}" in argv else ""
    words = shlex.split(argv.replace("{build}", folder))
    if words[0] == "cmake" and "-S" in words:
        words += _suite_switches(tree)
    if words[0] == "cmake" and "-S" in words and folder not in _ignored(tree):
        # Build output is not part of the change: like meson's, the folder ignores itself, so git skips it.
        return ["sh", "-c", f"{shlex.join(words)} && echo '*' > {folder}/.gitignore"], []
    return python_command(tree, words[1:]) if words[0] == "{py}" else (words, [])


_SWITCH = re.compile(
    r"-D\s?((?:[A-Z0-9]+_)?(?:(?:BUILD|ENABLE|WITH)_)?(?:UNIT_?)?TEST(?:S|ING)?|\w*DEVELOP\w*)(?::BOOL)?"
    r"=(?:ON|1|TRUE|YES)\b",
    re.IGNORECASE,
)


def _suite_switches(tree: Tree) -> list[str]:
    """Return the options by which CI has a project of CMake build its tests: without them there may be none to run."""
    build = tree.text("CMakeLists.txt")
    pipelines = [f".github/workflows/{name}" for name in tree.names(".github/workflows")[:40]]
    text = "\n".join(tree.text(name)[:100_000] for name in (*pipelines, ".gitlab-ci.yml", ".travis.yml"))
    named = dict.fromkeys(match[1] for match in _SWITCH.finditer(text))
    # One that its files switch on by themselves is left out, and one that they do not know.
    wanted = [
        name for name in named if re.search(rf"(?im)\b(?:option|dependent_option)\s*\(\s*{name}\b", build)
    ]
    already = [name for name in wanted if re.search(rf"(?is)\boption\s*\(\s*{name}\b[^)]*\bON\s*\)", build)]
    return [f"-D{name}=ON" for name in wanted if name not in already][:3]


def _facts(tree: Tree, rule: Rule) -> list[str] | None:
    """Return the reasons for a rule, or None if one of its conditions does not hold."""
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
"""A gap wider than any pattern needs: matching would cost some of them the square of its width."""


def _fact(tree: Tree, condition: str) -> str:
    """Return the words for a condition that holds, otherwise an empty text."""
    what, _, rest = condition.partition(":")
    path, _, argument = rest.partition(":")
    file = tree.first(path)
    if not file:
        return ""
    if what == "file":
        return f"{file} exists"
    if what == "key":
        if tree.value(file, argument) in (None, False, "", {}, []):
            return ""
        return f"{file} has {argument}"
    pattern = re.compile(argument)
    lines = (_WIDE.sub(" ", line[:500]) for line in tree.lines(file))
    hit = next((line for line in lines if pattern.search(line)), "")
    return f"{file} says {hit.strip()[:40]!r}" if hit else ""


def _joined(facts: list[str]) -> str:
    """Return reasons as one clause."""
    unique = list(dict.fromkeys(facts))
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)
