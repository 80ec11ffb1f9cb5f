"""What a push set off at the forge: deployments and runs of exactly this commit, told apart by how they stand."""

import pytest

from hotfix_tui.forges.address import parse_remote
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.pushed import can_ask, of_commit
from tests.steps.fake_gh import Forge

REPO = parse_remote("git@github.com:acme/shop.git")
COMMIT, OTHER = "a" * 40, "b" * 40
DEPLOY = ".github/workflows/deploy.yml"


@pytest.fixture
def forge(tmp_path, monkeypatch):
    world = Forge(tmp_path, COMMIT)
    monkeypatch.setenv("PATH", str(world.tools))
    return world


def run(name="Deploy", status="completed", conclusion="success", path=DEPLOY, sha=COMMIT, **more):
    page = f"https://github.com/acme/shop/actions/runs/{name}"
    known = {"name": name, "status": status, "conclusion": conclusion, "path": path, "head_sha": sha}
    return {**known, "event": "push", "html_url": page, **more}


def deployment(state, commit=COMMIT, environment="production"):
    status = {"state": state, "logUrl": "https://log"} if state else None
    return {"commitOid": commit, "latestStatus": status, "environment": environment}


def seen(*workflows):
    return of_commit(REPO, COMMIT, "production", workflows)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        *(("SUCCESS", "done"), ("FAILURE", "failed"), ("ERROR", "failed"), ("INACTIVE", "none")),
        *((word, "waiting") for word in ("IN_PROGRESS", "QUEUED", "PENDING", "WAITING", None, "A_NEW_WORD")),
    ],
)
def test_a_deployment_of_this_commit_says_how_it_stands(forge, state, wanted):
    forge.set(deployments=[deployment("SUCCESS", OTHER), deployment(state)])
    assert seen().state == wanted


def test_one_of_another_commit_or_environment_says_nothing(forge):
    forge.set(deployments=[deployment("SUCCESS", OTHER), deployment("FAILURE", environment="staging")])
    assert seen().state == "none"


def test_the_run_of_the_workflow_that_deploys_is_what_counts(forge):
    others = [
        run("CI", conclusion="failure", path=".github/workflows/ci.yml"),
        run(sha=OTHER, conclusion="failure"),
    ]
    for status, conclusion, wanted in (
        ("queued", None, "waiting"), ("in_progress", None, "waiting"), ("completed", "success", "done"),
        ("completed", "failure", "failed"), ("completed", "cancelled", "failed"), ("completed", "timed_out", "failed"),
        ("completed", "action_required", "failed"),
    ):  # fmt: skip
        forge.set(runs=[run(status=status, conclusion=conclusion), *others])
        assert seen(DEPLOY).state == wanted, (status, conclusion)
    forge.set(runs=[run(conclusion="failure")])
    assert seen(DEPLOY).url.endswith("/runs/Deploy")


def test_which_run_deploys_is_not_guessed(forge):
    forge.set(runs=[run("CI", path="x"), run("Other", conclusion="failure", path="y")])
    assert seen(DEPLOY).state == seen().state == "unclear"
    forge.set(runs=[run("CI", status="in_progress", conclusion=None, path="x")])
    assert seen().state == "waiting"
    forge.set(runs=[run("CI", conclusion="skipped", path="x")])
    assert seen().state == "none"


def test_a_deployment_that_waits_for_ever_after_its_run_failed_has_failed(forge):
    forge.set(deployments=[deployment("IN_PROGRESS")], runs=[run(conclusion="failure")])
    assert seen(DEPLOY).state == "failed"


def test_an_outage_is_an_error(forge, monkeypatch):
    forge.down("error connecting to api.github.com")
    with pytest.raises(ForgeError) as no:
        seen()
    assert no.value.trouble is Trouble.UNREACHABLE
    assert can_ask(REPO)
    assert not can_ask(parse_remote("git@ssh.dev.azure.com:v3/a/b/c"))
    monkeypatch.setenv("PATH", "/nowhere")
    assert not can_ask(REPO)
