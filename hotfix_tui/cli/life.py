"""Commands for the incident's life cycle: verdict, rounds, resolved, closed, reopened and the other endings."""

from argparse import Namespace

from hotfix_tui.cli.session import open_engine, report
from hotfix_tui.engine import closing, commands


def verdict(options: Namespace) -> int:
    """Give the verdict of this round."""
    engine = open_engine(options)
    return report(options, engine, commands.verdict(engine, options.value, options.why))


def new_round(options: Namespace) -> int:
    """Begin a new round."""
    engine = open_engine(options)
    return report(options, engine, commands.new_round(engine, options.why, options.base))


def resolve(options: Namespace) -> int:
    """Resolve the incident."""
    engine = open_engine(options)
    return report(options, engine, commands.resolve(engine))


def close(options: Namespace) -> int:
    """Close the incident."""
    engine = open_engine(options)
    return report(options, engine, closing.close(engine, options.granted_by, options.why))


def reopen(options: Namespace) -> int:
    """Open the incident again."""
    engine = open_engine(options)
    return report(options, engine, commands.reopen(engine, options.why))


def abandon(options: Namespace) -> int:
    """Abandon the incident."""
    return _end(options, "abandon")


def false_alarm(options: Namespace) -> int:
    """End it: nothing was broken."""
    return _end(options, "false-alarm")


def normal_process(options: Namespace) -> int:
    """End it: the normal process is enough."""
    return _end(options, "normal-process")


def _end(options: Namespace, event: str) -> int:
    engine = open_engine(options)
    return report(options, engine, commands.end(engine, event, options.why))
