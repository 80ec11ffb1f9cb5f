"""All evidence combined: the commands that a repository's files suggest."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from hotfix_tui.detect import ci, match, node, python_setup, task_runners, told_tests
from hotfix_tui.detect.known_commands import bare, classify, ecosystem, tool
from hotfix_tui.detect.manifests import ECOSYSTEMS
from hotfix_tui.detect.more_rules import built_first, extra
from hotfix_tui.detect.regression import regression_suggestion
from hotfix_tui.detect.rules import ECOSYSTEM_FILES
from hotfix_tui.detect.sources import EXTENSIONS, SIDE, sources_of
from hotfix_tui.detect.suggestion import KINDS, Detected, Suggestion
from hotfix_tui.detect.tree import Tree

_NESTED = (
    "apps",
    "packages",
    "services",
    "backend",
    "frontend",
    "server",
    "client",
    "crates",
    "modules",
    "pkgs",
    "plugins",
    "libs",
    "src",
)
_CI, _TARGET, _RULE, _COVERAGE, _SCRIPT, _PART, _TOLD, _FOLDER, _SIDE = 0, 10, 20, 22, 25, 35, 37, 40, 50
"""How well evidence represents the whole project: a line of CI, a target, a rule, a line that measures coverage, a
script, a part of the tests (or something that starts containers), another language or folder, a folder outside the
project.
"""
_COMPILED = {"autotools", "cmake", "meson"}
_MAKES_MAKEFILES = ("autotools",)
_MAKEFILES = ("[Mm]akefile*", "GNUmakefile*", "[Cc]onfigure*", "auto/configure", "CMakeLists.txt", "*.pro")
"""A Makefile, or what generates one: autotools, CMake, Perl, qmake, scripts of the project's own."""
_SMALL = 0.1
"""A language with less than this share of the largest one's files is not what the project is written in."""


class _Ranked(NamedTuple):
    """A suggestion, and how well it represents the whole project (lower is better)."""

    rank: int
    suggestion: Suggestion


def detect(root: str) -> Detected:
    """Inspect the files of the repository at ``root``; runs nothing.

    The CI workflow's own lines come first, then targets of task runners, then what the ecosystems' files suggest;
    after them whatever covers only a part of the project: some of its tests, one folder, another language's tools.
    For a repository without a project at its root, folders one and two levels deeper are searched.
    """
    tree = Tree(root)
    ours = ecosystems(tree) or _without_manifest(tree)
    detected = Detected(ecosystems=list(ours), lockfiles=_lockfiles(tree))
    # The set-up follows from what is run.
    for kind in ("test", *(kind for kind in KINDS if kind not in ("test", "setup")), "setup"):
        choices = _choices(tree, kind, detected, ours)
        if choices:
            detected.commands[kind] = replace(choices[0], alternatives=choices[1:8])
    if test := detected.commands.get("test"):
        detected.commands["test"] = _with_left_out(tree, test, ours)
    detected.commands = {kind: detected.commands[kind] for kind in KINDS if kind in detected.commands}
    detected.lints = _choices(tree, "lint", detected, ours)[:8]
    _remark(tree, detected)
    detected.warnings = list(dict.fromkeys(detected.warnings))
    return detected


_OF_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "noxfile.py")
"""What runs the tests of a collection for Ansible outside of ansible-test, which wants it in a folder of its name."""


def ecosystems(tree: Tree) -> list[str]:
    """Return the ecosystems at the top of a tree: what it is written in first, then in order of preference.

    A manifest without a single file of its language (a ``go.mod`` that only names the modules of a Hugo site, a file
    DESCRIPTION that is a text) does not count.
    """
    named = [name for name, files in ECOSYSTEM_FILES if any(tree.first(file) for file in files)]
    if len(named) > 1 or {"go", "r"} & set(named):
        named = [name for name in named if name not in ("go", "r") or not sources_of(tree).none_of(name)]
    if tree.has("galaxy.yml") and not any(tree.has(file) for file in _OF_PYTHON):
        named = [name for name in named if name != "python"]
    if len(named) > 1:
        most = max(sources_of(tree).of(name) for name in named)
        named.sort(key=lambda name: sources_of(tree).of(name) < most * _SMALL)
    if "bazel" in named and tree.names(".bazelci"):
        named.sort(
            key=lambda name: name != "bazel"
        )  # pipelines of Bazel's own projects build with nothing else
    return named


