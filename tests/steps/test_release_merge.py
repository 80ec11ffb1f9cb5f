"""Landing the fix: merges made here, what landed, and by which commit."""

import pytest

from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import Shop


def test_merge_lands_the_exact_commit_and_keeps_the_users_files(shop):
    commit = shop.fix()
    before = shop.here("rev-parse", "HEAD"), shop.here("status", "--porcelain")
    found = shop.do(Merge())
    assert found.state == "done", found
    assert found.evidence["how"] == "local"
    assert shop.remote_main() == found.evidence["commit"]
    assert shop.here("rev-list", "--parents", "-1", shop.remote_main()).split()[1:] == [shop.base, commit]
    assert (shop.here("rev-parse", "HEAD"), shop.here("status", "--porcelain")) == before
    assert shop.here("rev-parse", "main") == shop.base


def test_a_second_merge_finds_it_merged(shop):
    shop.fix()
    first = shop.do(Merge())
    assert shop.do(Merge()).evidence["commit"] == first.evidence["commit"] == shop.remote_main()


def test_branch_that_moves_before_the_push_refuses_it_and_a_rerun_lands(shop):
    shop.fix()
    plan = Merge().plan(shop.ctx)
    shop.see("release.merge", "running", **plan.evidence)
    # Somebody pushes between our fetch and our push: the plan's last command comes after theirs.
    other = shop.here.clone(shop.folder / "other", "--config", "core.hooksPath=/dev/null")
    from dataclasses import replace

    state, rundir = shop.run(replace(plan, commands=plan.commands[:-1]))
    assert state.succeeded
    other("remote", "set-url", "origin", str(shop.origin))
    theirs = other.commit("Theirs", theirs__txt="x\n")
    other("push", "-q", "origin", "main")
    state, rundir = shop.run(replace(plan, commands=plan.commands[-1:]))
    found = Merge().conclude(shop.ctx, state, str(rundir))
    assert found.state == "failed"
    assert "has commits that are not here" in found.why
    assert shop.remote_main() == theirs
    again = shop.do(Merge())
    assert again.state == "done", again
    shop.here("merge-base", "--is-ancestor", theirs, again.evidence["commit"])


def test_conflict_names_the_files_and_goes_on_after_it_was_resolved(shop):
    shop.here.commit("Other", app__txt="all new\n")
    shop.here("push", "-q", "origin", "main")
    shop.fix()
    found = shop.do(Merge())
    assert found.state == "failed"
    assert found.evidence["conflicts"] == ["app.txt"]
    place = shop.record.stored("release.merge").get("worktree")
    assert place in found.why
    with pytest.raises(Refused, match=r"conflicts in app\.txt"):
        Merge().plan(shop.ctx)
    shop.here.write(f"{place}/app.txt", "all new, mended\n")
    shop.here("-C", place, "add", "app.txt")
    with pytest.raises(Refused, match="not committed"):
        Merge().plan(shop.ctx)
    shop.here("-C", place, "commit", "-q", "--no-edit")
    again = shop.do(Merge())
    assert again.state == "done", again
    assert shop.remote_main() == shop.here("-C", place, "rev-parse", "HEAD")


def test_without_a_remote_the_local_branch_moves_only_where_nobody_works_on_it(tmp_path):
    shop = Shop(tmp_path, remote=False)
    commit = shop.fix()
    plan = Merge().plan(shop.ctx)
    assert not plan.commands
    assert str(shop.here.path) in plan.by_hand
    shop.here("switch", "-q", "-c", "elsewhere")
    found = shop.do(Merge())
    assert found.state == "done", found
    assert shop.here("rev-parse", "main^2") == commit


@pytest.mark.parametrize(
    ("verdict", "field", "said"),
    [
        ("worse", "commit", "It holds the fix of round 1, which made it worse."),
        ("not-fixed", "landed", "It holds the fix of round 1, which did not help."),
        ("fixed", "commit", ""),
        ("worse", "", ""),
    ],
)
def test_the_failed_fix_among_the_commits_that_a_merge_brings_along_is_named(shop, verdict, field, said):
    earlier = shop.undeployed("limit.txt")
    shop.fix()
    shop.see("branch.base", undeployed=1, undeployed_list=[f"{earlier[:7]} Add limit.txt"])
    first = {
        "number": 1,
        "verdict": verdict,
        "evidence": {field or "commit": earlier if field else shop.base},
    }
    shop.record.rounds.insert(0, {**first, "why": "", "begun_at": shop.record.this_round["begun_at"]})
    shop.record.rounds[1]["number"] = shop.record.doc["round"] = 2
    [warning] = [warning for warning in Merge().plan(shop.ctx).warnings if "not live" in warning]
    assert warning.endswith(f"it will be deployed, too.{said and ' '}{said}")


def test_without_a_commit_it_is_refused_with_the_cure(shop):
    with pytest.raises(Refused, match=r"do verify\.commit"):
        Merge().plan(shop.ctx)
    assert Merge().probe(shop.ctx).state == "not-done"


def test_an_unreachable_remote_is_unknown_not_an_error(shop):
    shop.fix()
    shop.origin.rename(shop.folder / "gone.git")
    assert Merge().probe(shop.ctx).state == "unknown"
    assert ConfirmStep().probe(shop.ctx).state == "unknown"
    assert shop.do(ConfirmStep()).state == "failed"


def test_confirm_before_and_after_the_merge(shop):
    commit = shop.fix()
    assert shop.do(ConfirmStep()).state == "not-done"
    shop.do(Merge())
    found = shop.do(ConfirmStep())
    assert found.state == "done"
    assert found.evidence["commit"] == shop.remote_main()
    assert found.evidence["tree"] == shop.here("rev-parse", f"{commit}^{{tree}}")
    assert found.evidence["same_tree"] is True
    assert found.evidence["also_landed"] == []
    assert found.evidence["by"] == "ancestry"


def test_confirm_lists_what_landed_with_it(shop):
    mine = shop.undeployed()
    shop.fix()
    shop.do(Merge())
    found = shop.do(ConfirmStep())
    assert found.evidence["same_tree"] is False
    assert found.evidence["also_landed"] == [f"{mine[:7]} Ann Add new.txt"]
    assert "1 other commit landed, too" in found.why


def test_confirm_recognises_a_squash_and_names_the_squash_commit(shop):
    shop.undeployed()
    shop.fix()
    shop.here("merge", "-q", "--squash", "hotfix/ENG-7-sums")
    squash = shop.here.commit("Squashed (#1)")
    shop.undeployed("later.txt")
    found = ConfirmStep().probe(shop.ctx)
    assert found.state == "done"
    assert found.evidence["commit"] == squash
    assert found.evidence["by"] == "patch id"
    assert found.evidence["commits"] == [squash]


def test_confirm_takes_the_merge_that_brought_it_not_the_tip(shop):
    shop.fix()
    landed = shop.do(Merge()).evidence["commit"]
    shop.here("fetch", "-q")
    shop.here("reset", "-q", "--keep", "origin/main")
    for name in ("a.txt", "b.txt", "c.txt"):
        shop.undeployed(name)
    found = ConfirmStep().probe(shop.ctx)
    assert found.evidence["commit"] == landed
    assert found.evidence["also_landed"] == []


def test_fast_forward_lands_the_commit_itself(shop):
    commit = shop.fix()
    shop.here("push", "-q", "origin", f"{commit}:refs/heads/main")
    found = ConfirmStep().probe(shop.ctx)
    assert (found.evidence["commit"], found.evidence["commits"]) == (commit, [commit])
