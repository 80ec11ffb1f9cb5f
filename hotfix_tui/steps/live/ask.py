"""What runs in production now: according to production itself, its platform, and the forge's deployments.

The answer may be a commit, a tag or JSON with one in it. It is compared by commit, so each answer is looked up in the
repository; one that the repository does not know is shown as given.
"""

import os
import time
from contextvars import copy_context
from dataclasses import replace

from hotfix_tui.base import asking, bounded, fetch
from hotfix_tui.base.colour import uncoloured
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.platforms import mixed
from hotfix_tui.runner.environment import child_environment
from hotfix_tui.steps.common import platform_call
from hotfix_tui.steps.common.releases import tag_of
from hotfix_tui.steps.common.trusted import is_trusted
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.live.answer import LARGEST, LiveAnswer, Status, read
from hotfix_tui.steps.live.sources import LiveSource, sources


def can_ask(ctx: Context) -> bool:
    """Return whether production, or its platform, can be queried for what it runs."""
    return any(not source.second_hand and not source.why_not for source in sources(ctx))


def ask(ctx: Context, timeout: float = 10.0) -> list[LiveAnswer]:
    """Query all sources concurrently, at most `timeout` seconds; the answers come in the order of `git.order`.

    Nothing of the configuration is queried before it is trusted: one answer then says so. Empty without a source.
    """
    from concurrent.futures import ThreadPoolExecutor

    there = sources(ctx)
    trusted = not any(source.from_config for source in there) or is_trusted(ctx)
    asked = [source for source in there if trusted or not source.from_config]
    no = LiveAnswer(
        "configuration", why="it is not trusted yet (`hotfix-tui trust`)", status=Status.NOT_ASKED
    )
    out = [] if trusted else [no]
    until = time.monotonic() + timeout
    if len(asked) < 2:
        return out + [_ask(ctx, source, until) for source in asked]
    with ThreadPoolExecutor(len(asked)) as pool:
        look = [copy_context() for _ in asked]  # a thread of the pool has no query scope of its own
        return out + list(pool.map(lambda source, there: there.run(_ask, ctx, source, until), asked, look))


def best(seen: list[LiveAnswer]) -> LiveAnswer | None:
    """Return the first answer that means a commit; otherwise the first answer; None without any."""
    return next((answer for answer in seen if answer.commit), seen[0] if seen else None)


def again(ctx: Context, seen: LiveAnswer) -> LiveAnswer:
    """Interpret the same answer again, after a fetch that may have brought what it names."""
    source = next((match for match in sources(ctx) if match.key == seen.key), None)
    return seen if source is None or not seen.raw else understood(ctx, source, seen.raw)


def _ask(ctx: Context, source: LiveSource, until: float) -> LiveAnswer:
    """Query one source; an error is an answer too."""
    left = min(until - time.monotonic(), source.timeout)
    if source.why_not:
        return without(source, source.why_not, Status.NOT_ASKED)
    if left <= 0:
        return without(source, "there was no time left to ask it")
    question = ("live", source.key, source.url or tuple(source.command.argv if source.command else ()))
    try:
        answer, problem = asking.ask(
            question, lambda: _from_url(source.url, left) if source.url else _output(source, left)
        )
    except asking.NotAsked:
        return without(source, "it is asked before the act", Status.NOT_ASKED)
    return without(source, problem) if problem else understood(ctx, source, answer)


def without(source: LiveSource, why: str, status: Status = Status.ASKED) -> LiveAnswer:
    """Return the answer of a source that gave none, and why."""
    return LiveAnswer(source.title, why=why, key=source.key, second_hand=source.second_hand, status=status)


def _from_url(url: str, timeout: float) -> tuple[bytes, str]:
    """Return the response body of an address, or why there is none."""
    answer = fetch.get(url, timeout=timeout, limit=LARGEST)
    return answer.body, answer.problem


def understood(ctx: Context, source: LiveSource, answer: bytes) -> LiveAnswer:
    """Return what the answer of `source` means in this repository."""
    raw = answer[:LARGEST]
    kept = LiveAnswer(source.title, key=source.key, second_hand=source.second_hand, raw=raw)
    kept = replace(kept, text=one_line(raw.decode("utf-8", "replace"), 120))
    if half := mixed.said(answer, source.mixed):
        return replace(kept, why=f"it runs more than one version: {half}", mixed=True)
    try:
        meant = read(ctx.git, raw, source.place, ctx.config.git.tag_pattern)
        tag = meant.tag or (tag_of(ctx, meant.commit) if meant.commit else "")
    except GitError as error:
        return replace(kept, why=error.sentence)
    at = meant.at if meant.at is not None and meant.at <= ctx.now else None
    return replace(kept, commit=meant.commit or "", tag=tag, why=meant.why, unknown=meant.unknown, at=at)


def _output(source: LiveSource, timeout: float) -> tuple[bytes, str]:
    """Run a read-only command; return its output, or why there is none."""
    assert source.command is not None
    command, name = source.command, os.path.basename(source.command.argv[0])
    try:
        if source.key == "platform" and source.place is not None:  # its release is read from the same answer
            said = platform_call.ask(command.argv, command.env, command.cwd, timeout)
        else:
            env = child_environment(uncoloured(os.environ), command.env)
            said = bounded.call(command.argv, timeout=timeout, limit=LARGEST, cwd=command.cwd, env=env)
    except (OSError, ValueError) as error:
        return b"", f"{name} could not be started ({_reason(error)})"
    if said.late:
        return b"", f"{name} did not answer within {timeout:.0f} s"
    if said.status is None:
        return b"", f"{name} did not stop printing and was stopped"
    if said.status:
        return b"", failure(name, said.status, one_line(said.err.decode("utf-8", "replace"), 120))
    return said.out, ""


def failure(program: str, status: int, said: str) -> str:
    """Return what the end of a read-only command means, as a clause: `said` is what it wrote to stderr."""
    if program in ("gh", "glab") and "auth login" in said:
        return f"{program} is not signed in (`{program} auth login`)"
    return f"exit status {status}" + (f": {said}" if said else "")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
