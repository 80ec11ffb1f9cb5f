"""Under embargo: neutral names made from no title, what is said before a push, and the full text after it."""

import json
import subprocess
import sys

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.branch.create import CreateBranch
from hotfix_tui.steps.branch.names import branch_names
from hotfix_tui.steps.fix.guard.step import Guard
from hotfix_tui.steps.pull_request import reword
from hotfix_tui.steps.pull_request.step import Checks, Create
from hotfix_tui.steps.release.merge import message
from hotfix_tui.steps.release.tag import Tag
from hotfix_tui.steps.verify.commit import commit_message
from hotfix_tui.steps.verify.push import Push
from tests.steps.support_release import NOW, Shop

ANN = Actor("ann", NOW)
CAUSE = "The expiry is compared in another time zone."
GITHUB = "git@github.com:acme/shop.git"


@pytest.fixture
def kept(shop: Shop) -> Shop:
    """The shop of a security fault, under embargo, before there is a branch."""
    facts = {"title": "Expired tokens are accepted", "cause.summary": CAUSE, "embargo": "yes"}
    shop.record.facts.update(facts)
    return shop


@pytest.fixture
def gh(tmp_path, monkeypatch):
    """A program `gh` in front of the path: it writes its calls down and answers by its first two words."""
    folder = tmp_path / "forge"
    folder.mkdir()
    calls = folder / "calls"

    def answer(**answers):
        program = folder / "gh"
        program.write_text(
            f"#!{sys.executable} -IS\nimport json, sys\nanswers = {answers!r}\n"
            f"open({str(calls)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
            "print(answers.get('_'.join(sys.argv[1:3]), ''))\n"
        )
        program.chmod(0o755)
        return lambda: [json.loads(line) for line in calls.read_text().splitlines()]

    monkeypatch.setenv("PATH", f"{folder}:{__import__('os').environ['PATH']}")
    return answer


def on_github(shop: Shop) -> None:
    shop.see("branch.preflight", forge="github", remote_url=GITHUB, web="https://github.com/acme/shop")


def test_names_are_made_from_no_title(kept):
    assert branch_names(kept.ctx).branch == "hotfix/ENG-7-maintenance"
    assert commit_message(kept.ctx).startswith("fix: maintenance\n\nSee ENG-7.\n\nTicket: ENG-7\n")
    kept.fix()
    assert message(kept.ctx).endswith("ENG-7: maintenance")
    kept.see("branch.preflight", version_tags=True)
    kept.see("release.confirm", commit=kept.commit, same_tree=True)
    (tag, _) = Tag().plan(kept.ctx).commands
    assert "Hotfix: maintenance" in tag.argv
    kept.record.facts["embargo.name"] = "Quiet hour"
    assert branch_names(kept.ctx).branch == "hotfix/ENG-7-quiet-hour"
    kept.record.facts["embargo"] = "no"
    assert branch_names(kept.ctx).branch == "hotfix/ENG-7-expired-tokens-are-accepted"


def test_a_branch_that_tells_is_renamed_before_it_is_pushed(kept):
    kept.record.facts["embargo"] = "no"
    assert kept.do(CreateBranch(), "worktree").state == "done"
    assert kept.ctx.branch == "hotfix/ENG-7-expired-tokens-are-accepted"
    kept.record.facts["embargo"] = "yes"
    tree = kept.ctx.worktree
    assert [way.name for way in CreateBranch().choices(kept.ctx)] == ["neutral-name"]
    found = kept.do(CreateBranch(), "neutral-name")
    assert found.state == "done" and kept.ctx.branch == "hotfix/ENG-7-maintenance"
    assert kept.here("-C", tree, "branch", "--show-current") == "hotfix/ENG-7-maintenance"
    assert CreateBranch().probe(kept.ctx).state == "done"
    with pytest.raises(Refused, match="not renamed"):
        CreateBranch().plan(kept.ctx, "neutral-name")


def test_before_a_push_it_is_said_what_tells_and_that_everybody_sees_it(kept, gh):
    gh(repo_view='{"visibility": "PUBLIC"}')
    on_github(kept)
    kept.fix()
    kept.here("-C", kept.ctx.worktree, "commit", "-q", "--amend", "-m", "Close the auth bypass")
    kept.here("branch", "-m", "hotfix/ENG-7-sums", "hotfix/ENG-7-expired-token")
    kept.commit = kept.here("rev-parse", "hotfix/ENG-7-expired-token")
    kept.see("branch.create", branch="hotfix/ENG-7-expired-token")
    kept.see("verify.commit", commit=kept.commit)
    kept.see("verify.test")
    said = "\n".join(Push().plan(kept.ctx).warnings)
    assert "The branch name hotfix/ENG-7-expired-token says “expired”, “token”. Rename it first" in said
    assert f"The message of {kept.commit[:7]} says “bypass”" in said
    assert "acme/shop is public: everybody can read change and test from the push on" in said
    assert "temporary private fork" in said and "no CI runs there" in said
    assert "full test suite: done" in said and "proof of the regression test: pending" in said
    kept.record.facts["embargo"] = "no"
    assert Push().plan(kept.ctx).warnings == []


def test_a_push_of_an_undecided_security_fault_asks(kept):
    kept.fix()
    kept.record.facts.update({"impact.kind": "security"})
    kept.record.facts.pop("embargo")
    kept.here("push", "-q", "origin", "--delete", "hotfix/ENG-7-sums")
    assert any("nobody has said whether it is under embargo" in one for one in Push().plan(kept.ctx).warnings)


