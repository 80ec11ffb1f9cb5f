"""Before a step that a platform's commands could carry out: use them, and ask for the values that nobody can guess.

Apart from the step runner: few projects have a platform, and only those load it.
"""

from typing import TYPE_CHECKING

from hotfix_tui.engine import execute, platform_choice
from hotfix_tui.platforms import loader
from hotfix_tui.ui.screens import dialogs

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.platform_choice import View
    from hotfix_tui.ui.app import HotfixApp

BY_HAND = "hand"


async def offer(app: "HotfixApp", engine: "Engine", step: str) -> str:
    """Offer the platform for `step` if it could carry it out; return ``hand``, ``back``, or an empty text.

    The choice is stored in the configuration. Its commands are shown to be trusted at once: none runs before.
    """
    platform = await app.result_of(app.work, lambda: platform_choice.wants(engine, step))
    if platform is None:
        return ""
    chosen = await app.ask(dialogs.Choose(_title(platform), _options(platform), _why(platform)))
    if chosen is None:
        return "back"
    if chosen == BY_HAND:
        return BY_HAND
    values = await _values(app, platform, platform_choice.STEPS[step])
    if values is None:
        return "back"
    said = await app.result_of(app.changes, lambda: platform_choice.use(engine, platform.platform.id, values))
    if said:
        app.notify(said, markup=False)
    trusted = await app.result_of(app.work, lambda: execute.is_trusted(engine))
    return "" if trusted or await app.ask(app.routes.trust()) else "back"


def _title(platform: "View") -> str:
    return (
        f"{platform.platform.name} needs values"
        if platform.chosen
        else f"Deploy with {platform.platform.name}?"
    )


def _why(platform: "View") -> str:
    evidence = f"{platform.evidence}. " if platform.evidence and not platform.chosen else ""
    return f"{evidence}Nothing runs before you have read its commands. Kept in the configuration as [deploy]."


def _options(platform: "View") -> "list[dialogs.Option]":
    use = f"Use {platform.platform.name}"
    if platform.missing:
        use += f": say {', '.join(value.name for value in platform.missing)}"
    return [dialogs.Option("use", use), dialogs.Option(BY_HAND, "By hand this time", "the wizard says how")]


async def _values(app: "HotfixApp", platform: "View", action: str) -> dict[str, str] | None:
    """Ask for unknown values; None if the engineer went back."""
    needed = loader.needed(platform.platform, action)
    fields = [
        dialogs.Field(value.name, value.name.capitalize(), "", value.ask, required=value.name in needed)
        for value in platform.values
        if value.needed and not value.value
    ]
    if not fields:
        return {}
    intro = "Asked once. {commit}, {version} and {ticket} in a value are filled in."
    return await app.ask(dialogs.Form(platform.platform.name, fields, intro=intro, save="keep"))
