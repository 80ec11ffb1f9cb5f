"""What the app takes from outside and tests replace: the editor, the clipboard and the browser.

Apart from the app: they are the only parts that a test may replace.
"""

import base64
import os
import shlex
import subprocess
from typing import Protocol
from urllib.parse import urlsplit


class Editor(Protocol):
    """Opens programs that need the terminal; the app is suspended around each call."""

    def edit(self, path: str, line: int = 0) -> str:
        """Open `path` in the user's editor; return a sentence if that failed, otherwise an empty text."""

    def shell(self, directory: str) -> str:
        """Open a shell in `directory`; return a sentence if that failed, otherwise an empty text."""


class TerminalEditor:
    """The user's own: VISUAL, EDITOR, else vi; SHELL, else sh."""

    def edit(self, path: str, line: int = 0) -> str:
        """Open `path` at `line` in the editor."""
        words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        at = (
            [f"+{line}"]
            if line and os.path.basename(words[0]) in ("vi", "vim", "nvim", "nano", "emacs")
            else []
        )
        return _run([*words, *at, path], None)[1]

    def shell(self, directory: str) -> str:
        """Open the user's shell."""
        started, said = _run([os.environ.get("SHELL") or "/bin/sh"], directory, "SHELL")
        return "" if started else said  # a shell's exit status is that of the last command typed


def _run(argv: list[str], directory: str | None, variable: str = "EDITOR") -> tuple[bool, str]:
    """Run a program that has the terminal; return whether it started, and any error as a sentence."""
    try:
        status = subprocess.run(argv, cwd=directory, check=False).returncode
    except OSError as problem:
        why = f"{argv[0]} could not be started: {problem.strerror}; set {variable} to a program that exists."
        return False, why
    return True, f"{argv[0]} ended with status {status}." if status else ""


class Clipboard(Protocol):
    """Puts text where it can be pasted."""

    def copy(self, text: str) -> str:
        """Copy `text`; return how, as a clause ("by tmux", "by your terminal")."""


class TerminalClipboard:
    """In tmux by its own buffer, which reaches the terminal too; otherwise by OSC 52, written by us alone."""

    def __init__(self, write: "object") -> None:
        self._write = write

    def copy(self, text: str) -> str:
        """Copy `text`."""
        data = text.encode("utf-8", "backslashreplace")
        if os.environ.get("TMUX"):
            try:
                done = subprocess.run(["tmux", "load-buffer", "-w", "-"], input=data, timeout=2, check=False)
                if done.returncode == 0:
                    return "into tmux's buffer"
            except (OSError, subprocess.TimeoutExpired):
                pass
        write = self._write
        if callable(write):
            write(f"\x1b]52;c;{base64.b64encode(data).decode()}\x07")
        return "by your terminal, if it allows that"


class Browser(Protocol):
    """Opens a page."""

    def open(self, url: str) -> str:
        """Open `url`; return a sentence if that failed, otherwise an empty text."""


class SystemBrowser:
    """The desktop's browser; never a text browser in our own terminal."""

    def open(self, url: str) -> str:
        """Open `url` if it is a web page and there is a display."""
        if urlsplit(url).scheme not in ("http", "https"):
            return "Only web pages are opened."
        opener = "open" if os.uname().sysname == "Darwin" else "xdg-open"
        if opener == "xdg-open" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return "There is no display here: copy the address and open it elsewhere."
        try:
            subprocess.Popen(
                [opener, url],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return f"{opener} is not installed: copy the address and open it elsewhere."
        return ""
