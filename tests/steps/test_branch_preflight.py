"""branch.preflight: what it sees, and what it calls impossible."""

import os
import subprocess

import pytest

from hotfix_tui.engine.doctor_project import examine
from hotfix_tui.git import process
from hotfix_tui.incident.rules import gates, policy, requirements, set_off
from hotfix_tui.steps.branch.remote import place_on_forge, without_credentials
from hotfix_tui.steps.common.forge import head
from tests.gitworld import World
from tests.steps.support import Incident


def test_a_clone_is_described(incident):
    (incident.world.path / ".git/hooks/pre-commit").write_text("#!/bin/sh\n")
    (incident.world.path / ".git/hooks/pre-commit").chmod(0o755)
    incident.world.write("shop.py", "changed")
    incident.world.write("new.txt", "new")
    seen = incident.probe("branch.preflight")
    assert seen.state == "done"
    wanted = {"remote": "origin", "production": "main", "forge": "none", "version_tags": True, "dirty": True}
    wanted |= {"changed": 1, "untracked": 1, "in_progress": "", "detached": False, "hooks": ["pre-commit"]}
    wanted |= {"identity": "Ann <ann@example.com>", "bare": False, "shallow": False, "deploys_on_push": False}
    assert wanted.items() <= seen.evidence.items()


ODD_BYTES = {
    "a name": b"[user]\n\tname = J\xf6rg Example\n",
    "a comment": b"# f\xfcr das B\xfcro\n[core]\n",
    "another remote": b'[remote "b\xfcro"]\n\turl = file:///b\xfcro\n\tfetch = +refs/heads/*:refs/remotes/buero/*\n',
    "a branch": b'[branch "f\xfcr-anna"]\n\tremote = origin\n\tmerge = refs/heads/f\xfcr-anna\n',
    "an alias": b"[alias]\n\tst = !echo gr\xfc\xdfe\n",
}


@pytest.mark.parametrize("where", ODD_BYTES)
def test_a_configuration_of_git_in_another_encoding_is_read(incident, where):
    with (incident.world.path / ".git" / "config").open("ab") as file:
        file.write(ODD_BYTES[where])
    seen = incident.probe("branch.preflight")
    assert (seen.state, seen.evidence["remote"], seen.evidence["production"]) == ("done", "origin", "main")
    assert incident.until("branch.create").state == "done"


@pytest.mark.parametrize(
    "name", [".gitattributes", ".mailmap", ".gitignore", ".gitmodules", "sub/.gitignore"]
)
def test_a_file_for_which_git_waits_is_named_and_not_waited_for(incident, monkeypatch, name):
    monkeypatch.setattr(process, "PATIENCE", 0.2)
    place = incident.world.path / name
    place.parent.mkdir(exist_ok=True)
    incident.world.write(f"{place.parent.name}/new.txt" if "/" in name else "shop.py", "changed")
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    seen = incident.probe("branch.preflight")
    said = " ".join([seen.why, *seen.evidence.get("warnings", [])])
    assert f"{name} is a FIFO, and git waits for ever to read it: move it away" in said
    rows = [row for row in examine(str(incident.world.path)) if row.name == "repository" and not row.ok]
    assert [row.text for row in rows] == [
        f"{name} is a FIFO, and git waits for ever to read it: move it away"
    ]


def test_without_a_remote_it_is_still_possible(tmp_path, isolated):
    world = World(tmp_path / "alone")
    world.commit("Start", **{"a.py": "a"})
    seen = Incident(world, tmp_path / "i").probe("branch.preflight")
    assert (seen.state, seen.evidence["remote"], seen.evidence["production"]) == ("done", "", "main")
    assert any("no remote" in warning for warning in seen.evidence["warnings"])


def test_among_several_remotes_origin_counts_and_else_the_one_with_the_production_branch(incident):
    incident.world("remote", "add", "fork", "file:///nowhere")
    assert incident.probe("branch.preflight").evidence["remote"] == "origin"
    incident.world("remote", "rename", "origin", "upstream")
    incident.world("branch", "--unset-upstream")
    assert incident.probe("branch.preflight").evidence["remote"] == "upstream"


def test_beside_a_fork_its_parent_counts_and_the_fork_is_pushed_to(incident):
    for name, owner in (("origin", "ann"), ("upstream", "acme")):
        incident.world("remote", "remove", name, ok=False)
        incident.world("remote", "add", name, f"https://github.com/{owner}/shop.git")
    incident.record.config["git"] = {"production": "main"}
    seen = incident.probe("branch.preflight").evidence
    assert (seen["remote"], seen["push_remote"]) == ("upstream", "origin")
    assert seen["remote_url"].endswith("acme/shop.git") and any(
        "fork of upstream" in one for one in seen["warnings"]
    )
    incident.set("branch.create", branch="hotfix/ENG-7")
    assert head(incident.context()) == "ann:hotfix/ENG-7"
    incident.record.config["git"]["remote"] = "upstream"
    assert incident.probe("branch.preflight").evidence["push_remote"] == ""
    assert head(incident.context()) == "hotfix/ENG-7"
    incident.world("config", "remote.pushDefault", "origin")
    assert incident.probe("branch.preflight").evidence["push_remote"] == "origin"


