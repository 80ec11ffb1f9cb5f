"""The dialogs over the stage screen by name, each loaded when it is first opened: the first paint waits for none."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotfix_tui.ui.screens.choose import Choose as Choose
    from hotfix_tui.ui.screens.choose import Option as Option
    from hotfix_tui.ui.screens.confirm import Confirm as Confirm
    from hotfix_tui.ui.screens.form import Drafts as Drafts
    from hotfix_tui.ui.screens.form import Field as Field
    from hotfix_tui.ui.screens.form import Form as Form
    from hotfix_tui.ui.screens.reasons import Notice as Notice
    from hotfix_tui.ui.screens.reasons import Reasons as Reasons

_MODULES = {
    "Choose": "choose",
    "Option": "choose",
    "Confirm": "confirm",
    "Drafts": "form",
    "Field": "form",
    "Form": "form",
    "Notice": "reasons",
    "Reasons": "reasons",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"hotfix_tui.ui.screens.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
