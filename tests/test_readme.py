"""README says what is true: its tables are made from the code, its commands parse, its links lead somewhere.

``python -m tests.test_readme`` writes the tables anew after a change of keys, commands or exit statuses.
"""

import re
import shlex
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from hotfix_tui.base import errors
from hotfix_tui.cli import dispatch
from hotfix_tui.cli.table import COMMANDS, GLOBAL, GROUPS, Argument
from hotfix_tui.config.read import from_table
from hotfix_tui.detect.rules import ECOSYSTEM_FILES
from hotfix_tui.git.errors import MINIMUM_VERSION
from hotfix_tui.platforms import loader as platforms
from hotfix_tui.platforms.loader import load
from hotfix_tui.ui.keymap import FIELD_KEYS, KEYS, PLACES, told

TOP = Path(__file__).resolve().parent.parent
README = TOP / "README.md"

STATUSES = {
    errors.DONE: "done",
    errors.FAILED: "failed; one line on stderr says what, why and what to do",
    errors.USAGE: "wrong usage, or not clear which incident is meant",
    errors.NO_INCIDENT: "no such incident",
    errors.BUSY: "the same act is under way elsewhere",
    errors.REFUSED: "refused by the workflow; what is missing, a line each",
    errors.NEEDS: "needs trust or a confirm word",
    errors.UNKNOWN: "the result is unknown; look, then say `look RUN did` or `did-not`",
    errors.NOT_SAVED: "could not be saved",
}


def text() -> str:
    return README.read_text(encoding="utf-8")


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def usage(argument: Argument) -> str:
    """One argument as it is typed, in brackets where it may be left out."""
    names, options = argument
    switch = options.get("action") == "store_true"
    choices = "|".join(options["choices"]) if "choices" in options else ""
    value = "" if switch else options.get("metavar") or choices or names[0].lstrip("-").upper()
    if not names[0].startswith("-"):
        many = {"?": f"[{value}]", "*": f"[{value} …]", "+": f"{value} …"}
        return many.get(options.get("nargs", ""), value)
    shown = f"{names[0]} {value}".strip()
    return shown if options.get("required") else f"[{shown}]"


def keys() -> str:
    rows = []
    for key in KEYS:
        also = [name for name in key.keys.split(",") if name in ("f1", "f2", "left", "right")]
        arrows = {"left": "←", "right": "→"}
        shown = ", ".join([f"`{key.shown}`", *(f"`{arrows.get(name, name.upper())}`" for name in also)])
        rows.append((shown, key.help))
    return table(("key", "what it does"), rows)


def others() -> str:
    rows = []
    for screen, where in PLACES.items():
        for shown, what in told(screen) if screen != "log" else ():
            rows.append((where, f"`{shown}`", what))
            where = ""
    return table(("where", "key", "what it does"), rows)


def pairs(found: tuple[tuple[str, str], ...]) -> str:
    return table(
        ("key", "what it does"), [(" ".join(f"`{k}`" for k in shown.split()), what) for shown, what in found]
    )


def commands() -> str:
    parts = []
    for group, title in GROUPS.items():
        rows = [
            (f"`{' '.join([name, *map(usage, entry.arguments)])}`", entry.help)
            for name, entry in COMMANDS.items()
            if entry.group == group
        ]
        parts.append(table((title, ""), rows))
    return "\n\n".join(parts)


def options() -> str:
    rows = [(f"`{usage(argument).strip('[]')}`", argument[1]["help"]) for argument in GLOBAL]
    return table(("option", ""), [*rows, ("`--version`, `--help`", "`hotfix-tui COMMAND --help` says more")])


def statuses() -> str:
    return table(("status", "meaning"), [(str(number), meaning) for number, meaning in STATUSES.items()])


LANGUAGES = {
    "jvm": "Java and Kotlin",
    "dotnet": ".NET",
    "php": "PHP",
    "node": "JavaScript and TypeScript",
    "cmake": "CMake",
    "ocaml": "OCaml",
}
"""How ecosystems are written where a capital letter is not all."""


def detected() -> str:
    languages = [LANGUAGES.get(name, name.capitalize()) for name, _ in ECOSYSTEM_FILES]
    known = [load(name).name for name in platforms.names() if name != "commands"]
    return table(
        ("what", "from"),
        [
            (
                "remote and production branch",
                "git: the remote's own default branch, the names that are usual",
            ),
            (
                "what is live",
                "a live address or command if you name one; the platform; the forge; version tags",
            ),
            (
                "test, type check, build, set-up",
                "your CI's own lines; then make, just, task, mise, rake, scripts of `package.json`; then the manifests",
            ),
            ("languages", ", ".join(sorted(languages, key=str.lower))),
            (
                "what a push, a merge or a tag sets off",
                "pipelines of GitHub, GitLab, CircleCI, Bitbucket, Woodpecker and Drone; others may deploy, "
                "which is asked once",
            ),
            ("who deploys", f"its own files: {', '.join(sorted(known, key=str.lower))}; or your own command"),
            (
                "pull requests",
                "GitHub by `gh`; for other forges the page and the text are made ready, by hand",
            ),
            (
                "how you work",
                "request templates, conventions of commits and titles, CODEOWNERS, files with versions, release notes",
            ),
        ],
    )