def _without_manifest(tree: Tree) -> list[str]:
    """Return Python where its own tests are there and hardly anything else: it needs no manifest to run them."""
    if tree.has("galaxy.yml") or not any(tree.first(file) for file in ("tests/test_*.py", "test_*.py")):
        return []
    counted = sources_of(tree).counted
    code = {end for name, ends in EXTENSIONS.items() if name != "hugo" for end in ends} - {"css", "scss"}
    python = sources_of(tree).of("python")
    return ["python"] if python > sum(counted[end] for end in code) - python else []


def _choices(tree: Tree, kind: str, detected: Detected, ours: list[str]) -> list[Suggestion]:
    """Return everything that would do for one kind of command, best first; ``ours`` are the ecosystems of the root."""
    test = detected.commands.get("test")
    if kind == "regression":
        suggestion = regression_suggestion(tree, test, ours or detected.ecosystems)
        return [suggestion] if suggestion else []
    ranked = list(_at_root(tree, kind, detected, ours))
    if not any(candidate.rank < _FOLDER for candidate in ranked) and not _settled(tree, ours, kind):
        below = list(_below(tree, kind, detected))
        ranked += [_Ranked(_PART - 1, other) for other in (_with_doubt(below) if kind == "test" else below)]
    if test is not None and kind != "test":
        ranked = _like(test, ranked, ours)
    ordered = sorted(ranked, key=lambda candidate: candidate.rank)
    if kind == "test" and ordered and ours:
        ordered = _whole_first(tree, ordered, ours)
    if kind == "test" and ordered and not ours:
        ordered[0] = _Ranked(ordered[0].rank, _one_of_several(tree, ordered[0].suggestion))
    if kind == "setup" and test is not None and test.argv[0] == "make" and _in_containers(tree, test):
        return []  # the tests bring their own environment
    if kind == "setup" and test is not None and test.argv[0] == "make" and not test.cwd:
        ordered = _with_all_needed(tree, test, ordered, ours)
    if kind == "setup" and test is None and ordered and not _used(ordered[0].suggestion, detected):
        return []  # it installs what nothing here needs
    if not ordered or ordered[0].rank >= _SIDE:
        return []  # only folders outside the project: nothing says how the project itself is handled
    return _distinct(candidate.suggestion for candidate in ordered)


_RUNNERS = frozenset(("pytest", "python", "python3", "vitest", "jest", "rspec"))
"""Programs that run tests, besides those that a machine may lack."""


def _whole_first(tree: Tree, ordered: list[_Ranked], ours: list[str]) -> list[_Ranked]:
    """Return the candidates, first a target of make that starts this suite and those of other languages of ours."""
    first = _owner(ordered[0].suggestion, ours)
    for candidate in ordered[1:]:
        target = candidate.suggestion.target
        if candidate.suggestion.argv[0] != "make" or not target or candidate.suggestion.cwd:
            continue
        programs = task_runners.programs(tree, target, _RUNNERS)
        started = {ecosystem([program]) for program in programs} & set(ours)
        if (
            len(started) > 1
            and first in started
            and not task_runners.in_containers(tree, candidate.suggestion)
        ):
            return [candidate, *(other for other in ordered if other is not candidate)]
    return ordered


def _made(test: Suggestion) -> str:
    """Return the target that a command of make is about, by whatever it was found."""
    return next((word for word in test.argv[1:] if not word.startswith("-") and "=" not in word), "")


def _in_containers(tree: Tree, test: Suggestion) -> bool:
    """Return whether a target of make tests in containers, by whatever it was found."""
    name = _made(test)
    targets = (other for other in task_runners.suggestions(tree, "test") if other.target == name)
    known = next(targets, None)
    return known is not None and task_runners.in_containers(tree, known)


