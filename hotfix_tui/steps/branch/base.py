"""branch.base: the commit that the hotfix starts from — what was live when the fault was seen, by evidence."""

from contextlib import suppress

from hotfix_tui.base.ref_names import head_ref, tag_ref, tracking_ref
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import ASK_SECONDS, FETCH_ALONE, fetch, fetch_argv, ls_remote, peeled
from hotfix_tui.git.repository import discover
from hotfix_tui.git.tags import tags
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base, Candidate
from hotfix_tui.incident.model.evidence.release import Merged
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.gates import fix_off
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.branch.base_choice import ASKING, earlier, find_base, release_off
from hotfix_tui.steps.branch.undeployed import not_in, undeployed_commits
from hotfix_tui.steps.common import published
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.outcome import failure_probe, why_it_failed
from hotfix_tui.steps.common.production_branch import production_head
from hotfix_tui.steps.common.releases import releases_of
from hotfix_tui.steps.contract import (
    Choice,
    Command,
    Context,
    Plan,
    Probe,
    Step,
    asks,
    done,
    failed,
    if_git_fails,
    not_done,
    unknown_if_git_fails,
)
from hotfix_tui.steps.live.answer import LiveAnswer
from hotfix_tui.steps.live.assess import assess, days
from hotfix_tui.steps.live.run_answers import answers, asked, look_commands

_FETCH_SECONDS = 60.0

ROLLBACK = "rollback-first"
"""The choice that starts with a rollback: the base is then what was taken off production."""


