"""What a picture needs besides the record, read in the background: commits, samples, usual durations."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from hotfix_tui.base.text import one_line
from hotfix_tui.engine import typical_durations
from hotfix_tui.incident.model.catalog import SHORT_TITLES
from hotfix_tui.ui.pictures import scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.ui.app import HotfixApp

    Events = tuple[tuple[datetime, str], ...]

LATELY = 10
"""Timeline events that are kept for the card."""


class Looks:
    """Keeps what was read for each stage; `shown` is called when something has arrived."""

    def __init__(self, app: "HotfixApp", engine: "Engine", shown: Callable[[], object]) -> None:
        self._app, self._engine, self._shown = app, engine, shown
        self._known: dict[str, Any] = {}
        self._asked: dict[str, tuple[object, ...]] = {}
        self._events_of = -1
        self._due: dict[tuple[str, int], float] = {}
        self._polling = False
        self.usual: Mapping[str, float] = {}
        """Seconds that a run of each step usually takes."""
        self.lately: Events = ()
        """The latest events of the timeline, newest last."""

    def of(self, stage: str) -> object:
        """Return what was read for the picture of `stage`, None if nothing yet."""
        return self._known.get(stage)

    def ask(self, stage: str) -> None:
        """Read what the picture of `stage` needs, unless that is known or being read."""
        read, depends = scene.call(stage, "ask"), scene.call(stage, "asks_for")
        if read is not None:
            key = depends(self._engine.record) if depends is not None else ()
            if self._asked.get(stage) != key:
                self._asked[stage] = key
                self._app.look(lambda: read(self._engine), lambda answer: self._keep(stage, answer))
        if self._events_of != self._engine.record.revision:
            self._events_of = self._engine.record.revision
            self._app.look(self._read_events, self._keep_events)

    def poll(self, stage: str) -> None:
        """Check whether the picture of `stage` is outdated, as often as it says, one check at a time."""
        known = self._known.get(stage)
        if known is None or self._polling:
            return
        now = time.monotonic()
        for place, (often, look) in enumerate(scene.polls(stage)):
            every = often(self._engine.record) if callable(often) else often
            if now >= self._due.setdefault((stage, place), now + every):
                self._due[stage, place] = now + every
                self._polling = True
                self._app.look(partial(look, self._engine, known), partial(self._polled, stage, known))
                return

    def _polled(self, stage: str, known: object, answer: object) -> None:
        self._polling = False
        if answer is not None and self._known.get(stage) is known:
            self._keep(stage, answer)

    def turn(self, stage: str, places: int) -> bool:
        """Choose another file of the change if the picture lists several; return whether it does."""
        turn, known = scene.call(stage, "turn"), self._known.get(stage)
        if turn is None or known is None or not known.several:
            return False
        self._keep(stage, turn(known, places))
        return True

    def again(self, stage: str) -> None:
        """Read again at the next `ask`: things may have changed outside the record."""
        self._asked.pop(stage, None)

    def _keep(self, stage: str, answer: object) -> None:
        if answer != self._known.get(stage):
            self._known[stage] = answer
            self._shown()

    def _read_events(self) -> "tuple[Events, Mapping[str, float]]":
        engine = self._engine
        events = tuple((item["at"], _brief(engine.record, item)) for item in engine.timeline()[-LATELY:])
        steps = {str(run["step"]) for run in engine.record.runs}
        return events, typical_durations.usual_seconds(engine, steps)

    def _keep_events(self, read: "tuple[Events, Mapping[str, float]]") -> None:
        if read != (self.lately, self.usual):
            self.lately, self.usual = read
            self._shown()


def _brief(record: "Record", item: "Mapping[str, object]") -> str:
    """Return a timeline entry in few words: its step by the short name used in the list."""
    said, step = one_line(str(item["text"]), 200), str(item.get("step", ""))
    if step in SHORT_TITLES:
        said = said.replace(record.definition(step).title, SHORT_TITLES[step], 1)
    return said
