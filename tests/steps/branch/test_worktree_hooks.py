"""Hooks and the new worktree: those that fail while it is made, and those that would be missing in it."""

import itertools

import pytest

from hotfix_tui.steps.common.hooks import hooks_here
from tests import counts
from tests.steps.support import SHOP, Incident
from tests.steps.verify.test_push_addresses import hook

STATUSES = [1, 127, 128, 141]
WAYS = ["worktree", "worktree-with-changes"]


@pytest.mark.parametrize(
    ("choice", "status"),
    # Daily both ways, and each status in one of them.
    counts.these(itertools.product(WAYS, STATUSES), [*zip(WAYS * 2, STATUSES)]),
)
def test_a_post_checkout_hook_that_fails_keeps_nothing_from_the_worktree(incident: Incident, status, choice):
    hook(
        incident.world.path / ".git" / "hooks" / "post-checkout",
        f'echo "the tools are not here"; exit {status}',
    )
    incident.record.config.setdefault("git", {})["carry"] = [".env"]
    incident.world.write(".env", "DB=1\n")
    if choice == "worktree-with-changes":
        incident.world.write("shop.py", SHOP + "# half done\n")
    found = incident.until("branch.create", choice)
    assert f"exit status {status}" in found.why and "the tools are not here" in found.why
    assert (incident.worktree / ".env").read_text() == "DB=1\n"
    assert ("half done" in (incident.worktree / "shop.py").read_text()) == (choice == "worktree-with-changes")


def test_a_worktree_that_git_could_not_make_is_no_worktree(incident: Incident):
    incident.until("branch.base")
    plan_of = incident.plan("branch.create", "worktree")
    incident.world.write(".git/refs/heads/" + plan_of.evidence["branch"] + ".lock", "")
    found = incident.do("branch.create", "worktree")
    assert found.state == "failed" and "exit status" in found.why and ".lock" in found.why


HUSKY = '#!/bin/sh\n. "$(dirname "$0")/h"\n'


@pytest.mark.parametrize(
    ("folder", "tracked", "generated"),
    [
        (
            ".husky/_",
            {".husky/pre-commit": "exit 0\n"},
            {".husky/_/pre-commit": HUSKY, ".husky/_/.gitignore": "*\n"},
        ),
        (
            ".husky",
            {".husky/pre-commit": HUSKY, ".gitignore": "_\n.env\n"},
            {".husky/_/husky.sh": "exit 0\n"},
        ),
        ("tools/hooks", {"tools/hooks/pre-commit": HUSKY}, {}),
        ("./build/hooks/", {".gitignore": "build\n"}, {"build/hooks/pre-commit": HUSKY}),
    ],
)
def test_hooks_that_no_commit_holds_come_along(incident: Incident, folder, tracked, generated):
    for name, text in tracked.items():
        incident.world.write(name, text).chmod(0o755)
    incident.world.commit("Hooks")
    incident.world("push", "-q", "origin", "main")
    for name, text in generated.items():
        incident.world.write(name, text).chmod(0o755)
    incident.world("config", "core.hooksPath", folder)
    incident.record.config.setdefault("git", {})["base"] = "production"
    incident.until("branch.create", "worktree")
    assert hooks_here(incident.context().work) == ["pre-commit"]
    for name, text in generated.items():
        assert (incident.worktree / name).read_text() == text
    assert incident.git("status", "--porcelain") == ""
