"""Random incidents: any sequence of acts, in memory and on disk, keeps what must never be lost."""

import copy
import os
import shutil
import tempfile
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hotfix_tui.incident.edits import notes
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model import catalog, facts, schema
from hotfix_tui.incident.model.evidence.every import kind_of
from hotfix_tui.incident.model.record import Record, new_record
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.rules import gates, lifecycle, policy
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.store import Store
from tests.incident.following import check_reason, obey
from tests.incident.support import CONFIG, NOW, settle_until

CONFIGS = (
    CONFIG,
    {},
    {**CONFIG, "git": {"tag": "before-deploy", "backports": []}, "policy": {"P2": {"order": "deploy-first"}}},
    {**CONFIG, "checklists": {"verify": [{"id": "cache", "text": "Cache cleared"}]}},
)
LEVELS = ("P0", "P1", "P2", "P3")
STEPS = sorted([*Record({"config": CONFIG}).definitions(), "verify.x-cache"])
AUTO = [name for name in STEPS if name in catalog.STEPS and catalog.STEPS[name].kind == "auto"]
TEXTS = {
    "time": ["-25m", "2026-11-23T10:00Z"],
    "ticket": ["ENG-8", "#12"],
    "choice": [],
    "actions": ["write it up | ann | Friday | prevent"],
    "list": ["one | two", "three"],
}
EVIDENCE = st.fixed_dictionaries(
    {},
    optional={
        "tree": st.sampled_from(["tree1", "tree2"]),
        "commit": st.sampled_from(["c1", "c2"]),
        "locks": st.sampled_from(["l1", "l2"]),
        "undeployed": st.integers(0, 3),
        "deploys_on_push": st.booleans(),
        "tag_deploys": st.booleans(),
        "version_tags": st.booleans(),
        "remote": st.sampled_from(["", "origin"]),
        "forge": st.sampled_from(["none", "github"]),
        "findings": st.just([{"id": "big", "path": "a.py", "content": "1", "text": "a.py is large"}]),
    },
)
PROBES = st.tuples(
    st.sampled_from(["done", "done", "not-done", "failed", "unknown"]),
    EVIDENCE,
    st.sampled_from(["", "seen"]),
)


def looked(step, drawn):
    """A look at `step` that saw what its class has of the evidence that was drawn."""
    state, evidence, why = drawn
    return Probe(state, kind_of(step).from_dict(evidence), why, adds=True)


WHY = st.sampled_from(["it is three at night", "so said the lead", " "])


def full(doc):
    """The document without the empty tables that reading may make."""
    return {key: value for key, value in doc.items() if value not in ({}, [])}


