"""What can go wrong with a git call, each as one sentence for people."""

from collections.abc import Sequence

from hotfix_tui.base.errors import HotfixError

MINIMUM_VERSION = (2, 30)
"""Older versions read an option where a name is meant (`rev-parse` got `--end-of-options` in 2.30)."""


class GitError(HotfixError):
    """A git call failed. `sentence` is for people; the rest is for the details pane."""

    def __init__(
        self, sentence: str, argv: Sequence[str] = (), returncode: int | None = None, stderr: bytes = b""
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.argv = tuple(argv)
        self.returncode = returncode
        self.stderr = stderr


class GitMissing(GitError):
    """There is no git program on the path, or it cannot be started."""


class GitTooOld(GitError):
    """The git program is older than `MINIMUM_VERSION`."""


class GitTimeout(GitError):
    """A call did not end in time and was stopped: its answer is unknown."""


class GitBlocked(GitTimeout):
    """A call waited for a file that is none, such as a FIFO, and was stopped."""


class NotARepository(GitError):
    """The folder does not exist, or is not in a git repository."""
