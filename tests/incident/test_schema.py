"""What a session file may hold: everything that is accepted can be read, and what was unknown survives."""

import copy
import random
from datetime import UTC, datetime

import pytest

from hotfix_tui.incident.model import schema
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.rules import gates, policy
from hotfix_tui.incident.rules.views import views
from tests.incident.support import ANN, CONFIG, NOW, closed, make, see, settle_until

PATH = "/x/session.toml"


def rich():
    """A record that has something in every table."""
    from hotfix_tui.incident.edits import person as actions
    from hotfix_tui.incident.rules import lifecycle

    config = {
        **CONFIG,
        "checklists": {"verify": [{"id": "cache", "text": "Cache cleared"}]},
        "policy": {"P1": {}},
    }
    record = settle_until(make("P1", config=config), "verify.edge-cases")
    see(
        record,
        "fix.guard",
        "failed",
        findings=[{"id": "big", "path": "a", "content": "1", "text": "a is large"}],
    )
    actions.accept(record, ANN, "big", "generated")
    actions.waive(record, ANN, "verify.edge-cases", "Kim", "no time")
    actions.override(record, ANN, "pr/summary", "text", "digest")
    settle_until(record)
    lifecycle.give_verdict(record, ANN, "mitigated", "less")
    lifecycle.begin_round(record, ANN, "the rest of it")
    actions.tick(record, ANN, "verify.resolved")
    record.doc["lines"] = ["release/2.2", "develop"]
    record.doc["detected"] = {"test": {"run": ["pytest"], "evidence": "pyproject.toml"}}
    return record.doc


def use(doc):
    """Read all that a screen or `status` reads."""
    record = Record(doc)
    views(record)
    summary.document(record, NOW)
    gates.next_step(record)
    gates.owed(record)
    gates.unresolved(record)
    policy.order_reason(record)
    return record


def test_good_records_are_accepted():
    for record in (make(""), make("P0"), closed(make("P2"))):
        schema.check(record.doc, PATH)
    schema.check(rich(), PATH)
    use(rich())


BAD = {
    "no id": lambda d: d.pop("id"),
    "an id that is a path": lambda d: d.update(id="../x"),
    "no clock": lambda d: d.pop("clock"),
    "no rounds": lambda d: d.update(rounds=[]),
    "a round too many": lambda d: d.update(round=3),
    "an unknown state": lambda d: d.update(state="sleeping"),
    "an unknown stage": lambda d: d.update(stage="lunch"),
    "an unknown severity": lambda d: d.update(severity="P4"),
    "a severity in lower case": lambda d: d.update(severity="p1"),
    "a naive time": lambda d: d["clock"].update(opened_at=datetime(2026, 1, 1)),
    "a naive time deep inside": lambda d: d["facts"].update({"detected-at": datetime(2026, 1, 1)}),
    "a time as text": lambda d: d["clock"].update(opened_at="2026-01-01"),
    "a fact of the wrong type": lambda d: d["facts"].update(title=7),
    "a list fact that is a text": lambda d: d["facts"].update(components="api"),
    "a list fact of numbers": lambda d: d["facts"].update(components=[1]),
    "action items that are texts": lambda d: d["facts"].update({"review.actions": ["write"]}),
    "an unknown order": lambda d: d["rounds"][-1].update(order="both-first"),
    "steps that are a list": lambda d: d.update(steps=[]),
    "a step's state that is a number": lambda d: d["steps"]["verify.resolved"].update(state=1),
    "a waiver that nobody signed": lambda d: d["waivers"][0].pop("granted_by"),
    "lines that are numbers": lambda d: d.update(lines=[1]),
    "detected commands that are texts": lambda d: d.update(detected={"test": "pytest"}),
    "a table that is a text": lambda d: d.update(overrides="x"),
    "undo that is a text": lambda d: d.update(undo="x"),
    "undo of nothing": lambda d: d.update(undo={"what": "wish"}),
    "severities that are texts": lambda d: d.update(severities=["P1"]),
    "an ending that is a text": lambda d: d.update(ending="x"),
    "evidence of a wrong type": lambda d: d["steps"].update(
        {"branch.base": {"evidence": {"undeployed": "many"}}}
    ),
    "findings of a wrong type": lambda d: d["steps"].update(
        {"fix.guard": {"evidence": {"findings": ["big"]}}}
    ),
    "a checklist of texts": lambda d: d["config"].update(checklists={"verify": ["cache"]}),
    "backports of a wrong type": lambda d: d["config"].update(git={"backports": "develop"}),
    "a policy of a wrong type": lambda d: d["config"].update(policy={"P1": "hurry"}),
    "a deadline of a wrong type": lambda d: d["config"].update(policy={"P1": {"deadline": ["1h"]}}),
    "commands of a wrong type": lambda d: d["config"].update(commands="make"),
    "deploy of a wrong type": lambda d: d["config"].update(deploy=["ship"]),
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_bad_records_are_refused_with_the_file_and_a_way_on(spoil):
    doc = rich()
    spoil(doc)
    with pytest.raises(schema.BadRecord) as no:
        schema.check(doc, PATH)
    text = str(no.value)
    assert text.startswith(f"{PATH}: ")
    assert any(word in text for word in ("Correct", "restore", "Write")), "a way on"


def test_what_a_newer_version_wrote_is_accepted_and_left_alone():
    doc = rich()
    doc["invention"] = {"deep": [1, {"x": NOW}]}
    doc["facts"]["later-fact"] = 7
    doc["steps"]["verify.later"] = {"state": "done", "invented": True}
    doc["rounds"][0]["invented"] = "yes"
    before = copy.deepcopy(doc)
    schema.check(doc, PATH)
    use(doc)
    assert {key: doc[key] for key in before} == before


JUNK = [
    "",
    "x",
    0,
    -1,
    3,
    1.5,
    True,
    [],
    {},
    ["x"],
    [1],
    [{}],
    {"x": 1},
    {"x": {}},
    datetime(2026, 1, 1, tzinfo=UTC),
]


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def spoiled(doc, path, junk, how):
    holder = doc
    for key in path[:-1]:
        holder = holder[key]
    if how == "drop":
        del holder[path[-1]]
    else:
        holder[path[-1]] = junk
    return doc


def read_or_refuse(doc, what):
    try:
        schema.check(doc, PATH)
    except schema.BadRecord:
        return False
    try:
        use(doc)
    except Exception as problem:
        raise AssertionError(f"accepted, but cannot be read: {what}") from problem
    return True


def every_spoiled(count):
    whole = rich()
    spots = [path for path in places(whole) if path]
    cases = [(path, junk, "put") for path in spots for junk in JUNK] + [
        (path, None, "drop") for path in spots
    ]
    for path, junk, how in random.Random(7).sample(cases, min(count, len(cases))):
        yield spoiled(copy.deepcopy(whole), path, junk, how), f"{how} {junk!r} at {path}"


def test_whatever_is_accepted_can_be_read():
    outcomes = {read_or_refuse(doc, what) for doc, what in every_spoiled(300)}
    assert outcomes == {True, False}


@pytest.mark.full
def test_whatever_is_accepted_can_be_read_for_every_place_and_every_junk():
    for doc, what in every_spoiled(1_000_000):
        read_or_refuse(doc, what)
