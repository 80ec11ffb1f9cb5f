"""The record of an incident: typed access to the document that the session file holds.

The document is a plain TOML-shaped dictionary, so that fields written by a newer version survive a save and
reading a session needs nothing but the parser. All changes are made by `actions`, `running` and `lifecycle` on a
copy.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.incident.model import catalog, shipping
from hotfix_tui.incident.model.catalog import StepDef
from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.evidence.round import RoundKept
from hotfix_tui.incident.model.evidence.run import HeadBefore, RunNote
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.lint import is_lint
from hotfix_tui.incident.model.measured import answers

if TYPE_CHECKING:
    from collections.abc import Callable


E = TypeVar("E", bound=Evidence)
T = TypeVar("T")

SCHEMA = 1
_BECAUSE = ", because "
"""What separates a command from the reason for it, in the sentence that version 0.1 stored for both."""

_SPACED = re.compile(r"([0-9])(ms|[dhms])")
"""A number and its unit in a configured duration, such as ``1h30m``."""

_ON_THE_BRANCH = "branch.preflight, where the fix lands"


class Record:
    """One incident. `doc` is the document; reading never fails on a document that `schema.check` accepts.

    `derived` caches values computed from a record that will not change any more, such as the one on the screen; it
    is None in a record that may still be changed.
    """

    __slots__ = ("_seen", "derived", "doc")

    def __init__(self, doc: dict[str, Any], *, final: bool = False) -> None:
        self.doc = doc
        self.derived: dict[str, object] | None = {} if final else None
        self._seen: dict[str, Evidence] = {}

    def copy(self) -> "Record":
        """Return an independent copy, to be changed."""
        return Record({name: _copied(value) for name, value in self.doc.items()})

    # Identity

    @property
    def id(self) -> str:
        """The path-safe name that never changes."""
        return str(self.doc["id"])

    @property
    def revision(self) -> int:
        """How many saved changes the record has had."""
        return int(self.doc.get("revision", 0))

    @property
    def state(self) -> str:
        """``open``, ``resolved``, ``closed``, ``normal-process``, ``false-alarm`` or ``abandoned``."""
        return str(self.doc.get("state", "open"))

    @property
    def severity(self) -> str:
        """``P0`` to ``P3``, or empty until triage has decided."""
        return str(self.doc.get("severity", ""))

    @property
    def stage(self) -> str:
        """The stage that the engineer is in."""
        return str(self.doc.get("stage", "triage"))

    @property
    def round(self) -> int:
        """The number of the current round, from 1."""
        return int(self.doc.get("round", 1))

    @property
    def language(self) -> str:
        """The configured language of documents; an incident opened with Chinese texts gets English ones."""
        configured = str(self.config.get("language", "en"))
        return "en" if configured == "zh" else configured

    @property
    def config(self) -> dict[str, Any]:
        """The trusted configuration as of the opening of the incident."""
        return self._table("config")

    @property
    def detected(self) -> dict[str, dict[str, Any]]:
        """Commands that were detected because none is configured: name to {run, evidence, because, env, cwd,
        doubt}.
        """
        return self._table("detected")

    def why_detected(self, name: str) -> str:
        """Return why the detected command `name` is believed to be right, as a clause; empty if unknown."""
        details = self.detected.get(name, {})
        return str(details.get("because", "") or str(details.get("evidence", "")).partition(_BECAUSE)[2])

    @property
    def edited(self) -> dict[str, dict[str, Any]]:
        """Commands that were edited in this incident, by name (``test``, ``deploy.production``).

        Each is {run, cwd, env, by, at}; without ``env`` it keeps the variables of the command it replaces.
        """
        return self._table("edited")

    @property
    def clock(self) -> dict[str, Any]:
        """Points in time: opened_at, resolved_at, closed_at, reopened_at, stopped_at."""
        return self._table("clock")

    # Facts

    @property
    def facts(self) -> dict[str, Any]:
        """Known facts by key."""
        return self._table("facts")

    def fact(self, key: str, default: object = None) -> Any:
        """Return the value of the fact `key`, or `default` while it is unknown."""
        return self.facts.get(key, default)

    @property
    def ticket(self) -> str:
        """The ticket, or empty."""
        return str(self.fact("ticket", ""))

    @property
    def title(self) -> str:
        """What is broken, or empty."""
        return str(self.fact("title", ""))

    @property
    def resolution(self) -> str:
        """How the incident is resolved; a code fix unless something else is chosen."""
        return str(self.fact("resolution", "code-fix"))

    @property
    def opened_at(self) -> datetime:
        """When the incident was opened in the wizard."""
        at: datetime = self.clock["opened_at"]
        return at

    @property
    def detected_at(self) -> datetime:
        """When the fault was detected; defaults to the opening."""
        at: datetime = self.fact("detected-at", self.opened_at)
        return at

    # Steps

    @property
    def steps(self) -> dict[str, dict[str, Any]]:
        """What was recorded for the steps of this round, by id."""
        return self._table("steps")

    def entry(self, step: str) -> dict[str, Any]:
        """Return what was recorded for `step`, empty if nothing was."""
        return self.steps.get(step, {})

    def evidence(self, kind: type[E]) -> E | None:
        """Return what the step of an evidence class saw, typed; None if nothing was recorded for it."""
        return self.seen(kind) if self.entry(kind.STEP) else None

    def seen(self, kind: type[E], step: str = "") -> E:
        """Return what the step of an evidence class saw, typed; an empty instance if it has seen nothing.

        `step` is its id if several steps share the class, as the backports do.
        """
        step = step or kind.STEP
        stored = self.entry(step).get("evidence", {})
        known = self._seen.get(step)
        if not isinstance(known, kind) or known.raw != stored:
            known = self._seen[step] = kind.from_dict(stored)
        return known

    @property
    def sets_off(self) -> Preflight:
        """What the preflight saw, with the pushes and tags of the branch where the fix lands; empty before it ran."""
        seen, elsewhere = self.seen(Preflight), self.seen(Base).target_sets_off
        if not elsewhere or not seen.raw:
            return seen
        stored = {**seen.raw, **elsewhere}
        known = self._seen.get(_ON_THE_BRANCH)
        if not isinstance(known, Preflight) or known.raw != stored:
            known = self._seen[_ON_THE_BRANCH] = Preflight.from_dict(stored)
        return known

    @property
    def ships_as(self) -> str:
        """What the fix ships as: one of `shipping.PACKAGE`, `shipping.PAGES` and `shipping.RUNS`."""
        return self.once(
            "ships-as",
            lambda: shipping.goes_out(self.config, self.facts, self.sets_off.triggers, self.edited),
        )

    def said(self, step: str) -> str:
        """Return what the last probe of `step` reported if it did not succeed; usually empty."""
        return self.seen(Evidence, step).why

    def once(self, name: str, make: "Callable[[], T]") -> T:
        """Return what `make` returns; in a record that no longer changes it is computed once and cached as `name`."""
        if self.derived is None:
            return make()
        if name not in self.derived:
            self.derived[name] = make()
        return cast("T", self.derived[name])

    def stored(self, step: str) -> dict[str, object]:
        """Return everything that `step` saw in its stored form, to be kept or passed on whole."""
        stored: dict[str, object] = self.entry(step).get("evidence", {})
        return stored

    def definitions(self) -> Mapping[str, StepDef]:
        """Return all steps of this incident by id: the catalogue, its backports, its checklist items."""
        return self.once("definitions", self._definitions)

    def _definitions(self) -> dict[str, StepDef]:
        out = dict(catalog.STEPS)
        for line in (*self.lines, *self.offered_lines):
            step = catalog.backport_step(line)
            out[step.id] = step
        for stage, items in self.config.get("checklists", {}).items():
            if stage in catalog.STAGES:
                for item in items:
                    extra = catalog.checklist_step(stage, str(item["id"]), str(item["text"]))
                    out[extra.id] = extra
        for name in answers(self.config):
            out[name] = out[name]._replace(kind="auto")
        if self.lints:
            step = out[catalog.VERIFY_TYPECHECK]
            out[step.id] = step._replace(
                title="Lint", help=f"A linter: it says nothing of types. {step.help}"
            )
        watch = self.config.get("monitor", {}).get("watch")
        if watch:
            lasting = (
                _SPACED.sub(r"\1 \2 ", watch).strip() if isinstance(watch, str) else humane(float(watch))
            )
            step = out[catalog.MONITOR_WATCH]
            out[step.id] = step._replace(help=f"{one_line(lasting, 20)}, then a verdict with a name.")
        if self.ships_as == shipping.PACKAGE:
            for name, (title, help) in catalog.OF_A_PACKAGE.items():
                out[name] = out[name]._replace(title=title, help=help)
        number, begun = self.round - 1, str(self.this_round.get("base", "")) if self.rounds else ""
        kept = self.kept(number)
        if {"same": kept.base, "on-top": kept.landed or kept.commit}.get(begun):
            title, help = (template.format(number=number) for template in catalog.BASES[begun])
            out[catalog.BRANCH_BASE] = out[catalog.BRANCH_BASE]._replace(title=title, help=help)
        return out

    def definition(self, step: str) -> StepDef:
        """Return the definition of `step`, side runs included; raises KeyError for an unknown id."""
        return catalog.SIDE_RUNS.get(step) or self.definitions()[step]

    @property
    def lines(self) -> list[str]:
        """The lines that get a backport: the configured ones, or those named for this incident.

        A release branch where the fix lands is not among them; the production branch then is.
        """
        named = list(self.doc.get("lines", self.config.get("git", {}).get("backports", [])))
        production, landing = self.production_branch, self.landing_branch
        if landing == production:
            return named
        return [*(line for line in named if line not in (landing, production)), production]

    @property
    def offered_lines(self) -> list[str]:
        """Release branches that contain what the fix changes and nobody has named: each could get a backport too.

        So could a line whose backport was begun and given up.
        """
        known = {*self.lines, self.landing_branch}
        found = [line.line for line in self.seen(Committed).lines if line.line]
        given_up = [str(line) for line in self.doc.get("lines_given_up", [])]
        return [line for line in dict.fromkeys([*found, *given_up]) if line not in known]

    @property
    def production_branch(self) -> str:
        """The name of the production branch; ``main`` until the preflight has run."""
        seen = self.seen(Preflight).production
        return "main" if seen is None else seen

    @property
    def landing_branch(self) -> str:
        """The branch where the fix lands: the release branch containing what is live, otherwise the production
        branch.
        """
        return self.seen(Base).target or self.production_branch

    # Ledgers

    @property
    def rounds(self) -> list[dict[str, Any]]:
        """All rounds, the current one last."""
        return self._tables("rounds")

    @property
    def this_round(self) -> dict[str, Any]:
        """The current round."""
        return self.rounds[-1]

    def kept(self, number: int) -> RoundKept:
        """Return what the history keeps of the evidence of an earlier round; an empty instance if there was none."""
        kept_round = self.rounds[number - 1] if 0 < number <= len(self.rounds) else {}
        return RoundKept.from_dict(kept_round.get("evidence") or {})

    @property
    def waivers(self) -> list[dict[str, Any]]:
        """The waiver ledger; a waiver that no longer holds has ``lapsed`` set."""
        return self._tables("waivers")

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Messages that were sent."""
        return self._tables("messages")

    @property
    def sending(self) -> list[dict[str, Any]]:
        """Messages whose command was started and whose end was not recorded: they may or may not be out."""
        return self._tables("sending")

    @property
    def runs(self) -> list[dict[str, Any]]:
        """Executions of commands, in the order they were started."""
        return self._tables("runs")

    def note(self, step: str) -> RunNote:
        """Return what was written down when the last run of `step` was planned; an empty note if nothing was.

        Version 0.1 stored the same with the evidence, and the head of the branch as ``before``.
        """
        entry = self.entry(step)
        run = next(
            (candidate for candidate in reversed(self.runs) if candidate.get("n") == entry.get("run")), None
        )
        if run is not None and "note" in run:
            return RunNote.from_dict(run["note"])
        stored = entry.get("evidence", {})
        return RunNote.from_dict({**stored, "head": HeadBefore.from_dict(stored).before})

    @property
    def accepted(self) -> list[dict[str, object]]:
        """Guard findings that were accepted with a reason."""
        return self._tables("accepted")

    @property
    def overrides(self) -> dict[str, dict[str, object]]:
        """Edited sections of texts, by ``document/section``."""
        return self._table("overrides")

    # What this repository has

    def has_command(self, name: str) -> bool:
        """Return whether the command `name` (setup, test, typecheck, build, regression) is known."""
        return bool(
            self.config.get("commands", {}).get(name) or self.detected.get(name) or name in self.edited
        )

    def command_words(self, name: str) -> list[str]:
        """Return the words of the command `name` as it would run, placeholders not filled in; empty if there is
        none.
        """
        tables = (
            self.doc.get("edited"),
            self.doc.get("config", {}).get("commands"),
            self.doc.get("detected"),
        )
        known: object = next(
            (table[name] for table in tables if isinstance(table, dict) and table.get(name)), {}
        )
        run = known.get("run", "") if isinstance(known, dict) else known
        if isinstance(run, list | tuple):
            return [str(word) for word in run]
        if not isinstance(run, str):
            return []
        if run.isascii() and run.isprintable() and not any(sign in run for sign in "'\"\\"):
            return (
                run.split()
            )  # same result as shell rules; most commands are like this, and every prompt asks
        import shlex

        try:
            return shlex.split(run)
        except ValueError:
            return run.split()

    @property
    def lints(self) -> bool:
        """Whether the stand-in for the type check only lints."""
        return is_lint(self.command_words("typecheck"))

    def has_deploy(self, name: str) -> bool:
        """Return whether the deploy command `name` (staging, production, current, rollback) is known."""
        return bool(self.config.get("deploy", {}).get(name)) or f"deploy.{name}" in self.edited

    @property
    def has_remote(self) -> bool:
        """Whether the repository has a remote; assumed until the preflight has run."""
        return self.seen(Preflight).remote != ""

    @property
    def has_forge(self) -> bool:
        """Whether the remote is on a forge with pull requests; assumed until the preflight has run."""
        return self.seen(Preflight).forge != "none"

    @property
    def has_version_tags(self) -> bool:
        """Whether releases are tagged here; assumed until the preflight has run."""
        return self.seen(Preflight).version_tags is not False

    def _table(self, name: str) -> dict[str, Any]:
        table: dict[str, object] | None = self.doc.get(name)
        if table is None:
            table = {}
            if (
                self.derived is None
            ):  # the one on screen is read and copied by several threads, so reading must not add anything
                self.doc[name] = table
        return table

    def _tables(self, name: str) -> list[dict[str, object]]:
        tables: list[dict[str, object]] | None = self.doc.get(name)
        if tables is None:
            tables = []
            if self.derived is None:
                self.doc[name] = tables
        return tables


def _copied(value: object) -> object:
    """Return `value` with its own tables and lists; everything else in a document is immutable.

    Each probe copies the record dozens of times: this takes a quarter of the time of ``copy.deepcopy``.
    """
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value


def new_record(
    id: str,
    *,
    now: datetime,
    by: str,
    config: dict[str, object] | None = None,
    facts: dict[str, object] | None = None,
    detected: dict[str, object] | None = None,
) -> Record:
    """Return the record of an incident opened `now`, with the configuration and commands it keeps."""
    return Record(
        {
            "schema": SCHEMA,
            "id": id,
            "state": "open",
            "severity": "",
            "stage": "triage",
            "round": 1,
            "clock": {"opened_at": now, "opened_by": by},
            "facts": dict(facts or {}),
            "rounds": [{"number": 1, "begun_at": now, "by": by, "why": "first fix"}],
            "steps": {},
            "config": config or {},
            "detected": detected or {},
        }
    )
