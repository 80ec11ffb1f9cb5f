"""Where "what is live" can be learned: the sources, and how their answers become commits of this repository."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from hotfix_tui.incident.text import one_line
from hotfix_tui.project import config_types
from hotfix_tui.project.git.process import Git
from hotfix_tui.project.git.refs import resolve
from hotfix_tui.project.git.tags import tags_pointing, version_tags
from hotfix_tui.steps.base import Command, Context
from hotfix_tui.steps.command_lines import driver, project_command

LOOK_SECONDS = 20.0
"""How long a source may take to answer, where the configuration does not say."""

_KEYS = ("commit", "sha", "git_sha", "gitSha", "git_commit", "gitCommit", "revision", "version", "tag")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}")
_HEX = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True)
class Seen:
    """What one source says: its name for people, the commit (empty if it gave none), and why not."""

    source: str
    commit: str = ""
    why: str = ""


class _Asked(NamedTuple):
    """One source that is asked by a command: its key in `git.order`, its name, and what to run."""

    key: str
    title: str
    target: config_types.Command | str


def asked(ctx: Context) -> list[_Asked]:
    """Return the sources that are asked by a command, in the configured order."""
    live, current = ctx.config.git.live, ctx.config.deploy.current
    found = []
    if live is not None:
        found.append(_Asked("live", "live url" if isinstance(live, str) else "live command", live))
    if current is not None and current != live:
        found.append(_Asked("platform", "deploy.current", current))
    order: list[str] = list(ctx.config.git.order)
    return sorted((item for item in found if item.key in order), key=lambda item: order.index(item.key))


def look_commands(ctx: Context) -> list[Command]:
    """Return the bounded command for each source that is asked."""
    return [_look(ctx, item) for item in asked(ctx)]


def _look(ctx: Context, item: _Asked) -> Command:
    if isinstance(item.target, str):
        return driver("base_look", "--name", item.key, "--timeout", "20", "--url", item.target, cwd=ctx.root)
    command = project_command(ctx, item.target, ctx.root, "branch.base", environment="production")
    seconds = f"{item.target.timeout or LOOK_SECONDS:g}"
    args = ("--name", item.key, "--timeout", seconds, "--", *command.argv)
    return driver("base_look", *args, cwd=command.cwd, env=command.env)


def answers(ctx: Context, directory: str) -> dict[str, Seen]:
    """Return what the sources said in the run whose folder is `directory`, by their key."""
    return {item.key: _answer(ctx, item, directory) for item in asked(ctx)}


def _answer(ctx: Context, item: _Asked, directory: str) -> Seen:
    try:
        result = json.loads(Path(directory, f"look-{item.key}.json").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return Seen(item.title, why="it was not asked")
    if result.get("status") != 0:
        return Seen(item.title, why=one_line(str(result.get("why", "no answer")), 120))
    said = str(result.get("output", ""))
    commit = commit_in_answer(ctx.git, said, ctx.config.git.tag_pattern)
    if commit:
        return Seen(item.title, commit)
    shown = one_line(said, 60) or "nothing"
    return Seen(item.title, why=f"it said {shown!r}, which is no commit or tag known here")


def commit_in_answer(git: Git, text: str, tag_pattern: str = "") -> str:
    """Return the commit that an answer about production names; empty if it names none that is known here.

    The answer is JSON with a key such as ``commit``, ``sha`` or ``version``, or plain text: a commit id, a
    tag, or a version whose tag has a ``v`` in front (or the form of `tag_pattern`).
    """
    for word in _words(text):
        if _HEX.fullmatch(word.lower()) and (found := resolve(git, word.lower())):
            return found
        names = [word, f"v{word}"]
        if tag_pattern:
            names.append(tag_pattern.replace("{version}", "*").replace("*", word.removeprefix("v")))
        for name in names:
            found = resolve(git, f"refs/tags/{name}")
            if found:
                return found
    return ""


def _words(text: str) -> list[str]:
    """Return the words of an answer that may name a commit, the likeliest first, a handful at most."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        nested = [found, *(item for item in found.values() if isinstance(item, dict))]
        values = [str(table[key]) for key in _KEYS for table in nested if key in table]
    elif isinstance(found, str):
        values = [found]
    else:
        lines = [line.strip() for line in text.strip().splitlines()[:5] if line.strip()]
        values = [part for line in lines for part in (line, *line.split())]
    return [word for word in dict.fromkeys(values[:40]) if _WORD.fullmatch(word)]


def production_head(ctx: Context) -> tuple[str, str]:
    """Return the commit of the production branch, as last fetched, and the ref it was read from."""
    refs = [f"refs/heads/{ctx.production}"]
    if ctx.remote:
        refs.insert(0, f"refs/remotes/{ctx.remote}/{ctx.production}")
    for ref in refs:
        found = resolve(ctx.git, ref)
        if found:
            return found, ref
    return "", ""


def release_tag(ctx: Context) -> tuple[str, str]:
    """Return the highest release tag that the production branch holds, and its commit; both empty if none."""
    head, _ = production_head(ctx)
    if not head:
        return "", ""
    found = version_tags(ctx.git, ctx.config.git.tag_pattern or None, reachable_from=head)
    released = [tag for tag in found if "-" not in tag.version] or found
    return (released[-1].name, released[-1].commit) if released else ("", "")


def tag_of(ctx: Context, commit: str) -> str:
    """Return the version tag of `commit`, else any tag of it, else an empty text."""
    names = tags_pointing(ctx.git, commit)
    versions = version_tags(ctx.git, ctx.config.git.tag_pattern or None)
    known = [tag.name for tag in versions if tag.name in names]
    return (known or names or [""])[-1]


def described(ctx: Context, seen: Seen) -> str:
    """Return what a source says as a short line: ``live command: 1a2b3c4 (v2.3.4)``."""
    if not seen.commit:
        return f"{seen.source}: {seen.why}"
    tag = tag_of(ctx, seen.commit)
    return f"{seen.source}: {seen.commit[:7]}" + (f" ({one_line(tag, 60)})" if tag else "")
