"""The documents say what is true: every key of the configuration, every field of a session, every link.

``python -m tests.test_docs`` prints the tables of keys as they should be, without their meanings.
"""

import inspect
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from hotfix_tui.config import durations, placeholders
from hotfix_tui.config.read import from_table, shape
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.model import schema
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.model.record import Record, new_record
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.platforms import loader
from hotfix_tui.version import __version__

TOP = Path(__file__).resolve().parent.parent
DOCS = TOP / "docs"
CONFIGURATION = DOCS / "configuration.md"
SESSION = DOCS / "session.md"
AT_THE_TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
DOCUMENTS = [*(TOP / name for name in AT_THE_TOP), CONFIGURATION, SESSION]

WORDS = {
    "duration": "duration",
    "line": "text",
    "url": "address",
    "secret": "`$NAME`",
    "target": "target",
    "status": "HTTP status",
    "count": "number",
    "ref": "name of git",
    "name-pattern": "pattern",
    "slug": "short name",
    "relative-path": "path",
    "regex": "regular expression",
    "tag-pattern": "pattern",
    "link": "address",
    "run": "list of texts or text",
    "platform-value": "text",
    "env": "table of texts",
    "headers": "table of texts",
}
"""How a rule of the configuration is called in the document."""


def words(kind: types.Type) -> str:
    """A type as the document writes it."""
    if isinstance(kind, types.Metadata):
        rule = (kind.extra or {}).get("check", "")
        return WORDS[rule] if rule in WORDS else words(kind.type)
    if isinstance(kind, types.UnionType):
        return " or ".join(words(one) for one in kind.types if not isinstance(one, types.NoneType))
    if isinstance(kind, types.StructType):
        return "command" if kind.cls.__name__ == "ConfigCommand" else "table"
    if isinstance(kind, types.ListType):
        inner = words(kind.item_type)
        return {"table": "list of tables", "text": "list of texts"}.get(inner, f"list of: {inner}")
    if isinstance(kind, types.DictType):
        inner = words(kind.value_type)
        return f"table of {inner if inner.startswith('list') else inner + 's'}"
    if isinstance(kind, types.LiteralType):
        return ", ".join(f'`"{value}"`' for value in sorted(kind.values) if value)
    return {types.BoolType: "true or false", types.AnyType: "any value"}.get(type(kind), "text")


def default(field: types.Field) -> str:
    """A default as the document writes it."""
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value in (None, "", [], {}) or isinstance(value, msgspec.Struct):
        return "–"
    if isinstance(value, float):
        return f'`"{durations.format(value)}"`'
    return f"`{json.dumps(value)}`"


def tables_of(kind: types.StructType, name: str = "") -> Iterator[tuple[str, types.StructType]]:
    """Every table of the configuration by its heading; a command is one table, wherever it stands."""
    yield name or "Top level", kind
    for field in kind.fields:
        inner = innermost(field.type)
        if isinstance(inner, types.StructType):
            heading = f"{name}.{field.encode_name}" if name else field.encode_name
            if inner.cls.__name__ == "ConfigCommand":
                yield "A command", inner
            elif inner.cls.__name__ == "Channel":
                yield "notify, a channel", inner
                yield "A command", next(t for _, t in tables_of(inner) if t.cls.__name__ == "ConfigCommand")
            else:
                yield from tables_of(inner, heading)


def innermost(kind: types.Type) -> types.Type:
    while True:
        if isinstance(kind, types.Metadata):
            kind = kind.type
        elif isinstance(kind, types.ListType):
            kind = kind.item_type
        elif isinstance(kind, types.DictType):
            kind = kind.value_type
        elif isinstance(kind, types.UnionType):
            tables = [one for one in map(innermost, kind.types) if isinstance(one, types.StructType)]
            return tables[0] if tables else kind
        else:
            return kind


def expected() -> dict[str, list[tuple[str, str, str]]]:
    return {
        heading: [(field.encode_name, words(field.type), default(field)) for field in table.fields]
        for heading, table in tables_of(shape())
    }


