"""What a test writes into a record by hand: only what the step's class has a field for, of the type that it has.

A test that invents evidence shows what no incident ever holds: what the classes do not know is refused here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.evidence.every import kind_of
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import current_key, key_name

BESIDES = frozenset(("why", "said", "question"))
"""What is stored with the evidence of any step: why, what a person said, what is asked."""


def plain(value: Any) -> Any:
    """Lists for tuples, all the way down; what a row leaves empty is not written."""
    if isinstance(value, Mapping):
        return {key: plain(held) for key, held in value.items() if held not in ("", None, 0, (), [])}
    return [plain(held) for held in value] if isinstance(value, (list, tuple)) else value


def read(step: str, evidence: Mapping[str, Any]) -> Evidence:
    """Return the evidence of `step`; nothing of what is given may be lost on the way."""
    kind = kind_of(step)
    unknown = set(evidence) - kind.names() - BESIDES
    assert not unknown, f"{kind.__name__} of {step} has no field for {sorted(unknown)}"
    seen = kind.from_dict(evidence)
    kept = {name: plain(value) for name, value in seen.named().items()}
    for name in kind.names() & set(evidence):
        given = plain(evidence[name])
        assert given is None or kept.get(name) == given, (
            f"{kind.__name__}.{name} of {step} does not hold {given!r}"
        )
    return seen


def put(
    record: Record,
    step: str,
    state: str,
    evidence: Mapping[str, Any],
    *,
    at: datetime,
    by: str,
    **more: object,
) -> None:
    """Set `step` to `state`, as its entry is stored: valid for what the record is about now.

    `evidence` is all that it saw; `more` are other fields of the entry.
    """
    known = record.definition(step)
    read(step, evidence)
    how = {"tick": "tick", "decision": "choice"}.get(known.kind)
    record.steps[step] = {
        "state": state,
        "at": at,
        "by": by,
        "round": record.round,
        "evidence": dict(evidence),
        **({"how": how} if how else {}),
        **more,
    }
    if key := key_name(known):
        record.steps[step].setdefault(key, current_key(record, known))


def add(record: Record, step: str, **evidence: Any) -> None:
    """Add `evidence` to what `step` has seen; the rest of its entry stays."""
    read(step, evidence)
    entry = record.steps[step]
    entry["evidence"] = {**entry.get("evidence", {}), **evidence}
