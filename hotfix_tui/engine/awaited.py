"""Steps that others finish, on the forge: they are probed automatically while their stage is shown."""

from weakref import WeakKeyDictionary

from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.reconcile import probe_step
from hotfix_tui.forges.model import PullRequest
from hotfix_tui.incident.model.catalog import APPROVAL
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.evidence.pull_request import ChecksSeen
from hotfix_tui.incident.model.record import Record

EVERY, NEAR = 15.0, 2.0
"""Seconds between two queries of a forge, and of one on this machine."""

_seen: WeakKeyDictionary[Engine, dict[str, object]] = WeakKeyDictionary()
"""The state in which each step was last probed: an unchanged state is not probed twice."""


def every(record: Record) -> float:
    """Return how often the forge of the incident is queried."""
    return NEAR if record.seen(Preflight).forge == "drill" else EVERY


def settle_request(engine: Engine, request: PullRequest) -> None:
    """Probe the checks and the approval once what the forge shows of them may have settled them."""
    checks = tuple((check.name, check.state) for check in request.checks)
    if checks and all(state != "pending" for _, state in checks):
        _look(engine, ChecksSeen.STEP, (request.head, checks))
    if any(review.state == "approved" for review in request.reviews):
        _look(engine, APPROVAL, (request.head, request.reviews))


def settle_waiting(engine: Engine) -> None:
    """Probe each backport that waits for its line."""
    for step, entry in list(engine.record.steps.items()):
        if step.startswith("backport.") and entry.get("state") == "waiting":
            probe_step(engine, step)


def _look(engine: Engine, step: str, shown: object) -> None:
    """Probe `step`, once for each state that was `shown`."""
    record, known = engine.record, _seen.setdefault(engine, {})
    open_still = record.entry(step).get("state", "pending") in ("pending", "failed", "waiting", "stale")
    if record.state not in ("open", "resolved") or not open_still or known.get(step) == shown:
        return
    known[step] = shown
    probe_step(engine, step)
