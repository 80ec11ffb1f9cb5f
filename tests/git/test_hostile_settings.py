"""Every git-facing operation of the product under settings that bend git: the same commits, refs and answers come out.

The settings are tried together, and one by one among the long counts. What is compared: each ref of the remote by its
id, what stays on this machine, and what the product reads of it.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hotfix_tui.git.diff import diff_numstat, diff_text
from hotfix_tui.git.forecast import forecast
from hotfix_tui.git.history import commit_info, commits_not_in, is_ancestor, log
from hotfix_tui.git.patches import contains_patch, patch_id, patch_ids
from hotfix_tui.git.refs import branches
from hotfix_tui.git.remote import ls_remote, remotes
from hotfix_tui.git.status import status
from hotfix_tui.git.tags import all_tags
from hotfix_tui.git.worktrees import worktrees
from tests.git.hostile_settings import FILES, OTHER_COMMITS, SETTINGS, VARIABLES
from tests.gitworld import IDENTITY, World
from tests.steps.support import Incident

DATE = "1700050000 +0000"
ODD = b"caf\xe9 \xc3\xa4 b.txt".decode("utf-8", "surrogateescape")
FIX = "def total(prices):\n    # {}\n    return sum(prices)\n"
WHOLE_WAY = ("verify.push", "release.merge", "release.confirm", "release.tag")
LINES = ("release/0.9", "release/0.8")


@dataclass
class Trial:
    """One way through the repository, and its outcome."""

    here: Path
    refs: dict[str, str] = field(default_factory=dict)
    """What the remote has."""
    trees: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    """Tags and branches of the engineer's own that nobody may take away or send."""
    read: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A remote with a release, two older lines and undeployed work, and a clone with an unfinished fix."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        return _built(folder)


def _built(folder: Path, *init: str) -> Path:
    seed = World(folder / "seed", *init)
    body = "".join(f"\n\ndef number_{n}():\n    return {n}\n" for n in range(12))
    seed.write("shop.py", FIX.format("one").replace("sum", "len") + body)
    seed.write(ODD, "1\n")
    seed.write("deep/a name.txt", "1\n")
    seed.commit("Start", __gitignore=".env\n")
    for line in LINES:
        seed("branch", line)
    seed("tag", "-a", "v1.0.0", "-m", "v1.0.0")
    seed.write("later.py", "x = 1\n")
    seed.commit("#12 Not live yet")
    subprocess.run(["git", "clone", "-q", "--bare", str(seed.path), str(folder / "shop.git")], check=True)
    subprocess.run(["git", "clone", "-q", str(folder / "shop.git"), str(folder / "shop")], check=True)
    clone = World.__new__(World)
    clone.path, clone.time = folder / "shop", seed.time
    clone("tag", "-a", "trial-of-mine", "-m", "mine alone")
    clone("branch", "mine", "v1.0.0")
    clone.write("shop.py", FIX.format("äöü") + body)
    clone.write("test_sums.py", "# the test\n")
    clone.write(ODD, "2\n")
    return folder


