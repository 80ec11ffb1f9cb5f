"""The part of the schema of ``status --json`` that describes what steps saw, generated from the classes of evidence.

``python -m tests.cli.evidence_schema`` writes it into the committed schema.
"""

import json
import types
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

from hotfix_tui.incident.model.evidence.backport import Backported
from hotfix_tui.incident.model.evidence.base import Field, Part
from hotfix_tui.incident.model.evidence.every import KINDS

FILE = Path(__file__).parents[2] / "hotfix_tui" / "cli" / "status.schema.json"
_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"$ref": "#/$defs/time"},
    object: {},
}


def of_kind(kind: Any) -> dict[str, Any]:
    """Return the schema of a field's type."""
    if get_origin(kind) is types.UnionType:
        return of_kind(next(argument for argument in get_args(kind) if argument is not type(None)))
    if get_origin(kind) is tuple:
        return {"type": "array", "items": of_kind(get_args(kind)[0])}
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, Part):
        return of_class(kind)
    assert get_origin(kind) in (dict, Mapping), kind
    return {"type": "object"}


def of_field(field: Field) -> dict[str, Any]:
    """Return the schema of a field, with its label and unit; ``x-public`` says that it may leave under an embargo."""
    said = f"{field.label} ({field.unit})" if field.unit else field.label
    return (
        of_kind(field.kind) | ({"title": said} if said else {}) | ({"x-public": True} if field.public else {})
    )


def of_class(kind: type[Part]) -> dict[str, Any]:
    """Return the schema of a class; empty values are left out, and what other versions wrote is kept."""
    return {"type": "object", "properties": {name: of_field(field) for name, field in kind.FIELDS.items()}}


def whole() -> str:
    """Return the complete schema."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    known = {**{step: kind.__name__ for step, kind in KINDS.items()}}
    classes = {kind.__name__: of_class(kind) for kind in (*KINDS.values(), Backported)}
    for name in [name for name in document["$defs"] if name.startswith("evidence-")]:
        del document["$defs"][name]
    step = document["$defs"]["step"]
    step["allOf"] = [
        *(_where({"const": step_id}, name) for step_id, name in known.items()),
        _where({"pattern": "^backport\\."}, Backported.__name__),
    ]
    document["$defs"] |= {f"evidence-{name}": class_ for name, class_ in classes.items()}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _where(id: dict[str, Any], name: str) -> dict[str, Any]:
    then = {"properties": {"evidence": {"$ref": f"#/$defs/evidence-{name}"}}}
    return {"if": {"properties": {"id": id}}, "then": then}


if __name__ == "__main__":
    FILE.write_text(whole(), encoding="utf-8")
