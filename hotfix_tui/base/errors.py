"""The root of every error that is meant for people, and the exit statuses of the program.

0 done, 1 failed, 2 wrong usage, 3 no such incident, 4 the same action is running elsewhere, 5 refused by the
workflow, 6 needs trust or a confirm word, 7 result unknown, 8 could not save.
"""

import errno

DONE, FAILED, USAGE, NO_INCIDENT, BUSY, REFUSED, NEEDS, UNKNOWN, NOT_SAVED = range(9)

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)
"""The disk accepts no writes: full, read-only or broken."""


class HotfixError(Exception):
    """An error that was foreseen; ``str()`` is one sentence: what, where, what to do."""

    exit_status = FAILED
    """The exit status of a command that this error stops."""
    cure = ""
    """What to do, when the sentence does not say it."""
    touches_record = False
    """Whether the record cannot be read or saved, so that actions have to be possible without it."""


class Clause(Exception):
    """Why something cannot be, as a clause: for the caller, who says in a sentence what it is about and what to do.

    It never reaches a person by itself, so it has neither an exit status nor a cure.
    """


def status_of(problem: BaseException) -> int | None:
    """Return the exit status for an error that is meant for people, or None for a defect."""
    if isinstance(problem, HotfixError):
        return problem.exit_status
    if isinstance(problem, OSError):
        return NOT_SAVED if problem.errno in _DISK else FAILED
    return None


def touches_record(problem: BaseException) -> bool:
    """Return whether `problem` says that the record, or the disk it lies on, cannot be used."""
    if isinstance(problem, HotfixError):
        return problem.touches_record
    return isinstance(problem, OSError) and problem.errno in _DISK


def sentence_of(problem: BaseException) -> str:
    """Return the one sentence that tells people about `problem`."""
    if not isinstance(problem, OSError) or isinstance(problem, HotfixError):
        return f"{problem} {problem.cure}".strip() if isinstance(problem, HotfixError) else str(problem)
    what = problem.strerror or str(problem) or problem.__class__.__name__
    where = f": {problem.filename}" if isinstance(problem.filename, str) else ""
    if problem.errno in _DISK:
        return f"{what}{where}. Make room or make it writable, then try again."
    return f"{what}{where}."


def reason(error: OSError) -> str:
    """Return the plain reason of `error`, such as ``No space left on device``."""
    return error.strerror or error.__class__.__name__
