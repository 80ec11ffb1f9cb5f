"""Several deployables in one repository: the configuration as it applies to one of them."""

from collections.abc import Collection

from hotfix_tui.config.model import Config, DeployConfig

_COMMANDS = ("staging", "production", "follow", "current", "rollback")
_OTHERS = ("folder", "platform", "settings", "environment", "staging_url", "production_url")


def names(config: Config) -> list[str]:
    """Return the names of the deploy targets, in file order; empty if there is only one thing to deploy."""
    return list(config.deploy.targets)


def applied(config: Config, name: str, edited: Collection[str] = ()) -> Config:
    """Return the configuration as it applies to the target `name`; unchanged if there is no such target.

    `edited` are commands that the engineer has changed for this incident (``deploy.production``): they win.
    """
    import msgspec

    target = config.deploy.targets.get(name)
    if target is None:
        return config
    known: DeployConfig = config.deploy
    if target.platform:
        kept = {command: getattr(known, command) for command in _COMMANDS if f"deploy.{command}" in edited}
        bare = {command: kept.get(command) for command in _COMMANDS}
        known = msgspec.structs.replace(known, settings={}, **bare)
    given = {name_: getattr(target, name_) for name_ in _OTHERS if getattr(target, name_)}
    given |= {
        command: getattr(target, command)
        for command in _COMMANDS
        if getattr(target, command) is not None and f"deploy.{command}" not in edited
    }
    return msgspec.structs.replace(config, deploy=msgspec.structs.replace(known, **given))
