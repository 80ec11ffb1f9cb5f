"""The platform's own release: what it serves now, read before a deployment so that a rollback has something to go to.

Only the configured platform is asked, and nothing of a configuration that was not trusted.
"""

import os
import re
from dataclasses import asdict
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.model.evidence.deploy import Deployed, ReleaseSeen, RolledBack
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Platform
from hotfix_tui.platforms.release import Release, read
from hotfix_tui.steps.common import platform_call, platform_values
from hotfix_tui.steps.common.trusted import is_trusted
from hotfix_tui.steps.contract import Context

SECONDS = 15.0
"""How long the platform may take to say what it serves."""


class Served(NamedTuple):
    """What the platform serves; without a `release`, `why` says why that is not known (a clause)."""

    release: Release | None
    why: str = ""
    asked: bool = True
    """False where nobody may be asked now, so that nothing is said about it."""

    @property
    def id(self) -> str:
        """The platform's own id of it, empty where it is not known."""
        return self.release.id if self.release else ""


def reads(on: Platform | None) -> bool:
    """Whether the platform's file says where the id of what is live stands."""
    current = on.commands.get("current") if on else None
    return current is not None and current.release is not None


def has_form(on: Platform, id: str) -> bool:
    """Whether `id` is one as this platform gives them: nothing else is sent to it as a release."""
    current = on.commands.get("current")
    at = current.release if current else None
    return at is not None and bool(id) and re.fullmatch(at.form, id) is not None


def served(ctx: Context, on: Platform | None, seconds: float = SECONDS) -> Served:
    """Ask the platform which release it serves."""
    if on is None or not reads(on):
        return Served(
            None, "its file does not say where the release stands" if on else "no platform is configured"
        )
    if not is_trusted(ctx):
        return Served(None, "the configuration is not trusted yet")
    current = on.commands["current"]
    assert current.release is not None
    try:
        planned = loader.plan(on, "current", values(ctx, on))
    except loader.PlatformError as error:
        return Served(None, str(error))
    assert planned is not None
    if planned.missing:
        return Served(None, f"the wizard does not know {asks(on, planned.missing)}")
    if unmet := platform_values.unmet(ctx, on):
        return Served(None, unmet.rstrip("."))
    env = {**on.env, **({"CI": "1"} if current.ci else {})}
    name = os.path.basename(planned.commands[0][0])
    try:
        answer = platform_call.ask(planned.commands[0], env, ctx.root, seconds)
    except asking.NotAsked:
        return Served(None, "it is asked before the act", asked=False)
    except (OSError, ValueError) as error:
        return Served(None, f"{name} could not be started ({getattr(error, 'strerror', '') or error})")
    if answer.status is None:
        return Served(None, f"{name} did not answer within {seconds:.0f} s, or without an end")
    if answer.status:
        said = one_line(answer.err.decode("utf-8", "replace"), 120)
        return Served(None, f"{name} ended with status {answer.status}" + (f": {said}" if said else ""))
    found = read(answer.out, current.release)
    return Served(found, "" if found else f"{on.name} names no single release that is live")


def values(ctx: Context, on: Platform) -> dict[str, str]:
    """What is known for a question to the platform."""
    environment = ctx.config.deploy.environment
    return {"production": ctx.production, "environment": environment, **platform_values.known(ctx, on)}


def asks(on: Platform, names: list[str]) -> str:
    """What is missing, in words."""
    return ", ".join(
        on.settings[name].ask if name in on.settings else _WORDS.get(name, name) for name in names
    )


_WORDS = {"release": "which release was live before", "previous": "which commit was live before"}


def whole_commit(ctx: Context, release: Release) -> str:
    """The full id of the commit that stands with a release, where this repository has it; else what stands there."""
    try:
        return (resolve(ctx.git, release.commit) if release.commit else None) or release.commit
    except GitError:
        return release.commit


def is_back(ctx: Context, on: Platform | None, served_now: Served, back_to: RolledBack) -> bool | None:
    """Whether the platform serves what a rollback went back to; None where that cannot be told.

    Where a rollback makes a release of its own, the commit that stands with it tells, or that it is a new one.
    """
    now = served_now.release
    if now is None or now.id == back_to.target_release:
        return None if now is None else True
    current = on.commands.get("current") if on else None
    if current is None or current.release is None or not current.release.makes_new:
        return False
    if its := whole_commit(ctx, now):
        return its == back_to.target if back_to.target else None
    bad = ctx.seen(Deployed).release
    return False if bad is not None and bad.id == now.id else None


def kept(ctx: Context, release: Release) -> ReleaseSeen:
    """A release as it is kept in the record."""
    fields = asdict(release)
    del fields["project"]
    return ReleaseSeen(**{**fields, "commit": whole_commit(ctx, release)})


def names(on: Platform | None, release: Release | None) -> bool:
    """Whether a deployment that the wizard made would be recognised in this release, so that its absence is a no."""
    current = on.commands.get("current") if on else None
    at = current.release if current else None
    return at is not None and at.names_commit and release is not None
