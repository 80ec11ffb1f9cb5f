"""Documents of an incident: rendered from the record, kept on disk, edited by section, sent as messages."""

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

from hotfix_tui.base.text import one_line
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError, NeedsTrust
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Actor, Entries, entry
from hotfix_tui.incident.edits.runs import Probe, found
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Reason, Refused, refuse, unresolved
from hotfix_tui.session import durable

if TYPE_CHECKING:
    from hotfix_tui.documents.render import Rendered

STEPS = {"pull-request.body": "pr", "review.document": "review"}
"""Steps that are done by writing a document."""

MESSAGES = ("internal", "status-page", "email")
_SEND_TIMEOUT = 60.0


def render(engine: Engine, document: str, *, phase: str = "", language: str = "") -> "Rendered":
    """Return the document as the record has it now. Raises BadDocument."""
    from hotfix_tui.documents import render as room

    config = engine.config()
    return room.render(
        document,
        engine.record,
        engine.clock(),
        timeline=engine.timeline(),
        phase=phase,
        language=language,
        extra={"test_code": _test_code(engine)} if document == "pr" else None,
        template_dir=_template_dir(engine, config.templates.dir),
    )


def _template_dir(engine: Engine, configured: str) -> str | None:
    """Return the project's template directory, once its configuration is trusted."""
    from hotfix_tui.engine.perform import is_trusted

    if not configured or not is_trusted(engine):
        return None
    return os.path.join(engine.root, configured)


def _test_code(engine: Engine) -> str:
    """Return the source of the changed test files, for the pull request; at most 20 kB."""
    ctx = engine.context()
    parts, size = [], 0
    for name in engine.record.evidence("fix.regression-test", "tests", []):
        try:
            with open(os.path.join(ctx.worktree, name), encoding="utf-8", errors="replace") as file:
                text = file.read(20_000)
        except OSError:
            continue
        size += len(text)
        if size > 20_000:
            break
        parts.append(f"# {name}\n{text}")
    return "\n".join(parts)


def path_of(engine: Engine, document: str, phase: str = "") -> str:
    """Return where the document is kept in the incident's directory."""
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
    """Render and keep the document, and settle its step. Gaps are counted in the evidence, not hidden."""
    step = next((name for name, known in STEPS.items() if known == document), None)
    if step is None:
        raise refuse(f"{document} is no document of a step.", f"Render it: `render {document}`.")
    rendered = render(engine, document)
    _keep_embargo(engine, rendered)
    if engine.dry_run:
        return []
    path = save(engine, rendered)
    digest = hashlib.sha256(rendered.text.encode("utf-8", "backslashreplace")).hexdigest()
    evidence = {"file": path, "sha256": digest, "gaps": len(rendered.gaps), "title": rendered.title}
    why = f"{len(rendered.gaps)} gaps left" if rendered.gaps else "complete"
    probe = Probe("done", evidence, why)
    return engine.change(
        lambda r, a: (
            found(r, a, step, probe, asked=True) or [entry(a, "document", f"Written again: {document}")]
        )
    )


def _keep_embargo(engine: Engine, rendered: "Rendered") -> None:
    """Raise Refused where an edited text holds what the incident's embargo keeps back."""
    from hotfix_tui.documents.lint import leaks

    drop = f"`edit {rendered.document} --section …` without --from"
    cure = f"Drop your text ({drop}), or lift the embargo: `set embargo no`."
    reasons = [Reason(sentence, cure) for sentence in leaks(rendered, engine.record)]
    if reasons:
        raise Refused(reasons)


def edit(engine: Engine, document: str, section: str, text: str | None, phase: str = "") -> Entries:
    """Keep `text` for a section; where the section is a fact, the fact is changed instead. None drops the text."""
    from hotfix_tui.documents.render import BadDocument
    from hotfix_tui.engine import verbs

    rendered = render(engine, document, phase=phase)
    known = {item.id: item for item in rendered.sections}
    if section not in known:
        raise BadDocument(f"{document} has no section {section!r}; it has {', '.join(known)}.")
    item = known[section]
    if item.fact:
        return verbs.set_fact(engine, item.fact, text or "")
    name = f"{document}/{section}"
    if text is not None and text.strip() == item.rendered.strip():
        text = None
    return engine.change(lambda r, a: actions.override(r, a, name, text, item.source))


