"""All evidence together: the commands that a repository's files speak for."""

from collections.abc import Iterator
from dataclasses import replace

from hotfix_tui.detect import ci, match, node, task_runners
from hotfix_tui.detect.manifests import ECOSYSTEMS
from hotfix_tui.detect.rules import ECOSYSTEM_FILES
from hotfix_tui.detect.suggestion import KINDS, Detected, Suggestion
from hotfix_tui.detect.test_suites import regression_suggestion
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
    "src",
)


def detect(root: str) -> Detected:
    """Look at the files of the repository at ``root``; runs nothing.

    The CI workflow's own lines come first, then targets of task runners, then what the ecosystems' files speak for. A
    repository without a project at its root is looked at one and two levels deeper.
    """
    tree = Tree(root)
    found = Detected(ecosystems=ecosystems(tree), lockfiles=_lockfiles(tree))
    for kind in KINDS:
        choices = _distinct(_candidates(tree, kind, found))
        if not choices and kind != "regression":
            choices = _distinct(_below(tree, kind, found))
        if choices:
            found.commands[kind] = replace(choices[0], alternatives=choices[1:8])
    _remark(tree, found)
    found.warnings = list(dict.fromkeys(found.warnings))
    return found


def ecosystems(tree: Tree) -> list[str]:
    """The ecosystems whose files stand at the top of a tree, in the order of preference."""
    return [name for name, files in ECOSYSTEM_FILES if any(tree.first(file) for file in files)]


def _candidates(tree: Tree, kind: str, found: Detected) -> Iterator[Suggestion]:
    """Everything that the root's files speak for, best first."""
    if kind == "regression":
        suggestion = regression_suggestion(tree)
        if suggestion:
            yield suggestion
        return
    yield from ci.suggestions(tree, kind)
    yield from task_runners.suggestions(tree, kind)
    yield from _raw(tree, kind, found.warnings)


def _raw(tree: Tree, kind: str, warnings: list[str]) -> Iterator[Suggestion]:
    """What the ecosystems' own files speak for."""
    for name in ecosystems(tree):
        if name == "node":
            yield from node.suggestions(tree, kind, warnings)
        else:
            yield from match.suggestions(tree, kind, name)


def _below(tree: Tree, kind: str, found: Detected) -> Iterator[Suggestion]:
    """What the projects in folders speak for, when the root has nothing."""
    near = tree.folders()[:40]
    deep = [inner for name in near if name in _NESTED for inner in tree.folders(name)[:40]]
    for folder in near + deep:
        below = tree.below(folder)
        names = ecosystems(below)
        found.ecosystems += [name for name in names if name not in found.ecosystems]
        for suggestion in [*task_runners.suggestions(below, kind), *_raw(below, kind, found.warnings)][:1]:
            yield suggestion.inside(folder)


def _distinct(candidates: Iterator[Suggestion]) -> list[Suggestion]:
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
    if test and test.because.endswith("runs it"):
        names = ci.services(tree)
        if names:
            found.warnings.append(f"The CI workflow starts services for its jobs: {', '.join(names)}.")
    if test and len(found.ecosystems) > 1:
        found.warnings.append(
            f"This repository has {' and '.join(found.ecosystems)}; "
            f"check that {' '.join(test.argv)} tests what you change."
        )
