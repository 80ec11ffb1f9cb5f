"""One moment, in which git is asked the same only once: what is known about refs, settings and commits.

Apart from `process` since the engine opens such moments, at a start that waits for no process.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

FRESH = 3.0
"""Seconds for which an answer of git counts as one of the same moment."""

OF_REFS = {"config", "for-each-ref", "merge-base", "remote", "rev-list", "rev-parse", "symbolic-ref"}
"""What git answers from its refs, settings and commits alone, without a look at the files of a worktree."""


class Result(NamedTuple):
    """What a call of git gave: its output as bytes, and its exit status. `cut` says that stdout reached the limit."""

    stdout: bytes
    stderr: bytes
    returncode: int
    cut: bool = False


_Question = tuple[str, tuple[str, ...]]
_answers: ContextVar[dict[_Question, tuple[float, Result]] | None] = ContextVar("answers", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask git the same about refs, settings and commits once within: one look asks for them many times.

    An answer counts for some seconds, and until git is told to write or to talk to a remote. A moment within another
    one is part of it.
    """
    before = _answers.set({} if _answers.get() is None else _answers.get())
    try:
        yield
    finally:
        _answers.reset(before)


def counts(args: tuple[str, ...]) -> bool:
    """Whether a moment is open, and an answer to `args` is one of those that it keeps."""
    return _answers.get() is not None and args[0] in OF_REFS


def known(root: str, args: tuple[str, ...]) -> Result | None:
    """What git answered to `args` in this moment, in the worktree `root`."""
    at, result = (_answers.get() or {}).get((root, args), (0.0, None))
    return result if time.monotonic() - at < FRESH else None


def keep(root: str, args: tuple[str, ...], asked: float, result: Result) -> None:
    """Keep the answer to what was asked at the monotonic time `asked`."""
    answers = _answers.get()
    if answers is not None:
        answers[root, args] = asked, result


def over() -> None:
    """Know nothing any more: something was written, or fetched."""
    (_answers.get() or {}).clear()
