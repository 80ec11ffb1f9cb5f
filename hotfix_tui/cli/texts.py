"""Commands on texts: render a document, keep an edited section, send a message."""

import sys
from argparse import Namespace

from hotfix_tui.cli.failures import USAGE, Stop
from hotfix_tui.cli.session import open_engine, report


def render(options: Namespace) -> int:
    """Print a document as the record has it now; gaps are named on stderr."""
    from hotfix_tui.engine import documents_of

    engine = open_engine(options)
    rendered = documents_of.render(engine, options.document, phase=options.phase, language=options.language)
    if options.json:
        from hotfix_tui.cli.show import print_json

        print_json(
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


def edit(options: Namespace) -> int:
    """Keep your own text for one section of a document, or drop it."""
    from hotfix_tui.engine import documents_of

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
    return report(options, engine, documents_of.edit(engine, options.document, options.section, text))


def send(options: Namespace) -> int:
    """Send a message by the configured command, or record that it was sent by hand."""
    from hotfix_tui.engine import documents_of

    engine = open_engine(options)
    entries = documents_of.send(
        engine,
        options.document,
        options.phase,
        by_hand=options.by_hand,
        again=options.again,
        language=options.language,
    )
    return report(options, engine, entries)