def drive(built: Path, here: Path, settings=(), variables=()) -> Trial:
    """Go the whole way from the unfinished change to tag and backports, with these settings and variables."""
    for name in ("shop.git", "shop"):
        shutil.copytree(built / name, here / name, symlinks=True)
    for name, content in FILES.items():
        (here / name).write_bytes(content)
        (here / name).chmod(0o755)
    world = World.__new__(World)
    world.path, world.time = here / "shop", 0
    address = "remotes:shop.git" if any("insteadOf" in key for key, _ in settings) else str(here / "shop.git")
    world("remote", "set-url", "origin", address)
    (here / "incident").mkdir()
    incident = Incident(world, here / "incident", git={"base": "production", "backports": list(LINES)})
    incident.record.facts["ticket"] = "ENG-7"
    for key, value in settings:
        world("config", key.replace("{here}", str(here)), value.replace("{here}", str(here)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_AUTHOR_DATE", DATE)
        patch.setenv("GIT_COMMITTER_DATE", DATE)
        for key, value in variables:
            patch.setenv(key, value.replace("{here}", str(here)))
        _whole_way(incident)
        trial = Trial(here, read=_read(incident))
    for line in world(
        "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/mine", "refs/tags"
    ).splitlines():
        trial.kept.update([line.split(" ")])
    bare = World.__new__(World)
    bare.path, bare.time = here / "shop.git", 0
    form = "--format=%(refname) %(objectname) %(tree)%(*tree)"
    for line in bare("for-each-ref", form, GIT_CONFIG_COUNT="0").splitlines():
        ref, commit, tree = line.split(" ")
        trial.refs[ref], trial.trees[ref] = commit, tree
    return trial


def _whole_way(incident: Incident) -> None:
    def do(step: str, choice: str = "") -> None:
        found = incident.do(step, choice)
        wanted = "waiting" if step.startswith("backport.") else "done"
        assert found.state == wanted, (step, found.why, incident.log)

    do("branch.preflight")
    do("branch.base")
    do("branch.create", "worktree-with-changes")
    do("fix.change", "include:test_sums.py")
    do("verify.commit")
    for step in WHOLE_WAY:
        do(step)
    do("backport.release-0-9")
    do("backport.release-0-8", "patch")


def _read(incident: Incident) -> dict[str, Any]:
    """What the product reads of all that, without the paths of the trial."""
    git, base = incident.context().git, incident.context().base
    commit = incident.record.stored("verify.commit").get("commit")
    # What a remote is set up with besides is not asked about here.
    origin = next(iter(remotes(git)))
    now = status(git)
    picked = git.text("rev-parse", "refs/heads/backport/release/0.9/ENG-7")
    return {
        "changed": [(change.path, change.index, change.worktree) for change in now.changed],
        "untracked": now.untracked,
        "files": [
            (file.path, file.added, file.removed, file.status) for file in diff_numstat(git, base, commit)
        ],
        "patch": diff_text(git, base, commit),
        "log": [(one.subject, one.body, one.author, one.date) for one in log(git, commit)],
        "log of a file": [one.subject for one in log(git, commit, paths=["shop.py"])],
        "message": commit_info(git, commit).body,
        "patch id": patch_id(git, base, commit),
        "patch ids": [one for one, _ in patch_ids(git, "refs/remotes/origin/main", [], first_parent=True)],
        "carried": contains_patch(git, picked, base, commit) is not None,
        "ancestor": is_ancestor(git, base, commit),
        "not in": len(commits_not_in(git, commit, base)),
        "forecast": [
            one.verdict for one in forecast(git, "refs/remotes/origin/release/0.8", [(commit, base)])
        ],
        "tags": [(tag.name, str(tag.release)) for tag in all_tags(git)],
        "remote refs": sorted(ls_remote(git, origin, ["refs/heads/*", "refs/tags/*"])),
        "branches": sorted(branch.name for branch in branches(git)),
        "worktrees": sorted(os.path.basename(tree.path) for tree in worktrees(git)),
        "warnings": [
            w for w in incident.record.stored("branch.preflight").get("warnings") if "signed" not in w
        ],
    }


@pytest.fixture(scope="module")
def plain(built, tmp_path_factory) -> Trial:
    """The way with no settings at all."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        trial = drive(built, tmp_path_factory.mktemp("plain"))
    assert set(trial.refs) == {
        *(
            "refs/heads/main",
            "refs/heads/release/0.9",
            "refs/heads/release/0.8",
            "refs/heads/hotfix/ENG-7-totals-are-wrong",
        ),
        *("refs/heads/backport/release/0.9/ENG-7", "refs/heads/backport/release/0.8/ENG-7"),
        *("refs/tags/v1.0.0", "refs/tags/v1.0.1"),
    }
    assert {"refs/heads/mine", "refs/tags/trial-of-mine"} <= set(trial.kept)
    return trial


def same(trial: Trial, plain: Trial, *, commits: bool = True) -> None:
    """Compare what came out."""
    if commits:
        assert trial.refs == plain.refs and trial.kept == plain.kept
    assert trial.trees == plain.trees
    for name, value in plain.read.items():
        if commits or name not in ("log", "message"):
            assert trial.read[name] == value, name


def test_the_table_is_large_enough():
    assert len(set(SETTINGS)) == len(SETTINGS) >= 60 and len(set(VARIABLES)) == len(VARIABLES) >= 20


PARTS = 2


@pytest.mark.parametrize("part", range(PARTS))
def test_many_settings_at_once(built, plain, tmp_path, part):
    same(drive(built, tmp_path, SETTINGS[part::PARTS]), plain)


def test_many_variables_at_once(built, plain, tmp_path):
    same(drive(built, tmp_path, (), VARIABLES), plain)


def test_settings_that_make_other_commits_make_the_same_trees(built, plain, tmp_path):
    trial = drive(built, tmp_path, OTHER_COMMITS)
    same(trial, plain, commits=False)
    assert trial.refs != plain.refs, "nothing was signed"


@pytest.mark.full
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: "=".join(one)[:60])
def test_each_setting_alone(built, plain, tmp_path, setting):
    same(drive(built, tmp_path, [setting]), plain)


@pytest.mark.full
@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: "=".join(one)[:60])
def test_each_variable_alone(built, plain, tmp_path, variable):
    both = [variable]
    if variable[0].startswith("GIT_CONFIG_"):
        both = [one for one in VARIABLES if one[0].startswith("GIT_CONFIG_")]
    same(drive(built, tmp_path, (), both), plain)


INIT = {"sha256": ("--object-format=sha256",), "shared": ("--shared=group",)}


@pytest.mark.full
@pytest.mark.parametrize("kind", INIT)
def test_repositories_that_were_made_otherwise(plain, tmp_path, kind):
    (tmp_path / "kind").mkdir()
    (tmp_path / "here").mkdir()
    trial = drive(_built(tmp_path / "kind", *INIT[kind]), tmp_path / "here")
    assert set(trial.refs) == set(plain.refs)
    assert trial.read["files"] == plain.read["files"] and trial.read["log"] == plain.read["log"]


def _sparse(clone: World) -> None:
    clone("sparse-checkout", "set", "--no-cone", "/*", "!/later.py")


def _of_one_worktree(clone: World) -> None:
    """Settings of the first worktree alone, which no other one has."""
    clone("config", "extensions.worktreeConfig", "true")
    for key, value in (("diff.noprefix", "true"), ("core.hooksPath", "/nowhere"), ("status.short", "true")):
        clone("config", "--worktree", key, value)


def _odd_refspec(clone: World) -> None:
    """Only what is there is fetched, and a tag and a branch have one name."""
    clone("config", "remote.origin.fetch", "+refs/heads/main:refs/remotes/origin/main")
    clone("update-ref", "-d", "refs/remotes/origin/release/0.9")
    clone("tag", "main", "v1.0.0")


def _embedded_names(clone: World) -> None:
    """A second remote, a branch that looks like a remote's, and a stash."""
    clone("remote", "add", "origin2", "/nowhere")
    clone("branch", "origin/main", "v1.0.0")


CLONES = {
    "sparse": _sparse,
    "worktree config": _of_one_worktree,
    "refspec": _odd_refspec,
    "names": _embedded_names,
}


@pytest.mark.full
@pytest.mark.parametrize("kind", CLONES)
def test_clones_that_were_set_up_otherwise(built, plain, tmp_path, kind):
    (tmp_path / "kind").mkdir()
    (tmp_path / "here").mkdir()
    for name in ("shop.git", "shop"):
        shutil.copytree(built / name, tmp_path / "kind" / name, symlinks=True)
    clone = World.__new__(World)
    clone.path, clone.time = tmp_path / "kind" / "shop", 1_700_000_000
    CLONES[kind](clone)
    trial = drive(tmp_path / "kind", tmp_path / "here")
    assert trial.refs == plain.refs
    assert trial.read["patch"] == plain.read["patch"] and trial.read["changed"] == plain.read["changed"]


@pytest.mark.full
def test_a_partial_clone(built, plain, tmp_path):
    (tmp_path / "kind").mkdir()
    (tmp_path / "here").mkdir()
    bare = tmp_path / "kind" / "shop.git"
    shutil.copytree(built / "shop.git", bare)
    subprocess.run(["git", "-C", str(bare), "config", "uploadpack.allowFilter", "true"], check=True)
    clone = World.__new__(World)
    clone.path, clone.time = tmp_path / "kind" / "shop", 1_700_000_000
    args = ["git", "clone", "-q", "--filter=blob:none", f"file://{bare}", str(clone.path)]
    subprocess.run(args, check=True, capture_output=True)
    for name in ("shop.py", "test_sums.py", ODD):
        shutil.copy2(built / "shop" / name, clone.path / name)
    trial = drive(tmp_path / "kind", tmp_path / "here")
    assert trial.refs == plain.refs
