"""The identity chain: from what was tested to what is live, link by link, each with its evidence.

Everything is read from the record alone. A link asserts that it is the same as the one before: by tree id from
tested to pushed, by commit where a commit is handed on, by the patch of the whole fix where other work landed with
it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hotfix_tui.base.text import one_line, sentence
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import STEPS
from hotfix_tui.incident.model.evidence.deploy import Deployed, Live, RolledBack
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.release import Landed, Tagged
from hotfix_tui.incident.model.evidence.verify import Committed, Pushed, Staged
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.shipping import PACKAGE
from hotfix_tui.incident.rules import policy, staleness
from hotfix_tui.incident.rules.step_state import StepView, own_state, own_states

LATER = (
    catalog.VERIFY_COMMIT,
    catalog.VERIFY_PUSH,
    catalog.VERIFY_STAGING,
    catalog.RELEASE_CONFIRM,
    catalog.RELEASE_TAG,
    catalog.DEPLOY_PRODUCTION,
    catalog.DEPLOY_LIVE,
)
"""The steps of all links but the first."""


Seen = Callable[[str], StepView]
"""Returns a step by id in its own state."""


class Link(NamedTuple):
    """One link: `value` is the tree, commit or tag it is about (empty if unknown), `evidence` a sentence."""

    name: str
    step: str
    value: str
    state: str
    evidence: str


def chain(record: Record, known: Mapping[str, StepView] | None = None) -> list[Link]:
    """Return the links in the order in which this incident passes them; empty if no code changes.

    Links after the first broken one do not count any more and say so. `known` are steps in their own state, if the
    caller has them.
    """
    if known is None and record.derived is not None:
        known = own_states(record)

    def of(step: str) -> StepView:
        return (known or {}).get(step) or own_state(record, STEPS[step])

    if not policy.is_code_fix(record):
        return []
    links: list[Link] = []
    broken = ""
    for make in _makers(record):
        link = make(record, of)
        if link is None:
            continue
        if broken and link.state != "not-yet":
            said = f"{link.evidence} It does not count: the chain is broken at {broken!r}."
            link = link._replace(state="unknown", evidence=said)
        elif link.state == "broken":
            broken = link.name
        links.append(link)
    return links


def first_break(record: Record) -> Link | None:
    """Return the first broken link, None while the chain holds as far as known."""
    return next((link for link in chain(record) if link.state == "broken"), None)


def behind_break(record: Record, known: Mapping[str, StepView]) -> dict[str, str]:
    """Return the done steps whose link comes after the first break, each with why it is stale.

    `known` are the steps in their own state.
    """
    done = {name for name in LATER if name in known and known[name].state == "done"}
    if not done:
        return {}
    links = chain(record, known)
    first = next((number for number, link in enumerate(links) if link.state == "broken"), len(links))
    return {
        link.step: f"the chain is broken at {links[first].name!r}: {links[first].evidence.removesuffix('.')}"
        for link in links[first + 1 :]
        if link.step in done
    }


def begun(record: Record) -> bool:
    """Return whether anything was committed, so that there is a chain to show."""
    return bool(record.seen(Committed).commit) and policy.is_code_fix(record)


def document(record: Record) -> list[dict[str, object]]:
    """Return the chain as ``status --json`` reports it."""
    return [link._asdict() for link in chain(record)]


def _makers(record: Record) -> list[Callable[[Record, Seen], Link | None]]:
    placement = policy.tag_placement(record)
    early: list[Callable[[Record, Seen], Link | None]] = [_tag] if placement == "before-deploy" else []
    late: list[Callable[[Record, Seen], Link | None]] = [_tag] if placement == "after-verify" else []
    first: list[Callable[[Record, Seen], Link | None]] = [_tested, _committed, _pushed, _staging]
    if policy.order(record) == policy.DEPLOY_FIRST:
        return [*first, *early, _deployed, _live, _landed, *late]
    return [*first, _landed, *early, _deployed, _live, *late]


def _tested(record: Record, of: Seen) -> Link | None:
    step = catalog.VERIFY_TEST
    seen, tree = of(step), str(record.entry(step).get("tree", ""))
    if seen.state in ("waived", "not-needed"):
        ran = seen.state == "waived" and record.entry(step).get("state") == "failed"
        said = f"failed, {seen.why}" if ran else f"not tested: {seen.why or 'not needed'}"
        return Link("tested", step, "", "unknown", sentence(said))
    recorded = str(record.entry(step).get("state", ""))
    if not tree or recorded not in ("done", "failed"):
        return Link("tested", step, "", "not-yet", "Not tested yet.")
    if recorded == "failed":
        why = seen.said or "the tests failed"
        return Link("tested", step, tree, "broken", sentence(f"{why} (on the files {tree[:7]})"))
    now = record.seen(Changed).tree
    if seen.state == "stale" and not _commit(record) and now and now != tree:
        said = f"The tests ran on the files {tree[:7]}; since then they became {now[:7]}: test again."
        return Link("tested", step, tree, "broken", said)
    how = f"ticked by {_by(seen)}" if record.entry(step).get("how") == "tick" else "the tests passed"
    again = ", which landed" if tree == _landed_tree(record) != record.seen(Committed).tree else ""
    return Link("tested", step, tree, "ok", sentence(f"{how} on the files {tree[:7]}{again}"))


def _committed(record: Record, of: Seen) -> Link | None:
    step = catalog.VERIFY_COMMIT
    seen, commit, tree = of(step), _commit(record), record.seen(Committed).tree
    if seen.state == "failed":
        return Link("committed", step, commit, "broken", sentence(seen.said or "it failed"))
    tested = _tested(record, of)
    open_again = seen.state != "done" and (tested is None or tested.value != tree)
    if not commit or open_again:
        said = (
            f"It has changed since {commit[:7]} and is not committed yet." if commit else "Not committed yet."
        )
        return Link("committed", step, "", "not-yet", said)
    if tested is None or not tested.value or not tree:
        return Link(
            "committed", step, commit, "unknown", "No tests passed that the commit could be compared with."
        )
    landed = "" if record.seen(Landed).same_tree else _landed_tree(record)
    if tested.value not in (tree, landed):
        return Link("committed", step, commit, "broken", _other_files(record, tree, tested.value))
    uncommitted = _uncommitted_inputs(record) if tested.value == tree else ""
    if uncommitted:
        return Link("committed", step, commit, "broken", uncommitted)
    what = (
        "the tested files" if tested.value == tree else "the files that were chosen; what landed was tested"
    )
    return Link("committed", step, commit, "ok", f"{commit[:7]} holds {what} ({tree[:7]}).")


def _other_files(record: Record, tree: str, tested: str) -> str:
    wanted = record.seen(Committed).wanted
    if wanted == tested:
        files = staleness.named(staleness.changed_by_hook(record, tested)) or "files"
        return (
            f"A hook changed {files} in the commit: it holds {tree[:7]}, tested was {tested[:7]}. Test again."
        )
    return f"The commit holds the files {tree[:7]}, but tested were {tested[:7]}. Test again."


def _uncommitted_inputs(record: Record) -> str:
    """Return which files were present during the tests but are not in the commit; empty if there were none."""
    names = staleness.left_out(record, record.entry(catalog.VERIFY_TEST))
    verb = "was" if len(names) == 1 else "were"
    if not names:
        return ""
    those = staleness.named(names)
    return (
        f"{those} {verb} there when it was tested, but {verb} not committed. Choose or move, and test again."
    )


def _pushed(record: Record, of: Seen) -> Link | None:
    seen, commit = of(catalog.VERIFY_PUSH), record.seen(Pushed).commit
    if seen.state == "not-needed":
        return None
    where = f"it is on {record.seen(Pushed).remote or 'the remote'}"
    return _same("pushed", seen, commit, {_commit(record): where})


def _staging(record: Record, of: Seen) -> Link | None:
    seen, commit = of(catalog.VERIFY_STAGING), record.seen(Staged).commit
    if seen.state == "not-needed" or (seen.required.level == "O" and not commit):
        return None
    known = {_landed_commit(record): "staging got what landed", _commit(record): "staging got it"}
    return _same("staging", seen, commit, known)


def _landed(record: Record, of: Seen) -> Link | None:
    step = catalog.RELEASE_CONFIRM
    seen, commit = of(step), _landed_commit(record)
    if seen.state in ("not-needed", "waived") or not commit or seen.state != "done":
        return None if seen.state == "not-needed" else _without(seen, "landed", "")
    how = f"{commit[:7]} carries the fix, by {record.seen(Landed).by or 'its commit'}"
    if record.seen(Landed).same_tree:
        return Link("landed", step, commit, "ok", f"{how}, with exactly its files.")
    count = record.seen(Landed).also_count or len(record.seen(Landed).also_landed)
    others = f"{count} other commit{'' if count == 1 else 's'}"
    if policy.order(record) == policy.DEPLOY_FIRST:
        return Link("landed", step, commit, "ok", f"{how}, together with {others}.")
    test = of(catalog.VERIFY_TEST)
    if test.state == "done" and record.entry(catalog.VERIFY_TEST).get("tree") == _landed_tree(record):
        return Link("landed", step, commit, "ok", f"{how}, together with {others}; tested again as it is.")
    if test.state in ("waived", "not-needed"):
        said = f"{how}, together with {others}; not tested so: {test.why}"
        return Link("landed", step, commit, "unknown", sentence(said))
    untested = f"{others} that {'was' if count == 1 else 'were'} not tested with it"
    return Link("landed", step, commit, "broken", f"{how}, but with {untested}.")


def _tag(record: Record, of: Seen) -> Link | None:
    step = catalog.RELEASE_TAG
    seen, commit = of(step), record.seen(Tagged).commit
    if seen.state == "not-needed":
        return None
    name = one_line(record.seen(Tagged).tag, 60)
    where = f"{name or 'the tag'} is"
    deployed = record.seen(Deployed).commit
    known = {_landed_commit(record): f"{where} on what landed"}
    if (landed := record.seen(Tagged).holds) and landed == _landed_commit(record):
        known[commit] = (
            f"{where} on a later commit, which holds {landed[:7]}; it was tagged outside the wizard"
        )
    if policy.order(record) == policy.DEPLOY_FIRST or not _landed_commit(record):
        known |= {deployed: f"{where} on what was deployed", _commit(record): f"{where} on the hotfix commit"}
    link = _same("tagged", seen, commit, known)
    return link._replace(value=name) if link.value and name else link


def _deployed(record: Record, of: Seen) -> Link | None:
    seen = of(catalog.DEPLOY_PRODUCTION)
    commit = record.seen(Deployed).commit
    first = policy.order(record) == policy.DEPLOY_FIRST or not _landed_commit(record)
    wanted = _commit(record) if first else _landed_commit(record)
    what = "the hotfix commit" if first else "exactly the commit that landed"
    given = "published was" if record.ships_as == PACKAGE else "production was given"
    return _unless_off(record, _same("deployed", seen, commit, {wanted: f"{given} {what}"}))


def _unless_off(record: Record, link: Link) -> Link:
    """Return the link; if it is open because a rollback took the fix off production again, that is what it says."""
    back, ours = record.seen(RolledBack), (_commit(record), _landed_commit(record))
    off = record.entry(RolledBack.STEP).get("state") == "done" and back.taken_off and back.taken_off in ours
    said = f"{back.taken_off[:7]} was there, and a rollback took it off again."
    return link._replace(evidence=said) if off and link.state == "not-yet" else link


def _live(record: Record, of: Seen) -> Link | None:
    step = catalog.DEPLOY_LIVE
    seen, commit = of(step), record.seen(Live).commit
    deployed = record.seen(Deployed).commit
    if seen.state == "failed":
        why = seen.said or "production runs something else"
        return Link("live", step, record.seen(Live).live, "broken", sentence(why))
    source = one_line(record.seen(Live).source or "production", 60)
    if seen.state == "done" and commit and deployed and commit != deployed:
        said = f"{source} says {commit[:7]}, which has the same files as {deployed[:7]}."
        return Link("live", step, commit, "ok", said)
    return _unless_off(record, _same("live", seen, commit, {deployed or commit: f"Read from {source}"}))


def _same(name: str, seen: StepView, commit: str, known: dict[str, str]) -> Link:
    """Return the link of a step that hands a commit on: it holds for one of `known` (commit to its description)."""
    known = {name: said for name, said in known.items() if name}
    if seen.state not in ("done", "stale") or not commit:
        return _without(seen, name, commit)
    if commit in known:
        return Link(name, seen.id, commit, "ok", sentence(f"{known[commit]} ({commit[:7]})"))
    if not known:
        return Link(name, seen.id, commit, "unknown", f"There is nothing to compare {commit[:7]} with.")
    wanted = next(iter(known))
    return Link(name, seen.id, commit, "broken", f"It is {commit[:7]}, but it should be {wanted[:7]}.")


def _without(seen: StepView, name: str, commit: str) -> Link:
    """Return the link of a step without a commit to show: waived, ticked, not reached, or its result unknown."""
    if seen.state == "waived":
        return Link(name, seen.id, "", "unknown", sentence(seen.why))
    if seen.state == "done":
        return Link(
            name, seen.id, "", "unknown", f"Only by the word of {_by(seen)}: the commit was not seen."
        )
    if seen.state in ("unknown", "failed"):
        why = seen.said or "the result is unknown"
        return Link(name, seen.id, commit, "unknown", sentence(why))
    return Link(name, seen.id, "", "not-yet", "Not yet." if seen.state != "running" else "Under way.")


def _commit(record: Record) -> str:
    return record.seen(Committed).commit


def _landed_commit(record: Record) -> str:
    return record.seen(Landed).commit


def _landed_tree(record: Record) -> str:
    return record.seen(Landed).tree


def _by(seen: StepView) -> str:
    return one_line(seen.by, 40) or "somebody"
