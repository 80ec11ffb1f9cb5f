"""A document by section: read it as its readers will, fill its gaps, edit a section in place, save it, send it."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content

from hotfix_tui.base import folders
from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import clean
from hotfix_tui.engine import documents, messages
from hotfix_tui.incident.embargo.switch import blocked_by_embargo
from hotfix_tui.incident.model.facts import show_value
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.pictures import document as picture
from hotfix_tui.ui.pictures import markdown
from hotfix_tui.ui.pictures.document import SectionPart
from hotfix_tui.ui.presenters import document_offer
from hotfix_tui.ui.presenters.document_offer import State
from hotfix_tui.ui.screens import dialogs, document_sending
from hotfix_tui.ui.screens.closing import ClosesOnce
from hotfix_tui.ui.screens.framed import Framed
from hotfix_tui.ui.terminal.input_pace import STANDS
from hotfix_tui.ui.terminal.own_keys import named
from hotfix_tui.ui.widgets.lines import Lines
from hotfix_tui.ui.widgets.section_editor import SectionEditor

if TYPE_CHECKING:
    from hotfix_tui.documents.render import Rendered
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp

THREE_FROM, ONE_BELOW = 110, 72
"""Columns from which on sections, editor and preview are side by side, and below which only one is shown."""

CONTEXT = 6
"""Rows of a shorter preceding section that stay visible above the selected one."""


class SectionList(Lines, can_focus=True):
    """The list of sections; it has the focus while nothing is edited."""


class DocumentScreen(Framed[None], ClosesOnce[None]):
    """Shows `document` (in `phase`). Enter fills a gap, saves it (for a step), sends it (a message), or goes back."""

    DEFAULT_CSS = """
    DocumentScreen #parts { height: 1fr; layout: horizontal; }
    DocumentScreen #sections { width: 28; background: $zone; }
    DocumentScreen #editor { display: none; }
    DocumentScreen.-editing #editor, DocumentScreen.-three #editor { display: block; }
    DocumentScreen.-editing #preview { display: none; }
    DocumentScreen.-three #preview { display: block; }
    DocumentScreen.-alone #sections { width: 1fr; }
    DocumentScreen.-alone #preview { display: none; }
    DocumentScreen.-alone.-opened #preview { display: block; }
    DocumentScreen.-alone.-opened #sections, DocumentScreen.-alone.-editing #sections { display: none; }
    DocumentScreen.-alone.-editing #preview { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("document")

    hears_after = STANDS
    app: "HotfixApp"

    def __init__(self, engine: "Engine", document: str, *, phase: str = "", step: str = "") -> None:
        super().__init__()
        self.acts = ("enter", "D", "K", *named("tick"))
        self.engine, self.document, self.phase, self.step = engine, document, phase, step
        self.rendered: Rendered | None = None
        self.doing = ""
        """What is in progress, in words: a second enter must not send the same message again."""
        self._listed: list[SectionPart] = []
        self._at = 0
        self._box = -1
        self._scroll = 0
        self._renders = True
        """Whether a newer text than the displayed one is being rendered."""
        self._revision = -1
        self._offered = ""
        self._editing = ""
        """The id of the section being edited, empty if none is."""
        self._typed: dict[str, str] = {}

    # Composition

    @property
    def types(self) -> bool:
        """Whether letters go into a text: while a section is edited."""
        return bool(self._editing)

    @property
    def framed_stage(self) -> str:
        """The stage of the step that the text settles."""
        return self.step.partition(".")[0] or self.engine.record.stage

    def body(self) -> ComposeResult:
        """Yield the sections, the editor of one of them, and the text as it will be read."""
        with Container(id="parts"):
            yield SectionList(self._paint_list, id="sections")
            yield SectionEditor(self._keep_draft, id="editor")
            yield Lines(self._paint_preview, id="preview")

    def on_mount(self) -> None:
        """Render it."""
        self.query_one("#sections").focus()
        self._render_again()

    @property
    def editor(self) -> SectionEditor:
        """Where a section is edited."""
        return self.query_one(SectionEditor)

    @property
    def selected(self) -> SectionPart | None:
        """The selected section, None if there is none."""
        return self._listed[self._at] if self._at < len(self._listed) else None

    def _render_again(self) -> None:
        self._revision = self.engine.record.revision
        self._renders = True
        self.app.look(lambda: documents.render(self.engine, self.document, phase=self.phase), self._take)

    def _take(self, rendered: "Rendered") -> None:
        """Show a rendered text; the first time, and once a gap is filled, the next gap is selected."""
        first, before = self.rendered is None, self.selected
        self._renders = self._revision != self.engine.record.revision
        if not self._editing:
            self._typed = {}
        self.rendered, self._listed = rendered, picture.parts(rendered, self.engine.record)
        ids = [part.id for part in self._listed]
        self._at = ids.index(before.id) if before is not None and before.id in ids else 0
        gaps, now = picture.gaps(self._listed), self.selected
        filled = before is not None and before.state == "gap" and now is not None and now.state != "gap"
        if gaps and (first or filled):
            self._at = next((place for place in gaps if place >= self._at), gaps[0])
        now = self.selected
        if before is None or now is None or before.id != now.id:
            self._box = -1
        if before is None or now is None or (before.id, before.text) != (now.id, now.text):
            self._to_section()
        self._load()
        self.refresh_view()

    # Painting

    def _paint_list(self, width: int, height: int) -> list[Content]:
        return picture.sections(self._listed, self._at, width, height, line=not self.has_class("-alone"))

    def _made(self, width: int) -> picture.Preview:
        """Return the text for a pane of `width` cells; unchanged sections are not painted again."""
        box = (self.selected.id, self._box) if self.selected is not None else ("", -1)
        return picture.preview(self.document, self._listed, max(width - 2, 1), typed=self._typed, box=box)

    def _paint_preview(self, width: int, height: int) -> list[Content]:
        side_by_side = self.has_class("-three")
        width -= side_by_side
        made = self._made(width)
        self._scroll = max(0, min(self._scroll, len(made.rows) - max(height - 2, 1)))
        shown = picture.shown(self.rendered, made, self._scroll, width, height)
        if not side_by_side:
            return shown
        return [rows.text(("▕", "$line"), row) for row in rows.fill(shown, height)]

    def refresh_view(self) -> None:
        """Redraw from the rendered text; render again if the record has changed."""
        if not self.is_there:
            return
        if self._revision != self.engine.record.revision and not self._editing:
            self._render_again()
        if self._offered != self.words():
            if self._offered:
                self.app.offer_changes()
            self._offered = self.words()
        self.show_frame()
        self._show()

    def _show(self) -> None:
        for name, paint in (
            ("#sections", self._paint_list),
            ("#preview", self._paint_preview),
        ):
            self.query_one(name, Lines).draw(paint)

    def _chosen(self) -> None:
        """Redraw after a key that changed what enter does."""
        self._offered = self.words()
        self.show_bar()
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Switch between three columns, two, and one."""
        self.set_class(event.size.width >= THREE_FROM, "-three")
        self.set_class(event.size.width < ONE_BELOW, "-alone")
        self._load()
        self.call_after_refresh(self._after_resize)

    def _after_resize(self) -> None:
        self._to_section()
        self.refresh_view()

    # What is offered

    def words(self) -> str:
        """Return what enter does."""
        return self.offer().label

    def _state(self) -> State:
        return State(
            self.document,
            self.phase,
            self.step,
            self._listed,
            self._at,
            self.gap_facts(),
            held=bool(blocked_by_embargo(self.engine.record, self.document)),
            editing=bool(self._editing),
            saved=self.editor.saved if self._editing else "",
            doing=self.doing or ("rendering it…" if self._renders else ""),
            closed=self._is_closed,
        )

    def offer(self) -> bar.Bar:
        """Return what the bar says."""
        return document_offer.of(self._state())

    def keys(self) -> footer.Keys:
        """Return the keys of the selection, or of the editor."""
        return document_offer.keys(self._state())

    def more(self) -> tuple[str, str]:
        """Return the help key; while letters are typed, its alternative."""
        return (keymap.key("form" if self._editing else "document", "help"), "more")

    def gap_facts(self) -> list[str]:
        """Return the facts that the text lacks."""
        return self.rendered.lacking if self.rendered is not None else []

    # Moving

    @property
    def _is_closed(self) -> bool:
        """Whether only the list fits on a narrow screen, so that the text has to be opened first."""
        return self.has_class("-alone") and not self.has_class("-opened")

    def action_move(self, places: int) -> None:
        """Select another section."""
        if not self._editing and self._listed:
            self.select(min(max(self._at + places, 0), len(self._listed) - 1))

    def select(self, place: int) -> None:
        """Select the section at `place`, and show it in the text."""
        self._at, self._box = place, -1
        self._load()
        self._to_section()
        self._chosen()

    def _to_section(self) -> None:
        """Scroll the text to the selected section; a short one before it stays visible."""
        pane = self.query_one("#preview")
        made = self._made(pane.size.width - self.has_class("-three"))
        if not pane.size.width or self._at >= len(made.starts):
            return
        start = made.starts[self._at]
        before = made.starts[self._at - 1] if self._at else 0
        end = made.starts[self._at + 1] if self._at + 1 < len(made.starts) else len(made.rows)
        fits = start - before <= CONTEXT and end - before <= pane.size.height - 2
        self._scroll = before if fits else start

    def _load(self) -> None:
        """Show the selected section in the editor, if that is next to the text."""
        if not self._editing and self.selected is not None and self.has_class("-three"):
            self.editor.show(self.selected.title, self._start_of(self.selected))

    def action_scroll(self, by: int) -> None:
        """Scroll the text."""
        self._scroll = max(self._scroll + by, 0)
        self._show()

    def action_turn(self) -> None:
        """Switch between list and text if there is room for only one."""
        if self.has_class("-alone") and not self._editing:
            self.toggle_class("-opened")
            self.call_after_refresh(self._turned)

    def _turned(self) -> None:
        self._to_section()
        self._chosen()

    def on_click(self, event: events.Click) -> None:
        """Select the section that was clicked."""
        listed = self.query_one("#sections")
        if event.widget is listed and not self._editing:
            first = picture.first_shown(self._listed, self._at, listed.size.height)
            place = first + event.screen_y - listed.region.y - 1
            if first <= place < len(self._listed):
                self.select(place)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down in the list or in the text, whichever the mouse is over."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up, likewise."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        if event.widget is self.query_one("#sections"):
            self.action_move(direction)
        elif event.widget is self.query_one("#preview"):
            self.action_scroll(3 * direction)

    # What enter does

    def action_primary(self) -> None:
        """Fill a gap, save, send, or go back: what the bar says."""
        if self.doing or self._editing or self._renders:
            return
        part = self.selected
        if self._is_closed:
            self.action_turn()
        elif self.document in messages.MESSAGES:
            if self.gap_facts():
                self.action_gaps()
            else:
                self.app.start_flow(document_sending.send(self))
        elif not self.step:
            self.dismiss(None)
        elif part is not None and part.state == "gap":
            keys = self._state().asks
            if keys:
                self._ask_facts(f"{part.title}", keys)
            else:
                self.action_edit()
        else:
            self.app.start_flow(self._keep())

    def action_keep_gaps(self) -> None:
        """Save the text for its step as it is: its gaps stay in it, shown as such."""
        if self.step and self.rendered is not None and not self.doing and not self._editing:
            self.app.start_flow(self._keep())

    async def _keep(self) -> None:
        self.under_way("keeping it…")  # from now on, so that a second enter does not save it twice
        try:
            if not await self._template_chosen():
                return
            await self.app.result_of(self.app.changes, lambda: documents.write(self.engine, self.document))
        finally:
            self.under_way("")
        self.leave()

    async def _template_chosen(self) -> bool:
        """Ask which of the team's several templates to use; the text is shown again with the chosen one."""
        several = await self.app.result_of(
            self.app.looks, lambda: documents.templates_to_choose(self.engine, self.document)
        )
        if not several:
            return True
        options = [dialogs.Option(path, path.rpartition("/")[2], path) for path in several]
        options.append(dialogs.Option("none", "None of them", "the wizard's own headings"))
        chosen = await self.app.ask(dialogs.Choose("Which template of the team is it?", options))
        if chosen is not None:
            await self.app.result_of(self.app.changes, lambda: documents.choose_template(self.engine, chosen))
            self._render_again()
        return False

    def under_way(self, words: str) -> None:
        """Show what is in progress, or that nothing is; while something is, enter does nothing."""
        self.doing = words
        self.refresh_view()

    def leave(self) -> None:
        """Close the screen."""
        self.dismiss(None)

    def action_gaps(self) -> None:
        """Ask for all facts that the text lacks, in one form."""
        if self._editing:
            return
        keys = self.gap_facts()
        if keys:
            self._ask_facts("What the text lacks", keys)
        else:
            self.app.notify("No fact is missing here.", markup=False)

    def _ask_facts(self, title: str, keys: list[str]) -> None:
        stage = self.app.stage_screen()
        if stage is not None:
            stage.ask_facts(title, keys)

    # Editing a section

    def action_edit(self) -> None:
        """Edit the selected section here; a saved draft is continued."""
        part = self.selected
        if part is None or self._editing:
            return
        kept = self.app.store.draft_read(self.engine.id, self._draft_name(part))
        self._editing = part.id
        self.add_class("-editing")
        self.query_one("#sections").can_focus = False
        self.editor.begin(part.title, self._start_of(part), kept)
        self._follow()
        self._chosen()

    def _draft_name(self, part: SectionPart) -> str:
        return f"{self.document}-{part.id}"

    def _start_of(self, part: SectionPart) -> str:
        """Return what editing starts with: a fact as it was entered, or the section's text."""
        return show_value(self.engine.record.fact(part.fact)) if part.fact else part.text

    def on_section_editor_followed(self) -> None:
        """Show what is typed in the text next to it."""
        self._follow()

    def on_section_editor_kept(self) -> None:
        """Show in the bar whether the draft is saved."""
        self.show_bar()

    def _keep_draft(self, text: str, kept: "Callable[[str], object]") -> None:
        part = self.selected
        if part is None or not self._editing:
            return
        store, name, id = self.app.store, self._draft_name(part), self.engine.id
        self.app.look(
            lambda: store.draft_write(id, name, redact(text, os.environ)[0]),
            lambda _: kept(f"{self.engine.clock():%H:%M:%S}"),
        )

    def _follow(self) -> None:
        if self._editing:
            written = self.editor.text.strip() or self.editor.start.strip()
            self._typed = {self._editing: self.editor.text} if written else {}
            self._to_section()
            self.query_one("#preview", Lines).draw(self._paint_preview)

    def _end_editing(self) -> str:
        """Stop editing; return what was typed. Letters still in the queue must not act as commands."""
        text = self.editor.end()
        self._editing = ""
        self.app.screen_changes(typed=True)
        self.remove_class("-editing")
        sections = self.query_one("#sections")
        sections.can_focus = True
        sections.focus()
        self.call_after_refresh(self._turned)
        return text

    def action_back(self) -> None:
        """Save what was typed; or go back to the list, or to the steps."""
        part = self.selected
        if self._editing and part is not None:
            text = self._end_editing()
            if text != self.editor.start:
                self._edited(part, text)
            else:
                self._forget(part)
            self._chosen()
        elif self.has_class("-alone") and self.has_class("-opened"):
            self.action_turn()
        else:
            self.dismiss(None)

    def action_discard(self) -> None:
        """Leave the section as it was; the draft is deleted too."""
        part = self.selected
        if self._editing and part is not None:
            self._end_editing()
            self._forget(part)
            self._load()
            self._chosen()

    def _forget(self, part: SectionPart) -> None:
        """Delete the draft: nothing was changed after all."""
        self._typed = {}
        store, name, id = self.app.store, self._draft_name(part), self.engine.id
        self.app.look(lambda: store.draft_drop(id, name))

    def _edited(self, part: SectionPart, text: str | None) -> None:
        """Save `text` for a section, or for the fact that it is; None reverts the edit."""
        engine, document, phase, name = self.engine, self.document, self.phase, self._draft_name(part)

        def save() -> None:
            if text is not None:
                draft = redact(text, os.environ)[0]
                self.app.store.draft_write(engine.id, name, draft)  # it is kept in case it is refused
            documents.edit_part(engine, document, part.id, text, phase=phase, fact=part.fact)
            self.app.store.draft_drop(engine.id, name)

        self.app.change(save, lambda _: self._render_again())

    def action_editor(self) -> None:
        """Edit the selected section in the user's editor."""
        part = self.selected
        if part is None or self._editing:
            return
        path = documents.path_of(self.engine, self._draft_name(part), "edit")
        folders.make(os.path.dirname(path))
        folders.put(path, self._start_of(part).encode("utf-8", "backslashreplace"))
        self.app.with_terminal(lambda: self.app.editor.edit(path))
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        os.unlink(path)
        if text != self._start_of(part):
            self._edited(part, text)

    def action_drop(self) -> None:
        """Use the rendered text of the section again."""
        part = self.selected
        if part is not None and part.edited and not self._editing:
            self._edited(part, None)

    # Boxes

    def action_box(self, places: int) -> None:
        """Select another box of the section."""
        part = self.selected
        boxes = markdown.boxes(part.text) if part is not None and part.own_boxes else []
        if self._editing or not boxes:
            return
        lines = [box.line for box in boxes]
        at = lines.index(self._box) + places if self._box in lines else 0 if places > 0 else len(lines) - 1
        self._box = lines[min(max(at, 0), len(lines) - 1)]
        self._chosen()

    def action_tick(self) -> None:
        """Toggle the selected box of the section."""
        part = self.selected
        if part is None or self._editing or self.doing:
            return
        boxes = markdown.boxes(part.text)
        if not boxes:
            return
        if not part.own_boxes:
            said = f"These boxes follow the steps and facts of the incident; {keymap.shown('edit')} edits the text."
            self.app.notify(said, markup=False)
            return
        if len(boxes) > 1 and self._box not in [box.line for box in boxes]:
            self.action_box(1)
            return
        line = self._box if self._box >= 0 else boxes[0].line
        self._edited(part, markdown.with_box(clean(part.text), line))

    # Other keys

    def action_copy(self) -> None:
        """Copy the whole text, and say where the file is."""
        rendered = self.rendered
        if rendered is None or self._editing:
            return
        head = f"{rendered.title}\n\n" if rendered.title else ""
        self.app.copy(head + rendered.text, "text")
        self.app.change(lambda: documents.save(self.engine, rendered), self._copied)

    def _copied(self, path: str) -> None:
        self.app.notify(f"It is in {path} too.", markup=False)

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(self.app.routes.help())

    def action_timeline(self) -> None:
        """Show what happened so far, for the text being written."""
        self.app.push_screen(self.app.routes.timeline(self.engine))
