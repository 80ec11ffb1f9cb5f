"""The sources queried in a run of their own, so that the engineer sees the queries, and their answers there.

Apart from `ask`, which queries in this process.
"""

import os

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.steps.common.commands import driver
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.live.answer import LiveAnswer, Status
from hotfix_tui.steps.live.ask import failure, understood, without
from hotfix_tui.steps.live.sources import LiveSource, sources


def asked(ctx: Context) -> list[LiveSource]:
    """Return the sources that are queried by a command or an address, in the configured order."""
    return [source for source in sources(ctx) if not source.why_not]


def look_commands(ctx: Context) -> list[Command]:
    """Return the bounded command for each source that is queried."""
    return [_look(ctx, source) for source in asked(ctx)]


def _look(ctx: Context, source: LiveSource) -> Command:
    options = ("--name", source.key, "--timeout", f"{source.timeout:g}")
    if source.command is None:
        return driver("live.ask_driver", *options, "--url", source.url, cwd=ctx.root)
    made = source.command
    return driver("live.ask_driver", *options, "--", *made.argv, cwd=made.cwd, env=made.env)


def answers(ctx: Context, directory: str) -> dict[str, LiveAnswer]:
    """Return what the sources said in the run whose folder is `directory`, by their key in `git.order`.

    A source that could not be queried is included, with the reason.
    """
    return {
        source.key: without(source, source.why_not, Status.NOT_ASKED)
        if source.why_not
        else _answer(ctx, source, directory)
        for source in sources(ctx)
    }


def _answer(ctx: Context, source: LiveSource, directory: str) -> LiveAnswer:
    result = plain_file.read_table(os.path.join(directory, f"look-{source.key}.json"))
    if not result:
        return without(source, "it was not asked", Status.NOT_ASKED)
    status, why = result.get("status"), one_line(str(result.get("why", "")), 120)
    if not isinstance(status, int) or status != 0:
        if result.get("ended") and source.command:
            why = failure(os.path.basename(source.command.argv[0]), int(status or 1), why)
        return without(source, why or "no answer")
    return understood(ctx, source, str(result.get("output", "")).encode())
