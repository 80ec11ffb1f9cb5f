"""The trace of a defect, in a private file. Apart from the app because it is only loaded after a defect."""

import os
import time
import traceback


def write(error: BaseException, folder: str) -> str:
    """Write the trace of `error` to a file of its own in `folder`; return its path, empty if it cannot be written."""
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    path = os.path.join(folder, f"crash-{time.strftime('%Y%m%dT%H%M%S')}.txt")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(lines)
    except OSError:
        return ""
    return path
