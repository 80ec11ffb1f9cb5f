"""The four severities: what each means, how long it may take, and which path it opens."""

from typing import NamedTuple


class Severity(NamedTuple):
    """One level of urgency, a row of the workflow's table."""

    level: str
    kind: str
    hours: int
    """Hours from detection to deployment."""
    deployment: str
    path: str
    examples: str
    of_a_package: str = ""
    """Its `kind` where others install what is released and nobody here runs it; empty for the same."""


SEVERITIES: dict[str, Severity] = {
    "P0": Severity(
        "P0",
        "security vulnerability, or all of production down",
        2,
        "at once",
        "deploy first, inform after; approval may be waived; staging may be skipped",
        "auth bypass, data leak, active exploit",
        "security vulnerability, or nothing of it works",
    ),
    "P1": Severity(
        "P1",
        "production down in a critical part",
        4,
        "same day",
        "fast-track PR",
        "crash, a feature fails completely, payments down",
        "a critical part of it does not work",
    ),
    "P2": Severity(
        "P2",
        "major bug",
        24,
        "next business day",
        "standard expedited",
        "important feature damaged, many users feel it",
    ),
    "P3": Severity(
        "P3",
        "business critical",
        48,
        "scheduled release",
        "planned release",
        "campaign blocked, partner deadline",
    ),
}

LEVELS: tuple[str, ...] = tuple(SEVERITIES)
