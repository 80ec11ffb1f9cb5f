"""The documents of an incident: their names, phases and readers."""

import difflib
from typing import NamedTuple

from hotfix_tui.base.errors import USAGE, HotfixError
from hotfix_tui.base.text import one_line


class DocumentDef(NamedTuple):
    """One document. `audience` is ``git``, ``team`` or ``public``; `markup` is ``markdown`` or ``text``."""

    name: str
    title: str
    phases: tuple[str, ...]
    audience: str
    markup: str = "text"


_TABLE = (
    DocumentDef("commit", "Commit message", (), "git"),
    DocumentDef("tag", "Tag message", (), "git"),
    DocumentDef("pr", "Pull request", (), "team", "markdown"),
    DocumentDef("backport-pr", "Backport pull request", (), "team", "markdown"),
    DocumentDef(
        "internal",
        "Message to the team",
        ("declared", "update", "deployed", "resolved", "mitigated"),
        "team",
    ),
    DocumentDef(
        "status-page",
        "Status page",
        ("investigating", "identified", "monitoring", "resolved", "mitigated"),
        "public",
    ),
    DocumentDef("email", "Mail to affected users", ("resolved", "mitigated"), "public"),
    DocumentDef("review", "Post-incident review", (), "team", "markdown"),
)

DOCUMENTS: dict[str, DocumentDef] = {document.name: document for document in _TABLE}


class BadDocument(HotfixError, ValueError):
    """An unknown document, phase or section, or an unusable template; one sentence for the user."""

    exit_status = USAGE


def definition(document: str) -> DocumentDef:
    """Return the document with that name. Raises BadDocument naming the nearest one."""
    document_def = DOCUMENTS.get(document)
    if document_def is None:
        raise BadDocument(f"There is no document {one_line(document, 60)!r}; {_nearest(document, DOCUMENTS)}")
    return document_def


def check_phase(document: DocumentDef, phase: str) -> None:
    """Raise BadDocument unless `document` is written in `phase` (an empty phase is always accepted)."""
    if not phase or phase in document.phases:
        return
    if not document.phases:
        raise BadDocument(f"{document.name} has no phases; leave --phase {one_line(phase, 60)} out.")
    near = _nearest(phase, document.phases)
    raise BadDocument(f"{document.name} has no phase {one_line(phase, 60)!r}; {near}")


def _nearest(typed: str, names: "tuple[str, ...] | dict[str, DocumentDef]") -> str:
    near = difflib.get_close_matches(typed, names, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names)}."
