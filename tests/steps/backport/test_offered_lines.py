"""A line is offered for a backport where it holds the code that the fix changes."""

import pytest

from hotfix_tui.git.process import Git
from hotfix_tui.steps.backport.step import Backport
from hotfix_tui.steps.landed.lines import offered
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge

RELEASE = {"pyproject.toml": '[project]\nversion = "1.0.1"\n', "CHANGELOG.md": "## 1.0.1\n"}


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({"app.txt": "other\n"}, ["release-0.9"]),
        ({"tests/test_app.py": "assert 1\n"}, []),
        (dict(RELEASE), []),
        ({"README.md": "an older program\n"}, []),
    ],
)
def test_what_counts_is_the_code(shop, theirs, expected):
    commit = shop.fix()
    tree = shop.folder / "shop.hotfix" / "ENG-7"
    for path, text in {**RELEASE, "tests/test_app.py": "assert 2\n"}.items():
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).write_text(text)
    shop.here("-C", str(tree), "add", "-A")
    shop.here("-C", str(tree), "commit", "-q", "--amend", "--no-edit")
    commit = shop.here("rev-parse", "hotfix/ENG-7-sums")
    old = shop.folder / "old"
    shop.here("worktree", "add", "-q", "--detach", str(old), shop.base)
    shop.here("-C", str(old), "switch", "-q", "--orphan", "release-0.9")
    for path, text in theirs.items():
        (old / path).parent.mkdir(exist_ok=True)
        (old / path).write_text(text)
    shop.here("-C", str(old), "add", "-A")
    shop.here("-C", str(old), "commit", "-qm", "An older line")
    shop.here("push", "-q", "origin", "release-0.9")
    shop.here("fetch", "-q", "origin")
    assert [one.line for one in offered(shop.ctx, commit)] == expected


FAULTY = "def total(prices):\n    amount = sum_of_all(prices)  # line 5\n    return amount\n"
RIGHT = "def total(prices, tax):\n    amount = sum_of_all(prices)  # with the tax\n    return amount\n"
OTHER = "GREETING = 'Hello'\n\n\ndef greet():\n    print(GREETING)\n"


def line_with(shop, text):
    """A fix of a line that says enough to be told from others, and an older line whose file has this text."""
    shop.base = shop.here.commit("A statement", app__txt=FAULTY)
    shop.here("push", "-q", "origin", "main")
    shop.see("branch.base", commit=shop.base)
    commit = shop.fix(text="with the tax\n")
    tree = shop.folder / "old"
    shop.here("worktree", "add", "-q", "-b", "release-0.9", str(tree), "v1.0.0")
    (tree / "app.txt").write_text(text)
    shop.here("-C", str(tree), "commit", "-qam", "An older line")
    shop.here("push", "-q", "origin", "release-0.9")
    return commit


CASES = [
    (FAULTY + OTHER, "picks", ""),
    (FAULTY.replace("sum_of_all(prices)", "sum_all(prices)"), "conflict", ""),
    (RIGHT, "has the fixed text", "has the fixed lines already, as far as git shows"),
    (
        OTHER,
        "lacks the text",
        "has none of the lines that the fix changes: see whether it has the fault at all",
    ),
]


@pytest.mark.parametrize(("text", "verdict", "said"), CASES)
def test_what_git_shows_of_an_offered_line_is_said(shop, text, verdict, said):
    commit = line_with(shop, text)
    found = offered(shop.ctx, commit)
    assert [(one.line, one.verdict) for one in found] == [("release-0.9", verdict)]


@pytest.mark.parametrize(("text", "verdict", "said"), CASES)
def test_what_git_shows_of_a_line_that_gets_a_backport_is_said_before_it_is_picked(shop, text, verdict, said):
    shop.record.doc["lines"] = ["release-0.9"]
    commit = line_with(shop, text)
    kept = [one.verdict for one in offered(shop.ctx, commit)]
    assert kept == ([verdict] if said else [])
    step = Backport("backport.release-0-9")
    probe = step.probe(shop.ctx)
    assert probe.state == "not-done"
    assert f"The line {said}" in probe.why if said else probe.why.endswith("release-0.9/ENG-7")
    shop.do(Merge())
    assert shop.do(ConfirmStep()).state == "done"
    warned = [one for one in step.plan(shop.ctx).warnings if one.startswith("The line ")]
    assert warned == ([f"The line {said}."] if said else [])


def test_lines_without_the_code_take_no_call_of_git_each(shop, monkeypatch):
    commit = line_with(shop, OTHER)
    empty = shop.here("hash-object", "-t", "tree", "-w", "/dev/null")
    bare = shop.here("commit-tree", "-m", "Nothing", empty)
    seen: list[object] = []
    real = Git.run

    def counted(git, *args, **more):
        seen.append(args)
        return real(git, *args, **more)

    monkeypatch.setattr(Git, "run", counted)
    calls = []
    for number in (1, 2, 30):
        for minor in range(number):
            shop.here("update-ref", f"refs/remotes/origin/release-0.1{minor:02}", bare)
        seen.clear()
        assert [one.line for one in offered(shop.ctx, commit)] == ["release-0.9"]
        calls.append(len(seen))
    assert calls[1] == calls[2], "the first time some things are read that are kept"
