"""The screens by name. Whoever shows another screen asks the app's routes for it: no screen imports another one."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from textual.screen import Screen

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine


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
