"""The triage questions in their tree: y or n, and the first yes decides; 0 to 3 choose a level at once."""

import math
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from hotfix_tui.config import load as config_load
from hotfix_tui.engine import commands
from hotfix_tui.engine.core import utc_now
from hotfix_tui.incident.model.record import Record, new_record
from hotfix_tui.incident.model.severity import LEVELS
from hotfix_tui.incident.rules import triage
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer, header, rail
from hotfix_tui.ui.opening import open_new
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.pictures import triage_asking
from hotfix_tui.ui.pictures.triage_tree import Tree
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.terminal.input_pace import GRACE, STANDS
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.terminal.input_pace import Press


SEEN = 0.15
"""Seconds that a question must be visible before a key answers it: the tree is known, so it may be gone through
quickly.
"""

_LEVEL_KEYS = tuple(level[1:] for level in LEVELS)

YES, NO = "answer(True)", "answer(False)"
"""The answers, by their names in the key table."""


class Triage(Framed[str], ClosesOnce[str]):
    """Walks the decision tree. Without an engine it is the first screen: the first yes opens the incident.

    Returns the severity that was set, or None.
    """

    DEFAULT_CSS = """
    Triage #picture { height: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("triage")

    app: "HotfixApp"

    def __init__(self, engine: "Engine | None" = None, detected: str = "") -> None:
        super().__init__()
        self.engine, self._detected = engine, detected
        self._answers: dict[str, bool] = {}
        if engine is not None:
            self._answers = {triage.BROKEN.id: True}
        self._marked = 0
        """The marked row of the bar."""
        self._level = ""
        """The level about to be set without the remaining questions."""
        self._severity = ""
        """The severity that was set, during the embargo question."""
        self._offered_at = -math.inf
        """When the key of a level was last pressed."""
        self._tree_at = -math.inf
        """When the questions about an incident came up that was opened here."""
        self._config: dict[str, object] = {}
        self._new: Record | None = None

    # Contents

    @property
    def has_rail(self) -> bool:
        """Always: the stages lie ahead."""
        return True

    def body(self) -> ComposeResult:
        """Yield the tree."""
        yield Lines(self._picture, id="picture")

    def on_mount(self) -> None:
        """Read the project's time limits, if no incident holds them yet."""
        if self.engine is None:
            self.app.look(self._read_config, self._read)

    def _now(self) -> datetime:
        at: datetime = (self.app.clock or utc_now)()
        return at

    def _read_config(self) -> dict[str, object]:
        try:
            return config_load.load(self.app.place.root).table
        except config_load.ConfigError:
            return {}

    def _read(self, config: dict[str, object]) -> None:
        self._config = config
        self.refresh_view()

    @property
    def outcome(self) -> triage.Outcome:
        """Where the answers lead so far."""
        return triage.walk(self._answers)

    @property
    def asking(self) -> Tree:
        """The state that the picture and the bar are made from."""
        outcome = self.outcome
        asked = triage.EMBARGO.id if self._severity else outcome.question.id if outcome.question else ""
        normal = outcome.normal_process and not self._severity
        shown = Tree(
            answers=self._answers,
            config=self._config,
            now=self._now(),
            asked=asked,
            decided=self._severity,
            marked=self._level,
            normal=normal and not self._level,
            opens=self.engine is None,
        )
        if self.engine is None:
            return shown
        record = self.engine.record
        detected = record.clock.get("reopened_at", record.detected_at)
        return shown._replace(config=record.config, detected=detected)

    def refresh_view(self) -> None:
        """Redraw what changed."""
        if not self.is_there:
            return
        self.show_frame()
        self.query_one("#picture", Lines).draw(self._picture)

    def _picture(self, width: int, height: int) -> list[Content]:
        return triage_asking.paint(self.asking, width, height, self._detected)

    def _bar(self, width: int, height: int) -> list[Content]:
        return triage_asking.bar(triage_asking.answers(self.asking, width), self._marked, width, height)

    def offer(self) -> bar.Bar:
        """Return what the bar says, for tests and screen readers."""
        given = triage_asking.answers(self.asking, self.size.width or 80)
        answer = given[min(self._marked, len(given) - 1)]
        return bar.Bar("act", answer.label, cap=f" enter {answer.key} ")

    def keys(self) -> footer.Keys:
        """Return the keys that matter for the current question."""
        first, last = (keymap.key("triage", f"level('P{number}')") for number in (0, 3))
        levels, others = f"{first}-{last}", keymap.keys("triage", ("incidents", "incidents"))
        before = keymap.keys("triage", ("previous", "question before")) if self._can_go_back() else ()
        if self._level:
            return (*keymap.keys("triage", (YES, "set it"), (NO, "back")), (levels, "another level"))
        if self.asking.normal:
            return (*before, (levels, "a level at once"), *others)
        answers = keymap.keys("triage", (YES, "yes"), (NO, "no"))
        if self._severity:
            return (*answers, *before, *others)
        return (*answers, *before, (levels, "level at once"), *others)

    def head(self, width: int) -> list[Content]:
        """Return the header before there is an incident."""
        left = rows.text(
            header.badge(""), "  ", ("a new incident", "bold"), "  ", (self.app.place.root, "$muted")
        )
        return [rows.ends(left, rows.text(("nothing is written yet", "$muted"), " "), width)]

    def _rail(self, width: int, height: int) -> list[Content]:
        if self.engine is not None:
            return super()._rail(width, height)
        if self._new is None:
            self._new = new_record("new", now=self._now(), by=self.app.by)
        return rail.paint(self._new, views(self._new), "triage", width)

    @property
    def framed_stage(self) -> str:
        """Always triage, wherever the work is."""
        return "triage"

    # Keys

    def lets(self, press: "Press") -> bool:
        """Return whether a key counts: each question needs its own key press, and the first one is read first.

        A key too soon after that of a level does not confirm it.
        """
        if press.key in _LEVEL_KEYS:
            self._offered_at = press.at
        elif press.at - self._offered_at < GRACE:
            return False
        decides = press.key in ("y", "enter")
        if (decides and self.engine is None) or self._severity or self.asking.normal:
            return press.decides()
        if decides and not (press.on_screen(STANDS) and press.at - self._tree_at >= STANDS):
            return False  # the questions stand in the tree, and a no only goes on to the next; but they came just now
        seen = press.on_screen() and press.fresh >= SEEN
        return seen and not press.is_held

    def action_answer(self, yes: bool) -> None:
        """Answer the current question."""
        if self._severity:
            self._decide_embargo(yes)
        elif self._level:
            self._choose(yes)
        else:
            self._answer(yes)

    def _answer(self, yes: bool) -> None:
        question = self.outcome.question
        if question is None:
            return
        self._answers[question.id] = yes
        self._marked = 0
        self.app.offer_changes()
        if self.engine is None and question is triage.BROKEN and yes:
            self._open()
            return
        severity = self.outcome.severity
        if severity and self.engine is not None:
            self._decide(severity, question)
            return
        self.refresh_view()

    def action_level(self, level: str) -> None:
        """Offer to set a level without the remaining questions."""
        if self._severity:
            return
        self._level, self._marked = level, 0
        self.app.offer_changes()
        self.refresh_view()

    def _choose(self, yes: bool) -> None:
        """Set the offered level, or go back to the question."""
        self.app.offer_changes()
        if not yes:
            self._level, self._marked = "", 0
            self.refresh_view()
        elif self.engine is None:
            self._open(self._level)
        else:
            self._answers[triage.BROKEN.id] = True
            self._decide(self._level, None)

    def _open(self, level: str = "") -> None:
        """Open the incident; with a `level`, set that one."""

        def opened(engine: "Engine") -> None:
            self.engine = self.app.engine = engine
            self._tree_at = self.app.now()
            self.app.offer_changes()
            if level:
                self._choose(True)
            else:
                self.refresh_view()

        self.app.change(lambda: open_new(self.app), opened)

    def _decide(self, severity: str, question: triage.Question | None) -> None:
        """Set the severity, by the question whose yes decided or without one."""
        engine = self.engine
        assert engine is not None
        name = question.id if question is not None else ""
        why = f"triage: {question.said}" if question is not None else "chosen without the questions"
        self.app.change(
            lambda: commands.severity(engine, severity, why, name), lambda _: self._decided(severity)
        )

    def _decided(self, severity: str) -> None:
        """Ask about the embargo if this is, or may be, a security fault and nobody has decided; otherwise continue."""
        engine = self.engine
        assert engine is not None
        by_answer = triage.asks_embargo(self._answers)
        kind = str(engine.record.fact("impact.kind", "") or "")
        at_once = bool(self._level) and triage.may_be_security(severity, kind, self._answers)
        self._level = ""
        if engine.record.fact("embargo") or not (by_answer or at_once):
            self._finish(severity)
            return
        self._severity, self._marked = severity, 0
        self.app.offer_changes()
        self.refresh_view()

    def _decide_embargo(self, yes: bool) -> None:
        engine, severity = self.engine, self._severity
        assert engine is not None
        said = "yes" if yes else "no"
        self.app.change(lambda: commands.set_fact(engine, "embargo", said), lambda _: self._finish(severity))

    def _finish(self, severity: str | None) -> None:
        if self.app.stage_screen() is None and self.engine is not None:
            self.app.switch_screen(self.app.routes.stage(self.engine))
            return
        self.dismiss(severity)

    def action_primary(self) -> None:
        """Give the marked answer; at the end leave it to the normal process."""
        if self.asking.normal:
            self._normal_process()
            return
        self.action_answer(self._marked == 0)

    def _normal_process(self) -> None:
        engine = self.engine
        if engine is None:
            self.app.leave()
            return
        self.app.change(
            lambda: commands.end(engine, "normal-process", "triage: no criterion of a hotfix applies"),
            lambda _: self._finish(None),
        )

    def action_move(self, places: int) -> None:
        """Mark the other answer."""
        self._marked = 0 if places < 0 or self.asking.normal else 1
        self.show_bar()

    def _can_go_back(self) -> bool:
        """Return whether there is an answer to undo: what opened the incident stays."""
        return len(self._answers) > (1 if self.engine is not None else 0)

    def action_previous(self) -> None:
        """Undo the last answer, or the offered level; at the embargo question, the yes that led to it.

        The level that it set stays until another one is decided.
        """
        if self._severity:
            self._severity = ""
            if self._can_go_back():
                self._answers.popitem()
        elif self._level:
            self._level = ""
        elif self._can_go_back():
            self._answers.popitem()
        else:
            return
        self._marked = 0
        self.app.offer_changes()
        self.refresh_view()

    def action_back(self) -> None:
        """Go back to the question, or to the steps."""
        if self._level:
            self.action_previous()
        elif self.app.stage_screen() is not None:
            self.dismiss(self._severity or None)

    def action_incidents(self) -> None:
        """Show all incidents here."""
        self.app.push_screen(self.app.routes.incidents())

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(self.app.routes.help())
