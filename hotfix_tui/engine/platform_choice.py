"""Which platform deploys, and the values its commands need: shown with every command, asked once, and stored.

They are stored in the configuration, so that they are read, trusted and shared like the rest of it.
"""

import os
import shlex
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import durable
from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import one_line
from hotfix_tui.config import amend, targets, trust, trust_page
from hotfix_tui.config import load as config_load
from hotfix_tui.detect.platform import labels, platforms, several, sure
from hotfix_tui.engine import commands, reconcile
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import BY_A_PLATFORM
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Platform
from hotfix_tui.session import places
from hotfix_tui.steps.deploy import last_place, platform_check

if TYPE_CHECKING:
    from hotfix_tui.config.model import Config
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.platforms.model import Act
    from hotfix_tui.steps.deploy.last_place import LastPlace
    from hotfix_tui.steps.deploy.platform_check import Checked

STEPS = BY_A_PLATFORM

_ORDER = (
    *("staging", "deploy", "prepare", "prepared", "activate", "advance", "share", "abort", "unpin"),
    *("rollback", "current", "content", "spread", "logs"),
)


class Value(NamedTuple):
    """One value that commands need: the question, the known value with its source, and what needs it."""

    name: str
    ask: str
    value: str
    where: str
    needed: bool


class ActionLine(NamedTuple):
    """One command line of an action, with unknown values in braces."""

    action: str
    text: str


@dataclass(frozen=True)
class View:
    """A platform as it would be used here. `evidence` is why it is suggested, empty if it was named."""

    platform: Platform
    evidence: str
    chosen: bool
    """Whether the configuration names it."""
    values: tuple[Value, ...]
    lines: tuple[ActionLine, ...]
    not_here: tuple[str, ...]
    """Programs that are not installed."""

    @property
    def missing(self) -> list[Value]:
        """The missing values without which it cannot deploy or go to staging."""
        return [value for value in self.values if value.needed and not value.value]


def look(root: str, config: "Config", name: str = "") -> View | None:
    """Return the platform `name`, else the configured one, else the clear one; None if there is none of these.

    Raises Refused for an unknown name.
    """
    named = name or config.deploy.platform
    clear = None if named else sure(platforms(root))
    if not named and clear is None:
        return None
    on = _load(named or (clear.name if clear else ""))
    evidence = next((platform.evidence for platform in platforms(root) if platform.name == on.id), "")
    given = config.deploy.settings if config.deploy.platform == on.id else {}
    folder = os.path.join(root, config.deploy.folder)
    known = loader.sources(on, folder, os.environ, given)
    needed = loader.needed(on, "deploy", "staging")
    blank = loader.Sourced("", "")
    values = tuple(
        Value(key, setting.ask, *known.get(key, blank), key in needed) for key, setting in on.settings.items()
    )
    return View(
        on, evidence, config.deploy.platform == on.id, values, lines(on, config, folder), loader.not_here(on)
    )


def lines(on: Platform, config: "Config", root: str) -> tuple[ActionLine, ...]:
    """Return every command of the platform that may run, filled in as far as possible before an incident."""
    given = config.deploy.settings if config.deploy.platform == on.id else {}
    known = {**loader.settings(on, root, os.environ, given), "environment": config.deploy.environment}
    out = []
    for action in _ORDER:
        try:
            planned = loader.plan(on, action, known)
        except loader.PlatformError:
            continue
        for argv in planned.commands if planned else ():
            if not loader.is_wait(argv):
                out.append(ActionLine(action, _line(argv)))
    asked = {name: lookup.run for name, lookup in on.lookups.items()}
    asked |= {name: wait.run for name, wait in on.waits.items()}
    for name, run in asked.items():
        with suppress(loader.PlatformError):
            out.append(ActionLine(f"look for {name}", _line(loader.question(on, run, known).commands[0])))
    for shares in on.shares:
        with suppress(loader.PlatformError):
            out.append(ActionLine("shares", _line(loader.question(on, shares.run, known).commands[0])))
    for run in [rule.run for rule in on.same] + [rule.run for rule in on.place]:
        with suppress(loader.PlatformError):
            out.append(ActionLine("compare", _line(loader.question(on, run, known).commands[0])))
    return tuple(out)


def _line(argv: list[str]) -> str:
    return " ".join(_word(word) for word in argv)


_OWN = {"deploy": "production", "logs": "follow"}
"""The names of configured commands that override the platform's own."""


def rows(config: "Config", root: str) -> "list[trust_page.TrustRow]":
    """Return the configured platforms' commands for the trust page, without those that the file overrides.

    With several deploy targets, those of each: which one it will be is not known yet.
    """
    page_rows = [] if config.deploy.targets else _rows(config, root, "")
    for name in targets.names(config):
        page_rows += _rows(targets.applied(config, name), root, f"{name} ")
    return page_rows


def _rows(config: "Config", root: str, whose: str) -> "list[trust_page.TrustRow]":
    if not config.deploy.platform:
        return []
    try:
        on = loader.load(config.deploy.platform)
    except loader.PlatformError:
        return []
    own_lines = [
        line
        for line in lines(on, config, os.path.join(root, config.deploy.folder))
        if getattr(config.deploy, _OWN.get(line.action, line.action), None) is None
    ]
    env = " ".join(f"{name}={value}" for name, value in on.env.items())
    folder = f"in {trust.escaped(config.deploy.folder)}" if config.deploy.folder else ""
    notes = tuple(filter(None, (folder, f"with {env}" if env else "")))
    return [
        trust_page.TrustRow(
            f"{whose}{on.id} {command.action}", trust.escaped(command.text), notes if place == 0 else ()
        )
        for place, command in enumerate(own_lines)
    ]


