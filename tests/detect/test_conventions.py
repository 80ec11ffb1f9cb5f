"""How a team words its commits and titles, and where it asks for the DCO: read from files and from the last commits."""

# ruff: noqa: E501

from pathlib import Path

import pytest

from hotfix_tui.detect.commitlint import commitlint
from hotfix_tui.detect.conventions import conventions, habit, sign_off
from hotfix_tui.detect.title_checks import title_check
from hotfix_tui.detect.tree import Tree
from hotfix_tui.incident.model.wording import Wording

USUAL = "extends: ['@commitlint/config-conventional']"


def tree(tmp_path: Path, **files: str) -> Tree:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Tree(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("commitlint.config.js", f"module.exports = {{{USUAL}}}", ("fix", "", True, 72, 72)),
        ("package.json", '{"commitlint": {"extends": ["@commitlint/config-angular"]}}', ("fix", "", True, 72, 72)),
        (".commitlintrc.yml", "extends:\n  - '@commitlint/config-conventional'\nrules:\n  header-max-length: [2, always, 50]\n  body-max-line-length: [2, always, 60]\n", ("fix", "", True, 50, 60)),
        (".commitlintrc.json", '{"rules": {"type-enum": [2, "always", ["bugfix", "feature"]], "scope-enum": [2, "always", ["api"]], "scope-empty": [2, "never"], "subject-case": [2, "always", "sentence-case"]}}', ("bugfix", "api", False, 72, 72)),
        ("commitlint.config.ts", f"export default {{{USUAL}, rules: {{ 'subject-case': [0], 'header-max-length': [2, 'always', 64], // no\n }}}};", ("fix", "", False, 64, 72)),
    ],
)  # fmt: skip
def test_the_settings_of_commitlint(tmp_path, name, text, wanted):
    found = commitlint(tree(tmp_path, **{name: text}))
    assert found is not None and found.strict and found.place == name
    assert (found.prefix, found.scope, found.lower, found.longest, found.line) == wanted


def test_what_cannot_be_met_is_said(tmp_path):
    rules = '{"rules": {"type-enum": [2, "always", ["add", "rm"]], "scope-empty": [2, "never"], "scope-enum": [2, "always", ["a", "b"]]}}'
    found = commitlint(tree(tmp_path, **{".commitlintrc": rules}))
    assert found is not None and len(found.unmet) == 2
    assert (
        "none of them is a fix" in found.unmet[0] and "scope" in found.unmet[1] and "a, b" in found.unmet[1]
    )


def test_settings_that_cannot_be_read_leave_it_to_the_habit(tmp_path):
    assert (
        commitlint(tree(tmp_path, **{"commitlint.config.js": "module.exports = require('./lint')"})) is None
    )
    assert commitlint(tree(tmp_path)) is None


@pytest.mark.parametrize(
    ("subjects", "wanted"),
    [
        (["fix: a", "feat(x): b", "Merge pull request #1", "chore!: c"], ("fix", True)),
        (["fix: Add x", "feat: Take y", "docs: Say z"], ("fix", False)),
        ([f"Return the sum {n}" for n in range(12)], ("", False)),
        ([f"net/http: return the sum {n}" for n in range(12)], ("", True)),
        (["c1", "c2"], ("fix", True)),
        (
            ["docs: remove Zenodo", "stdlib: Add shims", "tests: fix leak", "typing: remove pointless union"]
            * 2
            + [f"Add a recipe {n}" for n in range(12)],
            ("", False),
        ),
        (["Add it", "docs: fix link", "Fix leak", "fix: a"] * 3, ("fix", True)),
        (["fix: one"] * 3 + [f"Do it {n}" for n in range(6)], ("fix", True)),
    ],
)
def test_the_habit_of_the_last_commits(subjects, wanted):
    found = habit(subjects)
    assert (found.prefix, found.lower) == wanted and not found.strict


def test_a_program_that_reads_types_gets_them():
    assert habit([f"Return the sum {n}" for n in range(12)], "semantic-release").prefix == "fix"


SIGNED = "c\n\nSigned-off-by: T <t@x.example>"


@pytest.mark.parametrize(
    ("files", "messages", "wanted"),
    [
        ({"CONTRIBUTING.md": "Developer Certificate of Origin: git commit -s"}, [], "CONTRIBUTING.md"),
        ({".github/dco.yml": "require:\n  members: false\n"}, [], ".github/dco.yml"),
        ({}, [SIGNED] * 5, "5 of the last 5 commits"),
        ({".github/workflows/x.yml": "on: pull_request\njobs:\n  a:\n    steps:\n    - uses: tim-actions/dco@v1\n"}, [], ".github/workflows/x.yml"),
        ({"docs/CONTRIBUTING.rst": "All commits\n\n    Signed-off-by: You <you@x>\n"}, ["a"], "docs/CONTRIBUTING.rst"),
        ({"CONTRIBUTING.md": "Sign in, then open an issue. You sign the CLA once."}, [SIGNED, "b", "c", "d"], ""),
    ],
)  # fmt: skip
def test_where_the_dco_is_asked_for(tmp_path, files, messages, wanted):
    assert sign_off(tree(tmp_path, **files), messages) == wanted


def workflow(step: str, on: str = "pull_request") -> str:
    return (
        f"on:\n  {on}:\n    types: [opened]\njobs:\n  title:\n    runs-on: ubuntu-latest\n    steps:\n{step}"
    )


@pytest.mark.parametrize(
    ("files", "place", "wording", "rest"),
    [
        ({".github/workflows/t.yml": workflow("    - uses: amannn/action-semantic-pull-request@v5\n")}, ".github/workflows/t.yml", ("fix", ""), ("", ())),
        ({".github/workflows/t.yml": workflow("    - uses: amannn/action-semantic-pull-request@v5\n      with:\n        types: |\n          bugfix\n          feature\n        requireScope: true\n        scopes: |\n          api\n")}, ".github/workflows/t.yml", ("bugfix", "api"), ("", ())),
        ({".github/semantic.yml": "titleOnly: true\n"}, ".github/semantic.yml", ("fix", ""), ("", ())),
        ({".github/workflows/t.yml": workflow("    - uses: deepakputhraya/action-pr-title@master\n      with:\n        regex: '[A-Z]+-[0-9]+: .+'\n")}, ".github/workflows/t.yml", None, ("[A-Z]+-[0-9]+: .+", ())),
        ({".github/pr-title-checker-config.json": '{"CHECKS": {"prefixes": ["[Fix]", "[Feat]"]}}'}, ".github/pr-title-checker-config.json", None, ("", ("[Fix]", "[Feat]"))),
        ({".github/workflows/t.yml": workflow("    - uses: actions/checkout@v4\n")}, "", None, ("", ())),
    ],
)  # fmt: skip
def test_checks_of_titles(tmp_path, files, place, wording, rest):
    found = title_check(tree(tmp_path, **files))
    assert found.place == place and (found.pattern, found.beginnings) == rest
    assert (found.wording and (found.wording.prefix, found.wording.scope)) == wording


def test_a_title_becomes_the_commit_where_a_program_reads_it(tmp_path):
    assert conventions(tree(tmp_path), ["a"], bot="semantic-release").titles.wording == Wording()
    assert not conventions(tree(tmp_path), ["a"]).titles.place
