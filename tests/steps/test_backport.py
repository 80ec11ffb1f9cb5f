"""Backports: picked in a worktree of their own; conflicts, empty picks and what is there already are told apart."""
# ruff: noqa: F811  (fixtures are imported by name)

import pytest

from hotfix_tui.steps.backport.step import Backport
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.release.confirm import Confirm
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import Shop, isolated, shop  # noqa: F401

LINE = "release/2.2"
STEP = "backport.release-2-2"
BRANCH = "backport/release/2.2/ENG-7"


def line(shop, *commits, name: str = LINE):
    """Make the line at the base with further `commits` (file and text), and publish it."""
    shop.record.doc["lines"] = [LINE, "develop"]
    tree = shop.folder / f"line-{name.replace('/', '-')}"
    shop.here("worktree", "add", "-q", "-b", name, str(tree), shop.base)
    for file, text in commits:
        (tree / file).write_text(text)
        shop.here("-C", str(tree), "add", "-A")
        shop.here("-C", str(tree), "commit", "-qm", f"Change {file}")
    if shop.record.evidence("branch.preflight", "remote"):
        shop.here("push", "-q", "origin", name)
    shop.here("worktree", "remove", str(tree))
    return shop.here("rev-parse", name)


def landed(shop) -> str:
    commit = shop.fix()
    shop.do(Merge())
    assert shop.do(Confirm()).state == "done"
    return commit


def test_merge_is_picked_as_what_it_brought_and_pushed(shop):
    tip = line(shop, ("line.txt", "of this line\n"))
    shop.undeployed()
    landed(shop)
    merge = shop.remote_main()
    plan = Backport(STEP).plan(shop.ctx)
    assert any(command.argv[-4:] == ["-x", "-m", "1", merge] for command in plan.commands)
    found = shop.do(Backport(STEP))
    assert found.state == "done", found
    commit = shop.remote_main(BRANCH)
    assert found.evidence == found.evidence | {"commit": commit, "pushed": True, "verdict": "picked"}
    assert shop.here("rev-parse", f"{commit}^") == tip
    assert shop.here("diff", "--name-only", tip, commit) == "app.txt"
    assert f"(cherry picked from commit {merge})" in shop.here("log", "-1", "--format=%B", commit)
    assert shop.remote_main(LINE) == tip
    assert shop.here("rev-parse", LINE) == tip


def test_it_is_done_when_seen_again_and_merged_when_the_line_has_it(shop):
    line(shop)
    landed(shop)
    shop.do(Backport(STEP))
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["merged"]) == ("done", False)
    assert shop.do(Backport(STEP), "land").state == "done"
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["merged"], seen.evidence["verdict"]) == ("done", True, "picked")
    assert shop.here("merge-base", "--is-ancestor", shop.remote_main(BRANCH), shop.remote_main(LINE)) == ""


def test_line_that_has_the_change_already_needs_nothing(shop):
    line(shop, ("app.txt", (shop.here.path / "app.txt").read_text().replace("line 5\n", "mended\n")))
    landed(shop)
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["verdict"]) == ("done", "already there")


def test_pick_with_nothing_left_is_already_there_not_a_conflict(shop):
    text = (
        (shop.here.path / "app.txt")
        .read_text()
        .replace("line 5\n", "mended\n")
        .replace("line 20\n", "else\n")
    )
    line(shop, ("app.txt", text))
    landed(shop)
    assert Backport(STEP).probe(shop.ctx).state == "not-done"
    found = shop.do(Backport(STEP))
    assert (found.state, found.evidence["verdict"]) == ("done", "already there")
    assert [one.name for one in Backport(STEP).choices(shop.ctx)] == ["continue", "skip", "abort"]
    assert shop.do(Backport(STEP), "skip").state == "done"


