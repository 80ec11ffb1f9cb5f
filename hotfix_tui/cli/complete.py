"""Completion candidates at the cursor of a command line, for shells: all from the command table.

The shells' own scripts are three short functions that call this, so that an installed script never goes stale.

Apart from the entry point: only a shell that asks for candidates loads it; no command that runs does.
"""

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.cli.failures import Stop
from hotfix_tui.cli.select import choose, open_store
from hotfix_tui.cli.table import COMMANDS, GLOBAL, Argument
from hotfix_tui.demo.build import SCENARIOS
from hotfix_tui.documents.catalog import DOCUMENTS
from hotfix_tui.incident.model.catalog import STEPS
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import VERDICTS
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, open_findings
from hotfix_tui.incident.rules.triage import QUESTIONS
from hotfix_tui.session.listing import newest_first

if TYPE_CHECKING:
    from argparse import Namespace

    from hotfix_tui.session.store import Store

Found = Iterator[tuple[str, str]]

FOLDERS, FILES = ":folders", ":files"
"""Lines that ask the shell for its own completion."""

ALWAYS: tuple[Argument, ...] = (
    (("--version",), {"action": "store_true"}),
    (("--help",), {"action": "store_true"}),
)


def words(typed: list[str]) -> int:
    """Print the candidates for the last word of `typed`, one word and its meaning per line; never fails."""
    try:
        for word, meaning in candidates(typed or [""]):
            print(f"{word}\t{meaning}" if meaning else word)
    except Exception:  # nobody can read an error while typing a line
        return 0
    return 0


def candidates(typed: list[str]) -> Found:
    """Return the candidates for the last word of `typed`, each with its meaning."""
    *before, current = typed
    state = _Line(before)
    for word, meaning in _here(state, current):
        if word.startswith(current) or word in (FOLDERS, FILES):
            yield word, " ".join(meaning.split())


class _Line:
    """What has been typed so far: the command, its options and the number of positional arguments."""

    def __init__(self, before: list[str]) -> None:
        self.command = ""
        self.open_option: Argument | None = None
        self.used: set[str] = set()
        self.plain = 0
        self.values: dict[str, str] = {}
        for word in before:
            self._take(word)

    def options(self) -> tuple[Argument, ...]:
        own = COMMANDS[self.command].arguments if self.command else ()
        return (*(plain for plain in own if plain[0][0].startswith("-")), *GLOBAL, *ALWAYS)

    def _take(self, word: str) -> None:
        if self.open_option is not None:
            self.values[self.open_option[0][0]] = word
            self.open_option = None
        elif word.startswith("-"):
            self.used.add(word)
            known = next((option for option in self.options() if word in option[0]), None)
            if known is not None and known[1].get("action") != "store_true":
                self.open_option = known
        elif not self.command and word in COMMANDS:
            self.command = word
        elif self.command:
            self.plain += 1

    def argument(self) -> Argument | None:
        """Return the positional argument that comes next."""
        if not self.command:
            return None
        own = [
            argument_def
            for argument_def in COMMANDS[self.command].arguments
            if not argument_def[0][0].startswith("-")
        ]
        if self.plain < len(own):
            return own[self.plain]
        return own[-1] if own and own[-1][1].get("nargs") in ("*", "+") else None


def _here(line: _Line, current: str) -> Found:
    if line.open_option is not None:
        yield from _values(line.open_option, line)
    elif current.startswith("-"):
        for names, options in line.options():
            if line.used.isdisjoint(names):
                yield names[0], str(options.get("help", ""))
    elif not line.command:
        for name, entry in COMMANDS.items():
            yield name, entry.help
    else:
        argument = line.argument()
        if argument is not None:
            yield from _values(argument, line)


def _values(argument: Argument, line: _Line) -> Found:
    """Return the values that an argument accepts: its choices, or what its metavar stands for."""
    options = argument[1]
    if "choices" in options:
        for choice in options["choices"]:
            yield str(choice), ""
        return
    kind = (line.command, str(options.get("metavar", "")))
    known = _KINDS.get(kind) or _KINDS.get(("", kind[1]))
    if known is not None:
        yield from known(line)
    elif "|" in kind[1]:
        for choice in kind[1].split("|"):
            if choice.islower():
                yield choice, ""


# What the metavars stand for


def _plain(*known: str) -> Callable[[_Line], Found]:
    return lambda line: ((word, "") for word in known)


def _steps(line: _Line) -> Found:
    record = _record(line)
    if record is None:
        known: Any = STEPS
    else:
        known = record.definitions()
    for step, definition in known.items():
        yield step, definition.title


def _facts(line: _Line) -> Found:
    for key, fact in FACTS.items():
        yield key, fact.title


def _incidents(line: _Line) -> Found:
    for incident in newest_first(_store(line).listing()):
        yield incident.id, incident.title
        if incident.ticket and incident.ticket != incident.id:
            yield incident.ticket, incident.title


def _documents(line: _Line) -> Found:
    for name, known in DOCUMENTS.items():
        yield name, known.title


def _phases(line: _Line) -> Found:
    for phase in dict.fromkeys(phase for document in DOCUMENTS.values() for phase in document.phases):
        yield phase, ""


def _lines(line: _Line) -> Found:
    record = _record(line)
    for name in () if record is None else (*record.lines, *record.offered_lines):
        yield name, ""


def _runs(line: _Line) -> Found:
    record = _record(line)
    for run in () if record is None else reversed(record.runs):
        yield str(run["n"]), str(run.get("step", ""))


def _findings(line: _Line) -> Found:
    record = _record(line)
    for finding in () if record is None else open_findings(record, *FINDING_STEPS):
        yield finding.id, finding.text


def _questions(line: _Line) -> Found:
    for question in QUESTIONS:
        for answer in ("yes", "no"):
            yield f"{question.id}={answer}", question.text


def _scenarios(line: _Line) -> Found:
    yield "list", "show them all"
    for name in SCENARIOS:
        yield name, ""


def _verdicts(line: _Line) -> Found:
    for name in VERDICTS:
        yield name, ""


_KINDS: dict[tuple[str, str], Callable[[_Line], Found]] = {
    ("", "STEP"): _steps,
    ("", "FACT"): _facts,
    ("", "INCIDENT"): _incidents,
    ("", "ID"): _incidents,
    ("", "DOCUMENT"): _documents,
    ("", "PHASE"): _phases,
    ("", "LINE"): _lines,
    ("", "RUN"): _runs,
    ("", "FINDING"): _findings,
    ("", "QUESTION=yes|no"): _questions,
    ("", "P0..P3"): _plain("P0", "P1", "P2", "P3"),
    ("", "DIR"): _plain(FOLDERS),
    ("", "FILE"): _plain(FILES),
    ("verdict", "VALUE"): _verdicts,
    ("demo", "NAME"): _scenarios,
    ("command", "NAME"): _plain("setup", "test", "typecheck", "build", "regression"),
}
"""By command (empty: any) and metavar."""


# The incident that the line is about


def _options(line: _Line) -> "Namespace":
    options: Any = SimpleNamespace(
        directory=line.values.get("-C") and os.path.expanduser(line.values["-C"]),
        incident=line.values.get("--incident", ""),
        name=None,
        no_lock=True,
    )
    namespace: Namespace = options
    return namespace


def _store(line: _Line) -> "Store":
    return open_store(_options(line))


def _record(line: _Line) -> "Record | None":
    """Return the record of the incident that the line is about, if that is clear."""
    try:
        store = _store(line)
        return Record(store.load(choose(_options(line), store)).doc)
    except (HotfixError, Stop, OSError):
        return None
