"""One place for the repositories of these tests: always the same path, and never shared by two processes.

Paths show in pictures. So every process takes a slot below `TOP` that no other one has and keeps it until it ends;
`mask` makes the slots look alike. What is slow to build is built once and copied back before each test.
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
    """The folder of this process; waited for, where as many processes have one as there are."""
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
    """Where the process with the slot `here` keeps what it has built."""
    return here.with_name(f"{here.name}-kept")


def mask(text: str) -> str:
    """Return `text` as if it came from the first slot."""
    return re.sub(rf"{re.escape(str(TOP))}/[0-9a-z]\b", f"{TOP}/0", text)


def remove(path: Path) -> None:
    """Remove a folder, read-only parts of it too."""
    if path.is_dir():
        for folder, _, _ in os.walk(path):
            os.chmod(folder, stat.S_IRWXU)
        shutil.rmtree(path)


def lay_out(name: str, build: Callable[[Path], None]) -> Path:
    """Put what `build` makes into the slot, anew for each test; `build` itself is called once for each `name`."""
    here = slot()
    copy = _kept(here) / name
    if not copy.exists():
        remove(here)
        here.mkdir()
        build(here)
        copy.parent.mkdir(exist_ok=True)
        shutil.copytree(here, copy, symlinks=True)
        return here
    remove(here)
    shutil.copytree(copy, here, symlinks=True)
    return here


def clear() -> None:
    """Remove what this process has built."""
    if _open:
        remove(_kept(slot()))
        remove(slot())
