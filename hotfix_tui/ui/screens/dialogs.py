"""The dialogs over the stage screen by name, in a module each, loaded when it is first opened: the first paint waits
for none.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotfix_tui.ui.dialogs.kept import drafts as drafts
    from hotfix_tui.ui.dialogs.kept import kept as kept
    from hotfix_tui.ui.dialogs.note import ask_note as ask_note
    from hotfix_tui.ui.dialogs.signed import name_and_reason as name_and_reason
    from hotfix_tui.ui.dialogs.signed import name_only as name_only
    from hotfix_tui.ui.screens.choose import Choose as Choose
    from hotfix_tui.ui.screens.choose import Option as Option
    from hotfix_tui.ui.screens.confirm import Confirm as Confirm
    from hotfix_tui.ui.screens.form import Field as Field
    from hotfix_tui.ui.screens.form import Form as Form
    from hotfix_tui.ui.screens.reasons import Notice as Notice
    from hotfix_tui.ui.screens.reasons import Reasons as Reasons
    from hotfix_tui.ui.screens.roll_back import RollBack as RollBack

_MODULES = {
    "Choose": "screens.choose",
    "Option": "screens.choose",
    "Confirm": "screens.confirm",
    "Field": "screens.form",
    "Form": "screens.form",
    "Notice": "screens.reasons",
    "Reasons": "screens.reasons",
    "RollBack": "screens.roll_back",
    "ask_note": "dialogs.note",
    "drafts": "dialogs.kept",
    "kept": "dialogs.kept",
    "name_and_reason": "dialogs.signed",
    "name_only": "dialogs.signed",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    member = getattr(import_module(f"hotfix_tui.ui.{_MODULES[name]}"), name)
    globals()[name] = member
    return member
