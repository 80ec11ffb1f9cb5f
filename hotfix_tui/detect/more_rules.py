"""What the table of rules cannot say: sessions of nox, dependencies that come from a site's host."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace

from hotfix_tui.detect.match import build_folder, python_command
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree

_SESSION = re.compile(r"^(?:async )?def (tests?|unit|unit_tests?|pytest)\(\s*session\b", re.M)
_HOSTS = (
    ("netlify.toml", "build.command"),
    ("vercel.json", "buildCommand"),
    ("wrangler.toml", "build.command"),
    ("amplify.json", "build.command"),
)


def extra(tree: Tree, kind: str, ecosystem: str) -> Iterator[Suggestion]:
    """More that an ecosystem's files speak for."""
    if ecosystem == "python" and kind == "test" and tree.has("noxfile.py"):
        found = _SESSION.search(tree.text("noxfile.py"))
        if found:
            argv, why = python_command(tree, ["nox", "-s", found[1]])
            yield Suggestion(argv, " and ".join([f"noxfile.py has a session {found[1]}", *why]))
    if ecosystem == "jvm" and kind in _OF_THE_JVM and (place := _multiplatform(tree)):
        program = "./gradlew" if tree.has("gradlew") else "gradle"
        for task in _OF_THE_JVM[kind]:
            only = (
                "" if task != "jvmTest" else "It tests what is made for the JVM: allTests tests every target."
            )
            yield Suggestion([program, task, "--console=plain"], f"{place} is multiplatform", doubt=only)
    if ecosystem == "hugo" and kind == "build":
        for file, key in _HOSTS:
            words = _words(tree.value(file, key))
            if words:
                yield Suggestion(words, f"{file} has {key}")


_OF_THE_JVM = {"test": ("jvmTest", "allTests"), "typecheck": ("jvmTestClasses",)}
"""What stands for `test` and `testClasses` where Kotlin builds for several platforms: those find next to nothing."""

_MULTIPLATFORM = re.compile(
    r"""kotlin\(\s*["']multiplatform["']|["']org\.jetbrains\.kotlin\.multiplatform["']|plugins\.[\w.]*multiplatform""",
    re.I,
)
_MODULES = 60


def _multiplatform(tree: Tree) -> str:
    """The file that says that Kotlin is built for several platforms here."""
    if not tree.first("settings.gradle*") and not tree.first("build.gradle*"):
        return ""
    places = ["build.gradle.kts", "build.gradle"]
    for plugins in ("buildSrc", "build-logic", "build-plugins", "gradle/plugins"):
        inside = f"{plugins}/src/main/kotlin"
        places += [f"{inside}/{name}" for name in tree.names(inside)[:_MODULES] if ".gradle" in name]
    modules = tree.folders()[:_MODULES]
    places += [f"{folder}/build.gradle{end}" for folder in modules for end in (".kts", "")]
    return next(
        (place for place in places if tree.has(place) and _MULTIPLATFORM.search(tree.text(place))), ""
    )


def built_first(tree: Tree, ecosystem: str, found: Suggestion) -> Iterator[Suggestion]:
    """The tests of a project that has to be built first, in a folder that git ignores; ``found`` is CI's line."""
    folder = build_folder(tree)
    if ecosystem == "cmake":
        script = f"cmake --build {folder} && ctest --test-dir {folder} --output-on-failure"
        yield replace(found, argv=["sh", "-c", script], env={}, cwd="")
    elif ecosystem == "meson":
        yield replace(found, argv=["meson", "test", "-C", folder, "--print-errorlogs"], env={}, cwd="")


def _words(command: object) -> list[str]:
    """A command line of one program as words; empty when it needs a shell."""
    if not isinstance(command, str) or re.search(r"[;&|<>$`]", command):
        return []
    try:
        return shlex.split(command)
    except ValueError:
        return []
