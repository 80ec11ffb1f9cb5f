"""Questions to the network: each once while one act is prepared, and none where a screen only shows what it knows.

What asks a remote, a forge, a platform or production goes through `ask`. Without a look under way it simply asks.
Within `look` each question is asked once, and whoever asks it again gets the same answer; within `remembered` nobody
is asked, and what no earlier look has heard raises `NotAsked`.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")


class NotAsked(Exception):
    """Nobody may be asked now, and nobody has answered this before."""


class Answers:
    """What was answered, by question. Safe to use from several threads."""

    def __init__(self, *, remember: "Answers | None" = None) -> None:
        self._known: dict[Hashable, tuple[object, BaseException | None]] = {}
        self._remember = remember
        self._lock = threading.Lock()

    def get(self, question: Hashable) -> tuple[Any, BaseException | None] | None:
        """Return the answer to `question`, or what kept it from being answered; None while it was not asked."""
        with self._lock:
            return self._known.get(question)

    def keep(self, question: Hashable, answer: object, error: BaseException | None = None) -> None:
        """Keep an answer, and pass one that came on to what is remembered beyond this look."""
        with self._lock:
            self._known[question] = (answer, error)
        if self._remember is not None and error is None:
            self._remember.keep(question, answer)

    def clear(self) -> None:
        """Know nothing any more: the next question is asked anew."""
        with self._lock:
            self._known.clear()


_look: ContextVar[tuple[Answers, bool] | None] = ContextVar("look", default=None)
"""The answers of the look under way in this thread, and whether anybody may be asked."""


@contextmanager
def look(answers: Answers) -> Iterator[None]:
    """Ask each question once, keeping what is answered in `answers`; one that holds answers already goes on."""
    token = _look.set((answers, True))
    try:
        yield
    finally:
        _look.reset(token)


@contextmanager
def looking(remember: Answers) -> Iterator[None]:
    """Be part of the look under way, else a look of one's own whose answers are remembered."""
    if _look.get() is not None:
        yield
        return
    with look(Answers(remember=remember)):
        yield


@contextmanager
def remembered(answers: Answers) -> Iterator[None]:
    """Ask nobody: `answers` has to do."""
    token = _look.set((answers, False))
    try:
        yield
    finally:
        _look.reset(token)


def ask(question: Hashable, call: Callable[[], T]) -> T:
    """Return what `call` answers to `question`. Raises what it raises, and NotAsked where nobody may be asked."""
    now = _look.get()
    if now is None:
        return call()
    answers, may_ask = now
    known = answers.get(question)
    if known is None:
        if not may_ask:
            raise NotAsked(str(question))
        try:
            known = (call(), None)
        except Exception as error:
            known = (None, error)
        answers.keep(question, *known)
    if known[1] is not None:
        raise known[1]
    answer: T = known[0]
    return answer


def anew() -> None:
    """Let what is asked next be asked again: somebody waits for another answer."""
    now = _look.get()
    if now is not None and now[1]:
        now[0].clear()
