"""The project's commands for people: what would run, where, why, what is missing, and the alternatives."""

import os
import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import one_line
from hotfix_tui.config.load import from_table
from hotfix_tui.detect.search import detect
from hotfix_tui.detect.task_runners import programs
from hotfix_tui.detect.tree import Tree
from hotfix_tui.engine.core import effective_table
from hotfix_tui.engine.python_modules import missing_module
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Entries
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.lint import is_lint
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.dependencies import program_here

if TYPE_CHECKING:
    from hotfix_tui.config.model import ConfigCommand
    from hotfix_tui.detect.suggestion import Detected, Suggestion
    from hotfix_tui.engine.core import Engine

NAMES = ("setup", "test", "typecheck", "build", "regression")
"""The commands of the verify stage, in working order."""

DEPLOY_NAMES = tuple(f"deploy.{name}" for name in ("staging", "production", "follow", "current", "rollback"))
"""Further commands that can be edited for an incident."""

OF_STEP = {
    catalog.VERIFY_SETUP: "setup",
    catalog.VERIFY_TEST: "test",
    catalog.VERIFY_TYPECHECK: "typecheck",
    catalog.VERIFY_BUILD: "build",
    catalog.VERIFY_PROOF: "regression",
}
"""The command behind a step, by step id."""

Source = Literal["edited", "configured", "detected", ""]

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Candidate:
    """One command line, where it runs below the root, and why it is believed to be right."""

    argv: tuple[str, ...]
    cwd: str = ""
    env: tuple[tuple[str, str], ...] = ()
    why: str = ""

    @property
    def line(self) -> str:
        """The command as a shell would read it, with its variables."""
        return " ".join(
            [*(f"{name}={shlex.quote(value)}" for name, value in self.env), shlex.join(self.argv)]
        )

    @property
    def lint(self) -> bool:
        """Whether it only lints."""
        return is_lint(self.argv)


@dataclass(frozen=True)
class CommandView:
    """The command `name` as it would run now; `now` is None if there is none.

    `missing` are required programs that are not installed. `doubt` says what it may leave out. `others` are further
    commands that the repository's files suggest.
    """

    name: str
    now: Candidate | None
    source: Source
    doubt: str = ""
    missing: tuple[str, ...] = ()
    others: tuple[Candidate, ...] = ()


def of_incident(engine: "Engine", name: str) -> CommandView:
    """Return the command `name` of an incident, with what else is detected now. Raises Refused for a wrong name."""
    known_name(name)
    record, root = engine.record, engine.context().worktree or engine.root
    configured = bool(record.config.get("commands", {}).get(name))
    detected = record.detected.get(name, {})
    source: Source = (
        "edited" if name in record.edited else "configured" if configured else "detected" if detected else ""
    )
    why = {
        "edited": f"edited for this incident by {one_line(str(record.edited.get(name, {}).get('by', '')), 40)}",
        "configured": "the configuration says so",
        "detected": record.why_detected(name),
    }.get(source, "")
    now = _candidate(_command(engine, name), why)
    doubt = str(detected.get("doubt", "")) if source == "detected" else ""
    return _view(name, now, source, doubt, root, _detected(root, name))


def of_repository(root: str, commands: Mapping[str, "ConfigCommand | None"]) -> list[CommandView]:
    """Return all commands of a repository without an incident: the configured ones, else the detected ones."""
    detected = detect(root)
    out = []
    for name in NAMES:
        given, suggestion = commands.get(name), detected.commands.get(name)
        others = _suggestions(detected, name)
        if given is not None:
            out.append(
                _view(name, _candidate(given, "the configuration says so"), "configured", "", root, others)
            )
        elif suggestion is not None:
            now = _suggested(suggestion)
            out.append(_view(name, now, "detected", suggestion.doubt, root, others))
        else:
            out.append(_view(name, None, "", "", root, others))
    return out


def edit(engine: "Engine", name: str, typed: str, folder: str = "") -> Entries:
    """Use the typed command line for `name` in this incident, run in `folder` below the root (empty: at the root).

    Leading variables belong to it. An empty text restores the configured or detected one.
    """
    known_name(name)
    if redact(typed, os.environ)[1]:
        cure = "Put the secret into a variable of the environment, and let a script read it there."
        raise refuse("That command line holds a secret, which would be stored with the incident.", cure)
    try:
        argv = shlex.split(typed)
    except ValueError as problem:
        raise refuse(f"That is not a command line: {problem}.", "Close its quotes.") from None
    env: dict[str, str] = {}
    while argv and (match := _ASSIGNMENT.fullmatch(argv[0])) is not None:
        env[match[1]] = match[2]
        argv = argv[1:]
    if env and not argv:
        raise refuse("That sets variables, and runs nothing.", "Add the command behind them.")
    return _write(engine, name, argv, folder, env or None)