def conflicting(shop) -> str:
    line(shop, ("app.txt", "all different\n"))
    landed(shop)
    found = shop.do(Backport(STEP))
    assert found.state == "failed"
    assert found.evidence["conflicts"] == ["app.txt"]
    assert found.evidence["verdict"] == "conflict"
    place = shop.record.evidence(STEP, "worktree")
    assert place in found.why
    return place


def test_conflict_and_what_is_there_already_are_said_before_it_is_begun(shop):
    line(shop, ("app.txt", "all different\n"))
    landed(shop)
    plan = Backport(STEP).plan(shop.ctx)
    assert plan.commands and " will conflict in app.txt;" in plan.warnings[0]
    shop.record.doc["lines"] = [LINE, "main"]
    assert Backport("backport.main").plan(shop.ctx).warnings[0].startswith("Nothing of ")


def test_conflict_is_resolved_by_hand_and_goes_on(shop):
    place = conflicting(shop)
    with pytest.raises(Refused, match=r"markers in app\.txt"):
        Backport(STEP).plan(shop.ctx, "continue")
    shop.here.write(f"{place}/app.txt", "all different, mended\n")
    found = shop.do(Backport(STEP), "continue")
    assert found.state == "done", found
    assert shop.here("show", f"{shop.remote_main(BRANCH)}:app.txt") == "all different, mended"
    assert Backport(STEP).probe(shop.ctx).state == "done"
    # The line takes it as a squash, under another commit and beside another change.
    tree = shop.folder / "squash"
    shop.here("worktree", "add", "-q", str(tree), LINE)
    shop.here("-C", str(tree), "merge", "-q", "--squash", f"origin/{BRANCH}")
    shop.here("-C", str(tree), "commit", "-qm", "Squashed")
    shop.here("-C", str(tree), "push", "-q", "origin", LINE)
    assert Backport(STEP).probe(shop.ctx).evidence["merged"] is True


def test_conflict_that_the_engineer_committed_is_only_pushed(shop):
    place = conflicting(shop)
    shop.here.write(f"{place}/app.txt", "mine\n")
    shop.here("-C", place, "add", "app.txt")
    shop.here("-C", place, "-c", "core.editor=true", "cherry-pick", "--continue")
    commit = shop.here("-C", place, "rev-parse", "HEAD")
    assert shop.do(Backport(STEP)).state == "done"
    assert shop.remote_main(BRANCH) == commit
    assert shop.do(Backport(STEP)).state == "done"
    assert shop.remote_main(BRANCH) == commit


def test_conflict_given_up_leaves_the_line_and_a_worktree_to_start_again_in(shop):
    place = conflicting(shop)
    tip = shop.remote_main(LINE)
    assert shop.do(Backport(STEP), "abort").state == "failed"
    assert shop.here("-C", place, "rev-parse", "HEAD") == tip
    with pytest.raises(Refused, match="Nothing is under way"):
        Backport(STEP).plan(shop.ctx, "continue")
    plan = Backport(STEP).plan(shop.ctx)
    assert not any("worktree" in command.argv for command in plan.commands)
    assert shop.do(Backport(STEP)).evidence["conflicts"] == ["app.txt"]


def test_skipped_conflict_is_not_done(shop):
    conflicting(shop)
    found = shop.do(Backport(STEP), "skip")
    assert found.state == "failed"
    assert "does not carry the fix" in found.why


