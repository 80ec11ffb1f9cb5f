"""An app with the colours of the wizard and nothing else, for the tests of its widgets."""

from typing import Any

from textual.app import App

from hotfix_tui.ui.paint import tokens


class ThemedApp(App[Any]):
    """Knows the tokens that the style sheets of our widgets name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for theme in tokens.themes():
            self.register_theme(theme)
        self.theme = tokens.DARK_NAME
