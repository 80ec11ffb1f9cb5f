"""Commands for texts: render a document, store an edited section, send a message."""

import sys
from argparse import Namespace

from hotfix_tui.cli import show
from hotfix_tui.cli.failures import FAILED, USAGE, Stop
from hotfix_tui.cli.session import open_engine, report
from hotfix_tui.engine import documents, messages
from hotfix_tui.incident.edits import person


def render(options: Namespace) -> int:
    """Print a document rendered from the current record; gaps are listed on stderr."""
    _speak(options.language)
    engine = open_engine(options)
    rendered = documents.render(engine, options.document, phase=options.phase)
    if options.json:
        show.print_json(
            {
                "schema": 1,
                "document": options.document,
                "title": rendered.title,
                "text": rendered.text,
                "gaps": rendered.gaps,
                "warnings": rendered.warnings,
                "sections": [
                    {"id": s.id, "title": s.title, "text": s.text, "edited": s.edited, "outdated": s.outdated}
                    for s in rendered.sections
                ],
            }
        )
        return 0
    if rendered.title:
        print(rendered.title + "\n")
    print(rendered.text)
    for gap in rendered.gaps:
        print(f"hotfix-tui: gap: {gap}", file=sys.stderr)
    for warning in rendered.warnings:
        print(f"hotfix-tui: {warning}", file=sys.stderr)
    return 0


def _speak(language: str) -> None:
    """Refuse a language without texts: English labelled as Chinese helps nobody."""
    if language == "zh":
        raise Stop("There are no Chinese texts yet; leave --language out for the English one.", USAGE)


def edit(options: Namespace) -> int:
    """Store your own text for one section of a document, or drop it."""
    engine = open_engine(options)
    text: str | None = None
    if options.source == "-":
        text = sys.stdin.read()
    elif options.source:
        try:
            with open(options.source, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError as problem:
            raise Stop(
                f"{options.source} cannot be read: {problem.strerror}; name another file.", USAGE
            ) from None
    return report(options, engine, documents.edit(engine, options.document, options.section, text))


def send(options: Namespace) -> int:
    """Send a message by the configured command, or record that it was sent by hand; what will be sent is shown
    before.
    """
    _speak(options.language)
    engine = open_engine(options)
    if options.granted_by or options.why:
        engine.change(lambda r, a: person.disclose(r, a, options.document, options.granted_by, options.why))
    message = messages.prepare(engine, options.document, options.phase)
    if not options.json:
        print(message.text + "\n")
        if message.argv and not options.by_hand:
            print(f"$ {message.command}\n", flush=True)
    asks = message.argv and not (options.by_hand or options.yes or options.json or options.dry_run)
    if asks and sys.stdin.isatty() and not _agreed(f"Send this {message.document} message? [y/N] "):
        raise Stop("Nothing was sent.", FAILED)
    return report(
        options, engine, messages.send(engine, message, by_hand=options.by_hand, again=options.again)
    )


def _agreed(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False