def documented() -> dict[str, list[tuple[str, str, str, str]]]:
    """The tables of keys in the document, by heading."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    heading, inside = "", False
    for line in CONFIGURATION.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading, inside = line.lstrip("# "), False
        elif line.startswith("| key |"):
            inside = True
        elif not line.startswith("|"):
            inside = False  # another table may follow under the same heading
        elif inside and line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            found.setdefault(heading, []).append((cells[0].strip("` "), cells[1], cells[2], cells[3]))
    return found


def test_every_table_of_the_configuration_is_described():
    assert set(documented()) == set(expected())


@pytest.mark.parametrize("heading", expected())
def test_every_key_has_its_type_and_default(heading):
    assert [row[:3] for row in documented()[heading]] == expected()[heading]
    assert all(len(row[3].rstrip("| ")) > 10 for row in documented()[heading]), "a key without a meaning"


def examples() -> list[dict[str, Any]]:
    text = CONFIGURATION.read_text(encoding="utf-8")
    return [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```$", text, re.M | re.S)]


def test_examples_are_accepted():
    assert len(examples()) >= 10
    for table in examples():
        from_table(table)


def keys_in(value: Any, kind: types.Type, heading: str) -> Iterator[tuple[str, str]]:
    """Which keys of which table an example uses."""
    inner = innermost(kind)
    if not isinstance(inner, types.StructType):
        return
    if isinstance(kind, types.DictType) and isinstance(value, dict):
        for item in value.values():
            yield from keys_in(item, kind.value_type, heading)
        return
    if isinstance(value, list) and not isinstance(kind, types.StructType):
        if isinstance(kind, types.Metadata):
            kind = kind.type
        for item in value:
            if isinstance(item, dict):
                yield from keys_in(item, inner, heading)
        return
    if isinstance(kind, types.Metadata):
        yield from keys_in(value, kind.type, heading)
        return
    if not isinstance(value, dict):
        return
    name = {"ConfigCommand": "A command", "Channel": "notify, a channel"}.get(inner.cls.__name__, heading)
    for field in inner.fields:
        if field.encode_name in value:
            yield name, field.encode_name
            below = field.encode_name if name == "Top level" else f"{name}.{field.encode_name}"
            yield from keys_in(value[field.encode_name], field.type, below)


def test_every_key_has_an_example():
    used = {pair for table in examples() for pair in keys_in(table, shape(), "Top level")}
    wanted = {(heading, row[0]) for heading, rows in expected().items() for row in rows}
    assert wanted - used == set()


def test_every_placeholder_and_platform_is_named():
    text = CONFIGURATION.read_text(encoding="utf-8")
    for name in placeholders.IN_COMMANDS | placeholders.IN_NAMES:
        assert f"`{{{name}}}`" in text, name
    for name in loader.names():
        assert f"`{name}`" in text, name


# The session


def full_record() -> Record:
    """A record with something in every ledger, made by the functions that the product uses."""
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    me = actions.Actor("Ann", now)
    record = new_record("ENG-1", now=now, by="Ann", config={"git": {"backports": ["2.x"]}})
    record.doc.update(revision=1, root="/srv/shop", config_sha256="0" * 64, config_source=".hotfix-tui.toml")
    actions.set_fact(record, me, "title", "Down")
    actions.set_severity(record, me, "P1")
    actions.tick(record, me, "monitor.chat")
    actions.waive(record, me, "verify.test", "Ben", "the runner is down")
    actions.override(record, me, "pr/impact", "Everybody.", "0" * 8)
    actions.sent(record, me, "internal", "declared", "by hand", "0" * 64)
    lifecycle.begin_round(record, me, "it did not help")
    lifecycle.end(record, me, "abandon", "replaced", ["branch hotfix/ENG-1-down"])
    return record


def code_words(path: Path) -> set[str]:
    """Every word in backticks, without brackets."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    return {
        word for quoted in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"[^A-Za-z0-9_.-]+", quoted)
    }


def test_every_field_of_the_record_is_described():
    said = code_words(SESSION)
    assert set(full_record().doc) - said == set()
    for name in ("document", "clock", "round", "entry", "waiver", "accepted", "message", "run"):
        shape = getattr(schema, f"_{name.upper()}")
        assert set(inspect.getclosurevars(shape).nonlocals["known"]) - said == set(), name


def test_the_session_shown_is_one():
    text = SESSION.read_text(encoding="utf-8")
    blocks = [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```$", text, re.M | re.S)]
    records = [block for block in blocks if "schema" in block]
    assert records
    for block in records:
        schema.check(block, "docs/session.md")


def test_every_field_of_status_is_described():
    said = code_words(SESSION)
    document = summary.document(full_record(), datetime(2026, 1, 2, 4, 0, tzinfo=UTC))
    assert set(document) - said == set()
    for part in (document["clock"], document["steps"][0], document["next"]):
        assert set(part) - said == set()


def test_every_fact_is_described():
    assert {key for key in FACTS if not key.startswith("review.")} - code_words(SESSION) == set()


def test_the_schema_that_is_named_exists():
    named = re.findall(r"hotfix_tui/[\w/.]+\.json", SESSION.read_text(encoding="utf-8"))
    for name in named:
        json.loads((TOP / name).read_text(encoding="utf-8"))


# All documents


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path):
    named = re.findall(r"`((?:hotfix_tui|tests|docs|\.ci)/[\w/.-]+)`", path.read_text(encoding="utf-8"))
    for name in named:
        assert (TOP / name).exists(), name


def test_the_changelog_knows_this_version():
    heads = re.findall(r"^## \[?([\w.]+)\]?", (TOP / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert __version__ in heads


def test_no_document_is_out_of_git_by_accident():
    for path in DOCUMENTS:
        ignored = subprocess.run(["git", "check-ignore", "-q", str(path)], cwd=TOP, check=False)
        assert ignored.returncode != 0, path


def main() -> None:
    """Print the tables as they should be."""
    for heading, rows in expected().items():
        print(f"\n## {heading}\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |")
        for row in rows:
            print("| `{}` | {} | {} | … |".format(*row), file=sys.stdout)


if __name__ == "__main__":
    main()
