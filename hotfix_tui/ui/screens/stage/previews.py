"""What the selected step would do: computed in the background, once per step and state of the record.

Apart from the screen: it draws nothing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotfix_tui.engine.prepare import Preview, preview
from hotfix_tui.steps import registry

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.rules.step_state import StepView
    from hotfix_tui.ui.app import HotfixApp

PLAN_AFTER = 0.15
"""Seconds that the selection has to rest before its plan is computed."""


class Previews:
    """Keeps the previews for the current record; `shown` is called when a requested one is ready."""

    def __init__(self, app: "HotfixApp", engine: "Engine", shown: Callable[[], object]) -> None:
        self._app, self._engine, self._shown = app, engine, shown
        self._known: dict[tuple[str, int], Preview] = {}

    @staticmethod
    def has(view: "StepView") -> bool:
        """Return whether there is anything to show of what `view` would do."""
        wanted = view.step.is_looked_at and not view.settled and view.state != "running"
        return wanted and registry.known(view.id)

    def knows(self, step: str) -> bool:
        """Return whether the preview of `step` is known, or requested."""
        return (step, self._engine.record.revision) in self._known

    def get(self, step: str) -> Preview:
        """Return what is known about `step`, possibly nothing yet."""
        return self._known.get((step, self._engine.record.revision), Preview())

    def ask(self, step: str) -> None:
        """Request what `step` would do, unless that is known."""
        if self.knows(step):
            return
        key = (step, self._engine.record.revision)
        self._known[key] = Preview()

        def keep(preview: Preview) -> None:
            self._known = {k: v for k, v in self._known.items() if k[1] == self._engine.record.revision}
            self._known[key] = preview
            self._shown()

        self._app.look(lambda: preview(self._engine, step), keep)
