"""The checks that the drill's forge runs on a commit, each separately, on exactly what was pushed."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

from . import releases

NAMES = ("tests", "build", "style")
_COMMANDS = {"tests": ("-m", "unittest"), "build": ("build.py",)}
_SECONDS = 60


class Found(NamedTuple):
    """How a check ended: ``pass`` or ``fail``, the first place and message it reports, and its log."""

    state: str
    said: str
    log: str


def run(name: str, repository: Path, scratch: Path, base: str, head: str) -> Found:
    """Run one check on the commit ``head``, to be merged into ``base``. Raises OSError, CtlError."""
    if name == "style":
        return _style(repository, base, head)
    tree = scratch / head
    if not tree.exists():
        _export(repository, head, tree)
    return _ended(_called([sys.executable, *_COMMANDS[name]], tree))


def _export(repository: Path, commit: str, tree: Path) -> None:
    packed = releases.git(repository, "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(tree, filter="data")
        else:
            archive.extractall(tree)


def _style(repository: Path, base: str, head: str) -> Found:
    """Check that no line of the change ends in whitespace or contains a conflict marker, by git's own rules."""
    argv = ["git", "diff", "--check", f"{base}...{head}", "--"]
    ended = _called(argv, repository)
    return _ended(ended)


def _called(argv: list[str], folder: Path) -> tuple[int, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        result = subprocess.run(
            argv,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, f"It did not end within {_SECONDS} s.\n"
    return result.returncode, result.stdout


_PLACE = re.compile(r"^(?:\S+\.py:\d+: .+|\w*Error: .+|FAILED .+|It did not end .+)$", re.MULTILINE)


def _ended(called: tuple[int, str]) -> Found:
    status, log = called
    if status == 0:
        return Found("pass", "", log)
    first = _PLACE.search(log)
    lines = log.strip().splitlines() or [f"exit {status}"]
    return Found("fail", first[0] if first else lines[-1], log)
