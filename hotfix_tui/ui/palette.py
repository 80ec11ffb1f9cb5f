"""What the command palette finds, verbatim: facts and titles come from outside, and no part of them is markup.

Apart from the app: it is loaded when the palette is opened.
"""

from collections.abc import Iterator

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content


class AsItIs(Provider):
    """Offers what the app names. Textual's own provider reads names and help as markup: a bracket crashed the app."""

    async def discover(self) -> Hits:
        """Yield everything, ordered by name."""
        for command in sorted(self._commands(), key=lambda item: item.title):
            yield DiscoveryHit(
                _row(Content(command.title), command.help), command.callback, text=command.title
            )

    async def search(self, query: str) -> Hits:
        """Yield what contains the letters of `query`, with them highlighted."""
        matcher = self.matcher(query)
        for command in self._commands():
            score, places = matcher.fuzzy_search.match(query, command.title)
            if score <= 0:
                continue
            title = Content(command.title)
            for place in places:
                if not command.title[place].isspace():
                    title = title.stylize(matcher.match_style, place, place + 1)
            yield Hit(score, _row(title, command.help), command.callback, text=command.title)

    def _commands(self) -> Iterator[SystemCommand]:
        yield from self.app.get_system_commands(self.screen)


def _row(title: Content, help: str) -> Content:
    return Content("\n").join([title, Content(help).stylize("dim")])
