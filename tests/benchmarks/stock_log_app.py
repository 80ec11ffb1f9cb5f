"""Textual's own `Log` as a viewer, for the benchmarks: what a program gets without a widget of its own.

stock_log_app.py file PATH | pipe COMMAND... | pty COMMAND...    f1 opens a help line, q leaves
"""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from textual.app import App, ComposeResult
from textual.widgets import Log, Static


class StockLogApp(App[None]):
    """A log below a line that tells that keys work."""

    CSS = "#help { height: 1; }"
    BINDINGS = [("f1", "help", "Help"), ("q", "quit", "Quit")]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, mode: str, source: list[str]) -> None:
        super().__init__()
        self.mode, self.source = mode, source

    def compose(self) -> ComposeResult:
        yield Static("LOG-READY", id="help")
        yield Log()

    def on_mount(self) -> None:
        self.query_one(Log).focus()
        threading.Thread(target=self.feed, daemon=True).start()

    def feed(self) -> None:
        """Hand on what comes, a read at a time, in a thread."""
        log, decoder = self.query_one(Log), codecs.getincrementaldecoder("utf-8")("replace")
        for data in (
            growth(self.source[0]) if self.mode == "file" else output(self.source, self.mode == "pty")
        ):
            self.call_from_thread(log.write, decoder.decode(data))

    def action_help(self) -> None:
        line = self.query_one("#help", Static)
        line.update("LOG-READY" if line.content == "HELP-LINE" else "HELP-LINE", layout=False)


def growth(path: str) -> Iterator[bytes]:
    """What a file holds and what it grows by."""
    with open(path, "rb") as file:
        while True:
            data = file.read(1 << 16)
            if data:
                yield data
            else:
                time.sleep(0.1)


def output(command: list[str], terminal: bool) -> Iterator[bytes]:
    """What a command writes to a terminal or a pipe."""
    reader, writer = os.openpty() if terminal else os.pipe()
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writer)
    os.close(writer)
    while True:
        try:
            data = os.read(reader, 1 << 16)
        except OSError:
            return  # the terminal has no writer any more
        if not data:
            return
        yield data


if __name__ == "__main__":
    StockLogApp(sys.argv[1], sys.argv[2:]).run()