class Incident(RuleBasedStateMachine):
    """An incident in memory; `save` keeps what an act made, as the engine does."""

    def __init__(self):
        super().__init__()
        self.minutes = 0
        self.log = []

    @initialize(config=st.sampled_from(CONFIGS), severity=st.sampled_from(["", *LEVELS]))
    def opened(self, config, severity):
        record = new_record(
            "ENG-7", now=NOW, by="ann", config=copy.deepcopy(config), facts={"ticket": "ENG-7"}
        )
        self.create(record)
        if severity:
            self.act(lambda r, a: actions.set_severity(r, a, severity))

    def create(self, record):
        self.record = record

    def save(self, record, entries):
        self.log += entries
        self.record = record

    def act(self, action):
        """Carry out `action` as the engine would, and compare what was before with what is after."""
        self.minutes += 1
        actor = Actor("ann", NOW + timedelta(minutes=self.minutes))
        before, after = self.record, self.record.copy()
        try:
            entries = action(after, actor)
        except gates.Refused as no:
            for reason in no.reasons:
                check_reason(reason, before.definitions())
            return
        except facts.BadFact:
            return
        if not entries:
            silent = {"steps", "rounds", "undo", "runs"} if action.__name__ == "newer_evidence" else set()
            changed = {k for k in {**before.doc, **after.doc} if before.doc.get(k) != after.doc.get(k)}
            assert {k for k in changed if before.doc.get(k) or after.doc.get(k)} <= silent
            if full(after.doc) == full(before.doc):
                return
        for entry in entries:
            assert entry["text"].strip() and entry["by"] and entry["kind"], entry
        schema.check(after.doc, "session.toml")
        for old, new in zip(before.waivers, after.waivers, strict=False):
            assert {k: v for k, v in new.items() if k != "lapsed"} == {
                k: v for k, v in old.items() if k != "lapsed"
            }
            assert not old.get("lapsed") or new["lapsed"] == old["lapsed"]
        assert len(after.waivers) >= len(before.waivers)
        assert after.rounds[: len(before.rounds) - 1] == before.rounds[:-1], "history is never changed"
        assert after.round >= before.round
        assert after.messages[: len(before.messages)] == before.messages
        runs = [run["n"] for run in before.runs] + [run["n"] for run in after.runs]
        assert after.runs[-1:] == [] if not runs else after.runs[-1]["n"] == max(runs), (
            "no number is given twice"
        )
        self.save(after, entries)

    # What people do

    @rule(key=st.sampled_from(sorted(facts.FACTS)), again=st.booleans(), append=st.booleans(), data=st.data())
    def set_fact(self, key, again, append, data):
        known = facts.FACTS[key]
        typed = data.draw(
            st.sampled_from([*(known.choices or TEXTS.get(known.kind, ["some text", "other"])), ""])
        )

        def put(record, actor):
            if again:
                return actions.set_fact(record, actor, key, record.fact(key))
            value = facts.parse_value(key, typed, NOW)
            if append:
                return actions.append_fact(record, actor, key, value or [])
            return actions.set_fact(record, actor, key, value)

        self.act(put)

    @rule(step=st.sampled_from(STEPS), note=st.sampled_from(["", "Kim"]))
    def tick(self, step, note):
        self.act(lambda r, a: actions.tick(r, a, step, note))

    @rule(step=st.sampled_from(STEPS))
    def untick(self, step):
        self.act(lambda r, a: actions.untick(r, a, step))

    @rule(step=st.sampled_from(STEPS), by=st.sampled_from(["Kim Lead", ""]), why=WHY)
    def waive(self, step, by, why):
        self.act(lambda r, a: actions.waive(r, a, step, by, why))

    @rule(why=WHY, finding=st.sampled_from(["big", "none"]))
    def accept(self, why, finding):
        self.act(lambda r, a: actions.accept(r, a, finding, why))

    @rule(level=st.sampled_from([*LEVELS, "P9"]), why=WHY)
    def severity(self, level, why):
        self.act(lambda r, a: actions.set_severity(r, a, level, why))

    @rule(choice=st.sampled_from(["rollback", "no"]))
    def choose(self, choice):
        self.act(lambda r, a: actions.choose(r, a, "triage.rollback-first", choice, f"Decided: {choice}"))

    @rule(
        act=st.sampled_from(
            [actions.go_next, actions.go_back, actions.undo, lifecycle.resolve, lifecycle.close]
        )
    )
    def plain(self, act):
        self.act(act)

    @rule(
        document=st.sampled_from(["internal", "status-page", "email"]),
        phase=st.sampled_from(["resolved", "identified"]),
    )
    def send(self, document, phase):
        self.act(lambda r, a: actions.sent(r, a, document, phase, "by hand", "0" * 64))

    @rule(text=st.sampled_from(["called the provider", " "]))
    def note(self, text):
        self.act(lambda r, a: notes.note(r, a, text))

    # What runs and what is seen

    @rule(step=st.sampled_from([*AUTO, "deploy.rollback", "nothing.here"]))
    def begin(self, step):
        if step == "nothing.here":
            return
        missing = self.open_before(step) if step in catalog.IRREVERSIBLE else []
        runs = len(self.record.runs)
        self.act(lambda r, a: running.begin(r, a, step, "as planned")[1])
        if step == "deploy.rollback":
            assert self.record.entry(step)["state"] == "running", "a rollback is never refused"
        assert len(self.record.runs) == runs or not missing, f"{step} started without {missing}"

    def open_before(self, act):
        out = []
        for name, seen in views(self.record).items():
            if name == act:
                break
            required = seen.required.level in ("R", "W") and not seen.required.debt
            if required and seen.state not in ("done", "waived", "not-needed"):
                out.append(name)
        return out

    def going(self):
        return [step for step, now in self.record.steps.items() if now.get("state") == "running"]

    @precondition(lambda self: self.going())
    @rule(data=st.data(), probe=PROBES)
    def finish(self, data, probe):
        step = data.draw(st.sampled_from(self.going()))
        self.act(lambda r, a: running.finish(r, a, step, looked(step, probe), "exit 0"))

    @precondition(lambda self: self.going())
    @rule(data=st.data())
    def withdraw(self, data):
        step = data.draw(st.sampled_from(self.going()))
        self.act(lambda r, a: running.withdraw(r, a, step, "no such program"))

    @rule(step=st.sampled_from(AUTO), probe=PROBES)
    def found(self, step, probe):
        def newer_evidence(record, actor):
            return running.apply_probe(record, actor, step, looked(step, probe))

        self.act(newer_evidence)

    @rule(number=st.integers(0, 5), did=st.booleans())
    def look(self, number, did):
        self.act(lambda r, a: running.resolve_unknown_run(r, a, number, did))

    # The life

    @rule(verdict=st.sampled_from([*gates.VERDICTS, "great"]), why=WHY)
    def verdict(self, verdict, why):
        self.act(lambda r, a: lifecycle.give_verdict(r, a, verdict, why))

    @rule(base=st.sampled_from(["same", "on-top", "other"]), why=WHY)
    def new_round(self, base, why):
        self.act(lambda r, a: lifecycle.begin_round(r, a, why, base))

    @rule(why=WHY)
    def reopen(self, why):
        self.act(lambda r, a: lifecycle.reopen(r, a, why))

    @precondition(lambda self: self.minutes > 25)
    @rule(event=st.sampled_from(["normal-process", "false-alarm", "abandon"]), why=WHY)
    def end(self, event, why):
        self.act(lambda r, a: lifecycle.end(r, a, event, why, ["branch hotfix/ENG-7-x"]))

    # So that late stages are reached as well

    @rule(last=st.sampled_from([*catalog.IRREVERSIBLE, "monitor.smoke", "communicate.internal", ""]))
    def hurry(self, last):
        def go(record, actor):
            settle_until(record, last)
            while True:
                try:
                    actions.go_next(record, actor)
                except gates.Refused:
                    return [actions.entry(actor, "test", "went on")]

        if not self.going() and self.record.state == "open":
            self.act(go)

    @rule(good=st.sampled_from(["fixed", "mitigated"]), close=st.booleans())
    def come_to_the_end(self, good, close):
        def go(record, actor):
            settle_until(record)
            lifecycle.give_verdict(record, actor, good, "the error rate is down")
            lifecycle.resolve(record, actor)
            return lifecycle.close(record, actor) if close else [actions.entry(actor, "test", "resolved")]

        if not self.going() and self.record.state == "open":
            self.act(go)

    @rule()
    def follow_the_wizard(self):
        step, _ = gates.next_step(self.record)
        reasons = [r for r in gates.owed(self.record) if r.step == step]
        if reasons:
            self.act(lambda r, a: obey(r, reasons[0]) and [actions.entry(a, "test", "obeyed")])

    # What is always true

    @invariant()
    def holds(self):
        record = self.record
        steps = views(record)
        assert record.stage in policy.stage_order(record)
        step, why = gates.next_step(record)
        assert why
        assert step in steps if step else {reason.step for reason in gates.owed(record)} <= {""}
        assert step or not gates.owed(record) or "the embargo is still on" in why
        assert not [s.id for s in steps.values() if s.state == "waived" and s.required.level == "R"]
        waived = [s.id for s in steps.values() if s.state == "waived"]
        assert not {"monitor.smoke", "monitor.watch"} <= set(waived)
        open_runs = {(run["step"], run["n"]) for run in record.runs if not run.get("state")}
        assert open_runs == {(s, record.entry(s)["run"]) for s in self.going()}, "no run is lost"
        summary.document(record, NOW)


