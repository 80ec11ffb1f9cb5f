"""`gh`: the command lines, and reading its answers.

The program on the path replays recorded answers and refuses flags that the real one does not have.
"""

import json
import sys
import time

import pytest

from hotfix_tui.base.text import clean
from hotfix_tui.forges import calls
from hotfix_tui.forges.address import parse_remote
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.choose import choose
from hotfix_tui.forges.github import GitHub, existing_url, parse, standing
from hotfix_tui.forges.model import Draft

REPO = parse_remote("git@github.com:acme/shop.git")
ANSWER = {
    "number": 7,
    "url": "https://github.com/acme/shop/pull/7",
    "state": "OPEN",
    "isDraft": False,
    "title": "[HOTFIX][P1] ENG-1: stop the leak",
    "headRefName": "hotfix/ENG-1",
    "headRefOid": "a" * 40,
    "headRepositoryOwner": {"login": "acme"},
    "isCrossRepository": False,
    "baseRefName": "main",
    "createdAt": "2026-11-23T03:10:00Z",
    "mergedAt": None,
    "reviewDecision": "APPROVED",
    "latestReviews": [
        {"author": {"login": "bo"}, "state": "APPROVED"},
        {"author": {"login": "cy"}, "state": "COMMENTED"},
    ],
    "mergeStateStatus": "BLOCKED",
    "statusCheckRollup": [
        {
            "__typename": "CheckRun",
            "name": "test",
            "status": "COMPLETED",
            "conclusion": "SUCCESS",
            "detailsUrl": "https://x/1",
        },
        {"__typename": "CheckRun", "name": "lint", "status": "IN_PROGRESS", "conclusion": ""},
        {"__typename": "CheckRun", "name": "docs", "status": "COMPLETED", "conclusion": "SKIPPED"},
        {"__typename": "CheckRun", "name": "slow", "status": "COMPLETED", "conclusion": "TIMED_OUT"},
        {"__typename": "CheckRun", "name": "new", "status": "COMPLETED", "conclusion": "A_WORD_OF_TOMORROW"},
        {"__typename": "StatusContext", "context": "ci/old", "state": "PENDING", "targetUrl": "https://x/2"},
        {"__typename": "StatusContext", "context": "ci/bad", "state": "ERROR"},
        {"__typename": "StatusContext", "context": "ci/ok", "state": "SUCCESS"},
    ],
}
FLAGS = {
    "api graphql": ["--hostname", "--raw-field", "--field"],
    "pr list": ["--head", "--base", "--state", "--limit", "--json", "--repo"],
    "pr view": ["--json", "--repo"],
    "pr create": ["--repo", "--base", "--head", "--title", "--body-file", "--label", "--reviewer"],
    "pr merge": ["--repo", "--squash", "--merge", "--rebase", "--match-head-commit", "--admin"],
    "label create": ["--repo", "--color"],
}


@pytest.fixture
def gh(tmp_path, monkeypatch):
    """A program `gh` that refuses flags that the real one does not know, and gives one recorded answer."""
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()

    def answer(out: object = None, *, err: str = "", code: int = 0, raw: str | None = None) -> None:
        program.write_text(
            f"#!{sys.executable} -IS\nimport os, sys\nflags = {FLAGS!r}[' '.join(sys.argv[1:3])]\n"
            "given = [a.split('=')[0] for a in sys.argv[3:] if a.startswith('--') and a != '--']\n"
            "assert set(given) <= set(flags), given\n"
            "assert os.environ['GH_PROMPT_DISABLED'] == '1' and sys.stdin.read() == ''\n"
            f"sys.stdout.write({raw if raw is not None else json.dumps(out)!r})\n"
            f"sys.stderr.write({err!r})\nsys.exit({code})\n"
        )
        program.chmod(0o755)

    answer()
    monkeypatch.setenv("PATH", str(program.parent))
    return answer


