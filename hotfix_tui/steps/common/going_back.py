"""What production loses when an older commit replaces a newer one."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from hotfix_tui.git.diff import changed_paths
from hotfix_tui.git.history import Commit, changes_not_in, log
from hotfix_tui.git.process import Git
from hotfix_tui.steps.common.path_rules import suspicious

_LISTED = 5


class Loss(NamedTuple):
    """Which commits are lost, newest first, and the data changes that stay behind."""

    commits: tuple[Commit, ...] = ()
    migrations: tuple[str, ...] = ()


def lines(commits: Iterable[Commit]) -> list[str]:
    """Return the first of `commits`, one line each."""
    return [commit.named() for commit in islice(commits, _LISTED)]


def loss(git: Git, older: str, newer: str) -> Loss:
    """Return what `newer` has and `older` does not, merges left out as everywhere. Raises GitError."""
    counted = set(changes_not_in(git, newer, older))
    commits = [commit for commit in log(git, newer, not_in=[older], limit=None) if commit.sha in counted]
    paths = changed_paths(git, older, newer)
    migrations = [path for path in paths if any(kind == "migration" for kind, _ in suspicious(path))]
    return Loss(tuple(commits), tuple(migrations[:_LISTED]))
