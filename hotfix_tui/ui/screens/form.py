"""A dialog that asks for several facts at once. What is typed is kept as a draft until it is saved."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from hotfix_tui.base.text import clean
from hotfix_tui.ui.screens.dialog import Dialog, text

DRAFT_AFTER = 0.5
"""Seconds after the last key until a draft is saved: what is typed is durable within a second."""


PATIENCE = 1.0
"""Seconds to wait for a field that has not taken its letters yet."""


class Field(NamedTuple):
    """One field: `choices` are offered while typing, `required` has to be filled before the form is saved."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


class Drafts(NamedTuple):
    """How the form keeps and finds what was typed: `keep` may be called often and returns at once."""

    keep: Callable[[str], None]
    kept: str = ""


class Form(Dialog[dict[str, str]]):
    """Returns the fields that differ from what they held, by key, or None. `check` gives a sentence or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the fields: letters typed right after a tab or an enter belong to the next field.
        Binding("enter", "submit", show=False, priority=True),
        Binding("tab", "following", show=False, priority=True),
        Binding("shift+tab", "previous", show=False, priority=True),
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
    ) -> None:
        super().__init__()
        self._title, self._fields, self._intro = title, fields, intro
        self._drafts, self._check, self._save = drafts, check, save
        self._timer: object | None = None
        self._initial = {field.key: field.value for field in fields}

    def heading(self) -> str:
        """What is asked for."""
        return clean(self._title)

    def keys(self) -> list[tuple[str, str]]:
        """Keys of the form."""
        return [("enter", f"next, {self._save}"), ("tab", "next field"), ("esc", "back, keeps a draft")]

    def body(self) -> ComposeResult:
        """The fields."""
        if self._intro:
            yield text(clean(self._intro) + "\n", "dim", classes="intro")
        kept = self._found()
        for place, field in enumerate(self._fields):
            label = f"{field.label}{' *' if field.required else ''}"
            yield text(label, classes="label")
            yield Input(
                value=kept.get(field.key, clean(field.value)),
                placeholder=clean(field.hint or ", ".join(field.choices)),
                suggester=SuggestFromList(field.choices, case_sensitive=False) if field.choices else None,
                id=f"field-{place}",
                select_on_focus=False,
                compact=True,
            )
        yield Static("", id="problem", markup=False)

    def _found(self) -> dict[str, str]:
        if not self._drafts or not self._drafts.kept:
            return {}
        try:
            kept = json.loads(self._drafts.kept)
        except ValueError:
            return {}
        return {str(k): clean(str(v)) for k, v in kept.items()} if isinstance(kept, dict) else {}

    def on_mount(self) -> None:
        """Start in the first empty field."""
        inputs = list(self.query(Input))
        empty = [widget for widget in inputs if not widget.value]
        self.call_after_refresh((empty or inputs)[0].focus)

    def values(self) -> dict[str, str]:
        """Return what the fields hold now, by key."""
        return {f.key: self.query_one(f"#field-{n}", Input).value for n, f in enumerate(self._fields)}

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft soon."""
        if self._drafts is None:
            return
        if self._timer is not None:
            self._timer.stop()  # type: ignore[attr-defined]
        self._timer = self.set_timer(DRAFT_AFTER, self._keep)

    def _keep(self) -> None:
        if self._drafts is not None:
            self._drafts.keep(json.dumps(self.values()))

    async def action_submit(self) -> None:
        """Go to the next required field that is empty, or save."""
        await self._catch_up()
        values = self.values()
        for place, field in enumerate(self._fields):
            if field.required and not values[field.key].strip():
                empty = self.query_one(f"#field-{place}", Input)
                if self.focused is empty:
                    self._say(f"{field.label} is needed.")
                self.set_focus(empty)  # at once: `empty.focus()` would wait behind the next letters
                return
        problem = self._check(values) if self._check else ""
        if problem:
            self._say(problem)
            return
        changed = {key: value for key, value in values.items() if value != clean(self._initial[key])}
        self.dismiss(changed)

    async def _catch_up(self) -> None:
        """Wait until the field has taken the letters that were typed before: they come to it after the enter did."""
        field = self.focused
        if field is None:
            return
        taken = asyncio.Event()
        field.call_later(taken.set)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(taken.wait(), PATIENCE)

    def _say(self, problem: str) -> None:
        shown = self.query_one("#problem", Static)
        shown.update(clean(problem))
        shown.scroll_visible()

    def on_paste(self, event: events.Paste) -> None:
        """Let nothing into a field that a terminal would act on."""
        event.text = clean(event.text)

    def action_following(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_previous(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def action_back(self) -> None:
        """Go back; what was typed stays as a draft."""
        if self.values() != {key: clean(value) for key, value in self._initial.items()}:
            self._keep()
        self.dismiss(None)
