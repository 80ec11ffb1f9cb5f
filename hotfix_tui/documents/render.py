"""Rendering a document from the record: sections from templates, edited parts, gaps, and no secrets."""

import hashlib
import os
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.documents import gap_marks, neutral, pr_title, templating, with_template
from hotfix_tui.documents import template_context as context_of_templates
from hotfix_tui.documents.catalog import DOCUMENTS, BadDocument, DocumentDef, check_phase, definition
from hotfix_tui.documents.facts_in import default_phase, facts_in
from hotfix_tui.documents.section import Section
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.embargo.words import security_terms
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.wording import NO_RULES, TeamRules

__all__ = ["DOCUMENTS", "BadDocument", "DocumentDef", "Rendered", "Section", "render"]

TITLE = "title"
"""The section that is not part of the text but its title or subject."""


class Rendered(NamedTuple):
    """A rendered document. `gaps` are unknown values, in words with the cure; `warnings` are sentences.

    `lacking` are the keys of the facts that would fill gaps.
    """

    document: str
    phase: str
    language: str
    title: str
    sections: list[Section]
    gaps: list[str]
    warnings: list[str]
    lacking: list[str] = []

    @property
    def text(self) -> str:
        """The whole text, without its title."""
        between = "\n\n" if DOCUMENTS[self.document].markup == "markdown" else "\n"
        shown = [s for s in self.sections if s.id != TITLE and s.text]
        return "\n\n".join(f"{s.heading}{between}{s.text}" if s.heading else s.text for s in shown) + "\n"


def render(
    document: str,
    record: Record,
    now: datetime,
    *,
    timeline: Iterable[dict[str, Any]] = (),
    phase: str = "",
    language: str = "",
    extra: dict[str, Any] | None = None,
    template_dir: str | None = None,
) -> Rendered:
    """Return `document` rendered from the current record; a missing phase follows from the record's state.

    `extra` holds what is not in the record: ``rules``, the team's requirements for commits and titles; ``test_code``
    for the pull request; ``line``, ``commit``, ``source_pr``, ``conflicts``, ``branch`` and ``tests`` for a
    backport's. Raises BadDocument for an unknown document or phase, and for an unusable template of the project.
    Under embargo, whatever git and the forge show is rendered from the neutral record.
    """
    known = definition(document)
    check_phase(known, phase)
    record = Record(dict(record.doc))  # reading may add empty tables; the caller's record stays unchanged
    phase = phase or default_phase(document, record)
    language = language or record.language
    if neutral.applies(document, record):
        record = neutral.neutral(record)
    entries = sorted(timeline, key=lambda event: event["at"])
    values = context_of_templates.collect(
        known, record, now, timeline=entries, phase=phase, language=language, extra=extra or {}
    )
    sections: list[Section] = []
    gaps: list[gap_marks.Gap] = []
    warnings: list[str] = []
    for source in templating.sections(document, language, template_dir):
        section = _section(record, document, source, values, gaps, warnings)
        if section is not None:
            sections.append(section)
    if document == "pr" and (extra or {}).get("template"):
        tested = record.entry(catalog.FIX_REGRESSION_TEST).get("state") == "done"
        sections = with_template.merged(
            sections, str((extra or {})["template"]), record.overrides, tested=tested
        )
        own = [part for part in sections if part.id.startswith("template-")]
        unfilled = [part for part in own if gap_marks.left_in(part.text)]
        gaps += [gap_marks.Gap(f"{part.title} (edit pr --section {part.id})") for part in unfilled]
    if known.audience == "public":
        warnings += _names(record, sections)
    warnings += _held_back(document, record, sections)
    title = _title(known, record, sections, gaps, (extra or {}).get("rules", NO_RULES))
    words = list(dict.fromkeys(gap.words for gap in gaps))
    lacking = list(dict.fromkeys(gap.fact for gap in gaps if gap.fact))
    return Rendered(document, phase, language, title, sections, words, warnings, lacking)


def _section(
    record: Record,
    document: str,
    source: templating.SectionSource,
    values: context_of_templates.Data,
    gaps: list[gap_marks.Gap],
    warnings: list[str],
) -> Section | None:
    """Return one section, or None if it has nothing to say; its gaps and warnings are added to the lists.

    A section that is a fact is kept even when empty, so that the fact can be entered there.
    """
    plain, secrets = redact(templating.render(source, values), os.environ)
    rendered, missing = gap_marks.resolve(plain.strip())
    digest = hashlib.sha256(rendered.encode("utf-8", "backslashreplace")).hexdigest()
    kept = record.overrides.get(f"{document}/{source.id}")
    text = rendered
    if kept is not None:
        text, hidden = redact(clean(str(kept.get("text", ""))).strip(), os.environ)
        secrets, missing = hidden, gap_marks.left_in(text)
    if not text and kept is None and not source.fact:
        return None
    gaps += missing
    if secrets:
        warnings.append(f"{secrets} secret{'s were' if secrets > 1 else ' was'} taken out of {source.title}.")
    return Section(
        id=source.id,
        title=source.title,
        text=text,
        source=digest,
        edited=kept is not None,
        outdated=kept is not None and kept.get("source", "") != digest,
        facts=facts_in(source),
        rendered=rendered,
        heading=source.heading,
        fact=source.fact or None,
    )


def _title(
    known: DocumentDef,
    record: Record,
    sections: list[Section],
    gaps: list[gap_marks.Gap],
    rules: TeamRules,
) -> str:
    if known.name == "pr":
        title, _ = redact(pr_title.title(record, rules), os.environ)
        if not record.title:
            shown, missing = gap_marks.resolve(gap_marks.gap("title"))
            gaps += missing
            title = f"{title.rstrip()} {shown}"
        return title
    return next((one_line(s.text) for s in sections if s.id == TITLE), "")


def _names(record: Record, sections: list[Section]) -> list[str]:
    """Return a warning for each personal name in a public text."""
    people = [record.clock.get("opened_by", ""), *(record.fact(f"roles.{role}", "") for role in _ROLES)]
    people += [waiver["granted_by"] for waiver in record.waivers]
    text = "\n".join(section.text for section in sections)
    named = [
        name
        for name in dict.fromkeys(str(person).strip() for person in people)
        if len(name) > 2 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    ]
    return [f"This text is public and holds a name: {one_line(name, 60)}." for name in named]


def _held_back(document: str, record: Record, sections: list[Section]) -> list[str]:
    """Return warnings about a text while the incident is under embargo."""
    if not embargo.on(record):
        return []
    held = embargo.blocked_by_embargo(record, document)
    out = [held.sentence] if held else []
    if document in neutral.OUTSIDE:
        out += [
            f"{part.title} is your own text and says {', '.join(terms)}; the incident is under embargo."
            for part in sections
            if part.edited and (terms := security_terms(part.text))
        ]
        if embargo.is_live(record):
            out.append("Production runs the fix: lift the embargo (`set embargo no`) for the full text.")
    return out


_ROLES = ("commander", "scribe", "comms")
