"""Evidence for records that a test makes: only what the step's class has a field for, of the type that it has.

A test that invents evidence shows what no incident ever holds: what the classes do not know is refused here.
"""

from collections.abc import Mapping
from typing import Any

from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.evidence.every import kind_of

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


def typed(step: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return `evidence` as it was given, once it is known to be what `step` can see."""
    read(step, evidence)
    return dict(evidence)
