"""How to run only some test files in languages whose runners take classes, modules or filters instead of files."""

import re
from collections.abc import Callable

from hotfix_tui.detect.match import suggestions
from hotfix_tui.detect.tree import Tree, holder

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
