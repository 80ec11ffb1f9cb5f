"""A text that is too long for the forge is shortened where it is longest, and says so."""

import pytest

from hotfix_tui.documents.escaping import escape_controls
from hotfix_tui.documents.fit import LIMITS, fit, length


@pytest.mark.parametrize(
    "text",
    [
        "# Head\n\n" + "log line " * 9000 + "\n\n## Tail\n\nthe end",
        "# Head\n\n```\n" + "x = 1\n" * 20000 + "```\n\n## Tail\n\nthe end",
        "one\n\n" * 30000 + "the end",
        "😀" * 60000 + "\n\nthe end",
    ],
    ids=["one paragraph", "a block of code", "many paragraphs", "no word ends"],
)
@pytest.mark.parametrize("limit", [LIMITS["github"], LIMITS["azure"]])
def test_it_fits_and_says_what_is_left_out(text, limit):
    made = fit(text, limit)
    assert length(made) <= limit and "shortened" in made and made.count("```") % 2 == 0


def test_the_rest_stays_and_what_fits_is_not_touched():
    text = "# Head\n\n" + "log line " * 9000 + "\n\n## Tail\n\nthe end"
    assert fit(text, LIMITS["github"]).startswith("# Head\n") and fit(text, LIMITS["github"]).endswith(
        "the end"
    )
    assert fit("short", 10) == "short"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ask @alice or @acme/ops", "ask `@alice` or `@acme/ops`"),
        ("fixes #12, see acme/shop#3 and GH-4", "fixes `#12`, see `acme/shop#3` and `GH-4`"),
        ("see [here](https://x.example)", "see \\[here](https://x.example)"),
        ("mail me@x.example, C#7, `@ok` and a[0](x)", "mail me@x.example, C#7, `@ok` and a\\[0](x)"),
        ("![shot](https://x.example/a.png)", "\\!\\[shot](https://x.example/a.png)"),
    ],
)
def test_facts_call_nobody_and_link_nothing(said, shown):
    assert escape_controls(said, "markdown") == shown
