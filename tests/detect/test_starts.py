"""Which pipelines a pushed branch or tag starts, whatever they do: by the conditions of seven services."""

import pytest

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.triggers import goes_out, started
from tests.repos import write

CI = ".github/workflows/ci.yml"
BRANCH = "refs/heads/hotfix/ENG-7-sums"
TAG = "refs/tags/v1.2.3"
JOBS = "jobs:\n  t:\n    runs-on: x\n    steps:\n      - run: make test\n"


def github(on: str) -> dict[str, str]:
    return {CI: f"name: Tests\non:\n{on}{JOBS}"}


def gitlab(rest: str) -> dict[str, str]:
    return {".gitlab-ci.yml": f"t:\n  script: make test\n{rest}"}


# what, files, whether a hotfix branch and a version tag start it; None for perhaps
SHAPES = {
    "github, every push": (github("  push:\n"), True, True),
    "github, a list of events": ({CI: "on: [push, pull_request]\n" + JOBS}, True, True),
    "github, main alone": (github("  push:\n    branches: [main]\n"), False, False),
    "github, hotfix branches": (github("  push:\n    branches: [main, 'hotfix/**']\n"), True, False),
    "github, one part only": (github("  push:\n    branches: ['*']\n"), False, False),
    "github, all but one": (github("  push:\n    branches-ignore: [gh-pages]\n"), True, False),
    "github, tags": (github("  push:\n    tags: ['v*']\n"), False, True),
    "github, requests alone": (github("  pull_request:\n"), False, False),
    "github, paths": (github("  push:\n    paths: ['docs/**']\n"), False, True),
    "github, other paths": (github("  push:\n    paths: ['app/**']\n"), True, True),
    "github, all but paths": (github("  push:\n    paths-ignore: ['app/**']\n"), False, True),
    "gitlab": (gitlab(""), True, True),
    "gitlab, main alone": (gitlab("  only: [main]\n"), False, False),
    "gitlab, tags": (gitlab("  rules:\n    - if: $CI_COMMIT_TAG\n"), False, True),
    "gitlab, by hand": (gitlab("  when: manual\n"), False, False),
    "gitlab, hotfix": (gitlab("  only: [/^hotfix/]\n"), True, False),
    "circle": ({".circleci/config.yml": "jobs:\n  t:\n    steps: [run: x]\nworkflows:\n  w:\n    jobs: [t]\n"},
               True, False),
    "circle, main alone": ({".circleci/config.yml": "jobs:\n  t:\n    steps: [run: x]\nworkflows:\n  w:\n    jobs:\n"
                            "      - t:\n          filters:\n            branches:\n              only: main\n"},
                           False, False),
    "bitbucket": ({"bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        script: [make]\n"},
                  True, False),
    "bitbucket, main alone": ({"bitbucket-pipelines.yml": "pipelines:\n  branches:\n    main:\n      - step:\n"
                               "          script: [make]\n"}, False, False),
    "azure, hotfix": ({"azure-pipelines.yml": "trigger: [main, hotfix/*]\nsteps: []\n"}, True, False),
    "azure, main alone": ({"azure-pipelines.yml": "trigger: [main]\nsteps: []\n"}, False, False),
    "azure, none": ({"azure-pipelines.yml": "trigger: none\nsteps: []\n"}, False, False),
    "azure, nothing said": ({"azure-pipelines.yml": "steps: []\n"}, None, False),
    "azure, left out": ({"azure-pipelines.yml": "trigger:\n  branches:\n    include: ['*']\n    exclude: [hotfix/*]\n"},
                        False, False),
    "travis": ({".travis.yml": "language: c\n"}, True, True),
    "travis, main alone": ({".travis.yml": "branches:\n  only: [main]\n"}, False, False),
    "jenkins, which is not read": ({"Jenkinsfile": "node { sh 'make' }"}, False, False),
    "nothing": ({"README.md": "x"}, False, False),
    "broken": ({CI: "on: [push\n  jobs: {"}, False, False),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_what_a_pushed_branch_and_a_tag_start(tmp_path, name):
    files, *wanted = SHAPES[name]
    tree = Tree(write(tmp_path, files))
    for ref, expected in zip((BRANCH, TAG), wanted, strict=True):
        found = started(tree, ref, "main", "acme/shop", ["app/sums.py"])
        assert [one.sure for one in found] == ([] if expected is False else [expected is True]), ref


def test_a_filter_on_paths_is_left_open_where_nobody_says_what_changes(tmp_path):
    tree = Tree(write(tmp_path, github("  push:\n    paths: ['app/**']\n")))
    (one,) = started(tree, BRANCH, "main")
    assert one.sentence == f"Tests ({CI}), perhaps"


def test_what_a_pushed_branch_sends_out_is_said(tmp_path):
    steps = "jobs:\n  t:\n    runs-on: x\n    steps:\n      - run: flyctl deploy\n"
    tree = Tree(write(tmp_path, {CI: f"on:\n  push:\n    branches: ['hotfix/**']\n{steps}"}))
    assert [one.what for one in goes_out(tree, "hotfix/x", "main")] == ["deploys to Fly.io"]
    assert goes_out(tree, "fix/x", "main") == []
