"""A screen that asks for several facts at once. What is typed is kept as a draft until it is saved.

Enter goes from field to field and saves on the last one; anything typed after that is ignored.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import as_pasted, clean, one_line
from hotfix_tui.ui import keymap
from hotfix_tui.ui.dialogs.fields import (
    ENTRY_END,
    LINE_END,
    ChecksField,
    ChoiceField,
    LineField,
    one_row,
    several_lines,
)
from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.presenters.default_action import lower_first
from hotfix_tui.ui.screens.dialog import text
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.terminal.input_pace import STANDS
from hotfix_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

DRAFT_AFTER = 0.5
"""Seconds after the last key until a draft is saved: typed text is durable within a second."""


PATIENCE = 30.0
"""Seconds to wait for a field that has not received its letters yet."""

NARROW = 72
"""Columns below which labels are 16 cells wide."""

_RULE = 8
"""Cells of a rule next to its title and what is on its right."""
_JOINTS = {"text": LINE_END, "list": ENTRY_END}


class Field(NamedTuple):
    """One field; `required` has to be filled before the form is saved.

    `kind` is ``line``, ``text`` (several lines) or ``list`` (one entry per line); ``choice`` is one of `choices`,
    ``checks`` any of them and words of one's own.
    """

    key: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    kind: str = "line"

    @property
    def joint(self) -> str:
        """What replaces newlines in one row."""
        return _JOINTS.get(self.kind, ENTRY_END if self.kind == "checks" else " ")

    def shown(self, value: str) -> str:
        """Return `value` as the field shows it."""
        if self.kind == "text":
            return one_row(clean(value))
        return self.joint.join(clean(value).split("\n"))

    def plain(self, shown: str) -> str:
        """Return the value of what the field shows: with real newlines."""
        if self.kind not in (*_JOINTS, "checks"):
            return shown
        if self.kind == "text":
            return as_pasted(several_lines(shown)) if LINE_END.strip() in shown else several_lines(shown)
        parts = (part.strip() for part in shown.split(self.joint))
        return "\n".join(parts).strip("\n") if self.joint.strip() in shown else shown


class Drafts(NamedTuple):
    """How the form saves and finds what was typed: `keep` may be called often and returns at once."""

    keep: Callable[[str], None]
    kept: str = ""


class Form(Framed[dict[str, str]]):
    """Returns the changed fields by key, or None; all of them if it is `whole`.

    `check` gets some or all of the values and returns a sentence, or nothing; `asks_again` says that what stays empty
    is asked for again when it is needed.
    """

    types = True
    acts = patient = ("f5",)
    app: "HotfixApp"
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("form")

    DEFAULT_CSS = """
    Form #title { height: 1; }
    Form #fields {
        height: 1fr; layout: grid; grid-size: 2; grid-columns: 26 1fr; grid-rows: auto; grid-gutter: 0 1;
        padding: 0 1; scrollbar-size-vertical: 1;
    }
    Form.-low-columns #fields { grid-columns: 16 1fr; }
    Form Input, Form Input.-textual-compact { background: $zone; height: 1; border: none; padding: 0 1; }
    Form Input:focus { background: $sel; border: none; }
    Form Input.-wrong, Form Input.-wrong:focus { background: $del-bg; }
    Form Input > .input--placeholder { color: $muted; }
    Form .intro, Form .group { column-span: 2; color: $muted; height: auto; }
    Form .group { padding-top: 1; max-height: 2; }
    Form .label { height: auto; }
    Form .label.-here { text-style: bold; }
    Form .problem { column-span: 2; color: $bad; height: auto; padding-left: 28; display: none; }
    Form.-low-columns .problem { padding-left: 1; }
    Form .problem.-said { color: $muted; }
    """

    def __init__(
        self,
        title: str,
        fields: list[Field],
        *,
        intro: str = "",
        drafts: Drafts | None = None,
        check: Callable[[dict[str, str]], str] | None = None,
        save: str = "save",
        whole: bool = False,
        asks_again: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._fields, self._intro = title, fields, intro
        self._drafts, self._check, self._save, self._whole = drafts, check, save, whole
        self._asks_again = asks_again
        self._timer: object | None = None
        self._problems: dict[int, str] = {}
        self._told: dict[int, str] = {}
        self._initial = {field.key: field.plain(field.shown(field.value)) for field in fields}

    def keep(self, drafts: Drafts) -> None:
        """Keep what is typed as a draft, and begin with what is kept; before the form is shown."""
        self._drafts = drafts

    @property
    def framed_engine(self) -> "Engine | None":
        """The incident, if there is one."""
        return self.app.engine

    def head(self, width: int) -> list[Content]:
        """Return the header if there is no incident yet."""
        return [rows.ends(rows.text(" ", ("hotfix-tui", "bold")), ("a new incident ", "$muted"), width)]

    def keys(self) -> list[tuple[str, str]]:
        """Return the keys of the form."""
        last = self._at_last()
        keys = list(keymap.keys("form", ("following", "next field")))
        if self.is_mounted and isinstance(self.focused, ChoiceField | ChecksField):
            keys.append(self.focused.keys)
        keys += [] if last else keymap.keys("form", ("submit", self._save))
        return [*keys, *keymap.keys("form", ("back", "back, keeps a draft" if self._drafts else "back"))]

    def more(self) -> tuple[str, str]:
        """Return the help key: F1 works in fields."""
        return (keymap.key("form", "help"), "help")

    def _at_last(self) -> bool:
        return self.is_mounted and self._place() == len(self._fields) - 1

    def offer(self) -> bar.Bar:
        """Return what enter does: go to the next field, or save on the last one."""
        second = "What you type is kept as a draft." if self._drafts else ""
        if any(field.key.endswith("-at") or field.key == "at" for field in self._fields):
            second = f"{second} Times are local; UTC is echoed.".strip()
        wrong = sum(bool(problem) for problem in self._problems.values())
        if self._at_last():
            label = f"{self._save[:1].upper()}{self._save[1:]}"
            if wrong:
                label += f": {wrong} {'field is' if wrong == 1 else 'fields are'} not right yet"
            return bar.Bar("idle" if wrong else "act", label, bar.REACH["act"], second)
        following = self._fields[self._place() + 1].label if self.is_mounted else ""
        label = one_line(f"Next: {lower_first(clean(following))}", bar.LONGEST)
        return bar.Bar("act", label, f"{keymap.key('form', 'submit')} {self._save}s", second)

    def body(self) -> ComposeResult:
        """Yield the fields: required ones first."""
        yield Lines(self._title_rule, id="title")
        kept = self._found()
        parted = any(field.required for field in self._fields) and not all(f.required for f in self._fields)
        with VerticalScroll(id="fields", can_focus=False):
            if self._intro:
                yield text(clean(self._intro), "", classes="intro")
            for place, field in enumerate(self._fields):
                if parted and place == 0:
                    yield text("Needed to start" if self._asks_again else "Needed", classes="group")
                elif parted and not field.required and self._fields[place - 1].required:
                    asks_again = "Good to have; asked again when needed"
                    yield text(asks_again if self._asks_again else "Optional", classes="group")
                label = rows.text(clean(field.label), (" *", "$warn") if field.required else "")
                yield Static(label, classes="label", id=f"label-{place}", markup=False)
                yield _widget(field, field.shown(kept.get(field.key, field.value)), f"field-{place}")
                yield Static("", classes="problem", id=f"problem-{place}", markup=False)

    def _title_rule(self, width: int, height: int) -> list[Content]:
        title = clean(self._title)
        right = self._counted() if self.is_mounted else Content("")
        if rows.width_of(title) + right.cell_length > width - _RULE:
            right = self._counted(short=True)  # what the form is about matters more than the words of a count
        return [rows.rule(title, right, width)]

    def _counted(self, *, short: bool = False) -> Content:
        values = self.values()
        wanted = [field for field in self._fields if field.required]
        others = [field for field in self._fields if not field.required]
        have = sum(bool(values[field.key].strip()) for field in wanted)
        if short:
            parts = [f"{have}/{len(wanted)}"] if wanted else []
            return rows.text((", ".join(parts), "bold $warn" if have < len(wanted) else "$muted"))
        parts = [f"{have} of {len(wanted)} needed"] if wanted else []
        if others:
            filled = sum(bool(values[field.key].strip()) for field in others)
            parts.append(f"{filled} of {len(others)}{' more' if wanted else ''}")
        return rows.text((", ".join(parts), "bold $warn" if have < len(wanted) else "$muted"))

    def _found(self) -> dict[str, str]:
        if not self._drafts or not self._drafts.kept:
            return {}
        try:
            kept = json.loads(self._drafts.kept)
        except ValueError:
            return {}
        return {str(k): clean(str(v)) for k, v in kept.items()} if isinstance(kept, dict) else {}

    def _inputs(self) -> list[Widget]:
        return [self.query_one(f"#field-{place}") for place in range(len(self._fields))]

    def _place(self) -> int:
        """Return the index of the focused field."""
        inputs = self._inputs()
        return inputs.index(self.focused) if self.focused in inputs else 0

    def on_mount(self) -> None:
        """Start in the first empty field."""
        inputs = self._inputs()
        empty = [widget for widget in inputs if not widget.value]  # type: ignore[attr-defined]
        self.call_after_refresh((empty or inputs)[0].focus)

    def on_descendant_focus(self) -> None:
        """Show the keys of the focused field."""
        here = self._place()
        for place in range(len(self._fields)):
            self.query_one(f"#label-{place}").set_class(place == here, "-here")
        self.show_bar()

    def values(self) -> dict[str, str]:
        """Return the current values, by key."""
        shown = zip(self._fields, self._inputs(), strict=True)
        return {field.key: field.plain(widget.value) for field, widget in shown}  # type: ignore[attr-defined]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Save a draft soon."""
        self._value_changed()

    def on_choice_field_changed(self) -> None:
        """Save a draft soon."""
        self._value_changed()

    def _value_changed(self) -> None:
        place = self._place()
        if self._problems.get(place):
            self._say("", place)
        self.query_one("#title", Lines).draw(self._title_rule)
        self._keep_soon()

    def _keep_soon(self) -> None:
        if self._drafts is None:
            return
        if self._timer is not None:
            self._timer.stop()  # type: ignore[attr-defined]
        self._timer = self.set_timer(DRAFT_AFTER, self._keep)

    def _keep(self) -> None:
        if self._drafts is not None:
            values = {key: redact(value, os.environ)[0] for key, value in self.values().items()}
            self._drafts.keep(json.dumps(values))

    async def action_go_on(self) -> None:
        """Go to the next field; save on the last one."""
        await self._catch_up()
        place = self._place()
        if place == len(self._fields) - 1:
            self._finish()
            return
        field, value = self._fields[place], self.values()[self._fields[place].key]
        problem = f"{field.label} is needed." if field.required and not value.strip() else ""
        if not problem and self._check:
            problem = self._check({field.key: value})
        self._say(problem, place)
        if not problem:
            self.set_focus(self._inputs()[place + 1])  # at once: `focus()` would wait behind the next letters

    async def action_submit(self) -> None:
        """Save now, from any field."""
        await self._catch_up()
        self._finish()

    def _finish(self) -> None:
        press = self.app.last_press
        if press is not None and not press.on_screen(STANDS):
            return  # typed ahead: nobody has seen what it saves
        values = self.values()
        for place, field in enumerate(self._fields):
            if field.required and not values[field.key].strip():
                self._stay(place, f"{field.label} is needed.")
                return
            problem = self._check({field.key: values[field.key]}) if self._check else ""
            if problem:
                self._stay(place, problem)
                return
        problem = self._check(values) if self._check else ""
        if problem:
            self._say(problem, self._place())
            return
        changed = {k: value for k, value in values.items() if self._whole or value != self._initial[k]}
        self.dismiss(changed)

    def _stay(self, place: int, problem: str) -> None:
        self._say(problem, place)
        self.set_focus(self._inputs()[place])

    async def _catch_up(self) -> None:
        """Wait until the field has received the letters typed before: they arrive after the enter did."""
        field = self.focused
        if field is None:
            return
        taken = asyncio.Event()
        if not field.call_later(taken.set):
            return  # it is closing
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(taken.wait(), PATIENCE)

    def _say(self, problem: str, place: int, *, said: bool = False) -> None:
        """Show the problem with the field at `place` below it, with the cure; an empty text removes it."""
        shown = self.query_one(f"#problem-{place}", Static)
        shown.set_class(said, "-said")
        shown.display = bool(problem)
        self._told[place] = clean(problem) if said or not problem else f"{glyphs.FAILED} {clean(problem)}"
        self._fit(place)
        self._problems[place] = "" if said else problem
        self._inputs()[place].set_class(bool(self._problems[place]), "-wrong")
        self.show_bar()
        if problem:
            self.call_after_refresh(shown.scroll_visible, animate=False)  # once it has its rows

    def _fit(self, place: int) -> None:
        """Give the message below a field the rows that it needs: double-width cells are measured as one."""
        width = self.app.size.width
        told = rows.wrap(self._told[place], max(width - (1 if width < NARROW else 28) - 3, 12), indent="  ")
        shown = self.query_one(f"#problem-{place}", Static)
        shown.styles.min_height = shown.styles.max_height = max(len(told), 1)
        shown.update(Content("\n").join(told))

    def on_line_field_joined(self, event: LineField.Joined) -> None:
        """Say that all lines of a paste are there."""
        where = (
            f"{event.joint.strip()} stands where a line ended."
            if event.joint.strip()
            else "They are one line now."
        )
        self._say(f"{event.lines} lines came in. {where}", self._place(), said=True)

    def on_resize(self, event: events.Resize) -> None:
        """Use narrower labels on a narrow screen."""
        self.set_class(event.size.width < NARROW, "-low-columns")
        for intro in self.query(".intro").results(Static):  # a grid measures it as wide as its first column
            told = rows.wrap(clean(self._intro), max(event.size.width - 3, 12))
            intro.styles.min_height = intro.styles.max_height = max(len(told), 1)
        for place in self._told:
            self._fit(place)
        self.call_after_refresh(self._bring_into_view)

    def _bring_into_view(self) -> None:
        """Show the focused field, and what is said of it below."""
        if self.is_mounted and self.focused in self._inputs():
            place = self._place()
            self._inputs()[place].scroll_visible(animate=False)
            if self._told.get(place):
                self.query_one(f"#problem-{place}").scroll_visible(animate=False)

    def action_help(self) -> None:
        """Show the map of the workflow and the keys; what is typed stays."""
        self.app.push_screen(self.app.routes.help())

    def action_following(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_previous(self) -> None:
        """Go to the previous field."""
        self.focus_previous()

    def action_back(self) -> None:
        """Go back; what was typed stays as a draft."""
        if self.values() != self._initial:
            self._keep()
        self.dismiss(None)


def _widget(field: Field, value: str, id: str) -> Widget:
    """Return the widget for `field`."""
    if field.kind == "choice":
        return ChoiceField(field.choices, value, id)
    if field.kind == "checks":
        return ChecksField(field.choices, value, id)
    return LineField(value, clean(field.hint), id, field.joint)
