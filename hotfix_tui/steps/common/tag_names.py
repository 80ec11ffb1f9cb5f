"""Which version tag this round's release gets."""

from collections.abc import Collection

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.tags import next_patch, tags, version_tags
from hotfix_tui.steps.contract import Context


def pattern(ctx: Context) -> str | None:
    """The configured form of version tags, None for any version with or without a v."""
    return ctx.config.git.tag_pattern or None


def base_tag(ctx: Context) -> str:
    """The version that the hotfix starts from: the base's own tag, else the highest that it holds; "" if none."""
    form = pattern(ctx)
    if ctx.base:
        here = [tag.name for tag in version_tags(ctx.git, form) if tag.commit == ctx.base]
        if here:
            return here[-1]
        held = version_tags(ctx.git, form, reachable_from=ctx.base)
        if held:
            return held[-1].name
    every = version_tags(ctx.git, form)
    return every[-1].name if every else ""


def next_tag(ctx: Context, remote_tags: Collection[str] = ()) -> str:
    """The next free patch version after the base's; "" where there are no versions. Raises GitError."""
    base = base_tag(ctx)
    return next_patch(base, {*tags(ctx.git), *remote_tags}, pattern(ctx)) if base else ""


def planned(ctx: Context) -> str:
    """Like `next_tag`, by what is known on this machine; "" where that cannot be said."""
    try:
        return next_tag(ctx)
    except GitError:
        return ""
