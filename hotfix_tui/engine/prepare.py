"""Before an act: what it would do as far as that is known, and the plan that is shown, confirmed and then carried out.

`preview` is for a cursor that moves: it asks nobody and writes nothing. `prepare` passes the gate once, looks once and
asks each question to the network once; its `Prepared` is what `execute.execute` carries out, or refuses.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.errors import sentence_of
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.settling import (
    Performed,
    implementation,
    probe_step,
    refresh_before,
    running_steps,
    settle,
    settle_ended,
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
from hotfix_tui.steps.contract import Choice, Command, Plan

FRESH = 5.0
"""Seconds for which a plan is carried out without another look; what was confirmed later is looked at once more."""


# For the cursor


class Preview(NamedTuple):
    """What a step would do, as far as it is known without asking anybody; `reasons` say why it cannot start now."""

    plan: Plan | None = None
    choices: tuple[Choice, ...] = ()
    reasons: tuple[Reason, ...] = ()
    blocked: bool = False
    """Whether the gate itself says no, whatever anybody would answer."""
    unasked: bool = False
    """Whether the plan hangs on an answer that nobody has given yet: it is shown before it is carried out."""


def preview(engine: Engine, step: str, choice: str = "") -> Preview:
    """Return what `step` would do. Pure: nothing is asked of the network, and nothing is written."""
    found = registry.find(step)
    if found is None:
        return Preview()
    choices: tuple[Choice, ...] = ()
    if step not in catalog.SIDE_RUNS:
        try:
            gates.may_start(engine.record, step)
        except Refused as no:
            return Preview(reasons=tuple(no.reasons), blocked=True)
    try:
        with asking.remembered(engine.remembered):
            ctx = engine.context()
            choices = tuple(found.choices(ctx))
            if findings := _known_findings(engine, step):
                return Preview(None, choices, findings)
            way = choice or way_at_once(engine, step, choices)
            return Preview(found.plan(ctx, way), choices)
    except Refused as no:
        return Preview(None, choices, tuple(no.reasons))
    except GitError as problem:
        return Preview(None, choices, (Reason(f"{problem}.".replace("..", "."), "Look again.", step),))
    except asking.NotAsked:
        return Preview(None, choices, unasked=True)


def _known_findings(engine: Engine, step: str) -> tuple[Reason, ...]:
    """What an earlier look has found that stops `step`, while it is neither cured nor accepted."""
    from hotfix_tui.steps.guards.before_act import looked_for

    ids = looked_for(step)
    found = [one for one in open_findings(engine.record, "branch.base") if one.id in ids]
    cure = "Cure it, or accept it with a reason."
    return tuple(Reason(one.text, cure, "branch.base") for one in found)


def way_at_once(engine: Engine, step: str, choices: Sequence[Choice]) -> str:
    """Return the way that `step` goes without asking; empty where the engineer chooses, as after one that failed."""
    failed = engine.record.entry(step).get("state") in ("failed", "unknown", "waiting")
    return choices[0].name if choices and choices[0].at_once and not failed else ""


def choices(engine: Engine, step: str) -> list[Choice]:
    """Return the ways to go at `step`, the recommended one first; some are asked of the forge."""
    found = registry.find(step)
    with asking.looking(engine.remembered):
        return found.choices(engine.context()) if found else []


# For the act


@dataclass(frozen=True)
class Prepared:
    """A plan that the gate has let pass, as it is shown and confirmed.

    Without a `plan` the engineer has to choose among `choices` first, or it is done `already`.
    """

    step: str
    method: str = ""
    plan: Plan | None = None
    choices: tuple[Choice, ...] = ()
    already: Performed | None = None
    revision: int = -1
    """The revision of the record that it was made from."""
    passed: int = -1
    """The revision at which the gate let it pass; -1 where it was not asked."""
    fingerprint: str = ""
    needs_word: tuple[str, ...] = ()
    """The words of which one has to be typed; empty where none is asked for."""
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
        """Whether it is shown in a dialog of its own before it runs, where it leaves this machine."""
        return self.plan is not None and bool(self.plan.commands) and not self.plan.only_looks


class PlanChanged(Refused):
    """It would do something else now than what was confirmed; `now` is what, `lines` are the difference."""

    def __init__(self, before: Plan, now: Prepared, plan: Plan) -> None:
        self.now = now
        self.lines = difference(before, plan)
        shown = "; ".join(self.lines[:12])
        sentence = f"It would do something else now than what was confirmed: {shown}."
        super().__init__([Reason(sentence, "Look at it, then confirm it again.", now.step)])


def prepare(
    engine: Engine, step: str, method: str | None = "", *, after: Prepared | None = None, gated: bool = True
) -> Prepared:
    """Return what `step` would do in the way `method`, ready to be shown and carried out.

    With `method` None, a step that has several ways is not planned yet: its `choices` are for the engineer, and the
    next call goes on from there (`after`). Raises Refused with the cure.
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
        ways = tuple(impl.choices(engine.context())) if method is None else ()
        made = Prepared(step, choices=ways, passed=passed, answers=answers, at=at)
        if len(ways) > 1:
            return made
        method = (ways[0].name if ways else "") if method is None else method
        return planned(engine, replace(made, method=method))


