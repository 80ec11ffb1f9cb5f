"""Deploying, rolling back and looking, with the tool that the configuration names."""

from __future__ import annotations

import fcntl
import json
import re
import subprocess
import sys
import threading
import time


def test_production_accepts_the_expired_token_at_first(serving):
    assert serving.account(serving.world.expired_token) == 200
    assert serving.account(serving.world.valid_token) == 200
    assert serving.account("no.token") == 401
    assert serving.get("/healthz")[0] == serving.get("/ready")[0] == 200


def test_each_environment_says_what_it_serves(serving):
    live = serving.git("rev-parse", "v2.3.4^{commit}")
    assert json.loads(serving.get("/version")[1]) == {"commit": live, "version": "v2.3.4"}
    assert serving.ctl("current", "production").stdout == live + "\n"
    assert serving.ctl("current", "staging").stdout.strip() == serving.git("rev-parse", "origin/main")
    assert json.loads(serving.get("/version", staging=True)[1])["version"].startswith("v2.3.4-2-g")


def test_the_fix_mends_production_and_a_rollback_brings_the_fault_back(drill, tmp_path):
    world = drill.world
    live = drill.ctl("current", "production").stdout.strip()
    tree = drill.worktree(tmp_path / "tree", "v2.3.4", world.patch)
    fix = drill.commit(tree)

    found = drill.ctl("deploy", "production", fix, cwd=tree)
    assert found.returncode == 0, found.stderr
    assert [line[:5] for line in found.stdout.splitlines()[1:5]] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert drill.account(world.expired_token) == 401
    assert drill.account(world.valid_token) == 200
    assert drill.ctl("current", "production").stdout.strip() == fix

    found = drill.ctl("rollback", "production", "previous")
    assert found.returncode == 0, found.stderr
    assert drill.account(world.expired_token) == 200
    assert drill.ctl("current", "production").stdout.strip() == live

    assert drill.ctl("rollback", "production", fix[:12]).returncode == 0
    assert drill.account(world.expired_token) == 401
    assert [(action, commit) for _, action, commit, _ in drill.deploys()[-3:]] == [
        ("deploy", fix),
        ("rollback", live),
        ("rollback", fix),
    ]


def test_a_rollback_from_what_is_live_mitigates(drill):
    assert drill.ctl("rollback", "production").returncode == 0
    assert json.loads(drill.get("/version")[1])["version"] == "v2.3.3"
    assert drill.account(drill.world.expired_token) == 401
    assert drill.account(drill.world.valid_token) == 200


def test_the_first_fix_makes_it_worse(drill, tmp_path):
    tree = drill.worktree(tmp_path / "tree", "v2.3.4", drill.world.bad_patch)
    found = drill.ctl("deploy", "production", drill.commit(tree), cwd=tree)
    assert found.returncode == 0, found.stderr
    assert drill.account(drill.world.valid_token) == 500
    assert drill.get("/ready")[0] == 503
    assert float(drill.ctl("error-rate", "production").stdout) > 0.5


def test_a_line_of_the_log_says_when_what_and_who(drill):
    for line in drill.ctl("log", "production").stdout.splitlines():
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ deploy [0-9a-f]{40} Ines Okafor \(v2\.3\.\d\)", line
        )
    head = drill.git("rev-parse", "HEAD")
    drill.ctl("deploy", "production", "HEAD")
    assert drill.deploys()[-1][1:] == ["deploy", head, "On-call Engineer"]


def test_exactly_the_commit_is_deployed_not_the_files_that_lie_there(drill):
    (drill.world.checkout / "tokend" / "tokens.py").write_text("unfinished")
    (drill.world.checkout / "secret.txt").write_text("not for production")
    head = drill.git("rev-parse", "HEAD")
    assert drill.ctl("deploy", "staging", "main").returncode == 0
    release = drill.world.root / "servers" / "staging" / "releases" / head
    assert not (release / "secret.txt").exists()
    assert drill.get("/account", drill.world.valid_token, staging=True)[0] == 200


def test_no_request_fails_while_the_service_changes(drill):
    answers = []
    done = threading.Event()

    def ask():
        while not done.is_set():
            answers.append(drill.get("/healthz")[0])

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        assert drill.ctl("deploy", "production", "origin/main").returncode == 0
    finally:
        done.set()
        thread.join()
    assert len(answers) > 10
    assert set(answers) == {200}


