"""Opening incidents: finding the repository and its incidents, starting a new one, trust."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hotfix_tui.base import folders
from hotfix_tui.base.text import one_line
from hotfix_tui.config import load as config_load
from hotfix_tui.detect import search
from hotfix_tui.engine.core import Engine, utc_now, without_secrets
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.place import Checkout
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Actor, Entries, entry
from hotfix_tui.incident.model import ids
from hotfix_tui.incident.model.facts import parse_value
from hotfix_tui.incident.model.record import Record, new_record
from hotfix_tui.session import places
from hotfix_tui.session.errors import Exists
from hotfix_tui.session.store import Store

if TYPE_CHECKING:
    from hotfix_tui.config.load import LoadedConfig
    from hotfix_tui.detect.suggestion import Suggestion


class DryRun(EngineError):
    """Nothing was opened, as requested; the message says what would have been."""


_TRIES = 100
"""How often another letter is tried for an incident without a ticket while others open theirs."""


class Start(NamedTuple):
    """What is known when an incident is opened; `typed` facts by key, as typed."""

    ticket: str = ""
    severity: str = ""
    typed: dict[str, str] = {}


def same_incident(store: Store, ticket: str) -> str:
    """Return the id of the incident here that has `ticket`, or an empty text."""
    for known in store.listing():
        if ids.same_ticket(known.id, ticket) or (known.ticket and ids.same_ticket(known.ticket, ticket)):
            return known.id
    return ""


def open_incident(
    place: Checkout,
    store: Store,
    start: Start,
    *,
    by: str,
    clock: Callable[[], datetime] = utc_now,
    dry_run: bool = False,
) -> Engine:
    """Open a new incident and save it; return its engine.

    Raises ConfigError for an invalid configuration, BadFact for an invalid value, SaveFailed, and
    `session.errors.Exists` if the id is taken. With `dry_run` it raises DryRun instead of writing.
    """
    now = clock()
    loaded = config_load.load(place.root)
    pattern = loaded.config.git.ticket_pattern
    facts: dict[str, object] = {}
    for key, typed in {"ticket": start.ticket, **start.typed}.items():
        value = parse_value(key, typed, now, pattern=pattern) if typed else None
        if value is not None:
            facts[key] = value
    facts.setdefault("detected-at", now)
    if loaded.config.service:
        facts.setdefault("service", loaded.config.service)
    detected = detect_commands(place.root, loaded.table)
    for left in reversed(range(_TRIES)):
        id = ids.id_of_ticket(start.ticket) if start.ticket else ids.id_of_date(now, store.ids())
        record = new_record(id, now=now, by=by, config=loaded.table, facts=dict(facts), detected=detected)
        entries = _opening(record, Actor(by, now), start, place.root, loaded)
        if dry_run:
            raise DryRun(f"Dry run: {id} would be opened in {store.root}; nothing was written.")
        try:
            store.create(*without_secrets(record.doc, {}, entries))
            break
        except Exists:
            # Somebody opened one at the same moment: without a ticket, take the next letter.
            if start.ticket or not left:
                raise
    remember_repository(place.root)
    engine = Engine(store, id, place.root, by=by, clock=clock)
    engine.file_problem = places.elsewhere(place.root)
    return engine


def _opening(record: Record, actor: Actor, start: Start, root: str, loaded: "LoadedConfig") -> Entries:
    """Complete the new `record` with what is known, and return the first entries of its timeline."""
    facts = record.facts
    record.doc["config_sha256"] = loaded.sha256
    record.doc["config_source"] = loaded.source.name if loaded.source else ""
    record.doc["root"] = root
    entries = [entry(actor, "open", f"Opened {record.id}" + (f": {record.title}" if record.title else ""))]
    if "detected-at" in start.typed:
        entries.append(entry(actor._replace(at=facts["detected-at"]), "fact", "Detected", fact="detected-at"))
    if facts.pop("embargo", "") == "yes":
        entries += actions.set_fact(record, actor, "embargo", "yes")
    if start.severity:
        entries += actions.set_severity(record, actor, start.severity)
    return entries


def detect_commands(root: str, table: dict[str, Any]) -> dict[str, Any]:
    """Return the detected commands for the names that the configuration leaves out."""
    configured = table.get("commands", {})
    out: dict[str, object] = {}
    detected = search.detect(root)
    if detected.lints:
        out["lint"] = {
            **_as_item(detected.lints[0]),
            "alternatives": [_as_item(lint) for lint in detected.lints[1:3]],
        }
    for name, suggestion in detected.commands.items():
        if name in configured:
            continue
        item = _as_item(suggestion)
        if suggestion.doubt:
            item["doubt"] = suggestion.doubt
        out[name] = item
    return out


def _as_item(suggestion: "Suggestion") -> dict[str, object]:
    item: dict[str, object] = {"run": list(suggestion.argv), "evidence": one_line(suggestion.evidence, 300)}
    item["because"] = one_line(suggestion.because, 300)
    if suggestion.env:
        item["env"] = dict(suggestion.env)
    if suggestion.cwd and suggestion.cwd != ".":
        item["cwd"] = suggestion.cwd
    return item


def kept_config(record: Record) -> "LoadedConfig":
    """Return the incident's configuration, in the form that is trusted."""
    source = str(record.doc.get("config_source", ""))
    table = record.config
    return config_load.LoadedConfig(
        config=config_load.from_table(table),
        table=table,
        source=Path(source) if source else None,
        sha256=str(record.doc.get("config_sha256", "")),
    )


REPOSITORIES = "repositories"
"""The file in the state folder that lists the repositories in which incidents were opened, the latest last."""


def remember_repository(root: str) -> None:
    """Add the repository to the list of those seen, for listings across repositories; failing does no harm."""
    path = os.path.join(places.state_root(), REPOSITORIES)
    try:
        folders.make(os.path.dirname(path))
        known = Path(path).read_text(encoding="utf-8").splitlines() if os.path.exists(path) else []
        if root not in known:
            with open(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600),
                "a",
                encoding="utf-8",
            ) as file:
                file.write(root + "\n")
    except (OSError, UnicodeError):
        return
