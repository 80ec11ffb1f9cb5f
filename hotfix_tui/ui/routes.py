"""The screens by name. Whoever shows another screen asks the app's routes for it: no screen imports another one."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.screen import Screen

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.rules.gates import Reason


@runtime_checkable
class Redraws(Protocol):
    """A screen that shows the record."""

    def refresh_view(self) -> None:
        """Show what was written meanwhile."""


@runtime_checkable
class HasBar(Protocol):
    """A screen with a bar that says what enter does."""

    def show_bar(self) -> None:
        """Draw the bar anew."""


class Runs(Protocol):
    """How the screen of the stages carries steps out."""

    def clear_busy(self) -> None:
        """Nothing is under way any more."""

    async def roll_back(self) -> None:
        """Offer the ways back."""


class Waits(Protocol):
    """What the screen of the stages knows of its checks."""

    def waiting_checks(self) -> list[str]:
        """Return the checks that wait for their turn."""


@runtime_checkable
class OfStages(Protocol):
    """The screen of an incident's stages, as the app and what lies over it know it."""

    @property
    def runner(self) -> Runs:
        """How it carries steps out."""

    @property
    def logs(self) -> Waits:
        """What it knows of its checks."""

    def show_reasons(self, reasons: "list[Reason]") -> None:
        """Show why something does not go now; lead to the cure."""

    def ask_facts(self, title: str, keys: list[str]) -> None:
        """Ask for facts that a text lacks."""


class Routes(Protocol):
    """Makes each screen; `router.py` loads it when it is first made."""

    def stage(self, engine: "Engine") -> Screen[None]:
        """The stages of an incident."""

    def triage(self, engine: "Engine | None" = None, found: str = "") -> Screen[str]:
        """The triage questions; without an engine the first yes opens an incident."""

    def incidents(self) -> Screen[None]:
        """All incidents here."""

    def output(
        self, engine: "Engine", number: int, step: str, again: Callable[[], object] | None = None
    ) -> Screen[None]:
        """The output of a run; `again` begins it anew."""

    def checks(self, engine: "Engine", queue: object) -> Screen[None]:
        """The checks of the verify stage side by side."""

    def change(self, engine: "Engine") -> Screen[None]:
        """The change against its base."""

    def document(self, engine: "Engine", document: str, *, phase: str = "", step: str = "") -> Screen[None]:
        """A document by sections."""

    def timeline(self, engine: "Engine") -> Screen[None]:
        """What happened."""

    def facts(self, engine: "Engine") -> Screen[str]:
        """What is known; gives the fact to edit."""

    def help(self) -> Screen[None]:
        """All keys."""

    def everything(self, app: object, stage: object) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """Everything that can be done or opened from `stage`, by name."""

    def notice(self, title: str, sentences: str) -> Screen[None]:
        """A few sentences."""

    def trust(self) -> Screen[bool]:
        """What would be trusted."""

    def drill_end(self, engine: "Engine", drill: object) -> Screen[None]:
        """The last page of a drill."""

    def leaving(self, runs: list[tuple[int, str]], waiting: list[str]) -> Screen[None]:
        """What goes on running when the wizard is left."""