class BaseCommit(Step):
    """Fetches, queries the configured sources for what is live, and keeps the commit with its evidence."""

    id = catalog.BRANCH_BASE

    def choices(self, ctx: Context) -> list[Choice]:
        package = published_alone(ctx.record)
        options = [
            Choice("live", "What users have", "the release that is out, by the best source there is")
            if package
            else Choice(
                "live", "What is live", "the commit that runs in production, by the best source there is"
            ),
            Choice("production", f"The head of {ctx.production}", _roll_forward(ctx)),
        ]
        number = ctx.record.round - 1
        if earlier(ctx, "same"):
            options.append(Choice("same", f"The base of round {number}", "without its fix"))
        if earlier(ctx, "on-top"):
            options.append(Choice("on-top", f"On top of the fix of round {number}", "corrects that fix"))
        if release_off(ctx):
            where, until = (
                ("back", "out until then") if package else ("off production", "live until the rollback")
            )
            options.append(Choice("taken-off", f"What was taken {where}", until))
        elif ctx.record.entry(catalog.DEPLOY_ROLLBACK).get("state") != "running" and not fix_off(ctx.record):
            title = "Take the release back first" if package else "Roll back first"
            helps = (
                "helps who comes next; the hotfix then starts from it anyway" if package else _ROLLBACK_HELP
            )
            options.append(Choice(ROLLBACK, title, helps))
        options += _other_answers(ctx)
        first = default_choice(ctx)
        options.sort(key=lambda choice: choice.name != first)
        if first in ("live", "production") and (asked_for := _asked_for(ctx)):
            names = {choice.name for choice in asked_for}
            return [*asked_for, *(choice for choice in options if choice.name not in names)]
        if first not in {choice.name for choice in options}:
            options.insert(0, Choice(first, f"As configured: {first}", "git.base"))
        elif first == "live" or (first == "production" and not _roll_forward(ctx)):
            options[0] = options[0]._replace(
                at_once="Find what users have" if package else "Find what is live"
            )
        return options

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        choice = choice or default_choice(ctx)
        if choice == ROLLBACK:
            return Plan("Decide to roll back first", warnings=[_ROLLBACK_HELP])
        looks = look_commands(ctx) if choice in ASKING else []
        commands = looks + (_fetch(ctx) if ctx.remote else [])
        warnings = []
        if choice == "production" and (why := _roll_forward(ctx)):
            warnings.append(f"From {ctx.production}: {why}.")
        package = published_alone(ctx.record)
        if choice == "live" and not looks and package:
            newest = published.newest(ctx)
            warnings.append(
                f"Tags and branches are weighed, and what is not certain is asked{f'; {newest}' if newest else ''}."
            )
        elif choice == "live" and not looks:
            warnings.append(
                "Nothing that can be asked says what is live (git.live): tags and branches are weighed, "
                "and what is not certain is asked."
            )
        return Plan(
            _OF_A_PACKAGE if package and choice == "live" else _title(choice, ctx.production),
            commands,
            timeout=180,
            warnings=warnings,
            trusted=not looks or not any(source.from_config for source in asked(ctx)),
            known=Base(choice=choice),
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        choice = ctx.seen(Base).choice or default_choice(ctx)
        fetching = len(asked(ctx)) if choice in ASKING else 0
        offline, moved = "", {}
        bad = failure_probe(run, directory, "Finding the base")
        if bad:
            if run.state != "exited" or run.cancelled or run.failed_command not in (fetching, fetching + 1):
                return bad
            if run.failed_command == fetching and (gone := _gone(ctx)):
                return failed(gone)
            why = why_it_failed(run, directory) or "no reason was given"
            offline = f"{ctx.remote} could not be reached or read: {why}; what was fetched before is used"
            if run.failed_command == fetching + 1 and (moved := _moved_tags(ctx)):
                offline = f"{_names(moved)} point elsewhere on {ctx.remote}; the tags here are kept"
        try:
            return _unless_moved(ctx, find_base(ctx, choice, _said(ctx, choice, directory), offline), moved)
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

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        commit = ctx.seen(Base).commit
        if not commit:
            return not_done()
        if resolve(ctx.git, commit) is None:
            return failed(f"The base {commit[:7]} is no longer in this repository; find it again")
        if ctx.landed or ctx.seen(Merged).commit:
            return done()  # The fix is there now: what was not live before it stays as recorded.
        return done("", undeployed_commits(ctx, commit, ctx.landing), adds=True)


_TITLES = {
    "live": "Find the commit that is live",
    "production": "Take the head of {production}",
    "same": "Start from the same base as the round before",
    "on-top": "Start on top of the fix of the round before",
    "taken-off": "Start from what was taken off production",
    "rollback-first": "Roll back first",
}
"""What each choice does, as the title of its plan."""
_ROLLBACK_HELP = "helps users now; the hotfix then starts from what was taken off production"


def _said(ctx: Context, choice: str, directory: str) -> dict[str, LiveAnswer]:
    """Return what the sources said; a commit on no branch fetched so far is looked for on the others."""
    said = answers(ctx, directory) if choice in ASKING else {}
    if not ctx.remote or not any(answer.unknown for answer in said.values()):
        return said
    with suppress(GitError):
        fetch(ctx.git, fetch_argv(ctx.remote), timeout=_FETCH_SECONDS)
    return answers(ctx, directory)


def _other_answers(ctx: Context) -> list[Choice]:
    """Return the sources' answers that were not taken, so that they can be chosen if the sources disagree."""
    answers_: dict[str, str] = {}
    for key, commit in (ctx.seen(Base).answers or {}).items():
        if commit != ctx.base:
            answers_.setdefault(str(commit), str(key))
    words = {"live": "git.live", "platform": "the platform", "forge": "the forge"}
    return [
        Choice(commit, f"{commit[:7]}, as {words.get(key, key)} says", "where the sources do not agree")
        for commit, key in answers_.items()
    ]


def default_choice(ctx: Context) -> str:
    """Return the default base: that of the round, of the rollback, or as configured."""
    wanted = str(ctx.record.this_round.get("base", ""))
    if wanted and earlier(ctx, wanted):
        return wanted
    if release_off(ctx):
        return "taken-off"
    configured = ctx.config.git.base
    if configured == "live" and set_off.push_deploys(ctx.record):
        # Its undeployed commits ship with the merge anyway.
        return "production"
    return configured


def _roll_forward(ctx: Context) -> str:
    """Return what starting from the production branch means, as far as known here."""
    head, _ = production_head(ctx)
    live = releases_of(ctx).highest
    base = ctx.base or (live.commit if live else "")
    if not head or not base:
        return f"whatever it holds goes {'out' if published_alone(ctx.record) else 'live'} with the fix"
    count, same, lines = not_in(ctx, head, base)
    if not count:
        return "it holds nothing else"
    out = published_alone(ctx.record)
    state = "published" if out else "live"
    what = f"1 commit that is not {state} goes" if count == 1 else f"{count} commits that are not {state} go"
    touch = f" ({same} in the same files)" if same else ""
    shown = "; ".join(lines[:3]) + ("; …" if count > 3 else "")
    return f"{what} {'out' if out else 'live'} with the fix{touch}: {shown}"


def _asked_for(ctx: Context) -> list[Choice]:
    """Return the choices if what is live is uncertain; empty if it is certain."""
    seen = ctx.record.evidence(Base)
    candidates = seen.candidates if seen and not seen.commit else ()
    if not candidates and seen is None and not asked(ctx):
        with suppress(GitError):
            made = assess(ctx)
            candidates = made.candidates if made.question else ()
    return [_choice(ctx, candidate) for candidate in candidates]


def _choice(ctx: Context, candidate: Candidate) -> Choice:
    name = f"{candidate.tag} ({candidate.commit[:7]})" if candidate.tag else candidate.commit[:7]
    said = [candidate.why] if candidate.why else []
    if candidate.at:
        said.append(
            f"{candidate.dated or ('tagged' if candidate.tag else 'made')} {days(ctx.now - candidate.at)} ago"
        )
    if candidate.since:
        said.append(
            f"{candidate.branch} holds {candidate.since} commit{'s' if candidate.since > 1 else ''} more"
        )
    where = f", the fix lands on {candidate.branch}" if candidate.branch else ""
    return Choice(candidate.name, f"{name}{where}", "; ".join(said))


_LINES = ("release*", "rel-*", "stable*", "maint*", "support/*", "v*", "lts*", "prod*", "live*")
"""Branches that are fetched into a clone that tracks only a few: release branches."""


def _fetch(ctx: Context) -> list[Command]:
    """Return the commands that fetch the branches and then the tags; they move no branch and no tag of the user."""
    usual = [*FETCH_ALONE, "--no-tags"]
    deepen = ["--unshallow"] if discover(ctx.root).shallow else []
    into = tracking_ref(ctx.remote)
    everything = f"+refs/heads/*:{into}*"
    follows = ctx.git.text("config", "--get-all", f"remote.{ctx.remote}.fetch", ok=(0, 1)).splitlines()
    lines = [everything] if everything in follows else [f"+refs/heads/{line}:{into}{line}" for line in _LINES]
    heads = [f"+refs/heads/{ctx.production}:{into}{ctx.production}", *lines]
    return [
        git_command(ctx, "fetch", *usual, *deepen, "--", ctx.remote, *heads, network=True),
        git_command(ctx, "fetch", *usual, "--", ctx.remote, "refs/tags/*:refs/tags/*", network=True),
    ]


@if_git_fails("")
def _gone(ctx: Context) -> str:
    """Return that the remote has no production branch with that name, if it can be queried; otherwise an empty text."""
    there = ls_remote(ctx.git, ctx.remote, ["refs/heads/*"], timeout=ASK_SECONDS)
    if head_ref(ctx.production) in there:
        return ""
    names = ", ".join(name.removeprefix("refs/heads/") for name in list(there)[:6])
    return (
        f"{ctx.remote} has no branch {ctx.production} (any more); it has {names or 'no branch at all'}. "
        "Look at the repository again: `do branch.preflight`, then find the base again"
    )


def _moved_tags(ctx: Context) -> dict[str, str]:
    """Return the tags that point at another commit on the remote than here, with that commit."""
    try:
        there = ls_remote(ctx.git, ctx.remote, ["refs/tags/*"], timeout=ASK_SECONDS)
        here = tags(ctx.git)
    except GitError:
        return {}
    remote_tags = {name: peeled(there, tag_ref(name)) for name in here}
    return {name: other for name, other in remote_tags.items() if other and other != here[name]}


def _names(moved: dict[str, str]) -> str:
    return ", ".join(list(moved)[:4]) + (", …" if len(moved) > 4 else "")


def _unless_moved(ctx: Context, probe: Probe, moved: dict[str, str]) -> Probe:
    """Ask if the base's own tag points at another commit on the remote."""
    seen = probe.seen(Base)
    tag, commit = seen.tag, seen.commit
    if probe.state != "done" or tag not in moved or seen.source != "tag":
        return probe
    asked_for = (
        Candidate(commit, commit, tag, seen.target, why="as it is here"),
        Candidate(moved[tag], moved[tag], tag, why=f"as it is on {ctx.remote}"),
    )
    there = f"{moved[tag][:7]} on {ctx.remote}"
    question = f"The tag {tag} points to {commit[:7]} here and to {there}. Choose which is live"
    return asks(question, Base(question=question, candidates=asked_for))


STEPS = (BaseCommit(),)


_OF_A_PACKAGE = "Find the release that users have"


def _title(choice: str, production: str) -> str:
    """Return the title of taking `choice`; a choice may contain anything, even what looks like a placeholder."""
    known = _TITLES.get(choice)
    return known.format(production=production) if known is not None else f"Take {choice} as the base"
