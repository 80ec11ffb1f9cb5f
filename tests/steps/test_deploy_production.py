"""Deploying: from a clean checkout of exactly the commit, and believed only when production says so."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hotfix_tui.config import trust
from hotfix_tui.config.load import LoadedConfig
from hotfix_tui.session import places
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy.live import LiveStep
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.guards import before_act
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import PYTHON, Shop

pytestmark = pytest.mark.usefixtures("quick")

_DEPLOY = """\
import os, subprocess, sys
live, commit = sys.argv[1:3]
head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
dirty = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True).stdout.strip()
print("deploying", commit, "from", os.getcwd(), "at", head, dirty, sorted(os.listdir(".")))
if sys.argv[3:] == ["fail"]:
    sys.exit(3)
if sys.argv[3:] != ["idle"]:
    open(live, "w").write(head)
"""


def deployable(shop: Shop, *mode: str, ask: bool = True, **policy: str) -> Path:
    """A deploy command that writes what is live into a file, and one that prints it."""
    script, live = shop.folder / "deploy.py", shop.folder / "live"
    script.write_text(_DEPLOY)
    live.write_text(shop.base)
    deploy = {"production": [PYTHON, str(script), str(live), "{commit}", *mode]}
    if ask:
        deploy["current"] = [PYTHON, "-c", f"print(open({str(live)!r}).read())"]
    shop.configure(deploy=deploy, policy={"P1": policy} if policy else {})
    return live


def test_deploy_first_ships_the_hotfix_commit_from_a_clean_checkout(shop):
    live = deployable(shop, order="deploy-first")
    commit = shop.fix()
    shop.here.write(".env", "SECRET=1\n")
    plan = ProductionStep().plan(shop.ctx)
    assert plan.locks == ["production"]
    assert plan.tty and not plan.trusted
    told = {"commit": commit, "previous": shop.base, "proves": True}
    assert plan.evidence == {**told, "ended": False, "signed_out": False, "place": []}, (
        "what an earlier run left does not count"
    )
    found = shop.do(ProductionStep())
    assert found.state == "done", found
    assert live.read_text() == commit
    log = (shop.folder / "run-1" / "log").read_text()
    place = shop.folder / "shop.hotfix" / "ENG-7-deploy"
    assert f"from {place} at {commit}" in log
    assert (place / ".env").read_text() == "SECRET=1\n"
    assert shop.record.stored("deploy.production").get("previous") == shop.base
    assert shop.do(LiveStep()).evidence["commit"] == commit


def test_merge_first_waits_for_the_confirmation_and_deploys_the_landed_commit(shop):
    live = deployable(shop)
    shop.fix()
    with pytest.raises(Refused, match=r"do release\.confirm"):
        ProductionStep().plan(shop.ctx)
    shop.do(Merge())
    shop.do(ConfirmStep())
    assert shop.do(ProductionStep()).state == "done"
    assert live.read_text() == shop.remote_main()


def test_a_second_deployment_uses_the_checkout_that_is_there_and_clean(shop):
    deployable(shop, order="deploy-first")
    shop.fix()
    shop.do(ProductionStep())
    again = ProductionStep().plan(shop.ctx)
    assert len(again.commands) == 1
    assert again.evidence["previous"] == shop.base
    (Path(again.commands[0].cwd) / "app.txt").write_text("touched\n")
    other = ProductionStep().plan(shop.ctx)
    assert other.commands[-1].cwd.endswith("-deploy-2")


def test_exit_status_zero_is_not_believed_while_production_runs_something_else(shop):
    deployable(shop, "idle", order="deploy-first")
    shop.fix()
    found = shop.do(ProductionStep())
    assert found.state == "failed"
    assert f"production runs {shop.base[:7]}" in found.why


def test_failed_deployment_says_what_production_runs(shop):
    deployable(shop, "fail", order="deploy-first")
    shop.fix()
    found = shop.do(ProductionStep())
    assert found.state == "failed"
    assert "exit status 3" in found.why
    assert shop.base[:7] in found.why


def test_without_a_way_to_ask_the_exit_status_counts_and_that_is_said(shop):
    deployable(shop, order="deploy-first", ask=False)
    shop.fix()
    found = shop.do(ProductionStep())
    assert found.state == "done"
    assert found.evidence["seen_by"] == "exit status"
    assert "no way to ask" in found.why
    assert ProductionStep().probe(shop.ctx).state == "unknown"
    plan = LiveStep().plan(shop.ctx)
    assert plan.by_hand and plan.told


def test_without_a_command_it_is_done_by_hand_and_then_seen(shop):
    live = deployable(shop, order="deploy-first")
    commit = shop.fix()
    shop.configure(
        deploy={"current": shop.config["deploy"]["current"]}, policy={"P1": {"order": "deploy-first"}}
    )
    plan = ProductionStep().plan(shop.ctx)
    assert not plan.commands
    assert commit in plan.by_hand
    assert ProductionStep().probe(shop.ctx).state == "not-done"
    live.write_text(commit)
    assert ProductionStep().probe(shop.ctx).state == "done"


def test_where_a_push_deploys_nothing_is_deployed_twice(shop):
    live = deployable(shop)
    commit = shop.fix()
    current = shop.config["deploy"]["current"]
    shop.see("branch.preflight", deploys_on_push=True)
    shop.see("release.confirm", commit=commit)
    assert any("deploys a second time" in one for one in ProductionStep().plan(shop.ctx).warnings)
    shop.configure(deploy={"current": current})
    plan = ProductionStep().plan(shop.ctx)
    assert not plan.commands and not plan.by_hand
    assert shop.do(ProductionStep()).state == "waiting", "it may be on its way"
    live.write_text(commit)
    assert shop.do(ProductionStep()).state == "done"
    shop.configure()
    assert "tick the step" in ProductionStep().plan(shop.ctx).by_hand


def test_another_commit_with_the_same_files_counts_as_live(shop):
    live = deployable(shop, order="deploy-first")
    commit = shop.fix()
    live.write_text(shop.here("commit-tree", "-m", "again", f"{commit}^{{tree}}"))
    assert LiveStep().probe(shop.ctx).state == "done"


def test_live_after_a_rollback_is_its_target(shop):
    live = deployable(shop)
    shop.record.facts["resolution"] = "rollback"
    shop.see("deploy.rollback", target=shop.base, taken_off="0" * 40)
    assert shop.do(LiveStep()).state == "done"
    live.write_text(shop.undeployed())
    assert shop.do(LiveStep()).state == "failed"
    shop.record.facts["resolution"] = "external"
    shop.record.steps.pop("deploy.rollback")
    assert "provider" in LiveStep().plan(shop.ctx).by_hand


class _Page(BaseHTTPRequestHandler):
    body = b""
    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args):
        pass


@pytest.fixture
def page():
    server = HTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/version"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "form", ["{c}", '{{"commit": "{c}", "version": "9.9"}}', "build {c7} of main", '["v1.0.0"]', "1.0.0"]
)
def test_live_address_answers_in_several_forms(shop, page, form):
    _Page.body, _Page.status = form.format(c=shop.base, c7=shop.base[:9]).encode(), 200
    shop.configure(git={"live": page})
    (seen,) = live_commit.ask(shop.ctx)
    assert (seen.source, seen.commit, seen.tag) == ("live url", shop.base, "v1.0.0")


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, "oops", "status 500"),
        (200, "", "nothing"),
        (200, json.dumps({"sha": "1" * 40}), "does not have"),
        (200, "\x1b[2Jhello", "neither a commit nor a tag"),
    ],
)
def test_live_address_that_cannot_be_read_says_why(shop, page, status, body, why):
    _Page.body, _Page.status = body.encode(), status
    shop.configure(git={"live": page})
    (seen,) = live_commit.ask(shop.ctx)
    assert seen.commit == ""
    assert why in seen.why
    assert "\x1b" not in seen.why + seen.text
    shop.fix()
    shop.configure(git={"live": page}, policy={"P1": {"order": "deploy-first"}})
    assert LiveStep().probe(shop.ctx).state == "unknown"


def test_live_command_that_hangs_or_fails_is_bounded(shop):
    shop.configure(git={"live": [PYTHON, "-c", "import time; time.sleep(60)"]})
    (seen,) = live_commit.ask(shop.ctx, 0.5)
    assert "did not answer" in seen.why
    shop.configure(git={"live": [PYTHON, "-c", "import sys; sys.exit('no network')"]})
    (seen,) = live_commit.ask(shop.ctx)
    assert seen.why == "exit status 1: no network"
    shop.configure(git={"live": ["/nonexistent/tool"]})
    (seen,) = live_commit.ask(shop.ctx)
    assert "could not be started" in seen.why


def test_one_command_named_twice_is_asked_once(shop):
    argv = [PYTHON, "-c", f"print({shop.base!r})"]
    shop.configure(git={"live": argv}, deploy={"current": argv})
    assert [seen.source for seen in live_commit.ask(shop.ctx)] == ["live command"]


def test_nothing_of_a_configuration_that_nobody_has_read_runs_by_itself(shop, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder / "state"))
    deployable(shop, order="deploy-first")
    ran = shop.folder / "ran"
    argv = [PYTHON, "-c", f"open({str(ran)!r}, 'w'); print({shop.base!r})"]
    shop.config["deploy"]["current"] = argv
    shop.trusted = False
    shop.own()
    shop.fix()
    assert ProductionStep().probe(shop.ctx).state == "unknown"
    assert "not trusted" in LiveStep().probe(shop.ctx).why
    assert "not trusted" in before_act.look(shop.ctx, "deploy.production").warnings[0]
    assert not ran.exists()
    kept = LoadedConfig(shop.ctx.config, shop.config, Path(".hotfix-tui.toml"), "")
    trust.allow(Path(places.state_root()), kept, str(shop.here.path))
    assert ProductionStep().probe(shop.ctx).state == "not-done"
    assert ran.exists()


@pytest.mark.parametrize("own", [True, False], ids=["a tool of the project", "a script"])
def test_what_is_installed_is_lent_to_the_projects_own_tools_only(shop, own):
    live = deployable(shop, order="deploy-first")
    if not own:
        script = shop.folder / "deploy"
        script.write_text(f'#!/bin/sh\nexec "{PYTHON}" "{shop.folder}/deploy.py" "{live}" "$1"\n')
        script.chmod(0o755)
        shop.configure(
            deploy={
                "production": [str(script), "{commit}"],
                "current": [PYTHON, "-c", f"print(open({str(live)!r}).read())"],
            },
            policy={"P1": {"order": "deploy-first"}},
        )
    shop.here.write(".git/info/exclude", "node_modules\n")
    shop.here.write("node_modules/tool/index.js", "x\n")
    shop.fix()
    plan = ProductionStep().plan(shop.ctx)
    assert any("lend_driver" in " ".join(command.argv) for command in plan.commands) == own
    found = shop.do(ProductionStep())
    assert found.state == "done"
    assert ("'node_modules'" in (shop.folder / "run-1" / "log").read_text()) == own
    again = ProductionStep().plan(shop.ctx)
    assert not any(
        "worktree" in command.argv for command in again.commands
    )  # the checkout still counts as clean
