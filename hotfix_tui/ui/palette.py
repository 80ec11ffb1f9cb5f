"""What the command palette finds, as it is: facts and titles come from outside, and no part of them is markup."""

from collections.abc import Iterator

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content


class AsItIs(Provider):
    """Offers what the app names. Textual's own provider reads names and help as markup: a bracket ended the app."""

    async def discover(self) -> Hits:
        """Offer everything, in the order of the names."""
        for one in sorted(self._commands(), key=lambda one: one.title):
            yield DiscoveryHit(_row(Content(one.title), one.help), one.callback, text=one.title)

    async def search(self, query: str) -> Hits:
        """Offer what has the letters of `query`, marked where they are."""
        matcher = self.matcher(query)
        for one in self._commands():
            score, places = matcher.fuzzy_search.match(query, one.title)
            if score <= 0:
                continue
            title = Content(one.title)
            for place in places:
                if not one.title[place].isspace():
                    title = title.stylize(matcher.match_style, place, place + 1)
            yield Hit(score, _row(title, one.help), one.callback, text=one.title)

    def _commands(self) -> Iterator[SystemCommand]:
        yield from self.app.get_system_commands(self.screen)


def _row(title: Content, help: str) -> Content:
    return Content("\n").join([title, Content(help).stylize("dim")])
