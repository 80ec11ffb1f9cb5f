"""Closing removes the checkouts that the wizard made for its own acts, if nothing is lost by it, and names the rest."""

import os
import subprocess
from pathlib import Path

import pytest

from hotfix_tui.engine import closing, commands
from hotfix_tui.incident.model.evidence.branch import Preflight
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.steps.common.checkouts import worktrees_dir
from tests import typed
from tests.incident.support import settle_until
from tests.recorder import as_product

SIGNED = ("Marta", "the meeting fills it in")
PICK = "backport/1.x/eng-1"


def git(engine, *args, cwd=""):
    say = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *args]
    return subprocess.run(
        say, cwd=cwd or engine.root, check=True, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    ).stdout.strip()


@pytest.fixture
def resolved(opened):
    """ENG-1, resolved, with its hotfix's worktree, one of a merge and one of a backport."""
    Path(opened.root, ".gitignore").write_text("*.log\n.venv\n")
    git(opened, "add", "-A")
    git(opened, "commit", "-q", "-m", "one")

    def to_the_end(record, actor):
        settle_until(record)
        lifecycle.give_verdict(record, actor, "fixed", "the error rate is down")
        return lifecycle.resolve(record, actor)

    opened.change(to_the_end)
    commands.set_fact(opened, "review.at", "+24h")
    ctx = opened.context()
    merge, pick, hotfix = (worktrees_dir(ctx, one) for one in ("merge", "1-x", "x"))
    hotfix = hotfix.removesuffix("-x")
    with as_product():  # what the steps would have made
        git(opened, "worktree", "add", "-q", "--detach", merge)
        git(opened, "worktree", "add", "-q", "-b", PICK, pick)
        git(opened, "worktree", "add", "-q", "-b", "hotfix/x", hotfix)

    def known(record, actor):
        typed.add(record, "branch.create", branch="hotfix/x", worktree=hotfix, made_by_wizard=True)
        record.doc["lines"] = ["1.x"]
        picked = {"line": "1.x", "branch": PICK, "worktree": pick}
        typed.put(record, "backport.1-x", "done", picked, at=actor.at, by="ann")
        return []

    opened.change(known)
    return opened, merge, pick, hotfix


def closed(engine):
    before = len(engine.timeline())
    closing.close(engine, *SIGNED)
    assert engine.record.state == "closed"
    return [entry["text"] for entry in engine.timeline()[before:]]


def there(engine):
    return {
        line.split()[1]
        for line in git(engine, "worktree", "list", "--porcelain").splitlines()
        if " /" in line
    }


def test_what_holds_nothing_of_its_own_is_removed_and_the_branches_stay(resolved):
    engine, merge, pick, hotfix = resolved
    os.symlink(engine.root, os.path.join(pick, ".venv"))  # lent
    made_anew(merge)
    said = closed(engine)
    assert there(engine) == {os.path.realpath(engine.root), hotfix}
    names = f"{os.path.basename(pick)}, {os.path.basename(merge)}"
    assert said[-2:] == [
        f"Removed 2 worktrees of the wizard's own acts: {names}",
        f"Left {hotfix} (the worktree of hotfix/x); remove it with: git worktree remove {hotfix}",
    ]
    assert git(engine, "branch", "--list", PICK) and git(engine, "branch", "--list", "hotfix/x")


def dirty(engine, place):
    Path(place, "half.txt").write_text("half")


def changed(engine, place):
    Path(place, ".gitignore").write_text("half")


def a_commit_of_its_own(engine, place):
    git(engine, "commit", "-q", "--allow-empty", "-m", "only here", cwd=place)


def a_pick_under_way(engine, place):
    git(engine, "commit", "-q", "--allow-empty", "-m", "on main")
    head = git(engine, "rev-parse", "HEAD")
    Path(git(engine, "rev-parse", "--git-dir", cwd=place), "CHERRY_PICK_HEAD").write_text(head + "\n")


def an_ignored_file(engine, place):
    Path(place, "mine.log").write_text("what I found out")


def the_state_of_a_deployment(engine, place):
    made_anew(place)
    exclude = Path(git(engine, "rev-parse", "--path-format=absolute", "--git-common-dir"), "info", "exclude")
    exclude.write_text("*.tfstate\n")
    Path(place, "infra").mkdir()
    Path(place, "infra", "terraform.tfstate").write_text("{}")


def made_anew(place):
    """What a set-up of the wizard makes there."""
    Path(place, ".venv", "bin").mkdir(parents=True)
    Path(place, ".venv", "bin", "python").write_text("")


