"""The wizard without any arguments: the first frame first, then everything else.

Apart from the parser's commands: nothing of them is loaded before the first frame.
"""

import os

from hotfix_tui.cli import failures, fast_args, opening
from hotfix_tui.cli.fast_status import fast_status
from hotfix_tui.cli.frame import Frame, can_be_drawn


def start() -> int:
    """Show what is known at once, then open the wizard; return its exit status."""
    frame = _first_frame()

    options = fast_args.no_options()
    return failures.call(lambda: opening.start(options, frame), options)


def _first_frame() -> Frame | None:
    try:
        text = fast_status(os.getcwd(), os.get_terminal_size().columns) if can_be_drawn() else ""
        if not text:
            return None
        frame = Frame()
        frame.draw(text)
    except OSError:
        return None  # the directory or the terminal is gone: the wizard reports it
    return frame