def test_an_open_pull_request_is_read_whole():
    found = parse(ANSWER)
    assert (found.number, found.state, found.head, found.base) == (7, "open", "a" * 40, "main")
    assert (found.review_decision, found.mergeable) == ("approved", "blocked")
    assert [(one.author, one.state) for one in found.reviews] == [("bo", "approved")]
    assert found.head_owner == "acme"
    assert [check.state for check in found.checks] == [
        "pass", "pending", "skipped", "fail", "fail", "pending", "fail", "pass",
    ]  # fmt: skip
    assert found.checks[0].url == "https://x/1" and found.checks[5].name == "ci/old"


def test_a_merged_one_names_what_landed():
    merged = {
        **ANSWER,
        "state": "MERGED",
        "mergedAt": "2026-11-23T04:00:00Z",
    }
    found = parse({**merged, "reviewDecision": "", "statusCheckRollup": None, "latestReviews": None})
    assert (found.state, found.merged_at) == ("merged", "2026-11-23T04:00:00Z")
    assert (found.review_decision, found.checks, found.reviews) == ("none", (), ())


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {**ANSWER, "state": "ODD"}, {**ANSWER, "url": 7}, {**ANSWER, "statusCheckRollup": ["x"]},
     {**ANSWER, "latestReviews": [{}]}, {**ANSWER, "number": "x"}],
)  # fmt: skip
def test_an_answer_of_another_form_is_a_sentence(answer):
    with pytest.raises(ForgeError, match="another form"):
        parse(answer)


def test_finding_and_viewing_through_the_program(gh):
    gh([ANSWER, {**ANSWER, "number": 9, "state": "CLOSED"}])
    assert [found.number for found in GitHub(REPO).find("hotfix/ENG-1", "main")] == [9, 7]
    gh(ANSWER)
    assert GitHub(REPO).view(7).url.endswith("/pull/7")
    gh({})
    with pytest.raises(ForgeError, match="another form"):
        GitHub(REPO).find("x", "main")


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        ({"err": "To get started with GitHub CLI, please run:  gh auth login\n", "code": 4}, "not signed in"),
        (
            {"err": "GraphQL: Could not resolve to a PullRequest\x1b[31m\n", "code": 1},
            "Could not resolve to a PullRequest$",
        ),
        ({"code": 1}, "without a word"),
        ({"raw": "'no json'"}, "no JSON"),
    ],
)
def test_failures_of_the_program_are_sentences(gh, answer, match):
    gh(**answer)
    with pytest.raises(ForgeError, match=match):
        GitHub(REPO).view(7)


def test_what_is_chosen_asks_nobody(gh, monkeypatch, tmp_path):
    gh(code=1)
    forge, why = choose(REPO)
    assert isinstance(forge, GitHub) and why == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    forge, why = choose(REPO)
    assert not forge.can_query and why == "gh is not installed"
    assert choose(parse_remote("git@gitlab.com:a/b"))[1] == ""
    assert choose(parse_remote("/srv/a.git"))[0].find("x", "main") == ()


OUTAGES = [
    ("error connecting to api.github.com\ncheck your internet connection", 1, Trouble.UNREACHABLE),
    (
        "Post https://api.github.com/graphql: dial tcp 1.2.3.4:443: connect: connection refused",
        1,
        Trouble.UNREACHABLE,
    ),
    ("Post https://x/graphql: net/http: TLS handshake timeout", 1, Trouble.UNREACHABLE),
    ("HTTP 403: API rate limit exceeded for user ID 1. (https://api.github.com/graphql)", 1, Trouble.LIMITED),
    ("HTTP 500: Server Error (https://api.github.com/graphql)", 1, Trouble.BROKEN),
    ("HTTP 401: Bad credentials (https://x)\nTry authenticating with:  gh auth login", 1, Trouble.SIGNED_OUT),
    ("To get started with GitHub CLI, please run:  gh auth login", 4, Trouble.SIGNED_OUT),
    ("GraphQL: Could not resolve to a Repository with the name 'acme/shop'. (repository)", 1, Trouble.DENIED),
    ("something else", 1, Trouble.OTHER),
]


@pytest.mark.parametrize(("err", "code", "trouble"), OUTAGES)
def test_why_it_did_not_answer_is_told_apart(gh, err, code, trouble):
    gh(err=err, code=code)
    with pytest.raises(ForgeError) as no:
        GitHub(REPO).view(7)
    assert no.value.trouble is trouble
    assert ("signed in" in str(no.value)) is (trouble is Trouble.SIGNED_OUT)


