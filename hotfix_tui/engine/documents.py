"""Documents of an incident: rendered from the record, stored on disk, edited by section."""

import hashlib
import os
from typing import TYPE_CHECKING

from hotfix_tui.base import durable
from hotfix_tui.base.text import one_line
from hotfix_tui.documents import catalog, fit, lint
from hotfix_tui.documents import render as documents_render
from hotfix_tui.engine import added_tests, commands
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.execute import is_trusted
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Entries, entry
from hotfix_tui.incident.edits.runs import Probe, apply_probe
from hotfix_tui.incident.model.catalog import PULL_REQUEST_BODY, REVIEW_DOCUMENT
from hotfix_tui.incident.model.evidence.texts import Written
from hotfix_tui.incident.rules.gates import Reason, Refused, refuse
from hotfix_tui.steps.common import forge, team_rules

if TYPE_CHECKING:
    from hotfix_tui.documents.render import Rendered

STEPS = {PULL_REQUEST_BODY: "pr", REVIEW_DOCUMENT: "review"}
"""Steps that are done by writing a document."""


def render(engine: Engine, document: str, *, phase: str = "", language: str = "") -> "Rendered":
    """Return the document rendered from the current record. Raises BadDocument."""
    config = engine.config()
    rendered = documents_render.render(
        document,
        engine.record,
        engine.clock(),
        timeline=engine.timeline(),
        phase=phase,
        language=language,
        extra=_extra(engine, document),
        template_dir=_template_dir(engine, config.templates.dir),
    )
    if document != "review":
        return rendered

    return rendered._replace(warnings=[*rendered.warnings, *lint.lint(engine.record)])


def _extra(engine: Engine, document: str) -> dict[str, object]:
    """Return what a text for git or the forge needs besides the record: the team's requirements, and the new test."""
    if document not in ("commit", "pr", "backport-pr"):
        return {}

    ctx = engine.context()
    known: dict[str, object] = {"rules": team_rules.team_rules(ctx)}
    if document != "pr":
        return known
    return known | {
        "test_code": added_tests.test_code(engine),
        "owners": team_rules.owners_of_change(ctx),
        "template": team_rules.template(ctx).text,
    }


def templates_to_choose(engine: Engine, document: str) -> tuple[str, ...]:
    """Return the team's templates, if one has to be chosen before the document can be written; otherwise ()."""
    return team_rules.template(engine.context()).others if document == "pr" else ()


def choose_template(engine: Engine, name: str) -> Entries:
    """Use one of the team's templates, or none, for the pull request of this incident."""
    return commands.set_fact(engine, team_rules.TEMPLATE, name)


def _template_dir(engine: Engine, configured: str) -> str | None:
    """Return the project's template directory, once its configuration is trusted. Raises EngineError."""
    if not configured or not is_trusted(engine):
        return None
    if not _inside(engine.root, configured):
        raise EngineError(
            f"templates.dir ({one_line(configured, 80)}) leads out of the repository by a symbolic link; "
            "put the folder itself there, or remove that line from the configuration."
        )
    return os.path.join(engine.root, configured)


def _inside(root: str, name: str) -> bool:
    """Return whether `name`, with links resolved, is below `root`: texts that leave the machine include its content."""
    return os.path.realpath(os.path.join(root, name)).startswith(os.path.realpath(root) + os.sep)


def path_of(engine: Engine, document: str, phase: str = "") -> str:
    """Return the document's path in the incident's directory."""
    name = f"{document}-{phase}" if phase else document
    folder = engine.store.own(engine.store.document_directory(engine.id))
    return os.path.join(folder, f"{name}.md")


def save(engine: Engine, rendered: "Rendered") -> str:
    """Write the rendered text to its file, durably; return the path."""
    path = path_of(engine, rendered.document, rendered.phase)
    durable.make_directory(os.path.dirname(path))
    head = f"{rendered.title}\n\n" if rendered.title and rendered.document != "pr" else ""
    durable.replace(path, (head + rendered.text).encode("utf-8", "backslashreplace"), backup=False)
    return path


def write(engine: Engine, document: str) -> Entries:
    """Render and store the document, and settle its step. Gaps are counted in the evidence, not hidden."""
    step = next((name for name, known in STEPS.items() if known == document), None)
    if step is None:
        raise refuse(f"{document} is no document of a step.", f"Render it: `render {document}`.")
    if document == "pr":
        team_rules.need_template(engine.context())
    rendered = render(engine, document)
    _keep_embargo(engine, rendered)
    if engine.dry_run:
        return []

    path, shortened = save(engine, rendered), ""
    if document == "pr":
        shortened = _fitted(engine, path, rendered)
    digest = hashlib.sha256(rendered.text.encode("utf-8", "backslashreplace")).hexdigest()
    count = len(rendered.gaps)
    seen = Written(file=path, sha256=digest, gaps=count, title=rendered.title)
    why = (f"{count} gap{'s' if count > 1 else ''} left" if count else "complete") + shortened
    probe = Probe("done", seen, why)
    return engine.change(
        lambda r, a: (
            apply_probe(r, a, step, probe, asked=True)
            or [entry(a, "document", f"Written again: {catalog.definition(document).title}: {why}")]
        )
    )


def _fitted(engine: Engine, path: str, rendered: "Rendered") -> str:
    """Shorten the file to what the forge accepts, and keep the whole text next to it; return a sentence about that."""
    kind = forge.repository(engine.context()).kind
    limit = fit.LIMITS.get(kind, 0)
    text = fit.fit(rendered.text, limit) if limit else rendered.text
    if text == rendered.text:
        return ""
    whole = path.removesuffix(".md") + "-whole.md"
    durable.replace(whole, rendered.text.encode("utf-8", "backslashreplace"), backup=False)
    durable.replace(path, text.encode("utf-8", "backslashreplace"), backup=False)
    return f"; shortened to the {limit:,} characters that {kind} takes, the whole text is in {whole}"


def _keep_embargo(engine: Engine, rendered: "Rendered") -> None:
    """Raise Refused if an edited text contains what the incident's embargo holds back."""
    drop = f"`edit {rendered.document} --section …` without --from"
    cure = f"Drop your text ({drop}), or lift the embargo: `set embargo no`."
    reasons = [Reason(sentence, cure) for sentence in lint.leaks(rendered, engine.record)]
    if reasons:
        raise Refused(reasons)


def edit(engine: Engine, document: str, section: str, text: str | None, phase: str = "") -> Entries:
    """Store `text` for a section; if the section is a fact, change the fact instead. None drops the text."""
    rendered = render(engine, document, phase=phase)
    known = {item.id: item for item in rendered.sections}
    if section not in known:
        raise documents_render.BadDocument(
            f"{document} has no section {section!r}; it has {', '.join(known)}."
        )
    item = known[section]
    if item.fact:
        return commands.set_fact(engine, item.fact, text or "")
    name = f"{document}/{section}"
    if text is not None and text.strip() == item.rendered.strip():
        text = None
    return engine.change(lambda r, a: actions.override(r, a, name, text, item.source))


def edit_part(
    engine: Engine, document: str, section: str, text: str | None, *, phase: str = "", fact: str = ""
) -> Entries:
    """Store `text` for a section as a person sees it: if it is the `fact`, even one of several, as that fact."""
    if fact and text is not None:
        return commands.set_fact(engine, fact, text)
    return edit(engine, document, section, text, phase)
