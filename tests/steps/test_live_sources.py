"""The sources of what is live: the forge's deployments and the platform, through programs that refuse wrong calls."""

import json
import os
import sys

import pytest

from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live.compare import look
from hotfix_tui.steps.registry import find

_PROGRAM = """\
#!{python} -IS
import os, sys
open({calls!r}, "a").write(repr(sys.argv[1:]) + "\\n")
words = {words!r}
assert sys.argv[1 : 1 + len(words)] == words, sys.argv
known = {options!r}
given = [a.split("=", 1)[0] for a in sys.argv[1 + len(words) :] if a.startswith("-")]
assert set(given) <= set(known), given
assert sys.stdin.read() == "" and not os.isatty(1)
sys.stdout.write({out!r})
sys.stderr.write({err!r})
sys.exit({code})
"""
CALLS = {
    "gh": (["api", "graphql"], ["--hostname", "--raw-field"]),
    "glab": (["api"], []),
    "heroku": (["releases"], ["--json", "-n", "-a"]),
    "netlify": (["api", "getSite"], ["--data"]),
    "wrangler": (["pages", "deployment", "list"], ["--project-name", "--json"]),
}
"""The calls that the programs know here: their words and options."""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program on the path that takes only the calls of the real one, and gives one answer."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def put(name, out="", *, err="", code=0):
        words, options = CALLS[name]
        text = out if isinstance(out, str) else json.dumps(out)
        calls = str(tmp_path / "calls")
        path = folder / name
        path.write_text(
            _PROGRAM.format(
                python=sys.executable, calls=calls, words=words, options=options, out=text, err=err, code=code
            )
        )
        path.chmod(0o755)

    return put


@pytest.fixture
def looked(incident):
    incident.probe("branch.preflight")
    return incident


def on(looked, kind):
    """The incident with its remote on a forge; what is fetched still comes from the bare repository."""
    host = {"github": "github.com", "gitlab": "gitlab.com"}[kind]
    looked.set("branch.preflight", forge=kind, remote_url=f"https://{host}/acme/shop.git")


def nodes(*deployments, at="2026-03-01T10:00:00Z"):
    """GitHub's answer: (commit, state of the latest status), newest first, all made `at` one time."""
    listed = [
        {"commitOid": commit, "createdAt": at, "latestStatus": state and {"state": state}}
        for commit, state in deployments
    ]
    return {"data": {"repository": {"deployments": {"nodes": listed}}}}


def commits(looked):
    return looked.world("rev-parse", "v1.0.0^{commit}"), looked.world("rev-parse", "main")


def test_the_latest_successful_deployment_of_github_is_the_base(looked, program):
    old, head = commits(looked)
    on(looked, "github")
    program("gh", nodes((old, "FAILURE"), (old, None), (head, "SUCCESS"), (old, "INACTIVE")))
    found = looked.do("branch.base")
    assert (found.evidence["commit"], found.evidence["source"]) == (head, "GitHub deployments"), looked.log
    assert found.evidence["answers"] == {"forge": head}
    assert looked.plan("branch.base").trusted, "nothing of the configuration is run"


def test_the_last_success_of_gitlab_is_the_base_in_the_configured_environment(looked, program, tmp_path):
    _, head = commits(looked)
    on(looked, "gitlab")
    looked.record.config["deploy"] = {"environment": "prod-eu"}
    program("glab", [{"id": 9, "sha": head, "ref": "main", "status": "success"}])
    found = looked.do("branch.base")
    assert (found.evidence["commit"], found.evidence["source"]) == (head, "GitLab deployments"), looked.log
    assert "environment=prod-eu&" in (tmp_path / "calls").read_text()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"out": nodes()}, "no successful deployment to the environment production"),
        ({"out": "<html>"}, "no successful deployment"),
        (
            {"code": 4, "err": "To get started with GitHub CLI, please run:  gh auth login\n"},
            "gh is not signed in (`gh auth login`)",
        ),
        ({"code": 1, "err": "error connecting to api.github.com\n"}, "exit status 1: error connecting"),
        ({"out": nodes(("1" * 40, "SUCCESS"))}, "it runs 111111111111, which this repository does not have"),
    ],
)
def test_a_forge_that_tells_nothing_falls_to_the_next_source_with_a_sentence(looked, program, answer, why):
    on(looked, "github")
    program("gh", answer.pop("out", ""), **answer)
    found = looked.do("branch.base")
    assert (found.state, found.evidence["source"]) == ("done", "tag")
    assert f"GitHub deployments: {why}" in found.why
    assert any(line.startswith("GitHub deployments: ") for line in found.evidence["sources"])


