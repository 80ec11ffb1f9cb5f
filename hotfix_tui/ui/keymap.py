"""The one table of keys: bindings, footer, help screen, command palette and README are made from it.

The user's own file may assign other keys (`use`); code that names a key uses `shown`, code that binds one `named`.
"""

from collections.abc import Container, Mapping
from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """One action: Textual's key names, the key as written for people, what it does, and where it is shown.

    `shown` is empty for keys that need no mention: list navigation, back, and the like. A `priority` key precedes the
    focused widget. `own` is the action of the stage screen whose key it shares.
    """

    action: str
    keys: str
    shown: str = ""
    title: str = ""
    help: str = ""
    footer: bool = False
    priority: bool = False
    own: str = ""

    @property
    def name(self) -> str:
        """The action's name in the user's configuration."""
        return _NAMES.get(self.action, self.action)

    def binding(self, commands: Container[str]) -> str:
        """Return the action that the key is bound to: one of the screen's `commands`, otherwise the screen's own."""
        return f"command('{self.action}')" if self.action in commands else self.action


_NAMES = {
    "move(-1)": "up",
    "move(1)": "down",
    "stage(1)": "next-stage",
    "stage(-1)": "previous-stage",
    "tail": "production-log",
    "tick_group": "tick-group",
    "way": "other-way",
}
"""Names for people if the action has none."""

KEYS: tuple[Key, ...] = (
    Key("primary", "enter", "enter", "go", "do what the bar names: run, tick, answer, or go on", True),
    Key("tick", "space", "space", "tick", "tick or untick the step", True),
    Key("tick_group", "A", "A", "tick the group", "tick what is open in its group, all of it shown first"),
    Key("note", "n", "n", "note", "write a note on the timeline", True),
    Key("message", "u", "u", "message", "write or send a message", True),
    Key("rollback", "r", "r", "roll back", "bring production back to what ran before", True),
    Key("move(-1)", "up", "↑", "up", "the step above"),
    Key("move(1)", "down", "↓", "down", "the step below"),
    Key(
        "stage(1)",
        "right_square_bracket,right",
        "]",
        "next stage",
        "the next stage (in Fix → is the next file)",
    ),
    Key(
        "stage(-1)",
        "left_square_bracket,left",
        "[",
        "previous stage",
        "the stage before (in Fix ← is the file before)",
    ),
    Key("waive", "w", "w", "waive", "skip the step with a signed waiver"),
    Key("output", "o", "o", "output", "show the output of the step's last run, or of that in the picture"),
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
    Key("again", "l", "l", "look again", "check the current state of this step again"),
    Key(
        "reproduce",
        "R",
        "R",
        "reproduce",
        "how the fault is reproduced: the request that shows it, or the ticket",
    ),
    Key(
        "way",
        "b",
        "b",
        "other way",
        "choose another way than the usual one: another base, a worktree, a squash",
    ),
    Key("help", "question_mark,f1", "?", "more", "all keys and what they do", True),
    Key("palette", "colon", ":", "by name", "every action by name (also ctrl+p)"),
    Key("leave", "q", "q", "leave", "leave; what runs goes on running"),
)
"""Keys of the stage screen. The function keys F1, F2, F3, F8 and F9 work in text fields too."""

# The user's own keys

ELSEWHERE = frozenset("zrxnydEDKcg/!jk0123 .,><WFTvCPS")
"""Meanings of keys on other screens and in logs besides the actions of the table: no action may be moved onto them."""

_MAY_MOVE = {"up": "k", "down": "j"}
"""The exceptions: lists already treat them as up and down."""

FIXED = ("primary",)
"""Actions that keep their key: the bar names it."""

_chosen: dict[str, str] = {}
# One table for the whole process: rows are painted by pure functions that know no app.


def names() -> tuple[str, ...]:
    """Return the names of the actions whose key can be changed."""
    return tuple(key.name for key in KEYS if key.action not in FIXED)


