"""``timeline.toml``: a file of ``[[timeline]]`` tables, each ended by an empty line, that only ever grows.

The tables of a change are appended before the record is replaced. So a table with a revision above the record's
belongs to a change that was never finished: readers skip it, and the next change cuts it off.
"""

import os
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hotfix_tui.base import durable
from hotfix_tui.session import toml

NAME = "timeline.toml"
LARGEST = 16_000_000
"""At most this many bytes are read, from the end: some 80 000 entries."""

_HEADER = b"[[timeline]]\n"
_START = re.compile(rb"^\[\[timeline\]\]\n", re.MULTILINE)
_REVISION = re.compile(rb"\[\[timeline\]\]\nrevision = ([0-9]{1,18})\n")
_END = b"\n\n"
_TAIL = 1 << 13
_ESCAPES = (('\\"', '"'), ("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r"))
_KINDS: dict[str, type] = {"by": str, "kind": str, "step": str, "fact": str, "run": int}
"""The types that readers expect for values of an entry, if present."""


class End(NamedTuple):
    """Where the finished changes end, in bytes, the newest revision among them, and whether the end is intact.

    `sound` is False if `append` did not leave the file like this, so that it must be rewritten.
    """

    size: int
    revision: int
    sound: bool


def encode(entries: list[dict[str, object]], revision: int) -> bytes:
    """Return the tables for `entries`, each with `revision` first.

    Raises TypeError for an entry that holds a table: only tables of one level can be appended and cut.
    """
    blocks = []
    for entry in entries:
        flat = toml.plain(entry)
        for key, value in flat.items():
            items = value if isinstance(value, list) else [value]
            if any(isinstance(item, dict) for item in items):
                raise TypeError(f"an entry of the timeline holds a table: {key}")
        body = toml.encode({"revision": revision, **{k: v for k, v in flat.items() if k != "revision"}})
        blocks.append(_HEADER + body.encode("utf-8") + b"\n")
    return b"".join(blocks)


def find_end(path: str, revision: int | None, *, fs: durable.Disk = os) -> End:
    """Return where the changes up to `revision` end (None: any revision counts), reading only the end of the file.

    Raises OSError, and ValueError if this is not a regular file.
    """
    try:
        size = fs.lstat(path).st_size
        length = _TAIL
        while True:
            tail = durable.read_end(path, length, fs=fs)
            end = _end_of(tail, size - len(tail), revision)
            if end is not None or len(tail) >= size:
                break
            length *= 8
    except FileNotFoundError:
        return End(0, 0, True)
    return end or End(0, 0, not tail)


def _end_of(tail: bytes, offset: int, revision: int | None) -> End | None:
    """Return the end of the finished changes in `tail`, which begins at `offset`; None: further up, or nowhere."""
    end = len(tail)
    for start in reversed([match.start() for match in _START.finditer(tail)]):
        number = _REVISION.match(tail, start)
        if number is None and tail[start:end].count(b"\n") > 1:
            return End(offset + end, 0, False)
        if number is None or (revision is not None and int(number.group(1)) > revision):
            end = start
            continue
        return _end_in(tail[start:end], offset + start, int(number.group(1)))
    # A torn append can leave part of a header, or nothing, in front of everything else.
    if offset == 0 and _HEADER.startswith(tail[:end]):
        return End(0, 0, True)
    return None


def _end_in(piece: bytes, offset: int, revision: int) -> End:
    """Return the end of the finished table that `piece` begins with; only part of a header may follow it."""
    length = piece.find(_END) + len(_END)
    sound = length >= len(_END) and _HEADER.startswith(piece[length:])
    return End(offset + length, revision, sound)


def read(
    path: str, revision: int | None, *, fs: durable.Disk = os
) -> tuple[list[dict[str, object]], str | None]:
    """Return the entries up to `revision` (None: all) and a sentence on what could not be read, or None.

    A missing file is a timeline without entries. Raises OSError, and ValueError if this is not a regular file.
    """
    try:
        data = durable.read_end(path, LARGEST, fs=fs)
    except FileNotFoundError:
        return [], None
    problems = []
    if len(data) == LARGEST:
        first = _START.search(data)
        data = data[first.start() :] if first else b""
        problems.append(f"only its last {LARGEST} bytes were read")
    entries, bad, torn = parse(data, revision)
    if bad:
        problems.append(f"{bad} part{'s' if bad > 1 else ''} of it cannot be read")
    if torn:
        problems.append("its last entry is torn and was cut off")
    return entries, f"The timeline {path} is not whole: {', and '.join(problems)}." if problems else None


