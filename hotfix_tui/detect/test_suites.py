"""Which files are tests, and how to run just some of them."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from hotfix_tui.detect import node
from hotfix_tui.detect.match import python_command, suggestions
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree

TEST_PATHS: dict[str, tuple[str, ...]] = {
    "python": (r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|tests?)\.py$",),
    "node": (
        r"\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?(?:\.snap)?$",
        r"(?:^|/)(?:__tests__|__mocks__|__snapshots__|cypress)/",
    ),
    "go": (r"_test\.go$", r"(?:^|/)testdata/"),
    "rust": (r"(?:^|/)tests/.*\.rs$",),
    "jvm": (
        r"(?:^|/)src/(?:test|integrationTest|androidTest)/",
        r"(?:Tests?|IT|Spec)\.(?:java|kt|groovy|scala)$",
    ),
    "dotnet": (r"Tests?\.(?:cs|fs|vb)$", r"(?:^|/)[^/]*\.(?:Unit|Integration)?Tests?/"),
    "ruby": (r"(?:^|/)(?:spec|test)/.*\.rb$", r"_(?:spec|test)\.rb$"),
    "php": (r"Test\.php$",),
    "elixir": (r"_test\.exs$",),
    "deno": (r"(?:^|/)(?:test|[^/]*[._]test)\.[cm]?[jt]sx?$",),
    "dart": (r"_test\.dart$",),
    "swift": (r"(?:^|/)Tests/.*\.swift$", r"Tests?\.swift$"),
    "any": (r"(?:^|/)(?:tests?|e2e)/",),
}
"""Regular expressions for the paths of tests and of what only tests use, by ecosystem."""

_TESTS = re.compile("|".join(pattern for patterns in TEST_PATHS.values() for pattern in patterns))
_JS = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts")
_JS_RUNNERS = (("vitest", ["vitest", "run"]), ("jest", ["jest"]), ("mocha", ["mocha"]))
_NODE_TEST = re.compile(r"\bnode\b.*\s--test\b")


def is_test_file(path: str, extra_patterns: Sequence[str] = ()) -> bool:
    """Whether a path of the repository (with ``/``) is a test or belongs to tests only.

    ``extra_patterns`` are globs: one without ``/`` is for the file name, one that ends with ``/`` for a folder.
    """
    if _TESTS.search(path):
        return True
    name = path.rpartition("/")[2]
    for pattern in extra_patterns:
        whole = pattern + "*" if pattern.endswith("/") else pattern
        if fnmatchcase(path, whole) or ("/" not in pattern and fnmatchcase(name, pattern)):
            return True
    return False


def regression_command(root: str, test_files: Sequence[str]) -> list[str] | None:
    """The command that runs just these test files (paths relative to ``root``), or None when that is not known."""
    tree = Tree(root)
    files = sorted({f"./{name}" if name.startswith("-") else name for name in test_files})
    if not files:
        return None
    if all(name.endswith(".py") for name in files):
        return _python(tree, files)
    if all(name.endswith(_JS) for name in files):
        return _javascript(tree, files)
    if all(name.endswith("_test.go") for name in files):
        return _go(tree, files)
    if all(name.endswith(".rs") for name in files):
        return _rust(tree, files)
    return None


def regression_suggestion(tree: Tree) -> Suggestion | None:
    """A command with ``{files}`` for projects whose runner takes the files as they are."""
    if tree.has("package.json"):
        runner = _javascript_runner(tree)
        if runner:
            return Suggestion([*runner[0], "{files}"], runner[1])
    style = _python_style(tree)
    if style and style.argv[-1].rpartition("/")[2] == "pytest":
        return Suggestion([*style.argv, "{files}"], style.because)
    return None


def _python_style(tree: Tree) -> Suggestion | None:
    """How the Python tests of a project are run: pytest, unittest or Django, first of what its files speak for."""
    for found in suggestions(tree, "test", "python"):
        if {"pytest", "unittest", "manage.py"} & {word.rpartition("/")[2] for word in found.argv}:
            return found
    return None


def _python(tree: Tree, files: list[str]) -> list[str] | None:
    """Pytest takes paths, unittest too, Django takes dotted names."""
    style = _python_style(tree)
    words = style.argv if style else []
    modules = [name.removesuffix(".py").replace("/", ".") for name in files]
    if "manage.py" in words:
        return [*words, *modules]
    if "unittest" in words:
        return python_command(tree, ["python", "-m", "unittest", *files])[0]
    return [*(words or python_command(tree, ["pytest"])[0]), *files]


def _javascript_runner(tree: Tree) -> tuple[list[str], str] | None:
    """The test runner of a package and why it is that one."""
    tool, text = node.manager(tree), node.scripts(tree).get("test", "")
    asked = node.dependencies(tree)
    for name, words in _JS_RUNNERS:
        if re.search(rf"\b{name}\b", text) or (name in asked and not _NODE_TEST.search(text[:1000])):
            return tool.program(words), f"package.json asks for {name} and {tool.because}"
    if _NODE_TEST.search(text[:1000]):
        return ["node", "--test"], "the test script of package.json runs node --test"
    return None


def _javascript(tree: Tree, files: list[str]) -> list[str] | None:
    """The runner of the package that holds all the files, started in that package."""
    folder = _holder(tree, files, "package.json")
    if folder is None:
        return None
    inner = tree.below(folder) if folder else tree
    runner = _javascript_runner(inner)
    if runner and folder:
        root_tool = node.manager(tree).name
        if runner[0][:1] == ["node"]:
            return [*runner[0], *files]
        if root_tool != "pnpm":
            outer = _javascript_runner(tree)
            return [*outer[0], *files] if outer else None
        words = runner[0][2:] if runner[0][0] in ("pnpm", "npx", "bun") else runner[0][1:]
        return ["pnpm", "-C", folder, "exec", *words, *(name.removeprefix(folder + "/") for name in files)]
    runner = runner or _javascript_runner(tree)
    return [*runner[0], *files] if runner else None


def _go(tree: Tree, files: list[str]) -> list[str] | None:
    """The packages of the files: go tests packages, not files."""
    folder = _holder(tree, files, "go.mod")
    if folder is None:
        return None
    inside = [name.removeprefix(folder + "/") if folder else name for name in files]
    packages = sorted({f"./{name.rpartition('/')[0]}".rstrip("/") for name in inside})
    return ["go", *(["-C", folder] if folder else []), "test", "-count=1", *packages]


def _rust(tree: Tree, files: list[str]) -> list[str] | None:
    """The integration tests by name; tests inside the sources cannot be told apart by file."""
    folder = _holder(tree, files, "Cargo.toml")
    targets: list[str] = []
    for name in files:
        parts = name.removeprefix(folder + "/").split("/") if folder else name.split("/")
        if parts[0] != "tests" or len(parts) > 3 or (len(parts) == 3 and parts[2] != "main.rs"):
            return None
        targets += ["--test", parts[1].removesuffix(".rs")]
    if folder is None:
        return None
    package = tree.value(f"{folder}/Cargo.toml", "package.name") if folder else None
    locked = ["--locked"] if tree.has("Cargo.lock") else []
    return ["cargo", "test", *locked, *(["-p", str(package)] if package else []), *targets]


def _holder(tree: Tree, files: list[str], manifest: str) -> str | None:
    """The nearest folder above all the files that has the manifest (the root is an empty text), or None."""
    shared = files[0].split("/")[:-1]
    for name in files[1:]:
        parts = name.split("/")[:-1]
        shared = shared[
            : next(
                (at for at, (one, two) in enumerate(zip(shared, parts)) if one != two),
                min(len(shared), len(parts)),
            )
        ]
    while True:
        folder = "/".join(shared)
        if tree.has(f"{folder}/{manifest}".lstrip("/")):
            return folder
        if not shared:
            return None
        shared.pop()
