"""A document by sections: read it, edit a section, copy it, keep it, send it."""

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Row

from hotfix_tui.base import folders
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.engine import documents_of, messages
from hotfix_tui.incident.embargo.switch import holding_back
from hotfix_tui.incident.model.facts import FACTS, show_value
from hotfix_tui.ui.presenters import strip
from hotfix_tui.ui.screens.choose import Choose, Option
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.terminal.input_pace import STANDS
from hotfix_tui.ui.widgets.key_bar import KeyBar
from hotfix_tui.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


class DocumentScreen(ClosesOnce[None]):
    """Shows `document` (in `phase`). Enter keeps it (for a step), sends it (a message), or goes back."""

    DEFAULT_CSS = """
    DocumentScreen #both { height: 1fr; }
    DocumentScreen #sections, DocumentScreen #sections:focus {
        width: 27; height: 1fr; border: none; border-right: solid $panel; padding: 0; background: $background;
    }
    DocumentScreen.-narrow #both { layout: vertical; }
    DocumentScreen.-narrow #sections { width: 100%; height: 6; border-right: none; border-bottom: solid $panel; }
    DocumentScreen #scroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    DocumentScreen #text { height: auto; }
    DocumentScreen #gaps { height: auto; max-height: 4; padding: 0 1; color: $warning; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "primary", show=False, priority=False),
        Binding("e", "edit", show=False),
        Binding("E", "editor", show=False),
        Binding("D", "drop", show=False),
        Binding("c", "copy", show=False),
        Binding("g", "gaps", show=False),
        Binding("escape", "back", show=False),
        Binding("q,f9", "app.leave", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    hears_after = STANDS
    acts = ("enter", "D")
    app: "HotfixApp"
    doing = ""
    """What is under way, in words: a second enter must not send the same message again."""

    def __init__(self, engine: "Engine", document: str, *, phase: str = "", step: str = "") -> None:
        super().__init__()
        self.engine, self.document, self.phase, self.step = engine, document, phase, step
        self.rendered: Any = None
        self._revision = -1
        self._offered = ""
        self._parts: list[Content] = []
        self._head = 0

    def compose(self) -> ComposeResult:
        """Sections on the left, the text on the right."""
        yield Strip()
        with Horizontal(id="both"):
            yield OptionList(id="sections", markup=False, compact=True)
            with Vertical():
                yield Static(id="gaps", markup=False)
                with VerticalScroll(id="scroll", can_focus=False):
                    yield Static(id="text", markup=False)
        yield KeyBar(
            [
                ("enter", "go"),
                ("e", "edit"),
                ("g", "fill gaps"),
                ("c", "copy"),
                ("E", "in $EDITOR"),
                ("D", "drop edit"),
                ("esc", "back"),
            ]
        )

    def on_mount(self) -> None:
        """Render it."""
        self.query_one("#sections", OptionList).focus()
        self._render_again()

    def _render_again(self) -> None:
        self._revision = self.engine.record.revision

        def show(rendered: Any) -> None:
            self.rendered = rendered
            self._show_sections()
            self.refresh_view()

        self.app.look(lambda: documents_of.render(self.engine, self.document, phase=self.phase), show)

    def _show_sections(self) -> None:
        rows = self.query_one("#sections", OptionList)
        before = rows.highlighted or 0
        rows.clear_options()
        for section in self.rendered.sections:
            mark = "!" if section.outdated else "e" if section.edited else "⟦" if "⟦" in section.text else " "
            rows.add_option(Row(Content(f"{mark} {one_line(section.title, 60)}")))
        if self.rendered.sections:
            rows.highlighted = min(before, len(self.rendered.sections) - 1)

    def words(self) -> str:
        """What enter does."""
        if self.step:
            return "keep it"
        if self.document in messages.MESSAGES:
            if self.gap_facts():
                return "fill the gaps"
            waits = holding_back(self.engine.record, self.document)
            return "see why it waits" if waits else "send it"
        return "back"

    def gap_facts(self) -> list[str]:
        """Return the facts that the text lacks."""
        found = re.findall(r"\(set ([a-z.-]+)\)", " ".join(self.rendered.gaps)) if self.rendered else []
        return [key for key in dict.fromkeys(found) if key in FACTS]

    def action_gaps(self) -> None:
        """Fill the gaps: ask for the facts that the text lacks."""
        keys = self.gap_facts()
        stage = self.app.stage_screen()
        if keys and stage is not None:
            stage.ask_facts("What the text lacks", keys)

    def refresh_view(self) -> None:
        """Redraw from what was rendered."""
        width = self.size.width or 80
        record = self.engine.record
        if self.words() != self._offered:
            self._offered = self.words()
            self.app.offer_changes()
        shown = strip.lines(
            record,
            self.engine.clock(),
            stage=record.stage,
            primary=self.words(),
            width=width,
            notice=self.doing,
        )
        self.query_one(Strip).show(shown)
        if self.rendered is None:
            return
        if self._revision != record.revision:
            self._render_again()
        self._parts = [_part(section) for section in self.rendered.sections]
        title = (
            [Content.styled(clean(self.rendered.title), "bold"), Content("")] if self.rendered.title else []
        )
        self._head = len(title)
        self.query_one("#text", Static).update(Content("\n").join([*title, *self._parts]))
        gaps = self.rendered.gaps
        said = f"{len(gaps)} gap{'s' if len(gaps) > 1 else ''}: " + "; ".join(gaps) if gaps else ""
        said = "\n".join([*filter(None, [said]), *(f"! {warning}" for warning in self.rendered.warnings)])
        self.query_one("#gaps", Static).update(Content(clean(said)))
        self.query_one("#gaps").display = bool(said)

    def on_resize(self) -> None:
        """The strip drops parts by width."""
        self.refresh_view()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Bring the section to the top of the text."""
        shown = self.query_one("#text", Static)
        width = shown.size.width
        if not width or event.option_index >= len(self._parts):
            return
        above = sum(part.get_height({}, width) for part in self._parts[: event.option_index])
        head = self._head if event.option_index else 0
        self.query_one("#scroll").scroll_to(y=above + head, animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter in the list does what the strip says."""
        self.action_primary()

    def _section(self) -> Any:
        place = self.query_one("#sections", OptionList).highlighted
        if self.rendered is None or place is None or place >= len(self.rendered.sections):
            return None
        return self.rendered.sections[place]

    # Keys

    def action_primary(self) -> None:
        """Keep, send, or go back."""
        if self.doing:
            return
        if self.step:
            write = self._once("keeping it…", lambda: documents_of.write(self.engine, self.document))
            self.app.change(write, lambda _: self.dismiss(None))
        elif self.document in messages.MESSAGES and self.gap_facts():
            self.action_gaps()
        elif self.document in messages.MESSAGES:
            self._ask_how()
        else:
            self.dismiss(None)

    def _ask_how(self) -> None:
        def ask(message: messages.Message) -> None:
            if self.is_active:
                self._ask_about(message)

        may = self._once("looking…", lambda: messages.prepare(self.engine, self.document, self.phase))
        self.app.look(may, ask)

    def _ask_about(self, message: messages.Message) -> None:
        """Ask how the message goes out; of one that may be out already, what became of it."""
        options = [
            Option("hand", "I sent it myself", "recorded with time and name"),
            Option("copy", "Copy it first"),
        ]
        begun = messages.possibly_sent(self.engine, self.document, self.phase)
        twice = "" if begun else messages.sent_already(self.engine, message)
        if begun:
            options[0] = Option("hand", "It is out", "recorded with time and name")
            options.insert(1, Option("command", "It is not out: send it again", message.command))
        elif message.argv:
            words = "Send the same once more" if twice else "Send it by the configured command"
            options.insert(len(options) if twice else 0, Option("command", words, message.command))

        def chosen(name: str | None) -> None:
            if name == "copy":
                self.action_copy()
                self._ask_how()
            elif name is not None:
                by_hand, again = name == "hand", bool(begun or twice)
                send = self._once(
                    "sending…", lambda: messages.send(self.engine, message, by_hand=by_hand, again=again)
                )
                self.app.perform(send, lambda _: self.dismiss(None))

        title = f"Send: {self.document} {self.phase}"
        said = begun or twice
        self.app.push_screen(
            Choose(title, options, f"{said}\n\n{message.text}" if said else message.text), chosen
        )

    def _once(self, words: str, call: Callable[[], Any]) -> Callable[[], Any]:
        """Return `call` so that `words` are shown, and enter does nothing, until it has ended."""
        self.doing = words
        self.refresh_view()

        def carry_out() -> Any:
            try:
                return call()
            finally:
                self.doing = ""

        return carry_out

    def action_edit(self) -> None:
        """Edit the highlighted section in a text area."""
        from hotfix_tui.ui.screens.text_edit import TextEdit

        section = self._section()
        if section is None:
            return
        name = f"{self.document}-{section.id}"
        kept = self.app.store.draft_read(self.engine.id, name)
        title = f"{section.title}" + (" (a fact: every text uses it)" if section.fact else "")
        start = kept if kept is not None else self._start_of(section)
        self.app.push_screen(
            TextEdit(title, start, self._draft(name)), lambda text: self._edited(section.id, name, text)
        )

    def _start_of(self, section: Any) -> str:
        """Return what editing starts with: a fact as it was entered, or the section's text."""
        if section.fact:
            return show_value(self.engine.record.fact(section.fact))
        return str(section.text)

    def _draft(self, name: str) -> Any:
        store, id = self.app.store, self.engine.id
        return lambda text: self.app.look(lambda: store.draft_write(id, name, text))

    def _edited(self, section: str, draft: str, text: str | None) -> None:
        if text is None:
            return

        def save() -> None:
            documents_of.edit(self.engine, self.document, section, text, self.phase)
            self.app.store.draft_drop(self.engine.id, draft)

        self.app.change(save, lambda _: self._render_again())

    def action_editor(self) -> None:
        """Edit the highlighted section in the user's editor."""
        section = self._section()
        if section is None:
            return
        path = documents_of.path_of(self.engine, f"{self.document}-{section.id}", "edit")
        folders.make(os.path.dirname(path))
        folders.put(path, self._start_of(section).encode("utf-8", "backslashreplace"))
        self.app.with_terminal(lambda: self.app.editor.edit(path))
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        os.unlink(path)
        if text != self._start_of(section):
            self._edited(section.id, f"{self.document}-{section.id}", text)

    def action_drop(self) -> None:
        """Use the rendered text of the section again."""
        section = self._section()
        if section is not None and section.edited:
            self.app.change(
                lambda: documents_of.edit(self.engine, self.document, section.id, None, self.phase),
                lambda _: self._render_again(),
            )

    def action_copy(self) -> None:
        """Copy the whole text, and say where the file is."""
        if self.rendered is None:
            return
        head = f"{self.rendered.title}\n\n" if self.rendered.title else ""
        self.app.copy(head + self.rendered.text, "text")
        self.app.change(lambda: documents_of.save(self.engine, self.rendered), self._saved)

    def _saved(self, path: str) -> None:
        self.app.notify(f"It is in {path} too.", markup=False)

    def action_scroll(self, rows: int) -> None:
        """Scroll the text."""
        self.query_one("#scroll").scroll_relative(y=rows, animate=False)

    def action_back(self) -> None:
        """Back to the steps."""
        self.dismiss(None)


def _part(section: Any) -> Content:
    """Return one section with its title line."""
    note = ""
    if section.edited:
        note = "  (edited; its facts have changed since)" if section.outdated else "  (edited)"
    head = Content.styled(f"── {clean(section.title)}{note}", "dim")
    return Content("\n").join([head, _loud(clean(section.text))])


def _loud(text: str) -> Content:
    """Return `text` with its gaps marked."""
    parts: list[Content | str | tuple[str, str]] = []
    rest = text
    while "⟦" in rest and "⟧" in rest:
        before, _, tail = rest.partition("⟦")
        inside, _, rest = tail.partition("⟧")
        parts += [before, (f"⟦{inside}⟧", "bold $error")]
    return Content.assemble(*parts, rest)
