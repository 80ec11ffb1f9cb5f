"""One place for the repositories of these tests: always the same path, and never shared by two processes.

Paths show in pictures. So every process takes a slot below `TOP` that no other one has and keeps it until it ends;
`mask` makes the slots look alike. What is slow to build is built once and set right before each test.
"""

import fcntl
import functools
import os
import re
import shutil
import stat
import string
import time
from collections.abc import Callable
from pathlib import Path

TOP = Path("/tmp/hotfix-tui-tests")
_SLOTS = string.digits + string.ascii_lowercase
_open: list[int] = []


@functools.cache
def slot() -> Path:
    """Return the folder of this process; wait if as many processes as there are slots have one."""
    TOP.mkdir(mode=0o777, exist_ok=True)
    while (here := _free()) is None:
        time.sleep(0.2)
    return here


def _free() -> Path | None:
    """Take a slot that no other process has."""
    for number in _SLOTS:
        lock = os.open(TOP / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        _open.append(lock)
        here = TOP / number
        remove(here)
        remove(_kept(here))
        here.mkdir()
        return here
    return None


def _kept(here: Path) -> Path:
    """Return where the process with the slot `here` stores what it has built."""
    return here.with_name(f"{here.name}-kept")


def mask(text: str) -> str:
    """Return `text` as if it came from the first slot."""
    return re.sub(rf"{re.escape(str(TOP))}/[0-9a-z]\b", f"{TOP}/0", text)


def remove(path: Path) -> None:
    """Remove a folder, including its read-only parts."""
    if path.is_dir():
        for folder, _, _ in os.walk(path):
            os.chmod(folder, stat.S_IRWXU)
        shutil.rmtree(path)


def lay_out(name: str, build: Callable[[Path], None]) -> Path:
    """Put what `build` makes into the slot, afresh for each test; `build` itself is called once for each `name`.

    What a test leaves is set aside and restored before the next one of that name: most of it is unchanged.
    """
    here = slot()
    copy, aside = _kept(here) / name, _kept(here) / f"{name}-aside"
    _put_aside(here)
    if not copy.exists():
        here.mkdir()
        build(here)
        shutil.copytree(here, copy, symlinks=True)
    elif aside.exists():
        aside.rename(here)
        _set_right(here, copy, _laid_out[name])
    else:
        shutil.copytree(copy, here, symlinks=True)
    _laid_out[name] = _entries(here)
    _here.append(name)
    return here


_Entry = tuple[int, ...]

_laid_out: dict[str, dict[str, _Entry]] = {}
"""What there was in each tree before its test."""

_here: list[str] = []
"""The name of the tree that is in the slot; none if it is empty."""


def _put_aside(here: Path) -> None:
    kept = _kept(here)
    kept.mkdir(exist_ok=True)
    if _here and here.is_dir():
        here.chmod(stat.S_IRWXU)
        here.rename(kept / f"{_here.pop()}-aside")
    _here.clear()
    remove(here)


def _entries(top: Path) -> dict[str, _Entry]:
    """Return everything below `top`, by path: for a folder its mode, for the rest whatever a change to it would
    change.
    """
    contents: dict[str, _Entry] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(top / folder) as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)
                now = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(now.st_mode):
                    contents[path] = (now.st_mode,)
                    folders.append(path)
                else:
                    contents[path] = (now.st_mode, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
    return contents


def _set_right(here: Path, copy: Path, before: dict[str, _Entry]) -> None:
    """Restore `here` to the entries `before`: what differs is taken from `copy`."""
    for folder, _, _ in os.walk(here):
        if os.stat(folder).st_mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(folder, stat.S_IRWXU)
    now = _entries(here)
    for path in sorted(now, reverse=True):  # the contents of a folder before the folder
        if len(now[path]) != len(before.get(path, ())) or (len(now[path]) > 1 and now[path] != before[path]):
            (here / path).rmdir() if len(now[path]) == 1 else (here / path).unlink()
            del now[path]
    for path in sorted(before):
        if path not in now and len(before[path]) > 1:
            shutil.copy2(copy / path, here / path, follow_symlinks=False)
        elif path not in now:
            (here / path).mkdir()
    for path, entry in before.items():
        if len(entry) == 1 and now.get(path) != entry:
            os.chmod(here / path, stat.S_IMODE(entry[0]))


def clear() -> None:
    """Remove what this process has built."""
    if _open:
        remove(_kept(slot()))
        remove(slot())
