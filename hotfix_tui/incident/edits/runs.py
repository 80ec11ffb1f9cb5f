"""Automatic steps in the record: intent before an action, result after it, and what a probe saw in between.

A run's intent is saved before its command starts, so that after a crash the record says what may have happened;
the result is written from what the probe saw, never from an exit status alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hotfix_tui.base.text import one_line, shortened, with_reason
from hotfix_tui.incident.edits.journal import forget
from hotfix_tui.incident.edits.person import Actor, Entries, entry, keep_line, name_line, take_line_off
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import BY_HAND, Evidence, Finding, Told
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.deploy import Deployed, RolledBack
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.record import E, Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import GOOD_VERDICTS, may_start, refuse
from hotfix_tui.incident.rules.step_state import current_key, key_name
from hotfix_tui.incident.rules.step_state import findings as all_findings


class Probe(NamedTuple):
    """The result of probing one step.

    state: ``done``, ``not-done``, ``failed`` (it was tried and is wrong), ``asks`` (the engineer has to choose;
    `why` is the question), ``given-up`` (a run undid what was begun, as it was meant to), ``waiting`` (it is in
    progress elsewhere: in a merge queue, or as a deployment that a push started) or ``unknown`` (the probe could not
    tell). saw: what was seen; fields it does not mention are no longer known, unless it only `adds` the fields it
    names to what was seen before. why: one clause for people. overrules: whether the result outweighs what a person
    said before, or settles an unknown result without being a success.
    """

    state: str
    saw: Evidence | None = None
    why: str = ""
    adds: bool = False
    overrules: bool = False

    def seen(self, kind: type[E]) -> E:
        """Return what was seen, as typed evidence."""
        return self.saw if isinstance(self.saw, kind) else kind.from_dict(self.evidence)

    @property
    def evidence(self) -> dict[str, object]:
        """What was seen, as it is stored."""
        if self.saw is None:
            return {}
        return self.saw.named() if self.adds else self.saw.to_dict()

    def over(self, known: Evidence | None) -> "Probe":
        """Return the same result, with fields it does not mention taken from `known`."""
        if known is None or self.saw is None:
            return self if known is None else self._replace(saw=known, adds=True)
        return self._replace(saw=known.joined(self.saw if self.adds else self.saw.without_defaults()))

    def merged(self, before: Mapping[str, object]) -> dict[str, object]:
        """Return the stored evidence after this probe, given that it was `before`."""
        replaced = frozenset() if self.saw is None or self.adds else self.saw.names()
        return {**{name: value for name, value in before.items() if name not in replaced}, **self.evidence}


def begin(
    record: Record,
    actor: Actor,
    step: str,
    what: str,
    seen: dict[str, object] | None = None,
    note: RunNote | None = None,
) -> tuple[int, Entries]:
    """Write the intent to run `step`; return the run's number and the timeline entries.

    `note` is kept for reading the end of the run.

    `seen` is the step's entry at planning time: once another terminal has carried the step out, that plan is
    outdated. Raises `Refused` then, and when the workflow does not allow the step now. Side runs (a rollback, the
    log tail) are refused only while another run of theirs is active.
    """
    known = record.definition(step)
    if step in catalog.SIDE_RUNS:
        if record.entry(step).get("state") == "running":
            number = record.entry(step).get("run")
            what = "A rollback" if step == catalog.ROLLBACK.id else "The log tail"
            raise refuse(f"{what} is already running.", f"Watch it: `output {number} --follow`.", step)
    else:
        may_start(record, step)
    if seen is not None:
        refuse_if_done_meanwhile(record, step, seen)
    for line in record.offered_lines:
        if catalog.backport_step(line).id == step:
            name_line(record, actor, line, begins=True)
    number = max((int(run["n"]) for run in record.runs), default=0) + 1
    before = record.entry(step)
    old = before.get("evidence")
    record.steps[step] = {
        "state": "running",
        "at": actor.at,
        "by": actor.by,
        "round": record.round,
        "run": number,
        **({"evidence": dict(old)} if old else {}),
    }
    if key_name(known):
        record.steps[step][key_name(known)] = current_key(record, known)
    run = {"n": number, "step": step, "round": record.round, "at": actor.at}
    noted = note.to_dict() if note is not None else {}
    record.runs.append(
        {**run, **({"before": before} if before else {}), **({"note": noted} if noted else {})}
    )
    _forget_old_runs(record)
    forget(record, "step", step)
    policy.fix_order(record)
    return number, [
        entry(actor, "run", f"Started: {known.title}: {one_line(what, 300)}", step=step, run=number)
    ]


def refuse_if_done_meanwhile(record: Record, step: str, seen: Mapping[str, object]) -> None:
    """Raise `Refused` when `step` was begun, or found done, since the entry `seen` was read."""
    now = record.entry(step)
    state, run = now.get("state"), now.get("run")
    if run == seen.get("run") and (state == seen.get("state") or state != "done"):
        return
    title, which = record.definition(step).title, f" (run {run}: {state})" if run else ""
    raise refuse(f"{title} was carried out in the meantime{which}.", "See the outcome: `status`.", step)


KEPT_RUNS = 40
"""How many runs the record lists; older ones remain in their directories and on the timeline."""


def _forget_old_runs(record: Record) -> None:
    shown = {now.get("run") for now in record.steps.values()}
    late = {run["n"] for run in record.runs[-KEPT_RUNS:]}
    record.doc["runs"] = [run for run in record.runs if run["n"] in shown or run["n"] in late]


def finish(
    record: Record,
    actor: Actor,
    step: str,
    probe: Probe,
    outcome: str = "",
    ended: datetime | None = None,
) -> Entries:
    """Write the result of the running `step` as the probe saw it; `outcome` says how its command ended.

    `ended` is the time of that, if known: the result may be written much later.
    """
    known = record.definition(step)
    now = record.entry(step)
    state = {"done": "done", "unknown": "unknown", "waiting": "waiting", "asks": "", "given-up": ""}.get(
        probe.state, "failed"
    )
    tells = bool(probe.why) and probe.state not in ("done", "given-up")
    after = _after_look(record, step, probe, tells=tells)
    record.steps[step] = {**now, "state": state, "at": actor.at, "evidence": after}
    if not state:
        # a question, or given up: the step is still to do, and the attempt does not count as failed
        record.steps[step] = {"evidence": after}
    for run in record.runs:
        if run["n"] == now.get("run"):
            # Clocks differ: a run cannot end before it began, nor in the future.
            run.pop("before", None)
            run.update(state=state or "done", ended=max(run["at"], min(ended or actor.at, actor.at)))
            if state != "done":
                run["outcome"] = shortened(outcome, 160)
    _after(record, actor, step, state)
    if known.line and probe.state == "given-up":
        take_line_off(record, known.line)
    elif known.line and state in ("done", "waiting"):
        keep_line(record, actor, known.line)
    word = {
        "done": "Done",
        "failed": "Failed",
        "unknown": "Result unknown",
        "waiting": "On the way",
        "": "Given up" if probe.state == "given-up" else "To be chosen",
    }[state]
    text = with_reason(f"{word}: {known.title}", one_line(probe.why, 240))
    more: dict[str, object] = {"run": now["run"]} if "run" in now else {}
    if state:
        more["state"] = state
    return [entry(actor, "result", text, step=step, **more)]


def _after_look(record: Record, step: str, probe: Probe, *, tells: bool) -> dict[str, object]:
    """Return what is stored of `step` after a probe; with the probe's reason if that `tells` something."""
    after = {name: value for name, value in probe.merged(record.stored(step)).items() if name != _WHY}
    return {**after, _WHY: probe.why} if tells else after


