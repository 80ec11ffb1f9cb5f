"""Templates: files of sections, rendered in a sandbox without calls, long loops or unbounded growth.

A section begins with a line ``%%% id | title | heading | fact=KEY``; heading and fact are optional. A language, or a
project's own folder, may override any section; missing ones are taken from the built-in English file. A section that
renders to nothing is left out of the text.
"""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.documents.catalog import BadDocument

if TYPE_CHECKING:
    import jinja2

_MARKER = re.compile(r"^%%%[ \t]*(?P<head>[^\n]*)$", re.MULTILINE)
_ID = re.compile(r"[a-z][a-z0-9-]{0,40}")
_LARGEST = 100_000
_LARGEST_OUTPUT = 1_000_000
_DEEPEST = 2
_DEEPEST_NODE = 40
_MOST_ROWS = 300
_ALLOWED_TEXT = """\
And CondExpr Compare Const Filter For Getattr Getitem If List Name Not Operand Or Output
Template TemplateData Test Tuple
"""
_ALLOWED = frozenset(_ALLOWED_TEXT.split())
"""Node types that a template may contain: no calls, no arithmetic, no assignments, no other files."""


class SectionSource(NamedTuple):
    """One section of a template: `fact` is the fact that it is, or empty; `origin` the file, for messages."""

    id: str
    title: str
    heading: str
    fact: str
    body: str
    origin: str


def sections(document: str, language: str, template_dir: str | None = None) -> list[SectionSource]:
    """Return the sections of `document` in order, each from the nearest file that has it.

    Raises BadDocument for an unusable file of the project.
    """
    by_id = {item.id: item for item in _built_in(document, "en")}
    if language != "en":
        by_id.update((item.id, item) for item in _built_in(document, language))
    if template_dir:
        for folder in (template_dir, os.path.join(template_dir, one_line(language, 20).replace("/", ""))):
            by_id.update((item.id, item) for item in _own(document, folder, template_dir))
    return list(by_id.values())


@lru_cache(maxsize=64)
def _built_in(document: str, language: str) -> tuple[SectionSource, ...]:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language):
        raise BadDocument(f"{one_line(language, 30)!r} is not a language; choose en or zh.")
    name = f"{document}.md.j2"
    file = resources.files("hotfix_tui.documents").joinpath("templates", language, name)
    if not file.is_file():
        return ()
    return tuple(parse(file.read_text(encoding="utf-8"), name))


def _own(document: str, folder: str, root: str) -> list[SectionSource]:
    path = os.path.join(folder, f"{document}.md.j2")
    if not os.path.lexists(path):
        return []
    inside = os.path.realpath(root) + os.sep
    if not os.path.realpath(path).startswith(inside):
        raise BadDocument(f"{one_line(path)} leads out of the template folder; put the file itself there.")
    try:
        data = plain_file.read(path, _LARGEST + 1, follow=True)
    except OSError as problem:
        raise BadDocument(f"{one_line(path)} cannot be read: {problem.strerror}; fix or remove it.") from None
    if len(data) > _LARGEST:
        raise BadDocument(f"{one_line(path)} is larger than {_LARGEST} bytes; shorten it.")
    return parse(clean(data.decode("utf-8", "replace")), path)


def parse(text: str, origin: str) -> list[SectionSource]:
    """Return the sections of a template file. Raises BadDocument if it has none, or one without a valid id."""
    marks = list(_MARKER.finditer(text))
    if not marks or text[: marks[0].start()].strip():
        raise BadDocument(f"{one_line(origin)}: a template begins with a section: a line `%%% id | title`.")
    out = []
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        id, title, heading, options = [*(part.strip() for part in mark["head"].split("|")), "", "", ""][:4]
        if not _ID.fullmatch(id):
            raise BadDocument(
                f"{one_line(origin)}: {one_line(id, 40)!r} is no section id; write `%%% id | title`."
            )
        fact = options.removeprefix("fact=") if options.startswith("fact=") else ""
        body = text[mark.end() + 1 : after.start() if after else len(text)]
        out.append(SectionSource(id, title or id, heading, fact, body, origin))
    return out


def render(source: SectionSource, data: Mapping[str, object]) -> str:
    """Return the section's text. Raises BadDocument with the file and the section when it cannot be rendered."""
    import jinja2

    pieces: list[str] = []
    size = 0
    try:
        for piece in _compiled(source.body).generate(data):
            size += len(piece)
            if size > _LARGEST_OUTPUT:
                raise BadDocument(f"{_place(source)}: its text grows beyond {_LARGEST_OUTPUT} characters.")
            pieces.append(piece)
    except jinja2.TemplateError as problem:
        reason = one_line(str(problem), 160) or type(problem).__name__
        raise BadDocument(f"{_place(source)}: {reason}; fix or remove it.") from None
    except (TypeError, ValueError, RecursionError, SyntaxError) as problem:
        raise BadDocument(f"{_place(source)}: {one_line(str(problem), 160)}; fix or remove it.") from None
    return "".join(pieces).strip("\n")


def _place(source: SectionSource) -> str:
    return f"{one_line(source.origin)}, section {source.id}"


@lru_cache(maxsize=256)
def _compiled(body: str) -> "jinja2.Template":
    """Compile a section after checking that it contains only output, conditions and short loops."""
    import jinja2
    from jinja2 import nodes

    env = _environment()
    tree = env.parse(body)
    _check(tree, 0)
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, "rows", [], [], None, None, lineno=loop.lineno, environment=env)
    return jinja2.Template.from_code(env, env.compile(tree), dict(env.globals))


def _check(node: Any, depth: int, level: int = 0) -> None:
    import jinja2
    from jinja2 import nodes

    for child in node.iter_child_nodes():
        kind = type(child).__name__
        if kind not in _ALLOWED:
            raise jinja2.TemplateSyntaxError(
                f"templates hold facts, conditions and loops only, not {kind}", getattr(child, "lineno", 1)
            )
        deeper = depth + isinstance(child, nodes.For)
        if deeper > _DEEPEST or (isinstance(child, nodes.For) and child.recursive):
            raise jinja2.TemplateSyntaxError(f"loops lie at most {_DEEPEST} deep", child.lineno)
        if level > _DEEPEST_NODE:
            raise jinja2.TemplateSyntaxError(f"its parts lie more than {_DEEPEST_NODE} deep", 1)
        _check(child, deeper, level + 1)


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.clear()
    env.filters.clear()
    env.filters.update(cell=_cell, rows=_rows, join=_join, upper=_upper, count=_count, wrap=_wrap)
    env.tests = {"defined": env.tests["defined"]}
    return env


def _rows(value: object) -> list[object]:
    """Return what a loop iterates over: the first entries of a list; anything else is rejected."""
    if not isinstance(value, list):
        raise TypeError("a loop goes over a list")
    return value[:_MOST_ROWS]


def _join(value: object, between: str = ", ") -> str:
    if not isinstance(value, list) or len(between) > 20:
        raise TypeError("join takes a list and a short text")
    return between.join(str(item) for item in value[:_MOST_ROWS])


def _cell(value: object) -> str:
    """Return the text for a table cell: on one line, with pipes escaped once."""
    return " ".join(str(value).split()).replace("\\|", "|").replace("|", "\\|")


def _upper(value: object) -> str:
    return str(value).upper()


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _wrap(value: object) -> str:
    """Return the text with lines of at most 72 characters, the convention for commit messages."""
    import textwrap

    return "\n".join(
        textwrap.fill(part, 72, break_long_words=False, break_on_hyphens=False)
        for part in str(value).split("\n")
    )