class OnDisk(Incident):
    """The same in a session file, with the file opened anew at random."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp(prefix="incident-")
        self.store = self.open()

    def open(self):
        return Store(os.path.join(self.folder, "root"), who="ann", clock=lambda: NOW)

    def teardown(self):
        shutil.rmtree(self.folder)

    def create(self, record):
        self.record = Record(self.store.create(record.doc, [{"at": NOW, "kind": "opened", "text": "x"}]).doc)
        self.log = self.store.timeline("ENG-7")[0]

    def save(self, record, entries):
        with self.store.changing("ENG-7") as change:
            assert full(change.doc) == full(self.record.doc)
            loaded = change.commit(record.doc, entries)
        assert loaded.revision == self.record.revision + 1
        lines, problem = self.store.timeline("ENG-7")
        assert problem is None
        assert lines[: len(self.log)] == self.log, "the timeline only grows"
        assert len(lines) == len(self.log) + len(entries)
        self.log = lines
        self.record = Record(loaded.doc)

    @rule()
    def reopen_the_file(self):
        self.store = self.open()
        loaded = self.store.load("ENG-7")
        schema.check(loaded.doc, loaded.path)
        assert full(loaded.doc) == full(self.record.doc)
        self.record = Record(loaded.doc)


def counted(machine, examples, steps):
    """The test case of `machine` with so many examples of so many acts."""
    case = machine.TestCase
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    return case


class Many(Incident):
    """For the long count."""


class ManyOnDisk(OnDisk):
    """For the long count."""


TestIncident = counted(Incident, 8, 40)
TestOnDisk = counted(OnDisk, 4, 30)
TestMany = pytest.mark.full(counted(Many, 400, 80))
TestManyOnDisk = pytest.mark.full(counted(ManyOnDisk, 150, 60))