def test_several_commits_are_picked_in_their_order_and_none_is_forgotten_after_a_conflict(shop):
    line(shop, ("app.txt", "all different\n"))
    shop.fix()
    tree = shop.record.evidence("branch.create", "worktree")
    shop.here.write(f"{tree}/second.txt", "two\n")
    shop.here("-C", tree, "add", "-A")
    shop.here("-C", tree, "commit", "-qm", "fix: second")
    head = shop.here("-C", tree, "rev-parse", "HEAD")
    shop.see("verify.commit", commit=head)
    shop.here("push", "-q", "origin", f"{head}:refs/heads/main")
    shop.do(Confirm())
    found = shop.do(Backport(STEP))
    assert found.evidence["conflicts"] == ["app.txt"]
    assert len(shop.record.evidence(STEP, "picked")) == 2
    place = shop.record.evidence(STEP, "worktree")
    shop.here.write(f"{place}/app.txt", "all different, mended\n")
    assert shop.do(Backport(STEP), "continue").state == "done"
    subjects = shop.here("log", "--format=%s", f"{shop.remote_main(LINE)}..{shop.remote_main(BRANCH)}")
    assert subjects.splitlines() == ["fix: second", "fix: sums"]


def test_deploy_first_picks_the_hotfix_commits_before_anything_landed(shop):
    line(shop)
    commit = shop.fix()
    with pytest.raises(Refused, match=r"do release\.confirm"):
        Backport(STEP).plan(shop.ctx)
    shop.configure(policy={"P1": {"order": "deploy-first"}})
    assert shop.do(Backport(STEP)).state == "done"
    assert shop.record.evidence(STEP, "picked") == [commit]


def test_patch_file_keeps_author_and_message(shop):
    line(shop, ("line.txt", "of this line\n"))
    landed(shop)
    found = shop.do(Backport(STEP), "patch")
    assert found.state == "done", found
    said = shop.here("log", "-1", "--format=%an %s", shop.remote_main(BRANCH))
    assert said == "Ann fix: sums"
    patch = shop.record.evidence(STEP, "patch")
    assert patch.endswith("documents/backport-release-2-2.patch")


def test_branch_of_somebody_else_is_never_overwritten(shop):
    tip = line(shop)
    landed(shop)
    shop.here("push", "-q", "origin", f"{tip}:refs/heads/{BRANCH}")
    shop.here("fetch", "-q", "origin")
    found = shop.do(Backport(STEP))
    assert found.state == "done"
    assert shop.record.evidence(STEP, "branch") == f"{BRANCH}-2"
    assert shop.remote_main(BRANCH) == tip


def test_two_lines_have_their_own_places(shop):
    line(shop)
    line(shop, name="develop")
    landed(shop)
    assert shop.do(Backport(STEP)).state == "done"
    assert shop.do(Backport("backport.develop")).state == "done"
    assert shop.record.evidence(STEP, "worktree") != shop.record.evidence("backport.develop", "worktree")


def test_unknown_line_and_unreachable_remote(shop):
    shop.record.doc["lines"] = ["release/9"]
    landed(shop)
    with pytest.raises(Refused, match="no line release/9"):
        Backport("backport.release-9").plan(shop.ctx)
    with pytest.raises(Refused, match="No line belongs"):
        Backport("backport.other").plan(shop.ctx)
    shop.origin.rename(shop.folder / "gone.git")
    assert Backport("backport.release-9").probe(shop.ctx).state == "unknown"


def test_with_a_forge_the_page_is_named_and_nothing_is_merged_here(shop):
    line(shop)
    landed(shop)
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    plan = Backport(STEP).plan(shop.ctx)
    assert plan.url.startswith(f"https://github.com/acme/shop/compare/{LINE}...{BRANCH}?")
    assert shop.do(Backport(STEP)).evidence["url"] == plan.url
    with pytest.raises(Refused, match="pull requests"):
        Backport(STEP).plan(shop.ctx, "land")


def test_without_a_remote_the_branch_is_made_here(tmp_path):
    shop = Shop(tmp_path, remote=False)
    line(shop)
    shop.fix()
    shop.here("switch", "-q", "-c", "elsewhere")
    shop.do(Merge())
    shop.do(Confirm())
    found = shop.do(Backport(STEP))
    assert (found.state, found.evidence["pushed"]) == ("done", False)
    assert shop.do(Backport(STEP), "land").state == "done"
    assert Backport(STEP).probe(shop.ctx).evidence["merged"] is True
