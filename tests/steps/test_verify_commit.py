"""verify.commit and verify.push: the tested tree and nothing else, hooks running, nobody overwritten."""

import subprocess

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.registry import find
from hotfix_tui.steps.verify.commit import default_message

FIXED = "def total(prices):\n    return sum(prices) or 0\n"


@pytest.fixture
def fixed(incident):
    incident.until("branch.create", "worktree")
    incident.write("shop.py", FIXED)
    incident.write("new test.py", "x = 1\n")
    incident.write("notes.txt", "not for the commit\n")
    incident.probe("fix.change")
    incident.do("fix.change", "include:new test.py")
    return incident


@pytest.fixture
def committed(fixed):
    found = fixed.do("verify.commit")
    assert found.state == "done", (found, fixed.log)
    return fixed


def hook(incident, name: str, text: str) -> None:
    path = incident.world.path / ".git/hooks" / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


def test_only_the_chosen_files_are_committed(fixed):
    plan = fixed.plan("verify.commit")
    assert plan.commands[0].argv[-3:] == ["--", "new test.py", "shop.py"] and "notes.txt" in plan.warnings[0]
    found = fixed.do("verify.commit")
    assert found.state == "done", fixed.log
    assert fixed.git("diff", "--name-only", "HEAD^", "HEAD").splitlines() == ["new test.py", "shop.py"]
    assert fixed.git("status", "--porcelain") == "?? notes.txt"
    assert found.evidence["tree"] == fixed.record.stored("fix.change").get("tree")
    assert found.evidence["commit"] == fixed.git("rev-parse", "HEAD")
    assert found.evidence["message"].startswith("fix: totals are wrong\n\nwrong sums\n\nTicket: ENG-7")
    assert fixed.probe("fix.change").evidence["tree"] == found.evidence["tree"]


def test_the_message_has_what_is_known(incident):
    record = incident.record
    record.facts.update(
        {"cause.summary": "the loop " * 20, "fix.summary": "Check the sum.\n\n#12 is not touched."}
    )
    message = default_message(incident.context())
    assert message.splitlines()[0] == "fix: check the sum"
    assert "\n\nCheck the sum.\n\n#12 is not touched.\n\nRoot cause: the loop" in message
    assert message.endswith("\n\nTicket: ENG-7\nPriority: P1\n") and max(map(len, message.splitlines())) <= 76
    record.facts.clear()
    record.doc["severity"] = ""
    assert default_message(incident.context()) == "fix: hotfix ENG-7\n"


def test_an_edited_message_is_taken_as_it_is(fixed):
    fixed.record.overrides["commit/message"] = {"text": "fix: mine\n\n# a line that is no comment\n"}
    found = fixed.do("verify.commit")
    assert fixed.git("log", "-1", "--format=%B") == "fix: mine\n\n# a line that is no comment"
    assert found.evidence["message"] == "fix: mine\n\n# a line that is no comment"


def test_renames_and_deletions_are_committed_too(incident):
    incident.until("branch.create", "worktree")
    incident.git("mv", "shop.py", "store.py")
    (incident.worktree / "test_shop.py").unlink()
    incident.probe("fix.change")
    found = incident.do("verify.commit")
    assert found.state == "done", incident.log
    assert incident.git("ls-tree", "--name-only", "HEAD").splitlines() == [".gitignore", "store.py"]


def test_a_hook_that_refuses_fails_it_with_its_output(fixed):
    hook(fixed, "pre-commit", "echo the linter says no; exit 1\n")
    found = fixed.do("verify.commit")
    assert found.state == "failed" and "the linter says no" in fixed.log
    assert find("verify.commit").probe(fixed.context()).state == "not-done"


def test_a_hook_that_changes_files_is_not_what_was_tested(fixed):
    hook(fixed, "pre-commit", "echo '# formatted' >> shop.py; git add shop.py\n")
    found = fixed.do("verify.commit")
    assert found.state == "failed" and "a hook changed shop.py in the commit" in found.why
    before = fixed.record.stored("fix.change").get("tree")
    assert fixed.probe("fix.change").evidence["tree"] != before
    assert fixed.probe("verify.commit").state == "done"


