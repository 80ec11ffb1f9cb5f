"""``hotfix-tui platform``: what deploys is shown, chosen once, and used once it was trusted."""

import json
import tomllib

import pytest


@pytest.fixture
def here(desk):
    (desk.checkout / "fly.toml").write_text('app = "shop"\n')
    return desk


def config(desk):
    return tomllib.loads((desk.checkout / ".hotfix-tui.toml").read_text())


def test_the_platform_of_the_files_is_shown_and_nothing_is_written(here):
    said = here.do("platform").out
    assert "Fly.io (not chosen yet; fly.toml exists)" in said
    assert "deploy    fly deploy --remote-only --image-label hotfix-{commit} -a shop" in said
    assert "hotfix-tui platform fly" in said
    assert not (here.checkout / ".hotfix-tui.toml").exists()


def test_it_is_kept_and_trusted_in_one_go_and_the_open_incident_uses_it(here):
    here.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    said = here.do("platform", "ecs", "cluster=c", "service=s", "definition=shop", "--yes").out
    assert "aws ecs update-service --cluster c --service s --task-definition shop" in said
    assert "Trusted" in said and "ENG-7 uses it from now on." in said
    assert config(here)["deploy"] == {
        "platform": "ecs",
        "settings": {"cluster": "c", "service": "s", "definition": "shop"},
    }
    assert "ecs deploy" in here.do("trust").out
    kept = tomllib.loads((here.checkout / ".git" / "hotfix-tui" / "ENG-7" / "session.toml").read_text())
    assert kept["config"]["deploy"] == config(here)["deploy"]


def test_without_a_yes_nothing_of_it_runs(here):
    said = here.do("platform", "fly", "app=other").out
    assert "None of it runs yet" in said
    shown = json.loads(here.do("trust", "--json").out)
    assert not shown["trusted"]
    assert {
        "name": "fly deploy",
        "line": "fly deploy --remote-only --image-label hotfix-{commit} -a other",
    } in shown["platform"]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("flyy",), "did you mean fly?"),
        (("fly", "nope=1"), "has no setting 'nope'"),
        (("fly", "app"), "write NAME=VALUE"),
        (("fly", "app=-x"), "deploy.settings.app"),
        (("fly", "app=ghp_0123456789012345678901234567890123AB"), "holds a secret"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(here, args, why):
    done = here.call("platform", *args)
    assert done.code and why in done.err
    assert not (here.checkout / ".hotfix-tui.toml").exists()


def test_a_dry_run_writes_nothing(here):
    assert "would be kept" in here.do("--dry-run", "platform", "fly", "app=x").out
    assert not (here.checkout / ".hotfix-tui.toml").exists()


def test_files_that_may_speak_for_a_platform_are_named_as_doctor_names_them(desk):
    (desk.checkout / "kustomize").mkdir()
    (desk.checkout / "kustomize/kustomization.yaml").write_text("resources: []\n")
    said = desk.do("platform").out
    assert "The files here may speak for kubernetes (kustomize/kustomization.yaml exists)" in said
    assert "hotfix-tui platform kubernetes" in said and "No platform is clear" not in said
