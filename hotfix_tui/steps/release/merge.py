"""release.merge: the fix lands on the production branch, on the forge or by a merge made here."""

from typing import Any

from hotfix_tui.forges.model import ForgeError, PullRequest
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.rules import policy
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.forge import commands, current, forge, has_forge
from hotfix_tui.steps.common.outcome import ended_badly
from hotfix_tui.steps.common.set_off import merge_sets_off
from hotfix_tui.steps.contract import (
    Choice,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    refuse,
    unknown,
)
from hotfix_tui.steps.landed import fix as landing
from hotfix_tui.steps.landed.local_merge import conflicts_in, local_merge, merge_open

_METHODS = ("merge", "squash", "rebase")
_BYPASS = "bypass"


class Merge(Step):
    """Merges exactly the reviewed commit; done when the production branch carries the fix."""

    id = "release.merge"
    looks_early = True

    def probe(self, ctx: Context) -> Probe:
        """The branch itself is asked, not the forge: what counts is that it carries the fix."""
        if not ctx.commit:
            return not_done("there is no hotfix commit yet")
        try:
            landing.refresh(ctx, ctx.production)
            found = landing.arrival(ctx, ctx.production)
        except GitError as error:
            return unknown(error.sentence)
        if found is None:
            return not_done(f"{ctx.production} does not carry the fix")
        how = str(ctx.evidence(self.id, "how")) or "elsewhere"
        return done(f"{ctx.production} carries it as {found.commit[:7]}", how=how, commit=found.commit)

    def choices(self, ctx: Context) -> list[Choice]:
        if not has_forge(ctx):
            return []
        names = {"merge": "Merge commit", "squash": "Squash", "rebase": "Rebase"}
        out = [Choice(name, names[name]) for name in _METHODS]
        return [
            *out,
            Choice(_BYPASS, "Merge past the rules", "With your rights as an administrator; needs a waiver."),
        ]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.commit:
            raise refuse("There is no hotfix commit to merge.", "Make it: `do verify.commit`.", self.id)
        try:
            return self._on_forge(ctx, choice) if has_forge(ctx) else self._here(ctx)
        except GitError as error:
            raise refuse(f"{error.sentence}.", "Mend that, then merge again.", self.id) from None

    def _here(self, ctx: Context) -> Plan:
        before = str(ctx.evidence(self.id, "worktree"))
        found = local_merge(ctx, self.id, ctx.production, ctx.commit, message(ctx), before=before)
        where = f"{ctx.remote}/{ctx.production}" if ctx.remote else ctx.production
        return Plan(
            f"Merge {ctx.commit[:7]} into {where}",
            commands=found.commands,
            by_hand=found.by_hand,
            locks=["production"],
            timeout=600,
            warnings=_warnings(ctx),
            evidence={"how": "local", "worktree": found.worktree} if found.worktree else {},
        )

    def _on_forge(self, ctx: Context, choice: str) -> Plan:
        if choice not in ("", _BYPASS, *_METHODS):
            raise refuse(
                f"{choice!r} is not a way to merge.", f"Choose one of {', '.join(_METHODS)}.", self.id
            )
        try:
            way, why = forge(ctx)
            request = _request(ctx) if way.looks else None
            number = (
                request.number if request else int(ctx.evidence("pull-request.create", "number", 0)) or None
            )
            method = choice if choice in _METHODS else "merge"
            made = way.merge(number, method, ctx.commit, bypass=choice == _BYPASS)  # type: ignore[arg-type]
        except ForgeError as error:
            raise refuse(f"{error}.", "Open the pull request: `do pull-request.create`.", self.id) from None
        url = request.url if request else str(ctx.evidence("pull-request.create", "url"))
        return Plan(
            f"Merge the pull request{f' #{number}' if number else ''} at {ctx.commit[:7]} into {ctx.production}",
            commands=commands(ctx, made.commands),
            by_hand=made.by_hand + (f" ({why}.)" if why and made.by_hand else ""),
            url=url,
            locks=["production"],
            timeout=300,
            warnings=_warnings(ctx) + _blocked(request),
            evidence={"how": "forge"},
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """What the branch carries decides; a failed run is explained by what is left of it."""
        found = self.probe(ctx)
        if found.state == "done":
            return found
        bad = ended_badly(run, directory, "The merge")
        place = str(ctx.evidence(self.id, "worktree"))
        files = conflicts_in(place) if place and ctx.evidence(self.id, "how") == "local" else []
        if files:
            return failed(
                f"The merge conflicts in {', '.join(files)}. Resolve that in {place} and commit there, "
                f"then: `do {self.id}`",
                conflicts=files,
            )
        if place and ctx.evidence(self.id, "how") == "local" and merge_open(place):
            return failed(
                "The merge stopped with nothing left in conflict: git put in how a like conflict was resolved before "
                f"(rerere). Look at the files in {place} and commit there, then: `do {self.id}`"
            )
        if bad is not None:
            return bad
        if found.state == "unknown":
            return found
        return failed(_not_merged(ctx))


def message(ctx: Context) -> str:
    """The message of a merge made here."""
    ticket = f"{embargo.reference(ctx.record)}: " if ctx.record.ticket else ""
    return f"Merge hotfix {ctx.branch or ctx.commit[:12]}\n\n{ticket}{embargo.title(ctx.record)}"


def _request(ctx: Context) -> PullRequest | None:
    way, _ = forge(ctx)
    found = current(ctx, list(way.find(ctx.branch, ctx.production)))
    if found and found.state == "open" and found.head != ctx.commit:
        raise refuse(
            f"The head of pull request #{found.number} is {found.head[:7]}, not the verified commit {ctx.commit[:7]}.",
            "Push the verified commit (`do verify.push`), or look who else pushed.",
            "release.merge",
        )
    return found


def _blocked(request: PullRequest | None) -> list[str]:
    words: dict[str, Any] = {
        "blocked": "The forge says that a rule of the branch blocks the merge.",
        "dirty": "The forge says that the branches conflict.",
        "behind": "The forge says that the branch is behind its base.",
        "draft": "The pull request is a draft.",
    }
    return [words[request.mergeable]] if request and request.mergeable in words else []


def _warnings(ctx: Context) -> list[str]:
    out = merge_sets_off(ctx)
    undeployed = int(ctx.evidence("branch.base", "undeployed", 0))
    if undeployed and policy.order(ctx.record) == policy.MERGE_FIRST:
        out.append(
            f"{ctx.production} holds {undeployed} commits that are not live; they will be deployed, too."
        )
    return out


def _not_merged(ctx: Context) -> str:
    if ctx.evidence("release.merge", "how") == "forge":
        return (
            "The command ended well, but the forge has not merged: a queue or a rule holds it back. "
            "Look at the pull request, then look again"
        )
    return f"The commands ended well, but {ctx.production} does not carry the fix"


STEPS = (Merge(),)
