"""Placeholders such as ``{branch}`` in commands and names, and how values are substituted.

A value only ever becomes an item of an argument list, part of one, or an environment variable; it is never shell
text. ``{{word}}`` stands for a literal ``{word}``. Braces around anything but one lower-case word are left alone,
so ``{.items[*]}`` or ``{"a": 1}`` need no escaping.
"""

import re
from collections.abc import Mapping, Sequence

from hotfix_tui.base.errors import HotfixError

IN_COMMANDS = frozenset(
    ("ticket", "id", "branch", "base", "commit", "version", "previous", "files", "environment")
)
"""The placeholders of commands. ``files`` is a list and must be an argument of its own."""

IN_NAMES = frozenset(("repo", "id", "ticket", "slug", "line", "round"))
"""The placeholders of branch names and paths."""

Values = Mapping[str, str | Sequence[str]]
"""What to fill in: one text per placeholder; for ``files`` a list of texts."""

_TOKEN = re.compile(r"\{\{([a-z][a-z-]*)\}\}|(?<![${])\{([a-z][a-z-]*)\}(?!\})")


class PlaceholderError(HotfixError, ValueError):
    """A placeholder that cannot be filled in; the text is a sentence for people."""


def names_in(text: str) -> list[str]:
    """Return the placeholders used in ``text``, in order, without escaped ones."""
    return [match[2] for match in _TOKEN.finditer(text) if match[2]]


def escape(text: str) -> str:
    """Return the text with its ``{word}`` doubled, so that filling it in gives the original text."""
    return _TOKEN.sub(
        lambda match: "{{" + (match[1] or match[2]) + "}}" if match[2] else "{" + match[0] + "}", text
    )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill in a name or path. Raises PlaceholderError for a value that is missing or holds a NUL byte."""

    def one(match: re.Match[str]) -> str:
        return "{" + match[1] + "}" if match[1] else _text(match[2], values)

    return _TOKEN.sub(one, text)


def expand(argv: Sequence[str], values: Values) -> list[str]:
    """Fill in an argument list: one item stays one item, except that ``{files}`` becomes one per file.

    An item that is only a placeholder cannot turn into an option: a value that begins with ``-`` is refused there,
    and a file gets a leading ``./``. Raises PlaceholderError with a sentence.
    """
    items: list[str] = []
    for item in argv:
        if item == "{files}":
            items += [f"./{name}" if name.startswith("-") else name for name in _files(values)]
            continue
        texts = {name: value for name, value in values.items() if isinstance(value, str)}
        filled = fill(item, texts)
        if filled.startswith("-") and not item.startswith("-"):
            raise PlaceholderError(
                f"{item} would become {filled!r}, which a program would read as an option."
            )
        items.append(filled)
    return items


def environment(values: Values) -> dict[str, str]:
    """Return the values as variables for a command with a shell: ``HOTFIX_TICKET``, …; files one per line."""
    names = {name: value if isinstance(value, str) else "\n".join(value) for name, value in values.items()}
    return {f"HOTFIX_{name.upper().replace('-', '_')}": _text(name, names) for name in names}


def _files(values: Values) -> Sequence[str]:
    """Return the value of ``{files}``; a NUL byte or a missing list raises PlaceholderError."""
    files = values.get("files")
    if files is None or isinstance(files, str):
        raise PlaceholderError("{files} is not known yet, so the command cannot be filled in.")
    for name in files:
        _text("files", {"files": name})
    return files


def _text(name: str, values: Mapping[str, str]) -> str:
    """Return one value; raises PlaceholderError when it is missing or cannot be an argument."""
    value = values.get(name)
    if value is None:
        raise PlaceholderError(f"{{{name}}} is not known yet, so the command cannot be filled in.")
    if "\0" in value:
        raise PlaceholderError(f"The value of {{{name}}} holds a NUL byte, which no argument can hold.")
    return value
