"""All classes of evidence by the step that writes them, and which parts may leave the machine under an embargo."""

from collections.abc import Iterator, Mapping

from hotfix_tui.incident.model.evidence import (
    backport,
    branch,
    deploy,
    fix,
    monitor,
    pull_request,
    release,
    texts,
    triage,
    verify,
)
from hotfix_tui.incident.model.evidence.base import Evidence, Part
from hotfix_tui.incident.model.measured import ITEMS

_OF_A_LINE = "backport."

_MODULES = (triage, branch, fix, verify, pull_request, release, deploy, monitor, texts)


def _steps_kinds() -> Iterator[type[Evidence]]:
    """Yield the classes that the stage modules define for a step."""
    for module in _MODULES:
        for kind in vars(module).values():
            own = isinstance(kind, type) and kind.__module__ == module.__name__
            if own and issubclass(kind, Evidence) and kind.STEP:
                yield kind


KINDS: dict[str, type[Evidence]] = {kind.STEP: kind for kind in _steps_kinds()} | {
    f"monitor.{item}": monitor.Measured for item in ITEMS
}
"""The evidence class of each step that has one; the backports share one."""


def kind_of(step: str) -> type[Evidence]:
    """Return the class of what `step` sees; the bare one for a step without evidence of its own."""
    return KINDS.get(step) or (backport.Backported if step.startswith(_OF_A_LINE) else Evidence)


def public(step: str, stored: Mapping[str, object]) -> dict[str, object]:
    """Return what may leave the machine under an embargo of the evidence of `step`: only what is marked public."""
    return _public(kind_of(step).from_dict(stored))


def _public(seen: Part) -> dict[str, object]:
    kept = seen.to_dict()
    out = {}
    for name, field in seen.FIELDS.items():
        if field.public and name in kept:
            value = getattr(seen, name)
            rows = isinstance(value, tuple) and any(isinstance(item, Part) for item in value)
            out[name] = [_public(item) for item in value] if rows else kept[name]
    return out
