"""GitLab pipelines of several files: includes, references, names with colons."""

import pytest

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import On
from hotfix_tui.detect.triggers import read
from hotfix_tui.detect.yaml_tree import load
from tests.repos import write

ROOT = ".gitlab-ci.yml"
ON_TAG = "  rules:\n    - if: $CI_COMMIT_TAG\n"
PUBLISH = "  script:\n    - npm publish\n"
RELEASED = "release:npm:\n" + ON_TAG + PUBLISH


def sets_off(tmp_path, files, repository="acme/shop"):
    """Return what a tag publishes: what, file and line, whether that is sure; and what a push does."""
    found = read(Tree(write(tmp_path, files)), "main", tags=["v1.2.3"], repository=repository)
    return [(one.what, one.place, one.sure) for one in found.on(On.TAG)], found.on(On.PUSH)


FILES = {
    "a name with colons": ({ROOT: RELEASED}, f"{ROOT}:5"),
    "one file included": (
        {ROOT: "include: /ci/release.yml\n", "ci/release.yml": RELEASED},
        "ci/release.yml:5",
    ),
    "several files": (
        {
            ROOT: "include:\n  - local: ci/a.yml\n  - local: /ci/b.yml\n",
            "ci/a.yml": "lint:\n  script: [make]\n",
            "ci/b.yml": RELEASED,
        },
        "ci/b.yml:5",
    ),
    "by wildcard": ({ROOT: "include:\n  - local: '/ci/*.yml'\n", "ci/b.yml": RELEASED}, "ci/b.yml:5"),
    "by wildcard, deep": ({ROOT: "include: '/ci/**/*.yml'\n", "ci/x/b.yml": RELEASED}, "ci/x/b.yml:5"),
    "included in turn": (
        {ROOT: "include: a.yml\n", "a.yml": "include:\n  - local: b.yml\n", "b.yml": RELEASED},
        "b.yml:5",
    ),
    "rules by reference": (
        {ROOT: ".on:tag:\n" + ON_TAG + "npm:\n  rules: !reference [.on:tag, rules]\n" + PUBLISH},
        f"{ROOT}:7",
    ),
    "a rule by reference in a list": (
        {ROOT: ".on:tag:\n" + ON_TAG + 'npm:\n  rules:\n    - !reference [".on:tag", rules]\n' + PUBLISH},
        f"{ROOT}:8",
    ),
    "a script by reference": (
        {ROOT: ".x:\n" + PUBLISH + "npm:\n" + ON_TAG + "  script:\n    - !reference [.x, script]\n"},
        f"{ROOT}:3",
    ),
    "a template of another file": (
        {ROOT: "include: a.yml\nnpm:\n  extends: .a:b\n", "a.yml": ".a:b:\n" + ON_TAG + PUBLISH},
        ROOT,
    ),
    "rules of an include": (
        {
            ROOT: "include:\n  - local: a.yml\n    rules:\n      - if: $CI_PROJECT_PATH == 'acme/shop'\n",
            "a.yml": RELEASED,
        },
        "a.yml:5",
    ),
    "the end of a text as in Ruby": (
        {
            ROOT: "npm:\n  rules:\n    - if: '$CI_COMMIT_REF_NAME =~ /\\Av[0-9]+\\.[0-9]+\\.[0-9]+\\z/'\n"
            + PUBLISH
        },
        f"{ROOT}:5",
    ),
}


@pytest.mark.parametrize("shape", FILES)
def test_what_a_tag_publishes_is_found_in_every_file(tmp_path, shape):
    files, place = FILES[shape]
    assert sets_off(tmp_path, files) == ([("publishes to npm", place, True)], [])


def test_an_include_for_another_project_is_left_out(tmp_path):
    root = "include:\n  - local: a.yml\n    rules:\n      - if: $CI_PROJECT_PATH == 'other/shop'\n"
    assert sets_off(tmp_path, {ROOT: root, "a.yml": RELEASED}) == ([], [])


UNREADABLE = {
    "rules that lead nowhere": "npm:\n  rules: !reference [.elsewhere, rules]\n" + PUBLISH,
    "a workflow whose rules lead nowhere": "workflow:\n  rules: !reference [.elsewhere, rules]\nnpm:\n"
    + ON_TAG
    + PUBLISH,
    "a file of another project": "include:\n  - project: acme/pipelines\n    file: /templates/deploy.yml\n",
    "a component": "include:\n  - component: gitlab.com/acme/pipelines/publish@1.0\n",
}


@pytest.mark.parametrize("shape", UNREADABLE)
def test_what_cannot_be_read_is_asked(tmp_path, shape):
    found, _ = sets_off(tmp_path, {ROOT: UNREADABLE[shape]})
    assert found and not any(sure for _, _, sure in found)


CIRCLES = {
    "a file that includes itself": {ROOT: f"include: {ROOT}\n" + RELEASED},
    "files that include each other": {ROOT: "include: a.yml\n" + RELEASED, "a.yml": f"include: {ROOT}\n"},
    "a reference to itself": {ROOT: ".x:\n  script: !reference [.x, script]\n" + RELEASED},
}


@pytest.mark.parametrize("shape", CIRCLES)
def test_circles_end(tmp_path, shape):
    assert [what for what, _, _ in sets_off(tmp_path, CIRCLES[shape])[0]] == ["publishes to npm"]


KEYS = {
    "colons": ("a:b:c:\n  x: 1\n", {"a:b:c": {"x": "1"}}),
    "a value with a colon": ("a: b:c\n", {"a": "b:c"}),
    "an address": ("url: http://x.y/z\n", {"url": "http://x.y/z"}),
    "a dot and colons": (".a:b:\n  - x\n", {".a:b": ["x"]}),
    "a step": ("run: cargo test a::b\n", {"run": "cargo test a::b"}),
}


@pytest.mark.parametrize("shape", KEYS)
def test_keys_end_at_the_colon_that_a_space_follows(shape):
    text, wanted = KEYS[shape]
    assert load(text) == wanted
