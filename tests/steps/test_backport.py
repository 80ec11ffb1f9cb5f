"""Backports: picked in a worktree of their own; conflicts, empty picks and what is there already are told apart."""

import pytest

from hotfix_tui.steps.backport.step import Backport
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import Shop

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
    if shop.record.stored("branch.preflight").get("remote"):
        shop.here("push", "-q", "origin", name)
    shop.here("worktree", "remove", str(tree))
    return shop.here("rev-parse", name)


def landed(shop) -> str:
    commit = shop.fix()
    shop.do(Merge())
    assert shop.do(ConfirmStep()).state == "done"
    return commit


def test_a_merge_is_carried_as_its_commits_and_pushed(shop):
    tip = line(shop, ("line.txt", "of this line\n"))
    shop.undeployed()
    landed(shop)
    fix = shop.record.stored("verify.commit").get("commit")
    assert shop.remote_main() != fix, "it was merged by a merge commit"
    plan = Backport(STEP).plan(shop.ctx)
    assert any(command.argv[-2:] == ["-x", fix] for command in plan.commands)
    found = shop.do(Backport(STEP))
    assert found.state == "waiting", found
    commit = shop.remote_main(BRANCH)
    assert found.evidence == found.evidence | {"commit": commit, "pushed": True, "verdict": "picked"}
    assert shop.here("rev-parse", f"{commit}^") == tip
    assert shop.here("diff", "--name-only", tip, commit) == "app.txt"
    said = shop.here("log", "-1", "--format=%B", commit)
    assert f"(cherry picked from commit {fix})" in said and said.startswith("fix: sums")
    assert shop.remote_main(LINE) == tip
    assert shop.here("rev-parse", LINE) == tip


def test_it_is_done_only_when_the_line_has_it(shop):
    line(shop)
    landed(shop)
    shop.do(Backport(STEP))
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["merged"]) == ("waiting", False)
    assert f"not merged into {LINE} yet" in seen.why
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
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["verdict"]) == ("done", "already there")
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
    place = shop.record.stored(STEP).get("worktree")
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
    for text in (None, "all different, mended\n"):
        if text:
            shop.here.write(f"{place}/app.txt", text)
        with pytest.raises(Refused, match=r"app\.txt \(changed on both sides\)"):
            Backport(STEP).plan(shop.ctx, "continue")
    shop.here("-C", place, "add", "app.txt")
    found = shop.do(Backport(STEP), "continue")
    assert found.state == "waiting", found
    assert shop.record.stored(STEP).get("resolved") == ["app.txt"]
    assert shop.here("show", f"{shop.remote_main(BRANCH)}:app.txt") == "all different, mended"
    assert Backport(STEP).probe(shop.ctx).state == "waiting"
    # The line takes it as a squash, under another commit and next to another change.
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
    assert shop.do(Backport(STEP)).state == "waiting"
    assert shop.remote_main(BRANCH) == commit
    assert shop.do(Backport(STEP)).state == "waiting"
    assert shop.remote_main(BRANCH) == commit


def test_conflict_given_up_leaves_the_line_and_a_worktree_to_start_again_in(shop):
    place = conflicting(shop)
    tip = shop.remote_main(LINE)
    assert shop.do(Backport(STEP), "abort").state == "given-up"
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
    tree = shop.record.stored("branch.create").get("worktree")
    shop.here.write(f"{tree}/second.txt", "two\n")
    shop.here("-C", tree, "add", "-A")
    shop.here("-C", tree, "commit", "-qm", "fix: second")
    head = shop.here("-C", tree, "rev-parse", "HEAD")
    shop.see("verify.commit", commit=head)
    shop.here("push", "-q", "origin", f"{head}:refs/heads/main")
    shop.do(ConfirmStep())
    found = shop.do(Backport(STEP))
    assert found.evidence["conflicts"] == ["app.txt"]
    assert len(shop.record.stored(STEP).get("picked")) == 2
    place = shop.record.stored(STEP).get("worktree")
    shop.here.write(f"{place}/app.txt", "all different, mended\n")
    shop.here("-C", place, "add", "app.txt")
    assert shop.do(Backport(STEP), "continue").state == "waiting"
    subjects = shop.here("log", "--format=%s", f"{shop.remote_main(LINE)}..{shop.remote_main(BRANCH)}")
    assert subjects.splitlines() == ["fix: second", "fix: sums"]


