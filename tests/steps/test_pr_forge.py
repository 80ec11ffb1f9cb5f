"""Pull requests through a `gh` that answers from a file, and by hand through a prefilled page."""
# ruff: noqa: F811  (fixtures are imported by name)

import json
import os

import pytest

from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.pull_request import step as pull_request
from hotfix_tui.steps.pull_request.step import Checks, Create
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import PYTHON, isolated, shop  # noqa: F401

_GH = """\
#!{python}
import json, sys, pathlib
state = pathlib.Path({state!r})
world = json.loads(state.read_text())
args = sys.argv[1:]
options = dict(a[2:].split("=", 1) for a in args if a.startswith("--") and "=" in a)
world["calls"].append(args)
answer = ""
if args[:2] == ["pr", "list"]:
    answer = json.dumps([p for p in world["prs"] if p["headRefName"] == options["head"]])
elif args[:2] == ["pr", "view"]:
    answer = json.dumps(next(p for p in world["prs"] if p["number"] == int(args[2])))
elif args[:2] == ["pr", "create"]:
    number = len(world["prs"]) + 1
    world["prs"].append(world["new"] | {{"number": number, "title": options["title"],
        "headRefName": options["head"], "baseRefName": options["base"],
        "url": f"https://github.com/acme/shop/pull/{{number}}",
        "body": pathlib.Path(options["body-file"]).read_text()}})
    answer = world["prs"][-1]["url"]
elif args[:2] == ["pr", "merge"]:
    if world.get("merge_refused"):
        print("the base branch policy prohibits the merge", file=sys.stderr)
        state.write_text(json.dumps(world))
        sys.exit(1)
state.write_text(json.dumps(world))
print(answer)
"""


class Forge:
    def __init__(self, path):
        self.path = path

    @property
    def world(self):
        return json.loads(self.path.read_text())

    def set(self, **values):
        self.path.write_text(json.dumps(self.world | values))

    def one(self, **values):
        world = self.world
        world["prs"][-1] |= values
        self.set(**world)


