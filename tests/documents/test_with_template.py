"""The team's own template of a pull request is found, and its headings and boxes stay in the text."""

# ruff: noqa: E501

import pytest

from hotfix_tui.detect.request_templates import request_template
from hotfix_tui.detect.tree import Tree
from hotfix_tui.documents.render import render
from tests.documents import records


def shown(template: str) -> str:
    return render("pr", records.finished(), records.NOW, extra={"template": template}).text


def test_facts_stand_below_the_headings_they_belong_to():
    text = shown("## Summary\n\n<!-- say it -->\n\n## How has this been tested?\n\n## Screenshots\n\nnone\n")
    parts = {one.split("\n", 1)[0]: one for one in text.split("\n## ")}
    assert "Compare both in seconds." in parts["## Summary"] and "say it" not in text
    assert (
        "fault reproduced" in parts["How has this been tested?"]
        and "Evidence" in parts["How has this been tested?"]
    )
    assert parts["Screenshots"].strip().startswith("Screenshots\n\nnone")
    assert text.count("Compare both in seconds.") == 1 and "## 4." not in text and "## Waivers" in text


def test_known_boxes_are_ticked_and_no_others():
    text = shown(
        "## Type of change\n\n- [ ] Bug fix\n- [ ] New feature\n- [ ] Breaking change (fix or feature)\n\n"
        "## Checklist\n\n- [ ] I have added tests\n- [ ] I have read all bug reports\n"
    )
    assert "- [x] Bug fix\n- [ ] New feature\n- [ ] Breaking change" in text
    assert "- [x] I have added tests\n- [ ] I have read all bug reports" in text


@pytest.mark.parametrize(
    ("box", "ticked"),
    [
        ("I have added tests", True),
        ("I have added tests that prove my fix is effective or that my feature works", True),
        ("Added unit tests", True),
        ("Tests have been added", True),
        ("Includes new tests", True),
        ("**New APIs** are added to our typing tests in `api.py`.", False),
        ("New fixtures were added for the tests", False),
        ("I added tests and updated the documentation", False),
        ("Tests added, changelog updated", False),
        ("I have not added tests", False),
        ("Added to the list of tests", False),
    ],
)
def test_a_box_that_says_more_than_that_a_test_came_along_stays_empty(box, ticked):
    assert f"- [{'x' if ticked else ' '}] {box}" in shown(f"## Checklist\n\n- [ ] {box}\n")


@pytest.mark.parametrize("mark", ["x", "X", " "])
def test_what_the_template_ticks_itself_nobody_has_said(mark):
    text = shown(f"## Checklist\n\n- [{mark}] I did not understand this list\n- [{mark}] Bug fix\n")
    assert "- [ ] I did not understand this list\n- [x] Bug fix" in text


@pytest.mark.parametrize(
    "line", ["TODO: this does X because of Y", "- TBD", "**TODO** say why <!-- thanks -->"]
)
def test_what_is_to_be_written_in_the_template_does_not_leave_the_machine(line):
    text = shown(
        f"## Description\n\n{line}\n\n## Accessibility\n\n{line}\n\n## Notes\n\nPlease read the guide.\n"
    )
    assert "TODO" not in text and "TBD" not in text
    assert "Compare both in seconds." in text and "## Accessibility\n\n⟦ GAP" in text
    assert "Please read the guide." in text


def test_a_heading_with_nothing_is_a_gap_and_can_be_filled():
    record = records.finished()
    made = render("pr", record, records.NOW, extra={"template": "## Accessibility\n"})
    assert "## Accessibility\n\n⟦ GAP" in made.text and "template-accessibility" in made.gaps[-1]
    record.overrides["pr/template-accessibility"] = {"text": "Nothing changes.", "source": ""}
    made = render("pr", record, records.NOW, extra={"template": "## Accessibility\n"})
    assert "## Accessibility\n\nNothing changes." in made.text and not made.gaps


@pytest.mark.parametrize(
    ("files", "place", "others"),
    [
        ([".github/pull_request_template.md"], ".github/pull_request_template.md", 0),
        (["PULL_REQUEST_TEMPLATE.md", ".github/PULL_REQUEST_TEMPLATE/bug.md"], "PULL_REQUEST_TEMPLATE.md", 0),
        (["docs/pull_request_template.txt"], "docs/pull_request_template.txt", 0),
        ([".gitlab/merge_request_templates/Default.md", ".gitlab/merge_request_templates/Docs.md"], ".gitlab/merge_request_templates/Default.md", 0),
        ([".github/PULL_REQUEST_TEMPLATE/feature.md", ".github/PULL_REQUEST_TEMPLATE/bugfix.md"], ".github/PULL_REQUEST_TEMPLATE/bugfix.md", 0),
        ([".github/PULL_REQUEST_TEMPLATE/a.md", ".github/PULL_REQUEST_TEMPLATE/b.md"], "", 2),
        (["README.md"], "", 0),
    ],
)  # fmt: skip
def test_where_it_is_looked_for(tmp_path, files, place, others):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("---\nname: x\n---\n## Summary\n")
    found = request_template(Tree(str(tmp_path)))
    assert found.place == place and len(found.others) == others
    assert not place or found.text == "## Summary"


@pytest.mark.parametrize(
    ("chosen", "place", "others"),
    [
        ("", "", 3),
        ("docs", ".github/PULL_REQUEST_TEMPLATE/docs.md", 0),
        ("Release.md", ".github/PULL_REQUEST_TEMPLATE/release.md", 0),
        (".github/PULL_REQUEST_TEMPLATE/release.md", ".github/PULL_REQUEST_TEMPLATE/release.md", 0),
        ("none", "", 0),
        ("gone.md", "", 3),
    ],
)
def test_of_several_the_chosen_one_counts(tmp_path, chosen, place, others):
    folder = tmp_path / ".github/PULL_REQUEST_TEMPLATE"
    folder.mkdir(parents=True)
    for name in ("docs.md", "feature.md", "release.md"):
        (folder / name).write_text("## Summary\n")
    found = request_template(Tree(str(tmp_path)), chosen)
    assert (found.place, len(found.others)) == (place, others)


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        ("<!--\nBefore opening a PR, open a ticket.\n-->\n\n<!--\n- Add tests\n-->\n", ""),
        ("\n\n", ""),
        ("Please read CONTRIBUTING first.\n", "Please read CONTRIBUTING first."),
    ],
)
def test_a_template_without_a_heading_takes_nothing_away(template, kept):
    text, without = shown(template), render("pr", records.finished(), records.NOW).text
    for part in ("Compare both in seconds.", "### Evidence", "## Waivers"):
        assert part in without and part in text
    assert kept in text and "open a ticket" not in text