_WHY = "why"
"""The key of the reason, among the keys that every step may store."""


def withdraw(record: Record, actor: Actor, step: str, why: str) -> Entries:
    """Withdraw the intent of a run that certainly never started: the step is what it was before."""
    now = record.steps.pop(step)
    for run in record.runs:
        if run["n"] == now.get("run"):
            run.update(state="never-started", ended=actor.at, outcome=why)
            if before := run.pop("before", None):
                record.steps[step] = before
    policy.fix_order(record)
    known = record.definition(step)
    if known.line:
        take_line_off(record, known.line)
    title = known.title
    return [entry(actor, "result", f"Not started: {title}: {why}", step=step, run=now.get("run", 0))]


def let_go(record: Record, step: str, why: str, at: datetime) -> None:
    """Forget the running `step`, whatever its run may still report: what it was about is no longer true."""
    now = record.steps.pop(step, {})
    for run in record.runs:
        if now.get("state") == "running" and run["n"] == now.get("run"):
            run.pop("before", None)
            run.update(state="failed", ended=max(run["at"], at), outcome=why)


def apply_probe(record: Record, actor: Actor, step: str, probe: Probe, *, asked: bool = False) -> Entries:
    """Bring the record in line with what a probe saw of a step that is not running; `asked` means by the engineer.

    A step done outside the wizard counts; one that is no longer true goes back to pending; a probe that could not
    tell changes nothing. An unknown result is settled once the step is seen to be done, or definitely not done; a
    step that was in progress elsewhere and is now neither in progress nor done has failed.
    """
    known = record.definition(step)
    now = record.entry(step)
    was = str(now.get("state", ""))
    settles = probe.state == "done" or (probe.state == "failed" and probe.overrules)
    if probe.state == "unknown" or was == "running" or (was == "unknown" and not settles):
        return []
    state = {"done": "done", "failed": "failed", "waiting": "waiting"}.get(probe.state, "")
    if was == "waiting" and not state:
        state = "failed"
    evidence = _after_look(record, step, probe, tells=state in ("failed", "waiting") or probe.state == "asks")
    if now.get("how") == "tick" and state != "done" and not probe.overrules:
        return []
    fresh: dict[str, object] = {"evidence": evidence} if evidence else {}
    if state:
        kept = ("run",) if probe.overrules else ("run", "how")
        fresh = {**{k: v for k, v in now.items() if k in kept}, **fresh}
        fresh.update(state=state, at=now.get("at") if was == state else actor.at, by=now.get("by", actor.by))
        fresh["round"] = record.round
        if key_name(known):
            fresh[key_name(known)] = current_key(record, known)
    if fresh == now:
        return []
    if not fresh:
        record.steps.pop(step, None)
    else:
        record.steps[step] = fresh
    forget(record, "step", step)
    policy.fix_order(record)
    if state == was or not (state or was):
        return []  # only the evidence is newer: it is saved, but nothing happened
    if was in ("unknown", "waiting"):
        _settle_run(record, now.get("run"), state)
    _after(record, actor, step, state)
    words = ("Done", "Failed") if asked else ("Found done", "Verification failed")
    word = {"done": words[0], "failed": words[1], "waiting": "On the way"}.get(state, "No longer done")
    text = with_reason(f"{word}: {known.title}", one_line(probe.why))
    return [entry(actor, "seen", text, step=step, **({"state": state} if state else {}))]