def problem(chosen: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the first invalid name in `chosen`, with what is wrong; None if all are valid."""
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
    """Use the keys that the user has chosen; they were checked by `problem`."""
    _chosen.clear()
    _chosen.update(chosen)


def action_of(name: str) -> str:
    """Return the action with this name in the user's configuration."""
    return next(key.action for key in KEYS if key.name == name)


def changed() -> Mapping[str, str]:
    """Return the actions whose key was changed."""
    return _chosen


def shown(name: str) -> str:
    """Return the key of the action `name` as written for people."""
    return _chosen.get(name) or next(key.shown for key in KEYS if key.name == name)


def table() -> tuple[Key, ...]:
    """Return the table with the user's keys in it."""
    return tuple(key._replace(shown=shown(key.name)) for key in KEYS)


# All screens

_STAGE_TOO: tuple[Key, ...] = (
    Key("note", "f3"),
    Key("leave", "f9"),
    Key("tab", "tab"),
    Key("failure(1)", "greater_than_sign"),
    Key("failure(-1)", "less_than_sign"),
    Key("card(1)", "pagedown"),
    Key("card(-1)", "pageup"),
)
"""The same on function keys, and navigation between the panes."""


def _told(action: str, keys: str, shown: str, help: str, own: str = "", *, priority: bool = False) -> Key:
    return Key(action, keys, shown, help, help, priority=priority, own=own)


_BACK, _F9 = Key("back", "escape"), Key("app.leave", "f9")
_LEAVE, _HELP = Key("app.leave", "q,f9", own="leave"), Key("help", "question_mark,f1", own="help")
_QUIT = Key("back", "q", own="leave")
_LIST = (Key("move(1)", "down,j"), Key("move(-1)", "up,k"))
_ENDS = (Key("move(-1000000)", "home"), Key("move(1000000)", "end"))

SCREENS: dict[str, tuple[Key, ...]] = {
    "app": (
        Key("leave", "ctrl+q", priority=True),
        Key("suspend_process", "ctrl+z"),
        Key("roll_back", "f8", priority=True),
        Key("roll_back", "r", own="rollback"),
    ),
    "stage": (*(key._replace(own=key.name) for key in KEYS), *_STAGE_TOO),
    "triage": (
        _told("answer(True)", "y", "y", "yes"),
        _told("answer(False)", "n", "n", "no"),
        *(Key(f"level('P{number}')", number) for number in "0123"),
        _told("previous", "left,backspace", "←", "the question before"),
        _told("incidents", "i", "i", "all incidents", "incidents"),
        Key("primary", "enter"),
        *_LIST,
        _BACK,
        _HELP,
        _LEAVE,
    ),
    "document": (
        _told("edit", "e", "e", "edit the section", "edit"),
        _told("editor", "E", "E", "edit it in your editor"),
        _told("tick", "space", "space", "tick the box", "tick"),
        _told("box(-1)", "left", "←", "the box before"),
        _told("box(1)", "right", "→", "the box after"),
        _told("gaps", "g", "g", "fill the gaps"),
        _told("keep_gaps", "K", "K", "keep it with its gaps"),
        _told("copy", "c", "c", "copy the text"),
        _told("drop", "D", "D", "drop your edit"),
        _told("discard", "f4", "F4", "leave the field, keep nothing"),
        _told("turn", "tab,shift+tab", "tab", "list and text in turn"),
        Key("primary", "enter"),
        *_LIST,
        *_ENDS,
        Key("scroll(10)", "pagedown"),
        Key("scroll(-10)", "pageup"),
        Key("timeline", "f2"),
        _BACK,
        _HELP,
        _LEAVE,
    ),
    "change": (
        _told("choose", "space", "space", "take a new file along"),
        _told("edit", "e", "e", "edit the file", "edit"),
        _told("accept", "a", "a", "accept a finding", "accept"),
        _told("shell", "exclamation_mark", "!", "a shell in the worktree", "shell"),
        _told("page(1)", "pagedown", "pgdn", "the diff on"),
        _told("page(-1)", "pageup", "pgup", "the diff back"),
        _told("sideways(-8)", "left", "←", "long lines back"),
        _told("sideways(8)", "right", "→", "long lines on"),
        Key("primary", "enter"),
        *_LIST,
        Key("rows(-100000)", "home"),
        Key("rows(100000)", "end"),
        _BACK,
        Key("back", "v", own="view"),
        _LEAVE,
    ),
    "panes": (
        _told("again", "r", "r", "run the check again"),
        _told("stop", "x", "x", "stop it", "stop"),
        _told("zoom", "z", "z", "one pane alone"),
        _told("edit", "e", "e", "edit where a failure points", "edit"),
        Key("primary", "enter"),
        _BACK,
        _LEAVE,
    ),
    "output": (
        _told("stop", "x", "x", "stop the run", "stop"),
        _told("again", "l", "l", "follow it again", "again"),
        _told("app.roll_back", "r", "r", "roll back", "rollback"),
        Key("back", "escape,enter,z"),
        Key("back", "o", own="output"),
        Key("back", "L", own="production-log"),
        _LEAVE,
    ),
    "timeline": (
        _told("search", "slash", "/", "search"),
        _told("note", "n,f3", "n", "a note", "note"),
        _told("output", "o", "o", "the output of the run", "output"),
        _told("copy", "c", "c", "copy the entry"),
        *_LIST,
        Key("move(10)", "pagedown"),
        Key("move(-10)", "pageup"),
        *_ENDS,
        Key("back", "escape,f2,enter"),
        Key("back", "t", own="timeline"),
        _QUIT,
        _HELP,
        _F9,
    ),
    "facts": (
        _told("edit", "e", "e", "edit the fact", "edit"),
        Key("edit", "enter"),
        _told("search", "slash", "/", "search"),
        _told("gaps", "exclamation_mark", "!", "only what is missing"),
        *_LIST,
        Key("page(1)", "pagedown"),
        Key("page(-1)", "pageup"),
        *_ENDS,
        _BACK,
        Key("back", "f", own="facts"),
        _QUIT,
        _HELP,
        _F9,
    ),
    "incidents": (
        _told("new", "n", "n", "a new incident"),
        _told("yes", "y", "y", "yes, production is broken: where there is no incident"),
        _told("drill", "d", "d", "try the drill"),
        _told("doctor", "D", "D", "what is missing for a hotfix here"),
        Key("open", "enter"),
        *_LIST,
        Key("move(8)", "pagedown"),
        Key("move(-8)", "pageup"),
        *_ENDS,
        _BACK,
        Key("back", "i", own="incidents"),
        _HELP,
        _LEAVE,
    ),
    "elsewhere": (
        _told("drill", "d", "d", "try the drill"),
        _told("look", "l", "l", "look again, after something was changed", "again"),
        _told("copy", "c", "c", "copy the command that is shown"),
        Key("open", "enter"),
        *_LIST,
        Key("move(8)", "pagedown"),
        Key("move(-8)", "pageup"),
        *_ENDS,
        _HELP,
        _LEAVE,
    ),
    "form": (
        Key("back", "escape", "Esc", "back", "back to the step list"),
        Key("help", "f1", "F1", "help", "help", priority=True),
        Key("submit", "f5", "F5", "save", "save the form, from whatever field", priority=True),
        Key("app.leave", "f9", "F9", "leave", "leave"),
        Key("go_on", "enter", priority=True),
        Key("following", "tab", priority=True),
        Key("previous", "shift+tab", priority=True),
        Key("following", "down"),
        Key("previous", "up"),
    ),
    "field-of-choices": (
        Key("step(1)", "right,space"),
        Key("step(-1)", "left"),
        Key("clear", "backspace,delete"),
    ),
    "field-of-checks": (Key("move(1)", "down"), Key("move(-1)", "up"), Key("rub_out", "backspace")),
    "dialog": (_BACK, _F9),
    "choose": (
        Key("down", "j"),
        Key("up", "k"),
        Key("scroll(8)", "pagedown", priority=True),
        Key("scroll(-8)", "pageup", priority=True),
    ),
    "confirm": (
        _told("plumbing", "f4", "F4", "every command, in full", priority=True),
        Key("go", "enter"),
        Key("scroll(6)", "pagedown,down", priority=True),
        Key("scroll(-6)", "pageup,up", priority=True),
    ),
    "reasons": (_told("waive", "w", "w", "waive the step", "waive"), Key("go", "enter"), *_LIST),
    "notice": (Key("back", "enter"),),
    "leaving": (
        _told("stop", "x", "x", "stop what runs, then leave", "stop"),
        Key("go", "enter,f9"),
        Key("go", "q", own="leave"),
    ),
    "roll-back": (
        _told("plumbing", "f4", "F4", "every command, in full"),
        Key("go", "enter"),
        *_LIST,
        Key("scroll(6)", "pagedown"),
        Key("scroll(-6)", "pageup"),
    ),
    "end-of-the-drill": (Key("tidy", "x"), Key("go", "enter"), Key("go", "q", own="leave")),
    "trust": (
        _told("trust", "y", "y", "trust what is shown"),
        Key("scroll(3)", "down"),
        Key("scroll(-3)", "up"),
    ),
    "help": (
        *(Key(f"scroll({rows})", keys) for rows, keys in ((1, "down,j"), (-1, "up,k"), (-12, "pageup"))),
        Key("scroll(12)", "pagedown,space"),
        Key("scroll(-1000)", "home"),
        Key("scroll(1000)", "end"),
        Key("back", "escape,enter,f1"),
        Key("back", "question_mark", own="help"),
        _QUIT,
        _F9,
    ),
    "failures": (
        Key("move(1)", "down,greater_than_sign"),
        Key("move(-1)", "up,less_than_sign"),
        Key("move(6)", "pagedown"),
        Key("move(-6)", "pageup"),
        Key("open", "enter"),
    ),
    "log": (
        _told("search", "slash", "/", "search"),
        _told("hit(1)", "full_stop", ".", "next hit"),
        _told("hit(-1)", "comma", ",", "previous hit"),
        _told("error(1)", "greater_than_sign", ">", "next error"),
        _told("error(-1)", "less_than_sign", "<", "previous error"),
        _told("start", "home", "home", "start"),
        _told("end", "end", "end", "end, and follow it"),
        _told("toggle_wrap", "W", "W", "wrap long lines"),
        _told("toggle_follow", "F", "F", "follow the end"),
        _told("toggle_times", "T", "T", "time of each line"),
        _told("zoom", "z", "z", "larger or smaller"),
        _told("select", "v", "v", "select lines"),
        _told("copy", "c", "c", "copy the line or the selection"),
        _told("copy_error", "C", "C", "copy the last error"),
        _told("pager", "P", "P", "open it in $PAGER"),
        _told("save", "S", "S", "save it as a text file"),
        Key("rows(-1)", "up"),
        Key("rows(1)", "down"),
        Key("pages(-1)", "pageup"),
        Key("pages(1)", "pagedown"),
        Key("columns(-1)", "left"),
        Key("columns(1)", "right"),
        Key("leave", "escape"),
    ),
}
"""The keys of every screen, and of the widgets that have their own."""

PLACES: dict[str, str] = {
    "log": "In a log",
    "document": "In a text that is made",
    "change": "In the change",
    "panes": "Next to the checks",
    "output": "In an output",
    "timeline": "On the timeline",
    "facts": "Among the facts",
    "incidents": "Among the incidents",
    "elsewhere": "Without a repository",
    "triage": "In triage",
    "confirm": "Before an act",
}
"""The screens whose own keys are listed in help and README, each with where that is."""


def told(screen: str) -> tuple[tuple[str, str], ...]:
    """Return the keys of a screen that are shown to people, each with what it does."""
    return tuple((shown(key.own) if key.own else key.shown, key.help) for key in SCREENS[screen] if key.shown)


_WRITTEN = {"escape": "esc", "up": "↑", "down": "↓", "left": "←", "right": "→", "pagedown": "pgdn"}
"""Keys as written for people, if Textual names them differently."""


def key(screen: str, action: str) -> str:
    """Return the key of `action` on `screen` as written for people: the user's own if it moves with one."""
    bound = next(binding for binding in SCREENS[screen] if binding.action == action)
    if bound.own:
        return shown(bound.own)
    first = bound.keys.split(",")[0]
    function = first[:1] == "f" and first[1:].isdigit()
    return _WRITTEN.get(first) or bound.shown or (first.upper() if function else first)


def keys(screen: str, *named: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the keys of actions of `screen`, each with the screen's label for it: the content of a footer."""
    return tuple((key(screen, action), title) for action, title in named)


def arrows(screen: str, up: str = "move(-1)", down: str = "move(1)") -> str:
    """Return the two keys that move through a list, as written for people: ``↑ ↓``."""
    return f"{key(screen, up)} {key(screen, down)}"


def bindings(screen: str, commands: Container[str] = ()) -> list[BindingType]:
    """Return Textual's bindings of a screen; a binding's id is the action whose key it shares."""
    return [
        Binding(
            key.keys,
            key.binding(commands),
            key.title,
            show=False,
            priority=key.priority,
            id=key.own or None,
        )
        for key in SCREENS[screen]
    ]


FIELD_KEYS: tuple[tuple[str, str], ...] = tuple(
    sorted((*told("form"), ("F2", "timeline"), ("F3", "note"), ("F8", "rollback")))
)
"""Keys that work where letters are typed."""
