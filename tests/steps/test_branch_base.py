"""branch.base: what is live by the best source there is, offline too, and in later rounds."""

import json
import sys
from datetime import UTC, datetime

import pytest

from hotfix_tui.steps.registry import find


def says(text: str) -> list[str]:
    """A live command that prints `text`."""
    return [sys.executable, "-c", f"print({text!r})"]


@pytest.fixture
def looked(incident):
    incident.probe("branch.preflight")
    return incident


def test_the_last_release_tag_is_the_base_and_the_rest_is_listed(looked):
    found = looked.do("branch.base")
    assert found.state == "done"
    assert found.evidence["commit"] == looked.world("rev-parse", "v1.0.0^{commit}")
    assert (found.evidence["source"], found.evidence["tag"]) == ("tag", "v1.0.0")
    assert found.evidence["undeployed"] == 1
    assert found.evidence["undeployed_list"][0].endswith("Ann Not live yet")
    assert found.evidence["committed_at"] == datetime(2023, 11, 14, 22, 14, 20, tzinfo=UTC)
    assert [line.split(":")[0] for line in found.evidence["sources"]] == ["tag v1.0.0", "production branch"]


def test_the_fetch_moves_no_branch_of_the_user(looked, tmp_path):
    seed = tmp_path / "seed"
    looked.world.__class__.commit(w := clone_of(looked, seed), "Newer", **{"n.py": "n"})
    w("push", "-q", str(tmp_path / "shop.git"), "main")
    before = looked.world("rev-parse", "main")
    found = looked.do("branch.base")
    assert found.evidence["undeployed"] == 2
    assert looked.world("rev-parse", "main") == before


def clone_of(incident, path):
    other = incident.world.__class__.__new__(incident.world.__class__)
    other.path, other.time = path, incident.world.time
    return other


def test_the_live_command_wins_and_disagreement_is_shown(looked):
    head = looked.world("rev-parse", "main")
    looked.record.config["git"] = {"live": says(json.dumps({"status": "ok", "commit": head}))}
    plan = looked.plan("branch.base")
    assert not plan.trusted and plan.commands[-1].argv[1] == "fetch"
    found = looked.do("branch.base")
    assert (found.evidence["commit"], found.evidence["source"]) == (head, "live command")
    assert found.evidence["undeployed"] == 0 and len(found.evidence["sources"]) == 3


def test_a_live_command_that_fails_or_hangs_falls_back_and_says_so(looked):
    for command in ([sys.executable, "-c", "raise SystemExit(3)"], says("no idea")):
        looked.record.config["git"] = {"live": command}
        found = looked.do("branch.base")
        assert found.evidence["source"] == "tag" and "live command: " in found.why
    slow = {"run": [sys.executable, "-c", "import time; time.sleep(60)"], "timeout": "200ms"}
    looked.record.config["git"] = {"live": slow}
    assert "nothing within 0.2 s" in looked.do("branch.base").why


def test_an_address_is_asked(looked, tmp_path):
    import http.server
    import threading

    class Version(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"1.0.0\n")

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Version)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    looked.record.config["git"] = {"live": f"http://127.0.0.1:{server.server_port}/version"}
    found = looked.do("branch.base")
    thread.join()
    server.server_close()
    assert (found.evidence["source"], found.evidence["tag"]) == ("live url", "v1.0.0"), looked.log


def test_offline_what_is_here_is_used(looked, tmp_path):
    (tmp_path / "shop.git").rename(tmp_path / "gone.git")
    found = looked.do("branch.base")
    assert found.state == "done"
    assert "could not be reached" in found.why and found.evidence["tag"] == "v1.0.0"


def test_production_and_given_refs_are_choices(looked):
    head = looked.world("rev-parse", "main")
    assert looked.do("branch.base", "production").evidence["commit"] == head
    assert looked.do("branch.base", "v1.0.0").evidence["source"] == "given"
    missing = looked.do("branch.base", "v9.9.9")
    assert missing.state == "failed" and "'v9.9.9'" in missing.why
    assert [choice.name for choice in find("branch.base").choices(looked.context())] == [
        "live",
        "production",
        "rollback-first",
    ]


def test_where_a_push_deploys_the_production_branch_is_the_default(looked):
    looked.set("branch.preflight", deploys_on_push=True)
    plan = looked.plan("branch.base")
    assert plan.evidence["choice"] == "production" and "not live" in plan.warnings[0]


def test_after_a_rollback_it_is_what_was_taken_off(looked):
    head = looked.world("rev-parse", "main")
    looked.set("deploy.rollback", taken_off=head)
    found = looked.do("branch.base")
    assert (found.evidence["commit"], found.evidence["choice"]) == (head, "taken-off")


@pytest.mark.parametrize(("base", "wanted"), [("same", "v1.0.0"), ("on-top", "main")])
def test_a_later_round_starts_where_it_was_asked_to(looked, base, wanted):
    kept = {"base": looked.world("rev-parse", "v1.0.0^{commit}"), "commit": looked.world("rev-parse", "main")}
    looked.record.this_round["evidence"] = kept
    looked.record.rounds.append({"number": 2, "base": base})
    looked.record.doc["round"] = 2
    found = looked.do("branch.base")
    assert found.evidence["commit"] == looked.world("rev-parse", f"{wanted}^{{commit}}")
    assert found.evidence["source"] == "round 1"


@pytest.mark.parametrize(
    ("off", "deployed", "offered"),
    [
        ("main", "", set()),
        ("v1.0.0", "", {"taken-off"}),
        ("", "", {"rollback-first"}),
        ("main", "done", {"rollback-first"}),
    ],
    ids=["the failed fix is off", "a release is off", "nothing is off", "something was deployed since"],
)
def test_a_rollback_that_was_made_is_not_offered_to_the_next_round(looked, off, deployed, offered):
    kept = {"base": looked.world("rev-parse", "v1.0.0^{commit}"), "commit": looked.world("rev-parse", "main")}
    looked.record.this_round["evidence"] = kept
    looked.record.rounds.append({"number": 2, "base": "same"})
    looked.record.doc["round"] = 2
    if off:
        looked.set("deploy.rollback", taken_off=looked.world("rev-parse", f"{off}^{{commit}}"))
    if deployed:
        looked.set("deploy.production")
    names = [choice.name for choice in find("branch.base").choices(looked.context())]
    assert {"rollback-first", "taken-off"} & set(names) == offered


def test_the_probe_sees_that_production_moved_and_that_the_base_is_gone(looked):
    assert find("branch.base").probe(looked.context()).state == "not-done"
    looked.do("branch.base")
    looked.world("update-ref", "refs/remotes/origin/main", "v1.0.0^{commit}")
    seen = looked.probe("branch.base")
    assert (seen.state, seen.evidence["undeployed"]) == ("done", 0)
    looked.set("branch.base", commit="1" * 40)
    assert looked.probe("branch.base").state == "failed"


def test_a_version_is_found_by_the_pattern_of_the_tags(looked):
    looked.world("tag", "api/v2.0.0", "main")
    looked.world("push", "-q", "origin", "api/v2.0.0")
    looked.record.config["git"] = {"live": says("2.0.0"), "tag-pattern": "api/v*"}
    found = looked.do("branch.base")
    assert (found.evidence["source"], found.evidence["tag"]) == ("live command", "api/v2.0.0")
