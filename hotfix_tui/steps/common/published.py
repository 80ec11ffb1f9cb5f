"""Where a published release can be looked up, and tried the way its users get it."""

import re

from hotfix_tui.detect.registries import Registry, packages, registries
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import GoesTo
from hotfix_tui.detect.triggers import read
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.model.shipping import PACKAGE, goes_out
from hotfix_tui.incident.rules import published, set_off
from hotfix_tui.steps.common import tag_names
from hotfix_tui.steps.common.set_off import as_seen
from hotfix_tui.steps.contract import Context


def out_there(ctx: Context) -> str:
    """Return how to check that this round's release is published, as numbered lines; empty if something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    registries = _registries(ctx, version)
    lines = [
        f"Look whether {version or 'the new version'} is there{_of(registry)}" for registry in registries
    ]
    lines = lines or [
        f"Look whether {version or 'the new version'} is there, as its users get it{_page(ctx, version)}."
    ]
    return _numbered([*lines, "If it is, tick the step."])


def likely(ctx: Context) -> bool:
    """Return whether others install what is released; before the preflight has run, as the files say."""
    record = ctx.record
    if record.seen(Preflight).raw:
        return published.published_alone(record)
    found = read(Tree(ctx.root), ctx.production).triggers
    return goes_out(record.config, record.facts, map(as_seen, found), record.edited) == PACKAGE


def published_from(ctx: Context, commit: str, path: str) -> str:
    """Return how a person publishes this round's release from a checkout at `path`, as numbered lines.

    Empty if a pipeline does, or if something runs it.
    """
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    registries = _registries(ctx, version)
    usual = next((registry.publish for registry in registries if registry.publish), "")
    hand = [
        trigger
        for trigger in set_off.preflight(ctx.record).triggers
        if trigger.on == "hand" and trigger.sure and not re.match(r"readme", trigger.place, re.I)
    ]
    how = f", as {hand[0].place} says" if hand else f": {usual}" if usual else ", as you always do"
    return _numbered(
        [
            "Take a clean checkout of exactly what is released: "
            f"git worktree add --detach -- {path} {ctx.seen(Tagged).tag or commit}",
            f"Publish {version or 'it'} from there{how}.",
            *(
                f"Look whether {version or 'the new version'} is there{_of(registry)}"
                for registry in registries
            ),
            "Then tick the step.",
        ]
    )


def taken_back(ctx: Context, version: str) -> str:
    """Return how a release is taken from those who come next, as numbered lines; empty if something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    ways = [registry.take_back for registry in _registries(ctx, version) if registry.take_back]
    which = version or "the release with the fault"
    return _numbered(
        [
            *(ways or [f"Take {which} back where its users get it: yank, deprecate or retract it there."]),
            "Say which version to use until the next one is out; who has installed it keeps it.",
            "Tick the step, or write down what you did (a note).",
        ]
    )


def newest(ctx: Context) -> str:
    """Return the command that says what users get now, as a clause; empty if unknown, or if something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    registry = next((registry for registry in _registries(ctx, "0.0.0") if registry.latest), None)
    return f"`{registry.latest}` says what {registry.title} has" if registry else ""


def tried(ctx: Context) -> str:
    """Return how to try this round's release the way its users get it, as numbered lines; empty if it runs
    somewhere.
    """
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    registries = _registries(ctx, version)
    ways = [registry.install for registry in registries if registry.install]
    how = f": {ways[0]}" if ways else ", by its new tag" if version and not registries else ""
    return _numbered(
        [
            f"Take {version or 'the new version'} as its users do, somewhere else than in this checkout{how}.",
            "Do what showed the fault: it must be right now. Try the normal case, too.",
            "Tick the step.",
        ]
    )


def page(ctx: Context) -> str:
    """Return the page that shows this round's release; empty if unknown or if something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    registries = _registries(ctx, version)
    return next((registry.page for registry in registries if registry.page), _release_page(ctx, version))


def issues(ctx: Context) -> str:
    """Return the forge's page where users would report new problems; empty if there is none."""
    web = set_off.preflight(ctx.record).web or ""
    known = published.nothing_to_watch(ctx.record) and web.startswith("https://github")
    return f"{web}/issues?q=is%3Aissue+sort%3Acreated-desc" if known else ""


def _registries(ctx: Context, version: str) -> list[Registry]:
    publish = [trigger for trigger in set_off.preflight(ctx.record).triggers if trigger.kind == "publishes"]
    tree = Tree(ctx.root)
    # Who says that it is published need not say where: its own files do.
    named = {trigger.goes_to for trigger in publish} or {package.registry for package in packages(tree)}
    return registries(tree, [to for to in GoesTo if to in named], version)


def _of(registry: Registry) -> str:
    ways = [way for way in (registry.ask, registry.page) if way]
    return f" on {registry.title}: {' (or '.join(ways)}" + (")." if len(ways) > 1 else ".")


def _release_page(ctx: Context, version: str) -> str:
    web = set_off.preflight(ctx.record).web or ""
    return f"{web}/releases/tag/{version}" if version and web.startswith("https://github") else ""


def _page(ctx: Context, version: str) -> str:
    page_ = _release_page(ctx, version)
    return f" ({page_})" if page_ else ""


def _numbered(lines: list[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
