"""Warnings before anything leaves the machine during an embargo: revealing names, and who sees them.

These are warnings, to be read before a push or a pull request; only a text that quotes the fault itself is refused.
"""

from hotfix_tui.base.text import one_line
from hotfix_tui.documents import pr_title
from hotfix_tui.forges import visibility
from hotfix_tui.forges.address import ForgeRepo, parse_remote
from hotfix_tui.git.history import log
from hotfix_tui.git.remote import push_urls, remotes
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.embargo.words import quoted_facts, revealing_words
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Branched, Preflight
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.incident.rules.views import view
from hotfix_tui.steps.common.team_rules import team_rules
from hotfix_tui.steps.contract import Context

NEUTRAL_NAME = "neutral-name"
"""The choice of branch.create that gives the branch a neutral name."""

_COMMITS = 20
_CHECKS = (
    (catalog.VERIFY_TEST, "full test suite"),
    (catalog.VERIFY_TYPECHECK, "type check"),
    (catalog.VERIFY_BUILD, "build"),
    (catalog.VERIFY_PROOF, "proof of the regression test"),
)
_OTHER = (
    "A private remote keeps it back: git remote add NAME URL, then `set embargo.remote NAME`. If no CI runs there, "
    "what counts is what ran here"
)
_FORK = (
    "On GitHub a temporary private fork keeps it back (Security, Advisories, a draft, Start a temporary private fork): "
    "git remote add NAME URL, then `set embargo.remote NAME`. It costs: no CI runs there, so what counts is what ran "
    "here"
)


def elsewhere(ctx: Context) -> bool:
    """Return whether the branch goes to a private remote, not to the one where the change is to land."""
    private = embargo.private_remote(ctx.record)
    return bool(private) and private != ctx.remote


def destination(ctx: Context) -> ForgeRepo:
    """Return the repository that a push goes to. Raises Refused if the chosen remote does not exist."""
    if ctx.push_remote == ctx.remote:
        return parse_remote(ctx.seen(Preflight).remote_url or "")
    if ctx.push_remote not in remotes(ctx.git):
        raise refuse(
            f"There is no remote {ctx.push_remote} here, which embargo.remote names.",
            f"Add it (git remote add {ctx.push_remote} URL), or name another: `set embargo.remote …`.",
            catalog.VERIFY_PUSH,
        )
    return parse_remote((push_urls(ctx.git, ctx.push_remote) or [""])[0])


def before_push(ctx: Context) -> list[str]:
    """Return what to read before the push: what is revealing, who will see it, and what a private remote costs."""
    if embargo.undecided(ctx.record):
        return [
            "This is a security fault, and nobody has said whether it is under embargo: `set embargo yes`, or no."
        ]
    if not embargo.on(ctx.record):
        return []
    return [*_branch(ctx), *_commits(ctx), *_who_sees(ctx)]


def before_release(ctx: Context, act: str) -> list[str]:
    """Return what to read before `act` (the tag, the merge) brings a change to where it was not pushed so far."""
    pushed = ctx.record.entry(catalog.VERIFY_PUSH).get("state") == "done" and not elsewhere(ctx)
    if not embargo.on(ctx.record) or pushed or not ctx.remote:
        return []
    said = f"Under embargo: {act} brings the change itself to {ctx.remote}: whoever can read that sees it from then on"
    return [f"{said}{'' if embargo.is_live(ctx.record) else ', and production does not run the fix yet'}."]


def _branch(ctx: Context) -> list[str]:
    terms = revealing_words(ctx.branch, ctx.record)
    if not terms:
        return []
    cure = f"`do branch.create --choose {NEUTRAL_NAME}`" if renamable(ctx) else "git branch -m, then adopt it"
    return [f"The branch name {one_line(ctx.branch, 80)} says {_quoted(terms)}. Rename it first: {cure}."]


def renamable(ctx: Context) -> bool:
    """Return whether the wizard may rename the branch: its own, with a revealing name, and seen by nobody outside."""
    return (
        embargo.on(ctx.record)
        and bool(revealing_words(ctx.branch, ctx.record))
        and ctx.seen(Branched).made_by_wizard
        and ctx.record.entry(catalog.VERIFY_PUSH).get("state") != "done"
    )


