"""Where the release of something that is published can be looked up, and tried as its users get it."""

from hotfix_tui.detect.registries import Registry, registries
from hotfix_tui.detect.tree import Tree
from hotfix_tui.incident.rules import published, set_off
from hotfix_tui.steps.common import tag_names
from hotfix_tui.steps.contract import Context


def out_there(ctx: Context) -> str:
    """How to see that this round's release is published, as numbered lines; empty where something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    found = _registries(ctx, version)
    lines = [f"Look whether {version or 'the new version'} is there{_of(one)}" for one in found]
    lines = lines or [
        f"Look whether {version or 'the new version'} is there, as its users get it{_page(ctx, version)}."
    ]
    return _numbered([*lines, "If it is, tick the step."])


def tried(ctx: Context) -> str:
    """How to try this round's release as its users get it, as numbered lines; empty where something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    found = _registries(ctx, version)
    how = f": {found[0].install}" if found else ", by its new tag" if version else ""
    return _numbered(
        [
            f"Take {version or 'the new version'} as its users do, somewhere else than in this checkout{how}.",
            "Do what showed the fault: it must be right now. Try the normal case, too.",
            "Tick the step.",
        ]
    )


def page(ctx: Context) -> str:
    """The page where this round's release is seen; empty where that is not known or something runs it."""
    if not published.published_alone(ctx.record):
        return ""
    version = tag_names.planned(ctx)
    found = _registries(ctx, version)
    return next((one.page for one in found if one.page), _release_page(ctx, version))


def issues(ctx: Context) -> str:
    """The page of the forge where users would report what is new; empty where there is none."""
    web = set_off.preflight(ctx.record).web or ""
    known = published.nothing_to_watch(ctx.record) and web.startswith("https://github")
    return f"{web}/issues?q=is%3Aissue+sort%3Acreated-desc" if known else ""


def _registries(ctx: Context, version: str) -> list[Registry]:
    said = [one.what for one in set_off.preflight(ctx.record).triggers if one.kind == "publishes"]
    return registries(Tree(ctx.root), said, version)


def _of(one: Registry) -> str:
    return f" on {one.title}: {one.ask}" + (f" (or {one.page})." if one.page else ".")


def _release_page(ctx: Context, version: str) -> str:
    web = set_off.preflight(ctx.record).web or ""
    return f"{web}/releases/tag/{version}" if version and web.startswith("https://github") else ""


def _page(ctx: Context, version: str) -> str:
    found = _release_page(ctx, version)
    return f" ({found})" if found else ""


def _numbered(lines: list[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
