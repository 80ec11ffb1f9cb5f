"""Tagging: the next free patch version, on exactly the released commit, seen on the remote."""

import pytest

from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from hotfix_tui.steps.release.tag import Tag
from tests.steps.support_release import Shop


def landed(shop) -> str:
    shop.fix()
    shop.do(Merge())
    return shop.do(ConfirmStep()).evidence["commit"]


def remote_tags(shop) -> dict[str, str]:
    pairs = (line.split("\t") for line in shop.here("ls-remote", "--tags", "origin").splitlines())
    return {name: commit for commit, name in pairs}


def test_tag_is_annotated_on_the_landed_commit_and_pushed_alone(shop):
    commit = landed(shop)
    shop.here("tag", "mine-only")
    plan = Tag().plan(shop.ctx)
    assert plan.title == f"Tag {commit[:7]} as v1.0.1 and push the tag to origin"
    found = shop.do(Tag())
    assert found.state == "done", found
    there = remote_tags(shop)
    assert there["refs/tags/v1.0.1^{}"] == commit
    assert there["refs/tags/v1.0.1"] != commit
    assert "refs/tags/mine-only" not in there
    assert shop.here("tag", "-l", "--format=%(contents)", "v1.0.1").strip() == "Hotfix: Sums are wrong"


def test_versions_taken_here_or_there_are_passed_over(shop):
    landed(shop)
    shop.here("tag", "v1.0.1", shop.base)
    shop.here("push", "-q", "origin", f"{shop.base}:refs/tags/v1.0.2")
    assert shop.do(Tag()).evidence["tag"] == "v1.0.3"


def test_the_next_version_counts_from_the_base_not_from_main(shop):
    shop.here.commit("Next", next__txt="x\n")
    shop.here("tag", "-a", "-m", "v2.0.0", "v2.0.0")
    shop.here("push", "-q", "origin", "main", "v2.0.0")
    landed(shop)
    assert shop.do(Tag()).evidence["tag"] == "v1.0.1"


def test_a_tag_that_was_not_pushed_is_pushed_by_the_next_try(shop):
    commit = landed(shop)
    shop.here("tag", "-a", "-m", "by hand", "v1.0.1", commit)
    assert Tag().probe(shop.ctx).state == "not-done"
    plan = Tag().plan(shop.ctx)
    assert len(plan.commands) == 1
    assert shop.do(Tag()).state == "done"
    assert shop.do(Tag()).state == "done"


def test_a_tag_of_another_commit_on_the_remote_is_never_moved(shop):
    commit = landed(shop)
    shop.here("tag", "-a", "-m", "by hand", "v1.0.1", commit)
    shop.here("push", "-q", "origin", f"{shop.base}:refs/tags/v1.0.1")
    with pytest.raises(Refused, match="but to"):
        Tag().plan(shop.ctx)
    assert Tag().probe(shop.ctx).state == "failed"


def deployed_first(shop) -> str:
    shop.configure(policy={"P1": {"order": "deploy-first"}})
    commit = shop.fix()
    with pytest.raises(Refused, match="which commit is released"):
        Tag().plan(shop.ctx)
    shop.see("deploy.production", commit=commit)
    return commit


def test_deploy_first_tags_what_was_deployed_and_keeps_it_after_the_landing(shop):
    commit = deployed_first(shop)
    assert shop.do(Tag()).evidence["commit"] == commit
    shop.do(Merge())
    assert shop.do(ConfirmStep()).evidence["same_tree"] is True
    assert Tag().probe(shop.ctx).evidence["commit"] == commit


def test_deploy_first_never_puts_undeployed_work_under_the_tag(shop):
    shop.undeployed()
    commit = deployed_first(shop)
    shop.do(Merge())
    assert shop.do(ConfirmStep()).evidence["same_tree"] is False
    assert shop.do(Tag()).evidence["commit"] == commit


def test_deploy_first_tags_the_landed_commit_where_it_is_the_same(shop):
    deployed_first(shop)
    shop.do(Merge())
    landed = shop.do(ConfirmStep()).evidence["commit"]
    assert shop.do(Tag()).evidence["commit"] == landed


def test_without_a_remote_the_local_tag_counts(tmp_path):
    shop = Shop(tmp_path, remote=False)
    shop.fix()
    shop.here("switch", "-q", "-c", "elsewhere")
    shop.do(Merge())
    commit = shop.do(ConfirmStep()).evidence["commit"]
    assert shop.do(Tag()).state == "done"
    assert shop.here("rev-parse", "v1.0.1^{}") == commit


def test_unreachable_remote_is_unknown(shop):
    landed(shop)
    shop.origin.rename(shop.folder / "gone.git")
    assert Tag().probe(shop.ctx).state == "unknown"
    with pytest.raises(Refused, match=r"not found|Fix that"):
        Tag().plan(shop.ctx)