def _commits(ctx: Context) -> list[str]:
    out = []
    for commit in log(ctx.work, ctx.commit, not_in=[ctx.base] if ctx.base else [], limit=_COMMITS):
        terms = revealing_words(f"{commit.subject}\n{commit.body}", ctx.record)
        if terms:
            cure = f"git commit --amend in {ctx.worktree}, then `do verify.commit`"
            out.append(f"The message of {commit.sha[:7]} says {_quoted(terms)}. Rewrite it first: {cure}.")
    return out


def of_message(ctx: Context, message: str) -> list[str]:
    """Return which words of a commit message reveal the fault, as a warning."""
    terms = revealing_words(message, ctx.record) if embargo.on(ctx.record) else []
    return [f"The message says {_quoted(terms)}; the incident is under embargo."] if terms else []


def _who_sees(ctx: Context) -> list[str]:
    """Return who can read what is pushed, as far as the forge says, and what to do about it."""
    repo = destination(ctx)
    seen = visibility.look(repo)
    where = repo.path if repo.host else ctx.push_remote
    if visibility.is_private_fork(repo):
        return [
            f"No CI runs in {where}, a temporary private fork: what counts is what ran here: {local(ctx)}."
        ]
    if seen.word == visibility.PRIVATE:
        return [f"{where} is private: whoever can read it sees the change from the push on."]
    if seen.word == visibility.UNKNOWN:
        first = f"It is not known who can read {where} ({seen.why}): if it is public, so is the change once pushed."
    else:
        whom = "everybody" if seen.word == visibility.PUBLIC else "every user of its forge"
        first = f"{where} is {seen.word}: {whom} can read change and test from the push on, whatever they are called."
    out = [first]
    if policy.order(ctx.record) == policy.DEPLOY_FIRST and not embargo.is_live(ctx.record):
        out.append("The push is not needed before the deploy here: deploy first, push then.")
    out.append(f"{_FORK if repo.kind == 'github' else _OTHER}: {local(ctx)}.")
    return out


def local(ctx: Context) -> str:
    """Return the state of the local checks, in words."""
    steps = ctx.record.definitions()
    names = dict(_CHECKS) | ({catalog.VERIFY_TYPECHECK: "lint"} if ctx.record.lints else {})
    return ", ".join(f"{name}: {view(ctx.record, steps[step]).state}" for step, name in names.items())


def before_request(ctx: Context, title: str, body: str) -> list[str]:
    """Return what to read before a pull request is opened. Raises Refused for a text that quotes the fault itself."""
    if embargo.undecided(ctx.record):
        return before_push(ctx)
    if not embargo.on(ctx.record):
        return []
    told = quoted_facts(f"{title}\n\n{body}", ctx.record)
    if told:
        raise refuse(
            f"The text of the pull request holds {', '.join(told)}, which is under embargo.",
            "Write it again: `do pull-request.body`; or lift the embargo: `set embargo no`.",
            catalog.PULL_REQUEST_CREATE,
        )
    terms = revealing_words(title, ctx.record)
    words = [f"The title says {_quoted(terms)}; the incident is under embargo."] if terms else []
    return [*words, *_who_sees(ctx)]


def request_by_hand(ctx: Context) -> str:
    """Return how a pull request is opened and checked if only the private remote has the branch."""
    return (
        f"1. {ctx.branch} is on {ctx.push_remote} only. For a review open a pull request there, from the branch into "
        f"{ctx.landing}; its title is {pr_title.title(ctx.record, team_rules(ctx))!r}.\n"
        "2. Tick the step. Once the embargo is lifted, the branch is pushed to the usual remote and this step comes "
        "again, with the full text."
    )


def checks_by_hand(ctx: Context) -> str:
    """Return why no checks are visible for a branch on a private remote, and what replaces them."""
    return (
        f"1. {ctx.push_remote} is private, and a temporary private fork runs no CI. What counts is what ran here: "
        f"{local(ctx)}.\n"
        "2. If CI does run there and has passed, tick the step.\n"
        '3. If not, waive it and say so: `waive pull-request.checks --granted-by NAME --why "no CI in the private '
        'fork; checked here"`. After the embargo the step comes again, with CI.'
    )


def _quoted(terms: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in terms[:6])
