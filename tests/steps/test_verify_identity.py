"""Tested is committed: what breaks that makes the checks and what follows stale, named, and nothing else does."""

import sys

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules import gates
from hotfix_tui.incident.rules.identity_chain import chain, first_break
from hotfix_tui.incident.rules.views import views
from tests.steps.support import NOW

FIXED = "from rates import rate\n\n\ndef total(prices):\n    return sum(prices) * rate()\n"
RATES = "def rate():\n    return 1\n"
PLAIN = "def total(prices):\n    return sum(prices) or 0\n"
UNITTEST = [sys.executable, "-B", "-m", "unittest"]
FORMATTER = "sed -i 's/ or 0$/ or 0.0/' shop.py"


@pytest.fixture
def branched(incident):
    incident.record.config["commands"] = {"test": UNITTEST, "build": [sys.executable, "-c", "pass"]}
    incident.until("branch.create", "worktree")
    return incident


def changed(incident, text=PLAIN):
    incident.write("shop.py", text)
    incident.probe("fix.change")
    return incident


def state(incident, step):
    incident.probe("fix.change")
    seen = views(incident.record)[step]
    return seen.state, seen.why


def refused(incident, act="verify.push"):
    """What holds up an act that cannot be taken back, by step."""
    return {reason.step: str(reason) for reason in gates.blockers(incident.record, act)}


def hook(incident, text, name="pre-commit"):
    path = incident.world.path / ".git/hooks" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def done(incident, *steps):
    for step in steps:
        found = incident.do(step)
        assert found.state == "done", (step, found, incident.log)


def test_a_module_that_the_test_imports_and_nobody_chose(branched):
    branched.write("rates.py", RATES)
    changed(branched, FIXED)
    done(branched, "verify.test", "verify.build")
    assert state(branched, "verify.test")[0] == "done"
    done(branched, "verify.commit")
    for step in ("verify.test", "verify.build"):
        seen, why = state(branched, step)
        assert seen == "stale" and why.startswith("rates.py was there in this check, but was not committed;")
        assert "do fix.change" in why and "on the commit as it is" in why
    assert (
        "rates.py" in refused(branched)["verify.test"]
        and "waive verify.test" in refused(branched)["verify.test"]
    )
    assert "verify.test" in refused(branched, "release.merge") and "verify.test" in refused(
        branched, "deploy.production"
    )

    plan = branched.plan("verify.test")
    assert plan.commands[-1].cwd != str(branched.worktree) and branched.context().commit[:7] in plan.title
    found = branched.do("verify.test")
    assert found.state == "failed", "the commit as it is lacks the module"

    branched.do("fix.change", "include:rates.py")
    assert state(branched, "verify.test")[0] == "stale"
    done(branched, "verify.test", "verify.build", "verify.commit")
    assert state(branched, "verify.test")[0] == state(branched, "verify.commit")[0] == "done"
    assert first_break(branched.record) is None and "verify.test" not in refused(branched)


def test_a_note_that_does_not_matter_is_cured_by_a_run_on_the_commit(branched):
    branched.write("notes.txt", "mine\n")
    changed(branched)
    done(branched, "verify.test", "verify.build", "verify.commit")
    assert "notes.txt" in state(branched, "verify.test")[1]
    done(branched, "verify.test", "verify.build")
    assert state(branched, "verify.test")[0] == state(branched, "verify.build")[0] == "done"
    assert first_break(branched.record) is None and (branched.worktree / "notes.txt").exists()
    assert not branched.record.stored("verify.test").get("untracked")


def test_it_can_be_waived_as_any_stale_check(branched):
    branched.write("notes.txt", "mine\n")
    changed(branched)
    done(branched, "verify.test", "verify.commit")
    assert state(branched, "verify.test")[0] == "stale"
    actions.waive(branched.record, Actor("ann", NOW), "verify.test", granted_by="kim", why="notes")
    assert state(branched, "verify.test")[0] == "waived" and "verify.test" not in refused(branched)


