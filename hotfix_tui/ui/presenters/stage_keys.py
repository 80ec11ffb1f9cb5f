"""The keys that the footer names: those that matter on a stage first, at most five; enter is never repeated there."""

from hotfix_tui.ui.frame.footer import Keys

_TICK, _NOTE, _MESSAGE = ("space", "tick"), ("n", "note"), ("u", "message")
_ROLL_BACK, _OUTPUT, _STOP = ("r", "roll back"), ("o", "output"), ("x", "stop")
_WAIVE, _LOOK = ("w", "waive"), ("l", "look again")

BY_STAGE: dict[str, Keys] = {
    "triage": (("e", "edit facts"), ("s", "severity"), _MESSAGE, _NOTE, _ROLL_BACK),
    "branch": (_LOOK, ("e", "edit facts"), _MESSAGE, _NOTE, _ROLL_BACK),
    "fix": (("e", "editor"), ("a", "accept"), ("v", "whole diff"), ("!", "shell"), _NOTE),
    "verify": (_TICK, ("p", "panes"), _OUTPUT, _STOP, _NOTE),
    "pull-request": (_TICK, _OUTPUT, _WAIVE, ("l", "look now"), _NOTE),
    "release": (_TICK, _OUTPUT, _MESSAGE, _NOTE, _ROLL_BACK),
    "deploy": (("L", "production log"), _OUTPUT, _STOP, _NOTE, _ROLL_BACK),
    "monitor": (_TICK, ("s", "verdict"), ("L", "log"), _MESSAGE, _ROLL_BACK),
    "communicate": (_TICK, ("e", "edit text"), _MESSAGE, _WAIVE, _NOTE),
    "backport": (_OUTPUT, ("e", "edit"), ("!", "shell"), _WAIVE, _NOTE),
    "review": (_TICK, ("d", "documents"), ("t", "timeline"), ("f", "facts"), _NOTE),
}


def of(stage: str) -> Keys:
    """Return the keys of `stage`."""
    return BY_STAGE[stage]
