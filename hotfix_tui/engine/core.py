"""The one way to change an incident: every change is checked, saved, and only then shown.

Screens and the command line hold an `Engine`, not a record of their own. All calls block briefly and may be made from
any thread; long commands run under their supervisors.
"""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hotfix_tui.base import redact
from hotfix_tui.base.asking import Answers
from hotfix_tui.base.errors import sentence_of
from hotfix_tui.config import load as config_load
from hotfix_tui.config import targets
from hotfix_tui.incident.edits.journal import Actor, Entries
from hotfix_tui.incident.model import schema
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.model.record import Record
from hotfix_tui.session.errors import SaveFailed, StoreError
from hotfix_tui.session.store import Store
from hotfix_tui.steps import contract

if TYPE_CHECKING:
    from hotfix_tui.config.model import Config
    from hotfix_tui.steps.contract import Context

Action = Callable[[Record, Actor], Entries]


def utc_now() -> datetime:
    """Return the current time in UTC, to the second, as it is stored."""
    return datetime.now(UTC).replace(microsecond=0)


class Engine:
    """One incident, in one checkout.

    `root` is the checkout the wizard was started in, `by` the name recorded with every change. With `dry_run` nothing
    is saved and nothing is started.
    """

    def __init__(
        self,
        store: Store,
        incident: str,
        root: str,
        *,
        by: str,
        clock: Callable[[], datetime] = utc_now,
        dry_run: bool = False,
    ) -> None:
        self.store = store
        self.id = incident
        self.root = root
        self.by = by
        self.clock = clock
        self.dry_run = dry_run
        self.save_problem = ""
        """Why progress is not being saved, empty while it is."""
        self.file_problem = ""
        """What is wrong with the session file, empty if nothing is."""
        self.remembered = Answers()
        """The network's answers so far, for screens that show them without asking again."""
        self._lock = threading.RLock()
        self._config: tuple[int, Config] | None = None
        loaded = store.load(incident)
        schema.check(loaded.doc, loaded.path)
        self.record = Record(loaded.doc, final=True)
        self.file_problem = loaded.problem or loaded.read_only or ""
        self.stamp = store.stamp(incident)

    # Following the file

    def reload(self) -> bool:
        """Reload what others saved in the meantime; True if there was anything."""
        stamp = self.store.stamp(self.id)
        if stamp == self.stamp:
            return False
        loaded = self.store.load(self.id)
        schema.check(loaded.doc, loaded.path)
        self.stamp = stamp
        self.file_problem = loaded.problem or loaded.read_only or ""
        changed = loaded.revision != self.record.revision
        self._show(Record(loaded.doc, final=True))
        return changed

    def timeline(self) -> list[dict[str, Any]]:
        """Return all entries of the timeline, ordered by the times they are about.

        Unreadable parts are reported in `file_problem`.
        """
        try:
            entries, problem = self.store.history(self.id)
        except StoreError as gone:
            entries, problem = [], sentence_of(gone)
        if problem:
            self.file_problem = problem
        return entries

    # Changing

    def change(self, action: Action) -> Entries:
        """Apply `action` to the record on disk, save it, then show it; return its timeline entries.

        Raises `Refused` if the workflow forbids it, SaveFailed if it could not be made durable: then nothing has
        changed.
        """
        actor = Actor(self.by, self.clock())
        if self.dry_run:
            return action(self.record.copy(), actor)
        with self._lock:
            try:
                with self.store.changing(self.id) as change:
                    record = Record(change.doc)
                    before = record.copy().doc
                    entries = action(record, actor)
                    if not entries and record.doc == before:
                        return []
                    doc, entries = without_secrets(record.doc, before, entries)
                    schema.check(doc, self.store.directory(self.id))
                    loaded = change.commit(doc, entries)
            except SaveFailed as problem:
                self.save_problem = str(problem)
                raise
            self.save_problem = ""
            self.stamp = self.store.stamp(self.id)
        self._show(Record(loaded.doc, final=True))
        return entries

    def _show(self, record: Record) -> None:
        self.record = record

    # What steps see

    def context(self) -> "Context":
        """Return the context that steps probe in."""
        return contract.Context(
            record=self.record.copy(),
            root=self.root,
            config=self.config(),
            directory=self.store.directory(self.id),
            now=self.clock(),
            by=self.by,
        )

    def config(self) -> "Config":
        """Return the configuration that the incident keeps."""
        if self._config is None or self._config[0] != self.record.revision:
            read = config_load.from_table(effective_table(self.record))
            chosen = targets.applied(read, self.record.seen(Preflight).target, self.record.edited)
            self._config = (self.record.revision, chosen)
        return self._config[1]

    def run_directory(self, number: int) -> str:
        """Return the directory of run `number`."""
        for run in self.record.runs:
            if run["n"] == number:
                return self.store.run_directory(self.id, number, str(run["step"]))
        raise KeyError(number)

    def lock_path(self, name: str) -> str:
        """Return the path of a lock held by a run, shared by all incidents of the repository."""
        safe = "".join(c if c.isalnum() or c in "-._" else "-" for c in name)
        return os.path.join(self.store.root, "locks", f"{safe}.lock")


COMMANDS_AS_THEY_ARE = ("config", "detected", "edited")
"""Tables of the record that are executed: their content is stored verbatim, or another command would run than the one
shown.
"""


def without_secrets(
    doc: dict[str, object], before: dict[str, object], entries: Entries
) -> tuple[dict[str, object], Entries]:
    """Return the record to store, previously `before`, and its new timeline entries: without any secrets."""
    kept = {name: doc[name] for name in COMMANDS_AS_THEY_ARE if name in doc}
    rest = {name: value for name, value in doc.items() if name not in kept}
    stored = redact.redact_changes(rest, before, os.environ)
    entries = redact.redact_changes(entries, [], os.environ)
    return {name: kept[name] if name in kept else stored[name] for name in doc}, entries


def effective_table(record: Record) -> dict[str, object]:
    """Return the incident's configuration, plus detected commands where none is configured, plus the edited ones."""
    commands = dict(record.config.get("commands", {}))
    deploy = dict(record.config.get("deploy", {}))
    for name, detected in record.detected.items():
        if name == "lint":
            continue  # it replaces nothing by itself: it is offered where a type check is wanted
        commands.setdefault(name, {key: detected[key] for key in ("run", "env", "cwd") if detected.get(key)})
    for name, edited in record.edited.items():
        table, key = (
            (deploy, name.removeprefix("deploy.")) if name.startswith("deploy.") else (commands, name)
        )
        before = table.get(key)
        kept = (
            {k: v for k, v in before.items() if k not in ("run", "shell", "cwd")}
            if isinstance(before, dict)
            else {}
        )
        own = {name: edited[name] for name in ("cwd", "env") if name in edited}
        table[key] = {**kept, **own, "run": list(edited["run"])}
    out = dict(record.config)
    if commands:
        out["commands"] = commands
    if deploy:
        out["deploy"] = deploy
    return out
