"""``--json`` prints one document and nothing else; that of an incident has the shape of the committed schema."""

import json
from importlib import resources

import jsonschema
import pytest

from tests.cli import evidence_schema
from tests.cli.shop import configure, python

SCHEMA = json.loads(
    resources.files("hotfix_tui.cli").joinpath("status.schema.json").read_text(encoding="utf-8")
)


def whole(done):
    """The only document on stdout; anything before or after it is an error."""
    document, end = json.JSONDecoder().raw_decode(done.out)
    assert done.out[end:].strip() == "" and done.out.lstrip() == done.out
    return document


def incident(done):
    document = whole(done)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    assert not problems
    return document


def test_the_schema_itself_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["steps"]


def test_what_steps_saw_is_in_the_schema_as_the_classes_have_it():
    assert evidence_schema.FILE.read_text(encoding="utf-8") == evidence_schema.whole(), (
        "python -m tests.cli.evidence_schema"
    )
    tested = {**SCHEMA["$defs"]["evidence-Tested"], "$defs": SCHEMA["$defs"]}
    validator = jsonschema.Draft202012Validator(tested)
    assert validator.is_valid({"passed": 3, "duration": 0.5, "of a later version": 1})
    assert not validator.is_valid({"passed": "three"})


def test_every_change_prints_the_incident_as_it_is_now(desk):
    configure(
        desk,
        f"[commands]\ntest = {python('print(1)')}\n[deploy]\nrollback = {python('print(2)')}\n"
        '[notify]\ninternal = { command = ["cat"] }\n',
    )
    new = ("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1", "--detected-at", "-25m")
    revision = incident(desk.do(*new, "--json"))["revision"]
    for args in (
        ("set", "impact.seen", "wrong totals"),
        ("note", "restarted", "--at", "-10m"),
        ("do", "triage.rollback-first", "--choose", "fix"),
        ("tick", "verify.reproduced"),
        ("untick", "verify.reproduced"),
        ("undo",),
        ("severity", "P0", "--why", "all shops"),
        ("waive", "fix.root-cause", "--granted-by", "Kim", "--why", "known"),
        ("next",),
        ("do", "branch.preflight"),
        ("do", "branch.base"),
        ("do", "branch.create"),
        ("next",),
        ("back",),
        ("probe",),
        ("probe", "branch.create"),
        ("rollback", "previous", "--confirm", "ENG-7"),
        ("verdict", "not-fixed", "--why", "the same"),
        ("round", "--why", "another fix"),
        ("abandon", "--why", "a drill"),
        ("reopen", "--why", "it was none"),
        ("false-alarm", "--why", "the totals are right"),
    ):
        document = incident(desk.do(*args, "--json"))
        assert document["revision"] >= revision, args
        revision = document["revision"]
        assert document == {**incident(desk.do("status", "--json")), "clock": document["clock"]}, args
    assert document["state"] == "false-alarm" and document["ending"]["why"] == "the totals are right"


@pytest.mark.parametrize(
    ("args", "keys"),
    [
        (("list",), {"schema", "incidents"}),
        (("runs",), {"schema", "id", "runs"}),
        (("timeline",), {"schema", "id", "timeline"}),
        (
            ("plan", "branch.preflight"),
            {"schema", "step", "title", "commands", "by_hand", "warnings", "choices"},
        ),
        (("render", "commit"), {"schema", "document", "text", "gaps", "sections"}),
        (("doctor",), {"schema", "checks"}),
        (("trust",), {"schema", "sha256", "trusted", "commands"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_only_reads_prints_one_document(opened, args, keys):
    configure(opened, '[commands]\ntest = ["true"]\n')
    document = whole(opened.call(*args, "--json"))
    assert keys <= set(document)
    assert document["schema"] == 1


@pytest.mark.parametrize(
    "args", [("next",), ("status", "ENG-9"), ("set", "titel", "x"), ("resolve",)], ids=" ".join
)
def test_an_error_leaves_stdout_empty(opened, args):
    done = opened.call(*args, "--json")
    assert done.code != 0
    assert done.out == ""


def test_hostile_bytes_stay_data(opened):
    text = 'a \x1b]0;pwn\x07 [red]b[/red] {{ 1/0 }} $(touch x) \u202e "quote" \\ end'
    opened.do("note", text)
    opened.do("set", "impact.seen", text)
    document = incident(opened.do("status", "--json"))
    assert (
        "{{ 1/0 }}" in document["facts"]["impact.seen"] and "[red]b[/red]" in document["facts"]["impact.seen"]
    )
    plain = opened.do("status").out + opened.do("timeline").out + opened.do("set", "workaround", text).out
    assert "\x1b" not in plain and "\x07" not in plain and "\u202e" not in plain