def may_send(engine: Engine, document: str, phase: str) -> "Rendered":
    """Return the message to send. Raises Refused: for gaps, and for a resolved message without its verdict."""
    if document not in MESSAGES:
        raise refuse(f"{document} is no message.", f"Messages are {', '.join(MESSAGES)}.")
    held = embargo.holding_back(engine.record, document)
    if held:
        raise Refused(held)
    rendered = render(engine, document, phase=phase)
    reasons = [
        Reason(
            f"The {document} message has a gap: {gap}.",
            f"Fill it, or edit that section: `edit {document} …`.",
        )
        for gap in rendered.gaps
    ]
    if rendered.phase in ("resolved", "mitigated"):
        reasons += [
            reason for reason in unresolved(engine.record) if not reason.step.startswith("communicate.")
        ]
    if reasons:
        raise Refused(reasons)
    return rendered


def send(
    engine: Engine,
    document: str,
    phase: str = "",
    *,
    by_hand: bool = False,
    again: bool = False,
    language: str = "",
) -> Entries:
    """Send a message by its configured command, or record that a person sent it. What went out is kept.

    A command that was cut off before its end was recorded may have sent it: it is called `again` only when a person
    says that the message is not out. Raises Refused, NeedsTrust, and EngineError when the command failed.
    """
    rendered = may_send(engine, document, phase)
    if language:
        rendered = render(engine, document, phase=phase, language=language)
    text = f"{rendered.title}\n\n{rendered.text}" if rendered.title else rendered.text
    argv = command_of(engine, document)
    if not by_hand and not again and (begun := may_be_out(engine, document, rendered.phase)):
        raise refuse(
            begun,
            f"Look there. If it is out: `send {document} --phase {rendered.phase} --by-hand`; if not, `--again`.",
        )
    if engine.dry_run:
        return []
    how = "by hand"
    if not by_hand:
        if not argv:
            raise refuse(
                f"No command is configured for {document} messages.",
                f"Copy it (`render {document} --phase {rendered.phase}`), send it, then `send … --by-hand`.",
            )
        _call(engine, argv, text, document, rendered.phase)
        how = "by the configured command"
    path = save(engine, rendered)
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()

    def record_it(record: Record, actor: Actor) -> Entries:
        out = actions.sent(record, actor, document, rendered.phase, how, digest)
        record.messages[-1]["file"] = path
        return out

    return engine.change(record_it)


def may_be_out(engine: Engine, document: str, phase: str) -> str:
    """Say that the command which sends this message began and nobody knows how it ended; empty if that is not so."""
    for one in engine.record.sending:
        if one["document"] == document and phase in ("", one["phase"]):
            at = one["at"].astimezone().strftime("%H:%M")
            return (
                f"The command for the {document} message ({one['phase']}) began at {at} ({one['by']}) and its end "
                "was not recorded, so it may be out already."
            )
    return ""


def _call(engine: Engine, argv: list[str], text: str, document: str, phase: str) -> None:
    """Call the command that sends, its beginning recorded before, so that nothing goes out twice unseen."""
    _check_trust(engine)
    engine.change(lambda r, a: actions.sending(r, a, document, phase))
    try:
        _pipe(engine, argv, text)
    except NotSent:
        engine.change(lambda r, a: actions.not_sent(r, a, document, phase))
        raise


def command_of(engine: Engine, document: str) -> list[str]:
    """Return the argument list that sends `document`, empty when none is configured."""
    notify = engine.config().notify
    channel = getattr(notify, document.replace("-", "_"), None)
    command = getattr(channel, "command", None) or notify.command
    return command.argv() if command else []


class NotSent(EngineError):
    """The command that was to send a message failed; the text says how."""


def _check_trust(engine: Engine) -> None:
    from hotfix_tui.engine.perform import is_trusted

    if not is_trusted(engine):
        raise NeedsTrust("The command that sends this message is not trusted yet: `hotfix-tui trust`.")


def _pipe(engine: Engine, argv: list[str], text: str) -> None:
    try:
        result = subprocess.run(
            argv,
            input=text.encode("utf-8", "backslashreplace"),
            cwd=engine.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SEND_TIMEOUT,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(
            f"{argv[0]} did not end within {_SEND_TIMEOUT:.0f} s, so the message may be out or not: look there."
        ) from None
    except OSError as problem:
        raise NotSent(f"The message was not sent: {problem}; send it by hand.") from None
    if result.returncode != 0:
        said = one_line(result.stdout.decode("utf-8", "replace")[-300:])
        raise NotSent(
            f"The message was not sent: {argv[0]} ended with status {result.returncode}: {said}; send it by hand."
        )
