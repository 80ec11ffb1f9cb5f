"""Where the last deployment from this repository went: the account, the region, the cluster of its platform."""

from collections.abc import Mapping
from typing import NamedTuple

from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.platforms.model import Platform
from hotfix_tui.session import places
from hotfix_tui.session.errors import NoPlace, StoreError
from hotfix_tui.session.listing import newest_first
from hotfix_tui.session.store import Store
from hotfix_tui.steps.contract import Context

_INCIDENTS = 20
_DONE = ("done", "stale")


class LastPlace(NamedTuple):
    """Where a deployment went, by what each part of that is called, and which deployment that was (a clause)."""

    values: Mapping[str, str]
    which: str


NOWHERE = LastPlace({}, "")


def of(ctx: Context, on: Platform, *, own: bool) -> LastPlace:
    """Return where the last deployment went: the `own` one of this incident, else that of another one here.

    Never fails: without an answer nothing is compared.
    """
    if own and (there := _of_record(ctx.record, on, ctx.part)):
        return LastPlace(there, "what was deployed in this incident")
    try:
        here, *others = places.session_roots(ctx.root)
        store = Store(here, who=ctx.by, others=others)
        found = [summary.id for summary in newest_first(store.listing())]
    except (NoPlace, StoreError, OSError):
        return NOWHERE
    for id_ in [name for name in found if name != ctx.record.id][:_INCIDENTS]:
        try:
            record = Record(store.load(id_).doc)
        except StoreError:
            continue
        if record.entry(Deployed.STEP).get("state") in _DONE and (there := _of_record(record, on, ctx.part)):
            return LastPlace(there, f"the last deployment from here ({record.ticket or id_})")
    return NOWHERE


def _of_record(record: Record, on: Platform, part: str) -> dict[str, str]:
    seen = record.seen(Deployed)
    if seen.platform != on.id or seen.part != part:
        return {}
    return dict(pair.split("=", 1) for pair in seen.place if "=" in pair)
