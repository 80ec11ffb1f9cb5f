"""branch.base: the commit that the hotfix starts from — what was live when the fault was seen, by evidence."""

from datetime import datetime
from typing import Any

from hotfix_tui.incident.text import one_line
from hotfix_tui.project.git.errors import GitError
from hotfix_tui.project.git.history import commit_info, commits_not_in, log
from hotfix_tui.project.git.refs import resolve
from hotfix_tui.project.git.repository import discover
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.base import (
    Choice,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    unknown,
)
from hotfix_tui.steps.base_sources import (
    Seen,
    answers,
    asked,
    described,
    look_commands,
    production_head,
    release_tag,
    tag_of,
)
from hotfix_tui.steps.command_lines import git_command
from hotfix_tui.steps.run_ends import ended_badly, why_it_failed

_LISTED = 20
"""How many undeployed commits are kept by name."""


class BaseCommit(Step):
    """Fetches, asks the configured sources what is live, and keeps the commit with its evidence."""

    id = "branch.base"

    def choices(self, ctx: Context) -> list[Choice]:
        found = [
            Choice("live", "What is live", "the commit that runs in production, by the best source there is"),
            Choice("production", f"The head of {ctx.production}", _roll_forward(ctx)),
        ]
        number = ctx.record.round - 1
        if _earlier(ctx, "same"):
            found.append(Choice("same", f"The base of round {number}", "the failed fix left out"))
        if _earlier(ctx, "on-top"):
            found.append(Choice("on-top", f"On top of the fix of round {number}", "mends that fix"))
        if ctx.evidence("deploy.rollback", "taken_off"):
            found.append(Choice("taken-off", "What was taken off production", "live until the rollback"))
        first = default_choice(ctx)
        found.sort(key=lambda choice: choice.name != first)
        if first not in {choice.name for choice in found}:
            found.insert(0, Choice(first, f"As configured: {first}", "git.base"))
        return found

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        choice = choice or default_choice(ctx)
        looks = look_commands(ctx) if choice == "live" else []
        commands = looks + ([_fetch(ctx)] if ctx.remote else [])
        warnings = []
        if choice == "production" and (why := _roll_forward(ctx)):
            warnings.append(f"From {ctx.production}: {why}.")
        if choice == "live" and not looks:
            warnings.append(
                "No command or address says what is live (git.live), so the last release tag counts."
            )
        return Plan(
            {"live": "Find the commit that is live", "production": f"Take the head of {ctx.production}"}.get(
                choice, f"Take {choice} as the base"
            ),
            commands,
            timeout=180,
            warnings=warnings,
            trusted=not looks,
            evidence={"choice": choice},
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        choice = str(ctx.evidence(self.id, "choice")) or default_choice(ctx)
        fetching = len(asked(ctx)) if choice == "live" else 0
        offline = ""
        bad = ended_badly(run, directory, "Finding the base")
        if bad:
            if run.state != "exited" or run.cancelled or run.failed_command != fetching:
                return bad
            why = why_it_failed(run, directory) or "no reason was given"
            offline = f"{ctx.remote} could not be reached or read: {why}; what was fetched before is used"
        try:
            return find_base(ctx, choice, answers(ctx, directory) if choice == "live" else {}, offline)
        except GitError as error:
            return failed(error.sentence)

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        try:
            return find_base(ctx, choice or default_choice(ctx), {}, "")
        except GitError as error:
            return failed(error.sentence)

    def probe(self, ctx: Context) -> Probe:
        commit = str(ctx.evidence(self.id, "commit"))
        if not commit:
            return not_done()
        try:
            if resolve(ctx.git, commit) is None:
                return failed(f"The base {commit[:7]} is no longer in this repository; find it again")
            return done(**_beside_production(ctx, commit))
        except GitError as error:
            return unknown(error.sentence)


def default_choice(ctx: Context) -> str:
    """Return the base that is taken when nothing is said: of the round, of the rollback, or as configured."""
    wanted = str(ctx.record.this_round.get("base", ""))
    if wanted and _earlier(ctx, wanted):
        return wanted
    if ctx.evidence("deploy.rollback", "taken_off"):
        return "taken-off"
    configured = ctx.config.git.base
    if configured == "live" and ctx.evidence("branch.preflight", "deploys_on_push", False):
        # Its undeployed commits ship with the merge anyway.
        return "production"
    return configured


def _earlier(ctx: Context, choice: str) -> str:
    """Return the commit that ``same`` or ``on-top`` stands for after an earlier round, or an empty text."""
    if ctx.record.round < 2:
        return ""
    kept = ctx.record.rounds[-2].get("evidence", {})
    if choice == "same":
        return str(kept.get("base", ""))
    return str(kept.get("landed") or kept.get("commit", "")) if choice == "on-top" else ""


def _roll_forward(ctx: Context) -> str:
    """Return what starting from the production branch means, as far as it is known here."""
    head, _ = production_head(ctx)
    _, live = release_tag(ctx)
    base = ctx.base or live
    if not head or not base:
        return "whatever it holds goes live with the fix"
    count = len(commits_not_in(ctx.git, head, base))
    return f"{count} commits that are not live go live with the fix" if count else "it holds nothing else"


def _fetch(ctx: Context) -> Any:
    """Return the command that fetches the production branch and the tags; it moves no branch of the user."""
    options = ["--no-recurse-submodules", "--no-auto-maintenance", "--tags"]
    if discover(ctx.root).shallow:
        options.append("--unshallow")
    branch = f"+refs/heads/{ctx.production}:refs/remotes/{ctx.remote}/{ctx.production}"
    return git_command(ctx, "fetch", *options, "--", ctx.remote, branch, network=True)


def find_base(ctx: Context, choice: str, said: dict[str, Seen], offline: str) -> Probe:
    """Return the result for `choice`, with what each source `said` by its key; `offline` is why nothing was fetched.

    Raises GitError.
    """
    sources = [*said.values(), *_from_git(ctx)]
    chosen = _choose(ctx, choice, said)
    if not chosen.commit:
        return failed(chosen.why, choice=choice, sources=[described(ctx, seen) for seen in sources])
    evidence = {
        "commit": chosen.commit,
        "source": chosen.source,
        "choice": choice,
        "tag": tag_of(ctx, chosen.commit),
        "sources": [described(ctx, seen) for seen in sources],
        "offline": bool(offline),
        **_age(ctx, chosen.commit),
        **_beside_production(ctx, chosen.commit),
    }
    remarks = [offline] if offline else []
    if choice == "live":
        remarks += [f"{seen.source}: {seen.why}" for seen in said.values() if not seen.commit]
        others = {seen.commit for seen in said.values() if seen.commit}
        if len(others) > 1:
            remarks.append("the sources do not agree")
    return done("; ".join(remarks), **evidence)


def _from_git(ctx: Context) -> list[Seen]:
    tag, commit = release_tag(ctx)
    head, _ = production_head(ctx)
    found = [Seen(f"tag {one_line(tag, 60)}", commit)] if tag else []
    return [*found, Seen("production branch", head)] if head else found


def _choose(ctx: Context, choice: str, said: dict[str, Seen]) -> Seen:
    """Return the source that decides and its commit."""
    if choice == "live":
        return _live(ctx, said)
    if choice == "production":
        head, ref = production_head(ctx)
        return Seen("production branch", head, f"There is no branch {ctx.production} here" if not ref else "")
    if choice in ("same", "on-top") and (commit := _earlier(ctx, choice)):
        return Seen(f"round {ctx.record.round - 1}", commit)
    if choice == "taken-off" and (commit := str(ctx.evidence("deploy.rollback", "taken_off"))):
        return Seen("taken off production", commit)
    names = [choice, f"refs/remotes/{ctx.remote}/{choice}"] if ctx.remote else [choice]
    commit = next((found for name in names if (found := resolve(ctx.git, name))), "")
    return Seen(
        "given", commit, f"There is no commit {one_line(choice, 80)!r} here; give a tag, branch or id"
    )


def _live(ctx: Context, said: dict[str, Seen]) -> Seen:
    """Return the first source of the configured order that gave a commit; the production branch is the last."""
    _, commit = release_tag(ctx)
    for key in ctx.config.git.order:
        if key in said and said[key].commit:
            return said[key]
        if key == "tag" and commit:
            return Seen("tag", commit)
    head, _ = production_head(ctx)
    return Seen(
        "production branch", head, "Nothing says what is live; choose it: `do branch.base --choose REF`"
    )


def _age(ctx: Context, commit: str) -> dict[str, Any]:
    at = datetime.fromisoformat(commit_info(ctx.git, commit).committed)
    return {"committed_at": at, "age_days": max(0, (ctx.now - at).days)}


def _beside_production(ctx: Context, commit: str) -> dict[str, Any]:
    """Return what the production branch holds that is not in `commit`."""
    head, _ = production_head(ctx)
    if not head:
        return {"undeployed": 0, "undeployed_list": [], "production_head": ""}
    count = len(commits_not_in(ctx.git, head, commit))
    listed = log(ctx.git, head, not_in=[commit], limit=_LISTED) if count else []
    return {
        "undeployed": count,
        "undeployed_list": [one_line(f"{c.sha[:7]} {c.author} {c.subject}", 120) for c in listed],
        "production_head": head,
    }


STEPS = (BaseCommit(),)
