"""The decision tree of triage: from "is production broken?" to a severity, or to the normal process.

The questions are data. They are asked in order and the first yes wins; when in doubt the higher level is
right, because lowering a severity later costs nothing and raising it late costs the deadline.
"""

from collections.abc import Mapping
from typing import NamedTuple

HOTFIX_REASONS: tuple[str, ...] = (
    "a critical bug that hits users",
    "a security vulnerability (CVE)",
    "an urgent business need",
    "a data-integrity problem",
    "an outage",
    "failing payments",
)
"""What the hotfix path is for. Anything else takes the normal deployment process."""


class Question(NamedTuple):
    """One yes/no question; `severity` is what a yes means, None for the entry question."""

    id: str
    text: str
    severity: str | None


BROKEN = Question("broken", "Is production broken, or about to be?", None)

CRITERIA: tuple[Question, ...] = (
    Question("auth-bypass", "Can authentication or authorization be bypassed?", "P0"),
    Question("data-exposed", "Is data exposed or breached?", "P0"),
    Question("remote-code", "Is remote code execution possible?", "P0"),
    Question("all-down", "Is production completely unavailable?", "P0"),
    Question("data-corrupted", "Is data corrupted for several users?", "P0"),
    Question("payments-down", "Are payments down?", "P1"),
    Question("feature-dead", "Does a critical feature not work at all?", "P1"),
    Question("most-errors", "Do most users get errors?", "P1"),
    Question("revenue-lost", "Is revenue being lost?", "P1"),
    Question("database", "Can the database not be reached?", "P1"),
    Question("third-party", "Does a critical third-party integration fail?", "P1"),
    Question("partly-broken", "Is a major feature partly broken?", "P2"),
    Question("segment", "Is one user segment affected?", "P2"),
    Question("workaround", "Is there a workaround, but a poor one?", "P2"),
    Question("degraded", "Is performance degraded, without failure?", "P2"),
    Question("deadline", "Does a business deadline (campaign, partner) depend on it?", "P3"),
)

QUESTIONS: tuple[Question, ...] = (BROKEN, *CRITERIA)

SECURITY: tuple[str, ...] = ("auth-bypass", "data-exposed", "remote-code")
"""Questions whose yes says that it is a security fault."""

EMBARGO = Question("embargo", "Keep it under embargo until production runs the fix?", None)
"""Asked after such a yes. It decides the fact ``embargo``, not the severity; when unsure yes is right."""

NORMAL_PROCESS = (
    "This takes the normal deployment process: branch from the main line, review and release as usual. "
    "The hotfix path is only for " + ", ".join(HOTFIX_REASONS[:-1]) + " and " + HOTFIX_REASONS[-1] + "."
)


class Outcome(NamedTuple):
    """Where the answers lead: a severity, the normal process, or the next question to ask."""

    severity: str | None
    normal_process: bool
    question: Question | None


def asks_embargo(answers: Mapping[str, bool]) -> bool:
    """Say whether the answers make it a security fault, so that the embargo has to be decided."""
    return walk(answers).severity is not None and any(answers.get(name) for name in SECURITY)


def walk(answers: Mapping[str, bool]) -> Outcome:
    """Follow the tree with the `answers` given so far, by question id."""
    for question in QUESTIONS:
        answer = answers.get(question.id)
        if answer is None:
            return Outcome(None, False, question)
        if question is BROKEN and not answer:
            return Outcome(None, True, None)
        if question.severity and answer:
            return Outcome(question.severity, False, None)
    return Outcome(None, True, None)