def test_deploy_first_picks_the_hotfix_commits_before_anything_landed(shop):
    line(shop)
    commit = shop.fix()
    with pytest.raises(Refused, match=r"do release\.confirm"):
        Backport(STEP).plan(shop.ctx)
    shop.configure(policy={"P1": {"order": "deploy-first"}})
    assert shop.do(Backport(STEP)).state == "waiting"
    assert shop.record.stored(STEP).get("picked") == [commit]


def test_patch_file_keeps_author_and_message(shop):
    line(shop, ("line.txt", "of this line\n"))
    landed(shop)
    found = shop.do(Backport(STEP), "patch")
    assert found.state == "waiting", found
    said = shop.here("log", "-1", "--format=%an %s", shop.remote_main(BRANCH))
    assert said == "Ann fix: sums"
    patch = shop.record.stored(STEP).get("patch")
    assert patch.endswith("documents/backport-release-2-2.patch")


def test_branch_of_somebody_else_is_never_overwritten(shop):
    tip = line(shop)
    landed(shop)
    shop.here("push", "-q", "origin", f"{tip}:refs/heads/{BRANCH}")
    shop.here("fetch", "-q", "origin")
    found = shop.do(Backport(STEP))
    assert found.state == "waiting"
    assert shop.record.stored(STEP).get("branch") == f"{BRANCH}-2"
    assert shop.remote_main(BRANCH) == tip


def test_two_lines_have_their_own_places(shop):
    line(shop)
    line(shop, name="develop")
    landed(shop)
    assert shop.do(Backport(STEP)).state == "waiting"
    assert shop.do(Backport("backport.develop")).state == "waiting"
    assert shop.record.stored(STEP).get("worktree") != shop.record.stored("backport.develop").get("worktree")


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
    shop.do(ConfirmStep())
    found = shop.do(Backport(STEP))
    assert (found.state, found.evidence["pushed"]) == ("waiting", False)
    assert shop.do(Backport(STEP), "land").state == "done"
    assert Backport(STEP).probe(shop.ctx).evidence["merged"] is True


def unresolved(shop, kind: str, names: list[str]) -> str:
    """Pick, and see that the conflict stays one for the engineer: nothing is staged, nothing goes on."""
    found = shop.do(Backport(STEP))
    assert (found.state, found.evidence["verdict"]) == ("failed", "conflict"), found
    assert sorted(found.evidence["conflicts"]) == names and kind in found.why
    with pytest.raises(Refused, match="Not resolved yet"):
        Backport(STEP).plan(shop.ctx, "continue")
    return str(shop.record.stored(STEP).get("worktree"))


def test_a_file_that_the_line_deleted_stays_in_conflict_until_somebody_decides(shop):
    tree = shop.folder / "line-without"
    line(shop)
    shop.here("worktree", "add", "-q", str(tree), LINE)
    shop.here("-C", str(tree), "rm", "-q", "app.txt")
    shop.here("-C", str(tree), "commit", "-qm", "Drop app.txt")
    shop.here("-C", str(tree), "push", "-q", "origin", LINE)
    landed(shop)
    place = unresolved(shop, "deleted on the line, changed by the fix", ["app.txt"])
    shop.here("-C", place, "rm", "-q", "app.txt")
    found = shop.do(Backport(STEP), "continue")
    assert found.state == "failed" and "If release/2.2 never had the fault, waive" in found.why, found
    assert Backport(STEP).probe(shop.ctx).state == "not-done", "keeping the line's text carries nothing over"


