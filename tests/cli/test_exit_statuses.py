"""Each exit status with a real case: the number, and one line a reason that says what to do."""

import json
import os
import signal
import subprocess
import time

from hotfix_tui.session import record
from tests.cli.shop import configure, limited, python

SLOW = python("import time; print('going', flush=True); time.sleep(600)")


def one_line_each(done):
    """Every line of stderr is a sentence of ours or an indented item."""
    lines = done.err.splitlines()
    assert lines
    assert all(line.startswith(("hotfix-tui: ", "  ")) for line in lines), done
    assert done.out == ""


def test_0_what_was_asked_is_done(opened):
    done = opened.do("note", "the cache was restarted")
    assert done.err == ""
    assert opened.status()["timeline"][-1]["text"] == "the cache was restarted"


def test_1_a_command_that_fails(opened):
    configure(opened, f"[commands]\ntest = {python('raise SystemExit(3)')}\n")
    opened.do("new", "ENG-8", "--title", "With a configuration", "--severity", "P1")
    for step in ("branch.preflight", "branch.base", "branch.create"):
        opened.do("do", step, "--incident", "ENG-8")
    (opened.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    opened.do("do", "fix.change", "--incident", "ENG-8")
    done = opened.no(1, "do", "verify.test", "--incident", "ENG-8")
    assert "Failed: Full test suite" in done.err
    assert "3" in done.err


def test_1_outside_of_a_repository(desk, tmp_path):
    done = desk.no(1, "new", "ENG-1", cwd=tmp_path)
    one_line_each(done)
    assert "git repository" in done.err


def test_2_wrong_usage(opened):
    done = opened.no(2, "nxt")
    assert "did you mean next?" in done.err
    one_line_each(done)
    assert opened.call("do").code == 2
    one_line_each(opened.no(2, "set", "titel", "x"))
    one_line_each(opened.no(2, "set", "detected-at", "in a while"))
    one_line_each(opened.no(2, "new", "ENG-7"))


def test_2_several_incidents_are_listed_and_none_is_guessed(opened):
    opened.do("new", "ENG-8", "--title", "Prices are wrong")
    done = opened.no(2, "note", "which?")
    one_line_each(done)
    assert "ENG-7" in done.err and "ENG-8" in done.err
    opened.do("note", "this one", "--incident", "eng-8")


def test_3_no_such_incident(desk):
    one_line_each(desk.no(3, "note", "hello"))
    desk.do("new", "ENG-7")
    one_line_each(desk.no(3, "note", "hello", "--incident", "ENG-9"))
    one_line_each(desk.no(3, "status", "ENG-9"))


def test_4_the_same_act_is_under_way_for_another_incident(desk):
    configure(desk, f"[deploy]\nrollback = {SLOW}\n")
    for ticket in ("ENG-7", "ENG-8"):
        desk.do("new", ticket, "--title", "Totals are wrong", "--severity", "P0")
    desk.do("rollback", "previous", "--confirm", "ENG-7", "--incident", "ENG-7", "--detach")
    done = desk.no(4, "rollback", "previous", "--confirm", "ENG-8", "--incident", "ENG-8")
    assert "ENG-7" in done.err, done
    run = desk.status("ENG-7")["runs"][0]["n"]
    desk.do("cancel", str(run), "--incident", "ENG-7")
    wait_for_end(desk, "ENG-7")
    assert desk.do("runs", "--incident", "ENG-7", "--json").json()["runs"][0]["state"] != "running"


def wait_for_end(desk, incident):
    until = time.monotonic() + 240
    while time.monotonic() < until:
        if all(run["state"] != "running" for run in desk.status(incident)["runs"]):
            return
        time.sleep(0.1)
    raise AssertionError(desk.status(incident)["runs"])


def test_5_refused_by_the_workflow_with_a_line_for_each_reason(opened):
    done = opened.no(5, "next")
    one_line_each(done)
    assert "triage.describe" in done.err and "triage.rollback-first" in done.err
    assert len(done.err.splitlines()) == len(opened.status()["missing"])
    one_line_each(opened.no(5, "resolve"))
    one_line_each(opened.no(5, "waive", "branch.base", "--granted-by", "Kim", "--why", "hurry"))


def test_6_commands_that_were_not_trusted_do_not_run(desk):
    mark = desk.root / "it-ran"
    configure(desk, f'[deploy]\nrollback = ["touch", "{mark}"]\n', trust=False)
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    done = desk.no(6, "rollback", "previous", "--confirm", "ENG-7")
    assert "hotfix-tui trust" in done.err
    assert not mark.exists()


def test_6_an_act_in_production_needs_its_word(desk):
    mark = desk.root / "it-ran"
    configure(desk, f'[deploy]\nrollback = ["touch", "{mark}"]\n')
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    assert "ENG-7" in desk.no(6, "rollback", "previous").err
    assert "ENG-7" in desk.no(6, "rollback", "previous", "--confirm", "yes").err
    assert not mark.exists()
    desk.do("rollback", "previous", "--confirm", "ENG-7")
    assert mark.exists()


def test_7_the_result_cannot_be_known(desk):
    configure(desk, f"[deploy]\nrollback = {SLOW}\n")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    caller = subprocess.Popen(
        desk.argv("rollback", "previous", "--confirm", "ENG-7"),
        cwd=desk.checkout,
        env=desk.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    (status,) = wait_for_files(desk.checkout, "status.json")
    started = json.loads(status.read_text())
    os.kill(started["supervisor_pid"], signal.SIGKILL)
    try:
        _, err = caller.communicate(timeout=240)
        assert caller.returncode == 7, err
        assert "look 1 did" in err
    finally:
        for pid in pids_of(status.parent):
            os.kill(pid, signal.SIGKILL)
    desk.do("look", "1", "did-not")
    assert desk.status()["runs"][0]["state"] == "failed"


def wait_for_files(checkout, name):
    until = time.monotonic() + 240
    while time.monotonic() < until:
        found = [p for p in checkout.glob(f".git/hotfix-tui/*/runs/*/{name}") if "pid" in p.read_text()]
        if found and any(
            (p.parent / "log").exists() and b"going" in (p.parent / "log").read_bytes() for p in found
        ):
            return found
        time.sleep(0.05)
    raise AssertionError(name)


def pids_of(rundir):
    """The processes of a run whose supervisor is gone, by what it wrote down."""
    found = json.loads((rundir / "status.json").read_text())
    return [value for key, value in found.items() if key in ("pid", "child_pid") and value]


def test_8_a_change_that_cannot_be_saved_is_not_made(opened):
    before = opened.status()
    run = subprocess.run(
        limited(opened, 0, "note", "lost"),
        cwd=opened.checkout,
        env=opened.env,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 8, run
    assert run.stderr.startswith("hotfix-tui: ") and "Traceback" not in run.stderr
    after = opened.status()
    assert (after["revision"], after["timeline"]) == (before["revision"], before["timeline"])


def test_8_a_record_of_a_newer_version_is_shown_but_not_changed(opened):
    path = opened.checkout / ".git" / "hotfix-tui" / "ENG-7" / "session.toml"
    body = path.read_bytes().rpartition(b"# sha256:")[0].replace(b"schema = 1", b"schema = 99", 1)
    path.write_bytes(body + b"# sha256:" + record.digest(body).encode() + b"\n")
    one_line_each(opened.no(8, "note", "hello"))
    assert opened.status()["id"] == "ENG-7"