def test_a_commit_that_runs_on_another_branch_is_fetched_and_one_that_is_nowhere_is_no_base(looked, tmp_path):
    theirs = tmp_path / "theirs"
    looked.world("clone", "-q", str(tmp_path / "shop.git"), str(theirs))
    (theirs / "their.py").write_text("z = 1\n")
    looked.world("-C", str(theirs), "add", "their.py")
    looked.world("-C", str(theirs), "commit", "-qm", "Their hotfix")
    commit = looked.world("-C", str(theirs), "rev-parse", "HEAD")
    looked.record.config["git"] = {"live": [sys.executable, "-c", f"print({commit!r})"]}
    lost = looked.do("branch.base")
    assert lost.state == "failed" and f"Production runs {commit[:12]} (live command)" in lost.why
    looked.world("-C", str(theirs), "push", "-q", "origin", "HEAD:refs/heads/hotfix/theirs")
    found = looked.do("branch.base")
    assert (found.evidence["commit"], found.evidence["source"]) == (commit, "live command"), found


def test_without_the_program_the_forge_is_not_asked_and_listed_as_such(looked, monkeypatch):
    on(looked, "gitlab")
    assert not any("glab" in " ".join(command.argv) for command in looked.plan("branch.base").commands)
    found = looked.do("branch.base")
    assert found.evidence["sources"][0] == "GitLab deployments: not asked: glab is not installed"
    assert "not asked" not in found.why


def test_sources_that_do_not_agree_are_named_with_their_values_and_the_order_decides(looked, program):
    old, head = commits(looked)
    on(looked, "github")
    program("gh", nodes((head, "SUCCESS")))
    says = [sys.executable, "-c", f"print({old!r})"]
    looked.record.config["git"] = {"live": says}
    found = looked.do("branch.base")
    assert found.evidence["commit"] == old
    told = f"The sources do not agree: live command: {old[:7]} (v1.0.0); GitHub deployments: {head[:7]}"
    assert found.evidence["disagreement"] == told and told in found.why
    others = [choice for choice in find("branch.base").choices(looked.context()) if choice.name == head]
    assert [choice.title for choice in others] == [f"{head[:7]}, as the forge says"]
    assert looked.do("branch.base", head).evidence["commit"] == head
    looked.record.config["git"] = {"live": says, "order": ["forge", "live"]}
    assert looked.do("branch.base", "live").evidence["source"] == "GitHub deployments"
    looked.record.config["git"] = {"live": says, "order": ["live"]}
    assert looked.do("branch.base", "live").evidence["disagreement"] == ""


@pytest.mark.parametrize(
    ("on_the_line", "disagrees"),
    [
        pytest.param("", False, id="a release of another line"),
        pytest.param("later", True, id="a commit after it that is no release"),
        pytest.param("main", True, id="the line that the higher release goes on with"),
    ],
)
def test_a_higher_release_of_another_line_does_not_contradict_what_is_live(looked, on_the_line, disagrees):
    def commit(message, *parents):
        flags = [part for parent in parents for part in ("-p", parent)]
        return looked.world("commit-tree", "v1.0.0^{tree}", *flags, "-m", message)

    patch = commit("1.0.1", "v1.0.0^{commit}")
    live = commit("later", patch) if on_the_line == "later" else patch
    looked.world("tag", "v1.0.1", patch)
    ahead = commit("2.0.0", live if on_the_line == "main" else looked.world("rev-parse", "main"))
    looked.world("tag", "v2.0.0", ahead)
    looked.world("update-ref", "refs/heads/1.0.x", live)
    looked.world("push", "-q", "origin", "v1.0.1", "v2.0.0", "1.0.x", f"+{ahead}:refs/heads/main")
    looked.record.config["git"] = {"live": [sys.executable, "-c", f"print({live!r})"]}
    said = looked.do("branch.base", "live").evidence["disagreement"]
    assert ("highest release tag" in said) == disagrees


def test_a_release_that_is_not_live_yet_is_a_disagreement_and_an_older_one_is_none(looked):
    old, head = commits(looked)
    looked.record.config["git"] = {"live": [sys.executable, "-c", f"print({head!r})"]}
    assert looked.do("branch.base").evidence["disagreement"] == ""
    looked.world("tag", "v1.1.0", "main")
    looked.record.config["git"] = {"live": [sys.executable, "-c", f"print({old!r})"]}
    assert f"highest release tag: {head[:7]} (v1.1.0)" in looked.do("branch.base").evidence["disagreement"]


def test_the_configured_platform_tells_what_is_live(looked, program, monkeypatch):
    _, head = commits(looked)
    monkeypatch.setenv("HEROKU_APP", "acme-shop")
    looked.record.config["deploy"] = {"platform": "heroku"}
    program("heroku", [{"description": f"Deploy {head[:8]}", "status": "succeeded"}])
    found = looked.do("branch.base")
    assert (found.evidence["commit"], found.evidence["source"]) == (head, "Heroku"), looked.log
    assert not looked.plan("branch.base").trusted
    (seen,) = live_commit.ask(looked.context())
    assert (seen.source, seen.commit) == ("Heroku", head)


def test_a_platform_that_the_repository_is_linked_to_is_asked_without_configuration(looked, program):
    _, head = commits(looked)
    (looked.world.path / ".netlify").mkdir()
    (looked.world.path / ".netlify" / "state.json").write_text('{"siteId": "site-1"}')
    program("netlify", {"published_deploy": {"commit_ref": head}})
    assert looked.do("branch.base").evidence["source"] == "Netlify"