def test_what_does_not_compile_is_not_switched_to(drill, tmp_path):
    tree = drill.worktree(tmp_path / "tree", "v2.3.4")
    (tree / "tokend" / "tokens.py").write_text("def broken(:\n")
    found = drill.ctl("deploy", "production", drill.commit(tree), cwd=tree)
    assert found.returncode == 1
    assert "does not compile" in found.stderr
    assert len(drill.deploys()) == 3
    assert drill.account(drill.world.valid_token) == 200


def test_what_does_not_start_leaves_the_old_release_serving(drill, tmp_path):
    before = drill.ctl("current", "production").stdout
    tree = drill.worktree(tmp_path / "tree", "v2.3.4")
    (tree / "tokend" / "tokens.py").write_text("raise SystemExit('no key store')\n")
    found = drill.ctl("deploy", "production", drill.commit(tree), cwd=tree)
    assert found.returncode == 1
    assert "did not become healthy" in found.stderr
    assert "Traceback" not in found.stderr.splitlines()[-1]
    assert drill.ctl("current", "production").stdout == before
    assert [line[1] for line in drill.deploys()[-2:]] == ["deploy", "failed"]
    assert drill.account(drill.world.valid_token) == 200


def test_two_deployments_at_once_are_refused(serving):
    with (serving.world.root / "servers" / "production" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = serving.ctl("deploy", "production", "main")
    assert found.returncode == 1
    assert found.stderr == "tokenctl: Another deployment to production is under way; wait for its end.\n"
    assert len(serving.deploys()) == 3


def test_what_is_not_there_is_one_sentence(serving, tmp_path):
    assert serving.ctl("deploy", "testing", "main").returncode == 2
    found = serving.ctl("deploy", "production", "no-such-commit")
    assert (found.returncode, found.stderr.count("\n")) == (1, 1)
    assert "has no commit 'no-such-commit'" in found.stderr
    found = serving.ctl("deploy", "production", "main", cwd=tmp_path)
    assert (found.returncode, found.stderr.count("\n")) == (1, 1)
    found = serving.ctl("rollback", "production", serving.git("rev-parse", "v1.0.0^{commit}"))
    assert "was never deployed" in found.stderr
    assert len(serving.deploys()) == 3


def test_the_error_rate_is_that_of_the_traffic(serving):
    for _ in range(4):
        serving.account(serving.world.expired_token)
    assert float(serving.ctl("error-rate", "production").stdout) > 0
    quiet = serving.ctl("error-rate", "staging")
    assert quiet.returncode == 1
    assert "no requests" in quiet.stderr


def test_a_message_lands_in_its_box(serving):
    for text in ("first\n", "second [/] \x1b[31m\n"):
        subprocess.run(
            [sys.executable, str(serving.world.tool), "post", "internal"], input=text, text=True, check=True
        )
    box = (serving.world.root / "outbox" / "internal.txt").read_text()
    assert box == "first\n\nsecond [/] \x1b[31m\n\n"


def test_following_the_log_ends_with_the_server(drill):
    follow = subprocess.Popen(
        [sys.executable, str(drill.world.tool), "log", "staging", "--follow"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "v2.3.4" in follow.stdout.readline()
        drill.ctl("stop")
        assert follow.wait(240) == 0
    finally:
        follow.kill()
        follow.communicate()


def test_nothing_is_deployed_to_a_server_that_does_not_run(drill):
    assert drill.ctl("stop").returncode == 0
    found = drill.ctl("deploy", "production", "main")
    assert found.returncode == 1
    assert "tokenctl start" in found.stderr
    assert len(drill.deploys()) == 3
    assert drill.ctl("start").returncode == 0
    assert drill.account(drill.world.valid_token) == 200


def test_the_log_of_production_moves_and_its_errors_end_with_the_fix(drill):
    log = drill.world.root / "servers" / "production" / "requests.log"

    def after(what, seconds=30):
        until = time.monotonic() + seconds
        while not (log.exists() and what in log.read_text()):
            assert time.monotonic() < until, what
            time.sleep(0.1)

    after("ERROR GET /account 200 expired token")
    fix = drill.commit(drill.worktree(drill.world.root / "fix", "v2.3.4", drill.world.patch))
    drill.git("push", "--quiet", "origin", f"{fix}:refs/heads/fix", cwd=drill.world.root / "fix")
    assert drill.ctl("deploy", "production", fix).returncode == 0
    log.unlink()
    after("INFO  GET /account 401 expired token")
    assert "ERROR" not in log.read_text()
    follow = subprocess.Popen(
        [sys.executable, str(drill.world.tool), "log", "production", "--follow"],
        cwd=drill.world.checkout,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert any("GET /account 401" in follow.stdout.readline() for _ in range(40))
    finally:
        follow.kill()
        follow.communicate()
