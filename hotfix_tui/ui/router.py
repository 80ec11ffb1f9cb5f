"""The one place that knows all screens, in a module each, imported when it is first shown: the first paint waits for
none.

Apart from `launch`, which hands it to the app: so the app imports no screen.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from hotfix_tui.ui import by_name
from hotfix_tui.ui.screens import (
    change,
    document,
    drill_end,
    elsewhere,
    facts,
    help,
    incidents,
    leaving,
    output,
    reasons,
    timeline,
    triage,
    trust,
    verify_panes,
)
from hotfix_tui.ui.screens.stage.screen import StageScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.errors import NoRepository


class Router:
    """Creates screens; see `routes.Routes`."""

    def stage(self, engine: "Engine") -> "Screen[None]":
        """Return the stage screen of an incident."""
        return StageScreen(engine)

    def triage(self, engine: "Engine | None" = None, detected: str = "") -> "Screen[str]":
        """Return the screen of the triage questions."""
        return triage.Triage(engine, detected)

    def elsewhere(self, start: str, why: "NoRepository") -> "Screen[None]":
        """Return the screen for a folder without a repository."""
        return elsewhere.Elsewhere(start, why)

    def incidents(self) -> "Screen[None]":
        """Return the screen of all incidents here."""
        return incidents.Incidents()

    def output(
        self, engine: "Engine", number: int, step: str, again: Callable[[], object] | None = None
    ) -> "Screen[None]":
        """Return the screen of a run's output."""
        return output.Output(engine, number, step, again=again)

    def checks(self, engine: "Engine", queue: Any) -> "Screen[None]":
        """Return the screen with the checks of the verify stage side by side."""
        return verify_panes.VerifyPanes(engine, queue)

    def change(self, engine: "Engine") -> "Screen[None]":
        """Return the screen of the change against its base."""
        return change.ChangeView(engine)

    def document(self, engine: "Engine", name: str, *, phase: str = "", step: str = "") -> "Screen[None]":
        """Return the screen of a document by section."""
        return document.DocumentScreen(engine, name, phase=phase, step=step)

    def timeline(self, engine: "Engine") -> "Screen[None]":
        """Return the timeline screen."""
        return timeline.Timeline(engine)

    def facts(self, engine: "Engine") -> "Screen[str]":
        """Return the facts screen."""
        return facts.Facts(engine)

    def help(self) -> "Screen[None]":
        """Return the help screen."""
        return help.Help()

    def everything(self, app: Any, stage: Any) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """Yield everything that can be done or opened from `stage`, by name."""
        return by_name.everything(app, stage)

    def notice(self, title: str, sentences: str) -> "Screen[None]":
        """Return a dialog with a few sentences."""
        return reasons.Notice(title, sentences)

    def trust(self) -> "Screen[bool]":
        """Return the dialog with what would be trusted."""
        return trust.Trust()

    def drill_end(self, engine: "Engine", drill: Any) -> "Screen[None]":
        """Return the last page of a drill."""
        return drill_end.DrillEnd(drill.rows(engine), str(drill.world.root))

    def leaving(self, runs: list[tuple[int, str]], waiting: list[str]) -> "Screen[None]":
        """Return the dialog with what keeps running when the wizard is left."""
        return leaving.Leaving(runs, waiting)
