"""docs/session.md describes what steps saw as the classes of evidence have it.

``python -m tests.test_evidence_docs`` prints the tables as they should be.
"""

import types
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

from hotfix_tui.incident.model.evidence.backport import Backported
from hotfix_tui.incident.model.evidence.base import Part
from hotfix_tui.incident.model.evidence.every import KINDS

DOCUMENT = Path(__file__).parent.parent / "docs" / "session.md"
WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    datetime: "time",
    object: "anything",
}


def words(kind: Any) -> str:
    """What a field holds, in words."""
    if get_origin(kind) is types.UnionType:
        return " or ".join(words(one) for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        row = get_args(kind)[0]
        return f"list of {'tables' if is_table(row) else 'values' if row is object else words(row) + 's'}{inside(row)}"
    return "table" + inside(kind) if is_table(kind) else WORDS[kind]


def is_table(kind: Any) -> bool:
    return get_origin(kind) in (dict, Mapping) or (isinstance(kind, type) and issubclass(kind, Part))


def inside(kind: Any) -> str:
    """The names in a table whose names are known."""
    if isinstance(kind, type) and issubclass(kind, Part):
        return " of " + ", ".join(f"`{name}`" for name in kind.FIELDS)
    return ""


def tables() -> str:
    """The tables as they should be; steps that see the same share one."""
    kinds: dict[tuple[str, ...], tuple[list[str], type[Part]]] = {}
    for step, kind in {**KINDS, "backport.<line>": Backported}.items():
        kinds.setdefault(tuple(kind.FIELDS), ([], kind))[0].append(f"`{step}`")
    out = []
    for steps, kind in kinds.values():
        out += ["", ", ".join(steps), "", "| Field | Holds | Shown as | Public |", "|---|---|---|---|"]
        out += [
            f"| `{name}` | {words(one.kind)}{f' ({one.unit})' if one.unit else ''} | {one.label} "
            f"| {'yes' if one.public else ''} |"
            for name, one in kind.FIELDS.items()
        ]
    return "\n".join(out).strip() + "\n"


def test_the_document_says_what_the_classes_say():
    text = DOCUMENT.read_text("utf-8")
    said = text.split("<!-- evidence: python -m tests.test_evidence_docs -->\n\n")[1].split("\n## ")[0]
    assert said.strip() == tables().strip()


if __name__ == "__main__":
    print(tables(), end="")
