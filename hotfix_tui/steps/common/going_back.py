"""What production loses when an older commit runs in place of a newer one."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from hotfix_tui.git.diff import changed_paths
from hotfix_tui.git.history import Commit, log
from hotfix_tui.git.process import Git
from hotfix_tui.steps.common.path_rules import suspicious

_LISTED = 5


class Loss(NamedTuple):
    """Which commits go, the newest first, and the changes of the data that stay behind them."""

    commits: tuple[Commit, ...] = ()
    migrations: tuple[str, ...] = ()


def lines(commits: Iterable[Commit]) -> list[str]:
    """Return the first of `commits`, a line each."""
    return [one.named() for one in islice(commits, _LISTED)]


def loss(git: Git, older: str, newer: str) -> Loss:
    """Return what `newer` holds and `older` does not. Raises GitError."""
    commits = log(git, newer, not_in=[older], limit=None)
    paths = changed_paths(git, older, newer)
    migrations = [path for path in paths if any(kind == "migration" for kind, _ in suspicious(path))]
    return Loss(tuple(commits), tuple(migrations[:_LISTED]))
