"""The queue of checks: one after the other, or concurrently if the configuration allows it.

The stage screen asks it to continue whenever it polls the runs, so checks follow each other whatever screen is open.
Waiting checks are kept as a draft: a restarted wizard offers them, and starts nothing by itself.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotfix_tui.base.text import sentence
from hotfix_tui.engine import execute
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.views import views

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.reconcile import Performed
    from hotfix_tui.ui.app import HotfixApp

SETUP = catalog.VERIFY_SETUP
CHECKS = (SETUP, catalog.VERIFY_TEST, catalog.VERIFY_TYPECHECK, catalog.VERIFY_BUILD)
"""The checks in the order in which they run. The others need what the first installs."""

PROOF = catalog.VERIFY_PROOF
"""The proof that follows once all of them pass."""

ORDER = (*CHECKS, PROOF)


def checks_here(engine: "Engine") -> list[str]:
    """Return the checks that this project has a command for."""
    commands = engine.config().commands
    return [step for step in CHECKS if getattr(commands, step.partition(".")[2]) is not None]


DRAFT = "checks-waiting"
"""The draft that holds the names of the waiting steps."""


class CheckQueue:
    """Starts the requested checks. `dismiss_overlay` is called before showing reasons that lead elsewhere."""

    def __init__(self, app: "HotfixApp", engine: "Engine") -> None:
        self._app, self._engine = app, engine
        self.waiting: list[str] = []
        """The steps still to be started, in order."""
        self._left = self._found()
        self._kept = list(self._left)
        self.dismiss_overlay: Callable[[], object] = lambda: None
        self._starting = False
        self._alone = ""

    def missing(self) -> list[str]:
        """Return the checks that are not done, not running and not waiting."""
        seen = views(self._engine.record)
        return [
            step
            for step in checks_here(self._engine)
            if step in seen
            and not seen[step].settled
            and seen[step].state not in ("running", "unknown")
            and step not in self.waiting
        ]

    @property
    def left(self) -> list[str]:
        """The steps that were waiting when the wizard was left: they are offered, and start only on request."""
        if not self._left:
            return []
        seen = views(self._engine.record)
        return [
            step
            for step in self._left
            if step in seen and not seen[step].settled and seen[step].state != "running"
        ]

    def add(self, steps: list[str]) -> None:
        """Run `steps` as soon as they may."""
        self.waiting = [step for step in ORDER if step in {*self.waiting, *steps}]
        self._left = [step for step in self._left if step not in steps]
        self._keep()
        self.advance()

    def drop(self, step: str) -> bool:
        """Remove `step` from the queue; False if it was not waiting."""
        if step not in self.waiting and step not in self._left:
            return False
        self._forget([step])
        return True

    def _forget(self, steps: list[str]) -> None:
        self.waiting = [step for step in self.waiting if step not in steps]
        self._left = [step for step in self._left if step not in steps]
        self._keep()

    def _found(self) -> list[str]:
        """Return what an earlier wizard left waiting."""
        try:
            left = json.loads(self._engine.store.draft_read(self._engine.id, DRAFT) or "[]")
        except ValueError:
            return []
        here = [*checks_here(self._engine), PROOF]
        return [step for step in here if step in left] if isinstance(left, list) else []

    def _keep(self, starting: str = "") -> None:
        """Save what waits; a `starting` step keeps waiting until the record has it."""
        kept = [step for step in ORDER if step in {*self.waiting, *self._left, starting}]
        if kept == self._kept or self._engine.dry_run:
            return
        self._kept = kept
        store, id = self._engine.store, self._engine.id
        text = json.dumps(kept)
        self._app.change(lambda: store.draft_write(id, DRAFT, text) if kept else store.draft_drop(id, DRAFT))

    def advance(self) -> None:
        """Start the next one if it may start now."""
        if self._starting or not self.waiting:
            return
        running = [step for step in ORDER if self._state(step) == "running"]
        if running and (PROOF in (self.waiting[0], *running) or not self._at_once(running)):
            return
        if self.waiting[0] == PROOF and any(map(self._holds_up, CHECKS)):
            self._forget([PROOF])  # failures are looked at first
            return
        if self.waiting[0] != SETUP and self._alone == SETUP and self._holds_up(SETUP):
            self._forget(self.waiting)
            self._app.notify(
                "The setup failed, so nothing else was started.", severity="warning", timeout=20, markup=False
            )
            return
        step = self.waiting.pop(0)
        self._keep(step)
        self._start(step)

    def _at_once(self, running: list[str]) -> bool:
        """Return whether the next one may start next to running ones."""
        if SETUP in running or self.waiting[0] == SETUP or self._alone in running:
            return False
        return self._engine.config().commands.parallel

    def _holds_up(self, step: str) -> bool:
        """Return whether a check has failed, and nobody has signed for that."""
        return self._state(step) == "failed" and not views(self._engine.record)[step].settled

    def _state(self, step: str) -> str:
        return str(self._engine.record.entry(step).get("state", ""))

    def _start(self, step: str) -> None:
        self._starting = True

        def start() -> "Performed | Exception":
            try:
                return execute.carry_out(self._engine, step)
            except Exception as problem:  # shown by the screen, which then starts nothing more
                return problem

        def started(done: "Performed | Exception") -> None:
            self._starting = False
            if isinstance(done, Exception):
                self._forget(list(ORDER))
                if isinstance(done, Refused):
                    self.dismiss_overlay()
                self._app.problem(done)
                return
            if done.state in ("not-done", "unknown", "busy") and done.why:
                self._app.notify(sentence(done.why), severity="warning", markup=False)
            # A check that creates its own checkout first runs alone: the others would create the same one.
            makes_place = done.plan is not None and bool(done.plan.note.before)
            self._alone = step if step == SETUP or makes_place else ""
            self._keep()
            self.advance()

        self._app.perform(start, started)
