"""How what a push set off stands: one answer, whichever forge gave it.

It is apart since the forges' own modules make it, and the one that chooses among them is above them.
"""

from typing import Literal, NamedTuple

State = Literal["none", "waiting", "done", "failed", "unclear"]


class Pushed(NamedTuple):
    """How what a push set off stands, and the page where it is seen.

    state: ``none`` (nothing of this commit is known), ``waiting``, ``done``, ``failed``, or ``unclear`` (runs have
    ended, but which of them deploys is not known). why: one clause.
    """

    state: State
    why: str
    url: str = ""
    at: str = ""
    """When the deployment succeeded, in RFC 3339; empty where it has not, or the forge does not say."""


def together(runs: list[Pushed]) -> Pushed:
    """One answer for several runs: what still runs first, then what has failed."""
    for state in ("waiting", "failed"):
        for one in runs:
            if one.state == state:
                return one
    return runs[0]._replace(why="; ".join(one.why for one in runs[:4]))


def of_runs(ours: list[Pushed], every: list[Pushed], commit: str) -> Pushed:
    """One answer where no deployment is written down: by the runs that deploy (`ours`), else by all there are."""
    if ours:
        return together(ours)
    if not every:
        return Pushed("none", f"the forge knows no deployment and no run of {commit[:7]}")
    all_of_them = together(every)
    return all_of_them if all_of_them.state == "waiting" else all_of_them._replace(state="unclear")
