"""No test waits for the disk: what a sync gives can be seen after a loss of power only.

That it is asked for, in the right order, is what `tests/session` holds the product to, with the real call.
"""

import os

_really = os.fsync


def _at_once(fd: int) -> None:
    """What can be seen of a sync: a file that is not open is an error."""
    os.fstat(fd)


def wait(*, really: bool) -> None:
    """Let syncs wait for the disk, or not, in this process."""
    os.fsync = _really if really else _at_once
