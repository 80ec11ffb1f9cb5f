"""Does what the cures of refusals say, as a person would, so that a cure that leads nowhere is noticed."""

import re

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.rules import gates, lifecycle
from tests.incident.support import ANN, EVIDENCE, NOW, settle
from tests.typed import read

COMMANDS = {
    *("do", "tick", "untick", "waive", "accept", "set", "note", "severity", "next", "back", "round"),
    *("resolve", "close", "reopen", "abandon", "false-alarm", "normal-process", "verdict", "adopt", "look"),
    *("edit", "render", "send", "rollback", "backport", "runs", "output", "cancel", "status"),
}
"""The commands of the design that a cure may name."""

_EMPTY_PART = re.compile(r"  |\(\)|: \.|: $|\.\.|``|None|'' |^[.,:;)]|\{|\}")


def check_text(text):
    """Check a sentence for people: not empty, no part of it missing."""
    assert text and text == text.strip(), repr(text)
    assert not _EMPTY_PART.search(text), text


def check_reason(reason, steps):
    """Check the problem, and a cure that names a command or says what to enter."""
    check_text(reason.sentence)
    check_text(reason.cure)
    assert reason.sentence.endswith((".", "?"))
    assert reason.cure.endswith(".")
    known = reason.step in steps or reason.step in ("", "deploy.rollback")
    assert known or reason.sentence.startswith("There is no step"), reason
    named = re.findall(r"`([a-z-]+)", reason.cure)
    assert set(named) <= COMMANDS, reason.cure
    assert named or re.search(r"--[a-z]|Choose|Give|Write|nothing", reason.cure, re.IGNORECASE), reason.cure


def obey(record, reason):
    """Follow the first command of the cure; False if the workflow refuses that now too."""
    command = re.findall(r"`([^`]+)`", reason.cure)[0].split()
    name, rest = command[0], command[1:]
    try:
        _ACTS[name](record, *rest)
    except gates.Refused as no:
        for each in no.reasons:
            check_reason(each, record.definitions())
        return False
    return True


def follow_to_the_end(record, rounds=40):
    """Follow cures until the incident is closed; fail with what is left when nothing moves any more."""
    for _ in range(rounds):
        if record.state == "closed":
            return
        reasons = gates.owed(record) + (gates.unresolved(record) if record.state == "open" else [])
        if not reasons:
            (lifecycle.resolve if record.state == "open" else lifecycle.close)(record, ANN)
            continue
        moved = [obey(record, reason) for reason in reasons]
        if not any(moved):
            raise AssertionError([str(reason) for reason in reasons])
    raise AssertionError(f"still {record.state}")


def _set(record, key, *_):
    known = FACTS[key]
    value = {"time": NOW, "list": ["one"], "actions": [{"task": "one"}]}.get(known.kind, "known")
    actions.set_fact(record, ANN, key, known.choices[0] if known.kind == "choice" else value)


def _do(record, step, *choose):
    kind = record.definitions()[step].kind
    if choose or kind == "document":
        settle(record, step)
        return
    assert kind == "auto", f"`do {step}` does nothing: a person does it"
    running.begin(record, ANN, step, "as it was planned")
    running.finish(record, ANN, step, Probe("done", read(step, EVIDENCE.get(step, {})), adds=True), "exit 0")


def _cancel(record, number):
    step = next(run["step"] for run in record.runs if run["n"] == int(number))
    running.finish(record, ANN, step, Probe("failed", None, "cancelled"), "cancelled")


_ACTS = {
    "do": _do,
    "set": _set,
    "cancel": _cancel,
    "tick": lambda record, step, *_: actions.tick(record, ANN, step, "Kim"),
    "send": lambda record, name, *_: actions.sent(record, ANN, name, "resolved", "by hand", "0" * 64),
    "severity": lambda record, level: actions.set_severity(record, ANN, level, "so it is"),
    "accept": lambda record, finding: actions.accept(record, ANN, finding, "generated"),
    "look": lambda record, number, did: running.resolve_unknown_run(record, ANN, int(number), did == "did"),
    "verdict": lambda record, value, *_: lifecycle.give_verdict(record, ANN, value, "it is gone"),
    "reopen": lambda record, *_: lifecycle.reopen(record, ANN, "not yet done"),
    "next": lambda record: actions.go_next(record, ANN),
    "resolve": lambda record: lifecycle.resolve(record, ANN),
    "close": lambda record: lifecycle.close(record, ANN),
}
