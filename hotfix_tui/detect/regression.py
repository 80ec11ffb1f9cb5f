"""How to run only some test files: by the language of the files, and the project that contains them.

Each command runs exactly the files it is given: a runner that takes patterns is told that they are paths, and one
that fails below a coverage threshold is told not to measure it.
"""

import re
from collections.abc import Callable, Sequence

from hotfix_tui.detect import node
from hotfix_tui.detect.known_commands import ecosystem
from hotfix_tui.detect.match import python_command, suggestions
from hotfix_tui.detect.sources import sources_of
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree, holder

_JS = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts")
_JS_RUNNERS = (
    ("vitest", ["vitest", "run"]),
    ("jest", ["jest", "--runTestsByPath"]),
    ("mocha", ["mocha"]),
    ("ava", ["ava"]),
)
_JS_CONFIGS = ("package.json", "jest.config.*", "vitest.config.*", "vite.config.*", "vitest.workspace.*")
_NOTEBOOKS = ("nbdev-test", "nbdev_test")
_NO_COVERAGE = {"vitest": "--coverage.enabled=false", "jest": "--coverage=false"}
_NODE_TEST = re.compile(r"\bnode\b.*\s--test\b")
_BUN_TEST = re.compile(r"\bbun test\b")
_PATTERN = re.compile(r"[\[\]*?{}]")


def regression_command(root: str, test_files: Sequence[str]) -> list[str] | None:
    """Return the command that runs only these test files (paths relative to ``root``), or None if that is not known."""
    tree = Tree(root)
    files = sorted({f"./{name}" if name.startswith("-") else name for name in test_files})
    if not files:
        return None
    known: tuple[tuple[tuple[str, ...], Callable[[Tree, list[str]], list[str] | None]], ...] = (
        ((".py",), _python),
        (_JS, _javascript),
        (("_test.go",), _go),
        ((".rs",), _rust),
        *BY_END,
    )
    for ends, command in known:
        if all(name.endswith(ends) for name in files):
            return command(tree, files)
    return None


def regression_suggestion(tree: Tree, test: Suggestion | None, names: Sequence[str]) -> Suggestion | None:
    """Return a command with ``{files}`` for projects whose runner accepts the files as they are.

    It matches the language of the whole suite, ``test``: a front end next to a service does not decide.
    """
    language = (ecosystem(test.argv) if test else "") or (names[0] if names else "")
    if language not in ("python", "node", "ruby", "elixir"):
        return None
    if language == "node" and tree.has("package.json"):
        runner = _javascript_runner(tree)
        return Suggestion([*runner[0], "{files}"], runner[1]) if runner else None
    if test and test.argv[0] in _NOTEBOOKS:
        return None  # the tests are notebook cells, which no runner takes as files
    if language == "python":
        style = _python_style(tree) if sources_of(tree).of("python") or "python" in names else None
        if style and style.argv[-1].rpartition("/")[2] == "pytest":
            return Suggestion([*style.argv, *_no_cov(tree), "{files}"], style.because)
    if language == "ruby" and test and "rspec" in test.argv:
        return Suggestion([*test.argv, "{files}"], test.because)
    if language == "elixir" and tree.has("mix.exs"):
        return Suggestion(["mix", "test", "{files}"], "mix.exs exists")
    return None


def fits(argv: Sequence[str], test_files: Sequence[str]) -> bool:
    """Return whether a command with ``{files}`` is for the language of the test files; an unknown one may be."""
    language = ecosystem(argv)
    ends = {
        "python": (".py",),
        "node": _JS,
        "ruby": (".rb",),
        "elixir": (".exs",),
        "php": (".php",),
        "go": (".go",),
    }
    return language not in ends or all(name.endswith(ends[language]) for name in test_files)


def _python_style(tree: Tree) -> Suggestion | None:
    """Return how the Python tests of a project are run: pytest, unittest or Django, whichever its files suggest
    first.
    """
    for suggestion in suggestions(tree, "test", "python"):
        if {"pytest", "unittest", "manage.py"} & {word.rpartition("/")[2] for word in suggestion.argv}:
            return suggestion
    return None


