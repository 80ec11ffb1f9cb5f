"""A scope in which git is asked the same question only once: what is known about refs, settings and commits.

Separate from `process` because the engine opens such scopes, at a start that waits for no process.
"""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

FRESH = 3.0
"""Seconds for which git's answer stays valid within the scope."""

OF_REFS = {
    *("config", "for-each-ref", "log", "ls-tree", "merge-base", "remote", "rev-list", "rev-parse"),
    "symbolic-ref",
}
"""What git answers from its refs, settings and commits alone, without reading a worktree's files."""

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Result(NamedTuple):
    """What a git call returned: its output as bytes, and its exit status. `cut` says that stdout reached the
    limit.
    """

    stdout: bytes
    stderr: bytes
    returncode: int
    cut: bool = False


_Question = tuple[str, tuple[str, ...]]
_answers: ContextVar[dict[_Question, tuple[float, Result]] | None] = ContextVar("answers", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask git each question about refs, settings and commits only once within: one probe asks them many times.

    An answer stays valid for some seconds, and until git is told to write, to fetch or to push. Nested scopes join
    the outer one.
    """
    before = _answers.set({} if _answers.get() is None else _answers.get())
    try:
        yield
    finally:
        _answers.reset(before)


def counts(args: tuple[str, ...]) -> bool:
    """Return whether a scope is open, and answers to `args` are among those it caches."""
    if _answers.get() is None:
        return False
    verb, named = verb_of(args), args[: args.index("--")] if "--" in args else args
    return verb in OF_REFS or (verb == "diff" and sum(bool(_ID.fullmatch(arg)) for arg in named) == 2)


def verb_of(args: Iterable[str]) -> str:
    """Return the subcommand in `args`: the first word that is neither an option nor the value of `-c` or `-C`."""
    words = iter(args)
    for word in words:
        if word in ("-c", "-C"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return "call"


def known(root: str, args: tuple[str, ...]) -> Result | None:
    """Return git's cached answer to `args` in this scope, in the worktree `root`."""
    at, result = (_answers.get() or {}).get((root, args), (0.0, None))
    return result if time.monotonic() - at < FRESH else None


def keep(root: str, args: tuple[str, ...], asked: float, result: Result) -> None:
    """Cache the answer to a question asked at the monotonic time `asked`."""
    answers = _answers.get()
    if answers is not None:
        answers[root, args] = asked, result


def over() -> None:
    """Forget everything: something was written, or fetched."""
    (_answers.get() or {}).clear()
