"""The dialog for a note on the timeline. Apart from `Form`: it is loaded when somebody writes one."""

from typing import TYPE_CHECKING

from hotfix_tui.base.times import BadTime, parse_time
from hotfix_tui.engine import notes
from hotfix_tui.ui.dialogs.kept import kept
from hotfix_tui.ui.screens.form import Field, Form

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


async def ask_note(app: "HotfixApp", engine: "Engine") -> bool:
    """Ask for a note and its time, and add it to the timeline; return whether one was added."""
    fields = [
        Field("text", "What happened?", required=True, kind="text"),
        Field("at", "When?", hint="now, or 14:23, -25m, yesterday 23:50"),
    ]

    def bad_time(values: dict[str, str]) -> str:
        try:
            if values.get("at", "").strip():
                parse_time(values["at"], engine.clock())
        except BadTime as bad:
            return str(bad)
        return ""

    async with kept(app, engine, "note", Form("Note", fields, check=bad_time, save="write")) as values:
        if not values or not values.get("text"):
            return False
        await app.result_of(app.changes, lambda: notes.note(engine, values["text"], values.get("at", "")))
    return True
