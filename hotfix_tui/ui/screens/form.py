"""A dialog that asks for several facts at once. What is typed is kept as a draft until it is saved.

Enter goes from field to field and saves on the last one; what is typed after that acts on nothing.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from hotfix_tui.base.text import clean
from hotfix_tui.ui.dialogs.fields import ENTRY_END, LINE_END, ChecksField, ChoiceField, LineField
from hotfix_tui.ui.screens.dialog import Dialog, text
from hotfix_tui.ui.terminal.input_pace import STANDS
from hotfix_tui.ui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from hotfix_tui.ui.app import HotfixApp

DRAFT_AFTER = 0.5
"""Seconds after the last key until a draft is saved: what is typed is durable within a second."""


PATIENCE = 1.0
"""Seconds to wait for a field that has not taken its letters yet."""

WIDE = 60
"""Columns from which on the line of keys has room for what Esc does to the draft."""

_JOINTS = {"text": LINE_END, "list": ENTRY_END}


class Field(NamedTuple):
    """One field; `required` has to be filled before the form is saved.

    `kind` is ``line``, ``text`` (of several lines) or ``list`` (an entry a line); ``choice`` is one of `choices`,
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
        """What stands for the end of a line while it is one row."""
        return _JOINTS.get(self.kind, ENTRY_END if self.kind == "checks" else " ")

    def shown(self, value: str) -> str:
        """Return `value` as the field shows it."""
        return self.joint.join(clean(value).split("\n"))

    def plain(self, shown: str) -> str:
        """Return the value of what the field shows: lines are lines again."""
        if self.kind not in (*_JOINTS, "checks"):
            return shown
        parts = (
            part.strip() for part in shown.split(self.joint.strip() if self.kind == "text" else self.joint)
        )
        return "\n".join(parts).strip("\n") if self.joint.strip() in shown else shown


class Drafts(NamedTuple):
    """How the form keeps and finds what was typed: `keep` may be called often and returns at once."""

    keep: Callable[[str], None]
    kept: str = ""


