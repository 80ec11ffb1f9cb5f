"""Forms whose text is kept as a draft until what was typed is saved: a wizard that is killed loses none of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from hotfix_tui.ui.screens.form import Drafts, Form

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


def drafts(app: "HotfixApp", engine: "Engine", name: str, offered: str = "") -> Drafts:
    """Return how a form keeps what is typed as the draft `name` of the incident; `offered` is its text without one."""
    store, incident = app.store, engine.id
    return Drafts(
        lambda text: app.look(lambda: store.draft_write(incident, name, text)),
        store.draft_read(incident, name) or offered,
    )


@asynccontextmanager
async def kept(
    app: "HotfixApp", engine: "Engine", name: str, form: Form
) -> AsyncIterator[dict[str, str] | None]:
    """Ask with `form`; the block saves the values, or gets None. Only once it has ended without an error is the draft
    `name` dropped.
    """
    form.keep(drafts(app, engine, name))
    values = await app.ask(form)
    yield values
    if values:
        app.look(lambda: app.store.draft_drop(engine.id, name))
