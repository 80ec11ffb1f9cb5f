"""CODEOWNERS: the last rule that fits counts, in each section of it."""

import pytest

from hotfix_tui.detect.owners import owners
from hotfix_tui.detect.tree import Tree


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        ("* @all\n/src/pay/ @pay\n", "src/pay/a.py", ("@pay",)),
        ("* @all\n/src/pay/ @pay\n", "docs/a.md", ("@all",)),
        ("*.js @js\nsrc/ @src # the rest\n", "deep/src/x.js", ("@src",)),
        ("docs/* @docs\n", "docs/a.md", ("@docs",)),
        ("docs/* @docs\n", "docs/deep/a.md", ()),
        ("/apps/**/api @api me@x.example\n", "apps/a/b/api/x.go", ("@api", "me@x.example")),
        ("/src @src\n/src/gen\n", "src/gen/a.py", ()),
        ("[Docs] @writers\n*.md\n[Code][2]\n*.md @coders\n", "a.md", ("@writers", "@coders")),
        ("a?.txt @q\n", "x/ab.txt", ("@q",)),
        ("/path\\ with/ @s\n", "path with/a", ("@s",)),
    ],
)
def test_the_last_rule_that_fits_counts(tmp_path, text, path, wanted):
    (tmp_path / "CODEOWNERS").write_text(text)
    assert owners(Tree(str(tmp_path)), [path]).names == wanted


def test_the_place_of_the_forge_comes_first_and_owners_are_named_once(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @a @b\n")
    (tmp_path / "CODEOWNERS").write_text("* @other\n")
    found = owners(Tree(str(tmp_path)), ["x", "y"])
    assert found.names == ("@a", "@b") and found.place == ".github/CODEOWNERS"


def test_without_a_file_nobody_owns_anything(tmp_path):
    assert owners(Tree(str(tmp_path)), ["x"]).names == ()
