"""What may stand at the cursor of a command line, for the shells' completion: all from the table of commands.

The shells' own scripts are three short functions that ask here, so that a script written down once stays right.
"""

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hotfix_tui.cli.table import COMMANDS, GLOBAL, Argument

if TYPE_CHECKING:
    from argparse import Namespace

    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.session.store import Store

Found = Iterator[tuple[str, str]]

FOLDERS, FILES = ":folders", ":files"
"""Lines that ask the shell for its own list."""

ALWAYS: tuple[Argument, ...] = (
    (("--version",), {"action": "store_true"}),
    (("--help",), {"action": "store_true"}),
)


def words(typed: list[str]) -> int:
    """Print what may take the place of the last word of `typed`, a word and its meaning a line; never fails."""
    try:
        for word, meaning in candidates(typed or [""]):
            print(f"{word}\t{meaning}" if meaning else word)
    except Exception:  # nobody can read an error that comes while a line is typed
        return 0
    return 0


def candidates(typed: list[str]) -> Found:
    """Return what may take the place of the last word of `typed`, with what each is."""
    *before, current = typed
    state = _Line(before)
    for word, meaning in _here(state, current):
        if word.startswith(current) or word in (FOLDERS, FILES):
            yield word, " ".join(meaning.split())


class _Line:
    """What has been typed so far: the command, its options and how many plain arguments."""

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
        return (*(one for one in own if one[0][0].startswith("-")), *GLOBAL, *ALWAYS)

    def _take(self, word: str) -> None:
        if self.open_option is not None:
            self.values[self.open_option[0][0]] = word
            self.open_option = None
        elif word.startswith("-"):
            self.used.add(word)
            known = next((one for one in self.options() if word in one[0]), None)
            if known is not None and known[1].get("action") != "store_true":
                self.open_option = known
        elif not self.command and word in COMMANDS:
            self.command = word
        elif self.command:
            self.plain += 1

    def argument(self) -> Argument | None:
        """Return the plain argument that comes next."""
        if not self.command:
            return None
        own = [one for one in COMMANDS[self.command].arguments if not one[0][0].startswith("-")]
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
    """Return the values that an argument takes: its choices, or what its name in the usage stands for."""
    options = argument[1]
    if "choices" in options:
        for one in options["choices"]:
            yield str(one), ""
        return
    kind = (line.command, str(options.get("metavar", "")))
    known = _KINDS.get(kind) or _KINDS.get(("", kind[1]))
    if known is not None:
        yield from known(line)
    elif "|" in kind[1]:
        for one in kind[1].split("|"):
            if one.islower():
                yield one, ""


# What names in the usage stand for


def _plain(*known: str) -> Callable[[_Line], Found]:
    return lambda line: ((word, "") for word in known)


def _steps(line: _Line) -> Found:
    record = _record(line)
    if record is None:
        from hotfix_tui.incident.model.catalog import STEPS

        known: Any = STEPS
    else:
        known = record.definitions()
    for step, definition in known.items():
        yield step, definition.title


def _facts(line: _Line) -> Found:
    from hotfix_tui.incident.model.facts import FACTS

    for key, fact in FACTS.items():
        yield key, fact.title


def _incidents(line: _Line) -> Found:
    from hotfix_tui.session.listing import newest_first

    for one in newest_first(_store(line).listing()):
        yield one.id, one.title
        if one.ticket and one.ticket != one.id:
            yield one.ticket, one.title


def _documents(line: _Line) -> Found:
    from hotfix_tui.documents.catalog import DOCUMENTS

    for name, known in DOCUMENTS.items():
        yield name, known.title


def _phases(line: _Line) -> Found:
    from hotfix_tui.documents.catalog import DOCUMENTS

    for phase in dict.fromkeys(phase for one in DOCUMENTS.values() for phase in one.phases):
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
    from hotfix_tui.incident.rules.step_state import FINDING_STEPS, open_findings

    record = _record(line)
    for one in () if record is None else open_findings(record, *FINDING_STEPS):
        yield one.id, one.text


def _questions(line: _Line) -> Found:
    from hotfix_tui.incident.rules.triage import QUESTIONS

    for one in QUESTIONS:
        for answer in ("yes", "no"):
            yield f"{one.id}={answer}", one.text


def _scenarios(line: _Line) -> Found:
    from hotfix_tui.demo.build import SCENARIOS

    yield "list", "show them all"
    for name in SCENARIOS:
        yield name, ""


def _verdicts(line: _Line) -> Found:
    from hotfix_tui.incident.rules.gates import VERDICTS

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
"""By command (empty: any) and the name in the usage."""


# The incident that the line is about


def _options(line: _Line) -> "Namespace":
    options: Any = SimpleNamespace(
        directory=line.values.get("-C") and os.path.expanduser(line.values["-C"]),
        incident=line.values.get("--incident", ""),
        name=None,
        no_lock=True,
    )
    found: Namespace = options
    return found


def _store(line: _Line) -> "Store":
    from hotfix_tui.cli.select import open_store

    return open_store(_options(line))


def _record(line: _Line) -> "Record | None":
    """Return the record of the incident that the line is about, where that is clear."""
    from hotfix_tui.base.errors import HotfixError
    from hotfix_tui.cli.failures import Stop
    from hotfix_tui.cli.select import choose
    from hotfix_tui.incident.model.record import Record

    try:
        store = _store(line)
        return Record(store.load(choose(_options(line), store)).doc)
    except (HotfixError, Stop, OSError):
        return None
