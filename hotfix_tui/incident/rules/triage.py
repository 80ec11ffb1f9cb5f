"""The decision tree of triage: from "is production broken?" to a severity, or to the normal process.

The questions are data. They are asked in order and the first yes wins; when in doubt the higher level is right,
because lowering a severity later costs nothing and raising it late costs the deadline.
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
    """One yes/no question; `severity` is what a yes means, None for the entry question.

    `said` is a yes as a clause: what is wrong.
    """

    id: str
    text: str
    severity: str | None
    said: str = ""


BROKEN = Question("broken", "Is production broken, or about to be?", None, "production is broken")

CRITERIA: tuple[Question, ...] = (
    Question(
        "auth-bypass",
        "Can sign-in or permissions be bypassed?",
        "P0",
        "sign-in or permissions can be bypassed",
    ),
    Question("data-exposed", "Is data exposed or stolen?", "P0", "data is exposed or stolen"),
    Question("remote-code", "Is remote code execution possible?", "P0", "remote code execution is possible"),
    Question("all-down", "Is production completely unavailable?", "P0", "production is unavailable"),
    Question(
        "data-corrupted",
        "Is data corrupted for several users?",
        "P0",
        "data is corrupted for several users",
    ),
    Question("payments-down", "Are payments down?", "P1", "payments are down"),
    Question(
        "feature-dead",
        "Does a critical feature not work at all?",
        "P1",
        "a critical feature does not work at all",
    ),
    Question("most-errors", "Do most users get errors?", "P1", "most users get errors"),
    Question("revenue-lost", "Is revenue being lost?", "P1", "revenue is being lost"),
    Question("database", "Is the database unreachable?", "P1", "the database is unreachable"),
    Question(
        "third-party",
        "Is a critical third-party service failing?",
        "P1",
        "a critical third-party service is failing",
    ),
    Question("partly-broken", "Is a major feature partly broken?", "P2", "a major feature is partly broken"),
    Question("segment", "Is one group of users affected?", "P2", "one group of users is affected"),
    Question("workaround", "Is there only a poor workaround?", "P2", "there is only a poor workaround"),
    Question("degraded", "Is it slow, but working?", "P2", "it is slow, but working"),
    Question("deadline", "Does a business deadline depend on it?", "P3", "a business deadline depends on it"),
)

QUESTIONS: tuple[Question, ...] = (BROKEN, *CRITERIA)

SECURITY: tuple[str, ...] = ("auth-bypass", "data-exposed", "remote-code")
"""Questions whose yes makes it a security fault."""

EMBARGO = Question("embargo", "Keep it under embargo until production runs the fix?", None)
"""Asked after such a yes. It decides the fact ``embargo``, not the severity; if unsure, yes is right."""

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
    """Return whether the answers make it a security fault, so that the embargo has to be decided."""
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


def question(name: str) -> Question | None:
    """Return the question with that id, None if there is none."""
    return next((question for question in QUESTIONS if question.id == name), None)


def before(name: str) -> dict[str, bool]:
    """Return the answers implied by a yes to the question `name`: it and the entry question yes, those between no."""
    ids = [asked.id for asked in QUESTIONS]
    if name not in ids:
        return {}
    answers = {question: question == BROKEN.id for question in ids[: ids.index(name)]}
    return {**answers, name: True}


def deciding(answers: Mapping[str, bool]) -> str:
    """Return the id of the question whose yes decides the severity, empty while none does."""
    return (
        next((criterion.id for criterion in CRITERIA if answers.get(criterion.id)), "")
        if walk(answers).severity
        else ""
    )


def may_be_security(level: str, kind: str, answers: Mapping[str, bool]) -> bool:
    """Return whether a `level` chosen without the remaining questions may be for a security fault.

    `kind` is the kind of impact, empty if unknown; then the highest level may, unless the security questions were
    answered no.
    """
    if kind:
        return kind == "security"
    return level == "P0" and not all(answers.get(name) is False for name in SECURITY)