def _python(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the command in the folder of the project: pytest and unittest take paths, Django takes dotted names."""
    style = _python_style(tree)
    words = style.argv if style else []
    modules = [name.removesuffix(".py").replace("/", ".") for name in files]
    if "manage.py" in words:
        return [*words, *modules]
    if "unittest" in words:
        return python_command(tree, ["python", "-m", "unittest", *files])[0]
    # pytest reads a bracket in a path as a test's parameters.
    plain = [name.partition("[")[0].rpartition("/")[0] or "." if "[" in name else name for name in files]
    return [*(words or python_command(tree, ["pytest"])[0]), *_no_cov(tree), *dict.fromkeys(plain)]


def _no_cov(tree: Tree) -> list[str]:
    """Return the option that keeps pytest from measuring coverage, if its configuration asks for that."""
    for file in ("pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg"):
        options = tree.text(file).partition("addopts")[2][:1000]
        if re.search(r"--cov(?![\w-]*-stub)", options):
            return ["--no-cov"]
    return []


def _javascript_runner(tree: Tree) -> tuple[list[str], str] | None:
    """Return the test runner of a package and the reason for choosing it."""
    kind, text = node.manager(tree), node.scripts(tree).get("test", "")
    asked = node.dependencies(tree)
    for name, words in _JS_RUNNERS:
        if re.search(rf"\b{name}\b", text) or (name in asked and not _NODE_TEST.search(text[:1000])):
            off = [_NO_COVERAGE[name]] if name in _NO_COVERAGE and _covers(tree) else []
            program = [words[0], *off, *words[1:]] if name == "jest" else [*words, *off]
            return kind.program(program), f"package.json asks for {name} and {kind.because}"
    if _NODE_TEST.search(text[:1000]):
        return ["node", "--test"], "the test script of package.json runs node --test"
    if _BUN_TEST.search(text[:1000]) or (kind.name == "bun" and not text):
        return ["bun", "test"], f"package.json tests with bun and {kind.because}"
    return None


def _covers(tree: Tree) -> bool:
    """Return whether the package's own configuration mentions coverage."""
    return any("overage" in tree.text(tree.first(name)) for name in _JS_CONFIGS if tree.first(name))


def _javascript(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the runner of the package that holds all the files, started in that package."""
    folder = holder(tree, files, "package.json")
    if folder is None:
        return None
    inner = tree.below(folder) if folder else tree
    runner = _javascript_runner(inner)
    if runner and folder:
        root_tool = node.manager(tree).name
        if runner[0][0] in ("node", "bun") and runner[0][1] in ("--test", "test"):
            return _on_files(runner[0], files)
        if root_tool != "pnpm":
            outer = _javascript_runner(tree)
            return _on_files(outer[0], files) if outer else None
        words = runner[0][2:] if runner[0][0] in ("pnpm", "npx", "bun") else runner[0][1:]
        inside = [name.removeprefix(folder + "/") for name in files]
        return ["pnpm", "-C", folder, "exec", *_on_files(words, inside)]
    runner = runner or _javascript_runner(tree)
    return _on_files(runner[0], files) if runner else None


def _on_files(words: list[str], files: list[str]) -> list[str]:
    """Return the runner applied to exactly these files: some treat their names as patterns."""
    if words == ["node", "--test"] and any(_PATTERN.search(name) for name in files):
        if len(files) == 1:
            return ["node", files[0]]
        return [*words, *(re.sub(r"([\[*?{])", r"[\1]", name) for name in files)]
    if "ava" in words:
        return [*words, *(re.sub(r"([\[*?{()])", r"[\1]", name) for name in files)]
    if words == ["bun", "test"]:
        return [*words, *(name if name.startswith("./") else f"./{name}" for name in files)]
    return [*words, *files]


def _go(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the packages of the files: go tests packages, not files."""
    folder = holder(tree, files, "go.mod")
    if folder is None:
        return None
    inside = [name.removeprefix(folder + "/") if folder else name for name in files]
    packages = sorted({f"./{name.rpartition('/')[0]}".rstrip("/") for name in inside})
    return ["go", *(["-C", folder] if folder else []), "test", "-count=1", *packages]


def _rust(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the integration tests by name; tests inside the sources cannot be selected by file."""
    folder = holder(tree, files, "Cargo.toml")
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


_TEST_ROOT = re.compile(r"(?:^|.*/)src/(?:test|integrationTest|it)/(?:java|kotlin|groovy|scala)/")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _ruby(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the command: RSpec and Rails take files; minitest is loaded file by file."""
    if all(name.endswith("_spec.rb") for name in files):
        return [*(["bundle", "exec"] if tree.has("Gemfile") else []), "rspec", *files]
    if tree.has("bin/rails"):
        return ["bin/rails", "test", *files]
    words = ["bundle", "exec"] if tree.has("Gemfile") else []
    return [
        *words,
        "ruby",
        "-Ilib",
        "-Itest",
        "-e",
        "ARGV.each { |file| require File.expand_path(file) }",
        *files,
    ]


def _php(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the command: PHPUnit long took only one file, so several are selected by their class names."""
    known = [words.argv for words in suggestions(tree, "test", "php")]
    pest = any("pest" in argv[0] for argv in known) or tree.has("vendor/bin/pest")
    program = "vendor/bin/pest" if pest else "vendor/bin/phpunit"
    if not pest and not (
        tree.first("phpunit.xml*") or tree.first("phpunit.dist.xml") or tree.has("vendor/bin/phpunit")
    ):
        return None
    if pest or len(files) == 1:
        return [program, *files]
    return [program, "--filter", f"/\\b({'|'.join(sorted(_stem(name) for name in files))})::/"]


def _elixir(tree: Tree, files: list[str]) -> list[str] | None:
    return ["mix", "test", *files] if tree.has("mix.exs") else None


def _dart(tree: Tree, files: list[str]) -> list[str] | None:
    suggestion = next(iter(suggestions(tree, "test", "dart")), None)
    return [*suggestion.argv, *files] if suggestion else None


def _jvm(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the command: classes by name, in the module that contains them."""
    folder = holder(tree, files, "pom.xml", "build.gradle", "build.gradle.kts")
    if folder is None:
        return None
    if tree.has("pom.xml"):
        words = ["./mvnw"] if tree.has("mvnw") else ["mvn"]
        module = ["-pl", folder, "-am"] if folder else []
        names = ",".join(sorted(_stem(name) for name in files))
        none = ["-Dsurefire.failIfNoSpecifiedTests=false", "-DfailIfNoTests=false"] if folder else []
        return [*words, "-B", *module, "test", f"-Dtest={names}", *none]
    words = ["./gradlew"] if tree.has("gradlew") else ["gradle"]
    task = ":" + folder.replace("/", ":") + ":test" if folder else "test"
    classes = [_TEST_ROOT.sub("", name).rpartition(".")[0].replace("/", ".") for name in files]
    return [*words, task, "--console=plain", *(word for name in classes for word in ("--tests", name))]


def _scala(tree: Tree, files: list[str]) -> list[str] | None:
    if not tree.has("build.sbt"):
        return None
    return ["sbt", "testOnly " + " ".join(f"*{_stem(name)}" for name in files)]


def _dotnet(tree: Tree, files: list[str]) -> list[str] | None:
    """Return the command: by class names, which match the file names by convention; in the project that contains
    them.
    """
    folder = holder(tree, files, "*.csproj", "*.fsproj", "*.vbproj")
    if folder is None:
        return None
    names = "|".join(f"FullyQualifiedName~{_stem(name)}" for name in files)
    return ["dotnet", "test", *([folder] if folder else []), "--filter", names]


def _swift(tree: Tree, files: list[str]) -> list[str] | None:
    if not tree.has("Package.swift"):
        return None
    return ["swift", "test", *(word for name in files for word in ("--filter", _stem(name)))]


def _perl(tree: Tree, files: list[str]) -> list[str] | None:
    return ["prove", "-l", *files]


BY_END: tuple[tuple[tuple[str, ...], Callable[[Tree, list[str]], list[str] | None]], ...] = (
    ((".rb",), _ruby),
    ((".php",), _php),
    ((".exs",), _elixir),
    ((".dart",), _dart),
    ((".java", ".kt", ".groovy"), _jvm),
    ((".scala",), _scala),
    ((".cs", ".fs", ".vb"), _dotnet),
    ((".swift",), _swift),
    ((".t",), _perl),
)
"""Which command handles files with which suffixes."""
