"""The one table of keys: bindings, footer, help screen, command palette and README are made from it.

The user's own file may give actions other keys (`use`); whoever names a key asks `shown`, whoever binds one `named`.
"""

from collections.abc import Container, Mapping
from typing import NamedTuple


class Key(NamedTuple):
    """One action: Textual's key names, how the key is written for people, what it does, and where it is shown."""

    action: str
    keys: str
    shown: str
    title: str
    help: str
    footer: bool = False

    @property
    def name(self) -> str:
        """The action's name in the user's configuration."""
        return _NAMES.get(self.action, self.action)

    def binding(self, commands: Container[str]) -> str:
        """Return the action that the key is bound to: one of the screen's `commands`, else the screen's own."""
        return f"command('{self.action}')" if self.action in commands else self.action


_NAMES = {
    "move(-1)": "up",
    "move(1)": "down",
    "stage(1)": "next-stage",
    "stage(-1)": "previous-stage",
    "tail": "production-log",
}
"""Names for people where the action has none."""

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

# The user's own keys

ELSEWHERE = frozenset("zrxnyEDcg/!jk0123 .,><WFTvCPS")
"""What keys mean on other screens and in logs beside the actions of the table: no action may be moved onto them."""

_MAY_MOVE = {"up": "k", "down": "j"}
"""The exceptions: lists know them as up and down already."""

FIXED = ("primary",)
"""Actions that keep their key: the bar names it."""

_chosen: dict[str, str] = {}
# One table for the whole process: rows are painted by pure functions that know no app.


def names() -> tuple[str, ...]:
    """Return the names of the actions that can have another key."""
    return tuple(key.name for key in KEYS if key.action not in FIXED)


def problem(chosen: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the first name in `chosen` that cannot be, with what is wrong; None where all is well."""
    known = {key.name: key for key in KEYS}
    for name, wanted in chosen.items():
        if name not in names():
            return name, f"no such action; the actions are {', '.join(names())}"
        if not isinstance(wanted, str) or len(wanted) != 1 or not "!" <= wanted <= "~":
            return name, f"{wanted!r} is not one letter or sign of the keyboard"
        own = wanted in (known[name].shown, _MAY_MOVE.get(name))
        if wanted in ELSEWHERE and not own:
            return name, f"{wanted!r} means something else on other screens or in logs; choose another key"
    taken: dict[str, str] = {}
    for key in KEYS:
        pressed = str(chosen.get(key.name, key.shown))
        other = taken.setdefault(pressed, key.name)
        if other != key.name:
            name, than = (key.name, other) if key.name in chosen else (other, key.name)
            return (
                name,
                f"{pressed!r} is the key of {than}; choose another one, or give {than} another one, too",
            )
    return None


def use(chosen: Mapping[str, str]) -> None:
    """Take the keys that the user has chosen; they were checked by `problem`."""
    _chosen.clear()
    _chosen.update(chosen)


def changed() -> Mapping[str, str]:
    """Return the actions that have another key than usual."""
    return _chosen


def shown(name: str) -> str:
    """Return the key of the action `name` as it is written for people."""
    return _chosen.get(name) or next(key.shown for key in KEYS if key.name == name)


def table() -> tuple[Key, ...]:
    """Return the table with the user's keys in it."""
    return tuple(key._replace(shown=shown(key.name)) for key in KEYS)
