"""What is live, for the base: the sources asked in a run, what they said, and what git itself tells."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotfix_tui.base.text import one_line
from hotfix_tui.git.history import commit_info
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.tags import tags_pointing, version_tags
from hotfix_tui.steps.common.commands import driver
from hotfix_tui.steps.contract import Command, Context
from hotfix_tui.steps.live.answer import read
from hotfix_tui.steps.live.ask import failure
from hotfix_tui.steps.live.sources import Source, sources


@dataclass(frozen=True)
class Seen:
    """What one source says: its name for people, the commit (empty if it gave none), and why not.

    `unknown` is the commit that it named and this repository does not have; `reported` is whether it only knows what
    was reported to it.
    """

    source: str
    commit: str = ""
    why: str = ""
    unknown: str = ""
    reported: bool = False


def asked(ctx: Context) -> list[Source]:
    """Return the sources that are asked by a command or an address, in the configured order."""
    return [one for one in sources(ctx) if not one.why_not]


def look_commands(ctx: Context) -> list[Command]:
    """Return the bounded command for each source that is asked."""
    return [_look(ctx, one) for one in asked(ctx)]


def _look(ctx: Context, source: Source) -> Command:
    options = ("--name", source.key, "--timeout", f"{source.timeout:g}")
    if source.command is None:
        return driver("live.ask_driver", *options, "--url", source.url, cwd=ctx.root)
    made = source.command
    return driver("live.ask_driver", *options, "--", *made.argv, cwd=made.cwd, env=made.env)


def answers(ctx: Context, directory: str) -> dict[str, Seen]:
    """Return what the sources said in the run whose folder is `directory`, by their key in `git.order`.

    A source that could not be asked is there, too, with the reason.
    """
    return {
        one.key: Seen(one.title, why=one.why_not) if one.why_not else _answer(ctx, one, directory)
        for one in sources(ctx)
    }


def _answer(ctx: Context, source: Source, directory: str) -> Seen:
    try:
        result = json.loads(Path(directory, f"look-{source.key}.json").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return Seen(source.title, why="it was not asked")
    status, why = result.get("status"), one_line(str(result.get("why", "")), 120)
    if status != 0:
        if result.get("ended") and source.command:
            why = failure(os.path.basename(source.command.argv[0]), int(status), why)
        return Seen(source.title, why=why or "no answer")
    meant = read(ctx.git, str(result.get("output", "")).encode(), source.place, ctx.config.git.tag_pattern)
    return Seen(source.title, meant.commit or "", meant.why, meant.unknown, source.reported)


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
    """Return what a source says as a short line: ``live command: 1a2b3c4 (v2.3.4), 3 days old``."""
    if not seen.commit:
        return f"{seen.source}: {seen.why}"
    days = age(ctx, seen.commit)[1]
    old = f"{days} day{'s' if days != 1 else ''} old" if days else "made today"
    return f"{named(ctx, seen)}, {old}"


def named(ctx: Context, seen: Seen) -> str:
    """Return a source and the commit that it gave: ``live command: 1a2b3c4 (v2.3.4)``."""
    tag = tag_of(ctx, seen.commit)
    return f"{seen.source}: {seen.commit[:7]}" + (f" ({one_line(tag, 60)})" if tag else "")


def age(ctx: Context, commit: str) -> tuple[datetime, int]:
    """Return when `commit` was made, and how many whole days ago that was."""
    at = datetime.fromisoformat(commit_info(ctx.git, commit).committed)
    return at, max(0, (ctx.now - at).days)
