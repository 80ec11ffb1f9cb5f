"""Reads the results of one run while its log grows, a piece at a time; to be called from a thread.

Apart from the pane: it knows no widget.
"""

import os
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hotfix_tui.runner import runs, spec
from hotfix_tui.testresults.model import SuiteResult
from hotfix_tui.testresults.scan import Scan

PIECE = 4 << 20
"""Bytes read at a time."""


class ResultReader:
    """One run in `directory`. `argv` and `folder` are used if its own description is gone."""

    def __init__(self, directory: str, argv: Sequence[str], folder: str, *, tests: bool) -> None:
        self.directory = directory
        self.folder = folder
        """Where the command runs: the paths of its failures are relative to it."""
        try:
            command = spec.read(Path(directory)).commands[-1]
            argv, self.folder = command.argv, command.cwd
        except (OSError, ValueError, IndexError):
            pass
        self._scan = Scan(argv or ["?"], tests=tests)
        self._log = os.path.join(directory, "log")
        self.done = False
        """Whether the run is over and all of its log was read."""
        self.more = False
        """Whether there is more to read right now."""

    def read(self) -> SuiteResult:
        """Read on, and return what is known so far."""
        state = runs.look(Path(self.directory))
        try:
            self._scan.read(self._log, PIECE)
            self.more = self._scan.offset < os.path.getsize(self._log)
        except OSError:
            self.more = False
        self.done = state.state != "running" and not self.more
        ended = self.done and state.state == "exited" and not state.cancelled
        since = datetime.fromisoformat(state.started).timestamp() if state.started else None
        return self._scan.result(state.exit_code if ended else None, folder=self.folder, since=since)


def words_of(command: str) -> list[str]:
    """Return the words of a command line as stored in the record, possibly truncated."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
