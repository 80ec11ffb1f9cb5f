"""Common to all screens of an incident: header and rail above, the bar that says what enter does, and the keys below.

A screen provides its body, its bar and its keys; the frame is not its concern.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer, header, rail
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.widgets.lines import Lines, Paint

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

Result = TypeVar("Result")

CLOCK_EVERY = 10.0
"""Seconds between two updates of the clocks."""

LOW = 18
"""Below this height the bar has one row."""


class Framed(ClosesOnce[Result], Generic[Result]):
    """A screen with the frame around it; `framed_engine` is None if there is no incident yet."""

    DEFAULT_CSS = """
    Framed { background: $bg; color: $fg; }
    Framed > .frame-header, Framed > .frame-rail, Framed > .frame-footer { height: 1; background: $bar; color: $fg; }
    Framed > .frame-bar { height: 2; }
    Framed.-low > .frame-bar { height: 1; }
    """

    app: "HotfixApp"

    @property
    def framed_engine(self) -> "Engine | None":
        """The incident shown in header and rail."""
        engine: Engine | None = getattr(self, "engine", None)
        return engine

    @property
    def framed_stage(self) -> str:
        """The stage that the rail shows as viewed."""
        engine = self.framed_engine
        return engine.record.stage if engine is not None else ""

    @property
    def has_rail(self) -> bool:
        """Whether the stages are shown: if there is an incident."""
        return self.framed_engine is not None

    def body(self) -> ComposeResult:
        """Yield the widgets between rail and bar."""
        yield from ()

    def offer(self) -> bar.Bar:
        """Return what the bar says."""
        return bar.Bar("idle", "Back", cap=" esc ")

    def keys(self) -> footer.Keys:
        """Return the keys of the footer, the most important first; ``? more`` is added."""
        return ()

    def more(self) -> tuple[str, str]:
        """Return the key on the right of the footer."""
        return (keymap.shown("help"), "more")

    def head(self, width: int) -> list[Content]:
        """Return the header of a screen without an incident."""
        return []

    def compose(self) -> ComposeResult:
        """Compose the frame. Keep the widget count low: it bounds the time to first paint."""
        parts = self._paints()
        if not self.has_rail:
            del parts["rail"]
        self._parts = {name: Lines(paint, classes=f"frame-{name}") for name, paint in parts.items()}
        upper = [part for name, part in self._parts.items() if name in ("header", "rail")]
        yield from upper
        yield from self.body()
        yield self._parts["bar"]
        yield self._parts["footer"]

    _parts: Mapping[str, Lines] = MappingProxyType({})
    """The parts of the frame; none before the screen is composed."""

    def _paints(self) -> dict[str, Paint]:
        return {"header": self._header, "rail": self._rail, "bar": self._bar, "footer": self._footer}

    def bar_widget(self) -> Widget | None:
        """Return the bar; notices are placed on it."""
        return self._parts.get("bar")

    # Painting

    def _record(self) -> Record | None:
        return self.framed_engine.record if self.framed_engine is not None else None

    def _header(self, width: int, height: int) -> list[Content]:
        engine = self.framed_engine
        if engine is None:
            return self.head(width)
        return header.paint(engine.record, engine.clock(), width, not_saved=engine.save_problem)

    def _rail(self, width: int, height: int) -> list[Content]:
        record = self._record()
        if record is None:
            return []
        return rail.paint(record, views(record), self.framed_stage, width)

    def _bar(self, width: int, height: int) -> list[Content]:
        return bar.paint(self._said(), width, height)

    def _said(self) -> bar.Bar:
        """Return the content of the bar: what enter does, or the progress of what a key started."""
        said = self.offer()
        doing = self.app.under_way
        return said._replace(note=doing, doing=True) if doing and not said.doing else said

    def _footer(self, width: int, height: int) -> list[Content]:
        return footer.paint(self.keys(), width, self.more())

    def show_frame(self) -> None:
        """Redraw the changed parts of the frame."""
        self._draw_parts(*self._parts)

    def show_bar(self) -> None:
        """Redraw bar and footer: what enter does has changed, the incident has not."""
        self._draw_parts("bar", "footer")

    def _draw_parts(self, *names: str) -> None:
        paints = self._paints()
        for name in names:
            if name in self._parts:
                self._parts[name].draw(paints[name])
        if "bar" in names and self.is_current:
            self.app.count_turn()

    @property
    def turn(self) -> str:
        """Whose turn it is: the wizard's from a key until what it started has ended, or stands."""
        return bar.WIZARD if self.app.under_way else self.offer().turn

    def painted(self, part: str) -> str:
        """Return what a part of the frame shows, for tests: ``header``, ``rail``, ``bar`` or ``footer``."""
        return self._parts[part].text if part in self._parts else ""

    def on_mount(self) -> None:
        """Keep the clocks running. Textual calls this in addition to the screen's own: no subclass calls it."""
        self.set_interval(CLOCK_EVERY, self._tick)

    def _tick(self) -> None:
        if self.is_current:
            self.show_frame()

    def on_resize(self, event: events.Resize) -> None:
        """Use a one-row bar on a low screen."""
        self.set_class(event.size.height < LOW, "-low")
