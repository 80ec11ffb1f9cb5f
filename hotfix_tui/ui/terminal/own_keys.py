"""The user's own keys, put into the bindings of a screen: an action of the table is known by the id of its binding."""

from textual.binding import Binding, BindingsMap
from textual.keys import _character_to_key

from hotfix_tui.ui import keymap

_KEPT = frozenset(
    ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "escape", "enter", "tab")
)


def named(*names: str) -> tuple[str, ...]:
    """Return how Textual calls the keys of the actions `names`."""
    return tuple(_textual(keymap.shown(name)) for name in names)


def _textual(key: str) -> str:
    return _character_to_key(key) if len(key) == 1 else key


def _stays(key: str) -> bool:
    """Whether a key keeps what it does: arrows, function keys and the like, which texts name everywhere."""
    return key in _KEPT or (key[:1] == "f" and key[1:].isdecimal())


def rebind(bindings: BindingsMap) -> None:
    """Give each binding whose id is an action with another key that key."""
    chosen = keymap.changed()
    if not chosen:
        return
    kept: dict[str, list[Binding]] = {}
    moved: dict[str, Binding] = {}
    for key, found in bindings.key_to_bindings.items():
        for binding in found:
            if binding.id in chosen and not _stays(key):
                moved[binding.id or ""] = binding
            else:
                kept.setdefault(key, []).append(binding)
    for name in chosen:
        one = moved.get(name) or _bound(kept, name)
        if one is not None:
            key = _textual(chosen[name])
            kept[key] = [one.with_key(key)]
    bindings.key_to_bindings = kept


def _bound(kept: dict[str, list[Binding]], name: str) -> Binding | None:
    """Return the binding of `name` by a key that stays: up and down have arrows only."""
    return next((binding for found in kept.values() for binding in found if binding.id == name), None)
