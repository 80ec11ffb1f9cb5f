"""Programs that make versions and tags by themselves, judging by their settings in the repository."""

import re
from fnmatch import fnmatchcase

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Bot, Kind, On, Trigger

_SETTINGS: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
    (
        "semantic-release",
        True,
        (".releaserc", ".releaserc.*", "release.config.*"),
    ),
    ("release-please", False, ("release-please-config.json", ".release-please-manifest.json")),
    ("release-please", False, (".github/release-please.yml", ".github/release-please.yaml")),
    ("changesets", False, (".changeset/config.json",)),
    ("release-plz", True, ("release-plz.toml", ".release-plz.toml")),
    ("craft", False, (".craft.yml",)),
)
"""Name, whether it publishes without a request of its own that is merged, and its files."""


def bots(tree: Tree, triggers: list[Trigger], production: str) -> list[Bot]:
    """Return who makes versions and tags: by the pipelines' steps, otherwise by settings; each program once."""
    out: dict[str, Bot] = {}
    for trigger in triggers:
        # Something that a tag or a release triggers does not make it.
        makes = trigger.bot and trigger.on not in (On.TAG, On.RELEASE)
        if makes and trigger.target.is_production and _counts_branch(tree, trigger.bot, production):
            known = out.get(trigger.bot)
            publishes = trigger.kind is Kind.PUBLISHES and trigger.bot != "changesets"
            if known is None or (publishes and not known.publishes):
                out[trigger.bot] = Bot(trigger.bot, publishes, trigger.place)
    for name, publishes, files in _SETTINGS:
        place = next((file for pattern in files if (file := tree.first(pattern))), "")
        if place and name not in out and _counts_branch(tree, name, production):
            out[name] = Bot(name, publishes, place)
    package = tree.table("package.json")
    for name, key in (("semantic-release", "release"), ("auto", "auto")):
        told = name in out or not isinstance(package.get(key), dict)
        if not told and _depends(package, name) and _counts_branch(tree, name, production):
            out[name] = Bot(name, True, "package.json")
    if tree.value("pyproject.toml", "tool.semantic_release") and "python-semantic-release" not in out:
        out["python-semantic-release"] = Bot("python-semantic-release", True, "pyproject.toml")
    if file := _tags_after_registering(tree):
        out[TAG_BOT] = Bot(TAG_BOT, False, file)
    return list(out.values())


TAG_BOT = "TagBot"
"""Tags a version of a package of Julia once the registry has taken it: a tag of ours would come before it."""


def _tags_after_registering(tree: Tree) -> str:
    names = [name for name in tree.names(".github/workflows")[:60] if name.endswith((".yml", ".yaml"))]
    files = (f".github/workflows/{name}" for name in names)
    return next((file for file in files if "JuliaRegistries/TagBot@" in tree.text(file)), "")


def _depends(package: dict[str, object], name: str) -> bool:
    tables = (package.get(key) for key in ("dependencies", "devDependencies"))
    return any(isinstance(table, dict) and name in table for table in tables)


def _counts_branch(tree: Tree, bot: str, production: str) -> bool:
    """Return whether semantic-release releases from the production branch, if its settings list branches."""
    if bot != "semantic-release":
        return True
    listed = tree.value("package.json", "release.branches")
    for name in (".releaserc", ".releaserc.json"):
        listed = listed or tree.table(name).get("branches")
    if not isinstance(listed, list):
        return True
    names = [item.get("name") if isinstance(item, dict) else item for item in listed]
    plain = [name for name in names if isinstance(name, str)]
    if not plain or any(re.search(r"[+(]", name) for name in plain):
        return True
    return any(fnmatchcase(production, name) for name in plain)