def test_a_binary_file_in_conflict_is_never_taken_for_resolved(shop):
    (shop.here.path / "app.txt").write_bytes(b"\0\1base")
    shop.here("commit", "-qam", "Make it binary")
    shop.here("push", "-q", "origin", "main")
    shop.see("branch.base", commit=shop.here("rev-parse", "HEAD"))
    shop.base = shop.here("rev-parse", "HEAD")
    tree = shop.folder / "line-binary"
    line(shop)
    shop.here("worktree", "add", "-q", str(tree), LINE)
    (tree / "app.txt").write_bytes(b"\0\1line")
    shop.here("-C", str(tree), "commit", "-qam", "Another content")
    shop.here("-C", str(tree), "push", "-q", "origin", LINE)
    fix = shop.folder / "fix-binary"
    shop.here("worktree", "add", "-q", "-b", "hotfix/b", str(fix), "main")
    (fix / "app.txt").write_bytes(b"\0\1fix")
    shop.here("-C", str(fix), "commit", "-qam", "fix: content")
    commit = shop.here("-C", str(fix), "rev-parse", "HEAD")
    shop.see("branch.create", branch="hotfix/b", worktree=str(fix))
    shop.see("verify.commit", commit=commit)
    shop.here("push", "-q", "origin", f"{commit}:refs/heads/main")
    assert shop.do(ConfirmStep()).state == "done"
    unresolved(shop, "changed on both sides", ["app.txt"])


def test_a_conflict_resolved_to_the_lines_own_text_is_not_already_there(shop):
    place = conflicting(shop)
    shop.here.write(f"{place}/app.txt", "all different\n")
    shop.here("-C", place, "add", "app.txt")
    found = shop.do(Backport(STEP), "continue")
    assert found.state == "failed" and "nothing of the fix is left" in found.why, found
    assert shop.do(Backport(STEP), "skip").state == "failed"
    assert Backport(STEP).probe(shop.ctx).state == "not-done"


def amended(shop, tree):
    """Let what was written into the fix's worktree be part of the fix, and that be on main."""
    shop.here("-C", tree, "add", "-A")
    shop.here("-C", tree, "commit", "-q", "--amend", "--no-edit")
    head = shop.here("-C", tree, "rev-parse", "HEAD")
    shop.see("verify.commit", commit=head)
    shop.here("push", "-q", "origin", f"{head}:refs/heads/main")
    assert shop.do(ConfirmStep()).state == "done"


def test_a_pick_that_holds_only_the_test_does_not_pass_as_the_fix(shop):
    fixed = (shop.here.path / "app.txt").read_text().replace("line 5\n", "mended\n")
    line(shop, ("app.txt", fixed))
    shop.fix()
    tree = shop.record.stored("branch.create").get("worktree")
    shop.here.write(f"{tree}/tests/test_app.py", "def test_app():\n    assert True\n")
    amended(shop, tree)
    found = shop.do(Backport(STEP))
    assert (found.state, found.evidence["verdict"]) == ("waiting", "only the test"), found
    assert "only the test is new there" in found.why


TEST = "def test_app():\n    assert True\n"


@pytest.mark.parametrize(
    ("theirs", "code", "said"),
    [
        (["mended"], True, True),
        (["mended", "and more"], True, True),
        ([], True, False),
        (["mended", "test"], True, False),
        (["different"], True, False),
        ([], False, False),
    ],
    ids=[
        "code there",
        "code and more there",
        "nothing there",
        "all there",
        "conflict",
        "only a test to carry",
    ],
)
def test_a_line_on_which_only_the_test_would_be_new_is_said_before_the_pick(shop, theirs, code, said):
    text = (shop.here.path / "app.txt").read_text()
    edits = {
        "mended": ("app.txt", text.replace("line 5\n", "mended\n")),
        "and more": ("other.txt", "more\n"),
        "test": ("test_app.py", TEST),
        "different": ("app.txt", "all different\n"),
    }
    line(shop, *(edits[one] for one in theirs))
    shop.fix()
    tree = shop.record.stored("branch.create").get("worktree")
    shop.here.write(f"{tree}/test_app.py", TEST)
    if not code:
        shop.here.write(f"{tree}/app.txt", text)
    amended(shop, tree)
    warned = [one for one in Backport(STEP).plan(shop.ctx).warnings if one.startswith("Only the test is new")]
    assert warned == (
        ["Only the test is new there: see whether the line has the fault at all."] if said else []
    )