@pytest.mark.parametrize(
    ("lies_there", "test_writes"),
    [
        ({".env": "A=1\n"}, ""),  # ignored
        ({"shop.py~": "old\n", ".DS_Store": "x", ".idea/workspace.xml": "<x/>"}, ""),
        ({}, "report.xml"),
        ({}, "build/out.txt"),
    ],
)
def test_the_normal_case_makes_nothing_stale(branched, lies_there, test_writes):
    for name, text in lies_there.items():
        branched.write(name, text)
    changed(branched)
    writes = (
        f"import os; os.makedirs(os.path.dirname({test_writes!r}) or '.', exist_ok=True); "
        if test_writes
        else ""
    )
    writes += f"open({test_writes!r}, 'w').write('x')" if test_writes else "pass"
    branched.record.config["commands"]["build"] = [sys.executable, "-c", writes]
    done(branched, "verify.build", "verify.test", "verify.build", "verify.commit")
    assert branched.plan("verify.test").warnings == []
    for step in ("verify.test", "verify.build", "verify.commit"):
        assert state(branched, step)[0] == "done", step
    assert first_break(branched.record) is None


def test_a_module_written_while_the_checks_run_is_not_taken_for_their_output(branched):
    changed(branched)
    writes = "open('rates.py', 'w').write('x = 1')"
    branched.record.config["commands"]["build"] = [sys.executable, "-c", writes]
    done(branched, "verify.build", "verify.test", "verify.commit")
    assert "rates.py" in state(branched, "verify.test")[1]


def test_what_was_carried_there_does_not_count(branched):
    branched.record.config["git"] = {"carry": ["local.cfg"]}
    branched.write("local.cfg", "x\n")
    changed(branched)
    done(branched, "verify.test", "verify.commit")
    assert state(branched, "verify.test")[0] == "done"


def test_a_hook_that_reformats_the_commit(branched):
    hook(branched, f"{FORMATTER}; git add shop.py")
    changed(branched)
    done(branched, "verify.test", "verify.build")
    actions.tick(branched.record, Actor("ann", NOW), "verify.resolved")
    found = branched.do("verify.commit")
    assert found.state == "failed" and found.evidence["hook_files"] == ["shop.py"]
    fresh = views(branched.record)
    assert fresh["verify.test"].state == fresh["verify.build"].state == "stale", (
        "at once, before anybody looks again"
    )
    cure = "a hook changed shop.py after this was seen; run it again on the commit as it is"
    assert state(branched, "verify.test") == ("stale", cure)
    assert state(branched, "verify.resolved") == (
        "stale",
        "a hook changed shop.py after this was seen; still true?",
    )
    assert branched.probe("verify.commit").state == "done"
    assert first_break(branched.record).evidence.startswith("A hook changed shop.py in the commit")
    assert cure in refused(branched)["verify.test"]
    done(branched, "verify.test")
    assert state(branched, "verify.test")[0] == "done" and first_break(branched.record) is None


def test_a_hook_that_reformats_and_refuses(branched):
    hook(branched, f"{FORMATTER}; exit 1")
    changed(branched)
    done(branched, "verify.test")
    assert branched.do("verify.commit").state == "failed"
    assert "a hook changed shop.py" in state(branched, "verify.test")[1]
    done(branched, "verify.test")
    hook(branched, "exit 0")
    done(branched, "verify.commit")
    assert state(branched, "verify.test")[0] == "done" and first_break(branched.record) is None


def test_a_hook_whose_change_is_taken_back_leaves_the_tests_as_they_were(branched):
    hook(branched, f"{FORMATTER}; exit 1")
    changed(branched)
    done(branched, "verify.test")
    branched.do("verify.commit")
    hook(branched, "exit 0")
    changed(branched)
    done(branched, "verify.commit")
    assert state(branched, "verify.test")[0] == "done"


def test_what_follows_the_first_break_is_stale_until_it_is_mended(branched):
    branched.write("notes.txt", "mine\n")
    changed(branched)
    done(branched, "verify.test", "verify.commit", "verify.push")
    assert [link.state for link in chain(branched.record)][:3] == ["ok", "broken", "unknown"]
    seen, why = state(branched, "verify.push")
    assert seen == "stale" and why.startswith("the chain is broken at 'committed': notes.txt was there")
    assert {"verify.test", "verify.push"} <= set(refused(branched, "release.merge"))
    done(branched, "verify.test")
    assert state(branched, "verify.push")[0] == "done"
    assert "verify.push" not in refused(branched, "release.merge")