def _settle_run(record: Record, number: int | None, state: str) -> None:
    """Give an unsettled run the state that was seen."""
    for run in record.runs:
        if number is not None and run["n"] == number and run.get("state") in ("unknown", "waiting"):
            run["state"] = state


def keep_findings(
    record: Record, actor: Actor, findings: list[Finding], looked_for: Sequence[str]
) -> Entries:
    """Replace the earlier findings with the ids `looked_for` by what a check of production before an action found."""
    now = record.entry(Base.STEP)
    if not now.get("evidence"):
        return []
    before = all_findings(record, Base.STEP)
    after = [finding for finding in before if finding.id not in looked_for] + findings
    if after == before:
        return []
    kept = Probe(now["state"], Base(findings=tuple(after)), adds=True)
    record.steps[Base.STEP] = {**now, "evidence": kept.merged(now["evidence"])}
    new = [finding for finding in findings if finding not in before]
    return [entry(actor, "seen", one_line(finding.text, 300), step=Base.STEP) for finding in new]


def resolve_unknown_run(record: Record, actor: Actor, number: int, did: bool) -> Entries:
    """Settle the run `number`, whose result is unknown: a person says whether it succeeded."""
    runs = [run for run in record.runs if run["n"] == number]
    if not runs:
        raise refuse(f"There is no run {number}.", "`runs` lists them.")
    step = str(runs[0]["step"])
    now = record.entry(step)
    if now.get("run") != number or now.get("state") != "unknown":
        raise refuse(
            f"The result of run {number} ({step}) is not unknown.", f"See it: `output {number}`.", step
        )
    probe = Probe(
        "done" if did else "failed",
        Told(said=f"{actor.by} looked"),
        f"{actor.by} looked: it did" + ("" if did else " not"),
        adds=True,
    )
    return finish(record, actor, step, probe, "looked at by hand")


def back_by_hand(record: Record, actor: Actor, known: RolledBack, note: str) -> Entries:
    """Write that a person rolled production back, to what `known` says, in the words of `note`."""
    now = record.entry(catalog.ROLLBACK.id)
    if now.get("state") == "running":
        raise refuse(
            "A rollback is running.", f"Watch it: `output {now.get('run')} --follow`.", catalog.ROLLBACK.id
        )
    told = now.get("state") == "done" and now.get("how") == "tick" and now.get("round") == record.round
    if told and not record.entry(Deployed.STEP).get("state"):
        return []  # nothing was deployed since: it happened once
    said = note.strip() or BY_HAND
    record.steps[catalog.ROLLBACK.id] = {
        "state": "done",
        "at": actor.at,
        "by": actor.by,
        "round": record.round,
        "how": "tick",
        "evidence": {**known.to_dict(), "said": said},
    }
    _after(record, actor, catalog.ROLLBACK.id, "done")
    text = f"Done: {catalog.ROLLBACK.title}: {one_line(said, 240)}"
    return [entry(actor, "result", text, step=catalog.ROLLBACK.id, state="done")]


def _after(record: Record, actor: Actor, step: str, state: str) -> None:
    """Carry the consequences of a step's new state into the rest of the record."""
    if state != "done":
        return
    if step == catalog.ROLLBACK.id:
        undone = (catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_LIVE, "monitor.", "communicate.")
        begun = record.entry(step).get("run")
        if begun is None or int(record.entry(catalog.WATCH).get("run", 0)) < int(begun):
            let_go(
                record, catalog.WATCH, "production was rolled back", actor.at
            )  # otherwise it began with this very action
        for name in [n for n in record.steps if n.startswith(undone)]:
            if record.entry(name).get("state") != "running":
                record.steps.pop(name)
        now = record.steps[step]
        record.steps[step] = {**now, "evidence": {**now.get("evidence", {}), "back_at": actor.at}}
        if record.this_round.get("verdict") in GOOD_VERDICTS:
            record.this_round.pop(
                "verdict"
            )  # it was about something no longer live; a bad verdict stays true
        record.clock.pop("stopped_at", None)
        record.doc.pop("undo", None)
