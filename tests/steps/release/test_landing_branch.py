"""Where live stands on a release branch, the fix lands there, and the production branch becomes a line."""

import pytest

from hotfix_tui.documents import plans
from hotfix_tui.incident.rules import policy, set_off
from hotfix_tui.steps.common.set_off import tag_starts
from hotfix_tui.steps.deploy.rollback_target import find as previous_of
from hotfix_tui.steps.guards.before_act import ALONG, look
from tests.steps.support_live import History


def on_a_release_branch():
    """v1.0.1 is live on release-1.0; main went on and would conflict."""
    history = History().release("v1.0.0", days=30).release("v1.0.1", "release-1.0", 20)
    return history.commit(days=10, count=5)


@pytest.fixture
def fixed(tmp_path):
    """A hotfix of v1.0.1, committed and pushed."""
    return with_a_fix(on_a_release_branch().into(tmp_path))


def with_a_fix(one, choice=""):
    """Go as far as a pushed hotfix commit."""
    assert one.do("branch.base", choice).state == "done"
    assert one.do("branch.create").state == "done"
    one.write("fix.txt", "mended\n")
    one.git("add", "-A")
    one.git("commit", "-q", "-m", "fix: mend")
    commit = one.git("rev-parse", "HEAD")
    one.git("push", "-q", "origin", "HEAD")
    one.set("verify.commit", commit=commit, tree=one.git("rev-parse", "HEAD^{tree}"))
    return one


def there(one, ref):
    """The commit of a ref of the remote."""
    return one.world("ls-remote", "origin", ref).split()[0]


def test_the_merge_goes_to_the_release_branch_and_leaves_main_alone(fixed):
    main = there(fixed, "refs/heads/main")
    plan = fixed.plan("release.merge")
    assert plan.title.endswith("into origin/release-1.0")
    assert fixed.do("release.merge").state == "done"
    assert there(fixed, "refs/heads/main") == main
    assert fixed.world("merge-base", "--is-ancestor", fixed.context().commit, "origin/release-1.0") == ""
    confirmed = fixed.do("release.confirm")
    assert (confirmed.state, confirmed.evidence["commit"]) == ("done", there(fixed, "refs/heads/release-1.0"))


def test_the_tag_goes_on_with_its_line_and_main_gets_a_backport(fixed):
    fixed.do("release.merge")
    fixed.do("release.confirm")
    plan = fixed.plan("release.tag")
    assert " as v1.0.2 " in plan.title and plan.evidence["commit"] == there(fixed, "refs/heads/release-1.0")
    assert fixed.record.lines == ["main"] and "backport.main" in fixed.record.definitions()


def test_a_configured_line_that_the_fix_lands_on_is_no_backport(tmp_path):
    one = on_a_release_branch().into(tmp_path, git={"backports": ["release-1.0", "release-0.9"]})
    one.do("branch.base")
    assert one.record.lines == ["release-0.9", "main"]


def test_what_main_holds_decides_nothing_about_the_order(fixed):
    fixed.record.config["deploy"] = {"production": ["deploy", "{commit}"]}
    assert fixed.record.stored("branch.base").get("undeployed") == 0
    assert policy.order(fixed.record) == policy.MERGE_FIRST


def test_texts_name_the_branch_on_which_it_lands(fixed):
    assert plans.base(fixed.record, "markdown")["branch"] == "release-1.0"
    assert any(one.endswith("HEAD:refs/heads/release-1.0`") or "release-1.0" in one
               for one in plans.rollback(fixed.record)["revert"])  # fmt: skip


WORKFLOW = """on:
  push:
    branches: [{branch}]
jobs:
  deploy:
    environment: production
    runs-on: x
    steps:
      - run: ./deploy
"""


@pytest.mark.parametrize(("branch", "deploys"), [("main", False), ("release-1.0", True)])
def test_what_a_push_sets_off_is_read_for_the_branch_on_which_it_lands(branch, deploys, tmp_path):
    files = {".github/workflows/deploy.yml": WORKFLOW.format(branch=branch)}
    history = History().commit(files=files).release("v1.0.0", days=30).release("v1.0.1", "release-1.0", 20)
    one = history.commit(days=10).into(tmp_path)
    assert set_off.push_deploys(one.record) is not deploys
    one.do("branch.base", "v1.0.1")
    assert one.record.landing_branch == "release-1.0"
    assert set_off.push_deploys(one.record) is deploys


PUBLISHES = "name: Out\non: {{push: {{tags: ['v*']}}}}\njobs: {{p: {{steps: [{{run: {run}}}]}}}}\n"


def differing(tmp_path, line, main):
    """v1.0.1 is live on release-1.0, which has the files `line`; main has had the files `main` since."""
    history = History().commit(files=line).release("v1.0.0", days=30).release("v1.0.1", "release-1.0", 20)
    one = history.commit(days=10, files=main).into(tmp_path)
    one.do("branch.base", "v1.0.1")
    assert one.record.landing_branch == "release-1.0"
    return one


