"""What happens without a key: the first probes, changes saved by other processes, runs that end.

Apart from the screen: none of it begins with a key.
"""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from hotfix_tui.base.text import sentence
from hotfix_tui.engine import reconcile, watching
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.incident.model.catalog import FOLLOW, WATCH
from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.schema import BadRecord
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.errors import StoreError
from hotfix_tui.ui import keymap
from hotfix_tui.ui.opening import try_to_show
from hotfix_tui.ui.presenters import step_detail

if TYPE_CHECKING:
    from datetime import datetime

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.screens.stage.host import StageHost

RETRY_AFTER = 3.0
"""Seconds until a result that could not be saved is tried again."""

_MEASURED_EVERY = 16
"""Polls between two reads of what the watch has measured."""

_ENDED = {
    "done": "is done",
    "failed": "has failed",
    "unknown": "has an unknown result",
    "waiting": "is under way elsewhere",
}
"""How a step ended, after its title."""

_LATER = object()


class StageWatcher:
    """Keeps the record in line with reality while the stage is open."""

    def __init__(self, host: "StageHost", opened: "datetime") -> None:
        self._host, self._opened = host, opened
        self._polls = 0
        self.settling: set[str] = set()
        """The steps whose run is being settled."""

    @property
    def _app(self) -> "HotfixApp":
        return self._host.app

    @property
    def _engine(self) -> "Engine":
        return self._host.engine

    # The first probes

    def chosen(self) -> tuple[str, str | None]:
        """Return the visible stage and its selected step."""
        return self._host.viewed, self._host.selected and self._host.selected.id

    def reconcile(self, ran: list[str], started_at: tuple[str, str | None]) -> None:
        """Probe what the record says is in progress, such as the runs of `ran`, or may have been done outside."""

        def saw(step: str) -> None:
            self._host.checking.discard(step)

        def look() -> None:
            try:
                reconcile.reconcile(self._engine, saw)
                watching.follow_up(self._engine)
            finally:  # a failing probe is reported, and holds up nothing
                self._host.checking.clear()
                self._host.reconciling = False

        def finished(_: None) -> None:
            self._host.show_notice("")
            self._tell_what_ended(ran)
            self._host.logs.offer_checks()
            if self.chosen() == started_at:
                self._host.select_open()  # otherwise the engineer has moved on: enter must do what they have chosen

        self._app.look(look, finished)

    def _tell_what_ended(self, steps: list[str]) -> None:
        """Say which of `steps` ended while nobody was watching, whatever step is selected."""
        record = self._engine.record
        seen = views(record)
        for step in steps:
            if step in seen and (
                said := step_detail.away(record, seen[step], self._opened, self._engine.clock())
            ):
                self._app.notify(f"{seen[step].step.title} {said}", timeout=20, markup=False)

    # Polling

    def poll(self) -> None:
        """Reload what others saved, and settle runs that ended."""
        try:
            self._look_at_files()
        except (OSError, StoreError) as problem:
            self._engine.file_problem = self._app.sentence(problem)

    def _look_at_files(self) -> None:
        if self._app.store.stamp(self._engine.id) != self._engine.stamp:
            self._app.change(self._take_over)
        for step in reconcile.running_steps(self._engine):
            if step not in self.settling:
                self.settling.add(step)
                self._app.look(partial(self._settle, step), partial(self._settled, step))
        self._host.logs.go_on_with_checks()
        self._polls += 1
        if self._polls % _MEASURED_EVERY == 0 and "run" in self._engine.record.entry(WATCH):
            self._app.look(self._measured)

    def _measured(self) -> None:
        """Probe the measured items; what cannot be saved now is saved at the next poll."""
        with suppress(StoreError):
            watching.look(self._engine)

    def _settle(self, step: str) -> object:
        """Settle `step`; a result that cannot be saved now is retried later, without a dialog every second."""
        try:
            done = reconcile.collect_result(self._engine, step)
            if done is not None and step.startswith(("deploy.", "monitor.")):
                watching.follow_up(self._engine)
            return done
        except StoreError:
            return _LATER

    def _take_over(self) -> None:
        """Reload what others saved; problems with the file are shown in the bar, not in a dialog every second."""
        before = self._engine.record
        try:
            self._engine.reload()
            try_to_show(self._engine)
        except (OSError, StoreError, BadRecord, EngineError) as problem:
            self._engine.record = before
            self._engine.file_problem = self._app.sentence(problem)

    def _settled(self, step: str, done: Any) -> None:
        if done is _LATER:
            self._app.set_timer(RETRY_AFTER, partial(self.settling.discard, step))
            return
        self.settling.discard(step)
        if done is None:
            self._host.show_logs()
            return
        if step == FOLLOW.id:
            self._host.refresh_view()
            said = f"{keymap.shown('production-log')} shows it, and follows it again."
            self._app.notify(f"The log of production ended ({done.why}). {said}", markup=False)
            return
        self._host.action_finished(step)
        if self._asks(step):
            return
        if step.startswith("deploy.") or done.state in ("failed", "unknown", "waiting"):
            ended = f"{self._engine.record.definition(step).title} {_ENDED.get(done.state, done.state)}"
            self._app.notify(
                sentence(f"{ended}: {done.why}" if done.why else ended, 400),
                severity="information" if done.state == "done" else "warning",
                markup=False,
            )

    def _asks(self, step: str) -> bool:
        """Let the engineer choose if `step` ended with a question; only mentioned if another screen is shown."""
        record, selected = self._engine.record, self._host.selected
        question = record.seen(Evidence, step).asked
        if not question or record.entry(step).get("state"):
            return False
        if self._host.shown and selected is not None and selected.id == step:
            self._app.start_flow(self._host.runner.choose(step))
        else:
            self._app.notify(question, severity="warning", markup=False)
        return True
