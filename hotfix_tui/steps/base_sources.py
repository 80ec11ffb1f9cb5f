"""Where "what is live" can be learned: the sources, and how their answers become commits of this repository."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.incident.text import one_line
from hotfix_tui.project import config_types
from hotfix_tui.project.git.refs import resolve
from hotfix_tui.project.git.tags import tags_pointing, version_tags
from hotfix_tui.steps.base import Command, Context
from hotfix_tui.steps.command_lines import driver, project_command
from hotfix_tui.steps.live_commit import commit_in

LOOK_SECONDS = 20.0
"""How long a source may take to answer, where the configuration does not say."""

_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,100}")


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
    commit, why = _commit_in(ctx, said)
    return Seen(item.title, commit, why)


def _commit_in(ctx: Context, said: str) -> tuple[str, str]:
    """Return the commit that an answer means, or why it means none; versions count by the configured tags, too."""
    commit, _, why = commit_in(ctx.git, said.encode())
    pattern, word = ctx.config.git.tag_pattern, said.strip().removeprefix("v")
    if commit is None and pattern and _VERSION.fullmatch(word):
        name = pattern.replace("{version}", "*").replace("*", word)
        commit = resolve(ctx.git, f"refs/tags/{name}")
    return (commit, "") if commit else ("", why)


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
