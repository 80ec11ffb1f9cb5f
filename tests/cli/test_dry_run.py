"""``--dry-run`` writes nothing at all: not in the repository, not in the state directory, not anywhere at home."""

import pytest

from hotfix_tui.cli.table import COMMANDS
from hotfix_tui.incident.model import catalog
from hotfix_tui.steps import registry
from tests.cli.shop import configure, python
from tests.walks.support import tree_hash

READS = {
    "list",
    "status",
    "plan",
    "render",
    "runs",
    "output",
    "timeline",
    "doctor",
    "stats",
    "completion",
    "export",
}
"""Commands that change nothing anyway; they are held to it here, too."""

SCREENS = {"resume", "demo", "reset-terminal"}
"""Commands that need a terminal, or are about the terminal itself."""

CALLS = {
    "new": ("new", "ENG-8", "--title", "Another", "--severity", "P2"),
    "list": ("list",),
    "status": ("status",),
    "do": ("do", "verify.test"),
    "plan": ("plan", "verify.test"),
    "probe": ("probe",),
    "tick": ("tick", "verify.resolved"),
    "untick": ("untick", "verify.reproduced"),
    "waive": ("waive", "fix.root-cause", "--granted-by", "Kim", "--why", "known"),
    "accept": ("accept", "no-such-finding", "--why", "x"),
    "set": ("set", "workaround", "add by hand"),
    "note": ("note", "hello"),
    "severity": ("severity", "P0", "--why", "all shops"),
    "command": ("command", "test", "true"),
    "triage": ("triage", "down=yes"),
    "next": ("next",),
    "back": ("back",),
    "undo": ("undo",),
    "verdict": ("verdict", "worse", "--why", "x"),
    "round": ("round", "--why", "again"),
    "resolve": ("resolve",),
    "close": ("close",),
    "reopen": ("reopen", "--why", "x"),
    "abandon": ("abandon", "--why", "x"),
    "false-alarm": ("false-alarm", "--why", "x"),
    "normal-process": ("normal-process", "--why", "x"),
    "adopt": ("adopt", "main"),
    "smoke": ("smoke", "add", "curl http://127.0.0.1:9/"),
    "look": ("look", "1", "did"),
    "rollback": ("rollback", "previous", "--confirm", "ENG-7"),
    "backport": ("backport", "release/1"),
    "edit": ("edit", "commit", "--section", "subject", "--from", "shop.py"),
    "render": ("render", "commit"),
    "send": ("send", "internal", "--phase", "declared", "--by-hand"),
    "runs": ("runs",),
    "output": ("output", "1"),
    "cancel": ("cancel", "1"),
    "timeline": ("timeline",),
    "trust": ("trust", "--yes"),
    "doctor": ("doctor",),
    "init": ("init",),
    "platform": ("platform", "fly", "app=shop"),
    "stats": ("stats",),
    "export": ("export", "out.zip"),
    "import": ("import", "shop.py"),
    "completion": ("completion", "bash"),
}


def test_every_command_is_held_to_it():
    assert set(COMMANDS) - SCREENS <= set(CALLS), "a new command needs its line here"


def world(desk):
    return tree_hash(
        desk.checkout, desk.root / "home", desk.root / "state", desk.root / "tmp", desk.root / "ran"
    )


@pytest.fixture
def ready(desk):
    """An incident with a branch, a changed file, a run, a tick, and commands that leave a trace when they run."""
    (desk.root / "ran").mkdir()
    trace = python(f"open({str(desk.root / 'ran' / 'it-ran')!r}, 'a').write('x')")
    configure(
        desk,
        f"[git]\nbackports = ['release/1']\n[commands]\ntest = {trace}\n[deploy]\nrollback = {trace}\n"
        f"[notify]\ninternal = {{ command = {trace} }}\n",
    )
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    for args in (
        ("set", "impact.seen", "wrong totals"),
        ("do", "triage.rollback-first", "--choose", "fix"),
        ("next",),
        ("do", "branch.preflight"),
        ("do", "branch.base"),
        ("do", "branch.create"),
        ("tick", "verify.reproduced"),
    ):
        desk.do(*args)
    (desk.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    desk.do("do", "fix.change")
    return desk


def test_no_command_writes_anything(ready):
    before, status = world(ready), ready.status()
    wrong = []
    for name in COMMANDS:
        if name in SCREENS:
            continue
        done = ready.call(*CALLS[name], "--dry-run")
        if world(ready) != before:
            wrong.append(str(done))
            before = world(ready)
    assert not wrong, "\n".join(wrong)
    after = ready.status()
    assert (after["revision"], after["runs"]) == (status["revision"], status["runs"])
    assert not (ready.root / "ran" / "it-ran").exists()


def test_no_step_writes_anything(ready):
    before = world(ready)
    wrong = []
    steps = (
        *filter(registry.known, catalog.STEPS),
        "backport.release-1",
        "pull-request.body",
        "review.document",
    )
    calls = [("do", step, "--confirm", "ENG-7", "--dry-run") for step in steps]
    for call in calls + [("plan", step) for step in ("branch.create", "verify.commit", "deploy.rollback")]:
        done = ready.call(*call)
        if world(ready) != before:
            wrong.append(str(done))
            before = world(ready)
    assert not wrong, "\n".join(wrong)
    assert not (ready.root / "ran" / "it-ran").exists()


def test_it_says_what_would_be_done_and_the_same_call_does_it(ready):
    for name in ("new", "tick", "set", "note", "severity", "rollback"):
        assert ready.do(*CALLS[name], "--dry-run").out.strip(), name
        if name != "new":  # a second incident would make the others ambiguous
            revision = ready.status()["revision"]
            ready.do(*CALLS[name])
            assert ready.status()["revision"] > revision, name
    ready.do("trust", "--revoke")
    assert ready.do("trust", "--yes", "--dry-run").out.strip()
    ready.no(6, "do", "verify.test")
    ready.do(*CALLS["new"])


def test_a_dry_run_of_the_deployment_shows_the_command_and_starts_nothing(ready):
    done = ready.do("rollback", "previous", "--dry-run")
    assert "it-ran" in done.out, done
    assert not (ready.root / "ran" / "it-ran").exists()
