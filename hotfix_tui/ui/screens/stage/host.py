"""What the actions and the watcher of the stage may ask of its screen: what is chosen, and to go on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.screens.stage.logs import StageLogs
from hotfix_tui.ui.screens.stage.looks import Looks
from hotfix_tui.ui.screens.stage.step_runner import Host, StepRunner

if TYPE_CHECKING:
    from hotfix_tui.ui.presenters.default_action import DefaultAction


class StageHost(Host, Protocol):
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
        """Whether no other screen lies over the stage."""

    def primary(self) -> "DefaultAction":
        """What enter does now."""

    def go_to(self, step: str) -> None:
        """Show the stage of `step` and select it."""

    def select_open(self) -> None:
        """Select the first step of the stage that wants something, else stay."""

    def refresh_view(self) -> None:
        """Redraw from the record."""

    def show_logs(self) -> None:
        """Redraw the panes of output."""

    async def change(self, call: Callable[[], object]) -> None:
        """Make a change of the record, then go on."""
