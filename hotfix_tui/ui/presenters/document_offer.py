"""The bar and the footer of a text: what enter does with the selected section, and its keys."""

from typing import NamedTuple

from hotfix_tui.documents.catalog import DOCUMENTS
from hotfix_tui.engine.messages import MESSAGES
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame import bar, footer
from hotfix_tui.ui.paint import rows
from hotfix_tui.ui.pictures import document as picture
from hotfix_tui.ui.pictures import markdown
from hotfix_tui.ui.pictures.document import SectionPart

SENDING, RECORDING = "sending…", "saving…"
"""What the bar says while a message is sent by its command, or recorded as sent by hand."""


class State(NamedTuple):
    """The state of the text screen, as far as enter depends on it."""

    document: str
    phase: str
    step: str
    """The step that the text settles, empty without one."""
    listed: list[SectionPart]
    at: int
    """The index of the selected section."""
    lacks: list[str]
    """The facts that the whole text lacks."""
    held: bool = False
    """Whether an embargo holds the message back."""
    editing: bool = False
    saved: str = ""
    """When the draft of the edited text was saved."""
    doing: str = ""
    closed: bool = False
    """Whether the text has to be opened first, since only the list fits."""

    @property
    def part(self) -> SectionPart | None:
        """The selected section."""
        return self.listed[self.at] if self.at < len(self.listed) else None

    @property
    def asks(self) -> list[str]:
        """The facts that would fill the gap of the selected section."""
        return [key for key in self.lacks if self.part is not None and key in self.part.keys]


def of(state: State) -> bar.Bar:
    """Return what the bar says."""
    if state.editing:
        saved = f" · draft saved {state.saved}" if state.saved else ""
        return bar.Bar("idle", "A new line", f"esc keeps the text{saved}", _about(state.part))
    if state.doing:
        turn = bar.COMMAND if state.doing == SENDING else bar.WIZARD
        return bar.Bar("idle", "A moment…", state.doing, "Enter does nothing until then.", turn=turn)
    if state.closed:
        return bar.Bar("idle", f"Read: {_called(state.part)}", "", "Esc goes back to the list.")
    if state.document in MESSAGES:
        return _message(state)
    if not state.step:
        return bar.Bar("idle", "Back", "nothing is changed", "c copies the text and writes it to its file.")
    return _of_step(state)


def _of_step(state: State) -> bar.Bar:
    gaps, part = picture.gaps(state.listed), state.part
    form = " g asks all gaps in one form." if len(state.lacks) > 1 else ""
    if part is not None and part.state == "gap":
        note = f"{gaps.index(state.at) + 1} of {rows.plural(len(gaps), 'gap')}"
        if state.asks:
            said = f"Asked once; every text uses it.{form}"
            return bar.Bar("act", f"Fill the gap: {_called(part)}", note, said)
        return bar.Bar("act", f"Write: {_called(part)}", note, "No fact fills it: it is written here.")
    said = "Nothing leaves this machine yet."
    if gaps:
        said = f"{rows.plural(len(gaps), 'gap')} would stay in it, shown as such.{form}"
    return bar.Bar("act", "Keep the text", bar.REACH["act"], said)


def _message(state: State) -> bar.Bar:
    whole = whole_name(state.document, state.phase)
    if state.lacks:
        label = f"Fill {rows.plural(len(state.lacks), 'gap')}"
        return bar.Bar("act", label, bar.REACH["act"], "Then it can be sent.")
    if state.held:
        return bar.Bar("idle", "See why it waits", "EMBARGO", "Nothing is sent while it is held back.")
    note = f"{bar.REACH['out']} · asks first"
    return bar.Bar("out", f"Send: {whole}", note, "How it goes out is asked first.")


def whole_name(document: str, phase: str) -> str:
    """Return a message's name in a sentence: ``message to the team, resolved``."""
    name = DOCUMENTS[document].title
    return f"{name[:1].lower()}{name[1:]}" + (f", {phase}" if phase else "")


def _called(part: SectionPart | None) -> str:
    title = part.title if part is not None else ""
    return f"{title[:1].lower()}{title[1:]}"


def _about(part: SectionPart | None) -> str:
    """Return what happens to what is being edited."""
    if part is None or not part.fact:
        return "This text is yours from now on; D uses the rendered one again."
    title = FACTS[part.fact].title
    lines = ": an entry a line" if part.is_list else ""
    return f"This is the fact “{title[:1].lower()}{title[1:]}”{lines}. Every text uses it."


def keys(state: State) -> footer.Keys:
    """Return the keys of the selected section, or of the editor."""
    if state.editing:
        editor = keymap.keys(
            "document", ("back", "keep, back"), ("discard", "drop changes"), ("timeline", "timeline")
        )
        return (*editor, *keymap.keys("app", ("roll_back", "roll back")))
    part = state.part
    own = part is not None and part.own_boxes and bool(markdown.boxes(part.text))
    extra = [("tick", "tick")] if own else [("gaps", "all gaps")] if state.lacks else []
    drop = ("drop", "drop edit") if part is not None and part.edited else ("editor", "$EDITOR")
    if drop[0] == "editor" and state.step and picture.gaps(state.listed):
        drop = ("keep_gaps", "keep with gaps")
    return keymap.keys("document", ("edit", "edit here"), drop, *extra, ("copy", "copy"), ("back", "back"))
