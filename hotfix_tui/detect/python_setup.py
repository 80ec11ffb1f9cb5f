"""How a Python project is installed from scratch: by its lockfile, otherwise into ``.venv`` with pip.

The needs of the tests and the type check are looked up where projects keep them: dependency groups (PEP 735), extras,
requirements files. Programs that run the tests but are listed nowhere are added.

Apart from `search`: no other language spreads what its tests need over so many files.
"""

import re
import shlex
from collections.abc import Iterator, Mapping

from hotfix_tui.detect.match import venv
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree

_DEV_FILES = (
    "requirements-dev.txt",
    "requirements_dev.txt",
    "requirements.dev.txt",
    "dev-requirements.txt",
    "dev_requirements.txt",
    "requirements-test.txt",
    "requirements_test.txt",
    "requirements-tests.txt",
    "test-requirements.txt",
    "tests/requirements.txt",
    "requirements/dev.txt",
    "requirements/development.txt",
    "requirements/local.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
    "requirements/testing.txt",
)
_BASE_FILES = (
    "requirements.txt",
    "requirements/base.txt",
    "requirements/production.txt",
    "requirements/main.txt",
)
_NAMES = ("test", "tests", "testing", "dev", "develop", "development", "all")
_PLUGINS = (
    (r"--cov\b", "pytest-cov"),
    (r"(?:addopts|PYTEST_ADDOPTS).*(?:^|\s|[\"'])-n[ =]", "pytest-xdist"),
    (r"^\s*asyncio_mode\b", "pytest-asyncio"),
    (r"^\s*(?:DJANGO_SETTINGS_MODULE|django_find_project)\b", "pytest-django"),
    (r"^\s*timeout\s*=", "pytest-timeout"),
)


