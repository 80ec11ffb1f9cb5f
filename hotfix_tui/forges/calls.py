"""Calling a forge's command line: bounded in time and size, without a terminal, with the reason when it fails.

Why a call failed is determined from the failure itself. Programs that are asked beforehand whether they are signed in
say "no" during outages too.
"""

import json
import os
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from hotfix_tui.base import asking, bounded
from hotfix_tui.base.colour import uncoloured
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.base.reasons import reason
from hotfix_tui.base.text import clean

SECONDS = 15.0
"""Time limit of one query, in seconds."""

LARGEST = 4_000_000
"""Size limit of an answer in bytes; a longer one counts as none."""

_UNAUTHENTICATED = 4


class Trouble(Enum):
    """Why a forge gave no answer."""

    MISSING = "its program is not installed"
    SIGNED_OUT = "nobody is signed in"
    UNREACHABLE = "it cannot be reached"
    SLOW = "it did not answer in time"
    LIMITED = "it takes no more questions for now"
    BROKEN = "the forge has trouble of its own"
    DENIED = "the account may not see or do that"
    ODD = "the answer is of another form than known"
    OTHER = "it refused"


class ForgeError(HotfixError):
    """The forge could not be queried, or gave no usable answer: one sentence for people, and the kind of `trouble`."""

    def __init__(self, sentence: str, trouble: Trouble = Trouble.OTHER) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class ProgramAnswer(NamedTuple):
    """What a program answered: its exit status, and both of its streams."""

    status: int
    out: bytes
    err: str


def call(argv: list[str], env: Mapping[str, str], *, seconds: float = SECONDS) -> ProgramAnswer:
    """Call `argv` with `env` added to the environment; return its answer, whatever the exit status.

    Raises ForgeError if it cannot be started, takes longer than `seconds`, or prints more than `LARGEST` bytes.
    """
    return asking.ask(("forge", tuple(argv)), lambda: _call(argv, env, seconds))


def _call(argv: list[str], env: Mapping[str, str], seconds: float) -> ProgramAnswer:
    name = argv[0]
    try:
        env = uncoloured(os.environ) | dict(env)
        said = bounded.call(argv, timeout=seconds, limit=LARGEST, most=LARGEST, env=env)
    except FileNotFoundError:
        raise ForgeError(f"{name} is not installed", Trouble.MISSING) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or type(error).__name__
        raise ForgeError(f"{name} could not be started ({why})") from error
    if said.status is None and said.late:
        raise ForgeError(f"{name} did not answer within {seconds:.0f} s", Trouble.SLOW)
    if said.status is None:
        raise ForgeError(f"{name} answered with more than is read here", Trouble.ODD)
    return ProgramAnswer(said.status, said.out, said.err.decode("utf-8", "backslashreplace"))


def ask(argv: list[str], env: Mapping[str, str], host: str) -> Any:
    """Call `argv`, which queries `host`, and parse its JSON. Raises ForgeError."""
    answer = call(argv, env)
    if answer.status:
        raise failure(argv[0], host, answer)
    return decoded(argv[0], answer.out)


def decoded(name: str, out: bytes) -> object:
    """Return the JSON that `name` printed, its texts cleaned and bounded. Raises ForgeError for anything else."""
    try:
        return _cleaned(json.loads(out))
    except (ValueError, RecursionError) as error:
        raise ForgeError(f"{name} gave no JSON that can be read", Trouble.ODD) from error


_LONGEST_TEXT = 100_000
"""Characters of one text in an answer; the text of a pull request may have two thirds of that."""


def _cleaned(said: object) -> object:
    """Return an answer without escape sequences in its texts: names, addresses and words of others."""
    if isinstance(said, str):
        return clean(said[:_LONGEST_TEXT])
    if isinstance(said, list):
        return [_cleaned(inner) for inner in said]
    return {key: _cleaned(inner) for key, inner in said.items()} if isinstance(said, dict) else said


def failure(name: str, host: str, answer: ProgramAnswer) -> ForgeError:
    """Return the error for a failed call, with what it means."""
    said, low = _words(answer.err), answer.err.lower()
    trouble = _trouble(answer.status, low)
    sentences = {
        Trouble.SIGNED_OUT: f"{name} is not signed in to {host} ({name} auth login --hostname {host})",
        Trouble.UNREACHABLE: f"{host} cannot be reached: {said}",
        Trouble.LIMITED: f"{host} takes no more questions for now: {said}",
        Trouble.BROKEN: f"{host} has trouble of its own: {said}",
    }
    return ForgeError(sentences.get(trouble, f"{name} failed: {said}"), trouble)


_SIGNS: tuple[tuple[Trouble, tuple[str, ...]], ...] = (
    (Trouble.LIMITED, ("rate limit", "http 429", "abuse detection")),
    (Trouble.BROKEN, ("http 500", "http 502", "http 503", "http 504")),
    (Trouble.SIGNED_OUT, ("auth login", "http 401", "bad credentials", "401 unauthorized")),
    (
        Trouble.UNREACHABLE,
        (
            "error connecting",
            "dial tcp",
            "dial unix",
            "no such host",
            "connection refused",
            "connection reset",
            "network is unreachable",
            "no route to host",
            "i/o timeout",
            "tls handshake",
            "could not resolve host",
            "context deadline exceeded",
            "proxyconnect",
        ),
    ),
    (Trouble.DENIED, ("http 403", "http 404", "could not resolve to a repository", "not accessible")),
)
"""What the programs print for each kind of trouble, in lower case. Their exit statuses do not tell them apart."""


def _trouble(status: int, said: str) -> Trouble:
    if status == _UNAUTHENTICATED:
        return Trouble.SIGNED_OUT
    matching = (trouble for trouble, signs in _SIGNS if any(sign in said for sign in signs))
    return next(matching, Trouble.OTHER)


def _words(text: str) -> str:
    """Return the line of the output that gives the reason, safe to show."""
    return reason(text, 200) or "without a word"
