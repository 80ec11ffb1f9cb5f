"""What the picture of deploy needs besides the record: usual durations, the next version, the way back, the phases.

Apart from the picture: it asks git, logs and earlier incidents, for which no frame can wait.
"""

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import asking, plain_file
from hotfix_tui.base.errors import HotfixError
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.engine.typical_durations import usual_seconds
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.model.record import Record
from hotfix_tui.platforms import loader
from hotfix_tui.runner.spec import is_own
from hotfix_tui.steps.common import tag_names
from hotfix_tui.steps.common.target_commit import values
from hotfix_tui.steps.deploy.methods import method_for, platform
from hotfix_tui.steps.deploy.staged import way_back

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.platforms.model import Phase

PRODUCTION, LIVE, ROLLBACK = catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_LIVE, catalog.DEPLOY_ROLLBACK
_LOG = 400_000
"""Bytes at the end of a log that are searched for phases."""


class Stretch(NamedTuple):
    """One phase of the running deployment: its state, and its progress if its log shows it."""

    name: str
    state: str
    far: str = ""


class DeployAsked(NamedTuple):
    """The answer of `ask`."""

    usual: dict[str, float]
    """Seconds that the deployment and the rollback usually take, by step; one that never ran is left out."""
    version: str
    """The tag that this round's release gets, if its name is unambiguous."""
    back: str
    """The command line that rolls production back, or how to do that by hand."""
    back_by_hand: bool
    """Whether it is done by hand, or, with no command, whether the platform has to be asked for it first."""
    phases: tuple[Stretch, ...]
    """Empty if the platform's file names none, or nothing is running."""


def read(engine: "Engine") -> DeployAsked:
    """Read all of it. The network is not used; unknown values are empty."""
    back, by_hand = _way_back(engine)
    return DeployAsked(
        usual=usual_seconds(engine, (PRODUCTION, ROLLBACK)),
        version=_version(engine),
        back=back,
        back_by_hand=by_hand,
        phases=phases(engine),
    )


def live_before(record: Record) -> str:
    """Return the commit that is or was live before this round's deployment, empty if unknown."""
    base = record.seen(Base)
    return record.seen(Deployed).commit_before or base.live or base.commit


def _version(engine: "Engine") -> str:
    known = engine.record.seen(Tagged).tag
    if known or not engine.record.has_version_tags:
        return known
    try:
        return tag_names.planned(engine.context())
    except (GitError, OSError):
        return ""


def _way_back(engine: "Engine") -> tuple[str, bool]:
    """Return how to roll back to what was live before, without querying production."""
    ctx, before = engine.context(), live_before(engine.record)
    seen = engine.record.evidence(Deployed)
    try:
        known = values(ctx, "production", before, before)
        if seen is not None and seen.previous_release:
            known["release"] = seen.previous_release
        on = platform(ctx)
        act = way_back(ctx, on) if on is not None else "rollback"
        with asking.remembered(engine.remembered):
            plan = method_for(ctx, act, ROLLBACK, ctx.root, known, "")
    except asking.NotAsked:
        return "", True
    except (HotfixError, OSError):
        return "", False
    if plan.commands:
        told = [command.argv for command in plan.commands if not is_own(command.argv)]
        return "; ".join(shlex.join(argv) for argv in told), False
    first = plan.by_hand.strip().splitlines()
    return (one_line(first[0].removeprefix("1. "), 200) if first else ""), bool(first)


def phases(engine: "Engine") -> tuple[Stretch, ...]:
    """Return the progress of the running deployment, by the patterns of its platform's file."""
    entry = engine.record.entry(PRODUCTION)
    if entry.get("state") != "running" or not isinstance(entry.get("run"), int):
        return ()
    named = _named(engine)
    if not named:
        return ()
    try:
        path = os.path.join(engine.run_directory(entry["run"]), "log")
        said = plain_file.read_tail(path, _LOG).decode("utf-8", "replace")
    except (OSError, KeyError):
        said = ""  # it has printed nothing yet
    return reached(named, said.splitlines())


def _named(engine: "Engine") -> "list[Phase]":
    deploy = engine.config().deploy
    if deploy.production is not None or not deploy.platform:
        return []
    try:
        return loader.load(deploy.platform).phases
    except (HotfixError, OSError):
        return []


def reached(named: "list[Phase]", lines: list[str]) -> tuple[Stretch, ...]:
    """Return the phases as far as a log shows them: the last one that began runs, those before it are done."""
    last, far, begun = -1, {}, set[int]()
    for raw in lines:
        line = clean(raw)
        for place, phase in enumerate(named):
            if re.search(phase.begins, line) is not None:
                last, begun = max(last, place), begun | {place}
            if phase.far and place == last:
                match = re.search(phase.far, line)
                if match is not None and len(match.groups()) >= 2:
                    far[place] = f"{match[1]} of {match[2]}"
    return tuple(
        Stretch(
            phase.name,
            "done" if place < last else "running" if place == last else "pending",
            far.get(place, "") if place == last else "",
        )
        for place, phase in enumerate(named)
        if place in begun or not phase.maybe
    )