def wants(engine: "Engine", step: str) -> View | None:
    """Return the platform that could carry out `step` once it is chosen, or has its values; None: nothing to ask."""
    action, deploy = STEPS.get(step, ""), engine.config().deploy
    own = {"deploy": deploy.production, "staging": deploy.staging}.get(action)
    if not action or own is not None or (not deploy.platform and deploy.production is not None):
        return None
    view = look(engine.root, engine.config())
    if view is None or action not in view.platform.commands:
        return None
    needed = loader.needed(view.platform, action)
    lacks = any(value.name in needed and not value.value for value in view.values)
    return view if lacks or not view.chosen else None


def checked_now(root: str, config: "Config", view: View, last: "LastPlace | None" = None) -> "Checked":
    """Return what the platform's program reports about itself and the login; run only once the file is trusted.

    `last` is where the last deployment went.
    """
    on = view.platform
    known = {value.name: value.value for value in view.values if value.value}
    folder = os.path.join(root, config.deploy.folder)
    if problem := loader.unmet(on, folder, os.environ, known):
        return platform_check.Checked(problems=(problem,))
    loaded = config_load.load(root)
    if not trust.trusted(Path(places.state_root()), loaded, root):
        return platform_check.Checked(problems=("Who is signed in is not asked before `hotfix-tui trust`.",))
    act: Act = "deploy" if "deploy" in on.commands else "rollback"
    return platform_check.check(on, act, known, root, last=last or last_place.NOWHERE)


def checked(name: str, values: dict[str, str]) -> dict[str, str]:
    """Return the values without empty ones. Raises Refused for an invalid one, or one the platform does not have."""
    on = _load(name)
    for key, value in values.items():
        if key not in on.settings:
            known = ", ".join(on.settings) or "none"
            raise refuse(f"{on.name} has no setting {one_line(key, 40)!r}.", f"Settings are: {known}.")
        if redact(value, os.environ)[1]:
            raise refuse(
                f"The value of {key} holds a secret, which would be written to the configuration.",
                "Leave it in the environment: the platform's program reads it there.",
            )
    return {key: value.strip() for key, value in values.items() if value.strip()}


def keep(root: str, name: str, values: dict[str, str], target: str = "") -> config_load.LoadedConfig:
    """Write the platform and its values into the configuration of `root`, and return the new configuration.

    `target` names the deploy target they belong to. Raises Refused, ConfigError, or OSError if the file cannot be
    written.
    """
    given = checked(name, values)
    before = config_load.load(root)
    config_load.from_table(
        amend.table_with(before.table, name, given, target)
    )  # refused before it is written
    return _written(root, before, lambda text, prefix: amend.text_with(text, name, given, prefix, target))


def proposed(root: str, config: "Config") -> dict[str, dict[str, str]]:
    """Return the separately deployed parts, by unique names; empty if there is only one, or it was configured."""
    deploy = config.deploy
    if deploy.targets or deploy.production is not None or deploy.platform:
        return {}
    return {
        name: {**({"folder": part.folder} if part.folder else {}), "platform": part.platform}
        for name, part in labels(several(root)).items()
    }


def keep_targets(root: str, new: dict[str, dict[str, str]]) -> config_load.LoadedConfig:
    """Write these as [deploy.targets] into the configuration of `root`, and return the new configuration.

    Raises ConfigError, or OSError if the file cannot be written.
    """
    before = config_load.load(root)
    config_load.from_table(amend.targets_in(before.table, new))  # refused before anything is written
    return _written(root, before, lambda text, prefix: amend.text_with_targets(text, new, prefix))


def _written(
    root: str, before: config_load.LoadedConfig, made: Callable[[str, str], str]
) -> config_load.LoadedConfig:
    """Replace the configuration's file by what `made` makes of its text; `prefix` is the path of its table there."""
    path = before.source or Path(root, config_load.FILE)
    prefix = "" if path.name == config_load.FILE else "tool.hotfix-tui."
    text = path.read_text(encoding="utf-8-sig") if before.source else ""
    durable.replace(str(path), made(text, prefix).encode(), mode=0o644, backup=False)
    return config_load.load(root)


def use(engine: "Engine", name: str, values: dict[str, str]) -> str:
    """Let the incident use the platform with these values, and store them for the next one; return what was not
    stored.

    Nothing of it runs before it is trusted. Raises Refused or ConfigError.
    """
    given, target = checked(name, values), engine.record.seen(Preflight).target
    table = amend.table_with(engine.record.config, name, given, target)
    config = config_load.from_table(table)
    said = ""
    try:
        root = str(engine.record.doc.get("root", engine.root))
        loaded = None if engine.dry_run else keep(root, name, given, target)
    except (config_load.ConfigError, OSError, tomllib.TOMLDecodeError) as problem:
        loaded = None
        said = f"It is kept in this incident only: {one_line(getattr(problem, 'strerror', None) or str(problem), 300)}"
    if loaded is None or loaded.table != table:
        source = Path(str(engine.record.doc.get("config_source", ""))) if engine.record.config else None
        loaded = config_load.LoadedConfig(config, table, source, config_load.digest(table))
    taken = loaded
    commands.take_config(engine, taken)
    if engine.record.entry(catalog.BRANCH_PREFLIGHT).get("state") == "done":
        reconcile.probe_step(
            engine, catalog.BRANCH_PREFLIGHT
        )  # landing order and staging depend on the platform
    return said


def _load(name: str) -> Platform:
    try:
        return loader.load(name)
    except loader.PlatformError as error:
        raise refuse(
            f"{str(error)[:1].upper()}{str(error)[1:]}.", "Name one of them, or set deploy.production."
        ) from None


def _word(word: str) -> str:
    return (
        word if all(char.isalnum() or char in "@%+=:,./{}_-" for char in word) and word else shlex.quote(word)
    )