@pytest.mark.parametrize("publishes_on", ["main", "release-1.0"])
def test_what_a_tag_sets_off_is_read_for_the_branch_that_is_tagged(publishes_on, tmp_path):
    out, quiet = ({".github/workflows/out.yml": PUBLISHES.format(run=run)} for run in ("npm publish", "true"))
    line, main = (quiet, out) if publishes_on == "main" else (out, quiet)
    one = differing(tmp_path, line, main)
    assert set_off.tag_acts(one.record) is (publishes_on == "release-1.0")
    assert policy.tag_placement(one.record) == (
        "before-deploy" if publishes_on == "release-1.0" else "after-verify"
    )
    assert [seen.kind for seen in set_off.preflight(one.record).triggers] == (
        ["publishes"] if publishes_on == "release-1.0" else []
    )


def test_what_a_tag_starts_has_the_name_that_it_has_on_that_branch(tmp_path):
    files = {".github/workflows/ci.yml": "name: {}\non: push\njobs: {{t: {{steps: [{{run: make test}}]}}}}\n"}
    old, new = ({path: text.format(name) for path, text in files.items()} for name in ("Old", "New"))
    one = differing(tmp_path, old, new)
    assert tag_starts(one.context(), one.context().base) == "The tag starts: Old (.github/workflows/ci.yml)."


def test_a_program_that_makes_the_versions_of_main_makes_none_for_a_line_without_it(tmp_path):
    one = differing(tmp_path, {}, {".changeset/config.json": "{}", "package.json": '{"name": "x"}'})
    assert set_off.versions_by(one.record) == "" and policy.tag_placement(one.record) != "off"


def a_release_on_no_branch():
    """v1.9.2 was cut next to main from a branch that is gone."""
    history = (
        History().release("v1.9.1", days=30).commit("cut", 20, start="main").release("v1.9.2", "cut", 19)
    )
    return history.delete("cut").commit(days=10)


def test_commits_of_a_release_on_no_branch_are_not_merged_unseen(tmp_path):
    one = with_a_fix(a_release_on_no_branch().into(tmp_path), "v1.9.2")
    found = [each for each in look(one.context(), "release.merge").findings if each.id == ALONG]
    assert len(found) == 1 and "main does not hold v1.9.2: the merge would take 2 commits" in found[0].text
    assert ":refs/heads/release-1.9" in found[0].cure
    one.world("push", "-q", "origin", f"{one.context().base}:refs/heads/release-1.9")
    one.do("branch.base", "v1.9.2:release-1.9")
    assert one.context().landing == "release-1.9"
    assert not [each for each in look(one.context(), "release.merge").findings if each.id == ALONG]


def test_a_release_that_main_holds_takes_nothing_along(tmp_path):
    one = with_a_fix(History().release("v1.0.0").commit().into(tmp_path))
    assert not [each for each in look(one.context(), "release.merge").findings if each.id == ALONG]


@pytest.mark.parametrize(
    ("tags", "live", "before"),
    [
        (["v3.11.2", "v4.1", "v4.1.1", "v4.2", "v4.3"], "v4.3", "v4.2"),
        (["jq-1.7", "jq-1.7.1", "jq-1.8.0rc1", "jq-1.8.0"], "jq-1.8.0", "jq-1.7.1"),
        (["2025.11.12", "2026.08.10", "2026.08.17"], "2026.08.17", "2026.08.10"),
        (["api@9.0.0", "shop@1.0.0", "shop@1.1.0"], "shop@1.1.0", "shop@1.0.0"),
        (["v1.0.0", "v2.0.0-beta.1"], "v1.0.0", ""),
    ],
)
def test_the_way_back_is_the_release_before_on_the_same_line(tags, live, before, tmp_path):
    history = History()
    for number, name in enumerate(tags):
        history.release(name, days=90 - number)
    one = history.commit(days=60).into(tmp_path)
    one.do("branch.base", live)
    wanted = one.world("rev-parse", f"{before}^{{commit}}") if before else ""
    assert previous_of(one.context()).commit == wanted


def test_the_way_back_on_a_release_branch_is_that_of_its_line(tmp_path):
    history = History().release("v1.11.0", days=90).release("v1.11.1", "release-1.11", 80)
    history.release("v1.12.0", days=70).release("v1.12.1", "release-1.12", 60).release(
        "v1.11.2", "release-1.11", 50
    )
    one = history.commit(days=40).into(tmp_path)
    for live, before in (("v1.12.1", "v1.12.0"), ("v1.11.2", "v1.11.1"), ("v1.12.0", "v1.11.1")):
        one.do("branch.base", live if live != "v1.12.0" else "v1.12.0:release-1.12")
        assert previous_of(one.context()).commit == one.world("rev-parse", f"{before}^{{commit}}"), live
