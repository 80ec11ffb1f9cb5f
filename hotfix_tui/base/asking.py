"""Questions to the network: each is asked once while an action is prepared, and never while a screen only shows
what it knows.

Every query to a remote, a forge, a platform or production goes through `ask`. Outside any scope it simply asks.
Within `look` each question is asked once, and repeats get the same answer; within `remembered` nobody is asked,
and a question that no earlier query answered raises `NotAsked`.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")


class NotAsked(Exception):
    """No queries are allowed now, and no earlier one has answered this question."""


class Answers:
    """Answers by question. Thread-safe."""

    def __init__(self, *, remember: "Answers | None" = None) -> None:
        self._known: dict[Hashable, tuple[object, BaseException | None]] = {}
        self._remember = remember
        self._lock = threading.Lock()

    def get(self, question: Hashable) -> tuple[Any, BaseException | None] | None:
        """Return the answer to `question`, or the error it raised; None when it was never asked."""
        with self._lock:
            return self._known.get(question)

    def keep(self, question: Hashable, answer: object, error: BaseException | None = None) -> None:
        """Store an answer; a successful one is also kept beyond this scope, for `remembered`."""
        with self._lock:
            self._known[question] = (answer, error)
        if self._remember is not None and error is None:
            self._remember.keep(question, answer)

    def forget(self, kind: str) -> None:
        """Forget the answers to questions of one kind, which is the first word of each."""
        with self._lock:
            for question in [key for key in self._known if isinstance(key, tuple) and key[:1] == (kind,)]:
                del self._known[question]

    def clear(self) -> None:
        """Forget everything: the next question is asked again."""
        with self._lock:
            self._known.clear()


_look: ContextVar[tuple[Answers, bool] | None] = ContextVar("look", default=None)
"""The answers of the current scope in this thread, and whether queries are allowed."""


@contextmanager
def look(answers: Answers) -> Iterator[None]:
    """Ask each question once and store what is answered in `answers`; answers it already holds are reused."""
    token = _look.set((answers, True))
    try:
        yield
    finally:
        _look.reset(token)


@contextmanager
def looking(remember: Answers) -> Iterator[None]:
    """Join the current scope, or open one whose answers are remembered afterwards."""
    if _look.get() is not None:
        yield
        return
    with look(Answers(remember=remember)):
        yield


@contextmanager
def remembered(answers: Answers) -> Iterator[None]:
    """Send no queries: `answers` is all there is."""
    token = _look.set((answers, False))
    try:
        yield
    finally:
        _look.reset(token)


def ask(question: Hashable, call: Callable[[], T]) -> T:
    """Return what `call` answers to `question`. Raises what it raises, and NotAsked where no queries are allowed."""
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
    """Make the next questions go out again: the caller is waiting for a different answer."""
    now = _look.get()
    if now is not None and now[1]:
        now[0].clear()
