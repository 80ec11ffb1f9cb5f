"""Automatic probes: once an action has led to a stage, read-only steps are probed.

Each runs once per round, only after something was done in this session: a freshly opened wizard shows what was last
known, and starts nothing. Anything that would first have to be asked, trusted or typed is left to the engineer's key.

Apart from `watcher`: everything that keeps the wizard from starting a probe unasked stands in one place.
"""

from typing import TYPE_CHECKING

from hotfix_tui.engine import watching
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import APPROVAL
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.evidence.deploy import Live
from hotfix_tui.incident.model.evidence.fix import Changed, Guard, TestsChanged
from hotfix_tui.incident.model.evidence.monitor import Watched
from hotfix_tui.incident.model.evidence.pull_request import ChecksSeen, Requested
from hotfix_tui.incident.model.evidence.release import Landed, Merged
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.pictures import pull_request

if TYPE_CHECKING:
    from hotfix_tui.ui.screens.stage.host import StageHost

LOOKS = {
    Preflight.STEP: "",
    Base.STEP: Preflight.STEP,
    TestsChanged.STEP: Changed.STEP,
    Guard.STEP: Changed.STEP,
    Live.STEP: catalog.DEPLOY_PRODUCTION,
    Landed.STEP: Merged.STEP,
}
"""Read-only steps, and what has to be done before there is anything to see."""

AWAITED = (ChecksSeen.STEP, APPROVAL)
"""Steps that others finish: the selection moves on once they have."""


class ByItself:
    """Probes for the stage that `host` shows."""

    def __init__(self, host: "StageHost") -> None:
        self._host = host
        self._tried: set[tuple[str, int]] = set()
        self._awaits = ""

    def go_on(self) -> None:
        """After an action: probe the next step of the visible stage, if it is read-only."""
        host = self._host
        step = self._next()
        if step and not host.runner.acting and not host.reconciling:
            self._tried.add((step, host.record.round))
            host.app.start_flow(host.runner.by_itself(step), doing="")

    def _next(self) -> str:
        record = self._host.record
        if record.state != "open" or self._host.viewed != record.stage:
            return ""
        for view in views(record).values():
            if view.stage != record.stage or view.settled:
                continue
            before = LOOKS.get(view.id)
            if before is None or view.state not in ("pending", "debt"):
                continue
            stands = not before or record.entry(before).get("state") == "done"
            if stands and (view.id, record.round) not in self._tried:
                return view.id
        return ""

    def under_way(self) -> list[str]:
        """Return the steps of the visible stage that finish by themselves: others can be done meanwhile."""
        host = self._host
        if host.viewed == "verify":
            return host.logs.under_way()
        if host.viewed == "monitor" and host.record.entry(Watched.STEP).get("state") == "running":
            return watching.measured_steps(host.record)
        opened = host.record.entry(Requested.STEP).get("state") == "done" and host.record.has_forge
        if host.viewed != "pull-request" or not opened:
            return []

        looked = host.looks.of("pull-request")
        return [] if isinstance(looked, pull_request.ForgeLook) and looked.why else list(AWAITED)

    def follow(self) -> None:
        """Move to the next step if the selected one was waited for, and has finished."""
        view, awaited = self._host.selected, self._awaits
        self._awaits = ""
        if view is None or not self._host.shown:
            return
        if view.id == awaited and view.settled:
            self._host.action_finished(view.id)
        elif not view.settled and (view.id in AWAITED or view.state == "waiting"):
            self._awaits = view.id
