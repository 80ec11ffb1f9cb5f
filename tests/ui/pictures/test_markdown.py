"""A Markdown text as painted rows: what it looks like, and that nothing in it is more than text."""

import pytest

from hotfix_tui.ui.pictures.markdown import painted
from tests.ui.hostile import PAYLOADS
from tests.ui.pictures.painted import row_with, styles_of, text

TEXT = """\
## Root cause
A slice that was meant for the shipping line
leaves out the last price of every cart.

## How it happened
1. `v2.3.4` caches the price list **without** its shipping line.
2. `total()` still cuts off the last entry.

## Why it was not caught
⟦ GAP: why it was not caught ⟧

## Testing
- [x] Reproduced locally
- [ ] Deployed to staging and verified

| Command | Result |
|---|---|
| `mypy` | passed |

> said by Bo

```
total([1, 2, 3])   # 6
```

<!-- for the author alone -->
See [the page](https://shop.example/x).
"""


FORMS = ("{}", "# {}", "- {}", "`{}`", "```\n{}\n```", "|{}|\n|-|\n|{}|", "[{}](x)", "> {}", "<b>{}</b>")


def test_a_text_looks_as_its_reader_will_see_it():
    assert (
        text(painted(TEXT, 45))
        == """\
## Root cause
A slice that was meant for the shipping line
leaves out the last price of every cart.

## How it happened
1. v2.3.4 caches the price list without its
   shipping line.
2. total() still cuts off the last entry.

## Why it was not caught
! not known: why it was not caught

## Testing
✓ Reproduced locally
○ Deployed to staging and verified

Command  Result
───────  ──────
mypy     passed

▎ said by Bo

▎ total([1, 2, 3])   # 6

See the page."""
    )


def test_marks_become_styles():
    rows = painted(TEXT, 45)
    head = row_with(rows, "Root cause")
    assert styles_of(head, "##") == "$muted" and styles_of(head, "Root cause") == "bold $key"
    item = row_with(rows, "v2.3.4")
    assert styles_of(item, "v2.3.4") == "$key" and styles_of(item, "without") == "bold"
    assert styles_of(row_with(rows, "not known"), "! not known") == "bold $bad"
    assert styles_of(row_with(rows, "Reproduced"), "✓") == "$ok"
    assert styles_of(row_with(rows, "the page"), "the page") == "$key"


@pytest.mark.parametrize("width", [1, 4, 8, 20, 38, 83, 120])
@pytest.mark.parametrize(
    "said",
    [
        TEXT,
        "> - > 1. deep\n>   > - [ ] deeper `" + "x" * 300 + "`",
        "|a|b|c|d|e|\n|-|-|-|-|-|\n|" + "|".join(["一二三四五六七八"] * 5) + "|",
        "```\n" + "日本" * 200 + "\n\tx\n```",
        "# " + "y" * 500 + "\n\n" + "https://shop.example/" + "z" * 400,
        "- \n-\n\n1.\n\n***\n\n===\n\n[]: <> (\n",
    ],
)
def test_no_row_is_wider_than_the_room(said, width):
    for row in painted(said, width):
        assert row.cell_length <= width and "\n" not in row.plain


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=list(PAYLOADS))
@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_stays_text(payload, form):
    for row in painted(form.replace("{}", payload), 60):
        assert all(sign.isprintable() for sign in row.plain)
        assert row.cell_length <= 60
        assert not any("@click" in str(span.style) or "link" in str(span.style) for span in row.spans)


def test_no_word_of_a_long_text_is_lost():
    words = [f"word{number}" for number in range(3_000)]
    shown = " ".join(row.plain for row in painted(" ".join(words), 49))
    assert shown.split() == words


def test_an_empty_text_has_no_rows():
    assert painted("", 40) == painted("<!-- nothing -->", 40) == painted(TEXT, 0) == []
