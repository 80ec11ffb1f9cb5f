"""The pull request in the team's own template: its headings and boxes stay, what is known stands below them."""

import hashlib
import re
from typing import Any

from hotfix_tui.base.text import clean, one_line, slug
from hotfix_tui.documents.marks import OPEN
from hotfix_tui.documents.section import Section

_HEADING = re.compile(r"^(#{1,6}[ \t]+\S[^\n]*|\*\*[^*\n]{2,80}\*\*:?)[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BOX = re.compile(r"^(\s*[-*+] \[)[ xX](\].*)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"^[ \t]*(?:[-*+] )?(?:\*\*|_)?(?:TO[D]O|TBD|FIX[M]E)\b.*$\n?", re.MULTILINE)
_FIX = re.compile(r"\][^\w\n]*(?:bug[\s-]?fix|bug(?!\w|\s+report)|hot[\s-]?fix|fix)\b", re.IGNORECASE)
_WORDS = (
    r"(?:(?:an?|the|some|new|more|all|any|my|unit|regression|integration|automated|relevant|appropriate|"
    r"necessary|needed|required|sufficient|adequate|corresponding)\s+)*"
)
_TESTED = re.compile(
    rf"\b(?:added|adds?|includes?|included|wrote|written)\s+{_WORDS}tests?\b"
    r"|\btests?\s+(?:(?:have|has|had|were|was|is|are|been)\s+)*(?:added|included|written)\b",
    re.IGNORECASE,
)
_MORE_THAN_TESTED = re.compile(
    r"\bnot\b|n't\b|\bdoc|\bchange\s?log|\bupdated?\b|\bpass|\bcoverage\b|\bAPIs?\b", re.IGNORECASE
)
"""What a box may say beside that a test came along: nobody has said that."""
_NUMBER = re.compile(r"^(#+ )\d+\. ")
_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"type|check\s?list|screenshot|licen[cs]e", ()),
    (r"ticket|issue|related|reference|jira|links?\b", ("ticket",)),
    (r"test|verif|\bqa\b|validat", ("testing", "evidence", "regression-test")),
    (r"risk|roll|revert|deploy|release|impact", ("urgency", "impact", "base", "rollback", "to-monitor")),
    (r"why|motivation|context|background|problem|cause|reason", ("root-cause", "cause-steps", "why-missed")),
    (
        r"summary|descri|what|overview|change|propos|solution|\bfix\b|details",
        ("impact-seen", "fix", "changes", "fix-why", "stop-gap"),
    ),
)
"""What a heading says, and which of our parts belong below it; the first that fits."""


def merged(
    sections: "list[Section]", template: str, overrides: dict[str, Any], *, tested: bool
) -> "list[Section]":
    """Return the parts in the order of the template's headings; what it has no heading for follows.

    Text of its own under a heading stays, with the boxes that are known ticked and no others: what the template ticks
    itself, nobody has said. A heading with nothing but what is to be written there is a gap.
    """
    left = {one.id: one for one in sections}
    out: list[Section] = []
    for heading, body in _parts(clean(template)):
        wanted = [left.pop(id) for id in _belonging(heading) if id in left]
        filled = [_below(one) for one in wanted]
        said = any(one.text for one in filled)
        body = _PLACEHOLDER.sub("", body)
        own = _ticked(_COMMENT.sub("", body).strip() if said else body.strip(), tested=tested)
        if own or not said:
            out += [_own(heading, own, overrides, {one.id for one in out}), *filled]
            continue
        first = next(at for at, one in enumerate(filled) if one.text)
        filled[first] = filled[first]._replace(heading=f"{heading}\n\n{filled[first].heading}".strip())
        out += filled
    return [*out, *(_unnumbered(one) for one in sections if one.id in left)]


def _parts(text: str) -> list[tuple[str, str]]:
    """The headings of a template with what stands below each; what stands before the first has an empty one."""
    marks = list(_HEADING.finditer(text))
    before = text[: marks[0].start()] if marks else text
    out = [("", before)] if _COMMENT.sub("", before).strip() else []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    out += [(mark[1].strip(), text[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]
    return out[:60]


def _belonging(heading: str) -> tuple[str, ...]:
    words = heading.lower()
    return next((ids for pattern, ids in _PLACES if heading and re.search(pattern, words)), ())


def _own(heading: str, text: str, overrides: dict[str, Any], taken: set[str]) -> Section:
    """A part that is the template's own."""
    name = one_line(heading.strip("#* :"), 80)
    id = base = f"template-{slug(name, 30) or 'text'}"
    count = 1
    while id in taken:
        count += 1
        id = f"{base}-{count}"
    rendered = text or f"{OPEN}what belongs under this heading of the template ⟧"
    digest = hashlib.sha256(rendered.encode("utf-8", "backslashreplace")).hexdigest()
    kept = overrides.get(f"pr/{id}")
    shown = rendered if kept is None else clean(str(kept.get("text", ""))).strip()
    outdated = kept is not None and kept.get("source", "") != digest
    return Section(id, name or "Template", shown, digest, kept is not None, outdated, [], rendered, heading)


def _below(one: Section) -> Section:
    plain = _NUMBER.sub(r"\1", one.heading)
    return one._replace(heading=f"### {plain.lstrip('# ')}" if plain.startswith("#") else plain)


def _unnumbered(one: Section) -> Section:
    return one._replace(heading=_NUMBER.sub(r"\1", one.heading))


def _ticked(text: str, *, tested: bool) -> str:
    """Tick what is known: that it is a fix, and that a test came with it."""

    def tick(match: "re.Match[str]") -> str:
        known = _FIX.match(match[2]) or (
            tested and _TESTED.search(match[2]) and not _MORE_THAN_TESTED.search(match[2])
        )
        return f"{match[1]}{'x' if known else ' '}{match[2]}"

    return _BOX.sub(tick, text)
