"""Which files of a repository link a folder of it to a platform, including files in parent folders.

Separate from the loader, which reads the platforms' own files: this inspects only the repository.
"""

import json
import os
from pathlib import Path

from hotfix_tui.platforms.model import Listed

_LARGEST = 1_000_000
_DEEPEST = 20


def upwards(here: Path) -> list[Path]:
    """Return the folder and its parents up to the repository's top; the folder alone if it is in no repository."""
    here = Path(os.path.abspath(here))
    every = [here, *here.parents][:_DEEPEST]
    top = next((place for place, folder in enumerate(every) if (folder / ".git").exists()), 0)
    return every[: top + 1]


def working_folder(here: Path, near: str) -> Path:
    """Return the nearest folder, from `here` upwards, that has the file `near`; `here` if none has, or it is empty."""
    return next((folder for folder in upwards(here) if (folder / near).is_file()), here) if near else here


def listed_file(here: Path, listed: Listed) -> Path:
    """Return where the file that links folders is, or would be."""
    return upwards(here)[-1] / listed.file


def entry(here: Path, listed: Listed) -> str:
    """Return the value of the entry whose folder contains `here` most closely; empty if there is none, or several."""
    path = listed_file(here, listed)
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        table: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    each = table.get(listed.each) if isinstance(table, dict) else None
    ours = os.path.relpath(os.path.abspath(here), upwards(here)[-1])
    by_folder: dict[str, set[str]] = {}
    for item in each if isinstance(each, list) else []:
        folder, value = (
            (item.get(listed.folder), item.get(listed.key)) if isinstance(item, dict) else (None, None)
        )
        if isinstance(folder, str) and isinstance(value, str) and value:
            folder = os.path.normpath(folder)
            if folder == "." or ours == folder or ours.startswith(folder + os.sep):
                by_folder.setdefault("" if folder == "." else folder, set()).add(value)
    values = by_folder[max(by_folder, key=len)] if by_folder else set()
    return values.pop() if len(values) == 1 else ""
