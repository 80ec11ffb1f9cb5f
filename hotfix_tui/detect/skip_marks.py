"""Marks in a commit's message by which forges start no pipeline for a push of it, whatever the pipeline files say.

Apart from the reading of pipeline files: these marks hold whatever the files say.
"""

import re

_EVERYWHERE = re.compile(r"\[(?:skip ci|ci skip)\]", re.IGNORECASE)
_WORKFLOWS = re.compile(r"\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]", re.IGNORECASE)
_TRAILER = re.compile(r"(?im)^skip-checks:\s*true\s*$")


def skip_mark(message: str, file: str = "") -> str:
    """Return the mark in a commit's `message` that keeps the pipeline in `file` from starting, as written; else empty.

    Workflows (of GitHub, Gitea and Forgejo) know more marks than other pipelines.
    """
    if "/workflows/" not in file:
        mark = _EVERYWHERE.search(message)
    else:
        mark = _WORKFLOWS.search(message) or _TRAILER.search(message)
    return mark[0].strip() if mark else ""
