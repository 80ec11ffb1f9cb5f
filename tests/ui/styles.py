"""Parses style sheets once per process, instead of again for each wizard that a test starts."""

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_known: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(
    sheet: Stylesheet,
    css: str,
    read_from: tuple[str, str],
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """Return the same rules for the same text with the same variables, which are the theme's."""
    rest = (read_from, is_default_rules, tie_breaker, scope)
    key = (tuple(sorted(sheet._variables.items())), css, *rest)
    if key not in _known:
        _known[key] = _parse(sheet, css, *rest)
    return _known[key]


def once() -> None:
    """Parse once from here on."""
    Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]