def test_a_configured_remote_that_is_not_there_is_said(incident):
    incident.record.config["git"] = {"remote": "prod"}
    seen = incident.probe("branch.preflight")
    assert seen.state == "unknown" and "git.remote is 'prod'" in seen.why


def test_no_identity_makes_commits_impossible(incident, monkeypatch):
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    incident.world("config", "user.useConfigOnly", "true")
    seen = incident.probe("branch.preflight")
    assert seen.state == "failed" and "who you are" in seen.why


def test_a_folder_without_a_repository_fails_with_a_sentence(tmp_path, isolated):
    world = World(tmp_path / "x")
    other = Incident(world, tmp_path / "i")
    other.root = str(tmp_path / "i")
    (tmp_path / "i").mkdir()
    seen = other.probe("branch.preflight")
    assert seen.state == "failed" and "no git repository" in seen.why


def test_an_operation_in_progress_and_a_branch_in_the_way_are_warnings(incident):
    incident.world("branch", "hotfix")
    (incident.world.path / ".git/MERGE_HEAD").write_text(incident.world("rev-parse", "HEAD") + "\n")
    seen = incident.probe("branch.preflight")
    assert seen.state == "done" and seen.evidence["in_progress"] == "merge"
    assert any("hotfix-ENG-7" in warning for warning in seen.evidence["warnings"])


def test_a_workflow_that_deploys_pushes_or_tags_is_found(incident):
    workflow = ".github/workflows/deploy.yml"
    text = "on:\n  push:\n    {}\njobs:\n  go:\n    steps:\n      - run: {}\n"
    incident.world.write(workflow, text.format("branches: [main]", "flyctl deploy --remote-only"))
    seen = incident.probe("branch.preflight").evidence
    assert (
        seen["deploys_on_push"] and "deploy.yml:7" in seen["deploys_on_push_why"] and not seen["tag_deploys"]
    )
    incident.world.write(workflow, text.format("tags: ['v*']", "npm publish"))
    seen = incident.probe("branch.preflight").evidence
    assert not seen["deploys_on_push"] and seen["tag_deploys"] and "npm" in seen["tag_deploys_why"]


def test_a_request_that_a_tag_opens_elsewhere_is_said_by_its_name(incident):
    head = "name: Rocks\non:\n  push:\n    tags: ['v*']\n"
    text = f"{head}jobs:\n  go:\n    steps:\n      - run: gh pr create --repo acme/rocks\n"
    incident.world.write(".github/workflows/rocks.yml", text)
    incident.world.write(
        ".github/workflows/t.yml", "name: Tests\non: push\njobs: {t: {steps: [{run: make}]}}\n"
    )
    seen = incident.probe("branch.preflight").evidence
    assert seen["tag_starts"] == (
        "opens a pull request (.github/workflows/rocks.yml:8, job go); Tests (.github/workflows/t.yml)"
    )
    assert not seen["tag_deploys"] and not any("Tests" in one for one in seen["warnings"])


def test_a_job_that_is_only_called_so_is_asked_about_and_confirmed_until_that_is_answered(incident):
    text = "on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n    steps:\n      - run: ./go\n"
    incident.world.write(".github/workflows/x.yml", text)
    seen = incident.keep("branch.preflight", incident.probe("branch.preflight")).evidence
    assert not seen["deploys_on_push"] and "'deploy'" in seen["push_unsure"]
    assert any("set deploys.push yes" in one for one in seen["warnings"])
    assert gates.needs_confirmation(incident.record, "release.merge")
    assert not set_off.push_deploys(incident.record)
    incident.record.facts["deploys.push"] = "no"
    assert not gates.needs_confirmation(incident.record, "release.merge")
    incident.record.facts["deploys.push"] = "yes"
    assert gates.needs_confirmation(incident.record, "release.merge") and set_off.push_deploys(
        incident.record
    )