def _with_all_needed(tree: Tree, test: Suggestion, ordered: list[_Ranked], ours: list[str]) -> list[_Ranked]:
    """Return the set-ups, first what prepares everything that a target of make starts, if it needs several."""
    if any(candidate.rank < _RULE for candidate in ordered):
        return ordered  # the project's own set-up knows
    target = _made(test)
    started = {ecosystem([program]) for program in task_runners.programs(tree, target, _RUNNERS)}
    first: dict[str, Suggestion] = {}
    for candidate in ordered:
        whose = ecosystem(candidate.suggestion.argv)
        if not first or (whose in started and whose in ours):
            first.setdefault(whose, candidate.suggestion)
    needed = list(first.values())
    for folder in task_runners.node_folders(tree, target):
        install = next(node.suggestions(tree.below(folder), "setup", []), None)
        needed += [install.inside(folder)] if install else []
    if len(needed) < 2:
        return [_Ranked(_RULE, suggestion) for suggestion in needed if not ordered] or ordered
    parts = [_as_shell(suggestion) for suggestion in needed]
    why = " and ".join(dict.fromkeys(suggestion.because for suggestion in needed))
    whole = Suggestion(["sh", "-c", " && ".join(parts)], f"make {target} needs it: {why}")
    return [_Ranked(_RULE, whole), *ordered]


def _as_shell(suggestion: Suggestion) -> str:
    """Return a suggestion as a part of a line for the shell."""
    text = suggestion.argv[2] if suggestion.argv[:2] == ["sh", "-c"] else shlex.join(suggestion.argv)
    return f"(cd {shlex.quote(suggestion.cwd)} && {text})" if suggestion.cwd else text


def _used(setup: Suggestion, detected: Detected) -> bool:
    """Return whether a set-up is for the root, or for a folder in which something is run."""
    return not setup.cwd or any(command.cwd == setup.cwd for command in detected.commands.values())


def _at_root(tree: Tree, kind: str, detected: Detected, ours: list[str]) -> Iterator[_Ranked]:
    """Yield everything that the root's files and the CI workflow suggest."""
    for line in ci.suggestions(tree, kind):
        if line.argv[0] == "make" and not _makes_here(tree, line):
            continue
        if (
            line.argv[0] == "make"
            and line.argv[-1] == "check"
            and not line.cwd
            and task_runners.check_only_lints(tree)
        ):
            continue
        suggestion = line.suggestion()
        if kind == "build" and line.argv[0] == "make" and "build" not in line.argv and set(ours) - _COMPILED:
            continue  # only for a C project does the name suffice to know what a Makefile's first target does
        if line.known.ecosystem in ("cmake", "meson"):
            # The folder that CI builds in does not exist here: apply the build tool's own rule, if the tool is
            # ours.
            if kind == "test" and line.known.ecosystem in ours:
                yield from (
                    _Ranked(_CI, built) for built in built_first(tree, line.known.ecosystem, suggestion)
                )
            continue
        minor = _minor(tree, line.known.ecosystem, ours)
        yield _Ranked(_rank(line, suggestion, ours, _own_manager(tree, line), minor), suggestion)
    for suggestion in task_runners.suggestions(tree, kind):
        contained = task_runners.in_containers(tree, suggestion)
        # A shell script brings its own environment; a runner in the project's language is its test tool.
        ours_alone = suggestion.target or (
            suggestion.file.endswith(".py") and ci.names(tree, suggestion.file)
        )
        yield _Ranked(_PART if contained else _TARGET if ours_alone else _SCRIPT, suggestion)
    names = _installs_for(tree, detected.commands.get("test"), ours) if kind == "setup" else ours
    for suggestion in _raw(tree, kind, detected, names):
        yield _Ranked(_RULE, suggestion)
    if kind == "test" and ours:
        for suggestion in told_tests.suggestions(tree, ours):
            yield _Ranked(_TOLD, suggestion)


