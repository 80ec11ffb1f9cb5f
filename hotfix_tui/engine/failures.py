"""Exit statuses: every way in which an act can fail, as a number.

0 done, 1 failed, 2 wrong usage, 3 no such incident, 4 the same act is under way elsewhere, 5 refused by the
workflow, 6 needs trust or a confirm word, 7 result unknown, 8 could not save. Imports nothing.
"""

DONE, FAILED, USAGE, NO_INCIDENT, BUSY, REFUSED, NEEDS, UNKNOWN, NOT_SAVED = range(9)

_BY_NAME: dict[str, int] = {
    "Missing": NO_INCIDENT,
    "NoIncident": NO_INCIDENT,
    "Ambiguous": USAGE,
    "Exists": USAGE,
    "BadFact": USAGE,
    "BadTime": USAGE,
    "Busy": BUSY,
    "Locked": BUSY,
    "Refused": REFUSED,
    "NeedsTrust": NEEDS,
    "NeedsConfirmation": NEEDS,
    "SaveFailed": NOT_SAVED,
    "ReadOnly": NOT_SAVED,
    "NoLocks": NOT_SAVED,
    "NotSaved": NOT_SAVED,
    "EngineError": FAILED,
    "StoreError": FAILED,
    "Damaged": FAILED,
    "NoPlace": FAILED,
    "BadRecord": FAILED,
    "ConfigError": FAILED,
    "GitError": FAILED,
    "StartError": FAILED,
    "DemoError": FAILED,
    "BadDocument": USAGE,
}
"""Errors for people, by the name of their class, so that no room is imported for its errors alone."""


def status_of(problem: BaseException) -> int | None:
    """Return the exit status for an error that is meant for people, or None for a defect."""
    for kind in type(problem).__mro__:
        if kind.__name__ in _BY_NAME:
            return _BY_NAME[kind.__name__]
    return None
