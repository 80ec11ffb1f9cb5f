"""A plain first frame, written before Textual is imported: the strip, in the place and look it will have.

Whoever waits sees severity, ticket, stage and time left at once. Keys typed meanwhile wait in the terminal
and reach the screen; the terminal's settings are restored at the end.
"""

import os
import signal
import sys
import termios
from typing import TYPE_CHECKING, Any

from hotfix_tui.cli.select import now, open_store

if TYPE_CHECKING:
    from argparse import Namespace


class Frame:
    """The frame on the terminal; `restore` gives the terminal its former settings back."""

    def __init__(self) -> None:
        self._saved: list[Any] | None = None

    def draw(self, text: str) -> None:
        """Take the alternate screen, without echo, and write `text` at its top."""
        try:
            self._saved = termios.tcgetattr(0)
            quiet = termios.tcgetattr(0)
            quiet[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(0, termios.TCSANOW, quiet)
        except termios.error:
            self._saved = None
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _leave)  # until the screen has handlers of its own
        sys.stdout.write("\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J" + text)
        sys.stdout.flush()

    def restore(self) -> None:
        """Leave the alternate screen if it is still there, and set the terminal as it was."""
        try:
            sys.stdout.write("\x1b[?1049l\x1b[?25h")
            sys.stdout.flush()
            if self._saved is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._saved)
        except (OSError, ValueError, termios.error):
            return  # the terminal is gone


def _leave(number: int, frame: object) -> None:
    """Unwind, so that the terminal is restored on the way out."""
    raise SystemExit(128 + number)


def show(options: "Namespace", incident: str) -> Frame:
    """Draw what is known of the incident that will open; nothing where that is not clear yet."""
    frame = Frame()
    try:
        frame.draw(_text(options, incident))
    except OSError:
        return frame
    return frame


def _text(options: "Namespace", incident: str) -> str:
    width = os.get_terminal_size().columns
    store = open_store(options)
    if not incident:
        still_open = [s for s in store.listing() if s.state == "open" and not s.problem]
        if len(still_open) != 1:
            return " hotfix-tui"
        incident = still_open[0].id
    from hotfix_tui.incident.record import Record
    from hotfix_tui.ui.strip import lines

    try:
        record = Record(store.load(incident).doc)
        shown = lines(record, now(), stage=record.stage, primary="", width=width)
    except Exception as problem:  # a damaged file is explained by the screen that follows
        if problem.__class__.__module__.startswith("hotfix_tui") or isinstance(
            problem, KeyError | TypeError | ValueError | AttributeError
        ):
            return " hotfix-tui"
        raise
    head = f" {shown.severity} "
    first = f" {shown.first}"[: max(width - len(head) - len(shown.place) - 1, 0)]
    gap = " " * max(width - len(head) - len(first) - len(shown.place) - 1, 0)
    return f"\x1b[7m{head}\x1b[27m{first}{gap}{shown.place} \r\n{shown.second[:width]}"