def _makes_here(tree: Tree, line: ci.WorkflowLine) -> bool:
    """Return whether a make line finds a Makefile here, or its generator; a folder that only CI builds in has none."""
    folder = next(
        (after for word, after in pairwise(line.argv) if word in ("-C", "--directory")),
        next((word.partition("=")[2] for word in line.argv if word.startswith("--directory=")), ""),
    )
    place = "/".join(part.strip("/") for part in (line.cwd, folder) if part.strip("/.")).removeprefix("./")
    if place and not tree.has(place + "/"):
        return False
    below = tree.below(place) if place else tree
    return any(below.first(name) for name in _MAKEFILES)


def _installs_for(tree: Tree, test: Suggestion | None, ours: list[str]) -> list[str]:
    """Return the ecosystems whose set-up the tests need: their own, and none if no set-up is needed.

    A task runner tests what most of the project is written in.
    """
    whose = _owner(test, ours) if test else ""
    if whose in ours:
        return [whose]
    if test is not None and test.target and test.argv[0] == "make" and len(ours) > 1:
        started = [ecosystem([program]) for program in task_runners.programs(tree, test.target)]
        if theirs := [name for name in ours if name in started]:
            return theirs
    return [max(ours, key=sources_of(tree).of)] if len(ours) > 1 else ours


def _owner(suggestion: Suggestion, ours: list[str]) -> str:
    """Return whose tool a command starts; make belongs to the ecosystem that generates its Makefile."""
    made = (
        next((name for name in ours if name in _MAKES_MAKEFILES), "") if suggestion.argv[0] == "make" else ""
    )
    return made or ecosystem(suggestion.argv)


def _own_manager(tree: Tree, line: ci.WorkflowLine) -> bool:
    """Return whether a line runs a script with the project's package manager, not with one that CI merely tries too."""
    used = line.argv[0]
    if used not in node.MANAGERS or not tree.has("package.json") or line.cwd:
        return True
    own = node.manager(tree)
    known = own.known or any(ci_line.argv[0] == own.name for ci_line in ci.lines(tree))
    return used == own.name or not known


def _minor(tree: Tree, whose: str, ours: list[str]) -> bool:
    """Return whether a language is the smaller part of a project that is written in another one."""
    if not ours or whose in ("", ours[0]) or whose not in ours:
        return False
    return sources_of(tree).of(whose) < sources_of(tree).of(ours[0])


def _rank(
    line: ci.WorkflowLine, suggestion: Suggestion, ours: list[str], own_manager: bool, minor: bool
) -> int:
    """Return how well a line of CI represents the whole project."""
    whose = line.known.ecosystem
    if ours and (line.cwd or (whose and whose not in ours)):
        return _SIDE if _side(suggestion) else _FOLDER
    if line.known.partial or line.known.rank == 1:
        return _PART
    if line.contained:
        return _SCRIPT
    if line.kind == "test" and not classify(line.argv).kind:
        return _RULE - 1  # a script of the repository: a target of the same name may be what calls it
    if line.coverage or not own_manager:
        return _COVERAGE
    if minor:
        return _SCRIPT  # its tests stand for the project's only where nothing else is known
    return _TARGET if ours and whose and whose != ours[0] else _CI


def _raw(tree: Tree, kind: str, detected: Detected, names: Iterable[str]) -> Iterator[Suggestion]:
    """Yield what the ecosystems' own files suggest."""
    for name in names:
        if name == "python" and kind == "setup":
            yield from python_setup.suggestions(tree, _wants_pytest(tree, detected), *_type_checker(detected))
        elif name == "node":
            yield from node.suggestions(tree, kind, detected.warnings)
        ruled = [
            suggestion
            for suggestion in match.suggestions(tree, kind, name)
            if kind != "typecheck" or not suggestion.lint
        ]
        more = list(extra(tree, kind, name))
        yield from [*more, *ruled] if kind == "build" or name == "jvm" else [*ruled, *more]
    if kind == "lint":
        for name in names:
            yield from (
                suggestion for suggestion in match.suggestions(tree, "typecheck", name) if suggestion.lint
            )


