"""Imports that the change adds and that no manifest declares: the fix would work only where the package happens to be.

Apart from `rules`: this is a warning and no finding. A package may be declared by a name that cannot be known, so
nothing is said where the code imports it already, where a folder or an alias has its name, or without a manifest.
"""

import os
import re
from collections.abc import Iterator
from itertools import islice

from hotfix_tui.detect import imported
from hotfix_tui.detect.imported import Imported
from hotfix_tui.git.diff import FileChange
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.steps.fix.guard.diff import Hunk, hunks

_MOST = 5
"""Packages that are named."""
_MOST_ASKED = 30
"""Packages that are asked about; each costs a few calls of git."""

_PYTHON = (".py", ".pyi")
_LANGUAGES = {"python": _PYTHON, "script": imported.SCRIPTS, "go": (".go",)}
_PYTHON_MANIFESTS = (
    *(
        "*requirements*",
        "*constraints*",
        "*.in",
        "*pyproject.toml",
        "*setup.py",
        "*setup.cfg",
        "*Pipfile",
        "*.nix",
    ),
    *(
        "*environment*.y*ml",
        "*conda*.y*ml",
        "*meta.yaml",
        "*pixi.toml",
        "*tox.ini",
        "*noxfile.py",
        "*tasks.py",
    ),
    *(
        "*Dockerfile*",
        "*.dockerfile",
        "*Containerfile*",
        "*.sh",
        "*Makefile",
        "*justfile",
        "*BUILD",
        "*BUILD.bazel",
    ),
    *(".github/*", "*.gitlab-ci.yml", "*buildout.cfg", "*debian/control", "*.spec", "*PKGBUILD", "*.toml"),
)
"""What may say that a package is installed; only the first few are manifests proper, but any of them will do."""

_SCRIPT_MANIFESTS = (
    *(
        "*package.json",
        "*deno.json*",
        "*jsconfig*.json",
        "*tsconfig*.json",
        "*.config.*",
        "*import*map*",
        "*bower.json",
    ),
    *(
        "*webpack*",
        "*vite*",
        "*babel*",
        "*metro*",
        "*rollup*",
        "*pnpm-workspace.yaml",
        "*BUILD",
        "*BUILD.bazel",
    ),
    *("*.html", "*.d.ts", "*Dockerfile*", "*.importmap", "*importmap.rb", "*craco*"),
)
_DECLARES = {
    "python": (
        "*requirements*.txt",
        "*pyproject.toml",
        "*setup.py",
        "*setup.cfg",
        "*Pipfile",
        "*environment*.y*ml",
    ),
    "script": ("*package.json", "*deno.json*"),
    "go": ("*go.mod",),
}
"""The manifests proper, of which there must be one."""

_GREP = ("grep", "-I", "--no-color", "--no-recurse-submodules", "--no-textconv", "--full-name", "-z", "-l")


def undeclared(git: Git, base: str, tree: str, files: list[FileChange]) -> list[str]:
    """Return a sentence for each package that the change from `base` to `tree` imports and nothing declares.

    Nothing is said if git cannot look: what only warns holds nothing up.
    """
    try:
        return _undeclared(git, base, tree, files)
    except GitError:
        return []


def _undeclared(git: Git, base: str, tree: str, files: list[FileChange]) -> list[str]:
    fitting = [file for file in files if _kind(file.path) and file.status != "D" and not file.binary]
    if not fitting:
        return []
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for file, parts in hunks(git, base, tree, files):
        if file in fitting:
            for one in _imports(git, tree, file.path, parts):
                found.setdefault((_kind(file.path), one.name), (file.path, one.line))
    if not found or git.setting("extensions.partialClone"):
        return []  # in a partial clone, looking through the files would fetch them
    own = _own_names(git, tree)
    unknown = (
        f"{path} line {line} imports {name}, and no manifest declares a package of that name"
        for (kind, name), (path, line) in islice(found.items(), _MOST_ASKED)
        if name.partition("/")[0] not in own and not _known(git, base, tree, kind, name)
    )
    return list(islice(unknown, _MOST))


def _kind(path: str) -> str:
    return next((kind for kind, ends in _LANGUAGES.items() if path.endswith(ends)), "")


def _imports(git: Git, tree: str, path: str, parts: list[Hunk]) -> Iterator[Imported]:
    """Yield the packages that the added lines of a file import."""
    added = [(number, line.decode("utf-8", "replace")) for hunk in parts for number, line in hunk.added]
    if _kind(path) == "python":
        lines = {number for number, line in added}
        if any(re.match(r"\s*(?:import|from)\s", line) for _, line in added):
            blob = git.run("cat-file", "blob", f"{tree}:{path}", limit=1_000_000)
            yield from imported.python_imports(blob.stdout.decode("utf-8", "replace"), lines)
        return
    above = ""
    for number, line in added:
        if "try" not in above and "try" not in line:
            is_go = _kind(path) == "go"
            yield from imported.go_imports(line, number) if is_go else imported.script_imports(line, number)
        above = line


def _own_names(git: Git, tree: str) -> set[str]:
    """Return the names of all folders and files of the project, without endings: what an import may mean."""
    data = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", tree, limit=50_000_000).stdout
    names: set[str] = set()
    for path in data.split(b"\0"):
        *folders, name = os.fsdecode(path).split("/")
        names.update(folders)
        names.add(name.partition(".")[0])
    return names


def _known(git: Git, base: str, tree: str, kind: str, name: str) -> bool:
    """Return whether the code imports a package already, or something declares it, or nothing declares anything."""
    if not _any(git, tree, ("-e", ""), _DECLARES[kind]):
        return True
    if kind == "python":
        before = rf"^[[:space:]]*(import|from)[[:space:]]+{re.escape(name)}([^[:alnum:]_]|$)"
        words = [word for said in imported.python_names(name) for word in ("-e", said)]
        return _any(git, base, ("-E", "-e", before), ("*.py", "*.pyi", "*.ipynb")) or _any(
            git, tree, ("-F", "-i", *words), _PYTHON_MANIFESTS
        )
    if kind == "script":
        quoted = [word for quote in "\"'" for end in (quote, "/") for word in ("-e", f"{quote}{name}{end}")]
        scope = name.partition("/")[0]
        aliases = [word for quote in "\"'" for word in ("-e", f"{quote}{scope}")]
        return _any(git, base, ("-F", *quoted), tuple(f"*{end}" for end in imported.SCRIPTS)) or _any(
            git, tree, ("-F", *(quoted if scope != name else aliases), "-e", f"{scope}/*"), _SCRIPT_MANIFESTS
        )
    parts = name.split("/")
    modules = [word for length in range(2, len(parts) + 1) for word in ("-e", "/".join(parts[:length]))]
    return _any(git, tree, ("-F", "-w", *modules), ("*go.mod", "*go.work", "*vendor/modules.txt", "*BUILD*"))


def _any(git: Git, tree: str, pattern: tuple[str, ...], paths: tuple[str, ...]) -> bool:
    """Return whether a line of one of the files matches."""
    return bool(git.run(*_GREP, *pattern, tree, "--", *paths, ok=(0, 1), limit=4096, timeout=20).stdout)
