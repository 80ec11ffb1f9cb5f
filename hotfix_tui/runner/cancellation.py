"""Ending a whole process tree: INT, then TERM, then KILL.

Standard library only: the supervisor imports this module without the rest of the package.

Apart from `sequence`: what belongs to a process tree, and how it ends, is the same for whatever was started.
"""

import contextlib
import os
import signal
import sys

from hotfix_tui.runner import processes

_SCAN = 0.05
_STAGES = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


def family(groups: set[int]) -> dict[int, processes.Process]:
    """Return every living descendant of this process.

    On Linux, orphans become our children, so parent ids are enough; elsewhere the commands' process groups help,
    as long as an orphan stays in one.
    """
    return processes.tree(os.getpid(), set() if sys.platform.startswith("linux") else groups)


class Cancellation:
    """INT to the command's group; after `grace` seconds TERM to everything; after another `grace` KILL."""

    def __init__(self, reason: str, grace: float, now: float) -> None:
        self.reason = reason
        self.over = False
        self.next = now
        self._grace = grace
        self._stage = 0
        self._stage_at = now

    def step(self, now: float, groups: set[int], leader: int | None) -> None:
        """Do what is due; sets `over` when nobody is left, or KILL has not helped for the grace time.

        `leader` is the pid of the running command, not yet waited for; None when it has ended.
        """
        if self.over or now < self.next:
            return
        self.next = now + _SCAN
        members = family(groups)
        if not members and leader is None:
            self.over = True
        elif now >= self._stage_at and self._stage < len(_STAGES):
            self._send(_STAGES[self._stage], members, groups, leader)
            self._stage += 1
            self._stage_at = now + self._grace
        elif self._stage == len(_STAGES):
            # What was forked while we looked is killed now; what cannot be killed is given up on and named in
            # the record.
            self._send(signal.SIGKILL, members, groups, leader)
            self.over = now >= self._stage_at and leader is None

    def _send(
        self, number: int, members: dict[int, processes.Process], groups: set[int], leader: int | None
    ) -> None:
        if leader is not None:
            # Its pid stays taken until we wait for it, and so does its group.
            _kill(-leader, number)
        for pid, process in members.items():
            if process.group != leader and (number != signal.SIGINT or process.group in groups):
                _kill(pid, number)
            if number == signal.SIGTERM:
                # A stopped process reacts to nothing but KILL.
                _kill(pid, signal.SIGCONT)


def _kill(target: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(target, number)