@pytest.fixture
def forge(shop, monkeypatch):
    """A signed-in gh, and a fix that is pushed to GitHub."""
    commit = shop.fix()
    state = shop.folder / "forge.json"
    new = {
        "state": "OPEN",
        "isDraft": False,
        "headRefOid": commit,
        "createdAt": "2026-03-02T14:00:00Z",
        "mergedAt": None,
        "mergeCommit": None,
        "reviewDecision": "",
        "latestReviews": [],
        "mergeStateStatus": "CLEAN",
        "statusCheckRollup": [],
    }
    state.write_text(json.dumps({"prs": [], "new": new, "calls": []}))
    tools = shop.folder / "tools"
    tools.mkdir()
    (tools / "gh").write_text(_GH.format(python=PYTHON, state=str(state)))
    (tools / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(pull_request, "SETTLING", 0.0)
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    return Forge(state)


def written(shop, text="## Urgency\nP1\n"):
    folder = shop.folder / "incident" / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pr.md").write_text(text)


def check(name, conclusion="SUCCESS", status="COMPLETED"):
    return {"name": name, "status": status, "conclusion": conclusion, "detailsUrl": f"https://ci/{name}"}


def test_opening_it_needs_the_text_first(shop, forge):
    with pytest.raises(Refused, match=r"do pull-request\.body"):
        Create().plan(shop.ctx)


def test_it_is_opened_with_title_body_and_explicit_branches(shop, forge):
    written(shop)
    found = shop.do(Create())
    assert found.state == "done", found
    assert found.evidence["url"] == "https://github.com/acme/shop/pull/1"
    (made,) = forge.world["prs"]
    assert made["title"] == "[RELEASE][P1] ENG-7: Sums are wrong"
    assert (made["headRefName"], made["baseRefName"]) == ("hotfix/ENG-7-sums", "main")
    assert made["body"] == "## Urgency\nP1\n"


def test_one_that_is_open_is_taken_and_not_opened_twice(shop, forge):
    written(shop)
    shop.do(Create())
    plan = Create().plan(shop.ctx)
    assert not plan.commands and "Take pull request #1" in plan.title
    assert shop.do(Create()).state == "done"
    assert len(forge.world["prs"]) == 1


def test_closed_or_merged_one_is_never_adopted(shop, forge):
    written(shop)
    shop.do(Create())
    forge.one(state="CLOSED")
    assert Create().probe(shop.ctx).state == "not-done"
    forge.one(state="MERGED", headRefOid="e" * 40)
    assert Create().probe(shop.ctx).state == "not-done"
    assert shop.do(Create()).evidence["number"] == 2


def test_open_one_at_another_commit_is_not_this_rounds(shop, forge):
    written(shop)
    shop.do(Create())
    forge.one(headRefOid="e" * 40)
    assert Create().probe(shop.ctx).state == "not-done"
    with pytest.raises(Refused, match=r"at eeeeeee"):
        Create().plan(shop.ctx)
    with pytest.raises(Refused, match=r"eeeeeee, not the verified commit"):
        Merge().plan(shop.ctx)


def test_branch_that_is_not_pushed_is_refused(shop, forge):
    written(shop)
    shop.here("push", "-q", "origin", ":hotfix/ENG-7-sums")
    with pytest.raises(Refused, match=r"do verify\.push"):
        Create().plan(shop.ctx)


def test_without_gh_a_filled_in_page_is_opened_and_ticked(shop, forge, monkeypatch):
    written(shop)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    plan = Create().plan(shop.ctx)
    assert not plan.commands
    assert plan.url.startswith("https://github.com/acme/shop/compare/main...hotfix/ENG-7-sums?quick_pull=1")
    assert plan.clipboard == "## Urgency\nP1\n"
    assert "gh is not installed" in plan.by_hand
    assert Create().probe(shop.ctx).state == "unknown"
    assert Checks().probe(shop.ctx).state == "unknown"
    assert "checks have passed" in Checks().plan(shop.ctx).by_hand
    assert "last commit is" in Merge().plan(shop.ctx).by_hand


def test_checks_count_only_for_this_commit_and_when_all_have_passed(shop, forge):
    written(shop)
    shop.do(Create())
    assert "no check has reported" in Checks().probe(shop.ctx).why
    forge.one(statusCheckRollup=[check("unit"), check("lint", "", "IN_PROGRESS")])
    assert Checks().probe(shop.ctx).why == "1 of 2 still run: lint"
    forge.one(statusCheckRollup=[check("unit"), check("lint", "FAILURE")])
    found = shop.do(Checks())
    assert (found.state, found.why) == ("failed", "failed: lint")
    forge.one(statusCheckRollup=[check("unit"), check("lint", "SKIPPED")])
    assert shop.do(Checks()).evidence["checks"] == ["lint: skipped", "unit: pass"]
    forge.one(headRefOid="e" * 40)
    assert Checks().probe(shop.ctx).state == "not-done"


def test_checks_that_are_still_appearing_are_not_believed(shop, forge, monkeypatch):
    written(shop)
    shop.do(Create())
    forge.one(statusCheckRollup=[check("unit")])
    monkeypatch.setattr(
        pull_request, "sleep", lambda _: forge.one(statusCheckRollup=[check("unit"), check("late")])
    )
    assert "more checks" in Checks().probe(shop.ctx).why


def test_merge_goes_through_the_forge_at_exactly_this_commit(shop, forge):
    written(shop)
    shop.do(Create())
    plan = Merge().plan(shop.ctx, "squash")
    (command,) = plan.commands
    assert command.argv[:4] == ["gh", "pr", "merge", "1"]
    assert f"--match-head-commit={shop.commit}" in command.argv
    assert "--squash" in command.argv
    assert plan.url == "https://github.com/acme/shop/pull/1"
    found = shop.do(Merge(), "squash")
    assert found.state == "failed"
    assert "has not merged" in found.why
    shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
    found = Merge().probe(shop.ctx)
    assert (found.state, found.evidence["how"]) == ("done", "forge")


def test_merge_that_the_forge_refuses_or_blocks_says_so(shop, forge):
    written(shop)
    with pytest.raises(Refused, match=r"do pull-request\.create"):
        Merge().plan(shop.ctx)
    shop.do(Create())
    forge.one(mergeStateStatus="BLOCKED")
    assert "blocks the merge" in Merge().plan(shop.ctx).warnings[0]
    forge.set(merge_refused=True)
    found = shop.do(Merge())
    assert found.state == "failed"
    assert "exit status 1" in found.why
