"""The one table of keys: bindings, footer, help screen, command palette and README are made from it."""

from collections.abc import Container
from typing import NamedTuple


class Key(NamedTuple):
    """One action: Textual's key names, how the key is written for people, what it does, and where it is shown."""

    action: str
    keys: str
    shown: str
    title: str
    help: str
    footer: bool = False

    def binding(self, commands: Container[str]) -> str:
        """Return the action that the key is bound to: one of the screen's `commands`, else the screen's own."""
        return f"command('{self.action}')" if self.action in commands else self.action


KEYS: tuple[Key, ...] = (
    Key("primary", "enter", "enter", "go", "do what the bar names: run, tick, answer, or go on", True),
    Key("tick", "space", "space", "tick", "tick or untick the step", True),
    Key("note", "n", "n", "note", "write a note on the timeline", True),
    Key("message", "u", "u", "message", "write or send a message", True),
    Key("rollback", "r", "r", "roll back", "bring production back to what ran before", True),
    Key("move(-1)", "up", "↑", "up", "the step above"),
    Key("move(1)", "down", "↓", "down", "the step below"),
    Key("stage(1)", "right_square_bracket,right", "]", "next stage", "look at the next stage"),
    Key("stage(-1)", "left_square_bracket,left", "[", "previous stage", "look at the stage before"),
    Key("waive", "w", "w", "waive", "skip the step with a signed waiver"),
    Key("output", "o", "o", "output", "show the output of the step's last run"),
    Key("tail", "L", "L", "log of production", "the log of production, live; follow it where nobody does"),
    Key("panes", "p", "p", "panes", "setup, tests, type check and build side by side, live"),
    Key("edit", "e", "e", "edit", "edit: the facts of the step, a document, or a file of the change"),
    Key("view", "v", "v", "the change", "view the change live against its base, and what the guard says"),
    Key("timeline", "t,f2", "t", "timeline", "what happened, when and by whom"),
    Key("documents", "d", "d", "documents", "every text, rendered from what is known"),
    Key("facts", "f", "f", "facts", "what is known, and what is not"),
    Key("states", "s", "s", "state", "severity, verdict, a new round, resolve, close, other endings"),
    Key("accept", "a", "a", "accept", "accept a finding of the guard, with a reason"),
    Key("incidents", "i", "i", "incidents", "all incidents here, new one first"),
    Key("stop", "x", "x", "stop", "stop the step's run, with everything it started"),
    Key("undo", "U", "U", "undo", "take back the last tick, choice or fact"),
    Key("shell", "exclamation_mark", "!", "shell", "a shell in the worktree"),
    Key("again", "l", "l", "look again", "look at the world again for this step"),
    Key("help", "question_mark,f1", "?", "more", "all keys and what they do", True),
    Key("palette", "colon", ":", "by name", "every action by name (also ctrl+p)"),
    Key("leave", "q", "q", "leave", "leave; what runs goes on running"),
)
"""Keys of the stage screen. The function keys F1, F2, F3, F8 and F9 work in text fields too."""

FIELD_KEYS: tuple[tuple[str, str], ...] = (
    ("Esc", "back to the step list"),
    ("F1", "help"),
    ("F2", "timeline"),
    ("F3", "note"),
    ("F5", "save the form, from whatever field"),
    ("F8", "rollback"),
    ("F9", "leave"),
)

LOG_KEYS: tuple[tuple[str, str], ...] = (
    ("/", "search"),
    (". ,", "next and previous hit"),
    ("> <", "next and previous error"),
    ("home end", "start and end"),
    ("W", "wrap long lines"),
    ("F", "follow the end"),
    ("T", "time of each line"),
    ("z", "larger or smaller"),
    ("tab", "to the next pane"),
)

FOOTER_LIMIT = 5
"""How many keys the footer names besides ``? more``; a sixth falls off at 80 columns."""
