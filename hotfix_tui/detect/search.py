"""All evidence together: the commands that a repository's files speak for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from hotfix_tui.detect import ci, match, node, python_setup, task_runners
from hotfix_tui.detect.known_commands import bare, ecosystem, tool
from hotfix_tui.detect.manifests import ECOSYSTEMS
from hotfix_tui.detect.more_rules import built_first, extra
from hotfix_tui.detect.regression import regression_suggestion
from hotfix_tui.detect.rules import ECOSYSTEM_FILES
from hotfix_tui.detect.sources import SIDE, sources_of
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
_CI, _TARGET, _RULE, _COVERAGE, _SCRIPT, _PART, _FOLDER, _SIDE = 0, 10, 20, 22, 25, 35, 40, 50
"""How well evidence stands for the whole project: a line of CI, a target, a rule, a line that measures coverage, a
script, a part of the tests (or what starts containers), another language or folder, a folder beside the project."""
_COMPILED = {"autotools", "cmake", "meson"}
_MAKES_MAKEFILES = ("autotools",)
_MAKEFILES = ("[Mm]akefile*", "GNUmakefile*", "[Cc]onfigure*", "auto/configure", "CMakeLists.txt", "*.pro")
"""A Makefile, or what makes one: autotools, CMake, Perl, qmake, scripts of the project's own."""
_SMALL = 0.1
"""A language with less than this share of the largest one's files is not what the project is written in."""


class _Ranked(NamedTuple):
    """A suggestion, and how well it stands for the whole project (the lower the better)."""

    rank: int
    suggestion: Suggestion


def detect(root: str) -> Detected:
    """Look at the files of the repository at ``root``; runs nothing.

    The CI workflow's own lines come first, then targets of task runners, then what the ecosystems' files speak for;
    after them whatever covers only a part of the project: some of its tests, one folder, another language's tools.
    A repository without a project at its root is looked at one and two levels deeper.
    """
    tree = Tree(root)
    ours = ecosystems(tree)
    found = Detected(ecosystems=list(ours), lockfiles=_lockfiles(tree))
    # What is installed follows from what is run.
    for kind in ("test", *(kind for kind in KINDS if kind not in ("test", "setup")), "setup"):
        choices = _choices(tree, kind, found, ours)
        if choices:
            found.commands[kind] = replace(choices[0], alternatives=choices[1:8])
    found.commands = {kind: found.commands[kind] for kind in KINDS if kind in found.commands}
    found.lints = _choices(tree, "lint", found, ours)[:8]
    _remark(tree, found)
    found.warnings = list(dict.fromkeys(found.warnings))
    return found


def ecosystems(tree: Tree) -> list[str]:
    """The ecosystems whose files stand at the top of a tree: what it is written in first, then in order of preference.

    A manifest without a single file of its language (a ``go.mod`` that only names the modules of a Hugo site) is none.
    """
    named = [name for name, files in ECOSYSTEM_FILES if any(tree.first(file) for file in files)]
    if len(named) > 1 or "go" in named:
        named = [name for name in named if name != "go" or not sources_of(tree).none_of("go")]
    if len(named) > 1:
        most = max(sources_of(tree).of(name) for name in named)
        named.sort(key=lambda name: sources_of(tree).of(name) < most * _SMALL)
    if "bazel" in named and tree.names(".bazelci"):
        named.sort(
            key=lambda name: name != "bazel"
        )  # the pipeline of Bazel's own projects builds with nothing else
    return named


def _choices(tree: Tree, kind: str, found: Detected, ours: list[str]) -> list[Suggestion]:
    """All that would do for one kind of command, best first; ``ours`` are the ecosystems of the root."""
    test = found.commands.get("test")
    if kind == "regression":
        suggestion = regression_suggestion(tree, test, ours or found.ecosystems)
        return [suggestion] if suggestion else []
    ranked = list(_at_root(tree, kind, found, ours))
    if not any(one.rank < _FOLDER for one in ranked) and not _settled(tree, ours, kind):
        below = list(_below(tree, kind, found))
        ranked += [_Ranked(_PART - 1, one) for one in (_with_doubt(below) if kind == "test" else below)]
    if test is not None and kind != "test":
        ranked = _like(test, ranked, ours)
    ordered = sorted(ranked, key=lambda one: one.rank)
    if kind == "test" and ordered and not ours:
        ordered[0] = _Ranked(ordered[0].rank, _one_of_several(tree, ordered[0].suggestion))
    if kind == "setup" and test is None and ordered and not _used(ordered[0].suggestion, found):
        return []  # it installs what nothing that is run here needs
    if not ordered or ordered[0].rank >= _SIDE:
        return []  # only what lies beside the project: nothing says how the project itself is handled
    return _distinct(one.suggestion for one in ordered)