def _wants_pytest(tree: Tree, detected: Detected) -> bool:
    """Return whether the Python tests of a project are run with pytest."""
    first = next(iter(match.suggestions(tree, "test", "python")), None)
    # What was chosen is run; where that is another program (make, a script), the project's files say what it calls.
    known = [
        suggestion.argv for suggestion in (detected.commands.get("test"), first) if suggestion is not None
    ]
    return any(word.rpartition("/")[2] == "pytest" for argv in known for word in argv)


def _type_checker(detected: Detected) -> tuple[str, bool]:
    """Return the Python program of the chosen type check, and whether CI runs it; "" for one not installed with it."""
    chosen = detected.commands.get("typecheck")
    words = bare(chosen.argv).split() if chosen else []
    name = words[0].rpartition("/")[2] if words else ""
    known = name in ("mypy", "pyright", "basedpyright", "ty", "pyre")
    return (name, bool(chosen and chosen.ci)) if known else ("", False)


def _settled(tree: Tree, names: list[str], kind: str) -> bool:
    """Return whether the root is the project: if so, no folder below stands in for what it lacks."""
    if not names:
        return False
    if names == ["node"]:  # a package.json may exist only for the repository's tools
        return bool(node.dependencies(tree, ("dependencies",))) or bool(
            sources_of(tree).of("node") and kind != "test"
        )
    return True


def _project_folders(tree: Tree) -> list[str]:
    """Return the folders that may hold projects, one and two levels deep."""
    near = [name for name in tree.folders()[:40] if name not in SIDE]
    near.sort(key=lambda name: name.lower() not in ("src", "source"))
    inner = [path for name in near if name in _NESTED for path in _core_first(tree.folders(name)[:40])]
    return near + [path for path in inner if path.rpartition("/")[2] not in SIDE]


def _core_first(folders: list[str]) -> list[str]:
    """Return the folders, first the one that most others are named after: ``bloc`` next to ``flutter_bloc``."""
    names = [path.rpartition("/")[2].lower() for path in folders]
    after = {name: sum(name in re.split(r"[-_.]", other) for other in names) for name in names}
    core = max(names, key=lambda name: (after[name], -len(name)), default="")
    if len(names) < 3 or after.get(core, 0) * 2 < len(names):
        return folders
    return sorted(folders, key=lambda path: path.rpartition("/")[2].lower() != core)


def _below(tree: Tree, kind: str, detected: Detected) -> Iterator[Suggestion]:
    """Yield what the projects in folders suggest, when the root has nothing."""
    for folder in _project_folders(tree):
        below = tree.below(folder)
        names = ecosystems(below)
        detected.ecosystems += [name for name in names if name not in detected.ecosystems]
        raw = _raw(below, kind, detected, names)
        ending = (
            one for one in [*task_runners.suggestions(below, kind), *raw] if not node.watches(below, one)
        )
        for suggestion in islice(ending, 1):
            yield suggestion.inside(folder)


def _one_of_several(tree: Tree, chosen: Suggestion) -> Suggestion:
    """Return the suggestion; if nothing at the root is a project, with the project folders named."""
    if chosen.doubt:
        return chosen
    projects = [folder for folder in _project_folders(tree) if ecosystems(tree.below(folder))]
    if len(projects) < 2:
        return chosen
    names = ", ".join(projects[:4]) + (f" and {len(projects) - 4} more" if len(projects) > 4 else "")
    return replace(
        chosen, doubt=f"There are several projects here ({names}): see that it tests what you change."
    )


def _with_doubt(below: list[Suggestion]) -> list[Suggestion]:
    """Return the suggestions; with several projects in folders, none covers all, and each says so."""
    folders = list(dict.fromkeys(suggestion.cwd for suggestion in below))
    if len(folders) < 2:
        return below
    names = ", ".join(folders[:4]) + (f" and {len(folders) - 4} more" if len(folders) > 4 else "")
    return [
        replace(suggestion, doubt=f"It tests only {suggestion.cwd}: there are tests of their own in {names}.")
        for suggestion in below
    ]


