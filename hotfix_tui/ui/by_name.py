"""Everything by name, for the command palette: keys, steps, facts, texts and incidents.

Apart from the palette, which searches in it: a list, without a widget.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.documents.render import DOCUMENTS
from hotfix_tui.incident.model.catalog import STAGE_TITLES
from hotfix_tui.incident.model.facts import FACTS, show_value
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.errors import StoreError
from hotfix_tui.ui.frame.evidence import WORDS
from hotfix_tui.ui.keymap import table

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.screens.stage.screen import StageScreen


class Named(NamedTuple):
    """One thing that can be found: its name, what it is, and what choosing it does."""

    name: str
    help: str
    run: Callable[[], object]


def everything(app: "HotfixApp", stage: "StageScreen") -> Iterator[Named]:
    """Yield what can be reached from the stage screen by name; keys come first."""
    yield from _keys(stage)
    yield from _steps(stage)
    yield from _facts(stage)
    yield from _documents(stage)
    yield from _incidents(app, stage)


def _keys(stage: "StageScreen") -> Iterator[Named]:
    for key in table():
        if key.action in ("palette", "primary") or key.action.startswith("move"):
            continue
        action = key.binding(stage.commands)
        run = partial(stage.call_later, stage.run_action, action)
        reason = (
            stage.commands[key.action].disabled(stage, stage.selected) if key.action in stage.commands else ""
        )
        said = f"not now: {reason}" if reason else key.help
        yield Named(key.title.capitalize(), f"{said}  ({key.shown})", run)


def _steps(stage: "StageScreen") -> Iterator[Named]:
    for view in views(stage.record).values():
        said = f"{STAGE_TITLES[view.stage]}: {WORDS[view.state]}. {view.step.help}"
        yield Named(view.step.title, f"{said}  ({view.id})", partial(stage.go_to, view.id))


def _facts(stage: "StageScreen") -> Iterator[Named]:
    for key, fact in FACTS.items():
        if fact.kind == "actions":
            continue
        value = one_line(show_value(stage.record.fact(key)), 60)
        yield Named(
            fact.title, f"fact: {value or 'not known yet'}  ({key})", partial(stage.ask_facts, "Fact", [key])
        )


def _documents(stage: "StageScreen") -> Iterator[Named]:
    for name, known in DOCUMENTS.items():
        yield Named(known.title, f"text  ({name})", partial(stage.read_document, name))


def _incidents(app: "HotfixApp", stage: "StageScreen") -> Iterator[Named]:
    try:
        listed = app.store.listing()
    except StoreError:
        return  # what cannot be listed now cannot be opened by name either
    for incident in listed:
        if incident.id != stage.engine.id and not incident.problem:
            name = f"{incident.ticket or incident.id} {one_line(incident.title, 60)}".strip()
            yield Named(
                name, f"incident, {incident.state}  ({incident.id})", partial(app.open_incident, incident.id)
            )
