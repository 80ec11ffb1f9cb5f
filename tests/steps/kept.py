"""Caches what a test did on its way to its subject, for the next test that starts from exactly the same place.

A place is everything below the folder of a test (names, modes, contents), the record, and the environment; only the
path of the folder itself may differ. If all that is the same, the actions are repeated by copying: the files that
changed, and the record. Any difference, such as one setting of git, makes it a different place.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from tests.recorder import rules

_OF_THE_RUN = ("PYTEST_", "TESTS_", "XDG_STATE_HOME", "PYTHONPATH")
"""Variables that differ for each test or process, and that change nothing below its folder."""
_MARK = "\0here\0"
"""Stands for the folder of the test in what is kept."""

File = tuple[int, bytes]
"""Mode and contents; the target of a link; nothing for a folder."""


@dataclass
class _Kept:
    """What is different from before, and the result."""

    written: dict[str, File]
    removed: list[str]
    outcome: Any


_kept: dict[str, _Kept] = {}


def once(folder: Path, about: object, state: Callable[[], Any], act: Callable[[], Any]) -> tuple[bool, Any]:
    """Do `act`, which changes things below `folder` and returns plain data; or do again what it did before.

    Returns whether it was done again, and what `act` returned. `about` says what is done, and `state` gives all that
    is held in memory and that it depends on.
    """
    before = _files(folder)
    where = _place(folder, about, state(), before)
    known = _kept.get(where)
    if known is None:
        outcome = act()
        after = _files(folder)
        written = {name: file for name, file in after.items() if before.get(name) != file}
        removed = [name for name in before if name not in after]
        _kept[where] = _Kept(_moved(written, folder, _MARK), removed, _moved(outcome, folder, _MARK))
        return False, outcome
    for name in sorted(known.removed, reverse=True):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    for name, file in known.written.items():
        _write(folder / name, _moved(file, _MARK, folder))
    rules.MADE.update(str(folder / name) for name in known.written if (folder / name / ".git").is_file())
    return True, _moved(known.outcome, _MARK, folder)


def _files(folder: Path) -> dict[str, File]:
    contents: dict[str, File] = {}
    for top, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = os.path.join(top, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                content = os.fsencode(os.readlink(path))
            elif stat.S_ISREG(mode):
                with open(path, "rb") as file:
                    content = file.read()
            else:
                content = b""
            contents[os.path.relpath(path, folder)] = mode, content
    return contents


def _write(path: Path, file: File) -> None:
    mode, content = file
    if stat.S_ISDIR(mode):
        path.mkdir(exist_ok=True)
    elif stat.S_ISLNK(mode):
        path.unlink(missing_ok=True)
        path.symlink_to(os.fsdecode(content))
        return
    else:
        path.unlink(missing_ok=True)
        path.write_bytes(content)
    path.chmod(stat.S_IMODE(mode))


def _place(folder: Path, about: object, state: Any, files: dict[str, File]) -> str:
    digest = hashlib.sha256()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THE_RUN)}
    digest.update(repr(_moved((about, state, sorted(environment.items())), folder, _MARK)).encode())
    for name, (mode, content) in sorted(files.items()):
        content = content.replace(os.fsencode(folder), os.fsencode(_MARK))
        digest.update(f"\0{name}\0{mode:o}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def _moved(value: Any, old: object, new: object) -> Any:
    """Return a copy of plain data with one path in it replaced."""
    if isinstance(value, str):
        return value.replace(str(old), str(new))
    if isinstance(value, bytes):
        return value.replace(os.fsencode(str(old)), os.fsencode(str(new)))
    if isinstance(value, dict):
        return {_moved(key, old, new): _moved(item, old, new) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_moved(item, old, new) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _moved(getattr(value, field.name), old, new) for field in fields(value) if field.init
        }
        return replace(value, **changed)
    return deepcopy(value)
