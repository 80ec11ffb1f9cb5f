"""What the wizard created in an incident and leaves behind: an ending without a fix lists it, and deletes nothing.

Apart from the other commands: it asks git, and only the end of an incident loads it.
"""

import os

from hotfix_tui.engine.core import Engine
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists
from hotfix_tui.git.worktrees import worktrees
from hotfix_tui.incident.model.evidence.backport import Backported
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.evidence.round import RoundKept
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.common.checkouts import worktrees_dir


def left_behind(engine: Engine) -> list[str]:
    """Return what still exists, one clause each: branches, worktrees, pull requests, tags, deployments."""
    record, rounds = engine.record, rounds_of(engine.record)
    out = [f"branch {branch}" for branch in branches(record, rounds)]
    out += [f"branch {branch} on {remote}" for branch, remote in pushed(engine, rounds)]
    out += [f"worktree {path}" for path in _worktrees(engine, rounds)]
    landed_on = record.landing_branch
    for made in rounds:
        named = (
            (made.pr, "pull request"),
            (made.landed, f"{landed_on} carries"),
            (made.tag, "tag"),
            (made.deployed, "production was given"),
        )
        out += [f"{words} {what}" for what, words in named if what]
    return out


def rounds_of(record: Record) -> list[RoundKept]:
    """Return what each round made, the current one last."""
    earlier = [record.kept(number) for number in range(1, record.round)]
    return [*earlier, lifecycle.kept_evidence(record)]


def branches(record: Record, rounds: list[RoundKept]) -> list[str]:
    """Return the names of the branches that the rounds and the backports have, each once."""
    own = [made.branch for made in rounds if made.branch]
    backports = [
        record.seen(Backported, step).branch for step in record.steps if step.startswith("backport.")
    ]
    return list(dict.fromkeys([*own, *filter(None, backports)]))


def pushed(engine: Engine, rounds: list[RoundKept]) -> list[tuple[str, str]]:
    """Return the branches that the remote has, as last seen, with its name."""
    seen = engine.record.seen(Preflight)
    remotes = [remote for remote in (seen.remote, seen.push_remote) if remote]
    try:
        git = Git(engine.root)
        made = branches(engine.record, rounds)
        return [
            (branch, remote) for remote in remotes for branch in made if branch_exists(git, branch, remote)
        ]
    except GitError:
        return []


def _worktrees(engine: Engine, rounds: list[RoundKept]) -> list[str]:
    """Return the worktrees of this incident: the branch's and those for merging, deploying and picking."""
    made = {round_.worktree for round_ in rounds if round_.worktree}
    ctx = engine.context()
    try:
        prefix = worktrees_dir(ctx, "x").removesuffix("-x")
        known = [tree.path for tree in worktrees(ctx.git)]
    except (GitError, Refused):
        return [path for path in sorted(made) if path != engine.root and os.path.isdir(path)]
    ours = [path for path in known if path in made or path == prefix or path.startswith(f"{prefix}-")]
    return [path for path in ours if os.path.realpath(path) != os.path.realpath(engine.root)]
