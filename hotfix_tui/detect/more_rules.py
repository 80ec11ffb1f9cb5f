"""Suggestions beyond the table of rules: nox sessions, dependencies from a site's host."""

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
    """Yield further suggestions from an ecosystem's files."""
    if ecosystem == "python" and kind == "test" and tree.has("noxfile.py"):
        session = _SESSION.search(tree.text("noxfile.py"))
        if session:
            argv, why = python_command(tree, ["nox", "-s", session[1]])
            yield Suggestion(argv, " and ".join([f"noxfile.py has a session {session[1]}", *why]))
    if ecosystem == "jvm" and kind in _OF_THE_JVM and (place := _multiplatform(tree)):
        program = "./gradlew" if tree.has("gradlew") else "gradle"
        for task in _OF_THE_JVM[kind]:
            only = (
                "" if task != "jvmTest" else "It tests what is made for the JVM: allTests tests every target."
            )
            yield Suggestion([program, task, "--console=plain"], f"{place} is multiplatform", doubt=only)
    if ecosystem == "autotools" and kind == "test" and (place := _checked(tree)):
        yield Suggestion(["make", "check"], f"configure.ac exists and {place} names what it checks")
    if ecosystem == "hugo" and kind == "build":
        for file, key in _HOSTS:
            words = _words(tree.value(file, key))
            if words:
                yield Suggestion(words, f"{file} has {key}")


_CHECKS = re.compile(
    r"^[ \t]*(?:\w*TESTS|(?:dist_)?check_SCRIPTS)[ \t]*\+?=[ \t]*\S"
    r"|^(?:check|check-local|check-TESTS|check-am)[ \t]*:(?!=)|^[ \t]*AUTOMAKE_OPTIONS[ \t]*=.*\bdejagnu\b",
    re.M,
)
_MADE_OF = (
    "Makefile.am",
    "Makefile.in",
    "GNUmakefile.in",
    "Makefile.inc",
    "local.mk",
    "module.mk",
    "Makemodule.am",
)


def _checked(tree: Tree) -> str:
    """Return the file that gives ``make check`` something to run: automake makes that target in any case, and an empty
    one is green.
    """
    if re.search(r"^\s*AC_CONFIG_TESTDIR\b", tree.text("configure.ac"), re.M):
        return "configure.ac"
    above = tree.folders()[:_MODULES]
    folders = ["", *above, *(inner for folder in above for inner in tree.folders(folder)[:20])]
    for folder in folders:
        for name in _MADE_OF:
            file = f"{folder}/{name}".lstrip("/")
            if name in tree.names(folder) and _CHECKS.search(tree.text(file)):
                return file
    return ""


_OF_THE_JVM = {"test": ("jvmTest", "allTests"), "typecheck": ("jvmTestClasses",)}
"""Replaces `test` and `testClasses` in Kotlin multiplatform builds, where those find next to nothing."""

_MULTIPLATFORM = re.compile(
    r"""kotlin\(\s*["']multiplatform["']|["']org\.jetbrains\.kotlin\.multiplatform["']|plugins\.[\w.]*multiplatform""",
    re.I,
)
_MODULES = 60


def _multiplatform(tree: Tree) -> str:
    """Return the file that says that this is a Kotlin multiplatform build."""
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


def built_first(tree: Tree, ecosystem: str, line: Suggestion) -> Iterator[Suggestion]:
    """Yield the tests of a project that has to be built first, in a folder that git ignores; ``line`` is CI's line."""
    folder = build_folder(tree)
    if ecosystem == "cmake":
        script = f"cmake --build {folder} && ctest --test-dir {folder} --output-on-failure"
        yield replace(line, argv=["sh", "-c", script], env={}, cwd="")
    elif ecosystem == "meson":
        yield replace(line, argv=["meson", "test", "-C", folder, "--print-errorlogs"], env={}, cwd="")


def _words(command: object) -> list[str]:
    """Return a command line of one program as words; empty if it needs a shell."""
    if not isinstance(command, str) or re.search(r"[;&|<>$`]", command):
        return []
    try:
        return shlex.split(command)
    except ValueError:
        return []