class Form(Dialog[dict[str, str]]):
    """Returns the fields that differ from what they held, by key, or None; all of them where it is `whole`.

    `check` is given some or all of the values and returns a sentence, or nothing.
    """

    types = True
    app: "HotfixApp"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the fields: letters typed right after a tab or an enter belong to the next field.
        Binding("enter", "go_on", show=False, priority=True),
        Binding("tab", "following", show=False, priority=True),
        Binding("shift+tab", "previous", show=False, priority=True),
        Binding("f5", "submit", show=False, priority=True),
        Binding("down", "following", show=False),
        Binding("up", "previous", show=False),
    ]

    DEFAULT_CSS = """
    Form #body { layout: grid; grid-size: 2; grid-columns: 32 1fr; grid-rows: auto; grid-gutter: 0 1; }
    Form.-narrow #body { grid-size: 1; grid-columns: 1fr; }
    Form Input { background: $boost; }
    Form Input:focus { background: $primary-muted; }
    Form .intro, Form #problem { column-span: 2; }
    Form.-narrow .intro, Form.-narrow #problem { column-span: 1; }
    Form .label { height: auto; }
    Form #problem { color: $error; height: auto; }
    Form #problem.-said { color: $text-muted; }
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
    ) -> None:
        super().__init__()
        self._title, self._fields, self._intro = title, fields, intro
        self._drafts, self._check, self._save, self._whole = drafts, check, save, whole
        self._timer: object | None = None
        self._initial = {field.key: field.plain(field.shown(field.value)) for field in fields}

    def heading(self) -> str:
        """What is asked for."""
        return clean(self._title)

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the form."""
        place = self._place() if self.is_mounted else 0
        own = getattr(self.focused, "keys", None) if self.is_mounted else None
        last = place == len(self._fields) - 1
        keys = [("enter", self._save if last else "next field")]
        keys += [own] if own else []
        keys += [] if last else [("F5", self._save)]
        wide = self.app.size.width >= WIDE
        return [*keys, ("esc", "back, keeps a draft" if self._drafts and wide else "back")]

    def body(self) -> ComposeResult:
        """The fields."""
        if self._intro:
            yield text(clean(self._intro) + "\n", "dim", classes="intro")
        kept = self._found()
        for place, field in enumerate(self._fields):
            label = f"{field.label}{' *' if field.required else ''}"
            yield text(label, classes="label")
            yield _widget(field, field.shown(kept.get(field.key, field.value)), f"field-{place}")
        yield Static("", id="problem", markup=False)

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
        """Which field has the focus."""
        inputs = self._inputs()
        return inputs.index(self.focused) if self.focused in inputs else 0

    def on_mount(self) -> None:
        """Start in the first empty field."""
        inputs = self._inputs()
        empty = [widget for widget in inputs if not widget.value]  # type: ignore[attr-defined]
        self.call_after_refresh((empty or inputs)[0].focus)

    def on_descendant_focus(self) -> None:
        """The keys are those of the field."""
        self.query_one(KeyBar).show(self.keys())

    def values(self) -> dict[str, str]:
        """Return what the fields hold now, by key."""
        shown = zip(self._fields, self._inputs(), strict=True)
        return {field.key: field.plain(widget.value) for field, widget in shown}  # type: ignore[attr-defined]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft soon."""
        self._keep_soon()

    def on_choice_field_changed(self) -> None:
        """Keep a draft soon."""
        self._keep_soon()

    def _keep_soon(self) -> None:
        if self._drafts is None:
            return
        if self._timer is not None:
            self._timer.stop()  # type: ignore[attr-defined]
        self._timer = self.set_timer(DRAFT_AFTER, self._keep)

    def _keep(self) -> None:
        if self._drafts is not None:
            self._drafts.keep(json.dumps(self.values()))

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
        self._say(problem)
        if not problem:
            self.set_focus(self._inputs()[place + 1])  # at once: `focus()` would wait behind the next letters

    async def action_submit(self) -> None:
        """Save now, from whatever field."""
        await self._catch_up()
        self._finish()

    def _finish(self) -> None:
        press = self.app.last_press
        if press is not None and not press.on_screen(STANDS):
            return  # typed ahead: nobody has seen what it saves
        values = self.values()
        for field, widget in zip(self._fields, self._inputs(), strict=True):
            if field.required and not values[field.key].strip():
                self._stay(widget, f"{field.label} is needed.")
                return
            problem = self._check({field.key: values[field.key]}) if self._check else ""
            if problem:
                self._stay(widget, problem)
                return
        problem = self._check(values) if self._check else ""
        if problem:
            self._say(problem)
            return
        changed = {k: value for k, value in values.items() if self._whole or value != self._initial[k]}
        self.dismiss(changed)

    def _stay(self, widget: Widget, problem: str) -> None:
        self._say(problem)
        self.set_focus(widget)

    async def _catch_up(self) -> None:
        """Wait until the field has taken the letters that were typed before: they come to it after the enter did."""
        field = self.focused
        if field is None:
            return
        taken = asyncio.Event()
        field.call_later(taken.set)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(taken.wait(), PATIENCE)

    def _say(self, problem: str, *, said: bool = False) -> None:
        shown = self.query_one("#problem", Static)
        shown.set_class(said, "-said")
        shown.update(clean(problem))
        if problem:
            self.call_after_refresh(shown.scroll_visible, animate=False)  # once it has its rows

    def on_line_field_joined(self, event: LineField.Joined) -> None:
        """Say that all lines of a paste are there."""
        where = (
            f"{event.joint.strip()} stands where a line ended."
            if event.joint.strip()
            else "They are one line now."
        )
        self._say(f"{event.lines} lines came in. {where}", said=True)

    def action_following(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_previous(self) -> None:
        """Go to the field before."""
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
