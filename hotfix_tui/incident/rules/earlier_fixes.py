"""Which of the commits that come along are the fix of an earlier round that did no good."""

from collections.abc import Iterable

from hotfix_tui.incident.model.record import Record

NO_GOOD = {"worse": "made it worse", "not-fixed": "did not help"}
"""What a fix did that got a bad verdict."""


def failed_fix(record: Record, listed: str) -> str:
    """Return that a listed commit is the fix of an earlier round that did no good, as a phrase; empty otherwise."""
    short = listed.split(" ", 1)[0]
    for number in range(1, record.round):
        earlier, verdict = record.kept(number), str(record.rounds[number - 1].get("verdict", ""))
        own = (earlier.commit, earlier.landed)
        if len(short) >= 7 and verdict in NO_GOOD and any(sha and sha.startswith(short) for sha in own):
            return f"the fix of round {number}, which {NO_GOOD[verdict]}"
    return ""


def failed_fixes(record: Record, listed: Iterable[str]) -> list[str]:
    """Return the failed fixes of earlier rounds among listed commits, as phrases, each once."""
    return list(dict.fromkeys(said for line in listed if (said := failed_fix(record, line))))
