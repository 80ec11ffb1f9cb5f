"""Before a step that a platform's commands could carry out: use them, and the values that nobody can guess."""

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
    """Offer the platform for `step` where it could carry it out; return ``hand``, ``back``, or an empty text.

    What is chosen is kept in the configuration. Its commands are shown to be trusted at once: none runs before.
    """
    found = await app.result_of(app.work, lambda: platform_choice.wants(engine, step))
    if found is None:
        return ""
    chosen = await app.ask(dialogs.Choose(_title(found), _options(found), _why(found)))
    if chosen is None:
        return "back"
    if chosen == BY_HAND:
        return BY_HAND
    values = await _values(app, found, platform_choice.STEPS[step])
    if values is None:
        return "back"
    said = await app.result_of(app.changes, lambda: platform_choice.use(engine, found.platform.id, values))
    if said:
        app.notify(said, markup=False)
    trusted = await app.result_of(app.work, lambda: execute.is_trusted(engine))
    return "" if trusted or await app.ask(app.routes.trust()) else "back"


def _title(found: "View") -> str:
    return f"{found.platform.name} needs values" if found.chosen else f"Deploy with {found.platform.name}?"


def _why(found: "View") -> str:
    evidence = f"{found.evidence}. " if found.evidence and not found.chosen else ""
    return f"{evidence}Nothing runs before you have read its commands. Kept in the configuration as [deploy]."


def _options(found: "View") -> "list[dialogs.Option]":
    use = f"Use {found.platform.name}"
    if found.missing:
        use += f": say {', '.join(one.name for one in found.missing)}"
    return [dialogs.Option("use", use), dialogs.Option(BY_HAND, "By hand this time", "the wizard says how")]


async def _values(app: "HotfixApp", found: "View", action: str) -> dict[str, str] | None:
    """Ask for what is not known; None where the engineer went back."""
    needed = loader.needed(found.platform, action)
    fields = [
        dialogs.Field(one.name, one.name.capitalize(), "", one.ask, required=one.name in needed)
        for one in found.values
        if one.needed and not one.value
    ]
    if not fields:
        return {}
    intro = "Asked once. {commit}, {version} and {ticket} in a value are filled in."
    return await app.ask(dialogs.Form(found.platform.name, fields, intro=intro, save="keep"))
