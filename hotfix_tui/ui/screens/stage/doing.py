"""What the bar says while what a key has begun is under way, and which of it may take as long as the network does.

It is apart from what the keys do: only the screen says it, from the key until the end, whatever lies between.
"""

from hotfix_tui.ui.frame import bar
from hotfix_tui.ui.presenters.default_action import Action

SAVING, PREPARING = "saving…", "preparing…"

DOING = {
    Action.NEXT: "going on…",
    Action.CHECKS: "starting…",
    Action.RUN: PREPARING,
    Action.TICK: "ticking…",
    Action.TICK_NAMED: "ticking…",
    Action.FACTS: SAVING,
    Action.CHOOSE: PREPARING,
    Action.FINDINGS: SAVING,
    Action.LOOK_AGAIN: bar.LOOKING,
    Action.VERDICT: SAVING,
    Action.NOT_FIXED: SAVING,
    Action.ROLL_BACK: PREPARING,
    Action.SAY_WHAT_HAPPENED: SAVING,
    Action.ROLLBACK_SEEN: SAVING,
    Action.RESOLVE: "resolving…",
    Action.CLOSE: "closing…",
}
"""What the bar says from enter, or the answer of a dialog, until it is done; of the others that it takes a moment."""

SLOW = (
    Action.RUN,
    Action.CHOOSE,
    Action.LOOK_AGAIN,
    Action.SAY_WHAT_HAPPENED,
    Action.FAILED_CHECK,
    Action.NOT_FIXED,
    Action.ROLL_BACK,
    Action.ROLLBACK_SEEN,
)
"""What may take as long as the network does: enter does other things meanwhile, and never the same once more."""

COMMAND_DOING = {
    "tick": "ticking…",
    "tick_group": "ticking…",
    "note": SAVING,
    "waive": SAVING,
    "accept": SAVING,
    "states": SAVING,
    "rollback": PREPARING,
    "way": PREPARING,
    "again": bar.LOOKING,
    "reproduce": bar.LOOKING,
    "stop": "stopping…",
    "undo": "taking it back…",
}
"""The same of the other keys, by their action's name."""

SLOW_COMMANDS = ("again", "edit", "reproduce", "rollback", "shell", "way")
"""The same of the other keys."""