def planned(engine: Engine, made: Prepared) -> Prepared:
    """Return `made` with the plan of its step and method as it is now."""
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


def plan(engine: Engine, step: str, choice: str = "") -> Plan:
    """Return what performing `step` would do now, whether or not it may start. Raises Refused with the cure."""
    with asking.looking(engine.remembered):
        return make_plan(engine, step, choice)


def make_plan(engine: Engine, step: str, choice: str = "") -> Plan:
    """Look before `step`, then plan it, within a look. Raises Refused with the cure."""
    from hotfix_tui.engine import standing

    impl = implementation(engine, step)
    try:
        with asked_once():
            said = standing.before(engine, step, choice)
            made = impl.plan(engine.context(), choice)
        return replace(made, warnings=[*said, *made.warnings]) if said else made
    except GitError as problem:
        raise refuse(f"{problem}.".replace("..", "."), f"Then do it again: `do {step}`.", step) from None


def _words(engine: Engine, step: str, method: str, plan: Plan) -> list[str]:
    wants = gates.needs_confirmation(engine.record, step, method) or step == catalog.ROLLBACK.id
    if not wants or not plan.commands or plan.only_looks or engine.dry_run:
        return []
    return gates.confirm_words(engine.record)


def pass_gate(engine: Engine, step: str, passed: int = -1) -> int:
    """Ask the gate whether `step` may start, unless it has answered for this record; return the record's revision.

    What runs beside the steps passes no gate. Raises Refused.
    """
    if step not in catalog.SIDE_RUNS and engine.record.revision != passed:
        gates.may_start(engine.record, step)
    return engine.record.revision


def done_already(
    engine: Engine, step: str, choice: str, *, gated: bool = True
) -> tuple[Performed | None, int]:
    """Return that `step` is done, by a run that ended unseen or by what the world shows; None if it has to be done.

    Retrying after a crash so repeats no irreversible act, and what was done outside the wizard counts, whatever is
    missing before it. A choice asks for it anew; of a merge it only names the method. The revision at which the gate
    was passed comes with it, -1 where it was not asked.
    """
    try:
        engine.follow()
        settled = settle(engine, step) if step in running_steps(engine) else None
    except (StoreError, BadRecord, OSError):
        if step != catalog.ROLLBACK.id:
            raise
        return None, -1
    if settled is not None and settled.state == "done":
        return settled, -1
    was = engine.record.entry(step).get("state")
    open_ended = was in ("unknown", "waiting")
    anew = bool(choice) and step != "release.merge" and not open_ended
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
    engine.follow()
    settle_ended(engine)
    refresh(engine, step)
    return pass_gate(engine, step, passed) if gated else passed


def refresh(engine: Engine, step: str) -> None:
    """Look again at what `step` rests on: before an irreversible act at everything, else at the tree."""
    known = engine.record.definitions().get(step)  # what is no step is refused by the gate, in its words
    if step in catalog.IRREVERSIBLE:
        refresh_before(engine, step)
    elif known is not None and known.key == "tree" and engine.record.entry("fix.change"):
        probe_step(engine, "fix.change")  # a result is kept for the tree that is there now


def refresh_if_possible(engine: Engine) -> None:
    """Take over what others saved and settle what ended; a rollback does not wait for a record that cannot be used."""
    try:
        engine.follow()
        settle_ended(engine)
    except (StoreError, BadRecord, OSError) as problem:
        engine.file_problem = sentence_of(problem)


# What is compared


def fingerprint(plan: Plan) -> str:
    """Return what tells a plan from another: commands, folders, environment, targets, and what a person does."""
    parts = [_essence(plan), _essence(plan.beside) if plan.beside else None]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _essence(plan: Plan) -> object:
    commands = [(one.argv, one.cwd, sorted(one.env)) for one in plan.commands]
    return [plan.title, commands, sorted(plan.env), plan.locks, plan.by_hand, plan.url]


def difference(before: Plan, now: Plan) -> list[str]:
    """Return in lines what `now` does otherwise than `before`: what went with ``-``, what came with ``+``."""
    old, new = _lines(before), _lines(now)
    return [f"- {line}" for line in old if line not in new] + [f"+ {line}" for line in new if line not in old]


def _lines(plan: Plan) -> list[str]:
    every: list[Command] = [*plan.commands, *(plan.beside.commands if plan.beside else [])]
    shown = [f"in {one.cwd}: {' '.join([*sorted(one.env), *one.argv])}" for one in every]
    return [plan.title, *shown, *plan.by_hand.splitlines(), *([plan.url] if plan.url else []), *plan.locks]