def _with_left_out(tree: Tree, test: Suggestion, ours: list[str]) -> Suggestion:
    """Return the tests, with what CI tests besides with the tools of another language, which they leave out."""
    mine = _owner(test, ours)
    if not mine or test.doubt:
        return test
    if not test.ci and not test.target and (own := ci.tests_of_its_own(tree)):
        return replace(test, doubt=f"CI tests with {own}, of which nothing here says what it is.")
    for line in ci.lines(tree):
        other = line.known.ecosystem
        apart = _NO_SUITE.search(f"{line.job} {line.file} {' '.join(line.argv)}")
        if line.kind != "test" or line.known.partial or apart or line.coverage:
            continue
        if other != mine and other in _SUITES:
            place = f" in {line.cwd}" if line.cwd else ""
            said = f"It leaves out what the job {line.job!r} of {line.file} tests{place}: {shlex.join(line.argv)}."
            return replace(test, doubt=said)
    return test


_SUITES = ("python", "node", "go", "rust", "ruby", "php", "elixir", "jvm", "dotnet", "dart", "swift")
"""Languages of which a repository may have a suite besides its own."""

_NO_SUITE = re.compile(
    r"e2e|end-to-end|smoke|docs|bench|releas|publish|deploy|fuzz|nightly|examples?\b|scripts?\b|\.github/actions",
    re.I,
)
"""What CI tests besides that is not about the code of the product, or more than a suite."""


def _like(test: Suggestion, ranked: list[_Ranked], ours: list[str]) -> list[_Ranked]:
    """Return the candidates, ranking down those of a build tool or folder other than the tests'."""
    words = shlex.split(test.argv[2]) if test.argv[:2] == ["sh", "-c"] and len(test.argv) == 3 else test.argv
    wanted, out = tool(words) or _owner(test, ours), []
    for rank, suggestion in ranked:
        mine = tool(suggestion.argv) or _owner(suggestion, ours)
        other = bool(wanted and mine) and mine != wanted
        apart = bool(test.cwd) and suggestion.cwd != test.cwd
        out.append(_Ranked(rank + (25 if other and rank < _SIDE else 0) + (20 if apart else 0), suggestion))
    return out


def _side(suggestion: Suggestion) -> bool:
    """Return whether a command runs in a folder that holds something other than the project."""
    return any(part in SIDE for part in suggestion.cwd.split("/") if part)


def _distinct(candidates: Iterable[Suggestion]) -> list[Suggestion]:
    """Return the candidates without duplicates."""
    seen: dict[tuple[str, ...], Suggestion] = {}
    for candidate in candidates:
        seen.setdefault((candidate.cwd, *candidate.argv), candidate)
    return list(seen.values())


def _lockfiles(tree: Tree) -> list[str]:
    """Return the lockfiles at the root and in the folders below it."""
    patterns = [name for ecosystem in ECOSYSTEMS for name in ecosystem.lockfiles]
    folders = ["", *tree.folders()[:60]]
    matches = [tree.first(f"{folder}/{pattern}".lstrip("/")) for folder in folders for pattern in patterns]
    return list(dict.fromkeys(name for name in matches if name))


def _remark(tree: Tree, detected: Detected) -> None:
    """Add what a person should know before running the commands."""
    if "node" in detected.ecosystems:
        detected.warnings += node.manager(tree).warnings
    test = detected.commands.get("test")
    if test and test.ci:
        names = ci.services(tree)
        if names:
            detected.warnings.append(f"The CI workflow starts services for its jobs: {', '.join(names)}.")
    if test and len(detected.ecosystems) > 1:
        detected.warnings.append(
            f"This repository has {' and '.join(detected.ecosystems)}; "
            f"check that {' '.join(test.argv)} tests what you change."
        )
    detected.warnings += [command.doubt for command in detected.commands.values() if command.doubt]
