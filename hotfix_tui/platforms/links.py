"""Which files of a repository link a folder of it to a platform, where they lie in a folder above.

Apart from the loader, which reads the platforms' own files: this looks at the repository alone.
"""

import json
import os
from pathlib import Path

from hotfix_tui.platforms.model import Listed

_LARGEST = 1_000_000
_DEEPEST = 20


def upwards(here: Path) -> list[Path]:
    """The folder and those above it up to the repository's top; the folder alone where it is in no repository."""
    here = Path(os.path.abspath(here))
    every = [here, *here.parents][:_DEEPEST]
    top = next((place for place, one in enumerate(every) if (one / ".git").exists()), 0)
    return every[: top + 1]


def working_folder(here: Path, near: str) -> Path:
    """The nearest folder, from `here` upwards, that has the file `near`; `here` where none has, or nothing is asked."""
    return next((one for one in upwards(here) if (one / near).is_file()), here) if near else here


def listed_file(here: Path, listed: Listed) -> Path:
    """Where the file that links folders lies, or would."""
    return upwards(here)[-1] / listed.file


def entry(here: Path, listed: Listed) -> str:
    """The value of the one entry whose folder holds `here` most closely; empty where there is none, or are several."""
    path = listed_file(here, listed)
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        table: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    each = table.get(listed.each) if isinstance(table, dict) else None
    ours = os.path.relpath(os.path.abspath(here), upwards(here)[-1])
    found: dict[str, set[str]] = {}
    for one in each if isinstance(each, list) else []:
        folder, value = (
            (one.get(listed.folder), one.get(listed.key)) if isinstance(one, dict) else (None, None)
        )
        if isinstance(folder, str) and isinstance(value, str) and value:
            folder = os.path.normpath(folder)
            if folder == "." or ours == folder or ours.startswith(folder + os.sep):
                found.setdefault("" if folder == "." else folder, set()).add(value)
    values = found[max(found, key=len)] if found else set()
    return values.pop() if len(values) == 1 else ""
