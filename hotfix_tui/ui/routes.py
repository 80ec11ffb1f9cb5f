"""The screens by name. To show another screen, ask the app's routes for it: no screen imports another one.

Apart from the app, which opens them: what a screen has to offer to the app is said here, without a screen.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.screen import Screen

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.errors import NoRepository
    from hotfix_tui.incident.rules.gates import Reason


@runtime_checkable
class Redraws(Protocol):
    """A screen that shows the record."""

    def refresh_view(self) -> None:
        """Show what was written in the meantime."""


@runtime_checkable
class HasBar(Protocol):
    """A screen with a bar that says what enter does."""

    def show_bar(self) -> None:
        """Redraw the bar."""


class Runs(Protocol):
    """How the stage screen carries steps out."""

    def clear_busy(self) -> None:
        """Record that nothing is in progress any more."""

    async def roll_back(self) -> None:
        """Offer the ways back."""


class Waits(Protocol):
    """What the stage screen knows about its checks."""

    def waiting_checks(self) -> list[str]:
        """Return the checks that wait for their turn."""


@runtime_checkable
class OfStages(Protocol):
    """The stage screen of an incident, as the app and the screens above it know it."""

    @property
    def runner(self) -> Runs:
        """How it carries steps out."""

    @property
    def logs(self) -> Waits:
        """What it knows about its checks."""

    def show_reasons(self, reasons: "list[Reason]") -> None:
        """Show why something cannot be done now; lead to the cure."""

    def ask_facts(self, title: str, keys: list[str]) -> None:
        """Ask for facts that a text lacks."""


class Routes(Protocol):
    """Creates each screen; `router.py` loads it on first use."""

    def stage(self, engine: "Engine") -> Screen[None]:
        """Return the stage screen of an incident."""

    def triage(self, engine: "Engine | None" = None, detected: str = "") -> Screen[str]:
        """Return the screen of the triage questions; without an engine the first yes opens an incident."""

    def elsewhere(self, start: str, why: "NoRepository") -> Screen[None]:
        """Return the screen for a folder without a repository: `why`, and what can be opened from there."""

    def incidents(self) -> Screen[None]:
        """Return the screen of all incidents here."""

    def output(
        self, engine: "Engine", number: int, step: str, again: Callable[[], object] | None = None
    ) -> Screen[None]:
        """Return the screen of a run's output; `again` restarts it."""

    def checks(self, engine: "Engine", queue: object) -> Screen[None]:
        """Return the screen with the checks of the verify stage side by side."""

    def change(self, engine: "Engine") -> Screen[None]:
        """Return the screen of the change against its base."""

    def document(self, engine: "Engine", document: str, *, phase: str = "", step: str = "") -> Screen[None]:
        """Return the screen of a document by section."""

    def timeline(self, engine: "Engine") -> Screen[None]:
        """Return the timeline screen."""

    def facts(self, engine: "Engine") -> Screen[str]:
        """Return the facts screen; it returns the fact to edit."""

    def help(self) -> Screen[None]:
        """Return the help screen."""

    def everything(self, app: object, stage: object) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """Yield everything that can be done or opened from `stage`, by name."""

    def notice(self, title: str, sentences: str) -> Screen[None]:
        """Return a dialog with a few sentences."""

    def trust(self) -> Screen[bool]:
        """Return the dialog with what would be trusted."""

    def drill_end(self, engine: "Engine", drill: object) -> Screen[None]:
        """Return the last page of a drill."""

    def leaving(self, runs: list[tuple[int, str]], waiting: list[str]) -> Screen[None]:
        """Return the dialog with what keeps running when the wizard is left."""
