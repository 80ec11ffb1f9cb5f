"""What a picture is made from, and which stage has which picture.

A picture is a pure function of a `Scene`, a width and a height; it queries nothing and writes nothing. Anything that
has to be read from git, the forge or the platform first is read in the background by `ask` of the stage's module;
until then the picture has ``looking…`` in its rule.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, cast

from textual.content import Content

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.steps.contract import Choice, Plan


class Scene(NamedTuple):
    """Everything that a picture, a checklist row or a card may show."""

    record: Record
    views: Mapping[str, StepView]
    """All steps of the incident in working order, by id."""
    stage: str
    """The stage in view."""
    selected: StepView | None
    now: datetime
    """UTC."""
    checking: frozenset[str] = frozenset()
    """Steps that are being probed."""
    looked: Any = None
    """What `ask` of the stage's picture returned, None until it has answered."""
    plan: "Plan | None" = None
    """What the selected step would run, once known."""
    choices: tuple["Choice", ...] = ()
    refused: tuple[str, ...] = ()
    """Why the selected step cannot start now: one sentence per reason."""
    unasked: bool = False
    """Whether what the selected step would run depends on a network answer that is still missing."""
    usual: Mapping[str, float] = MappingProxyType({})
    """How long a run of each step usually takes, in seconds."""
    opened: datetime | None = None
    """When the wizard was opened: what ended before that is shown as news."""
    failure: int = 0
    """Index of the selected failure in the list."""
    lately: tuple[tuple[datetime, str], ...] = ()
    """The latest events of the timeline, newest last."""

    def here(self) -> list[StepView]:
        """Return the steps listed in the stage in view, in working order."""
        return [view for view in self.views.values() if view.stage == self.stage]


Polls: TypeAlias = tuple[tuple[float | Callable[[Record], float], Callable[..., object]], ...]


class Picture(Protocol):
    """The functions of a picture module. Only `paint` is required."""

    def paint(self, scene: Scene, width: int, height: int) -> list[Content]:
        """Return the picture: at most `height` rows of at most `width` cells."""

    def ask(self, engine: "Engine") -> object:
        """Read what the picture needs besides the record; runs in the background."""

    def asks_for(self, record: Record) -> tuple[object, ...]:
        """Return what the answer of `ask` depends on: it is called again when this changes."""

    POLLS: Polls
    """Functions that a screen polls while it shows the picture: interval in seconds, and the function.

    Each is called with the engine and the last data; it returns the new data, None if unchanged.
    """

    def word(self, scene: Scene, view: StepView) -> str:
        """Return the evidence shown instead of a state word, at most 9 cells; empty for the usual word."""

    def sentence(self, scene: Scene, view: StepView) -> str:
        """Return one clause of evidence for the row of a step; empty for the usual one."""

    def meanwhile(self, scene: Scene) -> str:
        """Return what continues by itself while a person ticks; empty if nothing does."""

    def card(self, scene: Scene, view: StepView, width: int) -> list[Content]:
        """Return what the card says about `view` instead of the usual sentence; empty for that."""


MODULES = {
    "triage": "triage",
    "branch": "branch",
    "fix": "fix",
    "verify": "verify",
    "pull-request": "pull_request",
    "release": "release",
    "deploy": "deploy",
    "monitor": "monitor",
    "communicate": "communicate",
    "backport": "backport",
    "review": "review",
}
"""The module of each stage's picture, loaded when the stage is first viewed."""


def of(stage: str) -> Picture:
    """Return the picture of `stage`."""
    return cast(Picture, import_module(f"hotfix_tui.ui.pictures.{MODULES[stage]}"))


def polls(stage: str) -> Polls:
    """Return the functions that the picture of `stage` polls; none if it has none."""
    polls_: Polls = getattr(of(stage), "POLLS", ())
    return polls_


def call(stage: str, name: str) -> Callable[..., Any] | None:
    """Return the function `name` of the stage's picture, None if it has none."""
    return getattr(of(stage), name, None)
