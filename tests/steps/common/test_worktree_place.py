"""Where worktrees are placed: next to the repository or below the user's own setting, whatever a configuration says."""

import os
from pathlib import Path

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.common import worktree_place
from hotfix_tui.steps.common.carry_driver import carry
from hotfix_tui.steps.common.checkouts import deploy_checkout, worktrees_dir
from tests.gitworld import World

ELSEWHERE = [
    "../../.config/git",
    "../.config/git",
    "../.ssh/{id}",
    "../shop/.git/hooks",
    "../../{repo}/{id}",
    "../a/../../b",
    "/etc/{id}",
    "/tmp/{id}",
    "~/{id}",
    "inside/{id}",
    "..",
    ".",
]


def based(incident):
    incident.world.write("shop.py", "unfinished\n")
    incident.do("branch.preflight")
    incident.do("branch.base")
    return incident


def test_a_configuration_leads_nowhere_else_even_when_trusted(incident):
    incident.record.doc["config"] = {"git": {"worktree": ELSEWHERE[0]}}
    based(incident)
    for pattern in ELSEWHERE:
        incident.record.doc["config"] = {"git": {"worktree": pattern}}
        with pytest.raises(Refused) as no:
            incident.plan("branch.create")
        assert "git.worktree" in str(no.value) and worktree_place.VARIABLE in str(no.value), pattern
        with pytest.raises(Refused):
            worktrees_dir(incident.context(), "deploy")


def test_a_configuration_that_is_not_trusted_has_no_say(incident, tmp_path):
    incident.trusted = False
    incident.record.doc["config"] = {"git": {"worktree": ELSEWHERE[0], "carry": ["later.py"]}}
    based(incident)
    for pattern in [*ELSEWHERE, "../elsewhere/{id}"]:
        incident.record.doc["config"] = {"git": {"worktree": pattern, "carry": ["later.py"]}}
        plan = incident.plan("branch.create")
        assert plan.evidence["worktree"] == str(tmp_path / "shop.hotfix" / "ENG-7"), pattern
        assert "not trusted yet" in plan.warnings[-1], pattern
        assert worktree_place.carried(incident.context()) == [".env", ".vercel"]
        assert worktrees_dir(incident.context(), "deploy") == str(
            tmp_path / "shop.hotfix" / "ENG-7-deploy"
        ), pattern


def test_a_trusted_one_beside_the_repository_counts(incident, tmp_path):
    incident.record.doc["config"] = {"git": {"worktree": "../fixes/{ticket}"}}
    based(incident)
    assert incident.plan("branch.create").evidence["worktree"] == str(tmp_path / "fixes" / "ENG-7")


def test_the_users_own_setting_comes_first(incident, tmp_path, monkeypatch):
    monkeypatch.setenv(worktree_place.VARIABLE, str(tmp_path / "wide" / "trees"))
    based(incident)
    found = incident.do("branch.create")
    assert found.state == "done", incident.log
    assert found.evidence["worktree"] == str(tmp_path / "wide" / "trees" / "shop.hotfix" / "ENG-7")


def test_a_setting_that_is_no_full_path_is_refused(incident, monkeypatch):
    monkeypatch.setenv(worktree_place.VARIABLE, "trees")
    based(incident)
    with pytest.raises(Refused, match="not to a full path"):
        incident.plan("branch.create")


def test_a_link_or_a_file_on_the_way_is_refused(incident, tmp_path):
    based(incident)
    (tmp_path / "settings").mkdir()
    way = tmp_path / "shop.hotfix"
    way.symlink_to(tmp_path / "settings")
    with pytest.raises(Refused, match="is a symbolic link"):
        incident.plan("branch.create")
    way.unlink()
    way.write_text("x")
    with pytest.raises(Refused, match="is no folder"):
        incident.plan("branch.create")


def test_a_place_that_exists_is_never_filled(incident, tmp_path):
    based(incident)
    (tmp_path / "shop.hotfix" / "ENG-7").mkdir(parents=True)
    assert incident.plan("branch.create").evidence["worktree"] == str(tmp_path / "shop.hotfix" / "ENG-7-2")


@pytest.mark.parametrize("variable", ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "PATH"])
def test_where_programs_look_for_settings_or_programs_no_worktree_is_made(
    incident, tmp_path, monkeypatch, variable
):
    seen = os.environ.get(variable, "")
    monkeypatch.setenv(
        variable, f"{seen}:{tmp_path / 'mine'}" if variable == "PATH" else str(tmp_path / "mine")
    )
    incident.record.doc["config"] = {"git": {"worktree": "../mine/{id}"}}
    based(incident)
    with pytest.raises(Refused, match="programs read their settings"):
        incident.plan("branch.create")


def test_a_hidden_repository_gets_a_place_that_is_not(incident, tmp_path):
    hidden = tmp_path / ".dotfiles"
    Path(incident.root).rename(hidden)
    incident.root, incident.world.path = str(hidden), hidden
    based(incident)
    assert incident.plan("branch.create").evidence["worktree"] == str(tmp_path / "dotfiles.hotfix" / "ENG-7")


def test_a_submodules_worktree_stands_beside_the_project_around_it(incident, tmp_path):
    around = World(tmp_path / "around" / "umbrella")
    around("-c", "protocol.file.allow=always", "submodule", "add", "-q", incident.root, "shop")
    around("commit", "-qm", "umbrella")
    incident.root = str(around.path / "shop")
    incident.world = World(around.path / "shop")
    assert worktrees_dir(incident.context(), "deploy") == str(
        tmp_path / "around" / "shop.hotfix" / "ENG-7-deploy"
    )


def test_a_worktree_that_the_record_names_has_to_be_one_of_this_repository(incident, tmp_path):
    World(tmp_path / "hostile").commit("x")
    for place in ("hostile", "hostile/.git", "nowhere"):
        incident.set("branch.create", worktree=str(tmp_path / place), branch="x")
        assert incident.context().worktree == incident.root


@pytest.mark.parametrize("name", ["link/git/config", "link/x", ".git/hooks/post-checkout", "a/.GIT/x"])
def test_nothing_is_carried_through_a_link_or_into_git(tmp_path, name):
    """The commit that is checked out has a link where this checkout has a folder."""
    source, target, settings = (tmp_path / part for part in ("source", "target", "settings"))
    for folder in (source, target, settings):
        folder.mkdir()
    (source / name).parent.mkdir(parents=True)
    (source / name).write_text("[core]\n")
    (target / "link").symlink_to(settings)
    assert carry(str(source), str(target), name)
    assert list(settings.rglob("*")) == [] and list(target.iterdir()) == [target / "link"]


def test_nothing_is_carried_out_of_a_folder_that_is_a_link(tmp_path):
    source, target, secret = (tmp_path / part for part in ("source", "target", "secret"))
    for folder in (source, target, secret):
        folder.mkdir()
    (secret / "key").write_text("x")
    (source / "conf").symlink_to(secret)
    assert "symbolic link" in carry(str(source), str(target), "conf/key")
    assert list(target.iterdir()) == []


def test_a_checkout_for_deploying_takes_nothing_through_a_link_either(incident, tmp_path):
    incident.record.doc["config"] = {"git": {"carry": ["link/x", "plain/x"]}}
    incident.world.path.joinpath("link").symlink_to(tmp_path)
    commit = incident.world.commit("A link")
    incident.world.path.joinpath("link").unlink()
    for name in ("link/x", "plain/x"):
        incident.world.write(name, "mine\n")
    commands = [" ".join(one.argv) for one in deploy_checkout(incident.context(), commit).commands]
    assert any("plain" in line for line in commands) and not any("link" in line for line in commands)