def test_deploy_first_says_that_the_push_can_wait(kept):
    kept.record.doc["severity"] = "P0"
    kept.fix()
    kept.here("push", "-q", "origin", "--delete", "hotfix/ENG-7-sums")
    said = "\n".join(Push().plan(kept.ctx).warnings)
    assert "not needed before the deploy" in said and "It is not known who can read origin" in said
    kept.see("deploy.live")
    assert "not needed before the deploy" not in "\n".join(Push().plan(kept.ctx).warnings)


def test_a_private_remote_gets_the_branch_and_the_usual_one_only_after_the_embargo(kept, tmp_path):
    private = tmp_path / "private.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(private)], check=True)
    kept.fix()
    kept.here("push", "-q", "origin", "--delete", "hotfix/ENG-7-sums")
    on_github(kept)
    kept.record.facts["embargo.remote"] = "quiet"
    with pytest.raises(Refused, match="There is no remote quiet here"):
        Push().plan(kept.ctx)
    kept.here("remote", "add", "quiet", str(private))
    found = kept.do(Push())
    assert found.state == "done" and found.evidence["remote"] == "quiet"
    shown = subprocess.run(
        ["git", "ls-remote", str(private)], capture_output=True, text=True, check=True
    ).stdout
    assert kept.commit in shown
    assert "hotfix" not in kept.here("ls-remote", "origin")
    (kept.folder / "incident" / "documents").mkdir(parents=True)
    (kept.folder / "incident" / "documents" / "pr.md").write_text("See ENG-7.\n")
    assert "on quiet only" in Create().plan(kept.ctx).by_hand
    checks = Checks().plan(kept.ctx).by_hand
    assert "runs no CI" in checks and "waive pull-request.checks" in checks and "full test suite" in checks
    assert Create().probe(kept.ctx).state == Checks().probe(kept.ctx).state == "unknown"
    actions.set_fact(kept.record, ANN, "embargo", "no")
    assert Push().probe(kept.ctx).state == "not-done"
    assert kept.do(Push()).evidence["remote"] == "origin"
    assert kept.commit in kept.here("ls-remote", "origin")


def test_a_text_with_the_root_cause_opens_no_pull_request(kept, gh):
    gh(repo_view='{"visibility": "PRIVATE"}', pr_list="[]")
    on_github(kept)
    kept.fix()
    folder = kept.folder / "incident" / "documents"
    folder.mkdir(parents=True)
    (folder / "pr.md").write_text(f"## 3. Root cause\n\n{CAUSE}\n")
    with pytest.raises(Refused, match=r"holds cause\.summary, which is under embargo"):
        Create().plan(kept.ctx)
    (folder / "pr.md").write_text("## 3. Root cause\n\nSee ENG-7.\n")
    plan = Create().plan(kept.ctx)
    assert "--title=[RELEASE][P1] ENG-7: maintenance" in plan.commands[-1].argv
    assert plan.warnings == ["acme/shop is private: whoever can read it sees the change from the push on."]


def test_after_the_embargo_the_full_text_is_put_there_or_left_out(kept, gh):
    calls = gh()
    on_github(kept)
    kept.fix()
    kept.see("pull-request.create", url="https://github.com/acme/shop/pull/7", number=7)
    kept.see("pull-request.body")
    actions.set_fact(kept.record, ANN, "embargo", "no")
    ctx = kept.ctx
    assert [way.name for way in Create().choices(ctx)] == [
        reword.DISCLOSE,
        reword.KEEP,
    ]
    assert Create().probe(ctx).state == "not-done"
    folder = kept.folder / "incident" / "documents"
    folder.mkdir(parents=True)
    (folder / "pr.md").write_text(CAUSE)
    with pytest.raises(Refused, match="not written yet"):
        Create().plan(ctx)
    kept.see("pull-request.body")
    assert kept.do(Create()).evidence["neutral"] is False
    edit = [call for call in calls() if call[:2] == ["pr", "edit"]]
    assert edit == [
        [
            *(
                "pr",
                "edit",
                "7",
                "--repo=acme/shop",
                "--title=[RELEASE][P1] ENG-7: Expired tokens are accepted",
            ),
            f"--body-file={folder / 'pr.md'}",
        ]
    ]
    assert not reword.due(kept.ctx)
    kept.see("pull-request.create", neutral=True)
    assert kept.do(Create(), "keep").state == "done" and not reword.due(kept.ctx)


def test_the_guard_finds_tests_and_comments_that_tell(kept):
    tree = kept.here.path
    kept.see("branch.create", branch="main", worktree=str(tree), in_place=True)
    (tree / "app.txt").write_text("mended  # closes the exploit\n")
    (tree / "token.py").write_text("TOKEN = 1\n")
    (tree / "tests").mkdir()
    names = (
        "def test_expired_token():\n    pass\n\n\ndef token():\n    pass\n\n\ndef test_times():\n    pass\n"
    )
    (tree / "tests" / "test_tokens.py").write_text(names)
    kept.here("add", "-A")
    found = Guard().probe(kept.ctx)
    mine = [one for one in found.evidence["findings"] if one["kind"] == "embargo"]
    assert [one["id"] for one in mine] == [
        "embargo:app.txt:exploit",
        "embargo:tests/test_tokens.py",
        "embargo:tests/test_tokens.py:names",
    ]
    assert mine[2]["line"] == 1 and "test_expired_token says expired, token;" in mine[2]["text"]
    kept.record.facts["embargo"] = "no"
    later = Guard().probe(kept.ctx).evidence["findings"]
    assert [one for one in later if one["kind"] == "embargo"] == []
