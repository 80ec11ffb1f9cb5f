"""What forges and hooks print when they refuse a push: each with its own words, its kind and its own cure."""

import pytest

from hotfix_tui.git.faults import Kind, explain, fault, idle_hook, wants_terminal

REJECTED = (
    " ! [remote rejected] fix -> fix (pre-receive hook declined)\n"
    "\x1b[31merror: failed to push some refs to 'x'\x1b[m\n"
)
PORCELAIN = "!\trefs/heads/fix:refs/heads/fix\t[remote rejected] (pre-receive hook declined)\nDone\n"


def remote(*lines: str, end: str = REJECTED) -> str:
    return "".join(f"remote: {line}        \n" for line in lines) + end


REFUSALS = {
    "github push protection": (
        remote(
            "error: GH013: Repository rule violations found for refs/heads/fix.",
            "",
            "- GITHUB PUSH PROTECTION",
            "  —————————————————————————————————",
            "    Resolve the following violations before pushing again",
            "    - Push cannot contain secrets",
            "     (?) Learn how to resolve a blocked push",
            "     https://docs.github.com/code-security/secret-scanning/x",
            "      —— Amazon AWS Access Key ID ———————",
            "       locations:",
            "         - commit: 8728dbe67",
            "           path: tests/log.txt:3",
        ),
        Kind.SECRET,
        ("Amazon AWS Access Key ID", "tests/log.txt:3", "take it out of the commit"),
    ),
    "github ruleset": (
        remote(
            "error: GH013: Repository rule violations found for refs/heads/fix.",
            "",
            "- Commits must have verified signatures.",
            end=PORCELAIN,
        ),
        Kind.RULE,
        ("Commits must have verified signatures", "push again"),
    ),
    "github protected": (
        remote(
            "error: GH006: Protected branch update failed for refs/heads/main.",
            "error: At least 1 approving review is required.",
        ),
        Kind.PROTECTED,
        ("At least 1 approving review is required", "open a pull request"),
    ),
    "github ruleset wants a pull request": (
        remote(
            "error: GH013: Repository rule violations found for refs/heads/main.",
            "- Changes must be made through a pull request.",
        ),
        Kind.PROTECTED,
        ("Changes must be made through a pull request", "open a pull request"),
    ),
    "github large file": (
        remote(
            "error: Trace: abc",
            "error: See https://gh.io/lfs for more information.",
            "error: File dump.sql is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB",
            "error: GH001: Large files detected. You may want to try Git Large File Storage.",
        ),
        Kind.LARGE,
        ("dump.sql is 120.00 MB", "too large"),
    ),
    "github private email": (
        remote("error: GH007: Your push would publish a private email address."),
        Kind.EMAIL,
        ("private email", "user.email"),
    ),
    "github workflow scope": (
        " ! [remote rejected] fix -> fix (refusing to allow an OAuth App to create or update workflow "
        "`.github/workflows/x.yml` without `workflow` scope)\nerror: failed to push some refs to 'x'\n",
        Kind.RIGHTS,
        ("without `workflow` scope", "gh auth refresh"),
    ),
    "github ssh rights": (
        "ERROR: Permission to acme/shop.git denied to ann.\nfatal: Could not read from remote repository.\n",
        Kind.RIGHTS,
        ("denied to ann", "write access"),
    ),
    "github https 403": (
        "remote: Permission to acme/shop.git denied to bot.\n"
        "fatal: unable to access 'https://github.com/acme/shop.git/': The requested URL returned error: 403\n",
        Kind.RIGHTS,
        ("denied to bot",),
    ),
    "github ssh gone": (
        "ERROR: Repository not found.\nfatal: Could not read from remote repository.\n",
        Kind.NOT_FOUND,
        ("check its URL and your access",),
    ),
    "github lfs": (
        remote("error: GH008: Your push referenced at least 2 unknown Git LFS objects:"),
        Kind.LFS,
        ("git lfs push",),
    ),
    "gitlab protected": (
        remote("GitLab: You are not allowed to push code to protected branches on this project."),
        Kind.PROTECTED,
        ("not allowed to push code to protected branches", "open a pull request"),
    ),
    "gitlab commit message": (
        remote("GitLab: Commit message does not follow the pattern '^[A-Z]+-[0-9]+'"),
        Kind.RULE,
        ("'^[A-Z]+-[0-9]+'", "correct that"),
    ),
    "gitlab branch name": (
        remote("GitLab: Branch name does not follow the pattern '^(feature|hotfix)/'"),
        Kind.RULE,
        ("does not follow the pattern", "correct that"),
    ),
    "gitlab secret": (
        remote("PUSH BLOCKED: Secrets detected in code changes", "-- shop.py:3 | AWS access token"),
        Kind.SECRET,
        ("AWS access token", "treat it as leaked"),
    ),
    "gitlab author": (
        remote("GitLab: Author 'ann@example.com' is not a member of team"),
        Kind.EMAIL,
        ("is not a member of team", "user.email"),
    ),
    "gitlab rights": (
        remote("GitLab: You are not allowed to push code to this project."),
        Kind.RIGHTS,
        ("not allowed to push code", "write access"),
    ),
    "gitlab size": (
        remote(
            'GitLab: File "dump.sql" is larger than the allowed size of 50 MiB. Use Git LFS to manage this file.'
        ),
        Kind.LARGE,
        ("larger than the allowed size", "too large"),
    ),
    "gerrit": (
        remote(
            "ERROR: commit 1a2b3c4: missing Change-Id in message footer",
            end=" ! [remote rejected] HEAD -> refs/for/main (x)\n",
        ),
        Kind.RULE,
        ("missing Change-Id", "commit-msg hook"),
    ),
    "gerrit update": (
        " ! [remote rejected] HEAD -> main (prohibited by Gerrit: not permitted: update)\n",
        Kind.PROTECTED,
        ("prohibited by Gerrit",),
    ),
    "bitbucket": (
        remote("Branch refs/heads/main can only be modified through pull requests."),
        Kind.PROTECTED,
        ("only be modified through pull requests",),
    ),
    "azure": (
        remote(
            "TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch."
        ),
        Kind.PROTECTED,
        ("TF402455",),
    ),
    "a hook of the remote": (
        remote("mirror: read-only today"),
        Kind.REMOTE_HOOK,
        ("the remote's own check", "mirror: read-only today"),
    ),
    "a hook of the remote without a word": (REJECTED, Kind.REMOTE_HOOK, ("the remote's own check refused",)),
    "a hook here": (
        "lint: 3 problems in shop.py\n\x1b[31merror: failed to push some refs to '/srv/x'\x1b[m\n",
        Kind.HOOK_HERE,
        ("pre-push", "lint: 3 problems in shop.py", "nothing was pushed"),
    ),
    "a hook here whose tests have words of other faults": (
        "tests: Connection refused by the fake server\nerror: failed to push some refs to 'x'\n",
        Kind.HOOK_HERE,
        ("pre-push", "Connection refused by the fake server"),
    ),
    "lfs quota": (
        "batch response: This repository is over its data quota. Account responsible for LFS bandwidth should purchase "
        "more data packs\nerror: failed to push some refs to 'x'\n",
        Kind.LIMIT,
        ("over its data quota", "raise it"),
    ),
    "stale": (
        " ! [rejected] a -> b (stale info)\nerror: failed to push some refs\n",
        Kind.MOVED,
        ("has moved",),
    ),
    "behind": (
        " ! [rejected] a -> b (non-fast-forward)\nerror: failed to push some refs\n",
        Kind.MOVED,
        ("not here",),
    ),
    "public key": (
        "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.\n",
        Kind.LOGIN,
        ("ssh-add",),
    ),
    "host key": ("Host key verification failed.\nfatal: Could not read\n", Kind.HOST_KEY, ("ssh -T",)),
    "host key that changed": (
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.\n",
        Kind.HOST_KEY,
        ("another one than before", "ssh-keygen -R"),
    ),
    "too many requests": (
        "error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429\nfatal: expected flush\n",
        Kind.LIMIT,
        ("wait some minutes",),
    ),
    "server down": (
        "fatal: unable to access 'https://x/': The requested URL returned error: 502\n",
        Kind.NETWORK,
        ("HTTP 502",),
    ),
    "push options": (
        "fatal: the receiving end does not support push options\nfatal: the remote end hung up unexpectedly\n",
        Kind.OPTIONS,
        ("push.pushOption",),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_reaches_people_in_its_own_words_with_its_own_cure(name):
    output, kind, words = REFUSALS[name]
    found = fault(output.encode())
    assert found is not None and found.kind is kind, found
    assert all(word in found.sentence for word in words), found.sentence
    assert "\x1b" not in found.sentence and "\n" not in found.sentence
    assert ("open a pull request" in found.sentence) == (kind is Kind.PROTECTED)


def test_words_of_a_remote_mean_nothing_where_nothing_was_pushed():
    """A test or a hook of commits may print the same words."""
    assert explain(b"assert 'Protected branch' in page\nGH013\n") is None


def test_a_login_is_asked_for_at_a_terminal_and_a_rule_is_not():
    assert wants_terminal(b"\x1b[1mgit@x: Permission denied (publickey).\x1b[0m\n")
    assert not wants_terminal(REFUSALS["github push protection"][0].encode())


@pytest.mark.parametrize(
    "output",
    ["Can't find lefthook in PATH\n", "\x1b[33m`pre-commit` not found.  Did you forget to activate?\n"],
)
def test_a_hook_whose_tool_is_not_there_is_named(output):
    assert idle_hook(output.encode()) in ("lefthook", "pre-commit")
    assert idle_hook(b"lefthook ran: 3 checks\n") == ""