@pytest.mark.parametrize(
    ("file", "text", "bot", "publishes"),
    [
        (".github/workflows/r.yml", "on:\n  push:\njobs:\n  r:\n    steps:\n      - run: npx semantic-release\n",
         "semantic-release", True),
        (".github/workflows/r.yml",
         "on:\n  push:\njobs:\n  r:\n    steps:\n      - uses: googleapis/release-please-action@v4\n",
         "release-please", False),
        (".changeset/config.json", "{}", "changesets", False),
        (".releaserc.json", "{}", "semantic-release", True),
    ],
)  # fmt: skip
def test_where_a_program_makes_versions_the_wizard_makes_no_tag(incident, file, text, bot, publishes):
    incident.world.write(file, text)
    seen = incident.keep("branch.preflight", incident.probe("branch.preflight")).evidence
    assert (seen["versions_by"], seen.get("versions_publish", False)) == (bot, publishes)
    assert policy.tag_placement(incident.record) == "off"
    assert bot in requirements.requirement(incident.record, "release.tag").why
    assert gates.needs_confirmation(incident.record, "release.merge") == publishes
    incident.record.config["git"] = {"tag": "before-deploy"}
    assert policy.tag_placement(incident.record) == "before-deploy"


def test_a_release_that_has_to_be_published_puts_the_tag_before_the_deployment(incident):
    text = (
        "on:\n  release:\n    types: [published]\njobs:\n  p:\n    steps:\n      - run: twine upload dist/*\n"
    )
    incident.world.write(".github/workflows/p.yml", text)
    seen = incident.keep("branch.preflight", incident.probe("branch.preflight")).evidence
    assert not seen["tag_deploys"] and "p.yml:7" in seen["release_why"]
    assert policy.tag_placement(incident.record) == "before-deploy"
    assert not gates.needs_confirmation(incident.record, "release.tag")


def test_a_workflow_for_staging_is_not_production(incident):
    text = "on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n    environment: {}\n    steps: []\n"
    incident.world.write(".github/workflows/deploy.yml", text.format("staging"))
    assert not incident.probe("branch.preflight").evidence["deploys_on_push"]
    incident.world.write(".github/workflows/deploy.yml", text.format("production"))
    assert incident.probe("branch.preflight").evidence["deploys_on_push"]


def test_a_platform_that_deploys_pushes_is_known(incident):
    for name in ("railway", "render", "vercel"):
        incident.record.config["deploy"] = {"platform": name}
        seen = incident.probe("branch.preflight").evidence
        assert not seen["deploys_on_push"], "the account there knows; it is asked"
        assert any("follows this repository" in text for text in seen["warnings"])
    incident.record.config["deploy"] = {"platform": "kubernetes"}
    assert not incident.probe("branch.preflight").evidence["deploys_on_push"]


def test_a_workflow_that_only_tests_deploys_nothing(incident):
    text = "on:\n  push:\n    branches:\n      - main\njobs:\n  test:\n    steps: []\n"
    incident.world.write(".github/workflows/ci.yml", text)
    seen = incident.probe("branch.preflight").evidence
    assert not seen["deploys_on_push"] and not seen["tag_deploys"]


def test_a_bare_repository_and_a_shallow_one(incident, tmp_path):
    bare = World.__new__(World)
    bare.path = tmp_path / "shop.git"
    seen = Incident(bare, tmp_path / "b").probe("branch.preflight")
    assert seen.state == "done" and seen.evidence["bare"]
    shallow = tmp_path / "shallow"
    url = f"file://{tmp_path / 'shop.git'}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, str(shallow)], check=True, capture_output=True)
    bare.path = shallow
    seen = Incident(bare, tmp_path / "s").probe("branch.preflight")
    assert seen.evidence["shallow"] and any("shallow" in warning for warning in seen.evidence["warnings"])


def test_urls_lose_their_credentials():
    assert without_credentials("https://ann:secret@example.com/a/b.git?t=1") == "https://example.com/a/b.git"
    assert without_credentials("ssh://git@example.com:22/a/b") == "ssh://git@example.com:22/a/b"
    assert without_credentials("git@github.com:a/b.git") == "git@github.com:a/b.git"
    assert place_on_forge("git@github.com:a/b.git") == ("github", "https://github.com/a/b")
    assert place_on_forge("/srv/git/a.git") == ("none", "")
    assert place_on_forge("ssh://git@git.example.com/a/b.git")[0] == "unknown"


@pytest.mark.parametrize(
    ("changed", "new", "said"),
    [
        (0, 0, "clean"),
        (1, 0, "1 changed file"),
        (2, 0, "2 changed files"),
        (1, 1, "1 changed file and 1 untracked"),
    ],
)
def test_what_is_unfinished_is_counted(incident, changed, new, said):
    for number in range(changed):
        incident.world.write(f"known-{number}.txt", "x")
    incident.world("add", "-A")
    incident.world("commit", "-q", "--allow-empty", "-m", "known")
    for number in range(changed):
        incident.world.write(f"known-{number}.txt", "y")
    for number in range(new):
        incident.world.write(f"new-{number}.txt", "y")
    assert incident.probe("branch.preflight").why.endswith(f", {said}")
