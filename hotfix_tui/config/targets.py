"""Several things that are deployed from one repository: the configuration as it is for one of them."""

from collections.abc import Collection

from hotfix_tui.config.model import Config, DeployConfig

_COMMANDS = ("staging", "production", "follow", "current", "rollback")
_OTHERS = ("folder", "platform", "settings", "environment", "staging_url", "production_url")


def names(config: Config) -> list[str]:
    """The names of what can be deployed, in the order of the file; empty where there is one thing only."""
    return list(config.deploy.targets)


def applied(config: Config, name: str, edited: Collection[str] = ()) -> Config:
    """The configuration as it is for the target `name`; as it stands where there is none of that name.

    `edited` are commands that the engineer has changed for this incident (``deploy.production``): they win.
    """
    import msgspec

    target = config.deploy.targets.get(name)
    if target is None:
        return config
    known: DeployConfig = config.deploy
    if target.platform:
        kept = {one: getattr(known, one) for one in _COMMANDS if f"deploy.{one}" in edited}
        bare = {one: kept.get(one) for one in _COMMANDS}
        known = msgspec.structs.replace(known, settings={}, **bare)
    given = {one: getattr(target, one) for one in _OTHERS if getattr(target, one)}
    given |= {
        one: getattr(target, one)
        for one in _COMMANDS
        if getattr(target, one) is not None and f"deploy.{one}" not in edited
    }
    return msgspec.structs.replace(config, deploy=msgspec.structs.replace(known, **given))
