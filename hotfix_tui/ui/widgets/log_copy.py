"""Getting text out of a log: a selection, a file, the pager."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from hotfix_tui.base import plain_file
from hotfix_tui.ui.widgets.log_cleaner import clean_stream
from hotfix_tui.ui.widgets.log_file import LogFile

LARGEST_COPY = 1 << 20
"""At most this many characters are put on the clipboard."""

_CHUNK = 1 << 18

Point = tuple[int, int]
"""A position in the text: byte offset of the line, character in the clean line."""


def columns(selection: tuple[Point, Point] | None, offset: int, length: int) -> tuple[int, int] | None:
    """Return the selected characters (start, end) of the line at an offset, or None."""
    if selection is None:
        return None
    start, end = selection
    if not start[0] <= offset <= end[0]:
        return None
    first = start[1] if offset == start[0] else 0
    last = min(end[1], length) if offset == end[0] else length
    return (first, last) if first < last else None


def selected_text(log: LogFile, selection: tuple[Point, Point]) -> str:
    """Return the clean text between two positions, at most `LARGEST_COPY` characters."""
    parts: list[str] = []
    size = 0
    at: int | None = selection[0][0]
    while at is not None and at <= selection[1][0] and at < log.size and size <= LARGEST_COPY:
        text = log.line(at).text
        first, last = columns(selection, at, len(text)) or (0, 0)
        parts.append(text[first:last])
        size += last - first + 1
        at = log.following(at)
    return "\n".join(parts)[:LARGEST_COPY]


def _chunks(path: str, size: int) -> Iterator[bytes]:
    """Yield the first `size` bytes of a file."""
    with plain_file.opened(path) as file:
        while size > 0 and (chunk := file.read(min(_CHUNK, size))):
            size -= len(chunk)
            yield chunk


def save_clean(path: str, size: int, folder: Path, cancelled: Callable[[], bool] = lambda: False) -> Path:
    """Write the first `size` bytes of a log as clean text into a new private file in a folder.

    Raises OSError. A cancelled or failed copy is removed.
    """
    stem, number = Path(path).stem or "log", 1
    while True:
        target = folder / (f"{stem}.txt" if number == 1 else f"{stem}-{number}.txt")
        try:
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            break
        except FileExistsError:
            number += 1
    done = False
    try:
        with os.fdopen(fd, "w", encoding="utf-8", newline="\n") as file:
            for line in clean_stream(_chunks(path, size)):
                file.write(line + "\n")
                if cancelled():
                    raise InterruptedError("the copy was stopped")
        done = True
    finally:
        if not done:
            target.unlink(missing_ok=True)
    return target


def save_folder() -> Path:
    """Return where a copy is saved: here, or in the home directory if here is a repository, which it would modify."""
    here = Path.cwd()
    return Path.home() if any((folder / ".git").exists() for folder in (here, *here.parents)) else here


def page(path: str, size: int) -> None:
    """Show the first `size` bytes of a log as clean text in `$PAGER`, and wait for it to end.

    The terminal must be free. The text is piped to the pager on demand, so size does not matter. Raises OSError if
    there is no such pager, ValueError if `$PAGER` cannot be split into words.
    """
    command = shlex.split(os.environ.get("PAGER") or "less")
    with subprocess.Popen(command, stdin=subprocess.PIPE) as pager:
        assert pager.stdin is not None
        try:
            for line in clean_stream(_chunks(path, size)):
                pager.stdin.write(line.encode() + b"\n")
            pager.stdin.close()
        except BrokenPipeError:
            pass  # the reader quit before the end
        pager.wait()


def saved(path: str, size: int, cancelled: Callable[[], bool]) -> str:
    """Save the first `size` bytes of a log as `save_clean` does; return the outcome, as a clause."""
    try:
        folder = save_folder()
        target = save_clean(path, size, folder, cancelled)
    except OSError as error:
        return f"not saved: {error.strerror or error}"
    return f"saved here as {target.name}" if folder == Path.cwd() else f"saved as {target}"


def paged(path: str, size: int) -> str:
    """Show the first `size` bytes of a log as `page` does; return why that did not work, empty if it did."""
    try:
        page(path, size)
    except (OSError, ValueError) as error:
        return f"the pager did not start: {error}; set $PAGER to one that is installed"
    return ""
