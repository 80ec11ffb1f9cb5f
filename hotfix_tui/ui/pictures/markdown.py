"""A Markdown text as painted rows: what its readers will see, fast enough to follow every key.

Headings keep their signs, muted; task boxes become ✓ and ○; gaps are highlighted. Text from outside stays text:
nothing in it is a clickable link, markup or a control byte.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base.text import clean
from hotfix_tui.ui.paint import glyphs, rows

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

QUOTE, BULLET = "▎", "•"
_LEAST = 8
"""Minimum width of a text, however deeply it is nested in lists."""

_GAP = re.compile(r"⟦ GAP: ([^⟧\n]{0,200}) ⟧")
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]]+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARK = "\x0e"
"""Placed after the selected box; cleaned text contains no control bytes."""
_RAW_BOX = re.compile(r"\[[ xX]\]\s*")
_BOX = re.compile(r"\[([ xX])\](?:\s+|$)")


class Box(NamedTuple):
    """A task box: its line in the text, from 0, and whether it is ticked."""

    line: int
    ticked: bool


def painted(text: str, width: int, marked: int = -1) -> list[Content]:
    """Return `text` as rows of at most `width` cells; the box on the line `marked` is shown as selected."""
    return list(_painted(text, width, marked)) if width > 0 else []


def boxes(text: str) -> list[Box]:
    """Return the task boxes in `text`, in order."""
    out = []
    for token, after in _pairs(_parser().parse(clean(text))):
        match = _BOX.match(after.content) if token.type == "paragraph_open" and token.level > 1 else None
        if match and after.map:
            out.append(Box(after.map[0], match[1] != " "))
    return out


def with_box(text: str, line: int) -> str:
    """Return `text` with the box on `line` toggled."""
    lines = text.split("\n")
    lines[line] = re.sub(
        r"\[([ xX])\]", lambda match: "[x]" if match[1] == " " else "[ ]", lines[line], count=1
    )
    return "\n".join(lines)


def _pairs(tokens: "Sequence[Token]") -> "list[tuple[Token, Token]]":
    """Return the first tokens of list items, each with the one after it."""
    opened = [place for place, token in enumerate(tokens) if token.type == "list_item_open"]
    return [(tokens[place + 1], tokens[place + 2]) for place in opened if place + 2 < len(tokens)]


@lru_cache(maxsize=128)
def _painted(text: str, width: int, marked: int) -> tuple[Content, ...]:
    """Paint with a cache: while one section is edited the others stay the same."""
    lines = clean(text).split("\n")
    if 0 <= marked < len(lines):
        lines[marked] = _RAW_BOX.sub(lambda match: match[0] + _MARK, lines[marked], count=1)
    blocks = _blocks(_parser().parse("\n".join(lines)), width)
    return tuple(row if row.cell_length <= width else row.truncate(width, ellipsis=True) for row in blocks)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # a text is previewed long after the start

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


# Blocks


def _blocks(tokens: "Sequence[Token]", width: int, *, tight: bool = False) -> list[Content]:
    """Return the blocks one below the other, with an empty row between them unless `tight`."""
    out: list[Content] = []
    after_heading = True
    for first, last in _parts(tokens):
        made = _block(tokens[first : last + 1], max(width, _LEAST))
        if not made:
            continue
        if out and not tight and not after_heading:
            out.append(Content(""))
        out += made
        after_heading = tokens[first].type == "heading_open"
    return out


def _parts(tokens: "Sequence[Token]") -> list[tuple[int, int]]:
    """Return where each block at this level begins and ends."""
    out, depth, begun = [], 0, 0
    for place, token in enumerate(tokens):
        if depth == 0:
            begun = place
        depth += token.nesting
        if depth == 0:
            out.append((begun, place))
    return out


def _block(tokens: "Sequence[Token]", width: int) -> list[Content]:
    kind = tokens[0].type
    if kind == "heading_open":
        signs = f"{tokens[0].markup if tokens[0].markup.startswith('#') else '#' * int(tokens[0].tag[1:])} "
        return _hanging(
            Content.styled(signs, "$muted"), _wrapped(_inline(tokens[1], "bold $key"), width - len(signs))
        )
    if kind == "paragraph_open":
        return _wrapped(_inline(tokens[1]), width)
    if kind in ("bullet_list_open", "ordered_list_open"):
        return _list(tokens, width)
    if kind == "blockquote_open":
        inner = _blocks(tokens[1:-1], width - 2)
        return [Content.assemble((f"{QUOTE} ", "$line"), row.stylize("$muted")) for row in inner]
    if kind in ("fence", "code_block"):
        return _code(tokens[0].content, width)
    if kind == "table_open":
        return _table(tokens, width)
    if kind == "hr":
        return [Content.styled(glyphs.RULE * width, "$line")]
    if kind == "html_block":
        left = _COMMENT.sub("", tokens[0].content).strip()
        return [row for line in left.splitlines() for row in _wrapped(Content.styled(line, "$muted"), width)]
    if kind == "inline":
        return _wrapped(_inline(tokens[0]), width)
    return []


def _list(tokens: "Sequence[Token]", width: int) -> list[Content]:
    """Return a list with its signs; a task item has its box instead."""
    out: list[Content] = []
    first = tokens[0].attrGet("start")
    number = int(first) if isinstance(first, int | str) else 1
    ordered = tokens[0].type == "ordered_list_open"
    inside = tokens[1:-1]
    items = [inside[begun + 1 : last] for begun, last in _parts(inside)]
    loose = any(
        token.type == "paragraph_open" and not token.hidden
        for item in items
        for token in item
        if token.level == tokens[0].level + 2
    )
    room = len(f"{number + len(items) - 1}. ") if ordered else 2
    for item in items:
        sign = Content(f"{number}. ".rjust(room) if ordered else f"{BULLET} ")
        number += 1
        ticked = _box(item)
        if ticked is not None:
            sign = (
                Content.styled(f"{glyphs.DONE} ", "$ok")
                if ticked
                else Content.styled(f"{glyphs.OPEN} ", "$muted")
            )
        if out and loose:
            out.append(Content(""))
        selected = ticked is not None and _unmarked(item)
        body = _blocks(item, width - sign.cell_length, tight=not loose) or [Content("")]
        made = _hanging(sign, body)
        out += (
            [rows.on_selection(row.pad_right(width - row.cell_length)) for row in made] if selected else made
        )
    return out


def _box(item: "Sequence[Token]") -> bool | None:
    """Remove the box from a task item; return whether it is ticked, None if it is not a task."""
    inline = next((token for token in item[:2] if token.type == "inline"), None)
    first = inline.children[0] if inline is not None and inline.children else None
    match = _BOX.match(first.content) if first is not None and first.type == "text" else None
    if match is None or first is None:
        return None
    first.content = first.content[match.end() :]
    return match[1] != " "


def _unmarked(item: "Sequence[Token]") -> bool:
    """Remove the mark of the selected box from an item; return whether it was there."""
    first = item[1].children[0] if item[1].children else None
    if first is None or not first.content.startswith(_MARK):
        return False
    first.content = first.content.removeprefix(_MARK)
    return True


def _code(text: str, width: int) -> list[Content]:
    """Return code after a bar, its lines wrapped and never truncated."""
    out: list[Content] = []
    for line in text.rstrip("\n").expandtabs(4).split("\n"):
        folded = Content(line).fold(max(width - 2, _LEAST))
        out += [Content.assemble((f"{QUOTE} ", "$line"), piece) for piece in folded]
    return out


def _table(tokens: "Sequence[Token]", width: int) -> list[Content]:
    """Return a table with columns as wide as needed and possible; truncated cells end in ``…``."""
    lines: list[list[Content]] = []
    for token in tokens:
        if token.type == "tr_open":
            lines.append([])
        elif token.type == "inline" and lines:
            lines[-1].append(_inline(token, "bold" if len(lines) == 1 else ""))
    count = max((len(line) for line in lines), default=0)
    if not count:
        return []
    wide = [
        max((line[at].cell_length for line in lines if at < len(line)), default=1) or 1 for at in range(count)
    ]
    while sum(wide) + 2 * (count - 1) > width and max(wide) > 4:
        wide[wide.index(max(wide))] -= 1
    out = [rows.columns([*line, *[""] * (count - len(line))], wide) for line in lines]
    under = Content.styled("  ".join(glyphs.RULE * size for size in wide), "$line")
    return [out[0], under, *out[1:]]


# Text


def _inline(token: "Token", base: str = "") -> Content:
    """Return inline text with its marks as styles."""
    parts: list[tuple[str, str] | str] = []
    styles: list[str] = [base]
    for child in token.children or []:
        kind = child.type
        if kind == "text":
            parts += _plain(child.content, _joined(styles))
        elif kind in _OPENS:
            styles.append(_OPENS[kind])
        elif kind.endswith("_close") and len(styles) > 1:
            styles.pop()
        elif kind == "code_inline":
            parts += _plain(child.content, _joined([*styles, "$key"]))
        elif kind == "softbreak":
            parts.append(" ")
        elif kind == "hardbreak":
            parts.append("\n")
        elif kind == "image":
            parts.append((f"[image: {child.content or child.attrGet('src') or ''}]", "$muted"))
        elif kind == "html_inline" and not child.content.startswith("<!--"):
            parts.append((child.content, "$muted"))
    return Content.assemble(*parts)


_OPENS = {"strong_open": "bold", "em_open": "italic", "s_open": "strike", "link_open": "$key"}


def _joined(styles: list[str]) -> str:
    """Return the styles as one: of several colours the last one counts."""
    words = " ".join(filter(None, styles)).split()
    colours = [word for word in words if word.startswith("$")]
    return " ".join([*dict.fromkeys(word for word in words if not word.startswith("$")), *colours[-1:]])


def _plain(text: str, style: str) -> list[tuple[str, str] | str]:
    """Return text with gaps highlighted and addresses in the colour of keys."""
    if "⟦" not in text and "://" not in text:
        return [(text, style) if style else text]
    out: list[tuple[str, str] | str] = []
    at = 0
    marks = sorted([*_GAP.finditer(text), *_ADDRESS.finditer(text)], key=lambda match: match.start())
    for match in marks:
        if match.start() < at:
            continue
        out.append((text[at : match.start()], style))
        gap = match.re is _GAP
        said = f"{glyphs.ALERT} not known: {match[1]}" if gap else match[0]
        out.append((said, "bold $bad" if gap else _joined([style, "$key"])))
        at = match.end()
    return [*out, (text[at:], style)]


def _wrapped(content: Content, width: int) -> list[Content]:
    if not content.plain.strip():
        return []
    return list(content.wrap(max(width, _LEAST)))


def _hanging(sign: Content, body: list[Content]) -> list[Content]:
    """Return `body` with `sign` before its first row, and the others indented to match."""
    room = Content(" " * sign.cell_length)
    return [Content.assemble(sign if place == 0 else room, row) for place, row in enumerate(body)]