def test_a_program_that_hangs_leaves_nothing_behind(tmp_path, monkeypatch):
    program = tmp_path / "gh"
    program.write_text("#!/bin/sh\nsleep 60 & echo $! > pid\necho $$ >> pid\nwait\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ForgeError, match="did not answer within") as no:
        calls.call([str(program)], {}, seconds=4.0)
    assert no.value.trouble is Trouble.SLOW
    for pid in (tmp_path / "pid").read_text().split():
        while _state(pid) != "Z":
            time.sleep(0.02)


def _state(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.parametrize(
    "prints", ["'[' * 200_000", "'{\"a\":' * 100_000", "'x' * (5 * 1024 * 1024)", "chr(0) * 9"]
)
def test_an_answer_that_is_too_deep_or_too_long_is_none(tmp_path, monkeypatch, prints):
    program = tmp_path / "gh"
    program.write_text(f"#!{sys.executable} -IS\nprint({prints})\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ForgeError) as no:
        GitHub(REPO).find("x", "main")
    assert no.value.trouble is Trouble.ODD


@pytest.mark.parametrize("answer", [None, [], {"data": None}, {"data": {"repository": {"pullRequest": None}}},
                                    {"data": {"repository": {"pullRequest": {"state": "OPEN"}}}}])  # fmt: skip
def test_an_odd_standing_is_a_sentence(answer):
    with pytest.raises(ForgeError, match="another form"):
        standing(answer)


def test_the_commands_are_whole_and_the_program_takes_them(gh):
    import os
    import subprocess

    forge = GitHub(REPO)
    made = forge.create(
        Draft("main", "hotfix/x", "--title first", "body", ("hotfix",), ("bo", "acme/ops")), "/x/pr.md"
    )
    merged = forge.merge(7, "squash", "a" * 40)
    bypassed = forge.merge(7, "merge", "a" * 40, bypass=True)
    for command in (*made.commands, *merged.commands, *bypassed.commands):
        env = os.environ | {"GH_PROMPT_DISABLED": "1"}
        assert subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    assert made.commands[-1] == (
        "gh", "pr", "create", "--repo=acme/shop", "--base=main", "--head=hotfix/x", "--title=--title first",
        "--body-file=/x/pr.md", "--label=hotfix", "--reviewer=bo", "--reviewer=acme/ops",
    )  # fmt: skip
    assert merged.commands[0] == (
        "gh",
        "pr",
        "merge",
        "7",
        "--repo=acme/shop",
        "--squash",
        "--match-head-commit=" + "a" * 40,
    )
    assert bypassed.commands[0][-1] == "--admin"
    for word in ("--auto", "--delete-branch", "-d"):
        assert word not in merged.commands[0] + bypassed.commands[0]
    with pytest.raises(ForgeError, match="no pull request"):
        forge.merge(None, "squash", "a" * 40)


def test_enterprise_names_its_host():
    repo = parse_remote("git@github.corp.io:acme/shop.git")
    assert (
        "--repo=github.corp.io/acme/shop"
        in GitHub(repo).create(Draft("main", "x", "T", "B"), "f").commands[-1]
    )


def test_the_address_of_a_pull_request_that_was_there_already():
    output = 'a pull request for branch "x" into branch "main" already exists:\nhttps://github.com/acme/shop/pull/5\n'
    assert existing_url(output) == "https://github.com/acme/shop/pull/5"
    assert existing_url("nothing") is None


@pytest.mark.parametrize(
    "evil",
    ["\x1b[31mx", "\x9b31mx", "\x1b]0;t\x07x", "\u202ex", "x\x00", "x\r\x08", "\ud800x", "x" * 300_000],
)
def test_texts_of_an_answer_are_cleaned_and_bounded_where_they_are_read(evil):
    [read] = calls.decoded("gh", json.dumps([{"name": evil, "inner": [{"deep": evil}], "count": 3}]).encode())
    assert read["count"] == 3
    for text in (read["name"], read["inner"][0]["deep"]):
        assert text == clean(text) and "x" in text and len(text) <= 100_000
