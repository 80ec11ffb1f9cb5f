"""branch.base: the commit that the hotfix starts from — what was live when the fault was seen, by evidence."""

from contextlib import suppress
from typing import Any

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import FETCH_ALONE, fetch, fetch_argv
from hotfix_tui.git.repository import discover
from hotfix_tui.incident.rules import set_off
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.branch.base_choice import ASKING, earlier, find_base
from hotfix_tui.steps.branch.undeployed import beside_production, not_in
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.outcome import ended_badly, why_it_failed
from hotfix_tui.steps.contract import Choice, Context, Plan, Probe, Step, done, failed, not_done, unknown
from hotfix_tui.steps.live.run_answers import (
    Seen,
    answers,
    asked,
    look_commands,
    production_head,
    release_tag,
)

_FETCH_SECONDS = 60.0

ROLLBACK = "rollback-first"
"""The choice that starts with a rollback: the base is then what was taken off production."""


class BaseCommit(Step):
    """Fetches, asks the configured sources what is live, and keeps the commit with its evidence."""

    id = "branch.base"

    def choices(self, ctx: Context) -> list[Choice]:
        found = [
            Choice("live", "What is live", "the commit that runs in production, by the best source there is"),
            Choice("production", f"The head of {ctx.production}", _roll_forward(ctx)),
        ]
        number = ctx.record.round - 1
        if earlier(ctx, "same"):
            found.append(Choice("same", f"The base of round {number}", "the failed fix left out"))
        if earlier(ctx, "on-top"):
            found.append(Choice("on-top", f"On top of the fix of round {number}", "mends that fix"))
        if ctx.evidence("deploy.rollback", "taken_off"):
            found.append(Choice("taken-off", "What was taken off production", "live until the rollback"))
        elif ctx.record.entry("deploy.rollback").get("state") != "running":
            found.append(Choice(ROLLBACK, "Roll back first", _ROLLBACK_HELP))
        found += _other_answers(ctx)
        first = default_choice(ctx)
        found.sort(key=lambda choice: choice.name != first)
        if first not in {choice.name for choice in found}:
            found.insert(0, Choice(first, f"As configured: {first}", "git.base"))
        return found

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        choice = choice or default_choice(ctx)
        if choice == ROLLBACK:
            return Plan("Decide to roll back first", warnings=[_ROLLBACK_HELP])
        looks = look_commands(ctx) if choice in ASKING else []
        commands = looks + ([_fetch(ctx)] if ctx.remote else [])
        warnings = []
        if choice == "production" and (why := _roll_forward(ctx)):
            warnings.append(f"From {ctx.production}: {why}.")
        if choice == "live" and not looks:
            warnings.append(
                "Nothing that can be asked says what is live (git.live), so the last release tag counts."
            )
        return Plan(
            {"live": "Find the commit that is live", "production": f"Take the head of {ctx.production}"}.get(
                choice, f"Take {choice} as the base"
            ),
            commands,
            timeout=180,
            warnings=warnings,
            trusted=not looks or not any(one.own for one in asked(ctx)),
            evidence={"choice": choice},
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        choice = str(ctx.evidence(self.id, "choice")) or default_choice(ctx)
        fetching = len(asked(ctx)) if choice in ASKING else 0
        offline = ""
        bad = ended_badly(run, directory, "Finding the base")
        if bad:
            if run.state != "exited" or run.cancelled or run.failed_command != fetching:
                return bad
            why = why_it_failed(run, directory) or "no reason was given"
            offline = f"{ctx.remote} could not be reached or read: {why}; what was fetched before is used"
        try:
            return find_base(ctx, choice, _said(ctx, choice, directory), offline)
        except GitError as error:
            return failed(error.sentence)

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        if choice == ROLLBACK:
            return not_done(
                "decided to roll back first: `rollback previous --confirm …`; "
                "then `do branch.base` starts from what was taken off"
            )
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
            return done(**beside_production(ctx, commit))
        except GitError as error:
            return unknown(error.sentence)


_ROLLBACK_HELP = "helps users now; the hotfix then starts from what was taken off production"


def _said(ctx: Context, choice: str, directory: str) -> dict[str, Seen]:
    """Return what the sources said; a commit that is on no branch fetched so far is looked for on the others."""
    said = answers(ctx, directory) if choice in ASKING else {}
    if not ctx.remote or not any(one.unknown for one in said.values()):
        return said
    with suppress(GitError):
        fetch(ctx.git, fetch_argv(ctx.remote), timeout=_FETCH_SECONDS)
    return answers(ctx, directory)


def _other_answers(ctx: Context) -> list[Choice]:
    """Return what the sources said that was not taken, so that it can be taken where they do not agree."""
    found: dict[str, str] = {}
    for key, commit in dict(ctx.evidence("branch.base", "answers", {})).items():
        if commit != ctx.base:
            found.setdefault(str(commit), str(key))
    words = {"live": "git.live", "platform": "the platform", "forge": "the forge"}
    return [
        Choice(commit, f"{commit[:7]}, as {words.get(key, key)} says", "where the sources do not agree")
        for commit, key in found.items()
    ]


def default_choice(ctx: Context) -> str:
    """Return the base that is taken when nothing is said: of the round, of the rollback, or as configured."""
    wanted = str(ctx.record.this_round.get("base", ""))
    if wanted and earlier(ctx, wanted):
        return wanted
    if ctx.evidence("deploy.rollback", "taken_off"):
        return "taken-off"
    configured = ctx.config.git.base
    if configured == "live" and set_off.push_deploys(ctx.record):
        # Its undeployed commits ship with the merge anyway.
        return "production"
    return configured


def _roll_forward(ctx: Context) -> str:
    """Return what starting from the production branch means, as far as it is known here."""
    head, _ = production_head(ctx)
    _, live = release_tag(ctx)
    base = ctx.base or live
    if not head or not base:
        return "whatever it holds goes live with the fix"
    count, same, lines = not_in(ctx, head, base)
    if not count:
        return "it holds nothing else"
    what = "1 commit that is not live goes" if count == 1 else f"{count} commits that are not live go"
    touch = f" ({same} in the same files)" if same else ""
    shown = "; ".join(lines[:3]) + ("; …" if count > 3 else "")
    return f"{what} live with the fix{touch}: {shown}"


def _fetch(ctx: Context) -> Any:
    """Return the command that fetches the production branch and the tags; it moves no branch of the user."""
    options = [*FETCH_ALONE, "--tags"]
    if discover(ctx.root).shallow:
        options.append("--unshallow")
    branch = f"+refs/heads/{ctx.production}:refs/remotes/{ctx.remote}/{ctx.production}"
    return git_command(ctx, "fetch", *options, "--", ctx.remote, branch, network=True)


STEPS = (BaseCommit(),)
