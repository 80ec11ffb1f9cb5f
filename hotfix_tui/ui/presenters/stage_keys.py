"""The keys that the footer names: those that matter on a stage first, at most five; enter is never repeated there.

Apart from the screen: a table that is read without one.
"""

from collections.abc import Callable

from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame.footer import Keys

_TICK, _NOTE, _MESSAGE = ("tick", "tick"), ("note", "note"), ("message", "message")
_ROLL_BACK, _OUTPUT, _STOP = ("rollback", "roll back"), ("output", "output"), ("stop", "stop")
_WAIVE, _LOOK = ("waive", "waive"), ("again", "look again")

BY_STAGE: dict[str, Keys] = {
    "triage": (("edit", "edit facts"), ("states", "severity"), _MESSAGE, _NOTE, _ROLL_BACK),
    "branch": (_LOOK, ("other-way", "other way"), _MESSAGE, _NOTE, _ROLL_BACK),
    "fix": (("edit", "editor"), ("accept", "accept"), ("view", "whole diff"), ("shell", "shell"), _NOTE),
    "verify": (_TICK, ("panes", "panes"), _OUTPUT, _STOP, _NOTE),
    "pull-request": (_TICK, _OUTPUT, _WAIVE, ("again", "look now"), _NOTE),
    "release": (("other-way", "other way"), _OUTPUT, _MESSAGE, _NOTE, _ROLL_BACK),
    "deploy": (("output", "larger log"), ("production-log", "production log"), _STOP, _NOTE, _ROLL_BACK),
    "monitor": (_TICK, ("states", "verdict"), ("production-log", "log"), _MESSAGE, _ROLL_BACK),
    "communicate": (_TICK, ("edit", "edit text"), _MESSAGE, _WAIVE, _NOTE),
    "backport": (_OUTPUT, ("other-way", "other way"), ("shell", "shell"), _WAIVE, _NOTE),
    "review": (_TICK, ("documents", "documents"), ("timeline", "timeline"), ("facts", "facts"), _NOTE),
}


UNKNOWN: Keys = (_LOOK, _OUTPUT, _WAIVE, _NOTE, _ROLL_BACK)
"""The keys at a step whose result is unknown."""


def of(stage: str, state: str = "", fits: Callable[[str], bool] = lambda name: True) -> Keys:
    """Return the keys of `stage` that do something at the selected step, which is in `state`: as decided by `fits`."""
    named = UNKNOWN if state == "unknown" else BY_STAGE[stage]
    return tuple((keymap.shown(name), title) for name, title in named if fits(name))
