"""Sending a message from its text: ask how it is sent; what may already be out is not sent again unnoticed.

Apart from the screen of the text: what was sent cannot be taken back, so it is asked for by itself.
"""

from typing import TYPE_CHECKING, Protocol, TypeVar

from hotfix_tui.engine import messages
from hotfix_tui.ui.presenters import document_offer
from hotfix_tui.ui.screens import dialogs

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.ui.app import HotfixApp


T = TypeVar("T")


class SendingHost(Protocol):
    """The screen of the text."""

    app: "HotfixApp"
    engine: "Engine"
    document: str
    phase: str

    @property
    def is_active(self) -> bool:
        """Whether it is the active screen."""

    def under_way(self, words: str) -> None:
        """Show what is in progress, or that nothing is; while something is, enter does nothing."""

    def action_copy(self) -> None:
        """Copy the text."""

    def leave(self) -> None:
        """Close the screen."""


async def send(screen: SendingHost) -> None:
    """Check whether the message may be sent, ask how, and send it."""
    engine, document, phase = screen.engine, screen.document, screen.phase
    message = await _doing(screen, "looking…", lambda: messages.prepare(engine, document, phase))
    if not screen.is_active:
        return
    begun = messages.possibly_sent(engine, document, phase)
    twice = "" if begun else messages.sent_already(engine, message)
    said = begun or twice
    name: str | None = "copy"
    while name == "copy":
        title = f"Send: {document_offer.whole_name(document, phase)}"
        text = f"{said}\n\n{message.text}" if said else message.text
        name = await screen.app.ask(dialogs.Choose(title, _ways(message, begun, twice), text))
        if name == "copy":
            screen.action_copy()
    if name is None:
        return
    by_hand, again = name == "hand", bool(said)
    words = document_offer.RECORDING if by_hand else document_offer.SENDING
    await _doing(
        screen, words, lambda: messages.send(engine, message, by_hand=by_hand, again=again), act=True
    )
    screen.leave()


async def _doing(screen: SendingHost, words: str, call: "Callable[[], T]", *, act: bool = False) -> T:
    """Return the result of `call`; until then `words` are shown and a second enter does nothing."""
    screen.under_way(words)
    try:
        return await screen.app.result_of(screen.app.work if act else screen.app.looks, call)
    finally:
        screen.under_way("")


def _ways(message: messages.Message, begun: str, twice: str) -> "list[dialogs.Option]":
    """Return how the message can be sent; for one that may already be out, what is known about that."""
    options = [
        dialogs.Option("hand", "I sent it myself", "recorded with time and name"),
        dialogs.Option("copy", "Copy it first"),
    ]
    if begun:
        options[0] = dialogs.Option("hand", "It is out", "recorded with time and name")
        options.insert(1, dialogs.Option("command", "It is not out: send it again", message.command, "out"))
    elif message.argv:
        words = "Send the same once more" if twice else "Send it by the configured command"
        options.insert(len(options) if twice else 0, dialogs.Option("command", words, message.command, "out"))
    return options
