"""Whom to query for what is live: the configured command or address, the platform, the forge's deployments.

One list for everyone: the base, the guards before irreversible actions, and the check after a deployment.
"""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from hotfix_tui.config import model as config_types
from hotfix_tui.detect.platform import platforms
from hotfix_tui.forges import deployments
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Mixed, Platform
from hotfix_tui.steps.common import platform_values
from hotfix_tui.steps.common.commands import project_command
from hotfix_tui.steps.common.forge import repository
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.live.answer import AnswerPath

LOOK_SECONDS = 20.0
"""Seconds that a source may take to answer, unless configured."""


@dataclass(frozen=True)
class LiveSource:
    """One source that can be queried, by its `url` or its `command`; with `why_not` it cannot be (a clause).

    `from_config` is whether the command or address is from the configuration, so that it needs trust. `second_hand`
    is whether it only knows what was reported to it, as a forge does: it can confirm what is live, not deny it.
    """

    key: config_types.BaseSource
    title: str
    url: str = ""
    command: Command | None = None
    timeout: float = LOOK_SECONDS
    place: AnswerPath | None = None
    from_config: bool = False
    second_hand: bool = False
    why_not: str = ""
    mixed: tuple[Mixed, ...] = ()
    """How its answer says that more than one version may serve."""


_EXECUTE_THE_REPOSITORY = ("kamal",)
"""Platforms whose program runs code of the repository while it reads its settings: only used if the configuration
names them, which is trusted first.
"""


class _Chosen(NamedTuple):
    """The platform whose metadata is queried, and whether the configuration names it."""

    platform: Platform
    named: bool


def sources(ctx: Context) -> list[LiveSource]:
    """Return every available source, in the order of `git.order`."""
    live, current = ctx.config.git.live, ctx.config.deploy.current
    candidates: list[LiveSource | None] = [_live(ctx)]
    if current is None:
        candidates.append(_platform(ctx))
    elif current != live:
        candidates.append(_configured(ctx, "platform", "deploy.current", current))
    candidates.append(_forge(ctx))
    order: list[str] = list(ctx.config.git.order)
    known = [source for source in candidates if source is not None and source.key in order]
    return sorted(known, key=lambda source: order.index(source.key))


def _live(ctx: Context) -> LiveSource | None:
    live = ctx.config.git.live
    if live is None:
        return None
    if isinstance(live, str):
        return LiveSource("live", "live url", url=live, from_config=True)
    return _configured(ctx, "live", "live command", live)


def _configured(
    ctx: Context, key: config_types.BaseSource, title: str, command: config_types.ConfigCommand
) -> LiveSource:
    """Return a configured command, with its placeholders filled in."""
    try:
        place = ctx.deployed_from if key == "platform" else ctx.root
        made = project_command(ctx, command, place, catalog.BRANCH_BASE, environment="production")
    except Refused as no:
        return LiveSource(key, title, from_config=True, why_not=no.reasons[0].sentence.rstrip("."))
    return LiveSource(key, title, command=made, timeout=command.timeout or LOOK_SECONDS, from_config=True)


def _forge(ctx: Context) -> LiveSource | None:
    import shutil

    asked = deployments.question(repository(ctx), ctx.config.deploy.environment)
    if asked is None:
        return None
    if shutil.which(asked.program) is None:
        return LiveSource(
            "forge", asked.title, second_hand=True, why_not=f"not asked: {asked.program} is not installed"
        )
    return LiveSource(
        "forge",
        asked.title,
        command=Command(argv=list(asked.argv), cwd=ctx.root, env=dict(asked.env)),
        place=AnswerPath(asked.each, asked.where, (asked.at,), asked.nothing),
        second_hand=True,
    )


def _platform(ctx: Context) -> LiveSource | None:
    """Return the command of the platform's data file that names the live commit; None if it has none."""
    import shutil

    chosen = _platform_here(ctx)
    if chosen is None:
        return None
    on = chosen.platform
    current = on.commands["current"]
    assert current.commit is not None
    values = {
        "production": ctx.production,
        "environment": ctx.config.deploy.environment,
        "domain": urlsplit(ctx.config.deploy.production_url).hostname or "",
        **platform_values.known(ctx, on),
    }
    try:
        planned = loader.plan(on, "current", values)
    except loader.PlatformError as error:
        return LiveSource("platform", on.name, why_not=str(error)) if chosen.named else None
    assert planned is not None
    program = planned.commands[0][0]
    asks = [on.settings[name].ask if name in on.settings else name for name in planned.missing]
    why_not = f"not asked: the wizard does not know {', '.join(asks)}" if asks else ""
    why_not = why_not or (platform_values.unmet(ctx, on) or "").rstrip(".")
    if not why_not and shutil.which(program) is None:
        why_not = f"not asked: {program} is not installed"
    if why_not:
        return LiveSource("platform", on.name, why_not=why_not) if chosen.named else None
    env = {**on.env, **({"CI": "1"} if current.ci else {})}
    named = current.commit
    place = AnswerPath(named.each, named.where, tuple(named.at), forms=named.forms)
    last = current.release is not None and current.release.deployed_last
    command = Command(argv=planned.commands[0], cwd=ctx.deployed_from, env=env)
    return LiveSource(
        "platform",
        f"{on.name} (what was deployed last: a rollback there does not show)" if last else on.name,
        command=command,
        place=place,
        from_config=chosen.named,
        mixed=tuple(current.mixed),
    )


def _platform_here(ctx: Context) -> _Chosen | None:
    """Return the configured platform, else the first that the repository is linked to, if its file can tell what is
    live.
    """
    name = ctx.config.deploy.platform
    names = [name] if name else _linked(ctx)
    for candidate in names:
        try:
            platform = loader.load(candidate)
        except loader.PlatformError:
            continue
        current = platform.commands.get("current")
        if current is not None and current.commit is not None:
            return _Chosen(platform, bool(name))
    return None


def _linked(ctx: Context) -> list[str]:
    linked = [platform.name for platform in platforms(ctx.root) if platform.linked]
    return [name for name in linked if name not in _EXECUTE_THE_REPOSITORY]
