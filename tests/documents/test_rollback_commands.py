"""The commands of the rollback plan work as they stand, from any branch, however the fix landed."""

import re
import subprocess

import pytest

from hotfix_tui.documents.render import render
from tests import typed
from tests.documents import records


def run(where, *args: str) -> str:
    return subprocess.run(args, cwd=where, check=True, capture_output=True, text=True).stdout.strip()


def git(where, *args: str) -> str:
    who = ("-c", "user.name=T", "-c", "user.email=t@x.example")
    return run(where, "git", *who, *args)


@pytest.fixture
def shop(tmp_path, isolated):
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "shop")
    shop = tmp_path / "shop"
    for key, value in (("user.name", "T"), ("user.email", "t@x.example"), ("diff.noprefix", "true")):
        git(shop, "config", key, value)
    (shop / "a").write_text("old\n")
    for args in (
        ("switch", "-qc", "main"),
        ("add", "a"),
        ("commit", "-qm", "one"),
        ("push", "-q", "origin", "main"),
    ):
        git(shop, *args)
    return shop


@pytest.mark.parametrize("way", ["merge", "squash", "known-merge"])
def test_they_take_the_fix_back(shop, way):
    base = git(shop, "rev-parse", "HEAD")
    git(shop, "switch", "-qc", "hotfix/x")
    (shop / "a").write_text("new\n")
    git(shop, "commit", "-qam", "fix")
    fix = git(shop, "rev-parse", "HEAD")
    git(shop, "switch", "-q", "main")
    git(shop, "merge", "-q", *(["--squash"] if way == "squash" else ["--no-ff", "-m", "merge"]), "hotfix/x")
    if way == "squash":
        git(shop, "commit", "-qm", "squashed")
    git(shop, "push", "-q", "origin", "main")
    landed = git(shop, "rev-parse", "HEAD")
    git(shop, "switch", "-qc", "elsewhere", base)
    record = records.fixing()
    typed.add(record, "branch.base", commit=base)
    typed.add(record, "verify.commit", commit=fix)
    if way == "known-merge":
        records.done(record, "release.confirm", 56, commit=landed, commits=[landed], by="ancestry")
    text = render("pr", record, records.NOW).text
    for command in re.findall(r"^   - `(git .*)`$", text, re.MULTILINE):
        run(shop, "sh", "-ec", command)
    pushed = [one for one in git(shop, "ls-remote", "origin").splitlines() if not one.startswith(landed)]
    target = next(one.split("\t")[1] for one in pushed if one.endswith(("main", "revert-eng-1234")))
    git(shop, "fetch", "-q", "origin", target)
    assert git(shop, "show", "FETCH_HEAD:a") == "old" and git(shop, "branch", "--show-current") == "elsewhere"
