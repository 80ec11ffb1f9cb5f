"""A line is offered for a backport where it holds the code that the fix changes."""

import pytest

from hotfix_tui.steps.landed.lines import offered

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
