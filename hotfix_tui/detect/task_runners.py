"""Targets of task runners, read from their files: make, just, task, mise and rake. None of them is started."""

import re
from collections.abc import Callable, Iterator

from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_lines import scalars

TARGETS: dict[str, tuple[str, ...]] = {
    "setup": ("setup", "bootstrap"),
    "test": (
        *("test", "tests", "unit-test", "test-unit", "unit"),
        *("all-tests", "all_tests", "test-all", "test_all", "tests-all"),
    ),
    "typecheck": ("typecheck", "type-check", "types"),
    "lint": ("lint",),
    "build": ("build",),
}
"""The names of targets by kind, best first."""

_MAKE_RULE = re.compile(r"([A-Za-z0-9_./-]+(?:[ \t]+[A-Za-z0-9_./-]+)*)[ \t]*&?::?(?!=)")
_JUST_RECIPE = re.compile(r"@?([A-Za-z][A-Za-z0-9_-]*)((?:[ \t]+[^:=#]*(?:=[^:#]*)?)?):(?!=)")
_RAKE_TASK = re.compile(r"""^\s*(?:task|multitask)[\s(]+(?::|["'])?([a-z_][a-z0-9_:]*)\b""")
_RAKE_CLASS = re.compile(
    r"^\s*(Rake::TestTask|Minitest::TestTask|RSpec::Core::RakeTask)\.(?:new|create)(?:[\s(]+:(\w+))?"
)


def make_targets(tree: Tree) -> tuple[str, list[str]]:
    """Return the Makefile that make would read, and its explicit targets."""
    name = next((name for name in ("GNUmakefile", "makefile", "Makefile") if tree.has(name)), "")
    targets: list[str] = []
    inside = False
    for line in tree.lines(name) if name else ():
        word = line.strip().split(" ")[0]
        inside = (inside or word == "define") and word != "endef"
        match = None if inside or len(line) > 2000 else _MAKE_RULE.match(line)
        if match:
            targets += match[1].split()
    return name, targets


_PROGRAMS = frozenset(
    [
        "go",
        "cargo",
        "npm",
        "npx",
        "pnpm",
        "yarn",
        "bun",
        "deno",
        "bundle",
        "rake",
        "mix",
        "composer",
        "php",
        "phpunit",
        "mvn",
        "gradle",
        "dotnet",
        "docker",
        "podman",
        "helm",
        "cmake",
        "ctest",
        "meson",
        "ninja",
        "terraform",
        "tofu",
        "swift",
        "zig",
        "sbt",
        "lein",
        "stack",
        "cabal",
        "dune",
        "poetry",
        "pdm",
        "uv",
        "tox",
        "nox",
        "hatch",
        "bazel",
        "buck2",
    ]
)
"""Programs that a target may need and that not every machine has."""

_MOST_LINES = 500
"""At most this many lines of a target are read: adding to them would take the square of a longer file's length."""

_STARTS = re.compile(r"(?:[A-Za-z_]\w*=\S*\s+)*([a-z][\w-]*)(?=\s|$)")
_AGAIN = re.compile(r"(?:\$[({]MAKE[)}]|(?:^|[\s;&|@])make)\s+([A-Za-z][\w.-]*)")


def programs(tree: Tree, target: str, also: frozenset[str] = frozenset()) -> list[str]:
    """Return the known programs, and those of `also`, that a target of make starts, its prerequisites and calls of
    make included.
    """
    out = []
    for line in _lines(tree, target):
        for part in re.split(r"&&|\|\||;|\|", line):
            starts = _STARTS.match(part.strip().lstrip("@-+(").strip())
            out += [starts[1]] if starts and starts[1] in _PROGRAMS | also else []
    return list(dict.fromkeys(out))


def node_folders(tree: Tree, target: str) -> list[str]:
    """Return the folders in which a target of make runs a package manager of Node."""
    text = "\n".join(_lines(tree, target))
    found = [match[1] or match[2] for match in _NODE_IN.finditer(text)]
    names = [name.removeprefix("./").rstrip("/") for name in dict.fromkeys(found)]
    return [name for name in names if tree.has(f"{name}/package.json")]


_MANAGER = r"(?:npm|yarn|pnpm|bun)"
_NODE_IN = re.compile(
    rf"\bcd\s+([\w./-]+)\s*&&\s*(?:\w+=\S*\s+)*{_MANAGER}\b|\b{_MANAGER}\s+(?:--(?:prefix|cwd|dir)|-C)[ =]([\w./-]+)"
)


