"""The state of what a push triggered: one answer type for all forges.

Separate because the forges' own modules create it, and the one that chooses among them is above them.
"""

from typing import Literal, NamedTuple

State = Literal["none", "waiting", "done", "failed", "unclear"]


class Pushed(NamedTuple):
    """The state of what a push triggered, and the page that shows it.

    state: ``none`` (nothing is known for this commit), ``waiting``, ``done``, ``failed``, or ``unclear`` (runs have
    ended, but it is unknown which of them deploys). why: one clause.
    """

    state: State
    why: str
    url: str = ""
    at: str = ""
    """When the deployment succeeded, in RFC 3339; empty if it has not, or the forge does not say."""


def together(runs: list[Pushed]) -> Pushed:
    """Return one answer for several runs: running ones first, then failed ones."""
    for state in ("waiting", "failed"):
        for run in runs:
            if run.state == state:
                return run
    return runs[0]._replace(why="; ".join(run.why for run in runs[:4]))


def of_runs(ours: list[Pushed], every: list[Pushed], commit: str) -> Pushed:
    """Return the answer if no deployment is recorded: by the runs that deploy (`ours`), otherwise by all of them."""
    if ours:
        return together(ours)
    if not every:
        return Pushed("none", f"the forge knows no deployment and no run of {commit[:7]}")
    all_of_them = together(every)
    return all_of_them if all_of_them.state == "waiting" else all_of_them._replace(state="unclear")
