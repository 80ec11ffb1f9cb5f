"""The drill's own log: how many keys were pressed and words typed, and when the user waited. Never which words."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FILE = "drill.log"

_LARGEST = 4_000_000


class Count(NamedTuple):
    """The totals of the log: keys pressed outside of texts, words typed, and when the drill began."""

    keys: int = 0
    words: int = 0
    began: datetime | None = None
    open_seconds: float = 0.0
    """How long the wizard was open, over all its starts."""
    waited_seconds: float = 0.0
    """How much of that was spent waiting for a running command."""

    @property
    def own_seconds(self) -> float:
        """The rest, spent by the person: reading, typing, deciding."""
        return max(self.open_seconds - self.waited_seconds, 0.0)


class Ledger:
    """Writes the log of one drill; on a full disk the log loses a line, and the drill goes on."""

    def __init__(self, root: Path) -> None:
        self._path = root / FILE
        self._within = False
        self._waits = False

    def begin(self) -> None:
        """Record that the wizard was opened."""
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

    def wait(self, waits: bool) -> None:
        """Record whether enter now has to wait for something in progress."""
        if waits != self._waits:
            self._waits = waits
            self._write("wait" if waits else "go")

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
    return Count(
        keys, words, entries[0][0] if entries else None, _open_seconds(entries, now), _waited(entries, now)
    )


def _open_seconds(entries: list[tuple[datetime, str, str]], now: datetime) -> float:
    """Return how long the wizard was open: from each begin to its end, or to the last line before the next one."""
    seconds = 0.0
    since: datetime | None = None
    last = now
    for at, what, _ in entries:
        if since is not None and what in ("begin", "end"):
            seconds += ((at if what == "end" else last) - since).total_seconds()
            since = None
        if what == "begin":
            since = at
        last = at
    return seconds + (max((now - since).total_seconds(), 0.0) if since is not None else 0.0)


def _waited(entries: list[tuple[datetime, str, str]], now: datetime) -> float:
    """Return how long the user waited while it was open: from each wait to its end, or to the last line if killed."""
    seconds, is_open = 0.0, False
    since: datetime | None = None
    last = now
    for at, what, _ in entries:
        if since is not None and what in ("begin", "end", "go"):
            seconds += ((last if what == "begin" else at) - since).total_seconds()
            since = None
        if what in ("begin", "end"):
            is_open = what == "begin"
        if what == "wait" and is_open:
            since = at
        last = at
    return seconds + (max((now - since).total_seconds(), 0.0) if since is not None else 0.0)


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