def _lines(tree: Tree, target: str) -> list[str]:
    """Return the lines of a target of make, of its prerequisites, and of what it calls make for."""
    name, targets = make_targets(tree)
    recipes: dict[str, list[str]] = {}
    current: list[str] = []
    for line in tree.lines(name) if name else ():
        match = None if len(line) > 2000 or line.startswith("\t") else _MAKE_RULE.match(line)
        if match:
            before, _, own = line[match.end(1) :].lstrip(" :").partition(";")
            current = [*(f"$(MAKE) {word}" for word in before.split() if word in targets), own]
            for word in match[1].split():
                known = recipes.get(word, [])
                recipes[word] = known + current if len(known) < _MOST_LINES else known
                current = recipes[word]
        elif line.startswith("\t"):
            current.append(line)
    seen, waiting, out = {target}, [target], []
    while waiting:
        for line in recipes.get(waiting.pop(), []):
            out.append(line)
            more = [word for word in _AGAIN.findall(line) if word not in seen]
            seen.update(more)
            waiting += more
    return out


def just_targets(tree: Tree) -> tuple[str, list[str]]:
    """Return the justfile and its public recipes that need no argument."""
    name = next((name for name in ("justfile", "Justfile", ".justfile") if tree.has(name)), "")
    recipes: list[str] = []
    private = False
    for line in tree.lines(name) if name else ():
        match = _JUST_RECIPE.match(line) if len(line) <= 2000 else None
        if match and not private:
            parameters = match[2].split()
            if all("=" in word or word.startswith("*") for word in parameters):
                recipes.append(match[1])
        private = line.startswith("[") and "private" in line
    return name, recipes


def task_targets(tree: Tree) -> tuple[str, list[str]]:
    """Return the Taskfile and its tasks."""
    stems = ("Taskfile", "taskfile")
    names = [f"{stem}{middle}.{end}" for stem in stems for middle in ("", ".dist") for end in ("yml", "yaml")]
    name = next((name for name in names if tree.has(name)), "")
    tasks: dict[str, bool] = {}
    for path, value in scalars(tree.text(name)) if name else ():
        if len(path) > 1 and path[0] == "tasks":
            internal = path[2:] == ("internal",) and value == "true"
            tasks[str(path[1])] = tasks.get(str(path[1]), False) or internal
    return name, [task for task, internal in tasks.items() if not internal]


def mise_targets(tree: Tree) -> tuple[str, list[str]]:
    """Return the tasks of mise, from its file or its folder."""
    for name in ("mise.toml", ".mise.toml", ".config/mise.toml"):
        tasks = tree.value(name, "tasks")
        if isinstance(tasks, dict) and tasks:
            return name, list(tasks)
    for folder in ("mise-tasks", ".mise/tasks", "mise/tasks"):
        if tree.names(folder):
            return folder, [task.rpartition(".")[0] or task for task in tree.names(folder)]
    return "", []


def rake_targets(tree: Tree) -> tuple[str, list[str]]:
    """Return the Rakefile and its tasks."""
    name = next((name for name in ("Rakefile", "rakefile", "Rakefile.rb") if tree.has(name)), "")
    tasks: list[str] = []
    for line in tree.lines(name) if name else ():
        plain, made = _RAKE_TASK.match(line), _RAKE_CLASS.match(line)
        if plain:
            tasks.append(plain[1])
        elif made:
            tasks.append(made[2] or ("spec" if made[1].startswith("RSpec") else "test"))
    return name, tasks


_RUNNERS: tuple[tuple[Callable[[Tree], tuple[str, list[str]]], list[str]], ...] = (
    (make_targets, ["make"]),
    (just_targets, ["just"]),
    (task_targets, ["task"]),
    (mise_targets, ["mise", "run"]),
    (rake_targets, ["rake"]),
)


_SCRIPTS: dict[str, tuple[str, ...]] = {
    "test": (
        *(
            "script/test",
            "scripts/test",
            "scripts/test.sh",
            "bin/test",
            "test.sh",
            "run_tests.sh",
            "runtests.sh",
        ),
        *("run-tests.sh", "run_tests.py", "run-tests.py", "runtests", "runtests.py"),
    ),
    "setup": ("script/bootstrap", "script/setup", "scripts/setup.sh", "scripts/bootstrap.sh"),
    "typecheck": (
        "run_mypy.py",
        "script/typecheck",
        "scripts/typecheck",
        "scripts/typecheck.sh",
        "scripts/mypy.sh",
    ),
}
"""Project scripts named after what they do, by kind."""

_INSTALLS = re.compile(r"\bsudo\b|\$[({]?(?:DESTDIR|prefix|PREFIX)\b")
"""Words in a target that installs the product, or something system-wide: not a set-up of a checkout."""

_CONTAINERS = re.compile(r"\b(?:docker|podman|docker-compose|nerdctl|kubectl|vagrant)\b")