def _used(setup: Suggestion, found: Detected) -> bool:
    """Whether a set-up is for the root, or for a folder in which something is run."""
    return not setup.cwd or any(one.cwd == setup.cwd for one in found.commands.values())


def _at_root(tree: Tree, kind: str, found: Detected, ours: list[str]) -> Iterator[_Ranked]:
    """Everything that the root's files and the CI workflow speak for."""
    for line in ci.suggestions(tree, kind):
        if line.argv[0] == "make" and not _makes_here(tree, line):
            continue
        suggestion = line.suggestion()
        if kind == "build" and line.argv[0] == "make" and "build" not in line.argv and set(ours) - _COMPILED:
            continue  # what the first target of a Makefile does, only a project of C says by its kind
        if line.known.ecosystem in ("cmake", "meson"):
            # The folder that CI builds in is not here: the same by the rule of the build tool, where that is ours.
            if kind == "test" and line.known.ecosystem in ours:
                yield from (_Ranked(_CI, one) for one in built_first(tree, line.known.ecosystem, suggestion))
            continue
        yield _Ranked(_rank(line, suggestion, ours, _own_manager(tree, line)), suggestion)
    for suggestion in task_runners.suggestions(tree, kind):
        contained = task_runners.in_containers(tree, suggestion)
        # A shell script brings an environment of its own; a runner in the project's language is its test tool.
        ours_alone = suggestion.target or (
            suggestion.file.endswith(".py") and ci.names(tree, suggestion.file)
        )
        yield _Ranked(_PART if contained else _TARGET if ours_alone else _SCRIPT, suggestion)
    names = _installs_for(tree, found.commands.get("test"), ours) if kind == "setup" else ours
    for suggestion in _raw(tree, kind, found, names):
        yield _Ranked(_RULE, suggestion)


def _makes_here(tree: Tree, line: ci.Line) -> bool:
    """Whether a line of make finds a Makefile here, or what makes one; a folder that only CI builds in has none."""
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
    """The ecosystems whose set-up is one for the tests: their own, and none where that needs none.

    A task runner tests what most of the project is written in.
    """
    whose = _owner(test, ours) if test else ""
    if whose in ours:
        return [whose]
    return [max(ours, key=sources_of(tree).of)] if len(ours) > 1 else ours


def _owner(suggestion: Suggestion, ours: list[str]) -> str:
    """Whose tool a command starts; make is that of the ecosystem which makes its Makefile."""
    made = (
        next((name for name in ours if name in _MAKES_MAKEFILES), "") if suggestion.argv[0] == "make" else ""
    )
    return made or ecosystem(suggestion.argv)


def _own_manager(tree: Tree, line: ci.Line) -> bool:
    """Whether a line runs a script with the package manager of the project, not with one that CI tries as well."""
    used = line.argv[0]
    if used not in node.MANAGERS or not tree.has("package.json") or line.cwd:
        return True
    own = node.manager(tree)
    known = own.known or any(one.argv[0] == own.name for one in ci.lines(tree))
    return used == own.name or not known


def _rank(line: ci.Line, suggestion: Suggestion, ours: list[str], own_manager: bool) -> int:
    """How well a line of CI stands for the whole project."""
    whose = line.known.ecosystem
    if ours and (line.cwd or (whose and whose not in ours)):
        return _SIDE if _side(suggestion) else _FOLDER
    if line.known.partial or line.known.rank == 1:
        return _PART
    if line.coverage or not own_manager:
        return _COVERAGE
    return _TARGET if ours and whose and whose != ours[0] else _CI


def _raw(tree: Tree, kind: str, found: Detected, names: Iterable[str]) -> Iterator[Suggestion]:
    """What the ecosystems' own files speak for."""
    for name in names:
        if name == "python" and kind == "setup":
            yield from python_setup.suggestions(tree, _wants_pytest(tree, found), *_type_checker(found))
        elif name == "node":
            yield from node.suggestions(tree, kind, found.warnings)
        ruled = [one for one in match.suggestions(tree, kind, name) if kind != "typecheck" or not one.lint]
        more = list(extra(tree, kind, name))
        yield from [*more, *ruled] if kind == "build" or name == "jvm" else [*ruled, *more]
    if kind == "lint":
        for name in names:
            yield from (one for one in match.suggestions(tree, "typecheck", name) if one.lint)


def _wants_pytest(tree: Tree, found: Detected) -> bool:
    """Whether the Python tests of a project are run with pytest."""
    first = next(iter(match.suggestions(tree, "test", "python")), None) or found.commands.get("test")
    return first is not None and "pytest" in {word.rpartition("/")[2] for word in first.argv}


