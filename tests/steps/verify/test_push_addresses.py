"""The push of the hotfix branch as git is configured: what goes along, several addresses, hooks that look."""

import subprocess
from pathlib import Path

import pytest

from hotfix_tui.incident.model.evidence.verify import Pushed
from hotfix_tui.steps.common.set_off import branch_starts
from hotfix_tui.steps.registry import find
from tests import typed
from tests.steps.support import Incident


@pytest.fixture
def ready(incident: Incident) -> Incident:
    """An incident whose fix is committed."""
    incident.until("branch.create", "worktree")
    incident.write("shop.py", "def total(prices):\n    return sum(prices) + 0\n")
    incident.do("fix.change")
    assert incident.do("verify.commit").state == "done", incident.log
    return incident


def bare(path: Path, source: Path) -> Path:
    subprocess.run(["git", "clone", "-q", "--bare", str(source), str(path)], check=True)
    return path


def refs(repository: Path) -> dict[str, str]:
    out = subprocess.run(["git", "show-ref"], cwd=repository, capture_output=True, text=True).stdout
    return {name: commit for commit, name in (line.split() for line in out.splitlines())}


def hook(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def branch(ready: Incident) -> str:
    return f"refs/heads/{ready.context().branch}"


@pytest.fixture
def two(ready: Incident, tmp_path) -> tuple[Path, Path]:
    """Two push addresses of the remote: the forge, and a mirror that refuses what is pushed to it."""
    mirror = bare(tmp_path / "mirror.git", tmp_path / "shop.git")
    hook(mirror / "hooks" / "pre-receive", 'echo "mirror: read-only today" >&2; exit 1')
    forge = tmp_path / "shop.git"
    ready.world("remote", "set-url", "--push", "origin", str(forge))
    ready.world("remote", "set-url", "--add", "--push", "origin", str(mirror))
    return forge, mirror


def test_one_address_that_refuses_is_named_and_tried_again_alone(ready, two):
    forge, mirror = two
    first = ready.do("verify.push")
    commit = ready.context().commit
    assert first.state == "failed" and str(mirror) in first.why and "mirror: read-only today" in first.why
    seen = ready.record.evidence(Pushed)
    assert (seen.reached, seen.missing, seen.commit) == ((str(forge),), (str(mirror),), commit)
    assert refs(forge)[branch(ready)] == commit and branch(ready) not in refs(mirror)

    (mirror / "hooks" / "pre-receive").unlink()
    plan = ready.plan("verify.push", "missing")
    (pushed,) = [command.argv for command in plan.commands if "push" in command.argv]
    assert str(mirror) in pushed and str(forge) not in pushed and "origin" not in pushed
    again = ready.do("verify.push", "missing")
    assert again.state == "done" and refs(mirror)[branch(ready)] == commit
    assert ready.record.evidence(Pushed).missing == ()


def test_it_goes_on_without_an_address_only_when_told_so(ready, two):
    ready.do("verify.push")
    assert {choice.name for choice in find("verify.push").choices(ready.context())} == {"missing", "without"}
    accepted = ready.do("verify.push", "without")
    assert accepted.state == "done" and str(two[1]) in accepted.why
    assert ready.probe("verify.push").state == "done", "it stays so"
    typed.add(ready.record, "verify.commit", commit=refs(two[0])["refs/heads/main"])
    assert ready.probe("verify.push").state != "done", "another commit is another question"


def test_an_address_that_cannot_be_reached_is_no_success(ready, two, tmp_path):
    ready.world("remote", "set-url", "--push", "--delete", "origin", "mirror.git")
    ready.world("remote", "set-url", "--add", "--push", "origin", str(tmp_path / "gone.git"))
    found = ready.do("verify.push")
    assert found.state == "failed" and "gone.git" in found.why and "is not a git repository" in found.why
    assert ready.record.evidence(Pushed).reached == (str(two[0]),)


@pytest.mark.parametrize(
    "settings",
    [
        [("push.followTags", "true")],
        [("remote.origin.mirror", "true")],
        [("push.default", "matching"), ("push.autoSetupRemote", "true")],
        [("remote.origin.push", "refs/*:refs/*")],
        [("push.recurseSubmodules", "on-demand"), ("submodule.recurse", "true")],
    ],
)
def test_only_the_branch_is_pushed(ready, tmp_path, settings):
    forge = tmp_path / "shop.git"
    before = refs(forge)
    ready.world("branch", "private")
    for key, value in settings:
        ready.world("config", key, value)
    ready.git("tag", "-a", "-m", "trial", "v9.9.9-trial")
    assert ready.do("verify.push").state == "done", ready.log
    assert refs(forge) == {**before, branch(ready): ready.context().commit}


def test_options_that_go_along_are_said(ready):
    ready.world("config", "push.pushOption", "ci.skip")
    assert any("ci.skip" in warning for warning in ready.plan("verify.push").warnings)
    ready.world("config", "--add", "push.pushOption", "")
    assert not any("pushOption" in warning for warning in ready.plan("verify.push").warnings)


NAMED = """while read -r local_ref local_id remote_ref remote_id; do
  case "$local_ref" in refs/heads/*) ;; *) echo "no branch: $local_ref" >&2; exit 1 ;; esac
done"""
PRE_PUSH = {
    "in the git directory": lambda ready: ready.world.path / ".git" / "hooks",
    "in a tracked folder": lambda ready: ready.worktree / ".githooks",
    "elsewhere": lambda ready: ready.directory / "hooks",
}


@pytest.mark.parametrize("place", PRE_PUSH)
def test_a_hook_sees_the_branch_and_gets_exactly_the_verified_commit(ready, tmp_path, place):
    folder = PRE_PUSH[place](ready)
    hook(folder / "pre-push", NAMED)
    if place != "in the git directory":
        ready.world("config", "core.hooksPath", ".githooks" if "tracked" in place else str(folder))
    assert ready.do("verify.push").state == "done", ready.log
    assert refs(tmp_path / "shop.git")[branch(ready)] == ready.context().commit


def test_a_branch_that_moved_between_plan_and_push_is_not_pushed(ready, tmp_path):
    hook(ready.world.path / ".git" / "hooks" / "pre-push", NAMED)
    plan = ready.plan("verify.push")
    ready.git("commit", "-q", "--allow-empty", "-m", "not verified")
    state, folder = ready.run(plan)
    found = find("verify.push").conclude(ready.context(), state, str(folder))
    assert found.state == "failed" and "not at the verified" in found.why
    assert branch(ready) not in refs(tmp_path / "shop.git")


def test_a_hook_that_says_no_is_quoted(ready):
    hook(
        ready.world.path / ".git" / "hooks" / "pre-push",
        'printf "\\033[31mlint: 3 problems\\033[0m\\n" >&2; exit 1',
    )
    found = ready.do("verify.push")
    assert found.state == "failed" and "lint: 3 problems" in found.why and "pre-push" in found.why
    assert "\x1b" not in found.why and "x1b" not in found.why


def test_hooks_that_the_worktree_lacks_are_said(ready):
    ready.world("config", "core.hooksPath", ".husky/_")
    assert any(".husky/_" in warning for warning in ready.plan("verify.push").warnings)


def test_hooks_that_did_not_find_their_tool_are_said(ready):
    hook(ready.world.path / ".git" / "hooks" / "pre-push", 'echo "Can\'t find lefthook in PATH"')
    found = ready.do("verify.push")
    assert found.state == "done" and "lefthook was not found" in found.why


FROM_THERE = "A forge that takes it from there starts CI"
"""The remote of these tests is a directory, which runs nothing."""


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("git@github.com:acme/shop.git", "This starts CI"),
        ("https://git.example.com/acme/shop.git", "This starts CI"),
        ("/srv/git/shop.git", FROM_THERE),
        ("file:///srv/git/shop.git", FROM_THERE),
        ("../shop.git", FROM_THERE),
    ],
)
def test_a_directory_starts_no_pipeline(ready, address, said):
    file = ready.worktree / ".github" / "workflows" / "t.yml"
    file.parent.mkdir(parents=True)
    file.write_text("name: Tests\non: push\njobs: {t: {steps: [{run: make}]}}\n")
    ready.set("branch.preflight", forge="", remote_url=address)
    assert branch_starts(ready.context())[0].startswith(f"{said}: Tests ")


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ("on: push", f"{FROM_THERE}: Tests (.github/workflows/t.yml); nothing else is known of."),
        (
            "on:\n  push:\n    branches: ['**']",
            f"{FROM_THERE}: Tests (.github/workflows/t.yml); nothing else is known of.",
        ),
        ("on:\n  push:\n    branches: [main]", ""),
        ("on: pull_request", ""),
    ],
)
def test_what_the_push_starts_is_said_before_it(ready, starts, said):
    file = ready.worktree / ".github" / "workflows" / "t.yml"
    file.parent.mkdir(parents=True)
    file.write_text(f"name: Tests\n{starts}\njobs: {{t: {{steps: [{{run: make}}]}}}}\n")
    plan = ready.plan("verify.push")
    assert (plan.starts, plan.warnings) == (said, [])