@pytest.mark.parametrize(
    ("which", "does", "why"),
    [
        ("merge", dirty, "it holds changes that no commit has"),
        ("merge", changed, "it holds changes that no commit has"),
        ("merge", a_commit_of_its_own, "which no branch and no tag holds"),
        ("pick", dirty, "it holds changes that no commit has"),
        ("pick", a_pick_under_way, "a cherry-pick is under way there"),
        ("pick", an_ignored_file, "git ignores mine.log there"),
        ("merge", an_ignored_file, "git ignores mine.log there"),
        ("merge", the_state_of_a_deployment, "git ignores infra there"),
    ],
)
def test_what_would_be_lost_stays_and_is_said(resolved, which, does, why):
    engine, merge, pick, hotfix = resolved
    place, other = (merge, pick) if which == "merge" else (pick, merge)
    does(engine, place)
    said = closed(engine)
    assert there(engine) == {os.path.realpath(engine.root), place, hotfix}
    assert f"Removed 1 worktree of the wizard's own acts: {os.path.basename(other)}" in said
    (kept,) = [sentence for sentence in said if sentence.startswith(f"Left {place} (")]
    assert why in kept


def test_worktrees_of_others_are_left_alone_and_not_named(resolved):
    engine, merge, _, hotfix = resolved
    theirs = [f"{hotfix}-2", f"{hotfix}-2-merge", f"{hotfix}-notes", f"{merge}r"]
    for place in theirs:
        git(engine, "worktree", "add", "-q", "--detach", place)
    mine = f"{hotfix}-deploy"
    git(engine, "worktree", "add", "-q", "-b", "my-work", mine)
    said = closed(engine)
    assert {*theirs, mine} <= there(engine)
    assert not any(place in sentence for place in (*theirs, mine) for sentence in said)


def test_a_refused_close_removes_nothing(resolved):
    engine, *places = resolved
    with pytest.raises(Exception, match="gaps"):
        closing.close(engine)
    assert set(places) <= there(engine)


@pytest.fixture
def on_the_remote(resolved):
    """The same, with what the remote has as it was last seen, by branch: a commit of its own or one that landed."""
    engine, *_ = resolved
    main = git(engine, "symbolic-ref", "--short", "HEAD")
    own = git(engine, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "not there")

    def has(**refs):
        for name, landed in {main: True, "1.x": True, **refs}.items():
            git(engine, "update-ref", f"refs/remotes/origin/{name}", "HEAD" if landed else own)

    def known(record, actor):
        typed.add(record, "branch.preflight", remote="origin", production=main)
        return []

    engine.change(known)
    return engine, has


@pytest.mark.parametrize(
    ("refs", "said"),
    [
        ({}, []),
        (
            {"hotfix/x": True},
            ["Merged, and still on origin: hotfix/x; delete with: git push origin --delete hotfix/x"],
        ),
        (
            {"hotfix/x": True, PICK: True},
            [
                f"Merged, and still on origin: hotfix/x, {PICK}; delete with: "
                f"git push origin --delete hotfix/x {PICK}"
            ],
        ),
        (
            {"hotfix/x": False},
            ["Still on origin, and not merged as it is: hotfix/x"],
        ),  # it landed as a squash
        (
            {"hotfix/x": False, PICK: True},
            [
                "Still on origin, and not merged as it is: hotfix/x",
                f"Merged, and still on origin: {PICK}; delete with: git push origin --delete {PICK}",
            ],
        ),
    ],
    ids=["none", "merged", "two", "a squash", "a squash and a backport"],
)
def test_branches_that_are_left_on_the_remote_are_named(on_the_remote, refs, said):
    engine, has = on_the_remote
    has(**refs)
    assert [text for text in closed(engine) if "on origin" in text] == said


@pytest.mark.parametrize("stays_on", ["hotfix/x", "other", ""])
def test_a_checkout_that_is_still_on_the_hotfix_is_said_with_the_way_back(on_the_remote, stays_on):
    engine, has = on_the_remote
    has()
    main = engine.record.seen(Preflight).production
    git(engine, "worktree", "remove", "--force", worktrees_dir(engine.context(), "x").removesuffix("-x"))
    if stays_on == "other":
        git(engine, "switch", "-q", "-c", "other")
    elif stays_on:
        git(engine, "switch", "-q", stays_on)
    said = [text for text in closed(engine) if "still on" in text]
    way = f"This checkout is still on hotfix/x; go back with: git switch {main}"
    assert said == ([way] if stays_on == "hotfix/x" else [])