def suggestions(
    tree: Tree, pytest: bool, checker: str = "", checked_in_ci: bool = False
) -> Iterator[Suggestion]:
    """Yield the ways to install a Python project, best first.

    ``pytest`` says that its tests need it, ``checker`` names the program of its type check (``mypy``); one that CI
    runs is installed even if no list of the project names it.
    """
    lock = next(
        (name for name in ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock") if tree.has(name)), ""
    )
    if lock:
        yield Suggestion(_locked(tree, lock, pytest, checker), f"{lock} exists")
        return
    if tree.has("Pipfile"):
        yield Suggestion(["pipenv", "install", "--dev"], "Pipfile exists")
        return
    wanted, reasons = _wanted(tree, pytest, checker, checked_in_ci)
    if wanted:
        yield Suggestion(
            ["sh", "-c", _script(tree, wanted)], f"{' and '.join(reasons)} and no lock file says more"
        )


def _locked(tree: Tree, lock: str, pytest: bool, checker: str) -> list[str]:
    """Return the install command that leaves the lockfile alone, with what the tests need."""
    groups, extras = _holding(tree, pytest, checker)
    if lock == "uv.lock":
        groups = [*_run_with(tree, groups), *groups]
        more = [word for name in groups if name != "dev" for word in ("--group", name)]
        more += [word for name in extras for word in ("--extra", name)]
        return ["uv", "sync", "--frozen", *more]
    if lock == "poetry.lock":
        named = tree.value("pyproject.toml", "tool.poetry.group")
        optional = [name for name in _NAMES if isinstance(named, dict) and _optional(named.get(name))]
        more = [word for name in optional for word in ("--with", name)]
        return ["poetry", "install", *more, *(word for name in extras for word in ("--extras", name))]
    return {"pdm.lock": ["pdm", "install", "--frozen-lockfile"]}.get(lock, ["pipenv", "sync", "--dev"])


def _optional(group: object) -> bool:
    return isinstance(group, dict) and group.get("optional") is True


def _holding(tree: Tree, pytest: bool, checker: str) -> tuple[list[str], list[str]]:
    """Return the dependency group, or else the extra, with what the tests need, and the one for the type check."""
    groups = _texts(tree.value("pyproject.toml", "dependency-groups"))
    extras = _texts(tree.value("pyproject.toml", "project.optional-dependencies"))
    for known, at in ((groups, 0), (extras, 1)):
        names = [name for name in (*_NAMES, *known) if name in known]
        best = next((name for name in names if not pytest or _names(known[name], "pytest")), "")
        if best and (pytest or best in _NAMES):
            more = _for_checker(known, best, checker)
            return ([best, *more], []) if at == 0 else ([], [best, *more])
    return [], []


_RUN_WITH = (
    "main",
    "base",
    "prod",
    "production",
    "runtime",
    "run",
    "default",
    "app",
    "core",
    "server",
    "web",
)
"""What a group is called that holds what the program itself needs."""


def _run_with(tree: Tree, chosen: list[str]) -> list[str]:
    """Return the groups that the program itself needs: where it is no package, its dependencies are in one."""
    table = tree.value("pyproject.toml", "dependency-groups")
    if not isinstance(table, dict) or tree.value("pyproject.toml", "project.dependencies") or not chosen:
        return []
    included = {word for name in chosen for word in _included(table, name, frozenset())}
    return [name for name in _RUN_WITH if name in table and name not in (*chosen, *included)][:1]


def _included(table: Mapping[str, object], name: str, above: frozenset[str]) -> Iterator[str]:
    items = table.get(name)
    for item in items if isinstance(items, list) and name not in above else []:
        if isinstance(item, dict) and isinstance(inner := item.get("include-group"), str):
            yield inner
            yield from _included(table, inner, above | {name})


def _for_checker(known: dict[str, str], best: str, checker: str) -> list[str]:
    """Return the smallest additional group that holds the type checker, none if the chosen one has it."""
    if not checker or _names(known[best], checker):
        return []
    holding = [name for name in known if name != best and _names(known[name], checker)]
    return sorted(holding, key=lambda name: len(known[name]))[:1]


def _names(text: str, program: str) -> bool:
    """Return whether a list of requirements names a program itself, not only a plugin for it."""
    return re.search(rf"(?<![\w.-]){re.escape(program)}(?![\w-])", text) is not None


def _texts(table: object) -> dict[str, str]:
    """Return the requirements of each group as a text, with those of the groups that it includes."""
    if not isinstance(table, dict):
        return {}
    return {str(name): " ".join(_required(table, name, frozenset())) for name in table}


def _required(table: Mapping[str, object], name: str, above: frozenset[str]) -> Iterator[str]:
    items = table.get(name)
    for item in items if isinstance(items, list) and name not in above else []:
        included = item.get("include-group") if isinstance(item, dict) else None
        if isinstance(included, str):
            yield from _required(table, included, above | {name})
        else:
            yield str(item)


def _wanted(tree: Tree, pytest: bool, checker: str, checked_in_ci: bool) -> tuple[list[str], list[str]]:
    """Return the words for pip, and the reasons for them."""
    words: list[str] = []
    reasons: list[str] = []
    texts = ""
    base = next((name for name in _BASE_FILES if tree.has(name)), "")
    dev = next((name for name in _DEV_FILES if tree.has(name)), "")
    for name in filter(None, (base, dev)):
        words += ["-r", name]
        reasons.append(f"{name} exists")
        texts += tree.text(name)
    if (
        tree.value("pyproject.toml", "build-system") is not None
        or tree.has("setup.py")
        or (tree.value("pyproject.toml", "project.name") and not words)
    ):
        groups, extras = _holding(tree, pytest, checker)
        extras = extras or _setup_extras(tree)
        words += ["-e", f".[{','.join(extras)}]" if extras else "."]
        reasons.append("pyproject.toml exists" if tree.has("pyproject.toml") else "setup.py exists")
        for name in groups:
            words += ["--group", name]
        texts += (
            tree.text("pyproject.toml") + tree.text("setup.py") + tree.text("setup.cfg")
            if groups or extras
            else ""
        )
    elif isinstance(tree.value("pyproject.toml", "dependency-groups"), dict):
        groups, _ = _holding(tree, pytest, checker)
        groups = [*_run_with(tree, groups), *groups]
        words += [word for name in groups for word in ("--group", name)]
        reasons += ["pyproject.toml has dependency-groups"] if groups else []
        texts += tree.text("pyproject.toml")
    if pytest and words and not re.search(r"\bpytest\b(?!-)", texts):
        words += ["pytest", *_plugins(tree, texts)]
    if checked_in_ci and words and not _names(texts, checker):
        words.append(checker)
    if "-e" in words and tree.value("pyproject.toml", "build-system") is not None:
        words.append("build")  # `python -m build` needs it
    return words, reasons


def _setup_extras(tree: Tree) -> list[str]:
    """Return the test extra that setup.cfg or setup.py names."""
    text = tree.text("setup.cfg").partition("[options.extras_require]")[2] + "\n".join(
        line for line in tree.text("setup.py").partition("extras_require")[2].splitlines()[:60]
    )
    extras = re.findall(r"^\s*[\"']?([\w-]+)[\"']?\s*[=:]", text, re.M)
    return [name for name in _NAMES if name in extras][:1]


def _plugins(tree: Tree, texts: str) -> list[str]:
    """Return the plugins that the pytest configuration requires."""
    text = "\n".join(tree.text(name) for name in ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg"))
    return [name for pattern, name in _PLUGINS if name not in texts and re.search(pattern, text, re.M)]


def _script(tree: Tree, words: list[str]) -> str:
    """Return a script that creates the project's own virtual environment and installs all of that in it."""
    place = venv(tree) or ".venv"
    names = (place, f"{place}*", "*venv", ".*")
    ignored = any(line.strip().strip("/") in names for line in tree.lines(".gitignore"))
    hide = "" if ignored or tree.has(place + "/") else f" && echo '*' > {place}/.gitignore"
    newer = f"'pip>=25.1' && {place}/bin/python -m pip install " if "--group" in words else ""
    return f"python3 -m venv {place}{hide} && {place}/bin/python -m pip install {newer}{shlex.join(words)}"
