"""Asking for facts in one form, and saving those that changed."""

import json

from hotfix_tui.engine import commands
from hotfix_tui.incident.model.facts import FACTS, BadFact, parse_value, show_value
from hotfix_tui.ui.opening import offered
from hotfix_tui.ui.presenters.default_action import lower_first
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.stage import menus
from hotfix_tui.ui.screens.stage.host import StageHost


async def ask_for_step(stage: StageHost, step: str, *, every: bool = False) -> None:
    """Ask for the facts needed to settle `step`; for `every` fact that belongs to it."""
    keys, required = menus.facts_of(step, every=every)
    await ask(stage, stage.record.definition(step).title, keys, required)


async def ask(stage: StageHost, title: str, keys: list[str], required: tuple[str, ...] = ()) -> None:
    """Ask for the facts `keys` in one form; what is typed is kept as a draft until it is saved."""
    name = f"facts-{'-'.join(keys)[:40]}"
    drafts = dialogs.drafts(stage.app, stage.engine, name, _offered(stage, keys))
    fields = menus.fact_fields(stage.record, keys, required)
    form = dialogs.Form(
        title, fields, drafts=drafts, check=lambda values: _problem(stage, values), asks_again=True
    )
    values = await stage.app.ask(form)
    if values:
        await stage.change(lambda: _save(stage, values, name))
    elif values is not None:
        lacking = [FACTS[key].title for key in keys if stage.record.fact(key) in (None, "", [])]
        if lacking:
            stays = f"still not known: {lower_first(lacking[0])}"
            more = f", and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            stage.app.notify(f"Nothing was entered; {stays}{more}.", markup=False)
        stage.action_finished()


def _offered(stage: StageHost, keys: list[str]) -> str:
    """Return what was prepared for unknown facts, in the form of a draft; a drill prepares some."""
    found = offered(stage.app)
    if not found:
        return ""
    known = {key: show_value(stage.record.fact(key)) for key in keys}
    return json.dumps({key: known[key] or found.get(key, "") for key in keys})


def _problem(stage: StageHost, values: dict[str, str]) -> str:
    pattern = stage.engine.config().git.ticket_pattern
    for key, typed in values.items():
        try:
            parse_value(key, typed, stage.engine.clock(), pattern=pattern)
        except BadFact as bad:
            return str(bad).removeprefix(f"{key}: ")
    return ""


def _save(stage: StageHost, values: dict[str, str], draft: str) -> None:
    for key, typed in values.items():
        commands.set_fact(stage.engine, key, typed)
    stage.app.store.draft_drop(stage.engine.id, draft)
