"""No widget of ours takes the name of something that Textual keeps in its widgets: `_running`, for one, is its pump."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

import hotfix_tui.ui as ui


def classes() -> list[type]:
    """Every class of ours that has a message pump."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(ui.__path__, "hotfix_tui.ui."):
        for _, item in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if item.__module__.startswith("hotfix_tui.ui") and issubclass(item, MessagePump):
                found[f"{item.__module__}.{item.__qualname__}"] = item
    return [found[name] for name in sorted(found)]


def kept_by_textual(item: type) -> set[str]:
    """The private names that Textual keeps in what `item` is: an app, a screen or a widget."""
    made = App() if issubclass(item, App) else Screen() if issubclass(item, Screen) else Widget()
    names = {*vars(made), *dir(type(made))}
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def assigned(item: type) -> set[str]:
    """The names that the methods of a class assign to, as attributes of `self`."""
    tree = ast.parse(Path(inspect.getfile(item)).read_text(encoding="utf-8"))
    body = next(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == item.__name__)
    return {
        node.attr
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


@pytest.mark.parametrize("item", classes(), ids=lambda item: item.__name__)
def test_nothing_that_textual_keeps_is_overwritten(item):
    assert assigned(item) & kept_by_textual(item) == set()
