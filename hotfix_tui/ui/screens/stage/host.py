"""What the actions and the watcher of the stage may ask of its screen: the selection, and to continue."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.screens.stage.logs import StageLogs
from hotfix_tui.ui.screens.stage.looks import Looks
from hotfix_tui.ui.screens.stage.step_runner import RunnerHost, StepRunner

if TYPE_CHECKING:
    from hotfix_tui.ui.presenters.default_action import DefaultAction


class StageHost(RunnerHost, Protocol):
    """The screen, as its parts know it."""

    viewed: str
    checking: set[str]
    runner: StepRunner
    logs: StageLogs
    looks: Looks

    @property
    def record(self) -> Record:
        """The incident as last saved."""

    @property
    def selected(self) -> StepView | None:
        """The selected step."""

    @property
    def shown(self) -> bool:
        """Whether no other screen covers the stage."""

    def primary(self) -> "DefaultAction":
        """Return what enter does now."""

    def go_to(self, step: str) -> None:
        """Show the stage of `step` and select it."""

    def select_open(self) -> None:
        """Select the first step of the stage that needs something, otherwise keep the selection."""

    def refresh_view(self) -> None:
        """Redraw from the record."""

    def show_logs(self) -> None:
        """Redraw the panes of output."""

    async def change(self, call: Callable[[], object]) -> None:
        """Change the record, then continue."""