def test_commits_made_by_hand_count(fixed):
    fixed.git("add", "shop.py", "new test.py")
    fixed.git("commit", "-qm", "by hand")
    found = fixed.probe("verify.commit")
    assert (found.state, found.evidence["message"]) == ("done", "by hand")
    fixed.write("shop.py", FIXED + "\n")
    assert fixed.probe("verify.commit").why == "1 changed file is not committed yet"


def test_there_has_to_be_something_looked_at(incident):
    incident.until("branch.create", "worktree")
    incident.probe("fix.change")
    with pytest.raises(Refused, match="nothing to commit"):
        incident.plan("verify.commit")
    incident.write("shop.py", FIXED)
    with pytest.raises(Refused, match=r"do fix\.change"):
        incident.plan("verify.commit")


def test_a_push_is_of_one_commit_to_one_branch_and_seen_there(committed):
    plan = committed.plan("verify.push")
    commit, branch = committed.context().commit, committed.context().branch
    assert plan.commands[0].argv[-3:] == ["--", "origin", f"{commit}:refs/heads/{branch}"]
    assert plan.locks == [f"push-{branch}"]
    assert committed.probe("verify.push").state == "not-done"
    found = committed.do("verify.push")
    assert found.state == "done", committed.log
    assert found.evidence == {"ref": f"refs/heads/{branch}", "commit": commit, "remote": "origin"}
    assert not committed.plan("verify.push").commands
    assert committed.do("verify.push").state == "done"


def test_a_branch_of_somebody_else_is_never_overwritten(committed, tmp_path):
    branch = committed.context().branch
    subprocess.run(["git", "push", "-q", str(tmp_path / "shop.git"), f"main:refs/heads/{branch}"],
                   cwd=tmp_path / "seed", check=True)  # fmt: skip
    with pytest.raises(Refused, match="commits that are not here"):
        committed.plan("verify.push")


def test_an_own_branch_is_replaced_by_an_exact_lease(committed):
    committed.do("verify.push")
    first = committed.context().commit
    committed.git("commit", "-q", "--amend", "-m", "again")
    committed.probe("verify.commit")
    plan = committed.plan("verify.push")
    assert f"--force-with-lease=refs/heads/{committed.context().branch}:{first}" in plan.commands[0].argv
    assert committed.do("verify.push").state == "done", committed.log
    committed.git("commit", "-q", "--allow-empty", "-m", "more")
    committed.probe("verify.commit")
    assert not any("force" in word for word in committed.plan("verify.push").commands[0].argv)


def test_a_remote_that_refuses_or_is_away(committed, tmp_path):
    refuses = tmp_path / "shop.git/hooks/pre-receive"
    refuses.write_text("#!/bin/sh\necho policy says no; exit 1\n")
    refuses.chmod(0o755)
    found = committed.do("verify.push")
    assert found.state == "failed" and "the remote's own check refused the push" in found.why
    assert "policy says no" in committed.log
    (tmp_path / "shop.git").rename(tmp_path / "gone.git")
    assert committed.probe("verify.push").state == "unknown"
    with pytest.raises(Refused, match="origin"):
        committed.plan("verify.push")


def test_the_production_branch_is_not_pushed_to(committed):
    committed.set("branch.create", branch="main")
    with pytest.raises(Refused, match="is the production branch"):
        committed.plan("verify.push")


def test_a_branch_removed_after_landing_stays_pushed(committed):
    committed.do("verify.push")
    branch = committed.context().branch
    committed.git("push", "-q", "origin", f":{branch}")
    assert find("verify.push").probe(committed.context()).state == "not-done"
    committed.set("release.confirm", commit=committed.context().commit)
    assert find("verify.push").probe(committed.context()).state == "done"
