"""What a drill consists of, and where it may be built."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

import pytest

from hotfix_tui.config import load as config
from hotfix_tui.demo import build
from hotfix_tui.demo.build import DemoError

from .conftest import Drill


def refs(drill: Drill) -> str:
    return drill.git("for-each-ref", "--format=%(objectname) %(refname)", cwd=drill.world.remote)


def test_every_drill_has_the_same_commits_and_tags_whatever_the_users_settings(built, tmp_path, monkeypatch):
    (tmp_path / "gitconfig").write_text(
        "[user]\nname = Somebody\nemail = s@example.org\n[commit]\ngpgSign = true\n[tag]\ngpgSign = true\n"
        "[core]\nautocrlf = true\nhooksPath = /nowhere\n[init]\ndefaultBranch = trunk\n[am]\nkeepcr = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    other = Drill(build.build(str(tmp_path / "other")))
    monkeypatch.delenv("GIT_DIR")
    assert refs(other) == refs(built)
    assert len(refs(built).splitlines()) == 15


def test_the_history_is_one_of_months_by_three_people(built):
    log = built.git("log", "--format=%an|%cI", "v2.3.4").splitlines()
    assert len(log) == 13
    assert {line.split("|")[0] for line in log} == {"Ines Okafor", "Tomas Lindqvist", "Zoë Marchetti"}
    dates = [line.split("|")[1] for line in log]
    newest, oldest = datetime.fromisoformat(dates[0]), datetime.fromisoformat(dates[-1])
    assert timedelta(days=200) < newest - oldest < timedelta(days=300)
    every = [datetime.fromisoformat(one) for one in built.git("log", "--all", "--format=%cI").splitlines()]
    age = datetime.now(UTC) - max(every)
    assert timedelta(hours=4) <= age < timedelta(hours=4, days=1, minutes=30), (
        "the last of it is of these days"
    )
    kinds = built.git("for-each-ref", "--format=%(objecttype)", "refs/tags").split()
    assert set(kinds) == {"tag"}


def test_two_commits_on_main_are_not_live(built):
    assert built.git("rev-list", "--count", "v2.3.4..origin/main") == "2"
    files = built.git("diff", "--name-only", "v2.3.4", "origin/main").split()
    assert "README.md" in files
    assert "tokend/plans.py" in files
    assert built.git("merge-base", "v2.3.4", "origin/main") == built.git("rev-parse", "v2.3.4^{commit}")
    assert built.git("rev-list", "--count", "origin/main..origin/develop") == "3"


def test_the_release_line_names_the_commits_that_it_took(built):
    text = built.git("log", "v2.2.0..origin/release/2.2", "--format=%b")
    taken = [line.split()[-1].rstrip(")") for line in text.splitlines() if "cherry picked" in line]
    assert len(taken) == 2
    for commit in taken:
        assert built.git("branch", "-r", "--contains", commit, "--list", "origin/main")


def test_the_checkout_is_clean_and_the_configuration_is_not_tracked(built):
    assert built.git("status", "--porcelain") == ""
    assert built.git("branch", "--show-current") == "main"
    assert (built.world.checkout / ".hotfix-tui.toml").exists()
    assert built.git("ls-files", ".hotfix-tui.toml") == ""


def test_the_configuration_is_read_without_a_fault(built):
    loaded = config.load(str(built.world.checkout))
    assert loaded.problems == []
    found = loaded.config
    assert found.git.backports == ["release/2.2", "develop"]
    assert found.monitor.watch == 20.0
    assert found.deploy.production is not None
    assert found.deploy.production.argv() == [
        sys.executable,
        str(built.world.tool),
        "deploy",
        "production",
        "{commit}",
    ]
    assert [smoke.expect_status for smoke in found.smoke] == [401, 200]


@pytest.mark.parametrize("name", ["test", "typecheck", "build"])
def test_the_commands_of_the_configuration_pass_on_what_is_live(built, tmp_path, name):
    command = getattr(config.load(str(built.world.checkout)).config.commands, name)
    tree = built.worktree(tmp_path / "tree", "v2.3.4")
    found = built.python(*command.argv()[1:], cwd=tree)
    assert found.returncode == 0, found.stderr
    assert built.git("status", "--porcelain", cwd=tree) == ""
    if name == "build":
        assert "--key-file" in built.python("dist/tokend.pyz", "--help", cwd=tree).stdout


@pytest.mark.parametrize("line", ["v2.3.4", "origin/main", "origin/release/2.2", "origin/develop"])
def test_the_regression_test_fails_without_the_fix_and_passes_with_it(built, tmp_path, line):
    tree = built.worktree(tmp_path / "tree", line, built.world.patch)
    assert built.python("-m", "unittest", cwd=tree).returncode == 0
    built.git("checkout", line, "--", "tokend", cwd=tree)
    without = built.python("-m", "unittest", "tests/test_expiry.py", cwd=tree)
    assert without.returncode == 1
    assert "FAILED (failures=3)" in without.stderr, "it must fail, not break"


def test_the_fix_can_be_picked_on_every_line(built, tmp_path):
    fix = built.commit(built.worktree(tmp_path / "fix", "v2.3.4", built.world.patch))
    for number, line in enumerate(("origin/main", "origin/release/2.2", "origin/develop")):
        tree = built.worktree(tmp_path / f"line{number}", line)
        built.git("cherry-pick", "-x", fix, cwd=tree)
        assert built.python("-m", "unittest", cwd=tree).returncode == 0


def test_the_first_fix_of_the_other_scenario_passes_its_tests_and_leads_to_the_right_one(built, tmp_path):
    world = built.world
    tree = built.worktree(tmp_path / "tree", "v2.3.4", world.bad_patch)
    assert built.python("-m", "unittest", cwd=tree).returncode == 0
    built.commit(tree)
    built.git("apply", str(world.patch_after_bad), cwd=tree)
    built.commit(tree)
    right = built.commit(built.worktree(tmp_path / "right", "v2.3.4", world.patch))
    assert built.git("diff", right, "HEAD", cwd=tree) == ""


def test_the_patches_are_outside_of_the_checkout(built):
    for patch in (built.world.patch, built.world.bad_patch, built.world.patch_after_bad):
        assert patch.parent == built.world.root


def test_the_story_names_where_to_begin(built):
    text = (built.world.root / "README.txt").read_text()
    assert str(built.world.checkout) in text
    assert built.world.ticket in text


def test_a_drill_is_found_again(built):
    assert build.load(built.world.root) == built.world


def test_no_drill_is_found_where_there_is_none(tmp_path):
    with pytest.raises(DemoError, match="holds no drill"):
        build.load(tmp_path)


def test_the_remote_writes_down_what_it_is_asked_for(tmp_path):
    drill = Drill(build.build(str(tmp_path / "it's here"), log_updates=True))
    drill.git("push", "--quiet", "origin", "main:refs/heads/hotfix/one")
    log = (drill.world.root / "remote-updates.log").read_text().splitlines()
    assert log == [f"{'0' * 40} {drill.git('rev-parse', 'main')} refs/heads/hotfix/one"]


def test_an_empty_folder_will_do(tmp_path):
    assert build.build(str(tmp_path)).root == tmp_path


def test_a_missing_folder_is_made_with_those_above_it(tmp_path):
    assert build.build(str(tmp_path / "a" / "b")).root == tmp_path / "a" / "b"


def test_without_a_folder_each_drill_gets_a_new_one(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one, two = build.build(), build.build()
    assert one.root != two.root
    assert one.root.parent == two.root.parent == tmp_path
    assert (one.bad_patch, one.patch_after_bad) == (None, None)


def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DemoError, match="is not empty"):
        build.build(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DemoError, match="is not a folder"):
        build.build(str(tmp_path / "file"))
    with pytest.raises(DemoError, match="cannot be used"):
        build.build(str(tmp_path / "file" / "below"))


def test_a_link_to_nothing_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(DemoError, match="cannot be used"):
        build.build(str(tmp_path / "link"))


def test_an_unknown_scenario_is_refused_before_anything_is_made(tmp_path):
    with pytest.raises(DemoError, match="choose one of expired-token, worse-first"):
        build.build(str(tmp_path / "d"), scenario="none")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("existed", [False, True])
def test_without_git_there_is_one_sentence_and_nothing_is_left(tmp_path, monkeypatch, existed):
    target = tmp_path / "d"
    if existed:
        target.mkdir()
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(DemoError, match="no git on the PATH"):
        build.build(str(target))
    assert target.exists() is existed
    assert not existed or list(target.iterdir()) == []
