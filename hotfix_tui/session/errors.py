"""What can go wrong with the record on disk; ``str()`` of each is one sentence for a person."""

from hotfix_tui.base.errors import BUSY, NO_INCIDENT, NOT_SAVED, USAGE, HotfixError
from hotfix_tui.base.errors import reason as reason


class StoreError(HotfixError):
    """Base of everything that the store raises deliberately: what, where, what to do."""

    touches_record = True


class Missing(StoreError):
    """There is no such incident here."""

    exit_status = NO_INCIDENT


class Exists(StoreError):
    """An incident with this id already exists here."""

    exit_status = USAGE
    touches_record = False


class Damaged(StoreError):
    """The record cannot be read, and neither can the save before it; `why` gives the reason as a clause."""

    def __init__(self, said: str, why: str = "") -> None:
        super().__init__(said)
        self.why = why


class Locked(StoreError):
    """Someone else is changing this incident and did not finish in time."""

    exit_status = BUSY


class SaveFailed(StoreError):
    """The change is not on disk; the record there is the previous one."""

    exit_status = NOT_SAVED


class ReadOnly(SaveFailed):
    """The record can be read but not changed, because a newer version wrote it."""


class NoLocks(SaveFailed):
    """The file system has no locks, and the store was not told to do without."""


class NoPlace(StoreError):
    """There is no directory where state could be kept."""
