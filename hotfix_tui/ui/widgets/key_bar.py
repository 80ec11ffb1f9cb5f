"""The last line of a screen: a few keys and what they do; never more than fit."""

from textual.content import Content
from textual.widget import Widget


class KeyBar(Widget):
    """Shows keys in the given order; those that do not fit are left out whole, the last one stays."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $text; }
    """

    def __init__(self, keys: list[tuple[str, str]], id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys = keys

    def show(self, keys: list[tuple[str, str]]) -> None:
        """Show other keys."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    @property
    def text(self) -> str:
        """What is shown, for tests."""
        return "  ".join(f"{key} {title}" for key, title in self.fitting())

    def fitting(self) -> list[tuple[str, str]]:
        """Return the keys that fit, the last one always among them."""
        room, out = self.size.width - 1, []
        last = self._keys[-1:] if self._keys else []
        room -= sum(len(key) + len(title) + 3 for key, title in last)
        for key, title in self._keys[:-1]:
            need = len(key) + len(title) + 3
            if need > room:
                break
            out.append((key, title))
            room -= need
        return out + last

    def render(self) -> Content:
        """Draw the keys."""
        parts: list[Content] = []
        for key, title in self.fitting():
            parts.append(Content.assemble((f" {key}", "bold $accent"), f" {title} "))
        return Content("").join(parts)
