"""The second part of a revert: where no push deploys it, the revert is deployed like any other commit.

It is the same way back, confirmed once more: a revert alone changes nothing in production.
"""

import re
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import log
from hotfix_tui.git.patches import contains_patch
from hotfix_tui.git.refs import branch_exists, resolve
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, RolledBack
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.steps.common.checkouts import deploy_checkout, folder_in, worktrees_dir
from hotfix_tui.steps.common.going_back import lines, loss
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.target_commit import deploys_first, uses, values
from hotfix_tui.steps.contract import Context, Plan
from hotfix_tui.steps.deploy import methods, platform_check
from hotfix_tui.steps.deploy.before import head_is_taken
from hotfix_tui.steps.deploy.by_hand import generic
from hotfix_tui.steps.deploy.dependencies import made_ready, unbuilt
from hotfix_tui.steps.deploy.methods import DeployMethod, method_for, planned
from hotfix_tui.steps.landed import fix as landed_fix
from hotfix_tui.steps.live.ask import can_ask

STEP = RolledBack.STEP
COMMAND = f"rollback {DEPLOY_REVERT}"

_OF_THE_FIX = ("version", "branch")
"""Placeholders whose values belong to the fix: with them a command would deploy what is taken off."""

_TAKES_BACK = re.compile(r"This reverts commit ([0-9a-f]{4,64})")
"""What git itself writes into a revert; with ``revert.reference`` the id is abbreviated."""

_NAMED = 2


class Made(NamedTuple):
    """A revert that exists: its last commit, the commit of the landing branch that carries it (empty if none does),
    and all commits that make it, in either form.
    """

    commit: str
    landed: str
    own: tuple[str, ...]


def made(ctx: Context) -> Made | None:
    """Return this round's revert if it exists and is not known to be live; None if it has to be made (again).

    The branches are asked, not only the record: the wizard may have been killed between the push and the record of
    it. Raises GitError.
    """
    seen, landed = ctx.seen(RolledBack), ctx.seen(Landed).commits
    state = ctx.record.entry(STEP).get("state", "")
    if not seen.reverts or state == "done" or (landed != seen.reverts if landed else not state):
        return None  # none, or it is live, or it is that of an earlier round
    name = f"refs/heads/{seen.branch}" if seen.branch else ""
    head = (resolve(ctx.git, name) if name else None) or (
        resolve(ctx.git, seen.target) if seen.target else None
    )
    if head is None or (start := _start(ctx, head, seen.reverts)) is None:
        return None
    with suppress(GitError):
        landed_fix.refresh(ctx, ctx.landing)
    own = tuple(landed_fix.own_commits(ctx.git, start, head))
    tip = resolve(ctx.git, branch_ref(ctx, ctx.landing))
    if tip is not None and (there := contains_patch(ctx.git, tip, start, head)) is not None:
        return Made(head, landed_fix.on_the_line(ctx.git, tip, there.tip), (*own, *there.commits))
    waits = not seen.lands and branch_exists(ctx.git, seen.branch, ctx.remote or None)
    return Made(head, "", own) if waits else None


def _start(ctx: Context, head: str, reverts: tuple[str, ...]) -> str | None:
    """Return the commit that the revert starts from; None unless its commits take back exactly `reverts`.

    A revert that was interrupted has fewer commits, or none.
    """
    entries = log(ctx.git, head, limit=len(reverts))
    said = [_TAKES_BACK.search(entry.body) for entry in entries]
    ids = [match[1] for match in said if match is not None]
    if len(ids) != len(reverts) or not all(sha.startswith(id) for sha, id in zip(reverts, ids)):
        return None
    return entries[-1].parents[0] if entries[-1].parents else None


def refuse_another(ctx: Context) -> None:
    """Raise Refused if this round's revert exists: a second one of the same change cannot be made."""
    revert = made(ctx)
    if revert is None:
        return
    branch = ctx.seen(RolledBack).branch
    where = f"it is on {ctx.landing}" if revert.landed else f"it is on its branch {branch}"
    place = ctx.remote or "here"
    anew = "" if revert.landed else f" To begin anew, delete that branch ({place}), and `git fetch --prune`."
    raise refuse(
        f"The revert {revert.commit[:7]} is made already: {where}.", f"Deploy it: `{COMMAND}`.{anew}", STEP
    )


