"""The values that a platform's commands need, from the configuration, the environment and the repository's files."""

import os
from typing import NamedTuple

from hotfix_tui.detect.platform import platforms, sure
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Platform
from hotfix_tui.steps.contract import Context


def known(ctx: Context, on: Platform) -> dict[str, str]:
    """Return the known settings of the platform, by name."""
    return loader.settings(on, ctx.deployed_from, os.environ, given(ctx, on))


def given(ctx: Context, on: Platform) -> dict[str, str]:
    """Return the settings given in the configuration, if they are for this platform."""
    deploy = ctx.config.deploy
    return deploy.settings if deploy.platform == on.id else {}


def unmet(ctx: Context, on: Platform) -> str | None:
    """Return why the platform's commands may not run here yet, as a sentence; None if they have everything they
    need.
    """
    return loader.unmet(on, ctx.deployed_from, os.environ, known(ctx, on))


class Offered(NamedTuple):
    """A platform that the repository's files suggest, and which files those are."""

    platform: Platform
    evidence: str


def offered(ctx: Context) -> Offered | None:
    """Return the platform that could deploy here and that nobody has chosen yet; None if one is chosen, or none is
    clear.
    """
    deploy = ctx.config.deploy
    if deploy.platform or deploy.production is not None:
        return None
    platform = sure(platforms(ctx.root))
    if platform is None:
        return None
    try:
        on = loader.load(platform.name)
    except loader.PlatformError:
        return None
    return Offered(on, platform.evidence) if "deploy" in on.commands else None


def cure(on: Platform, missing: list[str], target: str = "") -> str:
    """Return the command that sets what is missing, for the deploy target `target`."""
    asked = " ".join(f"{name}=…" for name in missing if name in on.settings)
    of = f" --target {target}" if target else ""
    return f"`hotfix-tui platform{of} {on.id}{f' {asked}' if asked else ''}`"
