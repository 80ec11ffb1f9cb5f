"""A commit is worded and signed off as the team asks, by the files and the history of a real repository."""

import itertools

import pytest

from hotfix_tui.steps.common import team_rules
from hotfix_tui.steps.verify.commit import default_message, doubts


@pytest.fixture(autouse=True)
def anew():
    team_rules._read.cache_clear()


def test_the_commit_is_signed_off_where_the_guide_asks_for_it(incident):
    (incident.world.path / "CONTRIBUTING.md").write_text("Developer Certificate of Origin: git commit -s\n")
    assert team_rules.sign_off(incident.context()) == ("--signoff",)
    assert any("CONTRIBUTING.md" in one for one in doubts(incident.context()))
    (incident.world.path / "CONTRIBUTING.md").unlink()
    team_rules._read.cache_clear()
    assert team_rules.sign_off(incident.context()) == ()


def test_it_is_said_when_the_first_line_names_the_fault(incident):
    assert default_message(incident.context()).startswith("fix: totals are wrong\n")
    assert any("fix.subject" in one for one in doubts(incident.context()))
    incident.record.facts["fix.subject"] = "Add up again"
    assert default_message(incident.context()).startswith("fix: add up again\n")
    assert not any("fix.subject" in one for one in doubts(incident.context()))


@pytest.mark.parametrize(
    ("given", "longest", "cut"),
    [
        ("Accept tokens of this very second, however old the session may be by then", 72, True),
        ("fix(jwt): accept tokens of this very second, however old the session may be", 72, True),
        ("Accept tokens of this very second, however old they are", 50, True),
        ("Accept tokens of this very second, however old they are", 72, False),
        ("", 72, False),
    ],
)
def test_it_is_said_when_words_for_the_first_line_are_cut(incident, given, longest, cut):
    if longest != 72:
        rules = f'{{"rules": {{"header-max-length": [2, "always", {longest}]}}}}'
        (incident.world.path / ".commitlintrc.json").write_text(rules)
    incident.record.facts["fix.subject"] = given
    first = default_message(incident.context()).splitlines()[0]
    assert first.endswith("…") == cut and len(first) <= longest
    said = f"Its first line is cut at {longest} characters; to shorten it yourself: `set fix.subject TEXT`."
    assert (said in doubts(incident.context())) == cut


def test_lines_are_as_short_as_commitlint_wants_them(incident):
    rules = '{"rules": {"body-max-line-length": [2, "always", 50]}}'
    (incident.world.path / ".commitlintrc.json").write_text(rules)
    incident.record.facts["cause.summary"] = "the number of prices was returned " * 5
    assert max(len(one) for one in default_message(incident.context()).splitlines()) <= 50


@pytest.mark.parametrize("width", [0, 50, 60])
def test_paragraphs_are_filled_once_with_no_word_on_a_line_of_its_own(incident, width):
    if width:
        rules = f'{{"rules": {{"body-max-line-length": [2, "always", {width}]}}}}'
        (incident.world.path / ".commitlintrc.json").write_text(rules)
    incident.record.facts["cause.summary"] = (
        "v1.10.1 verifies the checksum of a frame only where its content size is known; frames of the command "
        "line do not hold it, and neither do those of the library that are written as a stream."
    )
    lines = next(
        part for part in default_message(incident.context()).split("\n\n") if part.startswith("Root cause: ")
    ).splitlines()
    most = width or 72
    assert all(len(one) <= most for one in lines)
    for one, after in itertools.pairwise(lines):
        assert len(one) + 1 + len(after.split(" ", 1)[0]) > most, "the next word had room"
    assert " ".join(lines).endswith("written as a stream.")