def plan(ctx: Context) -> Plan:
    """Return the plan that deploys the revert. Raises Refused while it is not where deployments are made from, and
    GitError.
    """
    revert = made(ctx)
    if revert is None:
        raise refuse(
            "There is no revert here that waits to be deployed.", "Make it: `rollback revert`.", STEP
        )
    commit = revert.landed or (revert.commit if deploys_first(ctx) else "")
    pushed = set_off.push_deploys(ctx.record)
    if not commit:
        url = ctx.seen(RolledBack).url
        then = "which deploys it" if pushed else f"then deploy it: `{COMMAND}`"
        raise refuse(
            f"The revert {revert.commit[:7]} is not on {ctx.landing} yet.",
            f"Merge it{f' ({url})' if url else ''}, {then}.",
            STEP,
        )
    known = ctx.seen(RolledBack).but(
        kind="revert", target=commit, target_tag="", target_release="", pinned=False, paused=(), proves=True
    )
    if pushed and ctx.config.deploy.production is None:
        return _by_push(ctx, commit, known)
    warnings = (
        [] if revert.landed else [f"It is not on {ctx.landing} yet: merge it, or the change comes back."]
    )
    if pushed:
        warnings.append(f"A push to {ctx.landing} deploys already; this deploys a second time.")
    return _deploying(ctx, commit, known, [*warnings, *_along(ctx, commit, revert, known)])


def _deploying(ctx: Context, commit: str, known: RolledBack, warnings: list[str]) -> Plan:
    title = f"Deploy the revert {commit[:7]} to production{f' of {ctx.part}' if ctx.part else ''}"
    given = values(ctx, "production", commit, known.taken_off)
    given = {name: value for name, value in given.items() if name not in _OF_THE_FIX}
    command = methods.configured(ctx, "deploy")
    if command is not None and (named := [name for name in _OF_THE_FIX if uses(command, name)]):
        why = f"The configured command deploys by {{{named[0]}}}, which names the fix: deploy {commit[:12]} by hand."
        hand = generic(ctx, "deploy", given, worktrees_dir(ctx, "deploy"))
        return planned(ctx, title, DeployMethod(by_hand=hand), known, [why, *warnings])
    warnings = [
        *warnings,
        *head_is_taken(ctx, commit, STEP, f"Merge the revert first, then `{COMMAND}`."),
    ]
    method = method_for(ctx, "deploy", STEP, worktrees_dir(ctx, "deploy"), given, title)
    if not method.commands:
        return planned(ctx, title, method, known, warnings)
    checkout = deploy_checkout(ctx, commit, method.carry)
    method = method_for(ctx, "deploy", STEP, folder_in(ctx, checkout.path), given, title)
    ready = [*checkout.commands, *made_ready(ctx, "deploy", checkout, commit, STEP)]
    checked = platform_check.before(ctx, "deploy").sentences
    return replace(
        planned(ctx, title, method, known, [*checked, *unbuilt(ctx, "deploy"), *warnings]),
        commands=[*ready, *method.commands],
        note=RunNote(act=DEPLOY_REVERT, before=len(ready)),
    )


def _by_push(ctx: Context, commit: str, known: RolledBack) -> Plan:
    """Return the plan where the push of the revert deploys it: there is nothing to do but to look."""
    title = f"See whether the push of the revert {commit[:7]} has deployed it"
    if can_ask(ctx):
        return Plan(title, known=known)
    hand = (
        f"1. A push to {ctx.landing} deploys: look on your platform's page how far it is.\n"
        f"2. When {commit[:12]} is live, say so."
    )
    return Plan(title, by_hand=hand, url=ctx.config.deploy.production_url, known=known, told=True)


def _along(ctx: Context, commit: str, revert: Made, known: RolledBack) -> list[str]:
    """Return what else goes live with the revert: production may be behind the branch that it is on."""
    try:
        if not known.taken_off or resolve(ctx.git, known.taken_off) is None:
            return [f"What else goes live with it is not known: all that is on {ctx.landing} does."]
        brought = loss(ctx.git, known.taken_off, commit)
        ours = {*revert.own, *known.reverts, ctx.commit, ctx.landed}
        if ctx.commit and (start := landed_fix.start_of_fix(ctx)):
            ours |= set(landed_fix.own_commits(ctx.git, start, ctx.commit))
    except GitError as problem:
        return [f"What else goes live with it is not known: {problem.sentence}."]
    others = [entry for entry in brought.commits if not entry.merge and entry.sha not in ours]
    if not others:
        return []
    many = f"{len(others)} other commits go live" if len(others) > 1 else "1 other commit goes live"
    more = f"; {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    out = [f"{many} with it: {'; '.join(lines(others[:_NAMED]))}{more}."]
    if brought.migrations:
        out.append(f"That changes the data: {', '.join(brought.migrations[:_NAMED])}.")
    return out
