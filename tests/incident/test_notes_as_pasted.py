"""What is pasted into a note stays as it was: a stack trace means nothing without its indentation."""

import pytest

from hotfix_tui.incident.edits import notes
from tests.incident.support import ANN, make

TRACE = 'Traceback (most recent call last):\n  File "shop.py", line 3, in total\n    raise Gone()\n\nGone'
GO = "panic: nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:7 +0x1d"
JAVA = "    at shop.Cart.total(Cart.java:40)\n    at shop.Main.main(Main.java:7)"

PASTED = {
    "python": (TRACE, TRACE),
    "go, with tabs": (GO, GO),
    "the middle of one of Java": (JAVA, JAVA),
    "with line ends of Windows": (TRACE.replace("\n", "\r\n"), TRACE),
    "in colour": ("\x1b[31m" + TRACE.replace("Gone", "Go\x1b[1mne\x1b[0m"), TRACE),
    "with blank lines around it": ("\n \n" + JAVA + "  \n\n", JAVA),
    "one line": ("  restarted the cache ", "restarted the cache"),
}


@pytest.mark.parametrize("name", PASTED)
def test_a_note_is_kept_as_it_was_pasted(name):
    given, kept = PASTED[name]
    (one,) = notes.note(make(), ANN, given)
    assert one["text"] == kept
