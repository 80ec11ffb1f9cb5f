"""Code in a few colours: keywords, strings, numbers and comments by kind, function names bold; no red.

Importing the lexers takes a while, so it is done in the background (`prepare`); until then code has no colours.
"""

import functools
import os
from importlib import import_module
from typing import Any

from textual.content import Content, Span

LONGEST = 300
"""Characters of a line that are coloured: nobody reads further, and no lexer gets the chance to be slow."""

_BY_NAME = {
    "Dockerfile": "docker",
    "Makefile": "make",
    "Rakefile": "ruby",
    "Gemfile": "ruby",
    "Jenkinsfile": "groovy",
}
_BY_END = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "javascript"),
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts"), "typescript"),
    **dict.fromkeys((".c", ".h"), "c"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hh", ".hpp"), "cpp"),
    **dict.fromkeys((".sh", ".bash", ".zsh"), "bash"),
    **dict.fromkeys((".yml", ".yaml"), "yaml"),
    **dict.fromkeys((".ex", ".exs"), "elixir"),
    **dict.fromkeys((".kt", ".kts"), "kotlin"),
    **dict.fromkeys((".html", ".htm"), "html"),
    **dict.fromkeys((".rb", ".rake", ".gemspec"), "ruby"),
    **dict.fromkeys((".groovy", ".gradle"), "groovy"),
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
    ".cs": "csharp",
    ".php": "php",
    ".swift": "swift",
    ".scala": "scala",
    ".lua": "lua",
    ".pl": "perl",
    ".sql": "sql",
    ".css": "css",
    ".scss": "scss",
    ".json": "json",
    ".toml": "toml",
    ".xml": "xml",
    ".ini": "ini",
    ".tf": "terraform",
    ".dart": "dart",
    ".clj": "clojure",
    ".hs": "haskell",
    ".erl": "erlang",
}

_lexers: dict[str, Any] = {}
"""Loaded lexers by name; None for one that is unavailable."""


def language(path: str) -> str:
    """Return the name of the language of `path`, empty if it is not coloured."""
    name = os.path.basename(path)
    return _BY_NAME.get(name) or _BY_END.get(os.path.splitext(name)[1].lower(), "")


def prepare(paths: list[str]) -> None:
    """Import the lexers for the files `paths`; for a background lane."""
    for name in {language(path) for path in paths} - {""}:
        if name in _lexers:
            continue
        lexers: Any = import_module("pygments.lexers")
        try:
            _lexers[name] = lexers.get_lexer_by_name(name)
        except ValueError:  # this version of Pygments does not have it
            _lexers[name] = None


def coloured(path: str, line: str) -> Content:
    """Return one line of the file `path`, coloured if its lexer is loaded."""
    name = language(path)
    if _lexers.get(name) is None:
        return Content(line)
    return _coloured(name, line)


@functools.lru_cache(2_000)
def _coloured(name: str, line: str) -> Content:
    spans = []
    for at, kind, words in _lexers[name].get_tokens_unprocessed(line[:LONGEST]):
        if style := _style(kind):
            spans.append(Span(at, min(at + len(words), len(line)), style))
    return Content(line, spans)


@functools.cache
def _style(kind: object) -> str:
    token: Any = import_module("pygments.token")
    for family, style in (
        (token.Comment, "$muted"),
        (token.String, "$ok"),
        (token.Number, "$warn"),
        (token.Name.Decorator, "$warn"),
        (token.Keyword, "$key"),
        (token.Operator.Word, "$key"),
        (token.Name.Builtin, "$key"),
        (token.Name.Function, "bold"),
        (token.Name.Class, "bold"),
    ):
        if kind in family:
            return style
    return ""
