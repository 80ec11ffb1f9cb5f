"""What runs in production now, asked of production itself: a configured command or address.

The answer may be a commit, a tag or JSON that holds one. It is compared by commit, so each answer is looked up in
the repository; one that the repository does not know is shown as it was said.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hotfix_tui.incident.text import one_line
from hotfix_tui.project.config_types import Command, Config
from hotfix_tui.project.git.errors import GitError
from hotfix_tui.project.git.process import Git
from hotfix_tui.project.git.refs import resolve
from hotfix_tui.project.git.tags import tags_pointing
from hotfix_tui.project.placeholders import PlaceholderError, environment, expand
from hotfix_tui.steps.base import Context
from hotfix_tui.steps.trusted import is_trusted

_LIMIT = 64_000
_KEYS = (
    *("commit", "sha", "revision", "git_sha", "gitsha", "git_commit", "gitcommit", "commit_sha", "commitsha"),
    *("commit_hash", "hash", "git", "build", "release", "tag", "version", "id"),
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@-]{0,199}")
_HEX = re.compile(r"[0-9a-f]{7,64}")
_WHOLE = (40, 64)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one source said is live.

    `source` is "live command", "live url", "deploy command" or "configuration"; `text` its answer on one line.
    `commit` is None when it could not be asked or means nothing that is known here: `why` says so, as a clause.
    `tag` is the tag that was said, or one that stands at the commit, else empty.
    """

    source: str
    text: str
    commit: str | None
    tag: str = ""
    why: str = ""

    def __str__(self) -> str:
        if self.commit is None:
            return f"{self.source}: {self.why}"
        return f"{self.source}: {self.commit[:7]}" + (f" ({self.tag})" if self.tag else "")


def can_ask(config: Config) -> bool:
    """Whether there is any way to ask production what it runs."""
    return config.git.live is not None or config.deploy.current is not None


def ask(ctx: Context, timeout: float = 10.0) -> list[Seen]:
    """Ask every configured source, the better one first; at most `timeout` seconds for all. Empty without a source.

    Nothing is asked before the configuration is trusted: each answer says so then.
    """
    if can_ask(ctx.config) and not is_trusted(ctx):
        return [Seen("configuration", "", None, why="it is not trusted yet (`hotfix-tui trust`)")]
    until = time.monotonic() + timeout
    live, current = ctx.config.git.live, ctx.config.deploy.current
    out = []
    if isinstance(live, str):
        out.append(_from_url(ctx, live, until))
    elif live is not None:
        out.append(_from_command(ctx, "live command", live, until))
    if current is not None and not (isinstance(live, Command) and live == current):
        out.append(_from_command(ctx, "deploy command", current, until))
    return out


def best(seen: list[Seen]) -> Seen | None:
    """The first answer that means a commit; otherwise the first answer; None without any."""
    return next((one for one in seen if one.commit), seen[0] if seen else None)


def commit_in(git: Git, answer: bytes) -> tuple[str | None, str, str]:
    """The commit that an answer means, the tag it says, and, where there is no commit, why (a clause)."""
    text = answer[:_LIMIT].decode("utf-8", "replace").strip()
    if not text:
        return None, "", "it answered with nothing"
    for word in _candidates(text):
        if _HEX.fullmatch(word):
            if commit := resolve(git, word):
                return commit, "", ""
            if len(word) in _WHOLE:
                return (
                    None,
                    "",
                    f"it runs {word[:12]}, which this repository does not have; fetch, then look again",
                )
        for name in (word, f"v{word}"):
            if commit := resolve(git, f"refs/tags/{name}"):
                return commit, name, ""
    return None, "", f"it said {one_line(text, 60)!r}, which is neither a commit nor a tag here"


def _candidates(text: str) -> Iterator[str]:
    """The words of an answer that could be a commit or a tag, the likeliest first."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict | list):
        found = list(_values(said, 4))
        rank = {key: place for place, key in enumerate(_KEYS)}
        for _, value in sorted(found, key=lambda pair: rank.get(pair[0], len(rank))):
            if _WORD.fullmatch(value):
                yield value
        return
    words = _WORD.findall(text)[:50]
    yield from (word for word in words if _HEX.fullmatch(word))
    yield from words


def _values(value: Any, depth: int, key: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a JSON value with the keys that they stand under."""
    if isinstance(value, str):
        yield key, value.strip()
    elif depth and isinstance(value, dict):
        for name, inner in list(value.items())[:200]:
            yield from _values(inner, depth - 1, str(name).lower().replace("-", "_"))
    elif depth and isinstance(value, list):
        for inner in value[:50]:
            yield from _values(inner, depth - 1, key)


def _from_url(ctx: Context, url: str, until: float) -> Seen:
    from hotfix_tui.monitor.http import Request, send_now

    left = until - time.monotonic()
    if left <= 0:
        return Seen("live url", "", None, why="there was no time left to ask it")
    answer = send_now(Request(url, timeout=left))
    if answer.status == 0:
        return Seen("live url", "", None, why=answer.problem)
    if not 200 <= answer.status < 300:
        return Seen("live url", "", None, why=f"it answered with status {answer.status}")
    return _seen(ctx, "live url", answer.body)


def _from_command(ctx: Context, source: str, command: Command, until: float) -> Seen:
    left = min(until - time.monotonic(), command.timeout or _LIMIT)
    if left <= 0:
        return Seen(source, "", None, why="there was no time left to ask it")
    output, problem = _output(ctx, command, left)
    return Seen(source, "", None, why=problem) if problem else _seen(ctx, source, output)


def _seen(ctx: Context, source: str, answer: bytes) -> Seen:
    text = one_line(answer[:_LIMIT].decode("utf-8", "replace"), 120)
    try:
        commit, tag, why = commit_in(ctx.git, answer)
        if commit and not tag:
            tag = next(iter(tags_pointing(ctx.git, commit)), "")
    except GitError as error:
        return Seen(source, text, None, why=error.sentence)
    return Seen(source, text, commit, tag, why)


def _output(ctx: Context, command: Command, timeout: float) -> tuple[bytes, str]:
    """Run a command of the configuration that only looks; its output, or why there is none."""
    import subprocess
    import tempfile

    from hotfix_tui.runner.environment import child_environment

    values = {"id": ctx.record.id, "ticket": ctx.record.ticket or ctx.record.id, "environment": "production"}
    try:
        shell = isinstance(command.run, str)
        argv = command.argv() if shell else expand(command.argv(), values)
        own = {name: expand([text], values)[0] for name, text in command.env.items()}
    except PlaceholderError as error:
        return b"", str(error).rstrip(".")
    env = child_environment(os.environ, own | (environment(values) if shell else {}))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                argv,
                cwd=os.path.join(ctx.root, command.cwd),
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return b"", f"{os.path.basename(argv[0])} could not be started ({_reason(error)})"
        status = _wait(process, timeout)
        out.seek(0)
        err.seek(0)
        if status is None:
            return b"", f"{os.path.basename(argv[0])} did not answer within {timeout:.0f} s"
        if status:
            said = one_line(err.read(_LIMIT).decode("utf-8", "replace"), 120)
            return b"", f"exit status {status}" + (f": {said}" if said else "")
        return out.read(_LIMIT), ""


def _wait(process: Any, timeout: float) -> int | None:
    """The exit status, or None when the time was over; nothing of its group is left behind then."""
    import signal
    import subprocess

    try:
        return int(process.wait(timeout))
    except subprocess.TimeoutExpired:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
        return None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