MADE: dict[str, Callable[[], str]] = {
    "keys": keys,
    "field keys": lambda: pairs(FIELD_KEYS),
    "log keys": lambda: pairs(told("log")),
    "other keys": others,
    "commands": commands,
    "options": options,
    "statuses": statuses,
    "detected": detected,
}


def part(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text(), re.S)
    assert found, f"README has no part <!-- {name} --> … <!-- /{name} -->"
    return found[1]


@pytest.mark.parametrize("name", MADE)
def test_tables_are_those_of_the_code(name):
    assert part(name) == MADE[name](), "write it anew: python -m tests.test_readme"


def test_the_versions_asked_for_are_those_that_are_needed():
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in text()
    assert f"git {'.'.join(map(str, MINIMUM_VERSION))} or newer" in text()


def test_every_exit_status_is_told():
    assert set(STATUSES) == {
        value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)
    }


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)\n```$", text(), re.M | re.S)


def test_set_up_is_one_command_each():
    start = "python3 -m venv .venv && .venv/bin/pip install -q "
    assert f"{start}-e . && .venv/bin/hotfix-tui demo" in blocks("sh")
    # Found as .ci/run finds it: between the mark and the end of the block after it.
    after = text().split("<!-- tests -->\n")
    assert len(after) == 2
    command = re.match(r"```sh\n(.*?)\n```", after[1], re.S)
    assert command and command[1] == f"{start}--no-compile -e '.[dev]' && .venv/bin/python -m pytest"


def test_the_test_command_is_the_one_that_ci_runs():
    ci = (TOP / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- tests -->" in ci and "README.md" in ci
    assert not re.search(r"last-failed|reruns|flaky", ci, re.I), "nothing is tried again"


def test_every_way_to_check_a_change_leads_to_the_same_place():
    workflow = (TOP / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.*)", workflow) == ["bash .ci/run"]
    recipes = set(re.findall(r"^(\w+)[^:=\n]*:$", (TOP / "justfile").read_text(encoding="utf-8"), re.M))
    named = re.findall(r"`just (\w+)", (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert {"check", "test", "pictures", "bench"} <= set(named) <= recipes


def quoted_commands() -> list[str]:
    found = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("hotfix-tui")]
    return found + [
        quoted for quoted in re.findall(r"`(hotfix-tui [^`]*)`", re.sub(r"```.*?```", "", text(), flags=re.S))
        if quoted.split()[1].strip("[]") not in ("options", "COMMAND")
    ]  # fmt: skip


@pytest.mark.parametrize("line", quoted_commands())
def test_quoted_commands_are_accepted(line):
    args = shlex.split(line.replace("RUN", "3"), comments=True)[1:]
    name = dispatch._command_of(args)
    assert name is None or name in COMMANDS
    dispatch._parse(name, args)


def test_there_are_quoted_commands():
    assert len(quoted_commands()) >= 6


def test_configuration_shown_is_accepted():
    found = blocks("toml")
    assert found
    for block in found:
        from_table(tomllib.loads(block))


def test_everything_that_readme_points_to_is_in_the_repository():
    links = re.findall(r"\]\(([^)\s]+)\)", text())
    assert len(links) >= 6
    assert [link for link in links if "://" in link] == []


def test_the_picture_is_one():
    shown = re.findall(r"docs/pictures/[a-z-]+\.svg", text())
    assert len(shown) >= 6
    for name in shown:
        assert (TOP / name).read_text(encoding="utf-8").startswith("<svg")


def missing() -> str:
    """The part on what is not there yet, with everything that it could be wrong about."""
    return text().split("<!-- not yet -->")[1].split("\n## ")[0]


def test_what_is_called_missing_is_missing():
    said = missing()
    templates = files("hotfix_tui.documents").joinpath("templates")
    assert ("until there are Chinese texts" in said) == (not templates.joinpath("zh").is_dir())
    for name in ("init", "export", "import", "stats", "completion"):
        assert (f"`{name}`" in said) == (name not in COMMANDS), name


def write() -> None:
    """Write the made parts of README anew."""
    out = text()
    for name, make in MADE.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, rest = out.split(begin)
        out = f"{before}{begin}\n{make()}\n{end}{rest.split(end)[1]}"
    README.write_text(out, encoding="utf-8")


if __name__ == "__main__":
    write()
