"""Carrying out what was prepared and confirmed: intent, then run. The outcome is up to `reconcile`.

Each function takes the `Engine`; nothing here keeps state.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from hotfix_tui.base.asking import Answers, look, looking
from hotfix_tui.engine import decisions, watching
from hotfix_tui.engine import prepare as engine_prepare
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError, NeedsConfirmation, NeedsTrust, NotSaved
from hotfix_tui.engine.prepare import Prepared, prepare
from hotfix_tui.engine.reconcile import Performed, collect_ended, implementation
from hotfix_tui.engine.start import begin_log, start
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules import signing
from hotfix_tui.steps.common import trusted

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Plan


def execute(
    engine: Engine, prepared: Prepared, word: str = "", *, showing: "Callable[[Plan], None] | None" = None
) -> Performed:
    """Carry out what was prepared, up to the point of waiting for its commands.

    `word` is what was typed to confirm it. If it was confirmed a while ago, or the record has changed since, it is
    planned again, and refused with the difference shown if it would now do something else. `showing` is called with
    the plan before anything starts. Raises Refused, NeedsConfirmation, NeedsTrust, NotSaved or EngineError; then
    nothing was started.
    """
    now = ready(engine, prepared, word)
    if now.already is not None:
        return _watched(engine, now.already)
    chosen = planned_of(now)
    if showing:
        showing(chosen)
    if chosen.commands:
        if now.step == catalog.WATCH:
            watching.end_watch(engine, "another one begins")
        begun = start(engine, now.step, chosen, now.entry)
        if begun.state == "running" and not begun.unrecorded:
            said = [begin_log(engine, chosen.log_tail)]
            if watching.begins_with(engine.record, now.step, now.method):
                said.append(watching.begin(engine, begun.run))
            begun = begun._replace(why=" ".join(filter(None, said)))
        return begun
    if not engine.dry_run:
        begin_log(engine, chosen.log_tail)
    return _watched(engine, without_commands(engine, now.step, chosen, now.method))


def _watched(engine: Engine, done: Performed) -> Performed:
    """Start the watch once production is seen to be deployed; report it if that fails."""
    said = watching.follow_up(engine) if done.step.startswith("deploy.") else ""
    return done._replace(why=f"{done.why}. {said}" if done.why else said) if said else done


def carry_out(
    engine: Engine,
    step: str,
    *,
    choice: str = "",
    confirm: str = "",
    showing: "Callable[[Plan], None] | None" = None,
) -> Performed:
    """Prepare `step` and execute it at once, for a caller that has already confirmed it. Raises as `execute` does."""
    prepared = replace(
        prepare(engine, step, choice), at=math.inf
    )  # nobody waits in between: the plan does not go stale
    return execute(engine, prepared, confirm, showing=showing)


def ready(engine: Engine, prepared: Prepared, word: str) -> Prepared:
    """Return `prepared` in the form in which it may be carried out now. Raises as `execute` does."""
    if prepared.already is not None:
        return prepared
    _check_permissions(engine, prepared, word)
    if prepared.step == catalog.ROLLBACK.id:
        engine_prepare.refresh_if_possible(engine)
    else:
        engine.reload()
    if prepared.is_fresh and prepared.revision == engine.record.revision:
        return prepared
    return _confirmed_again(engine, prepared)


def planned_of(prepared: Prepared) -> "Plan":
    """Return the plan of what was prepared; raise if its method was never chosen."""
    if prepared.plan is None:
        raise EngineError(f"{prepared.step} has several ways to go, and none was chosen.")
    if prepared.plan.unasked:
        raise EngineError(
            f"{prepared.step} was only previewed: what its commands need has not been looked up."
        )
    return prepared.plan


def _confirmed_again(engine: Engine, prepared: Prepared) -> Prepared:
    """Check again what was confirmed; raise Refused with the difference if it would now do something else."""
    step = prepared.step
    running.refuse_if_done_meanwhile(engine.record, step, prepared.entry)
    answers = prepared.answers if prepared.is_fresh else Answers(remember=engine.remembered)
    with look(answers):
        if step != catalog.ROLLBACK.id:
            already, _ = engine_prepare.done_already(engine, step, prepared.method, gated=False)
            if already is not None:
                return replace(prepared, already=already)
            collect_ended(engine)
            engine_prepare.refresh(engine, step)
        now = engine_prepare.planned(engine, prepared)
    if now.fingerprint != prepared.fingerprint:
        raise engine_prepare.PlanChanged(planned_of(prepared), now, planned_of(now))
    return replace(now, entry=prepared.entry)


def _check_permissions(engine: Engine, prepared: Prepared, word: str) -> None:
    step, chosen = prepared.step, planned_of(prepared)
    if step in catalog.IRREVERSIBLE and engine.save_problem:
        raise NotSaved(f"Progress is not being saved, so {step} does not start: {engine.save_problem}")
    check_trust(engine, chosen)
    words = list(prepared.needs_word)
    if words and word not in words:
        past = (step, prepared.method) == signing.BYPASS
        what = "This merges past the rules" if past else "This changes production"
        said = "The confirm word does not match" if word else what
        raise NeedsConfirmation(f"{said}: confirm with {' or '.join(words)}.", words, chosen)


def check_trust(engine: Engine, chosen: "Plan") -> None:
    """Raise NeedsTrust if `chosen` would run something that nobody has read and agreed to."""
    acts = bool(chosen.commands) or chosen.log_tail is not None
    if (acts or not chosen.trusted) and not trusted.is_own(engine.record, engine.store.directory(engine.id)):
        raise NeedsTrust(
            f"The record of {engine.id} was not written here by you: it came with the repository, or was changed "
            "outside the wizard. Nothing that it says runs before you have read it: `hotfix-tui trust`."
        )
    if not chosen.trusted and not is_trusted(engine):
        raise NeedsTrust(
            "The commands of this repository's configuration are not trusted yet. "
            "Read them and agree: `hotfix-tui trust`."
        )


def is_trusted(engine: Engine) -> bool:
    """Return whether the incident's configuration was trusted, here or by its hash."""
    return trusted.may_act(engine.record, engine.store.directory(engine.id), engine.root)


def without_commands(engine: Engine, step: str, chosen: "Plan", choice: str) -> Performed:
    """Carry out a plan that runs nothing: the step's own action, or else a probe; return the outcome."""
    ctx, impl = engine.context(), implementation(engine, step)
    try:
        with looking(engine.remembered):
            probe = impl.apply(ctx, choice) if not chosen.by_hand else None
            probe = probe or impl.probe(ctx)
    except GitError as problem:
        probe = Probe("unknown", None, str(problem))
    probe = probe.over(chosen.known)
    if decided := decisions.decide(engine, step, choice, probe):
        return Performed(step, decided, probe.why, chosen)
    engine.change(lambda record, actor: running.apply_probe(record, actor, step, probe, asked=True))
    if chosen.by_hand and probe.state != "done":
        return Performed(step, "by-hand", probe.why, chosen)
    return Performed(step, probe.state, probe.why, chosen)
