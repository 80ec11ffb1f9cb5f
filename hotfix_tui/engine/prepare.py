"""Before an action: its effect as far as known, and the plan that is shown, confirmed and then carried out.

`preview` is for a moving cursor: it asks nobody and writes nothing. `prepare` passes the gate once, checks once and
sends each network query once; its `Prepared` is what `execute.execute` carries out, or refuses.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.errors import sentence_of
from hotfix_tui.engine import guards
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.reconcile import (
    Performed,
    collect_ended,
    collect_result,
    implementation,
    probe_step,
    refresh_preconditions,
    running_steps,
)
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.moment import asked_once
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.schema import BadRecord
from hotfix_tui.incident.rules import gates, set_off
from hotfix_tui.incident.rules.gates import Reason, Refused, refuse
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.session.errors import StoreError
from hotfix_tui.steps import registry
from hotfix_tui.steps.guards import before_act

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Choice, Command, Plan

FRESH = 5.0
"""Seconds during which a plan is carried out without another check; after that it is checked again."""


# For the cursor


class Preview(NamedTuple):
    """What a step would do, as far as known without asking anybody; `reasons` say why it cannot start now."""

    plan: "Plan | None" = None
    choices: "tuple[Choice, ...]" = ()
    reasons: tuple[Reason, ...] = ()
    blocked: bool = False
    """Whether the gate itself says no, whatever anybody would answer."""
    unasked: bool = False
    """Whether the plan depends on an answer that nobody has given yet: it is shown before it is carried out."""


def preview(engine: Engine, step: str, choice: str = "") -> Preview:
    """Return what `step` would do. Pure: nothing is queried from the network, and nothing is written."""
    impl = registry.find(step)
    if impl is None:
        return Preview()
    choices: tuple[Choice, ...] = ()
    if step not in catalog.SIDE_RUNS:
        try:
            gates.may_start(engine.record, step)
        except Refused as no:
            return Preview(reasons=tuple(no.reasons), blocked=True)
    try:
        with asked_once(), asking.remembered(engine.remembered):
            ctx = engine.context()
            choices = tuple(impl.choices(ctx))
            if findings := _known_findings(engine, step):
                return Preview(None, choices, findings)
            way = choice or way_at_once(engine, step, choices)
            made = impl.plan(ctx, way)
            return Preview(made, choices, unasked=made.unasked)
    except Refused as no:
        return Preview(None, choices, tuple(no.reasons))
    except GitError as problem:
        return Preview(None, choices, (Reason(f"{problem}.".replace("..", "."), "Look again.", step),))
    except asking.NotAsked:
        return Preview(None, choices, unasked=True)


def _known_findings(engine: Engine, step: str) -> tuple[Reason, ...]:
    """Return earlier findings that block `step`, as long as they are neither cured nor accepted."""
    ids = before_act.looked_for(step)
    matching = [finding for finding in open_findings(engine.record, catalog.BRANCH_BASE) if finding.id in ids]
    cure = "Cure it, or accept it with a reason."
    return tuple(Reason(finding.text, cure, catalog.BRANCH_BASE) for finding in matching)


def way_at_once(engine: Engine, step: str, choices: "Sequence[Choice]") -> str:
    """Return the method that `step` uses without asking; empty if the engineer chooses, as after a failure."""
    failed = engine.record.entry(step).get("state") in ("failed", "unknown", "waiting")
    return choices[0].name if choices and choices[0].at_once and not failed else ""


def choices(engine: Engine, step: str) -> "list[Choice]":
    """Return the methods for `step`, the recommended one first; some are queried from the forge."""
    impl = registry.find(step)
    with asked_once(), asking.looking(engine.remembered):
        return impl.choices(engine.context()) if impl else []


# For the action


@dataclass(frozen=True)
class Prepared:
    """A plan that passed the gate, as it is shown and confirmed.

    Without a `plan` the engineer has to choose among `choices` first, or it is done `already`.
    """

    step: str
    method: str = ""
    plan: "Plan | None" = None
    choices: "tuple[Choice, ...]" = ()
    already: Performed | None = None
    revision: int = -1
    """The revision of the record that it was made from."""
    passed: int = -1
    """The revision at which it passed the gate; -1 if the gate was not asked."""
    fingerprint: str = ""
    needs_word: tuple[str, ...] = ()
    """One of these words has to be typed; empty if none is required."""
    entry: dict[str, object] = field(default_factory=dict)
    """The step's entry in the record at that time."""
    answers: asking.Answers = field(default_factory=asking.Answers)
    at: float = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether what was seen still counts."""
        return time.monotonic() - self.at < FRESH

    @property
    def confirmed(self) -> bool:
        """Whether it is shown in its own dialog before it runs, because it leaves this machine."""
        return self.plan is not None and bool(self.plan.commands) and not self.plan.only_looks


class PlanChanged(Refused):
    """It would now do something other than what was confirmed; `now` is what, `lines` are the difference."""

    def __init__(self, before: "Plan", now: Prepared, plan: "Plan") -> None:
        self.now = now
        self.lines = difference(before, plan)
        shown = "; ".join(self.lines[:12])
        sentence = f"It would do something else now than what was confirmed: {shown}."
        super().__init__([Reason(sentence, "Look at it, then confirm it again.", now.step)])


def prepare(
    engine: Engine, step: str, method: str | None = "", *, after: Prepared | None = None, gated: bool = True
) -> Prepared:
    """Return what `step` would do by `method`, ready to be shown and carried out.

    With `method` None, a step with several methods is not planned yet: its `choices` are for the engineer, and the
    next call continues from there (`after`). Raises Refused with the cure.
    """
    goes_on = after is not None and after.is_fresh
    answers = after.answers if after is not None and goes_on else asking.Answers(remember=engine.remembered)
    at = after.at if after is not None and goes_on else time.monotonic()
    passed = after.passed if after is not None else -1
    with asking.look(answers):
        if not goes_on:
            already, passed = done_already(engine, step, method or "", gated=gated)
            if already is not None:
                return Prepared(step, method or "", already=already, answers=answers, at=at)
            passed = _refreshed(engine, step, passed, gated=gated)
        elif gated:
            passed = pass_gate(engine, step, passed)
        impl = implementation(engine, step)
        with asked_once():
            ways = tuple(impl.choices(engine.context())) if method is None else ()
        made = Prepared(step, choices=ways, passed=passed, answers=answers, at=at)
        if len(ways) > 1:
            return made
        method = (ways[0].name if ways else "") if method is None else method
        return planned(engine, replace(made, method=method))


def planned(engine: Engine, made: Prepared) -> Prepared:
    """Return `made` with the current plan of its step and method."""
    entry = engine.record.entry(made.step)
    revision = engine.record.revision
    plan = make_plan(engine, made.step, made.method)
    return replace(
        made,
        plan=plan,
        at=time.monotonic(),
        entry=entry,
        revision=revision,
        fingerprint=fingerprint(plan),
        needs_word=tuple(_words(engine, made.step, made.method, plan)),
    )


def plan(engine: Engine, step: str, choice: str = "") -> "Plan":
    """Return what performing `step` would do now, whether or not it may start. Raises Refused with the cure."""
    with asking.looking(engine.remembered):
        return make_plan(engine, step, choice)


def make_plan(engine: Engine, step: str, choice: str = "") -> "Plan":
    """Check `step`, then plan it, within one query scope. Raises Refused with the cure."""
    impl = implementation(engine, step)
    try:
        with asked_once():
            said = guards.check_before_act(engine, step, choice)
            made = impl.plan(engine.context(), choice)
        return replace(made, warnings=[*said, *made.warnings]) if said else made
    except GitError as problem:
        raise refuse(f"{problem}.".replace("..", "."), f"Then do it again: `do {step}`.", step) from None


def _words(engine: Engine, step: str, method: str, plan: "Plan") -> list[str]:
    wants = gates.needs_confirmation(engine.record, step, method) or step == catalog.ROLLBACK.id
    if not wants or not plan.commands or plan.only_looks or engine.dry_run:
        return []
    return gates.confirm_words(engine.record)


def pass_gate(engine: Engine, step: str, passed: int = -1) -> int:
    """Ask the gate whether `step` may start, unless it has already answered for this record; return the record's
    revision.

    Side runs pass no gate. Raises Refused.
    """
    if step not in catalog.SIDE_RUNS and engine.record.revision != passed:
        gates.may_start(engine.record, step)
    return engine.record.revision


def done_already(
    engine: Engine, step: str, choice: str, *, gated: bool = True
) -> tuple[Performed | None, int]:
    """Return that `step` is done, by a run that ended unseen or by what a probe shows; None if it has to be done.

    So retrying after a crash never repeats an irreversible action, and what was done outside the wizard counts,
    whatever is missing before it. A choice asks for it again; for a merge it only names the method. The second value
    is the revision at which the gate was passed, -1 if it was not asked.
    """
    try:
        engine.reload()
        settled = collect_result(engine, step) if step in running_steps(engine) else None
    except (StoreError, BadRecord, OSError):
        if step != catalog.ROLLBACK.id:
            raise
        return None, -1
    if settled is not None and settled.state == "done":
        return settled, -1
    was = engine.record.entry(step).get("state")
    open_ended = was in ("unknown", "waiting")
    anew = bool(choice) and step != catalog.RELEASE_MERGE and not open_ended
    if step not in catalog.IRREVERSIBLE or anew or was == "running":
        return None, -1
    passed = -1
    early = engine.record.state == "open" and implementation(engine, step).looks_early
    if gated and not (open_ended or early):
        passed = pass_gate(engine, step)
    seen = probe_step(engine, step)
    if seen.state == "done":
        return Performed(step, "done", f"it was done already; {seen.why}"), passed
    follows = step == Deployed.STEP and set_off.follows_push(engine.record)  # it is watched to its end
    under_way = seen.state == "waiting" and not follows
    return (Performed(step, "waiting", seen.why) if under_way else None), passed


def _refreshed(engine: Engine, step: str, passed: int, *, gated: bool) -> int:
    """Bring the record in line with what `step` rests on, and pass the gate; return the revision that passed it."""
    if step == catalog.ROLLBACK.id:
        refresh_if_possible(engine)
        return -1
    engine.reload()
    collect_ended(engine)
    refresh(engine, step)
    return pass_gate(engine, step, passed) if gated else passed


def refresh(engine: Engine, step: str) -> None:
    """Probe again what `step` rests on: everything before an irreversible action, otherwise only the tree; for the
    base the repository itself, if nobody has looked at it yet.
    """
    known = engine.record.definitions().get(step)  # the gate refuses what is not a step, in its own words
    if step in catalog.IRREVERSIBLE:
        refresh_preconditions(engine, step)
    elif known is not None and known.key == "tree" and engine.record.entry(catalog.FIX_CHANGE):
        probe_step(engine, catalog.FIX_CHANGE)  # results are kept for the current tree
    elif step == catalog.BRANCH_BASE and not engine.record.entry(catalog.BRANCH_PREFLIGHT):
        probe_step(engine, catalog.BRANCH_PREFLIGHT)  # it names the production branch, where the fix lands


def refresh_if_possible(engine: Engine) -> None:
    """Reload what others saved and settle what ended; a rollback does not wait for an unusable record."""
    try:
        engine.reload()
        collect_ended(engine)
    except (StoreError, BadRecord, OSError) as problem:
        engine.file_problem = sentence_of(problem)


# Comparing plans


def fingerprint(plan: "Plan") -> str:
    """Return what identifies a plan: commands, folders, environment, targets, and what a person does."""
    import hashlib  # late: the first screen waits for everything imported above
    import json

    parts = [_essence(plan), _essence(plan.log_tail) if plan.log_tail else None]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _essence(plan: "Plan") -> object:
    commands = [(command.argv, command.cwd, sorted(command.env)) for command in plan.commands]
    return [plan.title, commands, sorted(plan.env), plan.locks, plan.by_hand, plan.url]


def difference(before: "Plan", now: "Plan") -> list[str]:
    """Return the differences from `before` to `now`, one line each: removed with ``-``, added with ``+``."""
    old, new = _lines(before), _lines(now)
    return [f"- {line}" for line in old if line not in new] + [f"+ {line}" for line in new if line not in old]


def _lines(plan: "Plan") -> list[str]:
    every: list[Command] = [*plan.commands, *(plan.log_tail.commands if plan.log_tail else [])]
    shown = [f"in {command.cwd}: {' '.join([*sorted(command.env), *command.argv])}" for command in every]
    return [plan.title, *shown, *plan.by_hand.splitlines(), *([plan.url] if plan.url else []), *plan.locks]
