"""The plain first frame on the terminal, before anything heavy is imported; and how it is left again."""

import _signal as signals  # type: ignore[import-not-found]  # the module signal makes enums first, which the first frame would wait for
import os
import sys
import termios

from hotfix_tui.ui.terminal import background


class Frame:
    """A frame on the alternate screen; `restore` restores the terminal's settings."""

    def __init__(self) -> None:
        self._saved: list[int | list[bytes | int]] | None = None
        self._drawn = False

    def draw(self, text: str) -> None:
        """Enter the alternate screen, without echo, and write `text` at its top."""
        try:
            self._saved = termios.tcgetattr(0)
            quiet = termios.tcgetattr(0)
            quiet[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(0, termios.TCSANOW, quiet)
        except termios.error:
            self._saved = None
        for number in (signals.SIGTERM, signals.SIGHUP):
            signals.signal(number, _leave)  # until the screen has handlers of its own
        self._drawn = True
        sys.stdout.write("\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J" + text)
        sys.stdout.flush()
        self._ask()

    def _ask(self) -> None:
        """Query the terminal's background once the frame is out; the answer is read when everything else is loaded."""
        if self._saved is None:
            return

        if question := background.question():
            sys.stdout.write(question)
            sys.stdout.flush()

    def restore(self) -> None:
        """Leave the alternate screen if it is still active, and restore the terminal."""
        if not self._drawn:
            return
        self._drawn = False

        background.answer()  # leave nothing of it for the shell if the wizard never read it
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


def can_be_drawn() -> bool:
    """Return whether there is a terminal that can show the wizard."""
    ours = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    return ours and os.environ.get("TERM", "") not in ("dumb", "")
