"""The one place that knows all screens, in a module each, imported when it is first shown: the first paint waits for
none.

Apart from `launch`, which hands it to the app: so the app imports no screen.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

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
        from hotfix_tui.ui.screens.triage import Triage

        return Triage(engine, detected)

    def elsewhere(self, start: str, why: "NoRepository") -> "Screen[None]":
        """Return the screen for a folder without a repository."""
        from hotfix_tui.ui.screens.elsewhere import Elsewhere

        return Elsewhere(start, why)

    def incidents(self) -> "Screen[None]":
        """Return the screen of all incidents here."""
        from hotfix_tui.ui.screens.incidents import Incidents

        return Incidents()

    def output(
        self, engine: "Engine", number: int, step: str, again: Callable[[], object] | None = None
    ) -> "Screen[None]":
        """Return the screen of a run's output."""
        from hotfix_tui.ui.screens.output import Output

        return Output(engine, number, step, again=again)

    def checks(self, engine: "Engine", queue: Any) -> "Screen[None]":
        """Return the screen with the checks of the verify stage side by side."""
        from hotfix_tui.ui.screens.verify_panes import VerifyPanes

        return VerifyPanes(engine, queue)

    def change(self, engine: "Engine") -> "Screen[None]":
        """Return the screen of the change against its base."""
        from hotfix_tui.ui.screens.change import ChangeView

        return ChangeView(engine)

    def document(self, engine: "Engine", document: str, *, phase: str = "", step: str = "") -> "Screen[None]":
        """Return the screen of a document by section."""
        from hotfix_tui.ui.screens.document import DocumentScreen

        return DocumentScreen(engine, document, phase=phase, step=step)

    def timeline(self, engine: "Engine") -> "Screen[None]":
        """Return the timeline screen."""
        from hotfix_tui.ui.screens.timeline import Timeline

        return Timeline(engine)

    def facts(self, engine: "Engine") -> "Screen[str]":
        """Return the facts screen."""
        from hotfix_tui.ui.screens.facts import Facts

        return Facts(engine)

    def help(self) -> "Screen[None]":
        """Return the help screen."""
        from hotfix_tui.ui.screens.help import Help

        return Help()

    def everything(self, app: Any, stage: Any) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """Yield everything that can be done or opened from `stage`, by name."""
        from hotfix_tui.ui.by_name import everything

        return everything(app, stage)

    def notice(self, title: str, sentences: str) -> "Screen[None]":
        """Return a dialog with a few sentences."""
        from hotfix_tui.ui.screens.reasons import Notice

        return Notice(title, sentences)

    def trust(self) -> "Screen[bool]":
        """Return the dialog with what would be trusted."""
        from hotfix_tui.ui.screens.trust import Trust

        return Trust()

    def drill_end(self, engine: "Engine", drill: Any) -> "Screen[None]":
        """Return the last page of a drill."""
        from hotfix_tui.ui.screens.drill_end import DrillEnd

        return DrillEnd(drill.rows(engine), str(drill.world.root))

    def leaving(self, runs: list[tuple[int, str]], waiting: list[str]) -> "Screen[None]":
        """Return the dialog with what keeps running when the wizard is left."""
        from hotfix_tui.ui.screens.leaving import Leaving

        return Leaving(runs, waiting)