def test_a_push_that_deploys_the_branch_is_heeded(ready):
    file = ready.worktree / ".github" / "workflows" / "t.yml"
    file.parent.mkdir(parents=True)
    file.write_text("on: push\njobs: {t: {steps: [{run: flyctl deploy}]}}\n")
    plan = ready.plan("verify.push")
    assert plan.starts == f"{FROM_THERE}: t.yml (.github/workflows/t.yml)."
    assert plan.warnings == ["Pushing this branch deploys to Fly.io (.github/workflows/t.yml:2, job t)."]


def test_what_makes_the_push_safe_is_said_before_it(ready):
    assert ready.plan("verify.push").assures == ["The branch is new there; nothing is overwritten."]


@pytest.mark.parametrize(
    ("message", "starts", "heeds"),
    [
        ("fix: x", f"{FROM_THERE}: Tests (.github/workflows/t.yml); nothing else is known of.", []),
        (
            "fix: x [skip ci]",
            "",
            [
                "The commit's message says [skip ci]: that keeps Tests (.github/workflows/t.yml) from starting."
            ],
        ),
        (
            "fix: x\n\n[no ci]",
            "",
            ["The commit's message says [no ci]: that keeps Tests (.github/workflows/t.yml) from starting."],
        ),
    ],
)
def test_a_mark_in_the_message_keeps_pipelines_from_starting(ready, message, starts, heeds):
    file = ready.worktree / ".github" / "workflows" / "t.yml"
    file.parent.mkdir(parents=True)
    file.write_text("name: Tests\non: push\njobs: {t: {steps: [{run: make}]}}\n")
    commit = ready.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", message)
    ready.set("verify.commit", commit=commit)
    assert branch_starts(ready.context()) == (starts, heeds)