def take(engine: "Engine", name: str, number: int) -> Entries:
    """Use the alternative with this number, from 1, in this incident, with its folder and its variables."""
    others = of_incident(engine, name).others
    if not 1 <= number <= len(others):
        raise refuse(
            f"There is no alternative {number} for {name}.",
            f"`command {name}` lists the {len(others)} that there are.",
        )
    chosen = others[number - 1]
    return _write(engine, name, list(chosen.argv), chosen.cwd, dict(chosen.env))


def known_name(name: str) -> None:
    """Raise Refused for an unknown command name."""
    known = (*NAMES, *DEPLOY_NAMES)
    if name not in known:
        raise refuse(f"There is no command {name!r}.", f"Commands are {', '.join(known)}.")


def missing_programs(argv: Sequence[str], folder: str, root: str) -> tuple[str, ...]:
    """Return the programs that a command starts and that are not installed; for a shell line those of its commands, for
    a target of make those of its recipe, and for ``python -m`` the module.
    """
    lines = [list(argv)]
    if len(argv) == 3 and argv[0].rpartition("/")[2] == "sh" and argv[1] == "-c":
        lines = [words for part in re.split(r"&&|\|\||;", argv[2]) if (words := _words(part))]
    wanted = [line[0] for line in lines]
    wanted += [
        f"cargo-{line[1]}" for line in lines if line[:1] == ["cargo"] and line[1:2] in (["nextest"], ["hack"])
    ]
    for line in lines:
        if len(line) == 2 and line[0] == "make":
            wanted += programs(Tree(folder), line[1])
    made = [name for name in wanted[1:] if os.sep in name]  # the commands before it may create these
    absent = tuple(
        name
        for name in dict.fromkeys(wanted)
        if name not in ("echo", "cd", "test", "export")
        and name not in made
        and not program_here(name, folder, root)
        and (os.sep in name or shutil.which(name) is None)
    )
    modules = [
        f"{module} (a module of {line[0]})"
        for line in lines
        if line[0] not in absent and (module := missing_module(line, folder))
    ]
    return (*absent, *dict.fromkeys(modules))


def _write(engine: "Engine", name: str, argv: list[str], folder: str, env: dict[str, str] | None) -> Entries:
    folder = os.path.normpath(folder) if folder.strip("/. ") else ""
    if folder.startswith(("..", "/")):
        raise refuse(
            f"{one_line(folder, 80)} is not a folder below the root.", "Name one relative to the root."
        )
    probe = engine.record.copy()
    actor = actions.Actor(engine.by, engine.clock())
    actions.edit_command(probe, actor, name, argv, cwd=folder, env=env)
    from_table(effective_table(probe))  # an unknown placeholder is refused before it is saved
    return engine.change(lambda r, a: actions.edit_command(r, a, name, argv, cwd=folder, env=env))


def _command(engine: "Engine", name: str) -> "ConfigCommand | None":
    config = engine.config()
    table = config.deploy if name.startswith("deploy.") else config.commands
    command: ConfigCommand | None = getattr(table, name.removeprefix("deploy."), None)
    return command


def _candidate(command: "ConfigCommand | None", why: str) -> Candidate | None:
    if command is None:
        return None
    return Candidate(tuple(command.argv()), command.cwd, tuple(command.env.items()), why)


def _suggested(suggestion: "Suggestion") -> Candidate:
    return Candidate(
        tuple(suggestion.argv),
        suggestion.cwd,
        tuple(suggestion.env.items()),
        one_line(suggestion.because, 300),
    )


def _detected(root: str, name: str) -> list[Candidate]:
    if name.startswith("deploy."):
        return []

    return _suggestions(detect(root), name)


def _suggestions(detected: "Detected", name: str) -> list[Candidate]:
    first = detected.commands.get(name)
    all_of_them = [
        *([first, *first.alternatives] if first else []),
        *(detected.lints if name == "typecheck" else []),
    ]
    return [_suggested(suggestion) for suggestion in all_of_them]


def _view(
    name: str, now: Candidate | None, source: Source, doubt: str, root: str, candidates: Sequence[Candidate]
) -> CommandView:
    same = (now.argv, now.cwd) if now else None
    others = tuple(candidate for candidate in candidates if (candidate.argv, candidate.cwd) != same)
    missing = missing_programs(now.argv, os.path.join(root, now.cwd), root) if now else ()
    return CommandView(name, now, source, doubt, missing, others)


def _words(part: str) -> list[str]:
    try:
        return shlex.split(part)
    except ValueError:
        return part.split()


def as_json(view: CommandView) -> dict[str, object]:
    """Return the view for programs."""

    def row(candidate: Candidate) -> dict[str, object]:
        return {
            "run": list(candidate.argv),
            "cwd": candidate.cwd,
            "env": dict(candidate.env),
            "why": candidate.why,
            "lint": candidate.lint,
        }

    return {
        "schema": 1,
        "name": view.name,
        "source": view.source,
        "command": row(view.now) if view.now else None,
        "doubt": view.doubt,
        "missing": list(view.missing),
        "alternatives": [row(other) for other in view.others],
    }
