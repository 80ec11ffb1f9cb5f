"""The drill's own log: how many keys were pressed and words typed, and whose turn it was. Never which words."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FILE = "drill.log"

_LARGEST = 4_000_000

PERSON, WIZARD, COMMAND = "go", "busy", "wait"
"""Whose turn it is: the person can decide, the wizard is still preparing what comes next, or a command has to end."""

ANSWERED = 0.5
"""Seconds within which the wizard's turn after a key counts from the key: it waits a moment for what comes with it."""


class Count(NamedTuple):
    """The totals of the log: keys pressed outside of texts, words typed, and when the drill began."""

    keys: int = 0
    words: int = 0
    began: datetime | None = None
    own_seconds: float = 0.0
    """How long it was the person's turn while the wizard was open, over all its starts: reading, typing, deciding."""
    wizard_seconds: float = 0.0
    """How long the wizard itself took: from a key until the next screen could be used."""
    waited_seconds: float = 0.0
    """How long a command, or a service that is asked again and again, had to be waited for."""

    @property
    def open_seconds(self) -> float:
        """How long the wizard was open in total."""
        return self.own_seconds + self.wizard_seconds + self.waited_seconds


class Ledger:
    """Writes the log of one drill; on a full disk the log loses a line, and the drill goes on."""

    def __init__(self, root: Path) -> None:
        self._path = root / FILE
        self._within = False
        self._turn = PERSON

    def begin(self) -> None:
        """Record that the wizard was opened."""
        self._turn = PERSON
        self._write("begin")

    def end(self) -> None:
        """Record that the wizard was closed."""
        self._write("end")

    def press(self, key: str, *, letter: str = "") -> None:
        """Record a key; `letter` is what it put into a text, empty where keys are commands."""
        if not letter:
            self._within = False
            self._write(f"key {key}")
        elif letter.isspace():
            self._within = False
        elif not self._within:
            self._within = True
            self._write("word")

    def turn(self, whose: str) -> None:
        """Record whose turn it is now, if that has changed: `PERSON`, `WIZARD` or `COMMAND`."""
        if whose != self._turn:
            self._turn = whose
            self._write(whose)

    def paste(self, text: str) -> None:
        """Record a pasted text."""
        self._within = False
        self._write(f"pasted {len(text.split())}")

    def _write(self, what: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            handle = os.open(
                self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
            try:
                os.write(handle, f"{now} {what}\n".encode())
            finally:
                os.close(handle)
        except OSError:
            return


def count(root: Path, now: datetime) -> Count:
    """Count the log's entries; a killed start lasted until its last line, the current one lasts until `now`."""
    entries = _lines(root)
    keys = sum(what == "key" for _, what, _ in entries)
    words = sum(what == "word" for _, what, _ in entries)
    words += sum(int(of) for _, what, of in entries if what == "pasted" and of.isdigit())
    spent = _spent(entries, now)
    began = entries[0][0] if entries else None
    return Count(keys, words, began, spent[PERSON], spent[WIZARD], spent[COMMAND])


def _spent(entries: list[tuple[datetime, str, str]], now: datetime) -> dict[str, float]:
    """Return the seconds of each turn while the wizard was open, from each begin to its end.

    A killed start lasted until its last line. The time from a key to the wizard's turn that it led to is the wizard's.
    """
    spent = dict.fromkeys((PERSON, WIZARD, COMMAND), 0.0)
    turn, since, last, pressed = "", now, now, None
    for at, what, _ in entries:
        if what in ("begin", "end", *spent):
            if turn:
                spent[turn] += ((last if what == "begin" else at) - since).total_seconds()
            if turn == PERSON and pressed is not None and what in (WIZARD, COMMAND):
                led = (at - pressed).total_seconds()
                led = led if led <= ANSWERED else 0.0
                spent[PERSON] -= led
                spent[WIZARD] += led
            if what == "begin":
                turn = PERSON
            elif what == "end" or turn:
                turn = "" if what == "end" else what
            since, pressed = at, None
        elif what == "key":
            pressed = at
        last = at
    if turn:
        spent[turn] += max((now - since).total_seconds(), 0.0)
    return spent


def _lines(root: Path) -> list[tuple[datetime, str, str]]:
    """Return the readable lines of the log: when, what, of what."""
    try:
        with (root / FILE).open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LARGEST)
    except OSError:
        return []
    entries = []
    for line in text.splitlines():
        at, _, rest = line.partition(" ")
        what, _, of = rest.partition(" ")
        try:
            entries.append((datetime.fromisoformat(at.replace("Z", "+00:00")), what, of))
        except ValueError:
            continue
    return entries
