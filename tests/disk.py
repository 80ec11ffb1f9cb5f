"""No test waits for the disk: what a sync guarantees only shows after a power cut.

`tests/session` checks with the real call that it is requested, and in the right order.
"""

import os

_really = os.fsync


def _at_once(fd: int) -> None:
    """What is observable of a sync: a file that is not open is an error."""
    os.fstat(fd)


def wait(*, really: bool) -> None:
    """Switch waiting for the disk on or off in this process."""
    os.fsync = _really if really else _at_once
