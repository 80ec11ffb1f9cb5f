"""How a deployment or a rollback is done here: the configured command, the platform's own, or by hand."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotfix_tui.base import asking
from hotfix_tui.config import model as config_types
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Act, Platform
from hotfix_tui.steps.common import platform_values
from hotfix_tui.steps.common.commands import driver, filled
from hotfix_tui.steps.contract import Command, Context, Plan
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.by_hand import generic
from hotfix_tui.steps.deploy.past import line, listing
from hotfix_tui.steps.deploy.release import asks

LOCK = "production"
"""The lock of every action that changes production; one at a time in a repository."""

_PREPARED = ("activate", "advance", "share")
"""The actions that name what was prepared, not what is or was live."""

_LABEL = 100 - len("hotfix--")
"""Characters of a label that are left for the incident's id and the commit's."""


@dataclass(frozen=True)
class DeployMethod:
    """One way to do it. With `commands` empty, `by_hand` says what a person does.

    `proves` is whether exit status 0 means that it happened, if production cannot be queried. `carry` names further
    files that the commands need in a clean checkout.
    """

    commands: list[Command] = field(default_factory=list)
    by_hand: str = ""
    tty: bool = True
    timeout: float | None = None
    trusted: bool = True
    proves: bool = True
    warnings: list[str] = field(default_factory=list)
    carry: list[str] = field(default_factory=list)
    unasked: bool = False
    """Whether values in the commands stand for what is only looked up before the act."""


def planned(
    ctx: Context, title: str, method: DeployMethod, known: Deployed | RolledBack, warnings: Sequence[str] = ()
) -> Plan:
    """Return `method` as a plan that changes production; `warnings` come before its own."""
    return Plan(
        title,
        commands=method.commands,
        by_hand=method.by_hand,
        tty=method.tty,
        timeout=method.timeout,
        locks=[LOCK],
        warnings=[*warnings, *method.warnings],
        trusted=method.trusted,
        unasked=method.unasked,
        known=known.but(proves=method.proves),
        url=ctx.config.deploy.production_url,
    )


def configured(ctx: Context, action: Act) -> config_types.ConfigCommand | None:
    """Return the configured command for `action`, None if there is none."""
    deploy = ctx.config.deploy
    return {"staging": deploy.staging, "deploy": deploy.production, "rollback": deploy.rollback}.get(action)


def platform(ctx: Context) -> Platform | None:
    """Return the configured platform. Raises Refused for an unknown name."""
    name = ctx.config.deploy.platform
    if not name:
        return None
    try:
        return loader.load(name)
    except loader.PlatformError as error:
        raise refuse(f"deploy.platform: {error}.", "Correct it in .hotfix-tui.toml.") from None


def method_for(
    ctx: Context, action: Act, step: str, cwd: str, known: dict[str, object], title: str
) -> DeployMethod:
    """Return the way to do `action` in the folder `cwd` with the values `known`. Raises Refused."""
    command = configured(ctx, action)
    if command is not None:
        made = filled(command, cwd, step, known, variables=True, title=title)
        return DeployMethod([made], tty=command.tty is not False, timeout=command.timeout, trusted=False)
    on = platform(ctx)
    if on is None:
        return DeployMethod(by_hand=generic(ctx, action, known, cwd), warnings=_offers(ctx, action))
    return by_platform(ctx, on, action, step, cwd, known, title)


def by_platform(
    ctx: Context, on: Platform, action: Act, step: str, cwd: str, known: Mapping[str, object], title: str
) -> DeployMethod:
    """Return the way to do `action` by the commands of the platform's file. Raises Refused."""
    try:
        return _on_platform(ctx, on, action, cwd, known, title)
    except loader.PlatformError as error:
        raise refuse(f"{on.name}: {error}.", "Configure the command in .hotfix-tui.toml.", step) from None


