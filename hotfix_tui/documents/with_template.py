"""The pull request in the team's own template: headings and boxes stay, what is known goes below them.

Apart from `render`, which fills our own templates: this edits Markdown that somebody else wrote.
"""

import hashlib
import re
from typing import Any

from hotfix_tui.base.text import clean, one_line, slug
from hotfix_tui.documents.gap_marks import OPEN
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
"""What a box may claim beyond a test being included: nobody has said that."""
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
"""What a heading says, and which of our parts belong below it; the first match counts."""


def merged(
    sections: "list[Section]", template: str, overrides: dict[str, Any], *, tested: bool
) -> "list[Section]":
    """Return the parts in the order of the template's headings; parts without a heading follow.

    The template's own text under a heading stays, with only the boxes ticked that are known to be true: nobody has
    confirmed what the template ticks itself. A heading with only instructions below it is a gap.
    """
    left = {section.id: section for section in sections}
    out: list[Section] = []
    for heading, body in _parts(clean(template)):
        wanted = [left.pop(id) for id in _belonging(heading) if id in left]
        filled = [_below(section) for section in wanted]
        said = any(section.text for section in filled)
        body = _PLACEHOLDER.sub("", body)
        own = _ticked(_COMMENT.sub("", body).strip() if said else body.strip(), tested=tested)
        if own or not said:
            out += [_own(heading, own, overrides, {section.id for section in out}), *filled]
            continue
        first = next(at for at, section in enumerate(filled) if section.text)
        filled[first] = filled[first]._replace(heading=f"{heading}\n\n{filled[first].heading}".strip())
        out += filled
    return [*out, *(_unnumbered(section) for section in sections if section.id in left)]


def _parts(text: str) -> list[tuple[str, str]]:
    """Return a template's headings with the text below each; text before the first one gets an empty heading."""
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
    """Return a part that is the template's own."""
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


def _below(section: Section) -> Section:
    plain = _NUMBER.sub(r"\1", section.heading)
    return section._replace(heading=f"### {plain.lstrip('# ')}" if plain.startswith("#") else plain)


def _unnumbered(section: Section) -> Section:
    return section._replace(heading=_NUMBER.sub(r"\1", section.heading))


def _ticked(text: str, *, tested: bool) -> str:
    """Return the text with known boxes ticked: that it is a fix, and that a test is included."""

    def tick(match: "re.Match[str]") -> str:
        known = _FIX.match(match[2]) or (
            tested and _TESTED.search(match[2]) and not _MORE_THAN_TESTED.search(match[2])
        )
        return f"{match[1]}{'x' if known else ' '}{match[2]}"

    return _BOX.sub(tick, text)
