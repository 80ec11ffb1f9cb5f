"""An existing fix: branch, change, commit, push and merge as git shows them, with git's own times.

Apart from the commands, which pass on what was typed: this asks the probes of several stages, as no stage may ask
another's.
"""

from hotfix_tui.git.history import committed_at
from hotfix_tui.git.worktrees import where_checked_out
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Branched, Preflight
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.release import Landed, Merged
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.steps.adopt.spec import Fix, read_spec
from hotfix_tui.steps.branch.base_choice import find_base
from hotfix_tui.steps.contract import Context, Probe, done, refusing
from hotfix_tui.steps.registry import find
from hotfix_tui.steps.release import confirm

_LOOKED_AT = (
    catalog.FIX_CHANGE,
    catalog.FIX_REGRESSION_TEST,
    catalog.VERIFY_COMMIT,
    catalog.RELEASE_CONFIRM,
    catalog.VERIFY_PUSH,
)
"""Steps that are probed for the adopted fix, in dependency order."""


def adopt(ctx: Context, spec: str) -> dict[str, Probe]:
    """Return what is done because the fix that `spec` names exists, by step id in working order.

    `spec` is a branch, a range, a commit, a tag or a pull request (``#12`` or its address). Nothing is changed.
    Raises Refused if it names no fix.
    """
    with refusing("Fix that, then adopt the fix again."):
        if not ctx.seen(Preflight).production:
            ctx = _with(ctx, catalog.BRANCH_PREFLIGHT, find_probe(ctx, catalog.BRANCH_PREFLIGHT))
        return _adopt(ctx, read_spec(ctx, spec))


def find_probe(ctx: Context, step: str) -> Probe:
    """Return the probe of the step `step`."""
    impl = find(step)
    return impl.probe(ctx) if impl else Probe("unknown", None, "there is no such step")


def _adopt(ctx: Context, fix: Fix) -> dict[str, Probe]:
    out: dict[str, Probe] = {}
    if fix.base != ctx.base:
        out[catalog.BRANCH_BASE] = find_base(ctx, fix.base, {}, "", asking=False)
        ctx = _with(ctx, catalog.BRANCH_BASE, out[catalog.BRANCH_BASE])
    out[catalog.BRANCH_CREATE] = _branch(ctx, fix)
    ctx = _with(ctx, catalog.BRANCH_CREATE, out[catalog.BRANCH_CREATE])
    ctx = _with(ctx, catalog.VERIFY_COMMIT, done("", Committed(commit=fix.tip), adds=True))
    for step in _LOOKED_AT:
        seen = find_probe(ctx, step)
        if step == catalog.RELEASE_CONFIRM and seen.state == "unknown":
            # The remote cannot be queried: what was fetched before may tell.
            seen = confirm.look(ctx)
        if step == catalog.VERIFY_COMMIT and seen.state == "done" and seen.seen(Committed).commit != fix.tip:
            seen = Probe("not-done", None, "the branch has more commits than the adopted ones")
        if seen.state == "unknown":
            continue
        if seen.state == "done" or step.startswith("fix."):
            out[step] = seen
        ctx = _with(ctx, step, seen)
    if catalog.RELEASE_CONFIRM in out:
        out[catalog.RELEASE_MERGE] = _merged(ctx, out[catalog.RELEASE_CONFIRM])
    if fix.url:
        out[catalog.PULL_REQUEST_CREATE] = done("", Requested(url=fix.url, number=fix.number), adds=True)
    return out


def _branch(ctx: Context, fix: Fix) -> Probe:
    """Return the branch of the fix, which is not the wizard's: it is never replaced or removed."""
    place = where_checked_out(ctx.git, fix.branch) if fix.branch else None
    seen = Branched(
        branch=fix.branch,
        worktree=place or ctx.root,
        in_place=place is None or place == ctx.root,
        start=fix.base,
        made_by_wizard=False,
        adopted=True,
        carried=(),
        taken_along=False,
        committed_at=committed_at(ctx.git, fix.tip),
    )
    return done("it existed already", seen, adds=True)


def _merged(ctx: Context, confirmed: Probe) -> Probe:
    commit = confirmed.seen(Landed).commit
    seen = Merged(commit=commit, how="elsewhere", merged_at=committed_at(ctx.git, commit))
    return done("it landed outside the wizard", seen)


def _with(ctx: Context, step: str, probe: Probe) -> Context:
    """Return a context in which `step` has the result `probe`."""
    record = ctx.record.copy()
    old = record.stored(step)
    state = {"done": "done", "failed": "failed"}.get(probe.state)
    record.steps[step] = {"evidence": probe.merged(old), **({"state": state} if state else {})}
    return Context(record, ctx.root, ctx.config, ctx.directory, ctx.now, ctx.by)
