"""What a person publishes from their own machine: by the project's documents, and by where its users get it.

Apart from the pipelines that `triggers` reads: what is found here is what documents tell a person to type.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from hotfix_tui.detect.platform import file_at_root
from hotfix_tui.detect.registries import Package, packages
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_signs import command_signs
from hotfix_tui.detect.trigger_types import GoesTo, Kind, On, Ships, Trigger

_DOCUMENTS = (
    "RELEAS*",
    "Releas*",
    "releas*",
    "PUBLISH*",
    "CONTRIBUTING*",
    "contributing*",
    "HACKING*",
    "MAINTAIN*",
    "DEVELOP*",
    "README*",
    "readme*",
)
_FOLDERS = ("", ".github/", "docs/", "doc/", "docs/source/", "docs/dev/")
_SCRIPTS = (
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Rakefile",
    "tasks.py",
    "noxfile.py",
    "tox.ini",
    "scripts/releas*",
    "scripts/publish*",
    "script/releas*",
    "bin/releas*",
    "tools/releas*",
    "releas*.sh",
    "publish*.sh",
)
_RUNS = (
    "Dockerfile",
    "Containerfile",
    "Procfile",
    "manage.py",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
)
"""Files of something that runs: with one of them a package may be a service, too."""

_MERGED = "publishes with changesets, by merging their request"

_SPOKEN = re.compile(r"^\s*(?:[-*+]|\d+[.)]|#\.)?\s*")
_GEM_TASKS = re.compile(r"^\s*require\s+[\"']bundler/gem_tasks|^\s*Bundler::GemHelper\.install_tasks")
_LONGEST = 4_000


class _Place(NamedTuple):
    file: str
    line: int = 0


def triggers(tree: Tree, known: Iterable[Trigger]) -> Iterator[Trigger]:
    """Yield what a person publishes from here, at most one for each registry; not sure where it may run as well.

    Only packages that are made for a registry count; what documents say of others is about others. `known` is what
    pipelines do: they speak for the registries that they certainly publish to.
    """
    seen = list(known)
    if merged := next((trigger for trigger in seen if _publishes_on_merge(tree, trigger)), None):
        yield replace(
            merged, kind=Kind.PUBLISHES, on=On.MANUAL, what=_MERGED, ships=Ships.PACKAGE, goes_to=GoesTo.NPM
        )
        return
    sure = [
        trigger for trigger in seen if trigger.sure and trigger.kind.goes_out and trigger.target.is_production
    ]
    if any(trigger.bot or trigger.kind is Kind.DEPLOYS for trigger in sure):
        return
    runs = next((name for name in _RUNS if tree.has(name)), "") or file_at_root(tree)
    told: set[GoesTo] = set()
    for package in packages(tree):
        ways = {trigger.on for trigger in sure if trigger.goes_to is package.registry}
        if package.registry in told or ways - {On.MANUAL}:
            continue
        # A pipeline that somebody starts may have taken the place of what a document tells to run, or not yet.
        place = _command(tree, package) or (None if ways else _installed(tree, package))
        what = package.registry.published
        if place is not None:
            told.add(package.registry)
            only = f"{runs} may run it, too" if runs else ""
            yield Trigger(
                Kind.PUBLISHES,
                On.HAND,
                what,
                place.file,
                place.line,
                sure=not runs,
                condition=only,
                ships=Ships.PACKAGE,
                goes_to=package.registry,
            )
        elif package.looks_public and not runs and not sure:
            told.add(package.registry)
            only = f"nothing but {package.file} says so"
            yield Trigger(
                Kind.PUBLISHES,
                On.HAND,
                what,
                package.file,
                sure=False,
                condition=only,
                ships=Ships.PACKAGE,
                goes_to=package.registry,
            )


def _publishes_on_merge(tree: Tree, trigger: Trigger) -> bool:
    """Return whether what opens the request of a release also publishes, once that is merged."""
    if trigger.bot != "changesets" or trigger.kind is not Kind.PREPARES:
        return False
    below = tree.lines(trigger.file)[trigger.line : trigger.line + 20]
    step = list(takewhile(lambda line: not re.match(r"\s*- ", line), below))
    return any(re.match(r"\s+publish(?:-script)?:\s*[^\s#]", line) for line in step)


def _command(tree: Tree, package: Package) -> _Place | None:
    """Return where a document or a script publishes the package by a command."""
    documents = [f"{folder}{name}" for folder in _FOLDERS for name in _DOCUMENTS]
    for pattern in (*documents, *_SCRIPTS):
        file = tree.first(pattern)
        for number, line in enumerate(tree.lines(file)[:_LONGEST] if file else (), 1):
            if package.registry is GoesTo.RUBYGEMS and _GEM_TASKS.search(line):
                return _Place(file, number)
            if any(
                sign.goes_to is package.registry
                for sign in command_signs(_SPOKEN.sub("", line), 1, local=True)
            ):
                return _Place(file, number)
    scripts = tree.value("package.json", "scripts") if package.registry is GoesTo.NPM else None
    for command in scripts.values() if isinstance(scripts, dict) else ():
        if any(sign.goes_to is package.registry for sign in command_signs(str(command), 1, local=True)):
            return _Place("package.json")
    return None


def _installed(tree: Tree, package: Package) -> _Place | None:
    """Return where the front page tells users to get the package from its registry."""
    for pattern in (
        "README.md",
        "README.rst",
        "README*",
        "readme*",
        "Readme*",
        "docs/README*",
        ".github/README*",
    ):
        file = tree.first(pattern)
        for number, line in enumerate(tree.lines(file)[:_LONGEST] if file else (), 1):
            if re.search(package.installed, line):
                return _Place(file, number)
    return None
