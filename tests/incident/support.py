"""Records for tests: every state is reached through the public functions, at fixed times."""

from datetime import UTC, datetime, timedelta

from hotfix_tui.detect import trigger_signs
from hotfix_tui.detect.trigger_types import GoesTo, Ships
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.views import view, views
from tests.typed import read

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
ANN = Actor("ann", NOW)
COMMANDS = {name: {"run": ["make", name]} for name in ("setup", "test", "typecheck", "build", "regression")}
CONFIG = {
    "commands": COMMANDS,
    "deploy": {"staging": {"run": ["ship", "staging"]}, "production": {"run": ["ship", "{commit}"]}},
    "git": {"backports": ["release/2.2"]},
}
"""A repository that has everything: all commands, staging, a deployment of a given commit, one backport line."""

EVIDENCE = {
    "branch.preflight": {"remote": "origin", "forge": "github", "version_tags": True},
    "branch.base": {"commit": "base1", "undeployed": 0},
    "fix.change": {"tree": "tree1", "locks": "locks1"},
    "release.confirm": {"commit": "landed1", "tree": "tree1"},
}
"""What the probes of a smooth incident see."""


def at(minutes):
    """Return ann, so many minutes later."""
    return Actor("ann", NOW + timedelta(minutes=minutes))


def make(severity="P1", *, config=CONFIG, facts=None, **evidence):
    """Return an open incident; `evidence` is what preflight (plain names) or base (``undeployed``) saw."""
    record = new_record("ENG-7", now=NOW, by="ann", config=config, facts=facts or {"ticket": "ENG-7"})
    if severity:
        actions.set_severity(record, ANN, severity)
    undeployed = evidence.pop("undeployed", None)
    if evidence:
        see(record, "branch.preflight", **{**EVIDENCE["branch.preflight"], **evidence})
    if undeployed is not None:
        see(record, "branch.base", **{**EVIDENCE["branch.base"], "undeployed": undeployed})
    return record


def see(record, step, state="done", **evidence):
    """Let a probe report `step`."""
    return running.apply_probe(record, ANN, step, Probe(state, read(step, evidence), "seen", adds=True))


def run(record, step, state="done", **evidence):
    """Run `step` to its end, through the gate."""
    number, _ = running.begin(record, ANN, step, "make it so")
    running.finish(
        record,
        ANN,
        step,
        Probe(state, read(step, evidence), "" if state == "done" else "it broke", adds=True),
        "exit 0",
    )
    return number


def settle(record, step, **evidence):
    """Do `step` in the way of its kind, as if by hand or outside the wizard."""
    kind = record.definitions()[step].kind
    if step == "triage.severity":
        if not record.severity:
            actions.set_severity(record, ANN, "P1")
    elif step == "triage.describe":
        actions.set_fact(record, ANN, "title", "Expired tokens are accepted")
        actions.set_fact(record, ANN, "impact.seen", "Anyone stays signed in")
    elif kind == "fact":
        actions.set_fact(record, ANN, record.definitions()[step].fact, "known")
    elif kind == "decision":
        actions.choose(record, ANN, step, "no", "Not rolled back")
    elif kind == "message":
        actions.sent(record, ANN, step.split(".")[1], "resolved", "by hand", "0" * 64)
    elif kind == "auto":
        see(record, step, **{**EVIDENCE.get(step, {}), **evidence})
    else:
        actions.tick(record, ANN, step, "Kim")


def settle_until(record, last="", *, but=()):
    """Settle every required step before `last` (all of them without it), in working order, except those named."""
    for name in list(views(record)):
        if name == last:
            return record
        if name not in record.definitions() or name in but:
            continue
        seen = view(record, record.definitions()[name])
        if seen.required.level in ("R", "W") and not seen.settled:
            settle(record, name)
    return record


def closed(record):
    """Bring the incident to its end, smoothly."""
    settle_until(record)
    lifecycle.give_verdict(record, ANN, "fixed", "the error rate is down")
    lifecycle.resolve(record, ANN)
    lifecycle.close(record, ANN)
    return record


def ships(what: str) -> str:
    """Return what detection says goes out by something that it calls `what`."""
    known = {trigger_signs.said_of(row): trigger_signs.ships_of(row) for row in trigger_signs.ROWS}
    if what.startswith(("a tag publishes", "a push publishes", "publishes to ")):
        return Ships.PACKAGE.value
    return next((known[said].value for said in sorted(known, reverse=True) if what.startswith(said)), "")


def goes_to(what: str) -> str:
    """Return the registry to which detection says that it goes by something that it calls `what`."""
    known = {trigger_signs.said_of(row): trigger_signs.goes_to(row) for row in trigger_signs.ROWS}
    return known.get(what, GoesTo.UNSAID).value
