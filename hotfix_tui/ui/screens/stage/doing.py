"""What the bar says while something started by a key is in progress, and what may take as long as the network does.

Separate from what the keys do: only the screen shows it, from the key press to the end, whatever lies in between.
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
"""What the bar says from enter, or the answer of a dialog, until it is done; others are just said to take a moment."""

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
"""What may take as long as the network does: enter does other things meanwhile, but never the same again."""

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
"""The same for the other keys, by action name."""

SLOW_COMMANDS = ("again", "edit", "reproduce", "rollback", "shell", "way")
"""The same for the other keys."""