def usable(entries: list[dict[str, Any]]) -> tuple[list[dict[str, object]], str]:
    """Return `entries` with values of the right types, in time order, and a clause on invalid ones, if any.

    Each has an ``at`` with a zone, a ``kind`` and a ``text``, whatever the file says: an invalid value affects
    only itself. An entry without a usable time gets that of the previous one.
    """
    times = [_time(entry.get("at")) for entry in entries]
    last = next((at for at in times if at is not None), datetime(1970, 1, 1, tzinfo=UTC))
    odd = 0
    for entry, at in zip(entries, times, strict=True):
        if at is None:
            odd += 1
        entry["at"] = last = at or last
        text = entry.setdefault("text", "(no text)")
        if not isinstance(text, str):
            odd += 1
            entry["text"] = str(text)
        for name in [name for name, kind in _KINDS.items() if not isinstance(entry.get(name, kind()), kind)]:
            odd += 1
            del entry[name]
        entry.setdefault("kind", "note")
    clause = f"{odd} value{'s' if odd > 1 else ''} in it had to be guessed or left out" if odd else ""
    return sorted(entries, key=lambda entry: entry["at"]), clause


def _flat(value: object) -> bool:
    """Return whether `value` is a list without tables, as an entry may hold it."""
    return isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)


def _time(value: object) -> datetime | None:
    """Return a point in time that can be compared and shown in any zone, or None."""
    if not isinstance(value, datetime) or not 1970 < value.year < 9999:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def parse(data: bytes, revision: int | None) -> tuple[list[dict[str, Any]], int, bool]:
    """Return the entries in `data` up to `revision` (None: all), how many parts are bad, and whether the end is
    torn.
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    data = data.removeprefix(b"\xef\xbb\xbf")
    end = data.rfind(_END) + len(_END) if _END in data else 0
    torn = bool(data[end:].strip())
    entries, bad = _parse_whole(data[:end])
    if revision is not None:
        entries = [entry for entry in entries if entry["revision"] <= revision]
    return entries, bad, torn


def _parse_whole(data: bytes) -> tuple[list[dict[str, Any]], int]:
    try:
        return _as_written(data) or _entries_of(data), 0
    except ValueError:
        pass
    starts = [match.start() for match in _START.finditer(data)]
    entries: list[dict[str, object]] = []
    bad = 1 if data[: starts[0] if starts else len(data)].strip() else 0
    for start, stop in zip(starts, [*starts[1:], len(data)]):
        try:
            entries += _entries_of(data[start:stop])
        except ValueError:
            bad += 1
    return entries, bad


def _as_written(data: bytes) -> list[dict[str, object]] | None:
    """Return the tables in `data` if all of it has the form that `encode` writes, otherwise None.

    A night makes few entries, a script in a loop tens of thousands: the TOML parser takes ten times as long.
    """
    head, *blocks = data.decode("utf-8").split("[[timeline]]\n")
    if head:
        return None
    entries = []
    for block in blocks:
        if not block.endswith("\n\n"):
            return None
        entry: dict[str, object] = {}
        for line in block[:-2].split("\n"):
            name, equals, text = line.partition(" = ")
            value = _value(text) if equals and name.isidentifier() and name not in entry else None
            if value is None:
                return None
            entry[name] = value
        entries.append(entry)
    return entries if all(type(entry.get("revision")) is int for entry in entries) else None


def _value(text: str) -> object:
    """Return a one-line TOML value; None for anything left to the parser."""
    if text[:1] == '"':
        inside = text[1:-1]
        if text[-1:] != '"' or len(text) < 2:
            return None
        if not inside.isprintable():
            return None
        if "\\" not in inside:
            return inside if '"' not in inside else None
        return _unescaped(inside)
    if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 19:
        return int(text)
    if len(text) in (20, 25, 32) and text[4:5] == "-":
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        return at if at.tzinfo else None
    return None


def _unescaped(inside: str) -> str | None:
    """Return a text in which only quotes, backslashes and newlines are escaped; None for anything else."""
    parts = inside.split("\\\\")
    out = []
    for part in parts:
        for escaped, letter in _ESCAPES:
            part = part.replace(escaped, letter)
        if "\\" in part:
            return None
        out.append(part)
    plain = "\\".join(out)
    return plain if inside.count('"') == inside.count('\\"') else None


def _entries_of(data: bytes) -> list[dict[str, object]]:
    """Return the tables in `data`. Raises ValueError if it is anything but timeline tables."""
    document = toml.decode(data.decode("utf-8"))
    entries = document.pop("timeline", [])
    if document or not isinstance(entries, list):
        raise ValueError("it holds something else than timeline tables")
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.setdefault("revision", 0), int):
            raise ValueError("it holds something else than timeline tables")
        if any(isinstance(item, dict | list) and not _flat(item) for item in entry.values()):
            raise ValueError("it holds tables within an entry")
    return entries
