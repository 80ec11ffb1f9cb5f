"""Resolves the existing fix: a branch, a range, a commit, a tag or a pull request, as base and tip.

Apart from `adopt`, which sees commits only: what a person typed is looked up here, with git and at the forge.
"""

import re
from typing import NamedTuple

from hotfix_tui.base.ref_names import tag_ref, tracking_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.git.history import is_ancestor, log, merge_base, split_range
from hotfix_tui.git.refs import branch_exists, branches, resolve
from hotfix_tui.git.remote import ASK_SECONDS, ls_remote
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.rules.gates import Refused, refuse
from hotfix_tui.steps.common.production_branch import production_head
from hotfix_tui.steps.contract import Context

_REQUEST = re.compile(
    r"#(\d{1,9})|https?://\S+/(?:pull|pulls|merge_requests|pull-requests|pullrequest)/(\d{1,9})\S*"
)
_HEADS = {
    "github": ("refs/pull/{}/head",),
    "gitea": ("refs/pull/{}/head",),
    "gitlab": ("refs/merge-requests/{}/head",),
    "bitbucket": ("refs/pull-requests/{}/from",),
}


class Fix(NamedTuple):
    """An existing fix: its diff is that from `base` to `tip`. `branch` is empty if unknown."""

    base: str
    tip: str
    branch: str
    url: str = ""
    number: int = 0


def read_spec(ctx: Context, spec: str) -> Fix:
    """Return the fix that `spec` names. Raises Refused with what to do, GitError."""
    spec = spec.strip()
    match = _REQUEST.fullmatch(spec)
    if match:
        return _of_request(ctx, spec, int(match[1] or match[2]))
    span = split_range(ctx.git, spec) if ".." in spec else None
    if span:
        return _checked(ctx, Fix(span[0], span[1], _branch_at(ctx, span[1])))
    named = _named_branch(ctx, spec)
    if named:
        branch, tip = named
        if branch == ctx.production:
            cure = f"Name the commit or the range of the fix on {branch}, for example BASE..COMMIT."
            raise refuse(f"{branch} is the production branch, which holds more than the fix.", cure)
        return _checked(ctx, Fix(_start(ctx, tip), tip, branch))
    tip_found = resolve(ctx.git, spec)
    if tip_found is None:
        cure = (
            "Give a branch, a range (BASE..TIP), a commit, a tag or a pull request; fetch first if it is new."
        )
        raise refuse(f"Nothing here is called {one_line(spec, 80)!r}.", cure)
    tip = tip_found
    tagged = resolve(ctx.git, tag_ref(spec)) == tip
    base = (
        _start(ctx, tip) if tagged and ctx.base and is_ancestor(ctx.git, ctx.base, tip) else _parent(ctx, tip)
    )
    return _checked(ctx, Fix(base, tip, _branch_at(ctx, tip)))


def _named_branch(ctx: Context, spec: str) -> tuple[str, str] | None:
    """Return name and commit of the local or remote branch that `spec` means."""
    name = spec.removeprefix("refs/heads/")
    if tip := branch_exists(ctx.git, name):
        return name, tip
    if ctx.remote:
        name = name.removeprefix(tracking_ref(ctx.remote)).removeprefix(f"{ctx.remote}/")
        if tip := branch_exists(ctx.git, name, ctx.remote):
            return name, tip
    return None


def _branch_at(ctx: Context, tip: str) -> str:
    """Return a branch, other than the production branch, whose head is `tip`; or an empty text."""
    known = branches(ctx.git) + (branches(ctx.git, ctx.remote) if ctx.remote else [])
    return next((b.name for b in known if b.commit == tip and b.name != ctx.production), "")


def _start(ctx: Context, tip: str) -> str:
    """Return where the line of `tip` begins: the known base, or where it diverged from the production branch."""
    git = ctx.git
    if ctx.base and ctx.base != tip and is_ancestor(git, ctx.base, tip):
        return ctx.base
    head, _ = production_head(ctx)
    if not head:
        return _parent(ctx, tip)
    if not is_ancestor(git, tip, head):
        return merge_base(git, tip, head) or _parent(ctx, tip)
    line = git.text("rev-list", "--first-parent", head, f"^{tip}", "--", timeout=60).split()
    before = resolve(git, f"{line[-1]}^1") if line else None
    if before is None or before == tip or is_ancestor(git, tip, before):
        return _parent(ctx, tip)
    return merge_base(git, before, tip) or _parent(ctx, tip)


def _parent(ctx: Context, tip: str) -> str:
    parents = log(ctx.git, tip, limit=1)[0].parents
    if not parents:
        raise refuse(f"{tip[:7]} is the first commit, so it fixes nothing.", "Name the range: BASE..TIP.")
    return parents[0]


def _of_request(ctx: Context, spec: str, number: int) -> Fix:
    """Return the fix of a pull request, whose head the remote keeps under its own ref."""
    if not ctx.remote:
        cure = "Name its branch or commit instead."
        raise refuse("There is no remote to look the pull request up at.", cure)
    forge = ctx.seen(Preflight).forge or ""
    patterns = _HEADS.get(forge, tuple(dict.fromkeys(ref for refs in _HEADS.values() for ref in refs)))
    refs = [pattern.format(number) for pattern in patterns]
    there = ls_remote(ctx.git, ctx.remote, refs, timeout=ASK_SECONDS)
    if not there:
        raise refuse(f"{ctx.remote} shows no pull request {number}.", "Name its branch or commit instead.")
    ref, tip = next(iter(there.items()))
    if resolve(ctx.git, tip) is None:
        raise _not_here(ctx, number, ref)
    url = spec if spec.startswith("http") else ""
    return _checked(ctx, Fix(_start(ctx, tip), tip, _branch_at(ctx, tip), url, number))


def _not_here(ctx: Context, number: int, ref: str) -> Refused:
    cure = f"Fetch it: git fetch {ctx.remote} {ref}. Then adopt it again."
    return refuse(f"The commits of pull request {number} are not here yet.", cure)


def _checked(ctx: Context, fix: Fix) -> Fix:
    """Return `fix` if it changes something; raise Refused otherwise."""
    if resolve(ctx.git, fix.base, "tree") == resolve(ctx.git, fix.tip, "tree"):
        raise refuse(f"From {fix.base[:7]} to {fix.tip[:7]} nothing changes.", "Name the range: BASE..TIP.")
    if not is_ancestor(ctx.git, fix.base, fix.tip):
        cure = "Name a range whose first commit is in the history of the second."
        raise refuse(f"{fix.tip[:7]} does not come after {fix.base[:7]}.", cure)
    return fix