def suggestions(tree: Tree, kind: str) -> Iterator[Suggestion]:
    """Yield the existing targets and scripts for one kind of command, one per runner."""
    for read, start in _RUNNERS:
        file, targets = read(tree)
        names = TARGETS.get(kind, ())
        words = start
        if start == ["rake"]:
            names = ("test", "spec") if kind == "test" else ("rubocop", "lint") if kind == "lint" else ()
            words = ["bundle", "exec", "rake"] if tree.has("Gemfile") else start
        if kind == "test" and start == ["make"] and not set(names) & set(targets):
            names = ("check",)
        target = next((name for name in names if name in targets), "")
        if target and not (start == ["make"] and tree.has("configure.ac") and file == "Makefile"):
            made = Suggestion([*words, target], f"{file} has a target {target}", file=file, target=target)
            if (
                kind == "test"
                and start == ["make"]
                and (_beside_cmake(tree, made) or _only_lints(tree, made))
            ):
                continue
            if kind != "setup" or not _says(tree, made, _INSTALLS):
                yield made
    for name in _SCRIPTS.get(kind, ()):
        if tree.runnable(name) and not _lost(tree, name):
            yield Suggestion([f"./{name}"], f"{name} exists", file=name)


_ENTERS = re.compile(r"(?m)^[ \t]*(?:cd|pushd)[ \t]+[\"']?(?:\./)?([\w-][\w./-]*)[\"']?[ \t]*$")


def _lost(tree: Tree, name: str) -> bool:
    """Return whether a script at the root first goes to a folder that is gone: what it tested was moved."""
    match = _ENTERS.search(tree.text(name)[:20_000]) if "/" not in name else None
    return match is not None and not tree.has(f"{match[1].rstrip('/')}/") and "mkdir" not in tree.text(name)


_CMAKE_TESTS = re.compile(
    r"(?m)^\s*(?:enable_testing|include\s*\(\s*CTest|add_test|gtest_discover_tests|catch_discover_tests)\b"
)
_BUILDS = re.compile(r"\b(?:cmake|ctest|ninja)\b|\s-C[\s=]|\bcd\s")


_LINTS = re.compile(
    r"\b(?:(?:cabal|twine|cargo|gleam|dune build) @?check|packdeps|cargo (?:clippy|fmt)|go(?:fmt| vet| fmt)"
    r"|golangci-lint|staticcheck|ruff|flake8|pylint|mypy|pyright|black|isort|eslint|prettier|tsc|biome|hlint|shellcheck|yamllint"
    r"|cppcheck|clang-(?:format|tidy)|pre-commit|rubocop|luacheck|lint\w*|\w*fmt\w*|format\w*|style|types?|typecheck|vet|deps"
    r"|echo|cd|true)\b"
)
"""What a target called `check` may do instead of testing, also as the name of another target."""


def check_only_lints(tree: Tree) -> bool:
    """Return whether the Makefile has a target `check` that only lints: no line of CI makes tests of it."""
    file, targets = make_targets(tree)
    return "check" in targets and _only_lints(
        tree, Suggestion(["make", "check"], "", file=file, target="check")
    )


def _only_lints(tree: Tree, suggestion: Suggestion) -> bool:
    """Return whether each command of a target called `check`, and each target before it, is a lint: not the tests."""
    if suggestion.target != "check":
        return False
    parts: list[str] = []
    inside = False
    for line in tree.lines(suggestion.file):
        if match := re.match(r"check\b[^=:]*:(?![:=])([^#]*)", line):
            inside = True
            parts += match[1].split()
        elif inside and line.startswith("\t"):
            parts += [
                part for part in re.split(r"&&|\|\||;", line[:2_000].strip().lstrip("@-+")) if part.strip()
            ]
        elif line.strip() and not line.startswith("#"):
            inside = False
    return bool(parts) and all(_LINTS.search(part) and "test" not in part for part in parts)


def _beside_cmake(tree: Tree, suggestion: Suggestion) -> bool:
    """Return whether CMake has the project's tests, and a Makefile's own target does not come to them."""
    tested = bool(_CMAKE_TESTS.search(tree.text("CMakeLists.txt"))) if tree.has("CMakeLists.txt") else False
    return tested and not _says(tree, suggestion, _BUILDS)


def in_containers(tree: Tree, suggestion: Suggestion) -> bool:
    """Return whether a target or script starts containers, which is more than its name says."""
    if not suggestion.target:
        return bool(_CONTAINERS.search(tree.text(suggestion.file)))
    return _says(tree, suggestion, _CONTAINERS)


def _says(tree: Tree, suggestion: Suggestion, what: re.Pattern[str]) -> bool:
    """Return whether the lines of a make or just target mention `what`."""
    inside = False
    for line in tree.lines(suggestion.file) if suggestion.argv[0] in ("make", "just") else ():
        if re.match(rf"@?{re.escape(suggestion.target)}(?![\w./-])[^=]*:(?!=)", line):
            inside = True
        elif inside and line.strip() and not line[:1].isspace():
            return False
        elif inside and what.search(line[:2000]):
            return True
    return False
