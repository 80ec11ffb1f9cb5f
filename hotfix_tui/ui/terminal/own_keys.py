"""The user's own keys, applied to the bindings of a screen: an action of the table is identified by its
binding's id.
"""

from textual.binding import Binding, BindingsMap
from textual.keys import _character_to_key

from hotfix_tui.ui import keymap

_KEPT = frozenset(
    ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "escape", "enter", "tab")
)


def named(*names: str) -> tuple[str, ...]:
    """Return Textual's names for the keys of the actions `names`."""
    return tuple(_textual(keymap.shown(name)) for name in names)


def _textual(key: str) -> str:
    return _character_to_key(key) if len(key) == 1 else key


def _stays(key: str) -> bool:
    """Return whether a key keeps its function: arrows, function keys and the like, which are named everywhere."""
    return key in _KEPT or (key[:1] == "f" and key[1:].isdecimal())


def rebind(bindings: BindingsMap) -> None:
    """Give each binding whose id is an action with a changed key that key."""
    chosen = keymap.changed()
    if not chosen:
        return
    kept: dict[str, list[Binding]] = {}
    moved: dict[str, Binding] = {}
    for key, bound in bindings.key_to_bindings.items():
        for binding in bound:
            if binding.id in chosen and not _stays(key):
                moved[binding.id or ""] = binding
            else:
                kept.setdefault(key, []).append(binding)
    for name in chosen:
        replacement = moved.get(name) or _bound(kept, name)
        if replacement is not None:
            key = _textual(chosen[name])
            kept[key] = [replacement.with_key(key)]
    bindings.key_to_bindings = kept


def _bound(kept: dict[str, list[Binding]], name: str) -> Binding | None:
    """Return the binding of `name` by a key that stays: up and down have arrows only."""
    return next((binding for bound in kept.values() for binding in bound if binding.id == name), None)