def test_what_a_platform_only_deployed_last_is_said_to_be_that(looked, program, monkeypatch):
    """Cloudflare Pages lists deployments, and a rollback in its dashboard is none."""
    _, head = commits(looked)
    monkeypatch.setenv("CLOUDFLARE_PAGES_PROJECT", "shop")
    looked.record.config["deploy"] = {"platform": "cloudflare-pages"}
    program("wrangler", [{"Environment": "Production", "Source": head[:7], "Status": "2 days ago"}])
    found = looked.do("branch.base")
    assert found.evidence["commit"] == head
    assert found.evidence["source"] == (
        "Cloudflare Pages (what was deployed last: a rollback there does not show)"
    )


def test_a_platform_whose_values_are_not_known_is_not_asked(looked, program, monkeypatch):
    looked.record.config["deploy"] = {"platform": "kubernetes"}
    found = looked.do("branch.base")
    assert found.evidence["sources"][0].startswith("Kubernetes: not asked: the wizard does not know ")
    looked.record.config["deploy"] = {"platform": "helm"}
    assert looked.do("branch.base").evidence["sources"][0].startswith("tag "), "it names no commit"


def test_the_forge_can_confirm_a_deployment_and_not_deny_it(looked, program):
    old, head = commits(looked)
    on(looked, "github")
    program("gh", nodes((head, "SUCCESS")))
    assert look(looked.context(), head).same is True
    assert look(looked.context(), old).same is None
    looked.record.config["git"] = {"live": [sys.executable, "-c", f"print({old!r})"]}
    assert look(looked.context(), head).same is False, "production itself was asked"


def test_the_time_of_a_reported_deployment_is_said(looked, program):
    _, head = commits(looked)
    on(looked, "github")
    program("gh", nodes((head, "SUCCESS"), at="2023-11-15T10:00:00Z"))
    found = looked.do("branch.base")
    assert found.evidence["said"] == f"{head[:7]}, by GitHub deployments, deployed 2023-11-15 10:00 UTC"
    assert "deployed 2023-11-15 10:00 UTC" in found.why and " ago" not in found.why, "it is read later, too"
    on(looked, "gitlab")
    program("glab", [{"id": 9, "sha": head, "status": "success", "created_at": "2023-11-15T11:00:00Z"}])
    assert (
        looked.do("branch.base")
        .evidence["said"]
        .endswith("by GitLab deployments, deployed 2023-11-15 11:00 UTC")
    )


def test_a_reported_deployment_that_is_older_than_a_release_is_asked(looked, program):
    old, head = commits(looked)
    on(looked, "github")
    looked.world("tag", "v1.1.0", "main")
    program("gh", nodes((old, "SUCCESS"), at="2023-11-14T22:15:00Z"))
    found = looked.do("branch.base")
    assert found.state == "asks" and "v1.1.0 was committed" in found.why
    assert [one["commit"] for one in found.evidence["candidates"]] == [old, head]
    program("gh", nodes((old, "SUCCESS"), at="2023-11-15T10:00:00Z"))
    found = looked.do("branch.base")
    assert (found.state, found.evidence["commit"]) == ("done", old), (
        "deployed after it was tagged: a way back"
    )


def test_commits_that_are_not_live_are_marked_where_they_touch_the_same_files(looked):
    looked.set("fix.change", files=[{"path": "later.py", "added": 1, "removed": 0, "status": "M"}])
    looked.world.commit("Something else", **{"other.py": "y = 1\n"})
    looked.world("push", "-q", "origin", "main")
    found = looked.do("branch.base")
    assert (found.evidence["undeployed"], found.evidence["same_files"]) == (2, 1)
    first, second = found.evidence["undeployed_list"]
    assert first.endswith("Not live yet [same files]") and second.endswith("Something else")
    looked.set("fix.change", files=[])
    looked.record.config["components"] = {"rest": "other.py"}
    looked.record.facts["components"] = ["rest"]
    assert looked.probe("branch.base").evidence["undeployed_list"][0].endswith("Something else [same files]")


def test_rolling_forward_keeps_what_goes_live_with_the_fix(looked):
    old, head = commits(looked)
    looked.record.config["git"] = {"live": [sys.executable, "-c", f"print({old!r})"]}
    found = looked.do("branch.base", "production")
    assert (found.evidence["commit"], found.evidence["live"]) == (head, old)
    assert (found.evidence["undeployed"], found.evidence["acknowledged"]) == (0, 1)
    assert found.evidence["acknowledged_list"][0].endswith("Ann Not live yet")
    assert "rolling forward takes 1 commit along that is not live" in found.why
    again = looked.do("branch.base", "live")
    assert (again.evidence["acknowledged"], again.evidence["acknowledged_list"]) == (0, [])


def test_rolling_back_first_leaves_the_base_for_later(looked):
    plan = looked.plan("branch.base", "rollback-first")
    assert not plan.commands
    found = looked.do("branch.base", "rollback-first")
    assert found.state == "not-done" and "`rollback previous" in found.why