def test_a_file_that_each_side_renamed_differently_stays_in_conflict(shop):
    tree = shop.folder / "line-renamed"
    line(shop)
    shop.here("worktree", "add", "-q", str(tree), LINE)
    shop.here("-C", str(tree), "mv", "app.txt", "old.txt")
    shop.here("-C", str(tree), "commit", "-qm", "Call it old")
    shop.here("-C", str(tree), "push", "-q", "origin", LINE)
    fix = shop.folder / "fix-renamed"
    shop.here("worktree", "add", "-q", "-b", "hotfix/r", str(fix), "main")
    shop.here("-C", str(fix), "mv", "app.txt", "new.txt")
    shop.here("-C", str(fix), "commit", "-qm", "fix: call it new")
    commit = shop.here("-C", str(fix), "rev-parse", "HEAD")
    shop.see("branch.create", branch="hotfix/r", worktree=str(fix))
    shop.see("verify.commit", commit=commit)
    shop.here("push", "-q", "origin", f"{commit}:refs/heads/main")
    assert shop.do(ConfirmStep()).state == "done"
    unresolved(shop, "gone on both sides", ["app.txt", "new.txt", "old.txt"])


def on_the_line(shop, *acts):
    """Make the line with a commit of `acts`, each a call of git, and publish it."""
    tree = shop.folder / "line-moved"
    line(shop)
    shop.here("worktree", "add", "-q", str(tree), LINE)
    for act in acts:
        shop.here("-C", str(tree), *act)
    shop.here("-C", str(tree), "commit", "-qam", "Move things")
    shop.here("-C", str(tree), "push", "-q", "origin", LINE)


def landed_as(shop, *acts):
    """Let a fix of `acts`, each a call of git, land on main."""
    fix = shop.folder / "fix-moved"
    shop.here("worktree", "add", "-q", "-b", "hotfix/m", str(fix), "main")
    for act in acts:
        shop.here("-C", str(fix), *act)
    shop.here("-C", str(fix), "commit", "-qam", "fix: move things")
    commit = shop.here("-C", str(fix), "rev-parse", "HEAD")
    shop.see("branch.create", branch="hotfix/m", worktree=str(fix))
    shop.see("verify.commit", commit=commit)
    shop.here("push", "-q", "origin", f"{commit}:refs/heads/main")
    assert shop.do(ConfirmStep()).state == "done"


def test_a_file_that_the_line_deleted_and_the_fix_renamed_stays_in_conflict(shop):
    on_the_line(shop, ("rm", "-q", "app.txt"))
    landed_as(shop, ("mv", "app.txt", "new.txt"))
    unresolved(shop, "deleted on the line, changed by the fix", ["new.txt"])


def test_a_file_that_the_line_renamed_and_the_fix_deleted_stays_in_conflict(shop):
    on_the_line(shop, ("mv", "app.txt", "old.txt"))
    landed_as(shop, ("rm", "-q", "app.txt"))
    unresolved(shop, "changed on the line, deleted by the fix", ["old.txt"])


def test_what_stopped_in_the_worktree_is_seen_there_when_it_is_looked_at_again(shop):
    place = conflicting(shop)
    seen = Backport(STEP).probe(shop.ctx)
    assert (seen.state, seen.evidence["conflicts"]) == ("failed", ["app.txt"]), (
        "as it was, not as never begun"
    )
    shop.here.write(f"{place}/app.txt", "all different, mended\n")
    shop.here("-C", place, "add", "app.txt")
    seen = Backport(STEP).probe(shop.ctx)
    assert seen.state == "failed" and "--choose continue" in seen.why and "rerere" not in seen.why
    shop.here("-C", place, "-c", "core.editor=true", "cherry-pick", "--continue")
    assert Backport(STEP).probe(shop.ctx).state == "not-done", "committed, and not published yet"