def _type_checker(found: Detected) -> tuple[str, bool]:
    """The Python program of the chosen type check, and whether CI runs it; "" for one that is not installed with it."""
    chosen = found.commands.get("typecheck")
    words = bare(chosen.argv).split() if chosen else []
    name = words[0].rpartition("/")[2] if words else ""
    known = name in ("mypy", "pyright", "basedpyright", "ty", "pyre")
    return (name, bool(chosen and chosen.ci)) if known else ("", False)


def _settled(tree: Tree, names: list[str], kind: str) -> bool:
    """Whether the root is the project: what it does not have then, no folder below stands for."""
    if not names:
        return False
    if names == ["node"]:  # a package.json may be there for nothing but the tools of the repository
        return bool(node.dependencies(tree, ("dependencies",))) or bool(
            sources_of(tree).of("node") and kind != "test"
        )
    return True


def _project_folders(tree: Tree) -> list[str]:
    """The folders that may hold projects, one and two levels deep."""
    near = [name for name in tree.folders()[:40] if name not in SIDE]
    inner = [path for name in near if name in _NESTED for path in tree.folders(name)[:40]]
    return near + [path for path in inner if path.rpartition("/")[2] not in SIDE]


def _below(tree: Tree, kind: str, found: Detected) -> Iterator[Suggestion]:
    """What the projects in folders speak for, when the root has nothing."""
    for folder in _project_folders(tree):
        below = tree.below(folder)
        names = ecosystems(below)
        found.ecosystems += [name for name in names if name not in found.ecosystems]
        raw = _raw(below, kind, found, names)
        for suggestion in [*task_runners.suggestions(below, kind), *raw][:1]:
            yield suggestion.inside(folder)


def _one_of_several(tree: Tree, chosen: Suggestion) -> Suggestion:
    """The same; where nothing at the root is a project, the projects in folders are named."""
    if chosen.doubt:
        return chosen
    found = [folder for folder in _project_folders(tree) if ecosystems(tree.below(folder))]
    if len(found) < 2:
        return chosen
    names = ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
    return replace(
        chosen, doubt=f"There are several projects here ({names}): see that it tests what you change."
    )


def _with_doubt(below: list[Suggestion]) -> list[Suggestion]:
    """The same; of several projects in folders none stands for all, and that is said."""
    folders = list(dict.fromkeys(one.cwd for one in below))
    if len(folders) < 2:
        return below
    names = ", ".join(folders[:4]) + (f" and {len(folders) - 4} more" if len(folders) > 4 else "")
    return [
        replace(one, doubt=f"It tests only {one.cwd}: there are tests of their own in {names}.")
        for one in below
    ]


def _like(test: Suggestion, ranked: list[_Ranked], ours: list[str]) -> list[_Ranked]:
    """The same, with what belongs to another build tool or folder than the tests set back."""
    wanted, out = tool(test.argv) or _owner(test, ours), []
    for rank, one in ranked:
        mine = tool(one.argv) or _owner(one, ours)
        other = bool(wanted and mine) and mine != wanted
        apart = bool(test.cwd) and one.cwd != test.cwd
        out.append(_Ranked(rank + (25 if other and rank < _SIDE else 0) + (20 if apart else 0), one))
    return out


def _side(suggestion: Suggestion) -> bool:
    """Whether a command runs in a folder that holds something other than the project."""
    return any(part in SIDE for part in suggestion.cwd.split("/") if part)


def _distinct(candidates: Iterable[Suggestion]) -> list[Suggestion]:
    """The candidates without repetitions."""
    seen: dict[tuple[str, ...], Suggestion] = {}
    for candidate in candidates:
        seen.setdefault((candidate.cwd, *candidate.argv), candidate)
    return list(seen.values())


def _lockfiles(tree: Tree) -> list[str]:
    """The lock files at the root and in the folders below it."""
    patterns = [name for ecosystem in ECOSYSTEMS for name in ecosystem.lockfiles]
    folders = ["", *tree.folders()[:60]]
    found = [tree.first(f"{folder}/{pattern}".lstrip("/")) for folder in folders for pattern in patterns]
    return list(dict.fromkeys(name for name in found if name))


def _remark(tree: Tree, found: Detected) -> None:
    """Note what a person should know before running the commands."""
    if "node" in found.ecosystems:
        found.warnings += node.manager(tree).warnings
    test = found.commands.get("test")
    if test and test.ci:
        names = ci.services(tree)
        if names:
            found.warnings.append(f"The CI workflow starts services for its jobs: {', '.join(names)}.")
    if test and len(found.ecosystems) > 1:
        found.warnings.append(
            f"This repository has {' and '.join(found.ecosystems)}; "
            f"check that {' '.join(test.argv)} tests what you change."
        )
    found.warnings += [one.doubt for one in found.commands.values() if one.doubt]