def _on_platform(
    ctx: Context, on: Platform, action: Act, cwd: str, known: Mapping[str, object], title: str
) -> DeployMethod:
    values = {name: value for name, value in known.items() if isinstance(value, str)}
    of_release = "prepared" if action in _PREPARED else "current"
    for name, question in (("release", of_release), ("serving", "current")):
        if not releases.has_form(on, values.get(name, ""), question):
            values.pop(name, None)
    values["brief"] = ctx.record.id[: _LABEL - len(values.get("commit", ""))]
    values |= {"production": ctx.production, **platform_values.known(ctx, on)}
    planned, unknown, unasked = loader.plan(on, action, values), "", False
    if (
        planned is not None
        and set(planned.missing) <= on.lookups.keys()
        and not platform_values.unmet(ctx, on)
    ):
        looked, unknown, unasked = _looked_up(ctx, on, action, values)
        values |= looked
        planned = loader.plan(on, action, values)
    _refuse_unless_so(on, action, values, None if unasked else unknown)
    told = {**values, "previous": values.get("release") or values.get("previous", "")}
    hand = loader.by_hand(on, "rollback" if action in ("rollback", "abort") else "deploy", told)
    text = "\n".join(f"{place}. {line}" for place, line in enumerate(hand, 1))
    if planned is None:
        text += _listed(on, values) if action == "rollback" else ""
        return DeployMethod(by_hand=text, warnings=list(on.warnings.get(action, [])))
    why = platform_values.unmet(ctx, on) or (f"The wizard does not know {unknown}." if unknown else "")
    if not why and planned.missing:
        why = f"The wizard does not know {asks(on, planned.missing)}."
        if set(planned.missing) & set(on.settings):
            why += f" Say it once: {platform_values.cure(on, planned.missing, ctx.part)}."
    if not why and (program := loader.lacking(on, action)):
        why = f"{program} is not installed here."
    if why:
        shown = [argv for argv in planned.commands if not loader.is_wait(argv)]
        past = listing(on, values) if {"release", "previous"} & set(planned.missing) else []
        text = "\n   ".join([f"{text}\n{why}\nThe commands would be:", *past, *map(line, shown)])
        return DeployMethod(by_hand=text, warnings=list(on.warnings.get(action, [])))
    command = on.commands[action]
    env = {**on.env, **({"CI": "1"} if command.ci else {})}
    return DeployMethod(
        [
            _waiting(on, argv[0][1:], values, cwd, env)
            if loader.is_wait(argv)
            else Command(argv=argv, cwd=cwd, env=env, title=title)
            for argv in planned.commands
        ],
        tty=command.tty,
        trusted=False,
        proves=command.proves,
        warnings=list(on.warnings.get(action, [])),
        carry=[
            os.path.normpath(os.path.join(ctx.config.deploy.folder, file))
            for file in loader.carried(on, ctx.deployed_from)
        ],
        unasked=unasked,
    )


def _listed(on: Platform, values: Mapping[str, str]) -> str:
    """Return further lines for a way back by hand: the command that lists what was deployed; empty without one."""
    lines = "".join(f"\n   {command}" for command in listing(on, values))
    return f"\nWhat was deployed is listed by:{lines}" if lines else ""


def _refuse_unless_so(on: Platform, action: Act, values: Mapping[str, str], unknown: str | None) -> None:
    """Raise Refused unless what has to be so for `action` is known to be so.

    `unknown` is what is not known, as a clause; None while nobody may be asked, so that nothing is refused yet.
    """
    command = on.commands.get(action)
    for rule in command.only if command is not None and unknown is not None else []:
        if lacking := loader.names_in([rule.value, rule.equals]) - values.keys():
            raise refuse(
                f"Whether it is right is not known: {unknown or asks(on, sorted(lacking))}.",
                f"Look at {on.name} what serves there, then do it again.",
            )
        if loader.fill(rule.value, values) != loader.fill(rule.equals, values):
            raise refuse(loader.fill(rule.otherwise, values), loader.fill(rule.cure, values))


def _looked_up(
    ctx: Context, on: Platform, action: Act, values: Mapping[str, str]
) -> tuple[dict[str, str], str, bool]:
    """Return what `action` looks up, a clause if that is not known, and whether it was only named for a preview."""
    try:
        return *releases.looked_up(ctx, on, action, values), False
    except asking.NotAsked:
        return releases.named(on, action, values), "", True


def _waiting(on: Platform, name: str, values: Mapping[str, str], cwd: str, env: dict[str, str]) -> Command:
    """Return the command of the driver that waits for what the platform's file calls `name`."""
    run = on.waits[name].run
    names = loader.chained(on, loader.names_in(run))
    wanted = loader.names_in(run).union(names, *(loader.names_in(on.lookups[lookup].run) for lookup in names))
    given = [f"{key}={values[key]}" for key in sorted(wanted & values.keys())]
    return driver("deploy.wait_driver", on.id, name, *given, cwd=cwd, env=env)


def _offers(ctx: Context, action: Act) -> list[str]:
    """Return what to know about a platform that the files suggest, and that nobody has chosen yet."""
    offer = platform_values.offered(ctx)
    if offer is None or action not in offer.platform.commands:
        return []
    on = offer.platform
    return [
        f"{on.name} deploys this, by its files ({offer.evidence}): {platform_values.cure(on, [])} shows its commands, "
        "and lets the wizard run them."
    ]


def meanings(ctx: Context, action: Act) -> list[tuple[str, str]]:
    """Return what failures of the platform's program mean, if it carries out `action` and its own words mislead."""
    on = platform(ctx) if configured(ctx, action) is None else None
    return [(failure.says, failure.means) for failure in on.failures] if on else []


def takes_head(ctx: Context) -> Platform | None:
    """Return the platform, if it deploys the head of a branch and no configured command deploys instead."""
    on = platform(ctx) if configured(ctx, "deploy") is None else None
    return on if on and on.takes == "branch" else None
